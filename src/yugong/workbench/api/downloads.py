"""Files out: any result or table in the formats that people work in, and reports."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yugong import __version__
from yugong.base.errors import UnknownNameError
from yugong.base.text import Lang, Text
from yugong.workbench import shapes
from yugong.workbench.bench import Bench, Run
from yugong.workbench.errors import Refused
from yugong.workbench.operations import Call, Download, Operation

if TYPE_CHECKING:
    import pandas as pd

    from yugong.report.model import Table

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}
REPORT_MEDIA = {
    "html": "text/html; charset=utf-8",
    "xlsx": MEDIA["xlsx"],
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def download(bench: Bench, call: Call) -> Download:
    """Return a kept result as a file: one of its tables where one is named, else the whole of it."""
    id_, _, kind = call.path["file"].rpartition(".")
    if kind not in MEDIA:
        raise Refused(404, Text(f"没有这种格式：{kind}", f"there is no such format: {kind}"))
    run = bench.kept(id_)
    lang: Lang = call.query.lang
    name = run.name if call.query.table is None else call.query.table
    return Download(content(bench, run, kind, call.query.table, lang), MEDIA[kind], f"{name}.{kind}")


def content(bench: Bench, run: Run, kind: str, table: str | None, lang: Lang) -> bytes:
    """Return the bytes of a result in one format, through the writers that Python and the command line use."""
    from yugong.report.tables_out import save

    tables: dict[str, Table] = run.about["tables"]
    tables = tables | {t.id: t for t in tables.values()}
    if table is not None and table not in tables:
        raise UnknownNameError(Text("表", "table"), table, tables)
    if kind == "xlsx" and table is None and not hasattr(run.result, "sheets"):
        return _workbook(bench, list({t.id: t for t in tables.values()}.values()), lang)
    chosen: Any = run.result if table is None else tables[table]
    if kind != "xlsx" and (table is not None or not hasattr(chosen, "table")):
        chosen = frame_of(chosen, lang) if hasattr(chosen, "rows") else chosen
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{kind}"
        if kind == "parquet":
            _parquet(chosen if hasattr(chosen, "columns") else chosen.table(), path)
        else:
            save(chosen, path, run.name if table is None else table, lang, run.about.get("names"))
        return path.read_bytes()


def _workbook(bench: Bench, tables: "list[Table]", lang: Lang) -> bytes:
    from yugong.report.model import Chapter, Document, Meta
    from yugong.report.xlsx import render_xlsx

    title, s = Text("结果表", "Tables of results"), bench.study
    meta = Meta(s.id, s.title, datetime.now(UTC).date().isoformat(), __version__)
    return render_xlsx(Document(title, s.title, (Chapter("results", title, tuple(tables)),), meta), lang)


def frame_of(table: "Table", lang: Lang) -> "pd.DataFrame":
    """Return a table as shown, with full numbers: an interval becomes two columns, words are in one language."""
    import pandas as pd

    from yugong.report.numbers import NONE, Interval

    columns: dict[str, list[Any]] = {}
    titles: dict[str, tuple[Text, Text]] = {}
    for at, column in enumerate(table.columns):
        cells = [row[at] for row in table.rows]
        if any(isinstance(cell, Interval) for cell in cells):
            for end, words in (("low", Text("下限", "low")), ("high", Text("上限", "high"))):
                columns[f"{column.id}_{end}"] = [
                    getattr(cell, end) if isinstance(cell, Interval) else None for cell in cells
                ]
                titles[f"{column.id}_{end}"] = (_pair(column.title, words), column.unit)
            continue
        columns[column.id] = [cell.in_(lang) if isinstance(cell, Text) else cell for cell in cells]
        group = NONE if column.group is None else column.group
        titles[column.id] = (column.title if not group.zh else _pair(group, column.title), column.unit)
    frame = pd.DataFrame(columns)
    frame.attrs["titles"] = titles
    return frame


def _pair(first: Text, second: Text) -> Text:
    return Text(f"{first.zh} {second.zh}", f"{first.en} {second.en}")


def _parquet(frame: "pd.DataFrame", path: Path) -> None:
    import duckdb

    plain = frame.copy()
    for column in plain.select_dtypes(["object", "string"]).columns:
        plain[column] = [None if v is None or v != v else str(v) for v in plain[column]]
    with duckdb.connect() as db:
        db.from_df(plain).write_parquet(str(path))


def report(bench: Bench, call: Call) -> Download:
    """Return a report that a job has made, in one format."""
    from yugong.workbench.reports import files

    job, _, kind = call.path["file"].rpartition(".")
    found = files(bench.store, job)
    if kind not in found:
        raise Refused(404, Text(f"这份报告没有 {kind} 格式", f"this report has no {kind} form"))
    return Download(found[kind].read_bytes(), REPORT_MEDIA[kind], f"yugong-{bench.study.id}.{kind}")


OPERATIONS = (
    Operation(
        "GET",
        "/api/download/{file}",
        Text("下载一个结果", "download a result"),
        download,
        query=shapes.DownloadQuery,
        media=tuple(MEDIA.values()),
    ),
    Operation(
        "GET", "/api/report/{file}", Text("下载报告", "download a report"), report, media=tuple(REPORT_MEDIA.values())
    ),
)
