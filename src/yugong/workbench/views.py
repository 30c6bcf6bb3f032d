"""One selection of a study as linked figures: map, ranking, series, table, and where the numbers come from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError, YugongError
from yugong.base.text import Text
from yugong.report import figures
from yugong.report.axis import mirrored
from yugong.report.chapters.context import TILE_NOTE, Context, column, upper
from yugong.report.model import Block, Card, Figure, Table
from yugong.report.numbers import INTEGER, NONE, Format, Interval

if TYPE_CHECKING:
    from yugong.report.charts import Emphasis

MOST_PEERS = 6
NO_INTERVAL = Text(
    "各数为公布或推算的点值，未估计区间。",
    "Figures are point values as published or derived; no interval was estimated.",
)
SCALES = {
    "level": NONE,
    "relative": Text("各地区中位数 = 100", "median of all places = 100"),
    "growth": Text("比上年变化（%）", "change on the year before (%)"),
}
PERCENT = Text("%", "%")


@dataclass(frozen=True, slots=True)
class Selection:
    """What all figures of a view share: a panel places × years on one scale, and how its numbers are written."""

    variable: str
    scale: str
    wide: pd.DataFrame
    unit: Text
    how: Format
    title: Text
    year: int


def selection(c: Context, variable: str, scale: str, year: int | None, span: tuple[int, int] | None) -> Selection:
    """Return the panel of a variable on a scale, over the years asked for that have any figure.

    UnknownNameError for an unknown variable or a year without figures, InputError where nothing is left.
    """
    of = c.study.variable(variable)
    wide = on_scale(c.study.panel(of.id), scale)
    held = [int(str(y)) for y in wide.columns if wide[y].notna().any()]
    held = [y for y in held if span is None or span[0] <= y <= span[1]]
    if not held:
        what = Text(f"“{of.title.zh}”在所选年份没有数据", f"{of.title.en!r} has no figures in these years")
        raise InputError([Problem(what, Text("换一段年份", "choose other years"), column="years")])
    if year is not None and year not in held:
        raise UnknownNameError(
            Text("年份", "year"), year, [str(y) for y in sorted(held, key=lambda y: abs(y - year))[:3]]
        )
    wide = wide[held].astype(float)
    words = SCALES[scale]
    basis = c.basis(of.id) if scale == "level" else NONE
    title = Text(
        of.title.zh + (f"，{words.zh}" if words.zh else _unless_there(basis.zh, of.title.zh)),
        upper(of.title.en) + (f", {words.en}" if words.en else _unless_there(basis.en, of.title.en)),
    )
    unit = {"level": of.unit, "relative": NONE, "growth": PERCENT}[scale]
    return Selection(of.id, scale, wide, unit, digits(wide, scale), title, held[-1] if year is None else year)


def on_scale(wide: pd.DataFrame, scale: str) -> pd.DataFrame:
    """Return levels, levels over the median of the year times 100, or per cent changes on the year before."""
    if scale == "relative":
        return 100 * wide / wide.median()
    if scale == "growth":
        before = wide.shift(1, axis=1)
        years = [int(str(y)) for y in wide.columns]
        follows = [y - 1 in years for y in years]  # the study's years have no gaps; one that had would show none
        return (100 * (wide / before.where(before > 0) - 1)).loc[:, follows]
    return wide


def digits(wide: pd.DataFrame, scale: str) -> Format:
    """Return the digits that suit the size of the numbers."""
    if scale != "level":
        return Format(1, signed=scale == "growth")
    x = np.abs(wide.to_numpy()[np.isfinite(wide.to_numpy())])
    if (x == np.round(x)).all():
        return INTEGER
    top = float(x.max())
    return Format(0 if top >= 10_000 else 1 if top >= 100 else 2 if top >= 1 else 4)


def view(c: Context, s: Selection, peers: tuple[str, ...]) -> tuple[list[Block], dict[str, str]]:
    """Return the blocks of a view, and which block plays which part."""
    blocks: list[Block] = []
    roles: dict[str, str] = {}
    by_year = _places_by_year(c, s)
    if c.tiles:
        blocks.append(
            figures.tile_map(
                "view-map", s.title, c.tiles, s.wide, s.how, by_year, s.unit, start=s.year, breaks=_breaks(s),
                scale="diverging" if s.scale != "level" else "sequential",
                marked=(c.region,) if c.region else (), notes=(TILE_NOTE,),
            )
        )  # fmt: skip
        roles["map"] = "view-map"
    blocks += [_ranking(c, s), _series(c, s, peers), _table(c, s, peers), Card(variable_card(c, s))]
    return blocks, roles | {"ranking": "view-ranking", "series": "view-series", "table": "view-table"}


def _breaks(s: Selection) -> tuple[float, ...] | None:
    """Return class ends about no change, or about the median; levels have none of their own."""
    if s.scale == "level":
        return None
    middle = 100.0 if s.scale == "relative" else 0.0
    ends = mirrored((s.wide.to_numpy(float) - middle).ravel(), s.how.digits)
    return tuple(round(middle + e, s.how.digits) for e in ends)


def peers_of(c: Context) -> tuple[str, ...]:
    """Return the places most like the region in structure; none where nothing can be compared."""
    if c.region is None:
        return ()
    try:
        near: Any = c.study.diagnose.peers(c.region)
    except YugongError:  # no structural variable, or too few figures
        return ()
    return tuple(near.peers[:MOST_PEERS])


def variable_card(c: Context, s: Selection) -> MethodCard:
    """Return what a reviewer asks of a variable: formula, price basis, vintage, note."""
    of = c.study.variable(s.variable)
    source = of.source()
    zh = [of.note.zh, source.price_basis.zh, f"数据版本：{source.vintage.zh}" if of.vintage else ""]
    en = [of.note.en, source.price_basis.en, f"vintage: {source.vintage.en}" if of.vintage else ""]
    if s.scale == "growth":
        zh.append("变化率按相邻两年计算，缺一年则无数")
        en.append("changes are between neighbouring years, absent where either is")
    if s.scale == "relative":
        zh.append("以当年有数据的各地区的中位数为 100")
        en.append("100 is the median of the places with figures in the year")
    said = Text("；".join(p for p in zh if p) or "公布数，未作调整", "; ".join(p for p in en if p) or "as published")
    return MethodCard(f"variable-{of.id}", of.title, of.formula, said, Text("缺失不作零", "missing is not zero"))


def _unless_there(basis: str, title: str) -> str:
    return "" if not basis or basis.strip(" （）()") in title else basis


def _places_by_year(c: Context, s: Selection) -> Table:
    over = Text("年份", "Year")
    return Table(
        "view-map-data",
        s.title,
        (column("place"), *(column(str(y), s.how, Text(str(y), str(y)), NONE, over) for y in s.wide.columns)),
        tuple((c.name(str(p)), *(float(v) for v in s.wide.loc[p])) for p in s.wide.index),
        (),
        c.sources(s.variable),
        frozenset(i for i, p in enumerate(s.wide.index) if p == c.region),
    )


def _ranking(c: Context, s: Selection) -> Figure:
    groups = c.group_names()
    order = list(groups)

    def frame(year: Any) -> list[tuple[Text, float, Interval | None, int | None, bool]]:
        return [
            (c.name(p), float(v), None, order.index(c.group_of[p]) if p in c.group_of else None, p == c.region)
            for p, v in zip(map(str, s.wide.index), s.wide[year].to_numpy(float), strict=True)
            if np.isfinite(v)
        ]

    table = Table(
        "view-ranking-data",
        Text(f"{s.title.zh}，{s.year} 年位次", f"{s.title.en}: ranks in {s.year}"),
        (column("rank", INTEGER), column("place"), column("value", s.how, unit=s.unit)),
        tuple((i, c.name(str(p)), float(v)) for i, (p, v) in enumerate(_ranked(s).items(), 1)),
        (NO_INTERVAL,),
        c.sources(s.variable),
    )
    return figures.ranking(
        "view-ranking", s.title, {int(y): frame(y) for y in s.wide.columns}, s.how, table, s.unit, s.unit,
        groups=tuple(groups.values()), start=s.year, reference=100.0 if s.scale == "relative" else None,
        reference_label=Text("中位数", "median") if s.scale == "relative" else None, notes=(NO_INTERVAL,),
    )  # fmt: skip


def _ranked(s: Selection) -> "pd.Series[float]":
    return s.wide[s.year].dropna().sort_values(ascending=False, kind="stable")


def _series(c: Context, s: Selection, peers: tuple[str, ...]) -> Figure:
    """The region, its peers, the median, and the published national figure where the study has one."""
    rows: dict[str, np.ndarray] = {}
    names: dict[str, Text] = {}
    emphasis: dict[str, Emphasis] = {}
    if c.region is not None:
        rows[c.region] = s.wide.loc[c.region].to_numpy(float)
        emphasis[c.region] = "strong"
    for p in peers:
        rows[p], emphasis[p] = s.wide.loc[p].to_numpy(float), "faint"
    names |= {p: c.name(p) for p in rows}
    rows["median"], names["median"] = s.wide.median().to_numpy(float), Text("各地区中位数", "Median of all")
    if c.region is None:
        for key, q, words in (
            ("lower", 0.25, Text("下四分位", "Lower quartile")),
            ("upper", 0.75, Text("上四分位", "Upper quartile")),
        ):
            rows[key], names[key], emphasis[key] = s.wide.quantile(q).to_numpy(float), words, "faint"
        emphasis["median"] = "strong"
    rows = {k: v for k, v in rows.items() if np.isfinite(v).any()}
    years = [int(y) for y in s.wide.columns]
    table = Table(
        "view-series-data",
        s.title,
        (column("year", Format(0, thousands=False)), *(column(k, s.how, names[k], s.unit) for k in rows)),
        tuple((y, *(float(v[i]) for v in rows.values())) for i, y in enumerate(years)),
        (),
        c.sources(s.variable),
    )
    return figures.lines(
        "view-series", s.title, years, rows, names, s.how, table, s.unit, s.unit, emphasis=emphasis,
        reference=100.0 if s.scale == "relative" else 0.0 if s.scale == "growth" else None,
    )  # fmt: skip


def _table(c: Context, s: Selection, peers: tuple[str, ...]) -> Table:
    """The selection in its year: value, rank, group and change since the first year shown."""
    year, first = s.year, int(s.wide.columns[0])
    ranked = {str(p): i for i, p in enumerate(_ranked(s).index, 1)}
    groups = c.group_names()
    change = (
        s.wide[year] - s.wide[first]
        if s.scale != "level"
        else 100 * (s.wide[year] / s.wide[first].where(s.wide[first] > 0) - 1)
    )
    word = (
        Text(f"比 {first} 年（%）", f"On {first} (%)")
        if s.scale == "level"
        else Text(f"比 {first} 年（点）", f"On {first} (points)")
    )
    grouped = bool(groups)
    columns = [
        column("place"),
        *([column("group", title=Text("分组", "Group"))] if grouped else []),
        column("rank", INTEGER),
        column("value", s.how, Text(f"{year} 年", str(year)), s.unit),
        *([column("change", Format(1, signed=True), word)] if first != year else []),
    ]
    rows = []
    for place in map(str, s.wide.index):
        name = groups.get(c.group_of.get(place, ""), None)
        row: list[Any] = [
            c.name(place),
            *([name] if grouped else []),
            ranked.get(place),
            float(s.wide[year][place]),
        ]
        rows.append((*row, *([float(change[place])] if first != year else [])))
    return Table(
        "view-table",
        Text(f"{s.title.zh}，{year} 年", f"{s.title.en}, {year}"),
        tuple(columns),
        tuple(rows),
        (NO_INTERVAL,),
        c.sources(s.variable),
        frozenset(i for i, p in enumerate(s.wide.index) if p == c.region),
    )
