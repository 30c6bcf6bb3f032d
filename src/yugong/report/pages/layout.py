"""A document laid out for paper: in one language, numbered, cards and long data tables moved to appendices."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Literal

from yugong.base.cards import MethodCard
from yugong.base.text import Lang, Text
from yugong.report.html import WORDS, headline, source_line
from yugong.report.model import (
    Block,
    Card,
    Chapter,
    Column,
    Document,
    Figure,
    Finding,
    Heading,
    KeyFigures,
    Paragraph,
    Table,
)
from yugong.report.numbers import MISSING
from yugong.report.pages.formula import Node, tree
from yugong.report.pages.grid import Panel, panels
from yugong.report.pages.look import ROOM
from yugong.report.svg import Picture, picture
from yugong.report.svg.picture import shown

SHORT = 12  # rows of a data table that may stand under its chart; longer ones go to an appendix
LONG = 45  # rows of a table that may stand among the text
CARDS, DATA, MADE = Text("方法卡", "Method cards"), Text("数据表", "Data tables"), Text("生成信息", "How this was made")
HEADLINES = Text("主要数字", "Headline numbers")
TRACE = Text(
    "输入文件的校验值、选项、随机种子和各种软件的版本见同一文件夹内的 manifest.json。",
    "The file manifest.json in the same folder holds the hashes of the inputs, options, seeds and versions of software.",
)
_CONTINUED = Text("（续）", " (continued)")
_DIGITS = "零一二三四五六七八九"

Style = Literal["body", "lead", "note", "reference"]


@dataclass(frozen=True, slots=True)
class Head:
    """A heading: level 1 (一、), 2 (（一）) or 3 (1．), with the id that links lead to."""

    level: int
    label: str
    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph; what stands in `opening` is set off in bold before the text."""

    style: Style
    text: str
    opening: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: caption above, its panels, notes below."""

    id: str
    caption: str
    panels: tuple[Panel, ...]
    continued: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plate:
    """A chart's picture: caption below, then its notes; `description` says in words what it shows."""

    id: str
    caption: str
    picture: Picture
    description: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Equation:
    """A displayed formula, as a tree where it can be drawn, and as LaTeX."""

    tree: Node | None
    latex: str


Item = Head | Para | Grid | Plate | Equation


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole of it in reading order."""

    lang: Lang
    title: str
    subtitle: str
    date: str
    contents: str
    items: tuple[Item, ...]


def lay_out(document: Document, lang: Lang) -> Layout:
    """Return a document as it is printed in one language."""
    maker = _Maker(document, lang)
    return Layout(
        lang, document.title.in_(lang), document.subtitle.in_(lang), day(document.meta.created, lang),
        WORDS["contents"].in_(lang), tuple(maker.items()),
    )  # fmt: skip


def ordinal(n: int) -> str:
    """Return a whole number from 1 to 99 in Chinese characters."""
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def day(iso: str, lang: Lang) -> str:
    """Return an ISO date as each language writes it."""
    year, month, date = iso.split("-")
    return f"{year} 年 {int(month)} 月 {int(date)} 日" if lang == "zh" else iso


class _Maker:
    def __init__(self, document: Document, lang: Lang) -> None:
        self.document, self.lang = document, lang
        self.numbers = document.numbers()
        self.chapters = {c.id: _label(1, i, lang) for i, c in enumerate(document.chapters, 1)}
        self.moved: list[tuple[Table, bool]] = []  # and whether their sources go with them
        held = any(isinstance(b, Card) for b in document.blocks())
        self.data = Text(f"附录{ordinal(1 + held)}", f"Appendix {_letter(1 + held)}")
        self.cards: list[MethodCard] = []
        self.third = count(1)

    def items(self) -> Iterator[Item]:
        for i, chapter in enumerate(self.document.chapters, 1):
            yield from self.chapter(i, chapter)
        letters = count(1)
        if self.cards:
            yield self.appendix(next(letters), CARDS)
            for i, method in enumerate(self.cards, 1):
                yield from self.card(i, method)
        if self.moved:
            yield self.appendix(next(letters), DATA)
            for table, sources in self.moved:
                yield self.grid(table, sources)
        yield self.appendix(next(letters), MADE)
        yield from self.made()

    def chapter(self, number: int, chapter: Chapter) -> Iterator[Item]:
        yield Head(1, _label(1, number, self.lang), chapter.title.in_(self.lang), chapter.id)
        self.third, second = count(1), count(1)
        if chapter.lead.zh:
            yield Para("lead", chapter.lead.in_(self.lang))
        before: Block | None = None
        for block in chapter.blocks:
            if isinstance(block, Heading):
                self.third = count(1)
                label = _label(2, next(second), self.lang, number)
                yield Head(2, label, block.text.in_(self.lang))
            else:
                yield from self.block(block, before)
            before = block

    def block(self, block: Block, before: Block | None) -> Iterator[Item]:
        if isinstance(block, Paragraph):
            yield Para("body", block.text.in_(self.lang))
        elif isinstance(block, Finding):
            yield self.finding(block)
        elif isinstance(block, KeyFigures):
            yield self.headlines(block)
        elif isinstance(block, Table) and len(block.rows) > LONG:
            self.moved.append((block, True))
            yield Para("note", self.elsewhere(block))
        elif isinstance(block, Table):
            yield self.grid(block)
        elif isinstance(block, Figure):
            yield from self.figure(block)
        elif isinstance(block, Card):
            self.cards.append(block.method)
            if not isinstance(before, Card):
                text = Text(
                    "各方法的公式、口径与出处见附录一。", "Formulas, conventions and references stand in Appendix A."
                )
                yield Para("body", text.in_(self.lang))

    def finding(self, block: Finding) -> Para:
        tone = "" if block.tone == "neutral" else WORDS[block.tone].in_(self.lang)
        tone = tone.capitalize() + self.colon if tone else ""
        label = _label(3, next(self.third), self.lang)
        opening = f"{label}{tone}{block.text.in_(self.lang)}"
        detail = block.detail.in_(self.lang) if block.detail else ""
        if detail and self.lang == "en":
            detail = " " + detail
        return Para("body", detail + self.see(block.see), opening)

    def headlines(self, block: KeyFigures) -> Grid:
        columns = [
            Column("title", Text("指标", "Figure")), Column("value", Text("数值", "Value")),
            Column("unit", Text("单位", "Unit")), Column("interval", Text("区间", "Interval")),
            Column("note", Text("说明", "Meaning")),
        ]  # fmt: skip
        rows = []
        for item in block.items:
            value, unit, band = headline(item)
            note = Text(*(item.note.in_(k) + self.see(item.see, k) for k in ("zh", "en")))
            rows.append((item.title, value, unit, band, note))
        used = [i for i in range(len(columns)) if i < 2 or any(row[i].zh for row in rows)]
        table = Table(
            "headlines", HEADLINES, tuple(columns[i] for i in used),
            tuple(tuple(row[i] if row[i].zh else Text(MISSING, MISSING) for i in used) for row in rows),
        )  # fmt: skip
        return Grid("", HEADLINES.in_(self.lang), panels(table, self.lang, ROOM), "", ())

    def figure(self, block: Figure) -> Iterator[Item]:
        frame, unit = shown(block.chart, self.lang), block.unit.in_(self.lang)
        ends = [w for w in (frame, unit) if w]
        left, comma, right = ("（", "，", "）") if self.lang == "zh" else (" (", ", ", ")")
        end = left + comma.join(ends) + right if ends else ""
        caption = f"{self.numbers[block.id].in_(self.lang)}{self.gap}{block.caption.in_(self.lang)}{end}"
        short = len(block.table.rows) <= SHORT
        notes = self.notes(block.notes, block.table, sources=True)
        if not short:
            notes.append(self.elsewhere(block.table))
            self.moved.append((block.table, False))
        description = block.description.in_(self.lang)
        yield Plate(
            block.id, caption, picture(block.chart, self.lang, block.caption.in_(self.lang)), description,
            (description, *notes),
        )  # fmt: skip
        if short:
            yield self.grid(block.table, sources=False)

    def elsewhere(self, table: Table) -> str:
        """Say in which appendix a table stands."""
        number, caption = self.numbers[table.id], table.caption
        zh = f"{number.zh}“{caption.zh}”见{self.data.zh}。"
        return Text(zh, f"{number.en}, {caption.en}: see {self.data.en}.").in_(self.lang)

    def grid(self, table: Table, sources: bool = True) -> Grid:
        caption = f"{self.numbers[table.id].in_(self.lang)}{self.gap}{table.caption.in_(self.lang)}"
        notes = tuple(self.notes(table.notes, table, sources))
        return Grid(table.id, caption, panels(table, self.lang, ROOM), _CONTINUED.in_(self.lang), notes)

    def notes(self, notes: tuple[Text, ...], table: Table, sources: bool) -> list[str]:
        found = [WORDS["note"].in_(self.lang) + n.in_(self.lang) for n in notes]
        if sources and table.sources:
            found.append(WORDS["source"].in_(self.lang) + source_line(table.sources).in_(self.lang))
        return found

    def card(self, number: int, method: MethodCard) -> Iterator[Item]:
        yield Head(3, _label(3, number, self.lang), method.title.in_(self.lang), f"card-{method.id}")
        yield Equation(tree(method.formula), method.formula)
        lines = [(WORDS["convention"], method.convention.in_(self.lang))]
        if method.zero is not None:
            lines.append((WORDS["zero"], method.zero.in_(self.lang)))
        for title, words in lines:
            yield Para("body", words, title.in_(self.lang) + self.colon)
        if method.options:
            listed = "; ".join(f"{k} = {v}" for k, v in method.options.items())
            yield Para("reference", listed, WORDS["options"].in_(self.lang) + self.colon)
        for i, citation in enumerate(method.citations, 1):
            opening = WORDS["references"].in_(self.lang) + self.colon if i == 1 else ""
            yield Para("reference", f"[{i}] {citation.gbt7714}", opening)

    def made(self) -> Iterator[Item]:
        meta = self.document.meta
        facts = [
            f"{WORDS['made'].in_(self.lang)} Yugong {meta.version}", day(meta.created, self.lang),
            meta.study_title.in_(self.lang), *(f"{k} = {v}" for k, v in meta.options.items()),
            *(f"{WORDS['seed'].in_(self.lang)} {k} = {v}" for k, v in meta.seeds.items()),
        ]  # fmt: skip
        yield Para("body", ("；" if self.lang == "zh" else "; ").join(facts) + self.stop)
        yield Para("body", TRACE.in_(self.lang))

    def appendix(self, number: int, title: Text) -> Head:
        label = f"附录{ordinal(number)}　" if self.lang == "zh" else f"Appendix {_letter(number)}. "
        return Head(1, label, title.in_(self.lang), f"appendix-{number}")

    def see(self, target: str | None, lang: Lang | None = None) -> str:
        """Where the numbers stand: in brackets after a sentence."""
        if not target:
            return ""
        lang = lang or self.lang
        if target in self.numbers:
            words = self.numbers[target].in_(lang)
        else:
            words = self.chapters[target].rstrip("、. ")
            words = f"第{words}部分" if lang == "zh" else f"Section {words}"
        return f"（{words}）" if lang == "zh" else f" ({words})"

    @property
    def gap(self) -> str:
        return "　" if self.lang == "zh" else "  "

    @property
    def colon(self) -> str:
        return "：" if self.lang == "zh" else ": "

    @property
    def stop(self) -> str:
        return "。" if self.lang == "zh" else "."


def _letter(n: int) -> str:
    return chr(ord("A") + n - 1)


def _label(level: int, n: int, lang: Lang, chapter: int = 0) -> str:
    if lang == "zh":
        return {1: f"{ordinal(n)}、", 2: f"（{ordinal(n)}）", 3: f"{n}．"}[level]
    return {1: f"{n}. ", 2: f"{chapter}.{n} ", 3: f"({n}) "}[level]
