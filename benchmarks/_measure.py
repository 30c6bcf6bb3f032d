"""Measuring: CPU seconds of a call or of a whole process, and how figures are printed."""

import os
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


def cpu_seconds(call: Callable[[], object], repeats: int = 5) -> float:
    """Return the smallest CPU time of `repeats` calls, after one call that warms up."""
    call()
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


def process_cpu_seconds(arguments: list[str], repeats: int = 5) -> float:
    """Return the smallest user + system CPU time of a whole process over `repeats` runs."""
    environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
    best = float("inf")
    for _ in range(repeats):
        before = os.times()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment)
        after = os.times()
        best = min(best, after.children_user + after.children_system - before.children_user - before.children_system)
    return best
