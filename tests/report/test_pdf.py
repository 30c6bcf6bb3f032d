"""The PDF: every word as text, nothing read as source, the contents' page numbers true, the same bytes each time."""

import dataclasses
import io
import json
from pathlib import Path

import pypdf
import pytest
import typst
from papers import docx_grids, pdf_text, squeezed

from yugong.base.errors import UnknownNameError
from yugong.base.files import sha256
from yugong.base.text import LANGUAGES, Lang, Text, set_language
from yugong.cli.app import run
from yugong.report import render_pdf, write_report
from yugong.report.model import Chapter, Column, Document, Finding, Heading, Paragraph, Table
from yugong.report.pages import typesetter
from yugong.report.pages.pictures import to_png
from yugong.report.svg import picture

pytestmark = pytest.mark.skipif(not typesetter._has_chinese(""), reason="no Chinese font is installed")
SOURCE = (
    '#panic("x") $x$ *b* _e_ @no <l> = h \\ [c] #sys.inputs `r` // c "q" ~ #read("/etc/hosts")'  # typst's own signs
)


@pytest.fixture(scope="module")
def content(document: Document) -> bytes:
    return render_pdf(document, "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_in_it_as_text(document: Document, lang: Lang) -> None:
    text = pdf_text(render_pdf(document, lang)).replace("-", "")  # English words may be broken with a hyphen
    for block in document.blocks():
        if isinstance(block, Finding | Paragraph | Heading):
            assert squeezed(block.text.in_(lang)).replace("-", "") in text
    for figure in document.figures():
        assert squeezed(figure.description.in_(lang)).replace("-", "") in text


def test_nothing_of_a_text_is_read_as_source(document: Document) -> None:
    hostile = Text(SOURCE, SOURCE)
    table = Table("t", hostile, (Column("a", hostile),), ((SOURCE,),), notes=(hostile,))
    chapter = Chapter("c", hostile, (Heading(hostile), Paragraph(hostile), Finding(hostile, hostile), table), hostile)
    odd = dataclasses.replace(document, title=hostile, subtitle=hostile, chapters=(chapter,))
    text = pdf_text(render_pdf(odd, "zh"))
    assert text.count(squeezed(SOURCE)) >= 9  # of title, subtitle, chapter, lead, heading, paragraph, finding, table


def test_the_contents_name_the_pages_where_chapters_begin(content: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(content))
    text = [squeezed(p.extract_text()) for p in reader.pages]
    found = {
        squeezed(str(item.title)): reader.get_destination_page_number(item) + 1
        for item in reader.outline
        if not isinstance(item, list)
    }
    assert list(found)[:2] == ["一、总览", "二、差距与收敛"]
    for title, page in found.items():
        assert title in text[page - 1]
        line = text[0].split(title, 1)[1].lstrip(".")
        assert line.startswith(str(page))


def test_pages_are_a4_and_numbered_between_dashes(content: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(content))
    for n, page in enumerate(reader.pages, 1):
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((595.28, 841.89), abs=0.01)
        assert f"—{n}—" in squeezed(page.extract_text())


def test_it_is_tagged_dated_and_the_same_each_time(content: bytes, document: Document) -> None:
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert reader.metadata.title == document.title.zh
    assert reader.metadata.creation_date.date().isoformat() == document.meta.created
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert render_pdf(document, "zh") == content


def test_chinese_in_pictures_is_drawn_and_not_as_boxes(document: Document) -> None:
    figure = next(f for f in document.figures() if f.id == "fig-dagum")
    names = [
        tuple(dataclasses.replace(s, name=Text(w, w)) for s in figure.chart.series) for w in ("国国", "地地", "国国")
    ]
    pngs = to_png([picture(dataclasses.replace(figure.chart, series=s), "zh", "") for s in names])
    assert pngs[0] == pngs[2]
    assert pngs[0] != pngs[1]


def test_a_machine_without_chinese_fonts_is_found_out() -> None:
    bare = typst.Fonts(include_system_fonts=False)
    one, other = (
        typst.compile(typesetter._PROBE, format="png", ppi=36, font_paths=bare, ignore_system_fonts=True, sys_inputs={"words": w})
        for w in ("国", "地")
    )  # fmt: skip
    assert one == other  # two boxes
    assert typesetter._has_chinese("")


def test_a_report_in_every_form_is_written_whole_with_its_hashes(document: Document, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    made = write_report(document, tmp_path / "out", "zh", lambda d, t, _: steps.append((d, t)), formats="all")
    names = ["index.html", "manifest.json", "report.docx", "report.pdf", "tables.xlsx"]
    assert sorted(p.name for p in made.folder.iterdir()) == names
    content = json.loads(made.manifest.read_text(encoding="utf-8"))
    assert {o["file"]: o["sha256"] for o in content["outputs"]} == {
        p.name: sha256(p) for p in (made.html, made.xlsx, made.docx, made.pdf)
    }
    assert steps[0] == (0, 5)
    assert steps[-1] == (5, 5)
    again = write_report(document, tmp_path / "out", "zh", formats=("pdf",))  # an earlier report is replaced
    assert sorted(p.name for p in again.folder.iterdir()) == ["manifest.json", "report.pdf"]
    assert (again.html, again.xlsx, again.docx) == (None, None, None)
    with pytest.raises(UnknownNameError, match="docx"):
        write_report(document, tmp_path / "other", formats=("odt",))


def test_a_failure_in_the_last_form_leaves_the_earlier_report(
    document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sha256(write_report(document, tmp_path / "out", "zh").html)

    def fail(*_: object, **__: object) -> bytes:
        raise RuntimeError("stop")

    monkeypatch.setattr(typesetter, "pdf", fail)
    with pytest.raises(RuntimeError):
        write_report(document, tmp_path / "out", "zh", formats="all")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["index.html", "manifest.json", "tables.xlsx"]
    assert sha256(tmp_path / "out" / "index.html") == before


def test_the_command_writes_paper_and_refuses_an_unknown_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "paper"
    try:
        assert run(["report", "--format", "pdf，docx", "--draws", "100", "--out", str(out), "--lang", "zh"]) == 0
        assert sorted(p.name for p in out.iterdir()) == ["manifest.json", "report.docx", "report.pdf"]
        assert "report.docx、report.pdf" in capsys.readouterr().out
        assert run(["report", "--format", "odt", "--out", str(tmp_path / "no")]) == 1
        assert "--format" in capsys.readouterr().err
    finally:
        set_language(None)
    text = pdf_text((out / "report.pdf").read_bytes())
    pages = docx_grids((out / "report.docx").read_bytes())
    gini = next(panels for number, panels in pages.items() if number == "表 3-1")
    assert squeezed("".join(gini[0][0])) in text  # the same row in both
