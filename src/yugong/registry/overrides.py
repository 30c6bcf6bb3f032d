"""The user's own member lists in place of the rows that ship as editable."""

import csv
import io
from pathlib import Path

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.registry.membership import Extent, Group, Member, group, replace_members
from yugong.registry.naming import place
from yugong.registry.rows import CERTAINTIES, certainty, first_day, last_day

COLUMNS = ("place", "group", "start", "end", "extent", "document", "certainty", "note_zh", "note_en")
_NEEDED = ("place", "group", "extent", "document", "certainty")


def load_overrides(path: str | Path) -> tuple[Member, ...]:
    """Replace the editable members of each group that a CSV file names; return the rows now in use.

    The file has the columns of memberships.csv: place (any name or code), group, start, end,
    extent (whole or part), document, certainty, note_zh, note_en. Settled rows stay as they ship. Raises one InputError
    that shows every problem by row; then nothing changes.
    """
    path = Path(path)
    rows, problems = _read(path)
    found: dict[str, list[Member]] = {}
    for number, row in enumerate(rows, start=2):
        member, wrong = _member(row, path.name, number)
        problems += wrong
        if member is not None:
            found.setdefault(member.group, []).append(member)
    for id, members in found.items():
        seen: set[tuple[str, object]] = set()
        for m in members:
            if (m.place.code, m.start) in seen:
                what = Text(f"{m.place.zh} 在 {id} 中重复", f"{m.place.en} appears twice in {id}")
                problems.append(Problem(what, file=path.name))
            seen.add((m.place.code, m.start))
    if problems:
        raise InputError(problems)
    replace_members({id: tuple(members) for id, members in found.items()})
    return tuple(m for members in found.values() for m in members)


def clear_overrides() -> None:
    """Return to the rows that ship with the package."""
    replace_members({})


def _read(path: Path) -> tuple[list[dict[str, str]], list[Problem]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    reader = csv.DictReader(io.StringIO(text))
    missing = [c for c in _NEEDED if c not in (reader.fieldnames or ())]
    if missing:
        what = Text(f"缺少列 {'、'.join(missing)}", f"missing columns {', '.join(missing)}")
        do = Text(f"表头写成 {','.join(COLUMNS)}", f"write the header {','.join(COLUMNS)}")
        return [], [Problem(what, do, file=path.name, row=1)]
    rows = [{k: (v or "").strip() for k, v in row.items() if isinstance(k, str)} for row in reader]
    empty = [] if rows else [Problem(Text("没有数据行", "no data rows"), file=path.name)]
    return rows, empty


def _member(row: dict[str, str], file: str, number: int) -> tuple[Member | None, list[Problem]]:
    problems: list[Problem] = []

    def wrong(column: str, what: Text, do: Text | None = None) -> None:
        problems.append(Problem(what, do, file=file, row=number, column=column))

    found_group: Group | None = None
    found_place = None
    try:
        found_group = group(row["group"])
    except UnknownNameError as error:
        wrong("group", error.text)
    try:
        found_place = place(row["place"])
    except UnknownNameError as error:
        wrong("place", error.text)
    if found_group is not None and not found_group.editable:
        do = Text("只有可改（M）的分组能由用户替换", "only editable (M) groups can be replaced")
        wrong("group", Text(f"{found_group.zh} 的名单已定", f"the list of {found_group.en} is settled"), do)
    if row["extent"] not in ("whole", "part"):
        wrong(
            "extent",
            Text(f"范围 {row['extent']!r} 看不懂", f"extent {row['extent']!r}"),
            Text("写 whole 或 part", "write whole or part"),
        )
    if not row["document"]:
        wrong("document", Text("没有依据文件", "no document"), Text("写明名单的出处", "name where the list comes from"))
    if row["certainty"] not in CERTAINTIES:
        marks = ", ".join(CERTAINTIES)
        wrong(
            "certainty",
            Text(
                f"可信度 {row['certainty']!r} 不在 {marks} 中", f"certainty {row['certainty']!r} is not one of {marks}"
            ),
        )
    days = {}
    for column, reading in (("start", first_day), ("end", last_day)):
        try:
            days[column] = reading(row.get(column, ""))
        except ValueError:
            wrong(
                column,
                Text(f"日期 {row[column]!r} 看不懂", f"{row[column]!r} is not a date"),
                Text("写成 2021-03-01", "write 2021-03-01"),
            )
    start, end = days.get("start"), days.get("end")
    if start and end and end < start:
        wrong("end", Text("终止日早于起始日", "the end is before the start"))
    if problems or found_group is None or found_place is None:
        return None, problems
    extent: Extent = "part" if row["extent"] == "part" else "whole"
    member = Member(
        place=found_place,
        group=found_group.id,
        start=start,
        end=end,
        extent=extent,
        document=row["document"],
        certainty=certainty(row["certainty"]),
        editable=True,
        note=Text(row.get("note_zh", ""), row.get("note_en", "")),
    )
    return member, []
