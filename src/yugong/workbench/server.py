"""Starting the workbench: a socket on this machine, the launch page, the study read in the background."""

import contextlib
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

if TYPE_CHECKING:
    from yugong.workbench.bench import Bench

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
TRIES = 20
HEAD_START = 0.3  # seconds in which the page itself is served before the study is read


def serve(
    bench: "Bench",
    port: int = 8631,
    host: str = "127.0.0.1",
    names: Sequence[str] = (),
    browser: bool = True,
    tell: Callable[[str], None] = print,
) -> None:
    """Serve one bench until interrupted; the next free port is taken where `port` is busy, any where it is 0.

    `names` are further Host names that are answered, for use behind a proxy; without them only this machine is.
    """
    import uvicorn

    from yugong.workbench.app import application
    from yugong.workbench.guard import hosts

    listening = bound(host, port)
    taken = listening.getsockname()[1]
    app = application(bench, hosts((*LOOPBACK, *names), taken))
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{taken}/#token={bench.token}"  # noqa: S104
    config = uvicorn.Config(
        app, log_level="warning", ws="none", lifespan="off", server_header=False, timeout_keep_alive=30
    )
    tell(address)
    preparing = threading.Timer(HEAD_START, bench.prepare)
    preparing.daemon = True
    preparing.start()
    if browser:
        threading.Thread(target=_open, args=(address,), name="browser", daemon=True).start()
    with listening, contextlib.closing(bench.uploads):
        uvicorn.Server(config).run(sockets=[listening])


def bound(host: str, port: int) -> socket.socket:
    """Return a socket bound to a port, or to the first free one after it."""
    for candidate in [port] if port == 0 else range(port, port + TRIES):
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform != "win32":  # there it would let two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, candidate))
        except OSError:
            listening.close()
            continue
        listening.listen(128)  # whoever has the address may knock before the server is up
        return listening
    what = Text(f"端口 {port} 起的 {TRIES} 个端口都被占用", f"{TRIES} ports from {port} on are all taken")
    raise InputError([Problem(what, Text("用 --port 换一个", "choose another with --port"))])


def _open(address: str) -> None:
    """Open the browser through a private file, so that the token is never seen in the list of processes."""
    handle = tempfile.NamedTemporaryFile("w", prefix="yugong-", suffix=".html", delete=False, encoding="utf-8")  # noqa: SIM115
    with handle:
        handle.write(
            f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={escape(address)}">'
        )
    webbrowser.open(Path(handle.name).as_uri())
    timer = threading.Timer(60, Path(handle.name).unlink, kwargs={"missing_ok": True})
    timer.daemon = True
    timer.start()
