"""Gravity with origin and destination effects, and the border effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.convergence._ols import ols
from yugong.diagnose.flows import sources
from yugong.diagnose.flows.demean import Floats
from yugong.diagnose.flows.ppml import Gravity, ppml

Cluster = Literal["none", "pair", "origin", "destination", "two-way"]


def gravity(
    flow: object,
    regressors: object,
    origin: Sequence[object],
    destination: Sequence[object],
    year: Sequence[object] | None = None,
    pair_effects: bool = False,
    cluster: Cluster = "pair",
) -> Gravity:
    """Estimate a structural gravity equation by PPML with origin and destination fixed effects.

    flow (N,) ≥ 0, regressors (N, K), origin and destination (N,) labels. With `year` the effects are origin × year
    and destination × year, as theory asks for in panels (Head & Mayer 2014); `pair_effects` adds one effect a directed
    pair. cluster: "pair" (directed), "origin", "destination", "two-way" (origin and destination) or "none". See
    `ppml` for what is left out. Raises InputError.
    """
    ends = pd.DataFrame({"o": np.asarray(origin, dtype=object), "d": np.asarray(destination, dtype=object)})
    pair = pd.factorize(pd.MultiIndex.from_frame(ends))[0]
    effects: dict[str, object] = {"origin": ends["o"], "destination": ends["d"]}
    if year is not None:
        years = np.asarray(year, dtype=object)
        effects = {
            "origin×year": pd.factorize(pd.MultiIndex.from_arrays([ends["o"], years]))[0],
            "destination×year": pd.factorize(pd.MultiIndex.from_arrays([ends["d"], years]))[0],
        }
    if pair_effects:
        effects["pair"] = pair
    ways: dict[Cluster, tuple[object, ...]] = {
        "none": (),
        "pair": (pair,),
        "origin": (ends["o"],),
        "destination": (ends["d"],),
        "two-way": (ends["o"], ends["d"]),
    }
    return ppml(flow, regressors, effects, ways[cluster])


@dataclass(frozen=True, slots=True, eq=False)
class BorderEffect:
    """How many times more flows within a side than across, other things equal: `effect` = exp(coefficient)."""

    effect: float
    coefficient: float
    se: float
    distance_elasticity: float
    observations: int
    estimate: Gravity | None  # the underlying PPML; None for McCallum's OLS
    status: Text
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row: border_effect, value (its log), se, distance_elasticity, observations."""
        return pd.DataFrame(
            [
                {
                    "border_effect": self.effect,
                    "value": self.coefficient,
                    "se": self.se,
                    "distance_elasticity": self.distance_elasticity,
                    "observations": self.observations,
                }
            ]
        )


def border_effect(
    flow: object,
    distance: object,
    within: object,
    origin: Sequence[object],
    destination: Sequence[object],
    origin_size: object = None,
    destination_size: object = None,
    convention: Literal["fixed-effects", "mccallum"] = "fixed-effects",
    cluster: Cluster = "pair",
    year: Sequence[object] | None = None,
) -> BorderEffect:
    """Return the border effect: the factor by which flows within a side exceed flows across, given distance.

    flow, distance (> 0), within (N,) (True inside one side: a province, a plate, a country), origin, destination (N,).
    convention "fixed-effects": PPML with origin and destination effects, which stand for the multilateral resistance
    of Anderson & van Wincoop (2003), × `year` (N,) in a panel; "mccallum": OLS of log flow on log sizes, log distance and the dummy
    (McCallum 1995), positive flows only, which omits resistance and so overstates the border; needs both sizes.
    Raises InputError.
    """
    y, d = np.asarray(flow, dtype=np.float64), np.asarray(distance, dtype=np.float64)
    home = np.asarray(within, dtype=np.float64)
    problems = []
    if (d <= 0).any():
        problems.append(
            Problem(
                Text("距离须为正", "distances must be positive"),
                Text("区域内部也要有内部距离", "give regions an internal distance"),
            )
        )
    if convention == "mccallum" and (origin_size is None or destination_size is None):
        problems.append(Problem(Text("McCallum 形式需要两端规模", "McCallum's form needs the sizes of both ends")))
    if problems:
        raise InputError(problems)
    if convention == "fixed-effects":
        regressors = pd.DataFrame({"within": home, "log_distance": np.log(d)})
        fit = gravity(y, regressors, origin, destination, year, cluster=cluster)
        b, se = fit.coefficients, fit.se
        return BorderEffect(
            float(np.exp(b[0])), float(b[0]), float(se[0]), float(b[1]), fit.observations, fit, fit.status, _card(True)
        )
    sizes = [np.asarray(size, dtype=np.float64) for size in (origin_size, destination_size)]
    used = (
        (y > 0)
        & np.isfinite(d)
        & np.isfinite(home)
        & np.isfinite(sizes).all(axis=0)
        & (np.array(sizes) > 0).all(axis=0)
    )
    columns: list[Floats] = [np.ones(used.sum()), home[used], np.log(d[used]), *(np.log(s[used]) for s in sizes)]
    least = ols(np.column_stack(columns), np.log(y[used]), "HC1")
    done = Text(
        f"剔除 {int((~used).sum())} 行非正或缺失", f"{int((~used).sum())} rows not positive or missing left out"
    )
    return BorderEffect(
        float(np.exp(least.coef[1])), float(least.coef[1]), float(least.se[1]), float(least.coef[2]), int(used.sum()),
        None, done, _card(False),
    )  # fmt: skip


def _card(effects: bool) -> MethodCard:
    if effects:
        return MethodCard(
            "border_effect",
            Text("边界效应（固定效应）", "border effect (fixed effects)"),
            r"X_{ij}=\exp(\alpha_i+\gamma_j+\beta\ln d_{ij}+\delta\,\mathrm{within}_{ij})\varepsilon_{ij},\ "
            r"\text{border}=e^{\delta}",
            Text(
                "PPML，起讫地固定效应吸收多边阻力",
                "PPML; origin and destination effects absorb multilateral resistance",
            ),
            Text("零流量保留", "zero flows stay"),
            (sources.MCCALLUM, sources.ANDERSON_VAN_WINCOOP, sources.SANTOS_SILVA),
            {"convention": "fixed-effects"},
        )
    return MethodCard(
        "border_effect",
        Text("边界效应（McCallum）", "border effect (McCallum)"),
        r"\ln X_{ij}=a+b_1\ln Y_i+b_2\ln Y_j+\beta\ln d_{ij}+\delta\,\mathrm{within}_{ij}+\varepsilon_{ij}",
        Text(
            "OLS，HC1 标准误；未控制多边阻力，会高估边界",
            "OLS with HC1 errors; omits multilateral resistance, overstates",
        ),
        Text("只用正流量", "positive flows only"),
        (sources.MCCALLUM,),
        {"convention": "mccallum"},
    )
