"""Elasticities behind standard revenue and cost differences, estimated across regions from public figures."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

Values = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Elasticities:
    """Log-linear slopes (K,) with conventional standard errors (K,) and the share of variance explained."""

    slopes: Values
    errors: Values
    r2: float


def elasticities(outcome: Values, causes: Values) -> Elasticities:
    """Return the slopes of ln(outcome) (N,) on ln(causes) (N,K) with an intercept, by least squares.

    InputError for values that are not positive, or with fewer than K + 3 regions.
    """
    y, x = np.asarray(outcome, float), np.asarray(causes, float)
    n, k = x.shape
    if n < k + 3:
        what = Text(f"只有 {n} 个地区，不足以估计 {k} 个弹性", f"{n} regions are too few to estimate {k} elasticities")
        raise InputError([Problem(what, Text("用 file 给出系数", "give the coefficients in a file"))])
    if not ((y > 0).all() and (x > 0).all()):
        raise InputError([Problem(Text("取对数的数据须为正", "figures taken in logarithms must be positive"))])
    design = np.column_stack([np.ones(n), np.log(x)])
    slopes, *_ = np.linalg.lstsq(design, np.log(y), rcond=None)
    left = np.log(y) - design @ slopes
    variance = left @ left / (n - k - 1)
    errors = np.sqrt(np.diag(variance * np.linalg.pinv(design.T @ design)))
    spread = np.log(y) - np.log(y).mean()
    return Elasticities(slopes[1:], errors[1:], float(1 - left @ left / (spread @ spread)))


def capacity(tax_per_head: Values, output_per_head: Values, urban_share: Values) -> Elasticities:
    """Return the elasticities of tax per head in output per head and the urban share: fiscal capacity by regression.

    Each (N,). The representative revenue of a region is what places of its output and urban share raise on average
    (Boex and Martinez-Vazquez 2007 survey such macro measures of capacity).
    """
    return elasticities(tax_per_head, np.column_stack([output_per_head, urban_share]))


def cost(spending_per_head: Values, population: Values, area_per_head: Values, output_per_head: Values) -> Elasticities:
    """Return the elasticities of spending per head in population, area per head and output per head, each (N,).

    The first two are cost differences with capacity held fixed (the third), after Bradbury et al. (1984).
    """
    return elasticities(spending_per_head, np.column_stack([population, area_per_head, output_per_head]))
