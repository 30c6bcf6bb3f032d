"""Radial efficiency: CCR and BCC, with slacks in a second phase, and radial super-efficiency."""

import numpy as np
from scipy.sparse import csr_array, lil_array

from yugong.base.cards import MethodCard
from yugong.base.text import Text
from yugong.diagnose.efficiency import sources
from yugong.diagnose.efficiency.data import Floats, Orientation, Returns, Units, units
from yugong.diagnose.efficiency.frontier import frontier, scales
from yugong.diagnose.efficiency.programme import MISSING, OPTIMAL, Directional
from yugong.diagnose.efficiency.result import Efficiency

PEER = 1e-9  # intensities below this are rounding
RETURNS = {"constant": "规模报酬不变", "variable": "规模报酬可变", "nonincreasing": "规模报酬非递增"}
_NAMES = {
    "constant": Text("CCR 模型", "CCR model"),
    "variable": Text("BCC 模型", "BCC model"),
    "nonincreasing": Text("规模报酬非递增模型", "model of non-increasing returns"),
}
_FORMULAS = {
    "input": r"\theta^*=\min\theta:\ X\lambda\le\theta x_0,\ Y\lambda\ge y_0,\ \lambda\ge0",
    "output": r"1/\phi^*,\ \phi^*=\max\phi:\ X\lambda\le x_0,\ Y\lambda\ge\phi y_0,\ \lambda\ge0",
}


def dea(
    inputs: object,
    outputs: object,
    returns: Returns = "constant",
    orientation: Orientation = "input",
    super_efficiency: bool = False,
    reduce: bool = True,
) -> Efficiency:
    """Return radial efficiency of n units: CCR (returns="constant") or BCC ("variable").

    inputs (n, m), outputs (n, s), ≥ 0. The score is θ (input) or 1/φ (output), at most 1; the slacks left at that
    score are maximised in a second phase, in units of each column's largest value. `super_efficiency` leaves each
    unit out of its own reference (Andersen & Petersen 1993): scores above 1, NaN with a status where infeasible.
    `reduce` solves against the frontier's units only, with the same result. Charnes, Cooper & Rhodes (1978);
    Banker, Charnes & Cooper (1984). Raises InputError, AlignmentError.
    """
    given = units(inputs, outputs)
    rows = np.flatnonzero(given.complete)
    known = given.take(rows)
    n, size = known.data.shape
    hull = frontier(known, returns) if reduce else np.arange(n)
    score, slacks = np.full(len(given.places), np.nan), np.full((len(given.places), size), np.nan)
    targets = slacks.copy()
    peers = lil_array((len(given.places), len(given.places)))
    status = [MISSING] * len(given.places)
    inside = np.setdiff1d(np.arange(n), hull)
    # a unit that spans the frontier meets all the others when it is left out itself
    parts = [(inside, hull), (hull, np.arange(n))] if super_efficiency else [(np.arange(n), hull)]
    for members, reference in parts:
        programme = Directional(known.shape, scales(known), returns)
        programme.refer_to(known.take(reference))
        for i in members:
            unit, at = known.data[i], rows[i]
            step = radial_step(known, i, orientation)
            own = np.searchsorted(reference, i) if super_efficiency and i in hull else None
            if own is not None:
                programme.bar(int(own), True)
            found = programme.evaluate(unit, step, slacks=True)
            if own is not None:
                programme.bar(int(own), False)
            status[at] = found.status
            if found.status is not OPTIMAL:
                continue
            score[at] = radial_score(found.head, orientation)
            slacks[at] = found.slacks * programme.scale
            signs = np.where(programme.sign > 0, -1.0, 1.0)
            targets[at] = unit - programme.sign * found.head * step + signs * slacks[at]
            used = np.flatnonzero(found.intensities > PEER)
            peers[at, rows[reference[used]]] = found.intensities[used]
    card = _card(returns, orientation, super_efficiency)
    return Efficiency(given, score, slacks, targets, csr_array(peers), tuple(status), card)


def radial_step(known: Units, i: int, orientation: Orientation) -> Floats:
    """Return the direction that makes the directional programme radial for unit i."""
    m, s, k = known.shape
    step = np.zeros(m + s + k)
    if orientation == "input":
        step[:m] = known.x[i]
    else:
        step[m : m + s] = known.y[i]
    return step


def radial_score(beta: float, orientation: Orientation) -> float:
    """Return θ = 1 − β or 1/φ = 1/(1 + β)."""
    return 1.0 - beta if orientation == "input" else 1.0 / (1.0 + beta)


def convexity(returns: Returns) -> str:
    """Return the LaTeX of what intensities sum to."""
    return {
        "constant": "",
        "variable": r",\ \mathbf 1^\top\lambda=1",
        "nonincreasing": r",\ \mathbf 1^\top\lambda\le1",
    }[returns]


def _card(returns: Returns, orientation: Orientation, super_efficiency: bool) -> MethodCard:
    name = _NAMES[returns]
    zh = RETURNS[returns]
    toward = {"input": "投入", "output": "产出"}[orientation]
    cited = [sources.CCR if returns == "constant" else sources.BCC]
    if super_efficiency:
        name = Text(f"超效率 {name.zh}", f"super-efficiency {name.en}")
        cited.append(sources.ANDERSEN)
    return MethodCard(
        "dea",
        name,
        _FORMULAS[orientation] + convexity(returns),
        Text(
            f"{zh}，{toward}导向；得分至多为 1（超效率除外），松弛在第二阶段求最大",
            f"{returns} returns, {orientation}-oriented; scores at most 1 (but for super-efficiency), slacks maximised "
            "in a second phase",
        ),
        Text(
            "允许零值；每个单元至少一项投入和一项产出为正", "zeros allowed; each unit has a positive input and output"
        ),
        tuple(cited),
        {"returns": returns, "orientation": orientation, "super_efficiency": str(super_efficiency)},
    )
