"""Complementarity, chain gaps, co-agglomeration and industrial transfer against definitions and planted truth."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong import registry
from yugong.base.errors import AlignmentError, InputError, UnknownNameError
from yugong.diagnose.chains import chain_gaps, coagglomeration, complementarity, industrial_transfer

EXACT = 1e-10
SECTORS = ["煤", "钢", "机械", "电子", "食品"]
PLACES = ["山西", "河北", "江苏", "广东", "河南", "四川"]


def economy(seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.uniform(10, 100, (6, 5)), PLACES, SECTORS)
    a = rng.uniform(0, 0.15, (5, 5))
    return x, pd.DataFrame(a, SECTORS, SECTORS)


def test_complementarity_by_its_definition() -> None:
    x, a = economy()
    result = complementarity(x, a)
    use = x.to_numpy() @ a.to_numpy().T
    w = use.sum(axis=0) / use.sum()
    for i in range(6):
        for j in range(6):
            total = 0.0
            for s in range(5):
                slq = (x.iloc[i, s] / x.iloc[i].sum()) / (x.iloc[:, s].sum() / x.to_numpy().sum())
                total += w[s] * slq * (use[j, s] / use[j].sum() / w[s])
            assert result.matrix[i, j] == pytest.approx(total)
    weights = x.sum(axis=1) / x.to_numpy().sum()
    np.testing.assert_allclose(weights @ result.matrix, 1.0, rtol=EXACT)  # suppliers average to the nation
    users = use.sum(axis=1) / use.sum()
    national = result.supply @ w
    np.testing.assert_allclose(result.matrix @ users, national, rtol=EXACT)


def test_identical_regions_are_neither_complementary_nor_not() -> None:
    _, a = economy()
    same = np.outer([1.0, 2.0, 5.0], [3.0, 1.0, 4.0, 1.0, 5.0])
    np.testing.assert_allclose(complementarity(same, a.to_numpy()).matrix, 1.0, rtol=EXACT)


def test_a_specialised_pair_tops_the_ranking_and_labels_align() -> None:
    x, a = economy()
    a.loc[:] = 0.01
    a.loc["煤", "钢"] = 0.5
    x.loc[:] = 50.0
    x.loc["山西", ["煤", "钢"]] = [300, 1]
    x.loc["河北", ["煤", "钢"]] = [1, 300]
    result = complementarity(x, a.loc[SECTORS[::-1], SECTORS[::-1]])
    top = result.table().sort_values("rank").iloc[0]
    assert (top["origin"], top["destination"]) == ("山西", "河北")
    again = complementarity(x.loc[PLACES[::-1]], a)
    np.testing.assert_allclose(again.matrix[::-1, ::-1], result.matrix, rtol=EXACT)


def test_a_planted_missing_node_ranks_first_with_its_best_partner() -> None:
    x, a = economy(1)
    a.loc[:] = 0.05
    a.loc["钢", "机械"] = 0.4
    x.loc[:, "钢"] = 60.0
    x.loc["广东", "钢"] = 0.0  # the missing link under a machine industry
    x.loc["广东", "机械"] = 100.0
    x.loc["四川", "钢"] = 900.0
    x.loc["江苏", "钢"] = 900.0
    gaps = chain_gaps(x, a)
    first = gaps.table("广东").iloc[0]
    assert first["sector"] == "钢"
    assert first["rank"] == 1
    assert first["self_sufficiency"] == 0
    assert first["gap"] == pytest.approx((x.loc["广东"] * a.loc["钢"]).sum())
    distance = pd.DataFrame(10.0, PLACES, PLACES)
    distance.loc["江苏", "广东"] = 2.0
    partners = gaps.partners("广东", "钢", distance)
    assert partners["place"].iloc[0] == "江苏"
    assert partners["coverage"].iloc[0] == 1.0
    assert "广东" not in set(partners["place"])
    with pytest.raises(UnknownNameError, match="北京"):
        gaps.table("北京")


def test_gaps_balance_and_criticality_is_bounded() -> None:
    x, a = economy(2)
    final = pd.DataFrame(5.0, PLACES, SECTORS)
    gaps = chain_gaps(x, a, final)
    np.testing.assert_allclose(gaps.gap - gaps.surplus, gaps.requirement - gaps.supply, rtol=EXACT)
    np.testing.assert_allclose(gaps.requirement, x.to_numpy() @ a.to_numpy().T + 5.0, rtol=EXACT)
    assert (gaps.critical.sum(axis=1) <= x.sum(axis=1).to_numpy() + 1e-9).all()
    assert (gaps.critical[gaps.gap == 0] == 0).all()
    assert len(gaps.table()) == (gaps.gap > 0).sum()


def test_gaps_of_real_provinces_name_coal_importers(shared: Path) -> None:
    folder = shared / "data/cn_input_output"
    d = pd.read_csv(folder / "china_2017_42.csv", dtype={"Code": str})
    codes = [f"{k:02d}" for k in range(1, 43)]
    rows = d[d["Origin"].isin(["Domestic", "Imports"])]
    z = rows.groupby("Code")[codes].sum().loc[codes]
    output = d[d["Origin"] == "Domestic"].set_index("Code").loc[codes, "GO"]
    g = pd.read_csv(folder / "gross_output_province_sector.csv")
    g = g[g["year"] == 2017]
    x = pd.crosstab(g["province"], g["sector"], g["gross_output_100m"], aggfunc="sum")
    x.columns = [f"{k:02d}" for k in x.columns]
    result = chain_gaps(x, z[x.columns].loc[x.columns] / output[x.columns].to_numpy())
    coal = pd.Series(result.supply[:, 1] / result.requirement[:, 1], result.places)
    assert coal.idxmax() in {"内蒙古", "山西", "陕西"}
    assert coal[["上海", "浙江", "广东"]].max() < 0.05
    partners = result.partners("江苏", "02")
    assert set(partners["place"].head(3)) <= {"内蒙古", "山西", "陕西", "新疆", "宁夏", "贵州", "安徽", "河南"}


def test_coagglomeration_by_its_definition() -> None:
    x, _ = economy(3)
    result = coagglomeration(x)
    table = result.gamma
    s = (x / x.sum()).to_numpy()
    m = s.mean(axis=1)
    for i in range(5):
        for j in range(5):
            expected = sum((s[r, i] - m[r]) * (s[r, j] - m[r]) for r in range(6)) / (1 - sum(m**2))
            assert table[i, j] == pytest.approx(expected)
    np.testing.assert_allclose(table.sum(axis=0), 0.0, atol=1e-12)  # deviations from the mean over sectors
    assert len(result.table()) == 10


def test_planted_transfer_is_recovered() -> None:
    rng = np.random.default_rng(5)
    start, _ = economy(5)
    end = start * np.array([1.8, 1.1, 1.3, 2.0, 1.2]) * rng.uniform(0.98, 1.02, (6, 5))
    moved = 0.4 * end.loc["广东", "电子"]
    end.loc["广东", "电子"] -= moved
    end.loc["四川", "电子"] += moved
    result = industrial_transfer(start, end.loc[PLACES[::-1], SECTORS[::-1]], threshold=0.02)
    top = result.table().head(2).set_index("place")
    assert top.loc["广东", "role"] == "转出"
    assert top.loc["四川", "role"] == "承接"
    assert set(top["sector"]) == {"电子"}
    assert (result.role != 0).sum() == 2  # and nothing that was not planted
    route = result.routes("电子").iloc[0]
    assert (route["origin"], route["destination"]) == ("广东", "四川")
    assert result.moved[3] == pytest.approx(moved, rel=0.15)
    np.testing.assert_allclose(result.competitive.sum(axis=0), 0.0, atol=1e-9)
    assert result.routes("电子")["value"].sum() == pytest.approx(result.moved[3])


def test_growth_of_all_is_no_transfer() -> None:
    start, _ = economy(6)
    for end in (start * 3, start * np.array([1, 2, 3, 4, 5.0])):
        result = industrial_transfer(start, end)
        assert not result.role.any()
        np.testing.assert_allclose(result.moved, 0.0, atol=1e-9)


def test_wrong_input_is_named() -> None:
    x, a = economy()
    with pytest.raises(InputError, match="山西"):
        chain_gaps(x.mask(x == x.loc["山西", "煤"]), a)
    with pytest.raises(AlignmentError, match="食品"):
        complementarity(x, a.drop(columns="食品"))
    with pytest.raises(InputError, match="部门"):
        complementarity(x, -a)
    with pytest.raises(AlignmentError, match="四川"):
        industrial_transfer(x, x.drop(index="四川"))


def test_columns_have_words() -> None:
    x, a = economy()
    gaps = chain_gaps(x, a * 3)
    result = industrial_transfer(x, x * 2)
    first = gaps.table().iloc[0]
    columns = {
        *complementarity(x, a).table(),
        *coagglomeration(x).table(),
        *gaps.table(),
        *gaps.partners(first["place"], first["sector"]),
        *result.table(),
        *result.routes("煤"),
    }
    assert columns <= set(registry.terms())


def test_electronics_moved_inland_between_two_input_output_years(shared: Path) -> None:
    g = pd.read_csv(shared / "data/cn_input_output/gross_output_province_sector.csv")
    # 2012 and 2017 share one classification of 42 sectors; 20 is computers and communication equipment
    start, end = (
        pd.crosstab(part["province"], part["sector"], part["gross_output_100m"], aggfunc="sum")
        for part in (g[g["year"] == 2012], g[g["year"] == 2017])
    )
    result = industrial_transfer(start, end)
    role = dict(zip(result.places, result.role[:, result.sectors.index(20)], strict=True))
    assert [role[p] for p in ("上海", "江苏", "北京")] == [-1, -1, -1]
    assert [role[p] for p in ("重庆", "安徽", "河南")] == [1, 1, 1]
