"""Functional zones on a study: a class for every region, suitability grades from a user's table, permissions."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from yugong import registry
from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.rows import read_rows
from yugong.base.text import Text
from yugong.design.sheet import CERTAINTY
from yugong.design.zones import Demand, guide_2019, improve, minimal_conflict, solve
from yugong.design.zones import Problem as Zoning
from yugong.design.zones.grades import importance, read_profile
from yugong.design.zones.sources import PERMISSION_CARD, SUITABILITY_CARD, ZONES_CARD
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

CLASSES = ("urban", "farm", "ecology")
WORDS = {
    "urban": Text("城市化地区", "urbanised area"),
    "farm": Text("农产品主产区", "main farming area"),
    "ecology": Text("重点生态功能区", "key ecological area"),
}
OVERLAYS = {
    "energy": Text("能源资源富集区", "rich in energy"),
    "border": Text("边境地区", "border area"),
    "heritage": Text("历史文化资源富集区", "rich in heritage"),
}
# what each class is scored by from a study: the mean percentile of these variables
SCORED: Mapping[str, tuple[str, ...]] = {
    "urban": ("population_density", "real_grp_per_head", "urbanisation"),
    "farm": ("grain_per_head", "irrigated_area", "share_primary"),
    "ecology": ("forest_cover", "water_resources", "land_area"),
}
MANY = 400  # units above which the fast plan is used by itself
NO_TEXT = Text("", "")
_LEVELS = ("none", "middle", "high", "extreme")
ZONES_FORM = Form(
    "zones",
    Text("分区单元", "Zoning units"),
    (
        Field("place", Text("单元", "Unit"), "place"),
        Field("area", Text("面积", "Area"), "number", Text("平方公里", "km²"), low=0),
        *(Field(c, Text(f"{WORDS[c].zh}评分", f"score as {WORDS[c].en}"), "number") for c in CLASSES),
        Field("last", Text("现行分区", "Class in force"), "choice", required=False, choices=tuple(WORDS.items())),
        Field("barred", Text("不得划为", "May not be"), "choice", required=False, choices=tuple(WORDS.items())),
        *(Field(o, t, "bool", required=False) for o, t in OVERLAYS.items()),
    ),
    Text("每个单元一行；评分越高越适宜", "one row a unit; a higher score suits better"),
    one_row_a_place=True,
)
SUITABILITY_FORM = Form(
    "suitability",
    Text("适宜性因子", "Suitability factors"),
    (
        Field("place", Text("单元", "Unit"), "place"),
        Field("land", Text("土地资源等级", "Land grade"), "integer", low=1, high=5),
        Field("water", Text("水资源等级", "Water grade"), "integer", low=1, high=5),
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
        "等级 1 最好、5 最差；空着的修正项不作修正",
        "grade 1 is best, 5 is worst; a correction left empty is not applied",
    ),
    one_row_a_place=True,
)  # fmt: skip
FORMS: Mapping[str, tuple[Form, ...]] = {"zones": (ZONES_FORM,), "suitability": (SUITABILITY_FORM,)}


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """A class for every unit with its scores, what it was, its overlays; value, bound and gap of the plan."""

    frame: pd.DataFrame
    value: float
    bound: float
    gap: float
    method: MethodCard
    notes: tuple[Text, ...]
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a unit."""
        self.frame.attrs["labels"] = dict(WORDS)
        self.frame.attrs["titles"] = {
            c: (Text(f"{WORDS[c].zh}评分", f"score: {WORDS[c].en}"), NO_TEXT) for c in CLASSES
        }
        return self.frame


def zones(
    study: "Study",
    urban_cap: float | None = 0.25,
    farm_floor: float | None = 0.2,
    ecology_floor: float | None = 0.4,
    boundary: float = 0.0,
    change: float = 0.0,
    connected: Sequence[Literal["urban", "farm", "ecology"]] = (),
    year: int | None = None,
    method: Literal["auto", "exact", "fast"] = "auto",
    file: str | None = None,
) -> Zones:
    """Return a functional class for every region: best total suitability under floors and caps on shares of area.

    Scores are mean percentiles of the study's variables (`SCORED`), or come from `file` (see the template), with the
    plan in force and bars. `boundary` is the cost of a common border between classes, `change` that of leaving the
    plan in force, both in score × mean area. `connected` classes form one piece each. Exact by MILP up to 400 units.
    InputError names a smallest set of requirements that conflict.
    """
    frame, provenance, notes = _scored(study, year) if file is None else _given(study, file)
    problem = _problem(study, frame, boundary, change, connected, (urban_cap, farm_floor, ecology_floor))
    exact = method == "exact" or (method == "auto" and len(frame) <= MANY)
    if not exact and connected:
        raise InputError([Problem(Text("快速解法不能要求连片", "the fast method cannot keep classes connected"))])
    plan = solve(problem) if exact else improve(problem)
    if plan.status == "infeasible":
        raise InputError(_conflicts(problem))
    if not len(plan.zone):
        raise InputError([Problem(plan.text, Text("改用 --method fast", "use --method fast"))])
    chosen = np.array(CLASSES)[plan.zone]
    columns: dict[str, Any] = {"place": frame["place"], "zone": chosen}
    if "last" in frame and frame["last"].notna().any():
        columns["last_zone"] = frame["last"]
    columns |= {c: frame[c] for c in CLASSES} | {"overlay": _overlays(study, frame)}
    share = [float(problem.area[plan.zone == k].sum() / problem.area.sum()) for k in range(len(CLASSES))]
    said = Text(
        f"{plan.text.zh}；面积占比："
        + "，".join(f"{WORDS[c].zh} {s:.0%}" for c, s in zip(CLASSES, share, strict=True)),
        f"{plan.text.en}; shares of area: "
        + ", ".join(f"{WORDS[c].en} {s:.0%}" for c, s in zip(CLASSES, share, strict=True)),
    )
    gap = Text(f"与上界差距 {plan.gap:.2%}", f"gap to the bound {plan.gap:.2%}")
    return Zones(pd.DataFrame(columns), plan.value, plan.bound, plan.gap, ZONES_CARD, (said, gap, *notes), provenance)


def _scored(study: "Study", year: int | None) -> tuple[pd.DataFrame, Provenance, tuple[Text, ...]]:
    """Scores from the study's own variables, each a percentile among the places with all figures."""
    used = [v for names in SCORED.values() for v in names]
    if lacking := [v for v in used if v not in study.variables]:
        what = Text(f"研究中没有：{'、'.join(lacking)}", f"the study has no {', '.join(lacking)}")
        raise InputError(
            [Problem(what, Text("用 --template 取表，填好后用 --file", "take --template, fill it in, use --file"))]
        )
    panels = {v: study.panel(v) for v in used}
    fixed = [v for v in used if panels[v].nunique(axis=1).max() <= 1]
    full = [y for y in study.years if all(panels[v][y].notna().mean() > 1 / 2 for v in used if v not in fixed)]
    when = year if year is not None else max(full, default=max(study.years))
    values = pd.DataFrame({v: panels[v].mean(axis=1) if v in fixed else panels[v][when] for v in used})
    area = panels["land_area"].mean(axis=1)
    values["irrigated_area"] = values["irrigated_area"] / area
    values["water_resources"] = values["water_resources"] / area
    whole = values.dropna()
    lost = [study.name(str(c)) for c in values.index.difference(whole.index)]
    ranks = whole.rank(pct=True)
    frame = pd.DataFrame({c: ranks[list(names)].mean(axis=1) for c, names in SCORED.items()}).reset_index(names="place")
    frame["area"] = area[frame["place"]].to_numpy()
    notes = [
        Text(
            f"{when} 年各变量在地区间的百分位均值作评分；省域只是演示尺度，分区单元应为县级",
            f"scores are mean percentiles of {when}; provinces only demonstrate, the unit of zoning is the county",
        )
    ]
    if lost:
        notes.append(
            Text(f"数据缺失而未分区：{'、'.join(x.zh for x in lost)}", f"left out: {', '.join(x.en for x in lost)}")
        )
    return frame, study.provenance(used, year=when), tuple(notes)


def _given(study: "Study", file: str) -> tuple[pd.DataFrame, None, tuple[Text, ...]]:
    frame = read_form(file, ZONES_FORM, study)
    twice = frame["place"][frame["place"].duplicated()]
    if len(twice):
        rows = frame.attrs["rows"]
        raise InputError(
            Problem(Text(f"{p} 重复", f"{p} occurs twice"), None, Path(file).name, row=rows[i])
            for i, p in twice.items()
        )
    return frame, None, ()


def _problem(
    study: "Study",
    frame: pd.DataFrame,
    boundary: float,
    change: float,
    connected: Sequence[str],
    shares: tuple[float | None, float | None, float | None],
) -> Zoning:
    edges = np.zeros((0, 2), np.int64)
    if "adjacency" in study.flows:
        codes = list(frame["place"])
        near = study.flow("adjacency").matrix().reindex(index=codes, columns=codes)
        edges = np.argwhere(np.triu(near.to_numpy(float) == 1, 1))
    area = frame["area"].to_numpy(float)
    scale = area / area.mean()
    last = None
    if "last" in frame and frame["last"].notna().any():
        last = np.array([CLASSES.index(z) if isinstance(z, str) else -1 for z in frame["last"]])
    barred = np.zeros((len(frame), len(CLASSES)), dtype=bool)
    if "barred" in frame:
        for i, z in enumerate(frame["barred"]):
            if isinstance(z, str):
                barred[i, CLASSES.index(z)] = True
    demands = []
    for zone, share, floor in ((0, shares[0], False), (1, shares[1], True), (2, shares[2], True)):
        if share is None:
            continue
        if not 0 <= share <= 1:
            raise InputError(
                [Problem(Text(f"面积占比 {share:g} 不在 0 与 1 之间", f"share {share:g} is not within 0 and 1"))]
            )
        words = WORDS[CLASSES[zone]]
        kind = Text("下限", "floor") if floor else Text("上限", "cap")
        title = Text(f"{words.zh}面积{kind.zh} {share:.0%}", f"{kind.en} of {share:.0%} for {words.en}")
        bound = share * scale.sum()
        demands.append(
            Demand(f"{CLASSES[zone]}_{kind.en}", title, zone, scale, bound if floor else None, None if floor else bound)
        )
    score = frame[list(CLASSES)].to_numpy(float)
    joined = tuple(CLASSES.index(c) for c in connected)
    return Zoning(score, scale, edges, np.ones(len(edges)), boundary, barred, last, change, tuple(demands), joined)


def _conflicts(problem: Zoning) -> list[Problem]:
    titles = {d.id: d.title for d in problem.demands} | {"barred": Text("不得划为的限制", "bars on classes")}
    titles |= {
        f"connected_{k}": Text(f"{WORDS[c].zh}连片", f"{WORDS[c].en} in one piece") for k, c in enumerate(CLASSES)
    }
    found = [titles[x] for x in minimal_conflict(problem)]
    what = Text(
        f"没有方案能同时满足：{'；'.join(t.zh for t in found)}",
        f"no plan meets together: {'; '.join(t.en for t in found)}",
    )
    return [Problem(what, Text("放宽其中任意一条即可", "relaxing any one of them is enough"))]


def _overlays(study: "Study", frame: pd.DataFrame) -> list[str]:
    """Names of the overlays of each unit: from the user's columns, else land borders from the registry."""
    joined = Text("、", ", ").in_()
    out = []
    for i, code in enumerate(frame["place"]):
        names = [t.in_() for o, t in OVERLAYS.items() if o in frame and frame[o].iloc[i] in (True,)]
        if "border" not in frame:
            with suppress(UnknownNameError):  # a place of the user's own: the registry knows nothing of its borders
                names += [OVERLAYS["border"].in_()] if registry.place(code).land_border else []
        out.append(joined.join(names))
    return out


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

    `profile` is a TOML file like guide-2019 (the default). Town grades take all corrections, farm grades the matrix
    alone; ecological importance follows the larger of service and sensitivity.
    """
    rules = guide_2019() if profile is None else read_profile(os.fspath(profile))
    given = read_form(file, SUITABILITY_FORM, study)
    land, water = (given[c].astype(int) for c in ("land", "water"))
    first = rules.base(land, water, "urban")

    def flagged(column: str, yes: str, no: str) -> np.ndarray:
        return np.where(given[column].fillna(False).astype(bool), yes, no)

    levels = {
        "hazard": given["hazard"].fillna("none").astype(str).to_numpy(),
        "storm_surge": flagged("storm_surge", "high", "none"),
        "air": flagged("air", "worst", "other"),
        "water": flagged("water_environment", "worst", "other"),
        "climate": flagged("climate", "worst", "other"),
        "location": np.array([f"grade{int(x)}" if x == x and x is not None else "grade2" for x in given["location"]]),
    }
    frame = pd.DataFrame(
        {
            "place": given["place"],
            "land_grade": land,
            "water_grade": water,
            "first_grade": first,
            "town_grade": rules.corrected(first, **levels),
            "farm_grade": rules.base(land, water, "farm"),
        }
    )
    if given["service"].notna().all() and given["sensitivity"].notna().all():
        frame["ecology_grade"] = importance(_coarse(given["service"]), _coarse(given["sensitivity"]))
    note = Text(
        f"参数：{rules.title.zh}；依据：{rules.document}", f"parameters: {rules.title.en}; basis: {rules.document}"
    )
    return Suitability(frame, SUITABILITY_CARD, (note,))


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
