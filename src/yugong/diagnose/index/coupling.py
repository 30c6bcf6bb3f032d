"""Coupling coordination in its right forms, a linter for the wrong ones, and the obstacle degree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.index.scale import Array

Form = Literal["standard", "wang2021"]

# ten classes of D in steps of 0.1, as papers print them
LEVELS = (
    Text("极度失调", "extreme imbalance"),
    Text("严重失调", "severe imbalance"),
    Text("中度失调", "moderate imbalance"),
    Text("轻度失调", "slight imbalance"),
    Text("濒临失调", "near imbalance"),
    Text("勉强协调", "bare coordination"),
    Text("初级协调", "primary coordination"),
    Text("中级协调", "intermediate coordination"),
    Text("良好协调", "good coordination"),
    Text("优质协调", "superior coordination"),
)


@dataclass(frozen=True, slots=True)
class Coupling:
    """Coupling C, development T and coordination D, each of shape (…)."""

    coupling: Array
    development: Array
    coordination: Array
    notes: tuple[Text, ...] = ()

    def level(self) -> npt.NDArray[np.int_]:
        """Return the class 0 … 9 of each D (see LEVELS), −1 where D is missing."""
        d = self.coordination
        return np.where(np.isnan(d), -1, np.clip(np.floor(np.nan_to_num(d) * 10 + 1e-9), 0, 9)).astype(np.int_)


def coupling_coordination(
    systems: npt.ArrayLike, shares: npt.ArrayLike | None = None, *, form: Form = "standard"
) -> Coupling:
    """Return C, T = Σ α U and D = √(C·T) of k ≥ 2 systems, U of shape (…, k) in [0, 1].

    "standard": C = k (∏ U)^(1/k) / Σ U, in [0, 1] for every k. "wang2021": C = √{[1 − Σ|U_i − U_j| / (k(k−1)/2)] ·
    [∏ (U_i / max U)]^(1/(k−1))}, which spreads C over [0, 1] (Wang et al. 2021, Journal of Natural Resources 36(3)).
    `shares`: (k,) adding to 1, equal by default. A zero system makes C = D = 0: that is reported, not clipped away.
    """
    u = np.asarray(systems, dtype=np.float64)
    k = u.shape[-1]
    a = np.full(k, 1 / k) if shares is None else np.asarray(shares, dtype=np.float64)
    problems = []
    if k < 2:
        problems.append(Problem(Text("耦合至少需要两个系统", "coupling needs at least two systems")))
    if np.nanmin(u) < 0 or np.nanmax(u) > 1:
        problems.append(Problem(Text("系统得分须在 [0, 1] 内", "system scores must lie in [0, 1]")))
    if a.shape != (k,) or abs(a.sum() - 1) > 1e-9:
        problems.append(Problem(Text("各系统份额之和须为 1", "the shares of the systems must add to 1")))
    if problems:
        raise InputError(problems)
    if form == "standard":
        c = _coupling(u)
    elif form == "wang2021":
        c = _wang(u)
    else:
        raise InputError([Problem(Text(f"不认识耦合形式 {form!r}", f"unknown coupling form {form!r}"))])
    t: Array = u @ a
    zeros = int((u == 0).any(axis=-1).sum())
    notes = (
        (
            Text(
                f"{zeros} 个观测有系统得分为 0，其 C 与 D 为 0；这是极差标准化所致，未作截断。",
                f"{zeros} observation(s) have a system at 0, so C = D = 0; min–max scaling does this, nothing is clipped.",
            ),
        )
        if zeros
        else ()
    )
    return Coupling(c, t, np.sqrt(c * t), notes)


def obstacle(z: npt.ArrayLike, weights: npt.ArrayLike) -> Array:
    """Return obstacle degrees O_ij = w_j (1 − z_ij) / Σ_j w_j (1 − z_ij), shape of `z` (…, m); rows sum to 1.

    `weights` must be global (layer weight × indicator weight, see `layered`). Missing cells stay missing and leave
    the sum; a row without any obstacle (all z = 1) is 0.
    """
    gap = np.asarray(weights, dtype=np.float64) * (1.0 - np.asarray(z, dtype=np.float64))
    total = np.nansum(gap, axis=-1, keepdims=True)
    result: Array = np.where(total > 0, gap / np.where(total > 0, total, 1.0), np.where(np.isnan(gap), np.nan, 0.0))
    return result


def obstacle_by_dimension(degrees: npt.ArrayLike, dimensions: Sequence[str]) -> Array:
    """Return obstacle degrees summed over each dimension, (…, D) in order of first appearance."""
    o = np.asarray(degrees, dtype=np.float64)
    names = np.asarray(dimensions)
    return np.stack([np.nansum(o[..., names == n], axis=-1) for n in dict.fromkeys(dimensions)], axis=-1)


@dataclass(frozen=True, slots=True)
class Finding:
    """Which formula a stated coupling follows: `id`, whether it is right, and what is wrong with it."""

    id: str
    right: bool
    message: Text


def lint_coupling(stated: npt.ArrayLike | Callable[[Array], npt.ArrayLike], systems: npt.ArrayLike) -> Finding:
    """Return which coupling formula gave the `stated` values of C for `systems` (n, k).

    `stated`: (n,) values as printed in a paper, to three decimals or more, or a function from (n, k) to (n,).
    The forms known to be in use are tried in turn; "unknown" when none fits, with the range rule it breaks, if any.
    Source of the list: Liu Chunlin (2017), on common errors in computing coupling degrees.
    """
    u = np.asarray(systems, dtype=np.float64)
    c = np.asarray(stated(u) if callable(stated) else stated, dtype=np.float64)
    decimals = 0 if callable(stated) else _decimals(c)
    tolerance = 0.51 * 10.0**-decimals if 0 < decimals <= 6 else 1e-6
    for known in _FORMS:
        if np.allclose(known.formula(u), c, rtol=0, atol=tolerance):
            return Finding(known.id, known.right, known.message)
    if np.nanmax(c) > 1 + tolerance:
        return Finding("unknown", False, Text("C 大于 1，不是任何正确形式", "C exceeds 1, which no right form does"))
    even = np.isclose(u, u[:, :1]).all(axis=1) & (u[:, 0] > 0)
    if even.any() and not np.allclose(c[even], 1.0, atol=tolerance) and not np.allclose(c[even], u[even, 0] ** 0.5):
        text = Text("各系统相等时 C 应为 1", "C should be 1 where all systems are equal")
        return Finding("unknown", False, text)
    return Finding("unknown", False, Text("与已知的各种形式都不一致", "this matches none of the known forms"))


def recognised(systems: npt.ArrayLike) -> dict[str, Array]:
    """Return C of systems (n, k) by every form that the linter knows, right and wrong, by id."""
    u = np.asarray(systems, dtype=np.float64)
    return {known.id: known.formula(u) for known in _FORMS}


@dataclass(frozen=True, slots=True)
class _Form:
    id: str
    right: bool
    formula: Callable[[Array], Array]
    message: Text


def _coupling(u: Array) -> Array:
    k = u.shape[-1]
    total = u.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        c = k * np.prod(u, axis=-1) ** (1 / k) / total
    out: Array = np.where(total == 0, 0.0, np.minimum(c, 1.0))
    return out


def _wang(u: Array) -> Array:
    k = u.shape[-1]
    i, j = np.triu_indices(k, 1)
    spread = np.abs(u[..., i] - u[..., j]).mean(axis=-1)
    top = u.max(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(top > 0, np.prod(u / top[..., None], axis=-1), np.where(np.isnan(top), np.nan, 0.0))
    out: Array = np.sqrt((1 - spread) * ratio ** (1 / (k - 1)))
    return out


def _pairs(u: Array) -> Array:
    i, j = np.triu_indices(u.shape[-1], 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio: Array = np.prod(u, axis=-1) / np.prod(u[..., i] + u[..., j], axis=-1)
    return ratio


def _no_root(u: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio: Array = np.prod(u, axis=-1) / np.mean(u, axis=-1) ** u.shape[-1]
    return ratio


def _decimals(c: Array) -> int:
    for d in range(1, 7):
        if np.allclose(c, np.round(c, d), rtol=0, atol=1e-12, equal_nan=True):
            return d
    return 7


_FORMS = (
    _Form("standard", True, _coupling, Text("标准形式，C ∈ [0, 1]", "the standard form, C in [0, 1]")),
    _Form("wang2021", True, _wang, Text("2021 年修正形式", "the 2021 correction")),
    _Form(
        "pairs",
        False,
        lambda u: _pairs(u) ** (1 / u.shape[-1]),
        Text(
            "[∏U/∏(U_i+U_j)]^(1/k)：缺系数；各系统相等时 C 不为 1（两或三个系统时最大只有 1/2），D 因此偏低",
            "[∏U/∏(U_i+U_j)]^(1/k): a factor is missing; C is not 1 for equal systems (at most 1/2 for two or three), "
            "which pulls D down",
        ),
    ),
    _Form(
        "pairs_times_k",
        False,
        lambda u: u.shape[-1] * _pairs(u) ** (1 / u.shape[-1]),
        Text(
            "k·[∏U/∏(U_i+U_j)]^(1/k)：只对两个系统正确；三个系统时最大为 1.5",
            "k·[∏U/∏(U_i+U_j)]^(1/k): right for two systems only; reaches 1.5 for three",
        ),
    ),
    _Form(
        "no_root",
        False,
        _no_root,
        Text(
            "∏U/(均值)^k：漏开 k 次方，C 被压低，k 越大越甚",
            "∏U/(mean)^k: the k-th root is missing, which lowers C, the more the larger k",
        ),
    ),
    _Form(
        "power",
        False,
        lambda u: _no_root(u) ** u.shape[-1],
        Text(
            "[∏U/(均值)^k]^k：以 k 次幂代替 k 次方根，C 接近 0",
            "[∏U/(mean)^k]^k: a k-th power in place of the k-th root, which drives C towards 0",
        ),
    ),
    _Form(
        "square_root",
        False,
        lambda u: np.sqrt(_no_root(u)),
        Text(
            "√[∏U/(均值)^k]：把两系统的平方根用于 k 个系统",
            "√[∏U/(mean)^k]: the square root of two systems used for k systems",
        ),
    ),
)
