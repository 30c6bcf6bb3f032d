"""What is written: comments at the right words, form, ledger and data; all or nothing."""

import json
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest

from yugong.base.errors import YugongError
from yugong.base.text import set_language
from yugong.review import open_draft, review, sample_draft, write_review
from yugong.review.result import DISCLAIMER
from yugong.review.writing.marked import marked_draft


@pytest.fixture(scope="module")
def reviewed():
    return review(sample_draft(), texts={})


def commented(document) -> list[str]:
    """The words between the marks of each comment, in reading order."""
    found = []
    for paragraph in document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"):
        open_: dict[str, list[str]] = {}
        for node in paragraph.iter():
            tag = node.tag.rpartition("}")[2]
            ident = node.get("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}id")
            if tag == "commentRangeStart":
                open_[ident] = []
            elif tag == "commentRangeEnd":
                found.append("".join(open_.pop(ident)))
            elif tag == "t":
                for words in open_.values():
                    words.append(node.text or "")
    return found


def test_comments_mark_the_very_words(tmp_path: Path, reviewed) -> None:
    write_review(reviewed, tmp_path / "out")
    document = docx.Document(str(tmp_path / "out" / "sample_draft-marked.docx"))
    marked = [*reviewed.findings, *reviewed.questions]
    assert sorted(commented(document)) == sorted(m.clause.text for m in marked)
    comments = [c.text for c in document.comments]
    assert len(comments) == len(marked)
    assert all(DISCLAIMER.zh in c for c in comments)
    again = review(tmp_path / "out" / "sample_draft-marked.docx", texts={})
    assert [f.rule.id for f in again.findings] == [f.rule.id for f in reviewed.findings]


def test_a_word_draft_keeps_its_runs_and_tables(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("第一条 ")
    paragraph.add_run("供应商").bold = True
    paragraph.add_run("应在本市注册方可投标。其他事项另定。")
    document.add_table(1, 1).cell(0, 0).text = "校服统一由某公司供应。"
    path = tmp_path / "a.docx"
    document.save(str(path))
    result = review(path, texts={})
    marked = tmp_path / "m.docx"
    marked.write_bytes(marked_draft(result, path))
    again = docx.Document(str(marked))
    assert commented(again) == ["供应商应在本市注册方可投标。", "校服统一由某公司供应。"]
    assert again.paragraphs[0].text == paragraph.text
    assert [r.text for r in again.paragraphs[0].runs if r.bold] == ["供应商"]


def test_form_ledger_and_data_say_the_same(tmp_path: Path, reviewed) -> None:
    out = write_review(reviewed, tmp_path / "out")
    sheet = openpyxl.load_workbook(out / "ledger.xlsx")["台账"]
    numbers = [row[1].value for row in sheet.iter_rows(min_row=2)]
    assert numbers == [f.id for f in reviewed.findings]
    rows = json.loads((out / "sample_draft.json").read_text(encoding="utf-8"))["findings"]
    assert [r["id"] for r in rows] == numbers
    for row in rows:
        clause = row["clause"]
        assert reviewed.draft.text[clause["start"] : clause["end"]] == clause["text"]
        assert len(row["exception"]) == 3
    form = docx.Document(str(out / "sample_draft-form.docx"))
    words = "\n".join(p.text for p in form.paragraphs) + "\n".join(
        c.text for t in form.tables for r in t.rows for c in r.cells
    )
    assert all(f.id in words for f in reviewed.findings)
    assert DISCLAIMER.zh in words


def test_a_cell_cannot_become_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text('=HYPERLINK("x")投标人应在本市注册。', encoding="utf-8")
    out = write_review(review(path, texts={}), tmp_path / "out")
    cell = next(openpyxl.load_workbook(out / "ledger.xlsx")["台账"].iter_rows(min_row=2))[6]
    assert cell.data_type == "s"


def test_nothing_is_left_half_written(tmp_path: Path, reviewed, monkeypatch) -> None:
    out = write_review(reviewed, tmp_path / "out")
    before = {p.name: p.read_bytes() for p in out.iterdir()}

    def full(*_: object) -> bytes:
        raise OSError("no space left")

    monkeypatch.setattr("yugong.review.writing.folder.ledger", full)
    with pytest.raises(OSError, match="no space"):
        write_review(reviewed, out)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_exception_makes_a_question_and_river_law_asks(reviewed) -> None:
    asked = [f for f in reviewed.findings if f.grade == "ask"]
    assert [f.clause.label for f in asked] == ["第十三条"]
    assert all(c.words for c in asked[0].exception)
    assert [q.citation.article for q in reviewed.questions] == [51]
    clean = {"第一条", "第二条", "第三条", "第十条"}
    assert not clean & {f.clause.label for f in reviewed.findings}


def test_before_the_regulation_it_does_not_apply() -> None:
    with pytest.raises(YugongError):
        review(sample_draft(), on=date(2024, 1, 1), texts={})


def test_english(tmp_path: Path, reviewed) -> None:
    set_language("en")
    try:
        out = write_review(reviewed, tmp_path / "out")
        comments = [c.text for c in docx.Document(str(out / "sample_draft-marked.docx")).comments]
        assert sum("Suggestion:" in c for c in comments) == len(reviewed.findings)
        assert sum(c.startswith("[question]") for c in comments) == len(reviewed.questions)
        assert "clear" in set(reviewed.table()["grade"])
    finally:
        set_language(None)


def test_agreement_points(tmp_path: Path) -> None:
    from yugong.review.citing import agreement_gaps

    path = tmp_path / "a.txt"
    path.write_text("补偿范围为甲河流域。水质考核断面目标为Ⅱ类。协议有效期至2027年12月31日。\n", encoding="utf-8")
    found = {p.citation.item: words for p, words in agreement_gaps(open_draft(path))}
    assert [i for i, words in found.items() if words] == [1, 2, 5]


def test_a_question_under_another_law_is_in_every_output_with_its_words(shared: Path, tmp_path: Path) -> None:
    from yugong.review.statutes import read_folder

    texts = read_folder(shared / "data" / "cn_laws")
    result = review(sample_draft(), texts=texts)
    words = texts["黄河保护法"].article(51).text
    assert [q.quote.text for q in result.questions] == [words]
    beside = next(f.beside for f in result.findings if f.rule.id == "9(3)")
    assert texts["反垄断法"].article(42).text in beside[0].zh
    out = write_review(result, tmp_path / "out")
    row = next(openpyxl.load_workbook(out / "ledger.xlsx")["待问"].iter_rows(min_row=2, values_only=True))
    assert words in row[4]
    form = docx.Document(str(out / "sample_draft-form.docx"))
    assert any(words in c.text for t in form.tables for r in t.rows for c in r.cells)
    assert json.loads((out / "sample_draft.json").read_text(encoding="utf-8"))["questions"][0]["quote"]["text"] == words
