"""`yugong diagnose`: options are read by the function's own signature, and results go where they are sent."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from yugong.base.errors import InputError
from yugong.base.text import set_language
from yugong.cli import app
from yugong.cli.verbs import arguments, missing, split


def example(
    study: Any,
    variable: str,
    years: list[int] | None = None,
    names: "list[str] | None" = None,
    model: Literal["a", "b"] = "a",
    lag: int = 1,
    share: float = 0.5,
    flag: bool = True,
) -> None:
    """Do nothing."""


def run(*words: str) -> int:
    return app.run(["--lang", "en", "diagnose", *words])


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    yield
    set_language(None)


def test_words_are_split() -> None:
    names, given = split(["moran", "--variable", "grp", "--years=2000-2003", "geary", "--max-lag", "2"])
    assert names == ["moran", "geary"]
    assert given == {"variable": "grp", "years": "2000-2003", "max_lag": "2"}
    with pytest.raises(InputError):
        split(["--variable"])


def test_options_are_read_by_type() -> None:
    from yugong.diagnose._study_space import moran
    from yugong.diagnose.robustness import robustness

    read = arguments(moran, {"variable": "grp", "years": "2000-2002", "times": "99", "links": "海南~广东"})
    assert read == {"variable": "grp", "years": [2000, 2001, 2002], "times": 99, "links": ["海南~广东"]}
    read = arguments(robustness, {"year": "2017", "drop": "110000,310000", "system": "core", "coverage": "0.5"})
    assert read == {"year": 2017, "drop": ["110000", "310000"], "system": "core", "coverage": 0.5}


@pytest.mark.parametrize(
    "given", [{}, {"variable": "x", "model": "c"}, {"variable": "x", "lag": "two"}, {"variable": "x", "flag": "maybe"}]
)
def test_what_cannot_be_read_is_said(given: dict[str, str]) -> None:
    with pytest.raises(InputError):
        arguments(example, given)


def test_a_card_needs_no_data_when_options_are_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert missing(example, {}) == ["variable"]
    assert run("china", "moran", "--explain") == 0
    shown = capsys.readouterr().out
    assert "--variable" in shown
    assert "required" in shown


@pytest.mark.parametrize(
    "words",
    [
        ["moran", "--variable", "grp_per_head", "--years", "2010-2012", "--w", "knn:4"],
        ["lisa", "--variable", "grp_per_head", "--year", "2022", "--format", "csv"],
        ["spatial_markov", "--variable", "real_grp_per_head", "--k", "4"],
        ["convergence_clubs", "--variable", "real_grp_per_head"],
        ["lmdi", "--first", "2005", "--last", "2019"],
        ["migration_table", "--year", "2020"],
        ["shift_share", "--first", "2013", "--last", "2019", "--convention", "esteban"],
        ["coupling_coordination", "--systems", "D1,D3", "--year", "2015", "--shares", "0.4,0.6"],
        [
            "sbm",
            "--inputs",
            "capital_stock,population",
            "--outputs",
            "real_grp",
            "--bad",
            "co2_sectoral",
            "--year",
            "2017",
        ],
        ["service_gap", "--variable", "doctors_per_1000", "--standard", "3.2"],
        ["moran", "--variable", "grp_per_head", "--year", "2022", "--explain"],
    ],
    ids=lambda words: words[0],
)
def test_ten_methods_run(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("china", *words) == 0
    assert len(capsys.readouterr().out.splitlines()) > 3


def test_out_takes_a_file_or_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["china", "moran", "geary", "--variable", "grp_per_head", "--year", "2022", "--out"]
    assert run(*call, str(tmp_path / "a.tex")) == 0
    assert {p.name for p in tmp_path.iterdir()} == {"a-moran.tex", "a-geary.tex"}
    assert run(*call, str(tmp_path / "all")) == 0
    assert {"manifest.json", "moran.dta", "geary.csv", "tables.docx"} <= {p.name for p in (tmp_path / "all").iterdir()}
    assert "all" in capsys.readouterr().out
    assert run(*call, str(tmp_path / "a.pdf")) != 0
