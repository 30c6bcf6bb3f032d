"""How sensitive an outcome of a study is to every lever of a kind, ranked, from one adjoint solve."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance, selected
from yugong.base.text import Text
from yugong.registry.levers import Lever, lever
from yugong.simulate._kernel import run
from yugong.simulate._kernel.fixed_point import Settings, zeros
from yugong.simulate._study_cards import gradient_card
from yugong.simulate._study_common import By, Index, Outcome, chosen_levers, controls, goal
from yugong.simulate.economies.balance import Numbers
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.economies.filled import FORMS as OWN_TABLES
from yugong.simulate.instruments import Control, Instruments
from yugong.simulate.planning import TOLERANCE, value_at
from yugong.simulate.running import Detail, Parameters, base_year, scenario_of
from yugong.simulate.scenario.translating import MONEY

if TYPE_CHECKING:
    from yugong.study.model import Study

FORMS = {"gradients": OWN_TABLES}
# The step that makes levers of different units comparable in `effect`, by what they are measured in.
SHARE_STEP, MONEY_STEP, PRICE_STEP = 0.01, 100.0, 10.0
CHECK = 0.25  # of that step: as far as the finite differences go
LEAST = 1e-10  # an effect below this drowns in the tolerance of the solves it is checked with


@dataclass(frozen=True, slots=True, eq=False)
class Gradients:
    """Slopes (K,) of one outcome, largest effect first; `effect` is the slope times the lever's `step`.

    `difference` are central finite differences of two further solves, NaN where none was taken.
    """

    calibration: Calibration
    outcome: Text
    value: float
    levers: tuple[str, ...]
    places: tuple[str, ...]
    slope: Numbers
    step: Numbers
    difference: Numbers
    edge: tuple[str, ...]  # levers that start at a bound, whose slopes point inwards
    residual: float
    converged: bool
    method: MethodCard
    provenance: Provenance | None = None

    @property
    def effect(self) -> Numbers:
        """The first-order change of the outcome by one step of each lever."""
        return self.slope * self.step

    @property
    def error(self) -> Numbers:
        """Slopes against finite differences, relative; NaN where none was taken or the effect is too small for it."""
        out: Numbers = np.full(len(self.slope), np.nan)
        seen = np.abs(self.difference * self.step) > LEAST
        out[seen] = np.abs(self.slope - self.difference)[seen] / np.abs(self.difference)[seen]
        return out

    def table(self) -> pd.DataFrame:
        """Return one row a lever and place, ranked by the size of its effect."""
        return pd.DataFrame(
            {
                "rank": np.arange(1, len(self.slope) + 1),
                "lever": self.levers,
                "place": self.places,
                "slope": self.slope,
                "step": self.step,
                "effect": self.effect,
                "finite_difference": self.difference,
                "relative_error": self.error,
            }
        )

    @property
    def notes(self) -> tuple[Text, ...]:
        """The outcome, how well the check agrees, and what is modelled."""
        taken = np.isfinite(self.error)
        out = [Text(f"{self.outcome.zh} = {self.value:.6g}", f"{self.outcome.en} = {self.value:.6g}")]
        if taken.any():
            worst = float(np.nanmax(self.error))
            out.append(
                Text(
                    f"与有限差分核对 {int(taken.sum())} 项，最大相对误差 {worst:.1e}",
                    f"checked against finite differences at {int(taken.sum())} rows: largest relative error {worst:.1e}",
                )
            )
        if self.edge:
            titles = [lever(name).title for name in self.edge]
            zh, en = "、".join(t.zh for t in titles), ", ".join(t.en for t in titles)
            out.append(
                Text(
                    f"起点在界上（{zh}）：导数只对向界内的变化成立",
                    f"at a bound ({en}): slopes hold for changes inwards only",
                )
            )
        if not self.converged:
            out.append(Text("没有收敛，导数不可用", "it did not converge: the slopes are not to be used"))
        return (*out, self.calibration.label)


def gradients(
    study: "Study",
    outcome: Outcome = "welfare",
    of: str | None = None,
    levers: str | Sequence[str] = "productivity",
    places: str | Sequence[str] = "all",
    by: By = "place",
    groups: str = "plates",
    pairs: Sequence[str] = (),
    sector: Sequence[str] = (),
    aversion: float = 1.0,
    index: Index = "theil",
    scenario: str | None = None,
    check: int = 3,
    year: int | None = None,
    detail: Detail = "eight",
    parameters: Parameters = None,
    file: str | None = None,
) -> Gradients:
    """Rank every lever of a kind by what it does to one outcome, at a scenario (the base year).

    `levers` by id, title or family. Levers between places take every pair (direct links for link_time) unless `pairs`
    says which. `of` names the region whose real_income, real_grp or population is meant. `check` rows from the top are
    compared with finite differences. Slopes are per unit of the lever: per 100 million yuan, per share or per multiple.
    """
    base = base_year(study, year, detail, parameters, file)
    picked = controls(study, base, chosen_levers(levers), places, by, groups, pairs, sector, every_pair=True)
    c = Instruments(base, picked, scenario=scenario_of(scenario))
    aim = goal(base, outcome, aversion, index, of)
    value, slopes, found = run.value_and_gradient(
        c.model.blocks, Settings(TOLERANCE), aim.function, c.keys, zeros(c.model.blocks), c.model.base, c.lever(c.start)
    )
    slope = c.slopes(c.start, slopes)
    step = np.array([step_of(lever(k.setting.lever)) for k in picked])
    order = np.argsort(-np.abs(slope * step), kind="stable")
    difference = np.full(len(slope), np.nan)
    for i in order[: max(check, 0)]:
        difference[i] = _difference(c, int(i), aim.function)
    options = {"outcome": outcome, "of": of, "levers": list(dict.fromkeys(k.setting.lever for k in picked)),
               "by": by, "scenario": scenario}  # fmt: skip
    return Gradients(
        base, aim.title, float(value), tuple(picked[i].setting.lever for i in order),
        tuple(picked[i].label for i in order), slope[order], step[order], difference[order],
        tuple(dict.fromkeys(k.setting.lever for k, at in zip(picked, c.start, strict=True) if _ends(k, at))),
        float(found.residual),
        float(found.residual) <= TOLERANCE, gradient_card(**options), selected(base.provenance, **options),
    )  # fmt: skip


def step_of(row: Lever) -> float:
    """Return the step of a lever that an effect is stated for: 10 billion yuan, 10 yuan a tonne, or one hundredth."""
    if row.id in MONEY:
        return MONEY_STEP
    return PRICE_STEP if row.field in ("carbon_price", "eco_emissions") else SHARE_STEP


def _ends(control: Control, at: float) -> bool:
    row = lever(control.setting.lever)
    return not row.low < at < row.high


def _difference(c: Instruments, i: int, objective: object) -> float:
    """Return a fourth-order central difference, one-sided where the lever is at its bound."""
    row = lever(c.controls[i].setting.lever)
    h = CHECK * step_of(row)

    def at(k: int) -> float:
        p = c.start.copy()
        p[i] += k * h
        return value_at(c.base.economy, c, p, objective)

    for sign, ends in ((1, c.start[i] - 2 * h < row.low), (-1, c.start[i] + 2 * h > row.high)):
        if ends:
            return sign * float(np.dot([-25, 48, -36, 16, -3], [at(sign * k) for k in range(5)])) / (12 * h)
    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h)
