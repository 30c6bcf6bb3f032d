"""The base-year economy: what is observed, in the user's money, and the elasticities.

What the equations imply (sales, final demand shares, deficits) is derived, so that the base year is an exact fixed
point by construction.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Mobility = Literal["none", "costly", "free"]


def _none() -> Numbers:
    return np.zeros(0)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Economy:
    """A base year of N regions, S sectors, G labour groups and H worker groups.

    Required: `trade_shares` (S,N,N), importer n's spending on sector j by exporter i, rows summing to one;
    `spending` (N,S), tariffs included, in money; `labour_share` (N,S,G), `input_share` (N,S,S) [n, using sector,
    input], and optionally `land_share`, `capital_share` (N,S): Cobb–Douglas cost shares summing to one in every
    (n,j); `trade_elasticity` (S,), θ itself, not 1/θ.

    Everything else has the default of a model without that block. Money is in any one unit; the numéraire is the
    base-year world value added. Raises InputError listing every problem.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    trade_shares: Numbers
    spending: Numbers
    labour_share: Numbers
    input_share: Numbers
    trade_elasticity: Numbers
    labour_groups: tuple[str, ...] = ("all",)
    labour_pool: tuple[
        int, ...
    ] = ()  # (G,) labour market of each group; groups in one market differ in efficiency only
    land_share: Numbers = field(default_factory=_none)  # (N,S)
    capital_share: Numbers = field(default_factory=_none)  # (N,S)
    goods_share: Numbers = field(default_factory=_none)  # (N,) of household spending; the rest is housing
    population: Numbers = field(default_factory=_none)  # (N,G) heads
    # migration
    mobility: Mobility = "none"
    worker_groups: tuple[str, ...] = ()
    workers: Numbers = field(default_factory=_none)  # (H,) heads
    migration_shares: Numbers = field(default_factory=_none)  # (H,N,G) rows sum to one
    home: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))  # (H,) n*G+g
    migration_elasticity: float = 1.5
    # land, ownership
    land_group: tuple[int, ...] = ()  # (S,) land market of each sector, where its workers live too
    land_supply_elasticity: Numbers = field(default_factory=_none)  # (N,)
    stayer_share: Numbers = field(default_factory=_none)  # (N,) of land rent, to those who stay in their home market
    land_national: Numbers = field(
        default_factory=_none
    )  # (N,) share of land rent in the national portfolio; zero abroad
    capital_national: Numbers = field(default_factory=_none)  # (N,)
    nation: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))  # (N,) False: abroad
    # public accounts
    tariff: Numbers = field(default_factory=_none)  # (S,N,N) rates, importer first
    output_tax: Numbers = field(default_factory=_none)  # (N,S) rates
    income_tax: Numbers = field(default_factory=_none)  # (N,) rate on labour income, finances the local government
    government_grant: Numbers = field(default_factory=_none)  # (N,) money received by the local government
    government_basket: Numbers = field(default_factory=_none)  # (N,S) sums to one
    # spillovers
    agglomeration: Numbers = field(default_factory=_none)  # (S,) elasticity of productivity to regional heads
    congestion: Numbers = field(default_factory=_none)  # (N,) elasticity of disutility to regional heads
    public_productivity: Numbers = field(default_factory=_none)  # (S,)
    public_taste: float = 0.0
    rivalry: float = 1.0  # one: a publicly provided private good; zero: a pure public good
    # emissions
    emissions: Numbers = field(default_factory=_none)  # (N,S) tonnes
    damage: Numbers = field(default_factory=_none)  # (N,) utility lost, in logs, where regional emissions double
    # levels, for adding up welfare only
    real_income: Numbers = field(default_factory=_none)  # (N,G) real income per head

    def __post_init__(self) -> None:
        from yugong.simulate._check import checked

        for name, value in checked(self).items():
            object.__setattr__(self, name, value)

    @property
    def sales(self) -> Numbers:
        """Sales by region and sector (N,S), net of tariffs, in money."""
        return sales_of(self.trade_shares, self.spending, self.tariff)

    @property
    def accounts(self) -> "Accounts":
        """The base year's incomes, as the equations imply them."""
        return accounts(self)


@dataclass(frozen=True, slots=True)
class Accounts:
    """Base-year flows in money that follow from an Economy."""

    sales: Numbers  # (N,S)
    factor_sales: Numbers  # (N,S) net of output taxes
    wages: Numbers  # (N,G)
    profits: Numbers  # (N,)
    rents: Numbers  # (N,K)
    household: Numbers  # (N,) disposable income
    government: Numbers  # (N,)
    consumption: Numbers  # (N,S) shares, sum to one
    final_demand: Numbers  # (N,S) of households, in money
    tariff_revenue: Numbers  # (N,)
    deficit: Numbers  # (N,) net receipts from abroad that close the household's account; Σ deficit + grants = 0
    value_added: float  # of the world: the numéraire


def accounts(economy: Economy) -> Accounts:
    """Derive the base year's flows: factor incomes, final demand, rents, deficits."""
    e = economy
    sales = e.sales
    net = sales / (1 + e.output_tax)
    wages = np.einsum("njg,nj->ng", e.labour_share, net)
    profits = (e.capital_share * net).sum(1)
    wage_income = wages.sum(1)
    government = e.income_tax * wage_income + e.government_grant
    inputs = np.einsum("njk,nj->nk", e.input_share, net)
    final = e.spending - inputs - e.government_basket * government[:, None]
    final = np.where(np.abs(final) < 1e-12 * e.spending, 0.0, final)  # what is left of a subtraction
    consumption = final / final.sum(1, keepdims=True)
    household = final.sum(1) / e.goods_share
    kept = np.einsum("jni->nj", e.trade_shares / (1 + e.tariff)) if has_tariffs(e) else 1.0
    tariff_revenue = ((1 - kept) * e.spending).sum(1)
    rents = base_rents(e, net, household)
    land_income = rents.sum(1)
    to_nation = e.land_national * land_income + e.capital_national * profits
    heads = e.nation * e.population.sum(1)
    portfolio = to_nation.sum() * heads / heads.sum() - to_nation
    income = (
        (1 - e.income_tax) * wage_income
        + land_income
        + profits
        + portfolio
        + tariff_revenue
        + (e.output_tax * net).sum(1)
    )
    factors = e.labour_share.sum(2) + e.land_share + e.capital_share
    return Accounts(
        sales=sales,
        factor_sales=net,
        wages=wages,
        profits=profits,
        rents=rents,
        household=household,
        government=government,
        consumption=consumption,
        final_demand=final,
        tariff_revenue=tariff_revenue,
        deficit=household - income,
        value_added=float((net * factors).sum()),
    )


def base_rents(e: Economy, net: Numbers, household: Numbers) -> Numbers:
    """Return land income (N,K): rent paid by firms and by the households who work on each land market."""
    groups = land_groups(e)
    if not groups:
        return np.zeros((len(e.regions), 0))
    plot = np.eye(groups)[list(e.land_group)]
    earned = (e.labour_share.sum(2) * net) @ plot
    from_firms = (e.land_share * net) @ plot
    housing = (1 - e.goods_share)[:, None]
    local = (1 - e.land_national)[:, None]
    total = from_firms.sum(1) + (1 - e.goods_share) * household
    kept = ((1 - e.land_national) * total)[:, None]
    taxed = (1 - e.income_tax)[:, None] * earned
    other = household[:, None] - taxed.sum(1, keepdims=True) - kept
    weight = earned / earned.sum(1, keepdims=True)
    by_plot = (taxed + other * weight + local * from_firms) / (1 - local * housing)
    total_rent: Numbers = from_firms + housing * by_plot
    return total_rent


def sales_of(trade_shares: Numbers, spending: Numbers, tariff: Numbers) -> Numbers:
    """Return what each region sells of each sector (N,S), net of tariffs."""
    paid = trade_shares if _zero(tariff) else trade_shares / (1 + tariff)
    # one matrix–vector product a sector: einsum would copy the whole array
    return np.stack([spending[:, j] @ paid[j] for j in range(len(paid))], axis=1)


def has_tariffs(e: Economy) -> bool:
    """Return whether any tariff is not zero."""
    return not _zero(e.tariff)


def _zero(tariff: Numbers) -> bool:
    return not any(tariff.strides) or not tariff.any()  # the default is one zero, seen from every pair


def land_groups(e: Economy) -> int:
    """Count the land markets of a region; zero where neither firms nor households use land."""
    if not (e.land_share.any() or (e.goods_share < 1).any()):
        return 0
    return max(e.land_group) + 1


def default(economy: Any, name: str) -> Numbers:
    """Return the value of a field that was left out, for an economy of this size."""
    n, s, g = len(economy.regions), len(economy.sectors), len(economy.labour_groups)
    if name == "tariff":
        return np.broadcast_to(np.zeros(()), (s, n, n))
    zero = {
        "land_share": (n, s), "capital_share": (n, s), "land_supply_elasticity": (n,), "stayer_share": (n,),
        "land_national": (n,), "capital_national": (n,), "output_tax": (n, s),
        "income_tax": (n,), "government_grant": (n,), "agglomeration": (s,), "congestion": (n,),
        "public_productivity": (s,), "emissions": (n, s), "damage": (n,),
    }  # fmt: skip
    if name in zero:
        return np.zeros(zero[name])
    ones = {"goods_share": (n,), "population": (n, g), "real_income": (n, g)}
    if name in ones:
        return np.ones(ones[name])
    return np.full((n, s), 1 / s)  # government_basket
