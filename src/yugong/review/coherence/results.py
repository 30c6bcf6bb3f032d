"""What the checks of a plan return: a tidy table and a method card."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from yugong.base.cards import MethodCard
from yugong.base.text import Text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class PlanCheck:
    """One check of a plan; `frame` is tidy, `problems` counts the rows a planner has to look at."""

    frame: "pd.DataFrame"
    problems: int
    notes: tuple[Text, ...]
    method: MethodCard

    def table(self) -> "pd.DataFrame":
        """Return the rows of the check."""
        return self.frame


def card(id_: str, title: Text, formula: str, convention: Text) -> MethodCard:
    """Return the method card of a check."""
    return MethodCard(id_, title, formula, convention)
