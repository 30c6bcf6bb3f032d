"""The shortest fixed-length interval for a bounded change of slope: an affine estimator chosen against its bias."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeResult, minimize
from scipy.stats import ncx2

from yugong.base.errors import YugongError
from yugong.base.text import Text
from yugong.evaluate.honest.restrictions import second_differences
from yugong.evaluate.synthetic.simplex import Array


@dataclass(frozen=True, slots=True)
class FixedLength:
    """The interval [centre − half, centre + half], the weights of the estimates before the policy, and its worst bias."""

    centre: float
    half: float
    weights_before: Array
    worst_bias: float
    se: float

    @property
    def interval(self) -> tuple[float, float]:
        """Both bounds."""
        return self.centre - self.half, self.centre + self.half


def folded_quantile(bias: float, level: float) -> float:
    """Return the quantile of |N(bias, 1)|."""
    return float(np.sqrt(ncx2.ppf(level, 1, bias**2)))


def fixed_length(
    estimates: Array, covariance: Array, before: int, weights: Array, bound: float, level: float
) -> FixedLength:
    """Return the shortest interval centred at weights'β_after + v'β_before over v, for Δ^SD(bound).

    estimates (before + after,); covariance of them; weights (after,). The worst bias is bound × ‖change of slope
    weights‖₁ where v leaves no linear trend; the half-length se·q(bias/se), with q the folded normal quantile, is convex in
    v. Rambachan and Roth (2023, section 4.1), Armstrong and Kolesár (2018).
    """
    after = len(weights)
    periods = np.concatenate([np.arange(-before, 0), np.arange(1, after + 1)]).astype(float)
    # δ = slope × period + G c, with c the changes of slope at the inner periods: invert (trend, second differences)
    bends = second_differences(before, after)
    anchor = np.zeros(before + after)
    anchor[before - 1] = -1.0  # the slope of the last step before the reference
    shape = np.linalg.inv(np.vstack([anchor, bends]))[:, 1:]
    fixed = weights @ shape[before:]
    mover = shape[:before]  # bias weights of c: fixed + v' mover
    trend = float(weights @ periods[before:])
    if before == 1:
        return _made(estimates, covariance, weights, np.array([trend]), fixed, mover, bound, level)
    # v with v'periods + trend = 0: v = start + null z
    t = periods[:before]
    start = -trend * t / (t @ t)
    null = np.linalg.svd(t[None, :])[2][1:].T
    cover = covariance[:before, :before]
    scale = 1.0 / np.sqrt(np.diag(null.T @ cover @ null))
    null = null * scale
    size = null.shape[1]
    rough = np.sqrt(float(weights @ covariance[before:, before:] @ weights))
    u_scale = rough / bound if bound > 0 else 1.0
    load = (null.T @ mover).T * rough  # z is in units of rough
    base = fixed + start @ mover

    def parts(z: Array) -> tuple[Array, float]:
        v = np.concatenate([start + null @ z * rough, weights])
        return v, float(np.sqrt(v @ covariance @ v))

    if bound == 0:
        quadratic = np.linalg.solve(
            null.T @ cover @ null, -null.T @ (cover @ start + covariance[:before, before:] @ weights)
        )
        return _made(estimates, covariance, weights, start + null @ quadratic, fixed, mover, bound, level)

    # variables: z and u ≥ |base + load z| (in units u_scale); bias = bound Σ u
    def objective(x: Array) -> tuple[float, Array]:
        z, u = x[:size], x[size:]
        v, se = parts(z)
        bias = bound * u.sum() * u_scale
        q, slope = _quantile_and_slope(bias / se, level)
        value = se * q
        by_se = q - bias / se * slope
        gradient = np.concatenate(
            [by_se * (null.T @ (covariance @ v)[:before]) * rough / se, np.full(len(u), slope * bound * u_scale)]
        )
        return value / rough, gradient / rough

    columns = np.hstack([-load, np.eye(len(base)) * u_scale])
    mirror = np.hstack([load, np.eye(len(base)) * u_scale])
    lines, right = np.vstack([columns, mirror]), np.concatenate([base, -base])
    begin = np.concatenate([np.zeros(size), np.abs(base) / u_scale + 1.0])
    found: OptimizeResult = minimize(  # type: ignore[call-overload]
        objective,
        begin,
        jac=True,
        method="SLSQP",
        constraints={"type": "ineq", "fun": lambda x: lines @ x - right, "jac": lambda x: lines},
        options={"maxiter": 2_000, "ftol": 1e-13},
    )
    if not np.isfinite(found.fun):
        raise YugongError(Text("平滑性区间求解失败", "the smoothness interval could not be solved"))
    return _made(estimates, covariance, weights, start + null @ found.x[:size] * rough, fixed, mover, bound, level)


def _quantile_and_slope(t: float, level: float) -> tuple[float, float]:
    """Return q(t), the folded normal quantile, and its derivative."""
    q = folded_quantile(t, level)
    down, up = np.exp(-((q - t) ** 2) / 2), np.exp(-((q + t) ** 2) / 2)
    return q, float((down - up) / (down + up))


def _made(
    estimates: Array,
    covariance: Array,
    weights: Array,
    v: Array,
    fixed: Array,
    mover: Array,
    bound: float,
    level: float,
) -> FixedLength:
    whole = np.concatenate([v, weights])
    se = float(np.sqrt(whole @ covariance @ whole))
    bias = bound * float(np.abs(fixed + v @ mover).sum())
    return FixedLength(float(whole @ estimates), se * folded_quantile(bias / se, level), v, bias, se)
