"""Modelled trade against observed trade between areas that took no part in the calibration."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import AlignmentError, InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.registry.levers import references
from yugong.simulate.economies.balance import Numbers
from yugong.simulate.economies.calibration import WORLD, Calibration

# The areas of the regional input–output tables behind the published flows.
AREAS = {
    "Northeast": ("210000", "220000", "230000"),
    "North municipalities": ("110000", "120000"),
    "North coast": ("130000", "370000"),
    "Central coast": ("310000", "320000", "330000"),
    "South coast": ("350000", "440000", "460000"),
    "Central region": ("140000", "340000", "360000", "410000", "420000", "430000"),
    "Northwest": ("150000", "610000", "620000", "630000", "640000", "650000"),
    "Southwest": ("450000", "500000", "510000", "520000", "530000", "540000"),
    "World": (WORLD,),
}
SPLIT = {"agriculture": "agriculture"}  # every other sector is nonagriculture


@dataclass(frozen=True, slots=True, eq=False)
class TradeFit:
    """Modelled against observed trade, pair by pair; `frame` has origin, destination, sector, observed, modelled."""

    frame: pd.DataFrame
    year: int | None
    label: Text
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return, by sector and kind of pair: correlations, mean absolute errors of import shares, totals.

        Pairs: "internal" between two areas of the nation, "home" within one, "abroad" with the world. Errors are of
        the importer's spending shares, in percentage points; `total_ratio` is modelled over observed.
        """
        rows = []
        for (sector, kind), part in self.frame.groupby(["sector", "pairs"], sort=False):
            observed, modelled = part["observed"].to_numpy(), part["modelled"].to_numpy()
            gap = part["modelled_share"] - part["observed_share"]
            both = (observed > 0) & (modelled > 0)
            rows.append(
                {
                    "sector": sector,
                    "pairs": kind,
                    "count": len(part),
                    "correlation": _correlation(observed, modelled),
                    "log_correlation": _correlation(np.log(observed[both]), np.log(modelled[both])),
                    "share_correlation": _correlation(
                        part["observed_share"].to_numpy(), part["modelled_share"].to_numpy()
                    ),
                    "mean_share_error": 100 * float(gap.abs().mean()),
                    "largest_share_error": 100 * float(gap.abs().max()),
                    "observed_total": float(observed.sum()),
                    "total_ratio": float(modelled.sum() / observed.sum()),
                }
            )
        return pd.DataFrame(rows)


def validate_trade(
    calibration: Calibration, observed: pd.DataFrame, areas: Mapping[str, tuple[str, ...]] | None = None
) -> TradeFit:
    """Set a calibration's trade beside observed flows between areas, both as flows and as shares of spending.

    `observed` has columns origin, destination, sector (agriculture, nonagriculture) and value in the calibration's
    money, with the areas' own trade on the diagonal; `areas` maps each area to its regions (AREAS). Flows with the
    world and of the world are compared only where the observed frame has them. AlignmentError where areas differ.
    """
    groups = dict(areas or AREAS)
    there = set(observed["origin"]) | set(observed["destination"])
    if not there <= set(groups):
        raise AlignmentError(
            Text("观测流量", "observed flows"), Text("区域", "areas"), there - set(groups), set(groups) - there
        )
    e = calibration.economy
    missing = [r for g in there for r in groups[g] if r not in e.regions]
    if missing:
        raise InputError(
            [Problem(Text(f"经济中没有地区 {'、'.join(missing)}", f"the economy lacks {', '.join(missing)}"))]
        )
    flows = e.trade_shares * e.spending.T[:, :, None]
    farm = np.array([s == "agriculture" for s in e.sectors])
    names = [g for g in groups if g in there]
    into = np.array([[float(r in groups[g]) for r in e.regions] for g in names])
    both = {"agriculture": flows[farm].sum(0), "nonagriculture": flows[~farm].sum(0)}
    modelled = {s: into @ f @ into.T for s, f in both.items()}  # importer, exporter
    rows = []
    for r in observed.itertuples(index=False):
        row: Any = r
        i, j = names.index(row.destination), names.index(row.origin)
        kind = "home" if i == j else "abroad" if "World" in (row.origin, row.destination) else "internal"
        if kind == "home" and row.origin == "World":
            continue
        rows.append(
            (row.origin, row.destination, row.sector, kind, float(row.value), float(modelled[row.sector][i, j]), i)
        )
    frame = pd.DataFrame(rows, columns=["origin", "destination", "sector", "pairs", "observed", "modelled", "at"])
    spent = observed.groupby(["destination", "sector"])["value"].sum()
    frame["spending"] = [spent[d, s] for d, s in zip(frame["destination"], frame["sector"], strict=True)]
    frame["observed_share"] = frame["observed"] / frame["spending"]
    frame["modelled_share"] = [
        m / modelled[s][i].sum() for m, s, i in zip(frame["modelled"], frame["sector"], frame["at"], strict=True)
    ]
    return TradeFit(frame.drop(columns="at"), calibration.year, calibration.label, _card(), calibration.provenance)


def published_areas(path: str | Path, year: int) -> pd.DataFrame:
    """Return the observed flows of Tombe and Zhu's file `trade_8_regions_2002_2007.csv` for one year, in 100 million yuan.

    Columns origin, destination, sector, value; own trade on the diagonal. InputError where the year is not there.
    """
    raw = pd.read_csv(path)
    raw = raw[raw["year"] == year]
    if raw.empty:
        raise InputError([Problem(Text(f"没有 {year} 年", f"there is no year {year}"), file=Path(path).name)])
    parts = []
    for short, sector in (("ag", "agriculture"), ("na", "nonagriculture")):
        pairs = raw[["exporter", "importer", f"Eij_{short}"]].set_axis(["origin", "destination", "value"], axis=1)
        own = raw.drop_duplicates("importer")[["importer", "importer", f"Eii_{short}"]]
        own = own.set_axis(["origin", "destination", "value"], axis=1)
        parts.append(pd.concat([pairs, own]).assign(sector=sector))
    out = pd.concat(parts, ignore_index=True)
    out["value"] /= 1e4  # 10 000 yuan
    return out[["origin", "destination", "sector", "value"]]


def _correlation(a: Numbers, b: Numbers) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if len(a) > 2 else float("nan")


def _card() -> MethodCard:
    return MethodCard(
        id="simulate.validate_trade",
        title=Text("模型省际贸易与观测区域贸易的比较", "modelled trade against observed trade between areas"),
        formula=r"\hat X_{AB}=\sum_{n\in A}\sum_{i\in B}\hat X_{ni},\quad s_{AB}=X_{AB}/\sum_B X_{AB}",
        convention=Text(
            "观测流量未用于拟合；份额误差以百分点计",
            "observed flows took no part in the fit; share errors are percentage points",
        ),
        citations=(references()["tombe2019"],),
    )
