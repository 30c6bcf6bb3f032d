"""The published rules of the credibility card and of the headline's wording, as rows of data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from yugong.base.rows import read_rows
from yugong.base.text import Text

Light = Literal["green", "amber", "red", "none"]
Found = Literal["yes", "hint", "no"]
LIGHTS: dict[Light, Text] = {
    "green": Text("绿", "green"),
    "amber": Text("黄", "amber"),
    "red": Text("红", "red"),
    "none": Text("不适用", "not applicable"),
}
SEVERITY: dict[Light, int] = {"none": -1, "green": 0, "amber": 1, "red": 2}
FOUND, HINT = 0.05, 0.10  # p of the inference that owns the headline, at or below which an effect, or a hint, is found


@dataclass(frozen=True, slots=True)
class Rule:
    """One item of the card: its limits by name, and in words what earns each light."""

    id: str
    title: Text
    limits: Mapping[str, float]
    lights: Mapping[str, Text]


@cache
def rules() -> Mapping[str, Rule]:
    """Return the items of the card in their order, by id."""
    found = {}
    for r in read_rows("yugong.evaluate", "data/card.csv"):
        limits = {k: float(v) for k, _, v in (part.partition("=") for part in r["limits"].split("|"))}
        words = {k: Text(r[f"{k}_zh"], r[f"{k}_en"]) for k in ("green", "amber", "red")}
        found[r["id"]] = Rule(r["id"], Text(r["zh"], r["en"]), MappingProxyType(limits), MappingProxyType(words))
    return MappingProxyType(found)


@cache
def _wording() -> Mapping[tuple[str, str], Text]:
    rows = read_rows("yugong.evaluate", "data/wording.csv")
    return {(r["light"], r["found"]): Text(r["zh"], r["en"]) for r in rows}


def found_by(p: float) -> Found:
    """Return whether an effect is found at p, hinted at, or not; not where p is missing."""
    return "yes" if p <= FOUND else "hint" if p <= HINT else "no"


def opening(worst: Light, p: float) -> Text:
    """Return how a headline may begin: capped by the worst light, whatever p says."""
    return _wording()[("green" if worst == "none" else worst, found_by(p))]
