"""Errors are located, bilingual and collected."""

from yugong.base.errors import AlignmentError, InputError, Problem, UnknownNameError
from yugong.base.text import Text, language, set_language


def test_problem_names_its_place_in_both_languages() -> None:
    problem = Problem(
        Text("“abc”不是数字", "'abc' is not a number"),
        Text("写数字,或留空表示缺失", "write a number, or leave it blank for missing"),
        file="data.xlsx",
        sheet="收入",
        row=7,
        column="C",
    )
    zh, en = problem.render("zh"), problem.render("en")
    assert "第 7 行" in zh
    assert "C 列" in zh
    assert "row 7" in en
    assert "column C" in en
    assert en.endswith("leave it blank for missing")


def test_input_error_shows_every_problem_once() -> None:
    problems = [Problem(Text(f"问题{i}", f"problem {i}"), row=i) for i in range(1, 4)]
    text = InputError(problems).render("en")
    assert [f"problem {i}" in text for i in range(1, 4)] == [True] * 3
    assert "nothing was changed" in text
    assert len(text.splitlines()) == 4


def test_unknown_name_lists_the_nearest() -> None:
    error = UnknownNameError(Text("地区", "place"), "四穿", ["四川"])
    assert "四川" in error.render("zh")
    assert "nearest: 四川" in error.render("en")


def test_alignment_error_names_both_sides() -> None:
    error = AlignmentError(Text("数据", "data"), Text("权重", "weights"), ["110000"], range(20))
    assert "110000" in error.render("en")
    assert "(+12)" in error.render("en")


def test_language_follows_the_environment_until_set(monkeypatch) -> None:
    monkeypatch.setenv("YUGONG_LANG", "en_US")
    set_language(None)
    assert language() == "en"
    set_language("zh")
    try:
        assert str(Text("甲", "a")) == "甲"
    finally:
        set_language(None)
