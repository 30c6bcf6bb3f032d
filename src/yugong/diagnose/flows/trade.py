"""Trade costs that flows reveal, and how far flows are from a market without borders."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.flows import sources
from yugong.diagnose.flows.demean import Floats
from yugong.diagnose.flows.matrix import flow_matrix


@dataclass(frozen=True, slots=True, eq=False)
class TradeCosts:
    """Bilateral costs relative to internal ones, (n, n) symmetric with 1 on the diagonal.

    A pair with an observed zero either way has cost ∞ (no finite cost explains it), a pair with a gap NaN.
    """

    places: tuple[Hashable, ...]
    costs: Floats
    elasticity: float
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a pair: origin, destination, trade_cost, tariff_equivalent (per cent)."""
        i, j = np.triu_indices(len(self.places), 1)
        return pd.DataFrame(
            {
                "origin": [self.places[k] for k in i],
                "destination": [self.places[k] for k in j],
                "trade_cost": self.costs[i, j],
                "tariff_equivalent": 100 * (self.costs[i, j] - 1),
            }
        )


def head_ries(flows: object, elasticity: float) -> TradeCosts:
    """Return τ_ij = (x_ii x_jj / (x_ij x_ji))^{1/(2ε)}, the geometric mean cost both ways relative to internal costs.

    flows (n, n), origins down, with internal flows on the diagonal; expenditure shares serve as well.
    elasticity ε > 0 is the trade elasticity (σ − 1, or θ). Head & Ries (2001); Head & Mayer (2014, eq. 29).
    Raises InputError for a missing or zero internal flow or ε ≤ 0.
    """
    x, places = flow_matrix(flows)
    inner = np.diag(x)
    problems = [
        Problem(
            Text(f"{places[i]} 没有正的内部流量", f"{places[i]} has no positive internal flow"),
            Text("内部流量 = 总产出 − 流出", "internal flow = output − outflows"),
        )
        for i in np.flatnonzero(~(inner > 0))
    ]
    if not elasticity > 0:
        problems.append(
            Problem(Text(f"贸易弹性须为正：{elasticity:g}", f"elasticity must be positive: {elasticity:g}"))
        )
    if problems:
        raise InputError(problems)
    with np.errstate(divide="ignore"):
        costs = np.exp(-(np.log(x * x.T) - np.log(np.outer(inner, inner))) / (2 * elasticity))
    np.fill_diagonal(costs, 1.0)
    card = MethodCard(
        "head_ries",
        Text("Head–Ries 贸易成本", "Head–Ries trade costs"),
        r"\tau_{ij}=\left(\frac{x_{ii}x_{jj}}{x_{ij}x_{ji}}\right)^{1/(2\varepsilon)}",
        Text("双向几何平均，相对于内部成本", "geometric mean both ways, relative to internal costs"),
        Text(
            "观测为零的流量对应无穷大成本，缺失仍为缺失", "an observed zero means infinite cost; missing stays missing"
        ),
        (sources.HEAD_RIES, sources.HEAD_MAYER),
        {"elasticity": f"{elasticity:g}"},
    )
    return TradeCosts(places, costs, elasticity, card)


@dataclass(frozen=True, slots=True, eq=False)
class FlowIntegration:
    """How near each place is to a market without borders: 0 closed, 1 frictionless."""

    places: tuple[Hashable, ...]
    intensity: Floats  # (n, n) flow over what size alone would give, X_ij X / (Y_i E_j); 1 without frictions
    home_bias: Floats  # (n,) the same for internal flows
    openness: Floats  # (n,) share sold outside over the outside's share of the market
    balance: Floats  # (n,) cosine between where sales go and where the outside market is
    integration: Floats  # (n,) √(openness · balance)
    overall: float  # mean of integration, weighted by output
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place: place, home_bias, openness, balance, integration."""
        return pd.DataFrame(
            {
                "place": self.places,
                "home_bias": self.home_bias,
                "openness": self.openness,
                "balance": self.balance,
                "integration": self.integration,
            }
        )


def flow_integration(flows: object) -> FlowIntegration:
    """Return market integration from a whole flow matrix (n, n) with internal flows on the diagonal.

    Without frictions X_ij = Y_i E_j / X, so intensity is 1 everywhere; openness, balance and their geometric mean
    follow Arribas, Pérez & Tortosa-Ausina (2009) with destinations weighed by expenditure. A gap anywhere makes the
    row totals unknown, so it raises InputError.
    """
    x, places = flow_matrix(flows)
    holes = np.argwhere(~np.isfinite(x))
    rows, columns = x.sum(axis=1), x.sum(axis=0)
    problems = [
        Problem(Text(f"{places[i]} 到 {places[j]} 缺失", f"{places[i]} to {places[j]} is missing"))
        for i, j in holes[:20]
    ]
    if not len(holes):
        problems += [
            Problem(Text(f"{places[i]} 没有任何流出", f"{places[i]} has no outflow at all"))
            for i in np.flatnonzero(rows <= 0)
        ]
    if problems:
        raise InputError(problems)
    whole = x.sum()
    share = columns / whole
    with np.errstate(divide="ignore", invalid="ignore"):
        intensity = x * whole / np.outer(rows, columns)
        outside = x - np.diag(np.diag(x))
        openness = outside.sum(axis=1) / rows / (1 - share)
        market = np.where(np.eye(len(x), dtype=bool), 0.0, share)
        balance = (outside * market).sum(axis=1) / np.sqrt((outside**2).sum(axis=1) * (market**2).sum(axis=1))
    integration = np.where(openness == 0, 0.0, np.sqrt(openness * balance))
    card = MethodCard(
        "flow_integration",
        Text("基于流量的市场一体化", "market integration from flows"),
        r"\mathrm{DO}_i=\frac{\sum_{j\ne i}X_{ij}/Y_i}{1-E_i/X},\ "
        r"\mathrm{DB}_i=\cos(X_{ij},E_j)_{j\ne i},\ \mathrm{DI}_i=\sqrt{\mathrm{DO}_i\,\mathrm{DB}_i}",
        Text(
            "无摩擦基准 X_ij = Y_i E_j / X；总体按产出加权",
            "frictionless X_ij = Y_i E_j / X; overall weighted by output",
        ),
        Text("完全不外销者一体化为 0", "a place that sells nothing outside has integration 0"),
        (sources.ARRIBAS, sources.HEAD_MAYER),
    )
    overall = float((integration * rows).sum() / whole)
    return FlowIntegration(places, intensity, np.diag(intensity).copy(), openness, balance, integration, overall, card)
