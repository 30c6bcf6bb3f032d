"""Random individual effects: within and between cross-products weighted by θ² = σ²/(σ² + Tσ_μ²)."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from yugong.base.cards import MethodCard
from yugong.diagnose.space.effects import Inference
from yugong.diagnose.space.fit import ERROR, LAG, SpatialFit, likelihood_fit
from yugong.diagnose.space.information import over_places
from yugong.diagnose.space.likelihood import Moments, Optimum, Spectrum, maximise, moments
from yugong.diagnose.space.weights import Floats

LEAST = 1e-4  # of θ: the between part then has nearly no weight


def random_fit(
    model: str,
    y: Floats,
    wy: Floats,
    x: Floats,
    names: tuple[str, ...],
    durbin: tuple[str, ...],
    spectrum: Spectrum,
    sample: tuple[tuple[Hashable, ...], tuple[Any, ...]],
    card: MethodCard,
    inference: Inference,
    seed: int | None,
) -> SpatialFit:
    """Return the maximum-likelihood fit with random effects; standard errors are from the observed information.

    ln L = −(nT/2) ln 2πσ² + T ln|I − ρW| + T ln|I − λW| + n ln θ − [within + θ² between]/2σ² (Elhorst 2014,
    ch. 3). θ is in the card's options as `theta`, σ_μ² as `sigma2_individual`.
    """
    n, t = y.shape
    rows = float(n * t)
    lag, error = model in LAG, model in ERROR
    z = np.concatenate([y[:, :, None], wy[:, :, None], x], axis=2)
    wz = over_places(spectrum.weights.matrix, z) if error else None
    inside, across = _split(z, wz, within=True), _split(z, wz, within=False)

    def at(theta: float) -> Optimum:
        return maximise(_combine(inside, across, theta), spectrum, rows, lag, error)

    found = minimize_scalar(
        lambda u: -(at(float(np.exp(u))).log_likelihood + n * u),
        bounds=(np.log(LEAST), 0.0),
        method="bounded",
        options={"xatol": 1e-10},
    )
    theta = float(np.exp(found.x))
    best = at(theta)
    moved = [v - (1 - theta) * v.mean(axis=1, keepdims=True) for v in (y, wy, x)]
    individual = best.sigma2 * (1 / theta**2 - 1) / t
    card = replace(card, options=card.options | {"theta": f"{theta:.8g}", "sigma2_individual": f"{individual:.8g}"})
    covariance = _covariance(best, across, theta, n, lag, error)
    return likelihood_fit(
        model,
        moved[0],
        moved[1],
        moved[2],
        names,
        durbin,
        spectrum,
        rows,
        sample,
        card,
        "observed",
        inference,
        seed,
        1,
        covariance,
        n * np.log(theta),
    )


def _split(z: Floats, wz: Floats | None, within: bool) -> Moments:
    def part(v: Floats) -> Floats:
        mean = v.mean(axis=1, keepdims=True)
        chosen = v - mean if within else np.broadcast_to(mean, v.shape)
        return np.asarray(chosen.reshape(-1, v.shape[2]))

    return moments(part(z), None if wz is None else part(wz))


def _combine(inside: Moments, across: Moments, theta: float) -> Moments:
    share = theta**2
    return Moments(inside.a0 + share * across.a0, inside.a1 + share * across.a1, inside.a2 + share * across.a2)


def _covariance(best: Optimum, across: Moments, theta: float, n: int, lag: bool, error: bool) -> Floats:
    """Covariance of β, ρ, λ (those present), with θ and σ² in the information matrix and then left out."""
    k = len(best.beta)
    c = np.r_[1.0, -best.rho, -best.beta]
    order = np.r_[np.arange(2, k + 2), 1]
    between, slope = across.at(best.lam), across.slope(best.lam)
    full = np.zeros((k + 4, k + 4))
    full[:-1, :-1] = best.observed
    s2 = best.sigma2
    full[-1, : k + 1] = -2 * theta * (between @ c)[order] / s2
    full[-1, k + 1] = theta * float(c @ slope @ c) / s2
    full[-1, k + 2] = -theta * float(c @ between @ c) / s2**2
    full[:, -1] = full[-1]
    full[-1, -1] = n / theta**2 + float(c @ between @ c) / s2
    keep = [*range(k), *([k] if lag else []), *([k + 1] if error else []), k + 2, k + 3]
    return np.asarray(np.linalg.inv(full[np.ix_(keep, keep)])[:-2, :-2], dtype=float)
