"""The HTML writer: one file that opens with the network off under a strict content-security policy."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from yugong.base.provenance import Source
from yugong.base.text import Lang, Text, language
from yugong.report import numbers
from yugong.report.charts import Ranking, TileMap
from yugong.report.formula import mathml
from yugong.report.model import Block, Cell, Document, Figure, KeyFigure, Table
from yugong.report.numbers import Format, Interval
from yugong.report.spec import spec, to_json

SEPARATOR = "\x1f"  # between the two ends of an interval in a cell's full value

WORDS = {
    "skip": Text("跳到正文", "Skip to the text"),
    "language": Text("语言", "Language"),
    "theme": Text("明／暗", "Light / dark"),
    "print": Text("打印", "Print"),
    "contents": Text("目录", "Contents"),
    "see": Text("详见", "see"),
    "note": Text("注：", "Note: "),
    "source": Text("资料来源：", "Source: "),
    "csv": Text("下载 CSV", "CSV"),
    "png": Text("下载图片", "PNG"),
    "twin": Text("数据表：", "Data: "),
    "play": Text("逐年播放", "Play through the years"),
    "year": Text("年份", "Year"),
    "interval": Text("区间", "interval"),
    "closer": Text("趋近", "closer"),
    "wider": Text("趋远", "wider"),
    "caution": Text("提示", "caution"),
    "convention": Text("口径与约定", "Convention"),
    "zero": Text("零值处理", "Zeros"),
    "options": Text("参数", "Options"),
    "references": Text("参考文献", "References"),
    "seed": Text("随机种子", "random seed"),
    "missing": Text("无数据", "no data"),
    "made": Text("本报告由", "Made by"),
    "noscript": Text(
        "浏览器未启用脚本：图不显示，各图的数据表和全部文字仍可阅读。",
        "Scripts are off: charts are not drawn; every chart's data table and all text can still be read.",
    ),
    "trace": Text(
        "同一次写出的各种格式数字相同；输入文件的校验值、选项、随机种子见 manifest.json。",
        "All forms written together hold the same numbers; manifest.json holds input hashes, options and seeds.",
    ),
}


def render_html(document: Document, lang: Lang | None = None) -> str:
    """Return the document as one self-contained HTML page that opens in `lang` and switches without reloading."""
    style, script = _static("report.css"), _static("report.js")
    data = {
        "title": [document.title.zh, document.title.en],
        "words": {"missing": [WORDS["missing"].zh, WORDS["missing"].en]},
        "figures": {f.id: spec(f.chart) for f in document.figures()},
    }
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            document=document,
            lang=lang or language(),
            csp=policy,
            style=Markup(style),  # noqa: S704  (our own bundle)
            script=Markup(script),  # noqa: S704  (our own bundle)
            data=Markup(to_json(data)),  # noqa: S704  (escaped by to_json)
            numbers=document.numbers(),
        )
    )


def source_lines(sources: tuple[Source, ...]) -> tuple[tuple[Text, Text], ...]:
    """Return each publication behind a table once, with all its vintages; derived columns' rule comes last."""
    found: dict[Text, dict[Text, None]] = {}
    for source in sorted(sources, key=lambda s: s.kind == "derived"):
        words = source.vintage
        if source.publication.zh:
            found.setdefault(source.publication, {}).update({words: None} if words.zh else {})
    return tuple((p, Text("；".join(v.zh for v in vs), "; ".join(v.en for v in vs))) for p, vs in found.items())


def source_line(sources: tuple[Source, ...]) -> Text:
    """Return the publications behind a table with their vintages, as one line."""
    lines = source_lines(sources)
    zh = [p.zh + (f"（{v.zh}）" if v.zh else "") for p, v in lines]
    en = [p.en + (f" ({v.en})" if v.en else "") for p, v in lines]
    return Text("；".join(zh) + "。", "; ".join(en) + ".")


def header_spans(table: Table) -> list[tuple[Text | None, int]]:
    """Return the spanning headers and their widths, nothing when no column belongs to a group."""
    spans: list[tuple[Text | None, int]] = []
    for column in table.columns:
        if spans and column.group is not None and spans[-1][0] == column.group:
            spans[-1] = (column.group, spans[-1][1] + 1)
        else:
            spans.append((column.group, 1))
    return spans if any(title for title, _ in spans) else []


def is_interval(table: Table, column: int) -> bool:
    """Tell whether a column holds intervals."""
    return any(isinstance(row[column], Interval) for row in table.rows)


def written(cell: Cell, how: Format) -> str:
    """Write a number or an interval as the reader sees it."""
    if isinstance(cell, Interval):
        return numbers.interval(cell, how)
    return numbers.number(cell if isinstance(cell, int | float) else None, how)


def headline(item: KeyFigure) -> tuple[Text, Text, Text]:
    """Return the number, the unit and the interval of a headline number as each language writes them."""
    number, unit = numbers.in_english(item.value, item.format, item.unit.en)
    held = item.interval
    band = ""
    if held is not None:
        low, high = (numbers.in_english(v, item.format, item.unit.en)[0] for v in (held.low, held.high))
        band = numbers.MISSING if numbers.MISSING in (low, high) else f"[{low}, {high}]"
    return (
        Text(numbers.number(item.value, item.format), number),
        Text(item.unit.zh, unit),
        Text(numbers.interval(held, item.format) if held else "", band),
    )


def raw(cell: Cell, pair: bool) -> str:
    """Return the full number behind a cell, for the CSV download; both ends of an interval."""
    if isinstance(cell, Interval):
        return SEPARATOR.join("" if numbers.is_missing(v) else repr(float(v)) for v in (cell.low, cell.high))
    if not isinstance(cell, int | float) or numbers.is_missing(cell):
        return SEPARATOR if pair else ""
    return repr(cell) if isinstance(cell, int) else repr(float(cell))


def _joined(texts: list[Text]) -> Text:
    return Text("；".join(t.zh for t in texts), "; ".join(t.en for t in texts))


def _frame_count(figure: Figure) -> int:
    return len(figure.chart.frames) if isinstance(figure.chart, TileMap | Ranking) else 1


def _mathml(latex: str) -> Markup | None:
    drawn = mathml(latex)
    return None if drawn is None else Markup(drawn)  # noqa: S704  (known elements and attributes only)


def _block_name(block: Block) -> str:
    return type(block).__name__


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


@cache
def _static(name: str) -> str:
    return files("yugong.report").joinpath("static", name).read_text(encoding="utf-8")


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("yugong.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    tools: dict[str, Any] = {
        "words": WORDS,
        "sep": SEPARATOR,
        "source_line": source_line,
        "source_lines": source_lines,
        "joined": _joined,
        "header_spans": header_spans,
        "is_interval": is_interval,
        "written": written,
        "headline": headline,
        "raw": raw,
        "mathml": _mathml,
        "frame_count": _frame_count,
        "kind": lambda figure: spec(figure.chart)["kind"],
        "block_name": _block_name,
    }
    environment.globals.update(tools)
    return environment
