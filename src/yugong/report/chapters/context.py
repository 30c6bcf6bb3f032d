"""What every chapter needs of a study: names, years with data, sources, columns headed by the registry's words."""

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from yugong import registry
from yugong.base.cards import MethodCard
from yugong.base.errors import UnknownNameError
from yugong.base.provenance import Source
from yugong.base.text import Text
from yugong.report.charts import Tile
from yugong.report.model import Chapter, Column, Finding, KeyFigure
from yugong.report.numbers import NONE, Format

if TYPE_CHECKING:
    from yugong.study import Study

# The letter codes of GB/T 2260, which fit a small square.
_LETTERS = {
    "11": "BJ", "12": "TJ", "13": "HE", "14": "SX", "15": "NM", "21": "LN", "22": "JL", "23": "HL", "31": "SH",
    "32": "JS", "33": "ZJ", "34": "AH", "35": "FJ", "36": "JX", "37": "SD", "41": "HA", "42": "HB", "43": "HN",
    "44": "GD", "45": "GX", "46": "HI", "50": "CQ", "51": "SC", "52": "GZ", "53": "YN", "54": "XZ", "61": "SN",
    "62": "GS", "63": "QH", "64": "NX", "65": "XJ", "71": "TW", "81": "HK", "82": "MO",
}  # fmt: skip
TILE_NOTE = Text(
    "34 个省级行政区的方格示意图，方格不表示边界和面积；斜线表示无数据，各年分级界限相同。",
    "A tile grid of the 34 province-level units; tiles show neither borders nor areas. Hatching means no data; "
    "class breaks are the same in all years.",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A finished chapter, what of it belongs on the first page, and what it rests on."""

    chapter: Chapter
    findings: tuple[Finding, ...] = ()
    keys: tuple[KeyFigure, ...] = ()
    cards: tuple[MethodCard, ...] = ()
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Context:
    """A study with the reader's choices: `region` is a place code, `year` the last year shown, None for the latest."""

    study: "Study"
    region: str | None = None
    year: int | None = None
    groups: str = "plates"
    draws: int = 1000
    seed: int = 20240718
    tick: Callable[[], None] = field(default=lambda: None)
    made: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)  # shared between regions

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """Return what `make` returns, made once for all regions: nothing in it may depend on the region."""
        full = (key, self.year, self.groups, self.seed, self.draws)
        if full not in self.made:
            self.made[full] = make()
        return self.made[full]

    def has(self, *names: str) -> bool:
        """Tell whether the study has all these variables, with some figure up to the last year shown."""
        return all(self._has(n) for n in names)

    def compares(self, *names: str) -> bool:
        """Tell whether the study has all these variables together in at least two years."""
        return self.has(*names) and len(self.years(*names)) > 1

    def panel(self, name: str) -> pd.DataFrame:
        """Return places × those years up to the last one shown that have any figure."""
        found: pd.DataFrame = self.once(f"panel {name}", lambda: self._panel(name))
        return found.copy()

    def _panel(self, name: str) -> pd.DataFrame:
        wide = self.study.panel(name)
        return wide[[y for y in wide.columns if (self.year is None or int(y) <= self.year) and wide[y].notna().any()]]

    def years(self, *names: str) -> tuple[int, ...]:
        """Return the years, up to the last one shown, in which all the variables have figures."""
        found = [set(self.panel(n).columns) for n in names]
        return tuple(sorted(int(y) for y in set.intersection(*found)))

    def span(self, *names: str) -> tuple[int, int]:
        """Return the base year of comparison (the study's, or the first with figures) and the last year."""
        years = self.years(*names)
        base = self.study.base_year
        return (base if base in years[:-1] else years[0]), years[-1]

    def title(self, name: str) -> Text:
        """Return a variable's title."""
        return self.study.variable(name).title

    def short(self, name: str) -> Text:
        """Return a variable's title without what follows in brackets or after a comma, for use in sentences."""
        title = self.title(name)
        return Text(re.split(r"[(（]", title.zh)[0].strip(), lower(re.split(r"[(,]", title.en)[0].strip()))

    def basis(self, name: str) -> Text:
        """Return a variable's price basis in brackets, nothing where it has none."""
        base = self.study.variable(name).source().price_basis
        return Text(f"（{base.zh}）", f" ({base.en})") if base.zh else NONE

    def scaled(self, name: str) -> tuple[pd.DataFrame, Text]:
        """Return a variable's panel and unit, yuan turned into 10 000 yuan."""
        unit = self.study.variable(name).unit
        if unit.zh == "元":
            return self.panel(name) / 1e4, Text("万元", "10 000 yuan")
        return self.panel(name), unit

    def name(self, code: str) -> Text:
        """Return a place's short name in both languages."""
        return self.study.names[code]

    def sources(self, *names: str) -> tuple[Source, ...]:
        """Return where variables come from; a derived one brings the columns of its formula."""
        found: dict[str, Source] = {}
        for name in names:
            self._trace(name, found)
        return tuple(found.values())

    @cached_property
    def tiles(self) -> tuple[Tile, ...]:
        """The tile grid, empty unless the study's places are provinces of China."""
        grid = [p for p in registry.places() if p.tile is not None]
        if not set(self.study.places) <= {p.code for p in grid}:
            return ()
        return tuple(
            Tile(p.code, Text(p.short, p.en), Text(p.short, _LETTERS[p.code[:2]]), *p.tile) for p in grid if p.tile
        )

    @cached_property
    def group_of(self) -> dict[str, str]:
        """Place code → group id, over places that belong to one; empty where the grouping does not apply."""
        try:
            column = self.study.grouping(self.groups)
        except UnknownNameError:
            return {}
        return {str(k): str(v) for k, v in column.dropna().items()}

    def group_names(self) -> dict[str, Text]:
        """Return the names of the groups that have places here, in the registry's order."""
        present = set(self.group_of.values())
        own = self.study.own_groups.get(self.groups)
        if own is not None:
            return {g: Text(g, g) for g in dict.fromkeys(own.values())}
        return {
            g.id: Text(g.zh.removesuffix("地区"), g.en.removesuffix(" China"))
            for g in registry.groups(self.groups)
            if g.id in present
        }

    def _has(self, name: str) -> bool:
        try:
            return not self.panel(name).empty and len(self.panel(name).columns) > 0
        except UnknownNameError:
            return False

    def _trace(self, name: str, found: dict[str, Source]) -> None:
        variable = self.study.variable(name)
        if variable.id in found:
            return
        if variable.kind != "derived":
            found[variable.id] = variable.source()
        for word in re.findall(r"[A-Za-z_]\w*", variable.formula):
            if word in self.study.variables and word != variable.id:
                self._trace(word, found)
        found.setdefault(variable.id, variable.source())


def column(id_: str, how: Format | None = None, title: Text | None = None, unit: Text | None = None,
           group: Text | None = None) -> Column:  # fmt: skip
    """Return a column headed by the registry's word for `id_`, unless a title is given."""
    word = registry.terms().get(id_)
    if title is None:
        if word is None:
            raise KeyError(id_)
        title = word.title
    return Column(id_, title, unit if unit is not None else (word.unit if word else NONE), how, group)


def interval_column(of: str, how: Format, percent: int = 95) -> Column:
    """Return the column that holds the intervals of column `of`."""
    return Column(f"{of}_interval", Text(f"{percent}% 区间", f"{percent}% interval"), NONE, how)


def lower(words: str) -> str:
    """Return an English title for use inside a sentence: first letter small, unless an abbreviation starts it."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def upper(words: str) -> str:
    """Return an English title with its first letter large."""
    return words[:1].upper() + words[1:]


def sentence(text: Text) -> Text:
    """Return a note as a whole sentence: first English letter large, full stops at the end."""
    return Text(text.zh.rstrip("。") + "。", upper(text.en.rstrip(".")) + ".")


def listed(names: Iterable[Text]) -> Text:
    """Join names: 甲、乙 and A, B; with semicolons where a name has a comma."""
    held = list(names)
    gap = "; " if any("," in n.en for n in held) else ", "  # Taiwan, China; Hong Kong SAR, China
    return Text("、".join(n.zh for n in held), gap.join(n.en for n in held))


def absent(id_: str, title: Text, what: Text) -> Part:
    """Return a chapter that says which figures it lacks."""
    text = Text(
        f"本研究缺少可比较的{what.zh}（至少两年），本章从略。",
        f"The study lacks {what.en} to compare over years; this chapter is left out.",
    )
    return Part(Chapter(id_, title, (Finding(text, tone="caution"),)), warnings=(text,))
