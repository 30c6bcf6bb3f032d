"""Synthetic control: a treated region beside the weighted donors that lived like it before the policy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.synthetic import sources
from yugong.evaluate.synthetic.simplex import Array
from yugong.evaluate.synthetic.weights import Importance, Weights, donor_weights

FEW_YEARS = 10  # pre-periods below which placebo ranks of synthetic controls mislead
HEAVY_DONOR = 0.6  # weight above which one donor alone is the comparison
EXACT_FIT = 1e-8  # pre-policy RMSPE over the target's spread below which the weights are one choice of many


@dataclass(frozen=True, slots=True)
class Fit:
    """How the donors are weighted: intercept, ridge augmentation and its penalty, predictors (N, K), importance."""

    intercept: bool = False
    augment: bool = False
    penalty: float | None = None
    predictors: Array | None = None
    importance: Importance | Array = "nested"


@dataclass(frozen=True, slots=True)
class SyntheticControl:
    """One synthetic control.

    actual and counterfactual (T,) in the outcome's unit over `periods`; treated from position `start`; donors: their
    labels, weights (J,), which sum to one and are not negative unless augmented; `fit`: the weights with intercept.
    """

    actual: Array
    counterfactual: Array
    periods: tuple[object, ...]
    start: int
    donors: tuple[str, ...]
    fit: Weights
    method: MethodCard
    notes: tuple[Text, ...] = ()
    status: str = "optimal"
    dropped: tuple[str, ...] = ()
    provenance: Provenance | None = None

    @property
    def weights(self) -> Array:
        """Weights of the donors (J,)."""
        return self.fit.values

    @property
    def gap(self) -> Array:
        """Actual less counterfactual (T,)."""
        return self.actual - self.counterfactual

    @property
    def effect(self) -> float:
        """Mean gap since the start."""
        return float(np.nanmean(self.gap[self.start :]))

    @property
    def pre_rmspe(self) -> float:
        """Root mean squared gap before the start."""
        return float(np.sqrt(np.nanmean(self.gap[: self.start] ** 2)))

    @property
    def post_rmspe(self) -> float:
        """Root mean squared gap since the start."""
        return float(np.sqrt(np.nanmean(self.gap[self.start :] ** 2)))

    @property
    def ratio(self) -> float:
        """RMSPE since the start over RMSPE before it (Abadie, Diamond and Hainmueller 2010)."""
        return self.post_rmspe / self.pre_rmspe if self.pre_rmspe > 0 else np.inf

    @property
    def concentration(self) -> float:
        """Herfindahl index of the donors' weights: 1 is one donor, 1/J all alike."""
        return float((self.weights**2).sum())

    def table(self) -> pd.DataFrame:
        """Return one row a period: period, actual, counterfactual, gap."""
        return pd.DataFrame(
            {
                "period": self.periods,
                "actual": self.actual,
                "counterfactual": self.counterfactual,
                "gap": self.gap,
            }
        )

    def donor_table(self) -> pd.DataFrame:
        """Return one row a donor with any weight, heaviest first: donor, weight."""
        order = [j for j in np.argsort(-np.abs(self.weights), kind="stable") if self.weights[j] != 0]
        return pd.DataFrame({"donor": [self.donors[j] for j in order], "weight": self.weights[order]})


def synthetic_control(
    outcome: ArrayLike,
    treated: int | Sequence[int],
    start: int,
    donors: ArrayLike | None = None,
    fit: Fit | None = None,
    names: Sequence[str] | None = None,
    periods: Sequence[object] | None = None,
) -> SyntheticControl:
    """Return the synthetic control of one region, or of the mean of several that start together.

    outcome (N, T); treated: row(s); start: column of the first year of the policy; donors (N,): rows allowed as donors,
    which should be untouched by this and every other policy in all T years (all other rows unless given). Donors
    without the outcome in any year in which the target has it are dropped and named. Raises InputError when fewer than
    two pre-policy years or two donors are left. Abadie, Diamond and Hainmueller (2010); see donor_weights for `fit`.
    """
    y = np.asarray(outcome, float)
    rows = [treated] if isinstance(treated, int | np.integer) else list(treated)
    chosen = Fit() if fit is None else fit
    labels = tuple(str(i) for i in range(len(y))) if names is None else tuple(names)
    target = y[rows].mean(axis=0)
    allowed = np.ones(len(y), bool) if donors is None else np.asarray(donors, bool).copy()
    allowed[rows] = False
    known = np.isfinite(target)
    complete = np.isfinite(y[:, known]).all(axis=1)
    if chosen.predictors is not None:
        complete &= np.isfinite(chosen.predictors).all(axis=1)
    pool = np.flatnonzero(allowed & complete)
    dropped = tuple(labels[j] for j in np.flatnonzero(allowed & ~complete))
    _check(known, start, pool, chosen, rows)
    weights = _weigh(y, rows, pool, known, start, chosen)
    counterfactual = np.where(known, weights.values @ y[pool] + weights.intercept, np.nan)
    made = SyntheticControl(
        target,
        counterfactual,
        tuple(range(y.shape[1])) if periods is None else tuple(periods),
        start,
        tuple(labels[j] for j in pool),
        weights,
        _card(chosen, weights),
        (),
        weights.simplex.status,
        dropped,
    )
    return _with_notes(made, int(known[:start].sum()))


def _weigh(
    y: Array, rows: list[int], pool: NDArray[np.intp], known: NDArray[np.bool_], start: int, fit: Fit
) -> Weights:
    before = np.flatnonzero(known[:start])
    x = None
    if fit.predictors is not None:
        x = (fit.predictors[rows].mean(axis=0), fit.predictors[pool].T)
    target = y[rows][:, before].mean(axis=0)
    return donor_weights(target, y[np.ix_(pool, before)].T, fit.intercept, fit.augment, fit.penalty, x, fit.importance)


def _check(known: NDArray[np.bool_], start: int, pool: NDArray[np.intp], fit: Fit, rows: list[int]) -> None:
    problems = []
    if not 0 < start < len(known) or known[:start].sum() < 2 or not known[start:].any():
        before, after = int(known[: max(start, 0)].sum()), int(known[max(start, 0) :].sum())
        problems.append(
            Problem(
                Text(
                    f"政策前有 {before} 期、政策后有 {after} 期可用",
                    f"{before} periods before the policy, {after} after",
                ),
                Text("至少需要政策前 2 期、政策后 1 期", "at least two before and one after are needed"),
            )
        )
    if len(pool) < 2:
        problems.append(
            Problem(
                Text(f"可用的对照地区只有 {len(pool)} 个", f"only {len(pool)} donor region(s) can be used"),
                Text("放宽对照条件或换用其他方法", "widen the donor rule or use another method"),
            )
        )
    if fit.predictors is not None and not np.isfinite(fit.predictors[rows]).all():
        problems.append(Problem(Text("政策地区的预测变量有缺失", "a predictor of the treated region is missing")))
    if problems:
        raise InputError(problems)


def _with_notes(made: SyntheticControl, before: int) -> SyntheticControl:
    notes = []
    if before < FEW_YEARS:
        notes.append(
            Text(
                f"政策前只有 {before} 期（少于 {FEW_YEARS} 期），合成控制的安慰剂位次不可靠",
                f"only {before} periods before the policy (fewer than {FEW_YEARS}): placebo ranks are unreliable",
            )
        )
    spread = float(np.nanstd(made.actual[: made.start]))
    if spread > 0 and made.pre_rmspe < EXACT_FIT * spread and made.fit.penalty is None:
        notes.append(
            Text(
                "政策前完全拟合，权重不唯一；拟合好不说明可比",
                "the fit before the policy is exact, so the weights are one choice of many and prove nothing",
            )
        )
    heaviest = int(np.argmax(made.weights))
    if made.weights[heaviest] > HEAVY_DONOR:
        name, share = made.donors[heaviest], made.weights[heaviest]
        notes.append(
            Text(f"对照权重集中：{name} 占 {share:.0%}", f"one donor carries the comparison: {name}, {share:.0%}")
        )
    if made.dropped:
        zh, en = "、".join(made.dropped[:8]), ", ".join(made.dropped[:8])
        more = len(made.dropped)
        notes.append(Text(f"{more} 个对照地区因缺失未用：{zh}", f"{more} donors dropped for missing values: {en}"))
    return replace(made, notes=tuple(notes))


def _card(fit: Fit, weights: Weights) -> MethodCard:
    used = [sources.ABADIE_2010]
    if fit.predictors is not None:
        used.append(sources.ABADIE_2003)
    if fit.intercept:
        used.append(sources.FERMAN_PINTO_2021)
    if fit.augment:
        used.append(sources.BEN_MICHAEL)
    importance = fit.importance if isinstance(fit.importance, str) else "given"
    options = {
        "match": "outcomes" if fit.predictors is None else f"predictors ({importance})",
        "intercept": str(fit.intercept),
        "augment": str(fit.augment),
        "kkt_violation": f"{weights.simplex.violation:.1e}",
    }
    if weights.penalty is not None:
        options["penalty"] = f"{weights.penalty:.6g}"
    return MethodCard(
        "synthetic_control",
        Text("合成控制", "Synthetic control"),
        r"\hat w=\arg\min_{w\ge 0,\ \mathbf 1'w=1}\lVert x_1-X_0w\rVert_V^2,\quad \hat\tau_t=y_{1t}-\sum_j\hat w_jy_{jt}",
        Text(
            "权重非负且和为一，精确求解；对照地区不受本政策、外溢和其他政策影响",
            "weights are not negative and sum to one, solved exactly; donors are free of this policy, its spillover and "
            "other policies",
        ),
        None,
        tuple(used),
        options,
    )
