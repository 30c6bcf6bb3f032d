"""Method cards of links and market access."""

from yugong.base.cards import MethodCard
from yugong.base.cite import article
from yugong.base.text import Text

ALLEN_ARKOLAKIS_2022 = article(
    "allenArkolakis2022",
    (("Allen", "Treb"), ("Arkolakis", "Costas")),
    "The welfare effects of transportation infrastructure improvements",
    "Review of Economic Studies",
    2022,
    "89(6)",
    "2911-2957",
)
DONALDSON_HORNBECK_2016 = article(
    "donaldsonHornbeck2016",
    (("Donaldson", "Dave"), ("Hornbeck", "Richard")),
    "Railroads and American economic growth: A “market access” approach",
    "Quarterly Journal of Economics",
    2016,
    "131(2)",
    "799-858",
)
HARRIS_1954 = article(
    "harris1954",
    (("Harris", "Chauncy D."),),
    "The market as a factor in the localization of industry in the United States",
    "Annals of the Association of American Geographers",
    1954,
    "44(4)",
    "315-348",
)
LINKS_CARD = MethodCard(
    "links",
    Text("每条线路的福利价值", "The welfare value of every link"),
    r"\frac{d\ln W}{d\ln t_\ell}=\sum_{s,i,j}\frac{\partial\ln W}{\partial\ln\tau_{sij}}\,"
    r"\frac{\delta_s}{\theta_s}\,\frac{t_\ell}{T_{ij}}\,\mathbf 1[\ell\in P_{ij}]",
    Text(
        "一次伴随求解得全国福利对各对贸易成本的导数，再沿最短路传到线路；一阶估计只计线路所载贸易的成本节约",
        "one adjoint solve gives the slope of national welfare in every trade cost, carried to links along shortest "
        "paths; the first-order estimate counts only the cost saved on the trade that a link carries",
    ),
    citations=(ALLEN_ARKOLAKIS_2022,),
)
BEST_CARD = MethodCard(
    "best_links",
    Text("预算内的最优线路", "The best links within a budget"),
    r"\max_{A\subseteq C}\ W(A)\quad\text{s.t.}\ \sum_{\ell\in A}c_\ell\le B",
    Text(
        "每一步加上单位造价增益最大的线路，并在新网络上重新求解全部候选；候选不超过 10 条时另列全部组合的最优解",
        "each step adds the link with the largest gain per yuan, all candidates solved anew on the network so far; "
        "with at most 10 candidates the best of all combinations is given beside",
    ),
    citations=(ALLEN_ARKOLAKIS_2022,),
)
ACCESS_CARD = MethodCard(
    "market_access",
    Text("市场可达性", "Market access"),
    r"MA_i=\sum_{j\ne i}m_j\,T_{ij}^{-\theta}",
    Text("T 为最短路；θ=1 即市场潜力", "T is the least-cost path; θ = 1 is the market potential"),
    citations=(HARRIS_1954, DONALDSON_HORNBECK_2016),
)
