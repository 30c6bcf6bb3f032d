"""The geographical detector: factor, interaction, risk and ecological detectors, and a search for classes."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import f as f_distribution
from scipy.stats import ncf, ttest_ind_from_stats

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.space import sources
from yugong.diagnose.space.weights import Floats

Discretisation = Literal["equal", "quantile", "geometric", "natural"]
INTERACTIONS = {
    "weaken_nonlinear": Text("非线性减弱", "weaken, nonlinear"),
    "weaken_single": Text("单因子非线性减弱", "weaken, single factor"),
    "enhance_two": Text("双因子增强", "enhance, two factors"),
    "independent": Text("相互独立", "independent"),
    "enhance_nonlinear": Text("非线性增强", "enhance, nonlinear"),
}


@dataclass(frozen=True, slots=True, eq=False)
class GeoDetector:
    """Detectors of m factors: `q` and `p_value` (m,); `interaction` (m, m) is q of the overlaid strata, q on the diagonal.

    `interaction_type` (m, m) names the class; `ecological` (m, m) is the p-value that two factors' within-strata
    sums of squares differ; `risk` has one row a pair of strata of a factor with Welch's t test of their means.
    """

    factors: tuple[str, ...]
    q: Floats
    p_value: Floats
    interaction: Floats
    interaction_type: NDArray[np.str_]
    ecological: Floats
    risk: pd.DataFrame
    strata: tuple[int, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a factor: factor, q, p_value, strata."""
        frame = pd.DataFrame({"factor": self.factors, "q": self.q, "p_value": self.p_value, "strata": self.strata})
        frame.attrs["titles"] = {"factor": (Text("因子", "Factor"), Text("", ""))}
        return frame

    def pairs(self) -> pd.DataFrame:
        """Return one row a pair: factor, other_factor, q, interaction, ecological p_value."""
        rows = [
            (
                self.factors[i],
                self.factors[j],
                self.interaction[i, j],
                self.interaction_type[i, j],
                self.ecological[i, j],
            )
            for i, j in combinations(range(len(self.factors)), 2)
        ]
        return pd.DataFrame(rows, columns=["factor", "other_factor", "q", "interaction", "p_value"])


def geodetector(
    y: Any, factors: Any, convention: Literal["sample", "population"] = "sample", risk: bool = True
) -> GeoDetector:
    """Return the detectors of y (n,) for categorical factors (DataFrame or mapping name → labels of shape (n,)).

    q = 1 − Σ N_h σ_h²/(Nσ²) with population variances; p from the noncentral F with
    λ = [Σ Ȳ_h² − (Σ √N_h Ȳ_h)²/N]/σ², σ² the `sample` variance, as the authors' R package has it, or the
    `population` one (Wang, Zhang & Fu 2016). `risk=False` leaves the pairs of strata out. Missing values and labels that do not align raise InputError.
    """
    frame = factors if isinstance(factors, pd.DataFrame) else pd.DataFrame(dict(factors))
    target = _aligned(y, frame)
    n = len(target)
    names = tuple(str(c) for c in frame.columns)
    codes = [np.asarray(pd.factorize(frame[c], sort=True)[0]) for c in frame.columns]
    sizes = [int(c.max()) + 1 for c in codes]
    centred = target - target.mean()
    total = float(centred @ centred)
    if total == 0:
        raise InputError([Problem(Text("因变量没有变化", "y does not vary"))])
    within = np.array([_within(centred, c, k) for c, k in zip(codes, sizes, strict=True)])
    q = 1 - within / total
    spread = total / (n - (convention == "sample"))
    p = np.array([_p_value(target, c, k, v, spread) for c, k, v in zip(codes, sizes, q, strict=True)])
    m = len(names)
    interaction, kind = np.diag(q), np.full((m, m), "", dtype=object)
    for i, j in combinations(range(m), 2):
        both = codes[i] * sizes[j] + codes[j]
        value = 1 - _within(centred, both, sizes[i] * sizes[j]) / total
        interaction[i, j] = interaction[j, i] = value
        kind[i, j] = kind[j, i] = _interaction(value, q[i], q[j])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = within[:, None] / within[None, :]
    ecological = f_distribution.sf(np.maximum(ratio, ratio.T), n - 1, n - 1)
    np.fill_diagonal(ecological, np.nan)
    card = MethodCard(
        "geodetector",
        Text("地理探测器", "Geographical detector"),
        r"q=1-\frac{\sum_h N_h\sigma_h^2}{N\sigma^2}",
        Text(
            f"非中心参数用{'样本' if convention == 'sample' else '总体'}方差；生态探测为单侧 F 检验",
            f"noncentrality with the {convention} variance; the ecological detector is a one-sided F test",
        ),
        None,
        (sources.WANG_2010, sources.WANG_2016),
        {"convention": convention},
    )
    return GeoDetector(
        names,
        q,
        p,
        interaction,
        kind.astype(str),
        ecological,
        _risk(target, frame if risk else frame.iloc[:, :0]),
        tuple(sizes),
        card,
    )


def discretise(values: Any, k: int, convention: Discretisation = "quantile") -> NDArray[np.intp]:
    """Return classes 0 … k−1 of values (n,): equal widths, quantiles, geometric widths or natural breaks.

    Natural breaks minimise the within-class sum of squares exactly (Fisher), on at most 500 quantile points.
    """
    x = np.asarray(values, dtype=float)
    if not np.isfinite(x).all() or len(np.unique(x)) < k:
        raise InputError([Problem(Text(f"须有至少 {k} 个不同的值且无缺值", f"needs {k} different values and no gaps"))])
    if convention == "equal":
        cuts = np.linspace(x.min(), x.max(), k + 1)[1:-1]
    elif convention == "quantile":
        cuts = np.quantile(x, np.arange(1, k) / k)
    elif convention == "geometric":
        shift = 1 - x.min()  # logarithms from zero on
        cuts = np.expm1(np.linspace(0, np.log(x.max() + shift), k + 1)[1:-1]) + x.min()
    else:
        cuts = _natural(x, k)
    return np.searchsorted(np.unique(cuts), x, side="left")


def optimal_discretisation(
    y: Any,
    values: Any,
    classes: Any = range(3, 9),
    conventions: tuple[Discretisation, ...] = ("equal", "quantile", "geometric", "natural"),
) -> pd.DataFrame:
    """Return q for each convention and number of classes, best first: convention, classes, q, p_value.

    q rises with the number of classes by construction: compare p-values too, and prefer few classes.
    """
    rows = []
    for rule in conventions:
        for k in classes:
            result = geodetector(np.asarray(y), {"x": discretise(values, k, rule)})
            rows.append((rule, k, result.q[0], result.p_value[0]))
    frame = pd.DataFrame(rows, columns=["convention", "classes", "q", "p_value"])
    return frame.sort_values("q", ascending=False, ignore_index=True)


def _aligned(y: Any, frame: pd.DataFrame) -> Floats:
    if isinstance(y, pd.Series) and not y.index.equals(frame.index):
        if set(y.index) != set(frame.index):
            raise InputError([Problem(Text("因变量与因子的标签不一致", "labels of y and of the factors differ"))])
        y = y.loc[frame.index]
    target = np.asarray(y, dtype=float)
    if len(target) != len(frame) or not np.isfinite(target).all() or bool(frame.isna().to_numpy().any()):
        what = Text("因变量与因子须等长且无缺值", "y and the factors must have one length and no gaps")
        raise InputError([Problem(what)])
    return target


def _within(centred: Floats, code: NDArray[Any], k: int) -> float:
    count = np.bincount(code, minlength=k)
    total = np.bincount(code, weights=centred, minlength=k)
    return float(centred @ centred - (total**2 / np.maximum(count, 1)).sum())


def _p_value(y: Floats, code: NDArray[Any], k: int, q: float, variance: float) -> float:
    n = len(y)
    if k < 2 or k >= n:
        return float("nan")
    if q >= 1 - 1e-15:
        return 0.0
    count = np.bincount(code, minlength=k)
    mean = np.bincount(code, weights=y, minlength=k) / count
    shift = float(((mean**2).sum() - (np.sqrt(count) * mean).sum() ** 2 / n) / variance)
    ratio = (n - k) / (k - 1) * q / (1 - q)
    return float(ncf.sf(ratio, k - 1, n - k, max(shift, 0.0)))


def _interaction(both: float, one: float, other: float) -> str:
    low, high, total = min(one, other), max(one, other), one + other
    if np.isclose(both, total, rtol=1e-12):
        return "independent"
    if both > total:
        return "enhance_nonlinear"
    if both > high:
        return "enhance_two"
    return "weaken_single" if both > low else "weaken_nonlinear"


def _risk(y: Floats, frame: pd.DataFrame) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for name in frame.columns:
        groups = {label: y[np.asarray(frame[name] == label)] for label in sorted(pd.unique(frame[name]))}
        for a, b in combinations(groups, 2):
            one, two = groups[a], groups[b]
            p = float("nan")
            if min(len(one), len(two)) > 1 and one.var() + two.var() > 0:
                p = float(
                    ttest_ind_from_stats(
                        one.mean(), one.std(ddof=1), len(one), two.mean(), two.std(ddof=1), len(two), equal_var=False
                    ).pvalue
                )
            rows.append((str(name), a, b, float(one.mean()), float(two.mean()), p))
    return pd.DataFrame(rows, columns=["factor", "stratum", "other_stratum", "mean", "other_mean", "p_value"])


def _natural(x: Floats, k: int) -> Floats:
    ordered = np.sort(x)
    if len(ordered) > 500:
        ordered = np.quantile(ordered, np.linspace(0, 1, 500))
    n = len(ordered)
    first, second = np.r_[0.0, np.cumsum(ordered)], np.r_[0.0, np.cumsum(ordered**2)]
    best = second[1:] - first[1:] ** 2 / np.arange(1, n + 1)
    start = np.zeros((k, n), dtype=np.intp)
    for level in range(1, k):
        new = np.full(n, np.inf)
        for end in range(level, n):
            begin = np.arange(level, end + 1)
            size = end + 1 - begin
            cost = second[end + 1] - second[begin] - (first[end + 1] - first[begin]) ** 2 / size + best[begin - 1]
            at = int(np.argmin(cost))
            new[end], start[level, end] = cost[at], begin[at]
        best = new
    cuts, end = [], n - 1
    for level in range(k - 1, 0, -1):
        begin = start[level, end]
        cuts.append(ordered[begin - 1])
        end = begin - 1
    return np.array(cuts[::-1])
