"""The targets watched: those that ship with the package, or a user's own table, resolved against a study."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from yugong.base.errors import InputError, Problem, YugongError
from yugong.base.rows import read_rows
from yugong.base.text import Text
from yugong.study.form import NONE, Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

NATIONAL = "national"
TOTAL = "total"  # in place of weights: the national figure is the sum over places
NATIONAL_NAMES = {NATIONAL, "全国", "china", "中国", "合计", "all"}
KINDS = (("level", Text("数值", "level")), ("change", Text("较基期变化率", "change on the baseline")))
TARGETS = Form(
    "targets",
    Text("目标", "Targets"),
    (
        Field("target_id", Text("编号", "Id")),
        Field("place", Text("地区", "Place"), note=Text("地区名，或“全国”", "a place, or national")),
        Field("variable", Text("指标", "Indicator"), note=Text("本研究的变量", "a variable of the study")),
        Field("weights", Text("全国加权变量", "Weights of the national mean"), required=False,
              note=Text("total 表示各地区加总", "total: the sum over places")),
        Field("kind", Text("目标形式", "Form"), "choice", choices=KINDS),
        Field("baseline", Text("基期值", "Baseline"), "number", required=False,
              note=Text("空着则取本研究基期年的数", "empty: the study's figure of the baseline year")),
        Field("baseline_year", Text("基期年", "Baseline year"), "year"),
        Field("target", Text("目标值", "Target"), "number",
              note=Text("“较基期变化率”写小数，如 -0.135", "a change is a fraction, e.g. -0.135")),
        Field("target_year", Text("目标年", "Target year"), "year"),
        Field("owner", Text("责任单位", "Owner"), required=False),
        Field("document", Text("文件", "Document"), required=False),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """One target; `place` is a code of the study or "national"; a change is a fraction of the baseline."""

    id: str
    place: str
    variable: str
    weights: str
    kind: Literal["level", "change"]
    baseline: float | None
    baseline_year: int
    target: float
    target_year: int
    owner: str
    document: str
    certainty: str
    note: Text = NONE


def shipped(study: "Study") -> tuple[Target, ...]:
    """Return the published targets whose variable the study has."""
    return tuple(
        Target(
            r["id"], r["place"], r["variable"], r["weights"], "change" if r["kind"] == "change" else "level", None,
            int(r["baseline_year"]), float(r["target"]), int(r["target_year"]), "", r["document"], r["certainty"],
            Text(r["note_zh"], r["note_en"]),
        )
        for r in read_rows("yugong.monitor", "data/targets.csv")
        if r["variable"] in study.variables and (r["weights"] == TOTAL or r["weights"] in study.variables)
    )  # fmt: skip


def listed(study: "Study", file: str | None = None) -> tuple[Target, ...]:
    """Return the targets of a filled table (--template), or those that ship; all problems of the table are located."""
    if file is None:
        found = shipped(study)
        if not found:
            what = Text(
                "随软件附带的目标都用不上：本研究没有这些变量", "no target that ships fits the study's variables"
            )
            raise InputError([Problem(what, Text("用 --template 取表，填好后 --file 读入", "fill in a --template"))])
        return found
    frame = read_form(file, TARGETS, study)
    problems: list[Problem] = []
    out: list[Target] = []
    name = Path(file).name
    for row, line in zip(frame.attrs["rows"], frame.to_dict("records"), strict=True):
        try:
            out.append(_target(study, line, file))
        except InputError as error:
            problems += [Problem(p.what, p.do, name, None, row, p.column) for p in error.problems]
        except YugongError as error:
            problems.append(Problem(Text(error.render("zh"), error.render("en")), None, name, None, row))
    ids = [t.id for t in out]
    problems += [
        Problem(Text(f"编号“{t.id}”重复", f"id {t.id!r} stands twice"), None, name, None, frame.attrs["rows"][i])
        for i, t in enumerate(out)
        if t.id in ids[:i]
    ]
    if problems:
        raise InputError(problems)
    return tuple(out)


def _target(study: "Study", line: dict[Any, Any], file: str) -> Target:
    variable = study.variable(str(line["variable"])).id
    place = str(line["place"])
    code = NATIONAL if place.casefold() in NATIONAL_NAMES else study.place(place)
    weights = _text(line["weights"]) or study.weights
    if code == NATIONAL and weights != TOTAL:
        weights = study.variable(weights).id
    first, last = int(line["baseline_year"]), int(line["target_year"])
    if last <= first:
        what = Text(f"目标年 {last} 不晚于基期年 {first}", f"target year {last} is not after baseline year {first}")
        raise InputError([Problem(what, None, column=TARGETS.fields[8].title.in_())])
    base = line["baseline"]
    return Target(
        str(line["target_id"]), code, variable, weights if code == NATIONAL else "",
        "change" if line["kind"] == "change" else "level", None if base is None or base != base else float(base),
        first, float(line["target"]), last, _text(line["owner"]), _text(line["document"]) or Path(file).name, "user",
    )  # fmt: skip


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
