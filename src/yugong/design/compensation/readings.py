"""Readings at sections: the table a desk fills in, annual means, and water classes by GB 3838-2002."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.design._desk_inputs import no_twins
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    import pandas as pd

MG = Text("毫克/升", "mg/L")
# upper limits of classes I to V, GB 3838-2002 table 1 (TP: rivers); dissolved oxygen has lower limits
LIMITS: Mapping[str, tuple[float, ...]] = {
    "CODMn": (2, 4, 6, 10, 15),
    "COD": (15, 15, 20, 30, 40),
    "BOD5": (3, 3, 4, 6, 10),
    "NH3-N": (0.15, 0.5, 1.0, 1.5, 2.0),
    "TP": (0.02, 0.1, 0.2, 0.3, 0.4),
    "DO": (7.5, 6, 5, 3, 2),
}
PH = (6.0, 9.0)
WORST = 6  # worse than V
INDICATORS: tuple[tuple[str, Text], ...] = (
    ("class", Text("水质类别", "water class")),
    ("CODMn", Text("高锰酸盐指数", "permanganate index")),
    ("COD", Text("化学需氧量", "COD")),
    ("BOD5", Text("五日生化需氧量", "BOD5")),
    ("NH3-N", Text("氨氮", "ammonia nitrogen")),
    ("TP", Text("总磷", "total phosphorus")),
    ("TN", Text("总氮", "total nitrogen")),
    ("DO", Text("溶解氧", "dissolved oxygen")),
    ("pH", Text("pH 值", "pH")),
    ("attainment", Text("达标率", "attainment")),
    ("inflow", Text("来水量", "inflow")),
    ("score", Text("评分", "score")),
)
NAMES = dict(INDICATORS)
BOUNDS: Mapping[str, tuple[float, float]] = {
    "class": (1, WORST), "attainment": (0, 1), "score": (0, 100), "pH": (0, 14),
}  # fmt: skip
POSITIONS = (
    ("outlet", Text("出境断面", "outlet section")),
    ("inlet", Text("入境断面", "inlet section")),
)
READINGS = Form(
    "readings",
    Text("断面读数", "Section readings"),
    (
        Field("year", Text("年份", "Year"), "year"),
        Field("indicator", Text("指标", "Indicator"), "choice", choices=INDICATORS),
        Field(
            "value", Text("数值", "Value"), "number",
            note=Text(
                "浓度为毫克/升；类别为 1 至 6（劣五类为 6）；达标率为 0 至 1；来水量为亿立方米；评分为 0 至 100",
                "concentrations in mg/L; class 1 to 6 (6: worse than V); attainment 0 to 1; inflow in 100 million m3; "
                "score 0 to 100",
            ),
        ),
        Field(
            "month", Text("月份", "Month"), "integer", required=False, low=1, high=12,
            note=Text("全年值留空；逐月值取年均", "empty for the year; months are averaged"),
        ),
        Field("place", Text("地区", "Region"), "place", required=False,
              note=Text("分地区的读数才填", "only for readings by region")),
        Field("position", Text("断面位置", "Position"), "choice", required=False, choices=POSITIONS,
              note=Text("只用于干流统一规则", "only for the trunk-river rule")),
        Field("item", Text("评分项", "Scored item"), required=False,
              note=Text("指标为评分时填，如生态流量", "for scores, e.g. ecological flow")),
        Field("agreement", Text("协议代号", "Agreement"), required=False,
              note=Text("一张表含多个协议时填", "where one table serves several agreements")),
        Field("section", Text("断面", "Section"), required=False),
    ),
    Text(
        "一行一个读数，同一指标有多个断面的取均值，水质类别取最差；公开渠道没有的断面数据由用户填写",
        "one reading a row, several sections of one indicator are averaged, of water classes the worst counts; where no "
        "readings are public, the user supplies them",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """The readings of one agreement; missing ones are missing, never zero."""

    frame: "pd.DataFrame"

    def of(self, agreement: str) -> "Readings":
        """Return those marked with this agreement, or with none."""
        named = self.frame["agreement"]
        return Readings(self.frame[named.isna() | (named == agreement)])

    def marked(self, agreement: str) -> "Readings | None":
        """Return those marked with this agreement alone; None where there are none."""
        own = self.frame[self.frame["agreement"] == agreement]
        return Readings(own) if len(own) else None

    def values(
        self,
        indicator: str,
        year: int,
        place: str | None = None,
        position: str | None = None,
        item: str | None = None,
    ) -> tuple[float | None, dict[int, float]]:
        """Return the value of the year, or None, and the monthly values by month (the mean where a month has several)."""
        f = self.frame
        where = (f["indicator"] == indicator) & (f["year"] == year)
        for column, wanted in (("place", place), ("position", position), ("item", item)):
            if wanted is not None:
                where &= f[column] == wanted
        chosen = f[where]
        of_sections = "max" if indicator == "class" else "mean"
        whole = chosen.loc[chosen["month"].isna(), "value"]
        monthly = chosen[chosen["month"].notna()].astype({"month": int}).groupby("month")["value"].agg(of_sections)
        year_value = float(whole.agg(of_sections)) if len(whole) else None
        return year_value, dict(zip(monthly.index.tolist(), monthly.tolist(), strict=True))

    def mean(self, indicator: str, year: int, **which: str | None) -> tuple[float | None, Text]:
        """Return the annual value (or the mean of the months) and the words that say which; None where missing."""
        whole, months = self.values(indicator, year, **which)
        if whole is not None:
            return whole, Text(f"用户读数，{year} 年", f"the user's reading, {year}")
        if not months:
            return None, Text("", "")
        n = len(months)
        said = Text(f"用户读数，{year} 年 {n} 个月均值", f"the user's readings, mean of {n} months of {year}")
        return float(np.mean(list(months.values()))), said


def read_readings(path: str) -> Readings:
    """Read a table of readings; InputError names readings given twice and values that their indicator cannot have."""
    frame = read_form(path, READINGS)
    no_twins(frame, [f.id for f in READINGS.fields if f.id != "value"], path, Text("读数", "a reading"))
    problems = []
    for row, indicator, value in zip(frame.attrs["rows"], frame["indicator"], frame["value"], strict=True):
        low, high = BOUNDS.get(indicator, (0.0, float("inf")))
        if not low <= value <= high or (indicator == "class" and value != int(value)):
            name = NAMES[indicator]
            what = Text(f"{name.zh}不能是 {value:g}", f"{name.en} cannot be {value:g}")
            top = "…" if high == float("inf") else f"{high:g}"
            do = Text(f"应在 {low:g} 与 {top} 之间", f"between {low:g} and {top}")
            problems.append(Problem(what, do, Path(path).name, row=row, column=READINGS.fields[2].title.in_()))
    if problems:
        raise InputError(problems)
    return Readings(frame)


def water_class(indicator: str, value: float) -> int:
    """Return the class 1–5 (6: worse than V) of one indicator's value; mg/L, GB 3838-2002 table 1, rivers."""
    if indicator == "pH":
        return 1 if PH[0] <= value <= PH[1] else WORST
    limits = LIMITS[indicator]
    meets = [value >= limit if indicator == "DO" else value <= limit for limit in limits]
    return 1 + meets.index(True) if any(meets) else WORST


def overall_class(values: Mapping[str, float]) -> int:
    """Return the worst class of several indicators; total nitrogen of rivers has none and is left out."""
    return max(water_class(k, v) for k, v in values.items() if k == "pH" or k in LIMITS)
