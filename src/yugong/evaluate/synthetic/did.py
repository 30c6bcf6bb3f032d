"""Synthetic difference in differences: unit weights and year weights before a difference in differences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.synthetic import sources
from yugong.evaluate.synthetic.simplex import Array, simplex_least_squares

Kind = Literal["sdid", "sc", "did"]
Solver = Literal["frank_wolfe", "exact"]
FIRST_STEPS, MOST_STEPS = 100, 10_000  # Frank–Wolfe steps before and after small weights are cut
STOP = 1e-5  # least decrease, in standard deviations of yearly changes
SMALL_RIDGE = 1e-6  # in the same unit


@dataclass(frozen=True, slots=True)
class Cohort:
    """One start date: its column, rows treated, effect, unit weights (N0,) and year weights (T0,)."""

    start: int
    rows: tuple[int, ...]
    effect: float
    unit_weights: Array
    year_weights: Array


@dataclass(frozen=True, slots=True)
class SyntheticDid:
    """The effect on the treated in the outcome's unit, its cohorts, and the standard error if one was asked for."""

    effect: float
    cohorts: tuple[Cohort, ...]
    controls: tuple[str, ...]
    periods: tuple[object, ...]
    method: MethodCard
    se: float | None = None
    placebos: Array | None = None
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Normal interval at 95 %, if a standard error was asked for."""
        if self.se is None:
            return None
        half = float(norm.ppf(0.975)) * self.se
        return self.effect - half, self.effect + half

    def table(self) -> pd.DataFrame:
        """Return one row a cohort: period, treated_count, effect."""
        return pd.DataFrame(
            {
                "period": [self.periods[c.start] for c in self.cohorts],
                "treated_count": [len(c.rows) for c in self.cohorts],
                "effect": [c.effect for c in self.cohorts],
            }
        )


def synthetic_did(
    outcome: ArrayLike,
    starts: ArrayLike,
    controls: ArrayLike | None = None,
    kind: Kind = "sdid",
    solver: Solver = "frank_wolfe",
    variance: Literal["none", "placebo", "jackknife"] = "none",
    draws: int = 200,
    seed: int = 0,
    names: Sequence[str] | None = None,
    periods: Sequence[object] | None = None,
) -> SyntheticDid:
    """Return the synthetic difference in differences, by start date and averaged over treated region-years.

    outcome (N, T), complete; starts (N,): column of the first year of the policy, T or more where it never comes;
    controls (N,): rows that may be controls (all never treated unless given). kind sc and did are the same sums with
    the year or both weights left out. solver frank_wolfe stops as the authors' software does, exact goes to the
    optimum. Arkhangelsky et al. (2021, algorithm 1; placebo and jackknife: algorithms 4 and 3); several start dates:
    Clarke et al. (2024). Raises InputError for missing values, no control, or fewer than two years before a start.
    """
    y, begins = np.asarray(outcome, float), np.asarray(starts)
    never = begins >= y.shape[1]
    pool = np.flatnonzero(never if controls is None else never & np.asarray(controls, bool))
    treated = np.flatnonzero(~never)
    _check(y, begins, pool, treated, variance)
    labels = [str(i) for i in range(len(y))] if names is None else list(names)
    effect, cohorts = _aggregate(y, begins, pool, treated, kind, solver)
    se, placebos = None, None
    if variance == "placebo":
        placebos = _placebos(y, begins, pool, treated, kind, solver, draws, seed)
        se = float(placebos.std(ddof=0))
    elif variance == "jackknife":
        se = _jackknife(y, cohorts, pool)
    return SyntheticDid(
        effect,
        cohorts,
        tuple(labels[i] for i in pool),
        tuple(range(y.shape[1])) if periods is None else tuple(periods),
        _card(kind, solver, variance, draws, seed),
        se,
        placebos,
    )


def _aggregate(
    y: Array, begins: NDArray[np.int64], pool: NDArray[np.intp], treated: NDArray[np.intp], kind: Kind, solver: Solver
) -> tuple[float, tuple[Cohort, ...]]:
    cohorts = []
    for start in np.unique(begins[treated]):
        rows = treated[begins[treated] == start]
        omega, lam = _weights(y[pool], y[rows].mean(axis=0), int(start), len(rows), kind, solver)
        cohorts.append(Cohort(int(start), tuple(int(i) for i in rows), _effect(y, pool, rows, omega, lam), omega, lam))
    cells = np.array([len(c.rows) * (y.shape[1] - c.start) for c in cohorts], float)
    return float(cells @ [c.effect for c in cohorts] / cells.sum()), tuple(cohorts)


def _effect(y: Array, pool: NDArray[np.intp], rows: NDArray[np.intp] | list[int], omega: Array, lam: Array) -> float:
    difference = y[rows].mean(axis=0) - omega @ y[pool]
    return float(difference[len(lam) :].mean() - lam @ difference[: len(lam)])


def _weights(controls: Array, target: Array, start: int, count: int, kind: Kind, solver: Solver) -> tuple[Array, Array]:
    n, years = controls.shape
    omega, lam = np.full(n, 1.0 / n), np.full(start, 1.0 / start)
    if kind == "did":
        return omega, lam
    noise = float(np.diff(controls[:, :start], axis=1).std(ddof=1))
    ridge = SMALL_RIDGE if kind == "sc" else float(np.power(count * (years - start), 0.25))
    omega = _fit(controls[:, :start].T, target[:start], ridge * noise, kind == "sdid", noise, solver)
    if kind == "sc":
        return omega, np.zeros(start)
    lam = _fit(controls[:, :start], controls[:, start:].mean(axis=1), SMALL_RIDGE * noise, True, noise, solver)
    return omega, lam


def _fit(a: Array, b: Array, zeta: float, intercept: bool, noise: float, solver: Solver) -> Array:
    if intercept:
        a, b = a - a.mean(axis=0), b - b.mean()
    ridge = len(b) * zeta**2
    if solver == "exact":
        return simplex_least_squares(a, b, ridge).weights
    x = _frank_wolfe(a, b, ridge, np.full(a.shape[1], 1.0 / a.shape[1]), STOP * noise, FIRST_STEPS)
    x = np.where(x <= x.max() / 4, 0.0, x)
    return _frank_wolfe(a, b, ridge, x / x.sum(), STOP * noise, MOST_STEPS)


def _frank_wolfe(a: Array, b: Array, ridge: float, x: Array, least: float, steps: int) -> Array:
    """Descend with exact line search until one step lowers the mean loss by less than least²."""
    fitted, last = a @ x, np.inf
    for _ in range(steps):
        gradient = (fitted - b) @ a + ridge * x
        i = int(np.argmin(gradient))
        direction = -x
        direction[i] += 1.0
        if not direction.any():
            break
        change = a[:, i] - fitted
        curve = change @ change + ridge * (direction @ direction)
        step = min(max(-float(gradient @ direction) / float(curve), 0.0), 1.0)
        x, fitted = x + step * direction, fitted + step * change
        loss = (ridge * (x @ x) + ((fitted - b) ** 2).sum()) / len(b)
        if last - loss < least**2:
            break
        last = loss
    return x


def _placebos(
    y: Array,
    begins: NDArray[np.int64],
    pool: NDArray[np.intp],
    treated: NDArray[np.intp],
    kind: Kind,
    solver: Solver,
    draws: int,
    seed: int,
) -> Array:
    rng, out = np.random.default_rng(seed), np.empty(draws)
    for b in range(draws):
        order = rng.permutation(pool)
        false = begins.copy()
        false[order[: len(treated)]] = begins[treated]
        out[b] = _aggregate(y, false, order[len(treated) :], order[: len(treated)], kind, solver)[0]
    return out


def _jackknife(y: Array, cohorts: tuple[Cohort, ...], pool: NDArray[np.intp]) -> float:
    """Leave out each region with the weights of the rest kept, as algorithm 3 does."""
    effects = []
    rows = [i for c in cohorts for i in c.rows]
    for out in [*pool, *rows]:
        values, cells = [], []
        for c in cohorts:
            kept = [i for i in c.rows if i != out]
            left = pool != out
            if not kept:
                continue
            omega = c.unit_weights[left] / c.unit_weights[left].sum()
            values.append(_effect(y, pool[left], kept, omega, c.year_weights))
            cells.append(len(kept) * (y.shape[1] - c.start))
        effects.append(np.average(values, weights=cells))
    n = len(effects)
    return float(np.sqrt((n - 1) / n * ((np.array(effects) - np.mean(effects)) ** 2).sum()))


def _check(
    y: Array, begins: NDArray[np.int64], pool: NDArray[np.intp], treated: NDArray[np.intp], variance: str
) -> None:
    problems = []
    if not np.isfinite(y[np.concatenate([pool, treated])]).all():
        problems.append(
            Problem(
                Text("合成双重差分需要无缺失的面板", "synthetic difference in differences needs a complete panel"),
                Text("缩短窗口，或去掉有缺失的地区", "shorten the window or leave out regions with missing values"),
            )
        )
    if not len(treated) or not len(pool):
        problems.append(
            Problem(
                Text(
                    f"政策地区 {len(treated)} 个、从未受影响的对照 {len(pool)} 个",
                    f"{len(treated)} treated regions and {len(pool)} never touched ones",
                )
            )
        )
    elif begins[treated].min() < 2:
        problems.append(
            Problem(
                Text("有地区在第二年或更早就开始", "a region starts in the second year or earlier"),
                Text("把窗口向前延长", "begin the window earlier"),
            )
        )
    if variance == "placebo" and len(pool) <= len(treated):
        problems.append(
            Problem(
                Text(
                    "对照不多于政策地区，无法做安慰剂", "no more controls than treated regions: no placebo is possible"
                )
            )
        )
    alone = {int(s) for s in begins[treated] if (begins[treated] == s).sum() == 1}
    if variance == "jackknife" and alone:
        problems.append(
            Problem(
                Text("有的起始年只有一个政策地区，刀切法无定义", "a start date has one treated region: no jackknife"),
                Text("用安慰剂", "use placebos"),
            )
        )
    if problems:
        raise InputError(problems)


def _card(kind: Kind, solver: Solver, variance: str, draws: int, seed: int) -> MethodCard:
    options = {"kind": kind, "solver": solver, "variance": variance}
    if variance == "placebo":
        options |= {"draws": str(draws), "seed": str(seed)}
    return MethodCard(
        "synthetic_did",
        Text("合成双重差分", "Synthetic difference in differences"),
        r"\hat\tau=\arg\min_{\tau,\mu,\alpha,\beta}\sum_{i,t}(y_{it}-\mu-\alpha_i-\beta_t-\tau D_{it})^2"
        r"\hat\omega_i\hat\lambda_t",
        Text(
            "对照为从未受影响的地区；多个起始年按政策地区—年份数加权",
            "controls are never touched; several start dates are averaged by treated region-years",
        ),
        None,
        (sources.ARKHANGELSKY, sources.CLARKE),
        options,
    )
