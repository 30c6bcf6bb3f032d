"""Starting the workbench: a socket on this machine, the launch page, the study read in the background."""

import contextlib
import errno
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text

if TYPE_CHECKING:
    import uvicorn

    from yugong.workbench.bench import Bench

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
TRIES = 20
LAST_PORT = 65_535
HEAD_START = 0.3  # seconds in which the page itself is served before the study is read
LET_FINISH = 2  # seconds that requests under way have once the server is stopped


def serve(
    bench: "Bench",
    port: int = 8631,
    host: str = "127.0.0.1",
    names: Sequence[str] = (),
    browser: bool = True,
    tell: Callable[[str], None] = print,
    say: Callable[[Text], None] = lambda text: print(text.in_(), file=sys.stderr),
) -> None:
    """Serve one bench until interrupted; the next free port is taken where `port` is busy, any where it is 0.

    `names` are further Host names that are answered, for use behind a proxy; without them only this machine is.
    `tell` is given the address, `say` everything else there is to say. InputError for a study that is not there and
    an address that cannot be listened on.
    """
    import uvicorn

    from yugong.workbench.app import application
    from yugong.workbench.guard import hosts

    bench.check()
    listening = bound(host, port)
    taken = listening.getsockname()[1]
    app = application(bench, hosts((*LOOPBACK, *names), taken))
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{taken}/#token={bench.token}"  # noqa: S104
    config = uvicorn.Config(
        app, log_level="warning", ws="none", lifespan="off", server_header=False, timeout_keep_alive=30,
        timeout_graceful_shutdown=LET_FINISH,
    )  # fmt: skip
    server = uvicorn.Server(config)
    preparing = threading.Timer(HEAD_START, bench.prepare)
    preparing.daemon = True
    with (
        listening,
        tempfile.TemporaryDirectory(prefix="yugong-") as folder,
        _stopped_by_signals(server),
    ):
        if taken != port != 0:
            say(Text(f"端口 {port} 已被占用，改用 {taken}", f"Port {port} is taken; {taken} is used instead"))
        say(Text("工作台已启动，按 Ctrl+C 结束：", "The workbench is running; stop it with Ctrl+C:"))
        tell(address)
        preparing.start()
        if browser:
            opening = threading.Thread(target=_open, args=(address, Path(folder), say), name="browser", daemon=True)
            opening.start()
        server.run(sockets=[listening])
    ended = bench.close()
    say(Text("工作台已结束", "The workbench has ended"))
    if not ended and threading.current_thread() is threading.main_thread():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # Python would tear down a thread inside the compiler, which aborts the process


@contextlib.contextmanager
def _stopped_by_signals(server: "uvicorn.Server") -> Iterator[None]:
    """Let Ctrl+C and a request to terminate end the server in good order; uvicorn would die of them in the end."""

    def stop(number: int, frame: object) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # requests that are cut off are no fault
        server.should_exit, server.force_exit = True, server.should_exit  # twice: at once

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def bound(host: str, port: int) -> socket.socket:
    """Return a socket bound to a port, or to the first free one after it; InputError where there is none."""
    if not 0 <= port <= LAST_PORT:
        raise InputError([Problem(Text(f"端口应在 0 到 {LAST_PORT} 之间", f"a port is from 0 to {LAST_PORT}"), _OTHER)])
    for candidate in [port] if port == 0 else range(port, min(port + TRIES, LAST_PORT + 1)):
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform != "win32":  # there it would let two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, candidate))
            listening.listen(128)  # whoever has the address may knock before the server is up
        except OSError as error:
            listening.close()
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                continue
            what = Text(f"本机没有地址“{host}”", f"this machine has no address {host!r}")
            do = Text("不写 --host 则只有本机能访问", "without --host only this machine can reach it")
            raise InputError([Problem(what, do)]) from error
        return listening
    what = Text(
        f"端口 {port} 起的 {TRIES} 个端口都被占用，或不许使用", f"{TRIES} ports from {port} on are all taken or barred"
    )
    raise InputError([Problem(what, _OTHER)])


_OTHER = Text("用 --port 换一个", "choose another with --port")


def _open(address: str, folder: Path, say: Callable[[Text], None]) -> None:
    """Open the browser through a private file, so that the token is never seen in the list of processes."""
    page = folder / "open.html"
    page.write_text(
        f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={escape(address)}">',
        encoding="utf-8",
    )
    if not webbrowser.open(page.as_uri()):
        say(Text("没有找到浏览器，请自行打开上面的地址", "No browser was found: open the address above yourself"))
