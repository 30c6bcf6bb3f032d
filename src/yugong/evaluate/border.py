"""Regression discontinuity at a policy's border: wrapped from diff-diff (an extra), behind a parity gate in the tests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from scipy.stats import norm

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate import sources
from yugong.evaluate.credibility.border_card import border_card
from yugong.evaluate.credibility.card import CredibilityCard
from yugong.evaluate.credibility.evidence import Placebo
from yugong.evaluate.credibility.rules import LIGHTS
from yugong.study.form import Field, Form

if TYPE_CHECKING:
    from yugong.study.model import Study

LEAST = 20  # places on each side
EVERYTHING = Text(
    "边界两侧一切不同之处都算在内：省界同时是其他政策与制度的分界",
    "everything that differs at the border counts: a provincial border also divides other policies and institutions",
)
DISTANCES = Form(
    "border",
    Text("到政策边界的距离", "Distance to the policy's border"),
    (
        Field("place", Text("地区", "Place"), "place"),
        Field("distance", Text("到边界的距离", "Distance to the border"), "number", Text("公里", "km"),
              note=Text("政策区内为正，区外为负", "positive inside the policy's area, negative outside")),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BorderEffect:
    """The jump at the border: local linear estimate, its robust bias-corrected interval, bandwidths and places used."""

    estimate: float
    corrected: float
    se: float
    low: float
    high: float
    bandwidth: float
    inside: int
    outside: int
    level: float
    method: MethodCard
    card: CredibilityCard | None = None
    notes: tuple[Text, ...] = (EVERYTHING,)
    provenance: Provenance | None = None

    @property
    def p(self) -> float:
        """Two-sided p of the bias-corrected jump by its robust error."""
        return float(2 * norm.sf(abs(self.corrected) / self.se))

    def table(self) -> pd.DataFrame:
        """Return the estimate, its bias-corrected value, robust error and interval, bandwidth and places each side."""
        names = ("estimate", "corrected", "se", "low", "high", "bandwidth", "inside", "outside")
        return pd.DataFrame([{n: getattr(self, n) for n in names}])


def border_jump(outcome: Any, distance: Any, bandwidth: float | None = None, level: float = 0.95) -> BorderEffect:
    """Return the jump of outcome (n,) at distance 0 (n,), positive inside the policy's area.

    Local linear with triangular weights, MSE-optimal bandwidth unless given, robust bias-corrected interval with
    nearest-neighbour variance (Calonico, Cattaneo & Titiunik 2014). Raises InputError with fewer than 20 places on a
    side, or where the extra is not installed.
    """
    y, x = np.asarray(outcome, dtype=np.float64), np.asarray(distance, dtype=np.float64)
    known = np.isfinite(y) & np.isfinite(x)
    sides = int((known & (x >= 0)).sum()), int((known & (x < 0)).sum())
    if min(sides) < LEAST:
        what = Text(f"边界内 {sides[0]} 个、外 {sides[1]} 个地区，各需至少 {LEAST} 个",
                    f"{sides[0]} places inside and {sides[1]} outside the border; each side needs {LEAST}")  # fmt: skip
        raise InputError([Problem(what, Text("用县级数据", "use county data"))])
    try:
        peer = import_module("diff_diff")
    except ImportError as error:
        what = Text("边界断点需要 diff-diff", "border discontinuity needs diff-diff")
        raise InputError(
            [Problem(what, Text("pip install 'yugong[evaluate]'", "pip install 'yugong[evaluate]'"))]
        ) from error
    frame = pd.DataFrame({"y": y[known], "x": x[known]})
    found = peer.RegressionDiscontinuity(h=bandwidth, alpha=1 - level).fit(frame, outcome="y", running="x")
    return BorderEffect(
        estimate=float(found.att_conventional),
        corrected=float(found.att),
        se=float(found.se),
        low=float(found.conf_int[0]),
        high=float(found.conf_int[1]),
        bandwidth=float(found.h_left),
        inside=int(found.n_h_right),
        outside=int(found.n_h_left),
        level=level,
        method=sources.card("border_discontinuity", {"bandwidth": "mserd" if bandwidth is None else f"{bandwidth:g}"}),
    )


def border_discontinuity(
    study: "Study",
    outcome: str,
    year: int,
    file: str,
    transform: Literal["level", "log"] = "level",
    bandwidth: float | None = None,
    level: float = 0.95,
    year_before: int | None = None,
    leave_out_km: float | None = None,
    placebo_outcomes: Sequence[str] = (),
) -> BorderEffect:
    """Return the jump of an outcome in one year at a policy's border, by a table of signed distances, and its card.

    year_before: a year before the policy, in which there should be no jump; leave_out_km: the jump again without places
    nearer to the border; placebo_outcomes: variables that should not jump. False borders are tried at the median
    distance of either side.
    """
    from yugong.study.form import read_form

    rows = read_form(file, DISTANCES, study)
    distance = rows["distance"].to_numpy(np.float64)

    def jump(name: str, at: int, how: str, kept: Any = None) -> BorderEffect:
        y = study.values(name, at).reindex(rows["place"]).to_numpy(np.float64)
        if how == "log" and (y <= 0).any():
            raise InputError([Problem(Text(f"{name} 有非正值，不能取对数", f"{name} has values ≤ 0, no logarithm"))])
        y = np.log(y) if how == "log" else y
        return border_jump(y if kept is None else np.where(kept, y, np.nan), distance, bandwidth, level)

    found = jump(outcome, year, transform)
    prior = None if year_before is None else jump(outcome, year_before, transform)
    moved = None
    if leave_out_km is not None:
        again = jump(outcome, year, transform, np.abs(distance) >= leave_out_km)
        moved = abs(again.estimate - found.estimate) / abs(found.estimate)
    values = study.values(outcome, year).reindex(rows["place"]).to_numpy(np.float64)
    placebos = _false_borders(np.log(values) if transform == "log" else values, distance, bandwidth)
    for name in placebo_outcomes:
        title, made = study.variable(name).title, jump(name, year, "level")
        called = Text(f"不应受影响：{title.zh}", f"should not jump: {title.en}")
        placebos.append(Placebo(f"outcome:{name}", called, made.estimate, made.p))
    provenance = study.provenance([outcome], year=year, file=file, transform=transform)
    card = border_card(
        (found.corrected, found.se), found.inside, found.outside,
        None if prior is None else (prior.corrected, prior.se), moved, placebos, float(1 - np.isfinite(values).mean()),
        {"outcome": outcome, "year": str(year)}, study.variable(outcome).kind == "modelled", provenance,
    )  # fmt: skip
    return replace(found, card=card, notes=(*_said(found, card), EVERYTHING), provenance=provenance)


def _false_borders(y: Any, distance: Any, bandwidth: float | None) -> list[Placebo]:
    """Return the jumps at the median distance of either side, where no place changes its policy."""
    found = []
    for side, zh, en in ((distance >= 0, "政策区内", "inside"), (distance < 0, "政策区外", "outside")):
        middle = float(np.median(distance[side])) if side.any() else 0.0
        try:
            made = border_jump(y[side], distance[side] - middle, bandwidth)
        except InputError:
            continue
        name = Text(f"{zh}假边界 {middle:.0f} 公里", f"false border {en} at {middle:.0f} km")
        found.append(Placebo(f"border:{en}", name, made.estimate, made.p))
    return found


def _said(found: BorderEffect, card: CredibilityCard) -> tuple[Text, ...]:
    """Return the sentence as the card allows it, and a line a light."""
    begins = card.opening(found.p)
    size = f"{found.corrected:.4g} [{found.low:.4g}, {found.high:.4g}]"
    head = Text(f"{begins.zh}边界处的跳跃为 {size}", f"{begins.en} the jump at the border is {size}")
    scale = Text(
        f"马里兰科学方法量表第 {card.scale} 级", f"level {card.scale} on the Maryland Scientific Methods Scale"
    )
    lines = (
        Text(f"{i.title.zh}：{LIGHTS[i.light].zh}。{i.value.zh}", f"{i.title.en}: {LIGHTS[i.light].en}. {i.value.en}")
        for i in card.items
    )
    return (head, scale, *lines)


FORMS = {"border_discontinuity": (DISTANCES,)}
