"""One-sector gravity in general equilibrium: the 2004 enlargement of the European Union, 44 countries, year 2000."""

from pathlib import Path

import numpy as np
import pandas as pd

from yugong.base.text import Text
from yugong.simulate.calibrate import from_flows
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.levers import Levers
from yugong.simulate.methods import equilibrium_card
from yugong.simulate.published import Replication
from yugong.simulate.solving import solve

YEAR, THETA, EFFECT = 2000, 4.0, 0.22424901
# The reference was stored in single precision, and its trade flows run to 1.8e7.
WITHIN = 1e-6


def read(folder: Path) -> tuple[Economy, Levers, Numbers, Numbers]:
    """Return the economy, the enlargement, and the reference's welfare hats (N,) and flows (N,N), importer first."""
    rows = pd.read_csv(folder / "TradeData0014_Results.csv.gz")
    rows = rows[rows["year"] == YEAR]
    names = sorted(rows["exporter"].unique())

    def square(column: str) -> Numbers:
        wide = rows.pivot_table(index="importer", columns="exporter", values=column, aggfunc="sum")
        return wide.loc[names, names].to_numpy(dtype=np.float64)

    economy = from_flows(
        tuple(names), ("all",), square("trade")[None],
        labour_share=np.ones((len(names), 1, 1)), input_share=np.zeros((len(names), 1, 1)),
        trade_elasticity=np.array([THETA]),
    )  # fmt: skip
    levers = Levers(trade_cost=np.exp(-EFFECT / THETA * square("new_eu_pair"))[None])
    return economy, levers, np.diag(square("w_eu")), square("X_eu")


def replicate(folder: Path) -> Replication:
    """Compare welfare and trade flows with the reference program's, country by country."""
    economy, levers, welfare, flows = read(folder)
    result = solve(economy, levers, raise_on_failure=True)
    computed = result["welfare"]
    rows = [
        (name, "welfare", float(w), float(c), WITHIN)
        for name, w, c in zip(economy.regions, welfare, computed, strict=True)
    ]
    trade = result.trade()[0]
    there = flows > 0
    worst = np.abs(trade[there] / flows[there] - 1).max()
    rows.append(("all pairs", "trade, largest relative difference", 0.0, float(worst), WITHIN))
    return Replication(
        Text("欧盟扩大：44 国一部门引力模型", "EU enlargement: one-sector gravity, 44 countries"),
        tuple(rows),
        equilibrium_card(economy),
    )
