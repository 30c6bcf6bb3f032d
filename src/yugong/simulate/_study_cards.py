"""Method cards of the study verbs beside the equilibrium itself."""

from typing import Any

from yugong.base.cards import Citation, MethodCard
from yugong.base.cite import article
from yugong.base.text import Text

KRAFT = Citation(
    "kraft1988",
    "KRAFT D. A software package for sequential quadratic programming[R]. Köln: DFVLR, 1988: DFVLR-FB 88-28.",
    "@techreport{kraft1988, author={Kraft, Dieter}, title={A Software Package for Sequential Quadratic Programming}, "
    'institution={DFVLR}, address={K{\\"o}ln}, number={DFVLR-FB 88-28}, year={1988}}',
)
ATKINSON = article(
    "atkinson1970", (("Atkinson", "Anthony B."),), "On the Measurement of Inequality", "Journal of Economic Theory",
    1970, "2(3)", "244-263",
)  # fmt: skip
DYNAMICS = (
    article(
        "caliendo2019",
        (("Caliendo", "Lorenzo"), ("Dvorkin", "Maximiliano"), ("Parro", "Fernando")),
        "Trade and Labor Market Dynamics: General Equilibrium Analysis of the China Trade Shock",
        "Econometrica", 2019, "87(3)", "741-835",
    ),
    article(
        "kleinman2023",
        (("Kleinman", "Benny"), ("Liu", "Ernest"), ("Redding", "Stephen J.")),
        "Dynamic Spatial General Equilibrium", "Econometrica", 2023, "91(2)", "385-424",
    ),
)  # fmt: skip


def optimum_card(**options: Any) -> MethodCard:
    """Return the card of optimal policies."""
    return MethodCard(
        "simulate.optimise",
        Text("最优政策：界限、预算与其他结果的限制之内", "optimal policy within bounds, a budget and other limits"),
        r"\max_{p}\; W(x(p),p)\ \ \text{s.t.}\ \ x=G(x,p),\ \underline p\le p\le\bar p,\ c^\top(p-p_0)\le B,\ Z(x,p)\le z",
        Text(
            "序列二次规划，每步梯度由一次伴随求解得到；局部最优；影子价格是约束放松一单位时目标的变化",
            "sequential quadratic programming with exact gradients from one adjoint solve a step; a local optimum; a "
            "shadow price is the objective's change per unit of a constraint relaxed",
        ),
        None,
        (KRAFT, ATKINSON),
        _words(options),
    )


def gradient_card(**options: Any) -> MethodCard:
    """Return the card of sensitivities."""
    return MethodCard(
        "simulate.gradients",
        Text("敏感度：一个结果对全部杠杆的导数", "sensitivity of one outcome to every lever"),
        r"\frac{dW}{dp}=\frac{\partial W}{\partial p}+\lambda^\top\frac{\partial G}{\partial p},\qquad "
        r"(I-G_x^\top)\lambda=\frac{\partial W}{\partial x}",
        Text(
            "隐函数定理，一次伴随求解；“步长效应”是导数乘以表中的一步，只在小变化时准确",
            "implicit function theorem, one adjoint solve; the effect of a step is the slope times the step shown, "
            "exact for small changes only",
        ),
        None,
        (),
        _words(options),
    )


def path_card(**options: Any) -> MethodCard:
    """Return the card of transition paths and speeds."""
    return MethodCard(
        "simulate.path",
        Text("过渡路径：前瞻迁移与资本积累", "transition path: forward-looking migration and capital accumulation"),
        r"\hat v_t^n=\ln\hat u_t^n+\nu\ln\sum_i\mu_t^{ni}e^{\beta\hat v_{t+1}^i/\nu},\qquad "
        r"K_{n,t+1}=\beta\left(\rho_{nt}/P_{nt}+1-\delta\right)K_{nt}",
        Text(
            "与基年永远不变的路径相比；整条路径作为一个不动点求解",
            "against a path that stays in the base year for ever; the whole path is solved as one fixed point",
        ),
        None,
        DYNAMICS,
        _words(options),
    )


def grid_card(**options: Any) -> MethodCard:
    """Return the card of parameter grids."""
    return MethodCard(
        "simulate.grid",
        Text("参数网格：一个杠杆或弹性逐值求解", "parameter grid: one lever or elasticity value by value"),
        r"x(p_k)=G(x(p_k),p_k),\quad k=1,\dots,K",
        Text("每个值都求精确解，与基年比较", "every value is solved exactly and compared with the base year"),
        None,
        (),
        _words(options),
    )


def _words(options: dict[str, Any]) -> dict[str, str]:
    def word(value: Any) -> str:
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)

    return {key: word(value) for key, value in options.items() if value not in (None, (), "")}
