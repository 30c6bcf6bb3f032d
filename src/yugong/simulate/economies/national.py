"""The national accounts behind a default economy: an input–output table brought to another year's margins."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate.economies.balance import Numbers, ras
from yugong.simulate.economies.sectors import sectors

FINAL = ("consumption", "fixed_capital", "inventories")
VALUE_ADDED = ("labour", "net_taxes", "depreciation", "surplus")


@dataclass(frozen=True, slots=True)
class National:
    """A national table of S sectors, in money; `inputs` is (input, using sector)."""

    year: int
    output: Numbers  # (S,)
    inputs: Numbers  # (S,S) domestic and imported
    consumption: Numbers  # (S,)
    capital: Numbers  # (S,) fixed capital and inventories
    exports: Numbers  # (S,)
    imports: Numbers  # (S,)
    labour: Numbers  # (S,) shares of value added
    taxes: Numbers  # (S,) net taxes on production, shares of value added
    fuel: Numbers  # (S,) purchases of fuel per unit of output

    @property
    def value_added(self) -> Numbers:
        """Value added by sector (S,)."""
        out: Numbers = self.output - self.inputs.sum(0)
        return out


def national(frame: pd.DataFrame, year: int) -> National:
    """Read the table of the year nearest to `year`; InputError where its rows do not add up to gross output."""
    years = sorted(int(y) for y in frame["year"].unique())
    chosen = min(years, key=lambda y: (abs(y - year), y))
    rows = frame[frame["year"] == chosen].set_index("item")
    ids = [s.id for s in sectors()]
    table = rows.loc[ids]
    output = table["value"].to_numpy(dtype=np.float64)
    inputs = table[ids].to_numpy(dtype=np.float64)
    added = rows.loc[list(VALUE_ADDED), ids].to_numpy(dtype=np.float64)
    final = table[list(FINAL)].to_numpy(dtype=np.float64)
    exports, imports = (table[c].to_numpy(dtype=np.float64) for c in ("exports", "imports"))
    used = inputs.sum(1) + final.sum(1) + exports - imports
    off = np.abs(used / output - 1) + np.abs((inputs.sum(0) + added.sum(0)) / output - 1)
    if (off > 1e-6).any():
        where = ", ".join(i for i, o in zip(ids, off, strict=True) if o > 1e-6)
        what = Text(
            f"{chosen} 年投入产出表不平衡：{where}", f"the {chosen} input–output table does not balance: {where}"
        )
        raise InputError([Problem(what, file="tables/national_io.csv")])
    total = added.sum(0)
    return National(
        chosen,
        output,
        inputs,
        final[:, 0],
        final[:, 1] + final[:, 2],
        exports,
        imports,
        labour=added[0] / total,
        taxes=added[1] / total,
        fuel=rows.loc["fuel", ids].to_numpy(dtype=np.float64) / output,
    )


def updated(
    table: National,
    output: Numbers,
    value_added: Numbers,
    consumption: float,
    capital: float,
    exports: Numbers,
    imports: Numbers,
) -> National:
    """Return the table with new gross output, value added, exports and imports (S,) and totals of final demand.

    Inputs and final demand are found by RAS from the old table: rows sum to what is used at home, columns to inputs
    needed, consumption and capital formation, which are scaled so that all use is met.
    """
    used = output + imports - exports
    final = value_added.sum() + imports.sum() - exports.sum()
    scale = final / (consumption + capital)
    columns = np.concatenate([output - value_added, [scale * consumption, scale * capital]])
    prior = np.column_stack([table.inputs, table.consumption, np.clip(table.capital, 0.0, None)])
    new = ras(prior, used, columns).matrix
    s = len(output)
    return National(
        table.year, output, new[:, :s], new[:, s], new[:, s + 1], exports, imports, table.labour, table.taxes, table.fuel
    )  # fmt: skip
