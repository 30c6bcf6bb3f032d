"""Weights and composites on a study's indicator system: every rule side by side, TOPSIS, benefit of the doubt, AHP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.cite import article, book
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose._study_scores import Scored, Weighting, complete, position, scored, system_provenance
from yugong.diagnose.index import doubt, expert
from yugong.diagnose.index import weights as weighting
from yugong.diagnose.index.aggregate import ranks
from yugong.diagnose.index.aggregate import topsis as closeness
from yugong.diagnose.index.bootstrap import entropy_bootstrap
from yugong.diagnose.index.cards import OECD_2008
from yugong.diagnose.index.scale import Array, Scope
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

HALF = 0.5  # of the places complete: the years that a bootstrap of weights takes
LEAST = 5  # places that a bootstrap needs
COMBINED: tuple[Literal["linear", "product", "game"], ...] = ("linear", "product", "game")
SHANNON = article(
    "shannon1948", (("Shannon", "Claude E."),), "A mathematical theory of communication",
    "Bell System Technical Journal", 1948, "27(3)", "379-423",
)  # fmt: skip
CRITIC = article(
    "diakoulaki1995", (("Diakoulaki", "Danae"), ("Mavrotas", "George"), ("Papayannakis", "Lefteris")),
    "Determining objective weights in multiple criteria problems: the CRITIC method", "Computers & Operations Research",
    1995, "22(7)", "763-770",
)  # fmt: skip
HWANG_YOON = book(
    "hwang1981", (("Hwang", "Ching-Lai"), ("Yoon", "Kwangsun")),
    "Multiple attribute decision making: methods and applications", "Berlin", "Springer", 1981,
)  # fmt: skip
SAATY = book("saaty1980", (("Saaty", "Thomas L."),), "The analytic hierarchy process", "New York", "McGraw-Hill", 1980)
COMPARISONS = Form(
    "comparisons",
    Text("两两比较", "Pairwise comparisons"),
    (
        Field("item", Text("甲", "Item")),
        Field("other", Text("乙", "Other item")),
        Field("value", Text("甲比乙重要的程度", "Importance of item over other"), "number", low=1 / 9, high=9,
              note=Text("1—9 标度，次要时填倒数", "scale 1 to 9, the reciprocal when less important")),
    ),
    Text("每对一行，反向不必填；每对都要有", "one row a pair, the reverse may be left out; every pair is needed"),
)  # fmt: skip
FORMS: Mapping[str, tuple[Form, ...]] = {"ahp": (COMPARISONS,)}
AHP = MethodCard(
    "ahp",
    Text("层次分析法（AHP）", "Analytic hierarchy process (AHP)"),
    r"Aw=\lambda_{\max}w,\quad CI=\frac{\lambda_{\max}-m}{m-1},\quad CR=CI/RI",
    Text("特征向量法；随机一致性指标用 Saaty 值", "eigenvector method; Saaty's random indices"),
    None,
    (SAATY,),
)
CARDS: Mapping[str, MethodCard] = {"ahp": AHP}  # of verbs that need a user table


@dataclass(frozen=True, slots=True, eq=False)
class WeightsTable:
    """Weights of indicators under several rules, each column summing to 1."""

    frame: pd.DataFrame
    notes: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row an indicator and rule: indicator, dimension, weighting, weight."""
        return self.frame


@dataclass(frozen=True, slots=True, eq=False)
class Composites:
    """Scores and ranks (n, T) of places by year."""

    places: tuple[str, ...]
    years: tuple[int, ...]
    scores: Array
    notes: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place and year: place, year, score, rank."""
        n, t = self.scores.shape
        return pd.DataFrame(
            {
                "place": np.repeat(np.array(self.places, dtype=object), t),
                "year": np.tile(self.years, n),
                "score": self.scores.ravel(),
                "rank": ranks(self.scores).ravel(),
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class DoubtResult:
    """Benefit-of-the-doubt scores (n, T) and the share (n, T, m) that each part has in them."""

    places: tuple[str, ...]
    years: tuple[int, ...]
    parts: tuple[str, ...]
    made: doubt.BenefitOfDoubt
    notes: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place, year and part: place, year, score, rank, dimension, share."""
        n, t, m = self.made.shares.shape
        score, rank = self.made.scores, ranks(self.made.scores)
        return pd.DataFrame(
            {
                "place": np.repeat(np.array(self.places, dtype=object), t * m),
                "year": np.tile(np.repeat(np.array(self.years), m), n),
                "score": np.repeat(score.ravel(), m),
                "rank": np.repeat(rank.ravel(), m),
                "dimension": self.parts * (n * t),
                "share": self.made.shares.ravel(),
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class Priorities:
    """AHP weights of items and the consistency of the comparisons behind them."""

    items: tuple[str, ...]
    judgement: expert.Judgement
    notes: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row an item: item, weight, rank, consistency_ratio."""
        w = self.judgement.weights
        return pd.DataFrame(
            {
                "item": self.items,
                "weight": w,
                "rank": ranks(w[:, None])[:, 0],
                "consistency_ratio": self.judgement.consistency_ratio,
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """Standardised figures of an indicator system, places × years × indicators, by their goalposts."""

    frame: pd.DataFrame
    notes: tuple[Text, ...]
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place, year and indicator with a figure: place, year, indicator, value."""
        return self.frame


def standardised(
    study: "Study",
    system: str | Sequence[str] = "default",
    dimensions: Sequence[str] | None = None,
    year: int | None = None,
    scope: Scope = "pooled",
    base_year: int | None = None,
    winsor: float = 0.0,
) -> Standardised:
    """Return the indicators' min–max scores by their directions, 1 best: goalposts pooled, by year, or of a base year.

    Scores by year do not compare between years, and the result says so. See index.standardise.
    """
    made = scored(study, system, dimensions, scope=scope, base_year=base_year, winsor=winsor)
    s = made.system
    shown = range(len(s.years)) if year is None else [position(s.years, year)]
    i, t, j = np.nonzero(~np.isnan(made.scaled.z))
    keep = np.isin(t, list(shown)) & ~made.scaled.constant[j]
    i, t, j = i[keep], t[keep], j[keep]
    frame = pd.DataFrame(
        {
            "place": np.array(s.places, dtype=object)[i],
            "year": np.array(s.years)[t],
            "indicator": np.array([x.code for x in s.indicators], dtype=object)[j],
            "value": made.scaled.z[i, t, j],
        }
    )
    words = {
        "pooled": Text("上下限取全部地区与年份，各年可比", "goalposts over all places and years: years compare"),
        "year": Text("上下限逐年取，年份之间不可比", "goalposts by year: years do not compare"),
        "base": Text("上下限取基年，其他年份可超出 0—1", "goalposts of the base year: other years may leave 0–1"),
    }
    card = MethodCard(
        "standardised",
        Text("指标标准化（极差法）", "Standardised indicators (min–max)"),
        r"z=\frac{x-\min}{\max-\min}\ (+),\quad z=\frac{\max-x}{\max-\min}\ (-),\quad z=1-\frac{d(x,[a,b])}{\max d}\ (\text{target})",
        words[scope],
        Text("不变动的指标不列", "indicators that do not vary are not listed"),
        (OECD_2008,),
        {"scope": scope, "winsor": f"{winsor:g}"},
    )
    return Standardised(frame, made.notes, card, system_provenance(study, s))


def entropy_intervals(
    study: "Study",
    system: str | Sequence[str] = "default",
    dimensions: Sequence[str] | None = None,
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> WeightsTable:
    """Return entropy weights with bootstrap intervals, places drawn with all their years. See index.entropy_bootstrap.

    On the years in which half of the places are complete, and the places complete in all of them; a note names both.
    """
    made = scored(study, system, dimensions)
    active, left = complete(made)
    z = made.scaled.z[..., active]
    whole: npt.NDArray[np.bool_] = np.asarray(~np.isnan(z).any(axis=2))
    years = whole.mean(axis=0) >= HALF
    places = whole[:, years].all(axis=1)
    if not years.any() or places.sum() < LEAST:
        what = Text("数据齐全的地区与年份太少", "too few places and years are complete")
        raise InputError([Problem(what, Text("用 dimensions 或 system 少取指标", "choose fewer indicators"))])
    found = entropy_bootstrap(z[places][:, years], draws, seed, level)
    when = [y for y, k in zip(made.system.years, years, strict=True) if k]
    note = Text(
        f"所用：{when[0]}—{when[-1]} 年中的 {len(when)} 年、{int(places.sum())} 个数据齐全的地区。",
        f"Used: {len(when)} years of {when[0]}–{when[-1]} and the {int(places.sum())} places complete in them.",
    )
    frame = pd.DataFrame(
        {
            "indicator": [made.system.indicators[j].code for j in active],
            "dimension": [made.system.indicators[j].dimension for j in active],
            "weight": found.weights,
            "low": found.low,
            "high": found.high,
        }
    )
    options = {"draws": str(draws), "seed": str(seed), "level": f"{level:g}"}
    card = replace(found.method, options=found.method.options | options)
    return WeightsTable(frame, (*made.notes, *left, note), card, system_provenance(study, made.system))


def indicator_weights(
    study: "Study",
    system: str | Sequence[str] = "default",
    dimensions: Sequence[str] | None = None,
    scope: Scope = "pooled",
    winsor: float = 0.0,
    layered: bool = False,
) -> WeightsTable:
    """Return the indicators' weights under every rule: equal, entropy, CRITIC, CV, PCA and three combinations of them.

    `layered` weighs inside each dimension, dimensions alike; otherwise over all indicators at once. Combinations of
    entropy, CRITIC, CV and PCA: linear (equal shares), product, and game-theoretic. See index.entropy and others.
    """
    made = scored(study, system, dimensions, scope=scope, winsor=winsor)
    dims = [i.dimension for i in made.system.indicators]
    active = ~made.scaled.constant
    z, names = made.scaled.z[..., active], [d for d, a in zip(dims, active, strict=True) if a]
    rules = {
        "equal": weighting.equal_weights, "entropy": weighting.entropy, "critic": weighting.critic,
        "variation": weighting.variation, "pca": weighting.pca,
    }  # fmt: skip
    found: dict[str, Array] = {}
    for name, rule in rules.items():
        w = weighting.layered(z, names, rule=rule) if layered else rule(z)
        found[name] = np.zeros(len(dims))
        found[name][active] = w
    several = np.stack([found[n] for n in ("entropy", "critic", "variation", "pca")])
    found |= {f"combined_{rule}": expert.combine(several, rule) for rule in COMBINED}
    codes = [i.code for i in made.system.indicators]
    frame = pd.concat(
        [pd.DataFrame({"indicator": codes, "dimension": dims, "weighting": n, "weight": w}) for n, w in found.items()],
        ignore_index=True,
    )
    card = MethodCard(
        "indicator_weights",
        Text("指标权重的各种算法", "Weights of indicators by every rule"),
        r"w^{\text{entropy}}_j=\frac{1-e_j}{\sum(1-e)},\ w^{\text{CRITIC}}_j\propto s_j\sum_k(1-r_{jk}),\ "
        r"w^{\text{CV}}_j\propto s_j/\bar z_j",
        Text(
            "标准化值取全部地区与年份；熵值法 0·ln 0 = 0；组合为熵、CRITIC、变异系数、主成分四种的线性、乘积与博弈论组合；"
            + ("逐层赋权，维度等权" if layered else "不分层赋权"),
            "scores over all places and years; 0·ln 0 = 0 in entropy; combinations of entropy, CRITIC, CV and PCA are "
            "linear, by product and game-theoretic; " + ("layered, dimensions alike" if layered else "not layered"),
        ),
        Text("不变动的指标权重为零", "indicators that do not vary weigh 0"),
        (SHANNON, CRITIC),
        {"layered": str(layered), "scope": scope},
    )
    return WeightsTable(frame, made.notes, card, system_provenance(study, made.system))


def entropy_drift(
    study: "Study", system: str | Sequence[str] = "default", dimensions: Sequence[str] | None = None
) -> WeightsTable:
    """Return entropy weights re-estimated as years are added: how far they drift is how far trends mislead.

    One row an indicator and last year included, in column `year`. See index.entropy_drift.
    """
    made = scored(study, system, dimensions)
    s = made.system
    active = np.flatnonzero(~made.scaled.constant)
    drift = weighting.entropy_drift(made.scaled.z[..., active])
    codes = [s.indicators[j].code for j in active]
    t, m = drift.shape
    frame = pd.DataFrame(
        {
            "indicator": codes * t,
            "dimension": [s.indicators[j].dimension for j in active] * t,
            "year": np.repeat(np.array(s.years), m),
            "weight": drift.ravel(),
        }
    )
    card = MethodCard(
        "entropy_drift",
        Text("熵权随年份的漂移", "Drift of entropy weights as years are added"),
        r"w_j(t)=\frac{1-e_j(1..t)}{\sum_k[1-e_k(1..t)]}",
        Text("每行用到该年为止的全部年份，标准化上下限不变", "each row uses all years up to that one; goalposts stay"),
        None,
        (SHANNON,),
    )
    return WeightsTable(frame, made.notes, card, system_provenance(study, s))


def topsis(
    study: "Study",
    year: int | None = None,
    system: str | Sequence[str] = "default",
    dimensions: Sequence[str] | None = None,
    weights: Weighting = "entropy",
    vector: bool = False,
    winsor: float = 0.0,
) -> Composites:
    """Return TOPSIS closeness of places by year, ideals pooled over all places and years. See index.topsis.

    Indicators with any figure enter, but for those scored in some places only; a place with a missing one has no
    closeness that year, and a note names it. `vector` divides by the columns' norms after min–max scores.
    """
    made = scored(study, system, dimensions, weights, winsor=winsor)
    active, left = complete(made)
    z, w = made.scaled.z[..., active], made.weights[active]
    score = closeness(z, w / w.sum(), vector=vector)
    years, shown = _shown(made, score, year)
    left = (*left, *_without(study, made, z, score, years))
    card = MethodCard(
        "topsis",
        Text("优劣解距离法（TOPSIS）", "TOPSIS"),
        r"C_i=\frac{D_i^-}{D_i^++D_i^-},\quad D_i^\pm=\sqrt{\sum_j[w_j(z_{ij}-z_j^\pm)]^2}",
        Text(
            "极差标准化；权重乘在距离之内；正负理想解取全部地区与年份，各年可比",
            "min–max scores; weights enter the distance; ideals over all places and years, so that years compare",
        ),
        None,
        (HWANG_YOON,),
        {"weights": weights, "vector": str(vector)},
    )
    provenance = system_provenance(study, made.system)
    return Composites(made.system.places, years, shown, (*made.notes, *left), card, provenance)


def benefit_of_doubt(
    study: "Study",
    year: int | None = None,
    dimensions: Sequence[str] | None = None,
    least: float = 0.05,
    most: float = 0.5,
    system: str | Sequence[str] = "default",
    winsor: float = 0.0,
) -> DoubtResult:
    """Return benefit-of-the-doubt scores: each place weighs the dimensions as suits it best, within bounds.

    Every dimension's share of a score lies between `least` and `most`; the frontier is over all places and years
    with a score in every dimension asked for. See index.benefit_of_doubt.
    """
    made = scored(study, system, dimensions, winsor=winsor)
    parts = made.composite.dimension_scores
    held = np.flatnonzero(~np.isnan(parts).all(axis=(0, 1)))
    names = tuple(made.composite.dimensions[d] for d in held)
    if len(names) < 2:
        raise InputError([Problem(Text("至少需要两个有得分的维度", "two scored dimensions are needed"))])
    out = doubt.benefit_of_doubt(parts[..., held], least, most, names)
    keep = _some(out.scores)
    if year is not None:
        keep = keep & (np.array(made.system.years) == year)
        position(made.system.years, year)
    if not keep.any():
        what = Text("没有一年各维度都有得分", "no such year has a score in every dimension")
        raise InputError([Problem(what, Text("用 dimensions 只取有数据的维度", "keep the dimensions with figures"))])
    years = tuple(y for y, k in zip(made.system.years, keep, strict=True) if k)
    part = replace(out, scores=out.scores[:, keep], shares=out.shares[:, keep])
    provenance = system_provenance(study, made.system)
    return DoubtResult(made.system.places, years, names, part, made.notes, out.method, provenance)


def ahp(study: "Study", file: str) -> Priorities:
    """Return AHP weights and their consistency ratio from a user table of pairwise comparisons. See index.ahp.

    The table has one row a pair (item, other, value on Saaty's scale 1 to 9 or a reciprocal); every pair once.
    """
    rows = read_form(file, COMPARISONS, study)
    items = tuple(dict.fromkeys([*rows["item"], *rows["other"]]))
    at = {name: i for i, name in enumerate(items)}
    a = np.full((len(items), len(items)), np.nan)
    np.fill_diagonal(a, 1.0)
    problems = []
    for line, (one, other, value) in zip(rows.attrs["rows"], rows.itertuples(index=False), strict=True):
        i, j = at[one], at[other]
        known = a[i, j]
        if not np.isnan(known) and abs(known / value - 1) > 1e-3:
            what = Text(f"{one} 与 {other} 的两次比较不互反", f"{one} and {other} are compared twice, not alike")
            problems.append(Problem(what, row=line))
        a[i, j], a[j, i] = value, 1 / value
    lost = [(items[i], items[j]) for i, j in np.argwhere(np.isnan(a)) if i < j]
    problems += [Problem(Text(f"缺少 {p} 与 {q} 的比较", f"no comparison of {p} and {q}")) for p, q in lost[:20]]
    if problems:
        raise InputError(problems)
    found = expert.ahp(a)
    ratio = f"{found.consistency_ratio:.4f}"
    notes = (
        (Text(f"一致性比率 {ratio} < 0.1，通过。", f"Consistency ratio {ratio} < 0.1: acceptable."),)
        if found.consistent
        else (
            Text(f"一致性比率 {ratio} ≥ 0.1，判断须修改。", f"Consistency ratio {ratio} ≥ 0.1: revise the judgements."),
        )
    )
    return Priorities(items, found, notes, AHP, study.provenance((), file=str(file)))


def _without(study: "Study", made: Scored, z: Array, score: Array, years: Sequence[int]) -> tuple[Text, ...]:
    """Name the places without a score in some of the years shown, and the indicators they lack."""
    t = [made.system.years.index(y) for y in years]
    lost = np.flatnonzero(np.isnan(score[:, t]).any(axis=1))
    if not len(lost):
        return ()
    active, _ = complete(made)
    lacks = active[np.isnan(z[lost][:, t]).any(axis=(0, 1))]
    codes = [made.system.indicators[j].code for j in lacks]
    names = [study.name(made.system.places[i]) for i in lost]
    return (
        Text(
            f"有年份缺指标而无得分的地区：{'、'.join(n.zh for n in names)}；所缺：{'、'.join(codes)}。",
            f"Without a score in some year: {', '.join(n.en for n in names)}; missing: {', '.join(codes)}.",
        ),
    )


def _shown(made: Scored, score: Array, year: int | None) -> tuple[tuple[int, ...], Array]:
    years = made.system.years
    if year is not None:
        t = position(years, year)
        if np.isnan(score[:, t]).all():
            there = ", ".join(str(y) for y, k in zip(years, _some(score), strict=True) if k) or "—"
            what = Text(f"{year} 年没有地区数据齐全", f"no place is complete in {year}")
            raise InputError([Problem(what, Text(f"有得分的年份：{there}", f"years with scores: {there}"))])
        return (year,), score[:, [t]]
    keep = _some(score)
    if not keep.any():
        what = Text("没有一年有地区数据齐全", "no year has a complete place")
        raise InputError([Problem(what, Text("用 dimensions 或 system 少取指标", "choose fewer indicators"))])
    return tuple(y for y, k in zip(years, keep, strict=True) if k), score[:, keep]


def _some(score: Array) -> npt.NDArray[np.bool_]:
    """The years in which some place has a score."""
    return np.asarray(~np.isnan(score).all(axis=0), dtype=np.bool_)
