"""Geographically (and temporally) weighted regression, batched over places, with AICc or CV bandwidths."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.stats import t as student

from yugong.base.cards import MethodCard
from yugong.base.errors import AlignmentError, InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.space import sources
from yugong.diagnose.space.weights import Floats
from yugong.diagnose.space.weights_build import Metric, great_circle

Kernel = Literal["bisquare", "gaussian", "exponential"]
Criterion = Literal["aicc", "aic", "bic", "cv"]
BATCH = 400  # places solved at once
SINGULAR = 1e-13  # least eigenvalue of a local design scaled to unit columns


@dataclass(frozen=True, slots=True, eq=False)
class LocalRegression:
    """Local coefficients, standard errors and t values (n, k) in the order of `names`; `influence` (n,) is diag S.

    `p_value` is two-sided and `p_adjusted` multiplies it by the effective tests tr(S)/k (da Silva & Fotheringham).
    """

    names: tuple[str, ...]
    labels: tuple[Hashable, ...]
    coefficients: Floats
    standard_errors: Floats
    t: Floats
    p_value: Floats
    p_adjusted: Floats
    fitted: Floats
    residuals: Floats
    influence: Floats
    local_r2: Floats
    bandwidth: float
    sigma2: float
    log_likelihood: float
    aicc: float
    r_squared: float
    degrees: float  # n − tr(S)
    status: Text
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place and variable: place, variable, estimate, standard_error, t, p_value, p_adjusted."""
        n, k = self.coefficients.shape
        arrays = {
            "estimate": self.coefficients,
            "standard_error": self.standard_errors,
            "t": self.t,
            "p_value": self.p_value,
            "p_adjusted": self.p_adjusted,
        }
        place = np.repeat(np.array(self.labels, dtype=object), k)
        return pd.DataFrame({"place": place, "variable": self.names * n} | {c: a.ravel() for c, a in arrays.items()})


def gwr(
    y: Any,
    x: Any,
    coordinates: Any,
    bandwidth: float | None = None,
    kernel: Kernel = "bisquare",
    adaptive: bool = True,
    criterion: Criterion = "aicc",
    metric: Metric = "haversine",
) -> LocalRegression:
    """Return a geographically weighted regression of y (n,) on x (n, k) at points (n, 2), intercept added.

    `bandwidth` is a number of nearest points, the place itself counted (`adaptive`), or a distance; without it the
    golden section of `criterion` finds one. An adaptive kernel reaches to the bandwidth-th point's distance, by a
    factor 1.0000001 more, as MGWR does. Labelled frames align; missing values raise InputError.
    """
    target, design, names, labels = regression_data(y, x)
    distance = _distance(coordinates, labels, metric)
    engine = _Engine(target, design, distance, kernel, adaptive)
    found = _choose(engine, criterion) if bandwidth is None else float(bandwidth)
    card = _card("gwr", kernel, adaptive, criterion if bandwidth is None else "given", found)
    return _result(engine, found, names, labels, card)


def gtwr(
    y: Any,
    x: Any,
    coordinates: Any,
    times: Any,
    bandwidth: float | None = None,
    scale: float | None = None,
    kernel: Kernel = "bisquare",
    adaptive: bool = True,
    causal: bool = False,
    criterion: Criterion = "aicc",
    metric: Metric = "haversine",
) -> LocalRegression:
    """Return a GTWR of stacked observations: y (N,), x (N, k), coordinates (N, 2), times (N,).

    Distance is √(d_S² + τ d_T²) with τ = `scale` (km per year squared; Huang, Wu & Barry 2010), searched on a
    logarithmic grid around var(d_S)/var(d_T) when None. `causal` lets a place learn only from its past and present.
    """
    target, design, names, labels = regression_data(y, x)
    space = _distance(coordinates, labels, metric)
    when = np.asarray(times, dtype=float)
    if len(when) != len(target) or not np.isfinite(when).all():
        raise InputError([Problem(Text("times 须与 y 等长且无缺值", "times must be as long as y, without gaps"))])
    gap = when[:, None] - when[None, :]

    def engine(tau: float) -> _Engine:
        distance = np.sqrt(space**2 + tau * gap**2)
        if causal:
            distance[gap < 0] = np.inf
        return _Engine(target, design, distance, kernel, adaptive)

    if scale is None:
        spread = float(gap.var())
        centre = float(space.var()) / spread if spread > 0 else 0.0
        trials = [centre * f for f in (0.01, 0.1, 0.5, 1.0, 2.0, 10.0, 100.0)] if centre else [0.0]
    else:
        trials = [float(scale)]
    best: tuple[float, float, float] | None = None
    for tau in trials:
        candidate = engine(tau)
        width = _choose(candidate, criterion) if bandwidth is None else float(bandwidth)
        value = candidate.score(width, criterion)
        if best is None or value < best[0]:
            best = (value, tau, width)
    if best is None:
        raise InputError([Problem(Text("没有可用的时空比例", "no space-time scale to try"))])
    _, tau, width = best
    card = _card("gtwr", kernel, adaptive, criterion if bandwidth is None else "given", width)
    card = replace(card, options=card.options | {"scale": f"{tau:.8g}", "causal": str(causal)})
    return _result(engine(tau), width, names, labels, card)


class _Engine:
    """Distances sorted once; every bandwidth then costs n·p² times the points in reach."""

    def __init__(self, y: Floats, x: Floats, distance: Floats, kernel: Kernel, adaptive: bool) -> None:
        self.y, self.x, self.kernel, self.adaptive = y, x, kernel, adaptive
        k = x.shape[1]
        self.pairs = np.einsum("ni,nj->nij", x, x)[:, *np.triu_indices(k)]
        self.moments = np.hstack([self.pairs, x * y[:, None]])
        self.distance = distance
        self.ordered = np.sort(distance, axis=1) if adaptive else None
        self.cache: dict[float, tuple[Floats, ...]] = {}

    def reach(self, bandwidth: float) -> Floats:
        n = len(self.y)
        if self.ordered is None:
            return np.full(n, bandwidth)
        farthest = np.where(np.isfinite(self.ordered), self.ordered, 0.0).max(axis=1)  # a causal kernel cuts some off
        return np.asarray(np.minimum(self.ordered[:, min(round(bandwidth), n) - 1], farthest) * 1.0000001)

    def fit(self, bandwidth: float) -> tuple[Floats, ...]:
        """Coefficients, unscaled variances and leverages at every place: (n, k), (n, k), (n,)."""
        key = round(bandwidth) if self.adaptive else bandwidth
        if key in self.cache:
            return self.cache[key]
        x, k = self.x, self.x.shape[1]
        n = len(x)
        reach = self.reach(bandwidth)
        beta, variance, leverage = np.empty((n, k)), np.empty((n, k)), np.empty(n)
        upper = np.triu_indices(k)
        for start in range(0, n, BATCH):
            rows = slice(start, min(start + BATCH, n))
            w = _kernel(self.distance[rows], reach[rows], self.kernel)
            sums = w @ self.moments
            gram = _square(sums, upper, k)
            inverse = _inverses(gram)
            beta[rows] = np.einsum("nij,nj->ni", inverse, sums[:, len(upper[0]) :])
            middle = _square((w**2) @ self.pairs, upper, k)
            variance[rows] = np.einsum("nij,njl,nil->ni", inverse, middle, inverse)
            own = w[np.arange(len(w)), np.arange(start, start + len(w))]
            leverage[rows] = np.einsum("ni,nij,nj->n", x[rows], inverse, x[rows]) * own
        self.cache[key] = (beta, variance, leverage)
        return self.cache[key]

    def score(self, bandwidth: float, criterion: Criterion) -> float:
        """The criterion to minimise; infinite where the local regressions are not determined."""
        beta, _, leverage = self.fit(bandwidth)
        n = len(self.y)
        residual = self.y - (self.x * beta).sum(axis=1)
        trace = float(leverage.sum())
        if not np.isfinite(trace) or n - trace <= 2 or (leverage > 1 + 1e-8).any():
            return np.inf
        if criterion == "cv":
            return float(((residual / (1 - leverage)) ** 2).mean())
        deviance = n * (np.log(2 * np.pi * float(residual @ residual) / n) + 1)
        if criterion == "aic":
            return float(deviance + 2 * (trace + 1))
        if criterion == "bic":
            return float(deviance + np.log(n) * (trace + 1))
        return float(deviance + 2 * n * (trace + 1) / (n - trace - 2))


def _square(flat: Floats, upper: tuple[Any, Any], k: int) -> Floats:
    out = np.empty((len(flat), k, k))
    out[:, upper[0], upper[1]] = out[:, upper[1], upper[0]] = flat[:, : len(upper[0])]
    return out


def _inverses(gram: Floats) -> Floats:
    """Inverses of a stack; NaN where a matrix is singular to rounding."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scale = np.sqrt(np.einsum("nii->ni", gram))
        unit = gram / (scale[:, :, None] * scale[:, None, :])
        bad = ~np.isfinite(unit).all(axis=(1, 2))
        unit[bad] = np.eye(gram.shape[1])
        bad |= np.linalg.eigvalsh(unit)[:, 0] < SINGULAR
        unit[bad] = np.eye(gram.shape[1])
        inverse = np.linalg.inv(unit) / (scale[:, :, None] * scale[:, None, :])
    inverse[bad] = np.nan
    return np.asarray(inverse)


def _kernel(distance: Floats, reach: Floats, kernel: Kernel) -> Floats:
    u = distance / reach[:, None]
    if kernel == "bisquare":
        np.minimum(u, 1.0, out=u)  # in place: this is the costly step
        np.multiply(u, u, out=u)
        np.subtract(1.0, u, out=u)
        return np.multiply(u, u, out=u)
    if kernel == "gaussian":
        return np.asarray(np.exp(-0.5 * u**2))
    return np.asarray(np.exp(-u))


def _choose(engine: _Engine, criterion: Criterion) -> float:
    """Golden-section search, on whole numbers of points for adaptive kernels."""
    n, k = engine.x.shape
    if engine.adaptive:
        low, high, stop = float(min(n, 40 + 2 * k) if n > 60 else k + 2), float(n), 1.0
    else:
        finite = engine.distance[np.isfinite(engine.distance)]
        low, high = float(np.quantile(finite[finite > 0], 0.01)), 2 * float(finite.max())
        stop = 1e-4 * (high - low)
    value: Callable[[float], float] = lambda b: engine.score(round(b) if engine.adaptive else b, criterion)  # noqa: E731
    golden = (np.sqrt(5) - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    tried = {b: value(b) for b in (low, left, right, high)}
    while high - low > stop:
        if tried.get(left, np.inf) <= tried.get(right, np.inf):
            high, right = right, left
            left = high - golden * (high - low)
        else:
            low, left = left, right
            right = low + golden * (high - low)
        for b in (left, right):
            tried.setdefault(b, value(b))
    best = min(tried, key=lambda b: tried[b])
    return float(round(best) if engine.adaptive else best)


def _result(
    engine: _Engine, bandwidth: float, names: tuple[str, ...], labels: tuple[Hashable, ...], card: MethodCard
) -> LocalRegression:
    n, k = engine.x.shape
    if bandwidth <= 0 or (engine.adaptive and not k < bandwidth <= n):
        what = Text(f"带宽 {bandwidth:g} 不可用", f"bandwidth {bandwidth:g} cannot be used")
        raise InputError([Problem(what, Text(f"近邻数须在 {k + 1} 与 {n} 之间", f"points: {k + 1} to {n}"))])
    beta, variance, leverage = engine.fit(bandwidth)
    fitted = (engine.x * beta).sum(axis=1)
    residual = engine.y - fitted
    trace = float(leverage.sum())
    rest = float(residual @ residual)
    degrees = n - trace
    sigma2 = rest / degrees
    error = np.sqrt(variance * sigma2)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = beta / error
    p = 2 * student.sf(np.abs(t), max(degrees, 1.0))
    centred = engine.y - engine.y.mean()
    status = (
        Text("已收敛", "converged")
        if np.isfinite(beta).all()
        else Text("部分地区的局部回归奇异：请加大带宽", "some local regressions are singular: use a larger bandwidth")
    )
    return LocalRegression(
        names,
        labels,
        beta,
        error,
        t,
        p,
        np.minimum(1.0, p * max(trace / k, 1.0)),
        fitted,
        residual,
        leverage,
        _local_r2(engine, bandwidth, residual),
        bandwidth,
        sigma2,
        -n / 2 * (np.log(2 * np.pi * rest / n) + 1),
        engine.score(bandwidth, "aicc"),
        1 - rest / float(centred @ centred),
        degrees,
        status,
        card,
    )


def _local_r2(engine: _Engine, bandwidth: float, residual: Floats) -> Floats:
    y = engine.y
    columns = np.column_stack([np.ones(len(y)), y, y**2, residual**2])
    w = _kernel(engine.distance, engine.reach(bandwidth), engine.kernel)
    total, first, second, rest = (w @ columns).T
    return np.asarray(1 - rest / (second - first**2 / total))


def regression_data(y: Any, x: Any) -> tuple[Floats, Floats, tuple[str, ...], tuple[Hashable, ...]]:
    """Return y (n,), x with an intercept (n, k), names and labels, aligned and without gaps."""
    if isinstance(x, pd.Series):
        x = x.to_frame()
    if isinstance(x, pd.DataFrame) and isinstance(y, pd.Series):
        if set(x.index) != set(y.index):
            raise AlignmentError(
                Text("y", "y"), Text("x", "x"), set(y.index) - set(x.index), set(x.index) - set(y.index)
            )
        y = y.loc[x.index]
    target, design = np.asarray(y, dtype=float), np.asarray(x, dtype=float)
    design = design[:, None] if design.ndim == 1 else design
    if len(target) != len(design) or not np.isfinite(target).all() or not np.isfinite(design).all():
        raise InputError([Problem(Text("y 与 x 须等长且无缺值", "y and x must have one length and no missing values"))])
    frame = isinstance(x, pd.DataFrame)
    names = tuple(str(c) for c in x.columns) if frame else tuple(f"x{j + 1}" for j in range(design.shape[1]))
    labels = tuple(x.index) if frame else tuple(range(len(target)))
    return target, np.column_stack([np.ones(len(target)), design]), ("intercept", *names), labels


def aligned_points(coordinates: Any, labels: tuple[Hashable, ...]) -> Floats:
    """Return coordinates (n, 2) in the order of labels, checked for gaps."""
    if isinstance(coordinates, pd.DataFrame):
        if set(coordinates.index) != set(labels):
            both = Text("坐标", "coordinates"), Text("数据", "the data")
            raise AlignmentError(*both, set(coordinates.index) - set(labels), set(labels) - set(coordinates.index))
        if coordinates.index.is_unique:
            coordinates = coordinates.loc[list(labels)]
    points = np.asarray(coordinates, dtype=float)
    if points.shape != (len(labels), 2) or not np.isfinite(points).all():
        raise InputError([Problem(Text("坐标须为 n×2 且无缺值", "coordinates must be n × 2 without missing values"))])
    return points


def _distance(coordinates: Any, labels: tuple[Hashable, ...], metric: Metric) -> Floats:
    points = aligned_points(coordinates, labels)
    if metric == "haversine":
        return great_circle(points)
    square = (points**2).sum(axis=1)
    return np.asarray(np.sqrt(np.maximum(square[:, None] + square[None, :] - 2 * points @ points.T, 0.0)))


def _card(id: str, kernel: str, adaptive: bool, criterion: str, bandwidth: float) -> MethodCard:
    both = id == "gtwr"
    zh, en = ("近邻数", "points") if adaptive else ("距离", "distance")
    return MethodCard(
        id,
        Text("时空地理加权回归", "Geographically and temporally weighted regression")
        if both
        else Text("地理加权回归", "Geographically weighted regression"),
        r"\hat\beta(i)=(X'W_iX)^{-1}X'W_iy",
        Text(
            f"核：{kernel}；带宽 {bandwidth:g}（{zh}），准则 {criterion}",
            f"kernel: {kernel}; bandwidth {bandwidth:g} ({en}), criterion {criterion}",
        ),
        None,
        (sources.GWR_BOOK, sources.GTWR) if both else (sources.GWR_BOOK,),
        {"kernel": kernel, "adaptive": str(adaptive), "criterion": criterion, "bandwidth": f"{bandwidth:g}"},
    )
