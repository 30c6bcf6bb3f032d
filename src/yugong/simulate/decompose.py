"""The first-order decomposition of real income beside the exact change: labelled, never mixed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

from yugong.simulate._kernel.build import Model, build
from yugong.simulate._kernel.outcomes import flows_at
from yugong.simulate._kernel.sweep import Flows
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.result import Equilibrium

if TYPE_CHECKING:
    import pandas as pd

TERMS = (
    "terms_of_trade", "volume_of_trade", "trade_cost_saving", "productivity_gain", "spillovers", "taxed_output",
    "factors_per_head", "net_transfers", "public_budget", "rents_between_markets",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FirstOrder:
    """One step at base-year shares, fractions of base household income: `values` (N,10) by TERMS, summing to `total`.

    Terms of trade and volume of trade are Caliendo and Parro's (2015), `caliendo_parro` their sum, which is welfare in
    their model of tariffs. The others are what the remaining blocks add: trade-cost changes that are not tariffs on base
    spending; productivity on base output; spillovers of heads and public goods on it; taxed output (the base rate times
    the change of its quantity); people, capital and land at base prices per head; transfers, deficits and portfolio;
    what the public budget takes from households beyond its own prices; rent paid on one land market and received on
    another. `exact` is the change of real household income per head, `higher_order` what one step misses of it.
    `nation` (10,) is weighted by base household income.
    """

    regions: tuple[str, ...]
    values: Numbers
    exact: Numbers  # (N,)
    nation: Numbers
    nation_exact: float

    @property
    def terms_of_trade(self) -> Numbers:
        """Base exports times own cost change less base imports times the sellers' (N,)."""
        return self.values[:, 0]

    @property
    def volume_of_trade(self) -> Numbers:
        """Base tariff revenue times the change of real imports (N,)."""
        return self.values[:, 1]

    @property
    def caliendo_parro(self) -> Numbers:
        """Terms of trade and volume of trade together (N,)."""
        return self.values[:, 0] + self.values[:, 1]

    @property
    def total(self) -> Numbers:
        """The first-order change of real income (N,)."""
        return np.asarray(self.values.sum(1), dtype=np.float64)

    @property
    def higher_order(self) -> Numbers:
        """What one step at base-year shares misses of the exact change (N,)."""
        return self.exact - self.total

    def table(self) -> "pd.DataFrame":
        """Return one row a region, the nation's last (place "nation")."""
        import pandas as pd

        values = np.vstack([self.values, self.nation])
        exact = np.append(self.exact, self.nation_exact)
        frame = pd.DataFrame(values, columns=list(TERMS))
        frame.insert(0, "place", [*self.regions, "nation"])
        return frame.assign(welfare_first_order=values.sum(1), welfare_exact=exact, higher_order=exact - values.sum(1))


def first_order(result: Equilibrium) -> FirstOrder:
    """Return the first-order terms of a solved scenario, region by region; see FirstOrder for what each holds.

    From Shephard's lemma at the base year: factor prices are what unit costs leave after inputs, and buyers' prices are
    sellers' costs, trade costs and tariffs. Changes are those solved for, so what is left over is of second order in the
    shock; for large shocks it can be far from `exact`.
    """
    e = result.economy
    model = build(e, result.levers)
    x = jnp.asarray(result.x)
    # the base year through the same code, so that no change is exactly none
    before, old, *_ = flows_at(model.blocks, jnp.zeros_like(x), model.base, model.null)
    flows, new, *_ = flows_at(model.blocks, x, model.base, model.lever)
    income = np.asarray(model.base.household)
    trade = [np.asarray(share) * np.asarray(f.spending).T[:, :, None] for share, f in ((old, before), (new, flows))]
    cost = np.expm1(np.asarray(flows.unit_cost) - np.asarray(before.unit_cost)).T
    terms, volume = _trade(result, trade, cost, income)
    values = np.column_stack([terms, volume, *(part / income for part in _direct(e, model, before, flows, result))])
    exact = result.change("real_income")
    weight = e.nation * income / (e.nation * income).sum()
    return FirstOrder(e.regions, values, exact, weight @ values, float(weight @ exact))


def _trade(result: Equilibrium, trade: list[Numbers], cost: Numbers, income: Numbers) -> tuple[Numbers, Numbers]:
    """Return Caliendo and Parro's two terms (N,), with relative changes (hat less one) as the authors compute them."""
    e = result.economy
    base = trade[0] / (1 + e.tariff)
    new_tariff = e.tariff if result.levers.tariff is None else np.asarray(result.levers.tariff)
    new = trade[1] / (1 + new_tariff)
    abroad = base * (1 - np.eye(len(e.regions)))
    own = np.einsum("jni,ji->i", abroad, cost)
    sellers = np.einsum("jni,ji->n", abroad, cost)
    growth = np.divide(new, base, out=np.ones_like(base), where=base > 0) - 1
    volume = (e.tariff * abroad * (growth - cost[:, None, :])).sum((0, 2))
    return (own - sellers) / income, volume / income


def _direct(e: Economy, model: Model, before: Flows, after: Flows, result: Equilibrium) -> list[Numbers]:
    """Return the other eight terms (N,) in shares of world value added, changes in logs."""
    b, p, old, f = (_arrays(part) for part in (model.base, model.lever, before, after))
    price = np.log(np.asarray(result["price"]))
    heads = np.log(f.people.sum(1) / old.people.sum(1))
    net = b.sales / (1 + b.output_tax)
    spent = b.spending.T[:, :, None] * b.trade
    saving = -(spent * np.log(p.trade_cost)).sum((0, 2))
    public_price = (b.public_basket * price).sum(1)
    there = b.public > 0
    public = np.where(there, np.log(np.where(there, f.government, 1) / np.where(there, old.government, 1)), 0.0)
    public = np.where(there, public - public_price - b.rivalry * heads, 0.0)
    spill = (net * (b.agglomeration * heads[:, None] + b.public_productivity * public[:, None])).sum(1)
    growth = _log(f.factor_sales, old.factor_sales)
    marginal = f.unit_cost + growth - _log(f.sales, old.sales)  # cost before carbon and output taxes
    taxed = (b.output_tax * net * (growth - marginal)).sum(1)
    quantity = (b.wages * _log(f.people, old.people)).sum(1) + b.profits * np.log(p.capital) - b.household * heads
    rent, between = np.zeros(b.rents.shape), np.zeros(len(e.regions))
    if model.blocks.land_groups:
        rent = np.log(np.asarray(result["rent"]))
        quantity += (b.rents * (_log(f.rents, old.rents) - rent)).sum(1)
        plot = np.eye(model.blocks.land_groups)[list(e.land_group)]
        from_people = b.rents - (b.land * net) @ plot
        share = b.people / b.people.sum(1, keepdims=True)
        lived = np.einsum("ng,ngk,nk->n", share, b.nearby, rent)
        between = (from_people * rent).sum(1) - (1 - b.goods) * b.household * lived
    given = f.transfer - p.government_transfer + f.portfolio - old.portfolio + p.deficit - b.deficit
    budget = b.public * public_price - (f.government - old.government - p.government_transfer)
    productivity = (net * np.log(p.productivity)).sum(1)
    return [saving, productivity, spill, taxed, quantity, given, budget, between]


def _arrays(part: Any) -> Any:
    return type(part)(*map(np.asarray, part))


def _log(new: Numbers, old: Numbers) -> Numbers:
    """Return log(new/old), zero where the base is zero."""
    out: Numbers = np.log(np.divide(new, old, out=np.ones_like(new), where=old > 0))
    return out
