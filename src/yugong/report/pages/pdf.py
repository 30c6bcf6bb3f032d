"""The PDF writer: the layout as data for a typst template, with the fonts that are installed here."""

from dataclasses import asdict
from typing import Any

from yugong.base.text import Lang, language
from yugong.report.model import Document
from yugong.report.pages import typesetter
from yugong.report.pages.layout import Item, Layout, Plate, lay_out
from yugong.report.pages.look import CAPTION, CHARACTERS, LOOKS, PAGE_NUMBER, ROOM, SMALL, TITLE
from yugong.report.pages.pictures import printed_width

_SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Songti SC", "STSong", "SimSun", "NSimSun")
_FANGSONG = ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FZFangSong-Z02", "FZFangSong-Z02S")
_TITLES = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK", "STZhongsong", "华文中宋")
FACES = {
    "latin": ("Times New Roman", "Liberation Serif", "Libertinus Serif"),
    "body": (*_FANGSONG, *_SERIF),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "Kaiti SC", "FZKai-Z03S", *_SERIF),
    "hei": ("SimHei", "黑体", "Heiti SC", "STHeiti", *typesetter.SANS),
    "song": ("SimSun", "宋体", "NSimSun", "Songti SC", "STSong", *_SERIF),
    "title": (*_TITLES, *_SERIF),
}


def render_pdf(document: Document, lang: Lang | None = None) -> bytes:
    """Return the document as PDF in one language, the same bytes each time; needs typst and a Chinese font.

    Raises InputError that says what to install when either is missing.
    """
    typesetter.require_typst("PDF")
    typesetter.require_chinese("PDF")
    layout = lay_out(document, lang or language())
    return typesetter.pdf("report.typ", _data(layout), document.meta.created)


def _data(layout: Layout) -> dict[str, Any]:
    return {
        "lang": layout.lang,
        "title": layout.title,
        "subtitle": layout.subtitle,
        "date": layout.date,
        "contents": layout.contents,
        "look": _look(layout.lang),
        "items": [_item(i) for i in layout.items],
    }


def _item(item: Item) -> dict[str, Any]:
    extra = {"width": printed_width(item.picture)} if isinstance(item, Plate) else {}
    return {"kind": type(item).__name__, **asdict(item), **extra}


def _look(lang: Lang) -> dict[str, Any]:
    look = LOOKS[lang]
    faces = {name: typesetter.chosen(*families) for name, families in FACES.items()}
    if lang == "en":
        faces = {name: [] if name == "latin" else [*faces["latin"], *held] for name, held in faces.items()}
    return {
        **faces,
        **asdict(look),
        "size": look.size if lang == "en" else ROOM / CHARACTERS - 0.01,  # so that the characters of a line fit
        "title-size": TITLE,
        "number": PAGE_NUMBER,
        "caption": CAPTION,
        "small": SMALL,
        # a fangsong has one weight: its bold is drawn
        "thicken": lang == "zh" and bool(faces["body"]) and faces["body"][0] in _FANGSONG,
        "title-weight": "regular" if lang == "zh" and faces["title"] and faces["title"][0] in _TITLES else "bold",
    }
