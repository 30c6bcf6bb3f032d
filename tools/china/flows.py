"""Flows: origin x destination tables, long, with their descriptions."""

from __future__ import annotations

import pandas as pd
from sources import CODES, PINYIN, Folder, code

# the freight-cost sheet spells the two north-western provinces and the regions in English
ENGLISH = {
    **{k.capitalize(): v for k, v in PINYIN.items()},
    "Inner Mongolia": "150000", "Inner Mongoria": "150000", "Tibet": "540000", "Shaanxi": "610000",
}  # fmt: skip
CONVENTION = ("440000", "460000")  # Guangdong and Hainan meet across the Qiongzhou Strait
ORDER = list(CODES.values())
EARTH_RADIUS = 6371.0088  # km, mean radius R1 of GRS 80


def _melt(matrix: pd.DataFrame, diagonal: bool) -> pd.DataFrame:
    if set(matrix.index) != set(ORDER) or set(matrix.columns) != set(ORDER):
        raise ValueError("a flow matrix does not cover the 31 provinces")
    matrix = matrix.loc[ORDER, ORDER].astype(float)
    rows = [(o, d, matrix.loc[o, d]) for o in ORDER for d in ORDER if diagonal or o != d]
    return pd.DataFrame(rows, columns=["origin", "destination", "value"])


def migration(data: Folder) -> pd.DataFrame:
    frame = data.frame("cn_migration_5yr/migration_5yr_long.csv")
    out = pd.DataFrame(
        {
            "origin": frame["orig"].map(code),
            "destination": frame["dest"].map(code),
            "year": frame["year"].astype(int),
            "value": frame["persons"],
            "factor": frame["factor"],
        }
    )
    if out.isna().any().any() or out.duplicated(["origin", "destination", "year"]).any() or len(out) != 5 * 31 * 30:
        raise ValueError("migration table is not five full 31 x 31 matrices without diagonal")
    return out.sort_values(["year", "origin", "destination"], ignore_index=True)


def _gb_matrix(data: Folder, name: str) -> pd.DataFrame:
    frame = data.frame(f"cn_rail_freight_2011/raw/{name}").set_index("province")
    frame.index = [code(p) for p in frame.index]
    frame.columns = [code(p) for p in frame.columns]
    return frame


def rail_freight(data: Folder) -> pd.DataFrame:
    # a dash in the source means that nothing was carried
    matrix = _gb_matrix(data, "flow29_2011.csv").replace("-", "0").astype(float)
    return _melt(matrix, diagonal=True)


def rail_distance(data: Folder) -> pd.DataFrame:
    return _melt(_gb_matrix(data, "31个省市自治区的铁路里程表.csv"), diagonal=False)


def _workbook(data: Folder, name: str) -> pd.DataFrame:
    from python_calamine import CalamineWorkbook

    return pd.DataFrame(CalamineWorkbook.from_path(data.root / name).get_sheet_by_index(0).to_python())


def capital_distance(data: Folder) -> pd.DataFrame:
    """Great circles between the seats of government in the registry, on a sphere of the mean Earth radius."""
    import numpy as np

    from yugong.registry import place

    seats = [place(c) for c in ORDER]
    lon, lat = (np.radians([getattr(s, axis) for s in seats]) for axis in ("lon", "lat"))
    half = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    km = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(half))
    return _melt(pd.DataFrame(km.round(3), ORDER, ORDER), diagonal=False)


def freight_cost(data: Folder) -> pd.DataFrame:
    sheet = _workbook(data, "cn_freight_cost/Inter-provincial_trade_cost.xlsx")
    body = sheet.iloc[3:34, 2:33].astype(float)
    body.index = [ENGLISH[str(p).strip()] for p in sheet.iloc[3:34, 0]]
    body.columns = [ENGLISH[str(p).strip()] for p in sheet.iloc[1, 2:33]]
    return _melt(body, diagonal=False)


def adjacency(data: Folder) -> pd.DataFrame:
    frame = data.frame("cn_geo/adjacency_34.csv").set_index("name")
    frame.index = [code(p) for p in frame.index]
    frame.columns = [code(p) for p in frame.columns]
    matrix = frame.loc[ORDER, ORDER].copy()
    a, b = CONVENTION
    matrix.loc[a, b] = matrix.loc[b, a] = 1
    out = _melt(matrix, diagonal=False)
    return out[out["value"] == 1].reset_index(drop=True)


BUILDERS = {
    "migration_5yr": migration,
    "rail_freight_2011": rail_freight,
    "rail_distance": rail_distance,
    "capital_distance": capital_distance,
    "freight_cost": freight_cost,
    "adjacency": adjacency,
}
