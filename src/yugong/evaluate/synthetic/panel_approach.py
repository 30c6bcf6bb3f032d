"""The panel data approach: a regression on other regions before the policy says what would have followed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.synthetic import sources
from yugong.evaluate.synthetic.simplex import Array

Criterion = Literal["aicc", "aic", "bic", "all"]
MOST_CANDIDATES = 30  # the search is exact and grows exponentially


@dataclass(frozen=True, slots=True)
class PanelApproach:
    """The regression counterfactual.

    actual and counterfactual (T,) over `periods`, treated from position `start`; controls chosen with coefficients
    (k,) and intercept; r2 before the start; criterion value of the choice.
    """

    actual: Array
    counterfactual: Array
    periods: tuple[object, ...]
    start: int
    controls: tuple[str, ...]
    coefficients: Array
    intercept: float
    r2: float
    criterion: float
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def gap(self) -> Array:
        """Actual less counterfactual (T,)."""
        return self.actual - self.counterfactual

    @property
    def effect(self) -> float:
        """Mean gap since the start."""
        return float(self.gap[self.start :].mean())

    def table(self) -> pd.DataFrame:
        """Return one row a period: period, actual, counterfactual, gap."""
        return pd.DataFrame(
            {"period": self.periods, "actual": self.actual, "counterfactual": self.counterfactual, "gap": self.gap}
        )

    def donor_table(self) -> pd.DataFrame:
        """Return one row a control: donor, coefficient."""
        return pd.DataFrame({"donor": self.controls, "coefficient": self.coefficients})


def panel_approach(
    target: ArrayLike,
    controls: ArrayLike,
    start: int,
    criterion: Criterion = "aicc",
    names: Sequence[str] | None = None,
    periods: Sequence[object] | None = None,
) -> PanelApproach:
    """Return the regression counterfactual with the best subset of the controls by the criterion.

    target (T,); controls (T, K), untouched by the policy; start: first period of the policy. The subset is the best of
    all: of each size by the residual sum, found by branch and bound, then between sizes by the criterion; "all" keeps
    every control. Raises InputError for missing values, too many candidates, or too few periods before the start.
    Hsiao, Ching and Wan (2012, section 5).
    """
    y, x = np.asarray(target, float), np.asarray(controls, float)
    _check(y, x, start)
    labels = tuple(str(j) for j in range(x.shape[1])) if names is None else tuple(names)
    before_y, before_x = y[:start], x[:start]
    if criterion == "all":
        chosen: tuple[int, ...] = tuple(range(x.shape[1]))
        value = np.nan
    else:
        scored = [
            (information(rss, start, len(subset) + 2, criterion), subset)
            for rss, subset in best_subsets(before_y, before_x)
        ]
        value, chosen = min(scored, key=lambda s: s[0])
    design = np.column_stack([np.ones(len(x)), x[:, list(chosen)]])
    b = np.linalg.lstsq(design[:start], before_y, rcond=None)[0]
    residual = before_y - design[:start] @ b
    total = float(((before_y - before_y.mean()) ** 2).sum())
    return PanelApproach(
        y,
        design @ b,
        tuple(range(len(y))) if periods is None else tuple(periods),
        start,
        tuple(labels[j] for j in chosen),
        b[1:],
        float(b[0]),
        1 - float(residual @ residual) / total,
        float(value),
        _card(criterion, x.shape[1]),
    )


def information(rss: float, n: int, parameters: int, criterion: Criterion) -> float:
    """Return n ln(rss / n) with the penalty of the criterion; parameters count the intercept and the variance."""
    fit = n * np.log(rss / n)
    if criterion == "bic":
        return float(fit + parameters * np.log(n))
    if criterion == "aic":
        return float(fit + 2 * parameters)
    left = n - parameters - 1
    return float(fit + 2 * parameters + 2 * parameters * (parameters + 1) / left) if left > 0 else np.inf


def best_subsets(y: Array, x: Array) -> list[tuple[float, tuple[int, ...]]]:
    """Return, for each size, the least residual sum of squares with an intercept and the columns that reach it.

    y (n,), x (n, K), n > K + 1. Branch and bound on the sums of nested regressions (Furnival and Wilson 1974).
    """
    yc, xc = y - y.mean(), x - x.mean(axis=0)
    inverse = np.linalg.inv(xc.T @ xc)
    b = inverse @ xc.T @ yc
    order = np.argsort(-(b**2) / np.diag(inverse))  # strong columns first: they are dropped last
    inverse, b = inverse[np.ix_(order, order)], b[order]
    k = x.shape[1]
    best: list[tuple[float, tuple[int, ...]]] = [(np.inf, ()) for _ in range(k + 1)]
    best[0] = (float(yc @ yc), ())
    whole = float(((yc - xc[:, order] @ b) ** 2).sum())
    best[k] = (whole, tuple(int(j) for j in order))
    least = np.array([s[0] for s in best])

    def visit(columns: NDArray[np.int64], inverse: Array, b: Array, rss: float, first: int) -> None:
        size = len(columns) - 1
        if size < 1:
            return
        dropped = rss + b**2 / np.diag(inverse)
        for j in range(len(columns) - 1, first - 1, -1):
            value = float(dropped[j])
            kept = np.delete(columns, j)
            if value < least[size]:
                least[size] = value
                best[size] = (value, tuple(int(i) for i in kept))
            if j < size and (value < least[max(j, 1) : size]).any():
                rest = np.arange(len(columns)) != j
                cross = inverse[rest, j]
                smaller = inverse[np.ix_(rest, rest)] - np.outer(cross, cross) / inverse[j, j]
                visit(kept, smaller, b[rest] - cross * b[j] / inverse[j, j], value, j)

    visit(order, inverse, b, whole, 0)
    return [(rss, tuple(sorted(columns))) for rss, columns in best]


def _check(y: Array, x: Array, start: int) -> None:
    problems = []
    if not np.isfinite(y).all() or not np.isfinite(x).all():
        problems.append(Problem(Text("结果变量有缺失", "the outcome has missing values")))
    if x.shape[1] > MOST_CANDIDATES:
        problems.append(
            Problem(
                Text(
                    f"候选对照 {x.shape[1]} 个，多于 {MOST_CANDIDATES} 个",
                    f"{x.shape[1]} candidates, over {MOST_CANDIDATES}",
                ),
                Text(
                    "先按与政策无关的理由缩小候选范围",
                    "narrow the candidates first, for reasons that precede the policy",
                ),
            )
        )
    if not x.shape[1] + 1 < start < len(y):
        problems.append(
            Problem(
                Text(
                    f"政策前 {start} 期不多于候选对照数 {x.shape[1]} 加一",
                    f"{start} periods for {x.shape[1]} candidates",
                ),
                Text("减少候选对照", "take fewer candidates"),
            )
        )
    if problems:
        raise InputError(problems)


def _card(criterion: Criterion, candidates: int) -> MethodCard:
    return MethodCard(
        "panel_approach",
        Text("面板数据法（回归反事实）", "Panel data approach (regression counterfactual)"),
        r"\hat y_{1t}^0=\hat a+\sum_{j\in S}\hat b_jy_{jt},\quad \hat\tau_t=y_{1t}-\hat y_{1t}^0",
        Text(
            "系数可正可负、不必和为一；对照子集按信息准则从全部子集中选出",
            "coefficients may be negative and need not sum to one; the best of all subsets by the criterion",
        ),
        None,
        (sources.HSIAO,),
        {"criterion": criterion, "candidates": str(candidates)},
    )
