"""The list as rows: what each item forbids or licenses, by which measures, under which authority."""

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from yugong.base.errors import InputError, Problem
from yugong.base.files import sha256
from yugong.base.rows import read_rows
from yugong.base.text import Text
from yugong.review.access.sections import section_titled
from yugong.study.readers.cells import is_missing
from yugong.study.readers.raw import Cell, RawTable
from yugong.study.readers.sniff import read_table

Status = Literal["prohibited", "licence"]
# what a column is called in official tables and in our own
_HEADS = {
    "number": ("项目号", "序号", "编号", "number"),
    "title": ("禁止或许可事项", "事项名称", "事项", "项目", "title"),
    "code": ("事项编码", "编码", "代码", "code"),
    "measure": ("禁止或许可准入措施描述", "措施描述", "准入措施描述", "措施", "measure"),
    "authority": ("主管部门", "部门", "authority"),
    "local": ("地方性许可措施", "地方措施", "local"),
    "industry": ("国民经济行业代码", "行业代码", "GB/T 4754", "industry"),
}
_PROHIBITED, _LICENCE = re.compile("^.{0,4}禁止准入类"), re.compile("^.{0,4}许可准入类")


@dataclass(frozen=True, slots=True)
class Entry:
    """One measure of one item; `section` is a letter of GB/T 4754, empty where the list does not say."""

    number: str
    status: Status
    title: str
    code: str
    measure: str
    authority: str
    local: bool
    section: str
    industry: str
    row: int


@dataclass(frozen=True, slots=True)
class AccessList:
    """An edition of the list; `complete` when it holds as many items as the edition is published to have."""

    edition: str
    entries: tuple[Entry, ...]
    file: str
    sha256: str
    complete: bool
    note: Text

    @property
    def items(self) -> tuple[str, ...]:
        """Return the titles of the items, each once."""
        return tuple(dict.fromkeys(e.title for e in self.entries))


@dataclass(frozen=True, slots=True)
class Edition:
    """What is published about an edition: counts of items and measures, None where not known here."""

    edition: str
    document: str
    items: int
    prohibited: int | None
    licence: int | None
    national: int | None
    local: int | None
    certainty: str


@cache
def editions() -> dict[str, Edition]:
    """Return the published editions and their counts."""
    rows = read_rows("yugong.review.packs", "access_editions.csv")
    return {
        r["edition"]: Edition(
            r["edition"], r["document"], int(r["items"]), _count(r["prohibited"]), _count(r["licence"]),
            _count(r["national"]), _count(r["local"]), r["certainty"],
        )
        for r in rows
    }  # fmt: skip


@cache
def built_in() -> AccessList:
    """Return the six prohibited heads in our own words: a sample, never the whole list."""
    entries = tuple(
        Entry(r["number"], "prohibited", r["zh"], "", "", "", False, "", "", n)
        for n, r in enumerate(read_rows("yugong.review.packs", "access_heads.csv"), 1)
    )
    note = Text(
        "内置的只有六个禁止类项目的大意；查许可事项须读入正式清单（--list 文件）",
        "built in are only the six prohibited heads in our words; licences need the official list (--list FILE)",
    )
    return AccessList("2022", entries, "access_heads.csv", "", False, note)


def read_list(path: str | os.PathLike[str], edition: str = "") -> AccessList:
    """Read an official list from a workbook or table (.xlsx, .xls, .csv).

    Headings may be those of the official table or ours; titles, numbers and codes carry down over merged cells; rows
    that only name a class or an industry set them for what follows. InputError lists every row that cannot be placed.
    """
    file = Path(path)
    entries: list[Entry] = []
    problems: list[Problem] = []
    for table in read_table(file):
        where = _columns(table)
        if where is not None:
            entries += _entries(table, *where, problems)
    if not entries and not problems:
        what = Text("没有找到清单的列（事项、措施描述）", "no columns of the list found (title, measure)")
        do = Text(
            "列名可用：项目号、禁止或许可事项、事项编码、措施描述、主管部门",
            "use the headings number, title, code, measure, authority",
        )
        problems.append(Problem(what, do, file.name))
    if problems:
        raise InputError(problems)
    known = editions().get(edition)
    n = len(dict.fromkeys((e.number, e.title) for e in entries))
    complete = known is not None and n == known.items
    note = Text(f"读到 {n} 项、{len(entries)} 条措施", f"{n} items and {len(entries)} measures read")
    if known is None:
        note = Text(
            f"{note.zh}；未指明版本，无法核对是否完整", f"{note.en}; no edition named: completeness not checked"
        )
    elif not complete:
        note = Text(
            f"{note.zh}；{edition} 年版公布为 {known.items} 项，数目不符",
            f"{note.en}; the {edition} edition is published with {known.items} items: the number differs",
        )
    return AccessList(edition, tuple(entries), file.name, sha256(file), complete, note)


def _count(cell: str) -> int | None:
    return int(cell) if cell else None


def _columns(table: RawTable) -> tuple[int, dict[str, int]] | None:
    for i in range(min(len(table.rows), 15)):
        cells = [re.sub(r"\s", "", str(c)) if isinstance(c, str) else "" for c in table.rows[i]]
        found: dict[str, int] = {}
        for name, heads in _HEADS.items():
            folded = [h.replace(" ", "") for h in heads]
            exact = [j for j, c in enumerate(cells) if c in folded]
            if exact:
                found[name] = exact[0]
        if {"title", "measure"} <= set(found) or {"title", "code"} <= set(found):
            return i, found
    return None


def _entries(table: RawTable, header: int, where: dict[str, int], problems: list[Problem]) -> list[Entry]:
    found: list[Entry] = []
    status: Status | None = None
    section = ""
    carried = {"number": "", "title": "", "code": ""}
    for row in table.rows[: header + 1]:
        status = _class(" ".join(_words(c) for c in row)) or status
    for i in range(header + 1, len(table.rows)):
        cells = {name: _words(table.cell(i, j)) for name, j in where.items()}
        filled = [w for w in map(_words, table.rows[i]) if w]
        if not filled:
            continue
        if len(set(filled)) == 1 and not cells.get("measure"):
            kind, named = _class(filled[0]), section_titled(filled[0])
            if kind or named:
                status, section = kind or status, named.letter if named else ""
                carried = dict.fromkeys(carried, "")
                continue
        if cells["title"]:
            carried = {k: cells.get(k, "") for k in carried}
        elif cells.get("code"):
            carried["code"] = cells["code"]
        code = cells.get("code") or carried["code"]
        kind = _coded(code) or status
        if not carried["title"] or kind is None:
            what = Text("看不出这一行属于哪一项或哪一类", "it is unclear which item or class this row belongs to")
            do = Text(
                "补上事项名称；编码以 1 开头为禁止、2 开头为许可，或加“禁止准入类/许可准入类”一行",
                "give the title; a code starts with 1 (prohibited) or 2 (licence), or add a row naming the class",
            )
            problems.append(table.problem(what, do, i, where["title"]))
            continue
        found.append(
            Entry(
                carried["number"], kind, carried["title"].lstrip("★ "), code, cells.get("measure", ""),
                cells.get("authority", ""), bool(cells.get("local")), section, cells.get("industry", ""), i + 1,
            )
        )  # fmt: skip
    return found


def _class(words: str) -> Status | None:
    squeezed = re.sub(r"\s", "", words)
    if _PROHIBITED.search(squeezed):
        return "prohibited"
    return "licence" if _LICENCE.search(squeezed) else None


def _coded(code: str) -> Status | None:
    if re.fullmatch(r"1\d{5}", code):
        return "prohibited"
    return "licence" if re.fullmatch(r"2\d{5}", code) else None


def _words(cell: Cell) -> str:
    if is_missing(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return re.sub(r"\s+", " ", str(cell)).strip()
