"""The indicator system's rows: complete, consistent, resolvable."""

from collections import Counter

import pytest

from yugong import registry
from yugong.base.errors import UnknownNameError
from yugong.registry.indicators import coordinations, dimensions, headlines, indicator, indicators

CORE = [
    "E1",
    "E2",
    "E3",
    "E5",
    "E8",
    "G3",
    "G4",
    "G5",
    "G7",
    "S1",
    "S2",
    "S4",
    "S5",
    "S7",
    "S9",
    "M1",
    "M3",
    "M4",
    "M6",
    "F1",
    "F2",
    "F4",
    "F6",
]
DIRECTION = {"+", "-", "target", "context"}


def test_fifty_nine_indicators_in_six_dimensions() -> None:
    counts = Counter(i.dimension for i in indicators())
    assert counts == {"D1": 9, "D2": 10, "D3": 11, "D4": 10, "D5": 10, "D6": 9}
    assert len({i.code for i in indicators()}) == 59
    assert [d.id for d in dimensions()] == sorted(counts)


def test_core_and_context() -> None:
    assert [i.code for i in indicators() if i.core] == CORE
    assert {i.code for i in indicators() if not i.scored} == {"G10", "F10", "C1"}


def test_every_row_is_complete() -> None:
    for i in indicators():
        assert all(i.title)
        assert all(i.unit), i.code
        assert i.direction in DIRECTION
        assert i.measure in {"gap", "attainment"}
        assert i.levels
        assert i.sources
        assert i.certainty in {"H", "M"}
        assert (i.direction == "target") == (i.target is not None)
        if i.target:
            assert i.target[0] < i.target[1]


def test_tags_resolve_and_each_coordination_has_three() -> None:
    known = {c.id for c in coordinations()}
    counts = Counter(tag for i in indicators() for tag in i.coordinations)
    assert set(counts) == known
    assert min(counts.values()) >= 3
    assert {i.headline for i in indicators()} - {""} == {h.id for h in headlines()}
    assert {i.goal for i in indicators()} - {""} == {"goal1", "goal2", "goal3"}


def test_restrictions_name_groups() -> None:
    for i in indicators():
        if i.only:
            assert registry.members(i.only)


def test_variables_are_those_of_the_embedded_study() -> None:
    from yugong import study

    measured = {i.variable for i in indicators()} & set(study.china().variables)
    assert len(measured) >= 25


def test_lookup() -> None:
    assert indicator("S1").title.zh == "城乡居民收入比"
    with pytest.raises(UnknownNameError) as caught:
        indicator("城乡居民收入")
    assert any("城乡居民收入比" in c for c in caught.value.candidates)
