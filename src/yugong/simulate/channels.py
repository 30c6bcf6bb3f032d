"""Through which channel welfare changes: income, goods prices, housing, public services, place, and moving."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yugong.base.text import Text
from yugong.simulate.economy import Numbers
from yugong.simulate.result import Equilibrium

if TYPE_CHECKING:
    import pandas as pd

TITLES = {
    "income": Text("收入", "income"),
    "goods_prices": Text("物价", "prices of goods"),
    "housing": Text("住房", "housing"),
    "public_services": Text("公共服务", "public services"),
    "surroundings": Text("环境与拥挤", "surroundings and crowding"),
    "moving": Text("迁移机会", "the chance to move"),
    "spread": Text("各地变化不等", "unequal changes"),
}
CHANNELS = ("income", "goods_prices", "housing", "public_services", "surroundings", "moving")


@dataclass(frozen=True, slots=True)
class Channels:
    """Log points of welfare by channel (N,6), of the people whose home is each region; the rows sum to `total`.

    Income: money income per head at home. Goods prices and housing: what they take away. Public services: real
    spending per head. Surroundings: amenity, congestion and pollution. Moving: what the chance to live elsewhere adds.
    `nation` (6,) is their average weighted by base welfare, `spread` what unequal changes add to the nation's log
    welfare: `nation.sum() + spread` is its exact log change.
    """

    regions: tuple[str, ...]
    values: Numbers
    total: Numbers  # (N,)
    nation: Numbers
    spread: float

    def table(self) -> "pd.DataFrame":
        """Return one row a region and channel, in log points; the nation's rows have place "nation" and its spread."""
        import pandas as pd

        rows = [
            (p, c, v)
            for p, row in zip(self.regions, self.values, strict=True)
            for c, v in zip(CHANNELS, row, strict=True)
        ]
        rows += [("nation", c, v) for c, v in zip((*CHANNELS, "spread"), (*self.nation, self.spread), strict=True)]
        return pd.DataFrame(rows, columns=["place", "channel", "log_points"])


def channels(result: Equilibrium) -> Channels:
    """Split the exact welfare change of a solved scenario into channels that sum to it, in log points.

    Income is what the model's utility leaves once the other channels are taken out, so nothing is lost. Where there
    are several labour groups, a region's change is the average over them, weighted by base heads.
    """
    e = result.economy
    groups = len(e.labour_groups)
    share = e.population / np.where(e.population.sum(1) > 0, e.population.sum(1), 1.0)[:, None]
    price = _log_change(result, "price")
    goods = -e.goods_share * (e.accounts.consumption * price).sum(1)
    living = _log_change(result, "living_cost")  # (N,G)
    heads = _log_change(result, "population")
    public = e.public_taste * _public(result, price, heads)
    levers = result.levers
    amenity = np.zeros_like(living) if levers.amenity is None else np.log(np.broadcast_to(levers.amenity, living.shape))
    old, new = (np.asarray(v["emissions"]).sum(1) for v in (result.base, result.values))
    dirt = e.damage * (np.divide(new, old, out=np.ones_like(new), where=old > 0) - 1)
    place = amenity - (e.congestion * heads + dirt)[:, None]
    utility = _log_change(result, "utility")
    income = utility + living - public[:, None] - place

    def mean(x: Numbers) -> Numbers:
        out: Numbers = (share * x).sum(1)
        return out

    home = mean(utility)
    total = _by_home(result, _log_change(result, "welfare").ravel(), home, groups)
    values = np.column_stack([mean(income), goods, -mean(living) - goods, public, mean(place), total - home])
    weight = _weights(result, groups)
    nation = weight @ values
    exact = float(np.log1p(result.welfare))
    return Channels(e.regions, values, total, nation, exact - float(nation.sum()))


def _log_change(result: Equilibrium, name: str) -> Numbers:
    """Return the log of new over base: exactly zero where nothing changes."""
    out: Numbers = np.log(np.asarray(result[name]) / np.asarray(result.base[name]))
    return out


def _public(result: Equilibrium, price: Numbers, heads: Numbers) -> Numbers:
    """Return the log change of real public spending per head (N,), zero where there is none."""
    e = result.economy
    old, new = np.asarray(result.base["government"]), np.asarray(result["government"])
    there = old > 0
    ratio = np.where(there, new / np.where(there, old, 1.0), 1.0)
    out: Numbers = np.where(there, np.log(ratio) - (e.government_basket * price).sum(1) - e.rivalry * heads, 0.0)
    return out


def _by_home(result: Equilibrium, change: Numbers, home: Numbers, groups: int) -> Numbers:
    """Return log welfare (N,) of those whose home a region is; free movers gain what they gain where they live."""
    e = result.economy
    if e.mobility != "costly":
        return home
    mass = np.bincount(e.home // groups, weights=e.workers, minlength=len(e.regions))
    total = np.bincount(e.home // groups, weights=e.workers * change, minlength=len(e.regions))
    return np.divide(total, mass, out=home.copy(), where=mass > 0)


def _weights(result: Equilibrium, groups: int) -> Numbers:
    """Return each region's share of the nation's base real income (N,), by home."""
    e = result.economy
    level = np.asarray(result.base["real_income_per_head"])
    costly = e.mobility == "costly"
    home = np.bincount(e.home // groups, weights=e.workers, minlength=len(e.regions)) if costly else e.population.sum(1)
    mass = e.nation * home * level
    out: Numbers = mass / mass.sum()
    return out
