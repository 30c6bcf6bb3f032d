"""Randomisation inference: how often would a placebo assignment show an effect as large?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.inference import sources
from yugong.evaluate.inference.assignment import Assignments, Scheme, assignments
from yugong.evaluate.inference.batched import did_effects, imputation_effects
from yugong.evaluate.synthetic.simplex import Array

Named = Literal["imputation", "did"]
Statistic = Callable[[Array, NDArray[np.int64]], float]  # (outcome (N, T), starts (N,)) → the statistic
TIE = 1e-9  # relative: statistics this close are equal, so ties count against the policy

SCHEMES: dict[Scheme, Text] = {
    "unit": Text("全部可选地区间随机指派", "any eligible region"),
    "belt": Text("同一板块内随机指派", "within the same belt"),
    "block": Text("连片区域随机指派", "contiguous blocks"),
    "date": Text("起始年随机指派", "other dates"),
}


@dataclass(frozen=True, slots=True)
class RandomisationTest:
    """The statistic under the real assignment beside those under placebo assignments (B,).

    exact: the placebos are all there are. interval: constant effects that the test does not reject at `level`, for the
    named statistics; NaN bounds where it was not asked for. Both are in the outcome's unit.
    """

    observed: float
    draws: Array
    exact: bool
    scheme: Scheme
    method: MethodCard
    interval: tuple[float, float] = (np.nan, np.nan)
    level: float = 0.95
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def as_large(self) -> int:
        """Placebo assignments whose statistic is at least as large in absolute value."""
        return int((np.abs(self.draws) >= abs(self.observed) * (1 - TIE)).sum())

    @property
    def rank(self) -> int:
        """Place of the real assignment by absolute size, 1 the largest; ties count against it."""
        return self.as_large + 1

    @property
    def total(self) -> int:
        """Assignments compared, the real one included."""
        return len(self.draws) + 1

    @property
    def p(self) -> float:
        """Two-sided p value, (1 + as large) / (1 + placebos)."""
        return self.rank / self.total

    @property
    def p_upper(self) -> float:
        """One-sided p value against a positive effect."""
        return (1 + int((self.draws >= self.observed - TIE * abs(self.observed)).sum())) / self.total

    @property
    def label(self) -> Text:
        """The finding in words."""
        if self.exact:
            return Text(f"第 {self.rank}/{self.total} 位", f"rank {self.rank} of {self.total}")
        n, m = len(self.draws), self.as_large
        return Text(f"随机指派 {n} 次，有 {m} 次出现同样大的差距", f"{m} of {n} random assignments show a gap as large")

    def table(self) -> pd.DataFrame:
        """Return one row: effect, p, rank, total, low, high."""
        return pd.DataFrame(
            {
                "effect": [self.observed],
                "p": [self.p],
                "rank": [self.rank],
                "total": [self.total],
                "low": [self.interval[0]],
                "high": [self.interval[1]],
            }
        )


def randomisation_test(
    outcome: ArrayLike,
    starts: ArrayLike,
    statistic: Named | Statistic = "imputation",
    scheme: Scheme = "unit",
    draws: int = 999,
    seed: int = 0,
    usable: ArrayLike | None = None,
    eligible: ArrayLike | None = None,
    clusters: Sequence[object] | None = None,
    belts: Sequence[object] | None = None,
    neighbours: ArrayLike | None = None,
    earliest: int = 1,
    latest: int | None = None,
    level: float | None = 0.95,
    anticipation: int = 0,
) -> RandomisationTest:
    """Return the randomisation test of no effect on anybody.

    outcome (N, T); starts (N,): first treated column, T or more where never. For the imputation statistic, usable (N, T):
    cells that count under every assignment, and anticipation: years before a start that count as neither. level: that of
    the interval by inversion of the test, None for none. The other arguments are those of assignments. A statistic of
    one's own takes (outcome, starts) and is called once a draw. Assignments under which the statistic is NaN are left
    out and counted in the method card. Raises InputError where there is no other assignment, or the statistic is not
    defined under the real one. Fisher (1935); with few treated clusters: MacKinnon and Webb (2018), Conley and Taber
    (2011).
    """
    y, begins = np.asarray(outcome, float), np.minimum(np.asarray(starts, dtype=np.int64), np.shape(outcome)[1])
    placebo = assignments(
        begins, y.shape[1], scheme, draws, seed, eligible, clusters, belts, neighbours, earliest, latest
    )
    every = np.vstack([begins, placebo.starts])
    values = _statistics(y, every, statistic, usable, anticipation)
    _check(values)
    sound = np.isfinite(values[1:])
    interval, shown = (np.nan, np.nan), level or 0.95
    if level is not None and isinstance(statistic, str):
        shape = (np.arange(y.shape[1]) >= begins[:, None]).astype(float)
        effect = _statistics(np.where(np.isfinite(y), shape, np.nan), every, statistic, usable, anticipation)
        interval = _invert(values[0], values[1:][sound], effect[1:][sound], 1 - level)
    card = _card(statistic, placebo, seed, int((~sound).sum()))
    return RandomisationTest(float(values[0]), values[1:][sound], placebo.exact, scheme, card, interval, shown)


def _check(values: Array) -> None:
    if len(values) < 2:
        what = Text("除实际指派外没有别的可能指派", "no assignment is possible but the real one")
        raise InputError([Problem(what, Text("换一种指派方式", "choose another scheme"))])
    if not np.isfinite(values[0]):
        what = Text("实际指派下的统计量不可识别", "the statistic is not identified under the real assignment")
        raise InputError([Problem(what)])


def _statistics(
    y: Array, starts: NDArray[np.int64], statistic: Named | Statistic, usable: ArrayLike | None, anticipation: int
) -> Array:
    if statistic == "imputation":
        return imputation_effects(y, starts, usable, anticipation)
    if statistic == "did":
        return did_effects(y, starts)
    return np.array([statistic(y, s) for s in starts])


def _invert(observed: float, draws: Array, loads: Array, alpha: float) -> tuple[float, float]:
    """Return the hull of the effects τ with p(τ) > alpha, where draw b would show draws_b − τ loads_b, the real one
    observed − τ.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        roots = np.concatenate([(draws - observed) / (loads - 1), (draws + observed) / (loads + 1)])
    roots = np.unique(roots[np.isfinite(roots)])
    if not len(roots):
        return -np.inf, np.inf
    width = max(float(roots[-1] - roots[0]), abs(observed), 1.0)
    edges = np.concatenate([[roots[0] - width], roots, [roots[-1] + width]])
    tried = (edges[1:] + edges[:-1]) / 2
    accepted = np.empty(len(tried), bool)
    for first in range(0, len(tried), 256):
        tau = tried[first : first + 256, None]
        larger = (np.abs(draws - tau * loads) >= np.abs(observed - tau) * (1 - TIE)).sum(axis=1)
        accepted[first : first + 256] = (larger + 1) / (len(draws) + 1) > alpha
    inside = np.flatnonzero(accepted)
    if not len(inside):
        return observed, observed
    low = -np.inf if inside[0] == 0 else float(edges[inside[0]])
    high = np.inf if inside[-1] == len(tried) - 1 else float(edges[inside[-1] + 1])
    return low, high


def _card(statistic: Named | Statistic, placebo: Assignments, seed: int, lost: int) -> MethodCard:
    name = statistic if isinstance(statistic, str) else getattr(statistic, "__name__", "own")
    scheme = SCHEMES[placebo.scheme]
    how = Text("全部列举", "all of them") if placebo.exact else Text("随机抽取", "drawn at random")
    return MethodCard(
        "randomisation",
        Text("随机化推断", "Randomisation inference"),
        r"p=\frac{1+\#\{b:\lvert T_b\rvert\ge\lvert T\rvert\}}{1+B}",
        Text(
            f"指派：{scheme.zh}（{how.zh}）；并列计为不利",
            f"assignments: {scheme.en} ({how.en}); ties count against it",
        ),
        None,
        (sources.FISHER, sources.MACKINNON, sources.CONLEY_TABER),
        {
            "statistic": str(name),
            "scheme": placebo.scheme,
            "placebos": str(len(placebo.starts)),
            "exact": str(placebo.exact),
            "undefined": str(lost),
            "seed": str(seed),
        },
    )
