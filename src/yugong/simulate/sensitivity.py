"""Gradients of any scalar outcome with respect to all levers, by one adjoint solve."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from yugong.simulate._kernel import run
from yugong.simulate._kernel.build import build, units
from yugong.simulate._kernel.fixed_point import Settings, zeros
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.levers import Levers
from yugong.simulate.objectives import Welfare
from yugong.simulate.solving import TOLERANCE

LEVERS = ("trade_cost", "productivity", "amenity")


@dataclass(frozen=True, slots=True)
class Gradient:
    """One outcome's value and its derivatives: `slopes[name]` has the lever's shape, per unit of the lever."""

    value: float
    slopes: dict[str, Numbers]
    residual: float
    sweeps: int
    converged: bool


def gradient(
    economy: Economy,
    levers: Levers | None = None,
    objective: Any = None,
    wrt: tuple[str, ...] = LEVERS,
    *,
    tolerance: float = TOLERANCE,
) -> Gradient:
    """Return the value of `objective` (national welfare) and its slopes at the solution under `levers`.

    Implicit function theorem: (I − Gₓᵀ)λ = ∂W/∂x once, then ∂W/∂p + λᵀ∂G/∂p for every lever p at once. `wrt` names
    fields of Levers. A lever the economy has no data for is an InputError when set and a zero slope here.
    """
    model = build(economy, levers, wrt=wrt, by_pair=False)
    names = tuple("tax" if name == "income_tax" else name for name in wrt)
    value, slopes, found = run.value_and_gradient(
        model.blocks, Settings(tolerance), objective or Welfare(), names, zeros(model.blocks), model.base, model.lever
    )
    scale = units(model.money, model.tonnes)
    return Gradient(
        value=float(value),
        slopes={name: _scaled(slopes[key], scale.get(name, 1.0)) for name, key in zip(wrt, names, strict=True)},
        residual=float(found.residual),
        sweeps=int(found.sweeps),
        converged=float(found.residual) <= tolerance,
    )


def _scaled(slope: Any, unit: float) -> Numbers:
    values: Numbers = np.asarray(slope)
    return values if unit == 1.0 else values * unit  # at county level one more copy is hundreds of megabytes
