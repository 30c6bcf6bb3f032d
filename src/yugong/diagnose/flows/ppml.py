"""Poisson pseudo-maximum likelihood with fixed effects absorbed, the estimator of gravity equations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.flows import sources
from yugong.diagnose.flows.demean import Codes, Floats, demean

CONVERGED = Text("收敛", "converged")
NOT_CONVERGED = Text(
    "未收敛：可能有回归元完全分离零流量，检查虚拟变量",
    "not converged: a regressor may separate zero flows; check dummies",
)
SEPARATED = Text(
    "收敛，但有零流量的拟合值趋于零：回归元可能完全分离它们，系数或为无穷",
    "converged, but fitted values of some zero flows tend to zero: a regressor may separate them and be infinite",
)
MOST_ROUNDS = 200
ROUGH, SHARP = 1e-5, 1e-12  # how far effects are swept out while the mean still moves, and in the end
VANISHING = 1e-8  # a fitted value this small against the mean flow
COLLINEAR = 1e-9  # what is left of a regressor after the others and the fixed effects, relative to itself
_FORMULA = (
    r"\mathrm E[X_{ij}\mid\cdot]=\exp(\beta^\top z_{ij}+\alpha_i+\gamma_j),\quad \sum(X_{ij}-\hat\mu_{ij})z_{ij}=0"
)


@dataclass(frozen=True, slots=True, eq=False)
class Gravity:
    """Coefficients of an estimated gravity equation; a regressor the fixed effects absorb has NaN.

    `left_out` counts rows that carry no information: missing, and all-zero fixed-effect groups (separation).
    """

    terms: tuple[str, ...]
    coefficients: Floats  # (K,)
    covariance: Floats  # (K, K)
    fitted: Floats  # (N,) exp of the index, NaN where a row was left out
    observations: int
    left_out: dict[str, int]
    fixed_effects: dict[str, int]  # set → number of levels used
    deviance: float
    pseudo_r2: float  # 1 − log-likelihood / log-likelihood of a constant alone (McFadden)
    iterations: int
    status: Text
    method: MethodCard
    provenance: Provenance | None = None

    @property
    def se(self) -> Floats:
        """Standard errors (K,)."""
        return np.sqrt(np.diag(self.covariance))

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row a regressor: term, value, se, t (normal), p, low, high."""
        se = self.se
        t = self.coefficients / se
        half = stats.norm.ppf((1 + level) / 2) * se
        return pd.DataFrame(
            {
                "term": self.terms,
                "value": self.coefficients,
                "se": se,
                "t": t,
                "p": 2 * stats.norm.sf(np.abs(t)),
                "low": self.coefficients - half,
                "high": self.coefficients + half,
            }
        )


def ppml(
    flow: object,
    regressors: object,
    fixed_effects: Mapping[str, object] | None = None,
    clusters: Sequence[object] = (),
    tolerance: float = 1e-10,
) -> Gravity:
    """Estimate E[flow] = exp(regressors·β + fixed effects) by PPML.

    flow (N,) ≥ 0, zeros stay; regressors (N, K), a frame's columns name the terms; fixed_effects: name → labels (N,),
    absorbed by iteratively reweighted least squares on swept columns (Correia, Guimarães & Zylkin 2020), and with no
    set at all a constant. clusters: none for robust errors (N/(N−1)), one label array for G/(G−1) clustering, more for
    multi-way (Cameron, Gelbach & Miller 2011). Rows with gaps and groups whose flows are all zero are left out and
    counted. Source: Santos Silva & Tenreyro (2006). Raises InputError for negative flows or lengths that differ.
    """
    y, x, terms = _columns(flow, regressors)
    n_given = len(y)
    sets = {str(k): _labels(v, n_given, str(k)) for k, v in (fixed_effects or {}).items()}
    members = [_labels(c, n_given, "clusters") for c in clusters]
    known = np.isfinite(y) & np.isfinite(x).all(axis=1)
    for labels in (*sets.values(), *members):
        known &= labels >= 0
    _refuse(y, known)
    used = _with_information(y, known, list(sets.values()))
    rows = np.flatnonzero(used)
    groups = [pd.factorize(labels[rows])[0].astype(np.intp) for labels in sets.values()]
    if not groups:
        groups = [np.zeros(len(rows), dtype=np.intp)]  # the constant
    y1, x1 = y[rows], x[rows]
    keep = _independent(x1, groups)
    fit = _iterate(y1, x1[:, keep], groups, tolerance)
    beta, mu, swept, rounds, ok = fit
    scores = swept * (y1 - mu)[:, None]
    bread = np.linalg.inv((swept * mu[:, None]).T @ swept) if len(keep) else np.empty((0, 0))
    cov = bread @ _meat(scores, [pd.factorize(c[rows])[0] for c in members]) @ bread
    coefficients = np.full(x.shape[1], np.nan)
    covariance = np.full((x.shape[1], x.shape[1]), np.nan)
    coefficients[keep] = beta
    covariance[np.ix_(keep, keep)] = cov
    fitted = np.full(n_given, np.nan)
    fitted[rows] = mu
    return Gravity(
        terms,
        coefficients,
        covariance,
        fitted,
        len(rows),
        {"missing": int((~known).sum()), "separated": int(known.sum() - len(rows))},
        {name: int(g.max()) + 1 for name, g in zip(sets, groups, strict=False)},
        _deviance(y1, mu),
        _pseudo_r2(y1, mu),
        rounds,
        _status(y1, mu, ok),
        _card(tuple(sets), len(members)),
    )


def _iterate(y: Floats, x: Floats, groups: list[Codes], tolerance: float) -> tuple[Floats, Floats, Floats, int, bool]:
    """IRLS: sweep the working variable and the regressors with weights μ, regress, repeat until deviance settles."""
    mu = (y + y.mean()) / 2
    eta = np.log(mu)
    deviance, beta = np.inf, np.zeros(x.shape[1])
    swept, settled, sweep = x, 0, ROUGH
    for rounds in range(1, MOST_ROUNDS + 1):
        working = eta + (y - mu) / mu
        both, ok = demean(np.column_stack([working, x]), groups, mu, sweep)
        z, swept = both[:, 0], both[:, 1:]
        root = np.sqrt(mu)[:, None]
        beta = np.linalg.lstsq(swept * root, z * root[:, 0])[0] if x.shape[1] else beta
        eta = working - (z - swept @ beta)
        mu = np.exp(np.clip(eta, -700, 700))
        before, deviance = deviance, _deviance(y, mu)
        change = abs(before - deviance) / max(deviance, 1e-3 * y.sum(), 1e-12)
        settled = settled + 1 if change <= tolerance and sweep == SHARP else 0
        if change < ROUGH:
            sweep = SHARP
        if settled == 2:  # one more round after it settles: β converges at half the deviance's digits
            both, ok = demean(x, groups, mu, SHARP)
            return beta, mu, both, rounds, ok
    return beta, mu, swept, MOST_ROUNDS, False


def _status(y: Floats, mu: Floats, ok: bool) -> Text:
    if not ok:
        return NOT_CONVERGED
    return SEPARATED if ((y == 0) & (mu < VANISHING * y.mean())).any() else CONVERGED


def _with_information(y: Floats, known: np.ndarray, sets: list[Codes]) -> np.ndarray:
    """Leave out groups whose flows are all zero, again and again until none is left: their effect is −∞."""
    used = known.copy()
    while True:
        before = used.sum()
        for labels in sets:
            total = np.bincount(labels[used], weights=y[used], minlength=int(labels.max()) + 1)
            used &= (labels < 0) | (total[labels] > 0)
        if used.sum() == before:
            return used


def _independent(x: Floats, groups: list[Codes]) -> np.ndarray:
    """Positions of regressors that the fixed effects and the ones before leave something of."""
    swept, _ = demean(x, groups, np.ones(len(x)))
    kept: list[int] = []
    basis = np.empty((len(x), 0))
    for k in range(x.shape[1]):
        left = swept[:, k] - basis @ (basis.T @ swept[:, k])
        left = left - basis @ (basis.T @ left)
        length, whole = np.linalg.norm(left), np.linalg.norm(x[:, k])
        if whole > 0 and length > COLLINEAR * whole:
            kept.append(k)
            basis = np.column_stack([basis, left / length])
    return np.array(kept, dtype=np.intp)


def _meat(scores: Floats, clusters: list[np.ndarray]) -> Floats:
    if not clusters:
        n = len(scores)
        return np.asarray(scores.T @ scores * (n / (n - 1)))
    total = np.zeros((scores.shape[1],) * 2)
    for chosen in range(1, 2 ** len(clusters)):  # inclusion and exclusion over the ways
        ways = [c for j, c in enumerate(clusters) if chosen >> j & 1]
        code = pd.factorize(pd.MultiIndex.from_arrays(ways))[0] if len(ways) > 1 else ways[0]
        g = int(code.max()) + 1
        sums = np.zeros((g, scores.shape[1]))
        np.add.at(sums, code, scores)
        total += (-1) ** (len(ways) + 1) * g / (g - 1) * (sums.T @ sums)
    return total


def _deviance(y: Floats, mu: Floats) -> float:
    return float(2 * (special.xlogy(y, y / mu) - (y - mu)).sum())


def _pseudo_r2(y: Floats, mu: Floats) -> float:
    def likelihood(m: Floats) -> float:
        return float((special.xlogy(y, m) - m - special.gammaln(y + 1)).sum())

    return 1 - likelihood(mu) / likelihood(np.full_like(y, y.mean()))


def _columns(flow: object, regressors: object) -> tuple[Floats, Floats, tuple[str, ...]]:
    y = np.asarray(flow, dtype=np.float64)
    table = regressors.to_frame() if isinstance(regressors, pd.Series) else regressors
    x = np.asarray(table, dtype=np.float64)
    x = x[:, None] if x.ndim == 1 else x
    names = table.columns if isinstance(table, pd.DataFrame) else [f"x{k + 1}" for k in range(x.shape[1])]
    if isinstance(flow, pd.Series) and isinstance(table, pd.DataFrame) and not flow.index.equals(table.index):
        raise InputError([Problem(Text("流量与回归元的行标签不同", "flow and regressors have different row labels"))])
    if y.ndim != 1 or len(x) != len(y):
        what = Text(f"流量的形状是 {y.shape}，回归元是 {x.shape}", f"flow has shape {y.shape}, regressors {x.shape}")
        raise InputError([Problem(what, Text("应为 (N,) 与 (N, K)", "expected (N,) and (N, K)"))])
    return y, x, tuple(map(str, names))


def _labels(labels: object, n: int, name: str) -> Codes:
    codes = pd.factorize(np.asarray(labels))[0].astype(np.intp)
    if len(codes) != n:
        what = Text(f"{name} 有 {len(codes)} 行，流量有 {n} 行", f"{name} has {len(codes)} rows, flow has {n}")
        raise InputError([Problem(what)])
    return codes


def _refuse(y: Floats, known: np.ndarray) -> None:
    bad = np.flatnonzero(known & (y < 0))
    problems = [Problem(Text(f"流量为负：{y[i]:g}", f"a flow is negative: {y[i]:g}"), row=int(i) + 1) for i in bad[:20]]
    if not problems and not (y[known] > 0).any():
        problems.append(Problem(Text("没有任何正的流量", "no flow is positive")))
    if problems:
        raise InputError(problems)


def _card(sets: tuple[str, ...], ways: int) -> MethodCard:
    errors = Text("稳健标准误（N/(N−1)）", "robust standard errors (N/(N−1))")
    if ways:
        errors = Text(f"{ways} 维聚类标准误（G/(G−1)）", f"standard errors clustered {ways} way(s), G/(G−1)")
    shown = ", ".join(sets) or "—"
    return MethodCard(
        "ppml",
        Text("引力方程的泊松伪极大似然（PPML）", "Gravity by Poisson pseudo-maximum likelihood (PPML)"),
        _FORMULA,
        Text(f"固定效应：{shown}；{errors.zh}", f"fixed effects: {shown}; {errors.en}"),
        Text(
            "零流量保留；全零的固定效应组不含信息，剔除并计数",
            "zero flows stay; fixed-effect groups that are all zero carry no information, left out and counted",
        ),
        (sources.SANTOS_SILVA, sources.CORREIA, *((sources.CAMERON,) if ways > 1 else ())),
        {"fixed_effects": shown, "clusters": str(ways)},
    )
