"""Method cards of ecological compensation and river sharing."""

from yugong.base.cards import Citation, MethodCard
from yugong.base.cite import article
from yugong.base.text import Text

AMBEC_SPRUMONT_2002 = article(
    "ambec2002",
    (("Ambec", "Stefan"), ("Sprumont", "Yves")),
    "Sharing a river",
    "Journal of Economic Theory",
    2002,
    "107(2)",
    "453-462",
)
VAN_DEN_BRINK_2007 = article(
    "vandenbrink2007",
    (("van den Brink", "René"), ("van der Laan", "Gerard"), ("Vasil'ev", "Valeri")),
    "Component efficient solutions in line-graph games with applications",
    "Economic Theory",
    2007,
    "33(2)",
    "349-364",
)
NI_WANG_2007 = article(
    "ni2007",
    (("Ni", "Debing"), ("Wang", "Yuntong")),
    "Sharing a polluted river",
    "Games and Economic Behavior",
    2007,
    "60(1)",
    "176-186",
)
REGULATION_779 = Citation(
    "regulation779",
    "中华人民共和国国务院. 生态保护补偿条例[Z]. 国务院令第779号, 2024.",
    "@misc{regulation779, author={{State Council of China}}, title={Regulation on ecological protection compensation}, "
    "year={2024}, note={State Council Order No. 779}}",
)
TRUNK_2025 = Citation(
    "trunk2025",
    "财资环〔2025〕50号[Z]. 2025-05-30.",
    "@misc{trunk2025, title={Caizihuan [2025] No. 50}, year={2025}}",
)
SETTLEMENT_FORMULAS = {
    "p_index": r"P=k_0\sum_i k_i\,C_i/C_{i0};\quad T=\begin{cases}D\,g(P)&P\le 1\\-U&P>1\end{cases}",
    "class_steps": r"T=w(c)+\left[-r\sum_i 100\,(C_i/C_{i,-1}-1)\right]_{-\bar c}^{\bar c}",
    "class_target": r"T=D\ \text{if}\ c\le c^*\ \text{and}\ a\ge a^*,\ \text{else}\ -U",
    "double_index": r"T=D\ \text{if}\ c\le c^*\ \text{and}\ a\ge a^*,\ \text{else}\ -U",
    "threshold": r"T=D\ \text{if}\ C\le C^*,\ \text{else}\ -U",
    "quantity_quality": r"T=\left[q\,a+r\,(W-W_0)_+ + b\,\mathbf 1[N\le N^*]\right]^{D}",
    "composite": r"T=D\min\!\left(1,\tfrac{S-S^*}{\bar S-S^*}\right)\ \text{if}\ S\ge S^*,\ "
    r"\text{else}\ -U\min\!\left(1,\tfrac{S^*-S}{S^*}\right),\quad S=\sum_k w_k s_k",
    "fixed": r"T=D\,\tfrac{m}{12}\,a",
    "fixed_shares": r"n_i=B\left(\tfrac{q_i}{\sum q}-\tfrac{p_i}{\sum p}\right),\ "
    r"\text{paid}_i=a_i(-n_i)_+,\ \text{received}_i=\tfrac{(n_i)_+}{\sum (n)_+}\sum\text{paid}",
    "central_accounting": r"s_i=\sum_k w_k\left[\lambda\tfrac{C^{in}_{ik}-C^{out}_{ik}}{C^{in}_{ik}}+"
    r"(1-\lambda)\tfrac{C^{prev}_{ik}-C^{out}_{ik}}{C^{prev}_{ik}}\right],\ x_i=[100\,r\,s_i]_{-\bar c}^{\bar c},\ "
    r"T_i=x_i\tfrac{\min(\sum x^+,\sum x^-)}{\sum x^{\pm}}",
}


def settlement_card(rule: str) -> MethodCard:
    """Return the card of a settlement by one rule type."""
    citations = (REGULATION_779, TRUNK_2025) if rule == "central_accounting" else (REGULATION_779,)
    return MethodCard(
        f"compensation_{rule}",
        Text("横向生态保护补偿清算", "Settlement of horizontal ecological compensation"),
        SETTLEMENT_FORMULAS[rule],
        Text(
            "T 为下游付上游（负为上游付下游）；每方封顶，收付相等；水质指标按年均值或逐月值",
            "T is paid by downstream to upstream (negative: the other way); capped on each side; paid equals received; "
            "water quality by annual means or months",
        ),
        Text(
            "缺失不当作零：缺读数或条款则不清算", "missing is not zero: without a reading or a term nothing is settled"
        ),
        citations,
        {"rule": rule},
    )


LEDGER = MethodCard(
    "compensation_ledger",
    Text("横向生态保护补偿台账", "Ledger of horizontal ecological compensation"),
    r"\text{pool}\ \neq\ \text{full}\ \neq\ \text{settled}\ \neq\ \text{paid}",
    Text(
        "协议资金池、达标时应付额、按读数清算额、实际拨付分列；中央引导奖励另列，不并入省际拨付",
        "the agreement's pool, the sum due when the tests are met, the sum settled from readings and the sum paid are "
        "kept apart; central rewards are listed apart and never added to bilateral payments",
    ),
    Text("缺失不当作零", "missing is not zero"),
)
CHECKLIST = MethodCard(
    "agreement_check",
    Text("补偿协议要素核对", "Checklist of a compensation agreement"),
    r"\text{found}=\{\text{item}:\text{absent}\}\cup\{\text{item}:\text{inconsistent}\}",
    Text(
        "按《生态保护补偿条例》第十七条所列事项与应综合考虑的因素逐项核对，并以条款试算清算；辅助提示，不构成法律意见",
        "item by item against article 17 of the regulation (contents and factors to weigh), and a trial settlement "
        "of the terms; an aid, not legal advice",
    ),
    citations=(REGULATION_779,),
)
BOUNDS = MethodCard(
    "compensation_bounds",
    Text("补偿标准的上下限", "Bounds of compensation"),
    r"L=\sum_k c_k\ \text{or}\ \sum_{g}(y^{ref}_g-y_g)\,n_g,\quad U=\sum_k v_k,\quad A=L+\beta(U-L)",
    Text(
        "下限为保护方的直接成本与机会成本，上限为受益方得到的生态服务价值；β 为保护方的议价力；"
        "无成本表时以收入差距法估计机会成本",
        "the lower bound is the protector's direct and opportunity cost, the upper the value of services to those who "
        "benefit; β is the protector's bargaining power; without a table of costs the opportunity cost is the income gap",
    ),
)
PACKAGE = MethodCard(
    "compensation_package",
    Text("多种补偿方式的货币当量", "Money-equivalent of a compensation package"),
    r"E_k=q_k\,p_k\sum_{t=0}^{n_k-1}(1+r)^{-t}",
    Text(
        "每项为数量乘单位价值，多年的按年折现；单位价值由用户给定",
        "each item is quantity times unit value, discounted over its years; unit values are the user's",
    ),
    citations=(REGULATION_779,),
)
RIVER = MethodCard(
    "river_sharing",
    Text("河流共享博弈", "River-sharing game"),
    r"v(S)=\max_{x\ge0}\sum_{i\in S}b_i(x_i)\ \text{s.t.}\ \sum_{j\preceq i}x_j\le\sum_{j\preceq i}e_j;\quad "
    r"\text{downstream incremental } z_i=v(P_i\cup i)-\sum_{j\to i}v(P_j\cup j)",
    Text(
        "b_i(x)=a_i x−c_i x²/2（x 至 a_i/c_i 后不再增加）；联盟按流域图的连通部分计值；下游增量解即 Ambec–Sprumont 解",
        "b_i(x)=a_i x−c_i x²/2, flat beyond a_i/c_i; a coalition is worth the sum over its connected parts of the basin "
        "graph; the downstream incremental solution is Ambec and Sprumont's",
    ),
    citations=(AMBEC_SPRUMONT_2002, VAN_DEN_BRINK_2007),
)
POLLUTED = MethodCard(
    "polluted_river",
    Text("污染河流成本分摊", "Sharing the cost of a polluted river"),
    r"\mathrm{LRS}_i=c_i,\quad \mathrm{UES}_i=\sum_{j:\,i\in P_j\cup j}\frac{c_j}{|P_j|+1}",
    Text(
        "c_j 为使 j 段达标的成本；LRS 各付各段，UES 由该段及其上游平分",
        "c_j is the cost of cleaning stretch j; LRS: each pays its own; UES: shared equally by the stretch and all "
        "upstream of it",
    ),
    citations=(NI_WANG_2007,),
)
