"""Method cards of benefit sharing."""

from yugong.base.cards import Citation, MethodCard
from yugong.base.cite import article
from yugong.base.text import Text
from yugong.design.synergy.sources import SHAPLEY_1953

SCHMEIDLER_1969 = article(
    "schmeidler1969", (("Schmeidler", "David"),), "The nucleolus of a characteristic function game",
    "SIAM Journal on Applied Mathematics", 1969, "17(6)", "1163-1170",
)  # fmt: skip
MASCHLER_PELEG_SHAPLEY_1979 = article(
    "maschler1979", (("Maschler", "Michael"), ("Peleg", "Bezalel"), ("Shapley", "Lloyd S.")),
    "Geometric properties of the kernel, nucleolus, and related solution concepts",
    "Mathematics of Operations Research", 1979, "4(4)", "303-338",
)  # fmt: skip
AUMANN_MASCHLER_1985 = article(
    "aumann1985", (("Aumann", "Robert J."), ("Maschler", "Michael")),
    "Game theoretic analysis of a bankruptcy problem from the Talmud", "Journal of Economic Theory", 1985, "36(2)",
    "195-213",
)  # fmt: skip
CASTRO_2009 = article(
    "castro2009", (("Castro", "Javier"), ("Gómez", "Daniel"), ("Tejada", "Juan")),
    "Polynomial calculation of the Shapley value based on sampling", "Computers & Operations Research", 2009, "36(5)",
    "1726-1730",
)  # fmt: skip
NASH_1950 = article(
    "nash1950", (("Nash", "John F."),), "The bargaining problem", "Econometrica", 1950, "18(2)", "155-162"
)
TAX_2015 = Citation(
    "caiyu2015", "财预〔2015〕92号[Z]. 2015.", "@misc{caiyu2015, title={Caiyu [2015] No. 92}, year={2015}}"
)
TAX_2012 = Citation(
    "caiyu2012", "财预〔2012〕40号[Z]. 2012.", "@misc{caiyu2012, title={Caiyu [2012] No. 40}, year={2012}}"
)

TITLES = {
    "shapley": Text("沙普利值", "Shapley value"),
    "nucleolus": Text("核仁", "nucleolus"),
    "nash": Text("纳什讨价还价解", "Nash bargaining"),
    "proportional": Text("按比例", "proportional"),
    "sacrifice": Text("按牺牲", "by sacrifice"),
    "talmud": Text("塔木德规则", "Talmud rule"),
}
FORMULAS = {
    "shapley": r"\phi_i=\sum_{S\not\ni i}\frac{|S|!\,(n-|S|-1)!}{n!}\left[v(S\cup i)-v(S)\right]",
    "nucleolus": r"\operatorname{lexmin}_{x}\ \theta\!\left(v(S)-x(S)\right),\quad x(N)=v(N),\ x_i\ge v(i)",
    "nash": r"x_i=d_i+\frac{w_i}{\sum w}\left(v(N)-\sum d\right),\quad d_i=v(i)",
    "proportional": r"x_i=v(N)\,w_i/\sum w",
    "sacrifice": r"x_i=s_i+\left(v(N)-\sum s\right)s_i/\sum s\ \ (v(N)\ge\sum s)",
    "talmud": r"\text{half-claims by CEA up to }\tfrac12\sum s,\ \text{losses by CEA beyond}",
}
SOURCES = {
    "shapley": (SHAPLEY_1953,),
    "nucleolus": (SCHMEIDLER_1969, MASCHLER_PELEG_SHAPLEY_1979),
    "nash": (NASH_1950,),
    "proportional": (),
    "sacrifice": (),
    "talmud": (AUMANN_MASCHLER_1985,),
}


def sharing_card(rule: str, how: Text, sampled: bool = False) -> MethodCard:
    """Return the card of a sharing rule; `how` says where the worths of coalitions come from."""
    way = Text("抽样排列，给出误差界", "sampled orders, with an error bound") if sampled else Text("精确", "exact")
    return MethodCard(
        f"sharing_{rule}",
        Text(f"合作收益分配：{TITLES[rule].zh}", f"Sharing the gain of cooperation: {TITLES[rule].en}"),
        FORMULAS[rule],
        Text(f"{how.zh}；{way.zh}", f"{how.en}; {way.en}"),
        None,
        (*SOURCES[rule], *((CASTRO_2009,) if sampled else ())),
        {"rule": rule},
    )


MOVED_TAX = MethodCard(
    "tax_sharing",
    Text("产业转移企业税收分享", "Tax sharing for moved enterprises"),
    r"o_t=\min\!\left(\sigma\,T_t,\ \bar c-\sum_{s<t}o_s\right)\ \text{if eligible},\quad d_t=T_t-o_t",
    Text(
        "政府主导迁移、符合规划、迁移前三年年均“三税”达到门槛的企业，迁出地与迁入地按比例分享，"
        "迁出地所得以迁移前三年“三税”合计封顶；封顶与年限为待核对参数",
        "for enterprises moved by government, within plan, with average taxes of the three years before above the "
        "threshold: shared between the old and the new place, the old place's part capped by the sum of the three years; "
        "cap and number of years are to be checked",
    ),
    citations=(TAX_2015,),
)
CORPORATE_TAX = MethodCard(
    "corporate_tax_split",
    Text("跨地区经营企业所得税三因素分摊", "Three-factor split of corporate income tax"),
    r"s_i=0.35\frac{R_i}{\sum R}+0.35\frac{W_i}{\sum W}+0.30\frac{A_i}{\sum A}",
    Text(
        "分支机构分摊部分按营业收入、职工薪酬、资产总额三因素；总部兼营的部门视同一个机构",
        "the establishments' part by revenue, wages and assets; a head office that also operates counts as one",
    ),
    citations=(TAX_2012,),
)
PRECEDENT = MethodCard(
    "precedent_shares",
    Text("按既有先例分配", "Shares by precedent"),
    r"x_i=X\,q_i/\sum q",
    Text("先例的份额用于新的总额；黄河“八七”分水各年按来水丰增枯减", "a precedent's shares applied to a new total"),
)
GRAIN = MethodCard(
    "grain_compensation",
    Text("粮食产销区利益补偿", "Compensation between grain producers and consumers"),
    r"b_i=q_i-\kappa n_i,\quad R_i=p\,(b_i)_+\,m/\sum(b)_+,\quad P_i=p\,(-b_i)_+\,m/\sum(-b)_+,\quad "
    r"m=\min\!\left(\sum(b)_+,\sum(-b)_+\right)",
    Text(
        "余缺为产量减人均需要乘人口；按吨补偿，缺粮地区按缺口分担；只补偿两边相抵的数量",
        "surplus is output less need a head times people; so much a ton, paid by deficit regions by their deficits; only "
        "the quantity that both sides match is compensated",
    ),
)
RENTS = MethodCard(
    "resource_rents",
    Text("资源输出地利益分享", "Sharing resource rents between origin and destination"),
    r"\rho_k=(p_k-c_k)_+\,q_k,\quad T_k=\tau\,\rho_k-t_k\ge 0",
    Text(
        "租金为价格减开采成本（含正常回报）乘输出量；输入地按比例返还，扣除输出地已得的资源税费",
        "rent is price less cost (a normal return included) times what is shipped; the destination returns a share, less "
        "what the origin already receives in resource taxes",
    ),
)
