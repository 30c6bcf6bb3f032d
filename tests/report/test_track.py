"""The chapter on targets and alarms: what it says is what the verbs find."""

import pytest

from yugong import study
from yugong.report.chapters import track
from yugong.report.chapters.context import Context, Part
from yugong.report.model import Document, Figure, Meta, Table


@pytest.fixture(scope="module")
def part() -> Part:
    return track.build(Context(study.china(), seed=0))


def test_the_chapter_is_a_document(part: Part) -> None:
    made = Document(track.TITLE, track.LEAD, (part.chapter,), Meta("china", track.TITLE, "2026-01-01", "0"))
    assert {t.id for t in made.tables()} >= {"tab-targets", "tab-slow", "tab-alarms", "tab-gap-regional"}
    assert part.warnings == ()


def test_sentences_count_what_the_tables_hold(part: Part) -> None:
    tables = {b.id: b for b in part.chapter.blocks if isinstance(b, Table)}
    slow = tables["tab-slow"]
    red = sum(r[-1] == track.COLOURS["red"] for r in slow.rows)
    assert f"{red} 个地区" in next(f.text.zh for f in part.findings if f.see == "tab-slow")
    alarms = study.china().monitor.alarms("real_grp_per_head", only_signals=True).table()
    assert len(tables["tab-alarms"].rows) == alarms["place"].nunique()
    assert len(tables["tab-targets"].rows) == len(study.china().monitor.targets().table())
    gaps = [b for b in part.chapter.blocks if isinstance(b, Figure) and b.id.startswith("fig-gap")]
    assert len(gaps) == 3


def test_an_earlier_year_bounds_the_alarms() -> None:
    made = track.build(Context(study.china(), year=2018))
    slow = next(b for b in made.chapter.blocks if isinstance(b, Table) and b.id == "tab-slow")
    assert "2018" in slow.caption.en
