"""Two-period difference-in-differences with covariates: outcome regression, inverse probability, doubly robust."""

from typing import Any, Literal

import numpy as np
from scipy.special import expit

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.evaluate._panel import Floats

Adjustment = Literal["dr", "reg", "ipw"]
STEPS = 50
TRIM = 0.995  # controls whose propensity is above this are left out, as in the authors' software


def doubly_robust(
    change: Any, treated: Any, covariates: Any = None, adjustment: Adjustment = "dr"
) -> tuple[float, Floats]:
    """Return the effect on the treated and the influence of each unit (n,), whose variance over n is the estimate's.

    change (n,): outcome after less before; treated (n,) bool; covariates (n, k) before the change, without a
    constant. "reg": controls' changes regressed on covariates; "ipw": controls weighted by their odds (Hájek);
    "dr": both, right when either model is (Sant'Anna & Zhao 2020, eq. 2.4). Raises InputError where the groups do
    not overlap or there are too few units for the covariates.
    """
    y = np.asarray(change, dtype=np.float64)
    d = np.asarray(treated, dtype=np.float64)
    n = len(y)
    x = (
        np.ones((n, 1))
        if covariates is None
        else np.column_stack([np.ones(n), np.asarray(covariates, dtype=np.float64)])
    )
    k = x.shape[1]
    if d.sum() < 1 or (1 - d).sum() < k + (k > 1):
        raise _few(int(d.sum()), int((1 - d).sum()), k)
    if k == 1:
        adjustment = "reg"
    zero = np.zeros((n, k))
    outcome, by_outcome = np.zeros(n), zero
    weight, by_score = d.copy(), zero
    if adjustment != "ipw":
        c = d == 0
        gram = x[c].T @ x[c]
        if np.linalg.cond(gram) > 1e12:
            raise _few(int(d.sum()), int(c.sum()), k)
        outcome = x @ np.linalg.solve(gram, x[c].T @ y[c])
        by_outcome = ((1 - d) * (y - outcome))[:, None] * x @ np.linalg.inv(gram / n)
    if adjustment != "reg":
        p = _propensity(x, d)
        p = np.minimum(p, 1 - 1e-16)
        kept = np.where((d == 1) | (p < TRIM), 1.0, 0.0)
        hessian = np.linalg.inv((x * (p * (1 - p))[:, None]).T @ x) * n
        by_score = (d - p)[:, None] * x @ hessian
        weight = kept * p * (1 - d) / (1 - p)
    gap = y - outcome
    eta = float((d * gap).sum() / d.sum())
    mean_d = d.mean()
    if adjustment == "reg":
        influence = (d * gap - d * eta - by_outcome @ (d[:, None] * x).mean(axis=0)) / mean_d
        return eta, influence
    other = float((weight * gap).sum() / weight.sum())
    mean_w = weight.mean()
    own = (d * (gap - eta) - by_outcome @ (d[:, None] * x).mean(axis=0)) / mean_d
    control = weight * (gap - other)
    control = control + by_score @ ((weight * (gap - other))[:, None] * x).mean(axis=0)
    control = (control - by_outcome @ (weight[:, None] * x).mean(axis=0)) / mean_w
    return eta - other, own - control


def _propensity(x: Floats, d: Floats) -> Floats:
    """Fitted probabilities of a logit, by Newton's method; separated groups raise."""
    beta = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = expit(x @ beta)
        step = np.linalg.lstsq((x * (p * (1 - p))[:, None]).T @ x, x.T @ (d - p), rcond=None)[0]
        beta = beta + step
        if np.abs(step).max() < 1e-10 * (1 + np.abs(beta).max()):
            return np.asarray(expit(x @ beta))
    what = Text(
        "协变量把受政策影响者与对照完全分开，没有可比的对照",
        "the covariates separate treated from control: nothing to compare with",
    )
    raise InputError([Problem(what, Text("减少协变量，或用 reg", "fewer covariates, or use reg"))])


def _few(treated: int, controls: int, k: int) -> InputError:
    what = Text(f"受政策影响 {treated} 个、对照 {controls} 个，不足以估计 {k} 个系数",
                f"{treated} treated and {controls} controls are too few for {k} coefficients")  # fmt: skip
    return InputError([Problem(what, Text("减少协变量或放宽对照规则", "fewer covariates, or relax the comparison"))])
