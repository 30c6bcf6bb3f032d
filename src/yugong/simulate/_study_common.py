"""What the verbs on a study share: the economy, the controls chosen by words, the objective, the words of results."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from yugong.base.errors import InputError, Problem, UnknownNameError, YugongError
from yugong.base.text import Text
from yugong.registry.levers import Lever, families, lever, levers
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.instruments import Control
from yugong.simulate.objectives import Disparity, Emissions, Pick, SocialWelfare, Welfare
from yugong.simulate.scenario.model import Setting
from yugong.simulate.scenario.selecting import regions

if TYPE_CHECKING:
    from yugong.study.model import Study

Objective = Literal["welfare", "social_welfare", "disparity", "emissions"]
Outcome = Literal["welfare", "social_welfare", "disparity", "emissions", "real_income", "real_grp", "population"]
Index = Literal["theil", "gini", "cv"]
By = Literal["place", "group"]
OF_PLACE = ("real_income", "real_grp", "population")
TITLES = {
    "welfare": Text("全国福利（基年为 1）", "national welfare (base year 1)"),
    "social_welfare": Text(
        "社会福利：等分配等价实际收入", "social welfare: equally distributed equivalent real income"
    ),
    "disparity": Text("地区差距：人均实际收入", "disparity of real income per head"),
    "emissions": Text("全国排放（基年为 1）", "national emissions (base year 1)"),
    "real_income": Text("人均实际收入（基年为 1）", "real income per head (base year 1)"),
    "real_grp": Text("实际地区生产总值（基年为 1）", "real GRP (base year 1)"),
    "population": Text("人口（占世界人口的份额）", "population (share of the world's)"),
}
SMALL = ("disparity", "emissions")  # what a planner makes small rather than large


@dataclass(frozen=True, slots=True)
class Goal:
    """An outcome by its word: the function the model follows, its title, and whether less of it is better."""

    id: str
    function: Any
    title: Text
    small: bool


def goal(base: Calibration, name: str, aversion: float = 1.0, index: str = "theil", place: str | None = None) -> Goal:
    """Return the outcome of this name; those of one region need its `place`."""
    if name not in TITLES:
        raise UnknownNameError(Text("目标", "objective"), name, list(TITLES))
    if name in OF_PLACE:
        if place is None:
            what = Text(f"{name} 是一个地区的结果，要写明地区", f"{name} is the outcome of one region: say which")
            raise InputError([Problem(what, Text("加上 --of 地区", "add --of REGION"))])
        (at,) = _one(base, place)
        words = base.names.get(base.economy.regions[at], Text(place, place))
        title = Text(f"{words.zh}{TITLES[name].zh}", f"{words.en}: {TITLES[name].en}")
        return Goal(name, Pick(name, (at,)), title, False)
    function = {
        "welfare": Welfare(), "social_welfare": SocialWelfare(aversion), "disparity": Disparity(index),
        "emissions": Emissions(),
    }[name]  # fmt: skip
    extra = {"social_welfare": f"ε = {aversion:g}", "disparity": index}.get(name, "")
    words = TITLES[name]
    title = Text(f"{words.zh}（{extra}）", f"{words.en} ({extra})") if extra else words
    return Goal(name, function, title, name in SMALL)


def _one(base: Calibration, place: str) -> list[int]:
    at = regions(base, (place,))
    if len(at) != 1:
        what = Text(f"“{place}”不是一个地区", f"{place!r} is not one region")
        raise InputError([Problem(what, Text("写一个地区，不写分组", "name one region, not a group"))])
    return at


def chosen_levers(names: str | Sequence[str]) -> tuple[Lever, ...]:
    """Return levers named by id, title or family; UnknownNameError lists the nearest."""
    known = families()
    out: dict[str, Lever] = {}
    for name in [names] if isinstance(names, str) else names:
        family = [row for row in levers() if name in (row.family, *known[row.family])]
        for row in family or [lever(name)]:
            out[row.id] = row
    return tuple(out.values())


def controls(
    study: "Study",
    base: Calibration,
    chosen: Sequence[Lever],
    places: str | Sequence[str] = "all",
    by: By = "place",
    groups: str = "plates",
    pairs: Sequence[str] = (),
    sector: Sequence[str] = (),
    every_pair: bool = False,
) -> tuple[Control, ...]:
    """Return one control a lever and place (or group of places), or a lever and pair.

    A pair is "A~B" (both ways) or "A>B"; with `every_pair`, levers between places take all pairs, `link_time` all
    direct links. InputError where a name is unknown or pairs are missing.
    """
    e = base.economy
    names = (places,) if isinstance(places, str) else tuple(places)
    try:
        at = regions(base, names)
    except YugongError as error:
        do = Text(
            "写地区的任何名称、代码，或 west 一类的分组", "write any name or code of a region, or a group such as west"
        )
        raise InputError([Problem(error.text, do, column="places")]) from error
    member = {str(place): str(g) for place, g in study.grouping(groups).dropna().items()}
    sets: dict[str, tuple[str, ...]] = {}
    for i in at:
        region = e.regions[i]
        key = region if by == "place" else member.get(region)
        if key is not None:
            sets[key] = (*sets.get(key, ()), region)
    out: list[Control] = []
    for row in chosen:
        sectors = tuple(sector) if "sector" in row.by else ()
        if "from" in row.by:
            found = [_pair(p) for p in pairs] or _pairs(base, row, at, every_pair)
            out += [
                Control(Setting(row.id, row.neutral, origin=(a,), destination=(b,), sector=sectors, both=both), label)
                for a, b, both, label in found
            ]
        elif "place" in row.by:
            out += [Control(Setting(row.id, row.neutral, place=p, sector=sectors), k) for k, p in sets.items()]
        else:
            out.append(Control(Setting(row.id, row.neutral), "nation"))
    return tuple(out)


def together(
    row: Lever, places: str | Sequence[str], pairs: Sequence[str] = (), sector: Sequence[str] = ()
) -> tuple[Control, ...]:
    """Return one control over all the places chosen at once, or one a pair; no pairs means every pair."""
    names = (places,) if isinstance(places, str) else tuple(places)
    sectors = tuple(sector) if "sector" in row.by else ()
    if "from" in row.by and pairs:
        found = [_pair(p) for p in pairs]
        return tuple(
            Control(Setting(row.id, row.neutral, origin=(a,), destination=(b,), sector=sectors, both=both), label)
            for a, b, both, label in found
        )
    place = names if "place" in row.by else ()
    return (Control(Setting(row.id, row.neutral, place=place, sector=sectors), ", ".join(names)),)


def _pair(text: str) -> tuple[str, str, bool, str]:
    for mark, both in (("~", True), (">", False), ("～", True), ("＞", False)):
        a, found, b = text.partition(mark)
        if found:
            return a.strip(), b.strip(), both, f"{a.strip()}{'~' if both else '>'}{b.strip()}"
    what = Text(f"“{text}”不是一对地区", f"{text!r} is not a pair of places")
    raise InputError(
        [Problem(what, Text("写成 四川~重庆（双向）或 四川>重庆", "write A~B (both ways) or A>B"), column="pairs")]
    )


def _pairs(base: Calibration, row: Lever, at: Sequence[int], every: bool) -> list[tuple[str, str, bool, str]]:
    if not every:
        what = Text(f"杠杆“{row.title.zh}”作用于成对的地区", f"lever {row.id!r} acts between places")
        do = Text("用 --pairs 四川~重庆,重庆>广西 写明哪些", "say which with --pairs A~B,C>D")
        raise InputError([Problem(what, do, column="pairs")])
    codes = base.economy.regions
    if row.id == "link_time":
        near = [(i, j) for i in at for j in at if i < j and base.links.size and np.isfinite(base.links[i, j])]
        return [(codes[i], codes[j], True, f"{codes[i]}~{codes[j]}") for i, j in near]
    if row.id in ("trade_cost", "trade_barrier"):
        return [(codes[i], codes[j], True, f"{codes[i]}~{codes[j]}") for i in at for j in at if i < j]
    return [(codes[i], codes[j], False, f"{codes[i]}>{codes[j]}") for i in at for j in at if i != j]


def place_words(base: Calibration, label: str) -> Text:
    """Return the words for a control's label: a place, a pair of codes, or the label itself."""
    for mark in ("~", ">"):
        a, found, b = label.partition(mark)
        if found:
            first, second = place_words(base, a), place_words(base, b)
            arrow = "—" if mark == "~" else "→"
            return Text(f"{first.zh}{arrow}{second.zh}", f"{first.en}{arrow}{second.en}")
    return base.names.get(label, Text(label, label))
