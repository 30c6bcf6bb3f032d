"""A synthetic document with every kind of block. Its numbers are drawn at random and describe nothing real."""

import numpy as np
import pandas as pd

from yugong.base.cards import Citation, MethodCard
from yugong.base.provenance import Source
from yugong.base.text import Text
from yugong.report import figures
from yugong.report.charts import Tile
from yugong.report.model import (
    Card,
    Chapter,
    Column,
    Document,
    Finding,
    Heading,
    InputFile,
    KeyFigure,
    KeyFigures,
    Meta,
    Paragraph,
    Table,
)
from yugong.report.numbers import INTEGER, YEAR, Format, Interval

HOSTILE = "<script>alert('x')</script>"
FORMULA = '=HYPERLINK("http://evil.example","x")'
YEARS = list(range(2012, 2023))
_GRID = """\
650000 新疆 XJ 2 0|540000 西藏 XZ 4 1|630000 青海 QH 3 2|620000 甘肃 GS 2 3|640000 宁夏 NX 2 4|150000 内蒙古 NM 1 5
110000 北京 BJ 2 6|120000 天津 TJ 2 7|130000 河北 HE 1 6|210000 辽宁 LN 1 8|220000 吉林 JL 1 9|230000 黑龙江 HL 0 9
140000 山西 SX 2 5|370000 山东 SD 3 7|410000 河南 HA 3 6|610000 陕西 SN 3 5|510000 四川 SC 4 3|500000 重庆 CQ 4 4
420000 湖北 HB 4 6|340000 安徽 AH 4 7|320000 江苏 JS 4 8|310000 上海 SH 4 9|330000 浙江 ZJ 5 8|360000 江西 JX 5 7
430000 湖南 HN 5 6|520000 贵州 GZ 5 5|530000 云南 YN 5 4|450000 广西 GX 6 5|440000 广东 GD 6 6|350000 福建 FJ 6 8
710000 台湾 TW 6 9|460000 海南 HI 7 5|820000 澳门 MO 7 6|810000 香港 HK 7 7"""
SOURCE = Source(
    "sample",
    Text("合成指标", "Synthetic indicator"),
    Text("万元", "10 000 yuan"),
    Text("不变价", "constant prices"),
    Text("合成样本（测试用）", "Synthetic sample (for tests)"),
    Text("2026", "2026"),
    "user",
)
GROUPS = (Text("东部", "East"), Text("中部", "Central"), Text("西部", "West"), Text("东北", "Northeast"))


def tiles() -> tuple[Tile, ...]:
    rows = [r.split() for r in _GRID.replace("\n", "|").split("|")]
    return tuple(Tile(c, Text(zh, en), Text(zh, en), int(y), int(x)) for c, zh, en, y, x in rows)


def sample() -> Document:
    rng = np.random.default_rng(20261122)
    grid = tiles()
    places = [t for t in grid if t.code < "700000"]
    level = rng.lognormal(1.6, 0.45, len(places))[:, None] * np.linspace(1, 1.8, len(YEARS))
    panel = pd.DataFrame(level, index=[t.code for t in places], columns=YEARS)
    panel.iloc[4, :3] = np.nan
    names = {t.code: t.name for t in grid}
    unit, two, three = Text("万元", "10 000 yuan"), Format(2), Format(3)

    wide = Table(
        "tab-panel",
        Text("各省合成指标", "Synthetic indicator by province"),
        (
            Column("place", Text("地区", "Region")),
            *(Column(f"y{y}", Text(str(y), str(y)), format=two, group=Text("年份", "Year")) for y in YEARS),
        ),
        tuple((names[c], *map(float, panel.loc[c])) for c in panel.index),
        notes=(Text("数字为合成，仅供测试。", "Synthetic numbers, for tests only."),),
        sources=(SOURCE,),
        marked=frozenset({3}),
    )
    tile_map = figures.tile_map(
        "fig-map", Text("合成指标的空间分布", "The synthetic indicator over space"), grid, panel, two, wide, unit,
        marked=("510000",), notes=(Text("方格不表示边界。", "Tiles do not show boundaries."),),
    )  # fmt: skip

    gini = 0.24 - 0.004 * np.arange(len(YEARS)) + rng.normal(0, 0.002, len(YEARS))
    low, high = gini - 0.02, gini + 0.02
    trend = Table(
        "tab-gini",
        Text("基尼系数", "Gini coefficient"),
        (
            Column("year", Text("年份", "Year"), format=YEAR),
            Column("gini", Text("基尼系数", "Gini coefficient"), format=three),
            Column("gini_interval", Text("95% 区间", "95% interval"), format=three),
        ),
        tuple((y, float(g), Interval(float(a), float(b))) for y, g, a, b in zip(YEARS, gini, low, high, strict=True)),
        sources=(SOURCE,),
    )
    lines = figures.lines(
        "fig-gini", Text("差距的走势", "Disparity over time"), YEARS,
        {"gini": gini, "theil": gini / 2}, {"gini": Text("基尼系数", "Gini"), "theil": Text("泰尔指数", "Theil T")},
        three, trend, Text("指数", "Index"), low={"gini": low}, high={"gini": high},
    )  # fmt: skip

    parts = rng.dirichlet([3, 8, 2], len(YEARS)).T * 100
    dagum = Table(
        "tab-dagum",
        Text("达古姆分解的贡献率", "Contributions in the Dagum decomposition"),
        (
            Column("year", Text("年份", "Year"), format=YEAR),
            *(Column(k, Text(zh, en), Text("%", "%"), Format(1)) for k, zh, en in (
                ("within", "组内", "Within"), ("between", "组间", "Between"), ("overlap", "超变密度", "Transvariation"))),
        ),
        tuple((y, *map(float, parts[:, i])) for i, y in enumerate(YEARS)),
        sources=(SOURCE,),
    )  # fmt: skip
    stacked = figures.stack(
        "fig-dagum", Text("差距来自哪里", "Where the disparity comes from"), YEARS,
        {"within": parts[0], "between": parts[1], "overlap": parts[2]},
        {"within": Text("组内", "Within"), "between": Text("组间", "Between"), "overlap": Text("超变密度", "Transvariation")},
        Format(1), dagum, Text("贡献率（%）", "Contribution (%)"), Text("%", "%"),
    )  # fmt: skip

    def frame(year: int) -> list[tuple[Text, float, Interval | None, int | None, bool]]:
        return [
            (names[c], v, Interval(v * 0.93, v * 1.06), i % 4, c == "510000")
            for i, (c, v) in enumerate(panel[year].items())
            if np.isfinite(v)
        ]

    ranked_table = Table(
        "tab-rank",
        Text("排名", "Ranking"),
        (
            Column("place", Text("地区", "Region")),
            Column("note", Text("备注", "Remark")),
            Column("value", Text("数值", "Value"), unit, two),
            Column("range", Text("区间", "Interval"), unit, two),
        ),
        tuple(
            (r[0], HOSTILE if i == 0 else FORMULA if i == 1 else None, r[1], r[2]) for i, r in enumerate(frame(2022))
        ),
        sources=(SOURCE,),
    )
    ranked = figures.ranking(
        "fig-rank", Text("各省排名及区间", "Provinces ranked, with intervals"), {y: frame(y) for y in YEARS[-3:]},
        two, ranked_table, Text("万元", "10 000 yuan"), unit, groups=GROUPS, reference=8.0,
        reference_label=Text("全国 8.00", "Nation 8.00"),
    )  # fmt: skip
    dots_table = Table(
        "tab-beta",
        Text("收敛系数", "Convergence coefficients"),
        (
            Column("model", Text("模型", "Model")),
            Column("beta", Text("系数", "Coefficient"), format=Format(3, signed=True)),
            Column("range", Text("95% 区间", "95% interval"), format=Format(3)),
            Column("n", Text("样本", "n"), format=INTEGER),
        ),
        (
            (Text("无条件", "Unconditional"), -0.021, Interval(-0.034, -0.008), 31),
            (Text("条件", "Conditional"), -0.035, Interval(-0.056, -0.014), 31),
            (Text("未估计", "Not estimated"), None, None, 0),
        ),
    )
    dots = figures.ranking(
        "fig-beta", Text("收敛系数及区间", "Convergence coefficients with intervals"),
        {"β": [(Text("无条件", "Unconditional"), -0.021, Interval(-0.034, -0.008), None, False),
               (Text("条件", "Conditional"), -0.035, Interval(-0.056, -0.014), None, True)]},
        three, dots_table, Text("系数", "Coefficient"), style="dot", reference=0.0,
    )  # fmt: skip
    start, growth = np.log(panel[2012].fillna(5)), rng.normal(0.05, 0.01, len(panel))
    cloud_table = Table(
        "tab-cloud",
        Text("初始水平与增速", "Initial level and growth"),
        (Column("place", Text("地区", "Region")), Column("x", Text("对数", "Log"), format=two), Column("y", Text("增速", "Growth"), format=three)),
        tuple((names[c], float(a), float(b)) for c, a, b in zip(panel.index, start, growth, strict=True)),
    )  # fmt: skip
    cloud = figures.scatter(
        "fig-cloud", Text("起点低的地区是否增长更快", "Do regions that start lower grow faster"),
        [(names[c], float(a), float(b), i % 4, c == "510000") for i, (c, a, b) in enumerate(zip(panel.index, start, growth, strict=True))],
        Text("2012 年对数水平", "Log level in 2012"), Text("年均增速", "Annual growth"), two, three, cloud_table,
        GROUPS, line=(0.08, -0.015),
    )  # fmt: skip
    card = MethodCard(
        "gini",
        Text("基尼系数", "Gini coefficient"),
        r"G=\frac{\sum_{i=1}^{n}\sum_{j=1}^{n}|y_i-y_j|}{2n^2\bar{y}}",
        Text("按人口加权。", "Weighted by population."),
        Text("零值照常计入。", "Zeros count as they are."),
        (Citation("sample", "合成文献[J]. 测试, 2026.", "@article{sample,\n  year = {2026}\n}"),),
        {"weights": "population"},
    )
    odd = MethodCard(
        "odd", Text("读不了的公式", "A formula that cannot be read"), r"\begin{broken} < & ", Text("—", "—")
    )
    return Document(
        Text("区域协调发展体检报告（合成样本）", "Regional coordination check-up (synthetic sample)"),
        Text("本文件的全部数字由随机数生成，仅供测试排版与图形。", "Every number here is random and serves to test layout and charts."),
        (
            Chapter(
                "overview",
                Text("总览", "Overview"),
                (
                    KeyFigures((
                        KeyFigure(
                            Text("东部与中部之比", "East to Central"), 1.538, two, Text("倍", "times"),
                            Interval(1.41, 1.69), Text("2012 年为 1.68。", "It was 1.68 in 2012."), "tab-rank",
                        ),
                        KeyFigure(
                            Text("基尼系数", "Gini coefficient"), float(gini[-1]), three, see="fig-gini",
                            interval=Interval(float(low[-1]), float(high[-1])),
                        ),
                        KeyFigure(Text("半衰期", "Half-life"), 33.1, Format(1), Text("年", "years")),
                        KeyFigure(Text("未估计的数", "Not estimated"), None, Format(1)),
                    )),
                    Finding(
                        Text("地区差距十年间缩小。", "Regional disparity narrowed over the decade."),
                        Text("基尼系数由 0.240 降至 0.200。", "The Gini fell from 0.240 to 0.200."), "fig-gini", "closer",
                    ),
                    Finding(Text("组间差距仍占大头。", "The gap between groups still dominates."), None, "fig-dagum", "wider"),
                    Finding(Text("两个年份缺数。", "Two years are missing."), Text("缺失不作零处理。", "Missing is never zero."), None, "caution"),
                    Paragraph(Text(f"研究文本要转义：{HOSTILE}&", f"Study text is escaped: {HOSTILE}&")),
                    tile_map,
                    ranked,
                ),
                Text("先看结论，再看依据。", "The conclusions first, then what they rest on."),
            ),
            Chapter(
                "disparity",
                Text("差距与收敛", "Disparity and convergence"),
                (lines, stacked, Heading(Text("收敛", "Convergence")), dots, cloud, dots_table_copy(dots_table)),
            ),
            Chapter("methods", Text("方法与来源", "Methods and sources"), (Card(card), Card(odd))),
        ),
        Meta(
            "sample", Text("合成样本", "Synthetic sample"), "2026-11-22", "0.1.0", {"region": "510000"},
            {"bootstrap": 1}, (InputFile("panel.csv", "0" * 64),), (Text("合成数据", "synthetic data"),),
        ),
    )  # fmt: skip


def dots_table_copy(table: Table) -> Table:
    return Table("tab-plain", Text("独立成表", "A table by itself"), table.columns, table.rows, sources=(SOURCE,))
