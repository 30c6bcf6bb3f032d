"""The measures by name: kernel, formula, conventions and sources of each."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from yugong.base.cards import Citation, MethodCard
from yugong.base.errors import UnknownNameError
from yugong.base.text import Text
from yugong.diagnose.disparity import _citations as cite
from yugong.diagnose.disparity import _kernels as kernels
from yugong.diagnose.disparity._sample import Floats

WEIGHTED = Text("权重为人口，加权等于按权重复制样本", "weights are population: weighting equals replicating the sample")
_FINITE = Text("零值取其极限，不剔除", "zeros enter at their limit; none is dropped")
_REFUSED = Text(
    "零值使其无界或退化，须显式剔除", "zeros make it unbounded or degenerate; they must be dropped explicitly"
)


@dataclass(frozen=True, slots=True)
class Statistic:
    """One measure: `kernel(x, w)` maps values (n,) and weights (B, n) to (B,)."""

    id: str
    kernel: Callable[[Floats, Floats], Floats]
    card: MethodCard
    no_zero: Text | None = None  # why a zero value has no use here; None when zeros are fine


def _made(
    id_: str,
    title: Text,
    formula: str,
    kernel: Callable[[Floats, Floats], Floats],
    sources: tuple[Citation, ...],
    no_zero: Text | None = None,
    convention: Text = WEIGHTED,
    **options: object,
) -> Statistic:
    card = MethodCard(
        id_,
        title,
        formula,
        convention,
        _REFUSED if no_zero else _FINITE,
        sources,
        {k: str(v) for k, v in options.items()},
    )
    return Statistic(id_, kernel, card, no_zero)


def gini() -> Statistic:
    """Gini coefficient, n² denominator."""
    return _made(
        "gini", Text("基尼系数", "Gini coefficient"),
        r"G=\frac{\sum_i\sum_r w_iw_r|y_i-y_r|}{2\mu(\sum_i w_i)^2}", kernels.gini, (cite.GINI_1921,),
        convention=Text(WEIGHTED.zh + "；分母为 n²", WEIGHTED.en + "; n² denominator"),
    )  # fmt: skip


def entropy(alpha: float) -> Statistic:
    """Generalised entropy; α = 1 is Theil T, α = 0 Theil L (mean log deviation)."""
    no_zero = None if alpha > 0 else Text(f"GE({alpha:g}) 含零时为无穷", f"GE({alpha:g}) is infinite with a zero")
    kernel = partial(kernels.entropy, alpha=alpha)
    if alpha == 1:
        formula = r"T=\sum_i p_i\frac{y_i}{\mu}\ln\frac{y_i}{\mu},\quad p_i=w_i/\sum_r w_r"
        sources = (cite.THEIL_1967, cite.BOURGUIGNON_1979)
        return _made("theil_T", Text("泰尔 T 指数", "Theil T"), formula, kernel, sources, no_zero)
    if alpha == 0:
        formula = r"L=\sum_i p_i\ln\frac{\mu}{y_i},\quad p_i=w_i/\sum_r w_r"
        sources = (cite.THEIL_1967, cite.BOURGUIGNON_1979)
        return _made("theil_L", Text("泰尔 L 指数", "Theil L (mean log deviation)"), formula, kernel, sources, no_zero)
    return _made(
        "generalized_entropy", Text(f"广义熵指数 GE({alpha:g})", f"Generalised entropy GE({alpha:g})"),
        r"GE(\alpha)=\frac{1}{\alpha(\alpha-1)}\Big[\sum_i p_i\big(\tfrac{y_i}{\mu}\big)^\alpha-1\Big]",
        kernel, (cite.SHORROCKS_1980, cite.SHORROCKS_1984), no_zero, alpha=alpha,
    )  # fmt: skip


def atkinson(epsilon: float) -> Statistic:
    """Atkinson index with inequality aversion ε > 0."""
    if epsilon <= 0:
        raise ValueError(f"epsilon must be positive, not {epsilon}")
    title = Text(f"阿特金森指数（ε={epsilon:g}）", f"Atkinson index (ε={epsilon:g})")
    no_zero = (
        Text("ε ≥ 1 时一个零值即令指数等于 1", "with ε ≥ 1 one zero makes the index 1 whatever the rest")
        if epsilon >= 1
        else None
    )
    formula = (
        r"A=1-\frac1\mu\Big[\sum_i p_iy_i^{1-\varepsilon}\Big]^{1/(1-\varepsilon)};"
        r"\ \varepsilon=1:\ A=1-e^{\sum_i p_i\ln y_i}/\mu"
    )
    kernel = partial(kernels.atkinson, epsilon=epsilon)
    return _made("atkinson", title, formula, kernel, (cite.ATKINSON_1970,), no_zero, epsilon=epsilon)


def cv(ddof: int = 0) -> Statistic:
    """Coefficient of variation."""
    convention = Text(f"{WEIGHTED.zh}；ddof={ddof}", f"{WEIGHTED.en}; ddof={ddof}")
    return _made(
        "cv", Text("变异系数", "Coefficient of variation"),
        r"CV=\frac1\mu\sqrt{\frac{\sum_i w_i(y_i-\mu)^2}{\sum_i w_i-d}}", partial(kernels.cv, ddof=ddof), (),
        convention=convention, ddof=ddof,
    )  # fmt: skip


def williamson() -> Statistic:
    """Williamson's weighted coefficient of variation about the population-weighted mean."""
    return _made(
        "williamson", Text("威廉姆森系数", "Williamson index"),
        r"V_w=\frac{1}{\bar y}\sqrt{\sum_i (y_i-\bar y)^2\frac{N_i}{N}},\quad \bar y=\sum_i \frac{N_i}{N}y_i",
        kernels.cv, (cite.WILLIAMSON_1965,),
        convention=Text(WEIGHTED.zh + "；均值为人口加权均值", WEIGHTED.en + "; about the population-weighted mean"),
    )  # fmt: skip


def hoover() -> Statistic:
    """Hoover index: the share of the total that would have to move for equality."""
    return _made(
        "hoover", Text("胡佛指数", "Hoover index"),
        r"H=\tfrac12\sum_i\Big|\frac{w_iy_i}{\sum w y}-\frac{w_i}{\sum w}\Big|",
        kernels.hoover, (cite.HOOVER_1936,),
    )  # fmt: skip


def max_min_ratio() -> Statistic:
    """Largest over smallest value; weights only say who is present."""
    why = Text("最小值为零，比值无穷", "the smallest value is zero, so the ratio is infinite")
    none = Text("不用权重；权重为零的地区视为不在样本中", "weights are not used; a place of weight zero is absent")
    title = Text("最大最小值之比", "Ratio of maximum to minimum")
    return _made("max_min_ratio", title, r"R=\max_i y_i/\min_i y_i", kernels.max_min, (), why, none)


def top_bottom_ratio(share: float = 0.2) -> Statistic:
    """Mean of the top over mean of the bottom `share` of the population."""
    if not 0 < share <= 0.5:
        raise ValueError(f"share must be in (0, 0.5], not {share}")
    return _made(
        "top_bottom_ratio",
        Text(f"最高 {share:.0%} 与最低 {share:.0%} 人口均值之比",
             f"Ratio of the top {share:.0%} to the bottom {share:.0%}"),
        r"R=\bar y_{\text{top }q}/\bar y_{\text{bottom }q}",
        partial(kernels.top_bottom, share=share), (cite.OECD_2020,),
        convention=Text(
            "地区按数值排序，累计到人口的给定份额；跨线地区按人口比例拆分",
            "regions ranked by value up to the given share of population; the region at the cut is split in proportion",
        ),
        share=share,
    )  # fmt: skip


def quantile_ratio(upper: float = 0.8, lower: float = 0.2) -> Statistic:
    """Value at the upper over value at the lower population quantile (80/20)."""
    if not 0 < lower < upper < 1:
        raise ValueError(f"quantiles must satisfy 0 < lower < upper < 1, not {lower}, {upper}")
    return _made(
        "quantile_ratio", Text(f"P{upper * 100:g}/P{lower * 100:g} 分位比", f"P{upper * 100:g}/P{lower * 100:g} ratio"),
        r"R=F^{-1}(u)/F^{-1}(l),\quad F^{-1}(q)=\min\{y: F(y)\ge q\}",
        partial(kernels.quantile_ratio, upper=upper, lower=lower), (cite.OECD_2020,),
        convention=Text("人口加权分位数，取累计份额首次达到者",
                        "population quantile: the first value whose share reaches it"),
        upper=upper, lower=lower,
    )  # fmt: skip


def log_sd(ddof: int = 0) -> Statistic:
    """Standard deviation of logs."""
    why = Text("零没有对数", "zero has no logarithm")
    return _made(
        "log_sd", Text("对数标准差", "Standard deviation of logs"),
        r"\sigma=\sqrt{\frac{\sum_i w_i(\ln y_i-\overline{\ln y})^2}{\sum_i w_i-d}}",
        partial(kernels.log_sd, ddof=ddof), (cite.BARRO_SALA_1992,), why,
        convention=Text(f"{WEIGHTED.zh}；ddof={ddof}", f"{WEIGHTED.en}; ddof={ddof}"), ddof=ddof,
    )  # fmt: skip


STATISTICS: dict[str, Callable[[], Statistic]] = {
    "gini": gini,
    "theil_T": partial(entropy, 1.0),
    "theil_L": partial(entropy, 0.0),
    "ge_2": partial(entropy, 2.0),
    "atkinson": partial(atkinson, 0.5),
    "cv": cv,
    "williamson": williamson,
    "hoover": hoover,
    "max_min_ratio": max_min_ratio,
    "top_bottom_ratio": top_bottom_ratio,
    "quantile_ratio": quantile_ratio,
    "log_sd": log_sd,
}


def statistic(name: "str | Statistic") -> Statistic:
    """Return a measure by name, or the one given; raises UnknownNameError."""
    if isinstance(name, Statistic):
        return name
    if name not in STATISTICS:
        raise UnknownNameError(Text("测度", "measure"), name, STATISTICS)
    return STATISTICS[name]()
