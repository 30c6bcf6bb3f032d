"""The Gaussian likelihood of y = ρWy + Xβ + u, u = λWu + ε, from cross-products: one engine for every model.

SAR, SEM and SAC (and their Durbin forms, whose X holds WX) restrict it; panels repeat it over T periods.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from yugong.diagnose.space.weights import Floats, Weights

EDGE = 1e-6  # the open interval of ρ is cut this far inside, relatively
GRID = (-0.5, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8)  # starting values of (ρ, λ), which may have several maxima
TOLERANCE = 1e-11  # of the Newton decrement, in units of log-likelihood
STEPS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """ln|I − ρW| and traces of G = W(I − ρW)⁻¹, repeated over periods and, if asked, without the constant vector.

    Dropping the constant (Lee & Yu's two-way transform, W row-standardised) removes the eigenvalue 1.
    """

    weights: Weights
    periods: float
    drop_constant: bool = False

    def log_det(self, rho: float) -> float:
        """Return periods · ln|I − ρW|."""
        one = np.log(abs(1 - rho)) if self.drop_constant else 0.0
        return self.periods * (self.weights.log_det(rho) - float(one))

    def traces(self, rho: float) -> tuple[float, float]:
        """Return periods · tr(G) and periods · tr(G²)."""
        first, second = self.weights.traces(rho)
        g = 1 / (1 - rho) if self.drop_constant else 0.0
        return self.periods * (first - g), self.periods * (second - g**2)

    def bounds(self) -> tuple[float, float]:
        """Return the interval searched."""
        low, high = self.weights.bounds
        return low * (1 - EDGE), high * (1 - EDGE)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Cross-products of Z = [y, Wy, X] and WZ over all n·T rows: Z'(I − λW)'(I − λW)Z = a0 − λ a1 + λ² a2."""

    a0: Floats
    a1: Floats
    a2: Floats

    def at(self, lam: float) -> Floats:
        """Return the matrix at λ."""
        return np.asarray(self.a0 - lam * self.a1 + lam**2 * self.a2)

    def slope(self, lam: float) -> Floats:
        """Return its derivative at λ."""
        return np.asarray(-self.a1 + 2 * lam * self.a2)


def moments(z: Floats, wz: Floats | None) -> Moments:
    """Return the cross-products of Z (rows, 2 + k) and, for a spatial error, of WZ."""
    if wz is None:
        nothing = np.zeros((z.shape[1], z.shape[1]))
        return Moments(z.T @ z, nothing, nothing)
    cross = z.T @ wz
    return Moments(z.T @ z, cross + cross.T, wz.T @ wz)


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Maximum-likelihood estimates; `observed` is the information matrix in the order β, ρ, λ, σ² (all of them)."""

    beta: Floats
    rho: float
    lam: float
    sigma2: float
    log_likelihood: float
    observed: Floats
    converged: bool


def maximise(m: Moments, spectrum: Spectrum, rows: float, lag: bool, error: bool) -> Optimum:
    """Return the maximum over ρ (if `lag`) and λ (if `error`); β and σ² are concentrated out.

    A bounded search, or a grid for both, finds the start; Newton steps on the exact derivatives finish.
    """
    low, high = spectrum.bounds()

    def value(rho: float, lam: float) -> float:
        return _concentrated(m, spectrum, rows, rho, lam)

    if lag and error:
        inside = [g for g in GRID if low < g < high]
        starts = sorted(((r, s) for r in inside for s in inside), key=lambda p: -value(*p))[:3]
        # the two coefficients can trade places: start on both sides of the diagonal
        starts += [(s, r) for r, s in starts]
    elif lag or error:
        along: Callable[[float], float] = (lambda r: -value(r, 0.0)) if lag else (lambda s: -value(0.0, s))
        best = float(minimize_scalar(along, bounds=(low, high), method="bounded", options={"xatol": 1e-6}).x)
        starts = [(best, 0.0) if lag else (0.0, best)]
    else:
        starts = [(0.0, 0.0)]
    free = np.array([lag, error])
    ends = [_newton(m, spectrum, rows, start, free) for start in dict.fromkeys(starts)]
    rho, lam, converged = max(ends, key=lambda e: value(e[0], e[1]))
    beta, rest = _solve(m.at(lam), rho)
    sigma2 = rest / rows
    return Optimum(
        beta, rho, lam, sigma2, value(rho, lam), observed_information(m, spectrum, rows, beta, rho, lam), converged
    )


def observed_information(m: Moments, spectrum: Spectrum, rows: float, beta: Floats, rho: float, lam: float) -> Floats:
    """Return minus the exact Hessian in β, ρ, λ, σ²."""
    k = len(beta)
    matrix, slope = m.at(lam), m.slope(lam)
    c = np.r_[1.0, -rho, -beta]
    sigma2 = float(c @ matrix @ c) / rows
    out = np.zeros((k + 3, k + 3))
    order = np.r_[np.arange(2, k + 2), 1]  # Z's columns behind β and ρ
    out[: k + 1, : k + 1] = matrix[np.ix_(order, order)] / sigma2
    out[k, k] += spectrum.traces(rho)[1]
    out[: k + 1, k + 1] = out[k + 1, : k + 1] = -(slope @ c)[order] / sigma2
    out[k + 1, k + 1] = float(c @ m.a2 @ c) / sigma2 + spectrum.traces(lam)[1]
    out[: k + 1, k + 2] = out[k + 2, : k + 1] = (matrix @ c)[order] / sigma2**2
    out[k + 1, k + 2] = out[k + 2, k + 1] = -float(c @ slope @ c) / (2 * sigma2**2)
    out[k + 2, k + 2] = rows / (2 * sigma2**2)
    return out


def _solve(matrix: Floats, rho: float) -> tuple[Floats, float]:
    """β and the residual sum of squares given ρ, from the moment matrix at λ."""
    xy = matrix[2:, 0] - rho * matrix[2:, 1]
    beta = np.asarray(np.linalg.solve(matrix[2:, 2:], xy), dtype=float)
    yy = matrix[0, 0] - 2 * rho * matrix[0, 1] + rho**2 * matrix[1, 1]
    return beta, float(yy - xy @ beta)


def _concentrated(m: Moments, spectrum: Spectrum, rows: float, rho: float, lam: float) -> float:
    _, rest = _solve(m.at(lam), rho)
    constant = np.log(2 * np.pi) + 1 + np.log(rest / rows)
    return float(-rows / 2 * constant + spectrum.log_det(rho) + spectrum.log_det(lam))


def _newton(
    m: Moments, spectrum: Spectrum, rows: float, start: tuple[float, float], free: NDArray[np.bool_]
) -> tuple[float, float, bool]:
    point = np.array(start, dtype=float)
    if not free.any():
        return 0.0, 0.0, True
    low, high = spectrum.bounds()
    current = _concentrated(m, spectrum, rows, *point)
    for _ in range(STEPS):
        gradient, hessian = _derivatives(m, spectrum, rows, *point)
        g, h = gradient[free], hessian[np.ix_(free, free)]
        values, vectors = np.linalg.eigh(h)
        # away from the maximum the Hessian may not be negative: climb along |eigenvalues|
        step = vectors @ ((vectors.T @ g) / np.maximum(np.abs(values), 1e-8))
        decrement = float(g @ step)
        if decrement < TOLERANCE and (values < 0).all():
            point[free] += step  # Newton doubles the digits: the last step is free
            return float(point[0]), float(point[1]), True
        size = 1.0
        while size > 1e-10:
            trial = point.copy()
            trial[free] += size * step
            if (trial > low).all() and (trial < high).all():
                found = _concentrated(m, spectrum, rows, *trial)
                if found > current - 1e-12 * abs(current):
                    break
            size /= 2
        else:
            break
        point, current = trial, max(found, current)
    return float(point[0]), float(point[1]), decrement < 1e-6


def _derivatives(m: Moments, spectrum: Spectrum, rows: float, rho: float, lam: float) -> tuple[Floats, Floats]:
    """Gradient and Hessian in (ρ, λ) of the likelihood with β and σ² concentrated out."""
    matrix, slope = m.at(lam), m.slope(lam)
    beta, rest = _solve(matrix, rho)
    c = np.r_[1.0, -rho, -beta]
    gradient = np.array(
        [
            -spectrum.traces(rho)[0] + rows / rest * float((matrix @ c)[1]),
            -spectrum.traces(lam)[0] - rows / (2 * rest) * float(c @ slope @ c),
        ]
    )
    information = observed_information(m, spectrum, rows, beta, rho, lam)
    k = len(beta)
    kept, out = [k, k + 1], [*range(k), k + 2]
    cross = information[np.ix_(kept, out)]
    schur = information[np.ix_(kept, kept)] - cross @ np.linalg.solve(information[np.ix_(out, out)], cross.T)
    return gradient, -schur
