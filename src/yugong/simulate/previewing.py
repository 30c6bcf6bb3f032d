"""A scenario to first order around the base year: quick to have, labelled as such, and never mixed with the exact one."""

from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from yugong.base.text import Text
from yugong.simulate._kernel.arrays import Lever
from yugong.simulate._kernel.build import Model, build
from yugong.simulate._kernel.fixed_point import Found, Settings
from yugong.simulate._kernel.outcomes import Outcomes
from yugong.simulate._kernel.tangent import tangent
from yugong.simulate.economy import Economy
from yugong.simulate.levers import Levers
from yugong.simulate.methods import preview_card
from yugong.simulate.result import FIRST_ORDER, Equilibrium, Status
from yugong.simulate.solving import HATS, base_year, in_units

TOLERANCE = 1e-6  # of the linear system, relative to its right-hand side: far below what the first order misses
# What does nothing while the base year stands, and multiplies other levers once it does not: taken as it is given.
GIVEN = ("payer", "eco_land", "eco_emissions")
POSITIVE = (
    "wage", "price", "living_cost", "rent", "real_wage", "utility", "welfare", "people", "population", "income",
    "real_income", "real_income_per_head", "grp", "real_grp", "sales", "spending", "emissions", "government",
)  # fmt: skip


def preview(
    economy: Economy, levers: Levers | None = None, *, tolerance: float = TOLERANCE, max_sweeps: int = 500
) -> Equilibrium:
    """Return `economy` under `levers` to first order around the base year; its error is of second order in the shock.

    Implicit function theorem: (I − Gₓ)dx = Gₚdp for the one direction dp of this scenario, hats in logs and the rest in
    levels, by a matrix-free iteration. `x` (U,) holds dx, and `values` are base values plus their derivatives along it,
    so that heads, transfers and accounts add up as in the base year; `status.method` is "first order". A cap on
    emissions that is not tight at first order is left out. Where the linear system is not solved, or a price, a head
    count or an income would not stay positive, `status` says so. InputError where levers do not fit the economy.
    """
    model = build(economy, levers)
    found, change = _respond(model, tolerance, max_sweeps)
    x = np.asarray(found.x)
    if model.blocks.cap and x[-1] < 0:
        without = replace(levers or Levers(), carbon_cap=None)
        found, change = _respond(build(economy, without), tolerance, max_sweeps)
        x = np.append(np.asarray(found.x), 0.0)  # the cap's price stands last
    base = base_year(economy, model)
    values = {name: base[name] + moved for name, moved in in_units(change, model).items()}
    positive = all(bool((values[name][base[name] > 0] > 0).all()) for name in POSITIVE)
    return Equilibrium(
        economy=economy,
        levers=levers or Levers(),
        x=x,
        values=values,
        base=base,
        status=_status(positive, found, tolerance),
        method=preview_card(economy),
    )


def _respond(model: Model, tolerance: float, max_sweeps: int) -> tuple[Found, Outcomes]:
    new, old = model.lever, model.null
    at = old._replace(**{name: getattr(new, name) for name in GIVEN})
    settings = Settings(tolerance, np.inf, max_sweeps)
    out: tuple[Found, Outcomes] = tangent(model.blocks, settings, model.base, at, _direction(at, new))
    return out


def _direction(old: Lever, new: Lever) -> Lever:
    """Return the derivative at the base year of the way from there to the scenario, hats in logs."""

    def along(name: str, a: Any, b: Any) -> Any:
        return a * jnp.log(b / a) if name in HATS else b - a

    return Lever(*(along(name, a, b) for name, a, b in zip(old._fields, old, new, strict=True)))


def _status(positive: bool, found: Found, tolerance: float) -> Status:
    residual, sweeps = float(found.residual), int(found.sweeps)
    solved = residual <= tolerance
    if solved and positive:
        text = Text(
            f"一阶近似：{sweeps} 次线性迭代，误差为冲击的二阶量",
            f"first-order: {sweeps} linear sweeps; the error is of second order in the shock",
        )
    elif solved:
        text = Text(
            "冲击太大，一阶近似不成立（价格、人口或收入不再为正）。请求精确解",
            "the shock is too large for a first-order preview (a price, head count or income would not stay positive);"
            " solve exactly",
        )
    else:
        text = Text(
            f"一阶近似没有收敛（残差 {residual:.1e}）。请求精确解",
            f"the first-order preview did not converge (residual {residual:.1e}); solve exactly",
        )
    return Status(solved and positive, text, FIRST_ORDER, sweeps, residual, tolerance)
