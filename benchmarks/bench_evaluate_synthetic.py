"""Synthetic control with 2 200 donors and synthetic DID, beside cvxpy and synthdid-py where they are installed."""

import time

import numpy as np

from _measure import Figure, cpu_seconds
from yugong.evaluate.synthetic import Fit, panel_approach, simplex_least_squares, space_placebos, synthetic_did

DONORS, YEARS, START = 2_200, 20, 12


def figures(full: bool = False) -> list[Figure]:
    """Return the figures; `full` makes all 999 placebos."""
    rng = np.random.default_rng(0)
    y = rng.normal(size=(DONORS + 1, 3)) @ rng.normal(size=(3, YEARS)) + rng.normal(size=(DONORS + 1, 1))
    y += 0.3 * rng.normal(size=y.shape)
    draws = 999 if full else 199
    scale, shown = 999 / draws, "" if full else f"from {draws}"
    plain = cpu_seconds(lambda: space_placebos(y, 0, START, draws=draws), 1) * scale
    ridge = cpu_seconds(lambda: space_placebos(y, 0, START, fit=Fit(augment=True, penalty=1.0), draws=draws), 1) * scale
    one = cpu_seconds(lambda: simplex_least_squares(y[1:, :START].T, y[0, :START]), 20)
    starts = np.where(np.arange(500) < 20, START, YEARS)
    panel = y[:500]
    x = rng.normal(size=(44, 24)) @ rng.normal(size=(24, 24))
    target = x[:, :6] @ rng.normal(size=6) + rng.normal(size=44)
    series = np.concatenate([target, target[:5]]), np.concatenate([x, x[:5]])
    return [
        Figure("synthetic control, 999 placebos, 2 200 donors", plain, "s CPU", "<= 15", shown),
        Figure("… ridge-augmented, penalty given", ridge, "s CPU", "", shown),
        Figure("one simplex programme, 2 200 donors", 1e3 * one, "ms CPU", "", solver_peer(y)),
        Figure(
            "synthetic DID, 480 controls, 20 treated",
            cpu_seconds(lambda: synthetic_did(panel, starts), 1),
            "s CPU",
            "",
            did_peer(panel),
        ),
        Figure(
            "… to the exact optimum", cpu_seconds(lambda: synthetic_did(panel, starts, solver="exact"), 1), "s CPU", ""
        ),
        Figure("best of 2^24 subsets, 44 periods", cpu_seconds(lambda: panel_approach(*series, 44), 1), "s CPU", ""),
    ]


def solver_peer(y: np.ndarray) -> str:
    try:
        import cvxpy as cp
    except ImportError:
        return "peer not installed: cvxpy"
    w = cp.Variable(DONORS, nonneg=True)
    programme = cp.Problem(cp.Minimize(cp.sum_squares(y[0, :START] - y[1:, :START].T @ w)), [cp.sum(w) == 1])
    start = time.perf_counter()
    programme.solve(solver=cp.CLARABEL)
    mine = simplex_least_squares(y[1:, :START].T, y[0, :START]).loss
    return f"cvxpy {1e3 * (time.perf_counter() - start):.0f} ms; its loss less ours {programme.value - mine:.1e}"


def did_peer(panel: np.ndarray) -> str:
    try:
        from synthdid import synthdid_estimate
    except ImportError:
        return "peer not installed: synthdid-py"
    ordered = np.concatenate([panel[20:], panel[:20]])
    start = time.perf_counter()
    other = float(synthdid_estimate(ordered, 480, START))
    took = time.perf_counter() - start
    mine = synthetic_did(panel, np.where(np.arange(500) < 20, START, YEARS)).effect
    return f"synthdid-py {took:.2f} s; difference {abs(other - mine):.0e}"
