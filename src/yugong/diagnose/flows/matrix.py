"""Flow matrices: square, origins down, destinations across, the same labels both ways."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from yugong.base.errors import AlignmentError, InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.flows.demean import Floats


def flow_matrix(flows: object) -> tuple[Floats, tuple[Hashable, ...]]:
    """Return a flow table (n, n) as an array with its labels; columns are put in the order of the rows.

    Raises AlignmentError when origins and destinations differ, InputError for a table that is not square or negative.
    """
    plain: Any = flows.to_pandas() if hasattr(flows, "to_pandas") else flows
    frame = plain if isinstance(plain, pd.DataFrame) else pd.DataFrame(np.asarray(plain, dtype=np.float64))
    if set(frame.index) != set(frame.columns) or len(frame.index) != len(frame.columns):
        raise AlignmentError(
            Text("来源地", "origins"),
            Text("目的地", "destinations"),
            [x for x in frame.index if x not in frame.columns],
            [x for x in frame.columns if x not in frame.index],
        )
    array = frame[list(frame.index)].to_numpy(np.float64)
    negative = np.argwhere(array < 0)
    if len(negative):
        raise InputError(
            Problem(
                Text(
                    f"{frame.index[i]} 到 {frame.index[j]} 的流量为负：{array[i, j]:g}",
                    f"the flow from {frame.index[i]} to {frame.index[j]} is negative: {array[i, j]:g}",
                )
            )
            for i, j in negative[:20]
        )
    return array, tuple(frame.index)


def vector(values: object, labels: tuple[Hashable, ...], name: Text) -> Floats:
    """Return one number a place, aligned by label where there are labels."""
    plain: Any = values.to_pandas() if hasattr(values, "to_pandas") else values
    if isinstance(plain, pd.Series):
        if set(plain.index) != set(labels):
            raise AlignmentError(
                Text("流量", "flows"),
                name,
                [x for x in labels if x not in plain.index],
                [x for x in plain.index if x not in labels],
            )
        plain = plain.reindex(pd.Index(labels))
    array = np.asarray(plain, dtype=np.float64)
    if array.shape != (len(labels),):
        what = Text(f"{name.zh}的形状是 {array.shape}", f"{name.en} have shape {array.shape}")
        raise InputError([Problem(what, Text(f"应为 ({len(labels)},)", f"expected ({len(labels)},)"))])
    return array
