"""From the names in a setting to positions in an economy: places, groups, sectors, land markets."""

from difflib import get_close_matches

from yugong import registry
from yugong.base.errors import UnknownNameError, YugongError
from yugong.base.text import Text
from yugong.simulate.economies.calibration import Calibration
from yugong.simulate.economies.sectors import THREE, sectors

ALL = ("all", "全部", "全国", "nation")


class _SelectionError(YugongError):
    """A name is known but this economy cannot serve it."""


def regions(base: Calibration, names: tuple[str, ...]) -> list[int]:
    """Return the positions of regions named by region id, place, group or "all" (the nation); all where empty.

    Raises UnknownNameError for a name that is neither, YugongError for a group not made of whole regions.
    """
    e = base.economy
    home = [i for i, inside in enumerate(e.nation) if inside]
    found: dict[int, None] = {}
    for name in names or ("all",):
        found |= dict.fromkeys(home if name in ALL else _region(base, name))
    return list(found)


def _region(base: Calibration, name: str) -> list[int]:
    at = {region: i for i, region in enumerate(base.economy.regions)}
    words = {word: region for region, text in base.names.items() for word in text}
    if name in at:
        return [at[name]]
    if words.get(name) in at:
        return [at[words[name]]]
    code = _code(name)
    if code in at:
        return [at[code]]
    try:
        members = registry.members(name)
    except UnknownNameError:
        near = get_close_matches(name, [*at, *words], 3, 0.5)
        raise UnknownNameError(Text("地区或分组", "place or group"), name, near or _near_groups(name)) from None
    inside = [m for m in members if m.place.code in at and m.extent == "whole"]
    lost = [m.place for m in members if m.place.code not in at or m.extent != "whole"]
    if lost or not inside:
        zh, en = "、".join(p.short for p in lost[:5]), ", ".join(p.en for p in lost[:5])
        raise _SelectionError(
            Text(
                f"分组“{name}”含有本经济没有的（或只有一部分的）地区：{zh}",
                f"group {name!r} holds places that are not whole regions here: {en}",
            )
        )
    return [at[m.place.code] for m in inside]


def _code(name: str) -> str | None:
    try:
        return registry.place(name, level="province").code
    except UnknownNameError:
        return None


def _near_groups(name: str) -> list[str]:
    words = {w: g.id for g in registry.groups() for w in (g.id, g.zh, g.en, *g.aliases)}
    return list(dict.fromkeys(words[w] for w in get_close_matches(name, words, 3, 0.5)))


def chosen_sectors(base: Calibration, names: tuple[str, ...]) -> list[int]:
    """Return the positions of sectors named by id, title, or one of the three broad ones; all where empty."""
    ids = base.economy.sectors
    words = {word: s for s, text in base.sectors.items() for word in text} | {s: s for s in ids}
    broad = {word: b for b, text in THREE.items() for word in (b, *text)}
    found: dict[int, None] = {}
    for name in names:
        if words.get(name) in ids:
            found[ids.index(words[name])] = None
            continue
        inside = [i for i, s in enumerate(ids) if any(t.id == s and t.three == broad.get(name) for t in sectors())]
        if not inside:
            known = [*words, *broad]
            raise UnknownNameError(Text("部门", "sector"), name, get_close_matches(name, known, 3, 0.4) or list(ids))
        found |= dict.fromkeys(inside)
    return list(found) if names else list(range(len(ids)))


def land_markets(base: Calibration, names: tuple[str, ...]) -> list[int]:
    """Return the positions of land markets by name; all where empty."""
    for name in names:
        if name not in base.land:
            raise UnknownNameError(Text("用地类型", "land market"), name, base.land)
    return [base.land.index(n) for n in names] if names else list(range(len(base.land)))
