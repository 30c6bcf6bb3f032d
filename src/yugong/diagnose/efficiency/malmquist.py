"""Malmquist productivity: neighbouring frontiers or one global frontier, radial or slacks-based."""

from typing import Literal

import numpy as np

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.efficiency import sources
from yugong.diagnose.efficiency.change import ProductivityChange, assemble, common_scale, first_failure, pooled
from yugong.diagnose.efficiency.data import Floats, Orientation, Returns, Units, periods
from yugong.diagnose.efficiency.frontier import frontier
from yugong.diagnose.efficiency.programme import MISSING, OPTIMAL, Directional, Slacks
from yugong.diagnose.efficiency.radial import RETURNS, radial_score, radial_step
from yugong.diagnose.efficiency.slacks import slack_solutions

Reference = Literal["adjacent", "global"]
Measure = Literal["radial", "sbm"]
Scored = tuple[Floats, list[Text]]
_ADJACENT = (
    r"M=\left[\frac{E^t(t+1)}{E^t(t)}\frac{E^{t+1}(t+1)}{E^{t+1}(t)}\right]^{1/2},\ EC=\frac{E^{t+1}(t+1)}{E^t(t)}"
)
_GLOBAL = r"M=\frac{E^G(t+1)}{E^G(t)},\ EC=\frac{E^{t+1}(t+1)}{E^t(t)}"


def malmquist(
    inputs: object,
    outputs: object,
    bad: object = None,
    reference: Reference = "adjacent",
    measure: Measure = "radial",
    orientation: Orientation = "input",
    returns: Returns = "constant",
) -> ProductivityChange:
    """Return Malmquist productivity change and its parts between neighbouring years.

    inputs, outputs, bad: {year: table (n, ·)} or arrays (T, n, ·), the same units every year; ≥ 0 (radial) or > 0
    (sbm). `reference` "adjacent" is the geometric mean over both years' frontiers (Färe et al. 1994), "global" one
    frontier of all years (Pastor & Lovell 2005). Bad outputs need measure="sbm". A unit outside another year's
    slacks-based technology is measured by its distance to it. Under constant returns, efficiency change splits into
    pure efficiency and scale. A programme without solution gives NaN and a status. Raises InputError, AlignmentError.
    """
    _check(bad, measure, orientation)
    years, data = periods(inputs, outputs, bad, positive=measure == "sbm")
    scale = common_scale(data)

    def score(points: Units, against: Units, under: Returns = returns) -> Scored:
        if measure == "radial":
            return _radial(points, against, under, orientation, scale)
        return _slacks(points, against, under, orientation, scale)

    own = [score(one, one) for one in data]
    level = np.array([s for s, _ in own])
    efficiency = level[1:] / level[:-1]
    pairs = range(len(years) - 1)
    if reference == "global":
        everyone = pooled(data)
        whole = [score(one, everyone) for one in data]
        best = np.array([s for s, _ in whole])
        index = best[1:] / best[:-1]
        status = [first_failure(whole[t][1], whole[t + 1][1], own[t][1], own[t + 1][1]) for t in pairs]
    else:
        ahead = [score(data[t + 1], data[t]) for t in pairs]
        behind = [score(data[t], data[t + 1]) for t in pairs]
        index = np.sqrt([ahead[t][0] / level[t] * level[t + 1] / behind[t][0] for t in pairs])
        status = [first_failure(own[t][1], own[t + 1][1], ahead[t][1], behind[t][1]) for t in pairs]
    pure = None
    if returns == "constant":
        alone = np.array([score(one, one, "variable")[0] for one in data])
        pure = alone[1:] / alone[:-1]
    card = _card(reference, measure, orientation, returns)
    return assemble(years, data[0].places, index, efficiency, pure, level, status, card)


def _check(bad: object, measure: Measure, orientation: Orientation) -> None:
    problems = []
    if bad is not None and measure == "radial":
        problems.append(
            Problem(
                Text("径向 Malmquist 指数不含非期望产出", "the radial Malmquist index has no bad outputs"),
                Text('用 measure="sbm"，或 malmquist_luenberger', 'use measure="sbm", or malmquist_luenberger'),
            )
        )
    if measure == "radial" and orientation == "none":
        problems.append(
            Problem(
                Text("径向度量须有导向", "a radial measure has an orientation"),
                Text('orientation 取 "input" 或 "output"', 'orientation is "input" or "output"'),
            )
        )
    if problems:
        raise InputError(problems)


def _radial(points: Units, against: Units, returns: Returns, orientation: Orientation, scale: Floats) -> Scored:
    programme = Directional(points.shape, scale, returns)
    programme.refer_to(_hull(against, returns))
    score = np.full(len(points.places), np.nan)
    status = [MISSING] * len(score)
    for i in np.flatnonzero(points.complete):
        step = radial_step(points, int(i), orientation)
        found = programme.evaluate(points.data[i], step, slacks=False)
        score[i], status[i] = radial_score(found.head, orientation), found.status
    return score, status


def _slacks(points: Units, against: Units, returns: Returns, orientation: Orientation, scale: Floats) -> Scored:
    hull = _hull(against, returns)
    rows = np.flatnonzero(points.complete)
    score = np.full(len(points.places), np.nan)
    status = [MISSING] * len(score)
    outside = Slacks(points.shape, scale, returns, orientation, above=True)
    outside.refer_to(hull)
    for i, found in zip(rows, slack_solutions(points.take(rows), hull, scale, returns, orientation), strict=True):
        # a unit that the technology does not hold has no SBM: measure how far outside it lies
        solution = found if found.status is OPTIMAL else outside.evaluate(points.data[i])
        score[i], status[i] = solution.objective, solution.status
    return score, status


def _hull(against: Units, returns: Returns) -> Units:
    known = against.take(np.flatnonzero(against.complete))
    return known.take(frontier(known, returns))


def _card(reference: Reference, measure: Measure, orientation: Orientation, returns: Returns) -> MethodCard:
    whole = reference == "global"
    name = Text("全局 Malmquist 指数", "global Malmquist index") if whole else Text("Malmquist 指数", "Malmquist index")
    zh = RETURNS[returns]
    toward = {"none": "非导向", "input": "投入导向", "output": "产出导向"}[orientation]
    by = Text("径向", "radial") if measure == "radial" else Text("SBM", "slacks-based")
    return MethodCard(
        "malmquist",
        name,
        _GLOBAL if whole else _ADJACENT,
        Text(
            f"{by.zh}，{toward}，{zh}；大于 1 为进步；跨期不可行者缺失并注明",
            f"{by.en}, orientation: {orientation}, {returns} returns; above 1 is progress; infeasible cross-period "
            "programmes are missing and say so",
        ),
        None,
        (sources.PASTOR, sources.FARE) if whole else (sources.FARE,),
        {"reference": reference, "measure": measure, "orientation": orientation, "returns": returns},
    )
