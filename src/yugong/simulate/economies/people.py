"""Who moved where, and who emits what: migration shares with stayers, emissions by sector."""

from typing import TYPE_CHECKING

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.simulate.economies.balance import Numbers

if TYPE_CHECKING:
    from yugong.simulate.economies.accounts import Accounts
    from yugong.study.model import Study

PERSONS = 1e4  # the study counts population in 10 000 persons


def moves(study: "Study", year: int, population: Numbers) -> tuple[Numbers, Numbers]:
    """Return people by place of residence five years before (N,), and the shares of each that live where now (N,N).

    Movers are the census or survey estimate (sample count × factor) of the survey that ends in or after `year`, the
    last one where none does; stayers are what is left of resident population, so that arrivals sum to it.
    """
    flow = study.flow("migration_5yr")
    survey = min((y for y in flow.years if y >= year), default=max(flow.years))
    rows = flow.frame[flow.frame["year"] == survey]
    scaled = rows.assign(value=rows["value"] * rows["factor"] / PERSONS)
    wide = scaled.pivot(index="origin", columns="destination", values="value")
    matrix = np.nan_to_num(
        wide.reindex(index=list(study.places), columns=list(study.places)).to_numpy(dtype=np.float64)
    )
    stayers = population - matrix.sum(0)
    if (stayers <= 0).any():
        where = "、".join(study.places[i] for i in np.flatnonzero(stayers <= 0))
        what = Text(f"{where} 迁入人数超过常住人口", f"arrivals exceed resident population in {where}")
        raise InputError([Problem(what, file="flows/migration_5yr.csv")])
    matrix += np.diag(stayers)
    workers = matrix.sum(1)
    return workers, matrix / workers[:, None]


def emissions(study: "Study", year: int, books: "Accounts") -> Numbers:
    """Return tonnes of CO₂ (N,8): a province's total spread by its sectors' purchases of fuel.

    Provinces without a figure get the national tonnes per unit of fuel.
    """
    fuel = books.output * books.nation.fuel
    total = study.values("co2_sectoral", year).to_numpy(dtype=np.float64)
    known = np.isfinite(total)
    if not known.any():
        return np.zeros_like(fuel)
    burnt = fuel.sum(1)
    rate = total[known].sum() / burnt[known].sum()
    total = np.where(known, np.nan_to_num(total), rate * burnt)
    out: Numbers = fuel * (total / burnt)[:, None]
    return out
