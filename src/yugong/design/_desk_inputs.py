"""What desks that take the user's own tables share: the words for a file, and the last year with all figures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.study.form import Form, read_form

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.model import Study


def above_zero(**values: float | None) -> None:
    """Refuse options that are not above zero, each by its name; None is an option left open."""
    _refuse({k: v for k, v in values.items() if v is not None and not v > 0}, Text("应大于零", "must be above zero"))


def at_least_zero(**values: float | None) -> None:
    """Refuse options below zero."""
    _refuse(
        {k: v for k, v in values.items() if v is not None and not v >= 0}, Text("不能小于零", "cannot be below zero")
    )


def fractions(**values: float | None) -> None:
    """Refuse options that do not lie between 0 and 1."""
    wrong = {k: v for k, v in values.items() if v is not None and not 0 <= v <= 1}
    _refuse(wrong, Text("应在 0 与 1 之间", "must lie between 0 and 1"))


def _refuse(wrong: Mapping[str, float], why: Text) -> None:
    if wrong:
        raise InputError(
            Problem(Text(f"{name} = {value:g}，{why.zh}", f"{name} = {value:g} {why.en}"), column=name)
            for name, value in wrong.items()
        )


def no_twins(frame: "pd.DataFrame", keys: Sequence[str], file: str, what: Text) -> None:
    """Refuse rows of a filled form that repeat an earlier one in `keys`, each with its row."""
    rows = frame.attrs["rows"]
    twice = np.flatnonzero(frame.duplicated(list(keys)).to_numpy())
    if len(twice):
        raise InputError(
            Problem(Text(f"{what.zh}重复", f"{what.en} occurs twice"), None, Path(file).name, row=int(rows[i]))
            for i in twice
        )


def by_place(file: str, form: Form, study: "Study") -> "pd.DataFrame":
    """Return a filled form with one row a place, indexed by place code; InputError names each place given twice."""
    frame = read_form(file, form, study)
    first = dict(zip(frame["place"][::-1], frame.attrs["rows"][::-1], strict=True))
    twice = [(code, row) for code, row in zip(frame["place"], frame.attrs["rows"], strict=True) if first[code] != row]
    if twice:
        raise InputError(
            Problem(
                Text(f"{study.name(code).zh}重复，第 {first[code]} 行已有", f"{study.name(code).en} occurs twice, first in row {first[code]}"),
                Text("每个地区只留一行", "keep one row a place"), Path(file).name, row=row,
            )
            for code, row in twice
        )  # fmt: skip
    return frame.set_index("place")


def user_file(file: str) -> Text:
    """Return the words that name the file, without its folder."""
    name = Path(file).name
    return Text(f"用户文件 {name}", f"the user's file {name}")


def last_year(study: "Study", *variables: str) -> int:
    """Return the last year in which every place that ever reports has figures of all variables."""
    panels = [study.panel(v) for v in variables]
    years = sorted(set.intersection(*(set(p.columns[p.notna().any()]) for p in panels)))
    full = [y for y in years if all(p.loc[p.notna().any(axis=1), y].notna().all() for p in panels)]
    return int((full or years)[-1])
