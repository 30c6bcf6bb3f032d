"""A study without accounts is simulated on its user's own tables, kept with the project and named in what is copied."""

import io
import json
import math
import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from serving import TOKEN, Client

from yugong import study
from yugong.simulate.scenario import Scenario, Setting
from yugong.workbench.bench import Bench

SAME = 1e-12  # the same code on the same machine
SHEETS: dict[str, list[list[Any]]] = {
    "places": [["四川", 80.0, None], ["重庆", 30.0, None], ["成渝以外", 200.0, None], ["境外", 500.0, "是"]],
    "sectors": [["物", None], ["服务", 6.0]],
    "trade": [
        ["四川", "四川", "物", 90.0], ["四川", "重庆", "物", 10.0], ["重庆", "四川", "物", 12.0], ["重庆", "重庆", "物", 60.0],
        ["成渝以外", "成渝以外", "物", 400.0], ["成渝以外", "四川", "物", 8.0], ["重庆", "成渝以外", "物", 7.0],
        ["境外", "境外", "物", 900.0], ["境外", "四川", "物", 5.0], ["四川", "境外", "物", 6.0],
        ["四川", "四川", "服务", 70.0], ["重庆", "重庆", "服务", 40.0], ["重庆", "四川", "服务", 2.0],
        ["成渝以外", "成渝以外", "服务", 300.0], ["境外", "境外", "服务", 800.0],
    ],
    "inputs": [[None, "物", "物", 0.4], [None, "物", "服务", 0.1], [None, "服务", "物", 0.2]],
    "labour": [[None, "物", 0.3], [None, "服务", 0.5]],
    "moves": [],
}  # fmt: skip
SCENARIO = {"id": "A", "settings": [{"lever": "productivity", "value": 1.02, "place": ["四川"]}]}


def tables(client: Client) -> bytes:
    """Fill in the template that the page offers."""
    from yugong.simulate.economies.filled import FORMS

    book = openpyxl.load_workbook(io.BytesIO(client.get("/api/template/simulate/base_year?lang=zh").body))
    for form in FORMS:
        for row in SHEETS[form.id]:
            book[form.title.zh].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(client: Client, name: str, content: bytes) -> str:
    return str(client.post("/api/files", content, {"X-Yugong-Name": quote(name)}).json["file"])


@pytest.fixture
def imported(fresh: Client) -> Client:
    """A server on a study that was imported: two places, one variable, no accounts."""
    content = "地区,年份,产值（亿元）\n四川,2020,100\n重庆,2020,50\n".encode()
    read = fresh.post("/api/import", content, {"X-Yugong-Name": "a.csv"}).json
    columns = [{"title": c["title"], "variable": "grp", "name": "grp"} for c in read["tables"][0]["columns"]]
    body = {"name": "mine", "title": "mine", "tables": [{"id": "0", "columns": columns}]}
    assert fresh.post(f"/api/import/{read['import_id']}/save", body).status == 200
    assert fresh.post("/api/study", {"study": "mine"}).status == 200
    return fresh


def state(client: Client) -> str:
    until = time.monotonic() + 120
    while (said := client.get("/api/levers").json["simulator"]) in ("cold", "warming") and time.monotonic() < until:
        time.sleep(0.05)
    return str(said)


def test_a_study_without_accounts_runs_on_its_users_own_tables(imported: Client, tmp_path: Path) -> None:
    assert state(imported) == "absent"
    assert imported.post("/api/simulate", {"scenarios": [SCENARIO]}).status == 422
    content = tables(imported)
    told = imported.post("/api/economy", {"file": sent(imported, "我的 表.xlsx", content)}).json
    assert told["name"] == "我的 表.xlsx"
    assert [p["id"] for p in told["places"]] == ["510000", "500000", "成渝以外"]
    assert [s["id"] for s in told["sectors"]] == ["物", "服务"]
    assert state(imported) == "ready"
    levers = imported.get("/api/levers").json
    assert levers["economy"] == {"name": "我的 表.xlsx"}
    assert levers["places"] == told["places"]
    assert levers["sectors"]["eight"] == told["sectors"]
    solved = imported.post("/api/simulate", {"scenarios": [SCENARIO], "certificate": True}).json
    assert solved["ok"], solved
    (one,) = solved["scenarios"]
    key = next(b for b in one["blocks"] if b["kind"] == "key_figures")["items"][0]["full"]
    path = tmp_path / "copied" / "我的 表.xlsx"
    path.parent.mkdir()
    path.write_bytes(content)
    held = study.read(tmp_path / "studies" / "mine")
    wanted = Scenario("A", settings=(Setting("productivity", 1.02, place=("四川",)),))
    direct = held.simulate(wanted, file=str(path), certificate=False)
    assert math.isclose(key / 100, float(direct.table("nation")["welfare_change"].iloc[0]), rel_tol=SAME)
    assert "file='我的 表.xlsx'" in one["python"]
    command = f'yugong() {{ {shlex.quote(sys.executable)} -m yugong "$@"; }}\n{one["cli"]} --format json'
    done = subprocess.run(["bash", "-c", command], cwd=path.parent, capture_output=True, text=True, check=True)
    assert math.isclose(key / 100, json.loads(done.stdout)[0]["welfare_change"], abs_tol=1e-9)
    # another server on the same project has it too
    again = Bench(str(tmp_path / "studies" / "mine"), TOKEN, tmp_path)
    assert again.economy is not None
    row, _ = imported.job({"kind": "bands", "scenario": SCENARIO, "draws": 4})
    assert row["state"] == "done", row


def test_wrong_tables_change_nothing_and_are_located(imported: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(tables(imported)))
    book["贸易"].append(["四川", "火星", "物", -1.0])
    out = io.BytesIO()
    book.save(out)
    reply = imported.post("/api/economy", {"file": sent(imported, "b.xlsx", out.getvalue())})
    assert reply.status == 422
    assert all(p["file"] == "b.xlsx" and p["row"] for p in reply.json["problems"])
    assert imported.get("/api/levers").json["economy"] is None
    assert imported.post("/api/economy", {"file": "none"}).status == 404


def test_the_studys_own_economy_comes_back(client: Client) -> None:
    before = client.post("/api/simulate", {"scenarios": [SCENARIO], "detail": "three"}).json["scenarios"][0]["blocks"]
    assert client.post("/api/economy", {"file": sent(client, "c.xlsx", tables(client))}).status == 200
    own = client.post("/api/simulate", {"scenarios": [SCENARIO], "detail": "three"}).json
    try:
        assert own["ok"], own
        assert own["scenarios"][0]["blocks"] != before
    finally:
        told = client.post("/api/economy", {"file": None}).json
    assert told["name"] is None
    assert (
        client.post("/api/simulate", {"scenarios": [SCENARIO], "detail": "three"}).json["scenarios"][0]["blocks"]
        == before
    )
