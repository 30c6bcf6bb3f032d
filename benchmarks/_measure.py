"""Measuring: CPU seconds of a call or of a whole process, wall time of a compiled call, and how figures print."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(frozen=True)
class Figure:
    """One measured figure beside the target it is held against."""

    name: str
    value: float
    unit: str
    target: str
    note: str = ""

    def line(self) -> str:
        return f"{self.name:<58} {self.value:>12.4g} {self.unit:<8} {self.target:<16} {self.note}"


def clock() -> float:
    """Return the CPU seconds of this process and of the children it has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + used.ru_utime + used.ru_stime


def cpu_seconds(call: Callable[[], object], repeats: int = 5) -> float:
    """Return the smallest CPU time of `repeats` calls, children included, after one call that warms up."""
    call()
    best = float("inf")
    for _ in range(repeats):
        start = clock()
        call()
        best = min(best, clock() - start)
    return best


def wall_milliseconds(call: Callable[[], object], repeats: int = 5) -> float:
    """Return the smallest wall time of `repeats` calls that return JAX arrays, after one call that warms up."""
    import jax

    jax.block_until_ready(call())
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(call())
        best = min(best, time.perf_counter() - start)
    return 1e3 * best


def process_cpu_seconds(arguments: list[str], repeats: int = 5) -> float:
    """Return the smallest user + system CPU time of a whole process over `repeats` runs."""
    environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
    best = float("inf")
    for _ in range(repeats):
        start = clock()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment)
        best = min(best, clock() - start)
    return best
