"""Files in and out: the import wizard, hostile files, templates, downloads that open again."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import openpyxl
import pandas as pd
import pytest
from serving import Client

from yugong import study


def workbook(rows: list[list[Any]], sheet: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(client: Client, name: str, content: bytes, path: str = "/api/import") -> Any:
    return client.ask("POST", path, content, {"X-Yugong-Name": quote(name)})


GOOD = [
    ["地区", "年份", "地区生产总值（亿元）", "常住人口（万人）"],
    *(
        [p, y, 1000.0 * i + y, 100.0 * i]
        for i, p in enumerate(["北京", "上海", "四川", "重庆", "贵州"], 1)
        for y in (2021, 2022)
    ),
]


def test_a_good_workbook_becomes_a_study_that_opens(fresh: Client, tmp_path: Path) -> None:
    told = sent(fresh, "我的数据.xlsx", workbook(GOOD)).json
    (table,) = told["tables"]
    assert (table["places"], table["years"], table["problems"]) == (5, [2021, 2022], [])
    assert [c["unit"] for c in table["columns"]] == ["亿元", "万人"]
    assert table["columns"][0]["variable"] == "grp"  # the everyday name, not one of its vintages
    columns = [
        {"title": c["title"], "variable": v, "name": n, "unit": u}
        for c, v, n, u in zip(table["columns"], ("grp", "population"), ("产值", "人口"), ("亿元", "万人"), strict=True)
    ]
    body = {"name": told["name"], "title": "我的研究", "tables": [{"id": table["id"], "columns": columns}]}
    assert fresh.post(f"/api/import/{told['import_id']}/save", body).json == {"ok": True, "study": "我的数据"}
    held = study.read(tmp_path / "studies" / "我的数据")
    assert held.values("grp", 2022)["510000"] == 5022.0
    assert (held.variable("population").title.zh, held.variable("population").unit.zh) == ("人口", "万人")
    assert [s["id"] for s in fresh.get("/api/studies").json["studies"]] == ["china", "我的数据"]
    assert fresh.post("/api/study", {"study": "我的数据"}).json["ok"]
    assert fresh.get("/api/session").json["study"]["places"] == 5
    view = fresh.post("/api/view", {"variable": "grp"}).json
    assert view["years"] == [2021, 2022]
    assert fresh.get("/api/overview").json["blocks"]
    again = fresh.post(f"/api/import/{told['import_id']}/save", body)
    assert again.status == 422  # a name is not taken twice, and nothing was touched
    assert study.read(tmp_path / "studies" / "我的数据").years == (2021, 2022)


def test_every_bad_cell_is_named_and_nothing_is_made(fresh: Client, tmp_path: Path) -> None:
    rows = [list(r) for r in GOOD]
    rows[3][2], rows[5][2], rows[7][0] = "约1200", "12..5", "亚特兰蒂斯"
    told = sent(fresh, "bad.xlsx", workbook(rows)).json
    (table,) = told["tables"]
    at = {(p["row"], p["column"]) for p in table["problems"]}
    assert {(4, "C"), (6, "C"), (8, "A")} <= at
    assert all(p["what"]["zh"] and p["what"]["en"] for p in table["problems"])
    body = {"name": "x", "title": "x", "tables": [{"id": "0", "columns": []}]}
    refused = fresh.post(f"/api/import/{told['import_id']}/save", body)
    assert refused.status == 422
    assert refused.json["problems"]
    assert not (tmp_path / "studies" / "x").exists()
    assert not list((tmp_path / "studies").iterdir())


def test_a_year_that_the_file_does_not_state_can_be_given(fresh: Client) -> None:
    rows = [["地区", "产量（万吨）"], *[[p, 10.0 * i] for i, p in enumerate(["北京", "上海", "四川", "重庆"], 1)]]
    told = sent(fresh, "t.xlsx", workbook(rows)).json
    assert told["problems"]
    again = fresh.post(f"/api/import/{told['import_id']}/read", {"year": 2023}).json
    assert again["problems"] == []
    assert again["tables"][0]["years"] == [2023]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("xl/workbook.xml", "<workbook/>")
        z.writestr("xl/worksheets/sheet1.xml", b"<c/>" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.xlsx", bomb()),
        ("broken.xlsx", b"PK\x03\x04" + b"\x00" * 100),
        ("macro.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("page.csv", b"<html><script>alert(1)</script></html>"),
        ("nul.csv", "地区,2020\n北京\x00,1\n".encode()),
        ("empty.csv", b""),
        ("program.exe", b"MZ"),
        ("code.py", b"import os"),
    ],
)
def test_a_hostile_file_is_refused_with_words(fresh: Client, name: str, content: bytes) -> None:
    reply = sent(fresh, name, content)
    told = reply.json
    assert reply.status in (415, 422) or told["problems"], told
    if not told["ok"]:
        assert told["error"]["zh"]
        assert told["error"]["en"]


def test_a_verb_reads_an_uploaded_form_and_no_path(client: Client, tmp_path: Path) -> None:
    template = client.get("/api/template/diagnose/ahp?lang=en")
    assert template.status == 200
    book = openpyxl.load_workbook(io.BytesIO(template.body))
    assert book.sheetnames
    given = sent(client, "judgements.xlsx", template.body, "/api/files").json
    reply = client.post("/api/run/diagnose/ahp", {"options": {"file": given["file"]}})
    assert reply.status == 422  # it was read, and found empty
    assert reply.json["problems"][0]["file"] == "judgements.xlsx"
    path = tmp_path / "a.xlsx"
    path.write_bytes(template.body)
    for wrong in (str(path), "../a.xlsx", "a.xlsx"):
        assert client.post("/api/run/diagnose/ahp", {"options": {"file": wrong}}).status in (404, 422)
    for wrong in (str(path), "a.toml", "../presets/x"):
        reply = client.post("/api/run/simulate/gradients", {"options": {"scenario": wrong}})
        assert reply.status == 422


def test_downloads_open_again_with_the_numbers_shown(client: Client) -> None:
    reply = client.post("/api/view", {"variable": "population", "year": 2020}).json
    (table,) = [b for b in reply["blocks"] if b.get("id") == "view-table"]
    shown = [row[[c["id"] for c in table["columns"]].index("value")]["v"] for row in table["rows"]]
    at = f"/api/download/{reply['run_id']}"
    csv = client.get(f"{at}.csv?lang=en")
    assert csv.body.startswith(b"\xef\xbb\xbf")  # a spreadsheet then reads the Chinese right
    assert pd.read_csv(io.BytesIO(csv.body)).iloc[:, 3].tolist() == shown
    with duckdb.connect() as db:
        path = f"{client.bench.root}/t.parquet"
        Path(path).write_bytes(client.get(f"{at}.parquet").body)
        assert [r[0] for r in db.execute(f"select value from '{path}'").fetchall()] == shown
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{at}.xlsx").body))
    cells = {cell.value for page in book for row in page.iter_rows() for cell in row}
    assert set(shown) <= cells
    assert [r["value"] for r in json.loads(client.get(f"{at}.json").body)["rows"]] == shown
    one = client.get(f"{at}.csv?table=view-series&lang=en")
    assert one.status == 200
    assert "view-series" in one.headers["content-disposition"]
    assert client.get(f"{at}.exe").status == 404
    assert client.get("/api/download/none.csv").status == 404
    assert client.get(f"{at}.csv?table=nothing").status == 422


def numbers(blocks: list[dict[str, Any]]) -> dict[str, list[list[float | None]]]:
    """Return the full numbers of every table among blocks and behind figures, by the id of the block."""
    found = {}
    for b in blocks:
        if b["kind"] in ("table", "figure"):
            table = b["table"] if b["kind"] == "figure" else b
            at = [i for i, c in enumerate(table["columns"]) if c["type"] == "number"]
            found[b["id"]] = [[row[i]["v"] for i in at] for row in table["rows"]]
    return found


def every_table_reads_back(client: Client, run_id: str, blocks: list[dict[str, Any]], folder: Path) -> None:
    """Every table and figure, in every format, read again with another library, holds the numbers shown."""
    for id_, rows in numbers(blocks).items():
        shown = sorted(round(v, 9) for row in rows for v in row if v is not None)
        at = f"/api/download/{run_id}.{{}}?lang=en&table={quote(id_)}"
        csv = client.get(at.format("csv"))
        assert csv.status == 200, (id_, csv.body[:200])
        assert csv.body.startswith(b"\xef\xbb\xbf")
        frames = {"csv": pd.read_csv(io.BytesIO(csv.body), header=None, skiprows=1)}
        (folder / "t.parquet").write_bytes(client.get(at.format("parquet")).body)
        with duckdb.connect() as db:
            frames["parquet"] = db.execute(f"select * from '{folder / 't.parquet'}'").df()
        book = openpyxl.load_workbook(io.BytesIO(client.get(at.format("xlsx")).body))
        cells = [c.value for page in book for row in page.iter_rows() for c in row if isinstance(c.value, int | float)]
        held = {round(float(v), 9) for v in cells}
        assert {v for v in shown if v not in held} == set(), id_
        for kind, frame in frames.items():
            values = {round(float(v), 9) for v in frame.select_dtypes("number").to_numpy().ravel() if v == v}
            assert {v for v in shown if v not in values} == set(), (id_, kind)


def test_every_view_downloads_as_it_is_shown(client: Client, tmp_path: Path) -> None:
    overview = client.get("/api/overview?region=510000").json
    every_table_reads_back(client, overview["run_id"], [*overview["blocks"], *overview["behind"]], tmp_path)
    view = client.post("/api/view", {"variable": "grp_per_head", "region": "510000", "scale": "growth"}).json
    every_table_reads_back(client, view["run_id"], view["blocks"], tmp_path)
    wanted = [{"id": "A", "extends": ["unified_market"]}, {"id": "B", "extends": ["western_transfer"]}]
    solved = client.post("/api/simulate", {"scenarios": wanted, "detail": "three"}).json
    for one in solved["scenarios"]:
        every_table_reads_back(client, one["run_id"], [*one["blocks"], *solved["comparison"]], tmp_path)


def test_peers_are_the_users_where_they_are_named(client: Client) -> None:
    asked = {"variable": "grp_per_head", "region": "四川", "year": 2020}
    chosen = client.post("/api/view", asked).json["peers"]
    assert len(chosen) > 2
    mine = client.post("/api/view", {**asked, "peers": ["贵州", "110000", "guizhou"]}).json
    assert [p["id"] for p in mine["peers"]] == ["520000", "110000"]
    series = next(b for b in mine["blocks"] if b.get("id") == "view-series")["table"]
    assert {"520000", "110000", "510000"} <= {c["id"] for c in series["columns"]}
    assert client.post("/api/view", {**asked, "peers": []}).json["peers"] == []
    assert client.post("/api/view", {**asked, "peers": ["亚特兰蒂斯"]}).status == 422


def test_a_design_sheet_downloads_with_living_formulas(client: Client) -> None:
    reply = client.post("/api/run/design/transfers", {"options": {}}).json
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/api/download/{reply['run_id']}.xlsx").body))
    formulas = [
        c
        for page in book
        for row in page.iter_rows()
        for c in row
        if isinstance(c.value, str) and c.value.startswith("=")
    ]
    assert len(formulas) > 100


def test_a_scenario_goes_out_and_comes_in_the_same(client: Client) -> None:
    settings = [{"lever": "carbon_price", "value": 100.0, "place": ["east"]}]
    wanted = {"id": "mine", "title": {"zh": "甲", "en": "A"}, "settings": settings, "payers": ["east"]}
    toml = client.post("/api/simulate", {"scenarios": [wanted]}).json["scenarios"][0]["toml"]
    back = sent(client, "mine.toml", toml.encode(), "/api/scenario/read").json["scenario"]
    assert back["settings"][0]["place"] == ["east"]
    assert (back["id"], back["title"], back["payers"]) == ("mine", {"zh": "甲", "en": "A"}, ["east"])
    assert sent(client, "x.toml", b"[[set]]\nlever = 3", "/api/scenario/read").status == 422
    assert sent(client, "x.toml", b"\xff\xfe", "/api/scenario/read").status == 422
