"""The specification curve: the estimate under every defensible choice, and under placebo assignments of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.cards import Citation, MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.checks import check
from yugong.evaluate.inference.assignment import assignments
from yugong.evaluate.inference.batched import did_effects, imputation_effects
from yugong.evaluate.question import Bools, Floats, Question
from yugong.evaluate.testing import eligible_places

SIMONSOHN = Citation(
    "simonsohn2020",
    "Simonsohn U, Simmons J P, Nelson L D. Specification curve analysis[J]. Nature Human Behaviour, 2020, 4(11): "
    "1208–1214.",
    "@article{simonsohn2020, author={Simonsohn, Uri and Simmons, Joseph P. and Nelson, Leif D.}, title={Specification "
    "curve analysis}, journal={Nature Human Behaviour}, volume={4}, number={11}, pages={1208--1214}, year={2020}}",
)
MUNICIPALITIES = ("11", "12", "31", "50")
HEADLINE = {
    "estimator": "imputation",
    "first": "0",
    "last": "0",
    "lead": "0",
    "comparison": "clean",
    "sample": "all",
}


@dataclass(frozen=True, slots=True, eq=False)
class SpecificationCurve:
    """Estimates (S,) by choice; placebo (B, S), the same under placebo assignments; `headline` is the one asked for."""

    choices: tuple[Mapping[str, str], ...]
    estimates: Floats
    placebo: Floats
    headline: int
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def same_sign(self) -> float:
        """Share of specifications with the headline's sign."""
        return float((np.sign(self.estimates) == np.sign(self.estimates[self.headline])).mean())

    @property
    def median(self) -> float:
        """Median estimate."""
        return float(np.median(self.estimates))

    @property
    def p_median(self) -> float:
        """Share of assignments, the real one included, whose median estimate is as large (Simonsohn et al. 2020)."""
        drawn = np.abs(np.nanmedian(self.placebo, axis=1))
        return float((1 + (drawn >= abs(self.median) * (1 - 1e-9)).sum()) / (1 + len(drawn)))

    def table(self) -> pd.DataFrame:
        """Return one row a specification, smallest first: its choices, estimate, whether it is the headline."""
        frame = pd.DataFrame([dict(c) for c in self.choices])
        frame = frame.rename(columns={"first": "years_off_start", "last": "years_off_end"})
        frame["estimate"] = self.estimates
        frame["headline_spec"] = np.arange(len(frame)) == self.headline
        return frame.sort_values("estimate", ignore_index=True)


def specification_curve(question: Question, *, draws: int = 199, most: int = 200, seed: int = 0) -> SpecificationCurve:
    """Return the specification curve: window, comparison, sample, years left out before the start, estimator.

    draws: placebo assignments, the same for all specifications; most: at most so many specifications, drawn by `seed`
    where there are more, the headline always among them. Specifications that are not identified are left out and
    counted. Simonsohn, Simmons and Nelson (2020).
    """
    check(question, "randomisation")
    q = question
    periods = len(q.years)
    begins = np.minimum(q.onset, periods)
    made = assignments(begins, periods, "unit", draws, seed, eligible_places(q), list(q.clusters))
    starts = np.vstack([begins, made.starts])
    asked = _choices(q)
    rng = np.random.default_rng(seed)
    if len(asked) > most:
        kept = np.sort(rng.choice(np.arange(1, len(asked)), most - 1, replace=False))
        asked = [asked[0], *(asked[i] for i in kept)]
    choices, values = [], []
    for choice in asked:
        found = _estimates(q, choice, starts)
        if np.isfinite(found[0]):
            choices.append(choice)
            values.append(found)
    if not choices or choices[0] != HEADLINE:
        raise InputError([Problem(Text("首选设定不可识别", "the headline specification is not identified"))])
    grid = np.array(values).T
    lost = len(asked) - len(choices)
    card = MethodCard(
        "specification_curve",
        Text("设定曲线", "Specification curve"),
        r"p=\frac{1+\#\{b:\lvert\mathrm{med}_s\hat\tau_s^{(b)}\rvert\ge\lvert\mathrm{med}_s\hat\tau_s\rvert\}}{1+B}",
        Text(
            "窗口首尾各去 0—2 年、预期期 0—1 年、对照、样本与估计方法的全部组合；安慰剂指派在各设定下相同",
            "every combination of windows (0 to 2 years off each end), anticipation (0 or 1 year), comparison, sample and "
            "estimator; placebo assignments are the same in all",
        ),
        None,
        (SIMONSOHN,),
        {
            "specifications": str(len(choices)),
            "left_out": str(lost),
            "placebos": str(len(made.starts)),
            "seed": str(seed),
        },
    )
    return SpecificationCurve(tuple(choices), grid[0], grid[1:], 0, card, q.notes, q.provenance)


def _choices(q: Question) -> list[dict[str, str]]:
    """Every combination, the headline first."""
    axes = {
        "estimator": ["imputation", *(["did"] if np.isfinite(q.y).all() else [])],
        "first": ["0", "1", "2"],
        "last": ["0", "1", "2"],
        "lead": ["0", "1"],
        "comparison": ["clean", *(["spillovers_in"] if q.exposed.any() else []), *(["rivals_in"] if q.contested.any() else [])],
        "sample": list(_samples(q)),
    }  # fmt: skip
    return [dict(zip(axes, c, strict=True)) for c in product(*axes.values())]


def _samples(q: Question) -> dict[str, Bools]:
    """Name the samples of places."""
    every = np.ones(len(q.places), bool)
    found = {"all": every}
    if q.belts:
        of = {b for b, e in zip(q.belts, q.ever, strict=True) if e}
        same = np.array([b in of for b in q.belts])
        if not same.all() and (same & ~q.ever).any():
            found["same_belts"] = same
    town = np.array([p[:2] in MUNICIPALITIES and p.isdigit() for p in q.places])
    if town.any() and not q.ever[town].all():
        found["without_municipalities"] = ~town | q.ever
    before = np.where(np.arange(len(q.years)) < q.onset.min(), q.y, np.nan)
    level = np.array([np.nan if np.isnan(row).all() else np.nanmean(row) for row in before])
    away = np.abs(level - np.nanmean(level[q.ever]))
    others = ~q.ever & np.isfinite(away)
    if others.sum() >= 4:
        found["similar_half"] = q.ever | (others & (away <= np.median(away[others])))
    return found


def _estimates(q: Question, choice: Mapping[str, str], starts: NDArray[np.int64]) -> Floats:
    """Return the estimate under each assignment (1 + B,), NaN where it is not identified."""
    first, last = int(choice["first"]), len(q.years) - int(choice["last"])
    rows = _samples(q)[choice["sample"]]
    none = np.full(len(starts), np.nan)
    begun = starts[0][rows & q.ever]
    lead = q.anticipation + int(choice["lead"])
    if not len(begun) or begun.min() - first - lead < 1 or begun.max() >= last:
        return none
    usable = q.observed & (q.treated | ~q.exposed if choice["comparison"] != "spillovers_in" else True)
    if choice["comparison"] != "rivals_in":
        usable = usable & ~q.contested
    cut = starts[:, rows]
    cut = np.where(cut >= last, last, np.maximum(cut, first)) - first
    y = np.where(usable, q.y, np.nan)[rows][:, first:last]
    if choice["estimator"] == "did":
        if lead or not np.isfinite(y).all():
            return none
        held = (cut < y.shape[1]).any(axis=1)  # a placebo may fall outside the sample altogether
        none[held] = did_effects(y, cut[held])
        return none
    return imputation_effects(y, cut, anticipation=lead)
