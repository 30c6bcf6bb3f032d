"""Links: paths against networkx, values against finite differences, the next links against all combinations."""

from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from yugong import study
from yugong.base.errors import InputError
from yugong.design._network_inputs import LINKS_FORM, traded
from yugong.design._study_links import _welfare
from yugong.design.links import Network, least_cost, market_access
from yugong.study.form import write_template

ROUNDING = 1e-12
STEP = 1e-3  # of a link's cost; the one-sided second-order difference errs by its square
DIFFERENCE = 2e-4


def random_network(seed: int, n: int = 12, links: int = 40) -> Network:
    rng = np.random.default_rng(seed)
    start, end = rng.integers(0, n, links), rng.integers(0, n, links)
    end = np.where(start == end, (end + 1) % n, end)
    modes = tuple(rng.choice(["rail", "road"], links))
    return Network(tuple("abcdefghijkl"[:n]), start, end, rng.uniform(1, 9, links), rng.uniform(0, 5, links), modes)


@pytest.mark.parametrize("seed", range(5))
def test_paths_are_those_of_networkx(seed: int) -> None:
    network = random_network(seed)
    cost = network.cost(0.7)
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(12))
    for k, (i, j) in enumerate(zip(network.start, network.end, strict=True)):
        graph.add_edge(int(i), int(j), weight=cost[k], link=k)
    paths = least_cost(network, 0.7)
    lengths = dict(nx.all_pairs_dijkstra_path_length(graph))
    for i in range(12):
        for j in range(12):
            assert paths.cost[i, j] == pytest.approx(lengths[i].get(j, np.inf), abs=ROUNDING)
            if np.isfinite(paths.cost[i, j]):
                assert cost @ paths.uses[:, i, j] == pytest.approx(paths.cost[i, j], abs=1e-9)
    share = paths.share(cost).sum(0)
    off = np.isfinite(paths.cost) & ~np.eye(12, dtype=bool)
    assert share[off] == pytest.approx(1)


def test_the_cheaper_of_two_modes_carries() -> None:
    network = Network(
        ("a", "b"), np.array([0, 0]), np.array([1, 1]), np.array([2.0, 5.0]), np.array([9.0, 1.0]), ("air", "rail")
    )
    assert least_cost(network, 1.0).uses[:, 0, 1].tolist() == [False, True]
    assert least_cost(network, 10.0).uses[:, 0, 1].tolist() == [True, False]


@pytest.mark.parametrize("hours", [-1.0, np.nan, 0.0])
def test_bad_links_are_named(hours: float) -> None:
    with pytest.raises(InputError, match="a–b"):
        Network(("a", "b"), np.array([0]), np.array([1]), np.array([hours]), np.array([0.0]), ("rail",))


def test_market_access_by_hand() -> None:
    cost = np.array([[0, 2, 4], [2, 0, np.inf], [4, np.inf, 0]])
    assert market_access([1.0, 6, 8], cost, 2.0) == pytest.approx([6 / 4 + 8 / 16, 1 / 4, 1 / 16])


@pytest.fixture(scope="module")
def china() -> study.Study:
    return study.china()


def test_values_agree_with_finite_differences(china: study.Study) -> None:
    net = traded(china, None, "three", 1.0)
    top = china.design.links().table()
    chosen = [net.label.index(name) for name in top["transport_link"][[0, 5, 30]]]
    # downwards only: where two paths tie, a costlier link loses its traffic at once, a cheaper one keeps it
    change = np.ones((6, len(net.label)))
    change[range(3), chosen] = 1 - STEP
    change[range(3, 6), chosen] = 1 - 2 * STEP
    w = _welfare(net, change)
    direct = (4 * w[:3] - w[3:]) / (2 * STEP) * 0.01 * net.income
    assert top["value_per_cent"][[0, 5, 30]].to_numpy() == pytest.approx(direct, rel=DIFFERENCE)
    used = top["pairs_using"] > 0
    assert (top.loc[used, "value_per_cent"] > 0).all()
    assert (top.loc[~used, "value_per_cent"] == 0).all()


def test_best_links_keep_the_budget_and_their_books(china: study.Study) -> None:
    found = china.design.best_links(budget=150, candidates=5)
    frame = found.table()
    assert frame["link_cost"].sum() <= 150
    assert frame["step_gain"].sum() == pytest.approx(frame["national_gain"].iloc[-1])
    assert found.exact is not None
    assert "组合" in found.notes[2].zh
    assert found.provenance.selection["faster"] == "0.2"
    for wrong in ({"budget": 1}, {"budget": -1}, {"faster": 1.2}, {"cost_per_km": 0}, {"candidates": 0}):
        with pytest.raises(InputError):
            china.design.best_links(**wrong)


def test_user_network_from_a_file(china: study.Study, tmp_path: Path) -> None:
    import pandas as pd

    template = write_template(tmp_path / "t.xlsx", [LINKS_FORM], china)
    assert "起点" in pd.read_excel(template, sheet_name=0, engine="openpyxl").columns
    rows = pd.DataFrame(
        {
            "起点": ["四川", "重庆"],
            "终点": ["重庆", "贵州"],
            "时间（小时）": [2, 3],
            "造价": [100, 200],
            "可缩短的比例": [0.3, 0.2],
        }
    )
    rows.to_csv(tmp_path / "links.csv", index=False)
    frame = china.design.links(file=str(tmp_path / "links.csv")).table()
    assert len(frame) == 2
    assert frame["pairs_using"].tolist() == [2, 2]
    access = china.design.market_access(file=str(tmp_path / "links.csv"), mass="grp").table()
    assert set(access["place"]) == {"510000", "500000", "520000"}
    rows.loc[0, "终点"] = "四川国"
    rows.to_csv(tmp_path / "bad.csv", index=False)
    with pytest.raises(InputError, match="第 2 行"):
        china.design.links(file=str(tmp_path / "bad.csv"))


def test_the_value_of_time_decides_between_modes(china: study.Study, tmp_path: Path) -> None:
    # fast and dear against slow and cheap: 1 h and 80 yuan against 5 h and 40, even at 10 yuan an hour
    text = "起点,终点,方式,时间,运费\n四川,重庆,高铁,1,80\n四川,重庆,公路,5,40\n重庆,贵州,公路,3,30\n"
    (tmp_path / "modes.csv").write_text(text, encoding="utf-8")
    for value, carries, idle in ((5.0, "公路", "高铁"), (20.0, "高铁", "公路")):
        found = china.design.links(file=str(tmp_path / "modes.csv"), value_of_time=value)
        pairs = found.table().set_index("transport_link")["pairs_using"]
        assert pairs[f"四川–重庆 ({carries})"] == 2
        assert pairs[f"四川–重庆 ({idle})"] == 0
        assert found.provenance.selection["value_of_time"] == str(value)
        assert f"{value:g}" in found.notes[0].zh


@pytest.mark.parametrize(
    ("row", "said"), [("四川,四川,2,", "首尾相同：四川"), ("四川,重庆,0,", "四川–重庆"), ("四川,重庆,2,-1", "-1")]
)
def test_bad_rows_of_a_file_are_located(china: study.Study, tmp_path: Path, row: str, said: str) -> None:
    (tmp_path / "bad.csv").write_text(f"起点,终点,时间,运费\n重庆,贵州,3,30\n{row}\n", encoding="utf-8")
    for call in (china.design.links, china.design.best_links, china.design.market_access):
        with pytest.raises(InputError, match="bad.csv, 第 3 行.*" + said):
            call(file=str(tmp_path / "bad.csv"))
    with pytest.raises(InputError, match="value_of_time"):
        china.design.links(file=str(tmp_path / "bad.csv"), value_of_time=-1.0)
