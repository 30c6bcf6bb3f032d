"""Benefit of the doubt: each region weighs the indicators as suits it best, within bounds, against the same frontier."""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from yugong.base.cards import MethodCard
from yugong.base.cite import article
from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.index.scale import Array

TOLERANCE = 1e-10  # the tightest HiGHS allows
CHERCHYE_2007 = article(
    "cherchye2007",
    (("Cherchye", "Laurens"), ("Moesen", "Willem"), ("Rogge", "Nicky"), ("Van Puyenbroeck", "Tom")),
    "An introduction to 'benefit of the doubt' composite indicators",
    "Social Indicators Research",
    2007,
    "82(1)",
    "111-145",
)
CARD = MethodCard(
    "benefit_of_doubt",
    Text("最有利权重合成（数据包络，BoD）", "Benefit-of-the-doubt composite (data envelopment)"),
    r"S_i=\max_{w\ge 0}\sum_j w_jz_{ij}\ \text{s.t.}\ \sum_j w_jz_{kj}\le 1\ \forall k,\quad "
    r"L_j\le\frac{w_jz_{ij}}{\sum_l w_lz_{il}}\le U_j",
    Text(
        "前沿取全部完整的地区与年份，得分 1 为最佳实践；各指标对得分的贡献份额限在 L 与 U 之间；"
        "得分唯一，份额不一定唯一（尤其在前沿上）",
        "the frontier is made of all complete regions and years, 1 is best practice; each indicator's share in the "
        "score is held between L and U; scores are unique, shares need not be, above all on the frontier",
    ),
    Text(
        "得分为零的指标没有份额：下限为正时该地区得分为 0",
        "an indicator that scores zero has no share: with a positive lower bound the region scores 0",
    ),
    (CHERCHYE_2007,),
)


@dataclass(frozen=True, slots=True, eq=False)
class BenefitOfDoubt:
    """Scores (…) in [0, 1] and the share of each indicator in them (…, m); NaN for rows with a missing cell."""

    scores: Array
    shares: Array
    method: MethodCard = CARD


def benefit_of_doubt(
    z: npt.ArrayLike, lower: npt.ArrayLike = 0.0, upper: npt.ArrayLike = 1.0, columns: tuple[str, ...] | None = None
) -> BenefitOfDoubt:
    """Return benefit-of-the-doubt scores of `z` (…, m) ≥ 0, more is better, leading axes pooled into one frontier.

    `lower`, `upper`: bounds on the share of each indicator in a region's score, a number or (m,), Σ lower ≤ 1 ≤
    Σ upper (Cherchye et al. 2007, pie-share restrictions). A row of zeros scores 0. Rows with a missing cell are
    neither scored nor part of the frontier. Raises InputError for negative z and bounds that cannot hold.
    """
    a = np.asarray(z, dtype=np.float64)
    m = a.shape[-1]
    rows = a.reshape(-1, m)
    least, most = (np.broadcast_to(np.asarray(b, dtype=np.float64), (m,)) for b in (lower, upper))
    _check(rows, least, most)
    whole = ~np.isnan(rows).any(axis=1)
    scores, shares = np.full(len(rows), np.nan), np.full(rows.shape, np.nan)
    solver = _frontier(rows[whole])
    bounded = bool((least > 0).any() or (most < 1).any())
    for i in np.flatnonzero(whole):
        scores[i], shares[i] = _solve(solver, rows[i], least, most, int(whole.sum()), bounded)
    options = {"lower": _words(least), "upper": _words(most)} | ({"columns": " ".join(columns)} if columns else {})
    card = MethodCard(CARD.id, CARD.title, CARD.formula, CARD.convention, CARD.zero, CARD.citations, options)
    return BenefitOfDoubt(scores.reshape(a.shape[:-1]), shares.reshape(a.shape), card)


def _check(rows: Array, least: Array, most: Array) -> None:
    problems = []
    if not np.isfinite(rows).all(axis=1).any():
        problems.append(Problem(Text("没有一行完整的数据", "no row is complete")))
    elif np.nanmin(rows) < 0:
        problems.append(
            Problem(
                Text("得分须非负", "scores must not be negative"),
                Text("先作极差标准化", "standardise by min–max first"),
            )
        )
    if (least < 0).any() or (most > 1).any() or (least > most).any() or least.sum() > 1 or most.sum() < 1:
        what = Text("份额上下限不可同时满足", "the bounds on shares cannot all hold")
        problems.append(Problem(what, Text("须 0 ≤ L ≤ U ≤ 1 且 ΣL ≤ 1 ≤ ΣU", "0 ≤ L ≤ U ≤ 1 and ΣL ≤ 1 ≤ ΣU")))
    if problems:
        raise InputError(problems)


def _frontier(reference: Array) -> Any:
    """A model with one row a reference unit: Σ w z ≤ 1."""
    n, m = reference.shape
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("primal_feasibility_tolerance", TOLERANCE),
        ("dual_feasibility_tolerance", TOLERANCE),
    ):
        solver.setOptionValue(option, value)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = m, n
    model.col_cost_ = np.zeros(m)
    model.col_lower_, model.col_upper_ = np.zeros(m), np.full(m, np.inf)
    model.row_lower_, model.row_upper_ = np.full(n, -np.inf), np.ones(n)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.arange(0, n * m + 1, m)
    model.a_matrix_.index_ = np.tile(np.arange(m), n)
    model.a_matrix_.value_ = reference.ravel()
    model.sense_ = highspy.ObjSense.kMaximize
    solver.passModel(model)
    return solver


def _solve(solver: Any, own: Array, least: Array, most: Array, n: int, bounded: bool) -> tuple[float, Array]:
    m = len(own)
    used = own > 0
    if not used.any():
        return 0.0, np.full(m, np.nan)
    # an unused column leaves the frontier's other rows alone, so it can stay at zero
    solver.changeColsBounds(m, np.arange(m, dtype=np.int32), np.zeros(m), np.where(used, np.inf, 0.0))
    solver.changeColsCost(m, np.arange(m, dtype=np.int32), own)
    if bounded:
        value = np.diag(own)
        block = np.vstack([value - least[:, None] * own, most[:, None] * own - value])
        solver.addRows(
            2 * m, np.zeros(2 * m), np.full(2 * m, np.inf), block.size, np.arange(0, block.size, m, dtype=np.int32),
            np.tile(np.arange(m, dtype=np.int32), 2 * m), block.ravel(),
        )  # fmt: skip
    solver.run()
    w = np.array(solver.getSolution().col_value)
    if bounded:
        solver.deleteRows(2 * m, np.arange(n, n + 2 * m, dtype=np.int32))
    score = float(w @ own)
    return score, np.asarray(w * own / score if score > 0 else np.full(m, np.nan))


def _words(bounds: Array) -> str:
    return f"{bounds[0]:g}" if np.ptp(bounds) == 0 else " ".join(f"{b:g}" for b in bounds)
