"""What every verb on a study shares: values chosen by label and year, and the record of what is left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.disparity import Omitted

if TYPE_CHECKING:
    from yugong.study.model import Study

Years = Sequence[int] | None
FREQUENT = 0.5  # a place with figures in a smaller share of the years does not decide which years are complete

NO_VALUE = Text("数值缺失", "value missing")
NO_WEIGHT = Text("权重缺失或为零", "weight missing or zero")
NO_GROUP = Text("不在该分组内", "in none of the groups")
ONE_OR_SEVERAL = Problem(Text("year 与 years 只给一个", "give year or years, not both"))
INCOMPLETE = Text("其他年份缺失，平衡面板剔除", "missing in another year; left out of the balanced panel")


@dataclass(frozen=True, slots=True, eq=False)
class Selected:
    """Values and weights, places × years; weight 0 where absent, with the record of what is absent and why."""

    values: pd.DataFrame
    weights: pd.DataFrame
    omitted: tuple[Omitted, ...]
    groups: tuple["pd.Series[Any]", ...]
    provenance: Provenance
    single: bool  # one year was asked for: results carry no year axis

    @property
    def x(self) -> "pd.DataFrame | pd.Series[Any]":
        """The values as level 1 takes them."""
        return self.values.iloc[:, 0] if self.single else self.values

    @property
    def w(self) -> "pd.DataFrame | pd.Series[Any]":
        """The weights as level 1 takes them."""
        return self.weights.iloc[:, 0] if self.single else self.weights


def select(
    study: "Study",
    variable: str,
    weights: str | None,
    year: int | None,
    years: Years,
    balanced: bool,
    groups: Sequence[str] = (),
    on: date | str | None = None,
) -> Selected:
    if year is not None:
        if years is not None:
            raise InputError([ONE_OR_SEVERAL])
        years = (year,)
    values = study.panel(variable).astype(np.float64)
    mass = None if weights is None else study.panel(weights).astype(np.float64)
    if mass is not None:
        values = values.reindex(values.index.union(mass.index, sort=False))
    labels = [study.grouping(g, on) for g in groups]
    wanted = _wanted(values, mass, variable, weights, years)
    values = values[wanted]
    w = pd.DataFrame(1.0, values.index, values.columns) if mass is None else mass.reindex(values.index)[wanted]
    reasons: list[tuple[pd.DataFrame, Text]] = [(values.isna(), NO_VALUE), (w.isna() | (w == 0), NO_WEIGHT)]
    named = [g.reindex(values.index) for g in labels]
    reasons += [(pd.DataFrame(dict.fromkeys(wanted, g.isna()), index=values.index), NO_GROUP) for g in named]
    absent = pd.DataFrame(False, values.index, values.columns)
    omitted: list[Omitted] = []
    for where, why in reasons:
        omitted += record(where & ~absent, why)
        absent |= where
    if balanced:
        rest = pd.DataFrame(dict.fromkeys(wanted, absent.any(axis=1)), index=values.index)
        omitted += record(rest & ~absent, INCOMPLETE)
        absent = rest
    if empty := [y for y in wanted if absent[y].all()]:
        raise InputError(no_data(variable, weights, y) for y in empty)
    grouped = pd.Series(True, values.index)
    for g in named:
        grouped &= g.notna()
    variables = [variable] if weights in (None, variable) else [variable, str(weights)]
    return Selected(
        values[grouped],
        w.mask(absent, 0.0)[grouped],
        tuple(omitted),
        tuple(g[grouped] for g in named),
        study.provenance(
            variables,
            years=span(wanted),
            balanced=balanced,
            weights=weights,
            groups=", ".join(groups) or None,
            on=on,
            omitted=_left_out(omitted),
        ),
        year is not None,
    )


def _wanted(
    values: pd.DataFrame, mass: pd.DataFrame | None, variable: str, weights: str | None, years: Years
) -> list[Any]:
    if years is None:
        found = [y for y in values.columns if values[y].notna().any() and (mass is None or _has(mass, y))]
        if not found:
            raise InputError([no_data(variable, weights, None)])
        return found
    asked = list(years)
    missing = [y for y in asked if y not in values.columns or (mass is not None and y not in mass.columns)]
    if missing:
        there = [y for y in values.columns if values[y].notna().any() and (mass is None or _has(mass, y))]
        raise InputError(no_data(variable, weights, y, there) for y in missing)
    return asked


def _has(mass: pd.DataFrame, year: object) -> bool:
    return year in mass.columns and bool(mass[year].notna().any())


def one_year(panel: pd.DataFrame, variable: str, year: int) -> "pd.Series[Any]":
    if year not in panel.columns:
        raise InputError([no_data(variable, None, year)])
    return panel[year].astype(np.float64)


def record(where: pd.DataFrame, why: Text) -> list[Omitted]:
    places, years = where.index.tolist(), where.columns.tolist()
    return [Omitted(places[i], years[t], why) for i, t in np.argwhere(where.to_numpy())]


def no_data(variable: str, weights: str | None, year: object, there: Sequence[Any] = ()) -> Problem:
    what = variable if weights is None else f"{variable} × {weights}"
    when = ("", "") if year is None else (f"在 {year} 年", f" in {year}")
    do = Text(f"有数据的年份：{span(there)}", f"years with data: {span(there)}") if there else None
    return Problem(Text(f"{what} {when[0]}没有数据", f"{what} has no data{when[1]}"), do)


def span(years: Sequence[Any]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]} ({len(years)})"


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Variables without gaps on the same places and years; a logged one is named ln(variable).

    `omitted`: places left out of all years because a cell is missing; `skipped`: years not asked for by name and
    left out because some place has no figure.
    """

    frames: dict[str, pd.DataFrame]
    omitted: tuple[Omitted, ...]
    skipped: tuple[int, ...]
    single: bool  # one year was asked for: results carry no year axis
    used: tuple[str, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """The places, in the study's order."""
        return tuple(next(iter(self.frames.values())).index)

    @property
    def years(self) -> tuple[int, ...]:
        """The years."""
        return tuple(int(y) for y in next(iter(self.frames.values())).columns)

    def __getitem__(self, name: str) -> "pd.DataFrame | pd.Series[Any]":
        """A variable as level 1 takes it, by its id: places × years, or by place when one year was asked for."""
        frame = self.frames[self.columns([name])[0]]
        return frame.iloc[:, 0] if self.single else frame

    def table(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        """Return places × variables of the only year."""
        chosen = self.frames if names is None else self.columns(names)
        return pd.DataFrame({n: self.frames[n].iloc[:, 0] for n in chosen})

    def columns(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the variables' names here, ln(variable) for the logged ones; UnknownNameError for others."""
        found = [n if n in self.frames else logged_name(n) for n in names]
        if unknown := [n for n, f in zip(names, found, strict=True) if f not in self.frames]:
            raise UnknownNameError(Text("变量", "variable"), unknown[0], list(self.frames))
        return tuple(found)

    def provenance(self, study: "Study", **selection: object) -> Provenance:
        """Return the sources, the years and what was left out of them."""
        return study.provenance(
            self.used,
            years=span(self.years),
            omitted=_left_out(self.omitted),
            incomplete_years=", ".join(map(str, self.skipped)) or None,
            **selection,
        )


def _left_out(omitted: Sequence[Omitted]) -> str | None:
    """Places left out with their years, for the record; None when none is."""
    lost: dict[str, list[str]] = {}
    for o in omitted:
        lost.setdefault(str(o.place), []).append(str(o.year))
    return "; ".join(f"{p} ({', '.join(y)})" for p, y in lost.items()) or None


def logged_name(name: str) -> str:
    """Return the name of the logarithm of a variable."""
    return f"ln({name})"


def sheet(
    study: "Study",
    variables: Sequence[str],
    year: int | None = None,
    years: Years = None,
    logs: Sequence[str] | None = None,
    extra: "dict[str, pd.DataFrame] | None" = None,
) -> Sheet:
    """Return variables on the places and years where none has a gap.

    `year` or `years` asked for: places with a gap in any of them are left out and recorded. Neither: the years in
    which every place has figures; places with figures in less than half of the years are left out and recorded.
    `extra` adds frames that are computed, not columns of the study. `logs` names the variables taken in logarithms;
    values that are not positive raise InputError.
    """
    if year is not None and years is not None:
        raise InputError([ONE_OR_SEVERAL])
    made = dict(extra or {})
    names = list(dict.fromkeys(variables))
    frames = {v: made[v] if v in made else study.panel(v).astype(np.float64) for v in names}
    have = np.logical_and.reduce([f.notna().to_numpy() for f in frames.values()])
    there = pd.DataFrame(have, list(study.places), [int(y) for y in study.years])
    asked = (year,) if year is not None else years
    if asked is None:
        filled = there.loc[:, there.any(axis=0)]
        known = there[filled.mean(axis=1) >= FREQUENT]
        full = [int(y) for y in known.columns[known.all(axis=0)]] if len(known) else []
        skipped = [int(y) for y in there.columns[there.any(axis=0) & ~known.all(axis=0)]]
        if not full:
            what = " × ".join(names)
            raise InputError(
                [
                    Problem(
                        Text(f"{what} 没有各地区都有数据的年份", f"{what}: no year in which every place has figures"),
                        Text("用 year 或 years 选定年份", "choose with year or years"),
                    )
                ]
            )
        wanted = full
    else:
        wanted, skipped = [int(y) for y in asked], []
        known_years = set(study.years)
        if empty := [y for y in wanted if y not in known_years or not there[y].any()]:
            raise InputError(_nothing(frames, y) for y in empty)
    kept = there[wanted]
    whole = kept.all(axis=1)
    absent = ~kept[~whole]
    if not whole.any():
        raise InputError([no_data(" × ".join(names), None, span(wanted))])
    out: dict[str, pd.DataFrame] = {}
    for name in names:
        frame = frames[name].loc[whole.to_numpy(), wanted]
        if logs is not None and name in logs:
            out[logged_name(name)] = _logarithm(frame, name)
        else:
            out[name] = frame
    if logs is not None and (unknown := [v for v in logs if v not in names]):
        raise UnknownNameError(Text("取对数的变量", "variable in logs"), unknown[0], names)
    used = tuple(v for v in names if v not in made)
    return Sheet(out, tuple(record(absent, NO_VALUE)), tuple(int(y) for y in skipped), year is not None, used)


def _nothing(frames: dict[str, pd.DataFrame], year: int) -> Problem:
    """Say which of the variables has no figures in a year, and which years it has."""
    without = {v: f for v, f in frames.items() if year not in f.columns or not f[year].notna().any()}
    name, frame = next(iter((without or frames).items()))
    have = [int(y) for y in frame.columns[frame.notna().any(axis=0)]]
    if not have or name not in without:
        return no_data(" × ".join(frames), None, year)
    do = Text(f"有数据的年份：{span(have)}", f"years with data: {span(have)}")
    return Problem(no_data(name, None, year).what, do)


def _logarithm(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    bad = frame.index[(frame <= 0).any(axis=1)]
    if len(bad):
        shown = ", ".join(map(str, bad[:8]))
        raise InputError(
            [Problem(Text(f"{name} 有非正值，不能取对数：{shown}", f"{name} has values ≤ 0, no logarithm: {shown}"))]
        )
    logged: pd.DataFrame = frame.map(np.log)
    return logged
