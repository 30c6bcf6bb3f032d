"""Method cards of the simulate room."""

from dataclasses import replace

from yugong.base.cards import Citation, MethodCard
from yugong.base.text import Text
from yugong.simulate.economy import Economy

CALIENDO_PARRO = Citation(
    "caliendo2015",
    "CALIENDO L, PARRO F. Estimates of the trade and welfare effects of NAFTA[J]. The Review of Economic Studies, 2015, 82(1): 1-44.",
    "@article{caliendo2015, author={Caliendo, Lorenzo and Parro, Fernando}, title={Estimates of the Trade and Welfare"
    " Effects of {NAFTA}}, journal={The Review of Economic Studies}, volume={82}, number={1}, pages={1--44}, year={2015}}",
)
TOMBE_ZHU = Citation(
    "tombe2019",
    "TOMBE T, ZHU X. Trade, migration, and productivity: a quantitative analysis of China[J]. American Economic Review,"
    " 2019, 109(5): 1843-1872.",
    "@article{tombe2019, author={Tombe, Trevor and Zhu, Xiaodong}, title={Trade, Migration, and Productivity:"
    " A Quantitative Analysis of {China}}, journal={American Economic Review}, volume={109}, number={5},"
    " pages={1843--1872}, year={2019}}",
)
CPRHS = Citation(
    "caliendo2018",
    "CALIENDO L, PARRO F, ROSSI-HANSBERG E, SARTE P D. The impact of regional and sectoral productivity changes on the"
    " U.S. economy[J]. The Review of Economic Studies, 2018, 85(4): 2042-2096.",
    "@article{caliendo2018, author={Caliendo, Lorenzo and Parro, Fernando and Rossi-Hansberg, Esteban and Sarte,"
    " Pierre-Daniel}, title={The Impact of Regional and Sectoral Productivity Changes on the {U.S.} Economy},"
    " journal={The Review of Economic Studies}, volume={85}, number={4}, pages={2042--2096}, year={2018}}",
)

_FORMULA = (
    r"\hat c_{nj}=\hat A_{nj}^{-1}\hat L_n^{-\zeta_j}\hat G_n^{-\xi_j}\prod_g\hat w_{ng}^{\beta_{njg}}\hat\rho_n^{\delta_{nj}}"
    r"\hat r_{n}^{\eta_{nj}}\prod_k\hat P_{nk}^{\gamma_{njk}},\quad "
    r"\hat P_{nj}^{-\theta_j}=\sum_i\pi_{nij}(\hat\kappa_{nij}\hat c_{ij})^{-\theta_j},\quad "
    r"R'_{ij}=\sum_n\frac{\pi'_{nij}X'_{nj}}{1+t'_{nij}},\quad "
    r"m'_{h\ell}\propto m_{h\ell}(\hat V_\ell/\hat\mu_{h\ell})^{\kappa}"
)


def equilibrium_card(economy: Economy) -> MethodCard:
    """Return the method card of a scenario, with the blocks this economy uses."""
    mobility = {
        "none": Text("劳动力不流动", "labour does not move"),
        "costly": Text("有成本的双边迁移", "costly bilateral migration"),
        "free": Text("自由流动（κ→∞）", "free mobility (κ→∞)"),
    }[economy.mobility]
    return MethodCard(
        id="simulate.equilibrium",
        title=Text("空间一般均衡（精确变化率形式）", "spatial general equilibrium (exact-hat form)"),
        formula=_FORMULA,
        convention=Text(
            f"{mobility.zh}；基年世界增加值为计价物；福利为精确等价变化",
            f"{mobility.en}; base-year world value added is the numéraire; welfare is the exact equivalent change",
        ),
        zero=Text("基年贸易或迁移为零者保持为零", "a zero trade or migration share in the base year stays zero"),
        citations=(TOMBE_ZHU, CALIENDO_PARRO, CPRHS),
        options={
            "mobility": economy.mobility,
            "regions": str(len(economy.regions)),
            "sectors": str(len(economy.sectors)),
        },
    )


def preview_card(economy: Economy) -> MethodCard:
    """Return the method card of a first-order preview of a scenario."""
    return replace(
        equilibrium_card(economy),
        id="simulate.preview",
        title=Text("空间一般均衡（一阶近似）", "spatial general equilibrium (first order)"),
        formula=r"(I-G_x)\,\mathrm{d}x=G_p\,\mathrm{d}p,\quad \mathrm{d}y=y_x\,\mathrm{d}x+y_p\,\mathrm{d}p",
        convention=Text(
            "G 为模型的一次扫描，导数取在基年，变化倍数类杠杆取对数；误差为冲击的二阶量，不是精确解",
            "G is one sweep of the model, derivatives are at the base year, hats enter in logs; the error is of second"
            " order in the shock: not an exact solution",
        ),
    )
