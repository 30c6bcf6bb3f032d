"""The tables of a plan that a user fills in."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.model import Study

NONE = Text("", "")
TARGETS = Form(
    "plan_targets",
    Text("目标", "Targets"),
    (
        Field("place", Text("地区", "Region"), "place"),
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
    keys = frame[["place", "indicator", "year"]]
    twice = frame.index[keys.duplicated()]
    if len(twice):
        rows = frame.attrs["rows"]
        what = Text("同一地区、指标、年份写了两次", "a place, indicator and year occur twice")
        raise InputError(Problem(what, file=str(file), row=rows[i]) for i in twice)
    return frame


def read_measures(study: "Study", file: str | None) -> "pd.DataFrame":
    """Read the measures of a plan; a last year before the first is an error."""
    frame = read_form(_given(file, MEASURES), MEASURES)
    wrong = frame.index[frame["end"] < frame["start"]]
    if len(wrong):
        rows = frame.attrs["rows"]
        what = Text("结束年早于起始年", "the last year is before the first")
        raise InputError(Problem(what, file=str(file), row=rows[i]) for i in wrong)
    return frame


def read_permissions(file: str | None) -> "pd.DataFrame":
    """Read what each zone allows."""
    return read_form(_given(file, PERMISSIONS), PERMISSIONS)


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
