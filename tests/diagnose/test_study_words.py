"""What a user reads: words for ids, the right table's words, the linter of coupling formulas, defaults that work."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong import diagnose, study
from yugong.base.text import Text, set_language
from yugong.cli import verbs
from yugong.diagnose.catalogue import CATALOGUE
from yugong.diagnose.flows import gravity
from yugong.report.labels import labels
from yugong.report.tables_out.build import result_table, said
from yugong.study.model import Study

SAME = 1e-9  # relative: the same estimator on rows in another order


@pytest.fixture(scope="module")
def china() -> Study:
    return study.china()


def test_an_id_two_tables_share_takes_the_words_of_the_table_used(china: Study) -> None:
    industry = china.diagnose.location_quotient(2019)
    assert labels(china, industry.provenance)["transport"].en == "transport, storage and post"
    goods = china.diagnose.market_segmentation()
    assert labels(china, goods.provenance)["transport"].en == "transport and communication articles"
    assert "transport" not in labels(china)


def test_all_is_all_places_and_never_all_goods(china: Study) -> None:
    made = result_table(china.diagnose.lmdi(2005, 2019), "lmdi", None, lambda p: labels(china, p))
    assert made.rows[0][0].en == "all places"  # type: ignore[union-attr]
    assert made.columns[2].unit.en == china.variable("co2_sectoral").unit.en


@pytest.mark.parametrize(
    ("text", "column", "zh"),
    [
        ("W*ln(grp)", "variable", "W*ln(地区生产总值)"),
        ("grp/population", "factor", "地区生产总值/常住人口"),
        ("HH", "type", "高—高（HH）"),
        ("direct", "effect", "直接效应"),
        ("entropy", "weighting", "熵权"),
    ],
)
def test_words_of_ids_depend_on_the_column(text: str, column: str, zh: str) -> None:
    found = said(text, column, {"grp": Text("地区生产总值", "GRP"), "population": Text("常住人口", "population")})
    assert found is not None
    assert found.zh == zh


@pytest.mark.parametrize("verb", ["network", "concor", "qap", "mrqap", "flow_clusters"])
def test_a_flow_without_a_year_asked_for_takes_its_latest(china: Study, verb: str) -> None:
    made, asked = getattr(china.diagnose, verb)(), getattr(china.diagnose, verb)(year=2020)
    pd.testing.assert_frame_equal(made.table(), asked.table())
    assert made.provenance.selection["year"] == "2020"


def test_border_effect_over_years_has_effects_by_year(china: Study) -> None:
    made = china.diagnose.border_effect()
    pairs = china.flow("migration_5yr").frame.query("origin != destination")
    near, group = china.flow("capital_distance").matrix(), china.grouping("plates")
    ends = list(zip(pairs["origin"], pairs["destination"], strict=True))
    x = pd.DataFrame(
        {"within": [float(group[o] == group[d]) for o, d in ends], "ln": [np.log(near.loc[o, d]) for o, d in ends]}
    )
    y = (pairs["value"] * pairs["factor"]).to_numpy()
    by_hand = gravity(y, x, pairs["origin"].tolist(), pairs["destination"].tolist(), pairs["year"].tolist())
    assert made.coefficient == pytest.approx(by_hand.coefficients[0], rel=SAME)
    assert made.se == pytest.approx(by_hand.se[0], rel=SAME)
    flat = gravity(y, x, pairs["origin"].tolist(), pairs["destination"].tolist())
    assert abs(made.coefficient - flat.coefficients[0]) > 1e-3  # years pooled without effects are another model


@pytest.fixture
def scores() -> np.ndarray:
    return np.random.default_rng(3).uniform(0.1, 0.9, (12, 3))


def pair_sums(u: np.ndarray) -> np.ndarray:
    return (u[:, 0] + u[:, 1]) * (u[:, 0] + u[:, 2]) * (u[:, 1] + u[:, 2])


@pytest.mark.parametrize(
    ("stated", "found", "right"),
    [
        (lambda u: 3 * u.prod(1) ** (1 / 3) / u.sum(1), "standard", True),
        (lambda u: (u.prod(1) / pair_sums(u)) ** (1 / 3), "pairs", False),
        (lambda u: 3 * (u.prod(1) / pair_sums(u)) ** (1 / 3), "pairs_times_k", False),
        (lambda u: u.prod(1) / u.mean(1) ** 3, "no_root", False),
        (lambda u: (u.prod(1) / u.mean(1) ** 3) ** 3, "power", False),
        (lambda u: (u.prod(1) / u.mean(1) ** 3) ** 0.5, "square_root", False),
        (
            lambda u: (
                (
                    (1 - (abs(u[:, 0] - u[:, 1]) + abs(u[:, 0] - u[:, 2]) + abs(u[:, 1] - u[:, 2])) / 3)
                    * (u.prod(1) / u.max(1) ** 3) ** 0.5
                )
                ** 0.5
            ),
            "wang2021",
            True,
        ),
    ],
)
def test_the_linter_reads_a_table_of_a_paper(china: Study, tmp_path: Path, scores, stated, found, right) -> None:  # type: ignore[no-untyped-def]
    c = np.round(stated(scores), 3)
    lines = ["item,system,score,coupling"]
    lines += [f"r{i},s{j},{scores[i, j]!r},{c[i] if j == 0 else ''}" for i in range(12) for j in range(3)]
    path = tmp_path / "paper.csv"
    path.write_text("\n".join(lines).replace("np.float64(", "").replace(")", ""), encoding="utf-8")
    made = china.diagnose.lint_coupling(str(path))
    assert (made.finding.id, made.finding.right) == (found, right)
    assert made.table()["standard"].to_numpy() == pytest.approx(3 * scores.prod(1) ** (1 / 3) / scores.sum(1))
    assert made.notes[0].en.startswith(f"The formula in use is {'right' if right else 'wrong'}")


def test_topsis_ranks_every_place_though_an_indicator_is_for_some(china: Study) -> None:
    made = china.diagnose.topsis(2017)
    assert int(made.table()["score"].notna().sum()) == len(china.places)
    assert any("F6" in note.en for note in made.notes)


def test_entropy_intervals_and_the_index_need_no_options(china: Study) -> None:
    assert len(china.diagnose.entropy_intervals(draws=20).table()) > 10
    table = china.diagnose.index(samples=32).table()
    assert table.groupby("year")["score"].count().min() > 0


def test_the_command_line_prints_words_not_ids(capsys: pytest.CaptureFixture[str]) -> None:
    set_language("zh")
    try:
        verbs.run(CATALOGUE, ["spatial_markov", "--variable", "real_grp_per_head"], "china")
    finally:
        set_language(None)
    printed = capsys.readouterr().out
    assert "商品零售" not in printed
    assert "全部" in printed


def test_every_verb_can_show_its_card_before_a_run() -> None:
    needy = [v for v in CATALOGUE.verbs() if verbs.missing(v.function(), {})]
    assert needy
    for verb in needy:
        words = verb.example()
        if words is None:
            card = verb.card()
            assert card is not None, f"{verb.id}: neither an example nor a card"
            assert card.formula
            continue
        given = verbs.split(words.split())[1]
        assert not verbs.missing(verb.function(), given), verb.id
        assert set(verbs.arguments(verb.function(), given)) == set(given), verb.id


@pytest.mark.parametrize("verb", ["nested_theil", "mobility_gap", "isochrone_clusters", "ahp"])
def test_explain_prints_the_card_of_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    verbs.run(CATALOGUE, [verb], "china", explain=True)
    printed = capsys.readouterr().out
    assert "\\" in printed  # a formula
    assert verb == "ahp" or f"yugong diagnose china {verb} --" in printed


def test_who_is_left_out_is_said_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    set_language("en")
    try:
        verbs.run(CATALOGUE, ["disparity", "--variable", "co2_sectoral", "--years", "2002,2019"], "china")
    finally:
        set_language(None)
    assert "left out for missing figures: Hainan (2002); Xizang (2002, 2019); Ningxia (2002)" in capsys.readouterr().err


def test_every_verb_has_a_function_on_arrays_of_its_name_or_of_the_one_documented() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "en" / "diagnose.md"
    table = page.read_text(encoding="utf-8").partition("| on a study | on arrays |")[2].partition("\n\n")[0]
    other: dict[str, list[str]] = {}
    for line in table.splitlines()[2:]:
        ours, arrays = (re.findall(r"`(\w+)`", cell) for cell in line.strip("|").split("|"))
        other |= dict.fromkeys(ours, arrays)
    for verb in CATALOGUE.verbs():
        assert all(callable(getattr(diagnose, name)) for name in other.get(verb.id, [verb.id])), verb.id
