"""Donor weights: outcomes or predictors, with an intercept, ridge-augmented or not."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import minimize

from yugong.evaluate.synthetic.simplex import Array, SimplexFit, simplex_least_squares

Importance = Literal["equal", "regression", "nested"]
PENALTIES = 20  # candidate penalties of the ridge, as in the authors' software
LEAST_PENALTY = 1e-8  # of the largest candidate
NESTED_STEPS = 2_000
MOST_IMPORTANCE = 30.0  # bound of the log importance of a predictor against the first


@dataclass(frozen=True, slots=True)
class Weights:
    """Donor weights (J,) with the intercept, the simplex part (J,), importance (K,) and ridge penalty behind them."""

    values: Array
    intercept: float
    simplex: SimplexFit
    importance: Array | None = None
    penalty: float | None = None


def donor_weights(
    target: Array,
    donors: Array,
    intercept: bool = False,
    augment: bool = False,
    penalty: float | None = None,
    predictors: tuple[Array, Array] | None = None,
    importance: Importance | Array = "nested",
) -> Weights:
    """Return the weights of the donors that rebuild the target before the policy.

    target (T0,); donors (T0, J); predictors: the target's (K,) and the donors' (K, J), matched instead of the outcomes
    with the given importance (K,), equal, by regression, or nested: the one whose weights fit the outcomes best (Abadie
    and Gardeazabal 2003). intercept: levels may differ (Ferman and Pinto 2021). augment: ridge correction of what the
    simplex cannot match (Ben-Michael, Feller and Rothstein 2021, eq. 18), its penalty by leaving out one period at a
    time and the one-standard-error rule unless given.
    """
    level, levels = (target.mean(), donors.mean(axis=0)) if intercept else (0.0, np.zeros(donors.shape[1]))
    b, a = target - level, donors - levels
    used = None
    if predictors is None:
        fit = simplex_least_squares(a, b)
    else:
        one, many = _standardised(*predictors)
        used = _importance(one, many, b, a, importance)
        fit = simplex_least_squares(many * np.sqrt(used)[:, None], one * np.sqrt(used))
    values = fit.weights
    if augment:
        penalty = _penalty(b, a) if penalty is None else penalty
        values = values + _ridge_correction(b, a, values, penalty)
    return Weights(values, float(level - levels @ values), fit, used, penalty if augment else None)


def _ridge_correction(b: Array, a: Array, weights: Array, penalty: float) -> Array:
    """Return what ridge adds to the weights: (b − a w)'(a_c a_c' + λ I)⁻¹ a_c with a_c centred over donors."""
    centred = a - a.mean(axis=1, keepdims=True)
    gram = centred @ centred.T + penalty * np.eye(len(b))
    return np.asarray(np.linalg.solve(gram, b - a @ weights) @ centred)


def _penalty(b: Array, a: Array) -> float:
    """Return the largest penalty within one standard error of the least error in leaving out one period at a time."""
    centred = a - a.mean(axis=1, keepdims=True)
    most = float(np.linalg.norm(centred, 2) ** 2)
    candidates = most * np.logspace(0, np.log10(LEAST_PENALTY), PENALTIES)
    errors = np.empty((len(b), PENALTIES))
    for t in range(len(b)):
        kept = np.arange(len(b)) != t
        w = simplex_least_squares(a[kept], b[kept]).weights
        for p, candidate in enumerate(candidates):
            augmented = w + _ridge_correction(b[kept], a[kept], w, candidate)
            errors[t, p] = (b[t] - a[t] @ augmented) ** 2
    mean = errors.mean(axis=0)
    best = int(np.argmin(mean))
    allowed = mean[best] + errors[:, best].std(ddof=1) / np.sqrt(len(b))
    return float(candidates[np.flatnonzero(mean <= allowed)].max())


def _standardised(one: Array, many: Array) -> tuple[Array, Array]:
    spread = np.column_stack([one, many]).std(axis=1, ddof=1)
    spread = np.where(spread > 0, spread, 1.0)
    return one / spread, many / spread[:, None]


def _importance(one: Array, many: Array, b: Array, a: Array, wanted: Importance | Array) -> Array:
    """Return the importance of each predictor (K,), summing to one."""
    if not isinstance(wanted, str):
        return np.asarray(wanted, float) / np.sum(wanted)
    equal = np.full(len(one), 1.0 / len(one))
    if wanted == "equal":
        return equal
    every = np.column_stack([one, many])
    design = np.vstack([np.ones(every.shape[1]), every]).T
    slopes = np.linalg.lstsq(design, np.column_stack([b, a]).T, rcond=None)[0][1:]
    size = (slopes**2).sum(axis=1)
    regression = size / size.sum() if size.sum() > 0 else equal
    if wanted == "regression" or len(one) == 1:
        return np.asarray(regression)

    def loss(logs: Array) -> float:
        v = _softmax(logs)
        w = simplex_least_squares(many * np.sqrt(v)[:, None], one * np.sqrt(v)).weights
        return float(((b - a @ w) ** 2).mean())

    found = []
    for v in (equal, regression):
        logs = np.log(np.maximum(v, 1e-12))
        found.append(
            minimize(
                loss,
                logs[1:] - logs[0],
                method="Nelder-Mead",
                bounds=[(-MOST_IMPORTANCE, MOST_IMPORTANCE)] * (len(v) - 1),
                options={"maxfev": NESTED_STEPS, "xatol": 1e-6, "fatol": 1e-12, "adaptive": True},
            )
        )
    return _softmax(min(found, key=lambda r: float(r.fun)).x)


def _softmax(logs: Array) -> Array:
    e = np.exp(np.concatenate([[0.0], logs]) - max(0.0, float(logs.max())))
    return np.asarray(e / e.sum())
