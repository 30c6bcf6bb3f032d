"""Accounts of a theme against sums by hand."""

from pathlib import Path

import numpy as np
import pytest

from yugong import registry, study
from yugong.base.errors import InputError
from yugong.monitor.views.border import log_gap
from yugong.monitor.views.grain import surplus
from yugong.monitor.views.standards import pooled, shortfall

ROUNDING = 1e-9


def test_border_gaps_are_log_ratios() -> None:
    np.testing.assert_allclose(log_gap([1, 2, np.nan, 0], [np.e, 2, 1, 1]), [1, 0, np.nan, np.nan])
    made = study.china().monitor.border_belts("grp_per_head", year=2022, since=2012).table()
    x = study.china().panel("grp_per_head")
    row = made.iloc[3]
    assert row["log_gap"] == pytest.approx(abs(np.log(x[2022][row["side_a"]] / x[2022][row["side_b"]])))
    assert made["log_gap"].is_monotonic_decreasing
    links = study.china().flow("adjacency").matrix()
    assert len(made) == int((links.to_numpy() > 0).sum() / 2)


def test_own_belts_compare_first_and_last_year(tmp_path: Path) -> None:
    file = tmp_path / "belts.csv"
    head = "交界地带名称,一侧（县或市）,另一侧（县或市）,指标,年份,一侧数值,另一侧数值\n"
    file.write_text(
        head + "某地带,甲县,乙县,人均收入,2015,10000,20000\n某地带,甲县,乙县,人均收入,2020,20000,30000\n", "utf-8"
    )
    row = study.china().monitor.border_belts(file=str(file)).table().iloc[0]
    assert row["change"] == pytest.approx(np.log(1.5) - np.log(2))
    file.write_text(head + "某地带,甲县,乙县,人均收入,2015,1,2\n某地带,甲县,乙县,人均收入,2015,1,2\n", "utf-8")
    with pytest.raises(InputError) as caught:
        study.china().monitor.border_belts(file=str(file))
    assert caught.value.problems[0].row == 3


def test_the_grain_account_closes() -> None:
    china = study.china()
    rows = china.monitor.grain_account(2019, rate=50.0).table()
    assert rows["outflow"].sum() == pytest.approx(0, abs=1e-6)  # 万吨, of 66 thousand
    roles = rows.groupby("role")["outflow"].sum()
    assert roles["grain_producing"] > 0 > roles["grain_consuming"]
    assert rows["role"].value_counts().to_dict() == {"grain_producing": 13, "grain_balance": 11, "grain_consuming": 7}
    np.testing.assert_allclose(rows["compensation"], 50 * rows["outflow"].clip(lower=0))
    flow, need = surplus([10.0, 2.0, np.nan], [4.0, 8.0, 1.0], 0.5)
    np.testing.assert_allclose(flow, [8, -2, np.nan])
    assert need == 0.5


def test_grain_as_recorded_stands_in_place_of_the_estimate(tmp_path: Path) -> None:
    file = tmp_path / "grain.csv"
    file.write_text("地区,年份,净调出量,已得补偿\n黑龙江,2019,5000,100\n广东,2019,-3000,\n", "utf-8")
    rows = study.china().monitor.grain_account(2019, rate=10.0, file=str(file)).table().set_index("place")
    assert rows.loc["230000", ["outflow", "received", "compensation"]].tolist() == [5000, 100, 50000]
    assert np.isnan(rows.loc["510000", "outflow"])
    assert rows["outflow_estimated"].notna().all()


def test_the_marine_account_sums_by_circle(tmp_path: Path) -> None:
    china = study.china()
    rows = china.monitor.marine_account(2022).table()
    assert len(rows) == 11 + 3
    x = china.panel("grp")[2022]
    for circle in ("marine_north", "marine_east", "marine_south"):
        codes = [m.place.code for m in registry.members(circle)]
        total = rows[(rows["circle"] == circle) & (rows["place"] == "total")]["grp"].iloc[0]
        assert total == pytest.approx(x[codes].sum(), abs=ROUNDING * x.sum())
    file = tmp_path / "marine.csv"
    head = "沿海地区,年份,海洋生产总值,海洋第一产业,海洋第二产业,海洋第三产业\n"
    file.write_text(head + "上海,2022,100,10,40,50\n江苏,2022,200,,,\n浙江,2022,300,,,\n天津,2022,50,,,\n", "utf-8")
    made = china.monitor.marine_account(file=str(file)).table().set_index(["circle", "place"])
    assert made.loc[("marine_east", "total"), "gop"] == 600
    assert np.isnan(made.loc[("marine_north", "total"), "gop"])  # a circle's sum needs all its places
    file.write_text(head + "上海,2022,100,10,40,60\n", "utf-8")
    with pytest.raises(InputError):
        china.monitor.marine_account(file=str(file))
    file.write_text(head + "四川,2022,100,,,\n", "utf-8")
    with pytest.raises(InputError) as caught:
        china.monitor.marine_account(file=str(file))
    assert caught.value.problems[0].row == 2


def test_pooling_shares_within_and_shortfalls_fall(tmp_path: Path) -> None:
    x, w = np.array([1.0, 3.0, 5.0, np.nan]), np.array([1.0, 1.0, 2.0, 1.0])
    np.testing.assert_allclose(pooled(x, w, np.array(["a", "a", None, "a"], dtype=object)), [2, 2, 5, np.nan])
    assert shortfall(x, w, 4.0) == (2, pytest.approx(0.5), pytest.approx((0.75 + 0.25) / 4))
    assert shortfall(x, w, 2.0, "-") == (2, pytest.approx(0.75), pytest.approx((0.5 + 2 * 1.5) / 4))
    file = tmp_path / "standards.csv"
    file.write_text("服务,指标,标准,统筹层次\n医师,doctors_per_1000,2.7,本地\n", "utf-8")
    rows = study.china().monitor.service_standards(str(file)).table().set_index("pooling")
    assert rows.loc["own", "shortfall"] >= rows.loc["group", "shortfall"] >= rows.loc["national", "shortfall"]
    assert rows["current"].tolist() == [True, False, False]
    x = study.china().panel("doctors_per_1000")[2019]
    assert rows.loc["own", "places_below"] == (x < 2.7).sum()
    file.write_text("服务,指标,标准,统筹层次\n医师,nothing,2.7,本地\n", "utf-8")
    with pytest.raises(InputError) as caught:
        study.china().monitor.service_standards(str(file))
    assert caught.value.problems[0].row == 2
