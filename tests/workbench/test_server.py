"""`yugong serve` as its user meets it: what it says, and how it ends."""

import signal
import socket
import sys
import time
from pathlib import Path

import pytest
from serving import PATIENCE, Process

from yugong.base.errors import InputError
from yugong.workbench.server import bound


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_good_order_while_work_is_under_way(tmp_path: Path, how: signal.Signals) -> None:
    server = Process(tmp_path, "--no-open", "--port", "0")
    bands = {"kind": "bands", "scenario": {"id": "A", "extends": ["unified_market"]}, "draws": 2000, "detail": "three"}
    job = server.ask("POST", "/api/jobs", bands)["job"]
    until = time.monotonic() + 120
    while server.ask("GET", f"/api/jobs/{job}")["state"] == "waiting" and time.monotonic() < until:
        time.sleep(0.02)
    code, said = server.end(how)
    assert code == 0
    assert "Traceback" not in said
    assert said.strip().split("\n")[-1] == "The workbench has ended"
    assert list(server.temporary.iterdir()) == []  # uploads and the launch page are gone


def test_a_study_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    server = Process(tmp_path, "nowhere", "--no-open", "--port", "0")
    code, said = server.wait()
    assert (code, server.address) == (1, "")
    assert "study.toml" in said
    assert "yugong study new" in said
    assert "running" not in said


def test_a_taken_port_gives_the_next_and_says_so(tmp_path: Path) -> None:
    with bound("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        server = Process(tmp_path, "--no-open", "--port", str(port))
        code, said = server.end(signal.SIGTERM) if sys.platform != "win32" else server.wait()
    assert not server.address.startswith(f"http://127.0.0.1:{port}/")
    assert f"Port {port} is taken" in said
    assert code == 0


def test_without_a_browser_the_address_is_pointed_at(tmp_path: Path) -> None:
    server = Process(tmp_path, "--port", "0", BROWSER="false")
    until = time.monotonic() + PATIENCE
    while "No browser" not in server.said() and time.monotonic() < until:
        time.sleep(0.05)
    code, said = server.end(signal.SIGTERM)
    assert "open the address above yourself" in said
    assert code == 0


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_cannot_be_is_refused(port: int) -> None:
    with pytest.raises(InputError) as caught:
        bound("127.0.0.1", port)
    assert "65535" in caught.value.problems[0].what.zh


def test_an_address_of_another_machine_is_refused_as_such() -> None:
    with pytest.raises(InputError) as caught:
        bound("192.0.2.1", 0)  # for documentation, never assigned
    assert "192.0.2.1" in caught.value.problems[0].what.en


def test_the_last_ports_do_not_overflow() -> None:
    held: list[socket.socket] = []

    def take_all() -> None:
        while True:
            held.append(bound("127.0.0.1", 65_530))

    with pytest.raises(InputError) as caught:
        take_all()
    for one in held:
        one.close()
    assert "taken" in caught.value.problems[0].what.en
