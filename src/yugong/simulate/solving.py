"""Solve a scenario: the accelerated sweep first, then ever more patient fallbacks; failure is data."""

from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

import jax.numpy as jnp
import numpy as np

from yugong.base.errors import YugongError
from yugong.base.text import Text
from yugong.simulate._kernel import run
from yugong.simulate._kernel.arrays import Blocks
from yugong.simulate._kernel.build import Model, build
from yugong.simulate._kernel.fixed_point import Settings, zeros
from yugong.simulate._kernel.newton import newton_krylov
from yugong.simulate._kernel.outcomes import Outcomes, flows_at
from yugong.simulate._kernel.sweep import FLOOR
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.levers import Levers
from yugong.simulate.methods import equilibrium_card
from yugong.simulate.result import Equilibrium, Status

TOLERANCE = 1e-10
HOMOTOPY_STEPS = (8, 32)
# Levers that are new over old, and never zero: part of the way is a share of their log.
HATS = (
    "trade_cost", "productivity", "amenity", "migration_cost", "workers", "people", "land", "capital", "carbon_cap",
)  # fmt: skip
_MONEY = (
    "income", "grp", "sales", "spending", "government", "tariff_revenue", "tax_revenue", "carbon_revenue",
    "transfer", "portfolio",
)  # fmt: skip


class NotConvergedError(YugongError):
    """No solution was found, and the caller asked for an error."""


def solve(
    economy: Economy,
    levers: Levers | None = None,
    *,
    tolerance: float = TOLERANCE,
    max_sweeps: int = 500,
    start: Numbers | None = None,
    fallbacks: bool = True,
    raise_on_failure: bool = False,
) -> Equilibrium:
    """Return the equilibrium of `economy` under `levers` (Anderson 1965; Dekle, Eaton and Kortum 2008).

    `tolerance` bounds the largest log change of any unknown in one more sweep, over all blocks. `start` (U,) is a
    first guess of the unknowns, such as `.x` of a near solution. Where nothing converges, `status` says what to try;
    `raise_on_failure` raises NotConvergedError instead. InputError where levers do not fit the economy.
    """
    model = build(economy, levers)
    first = zeros(model.blocks) if start is None else jnp.asarray(start)
    x, outcome, status = _search(model, first, tolerance, max_sweeps, fallbacks)
    if raise_on_failure and not status.converged:
        raise NotConvergedError(status.text)
    return Equilibrium(
        economy=economy,
        levers=levers or Levers(),
        x=np.asarray(x),
        values=in_units(outcome, model),
        base=base_year(economy, model),
        status=status,
        method=equilibrium_card(economy),
    )


def _search(
    model: Model, start: Any, tolerance: float, max_sweeps: int, fallbacks: bool
) -> tuple[Any, Outcomes, Status]:
    def attempt(method: str, settings: Settings, first: Any, lever: Any = None) -> tuple[Any, Outcomes, Status]:
        found, outcome = run.solve(model.blocks, settings, first, model.base, model.lever if lever is None else lever)
        residual = float(found.residual)
        feasible = float(outcome.least_income) > FLOOR or not np.isfinite(residual)
        return found.x, outcome, _status(feasible, method, int(found.sweeps), residual, tolerance)

    result = attempt("anderson", Settings(tolerance, 0.5, max_sweeps), start)
    if result[2].converged or not fallbacks:
        return result
    if result[2].residual <= tolerance:  # solved, but only with the floor under some region's income
        return result
    best = result
    result = attempt("small steps", Settings(tolerance, 0.15, 4 * max_sweeps), start)
    if result[2].converged:
        return result
    best = min(best, result, key=_badness)
    x = newton_krylov(
        model.blocks, model.base, model.lever, best[0] if np.isfinite(best[0]).all() else start, tolerance
    )
    result = attempt("newton-krylov", Settings(tolerance, 0.15, 20), x)
    if result[2].converged:
        return result
    best = min(best, result, key=_badness)
    for steps in HOMOTOPY_STEPS:
        x = zeros(model.blocks)
        for step in range(1, steps + 1):
            x = attempt("homotopy", Settings(tolerance, 0.15, max_sweeps), x, part_way(model, step / steps))[0]
            if not np.isfinite(x).all():
                break
        result = attempt("homotopy", Settings(tolerance, 0.15, max_sweeps), x)
        if result[2].converged:
            return result
        best = min(best, result, key=_badness)
    return best


def part_way(model: Model, share: float) -> Any:
    """Return levers `share` of the way from the base year to the scenario: hats in logs, the rest in levels."""
    mixed = {
        name: old * (new / old) ** share if name in HATS else old + share * (new - old)
        for name, old, new in zip(model.null._fields, model.null, model.lever, strict=True)
    }
    return type(model.null)(**mixed)


def _badness(result: tuple[Any, Outcomes, Status]) -> float:
    residual = result[2].residual
    return residual if np.isfinite(residual) else np.inf


def _status(feasible: bool, method: str, sweeps: int, residual: float, tolerance: float) -> Status:
    converged = feasible and residual <= tolerance
    if converged:
        text = Text(
            f"已收敛：{sweeps} 次迭代，最大残差 {residual:.1e}",
            f"converged in {sweeps} sweeps, largest residual {residual:.1e}",
        )
    elif residual <= tolerance:
        text = Text(
            "无解：某地固定的对外支付（差额、转移支付）超过其收入。请减小冲击或这些支付",
            "no solution: a region's fixed payments (deficit, transfers) exceed its income; reduce the shock or the payments",
        )
    else:
        text = Text(
            f"没有收敛（最大残差 {residual:.1e}）。请先把冲击减半，检查聚集弹性是否大于拥挤弹性、固定的对外支付是否超过收入，或换一个 start",
            f"did not converge (largest residual {residual:.1e}). Try half the shock, check whether agglomeration"
            " exceeds congestion or a region's fixed payments exceed its income, or give another start",
        )
    return Status(converged, text, method, sweeps, residual, tolerance)


_BASE_YEARS: WeakKeyDictionary[Economy, dict[Blocks, dict[str, Any]]] = WeakKeyDictionary()


def base_year(economy: Economy, model: Model) -> dict[str, Any]:
    """Return the outcomes of the base year, through the same code as a scenario's, in the user's units."""
    known = _BASE_YEARS.setdefault(economy, {})
    if model.blocks not in known:
        null = run.solve(model.blocks, Settings(), zeros(model.blocks), model.base, model.null)[1]
        known[model.blocks] = in_units(null, model)
    return known[model.blocks]


def in_units(outcome: Outcomes, model: Model) -> dict[str, Any]:
    """Return outcomes as NumPy arrays in the user's money, heads and tonnes."""
    scale = outcome_units(model)
    return {name: np.asarray(value) * scale.get(name, 1.0) for name, value in outcome._asdict().items()}


def outcome_units(model: Model) -> dict[str, float]:
    """Return what one kernel unit of each outcome is in the user's money, heads and tonnes."""
    scale = dict.fromkeys(_MONEY, model.money) | {"population": model.heads, "emissions": model.tonnes}
    return scale | {"carbon_price": model.money / model.tonnes}


def trade_shares(result: Equilibrium, base: bool = False) -> Numbers:
    """Return the new trade shares (S,N,N), importer first, or those of the base year."""
    return np.asarray(_flows(result, base)[1])


def migration_shares(result: Equilibrium, base: bool = False) -> Numbers:
    """Return the new migration shares (H,N,G), or those of the base year; rows sum to one."""
    return np.asarray(_flows(result, base)[2])


def rebase(result: Equilibrium) -> Economy:
    """Return the solved scenario as a new base-year economy, so that scenarios can follow one another.

    Exact, but for living costs where one labour market lies over several land markets: people are then spread over
    land anew, by what is earned there now (real incomes move by some 1e-5 for shocks of 5 %).
    """
    e, levers, value = result.economy, result.levers, result.values
    model = build(e, levers)
    lever = model.lever
    new: dict[str, Any] = {
        "trade_shares": trade_shares(result),
        "spending": value["spending"],
        "population": np.asarray(value["people"]) * e.population,
        "tariff": np.broadcast_to(np.asarray(lever.tariff), e.tariff.shape),
        "output_tax": np.asarray(lever.output_tax),
        "income_tax": np.asarray(lever.tax),
        "emissions": value["emissions"],
        "damage": e.damage * _growth(value["emissions"].sum(1), e.emissions.sum(1)),
        "government_grant": e.government_grant + np.asarray(lever.government_transfer) * model.money,
        "real_income": (e.real_income if e.real_income.size else np.asarray(model.base.income)) * value["real_wage"],
    }
    if max(e.labour_pool) + 1 < len(e.labour_pool):
        new["labour_share"] = _by_type(e, e.accounts.wages * value["people"] * value["wage"])
    if e.mobility != "none":
        new["workers"] = e.workers * np.asarray(lever.workers)
        new["migration_shares"] = migration_shares(result)
    return replace(e, **new)


def _by_type(e: Economy, wages: Numbers) -> Numbers:
    """Return labour shares (N,S,G) whose groups in one market have the wages (N,G) they have now, alike in all sectors."""
    pool = np.eye(max(e.labour_pool) + 1)[list(e.labour_pool)]
    part = wages / np.maximum((wages @ pool)[:, e.labour_pool], np.finfo(float).tiny)
    out: Numbers = (e.labour_share @ pool)[:, :, e.labour_pool] * part[:, None]
    return out


def unit_costs(result: Equilibrium) -> Numbers:
    """Return the log change of producers' prices (N,S)."""
    return np.asarray(_flows(result)[0].unit_cost)


def _flows(result: Equilibrium, base: bool = False) -> tuple[Any, Any, Any, Any]:
    """Return `flows_at` the solution, or at the base year by the same code, so that no change is exactly none."""
    model = build(result.economy, result.levers)
    x, lever = (zeros(model.blocks), model.null) if base else (jnp.asarray(result.x), model.lever)
    found: tuple[Any, Any, Any, Any] = flows_at(model.blocks, x, model.base, lever)
    return found


def _growth(new: Numbers, old: Numbers) -> Numbers:
    return np.asarray(np.divide(new, old, out=np.ones_like(new), where=old > 0), dtype=np.float64)
