"""The national input–output tables, 42 sectors added up to the eight of the default economy.

One row an input (sector, or part of value added), one column a use. Domestic and imported inputs together.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from sources import Folder

from yugong.base.rows import read_rows
from yugong.simulate.economies.sectors import numbers, sectors

YEARS = (2017, 2020)
NATION = "100000"
PARTS = {"labour": ["VA001"], "net_taxes": ["VA002"], "depreciation": ["VA003"], "surplus": ["VA004"]}
USES = {"consumption": "TC", "fixed_capital": "FU201", "inventories": "FU202", "exports": "EX"}
FUEL = (2, 11, 25)  # coal, refined petroleum and coke, gas
WAN_TO_100M = 1e-4


def national_io(data: Folder) -> pd.DataFrame:
    return pd.concat([_one(data, year) for year in YEARS], ignore_index=True)


def _one(data: Folder, year: int) -> pd.DataFrame:
    table = data.frame(f"cn_input_output/china_{year}_42.csv")
    code = table["Code"].astype(str).str.zfill(2)
    names = [f"{i:02d}" for i in range(1, 43)]
    by_origin = {
        o: table[(table["Origin"] == o) & code.isin(names)].reset_index(drop=True) for o in ("Domestic", "Imports")
    }
    into = _into()

    def uses(columns: list[str]) -> np.ndarray:
        return sum(f[columns].to_numpy(float) for f in by_origin.values()) * WAN_TO_100M

    inputs = into @ uses(names) @ into.T
    final = into @ uses(list(USES.values()))
    imports = into @ by_origin["Imports"]["GO"].to_numpy(float) * WAN_TO_100M
    output = into @ by_origin["Domestic"]["GO"].to_numpy(float) * WAN_TO_100M
    ids = [s.id for s in sectors()]
    rows = [[s, output[k], *inputs[k], *final[k], imports[k]] for k, s in enumerate(ids)]
    blank = [np.nan] * (len(USES) + 1)
    for part, codes in PARTS.items():
        paid = into @ table.loc[code.isin(codes), names].to_numpy(float).sum(0) * WAN_TO_100M
        rows.append([part, paid.sum(), *paid, *blank])
    burnt = uses(names)[[i - 1 for i in FUEL]].sum(0) @ into.T
    rows.append(["fuel", burnt.sum(), *burnt, *blank])
    out = pd.DataFrame(rows, columns=["item", "value", *ids, *USES, "imports"])
    out.insert(0, "year", year)
    out.insert(0, "place", NATION)
    return out


def _into() -> np.ndarray:
    """Ones where a sector of the 42 belongs to one of the eight."""
    out = []
    for row in read_rows("yugong.simulate.economies", "sectors.csv"):
        members = set(numbers(row["c2012"]))
        out.append([float(i in members) for i in range(1, 43)])
    return np.array(out)
