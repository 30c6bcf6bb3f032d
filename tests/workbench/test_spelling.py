"""What a page copies runs as it stands: Python and commands of the Simulate and Design pages."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

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
