"""Suitability grades of a study's units from a user's table, and which activities each class of zone takes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.rows import read_rows
from yugong.base.text import Text
from yugong.design._desk_inputs import by_place
from yugong.design._study_zones import WORDS
from yugong.design.sheet import CERTAINTY
from yugong.design.zones.grades import Grades, Profile, Use, grade, guide_2019, importance, read_profile
from yugong.design.zones.sources import PERMISSION_CARD, SUITABILITY_CARD
from yugong.study.form import Field, Form

if TYPE_CHECKING:
    from yugong.study.model import Study

_LEVELS = ("none", "middle", "high", "extreme")
SUITABILITY_FORM = Form(
    "suitability",
    Text("适宜性因子", "Suitability factors"),
    (
        Field("place", Text("单元", "Unit"), "place"),
        Field("land", Text("土地资源等级", "Land grade"), "integer", required=False, low=1, high=5),
        Field("water", Text("水资源等级", "Water grade"), "integer", required=False, low=1, high=5),
        Field("slope", Text("坡度", "Slope"), "number", Text("°", "°"), required=False, low=0, high=90),
        Field("elevation", Text("海拔", "Elevation"), "number", Text("米", "m"), required=False, low=-500, high=9000),
        Field("relief", Text("地形起伏度", "Relief"), "number", Text("米", "m"), required=False, low=0),
        Field("silt", Text("粉砂含量", "Silt"), "number", Text("%", "%"), required=False, low=0, high=100),
        Field("water_modulus", Text("用水总量控制指标模数", "Water-use quota per area"), "number",
              Text("万立方米/平方公里", "10 000 m³ per km²"), required=False, low=0),
        Field("rain", Text("年降水量", "Yearly rain"), "number", Text("毫米", "mm"), required=False, low=0),
        Field("hazard", Text("地质灾害危险性", "Geological hazard"), "choice", required=False,
              choices=tuple((x, Text(z, x)) for x, z in zip(_LEVELS, ("低", "中", "高", "极高"), strict=True))),
        Field("storm_surge", Text("风暴潮危险性高", "Storm surge is high"), "bool", required=False),
        Field("air", Text("大气环境容量最差", "Air environment is worst"), "bool", required=False),
        Field("water_environment", Text("水环境容量最差", "Water environment is worst"), "bool", required=False),
        Field("climate", Text("气候舒适度最差", "Climate comfort is worst"), "bool", required=False),
        Field("location", Text("区位优势等级", "Location grade"), "integer", required=False, low=1, high=5),
        Field("service", Text("生态系统服务等级", "Ecosystem service grade"), "integer", required=False, low=1, high=5),
        Field("sensitivity", Text("生态敏感性等级", "Ecological sensitivity grade"), "integer", required=False, low=1, high=5),
    ),
    Text(
        "等级 1 最好、5 最差；土地、水资源填等级，或填坡度、用水模数（农业另用降水、粉砂）由参数表定级；空着的修正项不作修正",
        "grade 1 is best, 5 is worst; land and water by grade, or by slope and water quota (for farming also rain and silt), "
        "graded by the profile; a correction left empty is not applied",
    ),
    one_row_a_place=True,
)  # fmt: skip
_FIELDS = {f.id: f for f in SUITABILITY_FORM.fields}
FORMS: Mapping[str, tuple[Form, ...]] = {"suitability": (SUITABILITY_FORM,)}


@dataclass(frozen=True, slots=True, eq=False)
class Suitability:
    """Grades of each unit for towns and farming, with what corrected them, and ecological importance."""

    frame: pd.DataFrame
    method: MethodCard
    notes: tuple[Text, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return one row a unit; grades 1 (best) to 5 (worst)."""
        return self.frame


def suitability(study: "Study", file: str, profile: str | None = None) -> Suitability:
    """Return suitability grades for towns and farming from a user's table of factor grades.

    `profile` is a TOML file like guide-2019 (the default). Land and water come as grades, or as figures (slope,
    elevation, relief, silt; water quota, rain) that the profile grades. Town grades take all corrections, farm grades the
    matrix alone; ecological importance follows the larger of service and sensitivity.
    """
    rules = guide_2019() if profile is None else read_profile(os.fspath(profile))
    given = by_place(file, SUITABILITY_FORM, study).reset_index()
    land, water = _ground(given, file)
    town_land, farm_land = (_land(rules, given, use, land) for use in ("urban", "farm"))
    town_water = _graded(rules, "water_quota", given["water_modulus"], water)
    farm_water = _graded(rules, "rain", given["rain"], town_water)
    first = rules.base(town_land, town_water, "urban")
    frame = pd.DataFrame(
        {
            "place": given["place"],
            "land_grade": town_land,
            "water_grade": town_water,
            "first_grade": first,
            "town_grade": rules.corrected(first, **_levels(given)),
            "farm_land_grade": farm_land,
            "farm_water_grade": farm_water,
            "farm_grade": rules.base(farm_land, farm_water, "farm"),
        }
    )
    if given["service"].notna().all() and given["sensitivity"].notna().all():
        frame["ecology_grade"] = importance(_coarse(given["service"]), _coarse(given["sensitivity"]))
    note = Text(
        f"参数：{rules.title.zh}；依据：{rules.document}", f"parameters: {rules.title.en}; basis: {rules.document}"
    )
    return Suitability(frame, SUITABILITY_CARD, (note,))


def _ground(given: pd.DataFrame, file: str) -> tuple[np.ndarray, np.ndarray]:
    """Land and water grades as given, NaN where a figure stands in; InputError where a unit has neither."""
    problems = [
        Problem(
            Text(f"“{a.title.zh}”与“{b.title.zh}”至少填一项", f"fill in {a.title.en!r} or {b.title.en!r}"),
            file=Path(file).name, row=int(row),
        )
        for grade_, figure in (("land", "slope"), ("water", "water_modulus"))
        for a, b in [(_FIELDS[grade_], _FIELDS[figure])]
        for row in np.array(given.attrs["rows"])[(given[grade_].isna() & given[figure].isna()).to_numpy()]
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    return given["land"].to_numpy(float), given["water"].to_numpy(float)


def _graded(rules: Profile, factor: str, figures: "pd.Series[Any]", known: np.ndarray) -> Grades:
    """Grades as they are known, a factor's where its figure is given instead or besides."""
    values = figures.to_numpy(float)
    has = np.isfinite(values)
    out = np.array(known, dtype=np.float64)
    out[has] = grade(values[has], rules.factors[factor])
    return out.astype(np.int64)


def _land(rules: Profile, given: pd.DataFrame, use: Use, known: np.ndarray) -> Grades:
    """The land grade for a use: given, or by slope and then what elevation, relief or silt add."""
    grades = _graded(rules, f"{use}_slope", given["slope"], known)
    figures = {k: given[k].to_numpy(float) for k in rules.additions.get(use, {}) if k in given}
    return np.where(given["slope"].notna(), rules.added(grades, use, figures), grades)


def _levels(given: pd.DataFrame) -> dict[str, np.ndarray]:
    """The level of every correction of the town grade; an empty one corrects nothing."""

    def flagged(column: str, yes: str, no: str) -> np.ndarray:
        return np.where(given[column].fillna(False).astype(bool), yes, no)

    return {
        "hazard": given["hazard"].fillna("none").astype(str).to_numpy(),
        "storm_surge": flagged("storm_surge", "high", "none"),
        "air": flagged("air", "worst", "other"),
        "water": flagged("water_environment", "worst", "other"),
        "climate": flagged("climate", "worst", "other"),
        "location": np.array([f"grade{int(x)}" if x == x and x is not None else "grade2" for x in given["location"]]),
    }


def _coarse(grades: "pd.Series[Any]") -> np.ndarray:
    """Grades 1, 3 and 5 as the importance rule knows them: 2 counts as 3, 4 as 5."""
    g = grades.astype(int).to_numpy()
    return np.where(g <= 1, 1, np.where(g <= 3, 3, 5))


@dataclass(frozen=True, slots=True, eq=False)
class Permissions:
    """Which activities each class of zone takes."""

    frame: pd.DataFrame
    method: MethodCard
    notes: tuple[Text, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return one row a zone and activity."""
        return self.frame


PERMITS = {"yes": Text("允许", "yes"), "limited": Text("有条件", "limited"), "no": Text("不允许", "no")}


def permissions(study: "Study", zone: str | None = None) -> Permissions:
    """Return the permission table zone × activity, a working draft to be adapted (certainty in each row)."""
    rows = [
        {
            "zone": WORDS[r["zone"]].in_(),
            "activity": Text(r["zh"], r["en"]).in_(),
            "permit": PERMITS[r["permit"]].in_(),
            "certainty": CERTAINTY[r["certainty"]].in_(),
            "basis": Text(r["basis_zh"], r["basis_en"]).in_(),
        }
        for r in read_rows("yugong.design.zones", "permissions.csv")
        if zone in (None, r["zone"], *WORDS[r["zone"]])
    ]
    if not rows:
        raise UnknownNameError(Text("功能区", "zone"), zone, [t.in_() for t in WORDS.values()])
    return Permissions(pd.DataFrame(rows), PERMISSION_CARD)
