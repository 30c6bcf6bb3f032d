"""Method cards of pairing and of transfusion against blood-making."""

from yugong.base.cards import MethodCard
from yugong.base.cite import article
from yugong.base.text import Text

HITCHCOCK_1941 = article(
    "hitchcock1941",
    (("Hitchcock", "Frank L."),),
    "The distribution of a product from several sources to numerous localities",
    "Journal of Mathematics and Physics",
    1941,
    "20(1-4)",
    "224-230",
)
GALE_SHAPLEY_1962 = article(
    "galeShapley1962",
    (("Gale", "David"), ("Shapley", "Lloyd S.")),
    "College admissions and the stability of marriage",
    "American Mathematical Monthly",
    1962,
    "69(1)",
    "9-15",
)
BAIOU_BALINSKI_2002 = article(
    "baiouBalinski2002",
    (("Baïou", "Mourad"), ("Balinski", "Michel")),
    "The stable allocation (or ordinal transportation) problem",
    "Mathematics of Operations Research",
    2002,
    "27(3)",
    "485-503",
)
PAIRING_CARD = MethodCard(
    "pairing",
    Text("结对帮扶方案", "A plan of paired assistance"),
    r"\max t\ \text{s.t.}\ \sum_i x_{ij}\ge t\,b_j,\ \sum_j x_{ij}\le a_i;\quad\text{then}\ \max\sum_{ij}f_{ij}x_{ij}",
    Text(
        "公平：先使需求满足率最低的受援方尽量高，再使匹配度最大；稳定：没有一对支援方与受援方都更愿意多给对方；"
        "一对一：总匹配度最大的指派。匹配度为产业互补性与距离邻近性之和，双方同一排序",
        "fair: first the worst-served receiver is raised as far as it goes, then fit is maximised; stable: no giver and "
        "receiver would both rather have more of each other; one to one: the assignment of the largest total fit. Fit "
        "adds industrial complementarity and nearness, and is what both sides go by",
    ),
    citations=(HITCHCOCK_1941, GALE_SHAPLEY_1962, BAIOU_BALINSKI_2002),
)
TRANSFUSION_CARD = MethodCard(
    "transfusion",
    Text("“输血”与“造血”的乘数比较", "Transfusion and blood-making compared by multiplier"),
    r"m_k=\Delta Y_k/A",
    Text(
        "同一金额分别用于对居民的转移、公共投资与资本补助，各自模拟，比较受帮扶地区与全国的实际收入变化",
        "the same amount as a transfer to households, as public investment and as a capital grant, each simulated; "
        "the change of real income of the receivers and of the nation is compared",
    ),
)
