"""The review form: what an agency files, filled as far as rules can, the rest left for people."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from yugong.base.text import Text
from yugong.review.result import DISCLAIMER, GRADE_NAMES, GRADE_NOTES, Finding, Review
from yugong.review.writing.parts import paragraph, table
from yugong.review.writing.words import asked_under, cited, elements, exits, worksheet

if TYPE_CHECKING:
    from docx.document import Document

TITLE = Text("公平竞争审查表（辅助填写）", "Fair-competition review form (filled with assistance)")
LAYOUT = Text(
    "栏目按机关审查工作的通常内容排列，正式格式以本机关规定为准；空白栏由人填写。",
    "The rows follow what agencies usually file; your agency's own form prevails. Blank rows are for people.",
)
_BLANKS = (
    (Text("一、起草单位", "1. Drafting body"), 1),
    (Text("二、涉及行业、领域", "2. Industries and fields"), 1),
    (Text("三、听取利害关系人和公众意见的情况（条例第十六条）", "3. Views heard (article 16)"), 2),
)
_CONCLUSION = (
    Text("不含第八条至第十一条所列内容，可以出台", "holds nothing of articles 8–11: may be issued"),
    Text("含有所列内容，符合第十二条，可以出台（须详细说明）", "holds such content, meets article 12: may be issued, with reasons"),
    Text("含有所列内容，经修改后可以出台", "holds such content: may be issued once amended"),
    Text("含有所列内容且不符合第十二条，不得出台（第十八条）", "holds such content and does not meet article 12: may not be issued"),
)  # fmt: skip


_ROOM = 6 * 1440  # twentieths of a point: the text width of the page that python-docx sets up
_PAIR = (0.22, 0.78)  # a name and what is said


def review_form(review: Review) -> bytes:
    """Return the review form as .docx, in the current language."""
    import docx

    document = docx.Document()
    _style(document)
    end = document.element.body.sectPr
    for part in _parts(review):
        end.addprevious(part)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _parts(review: Review) -> Iterator[Any]:
    """Yield the paragraphs and tables in order."""
    yield paragraph(TITLE.in_(), "Heading1")
    yield paragraph(LAYOUT.in_())
    yield _head(review)
    yield paragraph(Text("五、逐项审查", "5. Item by item").in_(), "Heading2")
    yield _items(review)
    yield paragraph(Text("六、发现与例外工作底稿", "6. Findings and exception worksheet").in_(), "Heading2")
    if not review.findings:
        yield paragraph(Text("未见。", "None seen.").in_())
    for finding in review.findings:
        yield paragraph(f"{finding.id} · {finding.rule.id} · {finding.reason.in_()}", "Heading3")
        yield _finding(finding)
    yield paragraph(Text("七、其他法律的待问事项", "7. Questions under other laws").in_(), "Heading2")
    if review.questions:
        yield table(
            [(f"{q.clause.text}\n{q.ask.in_()}", asked_under(q).in_()) for q in review.questions], (0.5, 0.5), _ROOM
        )
    else:
        yield paragraph(Text("未见。", "None seen.").in_())
    yield paragraph(Text("八、未审查的内容", "8. What was not looked at").in_(), "Heading2")
    for note in review.unread:
        yield paragraph(note.in_(), "ListBullet")
    yield paragraph(Text("九、审查结论（由审查人员勾选）", "9. Conclusion (ticked by the reviewer)").in_(), "Heading2")
    for choice in _CONCLUSION:
        yield paragraph(f"□ {choice.in_()}")
    names = (Text("审查人", "Reviewer"), Text("复核人", "Checked by"), Text("负责人", "Head"), Text("日期", "Date"))
    yield table([(name.in_(), "") for name in names], _PAIR, _ROOM)
    yield paragraph(DISCLAIMER.in_())


def _head(review: Review) -> Any:
    source = sorted({f"{f.quote.file} (SHA-256 {f.quote.sha256[:12]})" for f in review.findings if f.quote})
    pack = f"{review.pack.instrument.in_()} · {review.pack.number} · {review.pack.id} {review.pack.version}"
    rows = [
        (Text("政策措施名称（文件）", "Measure (file)"), f"{review.draft.name}\nSHA-256 {review.draft.sha256}"),
        *((name, "\n" * lines) for name, lines in _BLANKS),
        (Text("四、规则与依据", "4. Rules and texts"), "\n".join([pack, *source, str(review.on)])),
    ]
    return table([(name.in_(), value) for name, value in rows], _PAIR, _ROOM)


def _items(review: Review) -> Any:
    mine: dict[str, list[str]] = {rule.id: [] for rule in review.pack.rules}
    for f in review.findings:
        grade = GRADE_NAMES[f.grade]
        mine[f.rule.id].append(Text(f"{f.id}（{grade.zh}）", f"{f.id} ({grade.en})").in_())
    none = Text("未见", "none seen").in_()
    heads = (Text("条、项", "Item").in_(), Text("大意", "In our words").in_(), Text("发现", "Findings").in_())
    comma = Text("、", ", ").in_()
    rows = [(r.id, r.summary.in_(), comma.join(mine[r.id]) or none) for r in review.pack.rules]
    return table([heads, *rows], (0.1, 0.55, 0.35), _ROOM)


def _finding(finding: Finding) -> Any:
    grade, note = GRADE_NAMES[finding.grade], GRADE_NOTES[finding.grade]
    lines = [
        (Text("条款", "Clause"), f"{finding.clause.label} {finding.clause.where.in_()}\n{finding.clause.text}"),
        (Text("位置", "Position"), f"{finding.clause.start}–{finding.clause.end}"),
        (Text("等级", "Grade"), Text(f"{grade.zh}：{note.zh}", f"{grade.en}: {note.en}").in_()),
        (Text("依据", "Grounds"), cited(finding).in_()),
        (Text("要件", "Elements"), elements(finding).in_()),
        (Text("可能的出口", "Possible exits"), exits(finding).in_() or "—"),
        (Text("未见的出口", "Exits not seen"), Text("；", "; ").in_().join(a.in_() for a in finding.absent) or "—"),
        (Text("例外工作底稿（须同时具备）", "Exception worksheet (all needed)"), worksheet(finding).in_()),
        (Text("相关规定", "Beside it"), "\n".join(b.in_() for b in finding.beside) or "—"),
        (Text("修改建议", "Suggestion"), finding.rule.remedy.in_()),
        (Text("起草单位说明", "Drafting body's reply"), ""),
    ]
    return table([(name.in_(), value) for name, value in lines], _PAIR, _ROOM)


def _style(document: "Document") -> None:
    """Set the type of an official document: FangSong for text, SimHei for headings."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, face in (("Normal", "仿宋"), ("Heading 1", "黑体"), ("Heading 2", "黑体"), ("Heading 3", "黑体")):
        style = document.styles[name]
        style.font.name = "Times New Roman"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), face)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0, 0, 0)
    document.styles["Normal"].font.size = Pt(10.5)
