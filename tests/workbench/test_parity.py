"""One number through Python, the command line and the interface; what the page spells out really runs."""

import contextlib
import io
import json
import math
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from serving import Client

from yugong import study
from yugong.cli.app import run
from yugong.simulate.scenario import Scenario, Setting
from yugong.workbench import shapes

SAME = 1e-12  # the same code on the same machine: nothing but the spelling of a number may differ
VERBS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("diagnose", "dagum", {"variable": "grp_per_head", "groups": "plates", "weights": "population", "year": 2022}),
    ("diagnose", "disparity", {"variable": "grp_per_head", "years": [2012, 2022], "statistics": ["gini", "theil_T"]}),
    ("diagnose", "moran", {"variable": "grp_per_head", "year": 2020, "times": 199, "seed": 7}),
    ("diagnose", "sigma", {"variable": "real_grp_per_head"}),
    ("diagnose", "dea", {"inputs": ["population"], "outputs": ["grp"], "year": 2019}),
    ("design", "transfers", {"equity_floor": None}),
    ("design", "overlay", {}),
    ("design", "zones", {}),
    ("simulate", "transition_speed", {"detail": "three"}),
    ("simulate", "base_year", {"detail": "three"}),
    ("evaluate", "twfe", {"outcome": "real_grp_per_head", "policy": "central_rise", "breaks": "accept"}),
    ("evaluate", "synthetic_control", {"outcome": "real_grp_per_head", "policy": "hainan_ftp", "breaks": "accept"}),
    ("monitor", "alarms", {"variable": "grp_per_head"}),
    ("monitor", "grain_account", {}),
    ("monitor", "trap_alarms", {}),
)


def numbers(frame: pd.DataFrame) -> dict[str, list[float | None]]:
    found = {}
    for name in frame.columns:
        if pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name]):
            values = frame[name].to_numpy(dtype=float, na_value=math.nan)
            found[str(name)] = [float(v) if math.isfinite(v) else None for v in values]
    return found


def served(reply: Any, verb: str) -> dict[str, list[float | None]]:
    (table,) = [b for b in reply["blocks"] if b["kind"] == "table" and b["id"] == verb]
    return {
        column["id"]: [row[i]["v"] for row in table["rows"]]
        for i, column in enumerate(table["columns"])
        if column["type"] == "number"
    }


def printed(cli: str) -> pd.DataFrame:
    words = shlex.split(cli)
    assert words[0] == "yugong"
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert run([*words[1:], "--format", "json"]) == 0
    return pd.DataFrame(json.loads(out.getvalue()))


def executed(python: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(python, "<page>", "exec"), space)
    return space


def close(a: dict[str, list[float | None]], b: dict[str, list[float | None]], tolerance: float = SAME) -> None:
    for name in a:
        assert name in b, name
        for x, y in zip(a[name], b[name], strict=True):
            assert (x is None) == (y is None), name
            if x is not None and y is not None:
                assert math.isclose(x, y, rel_tol=tolerance, abs_tol=tolerance), name


@pytest.mark.parametrize(("room", "verb", "options"), VERBS, ids=[v[1] for v in VERBS])
def test_a_verb_gives_one_number_three_ways(client: Client, room: str, verb: str, options: dict[str, Any]) -> None:
    reply = client.post(f"/api/run/{room}/{verb}", {"options": options}).json
    assert reply["ok"], reply
    shapes.RunAnswer.model_validate(reply)
    api = served(reply, verb)
    python = executed(reply["python"])["result"]
    frame = python.table() if hasattr(python, "table") else python
    own = numbers(frame)
    assert set(own) <= set(api)
    close(own, api)
    shown = printed(reply["cli"])
    assert len(shown) == len(frame)
    printed_numbers = {k: v for k, v in numbers(shown.rename(columns=str)).items() if k in api}
    assert printed_numbers
    close(printed_numbers, api, 1e-9)  # JSON of the command line keeps ten decimals


def test_a_variable_gives_one_number_three_ways(client: Client) -> None:
    for scale in ("level", "relative", "growth"):
        reply = client.post("/api/view", {"variable": "grp_per_head", "year": 2020, "scale": scale}).json
        shapes.View.model_validate(reply)
        (table,) = [b for b in reply["blocks"] if b.get("id") == "view-table"]
        at = [c["id"] for c in table["columns"]].index("value")
        api = [row[at]["v"] for row in table["rows"]]
        python = executed(reply["python"])["result"].tolist()
        close({"v": api}, {"v": python})
    frame = printed(reply["cli"])
    held = study.china().panel("grp_per_head")[2020].tolist()
    close({"v": frame["2020"].tolist()}, {"v": held}, 1e-9)


def test_a_simulation_gives_one_number_three_ways(client: Client, tmp_path: Path) -> None:
    settings = [
        {"lever": "productivity", "value": 1.02, "place": ["四川", "500000"]},
        {"lever": "trade_cost", "value": 0.97, "origin": ["510000"], "destination": ["500000"], "both": True},
    ]
    reply = client.post("/api/simulate", {"scenarios": [{"id": "mine", "settings": settings}], "seq": 5}).json
    assert reply["ok"], reply
    shapes.Simulated.model_validate(reply)
    (solved,) = reply["scenarios"]
    assert (reply["seq"], solved["badge"]) == (5, "exact")
    (keys,) = [b for b in solved["blocks"] if b["kind"] == "key_figures"]
    welfare = keys["items"][0]["full"] / 100
    by_hand = Scenario(
        "mine",
        settings=(
            Setting("productivity", 1.02, place=("四川", "500000")),
            Setting("trade_cost", 0.97, origin=("510000",), destination=("500000",), both=True),
        ),
    )
    direct = study.china().simulate(by_hand)
    assert math.isclose(welfare, float(direct.table("nation")["welfare_change"].iloc[0]), rel_tol=SAME)
    spelled = executed(solved["python"])["result"]
    assert math.isclose(welfare, float(spelled.table("nation")["welfare_change"].iloc[0]), rel_tol=SAME)
    assert Scenario.from_toml(solved["toml"]).settings == by_hand.settings
    command = solved["cli"]
    *_, last = command.split("\n")
    done = subprocess.run(
        ["bash", "-c", f'yugong() {{ {shlex.quote(sys.executable)} -m yugong "$@"; }}\n{command} --format json'],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert last.startswith("yugong simulate china --scenario mine.toml")
    assert math.isclose(welfare, json.loads(done.stdout)[0]["welfare_change"], rel_tol=1e-9, abs_tol=1e-10)


def test_the_empty_scenario_changes_nothing_at_all(client: Client) -> None:
    reply = client.post("/api/simulate", {"scenarios": [{"id": "base"}, {"id": "again"}]}).json
    for solved in reply["scenarios"]:
        (table,) = [b for b in solved["blocks"] if b.get("id") == f"groups-{solved['id']}"]
        for row in table["rows"]:
            assert {cell["v"] for cell in row[1:]} == {0.0}
    for block in reply["comparison"]:
        if block["kind"] == "figure":
            assert {row[1]["v"] for row in block["table"]["rows"]} == {0.0}


def test_scenarios_share_one_scale_and_the_difference_is_theirs(client: Client) -> None:
    wanted = [{"id": "A", "extends": ["unified_market"]}, {"id": "B", "extends": ["western_transfer"]}]
    reply = client.post("/api/simulate", {"scenarios": wanted, "certificate": True}).json
    maps = [next(b for b in s["blocks"] if b.get("id") == s["roles"]["map"]) for s in reply["scenarios"]]
    assert maps[0]["chart"]["classes"] == maps[1]["chart"]["classes"]
    income = [{row[0]["zh"]: row[1]["v"] for row in m["table"]["rows"]} for m in maps]
    (difference,) = [b for b in reply["comparison"] if b["kind"] == "figure"]
    for row in difference["table"]["rows"]:
        assert math.isclose(row[1]["v"], income[1][row[0]["zh"]] - income[0][row[0]["zh"]], abs_tol=1e-12)
    certificate = reply["scenarios"][0]["certificate"]
    assert certificate["rows"][0]["value"] < 1e-9
    assert reply["scenarios"][1]["diff"][0]["lever"] == "government_transfer"
    # the waterfall's parts end where its total does
    bars = next(b for b in reply["scenarios"][0]["blocks"] if b.get("id") == "waterfall-A")["chart"]["bars"]
    assert math.isclose(bars[-2]["end"], bars[-1]["end"], abs_tol=1e-6)


@pytest.mark.parametrize(
    "scenario",
    [
        {"id": "x", "settings": [{"lever": "nonsense", "value": 1}]},
        {"id": "x", "settings": [{"lever": "productivity", "value": 99}]},
        {"id": "x", "settings": [{"lever": "productivity", "value": 1.1, "place": ["Atlantis"]}]},
        {"id": "x", "extends": ["../../etc/passwd"]},
        {
            "id": "x",
            "payers": ["nowhere"],
            "settings": [{"lever": "household_transfer", "value": 100, "place": ["west"]}],
        },
    ],
)
def test_a_scenario_that_cannot_be_is_refused_with_words(client: Client, scenario: dict[str, Any]) -> None:
    reply = client.post("/api/simulate", {"scenarios": [scenario]})
    assert reply.status == 422
    assert reply.json["problems"][0]["what"]["zh"]
