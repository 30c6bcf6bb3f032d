"""The chapter on evaluations: the order of the brief, one figure each, and what it says where nothing can be."""

from dataclasses import replace

import pytest

from yugong import study
from yugong.base.text import Text
from yugong.evaluate import recipe
from yugong.report.chapters.context import Context
from yugong.report.chapters.evaluation import brief, build, document
from yugong.report.charts import Lines, Scatter
from yugong.report.html import render_html
from yugong.report.model import Card, Chapter, Document, Figure, Finding, Heading, Meta, Paragraph, Table


@pytest.fixture(scope="module")
def china():
    return study.read("china")


def run(name: str, china, **changes):
    r = recipe.read(name)
    return recipe.run(replace(r, specification={**r.specification, "draws": 99, "curve": 20}, **changes), china)


def test_the_brief_is_in_the_published_order(china) -> None:
    made = run("central_rise_growth", china)
    blocks = brief(made, "1", Context(china).tiles, china)
    assert isinstance(blocks[0], Finding)
    assert blocks[0].text == made.evaluation.conclusion
    assert blocks[0].tone == "caution"  # a red light
    heads = [b.text.zh for b in blocks if isinstance(b, Heading)]
    assert heads == ["事前像不像", "换个做法还成立吗", "假政策检验", "1+1>2 吗", "可信度清单", "局限与下一次评估"]
    kinds = [b.id.split("-")[2] for b in blocks if isinstance(b, Figure)]
    assert kinds == ["path", "map", "event", "curve", "placebo", "synergy"]
    assert any(isinstance(b, Card) for b in blocks)
    assert any("下一次评估" in b.text.zh for b in blocks if isinstance(b, Paragraph))
    chapter = Chapter("evaluation", Text("章", "c"), tuple(blocks))
    Document(Text("题", "title"), Text("", ""), (chapter,), Meta("china", china.title, "2026-01-01", "0"))


def test_every_registered_policy_is_a_date_on_the_chart(china) -> None:
    made = run("yangtze_belt_water", china)
    chart = next(b for b in brief(made, "1") if isinstance(b, Figure) and b.id.startswith("fig-evaluation-path")).chart
    assert isinstance(chart, Lines)
    own = [chart.steps[m.at].zh for m in chart.marks if m.own]
    assert own == ["2015"]
    years = {int(chart.steps[m.at].zh) for m in chart.marks}
    from yugong import registry

    wanted = {s.start.year for s in registry.strategies() if 2006 <= s.start.year <= 2019 and s.id != "yangtze_belt"}
    assert years == wanted | {2015}


def test_the_card_shows_each_light_with_its_rule(china) -> None:
    made = run("hainan_trade", china)
    table = next(b for b in brief(made, "1") if isinstance(b, Table) and "card" in b.id)
    assert len(table.rows) == 10
    for row, item in zip(table.rows, made.evaluation.card.items, strict=True):
        assert row[0] == item.title
        assert row[3] == item.rule
    assert table.marked == {k for k, i in enumerate(made.evaluation.card.items) if i.light == "red"}


def test_few_treated_have_the_band_of_the_places_compared(china) -> None:
    made = run("hainan_trade", china)
    event = next(b for b in brief(made, "1") if isinstance(b, Figure) and "event" in b.id)
    assert isinstance(event.chart, Lines)
    low, high = event.chart.series[0].low, event.chart.series[0].high
    assert low is not None
    assert high is not None
    years = [int(row[0]) for row in event.table.rows]
    for year, a, b in zip(years, low, high, strict=True):
        assert (a is None and b is None) if year == -1 else (a < 0 < b)  # the reference year has none
    said = " ".join(n.en for n in event.notes)
    assert "simultaneous band (sup-t)" in said
    assert "places' own movements" in said


def test_the_curve_marks_the_headline(china) -> None:
    made = run("yangtze_belt_water", china)
    chart = next(b for b in brief(made, "1") if isinstance(b, Figure) and "curve" in b.id).chart
    assert isinstance(chart, Scatter)
    assert sum(p.marked for p in chart.points) == 1


def test_a_brief_is_a_document_that_renders(china) -> None:
    made = run("xinanjiang_fertiliser", china)
    for lang in ("zh", "en"):
        html = render_html(document(made), lang)  # type: ignore[arg-type]
        assert made.evaluation.conclusion.zh in html


def test_a_study_without_recipes_says_so(china, tmp_path) -> None:
    own = replace(china, id="own", folder=tmp_path)
    part = build(Context(own))
    assert part.warnings
    assert "evaluate" in part.warnings[0].en
    (tmp_path / "evaluate").mkdir()
    (tmp_path / "evaluate" / "bad.toml").write_text(
        'id = "bad"\nregistered = 2026-01-01\nstudy = "own"\n[question]\noutcome = "fertiliser"\npolicy = "central_rise"\n'
        'years = "2010-2014"\n',
        encoding="utf-8",
    )
    part = build(Context(own))
    assert "bad" in part.warnings[0].en
    assert not part.findings
