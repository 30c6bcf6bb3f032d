"""The chapter on what should be done: amounts with their balance and trace, and no chapter where figures lack."""

from dataclasses import replace

import numpy as np
import pytest

from yugong import study as studies
from yugong.design._study_transfers import Transfers, transfers
from yugong.report.chapters import design
from yugong.report.chapters.context import Context, Part
from yugong.report.model import Figure, Finding, Heading, Table

PENNY = 0.05  # of the printed amounts


@pytest.fixture(scope="module")
def part() -> Part:
    return design.build(Context(studies.china()))


def tables(part: Part) -> dict[str, Table]:
    found = [b.table if isinstance(b, Figure) else b for b in part.chapter.blocks if isinstance(b, Table | Figure)]
    return {t.id: t for t in found}


@pytest.mark.slow
def test_the_chapter_shows_the_formula_beside_what_was_paid(part: Part) -> None:
    assert not part.warnings
    found = transfers(studies.china(), year=2023)
    assert isinstance(found, Transfers)
    table = tables(part)["tab-transfers"]
    at = [c.id for c in table.columns].index("transfer")
    np.testing.assert_allclose([row[at] for row in table.rows], found.amounts)  # type: ignore[arg-type]
    balance = tables(part)["tab-transfer-balance"]
    assert abs(float(balance.rows[0][3])) < PENNY  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_difference_from_what_was_paid_is_explained_year_by_year(part: Part) -> None:
    table = tables(part)["tab-transfer-differences"]
    assert [row[0] for row in table.rows] == [2014, 2015, 2016, 2017, 2019, 2020, 2021, 2022, 2023]
    found = transfers(studies.china(), year=2023)
    assert isinstance(found, Transfers)
    apart = np.abs(found.amounts - found.paid).sum() / 2 / found.paid.sum()
    assert table.rows[-1][1] == pytest.approx(100 * apart)


@pytest.mark.slow
def test_one_amount_is_explained_to_its_last_step(part: Part) -> None:
    found = transfers(studies.china(), year=2023)
    assert isinstance(found, Transfers)
    table = tables(part)["tab-transfer-trace"]
    at = [label for label, _ in found.sheet.rows].index("510000")
    assert table.rows[-1][2] == found.amounts[at]
    assert table.marked == frozenset({len(table.rows) - 1})


@pytest.mark.slow
def test_the_formula_stands_beside_the_optimum(part: Part) -> None:
    table = tables(part)["tab-optimal"]
    ids = [c.id for c in table.columns]
    paid, best = (sum(float(row[ids.index(i)]) for row in table.rows) for i in ("paid", "optimal"))  # type: ignore[arg-type]
    assert paid == pytest.approx(best)
    assert "fig-transfer-frontier" in {b.id for b in part.chapter.blocks if isinstance(b, Figure)}


@pytest.mark.slow
def test_every_word_is_in_both_languages(part: Part) -> None:
    for block in part.chapter.blocks:
        texts = [block.text] if isinstance(block, Heading | Finding) else []
        texts += [block.caption] if isinstance(block, Table | Figure) else []
        for text in texts:
            assert text.zh
            assert text.en
            assert not any("一" <= c <= "鿿" for c in text.en), text.en


def test_a_study_without_public_accounts_says_so() -> None:
    china = studies.china()
    frame = china.frame.assign(tax_revenue=np.nan)
    part = design.build(Context(replace(china, frame=frame)))
    said = [f.text.zh for f in part.chapter.blocks if isinstance(f, Finding) and f.tone == "caution"]
    assert len(said) >= 3
    assert all("从略" in s for s in said)
