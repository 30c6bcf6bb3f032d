"""Carrying-capacity colours: the grade of a load and whether it gets worse."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Grade = Literal["over", "critical", "within"]
GRADES: dict[str, Text] = {
    "over": Text("超载", "over capacity"),
    "critical": Text("临界超载", "near capacity"),
    "within": Text("不超载", "within capacity"),
}
# grade × worsening → colour: the 2017 rules for monitoring and early warning of carrying capacity (certainty H)
COLOURS: dict[tuple[str, bool], str] = {
    ("over", True): "red",
    ("over", False): "orange",
    ("critical", True): "yellow",
    ("critical", False): "blue",
    ("within", True): "green",
    ("within", False): "green",
}
CARD = MethodCard(
    "carrying_colours",
    Text("资源环境承载能力预警等级", "Carrying-capacity warning colours"),
    r"\text{load}=\frac{\text{use}}{\text{limit}},\quad \text{grade}=\{\text{over}:\ \ge o;\ \text{critical}:\ \ge c\},"
    r"\quad \text{colour}=f(\text{grade},\ \text{trend})",
    Text(
        "颜色按“等级×趋势”：超载加剧为红、趋缓为橙，临界加剧为黄、趋缓为蓝，不超载为绿（2017 年监测预警文件的框架，可信度 H）；"
        "分级界限是可改的参数，不是官方数值",
        "colours by grade × trend: over and worse red, over and easing orange, near and worse yellow, near and easing "
        "blue, within green (frame of the 2017 rules on monitoring and warning, certainty H); the bounds of the grades "
        "are parameters, not official values",
    ),
    Text("负荷或趋势缺失为灰", "grey where the load or its trend is missing"),
)


def carrying_colour(
    load: ArrayLike, before: ArrayLike, critical: float = 0.8, over: float = 1.0, steady: float = 0.0
) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Return grade and colour (n,) of loads now and before (use ÷ limit, n each).

    A load that rose by more than `steady` (relative) is worse. Missing loads give "" and grey. Raises InputError
    unless 0 < critical < over.
    """
    if not 0 < critical < over:
        raise InputError([Problem(Text("须有 0 < 临界 < 超载", "there must be 0 < critical < over"))])
    now, past = np.asarray(load, dtype=np.float64), np.asarray(before, dtype=np.float64)
    grade = np.where(np.isnan(now), "", np.where(now >= over, "over", np.where(now >= critical, "critical", "within")))
    worse = now > past * (1 + steady)
    colour = [
        "grey" if not g or (np.isnan(p) and g != "within") else COLOURS[str(g), bool(w)]
        for g, w, p in zip(grade, worse, past, strict=True)
    ]
    return grade.astype(np.str_), np.array(colour, dtype=np.str_)
