"""The embedded China study stands on its own: layout, descriptions, formulas, sums, the plate table."""

import importlib.util
import math
import re
from pathlib import Path
from types import ModuleType

import pytest

import yugong

STUDY = Path(yugong.__file__).parent / "study" / "china"
ROUNDING = 2e-9  # cells are written to ten significant digits; a formula adds at most a few of their errors
SMALL = 5e-8  # differences of near-equal numbers keep the absolute error of their terms (per cent scale)
EAST = set("110000 120000 130000 310000 320000 330000 350000 370000 440000 460000".split())  # noqa: SIM905
CENTRAL = set("140000 340000 360000 410000 420000 430000".split())  # noqa: SIM905
NORTHEAST = set("210000 220000 230000".split())  # noqa: SIM905
# indicators.md 5.5, recomputed outside this project: ratio 东:中, 东:西, share 中, share 西
PLATES = {
    ("grp_v4", 2012): (1.680, 1.858, 21.29, 19.60),
    ("grp_v4", 2022): (1.538, 1.640, 21.77, 21.46),
    ("grp_v5", 2012): (1.694, 1.865, 21.16, 19.58),
    ("grp_v5", 2022): (1.569, 1.662, 21.50, 21.32),
}


def _formula() -> ModuleType:
    spec = importlib.util.spec_from_file_location("china_formula", Path(__file__).with_name("formula.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


formula = _formula()
VARIABLES = formula.rows(STUDY / "variables.csv")
DERIVED = [v for v in VARIABLES if v["kind"] == "derived"]


@pytest.fixture(scope="module")
def china():  # type: ignore[no-untyped-def]
    return formula.Folder(STUDY)


def test_one_row_a_province_year_and_enough_columns(china) -> None:  # type: ignore[no-untyped-def]
    keys = [(r["place"], int(r["year"])) for r in formula.rows(STUDY / "panel.csv")]
    assert len(keys) == len(set(keys)) == 31 * 25
    assert {y for _, y in keys} == set(range(2000, 2025))
    assert all(re.fullmatch(r"[1-6]\d0000", p) for p, _ in keys)
    assert [v["id"] for v in VARIABLES] == list(china.cells)
    assert len(VARIABLES) >= 150


def test_every_column_names_its_publication_unit_vintage_and_holds_figures(china) -> None:  # type: ignore[no-untyped-def]
    for v in VARIABLES:
        assert v["title_zh"], v["id"]
        assert v["title_en"], v["id"]
        assert v["unit_zh"], v["id"]
        assert v["publication_zh"], v["id"]
        assert v["publication_en"], v["id"]
        assert v["kind"] in {"official", "modelled", "derived"}
        assert v["direction"] in {"+", "-", "target", "context"}
        assert bool(v["formula"]) == (v["kind"] == "derived"), v["id"]
        assert bool(v["vintage"]) == (v["kind"] != "derived"), v["id"]
        assert bool(v["second_source"]) == bool(v["max_difference"]), v["id"]
        assert (v["price_basis"] == "constant") == bool(v["base_year"]), v["id"]
        assert any(math.isfinite(x) for x in china.cells[v["id"]].values()), v["id"]


@pytest.mark.parametrize("variable", DERIVED, ids=lambda v: v["id"])
def test_derived_column_follows_from_its_formula(china, variable) -> None:  # type: ignore[no-untyped-def]
    known = 0
    for (place, year), written in china.cells[variable["id"]].items():
        if "survey" in variable["formula"] and place not in {"110000", "410000", "540000"}:
            continue  # the plain reading of a long table is slow: three places do
        computed = china.value(variable["formula"], place, year)
        assert math.isnan(computed) == math.isnan(written), (variable["id"], place, year)
        if not math.isnan(written):
            known += 1
            assert computed == pytest.approx(written, rel=ROUNDING, abs=SMALL), (variable["id"], place, year)
    assert known > 0


@pytest.mark.parametrize(("variable", "year"), PLATES)
def test_plate_table(china, variable: str, year: int) -> None:  # type: ignore[no-untyped-def]
    grp = {p: china.cells[variable][p, year] for p in china.places}
    people = {p: china.cells["population"][p, year] for p in china.places}
    west = set(china.places) - EAST - CENTRAL - NORTHEAST
    assert len(west) == 12

    def per_head(plate: set[str]) -> float:
        return math.fsum(grp[p] for p in plate) / math.fsum(people[p] for p in plate)

    def share(plate: set[str]) -> float:
        return 100 * math.fsum(grp[p] for p in plate) / math.fsum(grp.values())

    east_central, east_west, central, western = PLATES[variable, year]
    assert round(per_head(EAST) / per_head(CENTRAL), 3) == pytest.approx(east_central, abs=5e-4)
    assert round(per_head(EAST) / per_head(west), 3) == pytest.approx(east_west, abs=5e-4)
    assert share(CENTRAL) == pytest.approx(central, abs=0.006)
    assert share(west) == pytest.approx(western, abs=0.006)


def test_published_plate_figures_are_shown_as_printed() -> None:
    printed = {(r["figure"], r["year"]): r["value"] for r in formula.rows(STUDY / "published.csv")}
    assert printed["per_head_ratio_east_central", "2022"] == "1.50"
    assert printed["per_head_ratio_east_west", "2012"] == "1.87"
    assert printed["share_central", "2022"] == "22.1"
    assert len(printed) == 8


def test_grp_vintages_differ_and_stay_apart(china) -> None:  # type: ignore[no-untyped-def]
    guangdong = ("440000", 2020)
    assert china.cells["grp_v4"][guangdong] == 111151.6
    assert china.cells["grp_v5"][guangdong] == 113708.9
    assert all(math.isnan(china.cells["grp_v5"][p, y]) for p in china.places for y in range(2000, 2006))
    assert all(math.isnan(china.cells["grp_v4"][p, 2024]) for p in china.places)
    for v in DERIVED:
        assert not ("grp_v4" in v["formula"] and "grp_v5" in v["formula"]), v["id"]


def test_known_official_figures(china) -> None:  # type: ignore[no-untyped-def]
    cells = china.cells
    assert cells["income_per_head"]["440000", 2020] == 41029
    assert cells["budget_revenue"]["440000", 2019] == pytest.approx(12654.53, abs=5e-3)
    assert cells["transfer_received"]["510000", 2020] == pytest.approx(5707.99, abs=5e-3)
    assert cells["grp_index"]["500000", 2010] == 117.2
    assert cells["wage_urban_units"]["440000", 2019] == 98889
    assert cells["patents_granted"]["440000", 2020] == 709725


def test_transfers_of_2018_stay_missing(china) -> None:  # type: ignore[no-untyped-def]
    assert all(math.isnan(china.cells["transfer_received"][p, 2018]) for p in china.places)
    for year in (2014, 2017, 2019, 2024):
        assert all(china.cells["transfer_received"][p, year] > 0 for p in china.places)


SUM_TOLERANCE = {"grp_v4": 0.026, "grp_v5": 0.01, "population": 0.017, "transfer_received": 0.012}
ELSEWHERE = 2e-4  # rounding of printed figures
# provincial GRP was not compiled to add up before 2018; census population leaves out the armed forces and, before
# 2010, people away from home; from 2022 the Xinjiang Corps stands apart in the transfer table


def test_provinces_add_up_to_the_national_total(china) -> None:  # type: ignore[no-untyped-def]
    checked = 0
    for row in formula.rows(STUDY / "national.csv"):
        year = int(row.pop("year"))
        for name, text in row.items():
            total = math.fsum(china.cells[name][p, year] for p in china.places)
            if text and math.isfinite(total):
                checked += 1
                assert total == pytest.approx(float(text), rel=SUM_TOLERANCE.get(name, ELSEWHERE)), (name, year)
    assert checked > 90


def test_own_per_head_figures_agree_with_the_official_ones(china) -> None:  # type: ignore[no-untyped-def]
    """Official GRP and grain per head use the mean population of the day: close where population was not revised."""
    for mine, official in (("grp_per_head_v4", "grp_per_head_official"), ("grain_per_head", "grain_per_head_official")):
        gaps = sorted(
            abs(china.cells[mine][p, y] / china.cells[official][p, y] - 1) for p in china.places for y in (2003, 2009)
        )
        assert gaps[len(gaps) // 2] < 0.02, mine
        assert gaps[-1] < 0.12, mine


def test_rates_and_indices_lie_where_they_can(china) -> None:  # type: ignore[no-untyped-def]
    bounds = {
        "urbanisation": (15, 95), "water_access": (0, 100), "gas_access": (0, 100), "cpi": (90, 115),
        "grp_index": (90, 125), "life_expectancy": (60, 85), "schooling_years": (3, 13.5), "rd_intensity": (0, 8),
        "urban_rural_ratio": (1.5, 4.5), "fiscal_self_reliance": (3, 110), "aged_share": (3, 20),
    }  # fmt: skip
    for name, (low, high) in bounds.items():
        known = [x for x in china.cells[name].values() if math.isfinite(x)]
        assert known
        assert low <= min(known), name
        assert max(known) <= high, name


def test_levels_are_never_zero_where_nobody_can_be_at_zero(china) -> None:  # type: ignore[no-untyped-def]
    may_be_zero = {"natural_growth_rate", "tech_contracts_sold", "expressway_length"}
    for name, cells in china.cells.items():
        if name not in may_be_zero:
            assert 0.0 not in cells.values(), name


def test_numbers_are_written_plainly() -> None:
    for path in STUDY.rglob("*.csv"):
        raw = path.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf"), path.name
        assert b"\r" not in raw, path.name
        assert len(raw) < 2_500_000, path.name
    cells = [c for line in (STUDY / "panel.csv").read_text(encoding="utf-8").splitlines()[1:] for c in line.split(",")]
    assert max(len(re.sub(r"e.*|[-.]", "", c).lstrip("0")) for c in cells) <= 10
    assert sum(p.stat().st_size for p in STUDY.rglob("*") if p.is_file()) < 4_000_000


def test_migration_is_five_full_matrices_without_diagonal(china) -> None:  # type: ignore[no-untyped-def]
    published_millions = {2000: 33.98, 2005: 38.04, 2010: 55.2, 2015: 53.28}  # NBS; sampling-ratio rounding 0.4 %
    flow = china.flows["migration_5yr"]
    for year in (2000, 2005, 2010, 2015, 2020):
        rows = [r for r in flow if r["year"] == str(year)]
        assert len({(r["origin"], r["destination"]) for r in rows}) == len(rows) == 31 * 30
        assert all(r["origin"] != r["destination"] for r in rows)
        if year in published_millions:
            total = math.fsum(float(r["value"]) * float(r["factor"]) for r in rows) / 1e6
            assert total == pytest.approx(published_millions[year], rel=5e-3)
    assert "modelled" not in {r["kind"] for r in formula.rows(STUDY / "flows.csv") if r["id"] == "migration_5yr"}


def test_static_flows(china) -> None:  # type: ignore[no-untyped-def]
    def matrix(name: str) -> dict[tuple[str, str], float]:
        return {(r["origin"], r["destination"]): float(r["value"]) for r in china.flows[name]}

    for name in ("rail_distance", "capital_distance", "freight_cost"):
        m = matrix(name)
        assert len(m) == 930
        assert all(m[o, d] == m[d, o] > 0 for o, d in m), name
    assert matrix("rail_distance")["110000", "310000"] == 1463
    # the ellipsoid's geodesics between the cities' printed coordinates; the sphere differs by at most half a per cent
    assert matrix("capital_distance")["110000", "310000"] == pytest.approx(1068, rel=5e-3)
    assert matrix("capital_distance")["110000", "130000"] == pytest.approx(264, rel=5e-3)
    assert matrix("freight_cost")["230000", "540000"] == 770
    assert matrix("freight_cost")["310000", "320000"] == 6
    freight = matrix("rail_freight_2011")
    assert math.fsum(freight.values()) == 328130
    assert freight["140000", "130000"] == 34730
    near = matrix("adjacency")
    assert set(near.values()) == {1.0}
    assert all((d, o) in near for o, d in near)
    assert ("440000", "460000") in near
    assert ("110000", "310000") not in near
    assert {o for o, _ in near} == set(china.places)


def test_tables_are_complete_where_they_say(china) -> None:  # type: ignore[no-untyped-def]
    prices = china.tables["retail_price_index"]
    counts: dict[str, int] = {}
    for r in prices:
        counts[r["category"]] = counts.get(r["category"], 0) + 1
        assert 70 < float(r["value"]) < 150
    assert sum(n == 31 * 20 for c, n in counts.items() if c != "all") >= 13
    labels = {(r["table"], r["id"]) for r in formula.rows(STUDY / "labels.csv")}
    for table, rows in china.tables.items():
        column = list(rows[0])[2]
        keys = [(r["place"], r["year"], r[column]) for r in rows]
        assert len(keys) == len(set(keys)), table
        assert {(table, r[column]) for r in rows} <= labels
    output = math.fsum(float(r["value"]) for r in china.tables["gross_output"] if r["year"] == "2017")
    assert output == pytest.approx(237_700_0, rel=1e-3)  # 237.7 trillion yuan


def test_every_indicator_of_the_default_system_is_served_or_said_to_be_absent(china) -> None:  # type: ignore[no-untyped-def]
    served = {r["indicator"]: r for r in formula.rows(STUDY / "indicators.csv")}
    absent = {r["indicator"]: r for r in formula.rows(STUDY / "absent.csv")}
    system = [*(f"E{i}" for i in range(1, 10)), *(f"G{i}" for i in range(1, 11)), *(f"S{i}" for i in range(1, 12)),
              *(f"M{i}" for i in range(1, 11)), *(f"F{i}" for i in range(1, 11)), *(f"C{i}" for i in range(1, 10))]  # fmt: skip
    assert set(served) | set(absent) == set(system)
    assert not set(served) & set(absent)
    assert all(r["reason_zh"] and r["reason_en"] for r in absent.values())
    assert all(r["variable"] in china.cells for r in served.values())
    for code in ("G3", "M4"):
        assert code in absent


def test_mended_cells_are_missing_and_named(china) -> None:  # type: ignore[no-untyped-def]
    mended = [r for r in formula.rows(STUDY / "checks.csv") if r["check"] == "made_missing"]
    assert len(mended) == 20
    for r in mended:
        place, year = r["where"].split()
        assert math.isnan(china.cells[r["variable"]][place, int(year)])
