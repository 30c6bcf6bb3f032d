"""Builds the embedded China study from a folder of collected official statistics.

    python tools/china/build.py --data ../shared/data --out src/yugong/study/china

The descriptions of columns, flows, tables and notes are rows in tools/china/spec_rows; the figures come from the data
folder; nothing is filled in or smoothed. The same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Any

import derived
import flows
import numpy as np
import pandas as pd
import spec
import tables
from sources import CODES, Folder, Source
from writing import rounded, write_frame, write_panel, write_rows

ROOT = Path(__file__).resolve().parents[2]
YEARS = range(2000, 2025)
PLACES = list(CODES.values())
VARIABLE_FIELDS = [
    *("id", "title_zh", "title_en", "unit_zh", "unit_en", "price_basis", "base_year", "direction", "kind", "formula"),
    *("publication_zh", "publication_en", "table", "vintage", "second_source", "max_difference", "note_zh", "note_en"),
]
FLOW_FIELDS = [
    *("id", "file", "title_zh", "title_en", "unit_zh", "unit_en", "dimensions", "diagonal", "kind"),
    *("publication_zh", "publication_en", "vintage", "note_zh", "note_en"),
]
CHECK_FIELDS = ["variable", "check", "against", "cells", "max_relative_difference", "where"]
# national totals that stand in the same long tables as the provinces' figures
NATIONAL_ROWS = {
    "budget_expenditure": Source("long", "cn_fiscal_rd/PublicBudget", "v6_cz_yszc_hj", 2020, 2023),
    "spending_education": Source("long", "cn_fiscal_rd/PublicBudget", "v6_cz_yszc_jy", 2019, 2023),
    "spending_science": Source("long", "cn_fiscal_rd/PublicBudget", "v6_cz_yszc_kxjs", 2019, 2023),
    "spending_agriculture": Source("long", "cn_fiscal_rd/PublicBudget", "v6_cz_yszc_nls", 2019, 2023),
    "rd_spending": Source("long", "cn_fiscal_rd/RDIntense", "v4_ztr_jf_RD", 2011, 2023),
}
TABLE_OF_READER = {
    "grp": "地区生产总值",
    "merged": "分省年度数据",
    "merged_shifted": "地区生产总值指数",
    "people": "总人口",
    "shares": "三次产业构成",
    "incomes": "分地区居民人均可支配收入",
    "energy": "分地区能源与排放",
    "co2": "分省二氧化碳排放清单",
    "capital": "支出法地区生产总值:固定资本形成",
    "transfers": "分地区转移支付决算表、地方财政收支",
    "exchange": "人民币汇率(年平均价)",
    "area": "政府公布数",
    "long": "分地区表",
}


def assemble(data: Folder, column: spec.Column) -> pd.DataFrame:
    """The sources of a column joined by years; a year told twice is a mistake of the specification."""
    out = pd.concat([data.read(s) for s in column.read], axis=1)
    if out.columns.duplicated().any():
        raise ValueError(f"{column.id}: two sources give the same year")
    return rounded(out.reindex(index=PLACES, columns=YEARS).astype(float))


def mend(values: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    checks = []
    for row in spec.rows("mended"):
        frame, place, year = values[row["variable"]], row["place"], int(row["year"])
        if pd.isna(frame.loc[place, year]):
            raise ValueError(f"nothing to mend at {row}")
        frame.loc[place, year] = np.nan
        reason = f"{row['reason_zh']} / {row['reason_en']}"
        checks.append(_check(row["variable"], "made_missing", reason, 1, "", f"{place} {year}"))
    return checks


def compare(mine: pd.DataFrame, other: pd.DataFrame) -> tuple[int, float, str]:
    """Cells in common, the largest relative difference, and where it is."""
    gap = (other.reindex_like(mine) / mine - 1).abs().to_numpy()
    known = np.isfinite(gap)
    if not known.any():
        raise ValueError("a second source shares no cell with its column")
    row, column = np.unravel_index(np.argmax(np.where(known, gap, -1)), gap.shape)
    return int(known.sum()), float(gap[row, column]), f"{mine.index[row]} {mine.columns[column]}"


def second_sources(data: Folder, columns: list[spec.Column], values: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    checks = []
    for column in columns:
        if column.second:
            other = pd.concat([data.read(s) for s in column.second], axis=1)
            cells, most, where = compare(values[column.id], other)
            checks.append(_check(column.id, "second_source", column.row["second_source"], cells, f"{most:.2g}", where))
    return checks


def national_totals(data: Folder) -> pd.DataFrame:
    printed = pd.DataFrame(spec.rows("national")).set_index("year").apply(pd.to_numeric)
    printed.index = printed.index.astype(int)
    printed["budget_expenditure"] = printed["budget_expenditure"].combine_first(
        data.national(NATIONAL_ROWS["budget_expenditure"])
    )
    rest = {k: data.national(s) for k, s in NATIONAL_ROWS.items() if k not in printed.columns}
    return pd.concat([printed, pd.DataFrame(rest)], axis=1).sort_index().rename_axis("year")


def sums(values: dict[str, pd.DataFrame], national: pd.DataFrame) -> list[dict[str, Any]]:
    checks = []
    for name in national.columns:
        gap = (values[name].sum(axis=0, skipna=False) / national[name] - 1).dropna()
        checks += [
            _check(name, "sum_of_provinces", "全国 / national total", 31, f"{g:.3g}", str(y)) for y, g in gap.items()
        ]
    return checks


def _check(variable: str, check: str, against: str, cells: int, most: str, where: str) -> dict[str, Any]:
    return dict(zip(CHECK_FIELDS, (variable, check, against, cells, most, where), strict=True))


def variable_rows(columns: list[spec.Column], checks: list[dict[str, Any]]) -> list[dict[str, str]]:
    publications, vintages = spec.words("publications"), spec.words("vintages")
    worst = {c["variable"]: c["max_relative_difference"] for c in checks}
    out = []
    for column in columns:
        zh, en = publications[column.row["publication"]]
        names = [
            s.table.split("/")[-1] if s.reader in ("nbs", "services") else TABLE_OF_READER[s.reader]
            for s in column.read
        ]
        extra = {
            "publication_zh": zh,
            "publication_en": en,
            "table": ";".join(dict.fromkeys(names)),
            "vintage": " / ".join(vintages[column.row["vintage"]]),
            "max_difference": worst.get(column.id, ""),
        }
        row = {field: column.row.get(field, "") for field in VARIABLE_FIELDS}
        out.append({**row, **extra})
    zh, en = publications["own"]
    for row in spec.rows("derived"):
        filled = {field: row.get(field, "") for field in VARIABLE_FIELDS}
        out.append({**filled, "kind": "derived", "publication_zh": zh, "publication_en": en})
    return out


def coverage(frame: pd.DataFrame) -> str:
    """Years with at least one place, as runs: 2000-2019, 2023."""
    runs: list[list[int]] = []
    for y in (y for y in frame.columns if frame[y].notna().any()):
        if runs and y == runs[-1][1] + 1:
            runs[-1][1] = y
        else:
            runs.append([y, y])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def build(data_folder: Path, out: Path) -> None:
    data = Folder(data_folder)
    columns = spec.columns()
    values = {c.id: assemble(data, c) for c in columns}
    mended = mend(values)
    seconds = second_sources(data, columns, values)
    flow_frames = {k: make(data) for k, make in flows.BUILDERS.items()}
    table_frames = {k: make(data) for k, make in tables.BUILDERS.items()}
    for row in spec.rows("derived"):
        values[row["id"]] = rounded(derived.evaluate(row["formula"], values, table_frames, flow_frames))
    national = national_totals(data)

    write_panel(out / "panel.csv", values)
    write_rows(out / "variables.csv", VARIABLE_FIELDS, variable_rows(columns, seconds))
    for name, frames in (("flows", flow_frames), ("tables", table_frames)):
        (out / name).mkdir(exist_ok=True)
        for id_, frame in frames.items():
            write_frame(out / name / f"{id_}.csv", frame)
        described = [{**row, "file": f"{name}/{row['id']}.csv"} for row in spec.rows(name)]
        if [row["id"] for row in described] != list(frames):
            raise ValueError(f"spec_rows/{name}.csv and the builders do not name the same files in the same order")
        write_rows(out / f"{name}.csv", FLOW_FIELDS, described)
    write_rows(out / "labels.csv", ["table", "dimension", "id", "zh", "en"], tables.label_rows(data))
    write_frame(out / "national.csv", national.reset_index())
    for name in ("published", "absent"):
        rows = spec.rows(name)
        write_rows(out / f"{name}.csv", list(rows[0]), rows)
    served = [{**row, "coverage": coverage(values[row["variable"]])} for row in spec.rows("indicators")]
    write_rows(out / "indicators.csv", ["indicator", "variable", "coverage"], served)
    write_rows(out / "checks.csv", CHECK_FIELDS, [*seconds, *sums(values, national), *mended])
    shutil.copyfile(spec.FOLDER / "study.toml", out / "study.toml")
    filled = sum(int(v.notna().sum().sum()) for v in values.values())
    print(f"{len(values)} columns ({len(columns)} read), {filled} numbers", file=sys.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--out", type=Path, default=ROOT / "src" / "yugong" / "study" / "china")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    build(arguments.data, arguments.out)
