"""Direct, indirect and total effects of spatial models, with delta-method or simulated standard errors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.sparse.linalg import splu
from scipy.stats import norm

from yugong.diagnose.space.weights import Floats, Weights

Inference = Literal["delta", "simulation"]
Terms = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Average effects of each variable, arrays (k,); standard errors beside them (LeSage & Pace 2009, ch. 2)."""

    names: tuple[str, ...]
    direct: Floats
    indirect: Floats
    total: Floats
    direct_se: Floats
    indirect_se: Floats
    total_se: Floats
    inference: Inference

    def table(self) -> pd.DataFrame:
        """Return one row a variable and kind of effect: variable, effect, estimate, standard_error, z, p_value."""
        rows = []
        for kind in ("direct", "indirect", "total"):
            value, error = getattr(self, kind), getattr(self, f"{kind}_se")
            with np.errstate(divide="ignore", invalid="ignore"):
                z = value / error
            rows.append(
                pd.DataFrame(
                    {
                        "variable": self.names,
                        "effect": kind,
                        "estimate": value,
                        "standard_error": error,
                        "z": z,
                        "p_value": 2 * norm.sf(np.abs(z)),
                    }
                )
            )
        return pd.concat(rows, ignore_index=True)


def effects(
    names: tuple[str, ...],
    beta: Floats,
    theta: Floats,
    rho: float,
    covariance: Floats,
    weights: Weights,
    inference: Inference = "delta",
    draws: int = 1000,
    seed: int | None = 0,
) -> Effects:
    """Return effects of y = ρWy + Xβ + WXθ: S = (I − ρW)⁻¹, direct tr[S(βI + θW)]/n, total 1'S(βI + θW)1/n.

    `covariance` (2k + 1, 2k + 1) is of β, θ, ρ in that order; zero rows mark what the model does not have.
    Traces come from the eigenvalues of W, so that the cost does not grow with the number of variables.
    """
    own = _own_terms(weights)
    all_ = _total_terms(weights)
    estimate = _three(beta, theta, *own(rho)[:2], *all_(rho)[:2])
    if inference == "delta":
        errors = _delta(beta, theta, own(rho), all_(rho), covariance)
    else:
        rng = np.random.default_rng(seed)
        point = np.r_[beta, theta, rho]
        low, high = weights.bounds
        sample = rng.multivariate_normal(point, covariance, size=draws, method="svd")
        sample = sample[(sample[:, -1] > low) & (sample[:, -1] < high)]
        k = len(beta)
        simulated = np.stack([_three(row[:k], row[k:-1], *own(row[-1])[:2], *all_(row[-1])[:2]) for row in sample])
        errors = simulated.std(axis=0, ddof=1)
    return Effects(names, estimate[0], estimate[1], estimate[2], errors[0], errors[1], errors[2], inference)


def _three(beta: Floats, theta: Floats, t0: float, t1: float, q0: float, q1: float) -> Floats:
    direct, total = beta * t0 + theta * t1, beta * q0 + theta * q1
    return np.stack([direct, total - direct, total])


def _delta(beta: Floats, theta: Floats, own: Terms, all_: Terms, covariance: Floats) -> Floats:
    k = len(beta)
    out = np.empty((3, k))
    for j in range(k):
        rows = np.zeros((2, 2 * k + 1))
        for row, (first, second, d_first, d_second) in zip(rows, (own, all_), strict=True):
            row[j], row[k + j] = first, second
            row[-1] = beta[j] * d_first + theta[j] * d_second
        stacked = np.stack([rows[0], rows[1] - rows[0], rows[1]])
        out[:, j] = np.sqrt(np.einsum("ij,jk,ik->i", stacked, covariance, stacked))
    return out


def _own_terms(weights: Weights) -> Callable[[float], Terms]:
    def terms(rho: float) -> Terms:
        """tr(S)/n, tr(SW)/n and their derivatives in ρ, tr(SWS)/n and tr(SWSW)/n."""
        values = weights.eigenvalues
        s = 1 / (1 - rho * values)
        a, b, c, d = (float(np.real(p.mean())) for p in (s, s * values, s**2 * values, s**2 * values**2))
        return a, b, c, d

    return terms


def _total_terms(weights: Weights) -> Callable[[float], Terms]:
    ones = np.ones(weights.n)
    w = weights.matrix
    if weights.row_standardised and not weights.islands:

        def closed(rho: float) -> Terms:
            s = 1 / (1 - rho)
            return s, s, s**2, s**2

        return closed

    def solved(rho: float) -> Terms:
        """1'S1/n, 1'SW1/n and their derivatives 1'SWS1/n and 1'SWSW1/n."""
        system = splu(sp.csc_array(sp.eye_array(weights.n) - rho * w))
        once = np.asarray(w @ ones)
        spread = system.solve(ones)
        second = system.solve(np.asarray(w @ system.solve(once)))
        parts = (spread, system.solve(once), system.solve(np.asarray(w @ spread)), second)
        a, b, c, d = (float(p.mean()) for p in parts)
        return a, b, c, d

    return solved
