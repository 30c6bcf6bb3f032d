"""What the user sees of a solution: hats (new over old) by region, market, group, and for the nation."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from yugong.simulate._kernel.arrays import Base, Blocks, Lever, join, split
from yugong.simulate._kernel.sweep import Flows, Shock, _ratio, evaluate, shock


class Outcomes(NamedTuple):
    """Outcomes of one solution; levels are shares of base-year world value added, heads or emissions."""

    wage: Array  # (N,G) hat
    price: Array  # (N,S) hat of the sector price index
    living_cost: Array  # (N,G) hat, housing included
    rent: Array  # (N,K) hat; (0,) without land
    real_wage: Array  # (N,G) hat
    utility: Array  # (N,G) hat, movers'
    welfare: Array  # (W,) hat: worker groups, or markets where nobody moves
    national_welfare: Array  # () hat
    people: Array  # (N,G) hat
    population: Array  # (N,) level
    income: Array  # (N,) level, household income
    real_income: Array  # (N,) hat of household income per head over living cost
    real_income_per_head: Array  # (N,) level, in units of the base year's
    grp: Array  # (N,) level, nominal value added and taxes on production
    real_grp: Array  # (N,) hat, deflated by the cost of living
    real_earnings: Array  # (N,) hat of workers' real income, weighted by base real income
    national_real_earnings: Array  # () hat
    sales: Array  # (N,S) level
    spending: Array  # (N,S) level
    emissions: Array  # (N,S) level
    government: Array  # (N,) level
    tariff_revenue: Array  # (N,) level
    tax_revenue: Array  # (N,) level
    carbon_revenue: Array  # (N,) level
    transfer: Array  # (N,) level, net
    portfolio: Array  # (N,) level, net
    carbon_price: Array  # () level under a cap
    staying: Array  # (H,) share of each group at home
    least_income: Array  # () smallest income over its base; at the floor there is no solution


def outcomes(x: Array, base: Base, lever: Lever, held: Shock, blocks: Blocks) -> Outcomes:
    """Read the outcomes off the unknowns at a solution (U,); `held` is the levers' `shock`."""
    return read(x, evaluate(x, base, lever, held, blocks)[1], base, lever, blocks)


def read(x: Array, flows: Flows, base: Base, lever: Lever, blocks: Blocks) -> Outcomes:
    """Turn the unknowns and the flows of one sweep at them into outcomes."""
    state = split(x, blocks)
    people_hat = _ratio(flows.people, base.people)
    share = _ratio(base.people, base.people.sum(1, keepdims=True), absent=0.0)
    living_region = (share * flows.living_cost).sum(1)
    heads = flows.people.sum(1)
    per_head = _ratio(flows.household / heads, base.household / base.people.sum(1))
    factors = base.labour.sum(2) + base.land + base.capital
    grp = (flows.factor_sales * factors).sum(1) + flows.tax_revenue + flows.carbon_revenue
    base_factors = base.sales / (1 + base.output_tax)
    base_grp = (base_factors * (factors + base.output_tax)).sum(1)
    real_grp = grp / base_grp * jnp.exp(-living_region)
    real_wage = jnp.exp(state.wage - flows.living_cost)
    mass = base.people * base.level
    earnings = (mass * real_wage * people_hat).sum(1) / mass.sum(1)
    inside = base.nation * mass.sum(1)
    return Outcomes(
        wage=jnp.exp(state.wage),
        price=jnp.exp(state.price),
        living_cost=jnp.exp(flows.living_cost),
        rent=jnp.exp(state.rent),
        real_wage=real_wage,
        utility=jnp.exp(flows.utility),
        welfare=jnp.exp(flows.welfare),
        national_welfare=(base.weight * jnp.exp(flows.welfare)).sum(),
        people=people_hat,
        population=heads,
        income=flows.household,
        real_income=per_head * jnp.exp(-living_region),
        real_income_per_head=mass.sum(1) / base.people.sum(1) * per_head * jnp.exp(-living_region),
        grp=grp,
        real_grp=real_grp,
        real_earnings=earnings,
        national_real_earnings=(inside * earnings).sum() / inside.sum(),
        sales=flows.sales,
        spending=flows.spending,
        emissions=flows.emissions,
        government=flows.government,
        tariff_revenue=flows.tariff_revenue,
        tax_revenue=flows.tax_revenue,
        carbon_revenue=flows.carbon_revenue,
        transfer=flows.transfer,
        portfolio=flows.portfolio,
        carbon_price=state.carbon.sum(),
        staying=flows.staying,
        least_income=flows.least_income,
    )


@partial(jax.jit, static_argnames="blocks")
def flows_at(blocks: Blocks, x: Array, base: Base, lever: Lever) -> tuple[Flows, Array, Array, Array]:
    """Return the flows at a solution, trade shares (S,N,N), migration shares (H,N,G), and what another sweep changes."""
    held = shock(base, lever, blocks)
    state, flows = evaluate(x, base, lever, held, blocks)
    change = join(state) - x
    trade = held.trade * flows.source_price[:, None, :] / flows.market_access[:, :, None]
    if blocks.mobility == "none":
        return flows, trade, jnp.zeros((0,)), change
    if blocks.mobility == "free":
        arrive = base.migration * _ratio(flows.people, base.people)
        return flows, trade, arrive / arrive.sum((1, 2), keepdims=True), change
    groups = len(base.workers)
    value = held.moves.reshape(groups, -1) * jnp.exp(base.kappa * flows.utility.ravel())
    if blocks.stayers:
        stayer = jnp.exp(base.kappa * split(x, blocks).stayer.ravel()[base.home])
        value = value.at[jnp.arange(groups), base.home].multiply(stayer)
    shares = (value / value.sum(1, keepdims=True)).reshape(base.migration.shape)
    if blocks.relocation:
        put = jnp.einsum("mn,hng->hmg", lever.relocation, base.migration)
        shares = held.chosen[:, None, None] * shares + put
    return flows, trade, shares, change
