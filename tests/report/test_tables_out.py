"""Exports: what each form must hold, read back with another library where there is one."""

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from yugong.base.cards import Citation, MethodCard
from yugong.base.errors import InputError, UnknownNameError
from yugong.base.provenance import Provenance, Source
from yugong.base.text import Text
from yugong.report import tables_out as out
from yugong.report.tables_out.latex import escape
from yugong.report.tables_out.save import stata

NAMES = {"510000": Text("四川", "Sichuan"), "grp": Text("地区生产总值", "GRP")}
SOURCE = Source(
    "grp",
    Text("地区生产总值", "GRP"),
    Text("亿元", ""),
    Text("", ""),
    Text("年鉴", "Yearbook"),
    Text("2023", "2023"),
    "official",
)
CARD = MethodCard(
    "demo", Text("示例方法", "Demo method"), "x^2", Text("除以 n", "divided by n"), Text("零按缺失", "zeros missing"),
    (Citation("a", "AUTHOR A. Title[J]. Journal, 2000, 1: 1-2.", "@article{a}"),),
)  # fmt: skip

USED = Provenance("china", (SOURCE,), {"omitted": "540000 (2019)"})


@dataclass(frozen=True)
class Result:
    frame: pd.DataFrame
    method: MethodCard = CARD
    provenance: Provenance = USED

    def table(self) -> pd.DataFrame:
        return self.frame


@pytest.fixture
def result() -> Result:
    return Result(
        pd.DataFrame(
            {
                "place": ["510000", "=SUM(A1)", None],
                "year": [2020, 2021, 2022],
                "value": [1.23456, np.nan, -12.0],
                "p_value": [0.04321, 0.5, 1.0],
                "count": [3, 4, 5],
            }
        )
    )


def fit(estimates: dict[str, tuple[float, float, float]], **more: Any) -> SimpleNamespace:
    rows = [(k, b, se, b / se, p) for k, (b, se, p) in estimates.items()]
    frame = pd.DataFrame(rows, columns=["variable", "estimate", "standard_error", "z", "p_value"])
    return SimpleNamespace(table=lambda: frame, method=None, provenance=None, **more)


def test_table_heads_words_digits_and_notes(result: Result) -> None:
    t = out.result_table(result, "demo", names=NAMES)
    assert t.caption == CARD.title
    assert t.rows[0][0] == NAMES["510000"]
    assert t.rows[1][2] is None
    assert t.columns[1].format.thousands is False
    assert t.columns[3].format.digits == 3
    assert t.columns[4].format.digits == 0
    notes = " ".join(n.en for n in t.notes)
    assert "divided by n" in notes
    assert "zeros missing" in notes
    assert "AUTHOR A" in notes
    assert "540000 (2019)" in notes
    assert t.sources == (SOURCE,)


def test_stars_and_brackets() -> None:
    a = fit({"x": (1.5, 0.5, 0.009), "rho": (0.2, 0.1, 0.0499), "intercept": (1.0, 2.0, 0.6)}, observations=31)
    b = fit({"grp": (-0.1234, 0.07, 0.0999), "W*x": (0.3, 0.3, 0.3)}, observations=1234, r_squared=0.5)
    cells = {}
    for brackets in ("t", "se", "p"):
        t = out.regression_table([a, b], names=NAMES, brackets=brackets)
        rows = [[c.en if isinstance(c, Text) else c for c in row] for row in t.rows]
        cells[brackets] = rows
        assert rows[0] == ["x", "1.500***", ""]
        assert [r[0] for r in rows[::2]][:5] == ["x", "GRP", "W*x", "ρ (spatial lag)", "Constant"]
        assert rows[2][2] == "−0.123*"
        assert rows[6][1] == "0.200**"
        assert rows[8][1] == "1.000"
        assert ["Observations", "31", "1,234"] in rows
        assert ["R²", "", "0.500"] in rows
    assert cells["t"][1][1] == "(3.00)"
    assert cells["se"][1][1] == "(0.500)"
    assert cells["p"][1][1] == "(0.009)"
    assert "t (or z)" in out.regression_table([a]).notes[0].en
    with pytest.raises(UnknownNameError):
        out.regression_table([a], brackets="ci")
    with pytest.raises(InputError):
        out.regression_table([SimpleNamespace(table=lambda: pd.DataFrame({"a": [1]}))])


def test_stars_include_their_level() -> None:
    t = out.regression_table([fit({"x": (1.0, 1.0, 0.05), "y": (1.0, 1.0, 0.1), "z": (1.0, 1.0, 0.1001)})])
    assert [r[1] for r in t.rows[:6:2]] == ["1.000**", "1.000*", "1.000"]


def test_latex_is_three_lines_and_escapes(result: Result) -> None:
    tex = out.render_latex([out.result_table(result, "demo", names=NAMES)], "zh")
    assert tex.count(r"\toprule") == tex.count(r"\midrule") == tex.count(r"\bottomrule") == 1
    assert r"\documentclass{ctexart}" in tex
    assert "|" not in tex.split(r"\begin{tabular}")[1].split("}")[0]
    assert tex.count("{") == tex.count("}")
    assert "四川 & 2020 & 1.235 & 0.043 & 3" in tex
    assert tex.index("示例方法") < tex.index("Demo method") < tex.index(r"\toprule")
    assert escape("a_b & 5% {x} #1 ~ ^ \\ $") == (
        r"a\_b \& 5\% \{x\} \#1 \textasciitilde{} \textasciicircum{} \textbackslash{} \$"
    )
    assert "documentclass" not in out.render_latex([out.result_table(result, "demo")], "en", whole=False)
    many = Result(pd.DataFrame({"year": range(1900, 2000), "value": 1.5}))
    assert r"\begin{longtable}" in out.render_latex([out.result_table(many, "long")])


def test_docx_has_three_lines_and_chinese_fonts(result: Result) -> None:
    import docx

    data = out.render_docx([out.result_table(result, "demo", names=NAMES)], "zh")
    document = docx.Document(io.BytesIO(data))
    grid = document.tables[0]
    assert [c.text for c in grid.rows[1].cells] == ["四川", "2020", "1.235", "0.043", "3"]
    texts = [p.text for p in document.paragraphs]
    assert texts[0] == "表 1  示例方法"
    assert texts[1] == "Table 1  Demo method"
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    columns = 5
    assert xml.count('w:sz="12"') == 2 * columns  # 1.5 pt above and below
    assert xml.count('w:sz="6"') == columns  # 0.75 pt under the heading
    assert "<w:left" not in xml.split("<w:tcBorders>", 1)[1].split("</w:tcBorders>")[0]
    assert 'w:eastAsia="宋体"' in xml


def test_stata_reads_back(result: Result) -> None:
    frame = result.frame.assign(**{"a name that is far too long for the program": 1, "2nd": 2.5, "ok?": True})
    back = pd.read_stata(io.BytesIO(stata(frame, "zh")))
    assert list(back.columns)[:5] == ["place", "year", "value", "p_value", "count"]
    assert all(len(c) <= 32 and c[0].isalpha() for c in back.columns)
    assert back["place"].tolist() == ["510000", "=SUM(A1)", ""]
    np.testing.assert_array_equal(back["value"], result.frame["value"])
    with pd.io.stata.StataReader(io.BytesIO(stata(frame, "zh"))) as reader:
        assert reader.variable_labels()["place"] == "地区"


def test_csv_runs_no_formula_and_keeps_digits(result: Result, tmp_path: Path) -> None:
    path = out.save(result, tmp_path / "new" / "a.csv", lang="en")
    text = path.read_text(encoding="utf-8-sig")
    assert "'=SUM(A1)" in text
    assert "1.23456" in text


@pytest.mark.parametrize("suffix", out.SUFFIXES)
def test_each_ending_writes_and_leaves_no_trace(result: Result, tmp_path: Path, suffix: str) -> None:
    path = out.save(result, tmp_path / f"a{suffix}", "demo", names=NAMES)
    assert path.stat().st_size > 50
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_other_endings_are_refused(result: Result, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError):
        out.save(result, tmp_path / "a.pdf")
    with pytest.raises(UnknownNameError):
        out.save(out.result_table(result, "demo"), tmp_path / "a.dta")
    assert not list(tmp_path.iterdir())


def test_folder_has_every_form_a_manifest_and_replaces_only_its_own(result: Result, tmp_path: Path) -> None:
    target = tmp_path / "tables"
    out.save_folder({"one": result, "two": result}, target, "en", NAMES, {"one": {"year": "2020"}})
    names = {p.name for p in target.iterdir()}
    assert names == {"manifest.json", "tables.tex", "tables.docx", "tables.xlsx"} | {
        f"{k}.{s}" for k in ("one", "two") for s in ("csv", "dta")
    }
    content = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    assert {o["file"] for o in content["outputs"]} == names - {"manifest.json"}
    assert content["results"]["one"]["asked"] == {"year": "2020"}
    assert content["results"]["one"]["sources"] == ["grp"]
    out.save_folder({"one": result}, target)
    assert not (target / "two.csv").exists()
    (target / "mine.txt").write_text("kept")
    with pytest.raises(InputError):
        out.save_folder({"one": result}, target)
    assert (target / "mine.txt").read_text() == "kept"
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.csv").write_text("kept")
    with pytest.raises(InputError):
        out.save_folder({"one": result}, other)


def test_xlsx_reads_back(result: Result, tmp_path: Path) -> None:
    import openpyxl

    path = out.save(result, tmp_path / "a.xlsx", "demo", "zh", NAMES)
    book = openpyxl.load_workbook(path)
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert any(c.value == "四川" for c in cells)
    assert any(c.value == pytest.approx(1.23456) for c in cells if isinstance(c.value, float))
    assert not any(c.data_type == "f" for c in cells)
