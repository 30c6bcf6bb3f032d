"""The first-order decomposition of welfare beside the exact change: labelled, never mixed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yugong.simulate.economy import Numbers
from yugong.simulate.result import Equilibrium
from yugong.simulate.solving import unit_costs

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class FirstOrder:
    """Caliendo and Parro (2015): one step at base-year shares and tariffs, fractions of base income (N,)."""

    regions: tuple[str, ...]
    terms_of_trade: Numbers
    volume_of_trade: Numbers
    total: Numbers  # the sum of the two
    exact: Numbers  # exact change of real household income per head, for comparison

    def table(self) -> "pd.DataFrame":
        """Return one row a region."""
        import pandas as pd

        return pd.DataFrame(
            {
                "place": self.regions,
                "terms_of_trade": self.terms_of_trade,
                "volume_of_trade": self.volume_of_trade,
                "welfare_first_order": self.total,
                "welfare_exact": self.exact,
            }
        )


def first_order(result: Equilibrium) -> FirstOrder:
    """Return terms-of-trade and volume-of-trade effects of a solved scenario, region by region.

    Terms of trade: base exports times own cost change less base imports times the sellers' cost change. Volume: base
    tariff revenue times the change of real imports. Changes are relative (hat less one), as the authors compute them;
    trade-cost changes that are not tariffs are no part of either. For large shocks it can be far from `exact`.
    """
    e = result.economy
    base = e.trade_shares * e.spending.T[:, :, None] / (1 + e.tariff)
    new_tariff = e.tariff if result.levers.tariff is None else np.asarray(result.levers.tariff)
    new = result.trade() / (1 + new_tariff)
    cost = np.expm1(unit_costs(result)).T  # (S,N)
    abroad = 1 - np.eye(len(e.regions))
    exports, imports = base * abroad, base * abroad
    income = np.asarray(result.base["income"])
    own = np.einsum("jni,ji->i", exports, cost)
    sellers = np.einsum("jni,ji->n", imports, cost)
    growth = np.divide(new, base, out=np.ones_like(base), where=base > 0) - 1
    volume = (e.tariff * imports * (growth - cost[:, None, :])).sum((0, 2))
    terms = (own - sellers) / income
    return FirstOrder(e.regions, terms, volume / income, terms + volume / income, result.change("real_income"))
