"""Method cards of this room: formula, convention and the papers."""

from collections.abc import Mapping

from yugong.base.cards import Citation, MethodCard
from yugong.base.text import Text


def _article(
    key: str, authors: str, year: int, title: str, journal: str, volume: str, pages: str, bib: str
) -> Citation:
    where = f"{year}, {volume}" + (f": {pages}" if pages else "")
    parts = volume.partition("(")
    number = f", number = {{{parts[2].rstrip(')')}}}" if parts[2] else ""
    paged = f", pages = {{{pages.replace('–', '--')}}}" if pages else ""
    return Citation(
        key,
        f"{authors}. {title}[J]. {journal}, {where}.",
        f"@article{{{key},\n  author = {{{bib}}}, title = {{{title}}}, journal = {{{journal}}}, year = {{{year}}}, "
        f"volume = {{{parts[0]}}}{number}{paged}\n}}",
    )


BJS = _article("borusyak2024", "BORUSYAK K, JARAVEL X, SPIESS J", 2024,
               "Revisiting event-study designs: robust and efficient estimation",
               "Review of Economic Studies", "91(6)", "3253–3285",
               "Borusyak, Kirill and Jaravel, Xavier and Spiess, Jann")  # fmt: skip
GB = _article("goodmanbacon2021", "GOODMAN-BACON A", 2021,
              "Difference-in-differences with variation in treatment timing",
              "Journal of Econometrics", "225(2)", "254–277", "Goodman-Bacon, Andrew")  # fmt: skip
SA = _article("sun2021", "SUN L, ABRAHAM S", 2021,
              "Estimating dynamic treatment effects in event studies with heterogeneous treatment effects",
              "Journal of Econometrics", "225(2)", "175–199", "Sun, Liyang and Abraham, Sarah")  # fmt: skip
CS = _article("callaway2021", "CALLAWAY B, SANT'ANNA P H C", 2021,
              "Difference-in-differences with multiple time periods",
              "Journal of Econometrics", "225(2)", "200–230", "Callaway, Brantly and Sant'Anna, Pedro H. C.")  # fmt: skip
SZ = _article("santanna2020", "SANT'ANNA P H C, ZHAO J", 2020, "Doubly robust difference-in-differences estimators",
              "Journal of Econometrics", "219(1)", "101–122", "Sant'Anna, Pedro H. C. and Zhao, Jun")  # fmt: skip
CCT = _article("calonico2014", "CALONICO S, CATTANEO M D, TITIUNIK R", 2014,
               "Robust nonparametric confidence intervals for regression-discontinuity designs",
               "Econometrica", "82(6)", "2295–2326", "Calonico, Sebastian and Cattaneo, Matias D. and Titiunik, Rocío")  # fmt: skip
BAI = _article("bai2009", "BAI J", 2009, "Panel data models with interactive fixed effects", "Econometrica", "77(4)",
               "1229–1279", "Bai, Jushan")  # fmt: skip
ATHEY = _article("athey2021", "ATHEY S, BAYATI M, DOUDCHENKO N, et al", 2021,
                 "Matrix completion methods for causal panel data models",
                 "Journal of the American Statistical Association", "116(536)", "1716–1730",
                 "Athey, Susan and Bayati, Mohsen and Doudchenko, Nikolay and Imbens, Guido and Khosravi, Khashayar")  # fmt: skip
GRIFFIN = Citation(
    "griffin2021",
    "GRIFFIN B A, et al. Methodological considerations for estimating policy effects in the context of co-occurring "
    "policies[EB/OL]. arXiv: 2106.04304, 2021.",
    "@misc{griffin2021,\n  author = {Griffin, Beth Ann and others}, title = {Methodological considerations for "
    "estimating policy effects in the context of co-occurring policies}, year = {2021}, eprint = {2106.04304}, "
    "archivePrefix = {arXiv}\n}",
)
BUTTS = Citation(
    "butts2021",
    "BUTTS K. Difference-in-differences estimation with spatial spillovers[EB/OL]. arXiv: 2105.03737, 2021.",
    "@misc{butts2021,\n  author = {Butts, Kyle}, title = {Difference-in-differences estimation with spatial "
    "spillovers}, year = {2021}, eprint = {2105.03737}, archivePrefix = {arXiv}\n}",
)
LESAGE = Citation(
    "lesage2009",
    "LESAGE J, PACE R K. Introduction to spatial econometrics[M]. Boca Raton: CRC Press, 2009.",
    "@book{lesage2009,\n  author = {LeSage, James and Pace, R. Kelley}, title = {Introduction to spatial "
    "econometrics}, publisher = {CRC Press}, address = {Boca Raton}, year = {2009}\n}",
)

_CARDS: dict[str, tuple[Text, str, Text, tuple[Citation, ...]]] = {
    "twfe": (
        Text("双向固定效应双重差分", "two-way fixed-effects difference-in-differences"),
        r"y_{it}=\alpha_i+\lambda_t+\tau D_{it}+x_{it}'\beta+\varepsilon_{it}",
        Text("政策分批开始且效应不同时含有“已受影响者作对照”的负权重，只作对照；标准误按聚类，小样本因子同 fixest",
             "with staggered starts and unequal effects it compares with places already treated and weights may be "
             "negative: shown for comparison; clustered standard errors, small-sample factor as in fixest"),
        (GB,),
    ),
    "imputation": (
        Text("固定效应插补法", "imputation with fixed effects"),
        r"\hat\tau=\sum w_{it}\,(y_{it}-\hat\alpha_i-\hat\lambda_t-x_{it}'\hat\beta),\quad (\hat\alpha,\hat\lambda,\hat\beta)\ \text{from clean cells}",
        Text("反事实只用干净的地区–年份估计：无本政策、无溢出、无并存政策；标准误为保守聚类式",
             "the counterfactual comes from clean place-years alone: no own policy, no spillover, no competing policy; "
             "conservative clustered standard errors"),
        (BJS,),
    ),
    "exposure_effects": (
        Text("本地效应与溢出效应", "own and spillover effects by imputation"),
        r"\hat\tau_k=\mathrm{mean}\{y_{it}-\hat y_{it}(0)\ :\ \text{exposure}\ k\}",
        Text("各暴露层与受政策地区都从干净的地区–年份插补；每格归最近的一层",
             "each exposure layer and the treated are imputed from clean place-years; a cell counts in its first layer"),
        (BUTTS, BJS),
    ),
    "overlap": (
        Text("政策叠加与协同效应", "overlapping policies and their synergy"),
        r"\text{synergy}=\tau_{AB}-\tau_{A}-\tau_{B}\ \text{at matched event time}",
        Text("只用没有任何政策的地区–年份插补；缺少任一格时不可识别，不给数",
             "imputed from place-years without any policy; where a cell is empty it is not identified and no number is given"),
        (BJS, GRIFFIN),
    ),
    "dose_response": (
        Text("剂量效应", "effect by dose"),
        r"\hat\tau_{it}/d_{it},\quad \hat b=\sum d\hat\tau/\sum d^2",
        Text("效应由插补得出；斜率假定每单位剂量效应相同，分组不作此假定",
             "effects by imputation; the slope assumes one effect a unit of dose, the classes do not"),
        (BJS,),
    ),
    "after_end": (
        Text("政策结束后的余效", "what remains after the end"),
        r"\hat\rho_k=\mathrm{mean}\{y_{it}-\hat y_{it}(0)\ :\ k\ \text{years after the end}\}",
        Text("结束后的年份不作对照，由干净的地区–年份插补", "years after the end are no comparison; they are imputed from clean place-years"),
        (BJS,),
    ),
    "interactive": (
        Text("交互固定效应反事实", "counterfactual with interactive fixed effects"),
        r"y_{it}(0)=\alpha_i+\lambda_t+\Lambda_i'F_t+\varepsilon_{it}",
        Text("因子在干净的地区–年份上迭代估计；因子数取受政策影响地区事前年份交叉验证误差最小者", "factors by iteration on clean place-years; their number by "
             "cross-validation on the treated places before the start"),
        (BAI,),
    ),
    "matrix_completion": (
        Text("矩阵补全", "matrix completion"),
        r"\min_{L,\alpha,\lambda}\ \tfrac12\sum_{\text{clean}}(y_{it}-\alpha_i-\lambda_t-L_{it})^2+\theta\lVert L\rVert_*",
        Text("核范数惩罚按受政策影响地区事前年份的交叉验证选取；两向固定效应不受惩罚", "nuclear-norm penalty by cross-validation on the "
             "treated places before the start; both fixed effects are not penalised"),
        (ATHEY,),
    ),
    "spatial_durbin": (
        Text("空间杜宾双重差分（描述性）", "spatial Durbin difference-in-differences (descriptive)"),
        r"y=\rho Wy+D\tau+WD\theta+X\beta+WX\gamma+\alpha_i+\lambda_t+\varepsilon",
        Text("描述性：W 是假定的，溢出由 ρW 的形式决定，不是识别出来的；精确对数行列式，LeSage–Pace 直接与间接效应",
             "descriptive: W is assumed and the spillover takes the shape of ρW, it is not identified; exact "
             "log-determinant, direct and indirect effects after LeSage and Pace"),
        (LESAGE,),
    ),
    "bacon": (
        Text("Goodman-Bacon 分解", "Goodman-Bacon decomposition"),
        r"\hat\tau_{TWFE}=\sum_k s_k\,\hat\tau_k^{2\times2}",
        Text("精确权重；平衡面板，政策不退出", "exact weights; balanced panel, nobody leaves the policy"),
        (GB,),
    ),
    "sun_abraham": (
        Text("Sun–Abraham 事件研究", "Sun–Abraham event study"),
        r"y_{it}=\alpha_i+\lambda_t+\sum_g\sum_{e\ne-1}\delta_{ge}1\{G_i=g\}1\{t-g=e\}+\varepsilon_{it}",
        Text("群组×事件时间饱和，按各群组在该时点的份额加总；对照为从未受影响者",
             "saturated in cohort × event time, averaged by the cohorts' shares; compared with the never treated"),
        (SA,),
    ),
    "border_discontinuity": (
        Text("边界断点回归", "border regression discontinuity"),
        r"\hat\tau=\lim_{d\downarrow0}E[y\mid d]-\lim_{d\uparrow0}E[y\mid d]",
        Text("局部线性、三角核、均方误差最优带宽；区间为稳健偏差修正式",
             "local linear, triangular kernel, MSE-optimal bandwidth; robust bias-corrected interval"),
        (CCT,),
    ),
    "callaway_santanna": (
        Text("Callaway–Sant’Anna 群组–时间效应", "Callaway–Sant'Anna group-time effects"),
        r"ATT(g,t)=E[Y_t-Y_{g-1}\mid G=g]-E[Y_t-Y_{g-1}\mid C]",
        Text("以开始前一年为基期；可用结果回归、逆概率或双重稳健调整", "base period the year before the start; outcome regression, inverse "
             "probability or doubly robust"),
        (CS, SZ),
    ),
}  # fmt: skip


def card(method: str, options: Mapping[str, str] | None = None) -> MethodCard:
    """Return the card of a method of this room."""
    title, formula, convention, citations = _CARDS[method]
    return MethodCard(method, title, formula, convention, citations=citations, options=dict(options or {}))
