"""The tables of a plan that a user fills in."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from yugong import registry
from yugong.base.errors import InputError, Problem, UnknownNameError, YugongError
from yugong.base.text import Text
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.model import Study

NONE = Text("", "")
NATIONAL = "national"
_NATIONAL_NAMES = {NATIONAL, "全国", "国家", "中国", "china"}
TARGETS = Form(
    "plan_targets",
    Text("目标", "Targets"),
    (
        Field("place", Text("地区", "Region"), note=Text("地区名，或“全国”", "a place, or national")),
        Field("indicator", Text("指标", "Indicator")),
        Field("year", Text("年份", "Year"), "year"),
        Field("target", Text("目标值", "Target"), "number"),
        Field(
            "adds",
            Text("可加总", "Adds up"),
            "bool",
            note=Text("总量指标填是，比率填否", "yes for totals, no for ratios"),
        ),
    ),
    Text(
        "一行一个地区一个指标一个年份；上级目标也各写一行", "a row a place, indicator and year; parents have rows too"
    ),
)
MEASURES = Form(
    "plan_measures",
    Text("措施", "Measures"),
    (
        Field("measure", Text("措施", "Measure")),
        Field("place", Text("地区", "Region"), "place"),
        Field("indicator", Text("指标", "Indicator"), note=Text("指标编号，如 E3", "code of an indicator, e.g. E3")),
        Field(
            "pull",
            Text("作用方向", "Pull"),
            "choice",
            choices=(("up", Text("提高", "up")), ("down", Text("降低", "down"))),
        ),
        Field("start", Text("起始年", "First year"), "year"),
        Field("end", Text("结束年", "Last year"), "year"),
        Field("task", Text("国家任务", "National task"), required=False, note=Text("如 T10，可空", "e.g. T10")),
        Field("zone", Text("功能区", "Zone"), required=False),
        Field("activity", Text("活动", "Activity"), required=False),
    ),
    Text("一行一项措施；task、zone、activity 可空", "a row a measure; task, zone and activity may be empty"),
)
PERMISSIONS = Form(
    "zone_permissions",
    Text("功能区准许", "Zone permissions"),
    (
        Field("zone", Text("功能区", "Zone")),
        Field("activity", Text("活动", "Activity")),
        Field(
            "permission",
            Text("准许", "Permission"),
            "choice",
            choices=(
                ("allowed", Text("允许", "allowed")),
                ("limited", Text("限制", "limited")),
                ("banned", Text("禁止", "banned")),
            ),
        ),
        Field("document", Text("依据", "Document")),
    ),
    Text(
        "各地功能区的准入规定由用户据文件填写，本软件不内置",
        "filled in from your own zoning documents: none ships with us",
    ),
)


def read_targets(study: "Study", file: str | None) -> "pd.DataFrame":
    """Read the targets of a plan; one row twice for a place, indicator and year is an error."""
    frame = read_form(_given(file, TARGETS), TARGETS)
    frame["place"] = _resolved(frame, "place", TARGETS, file, _place)
    frame["indicator"] = [indicator(x) for x in frame["indicator"]]
    keys = frame[["place", "indicator", "year"]]
    twice = frame.index[keys.duplicated()]
    if len(twice):
        rows = frame.attrs["rows"]
        what = Text("同一地区、指标、年份写了两次", "a place, indicator and year occur twice")
        raise InputError(Problem(what, file=Path(str(file)).name, row=rows[i]) for i in twice)
    return frame


def read_measures(study: "Study", file: str | None) -> "pd.DataFrame":
    """Read the measures of a plan; a last year before the first, or a task not registered, is an error."""
    frame = read_form(_given(file, MEASURES), MEASURES)
    frame["task"] = _resolved(frame, "task", MEASURES, file, _task)
    frame["indicator"] = [indicator(x) for x in frame["indicator"]]
    wrong = frame.index[frame["end"] < frame["start"]]
    if len(wrong):
        rows = frame.attrs["rows"]
        what = Text("结束年早于起始年", "the last year is before the first")
        raise InputError(Problem(what, file=Path(str(file)).name, row=rows[i]) for i in wrong)
    return frame


def read_permissions(file: str | None) -> "pd.DataFrame":
    """Read what each zone allows."""
    return read_form(_given(file, PERMISSIONS), PERMISSIONS)


def indicator(name: str) -> str:
    """Return the code of an indicator of the registry by its code or title; any other name stays as it is."""
    return _indicator_names().get(name.strip().casefold(), name)


@cache
def _indicator_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for i in registry.indicators():
        for name in (i.code, i.title.zh, i.title.en, re.sub(r"[（(].*?[）)]", "", i.title.zh)):
            found.setdefault(name.casefold(), i.code)
    return found


def _place(name: str) -> str:
    return NATIONAL if name.casefold() in _NATIONAL_NAMES else registry.place(name).code


def _task(name: str) -> str:
    """The id of a national task: T6 is T06."""
    known = {t.id for t in registry.tasks()}
    found = re.fullmatch(r"[Tt](\d)", name)
    id_ = f"T0{found[1]}" if found else name.upper()
    if id_ not in known:
        raise UnknownNameError(Text("国家任务", "national task"), name, sorted(known))
    return id_


def _resolved(
    frame: "pd.DataFrame", column: str, form: Form, file: str | None, resolve: Callable[[str], str]
) -> list[str | None]:
    """Return a column resolved cell by cell; all names that fail are located in one InputError."""
    title = next(f.title.in_() for f in form.fields if f.id == column)
    problems: list[Problem] = []
    found: list[str | None] = []
    for row, cell in zip(frame.attrs["rows"], frame[column], strict=True):
        try:
            found.append(resolve(cell) if isinstance(cell, str) else None)
        except YugongError as error:
            what = Text(error.render("zh"), error.render("en"))
            problems.append(Problem(what, None, Path(str(file)).name, None, row, title))
    if problems:
        raise InputError(problems)
    return found


def _given(file: str | None, form: Form) -> str:
    if file is None:
        what = Text(f"需要填好的“{form.title.zh}”表", f"the filled table {form.title.en!r} is needed")
        do = Text(
            "先用 --template 文件.xlsx 取模板，填好后用 --file 读入",
            "take --template FILE.xlsx, fill it in, then --file",
        )
        raise InputError([Problem(what, do)])
    return file


FORMS: Mapping[str, tuple[Form, ...]] = {
    "plan_coverage": (MEASURES,),
    "plan_sums": (TARGETS,),
    "plan_conflicts": (MEASURES,),
    "plan_zones": (MEASURES, PERMISSIONS),
}
