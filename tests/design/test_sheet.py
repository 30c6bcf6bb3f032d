"""The calculation sheet: the same formula as a number, as a live spreadsheet formula, and as words."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from spreadsheet import Book

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError
from yugong.base.text import Text
from yugong.design.sheet import (
    Balance,
    Column,
    Expression,
    Parameter,
    Sheet,
    calculate,
    col,
    largest,
    maximum,
    mean,
    minimum,
    par,
    sd,
    smallest,
    total,
    where,
)
from yugong.report.live_xlsx import render_live

SAME = 1e-9  # relative: two orders of summation, both in double precision
SIZE = 5
CARD = MethodCard("t", Text("试", "test"), "x", Text("约定", "convention"))
ROWS = tuple((f"r{i}", Text(f"行{i}", f"row {i}")) for i in range(SIZE))
INPUTS = ("a", "b")
numbers = st.floats(-50, 50, allow_nan=False).map(lambda x: round(x, 3))


def word(id: str) -> Text:
    return Text(id, id)


def sheet(formula: Expression, values: dict[str, list[float]], p: float, balances: tuple[Balance, ...] = ()) -> Sheet:
    columns = tuple(Column(i, word(i), values=np.array(values[i])) for i in INPUTS)
    made = Column("f", word("f"), formula=formula, amount=True)
    return calculate("t", word("T"), ROWS, (Parameter("p", word("p"), p),), (*columns, made), CARD, balances)


def live(done: Sheet, folder: Path, name: str = "live.xlsx") -> Book:
    path = folder / name
    path.write_bytes(render_live(done.sheets, "en"))
    return Book(path)


leaves = st.one_of(
    st.sampled_from([col("a"), col("b"), par("p"), total("a"), mean("b"), sd("a"), largest("b"), smallest("a")]),
    numbers.map(lambda x: maximum(x, x)),
)


def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda t: t[0] + t[1]),
        pair.map(lambda t: t[0] - t[1]),
        pair.map(lambda t: t[0] * t[1]),
        pair.map(lambda t: t[0] / t[1]),
        inner.map(lambda e: e**2),
        inner.map(lambda e: maximum(e, 0 - e) ** 0.5),
        inner.map(lambda e: 3 - e),
        inner.map(lambda e: 2 / e),
        pair.map(lambda t: t[0] > t[1]),
        pair.map(lambda t: t[0] <= t[1]),
        pair.map(lambda t: maximum(*t, 1)),
        pair.map(lambda t: minimum(t[0], t[1])),
        st.tuples(inner, inner, inner).map(lambda t: where(t[0] >= t[1], t[2], t[0])),
    )


trees = st.recursive(leaves, grown, max_leaves=8)
columns_of_numbers = st.fixed_dictionaries({i: st.lists(numbers, min_size=SIZE, max_size=SIZE) for i in INPUTS})


@settings(max_examples=60)
@given(formula=trees, values=columns_of_numbers, p=numbers, other=numbers)
def test_the_spreadsheet_computes_what_python_computes(
    tmp_path_factory: pytest.TempPathFactory,
    formula: Expression,
    values: dict[str, list[float]],
    p: float,
    other: float,
) -> None:
    folder = tmp_path_factory.mktemp("live")
    changed = {**values, "a": [other, *values["a"][1:]]}
    book: Book | None = None
    for wanted in (values, changed):
        try:
            done = sheet(formula, wanted, p)
        except InputError:  # a division by zero somewhere: refused, as it should be
            assume(False)
        assume(np.abs(done.column("f")).max() < 1e12)
        if book is None:
            book = live(done, folder)
        else:
            book.set(_cell(book, 0, 0), other)
        got = [book.value(_cell(book, i, 2)) for i in range(SIZE)]
        scale = max(1.0, _size(formula, wanted, p))
        np.testing.assert_allclose(got, done.column("f"), rtol=SAME, atol=SAME * scale)


def _cell(book: Book, row: int, column: int) -> str:
    first = int(book.find("row 0")[1:])
    return f"{'BCD'[column]}{first + row}"


def _size(formula: Expression, values: dict[str, list[float]], p: float) -> float:
    """The largest number met on the way: cancellation loses digits in proportion to it."""
    met = [1.0]

    def walk(e: Any) -> None:
        for part in (*getattr(e, "arguments", ()), *(getattr(e, s) for s in ("left", "right") if hasattr(e, s))):
            walk(part)
        with np.errstate(all="ignore"):
            found = e.value(lambda kind, id: p if kind == "parameter" else np.array(values[id]))
        size = np.abs(np.asarray(found, float))
        met.append(float(size[np.isfinite(size)].max(initial=0.0)))

    walk(formula)
    return max(met) ** 2


def test_signs_bind_as_written(tmp_path: Path) -> None:
    a, b = [3.0, 5.0, 7.0, 9.0, 11.0], [2.0, 4.0, 6.0, 8.0, 10.0]
    cases = {
        "minus": (col("a") - (col("b") - par("p")), lambda x, y: x - (y - 2)),
        "over": (col("a") / (col("b") / par("p")), lambda x, y: x / (y / 2)),
        "power": ((0 - col("a")) ** 2, lambda x, y: x * x),
        "flag": ((col("a") > 6) + (col("b") > 5), lambda x, y: float(x > 6) + float(y > 5)),
    }
    for formula, wanted in cases.values():
        done = sheet(formula, {"a": a, "b": b}, 2.0)
        book = live(done, tmp_path)
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            assert done.column("f")[i] == wanted(x, y)
            assert book.value(_cell(book, i, 2)) == wanted(x, y)


def test_a_column_of_comparisons_can_be_summed(tmp_path: Path) -> None:
    values = {"a": [1.0, 2.0, 3.0, 4.0, 5.0], "b": [0.0] * SIZE}
    columns = (
        Column("a", word("a"), values=np.array(values["a"])),
        Column("flag", word("flag"), formula=col("a") > 2),
        Column("share", word("share"), formula=col("flag") / total("flag"), amount=True),
    )
    done = calculate("t", word("T"), ROWS, (), columns, CARD)
    np.testing.assert_allclose(done.column("share"), [0, 0, 1 / 3, 1 / 3, 1 / 3])
    book = live(done, tmp_path)
    assert [book.value(_cell(book, i, 2)) for i in range(SIZE)] == pytest.approx([0, 0, 1 / 3, 1 / 3, 1 / 3])


def test_functions_are_named_in_either_language() -> None:
    formula = 2 * where(col("a") > mean("b"), maximum(col("a"), sd("a")), minimum(col("b"), largest("b")))
    done = sheet(formula, {"a": [1.0, 2, 3, 4, 5], "b": [2.0] * SIZE}, 1.0)
    step = done.trace("r4")[-1]
    assert step.formula.zh == "2 × (若 a > 均值(b) 则 取大(a, 标准差(a))，否则 取小(b, 最大值(b)))"
    assert step.formula.en == "2 × (if a > mean(b) then max(a, sd(a)), else min(b, max(b)))"
    assert step.numbers.zh == "2 × (若 5 > 2 则 取大(5, 1.41421)，否则 取小(2, 2))"


def test_a_balance_over_nothing_is_no_number_and_no_warning() -> None:
    nothing = Balance("n", word("n"), total("a") / total("b"), par("p"))
    done = sheet(col("a"), {"a": [0.0] * SIZE, "b": [0.0] * SIZE}, 1.0, (nothing,))
    assert np.isnan(done.balances[0].left)


def test_a_formula_without_a_source_of_its_own_follows_the_method() -> None:
    done = sheet(col("a") + 1, {"a": [1.0] * SIZE, "b": [1.0] * SIZE}, 1.0)
    assert done.columns[-1].source == CARD.title


def test_the_trace_shows_what_the_amount_rests_on_and_nothing_else() -> None:
    values = {"a": [1.0, 2.0, 3.0, 4.0, 5.0], "b": [9.0] * SIZE}
    done = sheet(col("a") * par("p") / total("a"), values, 30.0)
    steps = done.trace("r1")
    assert [s.id for s in steps] == ["a", "p", "f"]
    assert steps[-1].formula.en == "a × p ÷ Σ(a)"
    assert steps[-1].numbers.en == "2 × 30 ÷ 15"
    assert steps[-1].value == 4.0
    with pytest.raises(KeyError):
        done.trace("nobody")


def test_the_residual_of_a_balance_is_shown_not_hidden(tmp_path: Path) -> None:
    values = {"a": [1.0, 2.0, 3.0, 4.0, 5.0], "b": [0.0] * SIZE}
    done = sheet(col("a") * 2, values, 31.0, (Balance("pot", word("pot"), total("f"), par("p")),))
    (line,) = done.balances
    assert (line.left, line.right, line.residual) == (30.0, 31.0, -1.0)
    book = live(done, tmp_path)
    at = int(book.find("pot")[1:])
    assert book.value(f"D{at}") == -1.0


def test_missing_and_impossible_figures_are_refused_with_row_and_column() -> None:
    with pytest.raises(InputError) as missing:
        sheet(col("a"), {"a": [1.0, np.nan, 3.0, 4.0, 5.0], "b": [1.0] * SIZE}, 1.0)
    assert "row 1" in missing.value.render("en")
    with pytest.raises(InputError) as impossible:
        sheet(1 / col("a"), {"a": [1.0, 2.0, 0.0, 4.0, 0.0], "b": [1.0] * SIZE}, 1.0)
    assert "row 2" in impossible.value.render("en")
    assert "row 4" in impossible.value.render("en")
