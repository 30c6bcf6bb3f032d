"""Malmquist–Luenberger productivity: more good output and less bad output at once."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.efficiency import sources
from yugong.diagnose.efficiency.change import ProductivityChange, assemble, common_scale, first_failure, pooled
from yugong.diagnose.efficiency.data import Floats, Returns, Units, periods, units
from yugong.diagnose.efficiency.frontier import frontier, scales
from yugong.diagnose.efficiency.malmquist import Reference, Scored
from yugong.diagnose.efficiency.programme import MISSING, OPTIMAL, Directional
from yugong.diagnose.efficiency.radial import RETURNS, convexity

_DISTANCE = r"\vec D(x,y,b)=\max\beta:\ X\lambda\le x,\ Y\lambda\ge(1+\beta)y,\ B\lambda=(1-\beta)b"
_ADJACENT = (
    _DISTANCE + r";\ ML=\left[\frac{1+\vec D^t(t)}{1+\vec D^t(t+1)}\frac{1+\vec D^{t+1}(t)}{1+\vec D^{t+1}(t+1)}\right]"
    r"^{1/2},\ EC=\frac{1+\vec D^t(t)}{1+\vec D^{t+1}(t+1)}"
)
_GLOBAL = _DISTANCE + r";\ GML=\frac{1+\vec D^G(t)}{1+\vec D^G(t+1)},\ EC=\frac{1+\vec D^t(t)}{1+\vec D^{t+1}(t+1)}"


@dataclass(frozen=True, slots=True, eq=False)
class DirectionalDistance:
    """How far good outputs could grow and bad ones shrink at once, as a share of each: 0 on the frontier."""

    places: tuple[Hashable, ...]
    beta: Floats  # (n,) NaN where unsolved
    status: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a unit: place, value (β), rank (1 is nearest), status."""
        rank = pd.Series(self.beta).rank(method="min")
        return pd.DataFrame(
            {"place": self.places, "value": self.beta, "rank": rank, "status": [str(s) for s in self.status]}
        )


def directional_distance(
    inputs: object, outputs: object, bad: object, returns: Returns = "constant"
) -> DirectionalDistance:
    """Return β of each unit in the direction (0, y, −b).

    Bad outputs are weakly disposable: they can be cut only together with good ones (Chung, Färe & Grosskopf 1997).
    inputs (n, m), outputs (n, s), bad (n, k), ≥ 0. Raises InputError, AlignmentError.
    """
    given = units(inputs, outputs, bad)
    beta, status = _distance(given, given, returns, scales(given.take(np.flatnonzero(given.complete))))
    card = MethodCard(
        "directional_distance",
        Text("方向距离函数", "directional distance function"),
        _DISTANCE + convexity(returns),
        Text(
            f"方向 (y, −b)，非期望产出弱可处置，{RETURNS[returns]}",
            f"direction (y, −b), bad outputs weakly disposable, {returns} returns",
        ),
        None,
        (sources.CHUNG,),
        {"returns": returns},
    )
    return DirectionalDistance(given.places, beta, tuple(status), card)


def malmquist_luenberger(
    inputs: object, outputs: object, bad: object, reference: Reference = "adjacent", returns: Returns = "constant"
) -> ProductivityChange:
    """Return Malmquist–Luenberger productivity change and its parts between neighbouring years.

    inputs, outputs, bad: {year: table (n, ·)} or arrays (T, n, ·), ≥ 0, the same units every year. `reference`
    "adjacent" follows Chung, Färe & Grosskopf (1997, eqs. 11–13), "global" Oh (2010). `scores` are 1/(1 + β).
    A cross-period programme without solution, or with β ≤ −1, gives NaN and a status. Raises InputError,
    AlignmentError.
    """
    years, data = periods(inputs, outputs, bad, positive=False)
    scale = common_scale(data)
    own = [_one_plus(_distance(one, one, returns, scale)) for one in data]
    level = np.array([d for d, _ in own])
    efficiency = level[:-1] / level[1:]
    pairs = range(len(years) - 1)
    if reference == "global":
        everyone = pooled(data)
        whole = [_one_plus(_distance(one, everyone, returns, scale)) for one in data]
        best = np.array([d for d, _ in whole])
        index = best[:-1] / best[1:]
        status = [first_failure(whole[t][1], whole[t + 1][1], own[t][1], own[t + 1][1]) for t in pairs]
    else:
        ahead = [_one_plus(_distance(data[t + 1], data[t], returns, scale)) for t in pairs]
        behind = [_one_plus(_distance(data[t], data[t + 1], returns, scale)) for t in pairs]
        index = np.sqrt([level[t] / ahead[t][0] * behind[t][0] / level[t + 1] for t in pairs])
        status = [first_failure(own[t][1], own[t + 1][1], ahead[t][1], behind[t][1]) for t in pairs]
    card = _card(reference, returns)
    return assemble(years, data[0].places, index, efficiency, None, 1 / level, status, card)


def _distance(points: Units, reference: Units, returns: Returns, scale: Floats) -> Scored:
    known = reference.take(np.flatnonzero(reference.complete))
    programme = Directional(points.shape, scale, returns, weak=True)
    programme.refer_to(known.take(frontier(known, returns, weak=True)))
    m, _, _ = points.shape
    away = np.concatenate([np.zeros(m), np.ones(points.data.shape[1] - m)])
    beta = np.full(len(points.places), np.nan)
    status = [MISSING] * len(beta)
    for i in np.flatnonzero(points.complete):
        found = programme.evaluate(points.data[i], points.data[i] * away, slacks=False)
        beta[i], status[i] = found.head, found.status
    return beta, status


OUTSIDE = Text("不可行：跨期距离 β ≤ −1", "infeasible: the cross-period distance is −1 or less")


def _one_plus(scored: Scored) -> Scored:
    beta, status = scored
    value = 1.0 + beta
    gone = value <= 0
    value[gone] = np.nan
    return value, [OUTSIDE if g and s is OPTIMAL else s for g, s in zip(gone, status, strict=True)]


def _card(reference: Reference, returns: Returns) -> MethodCard:
    whole = reference == "global"
    name = (
        Text("全局 Malmquist–Luenberger 指数", "global Malmquist–Luenberger index")
        if whole
        else Text("Malmquist–Luenberger 指数", "Malmquist–Luenberger index")
    )
    zh = RETURNS[returns]
    return MethodCard(
        "malmquist_luenberger",
        name,
        _GLOBAL if whole else _ADJACENT,
        Text(
            f"方向 (y, −b)，非期望产出弱可处置，{zh}；大于 1 为进步；跨期不可行者缺失并注明",
            f"direction (y, −b), bad outputs weakly disposable, {returns} returns; above 1 is progress; infeasible "
            "cross-period programmes are missing and say so",
        ),
        None,
        (sources.CHUNG, sources.OH) if whole else (sources.CHUNG,),
        {"reference": reference, "returns": returns},
    )
