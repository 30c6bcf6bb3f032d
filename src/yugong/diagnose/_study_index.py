"""The indicator system on a study: level scores, coordination, rank intervals, similar regions, segmentation."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from yugong import registry
from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError, YugongError
from yugong.base.text import Text
from yugong.diagnose._study_scores import (
    Weighting,
    absent_notes,
    core_note,
    position,
    scored,
    system_provenance,
)
from yugong.diagnose.index import cards
from yugong.diagnose.index.aggregate import COVERAGE, Composite, Rule, ranks
from yugong.diagnose.index.coordination import coordination_index
from yugong.diagnose.index.results import (
    CoordinationResult,
    IndexResult,
    PeersResult,
    RankIntervals,
    SegmentationResult,
)
from yugong.diagnose.index.scale import Array, Scope
from yugong.diagnose.index.segmentation import Segmentation
from yugong.diagnose.index.segmentation import market_segmentation as segmentation
from yugong.diagnose.index.segmentation import wage_segmentation as relative_wages
from yugong.diagnose.index.sobol import Sobol
from yugong.diagnose.index.system import (
    GOODS_PREFIX,
    PRICES,
    WAGES,
    WAGES_PREFIX,
    categories,
    frame,
    indicator_system,
)
from yugong.diagnose.index.uncertainty import rank_uncertainty, recipes
from yugong.diagnose.peers import similar_regions

if TYPE_CHECKING:
    from yugong.study.model import Study

# the structural context of a region: size, level, structure, density; logs for sizes
CONTEXT: dict[str, bool] = {
    "population": True,
    "population_density": True,
    "real_grp_per_head": True,
    "urbanisation": False,
    "share_primary": False,
    "share_secondary": False,
}


def index(
    study: "Study",
    year: int | None = None,
    system: str | Sequence[str] = "default",
    *,
    dimensions: Sequence[str] | None = None,
    weights: Weighting = "equal",
    within: Rule = "arithmetic",
    across: Rule = "geometric",
    scope: Scope = "pooled",
    base_year: int | None = None,
    winsor: float = 0.0,
    coverage: float = COVERAGE,
    samples: int = 512,
    seed: int = 0,
) -> IndexResult:
    """Return level scores, with coverage, ranks and rank intervals, for one year or for every year with a score.

    `dimensions` keeps some of D1 … D6: the total needs a score in each, so fewer reach more years.
    Goalposts and data-driven weights always come from all years of the study, so that a year's scores do not depend
    on which years are shown. Indicators that are constant weigh 0. InputError for a `year` in which no place has a
    score: it names the years that have, and the dimensions scored in that year. See index.composite and
    index.rank_uncertainty.
    """
    found = scored(study, system, dimensions, weights, within, across, scope, base_year, winsor, coverage)
    s, made, w = found.system, found.composite, found.weights
    notes = list(found.notes)
    if system == "default":
        notes.append(core_note(s, dimensions))
    dims = tuple(i.dimension for i in s.indicators)
    shown = _shown_years(s.years, year, made)
    if year is None and (gap := _years_note(s.years, shown, made)):
        notes.append(gap)
    drawn = recipes(s.values, s.directions, dims, required=s.required, coverage=coverage, winsor=winsor)
    notes += [n for n in drawn.notes if n not in notes]
    low, median, high = (np.full((len(s.places), len(shown)), np.nan) for _ in range(3))
    sensitivity: dict[int, Sobol] = {}
    for k, t in enumerate(shown):
        one = rank_uncertainty(drawn, t, across=across, samples=samples, seed=seed)
        known = ~np.isnan(made.scores[:, t])
        low[known, k], median[known, k], high[known, k] = one.low[known], one.median[known], one.high[known]
        if one.sobol is not None:
            sensitivity[s.years[t]] = one.sobol
    years = tuple(s.years[t] for t in shown)
    options = {
        "system": system if isinstance(system, str) else " ".join(system),
        "weights": weights, "within": within, "across": across, "scope": scope, "winsor": winsor,
        "coverage": coverage, "samples": samples, "seed": seed,
    }  # fmt: skip
    return IndexResult(
        places=s.places,
        years=years,
        indicators=tuple(i.code for i in s.indicators),
        dimensions=made.dimensions,
        scores=made.scores[:, shown],
        dimension_scores=made.dimension_scores[:, shown],
        coverage=made.coverage[:, shown],
        dimension_coverage=made.dimension_coverage[:, shown],
        rank=ranks(made.scores[:, shown]),
        low=low,
        median=median,
        high=high,
        weights=w / w.sum(),
        sensitivity=sensitivity,
        absent=s.absent,
        notes=tuple(notes),
        method=cards.with_options(cards.INDEX, **options),
        provenance=system_provenance(study, s, years=", ".join(map(str, years))),
    )


def rank_intervals(study: "Study", year: int | None = None, **options: object) -> RankIntervals:
    """Return the ranks and their intervals as a table; `options` as for `index`."""
    return RankIntervals(index(study, year, **options))  # type: ignore[arg-type]


def coordination(
    study: "Study",
    base_year: int | None = None,
    system: str | Sequence[str] = "all",
    *,
    dispersion: str = "cv",
    weights: str | None = "population",
    last_year: int | None = None,
    coverage: float = COVERAGE,
) -> CoordinationResult:
    """Return the coordination index by year, 100 at the base (the first year in which most indicators have figures).

    Headlines are over the indicators complete from the base to `last_year`: by default the last year that `coverage`
    of the indicators with a base value reach. The others have their own index in `indicator_table`.
    """
    s = indicator_system(study, system)
    held: npt.NDArray[np.bool_] = np.logical_or.reduce(~np.isnan(s.values), axis=0)  # (T, m)
    if base_year is None:
        base_year = s.years[int(np.argmax(held.sum(axis=1)))]
    base = position(s.years, base_year)
    w = None if weights is None else frame(study, weights, s.places, s.years)
    x = np.where(s.required, s.values, np.nan)
    mass = s.required.astype(np.float64) if w is None else np.where(s.required, w[..., None], np.nan)
    started = held[base]
    reach = held[:, started].mean(axis=1) if started.any() else np.zeros(len(s.years))
    good = np.flatnonzero(reach >= coverage - 1e-12)
    last = position(s.years, last_year) if last_year is not None else int(good.max()) if len(good) else base
    codes = tuple(i.code for i in s.indicators)
    if w is not None and last_year is None:
        weighed = np.flatnonzero(~np.isnan(w).all(axis=0))
        last = min(last, int(weighed.max()))
    parts = coordination_index(
        x,
        s.directions,
        [i.measure for i in s.indicators],
        [i.headline for i in s.indicators],
        weights=mass,
        base=base,
        measure=dispersion,
        window=slice(min(base, last), max(base, last) + 1),
    )
    out = [c for c, inside in zip(codes, parts.entering, strict=True) if not inside]
    notes = absent_notes(s)
    if out:
        zh, en = "、".join(out), ", ".join(out)
        notes.append(
            Text(
                f"{zh} 在窗口内不齐全或不属于任何分项，单列而不进入合成。",
                f"{en}: incomplete over the window or outside every headline; shown alone, not in the totals.",
            )
        )
    return CoordinationResult(
        years=s.years,
        base_year=s.years[base],
        window=(s.years[min(base, last)], s.years[max(base, last)]),
        indicators=codes,
        parts=parts,
        absent=s.absent,
        notes=tuple(notes),
        method=cards.with_options(
            cards.COORDINATION, base_year=s.years[base], dispersion=dispersion, weights=weights or "equal"
        ),
        provenance=system_provenance(study, s, [weights] if weights else [], base_year=str(s.years[base])),
    )


def peers(
    study: "Study",
    place: str,
    *,
    year: int | None = None,
    variables: Sequence[str] | None = None,
    logs: Sequence[str] | None = None,
    coverage: float = COVERAGE,
) -> PeersResult:
    """Return the places most like `place` (any name form) by structural context, nearest first.

    By default the variables of CONTEXT that the study has; `logs` names those taken in logarithms. `year`: the
    latest in which `coverage` of the cells are present. See peers.similar_regions.
    """
    code = place if place in study.places else registry.place(place).code
    if code not in study.places:
        raise UnknownNameError(Text("研究中的地区", "place of the study"), place, list(study.places)[:5])
    return _finder(study, year, variables, logs, coverage)(code)


def peers_of_all(study: "Study", *, year: int | None = None) -> dict[str, PeersResult]:
    """Return the peers of each place that has enough structural figures, by code; see `peers`."""
    find = _finder(study, year, None, None, COVERAGE)
    found = {}
    for code in study.places:
        with suppress(YugongError):  # too few structural figures
            found[code] = find(code)
    return found


def _finder(
    study: "Study",
    year: int | None,
    variables: Sequence[str] | None,
    logs: Sequence[str] | None,
    coverage: float,
) -> Callable[[str], PeersResult]:
    """Return what finds the peers of a code: the figures are read once for all places."""
    names = [v for v in CONTEXT if v in study.variables] if variables is None else list(variables)
    if unknown := [v for v in names if v not in study.variables]:
        raise UnknownNameError(Text("变量", "variable"), unknown[0], list(study.variables)[:5])
    if not names:
        text = Text("研究没有结构性背景变量", "the study has no structural context variable")
        raise InputError([Problem(text, Text("用 variables= 指定", "name some with variables="))])
    places, years = tuple(study.places), tuple(study.years)
    x = np.stack([frame(study, v, places, years) for v in names], axis=-1)
    logged = [CONTEXT.get(v, False) for v in names] if logs is None else [v in logs for v in names]
    full = (~np.isnan(x)).mean(axis=(0, 2))
    good = np.flatnonzero(full >= coverage - 1e-12)
    at = position(years, year) if year is not None else int(good.max() if len(good) else np.argmax(full))
    method = cards.with_options(cards.PEERS, variables=" ".join(names), year=years[at])
    provenance = study.provenance(names, year=str(years[at]))

    def find(code: str) -> PeersResult:
        near = similar_regions(x, places.index(code), year=at, logs=logged, coverage=coverage)
        return PeersResult(
            place=code,
            year=years[at],
            variables=tuple(names),
            peers=tuple(places[i] for i in near.order),
            distance=near.distance,
            shared=near.shared,
            left_out=tuple(places[i] for i in near.left_out),
            method=method,
            provenance=provenance,
        )

    return find


def market_segmentation(study: "Study", goods: Sequence[str] | None = None) -> SegmentationResult:
    """Return goods-market segmentation over all pairs of places, in 10⁻⁴, from chained price indices by category.

    The study's table retail_price_index (place, year, category, value), or its variables rpi_…, previous year = 100.
    `goods`: categories; by default those with figures in all years, the total and the parts of food apart.
    """
    kind = Text("商品类别", "category of goods")
    return _segmented(study, PRICES, GOODS_PREFIX, goods, kind, segmentation, cards.SEGMENTATION)


def wage_segmentation(study: "Study", industries: Sequence[str] | None = None) -> SegmentationResult:
    """Return labour-market segmentation over all pairs of places, in 10⁻⁴, from mean wages by industry in money.

    The study's table wages_by_industry (place, year, industry, value), or its variables wage_industry_…; the first
    year is missing, for wages are levels. See index.wage_segmentation.
    """
    card = replace(
        cards.SEGMENTATION,
        id="wage_segmentation",
        title=Text("劳动力市场分割指数（相对工资法）", "Labour-market segmentation (relative-wage method)"),
        convention=Text(
            "分行业平均工资，取相对工资的一阶差分；先取绝对值，再减同行业同年全部地区对的均值；方差自由度 n−1",
            "mean wages by industry, first differences of relative wages; absolute value first, then less the mean over "
            "all pairs of that industry and year; variance with n−1",
        ),
    )
    kind = Text("行业", "industry")
    return _segmented(study, WAGES, WAGES_PREFIX, industries, kind, relative_wages, card)


def _segmented(
    study: "Study",
    table: str,
    prefix: str,
    chosen: Sequence[str] | None,
    kind: Text,
    method: Callable[[Array], Segmentation],
    card: MethodCard,
) -> SegmentationResult:
    places, years = tuple(study.places), tuple(study.years)
    names, p = categories(study, table, prefix, places, years)
    if chosen is not None:
        if unknown := [g for g in chosen if g not in names]:
            raise UnknownNameError(kind, unknown[0], names)
        p, names = p[:, [names.index(g) for g in chosen]], tuple(chosen)
    if len(names) < 2:
        text = Text(f"研究的 {table} 没有两个以上{kind.zh}", f"the study's {table} has fewer than two of: {kind.en}")
        raise InputError([Problem(text)])
    made = method(p).regions * 1e4
    seen = ~np.isnan(made)
    national = np.where(seen.any(axis=0), np.nansum(made, axis=0) / np.maximum(seen.sum(axis=0), 1), np.nan)
    return SegmentationResult(
        places=places,
        years=years,
        goods=names,
        segmentation=made,
        national=national,
        method=cards.with_options(card, pairs="all", categories=len(names)),
        provenance=replace(
            study.provenance((), table=table, categories=" ".join(names)),
            sources=(study.tables[table].variable.source(),) if table in study.tables else (),
        ),
    )


def _shown_years(years: tuple[int, ...], year: int | None, made: Composite) -> list[int]:
    if year is None:
        return [t for t in range(len(years)) if not np.isnan(made.dimension_scores[:, t]).all()]
    t = position(years, year)
    if np.isnan(made.scores[:, t]).all():
        raise InputError([_no_score(years, t, made)])
    return [t]


def _scored_years(years: tuple[int, ...], made: Composite) -> Text | None:
    """The years with a total, runs written as spans."""
    runs: list[list[int]] = []
    for t in np.flatnonzero(np.isfinite(made.scores).any(axis=0)):
        y = years[t]
        if runs and runs[-1][-1] == y - 1:
            runs[-1].append(y)
        else:
            runs.append([y])
    if not runs:
        return None
    spans = [(str(r[0]), str(r[-1])) if len(r) > 1 else (str(r[0]),) for r in runs]
    return Text("、".join("—".join(s) for s in spans), ", ".join("–".join(s) for s in spans))


def _no_score(years: tuple[int, ...], t: int, made: Composite) -> Problem:
    """What to say of a year without a total: which years have one, which dimensions this year has."""
    there = _scored_years(years, made)
    zh, en = ("没有一年有综合得分", "no year has a total score")
    if there is not None:
        zh, en = f"有得分的年份：{there.zh}", f"years with scores: {there.en}"
    held = [d for k, d in enumerate(made.dimensions) if np.isfinite(made.dimension_scores[:, t, k]).any()]
    listed = ", ".join(f'"{d}"' for d in held)
    hint = None
    if held:
        hint = Text(
            f"{years[t]} 年仍有得分的维度：{'、'.join(held)}，可用 dimensions=[{listed}] 单独计算",
            f"dimensions scored in {years[t]}: {', '.join(held)}; keep these with dimensions=[{listed}]",
        )
    return Problem(Text(f"{years[t]} 年没有综合得分；{zh}", f"{years[t]} has no total score; {en}"), hint)


def _years_note(years: tuple[int, ...], shown: Sequence[int], made: Composite) -> Text | None:
    """Which of the years shown have a total, None where all have."""
    if not np.isnan(made.scores[:, shown]).all(axis=0).any():
        return None
    there = _scored_years(years, made)
    if there is None:
        return Text("没有一年有综合得分，只有维度得分。", "No year has a total score; there are dimension scores only.")
    return Text(
        f"有综合得分的年份：{there.zh}；其余年份只有维度得分。",
        f"Years with a total score: {there.en}; the others have dimension scores only.",
    )
