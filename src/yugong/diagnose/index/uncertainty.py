"""How far ranks depend on how the index is made: Monte-Carlo rank intervals and Sobol indices of each choice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from yugong.base.errors import InputError
from yugong.base.text import Text
from yugong.diagnose.index import weights as weighting
from yugong.diagnose.index.aggregate import COVERAGE, RULES, Rule, composite, mean, ranks
from yugong.diagnose.index.scale import Array, Direction, standardise, z_scores
from yugong.diagnose.index.sobol import Sobol, sobol_indices

NORMALISATIONS = ("minmax", "zscore", "rank")
WEIGHTINGS: dict[str, Callable[[Array], Array]] = {"entropy": weighting.entropy, "critic": weighting.critic}
PERTURBATION = 0.25


@dataclass(frozen=True, slots=True)
class RankUncertainty:
    """Ranks of one year under every combination of choices; arrays (n,), NaN for a region without a score.

    `rank`: by the default recipe; `low`, `median`, `high`: 5, 50 and 95 % of the Monte-Carlo ranks.
    `sobol`: indices (factors, n + 1), first the rank of each region, last the mean absolute shift of ranks from the
    default; None when not asked for. `factors` names the choices.
    """

    rank: Array
    low: Array
    median: Array
    high: Array
    factors: tuple[str, ...]
    sobol: Sobol | None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipes:
    """Everything the Monte Carlo draws from, made once from the pooled panel.

    `scores`: normalisation → z of all region-years (n, T, m), NaN missing. `weights`: scheme → (m,).
    """

    scores: dict[str, Array]
    weights: dict[str, Array]
    dimensions: tuple[str, ...]
    required: npt.NDArray[np.bool_]
    coverage: float
    notes: tuple[Text, ...]


def recipes(
    values: npt.ArrayLike,
    directions: Sequence[Direction],
    dimensions: Sequence[str],
    *,
    required: npt.ArrayLike | None = None,
    coverage: float = COVERAGE,
    winsor: float = 0.0,
) -> Recipes:
    """Return the normalisations × weightings of a panel `values` (n, T, m) on which ranks are drawn.

    Normalisations: min–max; (1 + z/10)/2 from z-scores, the scale of Mazziotta & Pareto; mid-rank over N. All are
    pooled over years. Weights: equal, entropy and CRITIC inside dimensions, always from the min–max scores;
    a scheme that the data do not allow is left out and noted. Constant indicators weigh 0 throughout.
    """
    x = np.asarray(values, dtype=np.float64)
    need = np.ones(x.shape, dtype=bool) if required is None else np.asarray(required, dtype=bool)
    x = np.where(need, x, np.nan)
    scaled = standardise(x, directions, winsor=winsor)
    z = (1.0 + z_scores(x, directions) / 10.0) / 2.0
    flat = z.reshape(-1, x.shape[-1])
    count = (~np.isnan(flat)).sum(axis=0)
    mid = (rankdata(flat, axis=0, nan_policy="omit") - 0.5) / np.maximum(count, 1)
    active = ~scaled.constant
    schemes = {"equal": active.astype(np.float64)}
    notes = list(scaled.notes)
    names = tuple(np.asarray(dimensions)[active])
    for name, rule in WEIGHTINGS.items():
        weights = np.zeros(x.shape[-1])
        try:
            weights[active] = weighting.layered(scaled.z[..., active], names, rule=rule)
        except InputError as error:
            why = error.problems[0].what
            text = Text(f"蒙特卡洛未用 {name} 权重：{why.zh}", f"{name} weights are not in the Monte Carlo: {why.en}")
            notes.append(text)
            continue
        schemes[name] = weights
    scores = {"minmax": scaled.z, "zscore": z, "rank": mid.reshape(x.shape)}
    return Recipes(scores, schemes, tuple(dimensions), need, coverage, tuple(notes))


def rank_uncertainty(
    made: Recipes,
    year: int = -1,
    *,
    across: Rule = "geometric",
    samples: int = 512,
    sobol: bool = True,
    seed: int = 0,
) -> RankUncertainty:
    """Return rank intervals for year position `year`, and which choice moves the ranks.

    Drawn independently: normalisation, weighting scheme, aggregation over dimensions (arithmetic, geometric,
    Mazziotta–Pareto), weights of indicators and dimensions ± 25 %, and for each missing cell a value from that
    year's present scores of the indicator: a gap widens the interval instead of silently moving the rank.
    `samples`: a power of two; ranks come from 2·samples draws. Source: Saisana, Saltelli & Tarantola (2005), JRSS A 168.
    """
    equal = made.weights["equal"]
    point = composite(
        made.scores["minmax"][:, year],
        made.dimensions,
        weights=equal,
        across=across,
        coverage=made.coverage,
        required=made.required[:, year],
    )
    scored = ~np.isnan(point.scores)
    n = len(scored)
    rank = ranks(point.scores)
    if scored.sum() < 2:
        blank = np.full(n, np.nan)
        return RankUncertainty(rank, blank, blank, blank, (), None, made.notes)
    model, factors = _model(made, year, scored, rank[scored])
    if sobol:
        found = sobol_indices(model, factors, samples=samples, seed=seed)
        drawn = found.outputs[:, :-1]
        indices: Sobol | None = _spread_out(found, scored)
    else:
        indices = None
        u = np.random.default_rng(np.random.SeedSequence(seed)).random((2 * samples, sum(w for _, w in factors)))
        drawn = model(u)[:, :-1]
    low, median, high = (np.full(n, np.nan) for _ in range(3))
    low[scored], median[scored], high[scored] = np.quantile(drawn, [0.05, 0.5, 0.95], axis=0, method="nearest")
    return RankUncertainty(rank, low, median, high, tuple(name for name, _ in factors), indices, made.notes)


def _model(
    made: Recipes, year: int, scored: npt.NDArray[np.bool_], reference: Array
) -> tuple[Callable[[Array], Array], list[tuple[str, int]]]:
    seen = ~np.isnan(made.scores["minmax"][scored, year]).all(axis=0)  # nothing to draw from where a year is empty
    used = np.flatnonzero((made.weights["equal"] > 0) & seen)
    need = made.required[scored, year][:, used]
    tables = {k: s[scored, year][:, used] for k, s in made.scores.items()}
    present = ~np.isnan(tables["minmax"])
    gaps = np.argwhere(need & ~present)
    filled = {k: np.where(present, t, 0.0) for k, t in tables.items()}
    pools = {k: [np.sort(t[present[:, j], j]) for _, j in gaps] for k, t in tables.items()}
    names = np.asarray(made.dimensions)[used]
    order = tuple(dict.fromkeys(names))
    columns = [np.flatnonzero(names == d) for d in order]
    schemes = [w[used] for w in made.weights.values()]
    member = np.stack([names == d for d in names])  # indicators of the same dimension
    base = np.stack([s / (member @ s) for s in schemes])
    asked = need.astype(np.float64)
    m, dims, holes = len(used), len(order), len(gaps)
    factors = [("normalisation", 1), ("weighting", 1), ("aggregation", 1), ("weight_noise", m + dims)]
    if holes:
        factors.append(("missing", holes))

    def model(u: Array) -> Array:
        normal, scheme, rule = (
            np.minimum((u[:, c] * k).astype(int), k - 1)
            for c, k in enumerate((len(NORMALISATIONS), len(base), len(RULES)))
        )
        noise = 1.0 + PERTURBATION * (2.0 * u[:, 3 : 3 + m + dims] - 1.0)
        w = base[scheme] * noise[:, :m]
        outer = noise[:, m:]
        parts = np.empty((len(u), len(asked), dims))
        for k, name in enumerate(NORMALISATIONS):
            rows = np.flatnonzero(normal == k)
            for d, c in enumerate(columns):
                parts[rows, :, d] = w[np.ix_(rows, c)] @ filled[name][:, c].T
            for h, (i, j) in enumerate(gaps):
                pool = pools[name][h]
                drawn = pool[np.minimum((u[rows, 3 + m + dims + h] * len(pool)).astype(int), len(pool) - 1)]
                parts[rows, i, order.index(names[j])] += w[rows, j] * drawn
        for d, c in enumerate(columns):
            parts[:, :, d] /= w[:, c] @ asked[:, c].T
        total = np.empty(parts.shape[:2])
        for k, name in enumerate(RULES):
            rows = np.flatnonzero(rule == k)
            total[rows] = mean(parts[rows], np.broadcast_to(outer[rows][:, None, :], parts[rows].shape), name)
        places = rankdata(-total, method="min", axis=1).astype(np.float64)
        shift = np.abs(places - reference).mean(axis=1)
        return np.column_stack([places, shift])

    return model, factors


def _spread_out(s: Sobol, scored: npt.NDArray[np.bool_]) -> Sobol:
    """Put back the regions without a score as NaN columns, so that columns follow the input's regions."""
    at = np.append(np.flatnonzero(scored), len(scored))

    def wide(a: Array) -> Array:
        out = np.full((*a.shape[:-1], len(scored) + 1), np.nan)
        out[..., at] = a
        return out

    return Sobol(
        factors=s.factors,
        first=wide(s.first),
        total=wide(s.total),
        first_low=wide(s.first_low),
        first_high=wide(s.first_high),
        total_low=wide(s.total_low),
        total_high=wide(s.total_high),
        variance=wide(s.variance),
        outputs=wide(s.outputs),
    )
