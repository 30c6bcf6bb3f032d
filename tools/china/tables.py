"""Tables with a dimension beyond place and year, long, and the words of their labels."""

from __future__ import annotations

import pandas as pd
import spec
from national_io import PARTS, national_io
from sources import CODES, Folder, code

from yugong.simulate.economies.sectors import sectors

NBS = "cn_nbs_annual_2000_2019/raw"
SURVEY = f"{NBS}/人口/人口抽样调查样本数据"
JOBS = "就业人员和工资/按行业分城镇单位就业人员"
INPUT_OUTPUT_YEARS = {1997: 40, 2002: 42, 2007: 42}  # classifications whose sector names are not at hand


def _long(frame: pd.DataFrame, columns: dict[str, str], dimension: str, place: str, year: str) -> pd.DataFrame:
    """Rows place, year, label, value; `columns` maps a label to its column, and rows keep the order of labels."""
    keys = pd.DataFrame({"place": frame[place].map(code), "year": frame[year].astype(int)})
    parts = [keys.assign(**{dimension: label, "value": frame[name].astype(float)}) for label, name in columns.items()]
    out = pd.concat(parts, ignore_index=True).dropna(subset=["value"])
    rank = {label: i for i, label in enumerate(columns)}
    ordered = out.assign(rank=out[dimension].map(rank)).sort_values(["place", "year", "rank"], ignore_index=True)
    return ordered.drop(columns="rank")


def _by_industry(data: Folder, table: str) -> pd.DataFrame:
    frame = data.frame(f"{NBS}/{table}.csv")
    columns = {}
    for label in spec.labels("industry"):
        found = [n for n in frame.columns[4:] if n.startswith(label["column"])]
        if len(found) != 1:
            raise ValueError(f"{table}: {label['id']} found {len(found)} times")
        columns[label["id"]] = found[0]
    return _long(frame, columns, "industry", "省份", "年份")


def employment(data: Folder) -> pd.DataFrame:
    out = _by_industry(data, JOBS)
    # before 2008 a handful of province-years only
    return out[out["year"] >= 2008].reset_index(drop=True)


def wages(data: Folder) -> pd.DataFrame:
    return _by_industry(data, f"{JOBS}平均工资")


def prices(data: Folder) -> pd.DataFrame:
    frame = data.frame(f"{NBS}/价格指数/商品零售价格分类指数(上年=100).csv")
    columns = {label["id"]: label["column"] for label in spec.labels("category")}
    out = _long(frame, columns, "category", "省份", "年份")
    # one stray province-year after the category was dropped from the basket
    return out[~(out["category"].isin(["oils", "meat"]) & (out["year"] >= 2016))].reset_index(drop=True)


def samples(data: Folder) -> pd.DataFrame:
    parts = []
    for label in spec.labels("group"):
        table, column = label["column"].split("|")
        frame = data.frame(f"{SURVEY}/{table}.csv")
        parts.append(_long(frame, {label["id"]: column}, "group", "省份", "年份"))
    rank = {label["id"]: i for i, label in enumerate(spec.labels("group"))}
    out = pd.concat(parts, ignore_index=True)
    ordered = out.assign(rank=out["group"].map(rank)).sort_values(["place", "year", "rank"], ignore_index=True)
    return ordered.drop(columns="rank")


def migration_totals(data: Folder) -> pd.DataFrame:
    frame = data.frame("cn_migration_5yr/migration_5yr_totals.csv")
    columns = {label["id"]: label["column"] for label in spec.labels("origin_group")}
    return _long(frame, columns, "origin_group", "dest", "year")


def gross_output(data: Folder) -> pd.DataFrame:
    frame = data.frame("cn_input_output/gross_output_province_sector.csv")
    classification = [y if y in INPUT_OUTPUT_YEARS else 2012 for y in frame["year"]]
    out = pd.DataFrame(
        {
            "place": frame["province"].map(code),
            "year": frame["year"].astype(int),
            "sector": [f"c{c}_{s:02d}" for c, s in zip(classification, frame["sector"], strict=True)],
            "value": frame["gross_output_100m"].astype(float),
        }
    )
    if set(out["place"]) != set(CODES.values()):
        raise ValueError("gross output does not cover the 31 provinces")
    return out.sort_values(["place", "year", "sector"], ignore_index=True)


BUILDERS = {
    "employment_by_industry": employment,
    "wages_by_industry": wages,
    "retail_price_index": prices,
    "gross_output": gross_output,
    "migration_totals": migration_totals,
    "sample_survey": samples,
    "national_io": national_io,
}
VALUE_ADDED = dict(
    zip(
        PARTS,
        [
            ("劳动者报酬", "compensation of labour"),
            ("生产税净额", "net taxes on production"),
            ("固定资产折旧", "consumption of fixed capital"),
            ("营业盈余", "operating surplus"),
        ],
        strict=True,
    )
)
FUEL_WORDS = ("其中：购入煤炭、成品油与焦炭、燃气", "of which purchases of coal, oil products and coke, gas")
DIMENSIONS = {
    "employment_by_industry": "industry",
    "wages_by_industry": "industry",
    "retail_price_index": "category",
    "migration_totals": "origin_group",
    "sample_survey": "group",
}


def label_rows(data: Folder) -> list[dict[str, str]]:
    out = [
        {"table": table, "dimension": dimension, "id": label["id"], "zh": label["zh"], "en": label["en"]}
        for table, dimension in DIMENSIONS.items()
        for label in spec.labels(dimension)
    ]
    sector = {"table": "gross_output", "dimension": "sector"}
    for year, size in INPUT_OUTPUT_YEARS.items():
        for i in range(1, size + 1):
            zh, en = f"第 {i} 部门({year} 年投入产出表分类)", f"sector {i} of the {year} input–output table"
            out.append({**sector, "id": f"c{year}_{i:02d}", "zh": zh, "en": en})
    national = data.frame("cn_input_output/china_2017_42.csv").iloc[:42]
    for i, (zh, en) in enumerate(zip(national["DescriptionInChinese"], national["Description"], strict=True), 1):
        out.append({**sector, "id": f"c2012_{i:02d}", "zh": zh, "en": en})
    item = {"table": "national_io", "dimension": "item"}
    out += [{**item, "id": s.id, "zh": s.title.zh, "en": s.title.en} for s in sectors()]
    out += [{**item, "id": i, "zh": zh, "en": en} for i, (zh, en) in {**VALUE_ADDED, "fuel": FUEL_WORDS}.items()]
    return out
