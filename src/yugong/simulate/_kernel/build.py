"""From the public Economy and Levers to the kernel's arrays, in shares of world value added."""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import jax
import jax.numpy as jnp
import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate._kernel.arrays import Base, Blocks, Lever
from yugong.simulate._kernel.room import make_room
from yugong.simulate.economy import Accounts, Economy, Numbers, has_tariffs, land_groups
from yugong.simulate.levers import Levers

# How far free movers go in one sweep toward the better market: larger is faster, too large oscillates.
PULL = 0.5


@dataclass(frozen=True, slots=True)
class Model:
    """One economy and one scenario, ready for the sweep."""

    blocks: Blocks
    base: Base
    null: Lever
    lever: Lever
    money: float  # base-year world value added in the user's unit
    tonnes: float  # the world's base-year emissions
    heads: float  # the world's base-year heads


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What does not depend on the levers, made once an economy."""

    blocks: Blocks
    base: Base
    null: Lever
    money: float
    tonnes: float
    heads: float
    groups: int


# Economies compare by identity, and one that nobody holds any more takes its arrays with it.
_PREPARED: WeakKeyDictionary[Economy, _Prepared] = WeakKeyDictionary()
_SEEN: set[Blocks] = set()


def build(economy: Economy, levers: Levers | None = None, wrt: tuple[str, ...] = (), by_pair: bool = True) -> Model:
    """Return the kernel's arrays; raise InputError where a lever does not fit the economy.

    `wrt` names levers that will vary or be differentiated, so that the blocks they act on are switched on; `by_pair`
    lays those on pairs out in full.
    """
    levers = levers or Levers()
    known = _PREPARED.get(economy)
    if known is None:
        known = _PREPARED[economy] = _prepare(economy)
    used = {*levers.set(), *wrt}
    lever = _lever(economy, levers, known.null, known.money, known.tonnes, known.groups, wrt if by_pair else ())
    shapes = {name: getattr(lever, name).shape for name in WIDE}
    null = known.null._replace(
        **{
            k: jnp.broadcast_to(getattr(known.null, k), v)
            for k, v in shapes.items()
            if v != getattr(known.null, k).shape
        }
    )
    blocks = known.blocks._replace(
        tariffs=known.blocks.tariffs or "tariff" in used,
        wedges=known.blocks.wedges or bool(used & {"output_tax", "carbon_price", "carbon_cap"}),
        relocation="relocation" in used,
        cap="carbon_cap" in used,
    )
    if blocks not in _SEEN:  # a shape that may be compiled next
        make_room()
        _SEEN.add(blocks)
    return Model(blocks, known.base, null, lever, known.money, known.tonnes, known.heads)


def _prepare(e: Economy) -> _Prepared:
    flows = e.accounts
    money = flows.value_added
    heads = float(e.population.sum())
    tonnes = float(e.emissions.sum()) or 1.0
    groups = land_groups(e)
    blocks = Blocks(
        regions=len(e.regions),
        sectors=len(e.sectors),
        labour_groups=len(e.labour_groups),
        land_groups=groups,
        mobility=e.mobility,
        tariffs=has_tariffs(e),
        capital=bool(e.capital_share.any()),
        government=bool((flows.government > 0).any()),
        stayers=bool(e.mobility == "costly" and groups and e.stayer_share.any()),
        inputs=bool(e.input_share.any()),
        wedges=bool(e.output_tax.any()),
        cap=False,
        land_of=e.land_group,
        pool_of=e.labour_pool,
    )
    base = _base(e, flows, money, heads, tonnes, groups)
    return _Prepared(blocks, base, _null(e, flows, money, groups), money, tonnes, heads, groups)


def _base(e: Economy, flows: Accounts, money: float, heads: float, tonnes: float, groups: int) -> Base:
    people = e.population / heads
    n, s, g = e.labour_share.shape
    wage_income = flows.wages.sum(1)
    earned = e.labour_share * flows.factor_sales[:, :, None]  # (N,S,G)
    plot = np.eye(groups)[list(e.land_group)] if groups else np.zeros((s, 0))
    by_plot = np.einsum("njg,jk->nkg", earned, plot)
    nearby = _shares(by_plot.transpose(0, 2, 1), axis=2)
    land_income = flows.rents.sum(1)
    to_stayers = e.stayer_share * land_income
    per_head = (flows.household - (1 - e.income_tax) * wage_income - to_stayers) / money / people.sum(1)
    wage = np.divide(flows.wages / money, people, out=np.zeros_like(people), where=people > 0)
    income = (1 - e.income_tax)[:, None] * wage + per_head[:, None]
    poor = (income <= 0) & (people > 0)
    if poor.any():
        where = [e.regions[i] for i in np.unique(np.argwhere(poor)[:, 0])[:5]]
        raise InputError(
            [
                Problem(
                    Text(
                        f"{'、'.join(where)} 的人均收入不为正", f"income per head is not positive in {', '.join(where)}"
                    ),
                    Text("检查贸易差额与税率", "check deficits and tax rates"),
                )
            ]
        )
    rebate = np.ones((n, g))
    workers = e.workers / heads
    if e.mobility == "costly" and groups:
        stayers = np.zeros(n * g)
        np.add.at(
            stayers, e.home, workers * e.migration_shares.reshape(len(workers), -1)[np.arange(len(workers)), e.home]
        )
        rent = np.einsum("nk,nkg->ng", e.stayer_share[:, None] * flows.rents / money, _shares(by_plot, axis=2))
        paid = income * stayers.reshape(n, g)
        rebate = 1 + np.divide(rent, paid, out=np.zeros_like(rent), where=paid > 0)
    level = e.real_income if e.real_income.size else income
    arrays: dict[str, Any] = dict(  # noqa: C408  keywords keep 40 names readable
        trade=e.trade_shares, theta=e.trade_elasticity, labour=e.labour_share, land=e.land_share,
        capital=e.capital_share, inputs=e.input_share, consumption=flows.consumption, goods=e.goods_share,
        sales=flows.sales / money, spending=e.spending / money, wages=flows.wages / money,
        profits=flows.profits / money, rents=flows.rents / money, people=people, income=income,
        household=flows.household / money, deficit=flows.deficit / money, tariff=_compact(e), output_tax=e.output_tax,
        tax=e.income_tax, grant=e.government_grant / money, public=flows.government / money, public_basket=e.government_basket,
        emissions=e.emissions / tonnes, workers=workers, migration=e.migration_shares, home=e.home, rebate=rebate,
        nearby=nearby, stayer_share=e.stayer_share, land_national=e.land_national,
        capital_national=e.capital_national, nation=e.nation.astype(np.float64),
        kappa=np.float64(e.migration_elasticity), pull=np.float64(PULL), agglomeration=e.agglomeration,
        public_productivity=e.public_productivity, public_taste=np.float64(e.public_taste),
        rivalry=np.float64(e.rivalry), congestion=e.congestion, damage=e.damage,
        land_supply=e.land_supply_elasticity, level=level, weight=_weights(e, people, level, rebate),
    )  # fmt: skip
    return Base(**jax.device_put(arrays))


def _weights(e: Economy, people: Numbers, level: Numbers, rebate: Numbers) -> Numbers:
    """Return each group's share of the nation's base welfare: heads times expected utility in real income."""
    inside = np.broadcast_to(e.nation[:, None], people.shape)
    if e.mobility == "none":
        weight = (people * level * inside).ravel()
    elif e.mobility == "free":
        weight = np.einsum("h,hng,ng->h", e.workers, e.migration_shares, level * inside)
    else:
        stay = e.migration_shares.reshape(len(e.workers), -1)[np.arange(len(e.workers)), e.home]
        at_home = (level * rebate * inside).ravel()[e.home]
        weight = e.workers * at_home * np.where(stay > 0, stay, 1.0) ** (-1 / e.migration_elasticity)
    return np.asarray(weight / weight.sum(), dtype=np.float64)


def _null(e: Economy, flows: Accounts, money: float, groups: int) -> Lever:
    n, s, g = e.labour_share.shape
    arrays: dict[str, Any] = dict(  # noqa: C408
        trade_cost=np.ones((1, 1, 1)), tariff=_compact(e), productivity=np.ones((n, s)), amenity=np.ones((n, g)),
        migration_cost=np.ones((1, 1, 1)), workers=np.ones(len(e.workers)), people=np.ones((n, g)),
        relocation=np.zeros((n, n)), land=np.ones((n, groups)),
        capital=np.ones(n), output_tax=e.output_tax, tax=e.income_tax, deficit=flows.deficit / money,
        household_transfer=np.zeros(n), government_transfer=np.zeros(n), payer=e.nation.astype(np.float64),
        carbon_price=np.zeros(n), carbon_cap=np.float64(1.0), eco_land=np.zeros(n), eco_emissions=np.zeros(n),
    )  # fmt: skip
    return Lever(**jax.device_put(arrays))


def units(money: float, tonnes: float) -> dict[str, float]:
    """Return what one unit of a lever is in the kernel: shares of world value added, and of world emissions."""
    return {
        "deficit": 1 / money, "household_transfer": 1 / money, "government_transfer": 1 / money,
        "carbon_price": tonnes / money, "eco_emissions": tonnes / money,
    }  # fmt: skip


# Levers on every pair: kept as small as they were given, since at county level each is hundreds of megabytes.
WIDE = ("trade_cost", "tariff", "migration_cost")
_POSITIVE = ("trade_cost", "productivity", "amenity", "migration_cost", "workers", "people", "land", "capital")


def _lever(
    e: Economy, levers: Levers, null: Lever, money: float, tonnes: float, groups: int, wrt: tuple[str, ...]
) -> Lever:
    n, s, g = e.labour_share.shape
    wide = {"trade_cost": (s, n, n), "tariff": (s, n, n), "migration_cost": (len(e.workers), n, g)}
    problems: list[Problem] = []
    new: dict[str, Any] = {}
    unit = units(money, tonnes)
    for name in levers.set():
        key = "tax" if name == "income_tax" else name
        shape = wide.get(name) or getattr(null, key).shape
        value = np.asarray(getattr(levers, name), dtype=np.float64) * unit.get(name, 1.0)
        try:
            full = np.broadcast_to(value, shape)
            value = value.reshape((1,) * (3 - value.ndim) + value.shape) if name in wide else full
        except ValueError:
            problems.append(
                Problem(
                    Text(
                        f"杠杆 {name} 的形状 {value.shape} 与 {shape} 不符",
                        f"lever {name} has shape {value.shape}, not {shape}",
                    )
                )
            )
            continue
        bad = ~np.isfinite(value)
        if name in _POSITIVE or name == "carbon_cap":
            bad |= value <= 0
        elif name in ("tariff", "output_tax"):
            bad |= value <= -1
        elif name == "income_tax":
            bad |= (value < 0) | (value >= 1)
        elif name in ("carbon_price", "payer"):
            bad |= value < 0
        elif name == "relocation":
            bad |= (value < 0) | (full.sum(0) >= 1) | ((np.diagonal(full) != 0) & np.eye(n, dtype=bool))
        if bad.any():
            problems.append(
                Problem(
                    Text(
                        f"杠杆 {name} 有 {int(bad.sum())} 个值越界",
                        f"lever {name} has {int(bad.sum())} value(s) out of bounds",
                    ),
                    Text("变化倍数须为正，税率须在界内", "hats must be positive and rates within bounds"),
                )
            )
        new[key] = jnp.asarray(value)
    problems += _not_used(e, levers, groups)
    deficit = new.get("deficit")
    if deficit is not None and abs(float(deficit.sum() + e.government_grant.sum() / money)) > 1e-9:
        problems.append(
            Problem(
                Text("各地差额之和不为零，账目不能平衡", "deficits do not sum to zero: the accounts cannot close"),
                Text("使其合计为零", "make them sum to zero"),
            )
        )
    payer = new.get("payer")
    if payer is not None and not float(payer.sum()) > 0:
        problems.append(
            Problem(Text("没有出资地区", "no region pays"), Text("至少给一个地区正权重", "give one a weight"))
        )
    if problems:
        raise InputError(problems)
    for name in set(wide) & set(wrt):  # what is differentiated or varied needs an entry of its own for every pair
        new[name] = jnp.broadcast_to(new.get(name, getattr(null, name)), wide[name])
    return null._replace(**new)


def _compact(e: Economy) -> Numbers:
    return e.tariff if has_tariffs(e) else np.zeros((1, 1, 1))


def _not_used(e: Economy, levers: Levers, groups: int) -> list[Problem]:
    """Return a problem for each lever that the economy has nothing for: it would silently do nothing."""
    absent = {
        "land": not groups,
        "capital": not e.capital_share.any(),
        "migration_cost": e.mobility != "costly",
        "workers": e.mobility == "none",
        "people": e.mobility != "none",
        "carbon_price": not e.emissions.any(),
        "carbon_cap": not e.emissions.any(),
        "eco_emissions": not e.emissions.any(),
        "eco_land": not groups,
        "government_transfer": not (e.income_tax.any() or e.government_grant.any()),
    }
    return [
        Problem(
            Text(f"杠杆 {name} 在这个经济中没有作用", f"lever {name} acts on nothing in this economy"),
            Text("给出相应的基年数据", "give the base-year data it needs"),
        )
        for name in levers.set()
        if absent.get(name, False)
    ]


def _shares(values: Numbers, axis: int) -> Numbers:
    total = values.sum(axis, keepdims=True)
    out: Numbers = np.divide(values, total, out=np.zeros_like(values), where=total > 0)
    return out
