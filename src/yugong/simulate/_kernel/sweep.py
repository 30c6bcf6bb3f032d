"""The model: one sweep from a guess of all unknowns to the values the equations imply.

Exact-hat form (Dekle, Eaton and Kortum 2008). Caliendo and Parro (2015), Tombe and Zhu (2019), Caliendo, Parro,
Rossi-Hansberg and Sarte (2018), Redding (2016) and Allen and Arkolakis (2014) are choices of `Base`, not other code.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from yugong.simulate._kernel.arrays import Base, Blocks, Lever, State, join, split

# Keeps the iteration out of negative incomes; where it binds at the end, fixed payments exceed what a region earns.
FLOOR = 1e-3
JUST_MET = 1e-13  # of world value added for the world's emissions: rounding, where a cap equals base emissions


class Shock(NamedTuple):
    """What the levers make of the base year: computed once, held fixed while the sweep repeats."""

    trade: Array  # (S,N,N) base share times the cost change to the power −θ
    paid: Array  # (S,N,N) the same net of the new tariff; empty without tariffs
    moves: Array  # (H,N,G) base share times the change of migration cost to the power −κ
    chosen: Array  # (H,) or () share of each group left to choose where to live
    placed: Array  # (N,G) or () heads placed by order


class Flows(NamedTuple):
    """Everything the sweep passes through on its way; outcomes are read from here."""

    sales: Array  # (N,S)
    factor_sales: Array  # (N,S) net of output taxes and carbon payments
    spending: Array  # (N,S)
    unit_cost: Array  # (N,S) log change of the producer's price
    source_price: Array  # (S,N) change of the price at the gate to the power −θ
    market_access: Array  # (S,N) Φ
    wages: Array  # (N,G) wage bill
    rents: Array  # (N,K)
    profits: Array  # (N,)
    people: Array  # (N,G)
    household: Array  # (N,) household income after tax and transfers
    government: Array  # (N,)
    tariff_revenue: Array  # (N,)
    tax_revenue: Array  # (N,) output taxes
    carbon_revenue: Array  # (N,)
    transfer: Array  # (N,) net of what the region pays; sums to zero
    portfolio: Array  # (N,) national portfolio received less paid in; sums to zero
    emissions: Array  # (N,S)
    consumer_price: Array  # (N,) log change of the goods price index
    living_cost: Array  # (N,G) log change, housing included
    utility: Array  # (N,G) log change, movers'
    welfare: Array  # (H,) log change of expected utility by worker group; (N,G) flat without migration
    staying: Array  # (H,) share of each group that stays at home
    least_income: Array  # () smallest income of a household or mover, over its base; at most FLOOR: no solution
    closure: Array  # () world value added before it is set to one: one where all accounts close


def shock(base: Base, lever: Lever, blocks: Blocks) -> Shock:
    """Fold the levers that act on bilateral costs into the base-year shares, in logs."""
    log_cost = jnp.log(lever.trade_cost)
    if blocks.tariffs:
        log_cost = log_cost + jnp.log1p(lever.tariff) - jnp.log1p(base.tariff)
    trade = base.trade * jnp.exp(-base.theta[:, None, None] * log_cost)
    paid = trade / (1 + lever.tariff) if blocks.tariffs else jnp.zeros((0,))
    costly = blocks.mobility == "costly"
    moves = base.migration * jnp.exp(-base.kappa * jnp.log(lever.migration_cost)) if costly else jnp.zeros((0,))
    chosen, placed = jnp.ones(()), jnp.zeros(())
    if blocks.relocation:  # a block of those who live somewhere: the others keep their own base shares
        remain = 1 - lever.relocation.sum(0)
        placed = lever.relocation @ base.people
        if blocks.mobility != "none":
            chosen = (base.migration * remain[:, None]).sum((1, 2))
        if costly:
            moves = moves * remain[:, None] / chosen[:, None, None]
    return Shock(trade, paid, moves, chosen, placed)


def sweep(x: Array, base: Base, lever: Lever, held: Shock, blocks: Blocks) -> Array:
    """Map a guess of the unknowns (U,) to what the equations imply (U,)."""
    return join(evaluate(x, base, lever, held, blocks)[0])


def evaluate(x: Array, base: Base, lever: Lever, held: Shock, blocks: Blocks) -> tuple[State, Flows]:
    """Pass once through the whole model; equation numbers are those of the method page."""
    old = split(x, blocks)
    empty = jnp.zeros((0,))
    none_n = jnp.zeros(blocks.regions)
    if blocks.mobility == "none":
        people = base.people * lever.people
        if blocks.relocation:
            people = people * (1 - lever.relocation.sum(0))[:, None] + lever.relocation @ (base.people * lever.people)
    else:
        people = base.people * jnp.exp(old.labour)
    heads, base_heads = people.sum(1), base.people.sum(1)
    density = jnp.log(heads / base_heads)

    # 1 unit cost
    log_cost = (
        jnp.einsum("njg,ng->nj", base.labour, old.wage)
        - jnp.log(lever.productivity)
        - base.agglomeration * density[:, None]
    )
    if blocks.inputs:
        log_cost += jnp.einsum("njk,nk->nj", base.inputs, old.price)
    if blocks.land_groups:
        log_cost += base.land * old.rent[:, blocks.land_of]
    if blocks.capital:
        log_cost += base.capital * old.capital_return[:, None]
    if blocks.government:
        log_cost -= base.public_productivity * old.public[:, None]
    factor_part = 1 / (1 + base.output_tax)  # what factors and inputs get of one unit of sales
    carbon_cost = jnp.zeros(())
    if blocks.wedges:
        tax_hat = (1 + lever.output_tax) / (1 + base.output_tax)
        price_of_carbon = lever.carbon_price + (old.carbon[0] * base.nation if blocks.cap else 0.0)
        carbon_cost = price_of_carbon[:, None] * base.emissions / jnp.where(base.sales > 0, base.sales, 1.0)
        before_carbon = jnp.exp(log_cost) * tax_hat
        unit_cost = before_carbon + carbon_cost
        factor_part = before_carbon / unit_cost / (1 + lever.output_tax)
        log_cost = jnp.log(unit_cost)

    # 2 trade, 3 revenue: two matrix–vector products a sector, three with tariffs
    source = jnp.exp(-base.theta[:, None] * log_cost.T)
    access = jnp.einsum("jni,ji->jn", held.trade, source)
    price = -jnp.log(access).T / base.theta
    spent = base.spending * jnp.exp(old.spending)
    per_access = spent.T / access
    paid = held.paid if blocks.tariffs else held.trade
    sales = (source * jnp.einsum("jni,jn->ji", paid, per_access)).T
    net_of_tariff = jnp.einsum("jni,ji->jn", paid, source) if blocks.tariffs else access
    factor_sales = sales * factor_part
    value_added = (factor_sales * (base.labour.sum(2) + base.land + base.capital)).sum()
    closure = 1 / value_added
    sales, factor_sales = sales * closure, factor_sales * closure
    tariff_revenue = (spent - (per_access * net_of_tariff).T).sum(1) if blocks.tariffs else none_n

    # 5 factors
    # groups of one labour market are paid alike for each unit of effective labour: what they earn in the base year
    pool = jnp.eye(max(blocks.pool_of) + 1)[jnp.array(blocks.pool_of)]
    bill = jnp.einsum("njg,nj->ng", base.labour, factor_sales) @ pool
    effective = (base.wages * _ratio(people, base.people)) @ pool
    wage = _log_ratio(bill, effective)[:, blocks.pool_of]
    wages = base.wages * _ratio(people, base.people) * jnp.exp(wage)
    profits, capital_return = none_n, empty
    if blocks.capital:
        profits = (base.capital * factor_sales).sum(1)
        capital_return = _log_ratio(profits, base.profits) - jnp.log(lever.capital)
    goods_price = (base.consumption * price).sum(1)

    # 9 emissions, and what carbon and output taxes raise
    emissions = base.emissions * _ratio(sales, base.sales) * jnp.exp(-log_cost)
    tax_revenue = carbon_revenue = none_n
    if blocks.wedges:
        tax_revenue = (factor_sales * lever.output_tax).sum(1)
        carbon_revenue = (sales * carbon_cost * jnp.exp(-log_cost)).sum(1)

    # 6 incomes and public accounts
    rents = none_n[:, None]
    if blocks.land_groups:
        supply = jnp.log(lever.land) + base.land_supply[:, None] * (old.rent - goods_price[:, None])
        rents = base.rents * jnp.exp(old.rent + supply)
    land_income = rents.sum(1)
    abroad = base.land_national * land_income + base.capital_national * profits
    national_heads = base.nation * heads
    portfolio = abroad.sum() * national_heads / national_heads.sum() - abroad
    wage_income = wages.sum(1)
    transfer = lever.household_transfer + lever.government_transfer
    eco = lever.eco_emissions * (base.emissions - emissions).sum(1)
    if blocks.land_groups:
        eco = eco + lever.eco_land * (base.rents * (1 - lever.land)).sum(1)
    levy = lever.payer * wage_income
    paid_in = (transfer + eco).sum() * levy / levy.sum()
    net_transfer = transfer + eco - paid_in
    government = lever.tax * wage_income + lever.government_transfer + base.grant
    pool = (
        portfolio
        + profits
        + tariff_revenue
        + tax_revenue
        + carbon_revenue
        + lever.deficit
        + lever.household_transfer
        + eco
        - paid_in
    )
    rent_to_stayers = base.stayer_share * land_income
    household = (1 - lever.tax) * wage_income + land_income + pool

    # 5 rents: land is used by firms and by the households that work on it
    rent = empty
    if blocks.land_groups:
        plot = jnp.eye(blocks.land_groups)[jnp.array(blocks.land_of)]
        earned = (base.labour.sum(2) * factor_sales) @ plot
        own_rent = rents - base.land_national[:, None] * rents
        other = household - (1 - lever.tax) * wage_income - own_rent.sum(1)
        by_plot = (1 - lever.tax)[:, None] * earned + own_rent + other[:, None] * earned / wage_income[:, None]
        demand = (base.land * factor_sales) @ plot + (1 - base.goods)[:, None] * by_plot
        shift = base.land_supply[:, None] * goods_price[:, None] - jnp.log(lever.land)
        rent = (_log_ratio(demand, base.rents) + shift) / (1 + base.land_supply[:, None])

    # 4 spending
    spending = base.consumption * (base.goods * jnp.maximum(household, FLOOR * base.household))[:, None]
    public = empty
    if blocks.government:
        public_price = (base.public_basket * price).sum(1)
        per_head = _log_ratio(government, base.public) - public_price - base.rivalry * density
        public = jnp.where(base.public > 0, per_head, 0.0)  # no government in the base year: nothing to enjoy
        spending += base.public_basket * government[:, None]
    if blocks.inputs:
        spending += jnp.einsum("njk,nj->nk", base.inputs, factor_sales)

    # 7 utility of those who move
    living = (base.goods * goods_price)[:, None] + jnp.zeros_like(wage)
    if blocks.land_groups:
        living += (1 - base.goods)[:, None] * jnp.einsum("ngk,nk->ng", base.nearby, rent)
    per_head = (pool + land_income - rent_to_stayers) / heads
    money = (1 - lever.tax)[:, None] * _ratio(base.wages, base.people) * jnp.exp(wage) + per_head[:, None]
    utility = (
        _log_ratio(jnp.maximum(money, FLOOR * base.income), base.income)
        - living
        + jnp.log(lever.amenity)
        - (base.congestion * density)[:, None]
        - (base.damage * (_ratio(emissions.sum(1), base.emissions.sum(1)) - 1))[:, None]
    )
    if blocks.government:
        utility += base.public_taste * public[:, None]

    # 8 migration
    labour, stayer, welfare, staying = _move(old, base, lever, held, blocks, utility, money, rents, factor_sales, wages)
    carbon = empty
    if blocks.cap:
        scale = 0.01  # of world value added for the world's emissions: sets the pace, not the solution
        covered = (base.nation[:, None] * emissions).sum()
        limit = lever.carbon_cap * (base.nation[:, None] * base.emissions).sum()
        needed = (old.carbon + scale) * covered / limit - scale
        carbon = jnp.where(needed > -JUST_MET, needed, 0.0)  # a cap just met has the slope of a tighter one
    least_income = jnp.minimum(
        jnp.min(household / base.household), jnp.min(jnp.where(base.people > 0, money / base.income, 1.0))
    )
    state = State(
        wage, price, _log_ratio(spending, base.spending), labour, rent, capital_return, public, stayer, carbon
    )
    flows = Flows(
        sales, factor_sales, spending, log_cost, source, access, wages, rents, profits, people, household, government,
        tariff_revenue, tax_revenue, carbon_revenue, net_transfer, portfolio, emissions, goods_price, living,
        utility, welfare, staying, least_income, closure,
    )  # fmt: skip
    return state, flows


def _move(
    old: State,
    base: Base,
    lever: Lever,
    held: Shock,
    blocks: Blocks,
    utility: Array,
    money: Array,
    rents: Array,
    factor_sales: Array,
    wages: Array,
) -> tuple[Array, Array, Array, Array]:
    """Return new log labour, new log stayers' rebate, log welfare by group, and the shares who stay."""
    empty = jnp.zeros((0,))
    flat = utility.ravel()
    if blocks.mobility == "none":
        if blocks.relocation:
            remain = 1 - lever.relocation.sum(0)
            value = jnp.exp(utility)
            flat = jnp.log(remain[:, None] * value + lever.relocation.T @ value).ravel()
        return empty, empty, flat, empty
    workers = base.workers * lever.workers * held.chosen
    if blocks.mobility == "free":  # κ → ∞: heads flow until utility is equal wherever a group lives
        lives = base.migration.reshape(len(workers), -1) > 0
        heads = (base.people * jnp.exp(old.labour)).ravel()
        if blocks.relocation:  # those placed stay where they were put; the others are never none
            heads = jnp.maximum(heads - held.placed.ravel(), FLOOR * base.people.ravel())
        weight = lives * heads
        mean = (weight @ flat) / weight.sum(1)
        target = heads * jnp.exp(base.pull * (flat - mean @ lives))
        target = target * ((workers / (lives @ target)) @ lives)
        target = target.reshape(utility.shape) + held.placed
        return _log_ratio(target, base.people), empty, mean, empty
    moves = held.moves.reshape(len(workers), -1)
    value = jnp.exp(base.kappa * flat)
    total = moves @ value
    at_home = jnp.take_along_axis(moves, base.home[:, None], axis=1)[:, 0] * value[base.home]
    if blocks.stayers:  # only those who stay in their home market share its land rent
        extra = jnp.expm1(base.kappa * old.stayer.ravel()[base.home])
        total = total + at_home * extra
        at_home = at_home * (1 + extra)
    per_option = workers / total
    heads = value * (per_option @ moves)
    if blocks.stayers:
        heads = heads.at[base.home].add(per_option * at_home * extra / (1 + extra))
    labour = _log_ratio(heads.reshape(utility.shape) + held.placed, base.people)
    stayer = empty
    if blocks.stayers:
        stayers = jnp.zeros_like(flat).at[base.home].add(per_option * at_home)
        plot = jnp.eye(blocks.land_groups)[jnp.array(blocks.land_of)]
        asked = jnp.einsum("njg,nj,jk->nkg", base.labour, factor_sales, plot)
        earned = asked * _ratio(wages, asked.sum(1), absent=0.0)[:, None, :]
        split_up = earned / earned.sum(2, keepdims=True)
        rent = jnp.einsum("nk,nkg->ng", base.stayer_share[:, None] * rents, split_up)
        rebate = 1 + _ratio(rent, money * stayers.reshape(utility.shape), absent=0.0)
        stayer = jnp.log(rebate / base.rebate)
    welfare, staying = jnp.log(total) / base.kappa, at_home / total
    if blocks.relocation:  # those placed gain what their new place gains; the move itself is not valued
        shares = base.migration.reshape(len(workers), -1)
        put = shares @ (lever.relocation.T @ jnp.exp(utility)).ravel()
        welfare = jnp.log(held.chosen * jnp.exp(welfare) + put)
        region, group = base.home // blocks.labour_groups, base.home % blocks.labour_groups
        of_group = jnp.take_along_axis(base.migration, group[:, None, None], axis=2)[:, :, 0]
        staying = held.chosen * staying + (of_group * lever.relocation[region]).sum(1)
    return labour, stayer, welfare, staying


def _ratio(new: Array, old: Array, absent: float = 1.0) -> Array:
    """Divide, with `absent` (and a zero derivative) where the base is zero."""
    there = old > 0
    return jnp.where(there, new / jnp.where(there, old, 1.0), absent)


def _log_ratio(new: Array, old: Array) -> Array:
    """Return log(new/old), zero (and a zero derivative) where the base is zero."""
    there = old > 0
    return jnp.log(jnp.where(there, new, 1.0) / jnp.where(there, old, 1.0))
