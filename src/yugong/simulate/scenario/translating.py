"""What each lever of the registry does to the model's own levers."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse.csgraph import shortest_path

from yugong.base.errors import Problem
from yugong.base.text import Text
from yugong.registry.levers import levers
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.economy import Economy, Numbers, land_groups
from yugong.simulate.scenario.model import Setting

# Levers in money that the payers finance.
MONEY = ("capital_grant", "public_investment", "public_consumption", "household_transfer", "government_transfer")
FINANCED = (*MONEY, "eco_land", "eco_emissions")
# Levers given in what trade flows show, which is θ·log cost: what they do to cost depends on the trade elasticity.
ELASTIC = ("trade_barrier", "link_time")


def translate(
    base: Calibration, values: dict[str, Numbers], last: dict[str, Setting]
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the fields of Levers that `values` (lever id → array) amount to, and levers that act on nothing here."""
    able = instruments(base)
    problems = [
        last[name].problem(
            Text("这个经济没有该杠杆所作用的部分", "this economy has nothing this lever acts on"),
            Text(f"可用的杠杆：{'、'.join(able)}", f"levers that act: {', '.join(able)}"),
            "lever",
        )
        for name in values
        if name not in able
    ]
    return ({}, problems) if problems else (act(base, values), [])


def act(base: Calibration, values: dict[str, Numbers]) -> dict[str, Any]:
    """Return the fields of Levers that `values` amount to; all of them must be `instruments` of this economy."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        _ACT[name](base, value, out)
    return out


def instruments(base: Calibration) -> tuple[str, ...]:
    """Return the ids of the levers that act on something in this economy."""
    e = base.economy
    absent = {
        "link_time": not base.links.size,
        "migration_cost": e.mobility != "costly",
        "hukou_access": e.mobility != "costly",
        "capital_grant": not (e.capital_share.any() and e.accounts.government.any()),
        "public_investment": not e.accounts.government.any(),
        "public_consumption": not e.accounts.government.any(),
        "government_transfer": not e.accounts.government.any(),
        "land_quota": not land_groups(e),
        "eco_land": not land_groups(e),
        **dict.fromkeys(("carbon_price", "carbon_cap", "eco_emissions"), not e.emissions.any()),
    }
    return tuple(row.id for row in levers() if not absent.get(row.id, False))


def _times(out: dict[str, Any], field: str, hat: Numbers) -> None:
    out[field] = out[field] * hat if field in out else hat


def _plus(out: dict[str, Any], field: str, amount: Numbers) -> None:
    out[field] = out[field] + amount if field in out else amount


def _put(field: str) -> Callable[[Calibration, Numbers, dict[str, Any]], None]:
    def put(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
        out[field] = value

    return put


def _hat(field: str) -> Callable[[Calibration, Numbers, dict[str, Any]], None]:
    def times(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
        _times(out, field, value)

    return times


def _per_tonne(field: str) -> Callable[[Calibration, Numbers, dict[str, Any]], None]:
    def put(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
        out[field] = value / base.yuan

    return put


def _barrier(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
    _times(out, "trade_cost", np.exp(-value * head_ries(base.economy)))


def head_ries(e: Economy) -> Numbers:
    """Return the log of measured bilateral trade cost (S,N,N): ln(π_nn·π_ii/(π_ni·π_in))/2θ, zero where no trade is.

    Head and Ries (2001); symmetric, relative to own trade, never below zero.
    """
    own = np.einsum("jnn->jn", e.trade_shares)
    pairs = e.trade_shares * e.trade_shares.transpose(0, 2, 1)
    there = (pairs > 0) & (own[:, :, None] > 0) & (own[:, None, :] > 0)
    ratio = np.where(there, own[:, :, None] * own[:, None, :] / np.where(there, pairs, 1.0), 1.0)
    cost: Numbers = np.clip(np.log(ratio) / (2 * e.trade_elasticity[:, None, None]), 0.0, None)
    return cost


def _links(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
    e = base.economy
    theta = e.trade_elasticity
    elasticity = [
        base.parameter(f"distance_elasticity_{'agriculture' if s == 'agriculture' else 'other'}") for s in e.sectors
    ]
    log_ratio = np.log(path_ratio(base.links, value))
    _times(out, "trade_cost", np.exp((np.array(elasticity) / theta)[:, None, None] * log_ratio))


def path_ratio(links: Numbers, change: Numbers) -> Numbers:
    """Return shortest-path length over the links (N,N) after their lengths change by `change`, over that before.

    One where two places are not joined.
    """
    old, new = (shortest_path(np.where(np.isfinite(x), x, 0.0), directed=False) for x in (links, links * change))
    joined = np.isfinite(old) & (old > 0)
    ratio: Numbers = np.where(joined, np.where(joined, new, 1.0) / np.where(joined, old, 1.0), 1.0)
    return ratio


def _migration(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
    """`value` is (to, from): spread it over worker groups by their home region, and over labour groups."""
    e = base.economy
    home = e.home // len(e.labour_groups)
    hats = value.T[home]  # (H,N)
    _times(out, "migration_cost", np.repeat(hats[:, :, None], len(e.labour_groups), axis=2))


def _hukou(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
    n = len(value)
    gap = base.parameter("hukou_services")
    pairs = np.broadcast_to((1 - gap * value)[:, None], (n, n)).copy()
    np.fill_diagonal(pairs, 1.0)
    _migration(base, pairs, out)


def _amenity(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
    _times(out, "amenity", np.repeat(value[:, None], len(base.economy.labour_groups), axis=1))


def _relocation(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
    """Move shares of people and capital: `value` is (to, from), what leaves a region is shared by population.

    Those moved live where they are put; everyone else chooses. What they need to earn a living there is not moved
    with them beyond capital: wages and rents adjust.
    """
    e = base.economy
    heads = e.population.sum(1)
    leaves = value.max(axis=0)  # (N,) of each origin
    into = (value > 0) * heads[:, None]
    into = np.divide(into, into.sum(0), out=np.zeros_like(into), where=into.sum(0) > 0)
    _put("relocation")(base, into * leaves, out)
    profits = e.accounts.profits
    if profits.any():
        moved = profits * (1 - leaves) + into @ (profits * leaves)
        _times(out, "capital", np.divide(moved, profits, out=np.ones_like(profits), where=profits > 0))


def _spend(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
    _plus(out, "government_transfer", value)


def _invest(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
    government = base.economy.accounts.government
    more = np.divide(value, government, out=np.zeros_like(value), where=government > 0)
    hat = (1 + more) ** base.parameter("public_capital")
    _times(out, "productivity", np.repeat(hat[:, None], len(base.economy.sectors), axis=1))
    _plus(out, "government_transfer", value)


def _grant(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
    profits = base.economy.accounts.profits
    stock = profits / base.parameter("capital_return")
    _times(out, "capital", 1 + np.divide(value, stock, out=np.zeros_like(value), where=stock > 0))
    _plus(out, "government_transfer", value)


def _cap(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
    out["carbon_cap"] = float(value[0])


def _transfer(base: Calibration, value: Numbers, out: dict[str, Any]) -> None:
    _plus(out, "household_transfer", value)


_ACT: dict[str, Callable[[Calibration, Numbers, dict[str, Any]], None]] = {
    "trade_cost": _hat("trade_cost"),
    "trade_barrier": _barrier,
    "tariff": _put("tariff"),
    "link_time": _links,
    "migration_cost": _migration,
    "hukou_access": _hukou,
    "amenity": _amenity,
    "relocation": _relocation,
    "productivity": _hat("productivity"),
    "capital_grant": _grant,
    "public_investment": _invest,
    "public_consumption": _spend,
    "household_transfer": _transfer,
    "government_transfer": _spend,
    "income_tax": _put("income_tax"),
    "output_tax": _put("output_tax"),
    "land_quota": _hat("land"),
    "carbon_price": _per_tonne("carbon_price"),
    "carbon_cap": _cap,
    "eco_emissions": _per_tonne("eco_emissions"),
    "eco_land": _put("eco_land"),
}
