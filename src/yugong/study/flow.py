"""Flows between places: origin × destination, by year and perhaps by sector."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from yugong.base.errors import UnknownNameError
from yugong.base.text import Text
from yugong.study.variable import FIELDS, Variable

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
Diagonal = Literal["excluded", "included", "missing"]
FLOW_FIELDS = (*FIELDS, "diagonal")


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Figures with further dimensions than place and year, such as industry; `frame` has `dimensions` and value(s)."""

    variable: Variable
    dimensions: tuple[str, ...]
    frame: "pd.DataFrame"
    labels: Mapping[tuple[str, str], Text]  # (dimension, id) -> words


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """One kind of flow.

    `frame` has columns origin, destination, year (absent for a flow without time), sector (where there is one),
    value. `diagonal` says what a place's flow to itself is: excluded by definition, included, or missing.
    """

    variable: Variable
    diagonal: Diagonal
    places: tuple[str, ...]
    frame: "pd.DataFrame"

    @property
    def id(self) -> str:
        """The flow's id."""
        return self.variable.id

    @property
    def years(self) -> tuple[int, ...]:
        """The years there are, empty for a flow without time such as distance."""
        return tuple(sorted(int(y) for y in self.frame["year"].dropna().unique())) if "year" in self.frame else ()

    @property
    def sectors(self) -> tuple[str, ...]:
        """The sectors there are, in file order."""
        return tuple(self.frame["sector"].dropna().unique()) if "sector" in self.frame else ()

    def matrix(self, year: int | None = None, sector: str | None = None) -> "pd.DataFrame":
        """Return origin × destination over the study's places, NaN where nothing is recorded.

        `year` may be left out when the flow has one year or none; `sector` selects, never sums.
        Raises UnknownNameError for a year or sector that is not there, or that must be chosen.
        """
        frame = self._one("year", self.years, year, Text("年份", "year"))
        frame = (
            frame[frame["sector"] == self._chosen(self.sectors, sector, Text("行业", "sector"))]
            if self.sectors
            else frame
        )
        wide = frame.pivot(index="origin", columns="destination", values="value")  # noqa: PD010 - pivot_table would sum
        return wide.reindex(index=list(self.places), columns=list(self.places)).astype("float64")

    def _one(self, column: str, there: tuple[int, ...], wanted: int | None, kind: Text) -> "pd.DataFrame":
        if not there:
            if wanted is not None and column in self.frame:
                raise UnknownNameError(kind, wanted)
            return self.frame
        return self.frame[self.frame[column] == self._chosen(there, wanted, kind)]

    @staticmethod
    def _chosen(there: tuple[T, ...], wanted: T | None, kind: Text) -> T:
        if wanted is None and len(there) == 1:
            return there[0]
        if wanted not in there or wanted is None:
            raise UnknownNameError(kind, wanted, [str(x) for x in there], ambiguous=wanted is None)
        return wanted
