"""What every plan on a study shares: inputs by place with the rest left out and named, and one row's trace."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Lang, Text
from yugong.design.sheet import CERTAINTY, Column, Sheet, Step, figure

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.model import Study

Rows = tuple[tuple[str, Text], ...]
NONE = Text("", "")
TRACE_TITLES = {
    "item": (Text("项目", "Item"), NONE),
    "formula": (Text("公式", "Formula"), NONE),
    "numbers": (Text("代入", "With numbers"), NONE),
    "value": (Text("数值", "Value"), NONE),
    "unit": (Text("单位", "Unit"), NONE),
    "certainty": (Text("确定性", "Certainty"), NONE),
    "basis": (Text("依据", "Basis"), NONE),
}


@dataclass(frozen=True, slots=True, eq=False)
class OnSheet:
    """A result whose amounts stand on a calculation sheet: method, sources and live workbook are the sheet's."""

    sheet: Sheet

    @property
    def method(self) -> MethodCard:
        """The sheet's method."""
        return self.sheet.method

    @property
    def provenance(self) -> Provenance | None:
        """Where the sheet's figures come from."""
        return self.sheet.provenance

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The calculations behind the amounts."""
        return (self.sheet,)


@dataclass(frozen=True, slots=True, eq=False)
class Plan(OnSheet):
    """A last sheet with the sheets it rests on."""

    before: tuple[Sheet, ...] = ()

    @property
    def provenance(self) -> Provenance | None:
        """The sources of the figures."""
        return next((s.provenance for s in (*self.before, self.sheet) if s.provenance is not None), None)

    @property
    def notes(self) -> tuple[Text, ...]:
        """The notes of every sheet, once."""
        return tuple(dict.fromkeys(n for s in (*self.before, self.sheet) for n in s.notes))

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All sheets, in order."""
        return (*self.before, self.sheet)

    def table(self) -> "pd.DataFrame":
        """Return the last sheet's table."""
        return self.sheet.table()


@dataclass(frozen=True, slots=True, eq=False)
class Trace(OnSheet):
    """How one row's amount comes about: parameters, inputs and steps in order, each with its basis."""

    label: str
    name: Text
    steps: tuple[Step, ...]

    @property
    def notes(self) -> tuple[Text, ...]:
        """Whose amount it is, and the sheet's notes."""
        title = self.sheet.title
        return Text(f"{self.name.zh}：{title.zh}", f"{self.name.en}: {title.en}"), *self.sheet.notes

    def lines(self) -> tuple[Text, ...]:
        """Return the steps as a person reads them on a screen: the figure, then its formula, numbers and basis."""
        return tuple(_read(s) for s in self.steps)

    def table(self) -> "pd.DataFrame":
        """Return one row a step: what, by which formula, with which numbers, giving what, on which basis."""
        import pandas as pd

        rows = [
            (s.title.in_(), s.formula.in_(), s.numbers.in_(), s.value, s.unit.in_(), CERTAINTY[s.certainty].in_(),
             s.source.in_())
            for s in self.steps
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=list(TRACE_TITLES))
        frame.attrs["titles"] = TRACE_TITLES
        return frame


def _read(step: Step) -> Text:
    def said(lang: Lang) -> str:
        unit, mark = step.unit.in_(lang), CERTAINTY[step.certainty].in_(lang)
        basis = ("；" if lang == "zh" else "; ").join(part for part in (step.source.in_(lang), mark) if part)
        below = [f"= {words}" for words in (step.formula.in_(lang), step.numbers.in_(lang)) if words]
        below += [f"[{basis}]"] if basis else []
        head = f"{step.title.in_(lang)} = {figure(step.value)}{f' {unit}' if unit else ''}"
        return "".join([head, *(f"\n    {line}" for line in below)])

    return Text(said("zh"), said("en"))


def traced(sheet: Sheet, study: "Study", place: str, of: str | None = None) -> Trace:
    """Return the trace of one place's amount (of the column `of`, or the last amount).

    `place` is a row's label or name, or any form of a place's name. InputError for a place without a row.
    """
    own = [label for label, name in sheet.rows if place in (label, *name)]
    label = own[0] if own else study.place(place)
    names = dict(sheet.rows)
    if label not in names:
        what = Text(f"“{place}”不在这张计算表中", f"{place!r} is not a row of this calculation")
        do = Text(
            f"表中有：{'、'.join(n.zh for n in names.values())}",
            f"the rows are: {', '.join(n.en for n in names.values())}",
        )
        raise InputError([Problem(what, do)])
    return Trace(sheet, label, names[label], sheet.trace(label, of))


def rows_of(study: "Study", codes: "pd.Index | tuple[str, ...] | list[str]") -> Rows:
    """Return the rows of a sheet: each place's code and short name."""
    return tuple((str(code), study.name(str(code))) for code in codes)


def gather(study: "Study", wanted: Mapping[str, "pd.Series[float]"]) -> tuple["pd.DataFrame", tuple[Text, ...]]:
    """Return the places where every input is known, as a frame in the study's order, and notes naming the others.

    `wanted`: by column id, a series by place code. InputError where no place is complete.
    """
    import pandas as pd

    frame = pd.DataFrame({key: values.astype(np.float64) for key, values in wanted.items()})
    frame = frame.reindex([c for c in study.places if c in frame.index])
    missing = frame.isna()
    if missing.all(axis=0).any() or missing.any(axis=1).all():
        empty = [str(c) for c in frame.columns[missing.all(axis=0)]] or [str(c) for c in frame.columns]
        listed = ", ".join(empty)
        raise InputError([Problem(Text(f"没有地区有齐全的数据：{listed}", f"no place has all the figures: {listed}"))])
    lost = {str(p): [str(c) for c in frame.columns[row]] for p, row in missing.iterrows() if row.any()}
    return frame.dropna(), left_out(study, lost)


def left_out(study: "Study", lost: Mapping[str, list[str]]) -> tuple[Text, ...]:
    """Return the note that names the places left out and the figures they lack; nothing where none is."""
    if not lost:
        return ()
    zh = "；".join(f"{study.name(p).zh}（{'、'.join(c)}）" for p, c in lost.items())
    en = "; ".join(f"{study.name(p).en} ({', '.join(c)})" for p, c in lost.items())
    return (Text(f"数据缺失而剔除：{zh}", f"left out for missing figures: {en}"),)


def origin(study: "Study", variable: str, year: int | None = None) -> Text:
    """Return where an input column comes from, for the sheet: title, year and publication."""
    source = study.source(variable)
    zh, en = source.title.zh, source.title.en
    when = ("", "") if year is None else (f"，{year} 年", f", {year}")
    return Text(f"{source.publication.zh}：{zh}{when[0]}", f"{source.publication.en}: {en}{when[1]}")


def given(study: "Study", id: str, title: Text, unit: Text, frame: "pd.DataFrame", variable: str, year: int) -> Column:
    """Return an input column read from a variable of the study in one year."""
    return Column(id, title, unit, frame[id].to_numpy(), source=origin(study, variable, year))
