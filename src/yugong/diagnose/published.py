"""A study's own plate figures beside those that official documents printed; nothing is tuned to meet them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from yugong.base.text import Text
from yugong.diagnose._study_disparity import group_table
from yugong.diagnose.disparity.group_totals import GroupTable

if TYPE_CHECKING:
    from yugong.study.model import Study


def own_figure(table: GroupTable, figure: str, year: int) -> float | None:
    """Return the table's own value of a published figure, None where the table does not reach it.

    figure: "per_head_ratio_<group>_<group>", or "share_<group>" in per cent of the groups' sum.
    """
    if year not in table.years:
        return None
    t = table.years.index(year)
    _, ratio, pair = figure.partition("per_head_ratio_")
    if ratio:
        a, _, b = pair.partition("_")
        if {a, b} <= set(table.groups):
            return float(table.per_head[t, table.groups.index(a)] / table.per_head[t, table.groups.index(b)])
    elif figure.startswith("share_") and figure.removeprefix("share_") in table.groups:
        return 100 * float(table.share[t, table.groups.index(figure.removeprefix("share_"))])
    return None


def figure_title(figure: str, names: Mapping[str, Text]) -> Text | None:
    """Return the words of a published figure, its groups called by `names`; None for an id of no known form."""
    _, ratio, pair = figure.partition("per_head_ratio_")
    a, _, b = pair.partition("_")
    if ratio and {a, b} <= set(names):
        one, other = names[a], names[b]
        return Text(f"人均地区生产总值，{one.zh}∶{other.zh}", f"GRP per head, {one.en} : {other.en}")
    group = figure.removeprefix("share_")
    if figure.startswith("share_") and group in names:
        return Text(f"{names[group].zh}占全国比重（%）", f"Share of {names[group].en} (%)")
    return None


def beside_published(
    study: "Study", amount: str = "grp", population: str = "population", groups: str = "plates"
) -> pd.DataFrame:
    """Return one row a published figure: figure, year, own, published, document (in both languages)."""
    years = sorted({int(row["year"]) for row in study.published})
    columns = ["figure", "year", "own", "published", "document_zh", "document_en"]
    if not years:
        return pd.DataFrame(columns=columns)
    table = group_table(study, amount, population, groups, years=years)
    rows = [
        (r["figure"], int(r["year"]), own, float(r["value"]), r["document_zh"], r["document_en"])
        for r in study.published
        if (own := own_figure(table, r["figure"], int(r["year"]))) is not None
    ]
    return pd.DataFrame(rows, columns=columns)
