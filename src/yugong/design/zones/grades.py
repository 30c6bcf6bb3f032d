"""Suitability and carrying grades from an editable profile: thresholds, both land × water matrices, corrections."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text

Grades = npt.NDArray[np.int64]
Use = Literal["urban", "farm"]
WORST = 5


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: four cuts between five grades; `rising` when larger values are worse."""

    id: str
    title: Text
    unit: str
    cuts: tuple[float, ...]
    rising: bool
    certainty: str


@dataclass(frozen=True, slots=True)
class Addition:
    """What a figure from `bound` on (beyond it, where `beyond`) adds to a land grade; "worst" sets 5."""

    bound: float
    beyond: bool
    add: int | str


@dataclass(frozen=True, slots=True)
class Profile:
    """A set of thresholds, matrices and corrections; grades run from 1 (best) to 5 (worst)."""

    id: str
    title: Text
    document: str
    factors: Mapping[str, Factor]
    matrices: Mapping[str, tuple[tuple[int, ...], ...]]
    corrections: Mapping[str, Mapping[str, int | str]]
    words: Mapping[str, Text]  # correction id -> title
    additions: Mapping[str, Mapping[str, tuple[Addition, ...]]]  # use -> figure -> what it adds to the land grade

    def base(self, land: npt.ArrayLike, water: npt.ArrayLike, use: Use) -> Grades:
        """Return the grade that land and water give together, from the matrix of the use (rows land)."""
        at = [_whole(g) - 1 for g in (land, water)]
        return np.asarray(np.array(self.matrices[use])[at[0], at[1]])

    def added(self, base: npt.ArrayLike, use: Use, figures: Mapping[str, npt.ArrayLike]) -> Grades:
        """Return the land grade after what each figure (elevation, relief, silt) adds; a missing one adds nothing."""
        grade = _whole(base).astype(np.int64)
        worst = np.zeros(grade.shape, dtype=bool)
        for id_, given in figures.items():
            values = np.asarray(given, np.float64)
            most = np.zeros(grade.shape, np.int64)
            for step in self.additions[use][id_]:
                here = values > step.bound if step.beyond else values >= step.bound
                worst |= here & (step.add == "worst")
                most = np.where(here, 0 if isinstance(step.add, str) else step.add, most)
            grade = grade + most
        return np.where(worst, WORST, np.clip(grade, 1, WORST))

    def corrected(self, base: npt.ArrayLike, **levels: npt.ArrayLike) -> Grades:
        """Return the town grade after all corrections at once, each by its level, clamped to 1…5.

        Corrections add up from the one base grade, so that their order never matters. UnknownNameError for an
        unknown correction or level.
        """
        grade = _whole(base).astype(np.int64)
        worst = np.zeros(grade.shape, dtype=bool)
        for id_, given in levels.items():
            if id_ not in self.corrections:
                raise UnknownNameError(Text("修正项", "correction"), id_, self.corrections)
            table = self.corrections[id_]
            for level in np.unique(np.asarray(given, dtype=str)):
                if level not in table:
                    raise UnknownNameError(Text(f"{self.words[id_].zh}的等级", f"level of {id_}"), level, table)
                here = np.asarray(given, dtype=str) == level
                add = table[level]
                worst |= here & (add == "worst")
                grade = grade + np.where(here, 0 if isinstance(add, str) else add, 0)
        return np.where(worst, WORST, np.clip(grade, 1, WORST))


def grade(values: npt.ArrayLike, factor: Factor) -> Grades:
    """Return the grade 1…5 of each value: a value at a cut belongs to the better grade. NaN raises InputError."""
    x = np.asarray(values, np.float64)
    if np.isnan(x).any():
        raise InputError([Problem(Text(f"{factor.title.zh}有缺失", f"{factor.title.en}: missing values"))])
    sign = 1.0 if factor.rising else -1.0
    return np.asarray(1 + np.searchsorted(sign * np.array(factor.cuts), sign * x, side="left"))


def importance(service: npt.ArrayLike, sensitivity: npt.ArrayLike) -> Grades:
    """Return ecological importance: 1 if either is 1, else 3 if either is 3, else 5 (the larger importance counts)."""
    a, b = _whole(service), _whole(sensitivity)
    return np.where((a == 1) | (b == 1), 1, np.where((a == 3) | (b == 3), 3, 5))


def carried_farmland(water_use: float, farm_share: float, quota: float, rainfed: float) -> float:
    """Return the farmland that water can carry: farm water ÷ irrigation quota + rain-fed area.

    `water_use` in m³, `farm_share` a fraction, `quota` m³ per unit of area, `rainfed` in that unit of area.
    """
    if not quota > 0 or not 0 <= farm_share <= 1:
        what = Text(
            "灌溉定额须为正，农业用水占比须在 0 与 1 之间", "the quota must be positive and the share within 0 and 1"
        )
        raise InputError([Problem(what)])
    return farm_share * water_use / quota + rainfed


def guide_2019() -> Profile:
    """Return the default profile."""
    return read_profile(Path(__file__).parent / "guide_2019.toml")


def read_profile(path: str | os.PathLike[str]) -> Profile:
    """Return a profile from a TOML file; InputError names each factor or matrix that is not well formed."""
    name = Path(path).name
    try:
        tree: dict[str, Any] = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError([Problem(Text(f"读不懂：{error}", f"cannot be read: {error}"), file=name)]) from error
    problems = []
    factors = {}
    for id_, row in tree.get("factors", {}).items():
        cuts = row.get("cuts", [])
        sign = 1 if row.get("rising", True) else -1
        if len(cuts) != WORST - 1 or any(sign * b <= sign * a for a, b in pairwise(cuts)):
            what = Text(
                f"{id_} 的 cuts 要有 4 个依次变差的数", f"{id_}: cuts must be 4 numbers, each worse than the last"
            )
            problems.append(Problem(what, file=name))
        title = Text(row.get("zh", id_), row.get("en", id_))
        factors[id_] = Factor(id_, title, row.get("unit", ""), tuple(cuts), sign > 0, row.get("certainty", "user"))
    matrices = {use: m.get("grades", []) for use, m in tree.get("matrix", {}).items()}
    for use, rows in matrices.items():
        if len(rows) != WORST or any(len(r) != WORST or not set(r) <= {1, 2, 3, 4, 5} for r in rows):
            what = Text(f"矩阵 {use} 须为 5×5，取值 1—5", f"matrix {use} must be 5 × 5 of grades 1 to 5")
            problems.append(Problem(what, file=name))
    additions, wrong = _additions(tree.get("land", {}), name)
    problems += wrong
    tables = {k: v for k, v in tree.get("corrections", {}).items() if isinstance(v, dict)}
    if problems:
        raise InputError(problems)
    return Profile(
        tree.get("id", Path(path).stem),
        Text(tree.get("title_zh", name), tree.get("title_en", name)),
        tree.get("document", ""),
        factors,
        {use: tuple(tuple(r) for r in rows) for use, rows in matrices.items()},
        {k: v["levels"] for k, v in tables.items()},
        {k: Text(v.get("zh", k), v.get("en", k)) for k, v in tables.items()},
        additions,
    )


def _additions(tree: Mapping[str, Any], name: str) -> tuple[dict[str, dict[str, tuple[Addition, ...]]], list[Problem]]:
    """What figures add to the land grade, by use; each step has `from` or `above`, and `add`."""
    found: dict[str, dict[str, tuple[Addition, ...]]] = {}
    problems = []
    for use, figures in tree.items():
        found[use] = {}
        for id_, steps in figures.items():
            good = all(("from" in s) != ("above" in s) and isinstance(s.get("add"), int | str) for s in steps)
            if not good:
                what = Text(
                    f"land.{use}.{id_} 的每一步要有 from 或 above，以及 add",
                    f"land.{use}.{id_}: each step needs from or above, and add",
                )
                problems.append(Problem(what, file=name))
                continue
            found[use][id_] = tuple(
                Addition(float(s.get("from", s.get("above"))), "above" in s, s["add"]) for s in steps
            )
    return found, problems


def _whole(grades: npt.ArrayLike) -> Grades:
    g = np.asarray(grades)
    if not np.isin(g, (1, 2, 3, 4, 5)).all():
        raise InputError([Problem(Text("等级须为 1—5 的整数", "grades must be whole numbers from 1 to 5"))])
    return g.astype(np.int64)
