"""Estimator and interval pairs that a Monte Carlo experiment compares."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from yugong.base.text import Text
from yugong.evaluate.effects import Effects
from yugong.evaluate.factors import interactive, matrix_completion
from yugong.evaluate.fixed_effects import imputation
from yugong.evaluate.group_time import callaway_santanna
from yugong.evaluate.inference.clustered import clustered
from yugong.evaluate.inference.conley import conley
from yugong.evaluate.inference.conley_taber import conley_taber
from yugong.evaluate.inference.headline import headline_inference
from yugong.evaluate.inference.randomisation import randomisation_test
from yugong.evaluate.inference.regression import rows_of
from yugong.evaluate.inference.wild import wild_cluster
from yugong.evaluate.layers import exposure_effects
from yugong.evaluate.montecarlo.world import KM_A_STEP, World
from yugong.evaluate.question import Question, ask
from yugong.evaluate.synthetic.did import synthetic_did
from yugong.evaluate.synthetic.placebo import space_placebos
from yugong.evaluate.synthetic.simplex import Array
from yugong.evaluate.two_way import sun_abraham

PLACEBOS = 199
SIGNS = 999
CUTOFF_KM = 2.5 * KM_A_STEP


@dataclass(frozen=True, slots=True)
class Answer:
    """An estimate with its p value and 95 % interval, NaN where the method has none."""

    estimate: float
    p: float
    low: float = np.nan
    high: float = np.nan


@dataclass(frozen=True, slots=True)
class Method:
    """A named estimator with its inference."""

    id: str
    title: Text
    answer: Callable[[World, int], Answer]


def _rows(world: World) -> tuple[Array, Array, NDArray[np.int64], NDArray[np.int64]]:
    return rows_of(world.y, np.arange(world.y.shape[1]) >= world.starts[:, None])


def _clustered(world: World, seed: int) -> Answer:
    y, d, unit, period = _rows(world)
    made = clustered(y, d, unit, units=unit, periods=period)
    return Answer(made.coefficient, made.p, *made.interval)


def _wild(world: World, seed: int) -> Answer:
    y, d, unit, period = _rows(world)
    made = wild_cluster(y, d, unit, units=unit, periods=period, draws=SIGNS, seed=seed)
    return Answer(made.coefficient, made.p, *made.interval)


def _conley(world: World, seed: int) -> Answer:
    y, d, unit, period = _rows(world)
    lags = world.y.shape[1] - 1
    made = conley(y, d, world.longitude[unit], world.latitude[unit], CUTOFF_KM, unit, period, None, lags, "bartlett")
    p = float(2 * norm.sf(abs(made.coefficient) / made.se))
    return Answer(made.coefficient, p, *made.interval)


def _randomised(world: World, seed: int) -> Answer:
    made = randomisation_test(world.y, world.starts, draws=PLACEBOS, seed=seed)
    return Answer(made.observed, made.p, *made.interval)


def _randomised_clean(world: World, seed: int) -> Answer:
    """Cells of untreated regions beside treated ones never count; regions that have such cells are not drawn."""
    usable = world.unexposed
    made = randomisation_test(
        world.y, world.starts, draws=PLACEBOS, seed=seed, usable=usable, eligible=usable.all(axis=1)
    )
    return Answer(made.observed, made.p, *made.interval)


def _randomised_block(world: World, seed: int) -> Answer:
    made = randomisation_test(
        world.y, world.starts, scheme="block", draws=PLACEBOS, seed=seed, neighbours=world.neighbours
    )
    return Answer(made.observed, made.p, *made.interval)


def _question(world: World, near: bool = False) -> Question:
    """Ask a world's question; near: untreated regions beside treated ones are no comparison."""
    dose = (np.arange(world.y.shape[1]) >= world.starts[:, None]).astype(np.float64)
    return ask(world.y, dose, exposures={"near": (~world.unexposed).astype(np.float64)} if near else None)


def _by_clusters(world: World, seed: int, estimator: Callable[[Question], Effects]) -> Answer:
    """An estimator's own clustered error and the normal law; no p and no interval where it has none."""
    made = estimator(_question(world))
    p = float(2 * norm.sf(abs(made.estimate) / made.se)) if made.se > 0 else np.nan
    return Answer(made.estimate, p, *made.interval)


def _exposure(world: World, seed: int) -> Answer:
    """The own effect where the neighbours' is estimated beside it."""
    made = exposure_effects(_question(world, near=True))
    at = made.layers.index("own")
    estimate, se = float(made.estimates[at]), float(made.se[at])
    half = float(norm.ppf(0.975)) * se
    return Answer(estimate, float(2 * norm.sf(abs(estimate) / se)), estimate - half, estimate + half)


def _by_rule(world: World, seed: int) -> Answer:
    """Imputation, with the p value and the interval of whatever inference owns the headline by the published rule."""
    n = len(world.starts)
    owner = headline_inference(int((world.starts < world.y.shape[1]).sum()), n).owner
    if owner == "clustered":
        return _by_clusters(world, seed, imputation)
    drawn = _randomised(world, seed)
    if owner != "wild_cluster":
        return drawn
    return Answer(drawn.estimate, _wild(world, seed).p, drawn.low, drawn.high)


def _conley_taber(world: World, seed: int) -> Answer:
    made = conley_taber(world.y, world.starts, draws=SIGNS, seed=seed)
    return Answer(made.effect, made.p, *made.interval)


def _synthetic(world: World, seed: int) -> Answer:
    """One treated mean against placebos of single regions, so for one treated region only."""
    treated = np.flatnonzero(world.starts < world.y.shape[1])
    start = int(world.starts[treated[0]])
    made = space_placebos(world.y, [int(i) for i in treated], start, draws=PLACEBOS, seed=seed)
    return Answer(made.observed.effect, made.p)


def _synthetic_did(world: World, seed: int) -> Answer:
    made = synthetic_did(world.y, world.starts, solver="exact", variance="placebo", draws=50, seed=seed)
    low, high = made.interval or (np.nan, np.nan)
    p = float(2 * norm.sf(abs(made.effect) / (made.se or np.nan)))
    return Answer(made.effect, p, low, high)


METHODS: dict[str, Method] = {
    m.id: m
    for m in (
        Method("by_rule", Text("插补，按公布规则选推断", "imputation, inference by the rule"), _by_rule),
        Method("twfe_clustered", Text("双向固定效应，聚类 t", "two-way fixed effects, clustered t"), _clustered),
        Method("twfe_wild", Text("双向固定效应，野聚类自助", "two-way fixed effects, wild clusters"), _wild),
        Method("twfe_conley", Text("双向固定效应，时空 Conley", "two-way fixed effects, Conley"), _conley),
        Method("imputation_clustered", Text("插补，聚类标准误", "imputation, clustered error"),
               partial(_by_clusters, estimator=imputation)),
        Method("imputation_unit", Text("插补，按地区随机化", "imputation, randomised by region"), _randomised),
        Method("imputation_clean", Text("插补，去除外溢邻区", "imputation, neighbours left out"), _randomised_clean),
        Method("imputation_block", Text("插补，连片随机化", "imputation, contiguous blocks"), _randomised_block),
        Method("exposure_effects", Text("本地与溢出效应，聚类", "own and spillover effects, clustered"), _exposure),
        Method("callaway_santanna", Text("Callaway–Sant’Anna，聚类", "Callaway–Sant'Anna, clustered"),
               partial(_by_clusters, estimator=callaway_santanna)),
        Method("sun_abraham", Text("Sun–Abraham，聚类", "Sun–Abraham, clustered"),
               partial(_by_clusters, estimator=sun_abraham)),
        Method("interactive", Text("交互固定效应，只有点估计", "interactive effects, point only"),
               partial(_by_clusters, estimator=interactive)),
        Method("matrix_completion", Text("矩阵补全，只有点估计", "matrix completion, point only"),
               partial(_by_clusters, estimator=matrix_completion)),
        Method("conley_taber", Text("双重差分，Conley–Taber", "differences, Conley–Taber"), _conley_taber),
        Method("synthetic_control", Text("合成控制，安慰剂位次", "synthetic control, placebo rank"), _synthetic),
        Method("synthetic_did", Text("合成双重差分，安慰剂", "synthetic DID, placebos"), _synthetic_did),
    )
}  # fmt: skip
