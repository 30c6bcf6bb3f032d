"""Efficiency on a study: DEA, SBM and productivity change with inputs, outputs and bad outputs of one's choice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose._study_common import Years, no_data, span
from yugong.diagnose._study_growth import CAPITAL, INVESTMENT, PRICE, computed_capital
from yugong.diagnose.efficiency.change import ProductivityChange
from yugong.diagnose.efficiency.data import Orientation, Returns
from yugong.diagnose.efficiency.luenberger import malmquist_luenberger as solve_luenberger
from yugong.diagnose.efficiency.malmquist import Measure, Reference
from yugong.diagnose.efficiency.malmquist import malmquist as solve_malmquist
from yugong.diagnose.efficiency.radial import dea as solve_dea
from yugong.diagnose.efficiency.result import Efficiency
from yugong.diagnose.efficiency.scale import ScaleEfficiency
from yugong.diagnose.efficiency.scale import scale_efficiency as solve_scale
from yugong.diagnose.efficiency.slacks import sbm as solve_sbm
from yugong.diagnose.efficiency.slacks import super_sbm as solve_super_sbm

if TYPE_CHECKING:
    from yugong.study.model import Study

Names = Sequence[str]
Model = Literal["dea", "sbm", "super_sbm"]


@dataclass(frozen=True, slots=True, eq=False)
class EfficiencyPanel:
    """Scores of places × years against each year's frontier or one frontier of all years; NaN where unsolved."""

    score: pd.DataFrame
    status: pd.DataFrame  # of Text
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place and year: place, year, score, rank within the year, status."""
        rank = self.score.rank(ascending=False, method="min")
        rows = [
            (place, int(year), self.score.loc[place, year], rank.loc[place, year], str(self.status.loc[place, year]))
            for place in self.score.index
            for year in self.score.columns
        ]
        return pd.DataFrame(rows, columns=["place", "year", "score", "rank", "status"])


def dea(
    study: "Study",
    inputs: Names,
    outputs: Names,
    year: int,
    returns: Returns = "constant",
    orientation: Orientation = "input",
    super_efficiency: bool = False,
) -> Efficiency:
    """Return radial efficiency of places in one year, CCR or BCC (returns="variable"). See efficiency.dea.

    `capital_stock` among the inputs is computed by perpetual inventory where the study has no such column. A place
    with a gap stays in the result with a status.
    """
    data = _Data(study, inputs, outputs, (), (year,))
    out = solve_dea(data.inputs[year], data.outputs[year], returns, orientation, super_efficiency)
    return replace(out, provenance=data.provenance)


def scale_efficiency(
    study: "Study", inputs: Names, outputs: Names, year: int, orientation: Orientation = "input"
) -> ScaleEfficiency:
    """Return overall, pure and scale efficiency of places in one year, and their returns to scale."""
    data = _Data(study, inputs, outputs, (), (year,))
    out = solve_scale(data.inputs[year], data.outputs[year], orientation)
    return replace(out, provenance=data.provenance)


def sbm(
    study: "Study",
    inputs: Names,
    outputs: Names,
    year: int,
    bad: Names = (),
    returns: Returns = "constant",
    orientation: Orientation = "none",
) -> Efficiency:
    """Return slacks-based efficiency of places in one year, `bad` outputs such as emissions included.

    See dea on `capital_stock` and gaps, efficiency.sbm on the model.
    """
    data = _Data(study, inputs, outputs, bad, (year,))
    out = solve_sbm(data.inputs[year], data.outputs[year], data.bad_of(year), returns, orientation)
    return replace(out, provenance=data.provenance)


def super_sbm(
    study: "Study",
    inputs: Names,
    outputs: Names,
    year: int,
    bad: Names = (),
    returns: Returns = "constant",
    orientation: Orientation = "none",
) -> Efficiency:
    """Return slacks-based super-efficiency of places in one year. See efficiency.super_sbm."""
    data = _Data(study, inputs, outputs, bad, (year,))
    out = solve_super_sbm(data.inputs[year], data.outputs[year], data.bad_of(year), returns, orientation)
    return replace(out, provenance=data.provenance)


def efficiency_panel(
    study: "Study",
    inputs: Names,
    outputs: Names,
    bad: Names = (),
    years: Years = None,
    model: Model = "super_sbm",
    frontier: Literal["pooled", "year"] = "pooled",
    returns: Returns = "constant",
    orientation: Orientation | None = None,
) -> EfficiencyPanel:
    """Return scores by place and year against one frontier of all years ("pooled", levels compare) or each year's.

    `orientation` is "input" for dea and "none" for the slacks-based models when not given.
    """
    if model not in ("dea", "sbm", "super_sbm"):
        raise UnknownNameError(Text("模型", "model"), model, ("dea", "sbm", "super_sbm"))
    data = _Data(study, inputs, outputs, bad, years)

    def solve(x: pd.DataFrame, y: pd.DataFrame, b: pd.DataFrame | None) -> Efficiency:
        if model == "dea":
            return solve_dea(x, y, returns, orientation or "input")
        slack_based = solve_sbm if model == "sbm" else solve_super_sbm
        return slack_based(x, y, b, returns, orientation or "none")

    if frontier == "pooled":
        found = [solve(*(_stack(t) if t else None for t in (data.inputs, data.outputs, data.bad)))]  # type: ignore[arg-type]
        labels: list[tuple[object, ...]] = [tuple(p) for p in found[0].units.places]  # type: ignore[arg-type]
    else:
        found = [solve(data.inputs[t], data.outputs[t], data.bad_of(t)) for t in data.years]
        labels = [(t, p) for t, one in zip(data.years, found, strict=True) for p in one.units.places]
    index = pd.MultiIndex.from_tuples(labels, names=["year", "place"])
    score = pd.Series(np.concatenate([one.score for one in found]), index)
    status = pd.Series([s for one in found for s in one.status], index, dtype=object)
    places = list(study.places)
    card = replace(found[0].method, options=found[0].method.options | {"frontier": frontier})
    return EfficiencyPanel(
        score.unstack("year").reindex(places),  # noqa: PD010 - every pair once
        status.unstack("year").reindex(places),  # noqa: PD010 - every pair once
        card,
        data.provenance,
    )


def malmquist(
    study: "Study",
    inputs: Names,
    outputs: Names,
    bad: Names = (),
    years: Years = None,
    reference: Reference = "adjacent",
    measure: Measure = "radial",
    orientation: Orientation | None = None,
    returns: Returns = "constant",
) -> ProductivityChange:
    """Return Malmquist productivity change between neighbouring years of `years`; bad outputs need measure="sbm".

    See efficiency.malmquist.
    """
    data = _Data(study, inputs, outputs, bad, years)
    toward = orientation or ("input" if measure == "radial" else "none")
    out = solve_malmquist(data.inputs, data.outputs, data.bad or None, reference, measure, toward, returns)
    return replace(out, provenance=data.provenance)


def malmquist_luenberger(
    study: "Study",
    inputs: Names,
    outputs: Names,
    bad: Names,
    years: Years = None,
    reference: Reference = "adjacent",
    returns: Returns = "constant",
) -> ProductivityChange:
    """Return Malmquist–Luenberger (reference="global": GML) productivity change. See efficiency.malmquist_luenberger."""
    data = _Data(study, inputs, outputs, bad, years)
    out = solve_luenberger(data.inputs, data.outputs, data.bad, reference, returns)
    return replace(out, provenance=data.provenance)


class _Data:
    """Tables of inputs, outputs and bad outputs by year; years without figures of some variable are not there."""

    def __init__(self, study: "Study", inputs: Names, outputs: Names, bad: Names, years: Years) -> None:
        names = [*inputs, *outputs, *bad]
        extra: dict[str, pd.DataFrame] = {}
        behind: tuple[str, ...] = ()
        if CAPITAL in names:
            extra, behind = computed_capital(study, CAPITAL, INVESTMENT, PRICE, 0.096)
        frames = {v: extra[v] if v in extra else study.panel(v).astype(np.float64) for v in names}
        filled = np.logical_and.reduce([f.notna().any(axis=0).to_numpy() for f in frames.values()])
        there = [y for y, full in zip(study.years, filled, strict=True) if full]
        wanted = there if years is None else [int(y) for y in years]
        if empty := [y for y in wanted if y not in there]:
            raise InputError(no_data(" × ".join(names), None, y) for y in empty)
        if not wanted:
            raise InputError([no_data(" × ".join(names), None, None)])
        self.years = tuple(wanted)

        def tables(chosen: Names) -> dict[int, pd.DataFrame]:
            if not chosen:
                return {}
            return {y: pd.DataFrame({v: frames[v][y] for v in chosen}) for y in wanted}

        self.inputs, self.outputs, self.bad = tables(inputs), tables(outputs), tables(bad)
        used = [v for v in names if v not in extra]
        gaps = {p: [y for y in wanted if not all(f.notna().loc[p, y] for f in frames.values())] for p in study.places}
        self.provenance = study.provenance(
            [*used, *behind],
            years=span(self.years),
            inputs=" ".join(inputs),
            outputs=" ".join(outputs),
            bad=" ".join(bad) or None,
            incomplete="; ".join(f"{p} ({', '.join(map(str, y))})" for p, y in gaps.items() if y) or None,
        )

    def bad_of(self, year: int) -> pd.DataFrame | None:
        """Bad outputs of a year, None where there are none."""
        return self.bad.get(year)


def _stack(tables: dict[int, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, names=["year", "place"])
