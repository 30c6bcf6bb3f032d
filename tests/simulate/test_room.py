"""A long-lived process that meets many shapes keeps within the system's limit of memory maps."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from economies import economy

from yugong.simulate import Levers, solve
from yugong.simulate._kernel.room import make_room

MAPS = Path("/proc/self/maps")


def maps() -> int:
    return MAPS.read_text().count("\n")


@pytest.mark.skipif(not MAPS.exists(), reason="this system does not count memory maps")
def test_dropping_compiled_code_frees_its_maps_and_changes_no_number() -> None:
    e = economy(n=5, s=2, seed=4)
    more = Levers(productivity=np.full((5, 1), 1.1))
    first = solve(e, more)
    before = maps()
    solve(e, more)
    assert maps() - before < 50, "a shape known needs no more maps"
    assert not make_room(limit=10 * before)
    assert make_room(limit=before)
    assert maps() < before - 100
    np.testing.assert_array_equal(solve(e, more).x, first.x)


@pytest.mark.skipif(not MAPS.exists(), reason="this system does not count memory maps")
def test_a_new_shape_looks_for_room_and_a_known_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("yugong.simulate._kernel.build.make_room", lambda: asked.append(1))
    e = economy(n=6, s=2, seed=5)
    solve(e)
    solve(replace(e))
    assert len(asked) == 1
