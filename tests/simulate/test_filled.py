"""An economy from a user's own filled-in tables: the same as from the frames, and every mistake located."""

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from yugong import study
from yugong.base.errors import InputError
from yugong.simulate.economies import from_table
from yugong.simulate.economies.filled import FORMS, read_economy
from yugong.study.form import write_template

SHEETS: dict[str, list[list[object]]] = {
    "places": [["四川", 80.0, None], ["Chongqing", 30.0, None], ["abroad", 500.0, "yes"]],
    "sectors": [["goods", None], ["services", 6.0]],
    "trade": [
        ["四川", "四川", "goods", 90.0], ["四川", "Chongqing", "goods", 10.0], ["Chongqing", "四川", "goods", 12.0],
        ["Chongqing", "Chongqing", "goods", 60.0], ["abroad", "abroad", "goods", 900.0],
        ["abroad", "四川", "goods", 5.0], ["四川", "abroad", "goods", 6.0],
        ["四川", "四川", "services", 70.0], ["Chongqing", "Chongqing", "services", 40.0],
        ["Chongqing", "四川", "services", 2.0], ["abroad", "abroad", "services", 800.0],
    ],
    "inputs": [[None, "goods", "goods", 0.4], [None, "goods", "services", 0.1], [None, "services", "goods", 0.2]],
    "labour": [[None, "goods", 0.3], [None, "services", 0.5]],
    "moves": [["四川", "Chongqing", 1.0], ["Chongqing", "四川", 0.5]],
}  # fmt: skip


def workbook(path: Path, changed: dict[str, list[list[object]]] | None = None) -> Path:
    """Fill in the template itself, so that its headings are what is read."""
    write_template(path, FORMS)
    book = openpyxl.load_workbook(path)
    for form, rows in {**SHEETS, **(changed or {})}.items():
        sheet = book[next(f.title.in_() for f in FORMS if f.id == form)]
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    for form in FORMS:
        columns = [f.id for f in form.fields]
        pd.DataFrame(SHEETS[form.id], columns=columns).to_csv(path / f"{form.id}.csv", index=False)
    return path


def test_a_filled_template_is_the_economy_of_its_frames(tmp_path: Path) -> None:
    found = read_economy(str(workbook(tmp_path / "own.xlsx")), study.china(), {"migration_elasticity": 2.0})
    rows = [[{"四川": "510000", "Chongqing": "500000"}.get(str(c), c) for c in row] for row in SHEETS["trade"]]
    like = from_table(
        pd.DataFrame(rows, columns=["origin", "destination", "sector", "value"]),
        pd.DataFrame([r[1:] for r in SHEETS["inputs"]], columns=["sector", "input", "value"]),
        pd.Series({"goods": 0.3, "services": 0.5}),
        population={"510000": 80.0, "500000": 30.0, "abroad": 500.0},
        moves=pd.DataFrame(
            [("510000", "500000", 1.0), ("500000", "510000", 0.5)], columns=["origin", "destination", "value"]
        ),
        abroad=("abroad",), trade_elasticity={"goods": 4.0, "services": 6.0}, migration_elasticity=2.0,
    )  # fmt: skip
    e, f = found.economy, like.economy
    assert e.regions == f.regions
    assert e.nation.tolist() == [True, True, False]
    for name in ("trade_shares", "spending", "labour_share", "input_share", "migration_shares", "trade_elasticity"):
        np.testing.assert_array_equal(getattr(e, name), getattr(f, name))
    assert e.migration_elasticity == 2.0
    assert found.names["510000"].en == "Sichuan"
    assert found.provenance.sources[0].kind == "user"


def test_a_folder_of_csv_files_says_the_same(tmp_path: Path) -> None:
    book, files = workbook(tmp_path / "own.xlsx"), folder(tmp_path / "own")
    a, b = read_economy(str(book)).economy, read_economy(str(files)).economy
    np.testing.assert_array_equal(a.trade_shares, b.trade_shares)
    assert a.regions == b.regions == ("四川", "Chongqing", "abroad")
    (files / "moves.csv").unlink()
    assert read_economy(str(files)).economy.mobility == "none"
    (files / "trade.csv").unlink()
    with pytest.raises(InputError, match=r"trade\.csv"):
        read_economy(str(files))


def test_a_study_runs_on_it(tmp_path: Path) -> None:
    china = study.china()
    found = china.simulate("unified_market", file=str(workbook(tmp_path / "own.xlsx")), certificate=False)
    assert found.converged
    assert found.table("region")["place"].tolist() == ["510000", "500000"]
    assert found.table("group")["group"].tolist() == ["west"]
    best = china.simulate.optimise(
        levers="productivity", high=1.1, budget=0.1, unit_cost=1.0, file=str(tmp_path / "own.xlsx")
    )
    assert best.table()["value_chosen"].iloc[:2].sum() == pytest.approx(2.1, abs=1e-6)


BAD: dict[str, tuple[dict[str, list[list[object]]], int, str, str]] = {
    # what is filled in wrongly, its row, its column, and words of the message
    "negative flow": ({"trade": [*SHEETS["trade"], ["四川", "abroad", "services", -1.0]]}, 13, "D", "out of bounds"),
    "unknown place": ({"trade": [*SHEETS["trade"], ["四州", "abroad", "services", 1.0]]}, 13, "origin", "no such place"),
    "unknown sector": ({"labour": [*SHEETS["labour"], [None, "goodz", 0.1]]}, 4, "sector", "nearest: goods"),
    "shares above one": ({"labour": [[None, "goods", 0.6], [None, "services", 0.5]]}, 2, "share", "1.1"),
    "no worker": ({"places": [["四川", 80.0, None], ["Chongqing", 0.0, None], ["abroad", 500.0, "yes"]]}, 3,
                  "population", "without workers"),
    "doubled row": ({"trade": [*SHEETS["trade"], SHEETS["trade"][0]]}, 13, "sector", "repeats"),
    "no labour": ({"labour": SHEETS["labour"][:1]}, 3, "sector", "no labour share"),
    "one place twice": ({"places": [*SHEETS["places"], ["重庆", 1.0, None]]}, 5, "place", "same place"),
    "sells nothing": ({"places": [*SHEETS["places"], ["贵州", 1.0, None]]}, 5, "place", "sells nothing"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_located(tmp_path: Path, name: str) -> None:
    from yugong.base.text import set_language

    changed, row, column, words = BAD[name]
    set_language("en")
    try:
        book = workbook(tmp_path / "own.xlsx", changed)
        with pytest.raises(InputError) as caught:
            read_economy(str(book), study.china())
    finally:
        set_language("zh")
    problem = caught.value.problems[0]
    assert (problem.file, problem.row, problem.column) == ("own.xlsx", row, column)
    assert problem.sheet is not None
    assert words in problem.render("en")
    assert problem.render("zh") != problem.render("en")
