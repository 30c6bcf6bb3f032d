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
PAIRING_CARD = MethodCard(
    "pairing",
    Text("结对帮扶方案", "A plan of paired assistance"),
    r"\max t\ \text{s.t.}\ \sum_i x_{ij}\ge t\,b_j,\ \sum_j x_{ij}\le a_i;\quad\text{then}\ \max\sum_{ij}f_{ij}x_{ij}",
    Text(
        "先使需求满足率最低的受帮扶地区尽量高，再在此前提下使匹配度最大；匹配度为产业互补性与距离邻近性之和",
        "first the worst-served receiver is raised as far as it goes, then fit is maximised; fit adds industrial "
        "complementarity and nearness",
    ),
    citations=(HITCHCOCK_1941, GALE_SHAPLEY_1962),
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
