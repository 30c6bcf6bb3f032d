"""Regression discontinuity at a policy's border: wrapped from diff-diff (an extra), behind a parity gate in the tests."""

from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate import sources
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
    notes: tuple[Text, ...] = (EVERYTHING,)
    provenance: Provenance | None = None

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
) -> BorderEffect:
    """Return the jump of an outcome in one year at a policy's border, by a table of signed distances."""
    from yugong.study.form import read_form

    rows = read_form(file, DISTANCES, study)
    values = study.values(outcome, year).reindex(rows["place"]).to_numpy(np.float64)
    if transform == "log":
        if (values <= 0).any():
            raise InputError(
                [Problem(Text(f"{outcome} 有非正值，不能取对数", f"{outcome} has values ≤ 0, no logarithm"))]
            )
        values = np.log(values)
    found = border_jump(values, rows["distance"].to_numpy(np.float64), bandwidth, level)
    provenance = study.provenance([outcome], year=year, file=file, transform=transform)
    return replace(found, provenance=provenance)


FORMS = {"border_discontinuity": (DISTANCES,)}
