"""How far a ranking, or a spatial finding, survives other reasonable choices: rank correlations across variants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import kendalltau, spearmanr

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose._study_common import sheet
from yugong.diagnose._study_scores import Scored, complete, position, scored
from yugong.diagnose._study_weights import weights_matrix
from yugong.diagnose.index.aggregate import COVERAGE, composite, ranks, topsis
from yugong.diagnose.index.cards import OECD_2008, SAISANA_2005
from yugong.diagnose.index.scale import standardise
from yugong.diagnose.space.association import moran

if TYPE_CHECKING:
    from yugong.study.model import Study

Floats = NDArray[np.float64]
MUNICIPALITIES = ("110000", "120000", "310000", "500000")
LEAST = 5  # places two rankings must share
CARD = MethodCard(
    "robustness",
    Text("稳健性：名次相关", "Robustness: rank correlations"),
    r"\rho_S=1-\frac{6\sum d_i^2}{n(n^2-1)},\quad \tau_b=\frac{C-D}{\sqrt{(C+D+T_x)(C+D+T_y)}}",
    Text(
        "每个变式只改一处，与基准的名次比较；Spearman 与 Kendall τ_b 均按共有地区计；自助法行给出重抽地区后的均值，"
        "low、high 为 5%、95% 分位",
        "each variant changes one choice and is compared with the baseline's ranks; Spearman and Kendall τ_b over the "
        "places both rank; bootstrap rows hold means over redrawn places, low and high their 5 and 95 % points",
    ),
    None,
    (SAISANA_2005, OECD_2008),
)


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """One row a variant in `frame`: choice, variant, places, spearman, kendall, largest_shift, mean_shift, low, high."""

    frame: pd.DataFrame
    scores: pd.DataFrame  # places × variants
    method: MethodCard = CARD
    provenance: Provenance | None = None
    notes: tuple[Text, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return the rows."""
        return self.frame


@dataclass(frozen=True, slots=True, eq=False)
class WeightsRobustness:
    """Moran's I of one variable and year under several weights matrices."""

    frame: pd.DataFrame
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a matrix: w, value, expected, z, p_value, p_sim, links."""
        return self.frame


def rank_agreement(scores: Mapping[str, Any] | pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Return how each column of scores ranks places beside the baseline column, aligned by label.

    Columns: variant, places (in both), spearman, kendall (τ_b), largest_shift, mean_shift of ranks (1 = best score),
    ranks taken over the places both have. NaN with fewer than 5 places in common or a constant column.
    """
    frame = pd.DataFrame(scores)
    if baseline not in frame:
        raise InputError([Problem(Text(f"没有基准“{baseline}”", f"there is no baseline {baseline!r}"))])
    rows = [(str(name), *_agree(frame[baseline], frame[name])) for name in frame.columns if name != baseline]
    return pd.DataFrame(rows, columns=["variant", "places", "spearman", "kendall", "largest_shift", "mean_shift"])


def robustness(
    study: "Study",
    year: int,
    system: str | Sequence[str] = "default",
    dimensions: Sequence[str] | None = None,
    drop: Sequence[str] = MUNICIPALITIES,
    draws: int = 200,
    seed: int = 0,
    coverage: float = COVERAGE,
) -> Robustness:
    """Return how the index's ranking in one year changes with weights, standardisation, aggregation and sample.

    Baseline: equal weights, pooled goalposts, arithmetic inside and geometric across dimensions. Dropped places leave
    goalposts and entropy weights; the bootstrap redraws places for both and ranks all. Dimensions without a score in
    that year make the total missing: name those to keep with `dimensions`.
    """

    def make(**options: Any) -> Scored:
        return scored(study, system, dimensions, coverage=coverage, **options)

    base = make()
    t = position(base.system.years, year)
    places = list(base.system.places)
    variants: dict[tuple[str, str], Floats] = {("baseline", "baseline"): base.composite.scores[:, t]}
    for weights in ("entropy", "critic", "pca", "variation"):
        variants["weights", weights] = make(weights=weights).composite.scores[:, t]
    for scope in ("year", "base"):
        variants["scope", scope] = make(scope=scope).composite.scores[:, t]
    for share in (0.01, 0.05):
        variants["winsor", f"{share:g}"] = make(winsor=share).composite.scores[:, t]
    for rule in ("arithmetic", "mazziotta-pareto"):
        variants["aggregation", rule] = make(across=rule).composite.scores[:, t]
    shared, left = complete(base)
    w = _global(base)[shared]
    variants["aggregation", "topsis"] = topsis(base.scaled.z[..., shared], w / w.sum())[:, t]
    stay = np.array([p not in set(drop) for p in places])
    if not stay.all() and stay.sum() >= LEAST:
        dropped = "municipalities" if set(drop) == set(MUNICIPALITIES) else "dropped"
        variants["sample", f"without_{dropped}"] = _rescored(base, stay, t, coverage, stay)
    frame = pd.DataFrame({f"{a}: {b}": v for (a, b), v in variants.items()}, index=places)
    first = frame.columns[0]
    if int(frame[first].notna().sum()) < LEAST:
        what = Text(f"{year} 年有总分的地区不足 {LEAST} 个", f"fewer than {LEAST} places have a total in {year}")
        do = Text("用 dimensions= 只取有数据的维度", "keep the dimensions with figures: dimensions=")
        raise InputError([Problem(what, do)])
    found = rank_agreement(frame, first)
    found.insert(0, "choice", [a for a, b in list(variants)[1:]])
    found["variant"] = [b for a, b in list(variants)[1:]]
    found["low"] = np.nan
    found["high"] = np.nan
    if draws:
        found = pd.concat([found, _bootstrap(base, frame[first], t, draws, seed, coverage)], ignore_index=True)
    options = {"year": str(year), "draws": str(draws), "seed": str(seed)}
    card = MethodCard(CARD.id, CARD.title, CARD.formula, CARD.convention, CARD.zero, CARD.citations, options)
    notes = tuple(Text(f"TOPSIS：{note.zh}", f"TOPSIS: {note.en}") for note in left)
    return Robustness(found, frame, card, study.provenance(base.system.variables, years=str(year)), notes)


def moran_robustness(
    study: "Study",
    variable: str,
    year: int,
    matrices: Sequence[str] = ("contiguity", "knn:4", "inverse_distance", "inverse_distance:2", "economic", "nested"),
    times: int = 999,
    seed: int = 0,
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> WeightsRobustness:
    """Return Moran's I of a variable in one year under several weights matrices; economic weights use that year."""
    s = sheet(study, [variable], year)
    rows = []
    card: MethodCard | None = None
    for w in matrices:
        made = weights_matrix(study, w, s.years, s.places, islands, links if w.startswith("contiguity") else None)
        out = moran(s[variable], made, times=times, seed=seed)
        card = out.method
        values = (float(x[0]) for x in (out.value, out.expected, out.z, out.p_value, out.p_sim))
        rows.append((w, *values, int(made.matrix.nnz)))
    if card is None:
        raise InputError([Problem(Text("没有给出权重矩阵", "no weights matrix was given"))])
    frame = pd.DataFrame(rows, columns=["w", "value", "expected", "z", "p_value", "p_sim", "links"])
    return WeightsRobustness(frame, card, s.provenance(study, w=", ".join(matrices)))


def _agree(a: "pd.Series[Any]", b: "pd.Series[Any]") -> tuple[int, float, float, float, float]:
    both = a.notna() & b.notna()
    x, y = a[both].to_numpy(dtype=np.float64), b[both].to_numpy(dtype=np.float64)
    if len(x) < LEAST or np.ptp(x) == 0 or np.ptp(y) == 0:
        return len(x), *(float("nan"),) * 4
    shift = np.abs(ranks(x[:, None])[:, 0] - ranks(y[:, None])[:, 0])
    return (
        len(x),
        float(spearmanr(x, y).statistic),
        float(kendalltau(x, y).statistic),
        float(shift.max()),
        float(shift.mean()),
    )


def _global(made: Scored) -> Floats:
    """Weights that sum to 1 over all indicators, dimensions alike."""
    dims = [i.dimension for i in made.system.indicators]
    totals = pd.Series(made.weights).groupby(dims).transform("sum").to_numpy()
    share = np.divide(made.weights, totals, out=np.zeros(len(dims)), where=totals > 0)
    return np.asarray(share / share.sum())


def _rescored(base: Scored, sample: NDArray[Any], t: int, coverage: float, keep: NDArray[np.bool_]) -> Floats:
    """Scores of year t with goalposts of a sample of places (a mask or positions); others stay when `keep` says so."""
    s = base.system
    x = np.where(s.required, s.values, np.nan)
    part = x[sample]
    with np.errstate(all="ignore"):
        low, high = np.nanmin(part, axis=(0, 1)), np.nanmax(part, axis=(0, 1))
    scaled = standardise(x, s.directions, goalposts=(low, high))
    dims = tuple(i.dimension for i in s.indicators)
    w = np.where(scaled.constant, 0.0, base.weights)
    made = composite(scaled.z, dims, weights=w, coverage=coverage, required=s.required)
    return np.where(keep, made.scores[:, t], np.nan)


def _bootstrap(base: Scored, first: "pd.Series[Any]", t: int, draws: int, seed: int, coverage: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n = len(first)
    everyone = np.ones(n, dtype=bool)
    found = []
    for _ in range(draws):
        scores = _rescored(base, rng.integers(0, n, n), t, coverage, everyone)
        found.append(_agree(first, pd.Series(scores, index=first.index)))
    every = np.array(found, dtype=np.float64)
    low, high = np.nanquantile(every[:, 1], [0.05, 0.95])
    row = dict(
        zip(["places", "spearman", "kendall", "largest_shift", "mean_shift"], np.nanmean(every, axis=0), strict=True)
    )
    return pd.DataFrame([{"choice": "bootstrap", "variant": "redrawn", **row, "low": low, "high": high}])
