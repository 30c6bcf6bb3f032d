"""What the page needs first: the study, its variables and places, the rooms of this version."""

from typing import Any

from yugong import __version__
from yugong.base.text import LANGUAGES, Text
from yugong.workbench import shapes
from yugong.workbench.bench import ROOMS, Bench
from yugong.workbench.errors import words
from yugong.workbench.guard import BODY, UPLOAD
from yugong.workbench.operations import Call, Operation

KINDS = {
    "official": Text("官方数据", "Official"),
    "derived": Text("推算数据", "Derived"),
    "modelled": Text("模型数据", "Modelled"),
    "user": Text("自有数据", "Your own"),
}


def session(bench: Bench, _call: Call) -> dict[str, Any]:
    """Return the study and what can be asked of it."""
    found: dict[str, Any] = bench.lasting("session", lambda: _of_study(bench))
    return {**found, "region": remembered(bench), "simulator": bench.simulator}


def _of_study(bench: Bench) -> dict[str, Any]:
    s = bench.study
    return {
        "version": __version__,
        "study": {
            "id": s.id, "title": words(s.title), "places": len(s.places), "level": s.level, "note": words(s.note),
        },
        "years": list(s.years),
        "variable": _first(bench),
        "variables": _variables(bench),
        "groupings": _groupings(bench),
        "rooms": [_room(bench, room) for room in bench.rooms],
        "languages": list(LANGUAGES),
        "limits": {"body": BODY, "upload": UPLOAD, "scenarios": 4, "settings": 60},
    }  # fmt: skip


def places(bench: Bench, _call: Call) -> dict[str, Any]:
    """Return the places of the study, as the search box finds them."""
    found: dict[str, Any] = bench.lasting("places", lambda: _places(bench))
    return found


def _places(bench: Bench) -> dict[str, Any]:
    from yugong import registry

    s = bench.study
    known = {p.code: p for level in ("province", "prefecture") for p in registry.places(level)}
    rows = []
    for code in s.places:
        p = known.get(code)
        name = s.names[code]
        rows.append(
            {
                "code": code,
                "zh": name.zh,
                "en": name.en,
                "full": p.zh if p else name.zh,
                "pinyin": p.pinyin if p else "",
                "initials": p.initials if p else "",
                "level": p.level if p else s.level,
            }
        )
    return {"places": rows}


def remembered(bench: Bench) -> str | None:
    """Return the place the user chose last, where the study has it."""
    region = bench.store.read()[1].get("region")
    return region if region in bench.codes else None


def _first(bench: Bench) -> str | None:
    s = bench.study
    wanted = [s.headline.get("grp_per_head", "grp_per_head"), *s.headline.values(), *s.variables]
    return next((v for v in wanted if v in s.variables and s.frame[v].notna().any()), None)


def _variables(bench: Bench) -> list[dict[str, Any]]:
    s = bench.study
    rows = []
    for v in s.variables.values():
        years = s.frame[v.id].dropna().index.get_level_values("year")
        if not len(years):
            continue
        rows.append(
            {
                "id": v.id,
                "title": words(v.title),
                "unit": words(v.unit),
                "direction": v.direction,
                "kind": v.kind,
                "group": words(KINDS[v.kind]),
                "first_year": int(years.min()),
                "last_year": int(years.max()),
            }
        )
    return rows


def _groupings(bench: Bench) -> list[dict[str, Any]]:
    from yugong import registry
    from yugong.base.errors import YugongError

    s = bench.study
    found = []
    for name in dict.fromkeys([*s.groups, *s.own_groups, *registry.groupings()]):
        try:
            column = s.grouping(name)
        except YugongError:  # overlapping groups are no partition
            continue
        if column.nunique() > 1:
            term = registry.terms().get(name)
            found.append({"id": name, "title": words(Text(name, name) if term is None else term.title)})
    return found


def _room(bench: Bench, room: str) -> dict[str, Any]:
    catalogue = bench.rooms[room]
    families = [
        {
            "id": family,
            "title": words(title),
            "verbs": [{"id": v.id, "title": words(v.title)} for v in catalogue.verbs(family)],
        }
        for family, title in catalogue.families.items()
        if catalogue.verbs(family)
    ]
    return {"id": room, "title": words(ROOMS[room]), "families": families}


OPERATIONS = (
    Operation("GET", "/api/session", Text("本次会话", "this session"), session, shapes.Session),
    Operation("GET", "/api/places", Text("研究中的地区", "the places of the study"), places, shapes.Places),
)
