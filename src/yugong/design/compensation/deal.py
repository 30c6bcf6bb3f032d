"""What a settlement is made from: parties, terms with their certainty, readings; and what of these is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yugong.base.errors import Problem
from yugong.base.text import Text
from yugong.design.compensation.readings import LIMITS, MG, NAMES, PH, Readings, overall_class
from yugong.design.sheet import Expression, Parameter, par
from yugong.design.sheet.sheet import Certainty
from yugong.registry.compensation import Agreement

NONE = Text("", "")
WAN = Text("万元", "10 000 yuan")
Parties = tuple[tuple[str, Text], ...]
WEAKER: Mapping[str, Certainty] = {"V/Vs": "Vs", "V/H": "H", "Vs/H": "H", "V": "V", "Vs": "Vs", "H": "H", "M": "M"}


@dataclass(frozen=True, slots=True)
class Term:
    """One figure (or list, or table) of an agreement, its certainty and where it stands."""

    value: Any
    certainty: Certainty
    source: Text


@dataclass(frozen=True, slots=True, eq=False)
class Deal:
    """One agreement to settle for one year; building its rule collects parameters, and problems where data lack."""

    id: str
    title: Text
    rule: str
    downstream: Parties
    upstream: Parties
    terms: Mapping[str, Term]
    readings: Readings | None
    year: int
    months: int = 12  # of the year in force
    parameters: list[Parameter] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def parties(self) -> Parties:
        """Upstream, then downstream."""
        return (*self.upstream, *self.downstream)

    def has(self, key: str) -> bool:
        """Say whether the agreement has this term."""
        return key in self.terms

    def listed(self, key: str, title: Text) -> list[Any]:
        """Return a term that is a list; empty, with a problem noted, where it is missing."""
        if key not in self.terms:
            self._lack_term(key, title)
            return []
        return list(self.terms[key].value)

    def term(
        self, key: str, title: Text, unit: Text = NONE, default: float | None = None, why: Text = NONE
    ) -> Expression:
        """Return a figure of the agreement as a parameter of the sheet; `default` and `why` stand in where allowed."""
        found = self.terms.get(key)
        if found is not None:
            return self.figure(key, title, float(found.value), unit, found.certainty, found.source)
        if default is None:
            self._lack_term(key, title)
            return par(key)
        return self.figure(key, title, default, unit, "user", why)

    def figure(self, id: str, title: Text, value: float, unit: Text, certainty: Certainty, source: Text) -> Expression:
        """Return a number as a parameter of the sheet, once."""
        if all(p.id != id for p in self.parameters):
            self.parameters.append(Parameter(id, title, value, unit, certainty, source))
        return par(id)

    def reading(
        self, indicator: str, year: int | None = None, default: float | None = None, **which: str
    ) -> Expression:
        """Return the annual value of an indicator as a parameter of the sheet."""
        when = year or self.year
        id_ = "_".join([_plain(indicator), str(when), *(_plain(v) for v in which.values())])
        title = named(indicator, when, **which)
        value, said = self._mean(indicator, when, **which)
        if value is None and default is not None:
            return self.figure(
                id_, title, default, NONE, "user", Text("未给读数，按达标计", "no reading; taken as met")
            )
        if value is None:
            self._lack_reading(title)
            return par(id_)
        unit = MG if indicator in (*LIMITS, "TN") else NONE
        return self.figure(id_, title, value, unit, "user", said)

    def water_class(self) -> Expression:
        """Return the year's water class: read, or by GB 3838-2002 from the annual means that were read."""
        value = (
            None if self.readings is None else self.readings.values("class", self.year)[0]
        )  # months have no mean class
        said = Text(f"用户读数，{self.year} 年", f"the user's reading, {self.year}")
        if value is None:
            by = {k: self._mean(k, self.year)[0] for k in (*LIMITS, "pH")}
            known = {k: v for k, v in by.items() if v is not None}
            if not known:
                self._lack_reading(named("class", self.year))
                return par("class")
            value = overall_class(known)
            listed = "、".join(known), ", ".join(known)
            said = Text(
                f"按 GB 3838-2002 由年均值评定，取最差：{listed[0]}（pH {PH[0]:g}～{PH[1]:g}）" if "pH" in known
                else f"按 GB 3838-2002 由年均值评定，取最差：{listed[0]}",
                f"GB 3838-2002, the worst of the annual means of {listed[1]}",
            )  # fmt: skip
        return self.figure("class", named("class", self.year), value, NONE, "user", said)

    def monthly_class(self) -> list[Expression]:
        """Return the water class of every month that was read."""
        months = {} if self.readings is None else self.readings.values("class", self.year)[1]
        if not months:
            self._lack_reading(Text(f"{self.year} 年逐月水质类别", f"water class by month of {self.year}"))
        return [
            self.figure(
                f"class_{m}", Text(f"{m} 月水质类别", f"water class, month {m}"), v, NONE, "user",
                Text("用户读数", "the user's reading"),
            )
            for m, v in sorted(months.items())
        ]  # fmt: skip

    def attainment(self, code: str) -> float | None:
        """Return a party's attainment in the year (its own, or one for all), None where not read."""
        own = self._mean("attainment", self.year, place=code)[0]
        if own is not None or self.readings is None:
            return own
        general = Readings(self.readings.frame[self.readings.frame["place"].isna()])
        return general.mean("attainment", self.year)[0]

    def refuse(self, what: Text, do: Text | None = None) -> None:
        """Note a problem."""
        self.problems.append(Problem(what, do))

    def _mean(self, indicator: str, year: int, **which: str) -> tuple[float | None, Text]:
        return (None, NONE) if self.readings is None else self.readings.mean(indicator, year, **which)

    def _lack_term(self, key: str, title: Text) -> None:
        self.refuse(
            Text(f"协议没有公布“{title.zh}”（{key}）", f"the agreement publishes no {title.en} ({key})"),
            Text(
                "在协议文件的 [terms] 中写明；待核对的参数用 --unverified true",
                "give it under [terms] of a draft (--file); figures still to be checked: --unverified true",
            ),
        )

    def _lack_reading(self, title: Text) -> None:
        do = Text("在读数表中填写（--template、--readings）", "give it in the readings (--template, --readings)")
        self.refuse(Text(f"缺少读数：{title.zh}", f"a reading is missing: {title.en}"), do)


def named(indicator: str, year: int, **which: str) -> Text:
    """Return the words of a reading."""
    name = NAMES.get(indicator, Text(indicator, indicator))
    extra = "".join(f"，{v}" for v in which.values()), "".join(f", {v}" for v in which.values())
    return Text(f"{name.zh}{extra[0]}（{year} 年）", f"{name.en}{extra[1]} ({year})")


def agreed(row: Agreement, unverified: bool = False) -> dict[str, Term]:
    """Return an agreement's terms with their certainty; figures of certainty M only where asked for."""
    mark = WEAKER[row.certainty]
    source = Text(row.document, row.document)
    sums = {
        "downstream_wan": row.downstream_wan, "upstream_wan": row.upstream_wan, "pool_wan": row.pool_wan,
        "central_wan": row.central_wan,
    }  # fmt: skip
    found = {k: Term(v, mark, source) for k, v in sums.items() if v is not None}
    found |= {k: Term(v, mark, source) for k, v in row.parameters.items()}
    if unverified:
        check = Text(f"{row.document}（使用前请核对）", f"{row.document} (check before use)")
        for key, value in row.unverified.items():
            whole = {**found[key].value, **value} if key in found and isinstance(value, dict) else value
            found[key] = Term(whole, "M", check)
    return found


def months_in_force(start: date | None, end: date | None, year: int) -> int:
    """Return how many calendar months of a year lie between the first and the last day; open ends count whole."""
    first = 1 if start is None or start.year < year else 13 if start.year > year else start.month
    last = 12 if end is None or end.year > year else 0 if end.year < year else end.month
    return max(0, last - first + 1)


def parties_of(places: Sequence[Any]) -> Parties:
    """Return registry places as labelled rows."""
    return tuple((p.code, Text(p.short, p.en)) for p in places)


def _plain(text: str) -> str:
    return text.replace("-", "").replace(" ", "_")
