"""Hostile connections and files, each sent to a running server that goes on answering everyone else."""

import contextlib
import io
import os
import socket
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import openpyxl
import pytest
from serving import TOKEN, Client

from yugong.base.errors import InputError
from yugong.study.readers import workbook
from yugong.workbench.preflight import survives

QUICK = 15.0  # seconds for a small answer while an attack goes on, on a busy machine
SLOW_ONES = 100
LAUGHS = "".join(
    f'<!ENTITY l{i + 1} "' + f"&l{i};" * 10 + '">' for i in range(9)
)  # ten to the ninth power, were it expanded
DOCTYPE = f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'


def quickly(client: Client) -> None:
    began = time.monotonic()
    assert client.get("/api/places").status == 200
    assert time.monotonic() - began < QUICK


def told(client: Client, request: bytes) -> bytes:
    """Send bytes as they are and return everything that comes back until the server closes."""
    out = b""
    with socket.create_connection(("127.0.0.1", client.port), 10) as s, contextlib.suppress(ConnectionError):
        s.settimeout(10)
        s.sendall(request)
        while piece := s.recv(65536):
            out += piece
    return out


@contextlib.contextmanager
def held(client: Client, start: bytes) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(_started(client, start)) for _ in range(SLOW_ONES)]


def _started(client: Client, start: bytes) -> socket.socket:
    s = socket.create_connection(("127.0.0.1", client.port), 10)
    s.sendall(start)
    return s


@pytest.mark.parametrize("body", [False, True])
def test_requests_that_never_end_hold_up_no_one(client: Client, body: bool) -> None:
    quickly(client)
    start = b"POST /api/import HTTP/1.1\r\nHost: %b\r\nX-Yugong-Token: %b\r\n" % (client.host.encode(), TOKEN.encode())
    if body:
        start += b"X-Yugong-Name: a.xlsx\r\nContent-Length: 40000000\r\n\r\nPK"
    with held(client, start) as open_:
        for _ in range(3):
            for s in open_:
                s.sendall(b"X")
            quickly(client)
    quickly(client)


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"Content-Length : 2\r\n\r\n{}",
        b"X: a\r\n b\r\n\r\n",
        b"X: \x00\r\n\r\n",
    ],
)
def test_requests_that_could_hide_another_are_refused(client: Client, lines: bytes) -> None:
    hidden = b"GET /api/places HTTP/1.1\r\nHost: %b\r\nX-Yugong-Token: %b\r\n\r\n" % (
        client.host.encode(),
        TOKEN.encode(),
    )
    head = b"POST /api/view HTTP/1.1\r\nHost: %b\r\nContent-Type: application/json\r\nConnection: close\r\n"
    out = told(client, head % client.host.encode() + lines + hidden)
    assert out.count(b"HTTP/1.1 ") <= 1
    assert out == b"" or out.split()[1] in (b"400", b"403")  # the outer one has no token
    assert b'"places"' not in out
    quickly(client)


def test_an_endless_address_or_header_is_refused(client: Client) -> None:
    for request in (
        b"GET /" + b"a" * 2_000_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: %b\r\nX: " % client.host.encode() + b"a" * 2_000_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 200_000 + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc" + os.urandom(500),  # TLS where there is none
    ):
        out = told(client, request)
        assert out == b"" or out.split()[1] in (b"400", b"414", b"421", b"431")
    quickly(client)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
def test_a_web_socket_is_never_opened(client: Client, origin: str | None) -> None:
    lines = [
        "GET /api/session HTTP/1.1", f"Host: {client.host}", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]  # fmt: skip
    if origin:
        lines.append(f"Origin: {origin}")
    with socket.create_connection(("127.0.0.1", client.port), 10) as s:
        s.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        assert s.recv(200).split()[1] == b"403"  # no token: it is an ordinary request, and refused as one


def package(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in parts.items():
            z.writestr(name, content)
    return out.getvalue()


def real_workbook() -> dict[str, bytes]:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["地区", "2020"], ["北京", 1], ["上海", 2], ["四川", 3]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as z:
        return {n: z.read(n) for n in z.namelist()}


def with_laughs(part: bytes, encoding: str) -> bytes:
    text = part.decode()
    start = text.index("?>") + 2 if text.startswith("<?xml") else 0
    return (f'<?xml version="1.0" encoding="{encoding}"?>{DOCTYPE}' + text[start:]).encode(encoding)


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/theme/theme1.xml", "xl/workbook.xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_billion_laughs_in_a_workbook_expand_to_nothing(client: Client, part: str, encoding: str) -> None:
    parts = real_workbook()
    parts[part] = with_laughs(parts[part].replace(b"</", b"&l9;</", 1), encoding)
    began = time.monotonic()
    reply = client.post("/api/import", package(parts), {"X-Yugong-Name": "a.xlsx"})
    assert time.monotonic() - began < workbook.limits.PARSE_SECONDS
    assert len(reply.body) < 100_000
    assert reply.status == 422 or "haha" not in reply.body.decode()
    quickly(client)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_billion_laughs_in_a_draft_expand_to_nothing(client: Client, encoding: str, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("第一条 本市企业优先。")
    document.save(str(tmp_path / "a.docx"))
    with zipfile.ZipFile(tmp_path / "a.docx") as z:
        parts = {n: z.read(n) for n in z.namelist()}
    body = parts["word/document.xml"]
    parts["word/document.xml"] = with_laughs(body.replace("企业".encode(), "企业&l9;".encode()), encoding)
    reply = client.post("/api/review", package(parts), {"X-Yugong-Name": "a.docx"})
    assert reply.status == 422 or "haha" not in reply.body.decode()
    assert len(reply.body) < 1_000_000
    quickly(client)


def test_a_package_that_lies_about_its_size_is_refused(client: Client) -> None:
    parts = real_workbook()
    parts["xl/worksheets/sheet1.xml"] = b"<c/>" * 60_000_000
    content = package(parts)
    small = (1000).to_bytes(4, "little")
    content = content.replace((240_000_000).to_bytes(4, "little"), small)
    reply = client.post("/api/import", content, {"X-Yugong-Name": "a.xlsx"})
    assert reply.status == 422
    many = package({**real_workbook(), **{f"x/{i}.xml": b"" for i in range(1_001)}})
    assert client.post("/api/import", many, {"X-Yugong-Name": "a.xlsx"}).status == 422
    quickly(client)


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("import time; time.sleep(60)", "秒内未能读完"),
        ("import os; os.abort()", "已损坏"),
        ("import resource; resource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28)); x = bytearray(2**30)", "已损坏"),
        ("while True: pass", "秒内未能读完"),
    ],
)
def test_the_parser_is_a_child_that_can_be_killed(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, does: str, why: str
) -> None:
    child = tmp_path / "child.py"
    child.write_text(does, encoding="utf-8")
    monkeypatch.setattr(workbook, "CHILD", child)
    monkeypatch.setattr(workbook.limits, "PARSE_SECONDS", 2.0)
    began = time.monotonic()
    reply = client.post("/api/import", package(real_workbook()), {"X-Yugong-Name": "a.xlsx"})
    assert time.monotonic() - began < 2 + QUICK
    assert reply.status == 422
    assert why in reply.body.decode()
    quickly(client)


def pdf(content: bytes) -> bytes:
    """Return a PDF of one page with this content."""
    packed = zlib.compress(content)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, starts = b"%PDF-1.4\n", []
    for number, held_ in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n" % number + held_ + b"\nendobj\n"
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in starts)
    return out + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)


def test_a_draft_that_takes_too_long_or_too_much_is_refused_by_its_child(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(b"BT /F1 12 Tf (Article 1) Tj ET"))
    survives(path)
    path.write_bytes(pdf(b"BT /F1 12 Tf " + b"(a) Tj 1 0 Td " * 3_000_000 + b"ET"))
    with pytest.raises(InputError, match=r"秒内未能读完|耗尽"):  # the clock, or the limit on the processor's time
        survives(path, seconds=2)
    with pytest.raises(InputError, match="耗尽"):
        survives(path, seconds=120, memory=2**28)


FORMULA = '=HYPERLINK("http://evil.example","点此")'


def test_a_formula_in_a_name_is_dead_in_every_download(fresh: Client) -> None:
    rows = [
        ["地区", "年份", f"{FORMULA}（亿元）"],
        *[[p, 2020, 1.0 * i] for i, p in enumerate(["北京", "上海", "四川"], 1)],
    ]
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.active.cell(1, 3).data_type = "s"
    out = io.BytesIO()
    book.save(out)
    read = fresh.post("/api/import", out.getvalue(), {"X-Yugong-Name": "a.xlsx"}).json
    (column,) = read["tables"][0]["columns"]
    chosen = {"title": column["title"], "variable": "x", "name": FORMULA, "unit": FORMULA}
    body = {"name": "mine", "title": FORMULA, "tables": [{"id": "0", "columns": [chosen]}]}
    assert fresh.post(f"/api/import/{read['import_id']}/save", body).status == 200
    assert fresh.post("/api/study", {"study": "mine"}).status == 200
    view = fresh.post("/api/view", {"variable": "x"}).json
    for table in ("", "view-map", "view-ranking", "view-series", "view-table"):
        more = f"&table={table}" if table else ""
        got = fresh.get(f"/api/download/{view['run_id']}.xlsx?lang=zh{more}")
        cells = [c for page in openpyxl.load_workbook(io.BytesIO(got.body)) for row in page.iter_rows() for c in row]
        assert any(FORMULA in str(c.value) for c in cells)
        assert not [c for c in cells if c.data_type == "f" or c.hyperlink]
        text = fresh.get(f"/api/download/{view['run_id']}.csv?lang=zh{more}").body.decode("utf-8-sig")
        for line in text.splitlines():
            for cell in line.replace('""', "").split(","):
                assert not cell.strip('"').startswith(("=", "+", "@")), line
        parquet = fresh.bench.root / "t.parquet"  # type: ignore[operator]
        parquet.write_bytes(fresh.get(f"/api/download/{view['run_id']}.parquet?lang=zh{more}").body)
        with duckdb.connect() as db:
            assert db.execute(f"select count(*) from '{parquet}'").fetchall()[0][0] > 0


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_that_lead_out_are_not_followed(fresh: Client, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "study.toml").write_text('id = "x"\ntitle_zh = "x"\ntitle_en = "x"\n', encoding="utf-8")
    (outside / "abc.json").write_text('{"kind": "bands", "total": 1, "result": {"secret": 1}}', encoding="utf-8")
    (outside / "index.html").write_text("secret", encoding="utf-8")
    home = fresh.bench.root
    assert home is not None
    root = tmp_path / "home"
    fresh.bench.root = root
    (root / "studies").mkdir(parents=True)
    (root / "studies" / "link").symlink_to(outside)
    assert [s["id"] for s in fresh.get("/api/studies").json["studies"]] == ["china"]
    assert fresh.post("/api/study", {"study": "link"}).status == 404
    project = fresh.bench.store.folder
    (project / "results").mkdir(parents=True)
    (project / "results" / "abc.json").symlink_to(outside / "abc.json")
    assert fresh.get("/api/jobs/abc").status == 404
    (project / "reports").mkdir()
    (project / "reports" / "abc").symlink_to(outside)
    assert fresh.get("/api/report/abc.html").status == 404


def test_the_name_of_an_upload_chooses_no_place(fresh: Client) -> None:
    for name in ("../../../tmp/x.csv", "..\\..\\x.csv", "/etc/passwd.csv", "a\x00b.csv", "~/.bashrc.csv", "CON.csv"):
        reply = fresh.post("/api/files", b"a,b\n1,2\n", {"X-Yugong-Name": quote(name)}).json
        path: Any = fresh.bench.uploads.path(reply["file"])
        assert path.parent.name == reply["file"]
        assert path.parent.parent.name.startswith("yugong-")
        if os.name != "nt":
            assert path.stat().st_mode & 0o077 == 0
