"""Factor-mobility gaps: what is left of wage, land or capital price differences once like is compared with like."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.convergence._ols import ols
from yugong.diagnose.flows.demean import Floats
from yugong.diagnose.flows.matrix import vector


@dataclass(frozen=True, slots=True, eq=False)
class MobilityGap:
    """Each place's price against a comparable place's, and how much dispersion controls explain."""

    places: tuple[Hashable, ...]
    price: Floats  # (n,)
    gap: Floats  # (n,) ratio to the price its controls predict, less 1
    raw_dispersion: float  # weighted standard deviation of log price
    dispersion: float  # the same after controls
    explained: float  # share of the log variance that controls explain
    terms: tuple[str, ...]
    coefficients: Floats  # (1 + K,) constant first
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place: place, price, gap, rank (1 is the largest gap)."""
        rank = pd.Series(self.gap).rank(ascending=False, method="min")
        return pd.DataFrame({"place": self.places, "price": self.price, "gap": self.gap, "rank": rank})


def mobility_gap(prices: object, controls: object = None, weights: object = None) -> MobilityGap:
    """Return gaps in a factor's price between n places after controls.

    prices (n,) > 0: wages, land prices or returns; controls (n, K), such as schooling, industry mix and price level
    in logs, or None; weights (n,) > 0, such as workers. Gaps are exp(residual) − 1 of the weighted least squares fit
    of log price: with free mobility and full controls they vanish. Rows with a gap stay, as NaN. Raises InputError
    for prices that are not positive, AlignmentError for labels that differ.
    """
    series = prices if isinstance(prices, pd.Series) else pd.Series(np.asarray(prices, dtype=np.float64))
    places = tuple(series.index)
    y: Floats = np.array(series, dtype=np.float64)
    z, terms = _controls(controls, places)
    w = np.ones(len(y)) if weights is None else vector(weights, places, Text("权重", "weights"))
    bad = np.flatnonzero((y <= 0) | (w < 0))
    if len(bad):
        raise InputError(
            Problem(
                Text(
                    f"{places[i]} 的价格 {y[i]:g} 非正或权重 {w[i]:g} 为负",
                    f"price {y[i]:g} of {places[i]} is not positive or weight {w[i]:g} is negative",
                )
            )
            for i in bad[:20]
        )
    known = np.isfinite(y) & np.isfinite(w) & (w > 0) & np.isfinite(z).all(axis=1)
    log, root = np.log(y[known]), np.sqrt(w[known])
    design = np.column_stack([np.ones(known.sum()), z[known]])
    fit = ols(design * root[:, None], log * root)
    left = log - design @ fit.coef
    share = w[known] / w[known].sum()
    centred = log - share @ log
    raw, after = float(share @ centred**2), float(share @ (left - share @ left) ** 2)
    gap = np.full(len(y), np.nan)
    gap[known] = np.expm1(left)
    card = MethodCard(
        "mobility_gap",
        Text("要素流动缺口", "factor-mobility gap"),
        r"\ln p_i=a+b^\top z_i+u_i,\quad \mathrm{gap}_i=e^{\hat u_i}-1",
        Text(
            "加权最小二乘" if weights is not None else "普通最小二乘，各地同权",
            "weighted least squares" if weights is not None else "ordinary least squares, places weighted equally",
        ),
        None,
        (),
        {"controls": ", ".join(terms) or "none"},
    )
    explained = 1 - after / raw if raw > 0 else float("nan")
    return MobilityGap(places, y, gap, raw**0.5, after**0.5, explained, ("constant", *terms), fit.coef, card)


def _controls(controls: object, places: tuple[Hashable, ...]) -> tuple[Floats, tuple[str, ...]]:
    if controls is None:
        return np.empty((len(places), 0)), ()
    frame = controls.to_frame() if isinstance(controls, pd.Series) else controls
    if isinstance(frame, pd.DataFrame):
        columns = [vector(frame[c], places, Text("控制变量", "controls")) for c in frame.columns]
        return np.column_stack(columns), tuple(map(str, frame.columns))
    array = np.asarray(frame, dtype=np.float64)
    array = array[:, None] if array.ndim == 1 else array
    return array, tuple(f"x{k + 1}" for k in range(array.shape[1]))
