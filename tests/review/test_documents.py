"""Drafts in every form: same clauses, right places; what cannot be read says why."""

import importlib.util
import sys
from pathlib import Path

import pypdf
import pytest

from yugong.base.errors import InputError
from yugong.review import clauses, open_draft, review, review_files
from yugong.review.writing.marked import marked_draft

_SPEC = importlib.util.spec_from_file_location("drafts", Path(__file__).parent / "drafts.py")
drafts = importlib.util.module_from_spec(_SPEC)
sys.modules["drafts"] = drafts
_SPEC.loader.exec_module(drafts)

LINES = (
    "第一章 总则",
    "第一条 本办法适用于各类经营者。",
    "第二条 投标人应当符合下列条件：",
    "（一）近三年在本县有同类业绩；",
    "（二）具有相应资质。",
    "第三条 企业享受奖励后五年内迁出本县的，应当退还全部奖励。",
)


def items(path: Path) -> list[tuple[str, str]]:
    return [(f.rule.id, f.clause.label) for f in review(path, texts={}).findings if f.grade != "ask"]


def test_every_form_of_a_draft_is_read_alike(tmp_path: Path) -> None:
    plain = tmp_path / "a.txt"
    plain.write_text("\n".join(LINES), encoding="utf-8")
    legacy = tmp_path / "b.txt"
    legacy.write_bytes("\r\n".join(LINES).encode("gb18030"))
    marked = tmp_path / "c.md"
    marked.write_text("\n\n".join([f"# {LINES[0]}", *LINES[1:]]), encoding="utf-8")
    word = drafts.word(tmp_path / "d.docx", [f"# {LINES[0]}", *LINES[1:]])
    paper = drafts.pdf(tmp_path / "e.pdf", [LINES[:3], LINES[3:]])
    expected = [("9(3)", "第二条（一）"), ("9(1)", "第三条")]
    for path in (plain, legacy, marked, word, paper):
        assert items(path) == expected, path.name


def test_positions_point_into_the_text(tmp_path: Path) -> None:
    draft = open_draft(drafts.word(tmp_path / "a.docx", LINES, [("事项", "要求"), ("停车", "由某停车公司独家运营")]))
    for clause in clauses(draft):
        assert draft.text[clause.start : clause.end] == clause.text
    last = clauses(draft)[-1]
    assert "第 2 行第 2 列" in last.where.zh
    assert last.lead == "停车"


def test_an_opening_leads_only_into_what_stands_deeper(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "一、投标条件：\n（一）具备资质。\n1.业绩要求：\n（1）甲。甲甲。\n二、奖励办法如下。\n（一）乙。乙乙。\n",
        encoding="utf-8",
    )
    leads = {c.text: c.lead for c in clauses(open_draft(path))}
    assert leads["具备资质。"] == "一、投标条件："
    assert leads["甲甲。"] == "一、投标条件：\n1.业绩要求："
    assert leads["乙乙。"] == ""


def test_a_broken_pdf_line_is_joined(tmp_path: Path) -> None:
    path = drafts.pdf(tmp_path / "a.pdf", [["第一条 投标人应当在本县", "注册登记。"], ["- 2 -", "第二条 其他。"]])
    texts = [c.text for c in clauses(open_draft(path))]
    assert texts[0] == "投标人应当在本县注册登记。"
    assert all("- 2 -" not in t for t in texts)


def refused(path: Path) -> str:
    with pytest.raises(InputError) as error:
        open_draft(path)
    assert path.name in error.value.render("zh")
    assert error.value.render("en") != error.value.render("zh")
    return error.value.render("zh")


def test_a_scan_says_so_and_a_page_without_text_is_named(tmp_path: Path) -> None:
    assert "扫描件" in refused(drafts.pdf(tmp_path / "scan.pdf", [[], [], []]))
    draft = open_draft(drafts.pdf(tmp_path / "half.pdf", [LINES, [], LINES]))
    assert any("未审：2" in u.zh for u in draft.unread)


def test_passwords_damage_and_other_files(tmp_path: Path) -> None:
    plain = drafts.pdf(tmp_path / "a.pdf", [LINES])
    writer = pypdf.PdfWriter(clone_from=str(plain))
    writer.encrypt("secret", algorithm="RC4-128")
    locked = tmp_path / "locked.pdf"
    with locked.open("wb") as f:
        writer.write(f)
    assert "密码" in refused(locked)
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing")
    assert "损坏" in refused(broken)
    old = tmp_path / "old.doc"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
    assert ".docx" in refused(old)
    zipped = tmp_path / "z.docx"
    zipped.write_bytes(b"PK\x03\x04 broken")
    assert "损坏" in refused(zipped)
    odd = tmp_path / "a.odt"
    odd.write_text("x", encoding="utf-8")
    assert ".odt" in refused(odd)


def test_empty_missing_and_wrong_encoding(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    assert "空" in refused(empty)
    blank = tmp_path / "blank.txt"
    blank.write_text(" \n\n", encoding="utf-8")
    assert "没有文字" in refused(blank)
    refused(tmp_path / "missing.txt")
    utf16 = tmp_path / "u.txt"
    utf16.write_text("第一条", encoding="utf-16")
    assert "UTF-16" in refused(utf16)
    cut = tmp_path / "cut.txt"
    cut.write_bytes(b"1. ok\n2. \xff\xff\xff")
    assert "第 2 行" in refused(cut)
    assert "没有文字" in refused(drafts.word(tmp_path / "none.docx", []))


def test_a_ruled_pdf_table_is_read_cell_by_cell(tmp_path: Path) -> None:
    # two rows, the second of two columns; its right cell has two lines, and is shown before the left one
    rules = "50 500 m 450 500 l 50 450 m 450 450 l 50 400 m 450 400 l 50 400 m 50 500 l 450 400 m 450 500 l S\n"
    across = "199 400 1 50 re f\n"  # a thin filled box for a line, in the second row only
    said = {"支持标准": (60, 470), "须在本市设立": (210, 430), "分公司方可投标。": (210, 412), "外地企业": (60, 420)}
    drawn = rules + across + "".join(drafts.shown(w, *at) for w, at in said.items())
    path = drafts.pdf(tmp_path / "t.pdf", [["第一条 见下表。"]], drawn, "".join(said))
    draft = open_draft(path)
    cells = [(b.where.zh, draft.of(b)) for b in draft.blocks if b.kind == "cell"]
    assert cells == [
        ("第 1 页表 1 第 1 行第 1 列", "支持标准"),
        ("第 1 页表 1 第 2 行第 1 列", "外地企业"),
        ("第 1 页表 1 第 2 行第 2 列", "须在本市设立分公司方可投标。"),
    ]
    assert [f.clause.text for f in review(draft, texts={}).findings] == ["须在本市设立分公司方可投标。"]


def test_a_drawing_is_no_table(tmp_path: Path) -> None:
    lines = "".join(f"{50 + i % 40 * 10} {100 + i // 40 * 10} 8 8 re S\n" for i in range(2000))
    draft = open_draft(drafts.pdf(tmp_path / "d.pdf", [LINES], lines))
    assert {b.kind for b in draft.blocks} <= {"paragraph", "heading"}


def test_five_hundred_pages(tmp_path: Path) -> None:
    path = drafts.pdf(tmp_path / "long.pdf", [LINES] * 500)
    result = review(path, texts={})
    assert len([f for f in result.findings if f.rule.id == "9(3)"]) == 500


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("\n".join(LINES), encoding="utf-8")
    made, errors = review_files([tmp_path / "missing.txt", good])
    assert [r.draft.name for _, r in made] == ["good.txt"]
    assert len(errors) == 1


def test_a_table_inside_a_table_is_read_and_a_merged_cell_once(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "合并。合并。"
    table.cell(1, 1).add_table(1, 1).cell(0, 0).text = "投标人应在本市注册。"
    path = tmp_path / "n.docx"
    document.save(str(path))
    result = review(path, texts={})
    assert [c.text for c in clauses(result.draft)] == ["合并。", "合并。", "投标人应在本市注册。"]
    assert result.findings[0].clause.where.zh == "表 1 第 2 行第 2 列内的表 第 1 行第 1 列"


def test_river_law_is_asked_about_only_along_the_river(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for place, n in (("海南省", 0), ("宁夏回族自治区", 1)):
        path.write_text(f"{place}保障工业项目新增取水指标。\n", encoding="utf-8")
        assert len(review(path, texts={}).questions) == n


def test_what_word_hides_is_said(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("第一条 好。")
    document.sections[0].header.paragraphs[0].text = "内部"
    path = tmp_path / "h.docx"
    document.save(str(path))
    assert any("页眉" in u.zh for u in open_draft(path).unread)


def test_tracked_changes_are_read_as_accepted_and_stay_in_the_marked_draft(tmp_path: Path) -> None:
    import io

    import docx
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = docx.Document()
    paragraph = document.add_paragraph("第一条 外地施工企业")
    for tag, kind, words in (("ins", "t", "应当在本市设立分公司，"), ("del", "delText", "无需手续，")):
        paragraph._p.append(
            parse_xml(
                f'<w:{tag} {nsdecls("w")} w:id="9" w:author="a"><w:r><w:{kind}>{words}</w:{kind}></w:r></w:{tag}>'
            )
        )
    paragraph.add_run("方可承揽业务。")
    path = tmp_path / "t.docx"
    document.save(str(path))
    result = review(path, texts={})
    assert result.draft.text == "第一条 外地施工企业应当在本市设立分公司，方可承揽业务。"
    assert [f.rule.id for f in result.findings] == ["9(2)"]
    assert any("接受" in u.zh for u in result.unread)
    again = docx.Document(io.BytesIO(marked_draft(result, path)))
    assert len(list(again.comments)) == 1
    assert "无需手续" in again.element.xml
    assert "<w:ins" in again.element.xml


def test_what_is_listed_as_forbidden_to_purchasers_is_no_finding(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "第一条 采购人不得有下列行为：\n（一）要求供应商在本市设立分公司；\n（二）以本地业绩作为加分条件。\n",
        encoding="utf-8",
    )
    assert items(path) == []


def test_a_file_that_is_not_what_its_name_says(tmp_path: Path) -> None:
    for name in ("a.docx", "a.pdf"):
        (tmp_path / name).write_bytes(b"plain words")
        with pytest.raises(InputError, match=r"内容不是|no "):
            open_draft(tmp_path / name)
