"""Real files as users have them, against tables that others tidied from the same files."""

import csv
import json

import pandas as pd
import pytest

from yugong import registry
from yugong.base.errors import InputError
from yugong.study.readers import read_table, tidy

SAME = 0.0  # the tidied tables carry the very figures of the files


@pytest.fixture(scope="module")
def gdp(shared):
    return shared / "data" / "cn_gdp_nbs"


@pytest.fixture(scope="module")
def services(shared):
    return shared / "data" / "cn_public_services_nbs"


def one(path):
    (table,) = read_table(path)
    return table


def wide_truth(path):
    frame = pd.read_csv(path, dtype={"code": "str"}).drop(columns="province").set_index("code")
    frame.index = frame.index + "0000"
    return frame.rename(columns=int).stack().rename_axis(["place", "year"])  # noqa: PD013


def as_series(got):
    return got.frame.set_index(["place", "year"])["value"]


def difference(got, truth):
    both = pd.concat([got.rename("got"), truth.rename("truth")], axis=1, join="inner")
    return len(both), float((both["got"] - both["truth"]).abs().max())


def test_portal_csv_is_the_fifth_census_vintage(gdp):
    got = tidy(one(gdp / "raw" / "NBS_export_地区生产总值(亿元).csv"))
    truth = wide_truth(gdp / "gdp_vintage5.csv")
    assert got.layout == "wide"
    assert (got.title, got.unit) == ("地区生产总值", "亿元")
    assert len(got.frame) == len(truth) == 589
    assert difference(as_series(got), truth) == (589, SAME)


def test_english_portal_xls_is_the_fourth_census_vintage(gdp):
    got = tidy(one(gdp / "raw" / "AnnualbyProvince.xls"))
    truth = wide_truth(gdp / "gdp_vintage4.csv")
    assert (got.title, got.unit) == ("Gross Regional Product", "100 million yuan")
    assert difference(as_series(got), truth) == (31 * 20, SAME)


def test_years_down_and_places_across_with_descending_years(gdp):
    got = tidy(one(gdp / "raw" / "Chinas_GDP_in_Province_Zh.csv"))
    truth = wide_truth(gdp / "gdp_vintage4.csv")
    assert len(got.frame) == 31 * 29
    # SOURCE.txt: this copy's 2020 is the first release; every earlier year is vintage 4
    earlier = as_series(got).loc[lambda s: s.index.get_level_values("year") < 2020]
    assert difference(earlier, truth) == (31 * 28, SAME)
    cell = got.frame.query("place == '440000' and year == 2020").iloc[0]
    assert (cell["value"], cell["row"], cell["column"]) == (110760.9, 2, "T")


def test_every_portal_export_reads_with_its_notes(gdp):
    paths = sorted((gdp / "raw").glob("NBS_export_*.csv"))
    assert len(paths) == 7
    for path in paths:
        got = tidy(one(path))
        name, _, unit = path.stem.removeprefix("NBS_export_").rpartition("(")
        assert (got.title, got.unit) == (name, unit.rstrip(")"))
        assert set(got.frame["place"]) == {p.code for p in registry.places() if p.code < "700000"}
        assert any("国家统计局" in note.text.zh for note in got.notes)


def test_portal_xls_equal_the_tidied_indicators(services):
    truth = pd.read_csv(services / "indicators_long.csv")
    codes = {name: registry.place(name).code for name in truth["province"].unique()}
    truth["place"] = truth["province"].map(codes)
    seen = 0
    for path in sorted((services / "raw").glob("*.xls")):
        part = truth[truth["indicator"] == path.stem]
        if part.empty:
            continue
        seen += 1
        got = as_series(tidy(one(path)))
        wanted = part.dropna(subset="value").drop_duplicates().set_index(["place", "year"])["value"]
        assert difference(got, wanted) == (len(wanted), SAME), path.name
        assert len(got) == len(wanted)
    assert seen >= 24


def test_the_tidied_indicators_read_as_a_series_table(services):
    got = tidy(one(services / "indicators_long.csv"))
    truth = pd.read_csv(services / "indicators_long.csv").dropna(subset="value").drop_duplicates()
    assert got.layout == "series"
    assert len(got.frame) == len(truth)
    assert got.frame["value"].sum() == pytest.approx(truth["value"].sum(), rel=1e-14)


def test_prefectures_beside_their_provinces(services):
    table = next(t for t in read_table(services / "raw" / "house_prix.xlsx") if t.sheet == "单价元每平方米")
    with pytest.raises(InputError) as refused:
        tidy(table)
    (wrong,) = refused.value.problems  # the file writes 吉林省市 for 吉林市
    assert (wrong.file, wrong.sheet, wrong.row, wrong.column) == ("house_prix.xlsx", "单价元每平方米", 156, "B")
    assert "220200" in wrong.what.zh
    table.rows[155][1] = "吉林市"
    got = tidy(table)
    cell = got.frame.query("place == '340200' and year == 2003").iloc[0]  # 芜湖
    assert (cell["value"], cell["row"], cell["column"]) == (2550.0, 3, "F")
    filled = [row for row in table.rows[1:] if any(isinstance(cell, float) for cell in row)]
    assert got.frame["place"].nunique() == len(filled) == 293  # 儋州, 昌都 and 那曲 have no figure


def test_weather_table_has_years_and_places_down(services):
    got = tidy(one(services / "raw" / "prov_weather.xls"))
    assert got.layout == "long"
    assert len(got.variables) == 7
    assert len(got.frame) == 341 * 7


@pytest.mark.parametrize("year", [2000, 2010, 2020])
def test_census_matrix_equals_the_tidied_flows(shared, year):
    folder = shared / "data" / "cn_migration_5yr"
    table = read_table(folder / "raw" / f"{year}.xls")[0]
    got = tidy(table, year=year)
    assert got.layout == "matrix"
    assert got.unit == "人"
    truth = pd.read_csv(folder / "migration_5yr_long.csv", dtype={"orig_code": "str", "dest_code": "str"})
    truth = truth[truth["year"] == year]
    wanted = truth.assign(o=truth["orig_code"] + "0000", d=truth["dest_code"] + "0000").set_index(["o", "d"])["persons"]
    flows = got.flows.set_index(["origin", "destination"])["value"]
    flows = flows[flows.index.get_level_values(0) != flows.index.get_level_values(1)]
    joined = pd.concat([flows, wanted.dropna()], axis=1, join="inner")
    assert len(joined) == len(flows) == 930
    assert (joined["value"] - joined["persons"]).abs().max() == SAME


@pytest.mark.parametrize("year", [2000, 2010, 2020])
def test_census_json_equals_its_xls(shared, year):
    raw = shared / "data" / "cn_migration_5yr" / "raw"
    xls = tidy(read_table(raw / f"{year}.xls")[0], year=year).flows
    records = tidy(one(raw / f"{year}.json"), year=year).flows
    merged = xls.merge(records, on=["origin", "destination"])
    assert len(merged) == len(records) >= 930
    assert (merged["value_x"] - merged["value_y"]).abs().max() == SAME
    assert json.loads((raw / f"{year}.json").read_text(encoding="utf-8"))


def test_all_annual_tables_read_cell_by_cell(shared):
    raw = shared / "data" / "cn_nbs_annual_2000_2019" / "raw"
    paths = sorted(raw.rglob("*.csv"))
    assert len(paths) == 325
    for path in paths[::12]:
        table = one(path)
        got = tidy(table)
        with path.open(encoding=table.encoding.lower().replace("utf-8", "utf-8-sig"), newline="") as f:
            rows = list(csv.reader(f))
        wanted = sum(float(x) for r in rows[1:] for x in r[3:] if x)
        count = sum(1 for r in rows[1:] for x in r[3:] if x)
        assert got.layout == "long", path.name
        assert len(got.frame) == count, path.name
        assert got.frame["value"].sum() == pytest.approx(wanted, rel=1e-12), path.name
        assert not got.notes, path.name


def test_distance_matrix_keeps_its_zero_diagonal(services):
    got = tidy(one(services / "distance_matrix.xlsx"))
    assert got.diagonal == "included"
    assert len(got.flows) == 31 * 31
    there = got.flows.set_index(["origin", "destination"])["value"]
    assert there["110000", "120000"] == 130.8226999
