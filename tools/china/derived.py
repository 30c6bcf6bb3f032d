"""Columns computed from other columns, and the small language their formulas are written in.

A formula is arithmetic over column ids and these functions: lag(x), last year's value of the same place; share(x), the
place's part of that year's sum over all places (missing when one is missing); first(x, y), x where known, else y;
chain(x, index, year), the level x of that year carried on by an index whose previous year is 100; abs(x), sqrt(x);
inflow(flow), estimated persons arriving, sample count times factor; shannon(table), minus the sum of p ln p over the
table's categories (missing when one is missing);
pick(table, label), the table's values under one label.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from sources import wide


def chain(level: pd.DataFrame, index: pd.DataFrame, year: int) -> pd.DataFrame:
    out = pd.DataFrame(np.nan, index=level.index, columns=level.columns)
    out[year] = level[year]
    for y in range(year + 1, max(level.columns) + 1):
        out[y] = out[y - 1] * index[y] / 100
    for y in range(year - 1, min(level.columns) - 1, -1):
        out[y] = out[y + 1] / index[y + 1] * 100
    return out


def shannon(table: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """The table is long: place, year, category, value."""
    label = table.columns[2]
    keys = [table["place"], table["year"]]
    p = table["value"] / table["value"].groupby(keys).transform("sum")
    index = -(p * np.log(p)).groupby(keys).sum()
    full = table[label].groupby(keys).nunique() == table[label].nunique()
    return wide(index.where(full).reset_index(name="h"), "place", "year", "h").reindex_like(like)


def pick(table: pd.DataFrame, label: str, like: pd.DataFrame) -> pd.DataFrame:
    return wide(table[table[table.columns[2]] == label], "place", "year", "value").reindex_like(like)


def inflow(flow: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    persons = (flow["value"] * flow["factor"]).groupby([flow["destination"], flow["year"]]).sum()
    return wide(persons.reset_index(name="persons"), "destination", "year", "persons").reindex_like(like)


def evaluate(
    formula: str, columns: dict[str, pd.DataFrame], tables: dict[str, pd.DataFrame], flows: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """The value of a formula, place by year, over the columns, tables and flows known so far."""
    like = columns["grp_v4"]
    names = {
        **columns,
        **tables,
        **flows,
        "lag": lambda x: x.shift(1, axis=1),
        "share": lambda x: x / x.sum(axis=0, skipna=False),
        "first": lambda x, y: x.where(x.notna(), y),
        "chain": chain,
        "abs": np.abs,
        "sqrt": np.sqrt,
        "shannon": lambda t: shannon(t, like),
        "pick": lambda t, label: pick(t, label, like),
        "inflow": lambda f: inflow(f, like),
    }
    return eval(formula, {"__builtins__": {}}, names)
