"""What a simulation returns: the solution, its changes against the base year, its status and certificate."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.levers import Levers

if TYPE_CHECKING:
    import pandas as pd

FIRST_ORDER = "first order"  # the method of a preview


@dataclass(frozen=True, slots=True)
class Status:
    """Whether the solution was found, and what to try where it was not."""

    converged: bool
    text: Text
    method: str  # anderson, small steps, newton-krylov, homotopy; first order: a preview
    sweeps: int
    residual: float  # largest log change of any unknown in one more sweep
    tolerance: float


@dataclass(frozen=True, slots=True)
class Certificate:
    """Why to trust a solution, or not."""

    residual: dict[str, float]  # by block of unknowns, largest log change in one more sweep
    walras: float  # world value added implied by the accounts, less one
    deficits: float  # sum of net receipts from abroad and grants, share of world value added
    transfers: float  # sum of net transfers, share of world value added
    # Of the sweep at the solution: above one, plain iteration would diverge and acceleration is what finds it; NaN where
    # not asked for. Of its elasticities taken absolutely: below one, no other solution near by; NaN also where too large.
    spectral_radius: float
    absolute_radius: float
    elasticity_radius: float | None  # of Allen and Arkolakis (2014), where it applies: at most one proves uniqueness
    starts: int  # other starting points tried
    reached: int  # how many of them converged
    spread: float  # largest log distance between the solutions they led to; NaN where none was tried
    text: Text

    @property
    def checks(self) -> Text:
        """Residual, accounts and stability in one line."""
        worst = max(self.residual, key=lambda name: self.residual[name])
        off = max(abs(self.walras), abs(self.deficits), abs(self.transfers))
        zh = f"最大残差 {self.residual[worst]:.1e}（{worst}，共 {len(self.residual)} 块），收支闭合误差 {off:.1e}"
        en = f"largest residual {self.residual[worst]:.1e} ({worst}, of {len(self.residual)} blocks), accounts off by {off:.1e}"
        if np.isnan(self.spectral_radius):
            return Text(f"{zh}；谱半径未计算", f"{en}; spectral radii not computed")
        zh, en = (
            f"{zh}；扫描的谱半径 {self.spectral_radius:.3f}",
            f"{en}; spectral radius of the sweep {self.spectral_radius:.3f}",
        )
        if np.isfinite(self.absolute_radius):
            zh, en = (
                f"{zh}，弹性取绝对值 {self.absolute_radius:.3f}",
                f"{en}, of its absolute elasticities {self.absolute_radius:.3f}",
            )
        return Text(zh, en)


@dataclass(frozen=True, slots=True)
class Equilibrium:
    """A solved scenario of an economy with N regions, S sectors, G labour groups, H worker groups.

    `hats` and `levels` hold arrays by outcome name; shapes are those of the registry of outcomes in
    `simulate.outcome_names()`. Hats are new over old; exactly one everywhere in the null scenario.
    """

    economy: Economy
    levers: Levers
    x: Numbers  # (U,) unknowns, log changes
    values: dict[str, npt.NDArray[Any]]  # outcomes of the scenario, levels in the economy's money, heads, tonnes
    base: dict[str, npt.NDArray[Any]]  # the same in the base year
    status: Status
    method: MethodCard
    provenance: Provenance | None = None

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Return one outcome of the scenario by name."""
        return self.values[name]

    def change(self, name: str) -> npt.NDArray[Any]:
        """Return new over old less one; NaN where the base is zero."""
        new, old = np.asarray(self.values[name]), np.asarray(self.base[name])
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(old != 0, new / np.where(old != 0, old, 1.0) - 1, np.nan)

    @property
    def welfare(self) -> float:
        """Exact equivalent change of the nation's welfare, a fraction."""
        return float(self.values["national_welfare"] / self.base["national_welfare"] - 1)

    def table(self) -> "pd.DataFrame":
        """Return one row a region: changes are fractions, amounts are in the economy's money."""
        import pandas as pd

        change = {
            "real_income_change": "real_income",
            "real_grp_change": "real_grp",
            "grp_change": "grp",
            "population_change": "population",
            "real_earnings_change": "real_earnings",
        }
        columns: dict[str, Any] = {"place": self.economy.regions}
        columns |= {column: self.change(name) for column, name in change.items()}
        columns["rent_change"] = _by_region(self.values["rent"], len(self.economy.regions)) - 1
        old, new = self.base["emissions"].sum(1), self.values["emissions"].sum(1)
        columns["emissions_change"] = np.where(old > 0, new / np.where(old > 0, old, 1.0) - 1, np.nan)
        for name in ("transfer", "tax_revenue", "carbon_revenue", "tariff_revenue", "government"):
            columns[name] = self.values[name] - self.base[name]
        return pd.DataFrame(columns)

    def groups(self) -> "pd.DataFrame":
        """Return one row a worker group (or labour market where nobody moves) with its exact welfare change."""
        import pandas as pd

        e = self.economy
        if e.mobility == "none":
            names = [f"{r} {g}" if len(e.labour_groups) > 1 else r for r in e.regions for g in e.labour_groups]
        else:
            names = list(e.worker_groups or [str(i + 1) for i in range(len(e.workers))])
        return pd.DataFrame({"group": names, "welfare_change": self.change("welfare")})

    def trade(self, base: bool = False) -> Numbers:
        """Return trade flows (S,N,N), importer first, tariffs included, in money; with `base` the base year's."""
        from yugong.simulate.solving import trade_shares

        spending = np.asarray((self.base if base else self.values)["spending"])
        flows: Numbers = trade_shares(self, base) * spending.T[:, :, None]
        return flows

    def certificate(self, starts: int | None = None, seed: int = 0, radii: bool = True) -> Certificate:
        """Check the solution; `starts` more solves from random starting points look for others.

        None: three where no theorem proves uniqueness and the economy is small enough for it to cost little. Without
        `radii` nothing new is compiled, and the spectral radii are NaN.
        """
        from yugong.simulate.certify import certify

        return certify(self, starts=starts, seed=seed, radii=radii)


def _by_region(rents: npt.NDArray[Any], regions: int) -> npt.NDArray[Any]:
    return rents.mean(1) if rents.ndim == 2 else np.full(regions, np.nan)
