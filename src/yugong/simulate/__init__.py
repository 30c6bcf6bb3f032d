"""What would happen if: one spatial equilibrium, its scenarios, gradients and certificates.

Names load on first use (PEP 562), so that JAX is imported only when a simulation starts.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yugong.simulate.batches import Batch as Batch
    from yugong.simulate.batches import batch as batch
    from yugong.simulate.batches import monte_carlo as monte_carlo
    from yugong.simulate.calibrate import flows_from_table as flows_from_table
    from yugong.simulate.calibrate import from_flows as from_flows
    from yugong.simulate.calibrate import from_shares as from_shares
    from yugong.simulate.controls import Choice as Choice
    from yugong.simulate.convergence import Speed as Speed
    from yugong.simulate.convergence import speed as speed
    from yugong.simulate.decompose import first_order as first_order
    from yugong.simulate.economies.calibration import Calibration as Calibration
    from yugong.simulate.economies.validation import validate_trade as validate_trade
    from yugong.simulate.economy import Economy as Economy
    from yugong.simulate.levers import Levers as Levers
    from yugong.simulate.objectives import Disparity as Disparity
    from yugong.simulate.objectives import Emissions as Emissions
    from yugong.simulate.objectives import Pick as Pick
    from yugong.simulate.objectives import SocialWelfare as SocialWelfare
    from yugong.simulate.objectives import Welfare as Welfare
    from yugong.simulate.paths import Dynamics as Dynamics
    from yugong.simulate.paths import Transition as Transition
    from yugong.simulate.paths import baseline_path as baseline_path
    from yugong.simulate.paths import transition as transition
    from yugong.simulate.paths import transition_gradient as transition_gradient
    from yugong.simulate.planning import Frontier as Frontier
    from yugong.simulate.planning import Limit as Limit
    from yugong.simulate.planning import Optimum as Optimum
    from yugong.simulate.planning import frontier as frontier
    from yugong.simulate.planning import optimise as optimise
    from yugong.simulate.previewing import preview as preview
    from yugong.simulate.published import replicate as replicate
    from yugong.simulate.result import Equilibrium as Equilibrium
    from yugong.simulate.scenario.model import Scenario as Scenario
    from yugong.simulate.scenario.model import Setting as Setting
    from yugong.simulate.scenario.resolving import resolve as resolve
    from yugong.simulate.scenario.shipped import preset as preset
    from yugong.simulate.sensitivity import Gradient as Gradient
    from yugong.simulate.sensitivity import gradient as gradient
    from yugong.simulate.simulation import Simulation as Simulation
    from yugong.simulate.skills import with_skills as with_skills
    from yugong.simulate.solving import rebase as rebase
    from yugong.simulate.solving import solve as solve

_WHERE = {
    "Calibration": "economies.calibration",
    "Scenario": "scenario.model",
    "Setting": "scenario.model",
    "Simulation": "simulation",
    "preset": "scenario.shipped",
    "resolve": "scenario.resolving",
    "validate_trade": "economies.validation",
    "Batch": "batches",
    "Choice": "controls",
    "Disparity": "objectives",
    "Economy": "economy",
    "Emissions": "objectives",
    "Frontier": "planning",
    "Gradient": "sensitivity",
    "Limit": "planning",
    "Optimum": "planning",
    "Pick": "objectives",
    "SocialWelfare": "objectives",
    "Welfare": "objectives",
    "baseline_path": "paths",
    "batch": "batches",
    "gradient": "sensitivity",
    "frontier": "planning",
    "optimise": "planning",
    "monte_carlo": "batches",
    "preview": "previewing",
    "replicate": "published",
    "Levers": "levers",
    "Equilibrium": "result",
    "Dynamics": "paths",
    "Speed": "convergence",
    "Transition": "paths",
    "speed": "convergence",
    "transition": "paths",
    "transition_gradient": "paths",
    "first_order": "decompose",
    "flows_from_table": "calibrate",
    "from_flows": "calibrate",
    "from_shares": "calibrate",
    "rebase": "solving",
    "with_skills": "skills",
    "solve": "solving",
}


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f"yugong.simulate.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'yugong.simulate' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_WHERE)
