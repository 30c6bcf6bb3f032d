"""Caliendo and Parro (2015): NAFTA's tariff changes 1993–2005, 31 countries, 40 sectors, deficits set to zero."""

from pathlib import Path

import numpy as np

from yugong.base.text import Text
from yugong.simulate.calibrate import from_shares, shares
from yugong.simulate.decompose import first_order
from yugong.simulate.economy import Economy
from yugong.simulate.levers import Levers
from yugong.simulate.methods import equilibrium_card
from yugong.simulate.published import Replication
from yugong.simulate.solving import solve

N, S, TRADED = 31, 40, 20
THETA_SERVICES = 8.22  # the authors' value for sectors that do not trade; it moves nothing
COUNTRIES = (
    "Argentina", "Australia", "Austria", "Brazil", "Canada", "Chile", "China", "Denmark", "Finland", "France",
    "Germany", "Greece", "Hungary", "India", "Indonesia", "Ireland", "Italy", "Japan", "Korea", "Mexico", "Netherlands",
    "New Zealand", "Norway", "Portugal", "South Africa", "Spain", "Sweden", "Turkey", "UK", "USA", "ROW",
)  # fmt: skip
BLOC = ("Mexico", "Canada", "USA")
COLUMNS = (
    "terms of trade",
    "volume of trade",
    "welfare, first order",
    "real wage",
    "exact real income",
    "imports from bloc",
)
PUBLISHED = {
    "Mexico": (-0.4118, 1.7239, 1.3121, 1.7153, 0.0073, 118.28),
    "Canada": (-0.1081, 0.0443, -0.0638, 0.3228, -0.1101, 11.11),
    "USA": (0.0435, 0.0412, 0.0848, 0.1124, 0.0741, 40.52),
}
DIGITS = (5e-5, 5e-5, 5e-5, 5e-5, 5e-5, 5e-3)  # half a unit of the last printed digit, percent


def read(folder: Path) -> tuple[Economy, Levers]:
    """Return the 1993 economy with balanced trade, and the 2005 tariffs inside the bloc."""
    tariffs = {}
    for year in (1993, 2005):
        tariffs[year] = np.zeros((S, N, N))
        tariffs[year][:TRADED] = np.loadtxt(folder / f"tariffs{year}.txt").reshape(TRADED, N, N) / 100
    flows = np.zeros((S, N, N))
    flows[:TRADED] = np.loadtxt(folder / "xbilat1993.txt").reshape(TRADED, N, N) * 1000
    exports = flows.sum(1).T
    output = np.maximum(np.loadtxt(folder / "GO.txt").T, exports)  # some exports exceed the output in the data
    for j in range(S):
        np.fill_diagonal(flows[j], output[:, j] - exports[:, j])
    labour = np.loadtxt(folder / "B.txt").T
    inputs = np.maximum(np.loadtxt(folder / "IO.txt").reshape(N, S, S).transpose(0, 2, 1), 0)  # [n, using, input]
    total = inputs.sum(2, keepdims=True)
    inputs = np.divide(inputs, total, out=np.zeros_like(inputs), where=total > 0) * (1 - labour)[:, :, None]
    labour = np.where(total[:, :, 0] > 0, labour, 1.0)
    paid = flows * (1 + tariffs[1993])
    final = paid.sum(2).T - np.einsum("njk,nj->nk", inputs, output)
    final = np.maximum(final, 0)  # as the authors do with negative residual demand
    economy = from_shares(
        COUNTRIES, tuple(f"sector {j + 1}" for j in range(S)), shares(paid), final / final.sum(1, keepdims=True),
        value_added=(labour * output).sum(1), labour_share=labour[:, :, None], input_share=inputs,
        trade_elasticity=np.concatenate([np.loadtxt(folder / "T.txt"), np.full(S - TRADED, THETA_SERVICES)]),
        tariff=tariffs[1993],
    )  # fmt: skip
    new = np.array(economy.tariff)
    bloc = [COUNTRIES.index(c) for c in BLOC]
    for a in bloc:
        for b in bloc:
            if a != b:
                new[:, a, b] = tariffs[2005][:, a, b]
    return economy, Levers(tariff=new)


def replicate(folder: Path) -> Replication:
    """Compare the published first-order decomposition, real wages and bloc trade; the exact measure stands beside."""
    economy, levers = read(folder)
    result = solve(economy, levers, raise_on_failure=True)
    parts = first_order(result)
    real_wage, income = result.change("real_wage")[:, 0], result.change("real_income")
    imports = result.trade() / (1 + np.asarray(levers.tariff))
    before = economy.trade_shares * economy.spending.T[:, :, None] / (1 + economy.tariff)
    rows = []
    for country, published in PUBLISHED.items():
        n = COUNTRIES.index(country)
        others = [COUNTRIES.index(c) for c in BLOC if c != country]
        growth = imports[:, n, others].sum() / before[:, n, others].sum() - 1
        computed = (
            parts.terms_of_trade[n], parts.volume_of_trade[n], parts.caliendo_parro[n], real_wage[n], income[n], growth,
        )  # fmt: skip
        rows += [
            (country, name, value, 100 * float(c), within)
            for name, value, c, within in zip(COLUMNS, published, computed, DIGITS, strict=True)
        ]
    return Replication(
        Text("北美自由贸易协定的关税变化（%）", "NAFTA's tariff changes (percent)"),
        tuple(rows),
        equilibrium_card(economy),
    )
