"""The verbs a study offers, named once for Python, the command line and the documentation."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from yugong.base.errors import UnknownNameError
from yugong.base.text import Text


@dataclass(frozen=True, slots=True)
class Method:
    """One diagnosis of a study: its id, family, title and where its function lives."""

    id: str
    family: str
    title: Text
    home: str

    def function(self) -> Callable[..., Any]:
        """Return the function; its first argument is the study."""
        found: Callable[..., Any] = getattr(import_module(f"yugong.diagnose.{self.home}"), self.id)
        return found


FAMILIES: dict[str, Text] = {
    "index": Text("指数", "Index"),
    "disparity": Text("差距", "Disparity"),
    "convergence": Text("收敛", "Convergence"),
    "market": Text("市场", "Markets"),
}

_METHODS = (
    Method("index", "index", Text("区域发展水平指数与排名区间", "level index with rank intervals"), "_study_index"),
    Method("rank_intervals", "index", Text("排名及其区间", "ranks and their intervals"), "_study_index"),
    Method("coordination", "index", Text("区域协调指数", "coordination index"), "_study_index"),
    Method("peers", "index", Text("相似地区", "similar regions"), "_study_index"),
    Method(
        "plate_table",
        "disparity",
        Text("板块表：总量、人均、份额、比值", "plates: totals, per head, shares, ratios"),
        "_study_disparity",
    ),
    Method(
        "group_table",
        "disparity",
        Text("任意分组的总量、人均、份额、比值", "any grouping: totals, per head, shares"),
        "_study_disparity",
    ),
    Method(
        "disparity",
        "disparity",
        Text("差距指标：基尼、泰尔、变异系数等", "disparity measures: Gini, Theil, CV …"),
        "_study_disparity",
    ),
    Method(
        "disparity_intervals",
        "disparity",
        Text("差距指标的自助法区间", "bootstrap intervals of disparity measures"),
        "_study_disparity",
    ),
    Method("dagum", "disparity", Text("Dagum 基尼系数分解", "Dagum decomposition of the Gini"), "_study_disparity"),
    Method(
        "theil_decomposition",
        "disparity",
        Text("泰尔指数的组间与组内", "Theil between and within groups"),
        "_study_disparity",
    ),
    Method("nested_theil", "disparity", Text("两级嵌套泰尔分解", "two-stage nested Theil"), "_study_disparity"),
    Method("sigma", "convergence", Text("σ 收敛", "σ-convergence"), "_study_disparity"),
    Method(
        "beta",
        "convergence",
        Text("β 收敛（绝对与条件）", "β-convergence, unconditional and conditional"),
        "_study_disparity",
    ),
    Method("panel_beta", "convergence", Text("面板 β 收敛", "panel β-convergence"), "_study_disparity"),
    Method("market_segmentation", "market", Text("商品市场分割指数", "goods-market segmentation"), "_study_index"),
)


def methods(family: str | None = None) -> tuple[Method, ...]:
    """Return all methods, or those of one family."""
    return tuple(m for m in _METHODS if family in (None, m.family))


def find(name: str) -> Method:
    """Return the method of this id; UnknownNameError lists the nearest."""
    known = {m.id: m for m in _METHODS}
    if name not in known:
        near = get_close_matches(name, known, 5, 0.3) or list(known)
        raise UnknownNameError(Text("方法", "method"), name, near)
    return known[name]
