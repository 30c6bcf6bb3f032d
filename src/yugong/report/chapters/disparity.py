"""Disparities over time, and what they consist of."""

from yugong.base.text import Text
from yugong.diagnose import _study_disparity as level2
from yugong.diagnose.disparity import Bootstrap
from yugong.registry import terms
from yugong.report import figures
from yugong.report.chapters.context import Context, Part, absent, column, interval_column, upper
from yugong.report.chapters.decomposition import decomposition
from yugong.report.chapters.drawn import ends, how_drawn, written
from yugong.report.model import Block, Cell, Chapter, Figure, Finding, KeyFigure, Table
from yugong.report.numbers import YEAR, Format, Interval, interval, number

ID, TITLE = "disparity", Text("地区差距及其构成", "Disparities and what they consist of")
LEAD = Text(
    "差距是扩大还是缩小，来自板块之间还是板块内部。区间为按省重抽样的 95% 自助法区间。",
    "Whether disparities widen or narrow, and whether they lie between the groups or inside them. "
    "Intervals are 95% bootstrap intervals that draw provinces.",
)
THREE = Format(3)
PER_HEAD, INCOME, WEIGHTS = "grp_per_head", "income_per_head", "population"


def build(c: Context) -> Part:
    """Return the chapter."""
    if not c.compares(PER_HEAD, WEIGHTS):
        return absent(ID, TITLE, Text("人均地区生产总值和人口", "GRP per head and population"))
    groups = c.groups if len(c.group_names()) > 1 else None
    years = c.years(PER_HEAD, WEIGHTS)
    first, last = c.span(PER_HEAD, WEIGHTS)
    drawn = level2.disparity_intervals(
        c.study, PER_HEAD, WEIGHTS, years=years, groups=groups, draws=c.draws, seed=c.seed,
        statistics=("gini", "theil_T", *(("dagum", "theil_T_groups") if groups else ())),
    )  # fmt: skip
    blocks: list[Block] = []
    change = _change(c, drawn, "gini", first, last)
    blocks += [change, _trend(c, drawn, "fig-gini", "tab-gini", PER_HEAD)]
    if years[0] < first:
        blocks.insert(1, _change(c, drawn, "gini", int(years[0]), last))
    findings, cards = [change], [drawn.method]
    warnings = [drawn.caution] if drawn.caution else []
    if c.compares(INCOME, WEIGHTS):
        income_years = c.years(INCOME, WEIGHTS)
        start, end = c.span(INCOME, WEIGHTS)
        incomes = level2.disparity_intervals(
            c.study, INCOME, WEIGHTS, years=income_years, groups=groups, draws=c.draws, seed=c.seed
        )
        found = _change(c, incomes, "gini", start, end, "fig-income-gini", INCOME)
        blocks += [found, _trend(c, incomes, "fig-income-gini", "tab-income-gini", INCOME)]
        findings.append(found)
    blocks.append(_measures(c, first, last))
    if groups:
        made, source, more = decomposition(c, drawn, PER_HEAD, WEIGHTS, groups, first, last)
        blocks += made
        findings.append(source)
        cards += more
    at = drawn.years.index(last)
    gini = drawn.statistics.index("gini")
    key = KeyFigure(
        Text(f"{last} 年人均地区生产总值基尼系数", f"Gini coefficient of GRP per head, {last}"),
        float(drawn.estimate[at, gini]),
        THREE,
        interval=Interval(float(drawn.low[at, gini]), float(drawn.high[at, gini])),
        note=Text(
            f"{first} 年为 {written(drawn, 'gini', first).zh}。",
            f"It was {written(drawn, 'gini', first).en} in {first}.",
        ),
        see="fig-gini",
    )
    return Part(Chapter(ID, TITLE, tuple(blocks), LEAD), tuple(findings), (key,), tuple(cards), tuple(warnings))


def _change(
    c: Context, drawn: Bootstrap, statistic: str, first: int, last: int, see: str = "fig-gini", variable: str = PER_HEAD
) -> Finding:
    moved_by = drawn.change(first, last).set_index("statistic")[["value", "low", "high"]].astype(float)
    value, low, high = (float(v) for v in moved_by.loc[statistic].to_numpy())
    moved = number(value, Format(3, signed=True))
    band = interval(Interval(low, high), Format(3, signed=True))
    word, title = terms()[statistic].title, c.short(variable)
    sure = low * high > 0
    narrowed = value < 0
    zh = "缩小" if narrowed else "扩大"
    en = "narrowed" if narrowed else "widened"
    if sure:
        text = Text(
            f"{first}—{last} 年，{title.zh}的地区差距{zh}：{word.zh}变动 {moved}，95% 区间 {band}。",
            f"From {first} to {last} the disparity in {title.en} {en}: the {word.en} changed by {moved}, 95% interval {band}.",
        )
    else:
        text = Text(
            f"{first}—{last} 年，{title.zh}的{word.zh}变动 {moved}，95% 区间 {band} 含零：不能断定差距{zh}。",
            f"From {first} to {last} the {word.en} of {title.en} changed by {moved}; its 95% interval {band} includes "
            f"zero, so it cannot be said that the disparity {en}.",
        )
    a, b = written(drawn, statistic, first), written(drawn, statistic, last)
    detail = Text(f"{first} 年 {a.zh}，{last} 年 {b.zh}。", f"{a.en} in {first}, {b.en} in {last}.")
    return Finding(text, detail, see, ("closer" if narrowed else "wider") if sure else "neutral")


def _trend(c: Context, drawn: Bootstrap, id_: str, twin: str, variable: str) -> Figure:
    shown = ("gini", "theil_T")
    title, base = c.title(variable), c.basis(variable)
    caption = Text(
        f"{title.zh}{base.zh}：基尼系数与泰尔指数", f"{upper(title.en)}{base.en}: Gini coefficient and Theil index"
    )
    at = [drawn.statistics.index(s) for s in shown]
    columns = [column("year", YEAR)]
    for s in shown:
        columns += [column(s, THREE), interval_column(s, THREE)]
    rows = tuple(
        (int(str(year)), *(cell for k in at for cell in (float(drawn.estimate[t, k]), ends(drawn, t, k))))
        for t, year in enumerate(drawn.years)
    )
    table = Table(twin, caption, tuple(columns), rows, (how_drawn(drawn),), c.sources(variable, WEIGHTS))
    return figures.lines(
        id_, caption, drawn.years, {s: drawn.estimate[:, k] for s, k in zip(shown, at, strict=True)},
        {s: terms()[s].title for s in shown}, THREE, table, Text("指数", "Index"), zero=True,
        low={s: drawn.low[:, k] for s, k in zip(shown, at, strict=True)},
        high={s: drawn.high[:, k] for s, k in zip(shown, at, strict=True)},
    )  # fmt: skip


def _measures(c: Context, first: int, last: int) -> Table:
    measured = level2.disparity(c.study, PER_HEAD, WEIGHTS, years=(first, last))
    plain = level2.disparity(c.study, PER_HEAD, None, years=(first, last), statistics=("cv",))
    word = terms()["cv"].title
    rows: list[tuple[Cell, ...]] = [
        (terms()[s].title, float(measured.values[0, k]), float(measured.values[1, k]))
        for k, s in enumerate(measured.statistics)
        if s != "cv"  # weighted by population it is the Williamson index
    ]
    rows.append((Text(f"{word.zh}（不加权）", f"{word.en}, unweighted"), *(float(v) for v in plain.values.ravel())))
    title = c.title(PER_HEAD)
    return Table(
        "tab-measures",
        Text(f"{title.zh}的各种差距测度", f"Measures of disparity in {title.en}"),
        (column("statistic"), *(column(f"value_{y}", THREE, Text(f"{y} 年", str(y))) for y in (first, last))),
        tuple(rows),
        (
            Text(
                "除最大最小值之比和标明不加权者外，均按人口加权。",
                "Weighted by population, except the max/min ratio and where it says unweighted.",
            ),
        ),
        c.sources(PER_HEAD, WEIGHTS),
    )
