"""Results to files: one file by its ending, or a folder with every form of every table and a manifest."""

import json
import platform
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from yugong import __version__
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.files import sha256, whole_folder, write_atomic
from yugong.base.text import Lang, Text, language
from yugong.report.live_xlsx import render_live
from yugong.report.model import Block, Card, Chapter, Document, Meta, Table
from yugong.report.tables_out.build import Names, heading, result_table
from yugong.report.tables_out.docx import render_docx
from yugong.report.tables_out.latex import render_latex
from yugong.report.xlsx import render_xlsx

SUFFIXES = (".tex", ".docx", ".xlsx", ".dta", ".csv", ".json")
MANIFEST = "manifest.json"
LIVE = "calculation.xlsx"  # calculation sheets with their formulas alive
_LABEL, _NAME = 80, 32  # Stata's longest variable label and name
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def save(
    result: Any,
    path: str | Path,
    id: str = "table",
    lang: Lang | None = None,
    names: Names | None = None,
    caption: Text | None = None,
) -> Path:
    """Write a result's table to a file by its ending: .tex, .docx, .xlsx, .dta, .csv or .json; whole or not at all.

    `names` puts words in place of ids in the printed forms; .dta, .csv and .json keep ids and full digits. A result
    with calculation sheets (`sheets`) becomes an .xlsx whose formulas live. A Table
    (such as regression_table makes) can be saved as .tex, .docx or .xlsx. Raises UnknownNameError for other endings.
    """
    target = Path(path)
    content = _content(target.suffix.lower(), result, id, lang, names, caption)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, content)
    return target


def save_folder(
    results: Mapping[str, Any],
    path: str | Path,
    lang: Lang | None = None,
    names: Names | None = None,
    selection: Mapping[str, Mapping[str, str]] | None = None,
) -> Path:
    """Write results by id into a folder: tables.tex, tables.docx, tables.xlsx, and a .csv and .dta each, with a manifest.

    An earlier folder of this kind is replaced when the new one stands complete; any other is refused. `selection`
    records the options each result was asked for with.
    """
    target = Path(path).expanduser().absolute()
    _only_ours(target)
    tables = {k: r if isinstance(r, Table) else result_table(r, k, None, names) for k, r in results.items()}
    with whole_folder(target) as folder:
        write_atomic(folder / "tables.tex", render_latex(list(tables.values()), lang))
        write_atomic(folder / "tables.docx", render_docx(list(tables.values()), lang))
        write_atomic(folder / "tables.xlsx", render_xlsx(_document(tables, results), lang))
        if sheets := [sheet for r in results.values() if hasattr(r, "sheets") for sheet in r.sheets]:
            write_atomic(folder / LIVE, render_live(sheets, lang))
        for key, result in results.items():
            if not isinstance(result, Table):
                frame = _frame(result)
                write_atomic(folder / f"{key}.csv", _csv(frame, lang))
                write_atomic(folder / f"{key}.dta", stata(frame, lang))
        listed = sorted(p for p in folder.iterdir() if p.is_file())
        content = {
            "generator": "yugong",
            "kind": "tables",
            "created": datetime.now(UTC).date().isoformat(),
            "versions": {"yugong": __version__, "python": platform.python_version(), "pandas": pd.__version__},
            "results": {k: _about(r, (selection or {}).get(k, {})) for k, r in results.items()},
            "outputs": [{"file": p.name, "sha256": sha256(p), "bytes": p.stat().st_size} for p in listed],
        }
        write_atomic(folder / MANIFEST, json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    return target


def stata(frame: pd.DataFrame, lang: Lang | None = None) -> bytes:
    """Return a frame as a Stata 14 .dta file: legal names, labels by the registry's words, text as UTF-8."""
    import io

    out = pd.DataFrame(index=range(len(frame)))
    labels: dict[str, str] = {}
    for column in frame.columns:
        name = _legal(str(column), set(out.columns))
        values = frame[column].reset_index(drop=True)
        if pd.api.types.is_bool_dtype(values):
            out[name] = values.astype(np.int8)
        elif pd.api.types.is_numeric_dtype(values):
            whole = pd.api.types.is_integer_dtype(values) and not values.isna().any()
            small = whole and (not len(values) or int(values.abs().max()) < 2**31 - 101)
            out[name] = values.astype(np.int32) if small else values.astype(np.float64)
        else:
            out[name] = ["" if v is None or v != v else str(v) for v in values]
        title, unit = heading(str(column), frame)
        words = title.in_(lang) + (f" ({unit.in_(lang)})" if unit.in_(lang) else "")
        labels[name] = words[:_LABEL]
    out = out.replace([np.inf, -np.inf], np.nan)
    buffer = io.BytesIO()
    out.to_stata(buffer, write_index=False, version=118, variable_labels=labels)
    return buffer.getvalue()


def _content(
    suffix: str, result: Any, id: str, lang: Lang | None, names: Names | None, caption: Text | None
) -> str | bytes:
    if suffix not in SUFFIXES or (isinstance(result, Table) and suffix in (".dta", ".csv", ".json")):
        raise UnknownNameError(Text("输出格式", "output format"), suffix, SUFFIXES)
    if suffix == ".csv":
        return _csv(_frame(result), lang)
    if suffix == ".dta":
        return stata(_frame(result), lang)
    if suffix == ".json":
        rows = json.loads(_frame(result).to_json(orient="records", force_ascii=False))
        return json.dumps({"language": lang or language(), "rows": rows}, ensure_ascii=False, indent=1)
    if suffix == ".xlsx" and hasattr(result, "sheets"):
        return render_live(result.sheets, lang)
    table = result if isinstance(result, Table) else result_table(result, id, caption, names)
    if suffix == ".tex":
        return render_latex([table], lang)
    if suffix == ".docx":
        return render_docx([table], lang)
    return render_xlsx(_document({id: table}, {id: result}), lang)


def _document(tables: Mapping[str, Table], results: Mapping[str, Any]) -> Document:
    cards = [r.method for r in results.values() if getattr(r, "method", None) is not None]
    provenances = [r.provenance for r in results.values() if getattr(r, "provenance", None) is not None]
    study = provenances[0].study if provenances else ""
    created = datetime.now(UTC).date().isoformat()
    blocks: tuple[Block, ...] = (*tables.values(), *(Card(c) for c in cards))
    title = Text("结果表", "Tables of results")
    chapter = Chapter("tables_of_results", title, blocks)
    return Document(title, Text(study, study), (chapter,), Meta(study, Text(study, study), created, __version__))


def _frame(result: Any) -> pd.DataFrame:
    frame: pd.DataFrame = result if isinstance(result, pd.DataFrame) else result.table()
    return frame


def _csv(frame: pd.DataFrame, lang: Lang | None) -> str:
    safe = frame.copy()
    for column in safe.select_dtypes(["object", "string"]).columns:
        # text that a spreadsheet would run as a formula is quoted (convention 10)
        safe[column] = ["'" + v if isinstance(v, str) and v.startswith(_FORMULA) else v for v in safe[column]]
    heads = {}
    for column in safe.columns:
        title, unit = heading(str(column), frame)
        heads[column] = title.in_(lang) + (f" ({unit.in_(lang)})" if unit.in_(lang) else "")
    # the byte-order mark lets spreadsheets open Chinese text right
    return "\ufeff" + safe.rename(columns=heads).to_csv(index=False)


def _about(result: Any, asked: Mapping[str, str]) -> dict[str, Any]:
    card, provenance = getattr(result, "method", None), getattr(result, "provenance", None)
    return {
        "asked": dict(asked),
        "method": None if card is None else {"id": card.id, "options": card.options},
        "selection": {} if provenance is None else provenance.selection,
        "sources": [] if provenance is None else [s.id for s in provenance.sources],
    }


def _legal(name: str, taken: set[str]) -> str:
    plain = re.sub(r"\W", "_", name, flags=re.ASCII).strip("_") or "v"
    plain = (plain if plain[0].isalpha() else f"v{plain}")[:_NAME]
    made, k = plain, 1
    while made in taken:
        k += 1
        made = f"{plain[: _NAME - len(str(k)) - 1]}_{k}"
    return made


def _only_ours(target: Path) -> None:
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    manifest = target / MANIFEST
    ours = False
    if manifest.is_file():
        try:
            content = json.loads(manifest.read_text(encoding="utf-8"))
        except ValueError:
            content = None
        ours = isinstance(content, dict) and content.get("generator") == "yugong" and content.get("kind") == "tables"
        ours = ours and {p.name for p in target.iterdir()} <= {MANIFEST} | {o["file"] for o in content["outputs"]}
    if not ours:
        what = Text("这里已有别的文件，不能替换", "there are other files here; they will not be replaced")
        do = Text("换一个文件夹，或先移走其中的文件", "choose another folder, or move those files away first")
        raise InputError([Problem(what, do, file=str(target))])
