"""How the distribution of a study's places moves: densities, Markov chains, clubs, log t, grey forecasts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast, get_args

import pandas as pd

from yugong import registry
from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose._study_common import Years, sheet
from yugong.diagnose._study_weights import weights_matrix
from yugong.diagnose.dynamics import chain as finite
from yugong.diagnose.dynamics import clubs as clustering
from yugong.diagnose.dynamics import density as kernels
from yugong.diagnose.dynamics import grey, logt, sources
from yugong.diagnose.dynamics import markov as chains
from yugong.diagnose.dynamics.classes import Scope
from yugong.diagnose.space.weights import Weights

if TYPE_CHECKING:
    from yugong.study.model import Study


@dataclass(frozen=True, slots=True)
class LisaMarkov:
    """The chain of Moran-scatterplot quadrants, and the test that places and neighbours move independently."""

    chain: chains.Markov
    independence: finite.Homogeneity
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a pair of quadrants: state, next_state, count, probability."""
        return self.chain.table()


@dataclass(frozen=True, slots=True, eq=False)
class MobilityTable:
    """Mobility indices, ergodic shares and tests of a chain, of all places and by the class of the neighbours."""

    frame: pd.DataFrame
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a chain and statistic: lag_state, statistic, value."""
        return self.frame


def kernel_density(
    study: "Study",
    variable: str,
    years: Years = None,
    relative: bool = False,
    convention: str = "stata",
    kernel: kernels.Kernel = "gaussian",
    points: int = 201,
    low: float | None = None,
    high: float | None = None,
    common: bool = False,
) -> kernels.Density:
    """Return kernel densities of a variable by year; `relative` divides each year by its mean over places.

    `convention` is the bandwidth rule stata, r, scott, silverman, matlab or sj (Sheather–Jones), or a number. `low` and `high` bound the
    support (reflection). See dynamics.density.
    """
    s = sheet(study, [variable], None, years)
    frame = _relative(s.frames[variable], relative)
    rule: Any = convention if convention in get_args(kernels.Bandwidth) else _number(convention)
    out = kernels.density(frame, rule, kernel, None, points, (low, high), common)
    card = replace(out.method, options=out.method.options | {"relative": str(relative)})
    return replace(out, method=card, provenance=s.provenance(study))


def stochastic_kernel(
    study: "Study",
    variable: str,
    years: Years = None,
    lag: int = 1,
    relative: bool = True,
    convention: kernels.Bandwidth = "stata",
    points: int = 101,
) -> kernels.StochasticKernel:
    """Return the density of a place's value `lag` years on given its value now. See dynamics.stochastic_kernel."""
    s = sheet(study, [variable], None, years)
    out = kernels.stochastic_kernel(_relative(s.frames[variable], relative), None, lag, convention, points)
    card = replace(out.method, options=out.method.options | {"relative": str(relative)})
    return replace(out, method=card, provenance=s.provenance(study))


def markov(
    study: "Study",
    variable: str,
    k: int = 5,
    cuts: Sequence[float] | None = None,
    years: Years = None,
    scope: Scope = "pooled",
    lag: int = 1,
    relative: bool = True,
) -> chains.Markov:
    """Return the Markov chain of a variable over k quantile classes or given `cuts`; relative to each year's mean.

    See dynamics.markov.
    """
    s = sheet(study, [variable], None, years)
    out = chains.markov(s.frames[variable], k, _floats(cuts), scope, lag, relative)
    return replace(out, provenance=s.provenance(study))


def spatial_markov(
    study: "Study",
    variable: str,
    w: str | Weights = "contiguity",
    k: int = 5,
    m: int | None = None,
    cuts: Sequence[float] | None = None,
    years: Years = None,
    scope: Scope = "pooled",
    lag: int = 1,
    relative: bool = True,
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> chains.SpatialMarkov:
    """Return Markov chains conditional on the class of the neighbours. See dynamics.spatial_markov."""
    s = sheet(study, [variable], None, years)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)
    out = chains.spatial_markov(s.frames[variable], matrix, k, m, _floats(cuts), None, scope, lag, relative)
    return replace(out, provenance=s.provenance(study, w=str(matrix.kind)))


def mobility(
    study: "Study",
    variable: str,
    w: str | Weights | None = None,
    k: int = 5,
    years: Years = None,
    scope: Scope = "pooled",
    lag: int = 1,
    relative: bool = True,
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> MobilityTable:
    """Return mobility indices, half-life and ergodic shares of the Markov chain, and the tests behind them.

    With `w`, also of each chain conditional on the neighbours. Tests: homogeneity over time (or over neighbours), and
    order 0 against 1 and 1 against 2. See dynamics.mobility, dynamics.markov_order.
    """
    s = sheet(study, [variable], None, years)
    frame = s.frames[variable]
    one = chains.markov(frame, k, None, scope, lag, relative)
    rows = _mobility_rows("all", one.mobility, one.ergodic, one.states)
    rows.append(("all", "half_life", one.half_life))
    shown = _relative(frame, relative)
    tests = {f"order_{order}": chains.markov_order(shown, k, None, scope, order, lag) for order in (0, 1)}
    if one.homogeneity is not None:
        tests["homogeneity_time"] = one.homogeneity
    provenance = s.provenance(study)
    if w is not None:
        matrix = weights_matrix(study, w, s.years, s.places, islands, links)
        several = chains.spatial_markov(frame, matrix, k, None, None, None, scope, lag, relative)
        for j, name in enumerate(several.lag_states):
            rows += _mobility_rows(name, several.mobility[j], several.ergodic[j], several.states)
        tests["homogeneity_neighbours"] = several.homogeneity
        provenance = s.provenance(study, w=str(matrix.kind))
    for name, t in tests.items():
        rows += [("all", f"{name}_q", t.q), ("all", f"{name}_p", t.p_q)]
    table = pd.DataFrame(rows, columns=["lag_state", "statistic", "value"])
    card = MethodCard(
        "mobility",
        Text("流动性指数与马尔可夫性检验", "Mobility indices and tests of the chain"),
        r"M_S=\frac{k-\mathrm{tr}P}{k-1},\ M_D=1-|\det P|,\ M_2=1-|\lambda_2|",
        Text(
            "0 为不流动；遍历分布在链有几个闭类时缺失；阶数检验：0 阶对 1 阶，1 阶对 2 阶",
            "0 is immobility; ergodic shares are missing where the chain has several closed classes; order tests: 0 "
            "against 1, 1 against 2",
        ),
        one.method.zero,
        (sources.FORMBY, sources.BICKENBACH),
        one.method.options,
    )
    return MobilityTable(table, card, provenance)


def _mobility_rows(name: str, m: finite.Mobility, ergodic: Any, states: Sequence[str]) -> list[tuple[str, str, float]]:
    rows = [(name, id_, float(getattr(m, id_))) for id_ in
            ("shorrocks", "determinant", "second_eigenvalue", "stayers", "distance")]  # fmt: skip
    return rows + [(name, f"ergodic_{state}", float(v)) for state, v in zip(states, ergodic, strict=True)]


def lisa_markov(
    study: "Study",
    variable: str,
    w: str | Weights = "contiguity",
    years: Years = None,
    lag: int = 1,
    islands: str = "error",
    links: Sequence[str] | None = None,
) -> LisaMarkov:
    """Return the chain of LISA quadrants HH, LH, LL, HL with a test of independence. See dynamics.lisa_markov."""
    s = sheet(study, [variable], None, years)
    matrix = weights_matrix(study, w, s.years, s.places, islands, links)
    made, test = chains.lisa_markov(s.frames[variable], matrix, lag)
    card = MethodCard(
        "lisa_markov",
        Text("LISA 马尔可夫链", "LISA Markov chain"),
        r"p_{ij}=\frac{n_{ij}}{\sum_j n_{ij}},\ i,j\in\{HH,LH,LL,HL\}",
        Text(
            f"象限由当年均值与空间滞后划分；独立性检验 Q = {test.q:.2f}，自由度 {test.degrees}，p = {test.p_q:.3g}；"
            f"权重：{matrix.kind.zh}",
            f"quadrants by each year's mean and spatial lag; independence Q = {test.q:.2f} on {test.degrees} degrees, "
            f"p = {test.p_q:.3g}; weights: {matrix.kind.en}",
        ),
        made.method.zero,
        (sources.REY,),
        made.method.options | matrix.options,
    )
    return LisaMarkov(made, test, card, s.provenance(study, w=str(matrix.kind)))


def convergence_clubs(
    study: "Study",
    variable: str,
    years: Years = None,
    log: bool = True,
    smoothing: float | None = 400.0,
    trim: float = 1 / 3,
    merge: bool = True,
    sort: str = "last",
    convention: logt.Variance = "phillips-sul",
) -> clustering.Clubs:
    """Return Phillips–Sul convergence clubs of a variable in logs (`log=False` if it is in logs already).

    `smoothing` is the Hodrick–Prescott parameter: 400 as Phillips and Sul, 6.25 also for annual data, None for no
    filter. At least 8 years. See dynamics.clubs.
    """
    s = sheet(study, [variable], None, years, [variable] if log else None)
    out = clustering.clubs(_trend(next(iter(s.frames.values())), smoothing), trim, 0.0, merge, _sort(sort), convention)
    options = out.method.options | {"log": str(log), "smoothing": str(smoothing), "sort": sort}
    return replace(out, method=replace(out.method, options=options), provenance=s.provenance(study))


def log_t(
    study: "Study",
    variable: str,
    years: Years = None,
    log: bool = True,
    smoothing: float | None = 400.0,
    trim: float = 1 / 3,
    convention: logt.Variance = "phillips-sul",
) -> logt.LogT:
    """Return the log t test that all places converge; options as for convergence_clubs. See dynamics.log_t."""
    s = sheet(study, [variable], None, years, [variable] if log else None)
    out = logt.log_t(_trend(next(iter(s.frames.values())), smoothing), trim, convention)
    options = out.method.options | {"log": str(log), "smoothing": str(smoothing)}
    return replace(out, method=replace(out.method, options=options), provenance=s.provenance(study))


def gm11(study: "Study", variable: str, place: str, years: Years = None, ahead: int = 5) -> grey.GreyModel:
    """Return a grey forecast GM(1,1) of one place (any name form), step 1 the first year. See dynamics.gm11.

    Without `years`, the longest run of years up to the place's last figure; gaps inside `years` raise.
    """
    code = place if place in study.places else registry.place(place).code
    if code not in study.places:
        raise UnknownNameError(Text("研究中的地区", "place of the study"), place, study.places[:5])
    series = study.panel(variable).loc[code]
    if years is None:
        known = series.dropna()
        gaps = known.index[known.index.to_series().diff().fillna(1) > 1]
        chosen = known.loc[gaps[-1] :] if len(gaps) else known
    else:
        chosen = series.reindex(list(years))
    out = grey.gm11(chosen.to_numpy(), ahead)
    provenance = study.provenance([variable], place=code, years=f"{chosen.index[0]}–{chosen.index[-1]}")
    return replace(out, provenance=provenance)


def _relative(frame: pd.DataFrame, relative: bool) -> pd.DataFrame:
    if not relative:
        return frame
    mean = frame.mean(axis=0)
    if bad := [str(y) for y in mean.index[~(mean.abs() > 0)]]:
        what = Text(
            f"{'、'.join(bad)} 年的均值为零，不能取相对值", f"the mean is zero in {', '.join(bad)}: no relative values"
        )
        raise InputError([Problem(what, Text("用 relative=False", "use relative=False"))])
    return frame / mean


def _trend(frame: pd.DataFrame, smoothing: float | None) -> pd.DataFrame:
    if smoothing is None:
        return frame
    return pd.DataFrame(logt.hp_trend(frame.to_numpy(), smoothing), frame.index, frame.columns)


def _sort(sort: str) -> Any:
    if sort not in ("last", "half"):
        raise UnknownNameError(Text("排序方式", "sort order"), sort, ("last", "half"))
    return cast("Any", sort)


def _floats(values: Sequence[float] | None) -> list[float] | None:
    return None if values is None else [float(v) for v in values]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UnknownNameError(Text("带宽规则", "bandwidth rule"), text, get_args(kernels.Bandwidth)) from None
