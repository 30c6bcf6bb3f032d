"""The expected information of the spatial likelihood (Anselin 1988, ch. 6; Elhorst 2014), for standard errors."""

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from yugong.diagnose.space.likelihood import Spectrum
from yugong.diagnose.space.weights import Floats, Weights


def over_places(matrix: sp.csr_array, values: Floats) -> Floats:
    """Return W applied to the first axis of values (n, T) or (n, T, k)."""
    flat = values.reshape(values.shape[0], -1)
    return np.asarray(matrix @ flat).reshape(values.shape)


def expected_information(
    spectrum: Spectrum,
    x: Floats,
    beta: Floats,
    rho: float,
    lam: float,
    sigma2: float,
    rows: float,
    project: Callable[[Floats], Floats],
) -> Floats:
    """Return the information in the order β, ρ, λ, σ² for regressors x (n, T, k), already transformed.

    The matrix G = W(I − ρW)⁻¹ is formed for its Frobenius norm, which takes n² memory.
    """
    w = spectrum.weights
    k = x.shape[2]
    bx = x - lam * project(over_places(w.matrix, x)) if lam else x
    mean = project(_spread(w, rho, x @ beta))  # G X β
    mean = mean - lam * project(over_places(w.matrix, mean)) if lam else mean
    design, extra = bx.reshape(-1, k), mean.reshape(-1)
    g, h = _dense(spectrum, rho), _dense(spectrum, lam)
    out = np.zeros((k + 3, k + 3))
    out[:k, :k] = design.T @ design / sigma2
    out[:k, k] = out[k, :k] = design.T @ extra / sigma2
    t = spectrum.periods
    out[k, k] = t * (float((g * g.T).sum()) + float((g * g).sum())) + float(extra @ extra) / sigma2
    out[k + 1, k + 1] = t * (float((h * h.T).sum()) + float((h * h).sum()))
    out[k, k + 1] = out[k + 1, k] = t * (float((h * g.T).sum()) + float((h * g).sum()))
    out[k, k + 2] = out[k + 2, k] = t * float(np.trace(g)) / sigma2
    out[k + 1, k + 2] = out[k + 2, k + 1] = t * float(np.trace(h)) / sigma2
    out[k + 2, k + 2] = rows / (2 * sigma2**2)
    return out


def _spread(w: Weights, rho: float, values: Floats) -> Floats:
    if rho == 0:
        return over_places(w.matrix, values)
    system = splu(sp.csc_array(sp.eye_array(w.n) - rho * w.matrix))
    return over_places(w.matrix, system.solve(np.ascontiguousarray(values)))


def _dense(spectrum: Spectrum, rho: float) -> Floats:
    w = spectrum.weights.matrix.toarray()
    g = np.linalg.solve((np.eye(len(w)) - rho * w).T, w.T).T if rho else w
    if spectrum.drop_constant:
        g = g - g.mean(axis=0)
        g = g - g.mean(axis=1, keepdims=True)
    return np.asarray(g)
