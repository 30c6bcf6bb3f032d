"""A textbook case on real data that a package carries: the castle-doctrine laws (Cheng and Hoekstra 2013)."""

import pytest
from panels import cohort_question

from yugong.evaluate.assessment import assess
from yugong.evaluate.fixed_effects import imputation
from yugong.evaluate.group_time import callaway_santanna
from yugong.evaluate.question import Question
from yugong.evaluate.two_way import sun_abraham

SAME = 1e-9
# R on the same panel: did (simple average, never treated), fixest (sunab), didimputation
CALLAWAY_SANTANNA, SUN_ABRAHAM, IMPUTATION = 0.11038303546, 0.11038303546, 0.079801547293
DEMEANED = 5e-7  # didimputation demeans iteratively


@pytest.fixture(scope="module")
def question() -> Question:
    castle = pytest.importorskip("causaldata.castle", reason="causaldata carries the data and is not installed")
    frame = castle.load_pandas().data
    # `post` counts from the first whole year; the law takes effect the year before
    start = frame[frame["post"] == 1].groupby("sid")["year"].min() - 1
    frame["effective"] = frame["sid"].map(start).fillna(0)
    return cohort_question(frame, "sid", "year", "l_homicide", "effective")


def test_modern_estimators_on_the_textbook_panel(question: Question) -> None:
    assert callaway_santanna(question, control="never", average="simple").estimate == pytest.approx(
        CALLAWAY_SANTANNA, abs=SAME
    )
    assert sun_abraham(question).estimate == pytest.approx(SUN_ABRAHAM, abs=SAME)
    assert imputation(question).estimate == pytest.approx(IMPUTATION, abs=DEMEANED)


def test_the_case_is_worked_to_its_card(question: Question) -> None:
    found = assess(question, draws=99, curve=0, seed=0, registered=False)
    assert len(found.card.items) >= 8
    low, high = found.answer.interval
    assert low < found.answer.estimate < high
    assert found.conclusion.zh
    assert found.conclusion.en
