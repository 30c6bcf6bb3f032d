"""Growth on a study: capital stocks, growth accounting, LMDI, decoupling, development traps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose._study_common import Years, sheet
from yugong.diagnose.growth import accounting, decoupling, traps
from yugong.diagnose.growth.lmdi import LMDI, SMALL
from yugong.diagnose.growth.lmdi import lmdi as divisia

if TYPE_CHECKING:
    from yugong.study.model import Study

CAPITAL = "capital_stock"  # what the efficiency verbs compute when a study has no such column
INVESTMENT, PRICE = "fixed_capital_formation", "investment_price"


@dataclass(frozen=True, slots=True, eq=False)
class CapitalStock:
    """Year-end capital stocks, places × years, at the prices of `base_year`."""

    stock: pd.DataFrame
    base_year: int
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place and year: place, year, capital_stock."""
        long = self.stock.rename_axis("place").reset_index().melt("place", var_name="year", value_name=CAPITAL)
        return long.astype({"year": int})


@dataclass(frozen=True, slots=True, eq=False)
class PlaceLMDI:
    """The decomposition of a total over places, and each place's part of every effect."""

    total: LMDI
    places: tuple[str, ...]
    years: tuple[int, int]
    unit: Text  # of the total, and so of every effect
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place ("all" first) and factor: place, factor, effect; effects of a place sum to its change."""
        rows = [("all", f, float(e)) for f, e in zip(self.total.factors, self.total.effects, strict=True)]
        rows += [
            (place, factor, float(self.total.by_part[k, i]))
            for i, place in enumerate(self.places)
            for k, factor in enumerate(self.total.factors)
        ]
        frame = pd.DataFrame(rows, columns=["place", "factor", "effect"])
        titles = {"factor": (Text("因素", "Factor"), Text("", "")), "effect": (Text("效应", "Effect"), self.unit)}
        frame.attrs["titles"] = titles
        return frame


def capital_stock(
    study: "Study",
    investment: str = INVESTMENT,
    price: str | None = PRICE,
    depreciation: float = 0.096,
    base_year: int | None = None,
    growth_years: int = 10,
    years: Years = None,
) -> CapitalStock:
    """Return capital by perpetual inventory from investment and its chained price index (None: constant prices already).

    Stocks are at prices of `base_year` (the study's, else the first year). The first stock is I/(g + δ): years near
    the start lean on it. See growth.perpetual_inventory.
    """
    s = sheet(study, [investment, *([price] if price else [])], None, years)
    if any(b - a != 1 for a, b in pairwise(s.years)):
        raise InputError([Problem(Text("永续盘存需要连续的年份", "perpetual inventory needs consecutive years"))])
    base = base_year if base_year is not None else study.base_year
    base = base if base in s.years else s.years[0]
    real = s.frames[investment]
    if price:
        real = real / s.frames[price].div(s.frames[price][base], axis=0)
    named = tuple(str(study.name(p)) for p in real.index)
    stock = accounting.perpetual_inventory(real.to_numpy(), depreciation, None, growth_years, named)
    card = MethodCard(
        CAPITAL,
        Text("资本存量(永续盘存)", "Capital stock by perpetual inventory"),
        r"K_t=(1-\delta)K_{t-1}+I_t,\quad K_1=\frac{I_1}{g+\delta}",
        Text(
            f"{base} 年价；折旧率 {depreciation:g}；初始资本由前 {growth_years} 年投资增速推算，起始数年受其影响",
            f"prices of {base}; depreciation {depreciation:g}; the first stock follows from investment growth over "
            f"{growth_years} years, and the years near it lean on it",
        ),
        None,
        (accounting.ZHANG_2008, accounting.OECD_2009),
        {"investment": investment, "price": str(price), "depreciation": f"{depreciation:g}", "base_year": str(base)},
    )
    return CapitalStock(pd.DataFrame(stock, real.index, real.columns), int(base), card, s.provenance(study))


def growth_accounting(
    study: "Study",
    first: int,
    last: int,
    output: str = "real_grp",
    labour: str = "employment_total",
    capital: str = CAPITAL,
    capital_share: float = 0.5,
    investment: str = INVESTMENT,
    price: str | None = PRICE,
    depreciation: float = 0.096,
) -> accounting.GrowthAccounts:
    """Return the contributions of capital, labour and productivity to growth between two years, and the 内涵度.

    `capital` is a column of the study, or computed by capital_stock when there is none. `labour`: persons employed;
    where a study lacks them, residents (`population`) are a stand-in that ignores participation. Places with a gap
    in either year are left out and recorded. See growth.growth_accounting.
    """
    extra, used = computed_capital(study, capital, investment, price, depreciation)
    s = sheet(study, [output, capital, labour], None, (first, last), extra=extra)
    y, k, n = (s.frames[v].to_numpy() for v in (output, capital, labour))
    out = accounting.growth_accounting(y, k, n, (first, last), capital_share, s.places)
    options = {
        "output": output, "labour": labour, "capital": capital, "capital_share": f"{capital_share:g}",
        "depreciation": f"{depreciation:g}" if extra else "",
    }  # fmt: skip
    provenance = replace(
        s.provenance(study),
        sources=tuple(study.source(v) for v in (*(v for v in (output, capital, labour) if v not in extra), *used)),
    )
    return replace(out, method=replace(out.method, options=options), provenance=provenance)


def lmdi(
    study: "Study",
    first: int,
    last: int,
    total: str = "co2_sectoral",
    chain: Sequence[str] = ("population", "real_grp", "energy_consumption"),
) -> PlaceLMDI:
    """Return the LMDI split of a total's change over a chain: total = c₁ · (c₂/c₁) · (c₃/c₂) · … · (total/c_last).

    The default is Kaya's: people, output a head, energy a unit of output, emissions a unit of energy. Effects are in
    the total's unit, summed over places. Places with a gap in either year are left out and recorded; zeros take the
    limit (Ang & Liu 2007). See growth.lmdi.
    """
    if first == last:
        what = Text(f"首末两年都是 {first} 年，没有变化可分解", f"both years are {first}: there is no change to split")
        raise InputError([Problem(what, Text("选两个不同的年份", "choose two different years"), column="last")])
    names = [*chain, total]
    s = sheet(study, names, None, (first, last))
    factors = [names[0], *(f"{b}/{a}" for a, b in pairwise(names))]

    def parts(year: int) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
        columns = [s.frames[v][year].replace(0.0, SMALL).to_numpy() for v in names]
        ratios = [b / a for a, b in pairwise(columns)]
        return dict(zip(factors, [columns[0], *ratios], strict=True))

    out = divisia(parts(first), parts(last))
    options = out.method.options | {"chain": " → ".join(names), "years": f"{first}–{last}"}
    card = replace(out.method, options=options)
    return PlaceLMDI(out, s.places, (first, last), study.variable(total).unit, card, s.provenance(study))


def tapio(
    study: "Study", first: int, last: int, pressure: str = "co2_sectoral", output: str = "real_grp"
) -> decoupling.Decoupling:
    """Return Tapio's elasticity and state of decoupling between two years, by place. See growth.tapio."""
    s = sheet(study, [pressure, output], None, (first, last))
    out = decoupling.tapio(s.frames[pressure].to_numpy(), s.frames[output].to_numpy(), s.places)
    options = {"pressure": pressure, "output": output, "years": f"{first}–{last}"}
    return replace(out, method=replace(out.method, options=options), provenance=s.provenance(study))


def development_trap(
    study: "Study",
    variables: Sequence[str] = ("real_grp_per_head",),
    window: int = 5,
    groups: str | None = "plates",
    weights: str | None = "population",
    years: Years = None,
) -> traps.Trap:
    """Return the development-trap index by place and year; variables are levels a head or a worker.

    The source takes income a head, productivity and employment a head; pass those the study has over enough years.
    See growth.development_trap.
    """
    s = sheet(study, [*variables, *([weights] if weights else [])], None, years)
    if any(b - a != 1 for a, b in pairwise(s.years)):
        raise InputError([Problem(Text("需要连续的年份", "needs consecutive years"))])
    values = np.stack([s.frames[v].to_numpy() for v in variables])
    labels = None if groups is None else study.grouping(groups).reindex(list(s.places)).to_numpy(dtype=object)
    mass = None if weights is None else s.frames[weights].to_numpy()
    out = traps.development_trap(values, window, labels, mass, s.places, s.years, tuple(variables))
    options = {"window": str(window), "groups": str(groups), "weights": str(weights)}
    return replace(out, method=replace(out.method, options=options), provenance=s.provenance(study, groups=groups))


def computed_capital(
    study: "Study", capital: str, investment: str, price: str | None, depreciation: float
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Return the computed capital stock when the study has no such column, and the columns behind it."""
    if capital in study.variables or capital in study.headline or capital != CAPITAL:
        return {}, ()
    made = capital_stock(study, investment, price, depreciation)
    full = made.stock.reindex(index=list(study.places), columns=list(study.years))
    return {CAPITAL: full}, (investment, *([price] if price else []))
