"""Official texts: split right, quoted word for word, citations that point nowhere fail, no verbatim text ships."""

import re
from pathlib import Path

import pytest

from yugong.base.errors import InputError, UnknownNameError
from yugong.base.text import Text
from yugong.review import statutes
from yugong.review.document.numbering import numeral
from yugong.review.measuring import all_citations
from yugong.review.rulebook import pack
from yugong.review.statutes import Citation

PACKAGE = Path(statutes.__file__).parent
LAWS = {
    "公平竞争审查条例": 27, "反垄断法": 70, "优化营商环境条例": 72, "生态保护补偿条例": 33, "长江保护法": 79, "黄河保护法": 122,
    "预算法": 101, "预算法实施条例": 97, "青藏高原生态保护法": 63, "国务院实施《民族区域自治法》若干规定": 35,
}  # fmt: skip
RUN = 12  # characters in a row that two independent sentences do not share by chance
REGULATION = Text("公平竞争审查条例", "Regulation on Fair Competition Review")


@pytest.fixture(scope="module")
def texts(shared: Path):
    return statutes.read_folder(shared / "data" / "cn_laws")


def test_articles_are_counted_as_their_numbers_say(texts) -> None:
    assert {name: len(s.articles) for name, s in texts.items()} == LAWS
    for statute in texts.values():
        assert [a.number for a in statute.articles] == list(range(1, len(statute.articles) + 1))


def test_items_are_the_lines_of_the_file(texts, shared: Path) -> None:
    lines = next((shared / "data" / "cn_laws").glob("公平竞争审查条例*")).read_text(encoding="utf-8").splitlines()
    for number, n in ((8, 5), (9, 6), (10, 4), (11, 4), (12, 4)):
        items = texts["公平竞争审查条例"].article(number).items
        assert list(items) == list(range(1, n + 1))
        for words in items.values():
            assert sum(line.endswith(words) for line in lines) == 1


def test_every_citation_resolves(texts) -> None:
    citations = all_citations(pack())
    assert len(citations) > 30
    assert statutes.unresolved(citations, texts) == []
    assert all(statutes.quote(c, texts) is not None for c in citations)


def test_a_citation_to_nothing_fails(texts) -> None:
    for wrong in (Citation(REGULATION, 28), Citation(REGULATION, 8, 6), Citation(REGULATION, 13, 1)):
        with pytest.raises(UnknownNameError):
            statutes.quote(wrong, texts)
    assert statutes.quote(Citation(Text("没有装入的办法", "not loaded"), 1), texts) is None


def test_no_verbatim_article_is_in_the_package(texts) -> None:
    words = "".join(re.sub(r"\s", "", a.text) for s in texts.values() for a in s.articles)
    runs = {words[i : i + RUN] for i in range(len(words) - RUN)}
    for path in [p for p in PACKAGE.rglob("*") if p.suffix in {".py", ".toml", ".csv", ".md"}]:
        ours = path.read_text(encoding="utf-8")
        shared_runs = {ours[i : i + RUN] for i in range(len(ours) - RUN)} & runs
        assert not shared_runs, f"{path.name}: {shared_runs}"


def test_kept_texts_are_found_again_with_their_hash(tmp_path: Path) -> None:
    file = tmp_path / "办法.md"
    file.write_text(
        "# 某某办法\n\n第一条 目的。\n\n第二条 不得有下列行为：\n\n（一）甲；\n\n（二）乙。\n", encoding="utf-8"
    )
    kept = statutes.add(file, tmp_path / "store")
    again = statutes.loaded(tmp_path / "store")["某某办法"]
    assert again == kept
    assert statutes.quote(Citation(Text("某某办法", "x"), 2, 2), {"某某办法": again}).text == "乙。"
    (tmp_path / "store" / "某某办法.json").write_text("{", encoding="utf-8")
    statutes.loaded.cache_clear()
    with pytest.raises(InputError):
        statutes.loaded(tmp_path / "store")


def test_a_text_with_a_gap_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("某规定\n第一条 甲。\n第三条 乙。\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        statutes.add(file, tmp_path / "store")
    assert "第 3 行" in error.value.render("zh")
    file.write_text("只是一篇文章。\n", encoding="utf-8")
    with pytest.raises(InputError):
        statutes.add(file, tmp_path / "store")
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("text", "value"),
    [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("一百二十二", 122), ("37", 37)],
)
def test_numerals(text: str, value: int) -> None:
    assert numeral(text) == value
