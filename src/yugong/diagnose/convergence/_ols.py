"""Ordinary least squares with the covariances the convergence papers report."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.disparity._sample import Floats

Covariance = Literal["classic", "HC1", "HC3", "cluster"]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Coefficients (k,) with standard errors, t, p; `dof` is that of the t distribution used."""

    coef: Floats
    cov: Floats
    residual: Floats
    r2: float
    dof: int

    @property
    def se(self) -> Floats:
        """Standard errors (k,)."""
        return np.sqrt(np.diag(self.cov))

    @property
    def t(self) -> Floats:
        """t statistics (k,)."""
        return self.coef / self.se

    @property
    def p(self) -> Floats:
        """Two-sided p values (k,)."""
        return np.asarray(2 * stats.t.sf(np.abs(self.t), self.dof), dtype=np.float64)

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """Return the lower and upper bounds (k,) at `level`."""
        half = self.se * stats.t.ppf((1 + level) / 2, self.dof)
        return self.coef - half, self.coef + half


def ols(
    x: Floats,
    y: Floats,
    covariance: Covariance = "classic",
    clusters: NDArray[np.intp] | None = None,
    absorbed: int = 0,
) -> Fit:
    """Return the fit of y (n,) on x (n, k), which includes its constant unless `absorbed` parameters were swept out.

    HC1 and HC3 after MacKinnon & White (1985); cluster is CR1, t with G − 1 degrees of freedom. Raises InputError
    for fewer observations than coefficients or collinear columns.
    """
    n, k = x.shape
    dof = n - k - absorbed
    scale = np.linalg.norm(x, axis=0)
    if dof <= 0 or np.linalg.matrix_rank(x / np.where(scale > 0, scale, 1)) < k:
        what = Text(f"{n} 个观测不足以估计 {k} 个系数", f"{n} observations cannot identify {k} coefficients")
        raise InputError(
            [Problem(what, Text("减少解释变量或去掉共线者", "use fewer regressors or drop the collinear ones"))]
        )
    q, r = np.linalg.qr(x)
    coef = np.linalg.solve(r, q.T @ y)
    residual = y - x @ coef
    inverse = np.linalg.inv(r)
    bread = inverse @ inverse.T
    t_dof = dof
    if covariance == "classic":
        cov = bread * (residual @ residual) / dof
    elif covariance == "cluster":
        if clusters is None:
            raise ValueError("covariance='cluster' needs clusters")
        g = int(clusters.max()) + 1
        if g < 2:
            raise ValueError("clustered standard errors need at least two clusters")
        score = np.zeros((g, k))
        np.add.at(score, clusters, x * residual[:, None])
        cov = bread @ (score.T @ score) @ bread * (g / (g - 1)) * ((n - 1) / (n - k))
        t_dof = g - 1
    else:
        leverage = (q**2).sum(axis=1)
        square = residual**2 * (n / dof if covariance == "HC1" else 1 / (1 - leverage) ** 2)
        cov = bread @ ((x * square[:, None]).T @ x) @ bread
    centred = y - y.mean()
    r2 = 1 - (residual @ residual) / (centred @ centred) if centred.any() else float("nan")
    return Fit(coef, cov, residual, float(r2), t_dof)
