"""`yugong review` as a user types it, with a store of its own."""

import json
from pathlib import Path

import pytest

from yugong.cli.app import run
from yugong.review import access, statutes

DRAFT = "第一条 投标人应在本市注册。\n第二条 好。\n"
ITEMS = "不得有下列内容：\n\n（一）甲；\n\n（二）乙；\n\n（三）丙。"
RULE = "# 公平竞争审查条例\n\n" + "\n\n".join(
    f"第{n}条 {ITEMS if n == '九' else '目的。'}" for n in "一二三四五六七八九"
)


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("YUGONG_HOME", str(tmp_path / "home"))
    statutes.loaded.cache_clear()
    yield
    statutes.loaded.cache_clear()


def test_a_draft_is_the_first_word(tmp_path: Path, capsys) -> None:
    path = tmp_path / "draft.txt"
    path.write_text(DRAFT, encoding="utf-8")
    assert run(["review", str(path), "--out", str(tmp_path / "out")]) == 0
    assert "9(3)" in capsys.readouterr().out
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "draft-form.docx", "draft-marked.docx", "draft.json", "ledger.xlsx",
    ]  # fmt: skip


def test_findings_quote_the_loaded_text(tmp_path: Path, capsys) -> None:
    rule, path = tmp_path / "条例.md", tmp_path / "draft.txt"
    rule.write_text(RULE, encoding="utf-8")
    path.write_text(DRAFT, encoding="utf-8")
    assert run(["review", str(path), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["findings"][0]["quote"] is None
    assert run(["review", "statutes", "add", str(rule)]) == 0
    capsys.readouterr()
    assert run(["review", str(path), "--format", "json"]) == 0
    quote = json.loads(capsys.readouterr().out)["findings"][0]["quote"]
    assert quote["text"] == "丙。"
    assert quote["file"] == "条例.md"


def test_one_bad_file_is_reported_and_the_other_reviewed(tmp_path: Path, capsys) -> None:
    path = tmp_path / "draft.txt"
    path.write_text(DRAFT, encoding="utf-8")
    assert run(["review", str(tmp_path / "none.docx"), str(path), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr()
    assert "none.docx" in said.err
    assert (tmp_path / "out" / "draft.json").is_file()


def test_access_and_plan(tmp_path: Path, capsys) -> None:
    assert run(["review", "access", "editions"]) == 0
    assert "106" in capsys.readouterr().out
    assert run(["review", "access", "lookup", "金融"]) == 0
    assert run(["review", "access", "open", "烟草", "C16", "0.9", "--out", str(tmp_path / "o.toml")]) == 0
    assert run(["review", "plan", "china", "plan_sums", "--template", str(tmp_path / "t.xlsx")]) == 0
    assert (tmp_path / "t.xlsx").is_file()
    assert run(["review", "--on", "x", "a.txt"]) != 0


def test_the_chapter(tmp_path: Path) -> None:
    import yugong
    from yugong.report.chapters import allowed
    from yugong.report.chapters.context import Context
    from yugong.report.model import Table
    from yugong.review import review, sample_draft

    result = review(sample_draft(), texts={})
    part = allowed.build(Context(yugong.study.china()), result)
    tables = {b.id: b for b in part.chapter.blocks if isinstance(b, Table)}
    assert len(tables["tab-findings"].rows) == len(result.findings)
    counts = [sum(row[1:]) for row in tables["tab-families"].rows]
    assert sum(counts) == len(result.findings)
    empty = tmp_path / "clean.txt"
    empty.write_text("第一条 好。\n", encoding="utf-8")
    assert allowed.build(Context(yugong.study.china()), review(empty, texts={})).chapter.blocks


def test_an_opening_is_solved_by_simulate(tmp_path: Path, capsys) -> None:
    path = tmp_path / "open.toml"
    path.write_text(access.opening_scenario("烟草", "C16", 0.9, "trade_cost", ("四川",)), encoding="utf-8")
    assert run(["simulate", "china", "--scenario", str(path), "--format", "json"]) == 0
    assert "access_opening" in capsys.readouterr().out
