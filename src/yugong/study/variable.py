"""What the study knows of each column: unit, price basis, direction, publication, vintage."""

import math
from dataclasses import dataclass
from typing import Literal, cast, get_args

from yugong.base.errors import Problem
from yugong.base.provenance import Kind, Source
from yugong.base.text import Text, split

NO_TEXT = Text("", "")
PriceBasis = Literal["current", "constant", "none"]
Direction = Literal["+", "-", "target", "context"]
PRICE_WORDS = {
    "current": Text("当年价", "current prices"),
    "constant": Text("不变价", "constant prices"),
    "none": Text("", ""),
}
FIELDS = (
    "id", "title_zh", "title_en", "unit_zh", "unit_en", "price_basis", "base_year", "direction", "kind", "formula",
    "publication_zh", "publication_en", "table", "vintage", "second_source", "max_difference", "note_zh", "note_en",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variable:
    """One column of the study; blank texts mean 'not stated'."""

    id: str
    title: Text
    unit: Text = NO_TEXT
    price_basis: PriceBasis = "none"
    base_year: int | None = None
    direction: Direction = "context"
    kind: Kind = "user"
    formula: str = ""
    publication: Text = NO_TEXT
    table: str = ""
    vintage: str = ""
    second_source: str = ""
    max_difference: float = math.nan
    note: Text = NO_TEXT

    def source(self) -> Source:
        """Return the variable as a line of provenance."""
        basis = PRICE_WORDS[self.price_basis]
        if self.price_basis == "constant" and self.base_year:
            basis = Text(f"{self.base_year} 年不变价", f"constant {self.base_year} prices")
        return Source(self.id, self.title, self.unit, basis, self.publication, split(self.vintage), self.kind)

    def row(self) -> dict[str, str]:
        """Return the variable as a row of variables.csv."""
        pairs = {"title": self.title, "unit": self.unit, "publication": self.publication, "note": self.note}
        out = {f"{name}_{lang}": getattr(text, lang) for name, text in pairs.items() for lang in ("zh", "en")}
        out |= {
            "id": self.id, "price_basis": self.price_basis, "base_year": str(self.base_year or ""),
            "direction": self.direction, "kind": self.kind, "formula": self.formula, "table": self.table,
            "vintage": self.vintage, "second_source": self.second_source,
            "max_difference": "" if math.isnan(self.max_difference) else f"{self.max_difference:.12g}",
        }  # fmt: skip
        return {field: out[field] for field in FIELDS}


def both(row: dict[str, str], name: str) -> Text:
    """Return the bilingual text of a pair of columns; one language stands in for the other."""
    zh, en = row.get(f"{name}_zh", ""), row.get(f"{name}_en", "")
    return Text(zh or en, en or zh)


def variable(row: dict[str, str], file: str, at: int) -> tuple[Variable, list[Problem]]:
    """Return the Variable of a row of variables.csv, and what is wrong with the row."""
    problems: list[Problem] = []

    def one_of(field: str, allowed: tuple[str, ...], default: str) -> str:
        value = row.get(field, "") or default
        if value in allowed:
            return value
        words = ", ".join(allowed)
        problems.append(
            Problem(
                Text(f"“{value}”不在允许的取值中", f"{value!r} is not an allowed value"),
                Text(f"写其中之一：{words}", f"write one of: {words}"),
                file,
                None,
                at,
                field,
            )
        )
        return default

    def numeric(field: str) -> float:
        text = row.get(field, "")
        try:
            return float(text) if text else math.nan
        except ValueError:
            what = Text(f"“{text}”不是数", f"{text!r} is not a number")
            problems.append(Problem(what, None, file, None, at, field))
            return math.nan

    base = numeric("base_year")
    made = Variable(
        row["id"],
        both(row, "title"),
        both(row, "unit"),
        cast("PriceBasis", one_of("price_basis", get_args(PriceBasis), "none")),
        None if math.isnan(base) else int(base),
        cast("Direction", one_of("direction", get_args(Direction), "context")),
        cast("Kind", one_of("kind", get_args(Kind), "user")),
        row.get("formula", ""),
        both(row, "publication"),
        row.get("table", ""),
        row.get("vintage", ""),
        row.get("second_source", ""),
        numeric("max_difference"),
        both(row, "note"),
    )
    return made, problems
