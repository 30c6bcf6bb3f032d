"""One lever or one elasticity of a study taken through a range of values, every value solved exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance, selected
from yugong.base.text import Text
from yugong.registry.levers import Lever, lever, levers
from yugong.registry.levers import parameters as registered
from yugong.simulate._study_cards import grid_card
from yugong.simulate._study_common import together
from yugong.simulate.batches import Batch, batch
from yugong.simulate.economies.balance import Numbers
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.economies.filled import FORMS as OWN_TABLES
from yugong.simulate.instruments import Instruments
from yugong.simulate.levers import Levers
from yugong.simulate.objectives import Disparity
from yugong.simulate.running import Detail, Parameters, base_year, scenario_of
from yugong.simulate.scenario.model import Scenario
from yugong.simulate.scenario.resolving import resolve
from yugong.simulate.stacking import drawn_levers

if TYPE_CHECKING:
    from yugong.study.model import Study

FORMS = {"grid": OWN_TABLES}
PARTS = ("national_welfare", "real_income", "real_income_per_head", "real_grp", "population", "emissions")
MOST = 200  # values of one grid
# Parameters of a default economy that can vary without calibrating it anew, and the batch's name for each.
FREE = {
    "trade_elasticity": "trade_elasticity", "migration_elasticity": "migration_elasticity",
    "agglomeration": "agglomeration", "public_taste": "public_taste", "land_supply": "land_supply_elasticity",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """B values of one lever or elasticity: the nation's welfare and disparity (B,), its regions' outcomes (B,R)."""

    calibration: Calibration
    name: str
    title: Text
    values: Numbers  # (B,)
    regions: tuple[str, ...]
    welfare: Numbers  # (B,) change
    disparity: Numbers  # (B,) Theil index of real income per head
    emissions: Numbers  # (B,) change
    real_income: Numbers  # (B,R) change
    population: Numbers  # (B,R) change
    converged: npt.NDArray[np.bool_]
    by: str
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a value, or one a value and region where `by` is region; what did not converge is missing."""
        if self.by == "region":
            n = len(self.regions)
            return pd.DataFrame(
                {
                    "parameter_value": np.repeat(self.values, n),
                    "place": np.tile(self.regions, len(self.values)),
                    "real_income_change": self.real_income.ravel(),
                    "population_change": self.population.ravel(),
                }
            )
        return pd.DataFrame(
            {
                "parameter_value": self.values,
                "welfare_change": self.welfare,
                "disparity": self.disparity,
                "emissions_change": self.emissions,
                "converged": self.converged,
            }
        )

    @property
    def notes(self) -> tuple[Text, ...]:
        """What varies, and what is modelled."""
        return Text(f"变动的是：{self.title.zh}", f"what varies: {self.title.en}"), self.calibration.label


def grid(
    study: "Study",
    vary: str,
    low: float,
    high: float,
    steps: int = 9,
    places: str | Sequence[str] = "all",
    pairs: Sequence[str] = (),
    sector: Sequence[str] = (),
    scenario: str | None = None,
    by: Literal["nation", "region"] = "nation",
    year: int | None = None,
    detail: Detail = "eight",
    parameters: Parameters = None,
    file: str | None = None,
) -> Grid:
    """Solve `steps` evenly spaced values of one lever or of one elasticity.

    `vary` is a lever's id or one of trade_elasticity, migration_elasticity, agglomeration, public_taste, land_supply;
    the scenario holds at every value. A lever is set for all `places`, `pairs` and sectors chosen at once; an amount
    of money is their total. InputError for bounds outside the registry's, UnknownNameError for another name.
    """
    base = base_year(study, year, detail, parameters, file)
    if not 2 <= steps <= MOST:
        raise InputError([Problem(Text(f"步数须在 2 与 {MOST} 之间", f"steps must be 2 to {MOST}"), column="steps")])
    values = np.linspace(low, high, steps)
    under = scenario_of(scenario)
    if vary in FREE:
        row = registered()[vary]
        title = row.title
        if not (row.low <= low <= row.high and row.low <= high <= row.high):
            what = Text(
                f"参数“{row.title.zh}”应在 [{row.low:g}, {row.high:g}] 之内",
                f"parameter {vary!r} must lie within [{row.low:g}, {row.high:g}]",
            )
            raise InputError([Problem(what, column="low" if not row.low <= low <= row.high else "high")])
        name = FREE[vary]
        shape = np.shape(getattr(base.economy, name))
        every = np.stack([np.full(shape, v) for v in values])
        steps_of = {name: every} | drawn_levers(base, under, {name: every})
        found = batch(base.economy, resolve(under, base), vary=steps_of, parts=PARTS)
    elif vary in (words := {w: r.id for r in levers() for w in (r.id, *r.title)}):
        row_ = lever(words[vary])
        title = row_.title
        found = _over_lever(base, row_, values, places, pairs, sector, under)
    else:
        raise UnknownNameError(Text("杠杆或弹性", "lever or elasticity"), vary, [*FREE, *(r.id for r in levers())][:8])
    options = {"vary": vary, "low": low, "high": high, "steps": steps, "scenario": under.id}
    return _grid(base, vary, title, values, found, by, grid_card(**options), selected(base.provenance, **options))


def _over_lever(
    base: Calibration, row: Lever, values: Numbers, places: str | Sequence[str], pairs: Sequence[str],
    sector: Sequence[str], under: Scenario,
) -> Batch:  # fmt: skip
    picked = together(row, places, pairs, sector)
    c = Instruments(base, picked, values.min(), values.max(), scenario=under)
    found = [c.levers(np.full(len(picked), v)) for v in values]
    first = found[0]
    moving = [f for f in first.set() if any((np.asarray(getattr(o, f)) != getattr(first, f)).any() for o in found)]
    vary = {f: np.stack([np.asarray(getattr(one, f)) for one in found]) for f in moving or first.set()[:1]}
    rest = Levers(**{f: getattr(first, f) for f in first.set() if f not in vary})
    return batch(base.economy, rest, vary=vary, parts=PARTS)


def _grid(
    base: Calibration, name: str, title: Text, values: Numbers, found: Batch, by: str, method: MethodCard,
    provenance: Provenance | None,
) -> Grid:  # fmt: skip
    e = base.economy
    inside = np.flatnonzero(e.nation)
    ok = found.converged

    def change(part: str) -> Numbers:
        new, old = found.values[part], found.base[part]
        out = np.where(ok.reshape((-1,) + (1,) * (new.ndim - 1)), new / np.where(old != 0, old, 1.0) - 1, np.nan)
        return np.asarray(np.where(old != 0, out, np.nan), dtype=np.float64)

    dirt, clean = found.values["emissions"][:, inside].sum((1, 2)), found.base["emissions"][inside].sum()
    index = Disparity("theil")
    theil = np.array([float(index.of(i[inside], p[inside])) for i, p in
                      zip(found.values["real_income_per_head"], found.values["population"], strict=True)])  # fmt: skip
    return Grid(
        base, name, title, values, tuple(e.regions[i] for i in inside), change("national_welfare"),
        np.where(ok, theil, np.nan), np.where(ok, dirt / clean - 1, np.nan) if clean else np.full(len(ok), np.nan),
        change("real_income")[:, inside], change("population")[:, inside], ok, by, method, provenance,
    )  # fmt: skip
