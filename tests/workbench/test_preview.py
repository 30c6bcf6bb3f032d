"""Previews through the interface: badged, near the exact answer, never mixed with it, and replaced by it."""

import math
from typing import Any

import pytest
from serving import Client

from yugong import study
from yugong.simulate.scenario import Scenario, Setting
from yugong.workbench import shapes

SAME = 1e-12  # the same code on the same machine
QUARTER = 0.05  # relative: what the third order leaves of "half the shock, a quarter of the error"


def mine(value: float) -> dict[str, Any]:
    return {"id": "mine", "settings": [{"lever": "productivity", "value": value, "place": ["四川", "500000"]}]}


MINE = mine(1.01)


def ask(client: Client, preview: bool, *scenarios: dict[str, Any], **more: Any) -> Any:
    reply = client.post("/api/simulate", {"scenarios": list(scenarios), "preview": preview, **more}).json
    assert reply["ok"], reply
    shapes.Simulated.model_validate(reply)
    return reply


def change(solved: Any, role: str = "map") -> dict[str, float]:
    (block,) = [b for b in solved["blocks"] if b.get("id") == solved["roles"][role]]
    return {row[0]["zh"]: row[1]["v"] for row in block["table"]["rows"]}


def keys(solved: Any) -> Any:
    return next(b for b in solved["blocks"] if b["kind"] == "key_figures")["items"]


def test_a_preview_is_badged_and_the_exact_answer_follows(client: Client) -> None:
    rough = ask(client, True, MINE, certificate=True, seq=3)
    exact = ask(client, False, MINE, certificate=True, seq=3)
    (first,), (then,) = rough["scenarios"], exact["scenarios"]
    assert (first["badge"], then["badge"]) == ("preview", "exact")
    assert first["certificate"] is None
    assert then["certificate"] is not None
    assert "一阶" in first["status"]["zh"]
    assert "first-order" in first["status"]["en"]
    assert "一阶" in keys(first)[0]["note"]["zh"]
    assert "精确" in keys(then)[0]["note"]["zh"]
    assert (rough["seq"], exact["seq"]) == (3, 3)
    assert max(map(abs, change(then).values())) > 20 * error(first, then)


def error(first: Any, then: Any) -> float:
    near, far = change(first), change(then)
    assert near.keys() == far.keys()
    return max(abs(near[p] - far[p]) for p in near)


def test_half_the_shock_is_a_quarter_of_the_error(client: Client) -> None:
    found = []
    for value in (1.01, math.sqrt(1.01)):
        first, then = (ask(client, preview, mine(value))["scenarios"][0] for preview in (True, False))
        found.append(error(first, then))
    assert found[0] / found[1] == pytest.approx(4, rel=QUARTER)


def test_the_page_and_python_give_the_same_preview(client: Client) -> None:
    (solved,) = ask(client, True, MINE)["scenarios"]
    by_hand = Scenario("mine", settings=(Setting("productivity", 1.01, place=("四川", "500000")),))
    direct = study.china().simulate(by_hand, preview=True)
    assert direct.preview
    assert direct.method.id == "simulate.preview"
    assert not direct.certificates
    welfare = float(direct.table("nation")["welfare_change"].iloc[0])
    assert math.isclose(keys(solved)[0]["full"] / 100, welfare, rel_tol=SAME)
    exact = study.china().simulate(by_hand, certificate=False)
    assert not exact.preview
    assert welfare == pytest.approx(float(exact.table("nation")["welfare_change"].iloc[0]), rel=0.05)


def test_the_empty_preview_changes_nothing_at_all(client: Client) -> None:
    (solved,) = ask(client, True, {"id": "base"})["scenarios"]
    assert solved["badge"] == "preview"
    (table,) = [b for b in solved["blocks"] if b.get("id") == "groups-base"]
    for row in table["rows"]:
        assert {cell["v"] for cell in row[1:]} == {0.0}


def test_where_one_scenario_has_no_preview_all_are_exact(client: Client) -> None:
    huge = {"id": "huge", "settings": [{"lever": "productivity", "value": 0.7, "place": ["四川"]}]}
    both = ask(client, True, MINE, huge)["scenarios"]
    assert [s["badge"] for s in both] == ["exact", "exact"]
