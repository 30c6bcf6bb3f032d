"""The study: regions, indicators and flows, with where every number comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance, Source
from yugong.base.text import Text
from yugong.study.flow import Flow, Table
from yugong.study.variable import NO_TEXT, Variable

if TYPE_CHECKING:
    import pandas as pd

    from yugong.registry import Place

# The rooms above hang their verbs on a study by name, so that nothing here imports them.
ACCESSORS = {
    "diagnose": "yugong.diagnose.accessor:Diagnose",
    "simulate": "yugong.simulate.accessor:Simulate",
    "design": "yugong.design.accessor:Design",
    "evaluate": "yugong.evaluate.accessor:Evaluate",
    "review": "yugong.review.accessor:Review",
    "monitor": "yugong.monitor.accessor:Monitor",
}


LEVELS = {
    "province": Text("省级", "province level"),
    "prefecture": Text("地级", "prefecture level"),
    "county": Text("县级", "county level"),
}


@dataclass(frozen=True, eq=False)
class Study:
    """Regions × years × variables and flows; `frame` is indexed by (place, year), a column a variable."""

    id: str
    title: Text
    places: tuple[str, ...]
    years: tuple[int, ...]
    variables: Mapping[str, Variable]
    flows: Mapping[str, Flow]
    frame: "pd.DataFrame" = field(repr=False)
    names: Mapping[str, Text] = field(repr=False)
    level: str = "province"
    base_year: int | None = None
    groups: tuple[str, ...] = ()
    national: "pd.DataFrame | None" = field(default=None, repr=False)  # year × variable: official totals
    own_groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    folder: Path | None = None
    headline: Mapping[str, str] = field(default_factory=dict)  # everyday name -> variable id
    weights: str = ""  # the variable that weights places
    note: Text = NO_TEXT
    tables: Mapping[str, Table] = field(default_factory=dict)  # figures with further dimensions
    published: Sequence[Mapping[str, str]] = field(default=(), repr=False)  # figures of record, to stand beside ours
    absent: Sequence[Mapping[str, str]] = field(default=(), repr=False)  # indicators without real figures, and why
    indicators: Mapping[str, str] = field(default_factory=dict)  # indicator of the default system -> variable id

    def __getattr__(self, name: str) -> Any:
        if name in ACCESSORS:
            module, _, kind = ACCESSORS[name].partition(":")
            try:
                found = getattr(import_module(module), kind)
            except ModuleNotFoundError as error:
                if error.name is None or not module.startswith(error.name):
                    raise
                raise AttributeError(f"study.{name} is not part of this version") from error
            return found(self)
        raise AttributeError(f"a study has no attribute {name!r}")

    def variable(self, name: str) -> Variable:
        """Return a variable by its id, its everyday name, or either title; UnknownNameError lists the nearest."""
        id_ = name if name in self.variables else self.headline.get(name, name)
        if id_ in self.variables:
            return self.variables[id_]
        titled = [v for v in self.variables.values() if name in v.title]
        if len(titled) == 1:
            return titled[0]
        words = {w: v.id for v in self.variables.values() for w in (v.id, v.title.zh, v.title.en)}
        near = [v.id for v in titled] or list(dict.fromkeys(words[w] for w in get_close_matches(name, words, 5, 0.4)))
        raise UnknownNameError(Text("变量", "variable"), name, near, ambiguous=len(titled) > 1)

    def panel(self, variable: str) -> "pd.DataFrame":
        """Return places × years of one variable, in the study's order; NaN where there is no figure."""
        wide = self.frame[self.variable(variable).id].unstack("year")  # noqa: PD010 - pivot_table aggregates and drops NaN
        return (
            wide.reindex(index=list(self.places), columns=list(self.years))
            .rename_axis("place")
            .rename_axis("year", axis=1)
        )

    def values(self, variable: str, year: int) -> "pd.Series[float]":
        """Return one variable in one year by place; UnknownNameError for a year the study does not reach."""
        if year not in self.years:
            near = [str(y) for y in sorted(self.years, key=lambda y: abs(y - year))[:3]]
            raise UnknownNameError(Text("年份", "year"), year, near)
        return self.panel(variable)[year].rename(self.variable(variable).id)

    def flow(self, name: str) -> Flow:
        """Return a flow by id; UnknownNameError lists those there are."""
        if name not in self.flows:
            raise UnknownNameError(
                Text("流量", "flow"), name, get_close_matches(name, self.flows, 5, 0.3) or self.flows
            )
        return self.flows[name]

    def grouping(self, name: str, on: date | str | None = None) -> "pd.Series[str]":
        """Return place → group id of one partition on a date; places in no group are missing."""
        import pandas as pd

        groups: Mapping[str, str] | None = self.own_groups.get(name)
        if groups is None:
            from yugong import registry

            groups = registry.grouping(name, on=on)
        parents = {code: code[:2] + "0000" for code in self.places}
        found = [groups.get(code, groups.get(parents[code])) for code in self.places]
        return pd.Series(found, index=pd.Index(self.places, name="place"), name=name, dtype="object")

    def source(self, variable: str) -> Source:
        """Return where a variable, or a flow, comes from."""
        return (self.flows[variable].variable if variable in self.flows else self.variable(variable)).source()

    def provenance(self, variables: Sequence[str], **selection: object) -> Provenance:
        """Return the sources of the variables used and the selection made; options left at None are not listed."""
        ids = list(dict.fromkeys(variables))
        chosen = {key: str(value) for key, value in selection.items() if value is not None}
        return Provenance(self.id, tuple(self.source(v) for v in ids), chosen)

    def name(self, code: str) -> Text:
        """Return the short name of a place of this study."""
        if code not in self.names:
            raise UnknownNameError(Text("地区", "place"), code, get_close_matches(code, self.names, 3))
        return self.names[code]

    def place(self, name: str) -> str:
        """Return the code of one of the study's places by its code or any form of its name.

        UnknownNameError lists the nearest; InputError for a known place that is not one of the study's.
        """
        if name in self.names:
            return name
        own = [code for code in self.places if name in self.names[code]]
        if len(own) == 1:
            return own[0]
        from yugong import registry

        known = registry.place(name)
        if known.code not in self.names:
            raise _outside(self, known, name)
        return known.code

    def coverage(self) -> "pd.DataFrame":
        """Return, by variable: cells present, share of places × years, first and last year, places with any figure."""
        import pandas as pd

        rows = []
        for id_ in self.variables:
            column = self.frame[id_].dropna()
            years = column.index.get_level_values("year")
            full = len(self.places) * len(self.years)
            rows.append(
                {
                    "variable": id_,
                    "cells": len(column),
                    "share": 100 * len(column) / full if full else float("nan"),
                    "first_year": int(years.min()) if len(column) else None,
                    "last_year": int(years.max()) if len(column) else None,
                    "places": column.index.get_level_values("place").nunique(),
                }
            )
        frame = pd.DataFrame(rows, columns=["variable", "cells", "share", "first_year", "last_year", "places"])
        return frame.astype({"first_year": "Int64", "last_year": "Int64"})


def _outside(study: Study, known: "Place", name: str) -> InputError:
    """Return the error for a place that is known but not one of the study's."""
    level = LEVELS[known.level]
    what = Text(
        f"“{name}”是{known.zh}（{level.zh}），但不在本研究的 {len(study.places)} 个地区之中",
        f"{name!r} is {known.en} ({level.en}), which is not one of the {len(study.places)} places of this study",
    )
    do = None
    if known.parent in study.places:
        above = study.names[str(known.parent)]
        do = Text(f"可用它所在的{above.zh}", f"use {above.en}, where it lies")
    return InputError([Problem(what, do)])
