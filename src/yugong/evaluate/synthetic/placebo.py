"""Placebos of a synthetic control: every donor in turn, earlier dates, and one donor left out at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.synthetic.control import Fit, SyntheticControl, synthetic_control
from yugong.evaluate.synthetic.simplex import Array


@dataclass(frozen=True, slots=True)
class SpacePlacebos:
    """The treated region among donors that are treated in name only.

    names: the donors tried; gaps (B, T); ratios (B,), effects (B,), pre_rmspe (B,) theirs; observed: the real one.
    skipped: donors of which no placebo could be made.
    """

    observed: SyntheticControl
    names: tuple[str, ...]
    gaps: Array
    ratios: Array
    effects: Array
    pre_rmspe: Array
    skipped: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def method(self) -> MethodCard:
        """The method card of the synthetic control."""
        return self.observed.method

    @property
    def rank(self) -> int:
        """Place of the treated region's RMSPE ratio, 1 the largest; ties count against it."""
        return 1 + int((self.ratios >= self.observed.ratio).sum())

    @property
    def total(self) -> int:
        """Regions compared, the treated one included."""
        return len(self.ratios) + 1

    @property
    def p(self) -> float:
        """Share of regions with a ratio as large: rank over total."""
        return self.rank / self.total

    @property
    def label(self) -> Text:
        """The rank in words."""
        return Text(f"第 {self.rank}/{self.total} 位", f"rank {self.rank} of {self.total}")

    def within(self, times: float) -> "SpacePlacebos":
        """Keep the placebos whose pre-policy RMSPE is at most `times` that of the treated region."""
        keep = self.pre_rmspe <= times * self.observed.pre_rmspe
        return replace(
            self,
            names=tuple(n for n, k in zip(self.names, keep, strict=True) if k),
            gaps=self.gaps[keep],
            ratios=self.ratios[keep],
            effects=self.effects[keep],
            pre_rmspe=self.pre_rmspe[keep],
        )

    def table(self) -> pd.DataFrame:
        """Return one row a region, the treated one first: region, effect, pre_rmspe, rmspe_ratio."""
        o = self.observed
        return pd.DataFrame(
            {
                "donor": ["*", *self.names],
                "effect": [o.effect, *self.effects],
                "pre_rmspe": [o.pre_rmspe, *self.pre_rmspe],
                "rmspe_ratio": [o.ratio, *self.ratios],
            }
        )


def space_placebos(
    outcome: ArrayLike,
    treated: int | Sequence[int],
    start: int,
    donors: ArrayLike | None = None,
    fit: Fit | None = None,
    names: Sequence[str] | None = None,
    periods: Sequence[object] | None = None,
    barred: ArrayLike | None = None,
    draws: int | None = None,
    seed: int = 0,
) -> SpacePlacebos:
    """Return the synthetic control beside those of its donors, each rebuilt from the other donors.

    barred (N, N): barred[i, j] keeps j out of the donors of i (its neighbours, say). draws: at most so many donors,
    drawn without repetition by `seed`; all of them unless given. The truly treated never serve as donors. Other
    arguments as in synthetic_control. Abadie, Diamond and Hainmueller (2010, section 3.4).
    """
    y = np.asarray(outcome, float)
    rows = [int(treated)] if isinstance(treated, int | np.integer) else [int(i) for i in treated]
    allowed = np.ones(len(y), bool) if donors is None else np.asarray(donors, bool).copy()
    allowed[rows] = False
    kept_out = np.zeros((len(y), len(y)), bool) if barred is None else np.asarray(barred, bool)
    observed = synthetic_control(y, rows, start, allowed & ~kept_out[rows].any(axis=0), fit, names, periods)
    tried = np.flatnonzero(allowed)
    if draws is not None and draws < len(tried):
        tried = np.sort(np.random.default_rng(seed).choice(tried, draws, replace=False))
    made: list[tuple[int, SyntheticControl]] = []
    skipped: list[int] = []
    for i in tried:
        pool = allowed & ~kept_out[i]
        try:
            made.append((int(i), synthetic_control(y, int(i), start, pool, fit, names, periods)))
        except InputError:
            skipped.append(int(i))
    labels = [str(i) for i in range(len(y))] if names is None else list(names)
    return SpacePlacebos(
        observed,
        tuple(labels[i] for i, _ in made),
        np.array([m.gap for _, m in made]).reshape(len(made), y.shape[1]),
        np.array([m.ratio for _, m in made]),
        np.array([m.effect for _, m in made]),
        np.array([m.pre_rmspe for _, m in made]),
        tuple(labels[i] for i in skipped),
    )


@dataclass(frozen=True, slots=True)
class TimePlacebos:
    """The synthetic controls of dates before the policy, each from the years before the policy alone."""

    made: tuple[SyntheticControl, ...]
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def method(self) -> MethodCard:
        """The method card of the synthetic control."""
        return self.made[0].method

    def table(self) -> pd.DataFrame:
        """Return one row a false date: period, effect, pre_rmspe, rmspe_ratio."""
        return pd.DataFrame(
            {
                "period": [m.periods[m.start] for m in self.made],
                "effect": [m.effect for m in self.made],
                "pre_rmspe": [m.pre_rmspe for m in self.made],
                "rmspe_ratio": [m.ratio for m in self.made],
            }
        )


def time_placebos(
    outcome: ArrayLike,
    treated: int | Sequence[int],
    start: int,
    fake_starts: Sequence[int],
    donors: ArrayLike | None = None,
    fit: Fit | None = None,
    names: Sequence[str] | None = None,
    periods: Sequence[object] | None = None,
) -> TimePlacebos:
    """Return the synthetic controls of dates before the policy, from the years before the policy alone.

    fake_starts: columns smaller than `start`, each with two columns or more before it. Abadie, Diamond and Hainmueller
    (2015, section 5).
    """
    y = np.asarray(outcome, float)[:, :start]
    shown = None if periods is None else list(periods)[:start]
    return TimePlacebos(tuple(synthetic_control(y, treated, f, donors, fit, names, shown) for f in fake_starts))


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """The effect with each donor of positive weight left out: names, effects (B,), gaps (B, T), beside the whole."""

    whole: SyntheticControl
    names: tuple[str, ...]
    effects: Array
    gaps: Array
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def method(self) -> MethodCard:
        """The method card of the synthetic control."""
        return self.whole.method

    def table(self) -> pd.DataFrame:
        """Return one row a donor left out: donor, effect."""
        return pd.DataFrame({"donor": self.names, "effect": self.effects})


def leave_one_out(
    outcome: ArrayLike,
    treated: int | Sequence[int],
    start: int,
    donors: ArrayLike | None = None,
    fit: Fit | None = None,
    names: Sequence[str] | None = None,
    periods: Sequence[object] | None = None,
) -> LeaveOneOut:
    """Return the effect without each donor that carries simplex weight. Abadie, Diamond and Hainmueller (2015)."""
    y = np.asarray(outcome, float)
    labels = [str(i) for i in range(len(y))] if names is None else list(names)
    allowed = np.ones(len(y), bool) if donors is None else np.asarray(donors, bool)
    whole = synthetic_control(y, treated, start, allowed, fit, labels, periods)
    carrying = [n for n, w in zip(whole.donors, whole.fit.simplex.weights, strict=True) if w > 0]
    made = []
    for name in carrying:
        pool = allowed.copy()
        pool[labels.index(name)] = False
        made.append(synthetic_control(y, treated, start, pool, fit, labels, periods))
    return LeaveOneOut(whole, tuple(carrying), np.array([m.effect for m in made]), np.array([m.gap for m in made]))
