"""Random effects beside a spatial error that they do not share (Baltagi): u = μ + ε, ε = λWε + v."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from yugong.base.cards import MethodCard
from yugong.base.text import Text
from yugong.diagnose.space.effects import Inference
from yugong.diagnose.space.fit import SpatialFit, fit_effects
from yugong.diagnose.space.information import over_places
from yugong.diagnose.space.likelihood import Spectrum
from yugong.diagnose.space.weights import Floats

LOG_RATIO = (-12.0, 8.0)  # bounds of ln φ, φ = σ_μ²/σ²
STEP = 1e-4  # of the numerical Hessian in (λ, ln φ)


class _Likelihood:
    """Concentrated in β and σ²; for one λ the eigenvectors of BB' serve every φ, B = I − λW."""

    def __init__(self, y: Floats, x: Floats, spectrum: Spectrum) -> None:
        z = np.concatenate([x, y[:, :, None]], axis=2)
        self.n, self.t, self.width = z.shape
        self.spectrum = spectrum
        self.dense = spectrum.weights.matrix.toarray()
        self.mean = z.mean(axis=1)
        self.within = z - self.mean[:, None, :]
        self.lag_within = over_places(spectrum.weights.matrix, self.within)
        self.at: float | None = None

    def prepare(self, lam: float) -> None:
        if self.at == lam:
            return
        b = np.eye(self.n) - lam * self.dense
        self.values, vectors = np.linalg.eigh(b @ b.T)
        self.rotated = vectors.T @ (b @ self.mean)
        part = (self.within - lam * self.lag_within).reshape(-1, self.width)
        self.inside = part.T @ part
        self.log_det = self.spectrum.log_det(lam)  # T ln|B|
        self.at = lam

    def gram(self, lam: float, ratio: float) -> Floats:
        """Return Z'Ω⁻¹Z, Ω the covariance over σ²."""
        self.prepare(lam)
        weight = self.t / (1 + self.t * ratio * self.values)
        return np.asarray(self.inside + self.rotated.T @ (weight[:, None] * self.rotated))

    def solve(self, lam: float, ratio: float) -> tuple[Floats, float, float]:
        """Return β, σ² and the log-likelihood."""
        g = self.gram(lam, ratio)
        beta = np.asarray(np.linalg.solve(g[:-1, :-1], g[:-1, -1]), dtype=float)
        rows = self.n * self.t
        sigma2 = float(g[-1, -1] - g[:-1, -1] @ beta) / rows
        spread = float(np.log1p(self.t * ratio * self.values).sum()) / 2
        return beta, sigma2, -rows / 2 * (np.log(2 * np.pi * sigma2) + 1) + self.log_det - spread

    def minus(self, point: Floats) -> float:
        low, high = self.spectrum.bounds()
        if not low < point[0] < high:
            return np.inf
        return -self.solve(float(point[0]), float(np.exp(point[1])))[2]


def baltagi_fit(
    model: str,
    y: Floats,
    x: Floats,
    names: tuple[str, ...],
    durbin: tuple[str, ...],
    spectrum: Spectrum,
    sample: tuple[tuple[Hashable, ...], tuple[Any, ...]],
    card: MethodCard,
    inference: Inference,
    seed: int | None,
) -> SpatialFit:
    """Return the maximum-likelihood fit of an error model with individual effects outside the spatial process.

    ln L = −(nT/2) ln 2πσ² + T ln|B| − ½ ln|I + TφBB'| − u'Ω⁻¹u/2σ², for y (n, T) and x (n, T, k). Each λ costs one
    eigen-decomposition of an n × n matrix. β's errors are GLS's, λ's from the profile likelihood of (λ, ln φ).
    """
    likelihood = _Likelihood(y, x, spectrum)

    def best_ratio(lam: float) -> tuple[float, float]:
        found = minimize_scalar(lambda r: likelihood.minus(np.array([lam, r])), bounds=LOG_RATIO, method="bounded")
        return float(found.fun), float(found.x)

    low, high = spectrum.bounds()
    start = float(minimize_scalar(lambda v: best_ratio(v)[0], bounds=(low, high), method="bounded").x)
    found = minimize(
        likelihood.minus,
        [start, best_ratio(start)[1]],
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 400},
    )
    lam, ratio = float(found.x[0]), float(np.exp(found.x[1]))
    beta, sigma2, value = likelihood.solve(lam, ratio)
    k = len(names)
    covariance = np.zeros((k + 1, k + 1))
    covariance[:k, :k] = sigma2 * np.linalg.inv(likelihood.gram(lam, ratio)[:-1, :-1])
    covariance[k, k] = np.linalg.inv(_hessian(likelihood, found.x))[0, 0]
    residual = y - x @ beta
    individual = ratio * sigma2
    card = replace(card, options=card.options | {"phi": f"{ratio:.8g}", "sigma2_individual": f"{individual:.8g}"})
    coefficients = np.r_[beta, lam]
    full_names = (*names, "lambda")
    rows, count = y.size, k + 3
    status = Text("已收敛", "converged") if found.success else Text("似然未收敛", "the likelihood did not converge")
    mean = x @ beta
    return SpatialFit(
        model,
        full_names,
        coefficients,
        np.sqrt(np.diag(covariance)),
        covariance,
        sigma2,
        value,
        2 * count - 2 * value,
        float(np.log(rows)) * count - 2 * value,
        float(np.corrcoef(mean.ravel(), y.ravel())[0, 1] ** 2),
        rows,
        fit_effects(full_names, coefficients, covariance, durbin, spectrum.weights, inference, seed),
        residual - lam * over_places(spectrum.weights.matrix, residual),
        *sample,
        bool(found.success),
        status,
        card,
    )


def _hessian(likelihood: _Likelihood, at: Floats) -> Floats:
    steps = STEP * np.eye(2)
    f = likelihood.minus
    cells = [[f(at + a + b) - f(at + a - b) - f(at - a + b) + f(at - a - b) for b in steps] for a in steps]
    return np.array(cells) / (4 * STEP**2)
