"""Gravity of trade between regions: fitted by Poisson pseudo-maximum likelihood, and as a prior where flows are unknown."""

from dataclasses import dataclass

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate.economies.balance import Numbers

ROUNDS, CLOSE = 200, 1e-10


@dataclass(frozen=True, slots=True)
class Gravity:
    """Elasticity of flows to distance (positive), log effects of contiguity and of staying at home, standard errors."""

    distance: float
    contiguity: float
    home: float
    errors: tuple[float, float, float]
    correlation: float  # of observed and fitted flows


def fit_gravity(flows: Numbers, distance: Numbers, contiguity: Numbers) -> Gravity:
    """Fit flows (N,N) to origin and destination effects, log distance, contiguity and home (Santos Silva and Tenreyro 2006).

    The diagonal of `distance` (N,N) is taken as 1, so that `home` is measured against a distance of one unit.
    Standard errors are heteroskedasticity-robust. InputError where flows are negative or distances not positive.
    """
    n = len(flows)
    apart = ~np.eye(n, dtype=bool)
    if (flows < 0).any() or not (distance[apart] > 0).all():
        what = Text("流量不能为负，距离须为正", "flows may not be negative and distances must be positive")
        raise InputError([Problem(what)])
    origin, destination = np.nonzero(np.ones((n, n), dtype=bool))
    y = flows.ravel() / flows.mean()
    z = np.column_stack(
        [
            np.log(np.where(apart, distance, 1.0)).ravel(),
            np.where(apart, contiguity, 0.0).ravel(),
            np.eye(n).ravel(),
            *(origin == i for i in range(n)),
            *(destination == i for i in range(1, n)),
        ]
    ).astype(np.float64)
    mean = (y + y.mean()) / 2
    index = np.log(mean)
    slopes = np.zeros(z.shape[1])
    for _ in range(ROUNDS):
        weight = np.sqrt(mean)
        slopes = np.linalg.lstsq(z * weight[:, None], (index + (y - mean) / mean) * weight, rcond=None)[0]
        new = z @ slopes
        moved = float(np.abs(new - index).max())
        index = np.clip(new, -50.0, 50.0)
        mean = np.exp(index)
        if moved < CLOSE:
            break
    bread = np.linalg.pinv((z * mean[:, None]).T @ z)
    score = z * (y - mean)[:, None]
    errors = np.sqrt(np.clip(np.diag(bread @ (score.T @ score) @ bread), 0.0, None))
    return Gravity(
        distance=-float(slopes[0]),
        contiguity=float(slopes[1]),
        home=float(slopes[2]),
        errors=(float(errors[0]), float(errors[1]), float(errors[2])),
        correlation=float(np.corrcoef(y, mean)[0, 1]),
    )


def prior(distance: Numbers, contiguity: Numbers, elasticity: float, adjacent: float, home: float) -> Numbers:
    """Return exp(−elasticity·ln distance + adjacent·contiguity) off the diagonal and exp(home) on it (N,N)."""
    apart = ~np.eye(len(distance), dtype=bool)
    near: Numbers = np.exp(adjacent * np.where(apart, contiguity, 0.0))
    out: Numbers = np.where(apart, np.where(apart, distance, 1.0) ** -elasticity * near, np.exp(home))
    return out
