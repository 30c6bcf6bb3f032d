"""Functional zones on a study: a class for every region, suitability grades from a user's table, permissions."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from yugong import registry
from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance, selected
from yugong.base.text import Text
from yugong.design._desk_inputs import at_least_zero, by_place, fractions
from yugong.design.zones import Cost, Demand, costs, improve, minimal_conflict, resolving, solve
from yugong.design.zones import Problem as Zoning
from yugong.design.zones.sources import ZONES_CARD
from yugong.study.form import Field, Form

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
BINDS = 1e-6  # of the objective: what rounding and the solver's gap leave
MANY = 400  # units above which the fast plan is used by itself
NO_TEXT = Text("", "")
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
FORMS: Mapping[str, tuple[Form, ...]] = {"zones": (ZONES_FORM,)}


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """A class for every unit with its scores, what it was, its overlays; value, bound and gap of the plan."""

    frame: pd.DataFrame
    value: float
    bound: float
    gap: float
    costs: tuple[Cost, ...]  # of every requirement: what the objective gains without it
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
    plan in force, both in score × mean area; borders count by their length where the `adjacency` flow gives it.
    `connected` classes form one piece each. Exact by MILP up to 400 units. The notes say which requirements bind and
    what each costs. InputError names a minimal set of requirements that conflict.
    """
    at_least_zero(boundary=boundary, change=change)
    fractions(urban_cap=urban_cap, farm_floor=farm_floor, ecology_floor=ecology_floor)
    if unknown := [c for c in connected if c not in CLASSES]:
        raise UnknownNameError(Text("功能区", "zone"), unknown[0], CLASSES)
    if file is None:
        frame, provenance, notes = _scored(study, year)
    else:
        frame, provenance, notes = by_place(file, ZONES_FORM, study).reset_index(), None, ()
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
    found = costs(problem, plan, exact)
    told = (said, gap, *_binding(problem, found, plan.value), *notes)
    provenance = selected(
        provenance, urban_cap=urban_cap, farm_floor=farm_floor, ecology_floor=ecology_floor, boundary=boundary or None,
        change=change or None, connected=tuple(connected),
    )  # fmt: skip
    return Zones(pd.DataFrame(columns), plan.value, plan.bound, plan.gap, found, ZONES_CARD, told, provenance)


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


def _problem(
    study: "Study",
    frame: pd.DataFrame,
    boundary: float,
    change: float,
    connected: Sequence[str],
    shares: tuple[float | None, float | None, float | None],
) -> Zoning:
    edges, length = np.zeros((0, 2), np.int64), np.zeros(0)
    if "adjacency" in study.flows:
        codes = list(frame["place"])
        near = np.nan_to_num(study.flow("adjacency").matrix().reindex(index=codes, columns=codes).to_numpy(float))
        near = np.triu(np.maximum(near, near.T), 1)  # 1 where only adjacency is known, else the length of the border
        edges, length = np.argwhere(near > 0), near[near > 0]
    area = frame["area"].to_numpy(float)
    if not area.sum() > 0:
        raise InputError([Problem(Text("各单元面积合计为零", "the areas of all units sum to zero"))])
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
        words = WORDS[CLASSES[zone]]
        kind = Text("下限", "floor") if floor else Text("上限", "cap")
        title = Text(f"{words.zh}面积{kind.zh} {share:.0%}", f"{kind.en} of {share:.0%} for {words.en}")
        bound = share * scale.sum()
        demands.append(
            Demand(f"{CLASSES[zone]}_{kind.en}", title, zone, scale, bound if floor else None, None if floor else bound)
        )
    score = frame[list(CLASSES)].to_numpy(float)
    joined = tuple(CLASSES.index(c) for c in connected)
    length = length / length.mean() if len(length) else length
    return Zoning(score, scale, edges, length, boundary, barred, last, change, tuple(demands), joined)


def _titles(problem: Zoning) -> dict[str, Text]:
    """The words of every requirement."""
    titles = {d.id: d.title for d in problem.demands} | {"barred": Text("不得划为的限制", "bars on classes")}
    return titles | {
        f"connected_{k}": Text(f"{WORDS[c].zh}连片", f"{WORDS[c].en} in one piece") for k, c in enumerate(CLASSES)
    }


def _conflicts(problem: Zoning) -> list[Problem]:
    titles = _titles(problem)
    conflict = minimal_conflict(problem)
    found = [titles[x] for x in conflict]
    what = Text(
        f"没有方案能同时满足：{'；'.join(t.zh for t in found)}",
        f"no plan meets together: {'; '.join(t.en for t in found)}",
    )
    enough = resolving(problem, conflict)
    if enough == conflict:
        do = Text("放宽其中任意一条即可", "relaxing any one of them is enough")
    elif enough:
        do = Text(
            f"放宽{'、'.join(titles[x].zh for x in enough)}即可",
            f"relaxing {' or '.join(titles[x].en for x in enough)} is enough",
        )
    else:
        do = Text("放宽其中一条后，别的要求之间还有冲突", "relax one of them; other requirements conflict too")
    return [Problem(what, do)]


def _binding(problem: Zoning, found: Sequence[Cost], value: float) -> tuple[Text, ...]:
    """Say of each requirement what the plan has and what dropping it would gain: nothing where it does not bind."""
    titles, said = _titles(problem), []
    for cost in found:
        title = titles[cost.id]
        zh, en = [title.zh], [title.en]
        if cost.got is not None:
            share = cost.got / problem.area.sum()
            zh, en = [*zh, f"实得 {share:.1%}"], [*en, f"has {share:.1%}"]
        gain = cost.gain / abs(value) if value else 0.0
        if gain > BINDS:
            zh, en = (
                [*zh, f"紧约束，放开后目标值可提高 {gain:.2%}"],
                [*en, f"binds: without it the objective rises by {gain:.2%}"],
            )
        elif gain == gain:  # known
            zh, en = [*zh, "不构成约束"], [*en, "does not bind"]
        said.append(Text("要求：" + "，".join(zh), "requirement: " + ", ".join(en)))
    return tuple(said)


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
