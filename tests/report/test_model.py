import dataclasses

import pytest

from yugong.base.text import Text
from yugong.report.model import Chapter, Column, Document, Finding, Table
from yugong.report.numbers import Format

A = Text("甲", "A")


def test_a_table_refuses_cells_that_do_not_fit() -> None:
    columns = (Column("place", A), Column("value", A, format=Format(1)))
    Table("t", A, columns, ((A, 1.0), ("x", None), (None, 2)))
    for bad in ((A,), (1.0, 1.0), (A, "text"), (A, A)):
        with pytest.raises(ValueError, match="table 't'"):
            Table("t", A, columns, (bad,))


def test_ids_are_unique_and_references_lead_somewhere(document: Document) -> None:
    with pytest.raises(ValueError, match="twice"):
        dataclasses.replace(document, chapters=(*document.chapters, document.chapters[0]))
    lost = Chapter("lost", A, (Finding(A, see="nowhere"),))
    with pytest.raises(ValueError, match="nowhere"):
        dataclasses.replace(document, chapters=(lost,))


def test_tables_and_figures_are_numbered_within_their_chapter(document: Document) -> None:
    numbers = document.numbers()
    assert numbers["fig-map"] == ("图 1-1", "Figure 1-1")
    assert numbers["tab-rank"] == ("表 1-2", "Table 1-2")
    assert numbers["fig-gini"] == ("图 2-1", "Figure 2-1")
    assert numbers["tab-plain"] == ("表 2-5", "Table 2-5")
    assert set(numbers) == {t.id for t in document.tables()} | {f.id for f in document.figures()}


def test_every_figure_has_a_twin_a_description_and_all_its_labels(document: Document) -> None:
    for figure in document.figures():
        assert figure.table.rows
        assert figure.description.zh
        assert figure.description.en
