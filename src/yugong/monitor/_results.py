"""What the verbs of the room return."""

from dataclasses import dataclass

import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """Tidy rows with their method, what a reader must know, and where they are from."""

    rows: pd.DataFrame
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return the rows."""
        return self.rows
