"""The specification curve: the estimate under every defensible choice, and under placebo assignments of each."""

from collections.abc import Mapping, Sequence
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
from yugong.evaluate.fixed_effects import impute
from yugong.evaluate.inference.assignment import assignments
from yugong.evaluate.inference.batched import did_effects, imputation_effects
from yugong.evaluate.policies import rivals
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
ASKED = "as_asked"
Choice = Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class SpecificationCurve:
    """Estimates (S,) by choice; placebo (B, S), the same under placebo assignments; `headline` is the one asked for."""

    choices: tuple[Choice, ...]
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

    def by_choice(self) -> pd.DataFrame:
        """Return one row an option of an axis: axis, option, specifications, their median, share with the headline's sign."""
        own = np.sign(self.estimates[self.headline])
        rows = []
        for axis in self.choices[0]:
            for option in dict.fromkeys(c[axis] for c in self.choices):
                mine = self.estimates[[c[axis] == option for c in self.choices]]
                rows.append((axis, option, len(mine), float(np.median(mine)), float((np.sign(mine) == own).mean())))
        return pd.DataFrame(rows, columns=["axis", "option", "specifications", "estimate", "same_sign"])

    def table(self) -> pd.DataFrame:
        """Return one row a specification, smallest first: its choices, estimate, whether it is the headline."""
        frame = pd.DataFrame([dict(c) for c in self.choices])
        frame = frame.rename(columns={"first": "years_off_start", "last": "years_off_end"})
        frame["estimate"] = self.estimates
        frame["headline_spec"] = np.arange(len(frame)) == self.headline
        return frame.sort_values("estimate", ignore_index=True)


def specification_curve(
    question: Question, *, draws: int = 199, most: int = 200, seed: int = 0, registered: bool = True
) -> SpecificationCurve:
    """Return the specification curve over nine choices: what was asked first, then every defensible other way.

    Estimator; years off either end of the window; years left out before the start; logs or levels; covariates;
    places reached by spillovers; other policies; which places compare. Estimates of the other transform are put in the
    headline's unit. draws: placebo assignments, the same for all specifications; most: at most so many specifications,
    drawn by `seed` where there are more, the headline always among them. registered: also bar registered policies that
    were not asked to be. Specifications that are not identified are left out and counted. Simonsohn, Simmons and Nelson
    (2020).
    """
    check(question, "randomisation")
    q = question
    periods = len(q.years)
    begins = np.minimum(q.onset, periods)
    made = assignments(begins, periods, "unit", draws, seed, eligible_places(q), list(q.clusters))
    starts = np.vstack([begins, made.starts])
    masks = _Masks.of(q, registered)
    asked = _choices(q, masks)
    rng = np.random.default_rng(seed)
    if len(asked) > most:
        kept = np.sort(rng.choice(np.arange(1, len(asked)), most - 1, replace=False))
        asked = [asked[0], *(asked[i] for i in kept)]
    choices, values = [], []
    for choice in asked:
        found = _estimates(q, choice, starts, masks)
        if np.isfinite(found[0]):
            choices.append(choice)
            values.append(found)
    if not choices or choices[0] != asked[0]:
        raise InputError([Problem(Text("首选设定不可识别", "the headline specification is not identified"))])
    grid = np.array(values).T
    card = _card(len(choices), len(asked) - len(choices), len(made.starts), seed)
    return SpecificationCurve(tuple(choices), grid[0], grid[1:], 0, card, q.notes, q.provenance)


@dataclass(frozen=True, slots=True)
class _Masks:
    """What each option of an axis keeps: samples of places (N,), exposed and contested cells (N, T) to leave out."""

    samples: Mapping[str, Bools]
    exposed: Mapping[str, Bools]
    contested: Mapping[str, Bools]

    @classmethod
    def of(cls, q: Question, registered: bool) -> "_Masks":
        contested = {ASKED: q.contested}
        if q.contested.any():
            contested["others_in"] = np.zeros(q.y.shape, bool)
        others = rivals(q) if registered else {}
        reached = np.logical_or.reduce([q.contested, *(x != 0 for x in others.values())])
        if (reached != q.contested).any():
            contested["registered_out"] = np.asarray(reached)
        return cls(_samples(q), _exposed(q), contested)


def _exposed(q: Question) -> dict[str, Bools]:
    """Name the ways to treat places that spillovers reach; a place partly in the policy's scope never compares."""

    def reached(names: Sequence[str]) -> Bools:
        grids = [q.exposures[n] != 0 for n in names]
        return np.asarray(np.logical_or.reduce([np.zeros(q.y.shape, bool), *grids]))

    partial = [n for n in q.donut if n == "partial"]
    ways = {ASKED: list(q.donut), "exposed_in": partial, "exposed_out": list(q.exposures)}
    ways |= {f"only {n}": [*partial, n] for n in q.exposures if n != "partial"} if len(q.exposures) > 1 else {}
    found: dict[str, Bools] = {}
    for name, which in ways.items():
        mask = reached(which)
        if not any((mask == held).all() for held in found.values()):
            found[name] = mask
    return found


def _choices(q: Question, masks: _Masks) -> list[dict[str, str]]:
    """Every combination, the headline first."""
    other = {"log": "level", "level": "log"}[q.transform]
    known = q.y[np.isfinite(q.y)]
    covariates = (
        [ASKED, "none", *(f"without {x}" for x in q.covariates if len(q.covariates) > 1)] if q.covariates else [ASKED]
    )
    axes = {
        "estimator": ["imputation", *(["did"] if np.isfinite(q.y).all() else [])],
        "first": ["0", "1", "2"],
        "last": ["0", "1", "2"],
        "lead": ["0", "1"],
        "transform": [q.transform, *([other] if q.transform == "log" or (known > 0).all() else [])],
        "covariates": covariates,
        "spillover": list(masks.exposed),
        "policies": list(masks.contested),
        "sample": list(masks.samples),
    }  # fmt: skip
    made = [dict(zip(axes, c, strict=True)) for c in product(*axes.values())]
    return [c for c in made if c["estimator"] != "did" or _plain(q, c, masks)]


def _plain(q: Question, c: Choice, masks: _Masks) -> bool:
    """Tell whether two-way fixed effects can follow a choice: no lead, no covariates, no cell left out."""
    out = (masks.exposed[c["spillover"]] & ~q.treated) | masks.contested[c["policies"]]
    return c["lead"] == "0" and not _lines(q, c["covariates"]) and not out[masks.samples[c["sample"]]].any()


def _samples(q: Question) -> dict[str, Bools]:
    """Name the samples of places that compare; the treated are in each."""
    every = np.ones(len(q.places), bool)
    found = {"all": every}
    if q.belts:
        of = {b for b, e in zip(q.belts, q.ever, strict=True) if e}
        same = np.array([b in of for b in q.belts])
        if not same.all() and (same & ~q.ever).any():
            found["same_belts"] = same
    town = np.array([len(p) == 6 and p[:2] in MUNICIPALITIES and p.isdigit() for p in q.places])
    if town.any() and not q.ever[town].all():
        found["without_municipalities"] = ~town | q.ever
    before = np.where(np.arange(len(q.years)) < q.onset.min(), q.y, np.nan)
    known = np.isfinite(before)
    level = np.where(known, before, 0.0).sum(axis=1) / np.where(known.any(axis=1), known.sum(axis=1), np.nan)
    away = np.abs(level - np.nanmean(level[q.ever]))
    others = ~q.ever & np.isfinite(away)
    if others.sum() >= 4:
        found["similar_half"] = q.ever | (others & (away <= np.median(away[others])))
    return found


def _estimates(q: Question, choice: Choice, starts: NDArray[np.int64], masks: _Masks) -> Floats:
    """Return the estimate under each assignment (1 + B,) in the headline's unit, NaN where it is not identified."""
    first, last = int(choice["first"]), len(q.years) - int(choice["last"])
    rows, lines = masks.samples[choice["sample"]], _lines(q, choice["covariates"])
    none = np.full(len(starts), np.nan)
    begun = starts[0][rows & q.ever]
    lead = q.anticipation + int(choice["lead"])
    if not len(begun) or begun.min() - first - lead < 1 or begun.max() >= last:
        return none
    known = np.logical_and.reduce([np.isfinite(q.y), *(np.isfinite(x) for x in lines)])
    usable = known & (q.treated | ~masks.exposed[choice["spillover"]]) & ~masks.contested[choice["policies"]]

    def cut_out(grid: Floats) -> Floats:
        return np.where(usable, grid, np.nan)[rows][:, first:last]

    cut = starts[:, rows]
    cut = np.where(cut >= last, last, np.maximum(cut, first)) - first
    same = choice["transform"] == q.transform
    y = cut_out(q.y) if same else np.exp(cut_out(q.y)) if q.transform == "log" else np.log(cut_out(q.y))
    if choice["estimator"] == "did":
        if q.anticipation or not np.isfinite(y).all():
            return none
        held = (cut < y.shape[1]).any(axis=1)  # a placebo may fall outside the sample altogether
        none[held] = did_effects(y, cut[held])
        found = none
    elif lines:
        found = _adjusted(y, [cut_out(x) for x in lines], cut, lead)
    else:
        found = imputation_effects(y, cut, anticipation=lead)
    return found if same else _in_unit(found, cut_out(q.y), cut, q.transform)


def _lines(q: Question, which: str) -> list[Floats]:
    """Return the covariates that an option of the axis keeps."""
    if which == "none":
        return []
    return [x for name, x in q.covariates.items() if which != f"without {name}"]


def _adjusted(y: Floats, lines: Sequence[Floats], cut: NDArray[np.int64], lead: int) -> Floats:
    """Return imputation with covariates: slopes from the clean cells for the real assignment (exact), from all cells, as
    the null has it, for the placebo ones, so that their slopes do not know who was treated.
    """
    clean = np.isfinite(y) & (np.arange(y.shape[1]) < cut[0][:, None] - lead)
    out = np.empty(len(cut))
    for part, cells in ((slice(0, 1), clean), (slice(1, None), np.isfinite(y))):
        slopes = np.nan_to_num(impute(y, cells, lines).coefficients)
        rest = y - sum(b * x for b, x in zip(slopes, lines, strict=True))
        out[part] = imputation_effects(rest, cut[part], anticipation=lead) if len(cut[part]) else []
    return out


def _in_unit(effects: Floats, y: Floats, cut: NDArray[np.int64], transform: str) -> Floats:
    """Return effects estimated in levels as log points of the treated mean, or the other way round.

    y (n, t) in the headline's transform; cut (1 + B, n). With a treated mean m: log(m / (m − effect)), and
    m (1 − exp(−effect)).
    """
    level = np.exp(y) if transform == "log" else y
    known = np.isfinite(level)
    end = np.zeros((len(y), 1))
    sums, counts = (
        np.concatenate([np.cumsum(g[:, ::-1], axis=1)[:, ::-1], end], axis=1)
        for g in (np.where(known, level, 0.0), known.astype(np.float64))
    )
    at = np.arange(len(y)), cut
    total, count = sums[at].sum(axis=1), counts[at].sum(axis=1)
    mean = np.divide(total, count, out=np.full(len(cut), np.nan), where=count > 0)
    if transform == "level":
        return np.asarray(mean * -np.expm1(-effects))
    ratio = np.divide(mean, mean - effects, out=np.full(len(cut), np.nan), where=mean > effects)
    return np.asarray(np.log(ratio))


def _card(kept: int, lost: int, placebos: int, seed: int) -> MethodCard:
    return MethodCard(
        "specification_curve",
        Text("设定曲线", "Specification curve"),
        r"p=\frac{1+\#\{b:\lvert\mathrm{med}_s\hat\tau_s^{(b)}\rvert\ge\lvert\mathrm{med}_s\hat\tau_s\rvert\}}{1+B}",
        Text(
            "估计方法、窗口首尾各去 0—2 年、预期期 0—1 年、对数或水平、协变量、受波及者、并存政策与对照范围的组合；安慰剂指派"
            "在各设定下相同；另一种变换的估计按受影响者均值换成首选设定的单位",
            "combinations of estimator, windows (0 to 2 years off each end), anticipation (0 or 1 year), logs or levels, "
            "covariates, exposed places, other policies and places compared; placebo assignments are the same in all; "
            "estimates of the other transform are put in the headline's unit by the treated mean",
        ),
        None,
        (SIMONSOHN,),
        {"specifications": str(kept), "left_out": str(lost), "placebos": str(placebos), "seed": str(seed)},
    )
