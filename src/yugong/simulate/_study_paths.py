"""Transition paths of a study: years by regions after a scenario, beside a baseline, and how fast regions adjust."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.linalg import fractional_matrix_power

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, YugongError
from yugong.base.provenance import Provenance, selected
from yugong.base.text import Text
from yugong.simulate._study_cards import path_card
from yugong.simulate.convergence import speed
from yugong.simulate.economies.balance import Numbers
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.economies.filled import FORMS as OWN_TABLES
from yugong.simulate.economy import Economy
from yugong.simulate.paths import Dynamics, Transition, baseline_path, transition
from yugong.simulate.running import Detail, Parameters, base_year, scenario_of
from yugong.simulate.scenario.model import Scenario
from yugong.simulate.scenario.resolving import resolve
from yugong.simulate.scenario.selecting import regions

if TYPE_CHECKING:
    from yugong.study.model import Study

FORMS = dict.fromkeys(("path", "transition_speed"), OWN_TABLES)
CENSUS_YEARS = 5  # the study's migration matrix compares residence with that five years before
SLOWEST = 3  # eigenvalues named in the notes
FASTEST = 0.3  # a yearly rate beyond this is a per cent written as a number
UNIT = 1e-6  # a modulus this close to one is one


@dataclass(frozen=True, slots=True, eq=False)
class StudyPath:
    """A scenario's path of T years over the nation's R regions beside a baseline; all are changes from the base year.

    `population`, `capital` and `real_wage` (T,R) are fractions; `*_baseline` the same without the scenario.
    """

    calibration: Calibration
    scenario: Scenario
    baseline: Scenario
    regions: tuple[str, ...]
    years: tuple[int, ...]  # 1 is the first year of the scenario
    population: Numbers
    capital: Numbers
    real_wage: Numbers
    population_baseline: Numbers
    capital_baseline: Numbers
    real_wage_baseline: Numbers
    paths: tuple[Transition, Transition]
    remarks: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    @property
    def converged(self) -> bool:
        """Whether both paths were solved."""
        return all(p.status.converged for p in self.paths)

    def table(self) -> pd.DataFrame:
        """Return one row a region and year."""
        count, n = self.population.shape
        columns: dict[str, Any] = {"place": np.tile(self.regions, count), "year": np.repeat(self.years, n)}
        for name in ("population", "capital", "real_wage"):
            columns[f"{name}_change"] = getattr(self, name).ravel()
            columns[f"{name}_change_baseline"] = getattr(self, f"{name}_baseline").ravel()
        return pd.DataFrame(columns)

    @property
    def notes(self) -> tuple[Text, ...]:
        """How the path was solved and what it assumes."""
        return (self.paths[0].status.text, *self.remarks, self.calibration.label)


@dataclass(frozen=True, slots=True, eq=False)
class StudySpeed:
    """Half-lives of the nation's regions in years, and the moduli of the transition matrix, largest first."""

    calibration: Calibration
    regions: tuple[str, ...]
    half_life: Numbers
    eigenvalues: Numbers
    leading: tuple[Text, float]  # the region with the largest part in the first mode, and its share of it
    converged: bool
    remarks: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a region, the slowest first; infinite where a deviation never halves."""
        frame = pd.DataFrame({"place": self.regions, "half_life": self.half_life})
        return frame.sort_values("half_life", ascending=False, kind="stable").reset_index(drop=True)

    @property
    def notes(self) -> tuple[Text, ...]:
        """The slowest modes and what the dynamics assume."""
        first = self.eigenvalues[np.abs(self.eigenvalues - 1) > UNIT][:SLOWEST]
        kept = len(self.eigenvalues) - int((np.abs(self.eigenvalues - 1) > UNIT).sum())
        shown = ", ".join(f"{v:.4f}" for v in first)
        out = [
            Text(
                f"最慢的特征值（模）：{shown}；另有 {kept} 个等于一，是不变的总量（全国与世界人口）",
                f"slowest eigenvalues (moduli): {shown}; {kept} more equal one: totals that stay (heads of the nation"
                " and of the world)",
            )
        ]
        if not self.converged:
            out.append(
                Text(
                    "预期没有收敛，速度不可用：请调低聚集弹性或全国资产组合的份额",
                    "foresight did not settle, these speeds are not to be used: lower agglomeration or the national"
                    " portfolio's share",
                )
            )
        if (first > 1).any():
            where, share = self.leading
            out.append(
                Text(
                    f"最大的特征值大于一（其特征向量 {share:.0%} 在{where.zh}）：人口、资本与聚集互相加强，超过价格与地租的"
                    "制约，在这组参数下基年稳态不稳定，该方向的偏离越来越大；半衰期只说明起初的调整",
                    f"the largest eigenvalue exceeds one ({share:.0%} of its vector is {where.en}): people, capital and"
                    " agglomeration reinforce one another beyond what prices and rents hold back, so that with these"
                    " parameters the base year is no stable steady state and a deviation that way grows; half-lives"
                    " describe the first adjustment only",
                )
            )
        return (*out, *self.remarks, self.calibration.label)


def path(
    study: "Study",
    scenario: str | None = "western_transfer",
    baseline: str | None = None,
    years: int = 50,
    migration: bool = True,
    capital: bool = False,
    discount: float = 0.95,
    spread: float = 1.0,
    depreciation: float = 0.05,
    productivity_growth: Sequence[str] = (),
    year: int | None = None,
    detail: Detail = "three",
    parameters: Parameters = None,
    file: str | None = None,
) -> StudyPath:
    """Return the path of `years` after a lasting scenario, by region, beside the path of a baseline scenario.

    People move with foresight (Caliendo, Dvorkin and Parro 2019) at yearly rates, the fifth root of the study's
    five-year migration matrix; with `capital`, owners save (Kleinman, Liu and Redding 2023). Without a `baseline` the
    base year lasts for ever. `spread` is that of tastes, `discount` yearly. `productivity_growth` makes the baseline a dated one:
    yearly growth of productivity, everywhere ("0.02") or by place or group ("west=0.03", "east=0.01"), under which both
    scenarios are solved. InputError for a scenario whose levers act on the cost or the stock of migrants, which the
    paths hold fixed, where neither margin is on, and for growth that cannot be read.
    """
    base = base_year(study, year, detail, parameters, file)
    still, motion, remarks = _dynamics(base, years, migration, capital, discount, spread, depreciation)
    wanted = scenario_of(scenario), scenario_of(baseline)
    inside = np.flatnonzero(base.economy.nation)
    along: tuple[Economy, ...] | Economy = still.economy
    grown: Transition | None = None
    if productivity_growth:
        dated = {"productivity": productivity(base, productivity_growth, years)}
        grown = transition(still.economy, motion, by_year=dated)
        along, motion = baseline_path(still.economy, motion, by_year=dated)
        remarks = (*remarks, _grows(productivity_growth))
    solved = tuple(transition(along, motion, resolve(s, still)) for s in wanted)
    parts = [_changes(p, inside, grown) for p in solved]
    options = {"scenario": wanted[0].id, "baseline": wanted[1].id, "years": years, "migration": migration,
               "capital": capital, "discount": discount, "spread": spread, "productivity_growth": tuple(productivity_growth)}  # fmt: skip
    return StudyPath(
        base, *wanted, tuple(base.economy.regions[i] for i in inside), tuple(range(1, years + 1)),
        *parts[0], *parts[1], (solved[0], solved[1]), remarks, path_card(**options), selected(base.provenance, **options),
    )  # fmt: skip


def transition_speed(
    study: "Study",
    migration: bool = True,
    capital: bool = False,
    discount: float = 0.95,
    spread: float = 1.0,
    depreciation: float = 0.05,
    year: int | None = None,
    detail: Detail = "three",
    parameters: Parameters = None,
    file: str | None = None,
) -> StudySpeed:
    """Return how many years each region takes to halve a deviation from its steady state, and the eigenvalues.

    Kleinman, Liu and Redding (2023), with migration where it is on; dynamics as in `path`. InputError where neither
    margin is on.
    """
    base = base_year(study, year, detail, parameters, file)
    still, motion, remarks = _dynamics(base, 1, migration, capital, discount, spread, depreciation)
    found = speed(still.economy, motion)
    inside = np.flatnonzero(base.economy.nation)
    options = {"migration": migration, "capital": capital, "discount": discount, "spread": spread}
    at = int(found.modes[0].argmax())
    code = base.economy.regions[at]
    return StudySpeed(
        base, tuple(base.economy.regions[i] for i in inside), found.half_life[inside], found.eigenvalues,
        (base.names.get(code, Text(code, code)), float(found.modes[0, at])), found.converged, remarks,
        path_card(**options), selected(base.provenance, **options),
    )  # fmt: skip


def _dynamics(
    base: Calibration, years: int, migration: bool, capital: bool, discount: float, spread: float, depreciation: float
) -> tuple[Calibration, Dynamics, tuple[Text, ...]]:
    """Return the economy without static moves, how it moves over time, and what that assumes."""
    problems = []
    if not (migration or capital):
        do = Text("打开 --migration 或 --capital", "switch on --migration or --capital")
        problems.append(Problem(Text("既没有迁移也没有积累，路径不动", "neither migration nor capital moves"), do))
    if years < 1:
        problems.append(Problem(Text("年数须为正", "years must be positive"), column="years"))
    if not 0 < discount < 1:
        problems.append(
            Problem(Text("贴现因子须在 0 与 1 之间", "discount must lie between 0 and 1"), column="discount")
        )
    if not spread > 0:
        problems.append(Problem(Text("spread 须为正", "spread must be positive"), column="spread"))
    if problems:
        raise InputError(problems)
    e = base.economy
    moves, remarks = None, [
        Text(
            f"贴现因子 {discount:g}，偏好离散 {spread:g}（假设，可改）",
            f"discount {discount:g}, spread of tastes {spread:g} (assumptions, to be changed)",
        )
    ]  # fmt: skip
    if migration:
        moves, gap = yearly(e)
        remarks.append(
            Text(
                f"逐年迁移率为五年迁移矩阵的五次方根，其五次方与原矩阵最多相差 {gap:.1e}",
                f"yearly moves are the fifth root of the five-year matrix; its fifth power is within {gap:.1e} of it",
            )
        )
    still = replace(
        e, mobility="none", worker_groups=(), workers=np.zeros(0), migration_shares=np.zeros(0),
        home=np.zeros(0, dtype=np.int64), stayer_share=np.zeros(0),
    )  # fmt: skip
    motion = Dynamics(
        years=years, moves=moves, discount=discount, spread=spread, accumulation=capital, depreciation=depreciation
    )
    return replace(base, economy=still), motion, tuple(remarks)


def yearly(e: Economy) -> tuple[Numbers, float]:
    """Return yearly moving shares (M,M) from five-year ones, and the largest gap their fifth power leaves.

    The root's small negative entries are taken for zero and rows made to sum to one.
    """
    five = e.migration_shares.reshape(len(e.workers), -1)
    by_home = np.zeros((e.population.size,) * 2)
    heads = np.bincount(e.home, weights=e.workers, minlength=len(by_home))
    np.add.at(by_home, e.home, five * e.workers[:, None])
    by_home /= heads[:, None]
    root = np.clip(np.real(fractional_matrix_power(by_home, 1 / CENSUS_YEARS)), 0.0, None)
    root /= root.sum(1, keepdims=True)
    return root, float(np.abs(np.linalg.matrix_power(root, CENSUS_YEARS) - by_home).max())


def productivity(base: Calibration, growth: Sequence[str], years: int) -> Numbers:
    """Return productivity (T,N,S) over the base year's, the first year's being one, from "RATE" or "PLACE=RATE" words."""
    e = base.economy
    rate = np.zeros(len(e.regions))
    problems = []
    for word in growth:
        where, found, value = word.replace("＝", "=").rpartition("=")
        try:
            at = regions(base, (where.strip(),)) if found else np.flatnonzero(e.nation)
            rate[at] = float(value)
        except YugongError as error:
            problems.append(Problem(error.text, column="productivity_growth"))
        except ValueError:
            what = Text(f"增长率“{value}”读不懂", f"cannot read the growth rate {value!r}")
            problems.append(
                Problem(what, Text("写成 0.02 或 west=0.03", "write 0.02 or west=0.03"), column="productivity_growth")
            )
    if not (np.abs(rate) <= FASTEST).all():
        what = Text(f"年增长率超过 {FASTEST:g}", f"a yearly rate exceeds {FASTEST:g}")
        problems.append(
            Problem(
                what, Text("比率写小数：2% 为 0.02", "rates are fractions: 2% is 0.02"), column="productivity_growth"
            )
        )
    if problems:
        raise InputError(problems)
    path = (1 + rate) ** np.arange(years)[:, None]
    return np.repeat(path[:, :, None], len(e.sectors), axis=2)


def _grows(growth: Sequence[str]) -> Text:
    rates = ", ".join(growth)
    return Text(
        f"基线中全要素生产率逐年增长（{rates}，作用于总产出），末年以后不变",
        f"total factor productivity (of gross output) grows yearly in the baseline ({rates}), and no more after the last"
        " year",
    )


def _changes(found: Transition, inside: Any, grown: Transition | None) -> tuple[Numbers, Numbers, Numbers]:
    """Return changes from the base year: those on the baseline, times the baseline's own where it grows."""
    shape = found.people.shape[:2]
    names = ("population_change", "capital_change", "real_wage_change")
    own = [1 + found.table()[name].to_numpy() for name in names]
    before = [1.0] * len(names) if grown is None else [1 + grown.table()[name].to_numpy() for name in names]
    a, b, c = ((x * y).reshape(shape)[:, inside] - 1 for x, y in zip(own, before, strict=True))
    return a, b, c
