"""The default economy of a study: provinces and the rest of the world, with interprovincial trade modelled."""

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance, Source
from yugong.base.text import Text
from yugong.registry.levers import parameters as registered
from yugong.simulate.calibrate import shares
from yugong.simulate.economies.accounts import Accounts, accounts, read_columns
from yugong.simulate.economies.balance import Numbers, ras
from yugong.simulate.economies.calibration import WORLD, YUAN, Calibration
from yugong.simulate.economies.gravity import prior
from yugong.simulate.economies.people import emissions, moves
from yugong.simulate.economies.sectors import merger, sectors, titles
from yugong.simulate.economy import Economy

if TYPE_CHECKING:
    from yugong.study.model import Study

LOCAL = ("utilities", "construction", "trade_transport", "services")
MODELLED = Text(
    "省际贸易（引力先验经 RAS 平衡到各省产出与使用）、对外贸易的分省、省内部门间用料（全国技术）、分部门碳排放",
    "interprovincial trade (gravity prior balanced by RAS to output and use), trade abroad by province, inputs"
    " between sectors (national technique), emissions by sector",
)


def calibrate(
    study: "Study", year: int | None = None, detail: str = "eight", parameters: Mapping[str, float] | None = None
) -> Calibration:
    """Return the economy of a study's provinces and the world in `year`, by default the latest with gross output.

    `detail` is eight or three sectors; `parameters` override the registry's. Gross output, value added, final demand,
    customs trade, population, moves and budgets are the study's; trade between provinces is modelled (see `label`).
    Money is in 100 million yuan. InputError where figures are missing, UnknownNameError for an unknown parameter.
    """
    value = chosen(parameters)
    if year is None:
        found = study.tables["gross_output"].frame["year"] if "gross_output" in study.tables else [0]
        year = int(max(found))
    books = accounts(study, year, value["customs_weight"])
    flows, own = trade(study, books, value)
    into = merger(detail)
    n = len(study.places)
    economy = _economy(study, year, books, flows, own, into, list(titles(detail)), value)
    links = np.full((n + 1, n + 1), np.inf)
    length, near = study.flow("rail_distance").matrix().to_numpy(), study.flow("adjacency").matrix().to_numpy()
    links[:n, :n] = np.where((near == 1) & np.isfinite(length), length, np.inf)
    used = ["va_primary", "va_secondary", "va_tertiary", "household_consumption_v3", "government_consumption_v3",
            "capital_formation_v3", "exports_usd", "imports_usd", "cny_per_usd", "population", "budget_revenue",
            "budget_expenditure", "co2_sectoral", "migration_5yr", "rail_distance", "adjacency"]  # fmt: skip
    return Calibration(
        economy,
        year,
        study.id,
        {**{p: study.name(p) for p in study.places}, WORLD: Text("世界其他地区", "rest of the world")},
        titles(detail),
        value,
        Text("亿元", "100 million yuan"),
        YUAN,
        links,
        ("farm", "urban"),
        (MODELLED,),
        _provenance(study, used, year, detail),
    )


def _provenance(study: "Study", used: list[str], year: int, detail: str) -> Provenance:
    """Return the study's sources, its two tables, and trade between provinces as what it is: modelled."""
    found = study.provenance(used, year=year, detail=detail)
    tables = tuple(study.tables[name].variable.source() for name in ("gross_output", "national_io"))
    trade = Source(
        "interprovincial_trade",
        Text("省际贸易", "trade between provinces"),
        Text("亿元", "100 million yuan"),
        Text("当年价", "current prices"),
        Text("本软件估计：引力先验经 RAS 平衡", "estimated here: gravity prior balanced by RAS"),
        Text(str(year), str(year)),
        "modelled",
    )
    return replace(found, sources=(*found.sources, *tables, trade))


def chosen(given: Mapping[str, float] | None) -> dict[str, float]:
    """Return all parameters, `given` over the registry's defaults; each must lie within its bounds."""
    known = registered()
    value = {name: p.default for name, p in known.items()}
    problems = []
    for name, number in (given or {}).items():
        if name not in known:
            raise UnknownNameError(
                Text("参数", "parameter"), name, get_close_matches(name, known, 5, 0.4) or list(known)
            )
        p = known[name]
        if not p.low <= number <= p.high:
            what = Text(
                f"{p.title.zh} {number:g} 超出 [{p.low:g}, {p.high:g}]",
                f"{name} = {number:g} is outside [{p.low:g}, {p.high:g}]",
            )
            problems.append(Problem(what, Text("填写界内的值", "give a value within the bounds"), column=name))
        value[name] = float(number)
    if problems:
        raise InputError(problems)
    return value


def trade(study: "Study", books: Accounts, value: Mapping[str, float]) -> tuple[Numbers, Numbers]:
    """Return modelled flows (8,N+1,N+1), importer first, the world last, and the world's gross output (8,)."""
    distance = study.flow("rail_distance").matrix().to_numpy()
    near = np.nan_to_num(study.flow("adjacency").matrix().to_numpy())
    n = len(books.output)
    world, world_use = rest_of_world(books, value["world_size"])
    flows = np.zeros((len(world), n + 1, n + 1))
    sold, bought = books.output - books.exports, books.use - books.imports
    for k, sector in enumerate(sectors()):
        kind = "agriculture" if sector.id == "agriculture" else "other"
        home = value[f"home_{kind}"] + (value["home_local"] if sector.id in LOCAL else 0.0)
        guess = prior(distance, near, value[f"distance_elasticity_{kind}"], value[f"contiguity_{kind}"], home)
        scaled = guess * sold[:, k][:, None] * bought[:, k]
        flows[k, :n, :n] = ras(scaled, sold[:, k], bought[:, k]).matrix.T
        flows[k, :n, n], flows[k, n, :n] = books.imports[:, k], books.exports[:, k]
        flows[k, n, n] = world_use[k] - books.exports[:, k].sum()
    return flows, world


def rest_of_world(books: Accounts, size: float) -> tuple[Numbers, Numbers]:
    """Return gross output and use (8,) of a world outside with the nation's technique and final demand, `size` times its value added."""
    nation = books.nation
    technique = nation.inputs / nation.output
    net = nation.imports - nation.exports
    final = nation.consumption + nation.capital
    wanted = size * nation.value_added.sum() - net.sum()
    abroad = final / final.sum() * wanted
    output = np.linalg.solve(np.eye(len(final)) - technique, abroad + net)
    use: Numbers = output - net
    return output, use


def _economy(
    study: "Study", year: int, books: Accounts, flows: Numbers, world: Numbers, into: Numbers, ids: list[str],
    value: Mapping[str, float],
) -> Economy:  # fmt: skip
    n = len(study.places)
    nation = books.nation
    output = np.vstack([books.output, world])
    added = np.vstack([books.value_added, world * nation.value_added / nation.output])
    inputs = np.concatenate([books.inputs, (nation.inputs * (world / nation.output)).T[None]])
    taxes = added * nation.taxes
    farm = np.array([s.id == "agriculture" for s in sectors()])
    land = (
        np.where(farm, value["land_share_agriculture"], value["land_share_other"]) * nation.output / nation.value_added
    )
    paid = np.where(farm, nation.labour, 1 - nation.labour - nation.taxes)  # what land is taken out of
    land = np.minimum(land, 0.9 * paid)
    labour = added * (nation.labour - np.where(farm, land, 0.0))
    capital = added * (1 - nation.labour - nation.taxes - np.where(farm, 0.0, land))
    plots = added * land

    flows = np.einsum("sj,jni->sni", into, flows)
    output, taxes, labour, capital, plots = (x @ into.T for x in (output, taxes, labour, capital, plots))
    inputs = np.einsum("sj,njk,tk->nst", into, inputs, into)
    net = output - taxes
    share = {"labour": labour, "capital": capital, "land": plots}
    national_share = {name: x.sum(0) / net.sum(0) for name, x in share.items()}
    there = net > 0
    cost = {name: _over(x, net, national_share[name]) for name, x in share.items()}
    technique = np.where(
        there[:, :, None], inputs / np.where(there, net, 1.0)[:, :, None], (inputs.sum(0) / net.sum(0)[:, None])[None]
    )
    spending = flows.sum(2).T
    final = spending - inputs.sum(1)
    column = read_columns(study, ["population", "budget_revenue", "budget_expenditure"], year)
    gap = np.clip(column["budget_expenditure"] - column["budget_revenue"], 0.0, None)
    rate = column["budget_revenue"] / labour[:n].sum(1)
    people = np.append(column["population"], column["population"].sum() * value["world_size"])
    workers, arrivals = moves(study, year, column["population"])
    stay = np.zeros((n + 1, n + 1, 1))
    stay[:n, :n, 0], stay[n, n, 0] = arrivals, 1.0
    tonnes = np.zeros((n + 1, len(sectors())))
    tonnes[:n] = emissions(study, year, books)
    s = len(ids)
    economy = Economy(
        regions=(*study.places, WORLD), sectors=tuple(ids), trade_shares=shares(flows), spending=spending,
        labour_share=cost["labour"][:, :, None], input_share=technique, land_share=cost["land"],
        capital_share=cost["capital"], trade_elasticity=np.full(s, value["trade_elasticity"]),
        goods_share=np.full(n + 1, 1 - value["housing_share"]), population=people[:, None],
        mobility="costly", worker_groups=(*study.places, WORLD), workers=np.append(workers, people[n]),
        migration_shares=stay, home=np.arange(n + 1), migration_elasticity=value["migration_elasticity"],
        land_group=tuple(0 if i == "agriculture" else 1 for i in ids),
        land_supply_elasticity=np.full(n + 1, value["land_supply"]), nation=np.arange(n + 1) < n,
        output_tax=_over(taxes, net, taxes.sum(0) / net.sum(0)), income_tax=np.append(rate, 0.0),
        government_grant=np.append(gap, 0.0), government_basket=final / final.sum(1, keepdims=True),
        agglomeration=np.full(s, value["agglomeration"]),
        congestion=np.append(np.full(n, value["congestion"]), 0.0), public_taste=value["public_taste"],
        emissions=tonnes @ into.T,
    )  # fmt: skip
    return replace(economy, real_income=(economy.accounts.household / people)[:, None])


def _over(part: Numbers, whole: Numbers, otherwise: Numbers) -> Numbers:
    """Divide; where a region makes nothing of a sector, take the average."""
    out: Numbers = np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), otherwise[None])
    return out
