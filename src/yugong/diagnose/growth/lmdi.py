"""Logarithmic mean Divisia index: what moved a total, with no residual."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from yugong.base.cards import MethodCard
from yugong.base.cite import article
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text

Floats = NDArray[np.float64]
Form = Literal["additive", "multiplicative"]
SMALL = 1e-100  # stands for zero: the decomposition tends to its limit (Ang & Liu 2007)

ANG_2004 = article(
    "ang2004", (("Ang", "Beng Wah"),),
    "Decomposition analysis for policymaking in energy: which is the preferred method?",
    "Energy Policy", 2004, "32(9)", "1131-1139",
)  # fmt: skip
ANG_2015 = article(
    "ang2015", (("Ang", "Beng Wah"),), "LMDI decomposition approach: a guide for implementation",
    "Energy Policy", 2015, "86", "233-238",
)  # fmt: skip
ANG_LIU_2007 = article(
    "ang2007", (("Ang", "Beng Wah"), ("Liu", "Na")),
    "Handling zero values in the logarithmic mean Divisia index decomposition approach", "Energy Policy", 2007,
    "35(1)", "238-246",
)  # fmt: skip
CARD = MethodCard(
    "lmdi",
    Text("对数平均迪氏指数分解（LMDI-I）", "Logarithmic mean Divisia index (LMDI-I)"),
    r"\Delta V_k=\sum_i L(V_i^T,V_i^0)\ln\frac{x_{k,i}^T}{x_{k,i}^0},\quad L(a,b)=\frac{a-b}{\ln a-\ln b},\ L(a,a)=a",
    Text(
        "LMDI-I；加法形式各项之和等于总变化，乘法形式各项之积等于总比值，均无残差",
        "LMDI-I; additive terms sum to the change and multiplicative terms multiply to the ratio, without residual",
    ),
    Text("零值以极限处理：以 small 代替（默认 1e-100）", "zeros by the limit: replaced by `small` (1e-100 by default)"),
    (ANG_2004, ANG_2015, ANG_LIU_2007),
)


@dataclass(frozen=True, slots=True, eq=False)
class LMDI:
    """The effect of each factor on a total between two periods; `form` says whether effects add or multiply."""

    factors: tuple[Hashable, ...]
    effects: Floats  # (k,) in the total's unit (additive) or as ratios (multiplicative)
    by_part: Floats  # (k, n) additive effects of each factor in each part (region, sector)
    total: float  # the change, or the ratio
    form: Form
    method: MethodCard = CARD
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a factor: its effect and, when additive, its share of the change."""
        out = pd.DataFrame({"factor": self.factors, "effect": self.effects})
        if self.form == "additive":
            out["share"] = self.effects / self.total if self.total != 0 else np.nan
        return out


def lmdi(
    first: Mapping[str, ArrayLike], last: Mapping[str, ArrayLike], form: Form = "additive", small: float = SMALL
) -> LMDI:
    """Decompose the change of V = Σ_i Π_k x_k,i between two periods into its factors (Ang 2004, 2015).

    first, last: the same factors in the same order, each a number or (n,) over parts (regions, sectors), ≥ 0.
    Zeros take the limit through `small`. Raises InputError for factors that differ or numbers that are negative
    or missing.
    """
    names = tuple(first)
    problems: list[Problem] = []
    if names != tuple(last):
        problems.append(
            Problem(Text(f"两期因素不同：{names} 与 {tuple(last)}", f"factors differ: {names}, {tuple(last)}"))
        )
        raise InputError(problems)
    a, b = (
        np.stack(np.broadcast_arrays(*(np.atleast_1d(np.asarray(x[k], float)) for k in names))) for x in (first, last)
    )
    for period, x in (("first", a), ("last", b)):
        problems += [
            Problem(Text(f"{period} 的 {names[k]} 有缺失或负数", f"{names[k]} in `{period}` is missing or negative"))
            for k in np.flatnonzero(~(x >= 0).all(axis=1))
        ]
    if problems:
        raise InputError(problems)
    a, b = np.where(a == 0, small, a), np.where(b == 0, small, b)
    v0, v1 = a.prod(axis=0), b.prod(axis=0)
    by_part = logarithmic_mean(v1, v0) * np.log(b / a)
    if form == "additive":
        return LMDI(names, by_part.sum(axis=1), by_part, float(v1.sum() - v0.sum()), form)
    scale = logarithmic_mean(v1.sum(), v0.sum())
    return LMDI(names, np.exp(by_part.sum(axis=1) / scale), by_part, float(v1.sum() / v0.sum()), form)


def logarithmic_mean(a: ArrayLike, b: ArrayLike) -> Floats:
    """Return L(a, b) = (a − b)/(ln a − ln b), a where they are equal; positive arrays of one shape."""
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    gap = np.log(x) - np.log(y)
    near = np.abs(gap) < 1e-8
    safe = np.where(near, 1.0, gap)
    # expm1 keeps the digits that a − b loses when the two are close
    return np.where(near, np.sqrt(x * y), y * np.expm1(safe) / safe)
