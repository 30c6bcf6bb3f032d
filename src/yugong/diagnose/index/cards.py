"""The method cards of the index, the coordination index, segmentation and similar regions."""

from dataclasses import replace

from yugong.base.cards import Citation, MethodCard
from yugong.base.cite import article, book
from yugong.base.text import Text

OECD_2008 = book(
    "oecd2008handbook",
    (
        ("Nardo", "Michela"),
        ("Saisana", "Michaela"),
        ("Saltelli", "Andrea"),
        ("Tarantola", "Stefano"),
        ("Hoffman", "Anders"),
        ("Giovannini", "Enrico"),
    ),
    "Handbook on constructing composite indicators: methodology and user guide",
    "Paris",
    "OECD Publishing",
    2008,
)
SAISANA_2005 = article(
    "saisana2005uncertainty",
    (("Saisana", "Michaela"), ("Saltelli", "Andrea"), ("Tarantola", "Stefano")),
    "Uncertainty and sensitivity analysis techniques as tools for the quality assessment of composite indicators",
    "Journal of the Royal Statistical Society: Series A",
    2005,
    "168(2)",
    "307-323",
)
SALTELLI_2010 = article(
    "saltelli2010variance",
    (("Saltelli", "Andrea"), ("Annoni", "Paola"), ("Azzini", "Ivano"), ("Campolongo", "Francesca")),
    "Variance based sensitivity analysis of model output: design and estimator for the total sensitivity index",
    "Computer Physics Communications",
    2010,
    "181(2)",
    "259-270",
)
PARSLEY_2001 = article(
    "parsley2001explaining",
    (("Parsley", "David C"), ("Wei", "Shang-Jin")),
    "Explaining the border effect: the role of exchange rate variability, shipping costs, and geography",
    "Journal of International Economics",
    2001,
    "55(1)",
    "87-105",
)
PARSLEY_1996 = article(
    "parsley1996convergence",
    (("Parsley", "David C"), ("Wei", "Shang-Jin")),
    "Convergence to the law of one price without trade barriers or currency fluctuations",
    "The Quarterly Journal of Economics",
    1996,
    "111(4)",
    "1211-1236",
)


def _card(id_: str, title: Text, formula: str, convention: Text, *sources: Citation) -> MethodCard:
    return MethodCard(id_, title, formula, convention, citations=sources)


INDEX = _card(
    "composite_index",
    Text("区域发展水平综合指数", "Composite index of the level of development"),
    r"S_{it}=\prod_d\Big(\sum_{j\in d}w_jz_{itj}\Big)^{1/D},\quad z=\frac{x-\min}{\max-\min}\ \text{or}\ \frac{\max-x}{\max-\min}",
    Text(
        "极差标准化，上下限取全部地区与年份；维度内加权算术平均，维度间等权几何平均；缺失不填补，维度覆盖率低于要求则不计分，"
        "覆盖率以体系中有数据的指标为分母（体系 core 以全部核心指标为分母）；"
        "名次区间为标准化×权重×合成方式×权重扰动（±25%）蒙特卡洛的 5%—95%",
        "min–max on goalposts over all regions and years; weighted arithmetic mean inside dimensions, equal-weight "
        "geometric mean across; missing cells are not filled, and a dimension short of the required coverage has no "
        "score, coverage being over the system's indicators with figures (over all core ones in the system core); "
        "rank intervals are 5–95 % of a Monte Carlo over normalisation × weights × aggregation × weight noise ±25 %",
    ),
    OECD_2008,
    SAISANA_2005,
    SALTELLI_2010,
)
COORDINATION = _card(
    "coordination_index",
    Text("区域协调指数", "Index of regional coordination"),
    r"I_t=100\,D_0/D_t\ (\text{gap}),\quad I_t=100\,X_t/X_0\ (\text{attainment})",
    Text(
        "差距类指标取地区间离散度（默认人口加权变异系数）的倒数，达标类取全体加权均值；基年为 100，逐层等权平均；"
        "只在两年都有数据的地区上比较，只有窗口内各年齐全的指标进入合成。"
        "形式与中国社会科学院同类指数相同，数值不同：其原始序列未公开，本指数不复现其数值",
        "gaps enter by the inverse of their dispersion over regions (population-weighted coefficient of variation by "
        "default), attainments by the weighted mean over all; 100 at the base year, equal weights upward; two years "
        "compare on regions present in both, and only indicators complete over the window enter. It has the shape of "
        "the index of the Chinese Academy of Social Sciences, not its values, whose source series are not public",
    ),
    OECD_2008,
)
SEGMENTATION = _card(
    "market_segmentation",
    Text("市场分割指数（相对价格法）", "Market segmentation (relative-price method)"),
    r"q_{ijkt}=|\Delta Q_{ijkt}|-\overline{|\Delta Q_{kt}|},\quad \Delta Q=\ln\frac{P_{ikt}}{P_{jkt}},\quad s_{it}=\overline{\operatorname{Var}_k(q_{ijkt})}_j",
    Text(
        "上年=100 的分类价格指数；先取绝对值，再减同商品同年全部地区对的均值；方差自由度 n−1；地区值为其各对的均值",
        "category price indices, previous year = 100; absolute value first, then less the mean over all pairs of that "
        "good and year; variance with n−1; a region's value is the mean over its pairs",
    ),
    PARSLEY_1996,
    PARSLEY_2001,
)
PEERS = _card(
    "similar_regions",
    Text("相似地区", "Similar regions"),
    r"d_{ab}=\sqrt{\sum_k w_k(z_{ak}-z_{bk})^2/\sum_k w_k}",
    Text(
        "结构性背景变量的 z 分数，均值与标准差取全部地区与年份；缺失的变量不进入该对的均值，共有不足八成的地区对不比较",
        "z-scores of structural context variables, mean and standard deviation over all regions and years; a missing "
        "variable leaves that pair's mean, and pairs sharing less than 80 % are not compared",
    ),
    OECD_2008,
)


def with_options(card: MethodCard, **options: object) -> MethodCard:
    """Return the card with the options that were used."""
    return replace(card, options={k: str(v) for k, v in options.items()})
