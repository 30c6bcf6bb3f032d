"""What a scenario can change and the elasticities it rests on: one row names each (convention 13)."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Literal, cast

from yugong.base.cards import Citation
from yugong.base.cite import article
from yugong.base.errors import UnknownNameError
from yugong.base.text import Text
from yugong.registry.rows import table_rows

Mode = Literal["set", "add", "multiply"]
MODES: tuple[Mode, ...] = ("set", "add", "multiply")


@dataclass(frozen=True, slots=True)
class Lever:
    """One instrument: its unit, bounds, neutral value, what it is chosen by, and who pays."""

    id: str
    family: str  # id of `families()`
    title: Text
    unit: Text
    low: float
    high: float
    neutral: float
    mode: Mode  # how a value composes where a setting does not say
    by: tuple[str, ...]  # place, from, to, sector, link, land, nation
    payer: Text
    field: str  # of simulate's Levers
    reference: str
    note: Text


@dataclass(frozen=True, slots=True)
class Parameter:
    """One elasticity or share that a default economy rests on: default, bounds and source."""

    id: str
    symbol: str
    title: Text
    default: float
    low: float
    high: float
    reference: str  # key of `references()`, or "assumption"
    note: Text


_FAMILIES = {
    "market": Text("统一市场", "Unified market"),
    "transport": Text("物流通道", "Transport links"),
    "people": Text("人口与户籍", "People and registration"),
    "production": Text("生产与资本", "Production and capital"),
    "public": Text("财政", "Public accounts"),
    "land": Text("土地", "Land"),
    "green": Text("生态与碳", "Ecology and carbon"),
}


def families() -> dict[str, Text]:
    """Return the families of levers in their order."""
    return dict(_FAMILIES)


@cache
def levers() -> tuple[Lever, ...]:
    """Return all levers, family by family."""
    return tuple(
        Lever(
            id=r["id"],
            family=r["family"],
            title=Text(r["zh"], r["en"]),
            unit=Text(r["unit_zh"], r["unit_en"]),
            low=float(r["low"]),
            high=float(r["high"]),
            neutral=float(r["neutral"]),
            mode=cast("Mode", r["mode"]),
            by=tuple(r["by"].split()),
            payer=Text(r["payer_zh"], r["payer_en"]),
            field=r["field"],
            reference=r["reference"],
            note=Text(r["note_zh"], r["note_en"]),
        )
        for r in table_rows("levers")
    )


def lever(name: str) -> Lever:
    """Return one lever by id or title; UnknownNameError lists the nearest."""
    known = {word: found for found in levers() for word in (found.id, *found.title)}
    if name in known:
        return known[name]
    near = dict.fromkeys(known[w].id for w in get_close_matches(str(name), known, 5, 0.4))
    raise UnknownNameError(Text("杠杆", "lever"), name, near or [found.id for found in levers()])


@cache
def parameters() -> dict[str, Parameter]:
    """Return the parameters by id."""
    return {
        r["id"]: Parameter(
            r["id"],
            r["symbol"],
            Text(r["zh"], r["en"]),
            float(r["default"]),
            float(r["low"]),
            float(r["high"]),
            r["reference"],
            Text(r["note_zh"], r["note_en"]),
        )
        for r in table_rows("parameters")
    }


@cache
def references() -> dict[str, Citation]:
    """Return the sources named by levers and parameters, by key; "assumption" and "wdi" have none."""
    found = (
        article(
            "tombe2019",
            (("Tombe", "Trevor"), ("Zhu", "Xiaodong")),
            "Trade, Migration, and Productivity: A Quantitative Analysis of China",
            "American Economic Review",
            2019,
            "109(5)",
            "1843-1872",
        ),
        article(
            "caliendo2015",
            (("Caliendo", "Lorenzo"), ("Parro", "Fernando")),
            "Estimates of the Trade and Welfare Effects of NAFTA",
            "The Review of Economic Studies",
            2015,
            "82(1)",
            "1-44",
        ),
        article(
            "caliendo2018",
            (("Caliendo", "Lorenzo"), ("Parro", "Fernando"), ("Rossi-Hansberg", "Esteban"), ("Sarte", "Pierre-Daniel")),
            "The Impact of Regional and Sectoral Productivity Changes on the U.S. Economy",
            "The Review of Economic Studies",
            2018,
            "85(4)",
            "2042-2096",
        ),
        article(
            "headries2001",
            (("Head", "Keith"), ("Ries", "John")),
            "Increasing Returns versus National Product Differentiation as an Explanation for the Pattern of "
            "U.S.-Canada Trade",
            "American Economic Review",
            2001,
            "91(4)",
            "858-876",
        ),
        article(
            "allen2022",
            (("Allen", "Treb"), ("Arkolakis", "Costas")),
            "The Welfare Effects of Transportation Infrastructure Improvements",
            "The Review of Economic Studies",
            2022,
            "89(6)",
            "2911-2957",
        ),
        article(
            "redding2017",
            (("Redding", "Stephen J."), ("Rossi-Hansberg", "Esteban")),
            "Quantitative Spatial Economics",
            "Annual Review of Economics",
            2017,
            "9",
            "21-58",
        ),
        article(
            "bom2014",
            (("Bom", "Pedro R. D."), ("Ligthart", "Jenny E.")),
            "What Have We Learned from Three Decades of Research on the Productivity of Public Capital?",
            "Journal of Economic Surveys",
            2014,
            "28(5)",
            "889-916",
        ),
        article(
            "bai2006",
            (("Bai", "Chong-En"), ("Hsieh", "Chang-Tai"), ("Qian", "Yingyi")),
            "The Return to Capital in China",
            "Brookings Papers on Economic Activity",
            2006,
            "2006(2)",
            "61-101",
        ),
    )
    return {citation.key: citation for citation in found}
