"""Input–output methods against extraction carried out, hand-made tables, identities and the 2017 national table."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong import registry
from yugong.base.errors import AlignmentError, InputError, UnknownNameError
from yugong.diagnose.chains import IOTable, hypothetical_extraction, io_table, linkages, value_added_flows

BALANCE = 1e-8  # the acceptance bound of the Leontief balance
EXACT = 1e-10


def made(n: int = 7, seed: int = 0) -> IOTable:
    rng = np.random.default_rng(seed)
    a = rng.uniform(0, 1, (n, n)) * (rng.uniform(size=(n, n)) < 0.7)
    a *= rng.uniform(0.3, 0.7, n) / a.sum(axis=0)
    final = rng.uniform(1, 10, n)
    x = np.linalg.solve(np.eye(n) - a, final)
    return io_table(a * x, final, x)


def china(shared: Path, year: int = 2017) -> tuple[IOTable, pd.Series]:
    d = pd.read_csv(shared / f"data/cn_input_output/china_{year}_42.csv", dtype={"Code": str})
    codes = [f"{k:02d}" for k in range(1, 43)]
    domestic = d[d["Origin"] == "Domestic"].set_index("Code").loc[codes]
    names = domestic["DescriptionInChinese"]
    return io_table(domestic[codes], domestic["TFU"], domestic["GO"]), names


def test_leontief_two_sector_example_by_hand() -> None:
    # z = [[150, 500], [200, 100]], f = [350, 1700], x = [1000, 2000]: Miller and Blair's first example
    t = io_table([[150.0, 500], [200, 100]], [350.0, 1700], [1000.0, 2000])
    np.testing.assert_allclose(t.coefficients, [[0.15, 0.25], [0.2, 0.05]])
    np.testing.assert_allclose(t.leontief, np.array([[0.95, 0.25], [0.2, 0.85]]) / 0.7575, rtol=EXACT)
    np.testing.assert_allclose(t.primary, [650, 1400])
    result = linkages(t)
    np.testing.assert_allclose(result.multiplier, [1.15 / 0.7575, 1.10 / 0.7575], rtol=EXACT)
    assert t.residual < BALANCE


def test_national_table_balances_and_extracts(shared: Path) -> None:
    for year in (2017, 2020):
        t, names = china(shared, year)
        assert t.residual < BALANCE
        result = hypothetical_extraction(t).table()
        assert names[result["sector"].iloc[0]] == "建筑"  # the largest output and final demand of all
        forward = hypothetical_extraction(t, mode="forward").table()
        assert names[forward["sector"].iloc[0]] != "建筑"  # nobody downstream of it
        position = linkages(t).table().set_index("sector")
        last = {names[code] for code in position["upstreamness"].nsmallest(5).index}
        assert last >= {"研究和试验发展", "卫生和社会工作", "公共管理、社会保障和社会组织", "教育", "建筑"}
        ores = position.loc[["02", "03", "04"], "upstreamness"]
        assert (ores > position["upstreamness"].median()).all()  # mines are upstream


@pytest.mark.parametrize("group", [["a"], ["b", "e"]])
def test_extraction_equals_solving_the_mutilated_table(group: list[str]) -> None:
    base = made()
    names = list("abcdefg")
    t = IOTable(tuple(names), base.z, base.final, base.output, base.primary)
    k = [names.index(g) for g in group]
    eye, a, b = np.eye(7), t.coefficients, t.allocation
    cut = a.copy()
    cut[k, :] = cut[:, k] = 0.0
    final = t.final.copy()
    final[k] = 0.0
    expected = {"total": t.output - np.linalg.solve(eye - cut, final)}
    buys = a.copy()
    buys[:, k] = 0.0
    expected["backward"] = t.output - np.linalg.solve(eye - buys, t.final)
    sells = b.copy()
    sells[k, :] = 0.0
    expected["forward"] = t.output - np.linalg.solve((eye - sells).T, t.primary)
    for mode, loss in expected.items():
        result = hypothetical_extraction(t, {"k": group}, mode)  # type: ignore[arg-type]
        np.testing.assert_allclose(result.losses[0], loss, rtol=1e-9, atol=1e-9)
        assert result.own[0] + result.others[0] == pytest.approx(loss.sum())
    assert expected["total"][k] == pytest.approx(t.output[k])


def test_a_planted_hub_ranks_first() -> None:
    rng = np.random.default_rng(3)
    a = rng.uniform(0, 0.02, (10, 10))
    a[4, :] += 0.25  # everybody buys from sector 4, whose final demand is like the others'
    final = np.ones(10)
    x = np.linalg.solve(np.eye(10) - a, final)
    result = hypothetical_extraction(io_table(a * x, final, x), mode="forward").table()
    assert result["sector"].iloc[0] == 4
    assert result["rank"].iloc[0] == 1
    assert hypothetical_extraction(io_table(a * x, final, x)).table()["sector"].iloc[0] == 4


def test_positions_satisfy_their_identities() -> None:
    t = made(seed=5)
    result = linkages(t)
    up = 1 + t.allocation @ result.upstreamness  # the recursion that defines them
    np.testing.assert_allclose(result.upstreamness, up, rtol=EXACT)
    np.testing.assert_allclose(result.downstreamness, 1 + t.coefficients.T @ result.downstreamness, rtol=EXACT)
    total = t.output.sum()
    assert t.primary @ result.upstreamness == pytest.approx(total)
    assert t.final @ result.downstreamness == pytest.approx(total)
    assert result.backward.mean() == pytest.approx(1)
    assert result.forward.mean() == pytest.approx(1)
    assert (result.upstreamness >= 1).all()


def test_upstreamness_of_a_straight_chain_counts_the_steps() -> None:
    z = np.zeros((4, 4))
    z[0, 1], z[1, 2], z[2, 3] = 10.0, 20.0, 30.0
    result = linkages(io_table(z, [0.0, 0, 0, 50]))
    np.testing.assert_allclose(result.upstreamness, [4, 3, 2, 1])
    apart = linkages(io_table(np.zeros((3, 3)), [1.0, 2, 3]))
    np.testing.assert_allclose(apart.upstreamness, 1.0)
    np.testing.assert_allclose(apart.downstreamness, 1.0)


def test_value_added_shares_sum_to_one() -> None:
    t = made(8, seed=2)
    split = np.random.default_rng(0).dirichlet(np.ones(3), 8)
    demand = pd.DataFrame(t.final[:, None] * split, columns=["东", "中", "西"])
    regions = ["东"] * 3 + ["中"] * 3 + ["西"] * 2
    flows = value_added_flows(t, demand, regions)
    np.testing.assert_allclose(flows.matrix.sum(axis=0), demand.sum(axis=0), rtol=EXACT)
    by_region = pd.Series(t.primary).groupby(np.array(regions), sort=False).sum()
    np.testing.assert_allclose(flows.matrix.sum(axis=1), by_region, rtol=EXACT)
    table = flows.table()
    np.testing.assert_allclose(table.groupby("destination")["share"].sum(), 1.0, rtol=EXACT)
    assert set(table) <= set(registry.terms())
    shuffled = value_added_flows(t, demand.iloc[::-1], pd.Series(regions).iloc[::-1])
    np.testing.assert_allclose(shuffled.matrix, flows.matrix, rtol=EXACT)


def test_wrong_tables_are_explained() -> None:
    good = made()
    with pytest.raises(InputError, match="总产出"):
        io_table(good.z, good.final, good.output * 1.01)
    with pytest.raises(InputError, match="为负"):
        io_table(-good.z, good.final)
    with pytest.raises(InputError, match="没有产出"):
        io_table([[0.0, 1], [0, 0]], [1.0, 0.0])
    with pytest.raises(InputError, match="谱半径"):
        io_table([[0.0, 5], [5, 0]], [-1.0, -1.0])
    with pytest.raises(InputError, match="缺失"):
        io_table([[0.0, np.nan], [0, 0]], [1.0, 1.0])
    with pytest.raises(AlignmentError, match="钢"):
        io_table(pd.DataFrame(np.zeros((2, 2)), ["煤", "钢"], ["煤", "电"]), [1.0, 1.0])
    with pytest.raises(UnknownNameError, match="zinc"):
        hypothetical_extraction(good, {"x": ["zinc"]})


def test_columns_have_words() -> None:
    t = made()
    assert {*linkages(t).table(), *hypothetical_extraction(t).table()} <= set(registry.terms())
