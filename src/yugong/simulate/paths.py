"""Transitions: forward-looking migration and capital accumulation, solved as one fixed point over the whole path."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate._kernel.arrays import Base, Blocks, Lever
from yugong.simulate._kernel.build import Model, build, units
from yugong.simulate._kernel.fixed_point import Settings
from yugong.simulate._kernel.path import Motion, Shape, size, solve_path, welfare_gradient
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.levers import Levers
from yugong.simulate.result import Status
from yugong.simulate.solving import rebase, solve

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Dynamics:
    """How people and capital move over T years, M = N·G markets, in the baseline.

    Migration (Caliendo, Dvorkin and Parro 2019): `moves` (M,M), or (T,M,M) where they change from year to year, yearly
    shares, rows sum to one, `spread` ν. What `moves` leave of the next year's baseline heads are births and arrivals,
    the same in every scenario. Capital (Kleinman, Liu and Redding 2023): log utility, so owners save the share
    `discount`; `growth` (T,N) is the baseline's capital next year over this year's, one in a steady state.
    """

    years: int = 50
    moves: Numbers | None = None
    discount: float = 0.95
    spread: float = 1.0
    accumulation: bool = False
    depreciation: float = 0.05
    people: Numbers | None = None  # (N,G) first-year heads, new over old
    capital: Numbers | None = None  # (N,) first-year capital, new over old
    growth: Numbers | None = None  # (T,N)


@dataclass(frozen=True, slots=True)
class Transition:
    """A solved path of T years: every number is new over the baseline of the same year."""

    economy: Economy  # the first year's
    people: Numbers  # (T,N,G) hats
    capital: Numbers  # (T,N) hats
    wage: Numbers  # (T,N,G) hats
    price: Numbers  # (T,N) hats of the goods price index
    value: Numbers  # (T,N,G) log change of lifetime utility (of the year's utility where nobody moves)
    moves: Numbers  # (T,M,M) yearly shares; empty where nobody moves
    heads: Numbers  # (T,N,G) of the baseline
    x: Numbers  # (T,U) unknowns of each year's market
    z: Numbers  # all unknowns, to start from
    status: Status

    def table(self) -> "pd.DataFrame":
        """Return one row a region and year, year one first."""
        import pandas as pd

        years, n, _ = self.people.shape
        share = self.heads / self.heads.sum(2, keepdims=True)
        return pd.DataFrame(
            {
                "place": np.tile(self.economy.regions, years),
                "year": np.repeat(np.arange(1, years + 1), n),
                "population_change": ((self.people * share).sum(2) - 1).ravel(),
                "capital_change": (self.capital - 1).ravel(),
                "real_wage_change": ((self.wage * share).sum(2) / self.price - 1).ravel(),
            }
        )


class Prepared(NamedTuple):
    """A path ready for the kernel."""

    first: Model  # of the first year
    base: Base
    shape: Shape
    lever: Lever
    motion: Motion


def transition(
    economy: Economy | Sequence[Economy],
    dynamics: Dynamics,
    levers: Levers | None = None,
    *,
    by_year: dict[str, Numbers] | None = None,
    tolerance: float = TOLERANCE,
    max_sweeps: int = 2000,
) -> Transition:
    """Return the path after a permanent change `levers`, or dated levers `by_year` (leading axis T).

    One economy is a baseline that stays in its base year for ever. A sequence of T economies is a dated baseline, one
    base year a year, observed or from `baseline_path`: then levers are changes against that year's baseline (the
    relative time differences of Caliendo, Dvorkin and Parro 2019), and no levers are exactly no change. After the last
    year differences from the baseline stay what they are. The economies' own static mobility must be "none": people
    move by `dynamics`. InputError otherwise, and where years, labels or blocks differ.
    """
    _, base, shape, lever, motion = prepare(economy, dynamics, levers, by_year)
    start = jnp.zeros(size(shape))
    for cap in (0.5, 0.1):
        method = "anderson" if cap == 0.5 else "small steps"
        found, path, value = solve_path(shape, Settings(tolerance, cap, max_sweeps), start, base, lever, motion)
        if float(found.residual) <= tolerance:
            break
    residual = float(found.residual)
    ok = residual <= tolerance
    text = (
        Text(f"已收敛：{int(found.sweeps)} 次迭代", f"converged in {int(found.sweeps)} sweeps")
        if ok
        else Text("没有收敛，请缩短年数或减小冲击", "did not converge: try fewer years or a smaller shock")
    )
    years = _years(economy, dynamics)
    n, g = years[0].population.shape
    x = np.asarray(path.x)
    wage = x[:, : n * g].reshape(-1, n, g)
    price = x[:, n * g : n * g + n * len(years[0].sectors)].reshape(-1, n, len(years[0].sectors))
    return Transition(
        economy=years[0],
        people=np.asarray(path.people),
        capital=np.asarray(path.capital),
        wage=np.exp(wage),
        price=np.exp((np.asarray(base.consumption) * price).sum(2)),
        value=np.asarray(value).reshape(-1, n, g),
        moves=np.asarray(path.moves),
        heads=np.stack([e.population for e in years]),
        x=x,
        z=np.asarray(found.x),
        status=Status(ok, text, method, int(found.sweeps), residual, tolerance),
    )


def transition_gradient(
    economy: Economy | Sequence[Economy],
    dynamics: Dynamics,
    levers: Levers | None = None,
    *,
    by_year: dict[str, Numbers],
    tolerance: float = 1e-11,
) -> tuple[float, dict[str, Numbers]]:
    """Return mean first-year lifetime value (log change) and its slopes in every dated lever, by one adjoint solve."""
    first, base, shape, lever, motion = prepare(economy, dynamics, levers, by_year)
    keys = {name: _key(name) for name in by_year}
    settings = Settings(tolerance, 0.5, 2000)
    value, slopes, _ = welfare_gradient(
        shape, settings, tuple(keys.values()), jnp.zeros(size(shape)), base, lever, motion
    )
    scale = units(first.money, first.tonnes)
    return float(value), {name: np.asarray(slopes[key]) * scale.get(name, 1.0) for name, key in keys.items()}


def baseline_path(
    economy: Economy,
    dynamics: Dynamics,
    levers: Levers | None = None,
    *,
    by_year: dict[str, Numbers] | None = None,
    tolerance: float = 1e-12,
) -> tuple[tuple[Economy, ...], Dynamics]:
    """Return a dated baseline, T base years and the dynamics that go with them, along a solved path from `economy`.

    Growth, or whatever else the levers say, is then part of the baseline: scenarios given to `transition` with the
    result are changes against it. NotConvergedError where a year cannot be solved.
    """
    path = transition(economy, dynamics, levers, by_year=by_year, tolerance=tolerance)
    capital = bool(economy.capital_share.any())
    years = []
    for t in range(dynamics.years):
        given = levers or Levers()
        people = path.people[t] * (1.0 if given.people is None else given.people)
        here = _of_year(replace(given, people=people), by_year, t)
        if capital:
            here = replace(here, capital=path.capital[t] * (1.0 if here.capital is None else here.capital))
        found = solve(economy, here, start=path.x[t], tolerance=tolerance * 10, raise_on_failure=True)
        years.append(rebase(found))
    growth = np.ones_like(path.capital)
    growth[:-1] = path.capital[1:] / path.capital[:-1]
    moves = path.moves if dynamics.moves is not None else None
    new = replace(dynamics, moves=moves, growth=growth if dynamics.accumulation else None, people=None, capital=None)
    return tuple(years), new


def prepare(
    economy: Economy | Sequence[Economy],
    dynamics: Dynamics,
    levers: Levers | None = None,
    by_year: dict[str, Numbers] | None = None,
) -> Prepared:
    """Check the request and return the kernel's arrays for the path."""
    d = dynamics
    dated = {name: np.asarray(value, dtype=np.float64) for name, value in (by_year or {}).items()}
    if problems := [*_dates(economy, d, dated), *_fits(economy, d)]:
        raise InputError(problems)
    years = _years(economy, d)
    n, g = years[0].population.shape
    models = [build(e, _of_year(levers or Levers(), dated, t), wrt=tuple(dated)) for t, e in enumerate(years)]
    blocks = _together([m.blocks for m in models])._replace(mobility="none")
    still = isinstance(economy, Economy)
    base, of_base = (models[0].base, ()) if still else _stack([m.base for m in models], ())
    lever, of_lever = _stack([m.lever for m in models], tuple(map(_key, dated)))
    heads = np.stack([e.population.ravel() for e in years]) / years[0].population.sum()
    moves = np.zeros((d.years, 0, 0))
    arrivals = np.zeros((d.years, n * g))
    if d.moves is not None:
        moves = np.broadcast_to(d.moves / d.moves.sum(-1, keepdims=True), (d.years, n * g, n * g))
        arrivals = np.concatenate([heads[1:], heads[-1:]]) - np.einsum("tm,tmk->tk", heads, moves)
    growth = np.ones((d.years, n)) if d.growth is None else d.growth
    motion = Motion(
        moves=jnp.asarray(moves),
        heads=jnp.asarray(heads),
        arrivals=jnp.asarray(arrivals),
        growth=jnp.asarray(growth),
        discount=jnp.asarray(d.discount),
        spread=jnp.asarray(d.spread),
        kept=jnp.asarray(d.discount * (1 - d.depreciation)),
        people=jnp.asarray(np.ones((n, g)) if d.people is None else d.people),
        capital=jnp.asarray(np.ones(n) if d.capital is None else d.capital),
    )
    shape = Shape(d.years, blocks, of_lever, of_base, d.moves is not None, d.accumulation)
    return Prepared(models[0], base, shape, lever, motion)


def _years(economy: Economy | Sequence[Economy], d: Dynamics) -> list[Economy]:
    return [economy] * d.years if isinstance(economy, Economy) else list(economy)


def _key(name: str) -> str:
    return "tax" if name == "income_tax" else name


def _of_year(levers: Levers, dated: dict[str, Numbers] | None, t: int) -> Levers:
    return replace(levers, **{name: value[t] for name, value in (dated or {}).items()})


def _together(blocks: list[Blocks]) -> Blocks:
    """Switch on whatever some year uses."""
    on: dict[str, Any] = {
        name: any(getattr(b, name) for b in blocks) for name, kind in Blocks.__annotations__.items() if kind is bool
    }
    return blocks[0]._replace(**on)


def _stack(years: list[Any], always: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:
    """Return one tuple whose fields that differ between years have a leading axis of years, and their names."""
    first = years[0]
    names = [
        name
        for name in first._fields
        if name in always
        or any(getattr(y, name) is not getattr(first, name) and not _same(y, first, name) for y in years)
    ]
    columns = {k: jnp.stack(jnp.broadcast_arrays(*(getattr(y, k) for y in years))) for k in names}
    return first._replace(**columns), tuple(names)


def _same(a: Any, b: Any, name: str) -> bool:
    return np.array_equal(np.asarray(getattr(a, name)), np.asarray(getattr(b, name)))


def _dates(economy: Economy | Sequence[Economy], d: Dynamics, dated: dict[str, Numbers]) -> list[Problem]:
    """Return what is wrong with lengths and labels."""
    lengths = {name: len(np.atleast_1d(value)) for name, value in dated.items()}
    years = _years(economy, d)
    lengths["economy"] = len(years)
    if d.moves is not None and d.moves.ndim == 3:
        lengths["moves"] = len(d.moves)
    if d.growth is not None:
        lengths["growth"] = len(d.growth)
    problems = [
        Problem(Text(f"{name} 有 {length} 年，应为 {d.years}", f"{name} has {length} years, not {d.years}"))
        for name, length in lengths.items()
        if length != d.years
    ]
    labels = {(e.regions, e.sectors, e.labour_groups, e.labour_pool, e.land_group) for e in years}
    if len(labels) > 1:
        what = Text("各年的地区、部门或劳动组不同", "regions, sectors or labour groups differ between years")
        problems.append(Problem(what, Text("各年用同一套名称和次序", "use the same names in the same order")))
    return problems


def _fits(economy: Economy | Sequence[Economy], d: Dynamics) -> list[Problem]:
    """Return what is wrong with mobility, moves and capital."""
    years = _years(economy, d)
    m = years[0].population.size
    problems = []
    if any(e.mobility != "none" for e in years):
        do = Text("把 mobility 设为 none，迁移写在 Dynamics.moves", "set mobility to none and give Dynamics.moves")
        problems.append(Problem(Text("动态路径不用静态迁移", "a transition does not use static migration"), do))
    if d.accumulation and not all(e.capital_share.any() for e in years):
        problems.append(Problem(Text("没有资本份额，不能积累资本", "no capital shares: nothing to accumulate")))
    if d.growth is not None and not (d.growth > d.discount * (1 - d.depreciation)).all():
        what = Text("基线资本增长低于不投资时的水平", "baseline capital shrinks faster than without any saving")
        problems.append(
            Problem(what, Text("检查 growth、discount 与 depreciation", "check growth, discount, depreciation"))
        )
    if d.moves is not None:
        fits = d.moves.shape[-2:] == (m, m)
        off = np.abs(d.moves.sum(-1) - 1).max() if fits else np.inf
        if off > 1e-5 or (d.moves < 0).any():
            what = Text(f"moves 须为 {m}×{m}，每行之和为一", f"moves must be {m}×{m} with rows that sum to one")
            problems.append(Problem(what))
    return problems
