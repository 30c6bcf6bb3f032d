"""A study's own plate figures beside those that official documents printed; nothing is tuned to meet them."""

from typing import TYPE_CHECKING

import pandas as pd

from yugong import registry
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


def figure_title(figure: str) -> Text:
    """Return the words of a published figure's id; the id itself where it is of no known form."""
    names = {g.id: g.name for g in registry.groups("plates")}
    _, ratio, pair = figure.partition("per_head_ratio_")
    a, _, b = pair.partition("_")
    if ratio and {a, b} <= set(names):
        one, other = names[a], names[b]
        return Text(f"人均地区生产总值，{one.zh}：{other.zh}", f"GRP per head, {one.en} : {other.en}")
    group = figure.removeprefix("share_")
    if group in names:
        return Text(f"{names[group].zh}占比（%）", f"share of {names[group].en} (%)")
    return Text(figure, figure)


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
