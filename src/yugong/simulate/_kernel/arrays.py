"""What the sweep reads: base-year arrays, levers, what is switched on, and where each unknown sits.

Nominal amounts are shares of base-year world value added, which is the numéraire (it stays one).
N regions, S sectors, G labour groups, K land groups, H worker groups.
"""

import os
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

_config: Any = jax.config
_config.update("jax_enable_x64", True)
if _config.jax_compilation_cache_dir is None:  # a solver compiled once serves the next process
    _home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    _config.update("jax_compilation_cache_dir", str(_home / "yugong" / "jax"))
    _config.update("jax_persistent_cache_min_compile_time_secs", 0.2)


class Blocks(NamedTuple):
    """Which parts of the model an economy and its levers use; fixed when the sweep is compiled."""

    regions: int
    sectors: int
    labour_groups: int
    land_groups: int  # 0: no land
    mobility: str  # none, costly, free
    tariffs: bool
    capital: bool
    government: bool
    stayers: bool  # land rent goes in part to those who stay in their home market
    inputs: bool
    wedges: bool  # output taxes or a carbon price
    cap: bool
    land_of: tuple[int, ...]  # the land group of each sector
    pool_of: tuple[int, ...]  # the labour market of each labour group
    relocation: bool = False  # people are placed elsewhere by order


class Base(NamedTuple):
    """The base year and the elasticities, as the sweep reads them."""

    trade: Array  # (S,N,N) share of importer n's spending on sector j that goes to exporter i
    theta: Array  # (S,)
    labour: Array  # (N,S,G) cost shares
    land: Array  # (N,S)
    capital: Array  # (N,S)
    inputs: Array  # (N,S,S) cost share of input k in sector j: [n,j,k]
    consumption: Array  # (N,S) sums to one over sectors
    goods: Array  # (N,) share of household spending on goods; the rest is housing
    sales: Array  # (N,S) net of tariffs, output taxes included
    spending: Array  # (N,S) tariffs included
    wages: Array  # (N,G) wage bill
    profits: Array  # (N,) capital income
    rents: Array  # (N,K) land income
    people: Array  # (N,G) heads, as shares of world heads
    income: Array  # (N,G) income per head in money, movers' (no stayers' rent)
    household: Array  # (N,) household income after tax and transfers
    deficit: Array  # (N,) net transfer from abroad that closes the base year
    tariff: Array  # (S,N,N) rates, importer first
    output_tax: Array  # (N,S)
    tax: Array  # (N,) on labour income
    grant: Array  # (N,) grants to governments, part of what follows
    public: Array  # (N,) government spending
    public_basket: Array  # (N,S) sums to one
    emissions: Array  # (N,S) as shares of the world's
    workers: Array  # (H,) heads
    migration: Array  # (H,N,G) shares, sum to one for each worker group
    home: Array  # (H,) flat index of the home market n*G+g
    rebate: Array  # (N,G) base factor by which stayers' income exceeds movers'
    nearby: Array  # (N,G,K) on which land a market's workers live: shares over k
    stayer_share: Array  # (N,) of land income
    land_national: Array  # (N,) share of land income that goes to the national portfolio
    capital_national: Array  # (N,)
    nation: Array  # (N,) one inside the nation whose portfolio and transfers these are
    kappa: Array  # ()
    pull: Array  # () step of free movers toward the better market
    agglomeration: Array  # (S,) productivity on regional employment
    public_productivity: Array  # (S,)
    public_taste: Array  # ()
    rivalry: Array  # ()
    congestion: Array  # (N,)
    damage: Array  # (N,)
    land_supply: Array  # (N,)
    level: Array  # (N,G) real income per head, to add up real incomes
    weight: Array  # (W,) weight of each welfare entry in the nation's welfare, sums to one


class Lever(NamedTuple):
    """Policies and shocks: hats (new over old) unless a unit is given."""

    trade_cost: Array  # (S,N,N)
    tariff: Array  # (S,N,N) new rates
    productivity: Array  # (N,S)
    amenity: Array  # (N,G)
    migration_cost: Array  # (H,N,G)
    workers: Array  # (H,) size of each worker group
    people: Array  # (N,G) heads where nobody moves
    relocation: Array  # (N,N) [to, from] share of the base-year people of `from` who are placed in `to`
    land: Array  # (N,K) land quota
    capital: Array  # (N,) capital in place
    output_tax: Array  # (N,S) new rates
    tax: Array  # (N,) new rates on labour income
    deficit: Array  # (N,) new net transfer from abroad, shares of world value added
    household_transfer: Array  # (N,) received, shares of world value added
    government_transfer: Array  # (N,)
    payer: Array  # (N,) weights of those who pay for transfers, in proportion to their wage bill
    carbon_price: Array  # (N,) shares of world value added for the world's base emissions
    carbon_cap: Array  # () national emissions, new over old
    eco_land: Array  # (N,) compensation per unit of base rent of land set aside
    eco_emissions: Array  # (N,) compensation per unit of emissions avoided


class State(NamedTuple):
    """The unknowns, in log changes (the cap's carbon price in levels); a block not in use is empty."""

    wage: Array  # (N,G)
    price: Array  # (N,S)
    spending: Array  # (N,S)
    labour: Array  # (N,G)
    rent: Array  # (N,K)
    capital_return: Array  # (N,)
    public: Array  # (N,)
    stayer: Array  # (N,G)
    carbon: Array  # (1,)


def shapes(blocks: Blocks) -> dict[str, tuple[int, ...]]:
    """Return the shape of each unknown; (0,) for a block not in use."""
    n, s, g, k = blocks.regions, blocks.sectors, blocks.labour_groups, blocks.land_groups
    return {
        "wage": (n, g),
        "price": (n, s),
        "spending": (n, s),
        "labour": (n, g) if blocks.mobility != "none" else (0,),
        "rent": (n, k) if k else (0,),
        "capital_return": (n,) if blocks.capital else (0,),
        "public": (n,) if blocks.government else (0,),
        "stayer": (n, g) if blocks.stayers else (0,),
        "carbon": (1,) if blocks.cap else (0,),
    }


def split(x: Array, blocks: Blocks) -> State:
    """Cut the flat vector of unknowns into its blocks."""
    parts, at = [], 0
    for shape in shapes(blocks).values():
        size = 1
        for length in shape:
            size *= length
        parts.append(x[at : at + size].reshape(shape))
        at += size
    return State(*parts)


def join(state: State) -> Array:
    """Lay the blocks of unknowns end to end."""
    return jnp.concatenate([block.ravel() for block in state])


def unknowns(blocks: Blocks) -> int:
    """Count the unknowns."""
    total = 0
    for shape in shapes(blocks).values():
        size = 1
        for length in shape:
            size *= length
        total += size
    return total
