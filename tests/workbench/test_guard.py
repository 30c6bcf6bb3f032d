"""The ten attack cases, each against a real server; none is answered, and none gives a 500."""

import asyncio
import contextlib
import socket
from pathlib import Path
from typing import Any

import pytest
from serving import TOKEN, Client

from yugong.workbench.app import application
from yugong.workbench.bench import Bench
from yugong.workbench.guard import BODY, HEADERS, UPLOAD, Guard, hosts
from yugong.workbench.uploads import safe_name

SESSION = "/api/places"


def raw(client: Client, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", client.port), 10) as s:
        s.sendall(request)
        s.settimeout(10)
        out = b""
        while piece := s.recv(65536):
            out += piece
        return out


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1.evil.example", "localhost:1", ""]
)
def test_1_a_foreign_host_is_not_answered(client: Client, host: str) -> None:
    for path in ("/", SESSION):
        reply = client.get(path, Host=host)
        assert reply.status == 421
        assert reply.json["ok"] is False


def test_2_no_host_or_two_are_not_answered(client: Client) -> None:
    for lines in (b"", b"Host: %b\r\nHost: evil.example\r\n" % client.host.encode()):
        out = raw(client, b"GET / HTTP/1.1\r\n" + lines + b"Connection: close\r\n\r\n")
        assert out.split()[1] in (b"400", b"421")


def test_3_the_right_hosts_are_answered(client: Client) -> None:
    for name in ("127.0.0.1", "localhost", "[::1]", "LOCALHOST"):
        assert client.get(SESSION, Host=f"{name}:{client.port}").status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_4_a_request_of_another_site_changes_nothing(client: Client, site: str) -> None:
    assert client.post("/api/view", {"variable": "population"}, {"Sec-Fetch-Site": site}).status == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1"])
def test_5_a_foreign_or_null_origin_changes_nothing(client: Client, origin: str) -> None:
    before = client.get("/api/project").json["revision"]
    reply = client.ask("PUT", "/api/project", {"revision": before, "project": {}}, {"Origin": origin})
    assert reply.status == 403
    assert client.get("/api/project").json["revision"] == before


def test_6_the_page_itself_may(client: Client) -> None:
    headers = {"Origin": f"http://{client.host}", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/view", {"variable": "population"}, headers).status == 200


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1], TOKEN + "x", "\xe9"])
def test_7_nothing_of_the_interface_opens_without_the_token(client: Client, token: str | None) -> None:
    sent: dict[str, Any] = {"X-Yugong-Token": token}
    for method, path in (
        ("GET", SESSION),
        ("GET", f"{SESSION}?token={TOKEN}"),
        ("POST", "/api/view"),
        ("GET", "/api/none"),
    ):
        assert client.ask(method, path, headers=sent).status == 403
    assert client.ask("GET", "/", headers=sent).status in (200, 404)  # the page is no secret


def test_8_web_sockets_are_refused(client: Client) -> None:
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAA",
    }
    assert client.get(SESSION, **upgrade, Origin="http://evil.example").status in (200, 400, 403)  # never switched
    sent: list[Any] = []

    async def asked() -> None:
        async def inner(scope: Any, receive: Any, send: Any) -> None:
            raise AssertionError("a web socket came through")

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "websocket", "path": "/api/x", "scheme": "ws", "headers": [(b"host", b"127.0.0.1:1")]}
        await Guard(inner, hosts(("127.0.0.1",), 1), "t")(scope, None, send)  # type: ignore[arg-type]

    asyncio.run(asked())
    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(("path", "most"), [("/api/view", BODY), ("/api/import", UPLOAD)])
def test_9_a_body_beyond_the_cap_is_refused_not_swallowed(client: Client, path: str, most: int) -> None:
    reply = client.ask("POST", path, b"x" * (most + 1), {"Content-Type": "application/json"})
    assert reply.status == 413
    assert reply.json["error"]["zh"]
    # the same without a stated length: counted as it comes
    chunk = b"%x\r\n" % 65536 + b"x" * 65536 + b"\r\n"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {client.host}\r\nX-Yugong-Token: {TOKEN}\r\nContent-Type: application/json\r\n"
    )
    with socket.create_connection(("127.0.0.1", client.port), 30) as s:
        s.sendall(head.encode() + b"Transfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(most // 65536 + 2):
                s.sendall(chunk)
        except (ConnectionResetError, BrokenPipeError):  # the answer may come, and the door close, before all is sent
            pass
        s.settimeout(30)
        with contextlib.suppress(ConnectionResetError):
            assert s.recv(64).split()[1] == b"413"


@pytest.mark.parametrize(
    "path",
    ["/../pyproject.toml", "/..%2fapp.py", "/%2e%2e/%2e%2e/app.py", "//etc/passwd", "/static/../app.py", "/\\app.py"],
)
def test_10_no_path_leads_out_of_the_page(client: Client, path: str) -> None:
    reply = client.get(path)
    assert reply.status in (400, 404)
    assert b"Bench" not in reply.body
    for name in ("../../x.csv", "..\\..\\x.csv", "/etc/passwd.csv", "C:\\x.csv", "CON.csv", "a\x00b.csv"):
        kept = safe_name(name)
        assert Path(kept).name == kept
        assert not set(kept) & set('<>:"|?*/\\\x00')
        assert kept.split(".")[0].upper() != "CON"


def test_every_answer_has_the_headers(client: Client) -> None:
    for reply in (
        client.get("/"),
        client.get(SESSION),
        client.get("/api/none"),
        client.get(SESSION, Host="evil.example"),
    ):
        for name, value in HEADERS.items():
            assert reply.headers[name] == value
        assert "access-control-allow-origin" not in reply.headers
    assert "default-src 'self'" in HEADERS["content-security-policy"]
    assert "frame-ancestors 'none'" in HEADERS["content-security-policy"]
    assert client.get(SESSION).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: abc", b"Content-Length: -1", b"Transfer-Encoding: nonsense", b"Content-Type: \xff\xfe",
        b"X-Yugong-Name: %ff%00%zz", b"Expect: 100-continue", b"Accept-Encoding: \x80", b"Cookie: " + b"a=b;" * 3000,
        b"Range: bytes=9999999-", b"If-Modified-Since: never", b"Sec-Fetch-Site: \xe9", b"Origin: \xe9",
    ],
)  # fmt: skip
def test_malformed_headers_never_give_a_500(client: Client, header: bytes) -> None:
    head = f"Host: {client.host}\r\nX-Yugong-Token: {TOKEN}\r\nConnection: close\r\n".encode() + header + b"\r\n"
    for line in (b"GET /api/places", b"GET /", b"POST /api/view", b"POST /api/files", b"DELETE /api/jobs/x"):
        length = b"" if b"Length" in header or b"Encoding" in header[:17] else b"Content-Length: 0\r\n"
        out = raw(client, line + b" HTTP/1.1\r\n" + head + length + b"\r\n")
        assert out == b"" or not out.split()[1].startswith(b"5"), out[:200]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"variable": NaN}', b"[" * 100_000, b'{"variable": "\\ud800"}', b'{"variable": 1e999}',
     b'{"__proto__": 1}', b'"x"'],
)  # fmt: skip
def test_malformed_bodies_are_refused_in_the_one_shape(client: Client, body: bytes) -> None:
    for path in ("/api/view", "/api/simulate", "/api/run/diagnose/dagum", "/api/jobs"):
        reply = client.ask("POST", path, body, {"Content-Type": "application/json"})
        assert reply.status in (400, 422)
        assert set(reply.json) >= {"ok", "status", "error", "problems"}
        assert reply.json["error"]["zh"]
        assert reply.json["error"]["en"]


def test_other_media_are_refused(client: Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert client.ask("POST", "/api/view", b"{}", {"Content-Type": kind}).status == 415


def test_an_unforeseen_fault_is_a_500_in_the_one_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench = Bench("china", TOKEN, tmp_path)
    bench.once = None  # type: ignore[assignment,method-assign]
    app = application(bench, frozenset({"h"}))
    sent: list[Any] = []

    async def asked() -> None:
        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"host", b"h"), (b"x-yugong-token", TOKEN.encode())]
        scope = {"type": "http", "method": "GET", "path": "/api/session", "raw_path": b"/api/session", "query_string": b"",
                 "headers": headers, "scheme": "http", "root_path": "", "http_version": "1.1"}  # fmt: skip
        await app(scope, receive, send)

    asyncio.run(asked())
    assert sent[0]["status"] == 500
    assert (b"x-content-type-options", b"nosniff") in sent[0]["headers"]
    assert "TypeError" in capsys.readouterr().err
    assert b'"ok":false' in sent[1]["body"]
