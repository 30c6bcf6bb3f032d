"""Values of one or many periods on the places of a weights matrix."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.space.weights import Floats, Weights


def matrix_and_periods(values: Any, w: Weights) -> tuple[Floats, tuple[Hashable, ...]]:
    """Return aligned values (n, T) and the names of the T periods; a vector has one period named by its name or 0.

    Missing values and periods in which all places are equal raise InputError: association is undefined there.
    """
    array = w.complete(values)
    periods: tuple[Hashable, ...]
    if isinstance(values, pd.DataFrame):
        periods = tuple(values.columns)
    elif array.ndim == 2:
        periods = tuple(range(array.shape[1]))
    else:
        periods = (getattr(values, "name", None) or 0,)
    array = array if array.ndim == 2 else array[:, None]
    constant = np.ptp(array, axis=0) == 0
    if constant.any():
        names = "、".join(str(x) for x, c in zip(periods, constant, strict=True) if c)
        raise InputError([Problem(Text(f"各地区数值相同：{names}", f"all places have the same value: {names}"))])
    return array, periods
