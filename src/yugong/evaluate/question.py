"""The question of an evaluation: one frozen object that every estimator, interval and check of this room takes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.breaks import Break

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Estimand = Literal["att", "event_time", "dose"]
NO_TEXT = Text("", "")
NEVER = np.iinfo(np.int64).max  # onset of a place that is never treated


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked: the outcome, the policy, whom it is compared with, and what else touched them.

    N places × T consecutive years, in this order everywhere; NaN is missing, never zero.
    y: the outcome (N, T). dose: the policy (N, T), 0 without it, 1 (or the dose) with it.
    exposures: name → (N, T), how far other places' policy reaches a place; competing: name → (N, T), other policies.
    donut: the exposures that bar a place-year from the comparison; all of them unless chosen otherwise.
    anticipation: years before the start that are neither treated nor comparison.
    recovery: years after a policy ended before a place may be compared again; None is never.
    clusters: the unit the policy was given to, by place (N,); inference never works below it.
    belts: strata within which placebo assignments are drawn, by place (N,).
    """

    outcome: str
    y: Floats
    dose: Floats
    places: tuple[str, ...]
    years: tuple[int, ...]
    policy: str = "policy"
    estimand: Estimand = "att"
    covariates: Mapping[str, Floats] = field(default_factory=dict)
    clusters: tuple[str, ...] = ()
    belts: tuple[str, ...] = ()
    exposures: Mapping[str, Floats] = field(default_factory=dict)
    donut: tuple[str, ...] = ()
    competing: Mapping[str, Floats] = field(default_factory=dict)
    anticipation: int = 0
    recovery: int | None = None
    coordinates: Floats | None = None  # (N, 2): longitude, latitude
    breaks: tuple[Break, ...] = ()  # known breaks of the outcome inside the window, accepted or adjusted for
    title: Text = NO_TEXT
    unit: Text = NO_TEXT
    policy_title: Text = NO_TEXT
    names: Mapping[str, Text] = field(default_factory=dict)
    transform: Literal["level", "log"] = "level"  # what was done to the outcome before it came here
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    def __post_init__(self) -> None:
        problems = _problems(self)
        if problems:
            raise InputError(problems)
        if not self.clusters:
            object.__setattr__(self, "clusters", self.places)
        for name in ("y", "dose"):
            object.__setattr__(self, name, _read_only(getattr(self, name)))
        for name in ("covariates", "exposures", "competing"):
            grids = {k: _read_only(v) for k, v in getattr(self, name).items()}
            object.__setattr__(self, name, MappingProxyType(grids))

    @property
    def observed(self) -> Bools:
        """Where the outcome and every covariate are known (N, T)."""
        return np.asarray(
            np.logical_and.reduce([np.isfinite(self.y), *(np.isfinite(x) for x in self.covariates.values())])
        )

    @property
    def treated(self) -> Bools:
        """Where the policy is in force (N, T)."""
        return np.asarray(self.dose != 0)

    @property
    def onset(self) -> NDArray[np.int64]:
        """Position of the first treated year of each place (N,); NEVER where there is none."""
        treated = self.treated
        return np.where(treated.any(axis=1), treated.argmax(axis=1), NEVER)

    @property
    def cohorts(self) -> NDArray[np.int64]:
        """First treated year of each place (N,); 0 for places never treated, as the software of the field has it."""
        years = np.asarray(self.years)
        ever = self.treated.any(axis=1)
        return np.where(ever, years[np.where(ever, self.onset, 0)], 0)

    @property
    def ever(self) -> Bools:
        """Places that are ever treated inside the window (N,)."""
        return np.asarray(self.treated.any(axis=1))

    @property
    def event_time(self) -> Floats:
        """Years since the first treated year (N, T); NaN for places never treated."""
        steps = np.arange(len(self.years))[None, :] - np.where(self.ever, self.onset, 0)[:, None]
        return np.where(self.ever[:, None], steps.astype(np.float64), np.nan)

    @property
    def absorbing(self) -> bool:
        """Whether no place leaves the policy once it has entered."""
        return bool((np.diff(self.treated.astype(np.int8), axis=1) >= 0).all())

    @property
    def binary(self) -> bool:
        """Whether the policy is in force or not, without doses."""
        return bool(np.isin(self.dose, (0.0, 1.0)).all())

    @property
    def anticipating(self) -> Bools:
        """Where the policy is at most `anticipation` years away (N, T)."""
        e = self.event_time
        return np.asarray((e < 0) & (e >= -self.anticipation))

    @property
    def after(self) -> Bools:
        """Where the policy has ended and may still work (N, T), for `recovery` years or for good."""
        return lingering(self.treated, self.recovery)

    @property
    def exposed(self) -> Bools:
        """Where a policy elsewhere reaches by one of the `donut` exposures; unknown exposure counts as reached."""
        out = np.zeros(self.y.shape, bool)
        for name in self.donut:
            out |= self.exposures[name] != 0
        return out

    @property
    def contested(self) -> Bools:
        """Where a competing policy is in force, or has ended and may still work (N, T)."""
        out = np.zeros(self.y.shape, bool)
        for layer in self.competing.values():
            out |= (layer != 0) | lingering(layer != 0, self.recovery)
        return out

    @property
    def clean(self) -> Bools:
        """The comparison (N, T): observed, no own policy before, now or coming, no exposure, no competing policy."""
        own = self.treated | self.anticipating | self.after
        return np.asarray(self.observed & ~own & ~self.exposed & ~self.contested)

    @property
    def estimated(self) -> Bools:
        """The cells whose effect is asked for (N, T): treated, observed, no competing policy."""
        return np.asarray(self.observed & self.treated & ~self.contested)

    @property
    def never(self) -> Bools:
        """Places that belong to the comparison in every observed year (N,): the donors of synthetic controls."""
        observed = self.observed
        return np.asarray((self.clean | ~observed).all(axis=1) & observed.any(axis=1))

    def with_dose(self, dose: Floats) -> "Question":
        """Return the same question under another assignment of the policy, as placebo tests need it."""
        return replace(self, dose=dose)

    def subset(self, places: Sequence[str] | None = None, years: Sequence[int] | None = None) -> "Question":
        """Return the question on some of the places and a run of the years."""
        rows = [self.places.index(p) for p in (self.places if places is None else places)]
        columns = [self.years.index(t) for t in (self.years if years is None else years)]

        def cut(x: Floats) -> Floats:
            return x[np.ix_(rows, columns)]

        return replace(
            self,
            y=cut(self.y),
            dose=cut(self.dose),
            places=tuple(self.places[i] for i in rows),
            years=tuple(self.years[t] for t in columns),
            covariates={k: cut(v) for k, v in self.covariates.items()},
            clusters=tuple(self.clusters[i] for i in rows),
            belts=tuple(self.belts[i] for i in rows) if self.belts else (),
            exposures={k: cut(v) for k, v in self.exposures.items()},
            competing={k: cut(v) for k, v in self.competing.items()},
            coordinates=None if self.coordinates is None else self.coordinates[rows],
        )

    def frame(self) -> pd.DataFrame:
        """Return one row a place-year: place, year, outcome, dose, cohort, cluster and each covariate."""
        n, t = self.y.shape
        columns: dict[str, Any] = {
            "place": np.repeat(np.asarray(self.places, object), t),
            "year": np.tile(self.years, n),
            "outcome": self.y.ravel(),
            "dose": self.dose.ravel(),
            "cohort": np.repeat(self.cohorts, t),
            "cluster": np.repeat(np.asarray(self.clusters, object), t),
        }
        return pd.DataFrame(columns | {k: v.ravel() for k, v in self.covariates.items()})


def ask(
    y: Any,
    dose: Any,
    outcome: str = "y",
    covariates: Mapping[str, Any] | None = None,
    exposures: Mapping[str, Any] | None = None,
    competing: Mapping[str, Any] | None = None,
    donut: Sequence[str] | None = None,
    **options: Any,
) -> Question:
    """Return a Question from places × years frames, which align by label, or arrays (N, T), named by position.

    options: the other fields of Question. Raises InputError, with all problems, for labels that differ, repeated
    places or years, gaps between years, a missing or infinite dose, and shapes that do not fit.
    """
    frame = y if isinstance(y, pd.DataFrame) else pd.DataFrame(np.asarray(y, dtype=np.float64))
    places = tuple(str(p) for p in options.pop("places", frame.index))
    years = tuple(int(t) for t in options.pop("years", frame.columns))
    problems: list[Problem] = []

    def aligned(x: Any, name: str) -> Floats:
        if not isinstance(x, pd.DataFrame):
            values = np.asarray(x, dtype=np.float64)
            return np.broadcast_to(values[:, None], frame.shape).copy() if values.ndim == 1 else values
        if x.index.has_duplicates or x.columns.has_duplicates:
            problems.append(Problem(Text(f"{name} 的地区或年份重复", f"{name} repeats a place or a year")))
            return np.full(frame.shape, np.nan)
        if set(x.index) != set(frame.index) or set(x.columns) != set(frame.columns):
            lost = [str(v) for v in (*(set(frame.index) ^ set(x.index)), *(set(frame.columns) ^ set(x.columns)))]
            shown = ", ".join(sorted(lost)[:8])
            what = Text(f"{name} 与结果变量的地区或年份不同：{shown}", f"{name} has other places or years: {shown}")
            problems.append(Problem(what))
            return np.full(frame.shape, np.nan)
        return x.reindex(index=frame.index, columns=frame.columns).to_numpy(np.float64)

    values = frame.to_numpy(np.float64)
    if twice := _repeated(places, years):
        raise InputError(twice)
    grids = [{k: aligned(v, k) for k, v in (given or {}).items()} for given in (covariates, exposures, competing)]
    own = aligned(dose, Text("政策", "the policy").in_())
    if problems:
        raise InputError(problems)
    return Question(
        outcome,
        values,
        own,
        places,
        years,
        covariates=grids[0],
        exposures=grids[1],
        competing=grids[2],
        donut=tuple(grids[1]) if donut is None else tuple(donut),
        **options,
    )


def lingering(treated: Bools, recovery: int | None) -> Bools:
    """Return where a policy (N, T) has ended: for `recovery` years after the last one in force, or for good (None)."""
    years = np.arange(treated.shape[1])
    last = np.maximum.accumulate(np.where(treated, years, -1), axis=1)
    since = years - last
    return np.asarray((last >= 0) & ~treated & (since <= (len(years) if recovery is None else recovery)))


def _read_only(grid: Floats) -> Floats:
    if grid.flags.writeable:
        grid = grid.copy()
        grid.flags.writeable = False
    return grid


def _repeated(places: Sequence[str], years: Sequence[int]) -> list[Problem]:
    found = []
    for zh, en, labels in (("地区", "place", places), ("年份", "year", tuple(map(str, years)))):
        twice = [label for label, n in Counter(labels).items() if n > 1]
        if twice:
            shown = ", ".join(twice[:8])
            do = Text("每个地区每年只留一行", "keep one row a place and year")
            found.append(Problem(Text(f"{zh}重复：{shown}", f"{en} repeated: {shown}"), do))
    return found


def _problems(q: Question) -> list[Problem]:
    problems: list[Problem] = []

    def wrong(zh: str, en: str, do: Text | None = None) -> None:
        problems.append(Problem(Text(zh, en), do))

    problems += _repeated(q.places, q.years)
    gaps = [f"{a}–{b}" for a, b in pairwise(q.years) if b - a != 1]
    if gaps and not problems:
        do = Text(
            "补齐或缩短窗口；某年没有数据时留空", "fill them or shorten the window; leave a year without data empty"
        )
        wrong(f"年份不连续：{', '.join(gaps)}", f"the years have gaps: {', '.join(gaps)}", do)
    shape = (len(q.places), len(q.years))
    grids = {q.outcome: q.y, q.policy: q.dose, **q.covariates, **q.exposures, **q.competing}
    for name, grid in grids.items():
        if grid.shape != shape:
            wrong(f"{name} 的形状 {grid.shape} 不是 {shape}", f"{name} has shape {grid.shape}, not {shape}")
    if problems:
        return problems
    lost = [p for p, row in zip(q.places, q.dose, strict=True) if not np.isfinite(row).all()]
    if lost:
        do = Text("没有政策写 0", "write 0 where there is none")
        shown = ", ".join(lost[:8])
        wrong(f"政策状态缺失：{shown}", f"the policy is missing for {shown}", do)
    for name, labels in (("clusters", q.clusters), ("belts", q.belts)):
        if labels and len(labels) != shape[0]:
            wrong(f"{name} 有 {len(labels)} 个，地区有 {shape[0]} 个", f"{len(labels)} {name} for {shape[0]} places")
    for name in q.donut:
        if name not in q.exposures:
            wrong(f"没有名为 {name} 的暴露", f"there is no exposure named {name}")
    if q.coordinates is not None and q.coordinates.shape != (shape[0], 2):
        wrong("坐标不是 地区 × (经度，纬度)", "coordinates are not places × (longitude, latitude)")
    return problems
