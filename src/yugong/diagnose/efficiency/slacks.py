"""Slacks-based efficiency: SBM, super-SBM, and both with undesirable outputs."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, lil_array

from yugong.base.cards import MethodCard
from yugong.base.text import Text
from yugong.diagnose.efficiency import sources
from yugong.diagnose.efficiency.data import Floats, Orientation, Returns, Units, units
from yugong.diagnose.efficiency.frontier import frontier, scales
from yugong.diagnose.efficiency.programme import MISSING, OPTIMAL, Slacks, Solution
from yugong.diagnose.efficiency.radial import PEER, RETURNS, convexity
from yugong.diagnose.efficiency.result import Efficiency

EFFICIENT = 1e-7  # an SBM score this close to 1 is efficient, and meets the super-efficiency programme
_FORMULA = (
    r"\rho=\min\frac{1-\frac1m\sum_i s_i^-/x_{i0}}{1+\frac1{s_1+s_2}(\sum_r s_r^g/y_{r0}+\sum_l s_l^b/b_{l0})}:\ "
    r"x_0=X\lambda+s^-,\ y_0=Y\lambda-s^g,\ b_0=B\lambda+s^b"
)
_SUPER = (
    r";\ \rho=1\Rightarrow\delta=\min\frac{1+\frac1m\sum_i s_i^-/x_{i0}}"
    r"{1-\frac1{s_1+s_2}(\sum_r s_r^g/y_{r0}+\sum_l s_l^b/b_{l0})}:\ X_{-0}\lambda-s^-\le x_0,\ "
    r"Y_{-0}\lambda+s^g\ge y_0,\ B_{-0}\lambda-s^b\le b_0"
)


def sbm(
    inputs: object,
    outputs: object,
    bad: object = None,
    returns: Returns = "constant",
    orientation: Orientation = "none",
    reduce: bool = True,
) -> Efficiency:
    """Return slacks-based efficiency in (0, 1]: 1 exactly where no slack is left.

    inputs (n, m), outputs (n, s), bad (n, k) undesirable outputs or None; all > 0. `orientation` "input" or "output"
    weighs the slacks of one side only (bad outputs belong to the output side). Tone (2001), eqs. 3–8; with bad
    outputs Tone's model of undesirable outputs, each treated like an input in the technology. A unit with a gap gets
    NaN and a status. Raises InputError for numbers that are not positive, AlignmentError for labels that differ.
    """
    given = units(inputs, outputs, bad, positive=True)
    rows, known, hull = _reference(given, returns, reduce)
    found = slack_solutions(known, known.take(hull), scales(known), returns, orientation)
    return _collect(given, rows, hull, found, _card(returns, orientation, given.shape[2] > 0, above=False))


def super_sbm(
    inputs: object,
    outputs: object,
    bad: object = None,
    returns: Returns = "constant",
    orientation: Orientation = "none",
    reduce: bool = True,
) -> Efficiency:
    """Return slacks-based super-efficiency: the SBM score below 1, and for efficient units the distance (≥ 1) to
    the technology of all others.

    Arguments as for `sbm`; Tone (2002), with bad outputs the denominator 1 − (Σs^g/y + Σs^b/b)/(s₁+s₂). Under
    variable returns, and with bad outputs, an efficient unit may have no solution: its score is NaN and its status
    says so; its slacks stay zero, for it is efficient. Slacks and targets are those of the SBM.
    """
    given = units(inputs, outputs, bad, positive=True)
    rows, known, hull = _reference(given, returns, reduce)
    found = slack_solutions(known, known.take(hull), scales(known), returns, orientation)
    card = _card(returns, orientation, given.shape[2] > 0, above=True)
    base = _collect(given, rows, hull, found, card)
    best = np.flatnonzero(base.score[rows] > 1 - EFFICIENT)
    programme = Slacks(known.shape, scales(known), returns, orientation, above=True)
    programme.refer_to(known)
    score, status = base.score.copy(), list(base.status)
    peers = lil_array(base.peers)
    for i in best:
        programme.bar(int(i), True)
        solution = programme.evaluate(known.data[i])
        programme.bar(int(i), False)
        at = rows[i]
        score[at], status[at] = solution.objective, solution.status
        used = np.flatnonzero(solution.intensities > PEER)
        peers[at, :] = 0.0
        peers[at, rows[used]] = solution.intensities[used]
    return Efficiency(given, score, base.slacks, base.targets, csr_array(peers), tuple(status), card)


def slack_solutions(
    points: Units, reference: Units, scale: Floats, returns: Returns, orientation: Orientation
) -> list[Solution]:
    """Solve the SBM of each point in the technology of `reference`; points outside it are infeasible."""
    programme = Slacks(points.shape, scale, returns, orientation, above=False)
    programme.refer_to(reference)
    return [programme.evaluate(unit) for unit in points.data]


def _reference(given: Units, returns: Returns, reduce: bool) -> tuple[NDArray[np.intp], Units, NDArray[np.intp]]:
    rows = np.flatnonzero(given.complete)
    known = given.take(rows)
    return rows, known, frontier(known, returns) if reduce else np.arange(len(rows))


def _collect(
    given: Units, rows: NDArray[np.intp], hull: NDArray[np.intp], found: Iterable[Solution], card: MethodCard
) -> Efficiency:
    n, (m, s, k) = len(given.places), given.shape
    scale = scales(given.take(rows))
    away = np.concatenate([-np.ones(m), np.ones(s), -np.ones(k)])
    score, slacks, targets = np.full(n, np.nan), np.full((n, m + s + k), np.nan), np.full((n, m + s + k), np.nan)
    status = [MISSING] * n
    peers = lil_array((n, n))
    for at, solution in zip(rows, found, strict=True):
        status[at] = solution.status
        if solution.status is not OPTIMAL:
            continue
        score[at], slacks[at] = solution.objective, solution.slacks * scale
        targets[at] = given.data[at] + away * slacks[at]
        used = np.flatnonzero(solution.intensities > PEER)
        peers[at, rows[hull[used]]] = solution.intensities[used]
    return Efficiency(given, score, slacks, targets, csr_array(peers), tuple(status), card)


def _card(returns: Returns, orientation: Orientation, bad: bool, above: bool) -> MethodCard:
    name = Text("SBM 模型", "slacks-based measure (SBM)")
    if bad:
        name = Text("含非期望产出的 SBM 模型", "SBM with undesirable outputs")
    if above:
        name = Text(f"超效率 {name.zh}", f"super-efficiency {name.en}")
    toward = {"none": "非导向", "input": "投入导向", "output": "产出导向"}[orientation]
    zh = RETURNS[returns]
    cited = [sources.TONE_2001]
    cited += [sources.TONE_2002] if above else []
    cited += [sources.TONE_2003] if bad else []
    cited += [sources.CHENG] if bad and above else []
    return MethodCard(
        "super_sbm" if above else "sbm",
        name,
        _FORMULA + (_SUPER if above else "") + convexity(returns),
        Text(
            f"{zh}，{toward}；非期望产出如投入一样可自由处置"
            + ("；超效率模型分母中期望与非期望产出松弛均取负号；无可行解者得分缺失并注明" if above else ""),
            f"{returns} returns, orientation: {orientation}; bad outputs are freely disposable like inputs"
            + (
                "; slacks of good and of bad outputs both lower the super-efficiency denominator; units without a "
                "feasible solution have no score and say so"
                if above
                else ""
            ),
        ),
        Text("所有投入与产出须为正数", "all inputs and outputs must be positive"),
        tuple(cited),
        {"returns": returns, "orientation": orientation, "bad_outputs": str(bad)},
    )
