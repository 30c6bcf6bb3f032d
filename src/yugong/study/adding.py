"""A user's file into a study: read, shown as understood, compared with what is there, then written as one change."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from yugong.base.errors import InputError, Problem
from yugong.base.text import Lang, Text
from yugong.study.flow import FLOW_FIELDS
from yugong.study.load import folder_of, place_book, read
from yugong.study.manifest import read_manifest
from yugong.study.model import Study
from yugong.study.pending import commit, part, write_all
from yugong.study.readers.cells import narrow
from yugong.study.readers.raw import RawTable
from yugong.study.readers.sniff import read_table
from yugong.study.readers.tidying import Note, Tidy, tidy
from yugong.study.records import read_records, write_numbers, write_records
from yugong.study.variable import FIELDS, NO_TEXT, PriceBasis, Variable

if TYPE_CHECKING:
    import pandas as pd

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class AddReport:
    """What a file was understood to say and what it changed."""

    file: str
    tables: tuple[Tidy, ...]
    variables: tuple[str, ...]  # ids written to
    flows: tuple[str, ...]
    new_cells: int
    equal_cells: int
    replaced_cells: int
    written: bool

    def render(self, lang: Lang | None = None) -> str:
        """Return the report as lines."""
        lines = []
        for table in self.tables:
            lines += [
                f"{self.file}{f' [{table.sheet}]' if table.sheet else ''}",
                *(f"  {x}" for x in table.render(lang).splitlines()),
            ]
        names = ", ".join([*self.variables, *self.flows])
        done = (
            Text("已写入", "written to")
            if self.written
            else Text("将写入（试读，未改动）", "would be written to (trial, nothing changed)")
        )
        counts = Text(
            f"新增 {self.new_cells}，相同 {self.equal_cells}，替换 {self.replaced_cells}",
            f"{self.new_cells} new, {self.equal_cells} equal, {self.replaced_cells} replaced",
        )
        return "\n".join([*lines, f"{done.in_(lang)}: {names} ({counts.in_(lang)})"])


def add(
    study: str | os.PathLike[str],
    file: str | os.PathLike[str],
    *,
    variable: str | Mapping[str, str] | None = None,
    sheet: str | None = None,
    year: int | None = None,
    unit: str | None = None,
    publication: Text | None = None,
    vintage: str = "",
    rows: str | None = None,
    diagonal: str | None = None,
    replace_values: bool = False,
    trial: bool = False,
) -> AddReport:
    """Read `file` and add its figures to the study's panel, or its matrix to the study's flows.

    `variable` is the id of the file's one variable, or titles → ids; without it a title already in the study is
    matched and any other becomes a new variable. `sheet` picks one sheet; `year`, `unit` serve where the file does
    not say; `rows` ("origin" | "destination") and `diagonal` are for matrices. A figure that differs from the one
    already there is an error unless `replace_values`. On any error, and with `trial`, nothing changes.
    """
    folder = folder_of(study)
    now = read(folder)
    manifest = read_manifest(folder)
    book, _ = place_book(folder, manifest)
    single = variable if isinstance(variable, str) else None
    read_as = [tidy(t, book, year=year, unit=unit, rows=rows) for t in _chosen(read_table(file), sheet)]
    ids = (
        {title: single for t in read_as for title in _titles(t)}
        if single
        else {narrow(title): id_ for title, id_ in variable.items()}
        if isinstance(variable, Mapping)
        else {}
    )
    problems: list[Problem] = []
    if single and len({title for t in read_as for title in _titles(t)}) > 1:
        what = Text(
            "文件里有多个指标，不能都记为一个变量", "the file has several variables; one id cannot name them all"
        )
        problems.append(Problem(what, Text("逐个写明 指标名→变量名", "map each title to an id"), Path(file).name))
    made: dict[str, Variable] = {}
    matched = {t: _match(now, made, t, ids, _unit(table, t), manifest.prices.basis, manifest.prices.base_year, _publication(table, publication), vintage)
               for table in read_as for t in _titles(table)}  # fmt: skip
    for table in read_as:
        problems += _unit_conflicts(now, table, matched)
    read_as = [_with_diagonal(now, t, matched, diagonal, problems) for t in read_as]
    if problems:
        raise InputError(problems)
    figures = [t for t in read_as if t.flows is None]
    matrices = [t for t in read_as if t.flows is not None]
    contents: dict[str, str] = {}
    counts = [0, 0, 0]
    if figures:
        frame = _merge(now, figures, matched, replace_values, problems, counts)
        contents[manifest.files.panel] = _panel_text(frame, book.names)
    if matrices:
        contents |= _flow_files(folder, now, matrices, matched, replace_values, problems, counts)
    if problems:
        raise InputError(problems)
    new = [
        v
        for v in made.values()
        if v.id not in now.variables and any(matched[t] == v.id for x in figures for t in _titles(x))
    ]
    if new:
        kept = read_records(part(folder, manifest.files.variables), ("id",))
        extra = [f for f in (kept[0] if kept else {}) if f not in FIELDS]
        contents[manifest.files.variables] = write_records([*kept, *(v.row() for v in new)], [*FIELDS, *extra])
    if matrices:
        contents[manifest.files.flows] = _flow_rows(folder, manifest.files.flows, made, matrices, matched)
    if trial:
        with TemporaryDirectory() as staged:
            write_all(Path(staged), contents)
            read(folder, Path(staged))
    else:
        commit(folder, contents, check=lambda staged: read(folder, staged))
    return AddReport(
        Path(file).name,
        tuple(read_as),
        tuple(dict.fromkeys(matched[t] for x in figures for t in _titles(x))),
        tuple(dict.fromkeys(matched[t] for x in matrices for t in _titles(x))),
        counts[0],
        counts[1],
        counts[2],
        not trial,
    )


def _chosen(tables: list[RawTable], sheet: str | None) -> list[RawTable]:
    if sheet is None:
        if len(tables) > 1:
            names = ", ".join(str(t.sheet) for t in tables)
            what = Text(f"工作簿有多个工作表：{names}", f"the workbook has several sheets: {names}")
            raise InputError([Problem(what, Text("指明读哪一个", "say which one to read"), tables[0].file)])
        return tables
    found = [t for t in tables if t.sheet == sheet]
    if not found:
        names = ", ".join(str(t.sheet) for t in tables)
        what = Text(f"没有工作表“{sheet}”", f"there is no sheet {sheet!r}")
        raise InputError([Problem(what, Text(f"现有：{names}", f"there are: {names}"), tables[0].file)])
    return found


def _titles(table: Tidy) -> tuple[str, ...]:
    return (table.title,) if table.flows is not None else table.variables


def _unit(table: Tidy, title: str) -> str:
    if table.flows is not None:
        return table.unit
    return str(table.frame.loc[table.frame["variable"] == title, "unit"].iloc[0])


def _match(
    now: Study, made: dict[str, Variable], title: str, ids: Mapping[str, str], unit: str,
    basis: PriceBasis, base_year: int | None, publication: Text | None, vintage: str,
) -> str:  # fmt: skip
    """Return the id a title goes to, making a new variable where the study has none."""
    known = {**now.variables, **{f.id: f.variable for f in now.flows.values()}}
    wanted = ids.get(title)
    if wanted is None:
        found = [v.id for v in known.values() if title in (v.id, *map(narrow, v.title))]
        wanted = found[0] if len(found) == 1 else identifier(title)
    if wanted not in known and wanted not in made:
        money = "元" in unit or "yuan" in unit.lower()
        fresh = Variable(
            wanted, Text(title, title), Text(unit, unit), publication=publication or NO_TEXT, vintage=vintage
        )
        if money and basis != "none":
            fresh = replace(fresh, price_basis=basis, base_year=base_year)
        made[wanted] = fresh
    return wanted


def _publication(table: Tidy, given: Text | None) -> Text | None:
    return given or (Text(table.source, table.source) if table.source else None)


def _with_diagonal(
    now: Study, table: Tidy, matched: Mapping[str, str], wanted: str | None, problems: list[Problem]
) -> Tidy:
    """Return a matrix whose diagonal is as the flow's record has it; any other table as it is."""
    if table.flows is None:
        return table
    flow = now.flows.get(matched[table.title])
    if flow is not None and wanted not in (None, flow.diagonal):
        what = Text(
            f"流量 {flow.id} 的对角线登记为 {flow.diagonal}，不能写入 {wanted}",
            f"the diagonal of flow {flow.id} is declared {flow.diagonal}, not {wanted}",
        )
        do = Text("改 flows.csv 的 diagonal，或另起流量名", "change diagonal in flows.csv, or use another flow id")
        problems.append(Problem(what, do, table.file, table.sheet))
    diagonal = flow.diagonal if flow is not None else wanted or table.diagonal
    own = table.flows["origin"] == table.flows["destination"]
    if diagonal == "included" or not own.any():
        return replace(table, diagonal=diagonal)
    text = Text(
        f"对角线的 {own.sum()} 个数未读：该流量的对角线为 {diagonal}",
        f"{own.sum()} figures on the diagonal are not read: that of this flow is {diagonal}",
    )
    return replace(table, diagonal=diagonal, flows=table.flows[~own], notes=(*table.notes, Note(text)))


def identifier(title: str) -> str:
    """Return a variable id made from a title: letters, Chinese characters and digits kept, the rest underscores."""
    text = re.sub(r"\W+", "_", title).strip("_") or "x"
    return text if text.isidentifier() else f"x_{text}"


def _unit_conflicts(now: Study, table: Tidy, matched: Mapping[str, str]) -> list[Problem]:
    out = []
    for title in _titles(table):
        known = now.variables.get(matched[title])
        unit = _unit(table, title)
        if known is None or not unit or not any(known.unit) or unit in known.unit:
            continue
        what = Text(
            f"“{title}”的单位是 {unit}，而变量 {known.id} 的单位是 {known.unit.zh}",
            f"{title!r} is in {unit}, but variable {known.id} is in {known.unit.en}",
        )
        do = Text("换算后再导入，或另起变量名", "convert before import, or use another variable id")
        out.append(Problem(what, do, table.file, table.sheet))
    return out


def _merge(
    now: Study,
    tables: list[Tidy],
    matched: Mapping[str, str],
    replace_values: bool,
    problems: list[Problem],
    counts: list[int],
) -> "pd.DataFrame":
    """Return the study's panel with the new figures in it; differing figures become problems."""
    import pandas as pd

    long = pd.concat([t.frame.assign(id=t.frame["variable"].map(matched), table=k) for k, t in enumerate(tables)])
    wide = long.pivot_table(index=["place", "year"], columns="id", values="value", sort=False, aggfunc="first")
    old = now.frame.reindex(
        index=now.frame.index.union(wide.index),
        columns=[*now.variables, *wide.columns.difference(list(now.variables), sort=False)],
    )
    before = old.reindex(columns=wide.columns).reset_index().melt(["place", "year"], var_name="id", value_name="before")
    joined = long.merge(before, on=["place", "year", "id"], how="left")
    there = joined["before"].notna()
    differs = there & (joined["before"] != joined["value"])
    counts[0] += int((~there).sum())
    counts[1] += int((there & ~differs).sum())
    counts[2] += int(differs.sum()) if replace_values else 0
    if not replace_values:
        for line in joined[differs].head(MOST_SHOWN).itertuples():
            row: Any = line
            name = now.names.get(str(row.place), Text(str(row.place), str(row.place)))
            what = Text(
                f"{name.zh} {row.year} 年 {row.id}：文件是 {row.value:.12g}，研究中已有 {row.before:.12g}",
                f"{name.en} {row.year} {row.id}: {row.value:.12g} here, but the study has {row.before:.12g}",
            )
            do = Text("核对后改文件，或选择替换", "check, then mend the file or choose to replace")
            of = tables[row.table]
            problems.append(Problem(what, do, of.file, of.sheet, row.row, row.column))
    merged = old.copy()
    merged.update(wide)
    return merged


def _panel_text(frame: "pd.DataFrame", names: Mapping[str, object]) -> str:
    order = {code: at for at, code in enumerate(names)}
    table = frame.rename_axis(["place", "year"]).reset_index()
    table = table.sort_values(["place", "year"], key=lambda c: c.map(order) if c.name == "place" else c, kind="stable")
    return write_numbers(table)


def _flow_files(
    folder: Path, now: Study, matrices: list[Tidy], matched: Mapping[str, str], replace_values: bool, problems: list[Problem], counts: list[int],
) -> dict[str, str]:  # fmt: skip
    import pandas as pd

    out: dict[str, str] = {}
    for table in matrices:
        id_ = matched[table.title]
        new = table.flows
        if new is None:
            continue
        if new["year"].isna().all():
            new = new.drop(columns="year")
        keys = [c for c in ("origin", "destination", "year") if c in new]
        if id_ in now.flows:
            old = now.flows[id_].frame
            if [c for c in old.columns if c != "value"] != keys:
                what = Text(
                    f"流量 {id_} 的年份或行业与已有的不同形",
                    f"flow {id_} has other year or sector columns in the study",
                )
                problems.append(Problem(what, None, table.file, table.sheet))
                continue
            both = new.merge(old, on=keys, suffixes=("", "_before"))
            differs = both["value"] != both["value_before"]
            counts[1] += int((~differs).sum())
            counts[2] += int(differs.sum()) if replace_values else 0
            if differs.any() and not replace_values:
                row = both[differs].iloc[0]
                what = Text(
                    f"流量 {id_} 有 {int(differs.sum())} 个数与已有的不同，例如 {row['origin']}→{row['destination']}",
                    f"{int(differs.sum())} figures of flow {id_} differ from those there, e.g. {row['origin']}→{row['destination']}",
                )
                problems.append(
                    Problem(what, Text("核对，或选择替换", "check, or choose to replace"), table.file, table.sheet)
                )
            counts[0] += len(new) - len(both)
            new = pd.concat([old, new]).drop_duplicates(keys, keep="last")
        else:
            counts[0] += len(new)
        out[f"flows/{id_}.csv"] = write_numbers(new[[*keys, "value"]])
    return out


def _flow_rows(
    folder: Path,
    name: str,
    made: Mapping[str, Variable],
    matrices: list[Tidy],
    matched: Mapping[str, str],
) -> str:
    path = part(folder, name)
    kept = read_records(path, ("id",)) if path.is_file() else []
    have = {row["id"] for row in kept}
    fresh = [made[matched[t.title]].row() | {"diagonal": t.diagonal} for t in matrices if matched[t.title] not in have]
    return write_records(
        [*kept, *fresh], [*FLOW_FIELDS, *(f for f in (kept[0] if kept else {}) if f not in FLOW_FIELDS)]
    )
