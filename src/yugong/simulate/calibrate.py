"""A consistent base year from what is observed: trade flows, or trade shares with incomes."""

from typing import TYPE_CHECKING, Any

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate.economy import Economy, Numbers

if TYPE_CHECKING:
    import pandas as pd

# The share system is a stochastic matrix: its power iteration ends at round-off, and the Economy then derives the rest.
ROUNDS, CLOSE = 20_000, 1e-15


def from_flows(
    regions: tuple[str, ...], sectors: tuple[str, ...], flows: Numbers, *, tariff: Numbers | None = None, **fields: Any
) -> Economy:
    """Return the economy whose base year is `flows` (S,N,N), importer first, sold at home on the diagonal, net of tariffs.

    `fields` are those of Economy: cost shares, elasticities, population, ... InputError where final demand is negative.
    """
    rates = np.zeros_like(flows) if tariff is None else tariff
    paid = flows * (1 + rates)
    spending = paid.sum(2).T
    return Economy(
        regions=regions, sectors=sectors, trade_shares=shares(paid), spending=spending, tariff=rates, **fields
    )


def from_shares(
    regions: tuple[str, ...],
    sectors: tuple[str, ...],
    trade_shares: Numbers,
    consumption: Numbers,
    *,
    value_added: Numbers | None = None,
    tolerance: float = 1e-12,
    **fields: Any,
) -> Economy:
    """Return a base year with balanced trade that has these trade shares (S,N,N) and goods consumption shares (N,S).

    Without `value_added` incomes are those the shares imply, world value added being one, and trade shares are kept
    exactly. With `value_added` (N,) in money, incomes are given and the model itself finds the balanced year next to
    the data, as Caliendo and Parro (2015) do: factor prices and trade shares then move. Factor income is assumed to
    stay where it arises. `fields` are those of Economy.
    """
    from yugong.simulate.levers import Levers
    from yugong.simulate.solving import rebase, solve

    spending = implied_spending(trade_shares, consumption, fields, value_added)
    economy = Economy(regions=regions, sectors=sectors, trade_shares=trade_shares, spending=spending, **fields)
    if value_added is None:
        return economy
    flows = economy.accounts
    factors = economy.labour_share.sum(2) + economy.land_share + economy.capital_share
    scale = value_added / (flows.factor_sales * factors).sum(1)
    levers = Levers(people=np.broadcast_to(scale[:, None], economy.population.shape), deficit=np.zeros(len(regions)))
    return rebase(solve(economy, levers, tolerance=tolerance, raise_on_failure=True))


def implied_spending(
    trade_shares: Numbers, consumption: Numbers, fields: dict[str, Any], value_added: Numbers | None
) -> Numbers:
    """Return spending (N,S) implied by shares: X = α·(income) + inputs, income given or implied by sales."""
    inputs = np.asarray(fields["input_share"])
    factor = 1 - inputs.sum(2)
    tariff = fields.get("tariff")
    paid = trade_shares / (1 + tariff) if tariff is not None else trade_shares
    kept = paid.sum(2).T  # (N,S) what is left of spending after tariffs
    x = consumption / len(consumption)
    if value_added is not None:
        x = x * value_added.sum() / x.sum()
    for _ in range(ROUNDS):
        sales = np.einsum("jni,nj->ij", paid, x)
        income = (factor * sales).sum(1) if value_added is None else value_added
        income = income + ((1 - kept) * x).sum(1)
        new = consumption * income[:, None] + np.einsum("njk,nj->nk", inputs, sales)
        if value_added is None:
            new /= (factor * np.einsum("jni,nj->ij", paid, new)).sum()
        change = np.abs(new - x).max() / x.max()
        x = new
        if change < CLOSE:
            break
    return x


def shares(flows: Numbers) -> Numbers:
    """Return flows (S,N,N) over their row totals; a region that buys nothing of a sector gets its own share as one."""
    total = flows.sum(2, keepdims=True)
    own = np.broadcast_to(np.eye(flows.shape[1]), flows.shape)
    return np.where(total > 0, flows / np.where(total > 0, total, 1.0), own)


def flows_from_table(
    table: "pd.DataFrame", *, regions: tuple[str, ...] | None = None, sectors: tuple[str, ...] | None = None
) -> tuple[tuple[str, ...], tuple[str, ...], Numbers]:
    """Place a long trade table (origin, destination, sector, value) by its labels; return regions, sectors, flows (S,N,N).

    Rows may come in any order; pairs that are not listed are zero trade; a pair listed twice, a missing or negative
    value, or a name outside `regions` or `sectors` where those are given, is an InputError.
    """
    regions = regions or tuple(sorted({*table["origin"], *table["destination"]}))
    sectors = sectors or tuple(dict.fromkeys(table["sector"]))
    where_r = {name: i for i, name in enumerate(regions)}
    where_s = {name: j for j, name in enumerate(sectors)}
    problems: list[Problem] = []
    for column, known in (("origin", where_r), ("destination", where_r), ("sector", where_s)):
        for row, name in zip(range(2, len(table) + 2), table[column], strict=True):
            if name not in known:
                problems.append(Problem(Text(f"不认识“{name}”", f"unknown name {name!r}"), row=row, column=column))
    bad = ~(table["value"].to_numpy(dtype=np.float64) >= 0)
    repeated = table.duplicated(["origin", "destination", "sector"]).to_numpy()
    for at in np.flatnonzero(bad | repeated):
        what = Text("数值缺失或为负", "value missing or negative") if bad[at] else Text("重复的一行", "repeated row")
        problems.append(Problem(what, row=int(at) + 2, column="value"))
    if problems:
        raise InputError(problems)
    flows = np.zeros((len(sectors), len(regions), len(regions)))
    flows[
        table["sector"].map(where_s).to_numpy(),
        table["destination"].map(where_r).to_numpy(),
        table["origin"].map(where_r).to_numpy(),
    ] = table["value"].to_numpy(dtype=np.float64)
    return regions, sectors, flows
