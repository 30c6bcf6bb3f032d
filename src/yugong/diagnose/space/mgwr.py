"""Multiscale GWR: a bandwidth for every variable, by the package mgwr, its inputs checked and its results labelled."""

import contextlib
import io
import warnings
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.stats import t as student

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.space import sources
from yugong.diagnose.space.gwr import aligned_points, regression_data
from yugong.diagnose.space.weights import Floats

Kernel = Literal["bisquare", "gaussian"]
SMALL = 60  # places up to which bandwidths start at k + 2, as in gwr


@dataclass(frozen=True, slots=True, eq=False)
class MultiscaleRegression:
    """Local coefficients, standard errors and t values (n, k) in the order of `names`; a bandwidth each (k,).

    `effective` (k,) is the effective number of parameters of each variable and `p_adjusted` multiplies p by it
    (da Silva & Fotheringham). Variables are z-scores when `standardised`: coefficients then compare with each other.
    """

    names: tuple[str, ...]
    labels: tuple[Hashable, ...]
    coefficients: Floats
    standard_errors: Floats
    t: Floats
    p_value: Floats
    p_adjusted: Floats
    bandwidths: Floats
    effective: Floats
    fitted: Floats
    residuals: Floats
    aicc: float
    r_squared: float
    standardised: bool
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place and variable: place, variable, bandwidth, estimate, standard_error, t, p_value,
        p_adjusted.
        """
        n, k = self.coefficients.shape
        arrays = {
            "estimate": self.coefficients,
            "standard_error": self.standard_errors,
            "t": self.t,
            "p_value": self.p_value,
            "p_adjusted": self.p_adjusted,
        }
        place = np.repeat(np.array(self.labels, dtype=object), k)
        first = {"place": place, "variable": self.names * n, "bandwidth": np.tile(self.bandwidths, n)}
        return pd.DataFrame(first | {c: a.ravel() for c, a in arrays.items()})


def mgwr(
    y: Any,
    x: Any,
    coordinates: Any,
    kernel: Kernel = "bisquare",
    standardise: bool = True,
    metric: Literal["haversine", "euclidean"] = "haversine",
) -> MultiscaleRegression:
    """Return a multiscale GWR of y (n,) on x (n, k) at points (n, 2), intercept added (Fotheringham et al. 2017).

    Adaptive bandwidths (numbers of points) by backfitting with AICc, estimated by the package mgwr, which
    `pip install yugong[mgwr]` brings; InputError says so where it is absent. `standardise` takes z-scores of y and x
    first, as the package's authors advise. Labelled frames align; missing values raise InputError.
    """
    selector, model = _package()
    target, design, names, labels = regression_data(y, x)
    points = aligned_points(coordinates, labels)
    inner = design[:, 1:]
    if standardise:
        spread = inner.std(axis=0)
        if (spread == 0).any() or target.std() == 0:
            what = Text("有变量不变动，不能标准化", "a variable does not vary: no z-scores")
            raise InputError([Problem(what)])
        target, inner = (target - target.mean()) / target.std(), (inner - inner.mean(axis=0)) / spread
    n, k = design.shape
    if n <= 2 * k + 2:
        what = Text(f"{n} 个地区太少，无法估计 MGWR", f"{n} places are too few for MGWR")
        raise InputError([Problem(what)])
    sphere = metric == "haversine"
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")  # progress bars and deprecations of the package
        search = selector(points, target[:, None], inner, kernel=kernel, multi=True, spherical=sphere, n_jobs=1)
        # the package's own searches start at 42 points
        small = {"multi_bw_min": [float(k + 2)], "multi_bw_max": [float(n)], "init_multi": float(n)}
        found = search.search(**(small if n <= SMALL else {}))
        widths = np.asarray(found, dtype=np.float64)
        fit = model(points, target[:, None], inner, search, kernel=kernel, spherical=sphere, n_jobs=1).fit()
        beta, error = np.asarray(fit.params), np.asarray(fit.bse)
        effective, aicc, r2 = np.asarray(fit.ENP_j), float(fit.aicc), float(fit.R2)
        fitted = np.asarray(fit.predy).ravel()
    t = beta / error
    p = 2 * student.sf(np.abs(t), max(n - float(effective.sum()), 1.0))
    shown = ", ".join(f"{name} {w:g}" for name, w in zip(names, widths, strict=True))
    card = MethodCard(
        "mgwr",
        Text("多尺度地理加权回归（MGWR）", "Multiscale geographically weighted regression (MGWR)"),
        r"y_i=\sum_j\beta_{b_j,j}(u_i,v_i)x_{ij}+\varepsilon_i",
        Text(
            f"{kernel} 核，自适应带宽，AICc 后向拟合；" + ("变量取 z 分数" if standardise else "变量取原值"),
            f"{kernel} kernel, adaptive bandwidths, backfitting by AICc; "
            + ("variables as z-scores" if standardise else "variables as given"),
        ),
        None,
        (sources.MGWR, sources.GWR_BOOK),
        {"kernel": kernel, "standardise": str(standardise), "bandwidths": shown},
    )
    return MultiscaleRegression(
        names, labels, beta, error, t, p, np.minimum(1.0, p * np.maximum(effective, 1.0)), widths, effective, fitted,
        target - fitted, aicc, r2, standardise, card,
    )  # fmt: skip


def _package() -> tuple[Any, Any]:
    try:
        from mgwr.gwr import MGWR
        from mgwr.sel_bw import Sel_BW
    except ImportError as error:
        what = Text("没有安装 mgwr", "the package mgwr is not installed")
        raise InputError([Problem(what, Text("pip install yugong[mgwr]", "pip install yugong[mgwr]"))]) from error
    return Sel_BW, MGWR
