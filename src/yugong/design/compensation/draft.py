"""A draft agreement: who, where, when, by which rule and with which clauses, from a TOML file or a filled form."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from yugong import registry
from yugong.base.errors import InputError, Problem, YugongError
from yugong.base.text import Text
from yugong.design._desk_inputs import user_file
from yugong.design.compensation.deal import Term
from yugong.design.compensation.terms import checked
from yugong.registry.gazetteer import Place
from yugong.registry.rows import first_day, last_day
from yugong.study.form import Field, Form, read_form

HEAD: Mapping[str, Text] = {
    "title": Text("协议名称", "title"),
    "river": Text("河流", "river"),
    "section": Text("断面", "section"),
    "rule": Text("规则类型", "rule type"),
    "downstream": Text("下游各方", "downstream"),
    "upstream": Text("上游各方", "upstream"),
    "start": Text("开始日", "first day"),
    "end": Text("截止日", "last day"),
}
CLAUSES: Mapping[str, Text] = {
    "scope": Text("补偿的具体范围", "scope"),
    "goals": Text("生态保护预期目标", "goals"),
    "indicators": Text("监测、评判指标", "indicators"),
    "duties": Text("保护责任", "duties"),
    "means": Text("补偿方式", "means"),
    "delivery": Text("补偿方式的落实", "delivery"),
    "period": Text("协议期限", "term"),
    "breach": Text("违反协议的处理", "breach"),
    "other": Text("其他事项", "other matters"),
    "state": Text("生态环境现状", "present state"),
    "cost": Text("保护成本", "cost"),
    "effect": Text("保护成效", "effect"),
    "development": Text("经济社会发展水平", "development"),
    "capacity": Text("财政承受能力", "fiscal capacity"),
    "use_of_funds": Text("补偿资金的使用", "use of funds"),
}
TERM = Text("规则参数", "rule figure")
ITEMS = (*HEAD.items(), *CLAUSES.items(), ("term", TERM))
DRAFT = Form(
    "agreement",
    Text("补偿协议", "Compensation agreement"),
    (
        Field("item", Text("事项", "Item"), "choice", choices=ITEMS),
        Field(
            "key", Text("参数代号", "Key"), required=False,
            note=Text("事项为规则参数时填，如 downstream_wan、weights、contribution.530000",
                      "for a figure of the rule, e.g. downstream_wan, weights, contribution.530000"),
        ),
        Field("content", Text("内容", "Content"),
              note=Text("多项以顿号或逗号分隔；金额为万元", "several parts separated by commas; money in 10 000 yuan")),
    ),
    Text("一行一个事项；也可写成 TOML 文件（[agreement]、[terms]、[clauses]）",
         "one item a row; a TOML file with [agreement], [terms], [clauses] serves as well"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it was written; `lines` says where each entry stands (row of the sheet, line of the file)."""

    file: str
    head: Mapping[str, Any]
    terms: Mapping[str, Any]
    clauses: Mapping[str, str]
    lines: Mapping[str, int] = field(default_factory=dict)

    def problem(self, key: str, what: Text, do: Text | None = None) -> Problem:
        """Return a problem located at an entry."""
        return Problem(what, do, self.file, None, self.lines.get(key), key)

    def parties(self, side: str) -> tuple[tuple[Place, ...], list[Problem]]:
        """Return the places of a side, and what is wrong with the names."""
        places, problems = [], []
        for name in _several(self.head.get(side, ())):
            try:
                places.append(registry.place(name))
            except YugongError as error:
                problems.append(self.problem(side, error.text))
        return tuple(places), problems

    def day(self, key: str) -> tuple[date | None, list[Problem]]:
        """Return the first or last day, and what is wrong with it."""
        given = self.head.get(key)
        if given in (None, ""):
            return None, []
        try:
            return (first_day if key == "start" else last_day)(str(given)), []
        except ValueError:
            what = Text(f"“{given}”不是日期", f"{given!r} is not a date")
            return None, [self.problem(key, what, Text("写成 2024-06-01", "write 2024-06-01"))]

    def agreed(self) -> dict[str, Term]:
        """Return its terms, marked as the user's."""
        source = user_file(self.file)
        return {k: Term(v, "user", source) for k, v in self.terms.items()}


def read_draft(path: str | Path) -> Draft:
    """Read a draft from .toml, .xlsx or .csv. Raises InputError with the place of every entry that cannot be read."""
    file = Path(path)
    draft = _from_toml(file) if file.suffix.lower() == ".toml" else _from_form(file)
    terms, problems = checked(draft.terms, draft.problem)
    if problems:
        raise InputError(problems)
    return replace(draft, terms=terms)


def _from_toml(file: Path) -> Draft:
    try:
        text = file.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except OSError as error:
        what = Text("文件打不开", "the file cannot be read")
        raise InputError([Problem(what, Text(str(error.strerror), str(error.strerror)), file.name)]) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            [Problem(Text(f"不是合法的 TOML：{error}", f"not valid TOML: {error}"), None, file.name)]
        ) from error
    lines: dict[str, int] = {}
    for i, line in enumerate(text.splitlines(), 1):
        lines.setdefault(line.partition("=")[0].strip().strip('"'), i)
    problems = []
    known = {"agreement": HEAD, "clauses": CLAUSES}
    for section, body in content.items():
        if section not in ("agreement", "terms", "clauses") or not isinstance(body, dict):
            do = Text("只用 [agreement]、[terms]、[clauses]", "use [agreement], [terms], [clauses] only")
            what = Text(f"不认识 {section}", f"unknown section {section}")
            problems.append(Problem(what, do, file.name, None, lines.get(f"[{section}]"), section))
            continue
        for key in body if section in known else ():
            if key not in known[section]:
                do = Text("可用：" + "、".join(known[section]), "there are: " + ", ".join(known[section]))
                what = Text(f"[{section}] 没有 {key}", f"[{section}] has no {key}")
                problems.append(Problem(what, do, file.name, None, lines.get(key), key))
    if problems:
        raise InputError(problems)
    clauses = {k: str(v) for k, v in content.get("clauses", {}).items()}
    return Draft(file.name, content.get("agreement", {}), content.get("terms", {}), clauses, lines)


def _from_form(file: Path) -> Draft:
    frame = read_form(file, DRAFT)
    head: dict[str, Any] = {}
    terms: dict[str, Any] = {}
    clauses: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems = []
    for (item, key, content), row in zip(
        frame[["item", "key", "content"]].itertuples(index=False, name=None), frame.attrs["rows"], strict=True
    ):
        name = str(key or "").strip() if item == "term" else str(item)
        if item == "term" and not name:
            what = Text("规则参数没有代号", "a figure of the rule has no key")
            problems.append(Problem(what, None, file.name, None, row, DRAFT.fields[1].title.in_()))
            continue
        lines[name] = row
        if item == "term":
            into, _, of = name.partition(".")
            value = _value(str(content))
            if of:
                terms[into] = {**terms.get(into, {}), of: value}
            else:
                terms[into] = value
        elif item in HEAD:
            head[name] = str(content)
        else:
            clauses[name] = str(content)
    if problems:
        raise InputError(problems)
    return Draft(file.name, head, terms, clauses, lines)


def _value(text: str) -> Any:
    """A number, a list of numbers or words, or words."""
    parts = _several(text)
    read = [_number(p) for p in parts]
    return read[0] if len(read) == 1 else read


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _several(given: Any) -> list[str]:
    if isinstance(given, str):
        return [p.strip() for p in given.replace("、", ",").replace("，", ",").split(",") if p.strip()]
    return [str(g) for g in given]
