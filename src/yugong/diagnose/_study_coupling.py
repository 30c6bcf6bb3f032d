"""Coupling coordination between dimensions, and what holds a place back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yugong.base.cards import Citation, MethodCard
from yugong.base.cite import article
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose._study_scores import Weighting, position, scored
from yugong.diagnose.index.aggregate import COVERAGE, Rule
from yugong.diagnose.index.cards import OECD_2008
from yugong.diagnose.index.coupling import LEVELS, Coupling, Finding, recognised
from yugong.diagnose.index.coupling import Form as CouplingForm
from yugong.diagnose.index.coupling import coupling_coordination as couple
from yugong.diagnose.index.coupling import lint_coupling as lint
from yugong.diagnose.index.coupling import obstacle as degrees
from yugong.diagnose.index.scale import Array, Scope, standardise
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

NONE = Text("", "")
WANG_2021 = article(
    "wang2021coupling", (("王淑佳", ""), ("孔伟", ""), ("任亮", ""), ("治丹丹", ""), ("戴彬婷", "")),
    "国内耦合协调度模型的误区及修正", "自然资源学报", 2021, "36(3)", "793-810",
)  # fmt: skip
LIU_2017 = article(
    "liu2017coupling", (("刘春林", ""),), "耦合度计算的常见错误分析", "淮阴师范学院学报（自然科学版）", 2017,
    "16(1)", "18-22",
)  # fmt: skip
STATED = Form(
    "stated_coupling",
    Text("文中的耦合度", "Stated coupling"),
    (
        Field("item", Text("样本", "Observation"), note=Text("如地区与年份", "such as a region and year")),
        Field("system", Text("系统", "System")),
        Field("score", Text("系统得分", "Score of the system"), "number", low=0, high=1),
        Field("coupling", Text("文中的 C", "The C stated"), "number", required=False, low=0,
              note=Text("每个样本至少一行填写", "on one row of each observation at least")),
    ),
    Text("每个样本、每个系统一行", "one row an observation and system"),
)  # fmt: skip
FORMS: Mapping[str, tuple[Form, ...]] = {"lint_coupling": (STATED,)}
LINT = MethodCard(
    "lint_coupling",
    Text("耦合度公式检查", "Check of a coupling formula"),
    r"C=\frac{k(\prod U_i)^{1/k}}{\sum U_i}\in[0,1]",
    Text(
        "依次与正确形式和常见误式比较，按所印小数位容许舍入",
        "compared in turn with the right forms and the wrong ones in use, within the rounding of the digits stated",
    ),
    None,
    (LIU_2017, WANG_2021),
)
CARDS: Mapping[str, MethodCard] = {"lint_coupling": LINT}  # of verbs that need a user table


@dataclass(frozen=True, slots=True, eq=False)
class CouplingResult:
    """C, T and D of places × years from the scores of k systems; NaN where a system has no score."""

    places: tuple[str, ...]
    years: tuple[int, ...]
    systems: tuple[str, ...]
    scores: Array  # (n, T, k)
    parts: Coupling  # arrays (n, T)
    notes: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place and year with D: place, year, coupling, development, coordination, level."""
        rows = []
        for i, place in enumerate(self.places):
            for t, year in enumerate(self.years):
                d = float(self.parts.coordination[i, t])
                if not np.isnan(d):
                    c, development = self.parts.coupling[i, t], self.parts.development[i, t]
                    rows.append((place, year, float(c), float(development), d, str(level(d))))
        return pd.DataFrame(rows, columns=["place", "year", "coupling", "development", "coordination", "level"])

    def counts(self) -> pd.DataFrame:
        """Return how many places each level holds in each year: level × year."""
        table = self.table()
        order = [str(c) for c in LEVELS]
        return pd.crosstab(pd.Categorical(table["level"], order), table["year"]).rename_axis("level")


@dataclass(frozen=True, slots=True, eq=False)
class Linted:
    """What formula stated couplings follow, with the right C and the wrong forms of each observation beside it."""

    items: tuple[str, ...]
    stated: Array
    forms: Mapping[str, Array]
    finding: Finding
    notes: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row an observation: item, stated, then C by each form known to be in use."""
        frame = pd.DataFrame({"item": self.items, "stated": self.stated, **self.forms})
        frame.attrs["titles"] = {
            "item": (Text("样本", "Observation"), NONE),
            "stated": (Text("文中的 C", "Stated C"), NONE),
        } | {name: (words, NONE) for name, words in _FORM_TITLES.items() if name in self.forms}
        return frame


@dataclass(frozen=True, slots=True, eq=False)
class ObstacleResult:
    """Obstacle degrees of places × years × indicators, shares that sum to 1 over a place's indicators."""

    places: tuple[str, ...]
    years: tuple[int, ...]
    indicators: tuple[str, ...]
    dimensions: tuple[str, ...]  # of each indicator
    degrees: Array
    top: int
    notes: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return the `top` obstacles of each place and year: place, year, rank, indicator, dimension, obstacle."""
        rows = []
        for i, place in enumerate(self.places):
            for t, year in enumerate(self.years):
                found = self.degrees[i, t]
                for rank, j in enumerate(np.argsort(-np.nan_to_num(found, nan=-1.0), kind="stable")[: self.top], 1):
                    if found[j] > 0:
                        rows.append((place, year, rank, self.indicators[j], self.dimensions[j], float(found[j])))
        return pd.DataFrame(rows, columns=["place", "year", "rank", "indicator", "dimension", "obstacle"])

    def dimension_table(self) -> pd.DataFrame:
        """Return obstacle degrees summed by dimension: place, year, dimension, obstacle."""
        names = list(dict.fromkeys(self.dimensions))
        where = np.array([names.index(d) for d in self.dimensions])
        rows = [
            (place, year, name, float(np.nansum(self.degrees[i, t, where == k])))
            for i, place in enumerate(self.places)
            for t, year in enumerate(self.years)
            if not np.isnan(self.degrees[i, t]).all()
            for k, name in enumerate(names)
        ]
        return pd.DataFrame(rows, columns=["place", "year", "dimension", "obstacle"])


def level(d: float) -> Text:
    """Return the name of a coordination degree among ten classes of width 0.1."""
    return LEVELS[min(int(d * 10 + 1e-12), 9)]


def coupling_coordination(
    study: "Study",
    systems: Sequence[str] | None = None,
    year: int | None = None,
    shares: Sequence[float] | None = None,
    form: CouplingForm = "standard",
    weights: Weighting = "equal",
    scope: Scope = "pooled",
    coverage: float = COVERAGE,
    winsor: float = 0.0,
) -> CouplingResult:
    """Return coupling C, development T and coordination D between systems of a study.

    `systems`: dimensions such as D1, D3 (all with figures by default), or variables of the study, which are then
    standardised over the panel by their direction. `shares` are the α of T. See index.coupling_coordination.
    """
    form_title = {"standard": r"C=\frac{k(\prod U_i)^{1/k}}{\sum U_i}", "wang2021": _WANG}
    if systems is not None and any(s in study.variables or s in study.headline for s in systems):
        u, places, years, names, notes, used = _of_variables(study, systems, scope, winsor)
    else:
        made = scored(study, dimensions=systems, weights=weights, scope=scope, coverage=coverage, winsor=winsor)
        s, names, notes = made.system, made.composite.dimensions, made.notes
        u, places, years, used = made.composite.dimension_scores, s.places, s.years, tuple(s.variables)
        if systems is not None:
            order = [names.index(d) for d in systems]
            u, names = u[..., order], tuple(systems)
    if len(names) < 2:
        raise InputError([Problem(Text("耦合至少需要两个系统", "coupling takes two systems or more"))])
    if year is not None:
        t = position(years, year)
        u, years = u[:, t : t + 1], (year,)
    parts = couple(u, None if shares is None else [float(a) for a in shares], form=form)
    card = MethodCard(
        "coupling_coordination",
        Text("耦合协调度", "Coupling coordination"),
        form_title[form] + r",\quad T=\sum_i\alpha_iU_i,\quad D=\sqrt{C\,T}",
        Text(
            f"{form} 形式，C ∈ [0, 1]；等级按 0.1 分十级；标准化 {scope}",
            f"form {form}, C in [0, 1]; ten levels of width 0.1; standardised {scope}",
        ),
        Text("某系统得分为零时 C = D = 0，如实报告", "a system that scores zero makes C = D = 0, reported as it is"),
        _SOURCES[form],
        {"systems": " ".join(names), "weights": weights, "shares": "equal" if shares is None else str(list(shares))},
    )
    span = str(year) if year is not None else f"{years[0]}–{years[-1]}"
    provenance = study.provenance(used, years=span, systems=" ".join(names))
    return CouplingResult(places, tuple(years), tuple(names), u, parts, (*notes, *parts.notes), card, provenance)


def lint_coupling(study: "Study", file: str) -> Linted:
    """Return which formula gave the coupling degrees C printed in a paper, and what is wrong with it if it is wrong.

    A user table (`file`; template with --template) has the systems' scores and the C stated. About half of the papers
    on coupling use a wrong form (Liu 2017). See index.lint_coupling.
    """
    rows = read_form(file, STATED, study)
    u = rows.pivot_table(index="item", columns="system", values="score", sort=False)
    stated = rows.dropna(subset=["coupling"]).drop_duplicates("item").set_index("item")["coupling"]
    if lost := [str(i) for i in u.index if i not in stated.index or u.loc[i].isna().any()]:
        what = Text(f"样本不齐全：{'、'.join(lost[:8])}", f"incomplete observations: {', '.join(lost[:8])}")
        do = Text("每个样本要有全部系统的得分和 C", "give the score of every system, and C, for each")
        raise InputError([Problem(what, do, Path(file).name)])
    if u.shape[1] < 2:
        raise InputError([Problem(Text("耦合至少需要两个系统", "coupling takes two systems or more"))])
    scores, c = u.to_numpy(dtype=np.float64), stated.reindex(u.index).to_numpy(dtype=np.float64)
    finding = lint(c, scores)
    said = finding.message
    verdict = Text("正确", "right") if finding.right else Text("有误", "wrong")
    note = Text(f"所用公式{verdict.zh}：{said.zh}。", f"The formula in use is {verdict.en}: {said.en}.")
    card = replace(LINT, options={"found": finding.id})
    provenance = study.provenance((), file=Path(file).name)
    return Linted(tuple(map(str, u.index)), c, recognised(scores), finding, (note,), card, provenance)


def obstacle(
    study: "Study",
    year: int | None = None,
    system: str | Sequence[str] = "default",
    dimensions: Sequence[str] | None = None,
    top: int = 5,
    weights: Weighting = "equal",
    across: Rule = "arithmetic",
    winsor: float = 0.0,
) -> ObstacleResult:
    """Return which indicators hold each place back most: w_j (1 − z_ij) over its sum, with global weights.

    Global weight = the indicator's share of its dimension over the number of dimensions. Missing indicators leave
    the sum. See index.obstacle.
    """
    made = scored(study, system, dimensions, weights, across=across, winsor=winsor)
    s = made.system
    dims = tuple(i.dimension for i in s.indicators)
    weight = np.asarray(made.weights, dtype=np.float64)
    totals = pd.Series(weight).groupby(list(dims)).transform("sum").to_numpy()
    weight = np.where(totals > 0, weight / np.where(totals > 0, totals, 1.0), 0.0) / len(set(dims))
    found = degrees(made.scaled.z, weight)
    years = s.years
    if year is not None:
        t = position(years, year)
        found, years = found[:, t : t + 1], (year,)
    card = MethodCard(
        "obstacle",
        Text("障碍度", "Obstacle degree"),
        r"O_{ij}=\frac{w_j(1-z_{ij})}{\sum_j w_j(1-z_{ij})}",
        Text(
            "权重为全局权重(维度内权重 ÷ 维度数)；标准化在全部地区与年份上",
            "weights are global (within the dimension, over the number of dimensions); standardised over all "
            "regions and years",
        ),
        Text("缺失的指标不进入分母", "missing indicators leave the denominator"),
        (OECD_2008,),
        {"weights": weights, "system": system if isinstance(system, str) else " ".join(system)},
    )
    codes = tuple(i.code for i in s.indicators)
    provenance = study.provenance(s.variables, years=str(year) if year is not None else None)
    return ObstacleResult(s.places, tuple(years), codes, dims, found, top, made.notes, card, provenance)


def _of_variables(
    study: "Study", systems: Sequence[str], scope: Scope, winsor: float
) -> tuple[Array, tuple[str, ...], tuple[int, ...], tuple[str, ...], tuple[Text, ...], tuple[str, ...]]:
    known = [study.variable(v) for v in systems]
    signs = [v.direction for v in known]
    if wrong := [v.id for v, d in zip(known, signs, strict=True) if d not in ("+", "-")]:
        what = Text(f"{wrong[0]} 没有方向(+ 或 −)", f"{wrong[0]} has no direction (+ or −)")
        raise InputError([Problem(what, Text("选有方向的变量", "choose variables with a direction"))])
    x = np.stack([study.panel(v).to_numpy(dtype=np.float64) for v in systems], axis=-1)
    z = standardise(x, signs, scope=scope, winsor=winsor)
    return z.z, tuple(study.places), tuple(study.years), tuple(systems), z.notes, tuple(v.id for v in known)


_FORM_TITLES = {
    "standard": Text("标准形式", "Standard form"),
    "wang2021": Text("2021 年修正形式", "2021 correction"),
    "pairs": Text("误：[∏U/∏(U_i+U_j)]^(1/k)", "Wrong: [∏U/∏(U_i+U_j)]^(1/k)"),
    "pairs_times_k": Text("误：k·[∏U/∏(U_i+U_j)]^(1/k)", "Wrong: k·[∏U/∏(U_i+U_j)]^(1/k)"),
    "no_root": Text("误：∏U/(均值)^k", "Wrong: ∏U/(mean)^k"),
    "power": Text("误：[∏U/(均值)^k]^k", "Wrong: [∏U/(mean)^k]^k"),
    "square_root": Text("误：√[∏U/(均值)^k]", "Wrong: √[∏U/(mean)^k]"),
}
_WANG = r"C=\sqrt{\Big[1-\frac{\sum_{i>j}|U_i-U_j|}{k(k-1)/2}\Big]\Big[\prod_i\frac{U_i}{\max U}\Big]^{1/(k-1)}}"
_SOURCES: dict[str, tuple[Citation, ...]] = {"standard": (LIU_2017,), "wang2021": (WANG_2021,)}
