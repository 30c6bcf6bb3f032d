"""Time the simulate kernel: warm, tolerance 1e-10, best of several; one line a size.

    python benchmarks/bench_simulate.py [NxS ...]

The case: S sectors with inputs, costly migration with 30 % movers, housing a quarter of spending, agglomeration 0.05;
the shock is a 10 % cut of trade costs and a 20 % cut of migration costs among a third of the regions, and +5 %
productivity in ten. On an accelerator the same code runs unchanged.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from yugong.simulate import Dynamics, Economy, Levers, Welfare, monte_carlo, transition, transition_gradient
from yugong.simulate._kernel import run
from yugong.simulate._kernel.build import build
from yugong.simulate._kernel.fixed_point import Settings, zeros
from yugong.simulate.calibrate import implied_spending

SIZES = ((31, 2), (31, 40), (81, 50), (300, 10), (2800, 1))
TARGET_MS = {(31, 2): 1, (31, 40): 6, (81, 50): 25, (300, 10): 35, (2800, 1): 900, (2800, 10): 4000}


def case(n: int, s: int, seed: int = 0) -> tuple[Economy, Levers]:
    """Return the random economy and shock of one size."""
    rng = np.random.default_rng(seed)
    trade = rng.lognormal(0, 1, (s, n, n))
    trade *= 0.3 / trade.sum(2, keepdims=True)
    at = np.arange(n)
    trade[:, at, at] += 0.7
    trade /= trade.sum(2, keepdims=True)
    labour = rng.uniform(0.3, 0.5, (n, s))
    mix = rng.dirichlet(np.full(s, 2.0), n)
    fields: dict[str, Any] = {
        "labour_share": labour[:, :, None],
        "input_share": (1 - labour)[:, :, None] * np.broadcast_to(mix[:, None, :], (n, s, s)),
        "trade_elasticity": rng.uniform(3, 7, s),
    }
    spending = implied_spending(trade, rng.dirichlet(np.full(s, 5.0), n), fields, None)
    sales = np.einsum("jni,nj->ij", trade, spending)
    people = (labour * sales).sum(1)
    moves = rng.lognormal(0, 1, (n, n)) * people
    moves[at, at] = 0
    moves *= 0.3 / moves.sum(1, keepdims=True)
    moves[at, at] = 0.7
    workers = np.full(n, 1 / n)
    economy = Economy(
        regions=tuple(str(i) for i in range(n)), sectors=tuple(str(j) for j in range(s)), trade_shares=trade,
        spending=spending, goods_share=np.full(n, 0.75), population=(moves.T @ workers)[:, None], mobility="costly",
        workers=workers, migration_shares=moves[:, :, None], home=at, migration_elasticity=1.5,
        agglomeration=np.full(s, 0.05), **fields,
    )  # fmt: skip
    third = np.arange(n) < n // 3
    inside = third[:, None] & third & ~np.eye(n, dtype=bool)
    boost = np.ones((n, 1))
    boost[-10:] = 1.05
    levers = Levers(
        trade_cost=np.where(inside, 0.9, 1.0)[None],
        migration_cost=np.where(inside, 0.8, 1.0)[:, :, None],
        productivity=boost,
    )
    return economy, levers


def best(call: Callable[[], Any], times: int) -> float:
    """Return the best of several wall times in ms, after one warming call."""
    import jax

    jax.block_until_ready(call())
    walls = []
    for _ in range(times):
        start = time.perf_counter()
        jax.block_until_ready(call())
        walls.append(time.perf_counter() - start)
    return 1e3 * min(walls)


def one(n: int, s: int) -> None:
    """Print solve and gradient times of one size."""
    economy, levers = case(n, s)
    model = build(economy, levers)
    settings, start, times = Settings(), zeros(model.blocks), 9 if n * s < 10_000 else 3
    names = ("trade_cost", "productivity", "amenity", "migration_cost")
    found, _ = run.solve(model.blocks, settings, start, model.base, model.lever)
    solve_ms = best(lambda: run.solve(model.blocks, settings, start, model.base, model.lever), times)
    every = build(economy, levers, wrt=names)
    both_ms = best(
        lambda: run.value_and_gradient(every.blocks, settings, Welfare(), names, start, every.base, every.lever), times
    )
    count = sum(np.size(getattr(every.lever, name)) for name in names)
    target = TARGET_MS.get((n, s))
    print(
        f"{n:>5} × {s:<3} sweeps {int(found.sweeps):>3}  residual {float(found.residual):.0e}  solve {solve_ms:9.2f} ms"
        f"  solve+gradient {both_ms:9.2f} ms ({count} levers)  target {target if target else '–'} ms",
        flush=True,
    )


def draws() -> None:
    """Print the time of 1 000 Monte-Carlo solves of 31 × 2."""
    economy, levers = case(31, 2)
    spread = {"trade_elasticity": 0.1, "migration_elasticity": 0.1}
    monte_carlo(economy, levers, spread=spread, draws=1000)
    start = time.perf_counter()
    found = monte_carlo(economy, levers, spread=spread, draws=1000)
    wall = time.perf_counter() - start
    print(f"1000 Monte-Carlo solves of 31 × 2: {wall:.2f} s, {int(found.converged.sum())} converged (target 1.5 s)")


def years() -> None:
    """Print the time of a transition of 31 × 2 over 100 years with yearly migration, and of its gradient."""
    economy, levers = case(31, 2)
    moves = np.full((31, 31), 0.002) + np.eye(31)
    moves /= moves.sum(1, keepdims=True)
    still = replace(economy, mobility="none", workers=np.zeros(0), migration_shares=np.zeros(0), home=np.zeros(0))
    dynamics = Dynamics(years=100, moves=moves)
    boost = np.broadcast_to(levers.productivity, (100, 31, 2))
    call = {
        "solve": lambda: transition(still, dynamics, by_year={"productivity": boost}).z,
        "solve+gradient": lambda: transition_gradient(still, dynamics, by_year={"productivity": boost})[0],
    }
    for name, run_it in call.items():
        print(f"31 × 2 × 100 years {name}: {best(run_it, 3):.0f} ms")


def countries() -> None:
    """Print the time of the 44-country case, where the data are beside the checkout."""
    from yugong.simulate.published.gravity_44 import read

    folder = Path(__file__).resolve().parents[2] / "shared" / "data" / "ge_gravity_44"
    if not folder.is_dir():
        print("44 countries: data not beside this checkout")
        return
    economy, levers, _, _ = read(folder)
    model = build(economy, levers)
    ours = best(lambda: run.solve(model.blocks, Settings(), zeros(model.blocks), model.base, model.lever), 20)
    print(f"44 countries: {ours:.3f} ms")


if __name__ == "__main__":
    chosen = [tuple(int(x) for x in a.split("x")) for a in sys.argv[1:] if "x" in a]
    for n_regions, n_sectors in chosen or SIZES:
        one(n_regions, n_sectors)
    if not chosen:
        draws()
        years()
        countries()
