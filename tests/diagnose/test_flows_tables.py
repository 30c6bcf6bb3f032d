"""Trade costs, integration, migration tables and mobility gaps against planted truth, papers and real flows."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong import registry
from yugong.base.errors import AlignmentError, InputError
from yugong.diagnose.flows import flow_integration, head_ries, migration_table, mobility_gap

EXACT = 1e-12
PRINTED = 1e-6  # the replication file keeps about eight digits in single precision


def test_planted_trade_costs_come_back() -> None:
    rng = np.random.default_rng(0)
    n, elasticity = 8, 4.0
    tau = rng.uniform(1.1, 3, (n, n))
    np.fill_diagonal(tau, rng.uniform(1, 1.3, n))
    flows = np.outer(rng.uniform(1, 9, n), rng.uniform(1, 9, n)) * tau**-elasticity
    expected = np.sqrt(tau * tau.T / np.outer(np.diag(tau), np.diag(tau)))
    result = head_ries(flows, elasticity)
    np.testing.assert_allclose(result.costs, expected, rtol=EXACT)
    assert len(result.table()) == n * (n - 1) // 2


def test_trade_costs_of_chinese_regions_as_published(shared: Path) -> None:
    d = pd.read_csv(shared / "data/tombe_zhu_2019/trade_8_regions_2002_2007.csv")
    for year, sector in ((y, s) for y in (2002, 2007) for s in ("ag", "na")):
        part = d[(d["year"] == year) & d[f"tij_{sector}"].notna()]
        names = sorted(set(part["importer"]) | set(part["exporter"]))
        shares = pd.DataFrame(np.nan, names, names)
        for row in part.itertuples():
            shares.loc[row.importer, row.exporter] = getattr(row, f"PIij_{sector}")
            shares.loc[row.exporter, row.importer] = getattr(row, f"PIji_{sector}")
            shares.loc[row.importer, row.importer] = getattr(row, f"PIii_{sector}")
            shares.loc[row.exporter, row.exporter] = getattr(row, f"PIjj_{sector}")
        result = head_ries(shares, 4.0)  # Tombe and Zhu's θ
        costs = pd.DataFrame(result.costs, result.places, result.places)
        mine = [costs.loc[row.importer, row.exporter] for row in part.itertuples()]
        np.testing.assert_allclose(mine, part[f"tij_{sector}"], rtol=PRINTED)


def test_a_zero_flow_costs_infinity_and_a_gap_stays_a_gap() -> None:
    x = np.array([[5.0, 1.0, 2.0], [0.0, 5.0, np.nan], [1.0, 1.0, 5.0]])
    costs = head_ries(x, 5.0).costs
    assert np.isinf(costs[0, 1])
    assert np.isnan(costs[1, 2])
    assert np.isfinite(costs[0, 2])
    with pytest.raises(InputError, match="内部流量"):
        head_ries(np.array([[0.0, 1.0], [1.0, 1.0]]), 5.0)


def test_integration_is_one_without_frictions_and_zero_in_autarky() -> None:
    size = np.array([1.0, 2.0, 3.0, 4.0])
    free = flow_integration(np.outer(size, size))
    np.testing.assert_allclose([*free.integration, free.overall, *free.home_bias], 1.0, rtol=EXACT)
    np.testing.assert_allclose(free.intensity, 1.0, rtol=EXACT)
    closed = flow_integration(np.diag(size))
    np.testing.assert_array_equal(closed.integration, 0.0)
    half = flow_integration(np.outer(size, size) / 10 + np.diag(size))
    assert ((half.integration > 0) & (half.integration < 1)).all()
    # symmetric costs leave the balance perfect here, so integration is √openness
    lopsided = np.outer(size, size)
    lopsided[0, 1] *= 30
    assert flow_integration(lopsided).balance[0] < 1


def test_migration_table_by_hand() -> None:
    flows = pd.DataFrame([[9.0, 2, 3], [1, 9, 4], [0, 6, 9]], list("abc"), list("abc"))
    result = migration_table(flows[["c", "a", "b"]], pd.Series({"b": 200.0, "a": 100.0, "c": 50.0}), "start")
    table = result.table().set_index("place")
    np.testing.assert_array_equal(table["inflow"], [1, 8, 7])
    np.testing.assert_array_equal(table["outflow"], [5, 5, 6])
    np.testing.assert_array_equal(table["net"], [-4, 3, 1])
    np.testing.assert_allclose(table["effectiveness"], [-4 / 6, 3 / 13, 1 / 13])
    np.testing.assert_allclose(table["net_rate"], [-40, 15, 20])
    assert result.intensity == pytest.approx(1000 * 16 / 350)
    assert result.net_redistribution == pytest.approx(result.intensity * result.system_effectiveness)
    assert "期初" in result.method.convention.zh
    assert np.isnan(migration_table(flows).table()["in_rate"]).all()


def test_a_missing_cell_hides_only_the_totals_it_enters() -> None:
    flows = np.array([[0.0, np.nan, 3], [1, 0, 4], [2, 6, 0]])
    result = migration_table(flows)
    assert np.isnan(result.outflow).tolist() == [True, False, False]
    assert np.isnan(result.inflow).tolist() == [False, True, False]
    assert np.isnan(result.net).tolist() == [True, True, False]


def test_census_migration_balances(shared: Path) -> None:
    long = pd.read_csv(shared / "data/cn_migration_5yr/migration_5yr_long.csv")
    for year, movers in ((2000, 34.0e6), (2010, 55.0e6)):  # published totals in the data's own note
        part = long[long["year"] == year]
        flows = pd.crosstab(part["orig"], part["dest"], part["persons"] * part["factor"], aggfunc="sum")
        for place in flows.index:
            flows.loc[place, place] = 0.0
        result = migration_table(flows)
        assert abs(result.net.sum()) < 1e-6 * result.gross.sum()
        assert result.inflow.sum() == pytest.approx(movers, rel=0.01)
        assert result.table().set_index("place")["net"].idxmax() == "广东"


def test_labels_must_agree() -> None:
    flows = pd.DataFrame(np.ones((2, 2)), ["北京", "天津"], ["北京", "河北"])
    with pytest.raises(AlignmentError, match="天津"):
        migration_table(flows)
    with pytest.raises(InputError, match="-1"):
        migration_table(np.array([[0.0, -1.0], [1.0, 0.0]]))


def test_mobility_gap_sees_only_what_controls_do_not_explain() -> None:
    rng = np.random.default_rng(1)
    names = [f"p{i}" for i in range(40)]
    z = pd.DataFrame({"schooling": rng.normal(10, 1, 40)}, names)
    planted = np.zeros(40)
    planted[7] = np.log(1.5)
    wages = pd.Series(np.exp(1 + 0.1 * z["schooling"].to_numpy() + planted), names)
    result = mobility_gap(wages, z, pd.Series(rng.uniform(1, 9, 40), names).iloc[::-1])
    assert result.table().set_index("place")["rank"].idxmin() == "p7"
    free = mobility_gap(np.exp(1 + 0.1 * z["schooling"].to_numpy()), z.to_numpy())
    np.testing.assert_allclose(free.gap, 0.0, atol=1e-12)
    np.testing.assert_allclose(free.coefficients, [1.0, 0.1], rtol=1e-9)
    assert free.explained == pytest.approx(1.0)
    plain = mobility_gap(wages)
    assert plain.dispersion == pytest.approx(np.log(wages).std(ddof=0))
    assert plain.explained == pytest.approx(0.0, abs=1e-12)


def test_a_missing_price_stays_missing() -> None:
    result = mobility_gap([1.0, np.nan, 2.0, 4.0])
    assert np.isnan(result.gap).tolist() == [False, True, False, False]
    with pytest.raises(InputError, match="0"):
        mobility_gap([1.0, 0.0, 2.0])


def test_columns_have_words_in_both_languages() -> None:
    size = np.array([1.0, 2.0, 3.0])
    tables = [
        migration_table(np.outer(size, size), size).table(),
        mobility_gap(size).table(),
        head_ries(np.outer(size, size), 4.0).table(),
        flow_integration(np.outer(size, size)).table(),
    ]
    words = registry.terms()
    for table in tables:
        assert set(table) <= set(words)
        assert all(words[c].title.zh and words[c].title.en for c in table)
