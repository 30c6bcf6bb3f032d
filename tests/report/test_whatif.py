"""The chapter on scenarios: its numbers are the simulation's, its parts add up, and what cannot be solved is said."""

from itertools import pairwise

import numpy as np
import pytest

from yugong import study
from yugong.report.axis import class_labels, class_of, mirrored
from yugong.report.chapters import whatif
from yugong.report.chapters.context import Context, Part
from yugong.report.charts import TileMap, Waterfall
from yugong.report.model import Figure, Finding, Table

EXACT = 1e-9


@pytest.fixture(scope="module")
def part() -> Part:
    return whatif.build(Context(study.china(), "510000", seed=0))


def test_each_preset_has_a_map_a_waterfall_and_a_sentence(part: Part) -> None:
    figures = [b for b in part.chapter.blocks if isinstance(b, Figure)]
    assert sum(isinstance(f.chart, TileMap) for f in figures) == len(whatif.PRESETS) >= 3
    assert sum(isinstance(f.chart, Waterfall) for f in figures) == len(whatif.PRESETS)
    assert len(part.findings) == len(whatif.PRESETS)
    assert all("模型推算" in f.text.zh and "odelled" in f.text.en for f in part.findings)
    first = part.chapter.blocks[0]
    assert isinstance(first, Finding)
    assert first.tone == "caution"


def test_the_national_table_is_the_simulation_s(part: Part) -> None:
    table = next(b for b in part.chapter.blocks if isinstance(b, Table) and b.id == "tab-whatif-nation")
    result = study.china().simulate(whatif.PRESETS[0], compare=whatif.PRESETS[1:], certificate=False)
    for row, one in zip(table.rows, result.table("nation").itertuples(), strict=True):
        assert row[1] == pytest.approx(100 * one.welfare_change, abs=EXACT)
        band = row[2]
        assert band.low < row[1] < band.high  # type: ignore[union-attr, operator]


def test_waterfalls_add_up_to_the_log_of_welfare(part: Part) -> None:
    result = study.china().simulate(whatif.PRESETS[0], compare=whatif.PRESETS[1:], certificate=False)
    falls = [b.chart for b in part.chapter.blocks if isinstance(b, Figure) and isinstance(b.chart, Waterfall)]
    for chart, r in zip(falls, result.results, strict=True):
        *steps, total = chart.bars
        assert total.total
        assert total.end == pytest.approx(100 * np.log1p(r.welfare), abs=EXACT)
        assert steps[-1].end == pytest.approx(total.end, abs=EXACT)
        assert all(b.start == a.end for a, b in pairwise(steps))


def test_classes_mirror_each_other_about_zero() -> None:
    ends = mirrored(np.array([-0.5, -0.1, 0.3, 1.2, 2.0]), whatif.TWO.digits)
    *below, last, zero = ends[: len(ends) // 2 + 1]
    assert (last, zero) == (-0.01, 0.0)  # the class that ends at zero holds what rounds to it, and nothing else
    assert [*ends[len(ends) // 2 + 1 :]] == [-e for e in reversed(below)]


def test_no_change_at_all_is_the_middle_of_three_classes() -> None:
    ends = mirrored(np.zeros(31), 2)
    assert ends == (-0.01, 0.0)
    assert class_of(0.0, ends) == 1
    assert [t.zh for t in class_labels(ends, whatif.TWO)][1] == "0.00"
