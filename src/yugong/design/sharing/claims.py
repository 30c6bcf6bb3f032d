"""Rules that need no coalitions: Nash bargaining over a sum, and claims on a pot that may be too small."""

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.design.synergy.lattice import Numbers


def nash_bargaining(total: float, alone: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Numbers:
    """Return x (n,) that makes Π (x_i − d_i)^w_i largest with Σx = total: d_i + w_i/Σw · (total − Σd).

    alone d (n,): what each has without agreement; weights w > 0, equal by default. InputError where Σd > total: there
    is nothing to bargain over. Nash (1950).
    """
    d = np.asarray(alone, dtype=np.float64)
    w = np.ones(len(d)) if weights is None else np.asarray(weights, dtype=np.float64)
    if d.sum() > total:
        what = Text(
            "单独所得之和大于合作所得，没有可分的剩余", "the parties have more alone than together: nothing to share"
        )
        raise InputError([Problem(what)])
    return np.asarray(d + w / w.sum() * (total - d.sum()), dtype=np.float64)


def equal_awards(total: float, claims: npt.ArrayLike) -> Numbers:
    """Return constrained equal awards: min(c_i, λ) with Σ = total; claims (n,) ≥ 0, 0 ≤ total ≤ Σ claims."""
    c = _claims(total, claims)
    order = np.argsort(c, kind="stable")
    left, awards = total, np.zeros(len(c))
    for k, i in enumerate(order):
        awards[i] = min(c[i], left / (len(c) - k))
        left -= awards[i]
    return awards


def equal_losses(total: float, claims: npt.ArrayLike) -> Numbers:
    """Return constrained equal losses: max(c_i − λ, 0) with Σ = total."""
    c = _claims(total, claims)
    return np.asarray(c - equal_awards(float(c.sum()) - total, c), dtype=np.float64)


def talmud(total: float, claims: npt.ArrayLike) -> Numbers:
    """Return the contested-garment-consistent rule, the nucleolus of the bankruptcy game (Aumann and Maschler 1985)."""
    c = _claims(total, claims)
    half = float(c.sum()) / 2
    if total <= half:
        return equal_awards(total, c / 2)
    return np.asarray(c - equal_awards(float(c.sum()) - total, c / 2), dtype=np.float64)


def _claims(total: float, claims: npt.ArrayLike) -> Numbers:
    c = np.asarray(claims, dtype=np.float64)
    if not (c >= 0).all() or not -1e-9 <= total <= c.sum() * (1 + 1e-12) + 1e-9:
        what = Text(
            "总额须在零与各项主张之和之间，主张不为负", "the pot must lie between zero and the sum of claims ≥ 0"
        )
        raise InputError([Problem(what)])
    return c
