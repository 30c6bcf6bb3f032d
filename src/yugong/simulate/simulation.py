"""What a study's simulation returns: scenarios solved on one base year, as tables by region, group and nation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import UnknownNameError, YugongError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.simulate.bands import BANDED, add_bands
from yugong.simulate.batches import Batch
from yugong.simulate.channels import channels
from yugong.simulate.decompose import first_order
from yugong.simulate.economies.balance import Numbers
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.result import FIRST_ORDER, Certificate, Equilibrium
from yugong.simulate.scenario.model import Scenario
from yugong.simulate.solving import migration_shares

By = Literal[
    "region", "group", "nation", "sector", "trade", "migration", "balances", "decomposition", "channels", "levels"
]
BY: tuple[By, ...] = get_args(By)
AMOUNTS = ("transfer", "government", "tax_revenue", "tariff_revenue", "carbon_revenue")
LEVEL = 0.9  # of the bands


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """One base year and the scenarios solved on it; `results[i]` belongs to `scenarios[i]`.

    Changes are fractions, amounts the economy's money. `label` says what in the base year is modelled and goes with
    every table. Where `bands` are given, every table has columns `low` and `high` that bound the middle nine tenths of
    the draws.
    """

    calibration: Calibration
    scenarios: tuple[Scenario, ...]
    results: tuple[Equilibrium, ...]
    groups: Mapping[str, str]  # region -> group id; regions of no group are in none
    method: MethodCard
    certificates: tuple[Certificate, ...] = ()
    bands: tuple[Batch, ...] = ()
    provenance: Provenance | None = None
    names: Mapping[str, Text] = field(default_factory=dict)  # group id -> words

    @property
    def label(self) -> Text:
        """What in the base year is modelled rather than observed."""
        return self.calibration.label

    @property
    def converged(self) -> bool:
        """Whether every scenario was solved; `status` of each result says what to try."""
        return all(r.status.converged for r in self.results)

    @property
    def preview(self) -> bool:
        """Whether these are first-order previews rather than exact solutions."""
        return any(r.status.method == FIRST_ORDER for r in self.results)

    def table(self, by: By = "region") -> pd.DataFrame:
        """Return one row a scenario and region, group, nation, sector; "levels" gives base and new levels by region.

        "trade" and "migration" give flows between regions, "balances" every public and private account, before and after.
        "channels" splits the exact welfare change into income, prices, housing, public services, surroundings and
        moving, in log points; "decomposition" puts the first-order terms of trade and volume of trade beside the exact change.
        UnknownNameError for another `by`.
        """
        if by not in BY:
            raise UnknownNameError(Text("汇总口径", "kind of table"), by, BY)
        make = {
            "region": self._region, "group": self._group, "nation": self._nation, "sector": self._sector,
            "trade": self._trade, "migration": self._migration, "balances": self._balances,
            "decomposition": self._decomposition, "channels": self._channels, "levels": self._levels,
        }[by]  # fmt: skip
        frames = [make(i).assign(scenario=s.id) for i, s in enumerate(self.scenarios)]
        if self.bands:
            frames = [add_bands(f, self.draws(by, i), BANDED[by], LEVEL) for i, f in enumerate(frames)]
        out = pd.concat(frames, ignore_index=True)
        return out[["scenario", *out.columns.drop("scenario")]]

    def trade(self, index: int = 0, by: Literal["region", "group"] = "region", change: bool = True) -> pd.DataFrame:
        """Return trade over all sectors, importers down and exporters across, as changes or (change=False) in money."""
        result = self.results[index]
        new = result.trade().sum(0)
        e = result.economy
        old = result.trade(base=True).sum(0)
        labels: Sequence[str] = e.regions
        if by == "group":
            labels, into = self._into(range(len(e.regions)))
            new, old = into @ new @ into.T, into @ old @ into.T
        values = np.divide(new, old, out=np.full_like(new, np.nan), where=old > 0) - 1 if change else new
        return pd.DataFrame(values, index=pd.Index(labels, name="importer"), columns=pd.Index(labels, name="exporter"))

    def _inside(self) -> list[int]:
        return [int(i) for i in np.flatnonzero(self.calibration.economy.nation)]

    def _into(self, at: Sequence[int]) -> tuple[list[str], Numbers]:
        """Return group ids and the matrix (groups, regions) of members among the regions at `at`."""
        regions = self.calibration.economy.regions
        ids = list(dict.fromkeys(g for i in at if (g := self.groups.get(regions[i])) is not None))
        return ids, np.array([[float(self.groups.get(r) == g) for r in regions] for g in ids])

    def _region(self, index: int) -> pd.DataFrame:
        r = self.results[index]
        at = self._inside()
        e = r.economy
        columns: dict[str, Any] = {"place": [e.regions[i] for i in at]}
        columns |= _changes(r, np.eye(len(e.regions))[at])
        columns["welfare_change"] = _welfare(r, np.eye(len(e.regions))[at])
        columns |= self._prices(index, np.eye(len(e.regions))[at])
        columns |= self._flows(index, np.eye(len(e.regions))[at])
        for name in AMOUNTS:
            columns[name] = (np.asarray(r[name]) - np.asarray(r.base[name]))[at]
        return pd.DataFrame(columns)

    def draws(self, by: By, index: int = 0) -> Iterator[pd.DataFrame]:
        """Yield the table of one scenario for each draw that was solved; by region, group and nation only what has bands."""
        batch, like = self.bands[index], self.results[index]
        e = like.economy
        rows = {
            "region": np.eye(len(e.regions))[self._inside()],
            "group": self._into(self._inside())[1],
            "nation": e.nation.astype(np.float64)[None],
        }
        for b in np.flatnonzero(batch.converged):
            one = batch.equilibrium(int(b), like)
            if by in rows:
                own = [one.welfare] if by == "nation" else _welfare(one, rows[by])
                yield pd.DataFrame({**_changes(one, rows[by]), "welfare_change": own})
                continue
            alone = replace(
                self, calibration=replace(self.calibration, economy=one.economy),
                scenarios=(self.scenarios[index],), results=(one,), bands=(),
            )  # fmt: skip
            yield alone.table(by)

    def _group(self, index: int) -> pd.DataFrame:
        r = self.results[index]
        ids, into = self._into(self._inside())
        columns: dict[str, Any] = {"group": ids} | _changes(r, into)
        columns["welfare_change"] = _welfare(r, into)
        columns |= self._prices(index, into)
        columns |= self._flows(index, into)
        for name in AMOUNTS:
            columns[name] = into @ (np.asarray(r[name]) - np.asarray(r.base[name]))
        return pd.DataFrame(columns)

    def _nation(self, index: int) -> pd.DataFrame:
        r = self.results[index]
        e = r.economy
        into = e.nation.astype(np.float64)[None]
        columns: dict[str, Any] = {name: value[0] for name, value in _changes(r, into).items()}
        columns["welfare_change"] = r.welfare
        columns |= {name: value[0] for name, value in self._prices(index, into).items()}
        old, new = r.trade(base=True), r.trade()
        inside = np.outer(e.nation, e.nation) & ~np.eye(len(e.regions), dtype=bool)
        columns["internal_trade_change"] = _ratio(new[:, inside].sum(), old[:, inside].sum())
        columns |= {f"{k}_change": v[0] for k, v in _outside_trade(old, new, into).items()}
        if e.mobility == "costly":
            before, after = self._people_moved(index)
            columns["movers_change"] = _ratio(after[inside].sum(), before[inside].sum())
        for name in ("government", "tax_revenue", "tariff_revenue", "carbon_revenue"):
            columns[name] = float((into @ (np.asarray(r[name]) - np.asarray(r.base[name])))[0])
        columns["transfer_sum"] = float(np.asarray(r["transfer"]).sum())
        columns["converged"] = r.status.converged
        return pd.DataFrame([columns])

    def _prices(self, index: int, into: Numbers) -> dict[str, Numbers]:
        """Return changes of wages and living costs, weighted by base heads, and of rents, weighted by base rents."""
        r = self.results[index]
        e = r.economy
        heads = e.population.sum(1)
        share = e.population / np.where(heads > 0, heads, 1.0)[:, None]
        out = {}
        for name in ("wage", "living_cost"):
            change = (share * np.nan_to_num(r.change(name))).sum(1)
            out[f"{name}_change"] = (into @ (heads * change)) / (into @ heads)
        rent = np.asarray(r["rent"])
        if rent.ndim == 2:
            base = e.accounts.rents
            out["rent_change"] = _ratio(into @ (base * rent).sum(1), into @ base.sum(1))
        else:
            out["rent_change"] = np.full(len(into), np.nan)
        return out

    def _flows(self, index: int, into: Numbers) -> dict[str, Numbers]:
        """Return changes of trade with everywhere else, and of newcomers and of those who left."""
        r = self.results[index]
        out = {f"{k}_change": v for k, v in _outside_trade(r.trade(base=True), r.trade(), into).items()}
        if self.results[index].economy.mobility == "costly":
            before, after = self._people_moved(index)
            for name, axis in (("arrivals", 1), ("leavers", 0)):
                old, new = (_across(into, m)[axis] for m in (before, after))
                out[f"{name}_change"] = _ratio(new, old)
        return out

    def _people_moved(self, index: int) -> tuple[Numbers, Numbers]:
        """Return heads by home and place of living (N,N), before and after."""
        r = self.results[index]
        e = r.economy
        n, groups = len(e.regions), len(e.labour_groups)
        grown = 1.0 if r.levers.workers is None else np.asarray(r.levers.workers)
        out = []
        for shares, heads in ((migration_shares(r, base=True), e.workers), (migration_shares(r), e.workers * grown)):
            moved = np.zeros((n, n))
            np.add.at(moved, e.home // groups, heads[:, None] * shares.sum(2))
            out.append(moved)
        return out[0], out[1]

    def _pairs(self, before: Numbers, after: Numbers, names: tuple[str, str]) -> pd.DataFrame:
        """Return one row a pair of (first axis, second axis) with both values and the change."""
        regions = self.calibration.economy.regions
        n = len(regions)
        return pd.DataFrame(
            {
                names[0]: np.repeat(regions, n),
                names[1]: np.tile(regions, n),
                "value_base": before.ravel(),
                "value_new": after.ravel(),
                "change": _ratio(after.ravel(), before.ravel()),
            }
        )

    def _trade(self, index: int) -> pd.DataFrame:
        old, new = (x.sum(0).T for x in (self.results[index].trade(base=True), self.results[index].trade()))
        return self._pairs(old, new, ("origin", "destination"))

    def _migration(self, index: int) -> pd.DataFrame:
        if self.results[index].economy.mobility != "costly":
            raise YugongError(Text("这个经济没有双边迁移", "this economy has no bilateral migration"))
        return self._pairs(*self._people_moved(index), ("origin", "destination"))

    def _balances(self, index: int) -> pd.DataFrame:
        r = self.results[index]
        at = self._inside()
        places = [r.economy.regions[i] for i in at]
        trade = [x.sum((0, 1)) - x.sum((0, 2)) for x in (r.trade(base=True), r.trade())]  # exports less imports
        accounts = {name: (np.asarray(r.base[name]), np.asarray(r[name])) for name in (*AMOUNTS, "portfolio", "income")}
        accounts["trade_balance"] = (trade[0], trade[1])
        rows = [
            (place, name, float(old[i]), float(new[i]), float(new[i] - old[i]))
            for place, i in zip(places, at, strict=True)
            for name, (old, new) in accounts.items()
        ]
        return pd.DataFrame(rows, columns=["place", "item", "value_base", "value_new", "change"])

    def _sector(self, index: int) -> pd.DataFrame:
        r = self.results[index]
        at = self._inside()
        e = r.economy
        output, price = r.change("sales")[at], r.change("price")[at]
        places = [e.regions[i] for i in at]
        index_ = pd.MultiIndex.from_product([places, e.sectors], names=["place", "sector"])
        return pd.DataFrame({"sales_change": output.ravel(), "price_change": price.ravel()}, index=index_).reset_index()

    def _decomposition(self, index: int) -> pd.DataFrame:
        frame = first_order(self.results[index]).table()
        inside = [self.calibration.economy.regions[i] for i in self._inside()]
        return frame[frame["place"].isin(inside)].reset_index(drop=True)

    def _channels(self, index: int) -> pd.DataFrame:
        frame = channels(self.results[index]).table()
        inside = ["nation", *(self.calibration.economy.regions[i] for i in self._inside())]
        return frame[frame["place"].isin(inside)].reset_index(drop=True)

    def _levels(self, index: int) -> pd.DataFrame:
        r = self.results[index]
        at = self._inside()
        columns: dict[str, Any] = {"place": [r.economy.regions[i] for i in at]}
        for name in ("grp", "income", "population", "real_income_per_head", "government", "emissions"):
            for values, when in ((r.base, "base"), (r.values, "new")):
                level = np.asarray(values[name])
                columns[f"{name}_{when}"] = (level.sum(1) if level.ndim == 2 else level)[at]
        return pd.DataFrame(columns)


def _changes(r: Equilibrium, into: Numbers) -> dict[str, Numbers]:
    """Return relative changes of sums over regions, `into` (rows, N) saying which."""

    def level(values: Mapping[str, Any], name: str) -> Numbers:
        found = np.asarray(values[name], dtype=np.float64)
        return found.sum(1) if found.ndim == 2 else found

    heads = {when: level(v, "population") for when, v in (("old", r.base), ("new", r.values))}
    real = {when: heads[when] * level(v, "real_income_per_head") for when, v in (("old", r.base), ("new", r.values))}
    grp = level(r.base, "grp")
    real_grp = grp * (1 + np.nan_to_num(r.change("real_grp")))
    return {
        "real_income_change": _ratio(
            _ratio(into @ real["new"], into @ heads["new"]) + 1, _ratio(into @ real["old"], into @ heads["old"]) + 1
        ),
        "real_grp_change": _ratio(into @ real_grp, into @ grp),
        "grp_change": _ratio(into @ level(r.values, "grp"), into @ grp),
        "population_change": _ratio(into @ heads["new"], into @ heads["old"]),
        "emissions_change": _ratio(into @ level(r.values, "emissions"), into @ level(r.base, "emissions")),
    }


def _welfare(r: Equilibrium, into: Numbers) -> Numbers:
    """Return the exact welfare change of those who come from each set of regions, weighted by base real income."""
    e = r.economy
    groups = len(e.labour_groups)
    change = np.nan_to_num(r.change("welfare"))
    if e.mobility == "none":
        region = np.repeat(np.arange(len(e.regions)), groups)
        heads = e.population.ravel()
    elif e.mobility == "costly":
        region, heads = e.home // groups, e.workers
    else:  # free movers have no home: everyone gains what their group gains
        here = e.migration_shares.sum(2).T @ change
        everyone: Numbers = into @ here / into.sum(1)
        return everyone
    income = np.asarray(r.base["real_income_per_head"])[region] * heads
    mass = into[:, region] * income
    out: Numbers = (mass @ change) / mass.sum(1)
    return out


def _ratio(new: Any, old: Any) -> Any:
    new, old = np.asarray(new, dtype=np.float64), np.asarray(old, dtype=np.float64)
    out = np.divide(new, old, out=np.full(np.broadcast(new, old).shape, np.nan), where=old != 0) - 1
    return float(out) if out.ndim == 0 else out


def _across(into: Numbers, flows: Numbers) -> tuple[Numbers, Numbers]:
    """Return what leaves each set of regions for the others, and what comes in, of flows (from, to)."""
    inside = np.einsum("gn,nm,gm->g", into, flows, into)
    return into @ flows.sum(1) - inside, into @ flows.sum(0) - inside


def _outside_trade(old: Numbers, new: Numbers, into: Numbers) -> dict[str, Numbers]:
    """Return changes of exports and imports across the borders of each set of regions; trade is (S,to,from)."""
    (out_old, in_old), (out_new, in_new) = (_across(into, x.sum(0).T) for x in (old, new))
    return {"exports": _ratio(out_new, out_old), "imports": _ratio(in_new, in_old)}
