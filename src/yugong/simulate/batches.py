"""Many scenarios at once: parameter grids and seeded Monte-Carlo, vectorised in chunks sized to memory."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate._kernel import run
from yugong.simulate._kernel.arrays import Base
from yugong.simulate._kernel.build import Model, build, units
from yugong.simulate._kernel.fixed_point import Settings, zeros
from yugong.simulate._kernel.sweep import FLOOR
from yugong.simulate.economy import Economy, Numbers
from yugong.simulate.levers import Levers
from yugong.simulate.noise import noisy_trade
from yugong.simulate.result import Equilibrium
from yugong.simulate.solving import TOLERANCE, base_year, solve

if TYPE_CHECKING:
    import pandas as pd

MEMORY = 512 * 2**20  # bytes a chunk may take
MOST = 256  # scenarios in a chunk
PARTS = ("national_welfare", "real_income", "welfare", "population", "real_grp")
# How far the elasticities that matter most are drawn around their values, in logs.
SPREAD = {"trade_elasticity": 0.25, "migration_elasticity": 0.25, "agglomeration": 0.5, "public_taste": 0.5}
# What may vary from one scenario to the next: the base year stays a fixed point whatever the elasticities are, and
# whatever trade shares are that have the same margins.
PARAMETERS = {
    "trade_elasticity": "theta", "migration_elasticity": "kappa", "agglomeration": "agglomeration",
    "congestion": "congestion", "public_taste": "public_taste", "rivalry": "rivalry", "damage": "damage",
    "public_productivity": "public_productivity", "land_supply_elasticity": "land_supply",
    "trade_shares": "trade",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """B solved scenarios: `values[name]` has a leading axis B; `converged` (B,) and `residual` (B,) say which count."""

    economy: Economy
    values: dict[str, npt.NDArray[Any]]
    base: dict[str, npt.NDArray[Any]]
    converged: npt.NDArray[np.bool_]
    residual: Numbers
    sweeps: npt.NDArray[np.int64]
    draws: dict[str, Numbers]
    seed: int | None = None
    x: Numbers = field(default_factory=lambda: np.zeros((0, 0)))  # (B,U) unknowns

    @property
    def share_converged(self) -> float:
        """Share of scenarios that were solved; the others are in no band."""
        return float(self.converged.mean())

    @property
    def text(self) -> Text:
        """How many scenarios the bands rest on, and how to repeat them."""
        solved, count = int(self.converged.sum()), len(self.converged)
        lost = count - solved
        worst = float(self.residual[self.converged].max()) if solved else float("nan")
        drawn = [name for name in self.draws if name in PARAMETERS]
        varied_zh, varied_en = "、".join(drawn), ", ".join(drawn)
        seed_zh = "" if self.seed is None else f"；随机种子 {self.seed}"
        seed_en = "" if self.seed is None else f"; seed {self.seed}"
        left_zh = f"；其余 {lost} 次没有收敛，不在区间内" if lost else ""
        left_en = f"; the other {lost} did not converge and are in no band" if lost else ""
        return Text(
            f"{count} 次抽样中 {solved} 次收敛（{solved / count:.1%}），最大残差 {worst:.1e}{left_zh}；抽取的是 {varied_zh}{seed_zh}",
            f"{solved} of {count} draws converged ({solved / count:.1%}), largest residual {worst:.1e}{left_en};"
            f" drawn: {varied_en}{seed_en}",
        )

    def equilibrium(self, b: int, like: Equilibrium) -> Equilibrium:
        """Return draw `b` as a solved scenario beside `like`, which has the levers that do not vary.

        Outcomes that the batch did not keep (`parts`) are those of `like`.
        """
        economy, levers = _drawn(self.economy, like.levers, self.draws, b)
        values = {name: value[b] for name, value in self.values.items()}
        return replace(like, economy=economy, levers=levers, x=self.x[b], values={**like.values, **values})

    def band(self, name: str, level: float = 0.9) -> tuple[Numbers, Numbers, Numbers]:
        """Return the lower bound, median and upper bound of the relative change, over scenarios that converged."""
        with np.errstate(divide="ignore", invalid="ignore"):
            change = self.values[name][self.converged] / self.base[name] - 1
        low, middle, high = np.quantile(change, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=0)
        return low, middle, high

    def table(self, name: str = "real_income", level: float = 0.9) -> "pd.DataFrame":
        """Return one row a region with the median change and its band; NaN where nothing converged."""
        import pandas as pd

        low, middle, high = self.band(name, level)
        return pd.DataFrame({"place": self.economy.regions, "median_change": middle, "low": low, "high": high})


def batch(
    economy: Economy,
    levers: Levers | None = None,
    *,
    vary: dict[str, Numbers],
    parts: tuple[str, ...] = PARTS,
    tolerance: float = TOLERANCE,
    max_sweeps: int = 500,
    memory: int = MEMORY,
    most: int = MOST,
    seed: int | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Batch:
    """Solve B scenarios that differ in `vary`: names of Levers fields or of PARAMETERS, each with a leading axis B.

    Whatever `vary` leaves out is the same in all. Scenarios that do not converge together are tried again one by one,
    with fallbacks; `converged` says which succeeded. At most `most` are solved together; `tell` is called before each
    such chunk, and at the end, with how many of how many are done.
    """
    count = _count(vary)
    say = tell or (lambda _done, _all: None)
    model = build(economy, levers, wrt=tuple(k for k in vary if k not in PARAMETERS))
    draws = _kernel_draws(model, vary, count)
    parts = tuple(dict.fromkeys((*parts, "national_welfare", "least_income")))
    size = min(chunk_size(model, draws, memory), most)
    values: dict[str, list[Any]] = {name: [] for name in parts}
    residual, sweeps = np.empty(count), np.empty(count, dtype=np.int64)
    settings = Settings(tolerance, 0.5, max_sweeps)
    unknown: list[Numbers] = []
    for at in range(0, count, size):
        say(at, count)
        rows = np.minimum(np.arange(at, at + size), count - 1)  # one shape for all chunks: one compilation
        piece = {name: value[rows] for name, value in draws.items()}
        found, some = run.solve_many(model.blocks, settings, parts, zeros(model.blocks), model.base, model.lever, piece)
        here = min(size, count - at)
        residual[at : at + here] = np.asarray(found.residual)[:here]
        sweeps[at : at + here] = np.asarray(found.sweeps)[:here]
        unknown.append(np.asarray(found.x)[:here])
        for name in parts:
            values[name].append(np.asarray(some[name])[:here])
    joined = {name: np.concatenate(pieces) for name, pieces in values.items()}
    scale = _scales(model)
    joined = {name: value * scale.get(name, 1.0) for name, value in joined.items()}
    feasible = joined["least_income"] > FLOOR
    x = np.concatenate(unknown)
    converged = (residual <= tolerance) & feasible
    for b in np.flatnonzero(~(residual <= tolerance)):
        one = _alone(economy, levers, vary, int(b), tolerance)
        converged[b], residual[b] = one.status.converged, one.status.residual
        x[b] = one.x
        for name in parts:
            joined[name][b] = one.values[name]
    say(count, count)
    base = base_year(economy, model)
    kept = {name: base[name] for name in parts}
    return Batch(economy, joined, kept, converged, residual, sweeps, dict(vary), seed, x)


def monte_carlo(
    economy: Economy,
    levers: Levers | None = None,
    *,
    spread: dict[str, float],
    trade_error: Numbers | float = 0.0,
    areas: npt.NDArray[np.int64] | None = None,
    draws: int = 1000,
    seed: int = 0,
    **options: Any,
) -> Batch:
    """Solve the scenario under `draws` random elasticities: log-normal around the economy's, `spread` in logs.

    `spread` names elasticities among PARAMETERS. `trade_error` above zero draws modelled trade too, as `noisy_trade`
    does with `areas`. Draw b depends on `seed` and b alone: more draws keep the first ones, and the elasticities drawn
    are the same with and without trade errors.
    """
    vary = random_draws(economy, spread, draws, seed, trade_error, areas)
    return batch(economy, levers, vary=vary, seed=seed, **options)


def default_spread(economy: Economy) -> dict[str, float]:
    """Return SPREAD without the elasticities that this economy has no use for."""
    return {n: sigma for n, sigma in SPREAD.items() if economy.mobility == "costly" or n != "migration_elasticity"}


def random_draws(
    economy: Economy,
    spread: dict[str, float],
    draws: int,
    seed: int,
    trade_error: Numbers | float = 0.0,
    areas: npt.NDArray[np.int64] | None = None,
) -> dict[str, Numbers]:
    """Return log-normal draws around the economy's elasticities, each with a leading axis of `draws`.

    With `trade_error`, trade shares drawn by `noisy_trade` stand beside them. InputError for names that are no
    elasticity among PARAMETERS.
    """
    unknown = [name for name in spread if name not in PARAMETERS or name == "trade_shares"]
    if unknown:
        raise InputError([Problem(Text(f"不能随机变动 {name}", f"cannot draw {name}")) for name in unknown])
    vary: dict[str, list[Numbers]] = {name: [] for name in spread}
    for child in np.random.SeedSequence(seed).spawn(draws):
        rng = np.random.default_rng(child)
        for name, sigma in spread.items():
            centre = np.asarray(getattr(economy, name), dtype=np.float64)
            vary[name].append(centre * np.exp(sigma * rng.standard_normal(centre.shape)))
    if np.any(trade_error):
        rngs = (np.random.default_rng(child.spawn(1)[0]) for child in np.random.SeedSequence(seed).spawn(draws))
        vary["trade_shares"] = [noisy_trade(economy, trade_error, rng, areas) for rng in rngs]
    return {name: np.stack(values) for name, values in vary.items()}


def chunk_size(model: Model, draws: dict[str, Any], memory: int) -> int:
    """Return how many scenarios fit in `memory` bytes together, at least one and at most all."""
    from yugong.simulate._kernel.arrays import unknowns
    from yugong.simulate._kernel.fixed_point import MEMORY as HISTORY

    b = model.blocks
    count = len(next(iter(draws.values())))
    names = {name.partition(".")[2] for name in draws}
    trade = b.sectors * b.regions**2 * (3 if {"theta", "trade", "trade_cost", "tariff"} & names else 0)
    moves = model.base.migration.size * (2 if {"kappa", "migration_cost"} & names else 0)
    each = 8 * (trade + moves + 6 * HISTORY * unknowns(b))
    return int(max(1, min(count, memory // each, MOST)))


def _count(vary: dict[str, Numbers]) -> int:
    lengths = {name: len(np.atleast_1d(value)) for name, value in vary.items()}
    if len(set(lengths.values())) != 1:
        text = ", ".join(f"{k}: {v}" for k, v in lengths.items())
        raise InputError([Problem(Text(f"各项的情景数不同：{text}", f"differing numbers of scenarios: {text}"))])
    return next(iter(lengths.values()))


def _kernel_draws(model: Model, vary: dict[str, Numbers], count: int) -> dict[str, Any]:
    scale = units(model.money, model.tonnes)
    out = {}
    for name, value in vary.items():
        key = PARAMETERS.get(name) or ("tax" if name == "income_tax" else name)
        target = getattr(model.base if name in PARAMETERS else model.lever, key)
        array = np.asarray(value, dtype=np.float64)
        shape = (count, *target.shape)
        try:
            full = np.broadcast_to(array, shape)
        except ValueError:
            what = Text(f"{name} 的形状是 {array.shape}，应为 {shape}", f"{name} has shape {array.shape}, not {shape}")
            raise InputError([Problem(what)]) from None
        side = "base" if name in PARAMETERS else "lever"
        out[f"{side}.{key}"] = jnp.asarray(full * scale.get(name, 1.0))
    if "base.kappa" in out and model.blocks.mobility == "costly":
        out["base.weight"] = jnp.asarray(_weights(model.base, np.asarray(out["base.kappa"])))
    return out


def _weights(base: Base, kappa: Numbers) -> Numbers:
    """Return the weights (B,H) of worker groups in the nation's welfare at each κ (B,): stayers' share to −1/κ."""
    share = np.asarray(base.migration).reshape(len(base.workers), -1)
    stay = np.take_along_axis(share, np.asarray(base.home)[:, None], 1)[:, 0]
    apart = (1 / float(base.kappa) - 1 / kappa)[:, None]
    weight = np.asarray(base.weight) * np.where(stay > 0, stay, 1.0) ** apart
    out: Numbers = weight / weight.sum(1, keepdims=True)
    return out


def _scales(model: Model) -> dict[str, float]:
    from yugong.simulate.solving import outcome_units

    return outcome_units(model)


def _alone(economy: Economy, levers: Levers | None, vary: dict[str, Numbers], b: int, tolerance: float) -> Any:
    return solve(*_drawn(economy, levers or Levers(), vary, b), tolerance=tolerance)


def _drawn(economy: Economy, levers: Levers, vary: dict[str, Numbers], b: int) -> tuple[Economy, Levers]:
    """Return the economy and the levers of scenario `b`."""
    one: dict[str, Any] = {
        name: float(value[b]) if np.ndim(value[b]) == 0 else value[b] for name, value in vary.items()
    }
    changed = replace(economy, **{k: v for k, v in one.items() if k in PARAMETERS})
    return changed, replace(levers, **{k: v for k, v in one.items() if k not in PARAMETERS})
