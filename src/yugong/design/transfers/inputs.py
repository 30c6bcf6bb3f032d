"""What the equalisation formula is computed from, region by region, and what a user may set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from yugong.base.text import Text

if TYPE_CHECKING:
    import pandas as pd

Revenue = Literal["capacity", "output", "actual"]
NONE = Text("", "")
# cost-difference coefficients of article 6; each stands at 1 until the user's table says otherwise
PRICE_FACTORS = {
    "hardship": Text("艰苦边远系数", "hardship and remoteness"),
    "winter": Text("冬季温度系数", "winter temperature"),
    "summer": Text("夏季温度系数", "summer temperature"),
    "altitude": Text("海拔系数", "altitude"),
    "distance": Text("运距系数", "haul distance"),
    "road": Text("路况系数", "road condition"),
}
STRUCTURE_FACTORS = {
    "staffing": Text("供养率差异系数", "staffing ratio"),
    "ethnic": Text("民族系数", "ethnic areas"),
    "municipality": Text("直辖差异系数", "municipality"),
    "relieved": Text("脱贫地区系数", "areas lifted out of poverty"),
}
FACTORS = PRICE_FACTORS | STRUCTURE_FACTORS
SIZE_FACTORS = {
    "scale": Text("人口规模系数", "population scale"),
    "expanse": Text("面积系数", "area"),
}
# share of spending that a price factor applies to; the rule names the shares, not their sizes
SHARES = {
    "personnel": Text("人员经费占比", "share of personnel"),
    "heating": Text("取暖费占比", "share of heating"),
    "cooling": Text("防暑费占比", "share of cooling"),
    "fuel": Text("燃油费占比", "share of fuel"),
    "upkeep": Text("车辆维修费占比", "share of vehicle upkeep"),
}
SHARE_DEFAULTS = {"personnel": 0.6, "heating": 0.02, "cooling": 0.01, "fuel": 0.02, "upkeep": 0.02}


@dataclass(frozen=True, slots=True)
class Category:
    """A spending category: what is spent (`spending`), for whom (`users`), and whether it is a basic service."""

    id: str
    title: Text
    users: str  # a column of the inputs: population, pupils, aged, rural
    basic: bool = False


@dataclass(frozen=True, slots=True)
class Inputs:
    """The figures of one year, a row a region, in 100 million yuan and 10 000 persons.

    `frame` has population, area, grp, urban, tax, nontax, users of each category, spending_<category>, and where the
    user gave them: factors, scale, expanse, fixed_grants, effort, baseline; `paid` stands beside the amounts. `origins` says where a column comes from.
    """

    frame: "pd.DataFrame"
    categories: tuple[Category, ...]
    rows: tuple[tuple[str, Text], ...]
    origins: Mapping[str, Text] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()

    def has(self, column: str) -> bool:
        """Return whether the column is given."""
        return column in self.frame.columns


@dataclass(frozen=True, slots=True)
class Settings:
    """The rule's numbers: those of the text, and those it leaves unpublished."""

    pot: float
    pot_basis: Text | None = None  # where the pot comes from; None: the user's
    weight_gap: float | None = None  # None: solved so that the pot is used up
    weight_difficulty: float = 0.1
    burden_share: float = 0.55
    gap_share: float = 0.45
    population_share: float = 0.85
    area_share: float = 0.15
    cap: float | None = None  # largest growth over the baseline
    floor: float | None = None  # smallest growth over the baseline
    reward: float = 0.0  # money set aside for effort
    revenue: Revenue = "capacity"
    shares: Mapping[str, float] = field(default_factory=lambda: dict(SHARE_DEFAULTS))
