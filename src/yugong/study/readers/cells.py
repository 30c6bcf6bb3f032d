"""What one cell says: a number, a missing mark, a year, a name with its unit."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from yugong.base.text import Text
from yugong.study.readers.raw import Cell

MISSING = frozenset(
    {"", "-", "--", "---", "—", "——", "–", "―", "...", "....", "......", "…", "……", "·", ".", "/"}
    | {"na", "n/a", "#n/a", "nan", "null", "none", "无", "缺", "缺失", "暂无", "暂无数据", "无数据", "不详"}
)
UNCALCULATED = "#?"  # stands where a workbook has a formula but no value
CIRCLED = re.compile(r"[\u2460-\u2473\u24ea-\u24ff\u2776-\u277f]")
MARKS = re.compile(r"(?:[*†‡]+|\[\d{1,2}\]|\[[a-z]\]|(?<=\d)[a-z]\))+$")
PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:([,' ])\d{3})(?:\1\d{3})*(?:\.\d+)?")
YEAR = re.compile(r"(1[89]\d\d|20\d\d|2100)\s*(?:年|年度|年末|年底)?(?:\((?:末|底)\))?")
DATED = re.compile(r"(1[89]\d\d|20\d\d|2100)-(?:01-01|12-31)(?:T00:00:00)?")
INSIDE_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)\s*年?(?!\d)")
UNIT_AT_END = re.compile(r"^(?P<name>.+?)\s*[(\[](?P<unit>[^()\[\]]{1,20})[)\]]\s*$")  # of a narrowed header
UNIT_LINE = re.compile(r"(?:计量)?单位\s*:\s*(?P<zh>[^\s,;]+)|units?\s*:\s*(?P<en>.+)", re.IGNORECASE)  # of plain text
# full-width ( ) [ ] % / = ; escapes, because an editor may narrow the characters themselves
FULL_WIDTH = str.maketrans("\uff08\uff09\uff3b\uff3d\uff05\uff0f\uff1d", "()[]%/=")


@dataclass(frozen=True, slots=True)
class Number:
    """A number read from a cell, and whether the cell itself carried a percent sign."""

    value: float
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Bad:
    """Why a cell is not a number, and what to write."""

    what: Text
    do: Text


def plain(text: str) -> str:
    """Return text with full-width forms narrowed, footnote circles dropped and blanks trimmed."""
    return unicodedata.normalize("NFKC", CIRCLED.sub("", text)).strip() if not text.isascii() else text.strip()


def narrow(title: str) -> str:
    """Return a title with the full-width brackets and signs that may surround or make up a unit narrowed."""
    return title.translate(FULL_WIDTH)


def is_missing(cell: Cell) -> bool:
    """Return whether a cell says 'no figure'."""
    return cell is None or (isinstance(cell, str) and plain(cell).lower() in MISSING)


def number(cell: Cell) -> Number | Bad | None:
    """Return the number in a cell, None when it says missing, Bad when it is neither."""
    if type(cell) is float:
        return Number(cell) if cell - cell == 0 else None
    if cell is None:
        return None
    if isinstance(cell, bool):
        return Bad(
            Text(f"是逻辑值 {cell}，不是数", f"{cell} is true/false, not a number"),
            Text("写一个数或留空", "write a number or leave it empty"),
        )
    text = plain(str(cell))
    if text.lower() in MISSING:
        return None
    text = MARKS.sub("", text).strip().replace("\u2212", "-")
    percent = text.endswith("%")
    digits = text[:-1].strip() if percent else text
    if GROUPED.fullmatch(digits):
        digits = re.sub(r"[,' ]", "", digits)
    if PLAIN.fullmatch(digits):
        value = float(digits)
        if value - value == 0:
            return Number(value, percent)
    return Bad(Text(f"“{cell}”不是数", f"{str(cell)!r} is not a number"), _advice(text))


def _advice(text: str) -> Text:
    if re.fullmatch(r"\([\d.,]+\)", text):
        return Text(f"负数请写 -{text[1:-1]}", f"for a negative number write -{text[1:-1]}")
    if text == UNCALCULATED:
        return Text(
            "公式没有存下结果；用电子表格软件打开并保存，或改成数值",
            "the formula has no stored result; open and save it in a spreadsheet program, or write the value",
        )
    if text.startswith("#"):
        return Text("这是公式错误；修正公式或留空", "this is a formula error; mend it or leave the cell empty")
    if re.fullmatch(r"[+-]?[\d,]+(\.\d+)?", text):
        return Text(
            f"千分位不整齐；写 {text.replace(',', '')}", f"the thousands are uneven; write {text.replace(',', '')}"
        )
    if re.fullmatch(r"[+-]?[\d,.]+\s*(万|亿|[A-Za-z\u4e00-\u9fff/]+)", text):
        return Text(
            "单位写在表头的括号里，单元格里只写数", "put the unit in the header's brackets and only the number here"
        )
    return Text("写一个数；没有数据就留空", "write a number; leave the cell empty when there is none")


def year(cell: Cell) -> int | None:
    """Return the year a cell names: 2020, '2020', '2020年', '2020-12-31'; None otherwise."""
    if type(cell) is float:
        return int(cell) if cell.is_integer() and 1800 <= cell <= 2100 else None
    if not isinstance(cell, str):
        return None
    text = MARKS.sub("", plain(cell)).strip()
    found = YEAR.fullmatch(text) or DATED.fullmatch(text)
    if found is None and text.endswith(".0"):
        found = YEAR.fullmatch(text[:-2])
    return int(found.group(1)) if found else None


def headed_year(cell: Cell) -> int | None:
    """Return the year a header cell names, with or without a unit behind it: 2020, '2020年', '2020年(元)'."""
    return year(split_unit(cell)[0] if isinstance(cell, str) else cell)


def years_inside(text: str) -> list[int]:
    """Return the distinct years a title mentions, in order."""
    return list(dict.fromkeys(int(y) for y in INSIDE_YEAR.findall(plain(text))))


@cache
def split_unit(title: str) -> tuple[str, str]:
    """Return (name, unit) of a header such as '地区生产总值(亿元)'; the unit is '' when there is none."""
    text = narrow(re.sub(r"\s+", " ", CIRCLED.sub("", title)).strip())
    text = MARKS.sub("", text).strip()
    found = UNIT_AT_END.match(text)
    if found and looks_like_unit(found["unit"]):
        return found["name"].strip(), found["unit"].strip()
    return text, ""


def looks_like_unit(text: str) -> bool:
    """Return whether bracketed words are a unit rather than a qualifier such as '(人口抽样调查)'."""
    words = plain(text).lower()
    return words in WORDS or bool(UNITS.fullmatch(words))


_WORDS = (
    "元 美元 人 人次 人年 户 个 家 所 张 辆 台 套 件 册 份 部 项 篇 次 起 只 头 艘 架 座 处 条 班 门 种 标台 枚 幅 把 株 盏 片 点 批 对 具 盒 集 "
    "吨 公斤 千克 克 升 公里 千米 米 厘米 毫米 公顷 亩 平方米 平方公里 平方千米 立方米 千瓦 兆瓦 千瓦时 千瓦小时 小时 天 日 年 岁 月 吨位 客位 "
    "摄氏度 度 ℃ °c % ‰ 百分点 倍 比 间 床 箱 瓶 支 块 公里/小时 "
    "yuan person persons people ton tons km km2 sq.km m2 m3 hectare hectares ha kwh year years usd rmb cny unit units percent household households"
)
WORDS = frozenset(_WORDS.split())
UNITS = re.compile(
    r"[十百千万亿兆]+[^年月]{1,7}"  # a magnitude and what is counted: 亿元, 万吨标准煤, 亿人公里
    r"|[^/=]{1,10}/[^/=]{1,10}|[^=]{1,6}=\s*1(?:00)?"  # 元/人, 上年=100
    r"|(?:\d[\d, ]*|hundred|thousand|ten thousand|million|100 million|billion)\s*[a-z. ]{1,20}[23]?",
    re.IGNORECASE,
)
