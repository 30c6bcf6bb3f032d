"""Background work: true progress, the same bands as the command line, and a stop that stops."""

import io
import math
import threading
import time
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest
from serving import Client

from yugong import study
from yugong.base.errors import YugongError
from yugong.base.text import Text
from yugong.workbench.jobs import Jobs, Tell
from yugong.workbench.store import Store

DRAWS = 30
# drawn together or a few at a time, a draw is solved to the solver's tolerance, not to the same last digit
SOLVED = 1e-7


def test_bands_in_steps_are_those_of_python(client: Client) -> None:
    body = {"kind": "bands", "scenario": {"id": "A", "extends": ["western_transfer"]}, "draws": DRAWS, "seed": 3}
    row, seen = client.job(body)
    assert row["state"] == "done", row
    steps = [done for state, done, _ in seen if state == "running"]
    assert steps == sorted(steps)
    assert {total for _, _, total in seen} <= {0, DRAWS}
    assert len({done for _, done, _ in seen}) >= 3  # it was seen on its way
    direct = study.china().simulate("western_transfer", draws=DRAWS, seed=3, certificate=False)
    table = next(b for b in row["result"]["blocks"] if b["kind"] == "figure")["table"]
    frame = direct.table("region")
    for shown, low, high in zip(table["rows"], frame["real_income_low"], frame["real_income_high"], strict=True):
        assert math.isclose(shown[2]["v"][0], 100 * low, abs_tol=100 * SOLVED)
        assert math.isclose(shown[2]["v"][1], 100 * high, abs_tol=100 * SOLVED)


def test_a_job_called_off_stops_between_two_steps(client: Client) -> None:
    body = {"kind": "bands", "scenario": {"id": "A", "extends": ["unified_market"]}, "draws": 2000}
    job = client.post("/api/jobs", body).json["job"]
    while client.get(f"/api/jobs/{job}").json["done"] == 0:
        time.sleep(0.01)
    client.ask("DELETE", f"/api/jobs/{job}")
    until = time.monotonic() + 30
    while (row := client.get(f"/api/jobs/{job}").json)["state"] == "running" and time.monotonic() < until:
        time.sleep(0.01)
    assert row["state"] == "cancelled"
    assert 0 < row["done"] < row["total"] == 2000
    assert row["result"] is None


def waited(jobs: Jobs, id_: str, store: Store) -> dict[str, object]:
    until = time.monotonic() + 10
    while (row := jobs.find(id_, store))["state"] in ("waiting", "running") and time.monotonic() < until:
        time.sleep(0.005)
    return row


def test_progress_is_what_the_work_says(tmp_path: Path) -> None:
    gates = [threading.Event() for _ in range(3)]
    jobs, store = Jobs(), Store(tmp_path)

    def work(_job: str, tell: Tell) -> dict[str, object]:
        for i, gate in enumerate(gates):
            tell(i, 3, Text("步", "step"))
            gate.wait(10)
        return {"answer": 42}

    job = jobs.start("bands", work, store)
    for i, gate in enumerate(gates):
        while (row := job.row())["total"] == 0 or row["done"] < i:
            time.sleep(0.002)
        assert (row["done"], row["total"], row["state"]) == (i, 3, "running")
        gate.set()
    assert waited(jobs, job.id, store)["result"] == {"answer": 42}
    assert Jobs().find(job.id, store)["result"] == {"answer": 42}  # another server finds it on disk


@pytest.mark.parametrize("error", [YugongError(Text("不行", "no")), RuntimeError("broken")])
def test_a_job_that_fails_says_why(tmp_path: Path, error: Exception) -> None:
    def work(_job: str, _tell: Tell) -> dict[str, object]:
        raise error

    jobs, store = Jobs(), Store(tmp_path)
    row = waited(jobs, jobs.start("bands", work, store).id, store)
    assert row["state"] == "failed"
    assert row["error"]["error"]["zh"]  # type: ignore[index]


@pytest.mark.slow
def test_a_report_is_made_and_downloaded(client: Client) -> None:
    row, seen = client.job({"kind": "report", "region": "四川", "draws": 100, "lang": "en"})
    assert row["state"] == "done", row
    assert len(seen) > 3
    assert {"html", "xlsx"} <= set(row["result"]["formats"])
    html = client.get(f"/api/report/{row['job']}.html")
    assert html.body.startswith(b"<!doctype html>")
    assert html.headers["content-disposition"].startswith("attachment")
    assert {"html", "xlsx"} <= set(row["result"]["formats"])
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/api/report/{row['job']}.xlsx").body))
    assert len(book.sheetnames) > 5
    if "docx" in row["result"]["formats"]:
        document = docx.Document(io.BytesIO(client.get(f"/api/report/{row['job']}.docx").body))
        assert len(document.paragraphs) > 50
        assert len(document.tables) > 5
    if "pdf" in row["result"]["formats"]:
        pages = pypdf.PdfReader(io.BytesIO(client.get(f"/api/report/{row['job']}.pdf").body)).pages
        assert len(pages) > 5
    assert client.get(f"/api/report/{row['job']}.exe").status == 404
    assert client.get("/api/report/..%2f..%2fetc.html").status == 404
