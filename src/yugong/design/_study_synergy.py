"""Synergy of strategies on a study: joint simulations of every combination, overlays, conflicts of targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from yugong import registry
from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance, selected
from yugong.base.text import Text
from yugong.design.sheet import Sheet
from yugong.design.synergy import dividends, pairwise, shapley, subsets
from yugong.design.synergy.sheets import synergy_sheets
from yugong.design.synergy.sources import CONFLICT_CARD, OVERLAY_CARD, SYNERGY_CARD

if TYPE_CHECKING:
    from yugong.simulate import Batch, Calibration, Equilibrium, Scenario
    from yugong.study.model import Study

Numbers = np.ndarray[Any, np.dtype[np.float64]]
View = Literal["strategies", "pairs", "combinations", "regions"]
NATION = "national_welfare"
OUTCOMES = ("national_welfare", "real_income", "population", "real_grp")
PRESETS = ("unified_market", "western_transfer", "logistics_link")
LEVEL = 0.9
NO_TEXT = Text("", "")
SUMS = {"together": Text("联合实施", "all together"), "synergy": Text("协同效应", "synergy")}


@dataclass(frozen=True, slots=True, eq=False)
class Synergy:
    """Every combination of n strategies solved: `nation` (D, 2ⁿ) and `regions` (D, 2ⁿ, N) are changes over the base.

    Draw 0 is the central one; further draws vary the elasticities, the same for all combinations. Subsets are in the
    order of `design.synergy.subsets`. Changes are fractions of real income.
    """

    strategies: tuple[tuple[str, Text], ...]
    places: tuple[str, ...]
    nation: Numbers
    regions: Numbers
    view: View
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """How synergy and shares come about from the simulated combinations (central draw)."""
        return synergy_sheets(self.strategies, self.nation[0] - self.nation[0, 0], self.method, self.provenance)

    @property
    def joint(self) -> float:
        """National effect of all strategies together."""
        return float(self.nation[0, -1] - self.nation[0, 0])

    @property
    def excess(self) -> float:
        """National synergy: together, less the sum of each alone."""
        alone = self.nation[0, 2 ** np.arange(len(self.strategies))] - self.nation[0, 0]
        return self.joint - float(alone.sum())

    def table(self) -> pd.DataFrame:
        """Return the view asked for: strategies, pairs, combinations (with dividends), or regions.

        Where elasticities were drawn, `low` and `high` bound the middle nine tenths.
        """
        make = {
            "strategies": self._strategies,
            "pairs": self._pairs,
            "combinations": self._combinations,
            "regions": self._regions,
        }[self.view]
        frame: pd.DataFrame = make()
        frame.attrs["labels"] = dict(self.strategies) | SUMS
        return frame

    def _ids(self) -> list[str]:
        return [id_ for id_, _ in self.strategies]

    def _band(self, values: Numbers, name: str) -> dict[str, Numbers]:
        """Columns of a central value, and of its band over draws; `values` (D, …)."""
        if len(values) == 1:
            return {name: values[0]}
        low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        return {name: values[0], "low": low, "high": high}

    def _strategies(self) -> pd.DataFrame:
        w = np.moveaxis(self.nation, 0, 1)
        n = len(self.strategies)
        whole = 2**n - 1
        share = shapley(w)
        alone = w[2 ** np.arange(n)] - w[0]
        last = w[whole] - w[whole ^ 2 ** np.arange(n)]
        total = w[whole] - w[0]
        frame = pd.DataFrame({"strategy": self._ids(), "alone": alone[:, 0], "last": last[:, 0]})
        frame = frame.assign(**self._band(share.T, "shapley_share"))
        sums: dict[str, Any] = {"strategy": "together", "alone": float(alone[:, 0].sum())}
        sums |= {k: float(v) for k, v in self._band(total, "shapley_share").items()}
        excess = total - alone.sum(0)
        rest: dict[str, Any] = {"strategy": "synergy"} | {
            k: float(v) for k, v in self._band(excess, "shapley_share").items()
        }
        return pd.concat([frame, pd.DataFrame([sums, rest])], ignore_index=True)

    def _pairs(self) -> pd.DataFrame:
        both = pairwise(np.moveaxis(self.nation, 0, 1))
        first, second = np.triu_indices(len(self.strategies), 1)
        ids = np.array(self._ids())
        return pd.DataFrame({"strategy": ids[first], "other_strategy": ids[second]}).assign(
            **self._band(both[first, second].T, "synergy")
        )

    def _combinations(self) -> pd.DataFrame:
        inside = subsets(len(self.strategies))
        names = [" + ".join(t.in_() for (_, t), m in zip(self.strategies, row, strict=True) if m) for row in inside]
        change = self.nation - self.nation[:, :1]
        gains = dividends(np.moveaxis(self.nation, 0, 1)).T
        return (
            pd.DataFrame({"combination": names, "change": change[0]}).assign(**self._band(gains, "dividend")).iloc[1:]
        )

    def _regions(self) -> pd.DataFrame:
        w = np.moveaxis(self.regions, 0, -1)[..., 0]  # (2ⁿ, N), central draw
        n = len(self.strategies)
        share = shapley(w)
        together = w[-1] - w[0]
        frame = pd.DataFrame({"place": self.places} | dict(zip(self._ids(), share, strict=True)))
        excess = np.moveaxis(self.regions, 1, 0)
        excess = (excess[-1] - excess[0]) - (excess[2 ** np.arange(n)] - excess[0]).sum(0)
        frame = frame.assign(together=together, **self._band(excess, "synergy"))
        frame.attrs["titles"] = {id_: (title, NO_TEXT) for id_, title in self.strategies}
        return frame


def synergy(
    study: "Study",
    strategies: Sequence[str] = PRESETS,
    view: View = "strategies",
    detail: Literal["three", "eight"] = "three",
    draws: int = 0,
    seed: int = 0,
) -> Synergy:
    """Return what strategies (scenario presets or TOML files) do together beyond what each does alone.

    All 2ⁿ combinations are solved on the study's economy, settings composed in the order given. `draws` adds as many
    draws of the elasticities, the same for all combinations. Worth is the change of national real income (exact
    welfare), and of each region's real income. InputError for a strategy given twice, or combinations that cannot be
    resolved together; combinations that do not converge are named.
    """
    from yugong.simulate.running import base_year

    chosen = _chosen(strategies)
    base = base_year(study, None, detail, None)
    found = solved(base, chosen, draws, seed)
    inside = np.flatnonzero(base.economy.nation)
    count = 2 ** len(chosen)
    nation = change(found, NATION).reshape(-1, count)
    regions = change(found, "real_income").reshape(-1, count, len(base.economy.regions))[..., inside]
    titles = tuple((s.id, s.name) for s in chosen)
    chosen_ids = ", ".join(s.id for s in chosen)
    return Synergy(
        titles,
        tuple(base.economy.regions[i] for i in inside),
        nation,
        regions,
        view,
        SYNERGY_CARD,
        (base.label, *overlap_note(chosen)),
        selected(base.provenance, strategies=chosen_ids, draws=draws, seed=seed),
    )


def _chosen(strategies: Sequence[str]) -> "list[Scenario]":
    """The strategies' scenarios; InputError for one given twice."""
    from yugong.simulate.running import scenario_of

    found = [scenario_of(s) for s in strategies]
    if len({s.id for s in found}) < len(found):
        raise InputError([Problem(Text("同一战略给了两次", "a strategy is given twice"))])
    return found


def solved(base: "Calibration", scenarios: Sequence["Scenario"], draws: int, seed: int) -> "Batch":
    """Solve every combination under the central elasticities, then under each draw; InputError names failures."""
    from yugong.simulate import Scenario, batch
    from yugong.simulate.stacking import stack_drawn

    inside = subsets(len(scenarios))
    combined = []
    for row in inside:
        together = Scenario("base")
        for one, member in zip(scenarios, row, strict=True):
            together = together.then(one) if member else together
        combined.append(together)
    count = len(inside)
    found = batch(base.economy, vary=stack_drawn(base, combined, draws, seed), parts=OUTCOMES, seed=seed)
    if failed := [int(b) for b in np.flatnonzero(~found.converged)]:
        names = [" + ".join(s.id for s, m in zip(scenarios, inside[b % count], strict=True) if m) for b in failed[:5]]
        what = Text(
            f"{len(failed)} 个组合没有收敛：{'；'.join(names)}", f"{len(failed)} combinations did not converge: {names}"
        )
        raise InputError([Problem(what, Text("减小冲击幅度", "make the shocks smaller"))])
    return found


def change(found: "Batch", name: str) -> Numbers:
    """Return new over old less one; regions without a base value are NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(found.values[name] / found.base[name] - 1, dtype=np.float64)


def overlap_note(scenarios: Sequence["Scenario"]) -> tuple[Text, ...]:
    """Say which strategies set the same lever: there composition, not the economy, is part of the synergy."""
    seen: dict[str, list[str]] = {}
    for s in scenarios:
        for lever in dict.fromkeys(x.lever for x in s.settings):
            seen.setdefault(lever, []).append(s.id)
    shared = {lever: ids for lever, ids in seen.items() if len(ids) > 1}
    return tuple(
        Text(
            f"{'、'.join(ids)} 都动用杠杆 {lever}，其组合方式也进入协同效应",
            f"{', '.join(ids)} all set the lever {lever}: how their settings compose is part of the synergy",
        )
        for lever, ids in shared.items()
    )


IN_FORCE, PARTLY = 1.0, 0.5  # a place that belongs in part counts half in the overlay


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """Which strategies cover which places by year: `covers` (years, places, strategies), 1 wholly, 0.5 in part."""

    places: tuple[str, ...]
    strategies: tuple[tuple[str, Text], ...]
    years: tuple[int, ...]
    covers: Numbers
    method: MethodCard
    notes: tuple[Text, ...] = ()
    names: Mapping[str, Text] = field(default_factory=dict)  # place -> words

    def table(self) -> pd.DataFrame:
        """Return one row a year and place, the most covered first: how many wholly and in part, and which."""
        names = np.array([title.in_() for _, title in self.strategies], dtype=object)
        joined = Text("、", ", ").in_()
        frames = [
            pd.DataFrame(
                {
                    "place": self.places,
                    "year": year,
                    "wholly": (covers == IN_FORCE).sum(1),
                    "partly": (covers == PARTLY).sum(1),
                    "listed": [joined.join(names[row > 0]) for row in covers],
                }
            ).sort_values(["wholly", "partly"], ascending=False, kind="stable")
            for year, covers in zip(self.years, self.covers, strict=True)
        ]
        return pd.concat(frames, ignore_index=True)


def overlay(
    study: "Study",
    years: Sequence[int] | None = None,
    family: str | None = None,
    inside: bool = True,
) -> Overlay:
    """Return how many national strategies cover each place at the end of each year (叠加), from the registry's scopes.

    `years`: the study's last one unless given. `family` narrows to one family of strategies. Strategies that cover
    places inside (cities, counties) count as in part, unless `inside` is false. Strategies without a fixed
    scope are left out and named in the notes.
    """
    when = (max(study.years),) if years is None else tuple(years)
    known = {year: registry.strategies(family, on=f"{year}-12-31") for year in when}
    scoped = list(dict.fromkeys((s.id, s.name, str(s.scope)) for found in known.values() for s in found if s.scope))
    column = {id_: j for j, (id_, _, _) in enumerate(scoped)}
    covers = np.zeros((len(when), len(study.places), len(scoped)))
    for k, year in enumerate(when):
        for strategy in known[year]:
            if strategy.scope is not None:
                covers[k, :, column[strategy.id]] = _covered(study.places, strategy.scope, f"{year}-12-31", inside)
    left = list(dict.fromkeys(s.name for found in known.values() for s in found if s.scope is None))
    notes: tuple[Text, ...] = ()
    if left:
        zh, en = "、".join(n.zh for n in left), ", ".join(n.en for n in left)
        notes = (Text(f"没有固定范围、未计入：{zh}", f"without a fixed scope, not counted: {en}"),)
    return Overlay(study.places, tuple((i, n) for i, n, _ in scoped), when, covers, OVERLAY_CARD, notes, study.names)


def _covered(places: Sequence[str], scope: str, day: str, inside: bool) -> Numbers:
    """How far a scope covers each place on a day: wholly, in part, or not."""
    at = {code: i for i, code in enumerate(places)}
    found = np.zeros(len(places))
    for member in registry.members(scope, on=day):
        code = member.place.code
        within = code not in at and inside
        home = code[:2] + "0000" if within else code
        if home in at:
            full = IN_FORCE if member.extent == "whole" and not within else PARTLY
            found[at[home]] = max(found[at[home]], full)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Conflicts:
    """What each strategy alone does to each target: `effect` (strategies, targets), positive = towards the target."""

    strategies: tuple[tuple[str, Text], ...]
    targets: tuple[tuple[str, Text], ...]
    effect: Numbers
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    def pairs(self) -> list[tuple[str, str, str]]:
        """Return (strategy, other, target) where two strategies pull one target opposite ways, beyond rounding."""
        found = []
        for k, (target, _) in enumerate(self.targets):
            sign = np.where(np.abs(self.effect[:, k]) > NEGLIGIBLE, np.sign(self.effect[:, k]), 0)
            for i, j in zip(*np.triu_indices(len(self.strategies), 1), strict=True):
                if sign[i] * sign[j] < 0:
                    found.append((self.strategies[i][0], self.strategies[j][0], target))
        return found

    def table(self) -> pd.DataFrame:
        """Return one row a strategy, one column a target; notes name the conflicting pairs."""
        frame = pd.DataFrame({"strategy": [id_ for id_, _ in self.strategies]})
        frame = frame.assign(**{id_: self.effect[:, k] for k, (id_, _) in enumerate(self.targets)})
        frame.attrs["titles"] = {id_: (title, NO_TEXT) for id_, title in self.targets}
        frame.attrs["labels"] = dict(self.strategies)
        return frame


NEGLIGIBLE = 1e-6  # of a base value: far above the solver's tolerance, far below anything that matters
TARGETS = (
    ("national_welfare", Text("全国实际收入", "National real income")),
    ("poorest", Text("收入最低五分之一地区的实际收入", "Real income of the poorest fifth of regions")),
    ("gap", Text("地区差距缩小（泰尔指数）", "Narrower regional gap (Theil)")),
    ("emissions", Text("碳排放下降", "Lower carbon emissions")),
    ("western_people", Text("西部人口份额", "Population share of the west")),
)


def conflicts(
    study: "Study", strategies: Sequence[str] = PRESETS, detail: Literal["three", "eight"] = "three"
) -> Conflicts:
    """Return what each strategy alone does to five targets, and which pairs of strategies pull one both ways.

    Effects are relative changes (of the Theil index: its absolute fall), signed so that plus is towards the target.
    """
    from yugong.simulate import resolve, solve
    from yugong.simulate.running import base_year

    chosen = _chosen(strategies)
    base = base_year(study, None, detail, None)
    west = {str(k): str(v) for k, v in study.grouping("plates").items()}
    rows = [_effects(solve(base.economy, resolve(s, base), raise_on_failure=True), west) for s in chosen]
    targets = [t for k, t in enumerate(TARGETS) if np.isfinite([row[k] for row in rows]).all()]
    kept = [k for k, t in enumerate(TARGETS) if t in targets]
    found = Conflicts(
        tuple((s.id, s.name) for s in chosen),
        tuple(targets),
        np.array(rows)[:, kept],
        CONFLICT_CARD,
        (),
        selected(base.provenance, strategies=", ".join(s.id for s in chosen)),
    )
    words = dict((*found.strategies, *found.targets))
    said = tuple(
        Text(
            f"“{words[a].zh}”与“{words[b].zh}”在“{words[t].zh}”上方向相反",
            f"{words[a].en} and {words[b].en} pull {words[t].en} opposite ways",
        )
        for a, b, t in found.pairs()
    )
    return replace(found, notes=(base.label, *said))


def _effects(result: "Equilibrium", plates: Mapping[str, str]) -> list[float]:
    """The five targets' signed changes; NaN where the economy has nothing of the kind."""
    from yugong.diagnose import theil

    e = result.economy
    inside = np.flatnonzero(e.nation)
    heads = {when: np.asarray(v["population"])[inside] for when, v in (("old", result.base), ("new", result.values))}
    income = {when: np.asarray(v["real_income"])[inside] for when, v in (("old", result.base), ("new", result.values))}
    order = np.argsort(income["old"])
    upto = np.cumsum(heads["old"][order]) <= 0.2 * heads["old"].sum()
    poor = order[upto] if upto.any() else order[:1]
    gain = np.average(income["new"][poor] / income["old"][poor] - 1, weights=heads["old"][poor])
    gap = {when: float(theil(income[when], heads[when])) for when in income}
    old, new = (np.asarray(v["emissions"])[inside].sum() for v in (result.base, result.values))
    west = np.array([plates.get(e.regions[i]) == "west" for i in inside])
    share = {when: heads[when][west].sum() / heads[when].sum() for when in heads} if west.any() else None
    return [
        float(result.welfare),
        float(gain),
        gap["old"] - gap["new"],
        float(1 - new / old) if old > 0 else float("nan"),
        float(share["new"] / share["old"] - 1) if share else float("nan"),
    ]
