"""What a page copies runs as it stands: Python and commands of the Simulate and Design pages."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from serving import Client

BIN = Path(sys.executable).parent
SCENARIO = {"id": "a", "settings": [{"lever": "trade_cost", "value": 0.95}]}


def told(command: list[str], folder: Path) -> str:
    made = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=folder, env=made, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout


def answers(client: Client) -> dict[str, Any]:
    solved = client.post("/api/simulate", {"scenarios": [SCENARIO]}).json["scenarios"][0]
    design = client.post("/api/run/design/transfers", {"options": {"year": 2022, "rule": "equalisation"}}).json
    return {"simulate": solved, "design": design}


ROUNDED = 5.1e-5  # the page writes per cent with two digits, the command line fractions


@pytest.mark.parametrize("spelled", ["python", "cli"])
def test_a_copied_simulation_runs_and_gives_the_number_of_the_page(
    client: Client, tmp_path: Path, spelled: str
) -> None:
    answer = answers(client)["simulate"]
    key = next(b for b in answer["blocks"] if b["kind"] == "key_figures")["items"][0]["value"]["zh"]
    start = ["bash", "-c"] if spelled == "cli" else [sys.executable, "-c"]
    out = told([*start, answer[spelled]], tmp_path)
    numbers = [float(n.replace(",", "")) for n in re.findall(r"-?\d[\d,]*\.\d+(?:e-\d+)?", out)]
    assert any(abs(n - float(key) / 100) < ROUNDED for n in numbers)


@pytest.mark.parametrize("spelled", ["python", "cli"])
def test_a_copied_design_runs_and_lists_the_places_of_the_page(client: Client, tmp_path: Path, spelled: str) -> None:
    answer = answers(client)["design"]
    start = ["bash", "-c"] if spelled == "cli" else [sys.executable, "-c"]
    out = told([*start, answer[spelled]], tmp_path)
    first = next(b for b in answer["blocks"] if b["kind"] == "table")["rows"][0][0]
    assert first["zh"] in out or client.bench.study.place(first["zh"]) in out


DRAFT = "# 关于促进区域协调发展的若干措施\n\n第一条 本市政府采购项目，投标企业应当在本市注册。\n"
HOSTILE = ("我的 草案.md", "x; touch hacked; .md", "$(touch hacked).md", "-o.md", 'it\'s "so".md')


@pytest.mark.parametrize("name", HOSTILE)
def test_a_copied_review_runs_beside_the_file_whatever_its_name(client: Client, tmp_path: Path, name: str) -> None:
    answer = client.post("/api/review", DRAFT.encode(), {"X-Yugong-Name": quote(name)}).json
    kept = re.search(r"review\((.+)\)", answer["python"])
    assert kept is not None
    (tmp_path / eval(kept[1])).write_text(DRAFT, encoding="utf-8")
    before = sorted(p.name for p in tmp_path.iterdir())
    told(["bash", "-c", answer["cli"]], tmp_path)
    told([sys.executable, "-c", answer["python"]], tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == before


@pytest.mark.parametrize("spelled", ["python", "cli"])
def test_a_copied_verb_reads_the_same_file_by_its_name(client: Client, tmp_path: Path, spelled: str) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "目标"
    for row in (["place", "indicator", "year", "target", "adds"], ["四川", "新增绿地", 2030, 100, "是"],
                ["成都", "新增绿地", 2030, 70, "是"], ["绵阳", "新增绿地", 2030, 40, "是"]):  # fmt: skip
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    (tmp_path / "计划.xlsx").write_bytes(out.getvalue())
    file = client.post("/api/files", out.getvalue(), {"X-Yugong-Name": quote("计划.xlsx")}).json["file"]
    answer = client.post("/api/run/review/plan_sums", {"options": {"file": file}}).json
    first = next(b for b in answer["blocks"] if b["kind"] == "table")["rows"][0][0]["zh"]
    start = ["bash", "-c"] if spelled == "cli" else [sys.executable, "-c"]
    assert first in told([*start, answer[spelled]], tmp_path)


def test_words_of_the_users_cannot_leave_the_scenario_they_stand_in(client: Client, tmp_path: Path) -> None:
    evil = 'a"\nYUGONG\ntouch hacked\n""" + __import__("os").system("touch hacked") + \\'
    wanted = {**SCENARIO, "title": {"zh": evil, "en": evil}}
    solved = client.post("/api/simulate", {"scenarios": [wanted], "detail": "three"}).json["scenarios"][0]
    told(["bash", "-c", solved["cli"]], tmp_path)
    told([sys.executable, "-c", solved["python"]], tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.toml"]


@pytest.mark.parametrize("spelled", ["python", "cli"])
def test_copied_bands_run_and_give_the_bands_of_the_page(client: Client, tmp_path: Path, spelled: str) -> None:
    row, _ = client.job({"kind": "bands", "scenario": SCENARIO, "draws": 6, "seed": 3, "detail": "three"})
    answer = row["result"]
    table = next(b for b in answer["blocks"] if b["kind"] == "figure")["table"]
    low, high = (v / 100 for v in table["rows"][0][2]["v"])
    start = ["bash", "-c"] if spelled == "cli" else [sys.executable, "-c"]
    command = answer[spelled].rstrip() + (" --format json" if spelled == "cli" else "")
    command = command.replace(".T)", ".to_dict('list'))")
    out = told([*start, command], tmp_path)
    numbers = [float(n) for n in re.findall(r"-?\d\.\d+(?:e-\d+)?", out)]
    for end in (low, high):
        assert min(abs(n - end) for n in numbers) < 1e-7
    got = client.get(f"/api/download/{answer['run_id']}.csv?lang=en")
    assert got.body.startswith(b"\xef\xbb\xbf")


@pytest.mark.slow
def test_a_copied_report_runs(client: Client, tmp_path: Path) -> None:
    row, _ = client.job({"kind": "report", "region": "510000", "draws": 100})
    told(["bash", "-c", row["result"]["cli"]], tmp_path)
    made = {p.suffix.lstrip(".") for p in (tmp_path / "yugong-report").iterdir()}
    assert set(row["result"]["formats"]) <= made
