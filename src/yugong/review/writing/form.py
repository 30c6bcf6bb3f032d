"""The review form: what an agency files, filled as far as rules can, the rest left for people."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from yugong.base.text import Text
from yugong.review.result import DISCLAIMER, GRADE_NAMES, GRADE_NOTES, Review
from yugong.review.writing.words import cited, elements, exits, worksheet

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


_ROOM = 6 * 914400  # EMU: the text width of the page that python-docx sets up
_PAIR = (0.22, 0.78)  # a name and what is said


def review_form(review: Review) -> bytes:
    """Return the review form as .docx, in the current language."""
    import docx

    document = docx.Document()
    _style(document)
    document.add_heading(TITLE.in_(), 1)
    document.add_paragraph(LAYOUT.in_())
    _head(document, review)
    document.add_heading(Text("五、逐项审查", "5. Item by item").in_(), 2)
    _items(document, review)
    document.add_heading(Text("六、发现与例外工作底稿", "6. Findings and exception worksheet").in_(), 2)
    _findings(document, review)
    document.add_heading(Text("七、未审查的内容", "7. What was not looked at").in_(), 2)
    for note in review.unread:
        document.add_paragraph(note.in_(), style="List Bullet")
    document.add_heading(Text("八、审查结论（由审查人员勾选）", "8. Conclusion (ticked by the reviewer)").in_(), 2)
    for choice in _CONCLUSION:
        document.add_paragraph(f"□ {choice.in_()}")
    _sign(document)
    document.add_paragraph(DISCLAIMER.in_())
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _head(document: "Document", review: Review) -> None:
    source = sorted({f"{f.quote.file} (SHA-256 {f.quote.sha256[:12]})" for f in review.findings if f.quote})
    rows = [
        (Text("政策措施名称（文件）", "Measure (file)"), f"{review.draft.name}\nSHA-256 {review.draft.sha256}"),
        *((name, "\n" * lines) for name, lines in _BLANKS),
        (
            Text("四、规则与依据", "4. Rules and texts"),
            "\n".join(
                [
                    f"{review.pack.instrument.in_()} · {review.pack.number} · {review.pack.id} {review.pack.version}",
                    *source,
                    str(review.on),
                ]
            ),
        ),
    ]
    _table(document, [(name.in_(), value) for name, value in rows], _PAIR)


def _items(document: "Document", review: Review) -> None:
    rows = [(Text("条、项", "Item").in_(), Text("大意", "In our words").in_(), Text("发现", "Findings").in_())]
    for rule in review.pack.rules:
        mine = [f"{f.id}（{GRADE_NAMES[f.grade].in_()}）" for f in review.findings if f.rule.id == rule.id]
        rows.append((rule.id, rule.summary.in_(), "、".join(mine) or Text("未见", "none seen").in_()))
    _table(document, rows, (0.1, 0.55, 0.35))


def _findings(document: "Document", review: Review) -> None:
    if not review.findings:
        document.add_paragraph(Text("未见。", "None seen.").in_())
    for finding in review.findings:
        lines = [
            (Text("条款", "Clause"), f"{finding.clause.label} {finding.clause.where.in_()}\n{finding.clause.text}"),
            (Text("位置", "Position"), f"{finding.clause.start}–{finding.clause.end}"),
            (Text("等级", "Grade"), f"{GRADE_NAMES[finding.grade].in_()}：{GRADE_NOTES[finding.grade].in_()}"),
            (Text("依据", "Grounds"), cited(finding).in_()),
            (Text("要件", "Elements"), elements(finding).in_()),
            (Text("可能的出口", "Possible exits"), exits(finding).in_() or "—"),
            (Text("未见的出口", "Exits not seen"), "；".join(a.in_() for a in finding.absent) or "—"),
            (Text("例外工作底稿（须同时具备）", "Exception worksheet (all needed)"), worksheet(finding).in_()),
            (Text("相关规定", "Beside it"), "\n".join(b.in_() for b in finding.beside) or "—"),
            (Text("修改建议", "Suggestion"), finding.rule.remedy.in_()),
            (Text("起草单位说明", "Drafting body's reply"), ""),
        ]
        document.add_heading(f"{finding.id} · {finding.rule.id} · {finding.reason.in_()}", 3)
        _table(document, [(name.in_(), value) for name, value in lines], _PAIR)


def _sign(document: "Document") -> None:
    names = (Text("审查人", "Reviewer"), Text("复核人", "Checked by"), Text("负责人", "Head"), Text("日期", "Date"))
    _table(document, [(name.in_(), "") for name in names], _PAIR)


def _table(document: "Document", rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    """Add a table whose columns take these shares of the text width."""
    from docx.shared import Length

    # document.add_table looks through the whole document for the page width each time
    table = document._body.add_table(len(rows), len(widths), Length(_ROOM))
    table.style = document.styles["Table Grid"]
    cells = table._cells  # one walk; table.cell() walks the whole table each time
    for column, share in zip(table.columns, widths, strict=True):
        column.width = Length(int(_ROOM * share))
    for i, row in enumerate(rows):
        for j, (share, value) in enumerate(zip(widths, row, strict=True)):
            cell = cells[i * len(widths) + j]
            cell.width = Length(int(_ROOM * share))
            cell.text = value


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
