"""Method cards of zones and suitability."""

from yugong.base.cards import MethodCard
from yugong.base.cite import article
from yugong.base.text import Text

SHIRABE_2005 = article(
    "shirabe2005",
    (("Shirabe", "Takeshi"),),
    "A model of contiguity for spatial unit allocation",
    "Geographical Analysis",
    2005,
    "37(1)",
    "2-16",
)
CHINNECK_DRAVNIEKS_1991 = article(
    "chinneckDravnieks1991",
    (("Chinneck", "John W."), ("Dravnieks", "Erik W.")),
    "Locating minimal infeasible constraint sets in linear programs",
    "ORSA Journal on Computing",
    1991,
    "3(2)",
    "157-168",
)
ZONES_CARD = MethodCard(
    "zones",
    Text("功能分区", "Functional zones"),
    r"\max\sum_i a_i s_{i z_i}-\beta\sum_{(i,j)}\ell_{ij}\mathbf 1[z_i\ne z_j]-\gamma\sum_i a_i\mathbf 1[z_i\ne z_i^0]",
    Text(
        "混合整数规划（HiGHS），面积下限与上限、边界长度、与上版规划的变动入目标；大规模用局部搜索并给出与上界的差距",
        "mixed-integer programme (HiGHS) with floors and caps on area, boundary length and changes from the last plan; "
        "for thousands of units local search, with the gap to a bound",
    ),
    citations=(SHIRABE_2005, CHINNECK_DRAVNIEKS_1991),
)
SUITABILITY_CARD = MethodCard(
    "suitability",
    Text("国土空间开发适宜性等级", "Suitability grades"),
    r"g=\mathrm{clamp}_{1}^{5}\left(M[L,W]+\sum_c\Delta_c\right)",
    Text(
        "水土匹配矩阵定初判等级，各修正项从同一初判等级一次相加；参数见可编辑的参数表 guide-2019",
        "the land × water matrix gives the first grade, all corrections add to that one grade at once; parameters are "
        "the editable profile guide-2019",
    ),
)
PERMISSION_CARD = MethodCard(
    "permissions",
    Text("功能区与活动准入", "Zones and activities"),
    r"p(z,a)\in\{\text{yes},\text{limited},\text{no}\}",
    Text(
        "默认表是按公开规划方向整理的工作底表，确定性为 M，使用前请按当地清单改写",
        "the default table is a working draft after published planning directions (certainty M): adapt it to the local "
        "list before use",
    ),
)
