"""Method cards of synergy, overlay and conflicts."""

from yugong.base.cards import Citation, MethodCard
from yugong.base.cite import article
from yugong.base.text import Text

HARSANYI_1963 = article(
    "harsanyi1963",
    (("Harsanyi", "John C."),),
    "A simplified bargaining model for the n-person cooperative game",
    "International Economic Review",
    1963,
    "4(2)",
    "194-220",
)
SHAPLEY_1953 = Citation(
    "shapley1953",
    "SHAPLEY L S. A value for n-person games[M]//KUHN H W, TUCKER A W. Contributions to the theory of games: II. "
    "Princeton: Princeton University Press, 1953: 307-317.",
    "@incollection{shapley1953, author={Shapley, Lloyd S.}, title={A value for n-person games}, "
    "booktitle={Contributions to the Theory of Games II}, editor={Kuhn, H. W. and Tucker, A. W.}, "
    "publisher={Princeton University Press}, address={Princeton}, year={1953}, pages={307--317}}",
)
SYNERGY_CARD = MethodCard(
    "synergy",
    Text("战略叠加的协同效应", "Synergy of overlapping strategies"),
    r"s(A,B)=W(A\cup B)-W(A)-W(B)+W(\varnothing),\quad \phi_i=\sum_{S\ni i}\frac{d(S)}{|S|},"
    r"\quad W(T)=\sum_{S\subseteq T}d(S)",
    Text(
        "W 为各组合同时实施后全国实际收入（精确福利变化）；全部 2ⁿ 个组合逐一求解，沙普利值分摊联合效果",
        "W is national real income (exact welfare) with a combination in place; all 2ⁿ combinations are solved, "
        "the Shapley value shares the joint effect out",
    ),
    citations=(HARSANYI_1963, SHAPLEY_1953),
)
OVERLAY_CARD = MethodCard(
    "overlay",
    Text("战略叠加", "Overlay of strategies"),
    r"n_i=\sum_s \mathbf 1[i\in s]",
    Text(
        "当年年末有效的国家战略，范围按登记册的文件；部分纳入单列",
        "national strategies in force at the year's end, scopes by the registry's documents; partial cover apart",
    ),
)
CONFLICT_CARD = MethodCard(
    "conflicts",
    Text("战略目标冲突矩阵", "Conflict matrix of strategies and targets"),
    r"e_{sk}=\mathrm{sign}_k\left(x_k(s)/x_k(0)-1\right)",
    Text(
        "各战略单独模拟；正号为趋近目标，负号为背离；同一目标上符号相反即冲突",
        "each strategy simulated alone; plus is towards the target; opposite signs on one target are a conflict",
    ),
)
