"""The simulate kernel warm at tolerance 1e-10, its first call in a new process, and gegravity on the same data.

The case: S sectors with inputs, costly migration with 30 % movers, housing a quarter of spending, agglomeration 0.05;
the shock is a 10 % cut of trade costs and a 20 % cut of migration costs among a third of the regions, and +5 %
productivity in ten. Wall times of one thread; on an accelerator the same code runs unchanged:
`python benchmarks/bench_simulate.py 2800x10 2800x40` prints only those sizes, each with the peak memory so far.
"""

import json
import os
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from _measure import Figure, cpu_seconds, process_cpu_seconds, wall_milliseconds
from yugong.simulate import Dynamics, Economy, Levers, Welfare, monte_carlo, solve, transition, transition_gradient
from yugong.simulate._kernel import run
from yugong.simulate._kernel.build import build
from yugong.simulate._kernel.fixed_point import Settings, zeros
from yugong.simulate.calibrate import implied_spending

TARGET_MS = {(31, 2): 1, (31, 40): 6, (81, 50): 25, (300, 10): 35, (2800, 1): 900}
LARGE_MS = {(2800, 10): 4000, (2800, 40): None}  # only with --full: minutes, and gigabytes
HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / "shared" / "data" / "ge_gravity_44"


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


def gibibytes() -> float:
    """Return the peak memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def solved(economy: Economy, levers: Levers, times: int) -> tuple[float, str]:
    """Return the time of a solve, and its sweeps and residual."""
    model = build(economy, levers)
    settings, start = Settings(), zeros(model.blocks)

    def call() -> Any:
        return run.solve(model.blocks, settings, start, model.base, model.lever)

    found, _ = call()
    return wall_milliseconds(call, times), f"{found.sweeps} sweeps, residual {float(found.residual):.0e}"


def one(n: int, s: int, target: float | None) -> list[Figure]:
    """Return solve and gradient times of one size."""
    economy, levers = case(n, s)
    times = 30 if n * s < 2_800 else 3
    alone, how = solved(economy, levers, times)
    peak = f", peak so far {gibibytes():.2f} GiB" if n * s > 10_000 else ""
    names = ("trade_cost", "productivity", "amenity", "migration_cost")
    every = build(economy, levers, wrt=names, by_pair=False)
    settings, start = Settings(), zeros(every.blocks)

    def slopes() -> Any:
        return run.value_and_gradient(every.blocks, settings, Welfare(), names, start, every.base, every.lever)

    both = wall_milliseconds(slopes, times)
    count = s * n * n + n * s + n + n * n  # trade costs, productivity, amenity, migration costs
    limit = f"<= {target:g}" if target else ""
    return [
        Figure(f"{n} × {s} solve", alone, "ms", limit, how + peak),
        Figure(f"{n} × {s} gradient by all {count} levers, alone", both - alone, "ms", limit, f"with solve {both:.2f}"),
    ]


def large(n: int, s: int, target: float | None) -> list[Figure]:
    """Return the figures of one size from a process of its own, with its peak memory."""
    code = (
        f"import json, bench_simulate as b; f = b.one({n}, {s}, {target}); "
        "print(json.dumps([[vars(x) for x in f], b.gibibytes()]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=HERE, check=True, capture_output=True, text=True)
    rows, peak = json.loads(done.stdout)
    memory = Figure(
        f"{n} × {s} peak memory, making the case and gradient too", peak, "GiB", "", "target: 3 GB for the solve"
    )
    return [*(Figure(**row) for row in rows), memory]


def first() -> Figure:
    """Return the CPU time of a whole new process that solves 31 × 2 once, compiled code being cached on disk."""
    call = [
        "-c",
        f"import sys; sys.path.insert(0, {str(HERE)!r}); import bench_simulate as b; b.solve(*b.case(31, 2))",
    ]
    process_cpu_seconds(call, 1)
    return Figure(
        "first call in a new process, 31 × 2", process_cpu_seconds(call, 3), "s CPU", "< 2", "imports included"
    )


def draws() -> Figure:
    """Return the time of 1 000 Monte-Carlo solves of 31 × 2."""
    economy, levers = case(31, 2)
    spread = {"trade_elasticity": 0.1, "migration_elasticity": 0.1}
    found = monte_carlo(economy, levers, spread=spread, draws=1000)
    own = cpu_seconds(lambda: monte_carlo(economy, levers, spread=spread, draws=1000), 1)
    return Figure("1 000 Monte-Carlo solves of 31 × 2", own, "s CPU", "<= 1.5", f"{found.converged.sum()} converged")


def years() -> list[Figure]:
    """Return the times of a transition of 31 × 2 over 100 years with yearly migration, and of its gradient."""
    economy, levers = case(31, 2)
    moves = np.full((31, 31), 0.002) + np.eye(31)
    moves /= moves.sum(1, keepdims=True)
    still = replace(economy, mobility="none", workers=np.zeros(0), migration_shares=np.zeros(0), home=np.zeros(0))
    dynamics = Dynamics(years=100, moves=moves)
    boost = np.broadcast_to(levers.productivity, (100, 31, 2))
    calls = {
        "solve": lambda: transition(still, dynamics, by_year={"productivity": boost}).z,
        "solve and gradient": lambda: transition_gradient(still, dynamics, by_year={"productivity": boost})[0],
    }
    return [Figure(f"31 × 2 × 100 years {name}", wall_milliseconds(c, 2), "ms", "") for name, c in calls.items()]


def peer() -> tuple[float, dict[str, float]] | None:
    """Seconds and welfare by gegravity in YUGONG_PEER_PYTHON (else this interpreter), or None where it is missing."""
    python = os.environ.get("YUGONG_PEER_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import gegravity"], check=False, capture_output=True).returncode:
        return None
    data = DATA / "TradeData0014_Results.csv.gz"
    script = [python, "-W", "ignore", str(HERE / "_peer_gegravity.py"), str(data)]
    found = json.loads(subprocess.run(script, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    return found["seconds"], found["welfare"]


def countries() -> list[Figure]:
    """Return the time of the 44-country case beside gegravity, where the data are beside the checkout."""
    from yugong.simulate.published.gravity_44 import read

    if not DATA.is_dir():
        return [Figure("44 countries", np.nan, "ms", "", "data not beside this checkout")]
    economy, levers, _, _ = read(DATA)
    model = build(economy, levers)
    start = zeros(model.blocks)
    own = wall_milliseconds(lambda: run.solve(model.blocks, Settings(), start, model.base, model.lever), 50)
    other = peer()
    if other is None:
        return [Figure("44 countries solve", own, "ms", "", "peer not installed: gegravity")]
    inverse = np.array([other[1][name] for name in economy.regions])  # it reports baseline over counterfactual
    gap = np.abs(solve(economy, levers, raise_on_failure=True)["welfare"] * inverse - 1).max()
    note = f"gegravity {1e3 * other[0]:.0f} ms; welfare within {gap:.0e}, its deficits move with output"
    return [
        Figure("44 countries solve", own, "ms", "", note),
        Figure("… times faster than gegravity", 1e3 * other[0] / own, "x", ">= 50"),
    ]


def figures(full: bool = False) -> list[Figure]:
    """Return the figures; `full` adds the sizes that take minutes and gigabytes."""
    out = [figure for (n, s), target in TARGET_MS.items() for figure in one(n, s, target)]
    if full:
        out += [figure for (n, s), target in LARGE_MS.items() for figure in large(n, s, target)]
    return [*out, first(), draws(), *years(), *countries()]


if __name__ == "__main__":
    for size in sys.argv[1:]:
        regions, sectors = (int(part) for part in size.split("x"))
        for figure in one(regions, sectors, {**TARGET_MS, **LARGE_MS}.get((regions, sectors))):
            print(figure.line(), flush=True)
        print(f"peak memory {gibibytes():.2f} GiB", flush=True)
