"""Transitions: forward-looking migration and capital accumulation, solved as one fixed point over the whole path."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate._kernel.build import Model, build
from yugong.simulate._kernel.fixed_point import Settings
from yugong.simulate._kernel.path import Motion, Shape, size, solve_path, welfare_gradient
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.levers import Levers
from yugong.simulate.result import Status

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Dynamics:
    """How people and capital move over T years, M = N·G markets.

    Migration (Caliendo, Dvorkin and Parro 2019): `moves` (M,M) yearly shares, rows sum to one, `spread` ν. Base-year
    populations are kept constant by births and arrivals where `moves` alone would change them, so that the baseline
    is the base year for ever. Capital (Kleinman, Liu and Redding 2023): log utility, so owners save the share
    `discount`; the base year is a steady state.
    """

    years: int = 50
    moves: Numbers | None = None
    discount: float = 0.95
    spread: float = 1.0
    accumulation: bool = False
    depreciation: float = 0.05
    people: Numbers | None = None  # (N,G) first-year heads, new over old
    capital: Numbers | None = None  # (N,) first-year capital, new over old


@dataclass(frozen=True, slots=True)
class Transition:
    """A solved path of T years: changes against staying in the base year."""

    economy: Economy
    people: Numbers  # (T,N,G) hats
    capital: Numbers  # (T,N) hats
    wage: Numbers  # (T,N,G) hats
    price: Numbers  # (T,N) hats of the goods price index
    value: Numbers  # (T,N,G) log change of lifetime utility (of the year's utility where nobody moves)
    moves: Numbers  # (T,M,M) yearly shares; empty where nobody moves
    z: Numbers  # all unknowns, to start from
    status: Status

    def table(self) -> "pd.DataFrame":
        """Return one row a region and year, year one first."""
        import pandas as pd

        years, n, _ = self.people.shape
        share = self.economy.population / self.economy.population.sum(1, keepdims=True)
        return pd.DataFrame(
            {
                "place": np.tile(self.economy.regions, years),
                "year": np.repeat(np.arange(1, years + 1), n),
                "population_change": ((self.people * share).sum(2) - 1).ravel(),
                "capital_change": (self.capital - 1).ravel(),
                "real_wage_change": ((self.wage * share).sum(2) / self.price - 1).ravel(),
            }
        )


def transition(
    economy: Economy,
    dynamics: Dynamics,
    levers: Levers | None = None,
    *,
    by_year: dict[str, Numbers] | None = None,
    tolerance: float = TOLERANCE,
    max_sweeps: int = 2000,
) -> Transition:
    """Return the path after a permanent change `levers`, or dated levers `by_year` (leading axis T).

    The economy's own static mobility must be "none": people move by `dynamics`. InputError otherwise.
    """
    model, shape, lever, motion = prepare(economy, dynamics, levers, by_year)
    start = jnp.zeros(size(shape))
    for cap in (0.5, 0.1):
        method = "anderson" if cap == 0.5 else "small steps"
        found, path, value = solve_path(shape, Settings(tolerance, cap, max_sweeps), start, model.base, lever, motion)
        if float(found.residual) <= tolerance:
            break
    residual = float(found.residual)
    ok = residual <= tolerance
    text = (
        Text(f"已收敛：{int(found.sweeps)} 次迭代", f"converged in {int(found.sweeps)} sweeps")
        if ok
        else Text("没有收敛，请缩短年数或减小冲击", "did not converge: try fewer years or a smaller shock")
    )
    n, g = economy.population.shape
    x = np.asarray(path.x)
    wage = x[:, : n * g].reshape(-1, n, g)
    price = x[:, n * g : n * g + n * len(economy.sectors)].reshape(-1, n, len(economy.sectors))
    return Transition(
        economy=economy,
        people=np.asarray(path.people),
        capital=np.asarray(path.capital),
        wage=np.exp(wage),
        price=np.exp((np.asarray(model.base.consumption) * price).sum(2)),
        value=np.asarray(value).reshape(-1, n, g),
        moves=np.asarray(path.moves),
        z=np.asarray(found.x),
        status=Status(ok, text, method, int(found.sweeps), residual, tolerance),
    )


def transition_gradient(
    economy: Economy,
    dynamics: Dynamics,
    levers: Levers | None = None,
    *,
    by_year: dict[str, Numbers],
    tolerance: float = 1e-11,
) -> tuple[float, dict[str, Numbers]]:
    """Return mean first-year lifetime value (log change) and its slopes in every dated lever, by one adjoint solve."""
    model, shape, lever, motion = prepare(economy, dynamics, levers, by_year)
    value, slopes, _ = welfare_gradient(
        shape, Settings(tolerance, 0.5, 2000), tuple(by_year), jnp.zeros(size(shape)), model.base, lever, motion
    )
    return float(value), {name: np.asarray(slope) for name, slope in slopes.items()}


def prepare(
    economy: Economy, dynamics: Dynamics, levers: Levers | None = None, by_year: dict[str, Numbers] | None = None
) -> tuple[Model, Shape, Any, Motion]:
    """Check the request and return the kernel's arrays for the path."""
    e, d = economy, dynamics
    n, g = e.population.shape
    problems: list[Problem] = []
    if e.mobility != "none":
        do = Text("把 mobility 设为 none，迁移写在 Dynamics.moves", "set mobility to none and give Dynamics.moves")
        problems.append(Problem(Text("动态路径不用静态迁移", "a transition does not use static migration"), do))
    if d.accumulation and not e.capital_share.any():
        problems.append(Problem(Text("没有资本份额，不能积累资本", "no capital shares: nothing to accumulate")))
    if d.moves is not None:
        off = np.abs(d.moves.sum(1) - 1) if d.moves.shape == (n * g, n * g) else np.array([np.inf])
        if off.max() > 1e-5 or (d.moves < 0).any():
            what = Text(
                f"moves 须为 {n * g}×{n * g}，每行之和为一", f"moves must be {n * g}×{n * g} with rows that sum to one"
            )
            problems.append(Problem(what))
    for name, value in (by_year or {}).items():
        if len(value) != d.years:
            problems.append(
                Problem(
                    Text(f"{name} 有 {len(value)} 年，应为 {d.years}", f"{name} has {len(value)} years, not {d.years}")
                )
            )
    if problems:
        raise InputError(problems)
    dated = {name: np.asarray(value, dtype=np.float64) for name, value in (by_year or {}).items()}
    model = build(e, levers, wrt=tuple(dated))
    blocks = model.blocks._replace(mobility="none")
    new = {k: jnp.broadcast_to(v, (d.years, *getattr(model.lever, k).shape)) for k, v in dated.items()}
    lever = model.lever._replace(**new)
    heads = np.asarray(model.base.people).ravel()
    moves = np.zeros((0, 0)) if d.moves is None else d.moves / d.moves.sum(1, keepdims=True)
    arrivals = np.zeros(0) if d.moves is None else heads - heads @ moves
    motion = Motion(
        moves=jnp.asarray(moves),
        arrivals=jnp.asarray(arrivals),
        discount=jnp.asarray(d.discount),
        spread=jnp.asarray(d.spread),
        kept=jnp.asarray(d.discount * (1 - d.depreciation)),
        people=jnp.asarray(np.ones((n, g)) if d.people is None else d.people),
        capital=jnp.asarray(np.ones(n) if d.capital is None else d.capital),
    )
    shape = Shape(d.years, blocks, tuple(dated), d.moves is not None, d.accumulation)
    return model, shape, lever, motion
