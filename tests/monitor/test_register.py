"""The register: located errors, state machine, what is due, network and services against other code."""

import shutil
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from yugong import monitor, study
from yugong.base.errors import InputError
from yugong.monitor.register.due import due
from yugong.monitor.register.forms import REGISTER
from yugong.monitor.register.network import adjacency, density, measures
from yugong.monitor.register.states import NEXT, STATES, bad_step
from yugong.study.form import write_template

TABLES = {
    "items": "编号,类型,名称,上级事项,起始日,到期日,堵点类型\n"
    "A,合作平台,甲乙平台,,2020-01-01,,\nB,合作协议,横向补偿协议,A,2021-01-01,2023-12-31,\nC,堵点,数据不通,A,2022-05-01,,数据\n",
    "parties": "编号,地区,角色\nA,浙江,牵头\nA,安徽,参与\nB,浙江,支付\nB,安徽,受偿\nC,上海,参与\nC,浙江,参与\n",
    "money": "编号,年份,支付方,收款方,约定,核定,已付,应付日\nB,2021,浙江,安徽,20000,20000,20000,2021-12-31\n"
    "B,2022,浙江,安徽,20000,18000,5000,2022-12-31\n",
    "milestones": "编号,节点名称,应完成日,完成日\nA,挂牌,2020-06-01,2020-05-20\nA,年会,2021-06-01,\n",
    "events": "编号,日期,变为,说明\nA,2020-01-01,已签,\nA,2020-02-01,在期,\nB,2021-01-01,已签,\nB,2021-02-01,在期,\nC,2022-05-01,提出,\n",
    "services": "服务事项,参保（发证）地,办理地,办理程度,起始日\n医保结算,浙江,上海,直接办理,2019-01-01\n"
    "公积金转移,浙江,上海,需备案或部分办理,2020-01-01\n医保结算,上海,浙江,直接办理,2099-01-01\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    return tmp_path


def problems(folder: Path) -> list[tuple[str | None, int | None, str]]:
    with pytest.raises(InputError) as caught:
        monitor.read_register(folder)
    return [(p.file, p.row, p.what.en) for p in caught.value.problems]


def test_a_register_is_read_with_its_states(folder: Path) -> None:
    held = monitor.read_register(folder)
    assert held.states == {"A": "active", "B": "active", "C": "open"}
    rows = study.china().monitor.register(str(folder), day="2024-01-31").table().set_index("item")
    assert rows.loc["B", ["agreed", "settled", "paid"]].tolist() == [40000, 38000, 25000]
    assert np.isnan(rows.loc["A", "agreed"])  # no money is not zero money
    assert rows.loc["A", ["milestones_done", "milestones"]].tolist() == [1, 2]


def test_what_is_due(folder: Path) -> None:
    rows = due(monitor.read_register(folder), "2024-01-31")
    assert list(zip(rows["matter"], rows["item"], rows["days_late"], strict=True)) == [
        ("milestone", "A", 974), ("payment", "B", 396), ("term", "B", 31),
    ]  # fmt: skip
    assert rows["outstanding"].dropna().tolist() == [13000]
    soon = due(monitor.read_register(folder), "2023-12-01")
    assert ("expiring", -30) in set(zip(soon["matter"], soon["days_late"], strict=True))


def test_cycles_strangers_and_impossible_changes_are_all_located(folder: Path) -> None:
    (folder / "items.csv").write_text(
        "编号,类型,名称,上级事项,起始日,到期日,堵点类型\nA,合作平台,甲,C,2020-01-01,2019-01-01,\nB,合作协议,乙,A,2021-01-01,,\n"
        "C,堵点,丙,B,2022-05-01,,\nB,合作协议,丁,Z,2021-01-01,,\n", "utf-8")  # fmt: skip
    (folder / "events.csv").write_text(
        "编号,日期,变为\nA,2020-01-01,已签\nA,2021-01-01,完成\nX,2020-01-01,已签\n", "utf-8"
    )
    found = problems(folder)
    assert ("items.csv", 2, "the end is before the start 2020-01-01") in found
    assert ("items.csv", 5, "item 'B' stands twice") in found
    assert ("items.csv", 5, "parent 'Z' is not among the items") in found
    assert ("items.csv", 4, "a blockage needs its kind") in found
    assert ("events.csv", 3, "'A' may not go from signed to completed") in found
    assert ("events.csv", 4, "'X' is not among the items") in found


def test_a_circle_is_named(folder: Path) -> None:
    (folder / "items.csv").write_text(
        "编号,类型,名称,上级事项,起始日\nA,合作平台,甲,C,2020-01-01\nB,合作协议,乙,A,2021-01-01\nC,合作协议,丙,B,2022-05-01\n", "utf-8")  # fmt: skip
    (folder / "events.csv").unlink()
    found = problems(folder)
    assert len(found) == 1
    assert found[0][2] == "parents lead in a circle: A → C → B → A"


def test_an_unknown_party_is_located_and_nothing_else_is_reported(folder: Path) -> None:
    (folder / "parties.csv").write_text("编号,地区,角色\nA,浙江,牵头\nA,亚特兰蒂斯,参与\n", "utf-8")
    assert [(f, r) for f, r, _ in problems(folder)] == [("parties.csv", 3)]


def test_the_state_machine_is_closed() -> None:
    assert set(NEXT) == set(STATES)
    assert {s for after in NEXT.values() for s in after} <= set(STATES)
    assert bad_step("agreement", ["draft", "signed", "active", "suspended", "active", "completed"]) is None
    assert bad_step("agreement", ["completed", "active"]) == 1
    assert bad_step("agreement", ["open"]) == 0
    assert bad_step("blockage", ["open", "assigned", "resolving", "resolved", "closed"]) is None


def test_network_measures_agree_with_networkx(folder: Path) -> None:
    held = monitor.read_register(folder)
    places = list(dict.fromkeys(held.parties["place"]))
    links = adjacency(held.parties, held.items, places, 2022)
    assert adjacency(held.parties, held.items, places, 2019).sum() == 0
    graph = nx.from_numpy_array(links)
    degree, strength, central = measures(links)
    np.testing.assert_allclose(degree, [d for _, d in graph.degree])
    np.testing.assert_allclose(strength, [d for _, d in graph.degree(weight="weight")])
    theirs = np.array(list(nx.eigenvector_centrality_numpy(graph, weight="weight").values()))
    np.testing.assert_allclose(central, theirs / theirs.max(), atol=1e-9)
    assert density(links) == pytest.approx(nx.density(graph))


def test_network_and_services_on_a_study(folder: Path) -> None:
    china = study.china()
    rows = china.monitor.register_network(str(folder), 2022).table().set_index("place")
    assert rows.loc["330000", "partners"] == 2
    matrix = china.monitor.service_matrix(str(folder), day="2024-01-01").table()
    assert matrix[["origin", "destination", "services", "portability"]].to_numpy().tolist() == [
        ["330000", "310000", 2, 0.75]
    ]
    history = china.monitor.register_history(str(folder), "A").table()
    assert list(history["state"]) == ["signed", "active"]


def test_the_template_is_a_register_that_reads(tmp_path: Path, folder: Path) -> None:
    book = write_template(tmp_path / "register.xlsx", REGISTER)
    with pytest.raises(InputError):  # no items yet: every item that is referred to would be unknown
        monitor.read_register(folder / "parties.csv")
    assert len(monitor.read_register(book).items) == 0


def test_a_kept_history_may_grow_but_not_change(folder: Path, tmp_path: Path) -> None:
    from yugong.base.errors import YugongError
    from yugong.monitor.memory.summary import keep_register

    china = study.china()
    place = tmp_path / "register"
    place.mkdir()
    for name in TABLES:
        shutil.copy(folder / f"{name}.csv", place)
    with monitor.Index(tmp_path / "index.sqlite") as index:
        assert keep_register(index, china, place) == (5, 5)
        events = place / "events.csv"
        events.write_text(events.read_text("utf-8") + "C,2022-06-01,已分办,\n", "utf-8")
        assert keep_register(index, china, place) == (1, 6)
        assert keep_register(index, china, place) == (0, 6)
        events.write_text(events.read_text("utf-8").replace("2020-02-01", "2020-03-01"), "utf-8")
        with pytest.raises(YugongError, match="2020-02-01"):
            keep_register(index, china, place)
        assert len(index.entries("register")) == 2
