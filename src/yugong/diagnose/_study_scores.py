"""Scores of a study's places on an indicator system: the one chain behind index, coupling, obstacles and robustness."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.index import weights as weighting
from yugong.diagnose.index.aggregate import COVERAGE, Composite, Rule, composite
from yugong.diagnose.index.scale import Array, Scaled, Scope, standardise
from yugong.diagnose.index.system import System, core_counts, indicator_system
from yugong.registry.indicators import dimensions as titles

if TYPE_CHECKING:
    from yugong.study.model import Study

Weighting = Literal["equal", "entropy", "critic", "variation", "pca"]

_WEIGHTINGS: dict[str, Callable[[Array], Array]] = {
    "entropy": weighting.entropy,
    "critic": weighting.critic,
    "variation": weighting.variation,
    "pca": weighting.pca,
}


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """An indicator system, its standardised figures z (n, T, m), global weights (m,) and the scores made of them."""

    system: System
    scaled: Scaled
    weights: Array
    composite: Composite
    notes: tuple[Text, ...]


def scored(
    study: "Study",
    system: str | Sequence[str] = "default",
    dimensions: Sequence[str] | None = None,
    weights: Weighting = "equal",
    within: Rule = "arithmetic",
    across: Rule = "geometric",
    scope: Scope = "pooled",
    base_year: int | None = None,
    winsor: float = 0.0,
    coverage: float = COVERAGE,
) -> Scored:
    """Return the scores of a study on a system, by dimension and in total; options as for `index`."""
    s = indicator_system(study, system)
    if dimensions is not None:
        s = s.only(dimensions)
    dims = tuple(i.dimension for i in s.indicators)
    x = np.where(s.required, s.values, np.nan)
    base = position(s.years, base_year) if base_year is not None else 0
    scaled = standardise(x, s.directions, scope=scope, base=base, winsor=winsor)
    notes = [*scaled.notes, *absent_notes(s)]
    w = system_weights(weights, scaled.z, scaled.constant, dims)
    if weights == "entropy":
        notes.append(drift_note(scaled.z, scaled.constant, s, w))
    flat = [i.code for i, c in zip(s.indicators, scaled.constant, strict=True) if c and i.code not in s.absent]
    if flat:
        names = "、".join(flat), ", ".join(flat)
        notes.append(Text(f"指标 {names[0]} 不变动，权重为 0。", f"{names[1]} do not vary and weigh 0."))
    if system == "core":
        w = np.where(scaled.constant & np.isin([i.code for i in s.indicators], s.absent), 1.0, w)
    made = composite(scaled.z, dims, weights=w, within=within, across=across, coverage=coverage, required=s.required)
    return Scored(s, scaled, w, made, tuple(notes))


def complete(made: Scored) -> tuple[npt.NDArray[np.intp], tuple[Text, ...]]:
    """Return the positions of indicators that vary and apply to every place, and a note on those that do not.

    Methods that need every figure of a place would otherwise drop all places an indicator is not meant for.
    """
    everywhere = np.asarray(made.system.required.all(axis=(0, 1)))
    some = [i.code for i, e, c in zip(made.system.indicators, everywhere, made.scaled.constant, strict=True)
            if not e and not c]  # fmt: skip
    zh, en = "、".join(some), ", ".join(some)
    note = Text(
        f"{zh} 只对部分地区计分，不进入本方法（它要求各地指标相同）。",
        f"{en}: scored for some places only, left out here, for this method needs the same indicators everywhere.",
    )
    return np.flatnonzero(everywhere & ~made.scaled.constant), (note,) if some else ()


def system_weights(name: Weighting, z: Array, constant: npt.NDArray[np.bool_], dims: tuple[str, ...]) -> Array:
    """Return global weights (m,): a rule inside each dimension, dimensions alike; constant indicators weigh 0."""
    active = ~constant
    if name == "equal":
        return active.astype(np.float64)
    if name not in _WEIGHTINGS:
        raise UnknownNameError(Text("权重", "weighting"), name, ("equal", *_WEIGHTINGS))
    out = np.zeros(len(dims))
    names = [d for d, a in zip(dims, active, strict=True) if a]
    out[active] = weighting.layered(z[..., active], names, rule=_WEIGHTINGS[name])
    return out


def drift_note(z: Array, constant: npt.NDArray[np.bool_], s: System, w: Array) -> Text:
    """Say how far entropy weights move when the last year is taken out: trends read only with weights held fixed."""
    dims = tuple(i.dimension for i in s.indicators)
    held = np.flatnonzero(~np.isnan(z[..., ~constant]).all(axis=(0, 2)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", weighting.ConstantIndicatorWarning)
        before = system_weights("entropy", z[:, : held[-1]], constant, dims)
    now, before = w / w.sum(), before / before.sum()
    j = int(np.abs(now - before).argmax())
    code, year = s.indicators[j].code, s.years[held[-1]]
    zh = f"去掉 {year} 年，{code} 的权重由 {now[j]:.4f} 变为 {before[j]:.4f}，是变动最大的"
    en = f"without {year} the weight of {code} goes from {now[j]:.4f} to {before[j]:.4f}, the largest move"
    return Text(
        f"警告：熵权随所含年份而变（{zh}）；增减年份会改动各年得分，趋势只在权重固定时可读。",
        f"Warning: entropy weights change with the years included ({en}); adding or dropping years moves every year's "
        "score, so trends read only with weights held fixed.",
    )


def position(years: Sequence[int], year: int) -> int:
    """Return the position of a year; InputError lists the span there is."""
    if year not in years:
        text = Text(f"研究没有 {year} 年", f"the study has no year {year}")
        raise InputError([Problem(text, Text(f"可选 {years[0]}—{years[-1]}", f"choose {years[0]}–{years[-1]}"))])
    return list(years).index(year)


def system_provenance(study: "Study", s: System, more: Sequence[str] = (), **selection: object) -> Provenance:
    """Return the provenance of a system's variables, of `more` variables, and of the tables indicators come from."""
    made = study.provenance([*s.variables, *more], **selection)
    return replace(made, sources=(*made.sources, *(study.tables[t].variable.source() for t in s.tables)))


def core_note(s: System, dimensions: Sequence[str] | None = None) -> Text:
    """Say how many of each dimension's core indicators are scored: coverage is taken over those with figures."""
    names = {d.id: d.title for d in titles() if dimensions is None or d.id in dimensions}
    made = core_counts([i.code for i in s.indicators if i.code not in s.absent])
    counts = {d: made[d] for d in names}
    zh = "、".join(f"{names[d].zh} {k}/{n}" if n else f"{names[d].zh}无" for d, (k, n) in counts.items())
    en = ", ".join(f"{names[d].en} {k}/{n}" if n else f"{names[d].en} none" for d, (k, n) in counts.items())
    return Text(
        f"覆盖率以有数据的指标为分母，没有数据或数据年份过少的核心指标不计入；各维度计分的核心指标/全部核心指标：{zh}。",
        f"Coverage is taken over the indicators with figures; core indicators without figures, or with figures in too "
        f"few years, are not counted. Core indicators scored, of all core indicators: {en}.",
    )


def absent_notes(s: System) -> list[Text]:
    """Say which indicators have no figures, or in too few years for a yearly score."""
    notes = []
    if s.absent:
        zh, en = "、".join(s.absent), ", ".join(s.absent)
        notes.append(Text(f"没有数据的指标：{zh}。", f"Indicators without figures: {en}."))
    if s.sparse:
        zh, en = "、".join(s.sparse), ", ".join(s.sparse)
        notes.append(
            Text(
                f"数据年份过少、不进入逐年得分的指标：{zh}。",
                f"Indicators with figures in too few years for a yearly score: {en}.",
            )
        )
    return notes
