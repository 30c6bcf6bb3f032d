"""Official texts that the user has: split into articles and items, kept with their hash, quoted by citation."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.files import write_atomic
from yugong.base.text import Text
from yugong.review.document import Draft, open_draft
from yugong.review.document.numbering import ARTICLE, ITEM, numeral

_BRACKETS = re.compile(r"[（(〔][^）)〕]*[）)〕]")
_PREFIX = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Article:
    """One article: its whole text, and its items by number."""

    number: int
    text: str
    items: Mapping[int, str] = field(default_factory=dict)
    within: int = 0  # 第八条之一 is article 8, within 1


@dataclass(frozen=True, slots=True)
class Statute:
    """A text as loaded: title, articles, the file it came from and its SHA-256."""

    title: str
    articles: tuple[Article, ...]
    file: str
    sha256: str

    def article(self, number: int) -> Article | None:
        """Return an article by its number, None where the text has no such article."""
        return next((a for a in self.articles if a.number == number and not a.within), None)


@dataclass(frozen=True, slots=True)
class Quote:
    """The very words of an article or item, with the file and hash they come from."""

    text: str
    title: str
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in an instrument: article, and item where the rule stands at an item."""

    instrument: Text
    article: int
    item: int | None = None

    def __str__(self) -> str:
        return self.text().in_()

    def text(self) -> Text:
        """Return the citation as written in a finding."""
        if self.item is None:
            return Text(f"《{self.instrument.zh}》第{self.article}条", f"{self.instrument.en}, article {self.article}")
        return Text(
            f"《{self.instrument.zh}》第{self.article}条第{self.item}项",
            f"{self.instrument.en}, article {self.article}, item {self.item}",
        )


def store_folder() -> Path:
    """Return where loaded texts are kept: the folder YUGONG_HOME names, else .yugong in the home folder."""
    return Path(os.environ.get("YUGONG_HOME") or Path.home() / ".yugong") / "statutes"


def add(path: str | os.PathLike[str], store: Path | None = None) -> Statute:
    """Read an official text (.md, .docx, .txt, .pdf), split it, and keep it; the same title replaces the older one.

    InputError when there is no article in it, an article number occurs twice, or numbers do not run on.
    """
    statute = split(open_draft(path))
    folder = store or store_folder()
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder / f"{key(statute.title)}.json", json.dumps(asdict(statute), ensure_ascii=False, indent=1))
    loaded.cache_clear()
    return statute


def split(draft: Draft) -> Statute:
    """Split an official text into articles and items."""
    title = ""
    rows: list[tuple[int, int, list[str]]] = []
    problems: list[Problem] = []
    for block in draft.blocks:
        text = draft.of(block).strip()
        if found := ARTICLE.match(text):
            number, within = numeral(found[1]), numeral(found[2]) if found[2] else 0
            problems += _order(rows, number, within, draft.name, block.where)
            rows.append((number, within, [text]))
        elif block.kind == "heading" and rows:
            continue
        elif rows:
            rows[-1][2].append(text)
        title = title or text
    if not rows:
        what = Text("没有找到“第……条”", "no article (第…条) found")
        problems.append(Problem(what, Text("请用法规的正式文本", "use the official text"), draft.name))
    if problems:
        raise InputError(problems)
    articles = tuple(Article(n, "\n".join(lines), _items(lines), w) for n, w, lines in rows)
    return Statute(title.strip("# 　"), articles, draft.name, draft.sha256)


def _order(rows: list[tuple[int, int, list[str]]], number: int, within: int, file: str, where: Text) -> list[Problem]:
    before = rows[-1][:2] if rows else (0, 0)
    if (number, within) == (before[0] + 1, 0) or (number == before[0] and within == before[1] + 1):
        return []
    what = Text(
        f"{where.zh}：第 {before[0]} 条之后是第 {number} 条", f"{where.en}: article {before[0]} is followed by {number}"
    )
    return [Problem(what, Text("检查文本是否有缺漏", "check that nothing is missing"), file)]


def _items(lines: Iterable[str]) -> dict[int, str]:
    items: dict[int, str] = {}
    for line in lines:
        if found := ITEM.match(line):
            number = numeral(found[1])
            if number not in items:  # a second list in one article keeps the first
                items[number] = line[found.end() :].strip()
    return items


def key(title: str) -> str:
    """Return a title without the state's name and without brackets: two printings of one title are one."""
    return _BRACKETS.sub("", title).replace(_PREFIX, "").strip("《》 　#")


@cache
def loaded(store: Path | None = None) -> Mapping[str, Statute]:
    """Return the texts kept so far, by the key of their title; InputError names a file that is not readable."""
    folder = store or store_folder()
    found = {}
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            row = json.loads(path.read_text(encoding="utf-8"))
            articles = tuple(
                Article(a["number"], a["text"], {int(k): v for k, v in a["items"].items()}, a["within"])
                for a in row["articles"]
            )
            found[path.stem] = Statute(row["title"], articles, row["file"], row["sha256"])
        except (ValueError, KeyError, TypeError) as error:
            what = Text("存下的法规文本已损坏", "a kept statute is damaged")
            do = Text("用 yugong review statutes add 重新加入", "add it again with yugong review statutes add")
            raise InputError([Problem(what, do, path.name)]) from error
    return found


def quote(citation: Citation, texts: Mapping[str, Statute] | None = None) -> Quote | None:
    """Return the words a citation points at; None where its instrument is not loaded.

    UnknownNameError when the instrument is loaded and has no such article or item: the citation is wrong.
    """
    statute = (loaded() if texts is None else texts).get(key(citation.instrument.zh))
    if statute is None:
        return None
    article = statute.article(citation.article)
    words = None
    if article is not None:
        words = article.text if citation.item is None else article.items.get(citation.item)
    if words is None:
        raise UnknownNameError(Text("条文", "article"), str(citation.text()))
    return Quote(words, statute.title, statute.file, statute.sha256)


def unresolved(citations: Iterable[Citation], texts: Mapping[str, Statute]) -> list[Citation]:
    """Return the citations that point at nothing in a loaded text."""
    wrong = []
    for citation in citations:
        try:
            quote(citation, texts)
        except UnknownNameError:
            wrong.append(citation)
    return wrong


def read_folder(folder: Path) -> dict[str, Statute]:
    """Read all official texts of a folder without keeping them, by the key of their title."""
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in {".md", ".txt", ".docx"})
    return {key(s.title): s for s in (split(open_draft(p)) for p in files)}
