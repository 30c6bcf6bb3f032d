"""The report on a reader's own study: what it lacks is said, units are its own, nothing is assumed."""

import re
from pathlib import Path

import numpy as np
import pytest

from yugong import report, study
from yugong.report.model import Document, Finding

PLACES = ("110000", "120000", "130000", "140000", "210000", "310000")
VARIABLES = {
    "population": "population,人口,Population,千人,1 000 persons,none,user",
    "grp": "grp,产值,Output,百万欧元,million euro,current,user",
    "grp_per_head": "grp_per_head,人均产值,Output per head,千欧元,1 000 euro,current,user",
}


def written(folder: Path, names: list[str], years: range = range(2015, 2020)) -> study.Study:
    rng = np.random.default_rng(3)
    folder.mkdir()
    head = "id,title_zh,title_en,unit_zh,unit_en,price_basis,kind"
    (folder / "study.toml").write_text('id = "own"\ntitle_zh = "自己的"\ntitle_en = "My own"\n', encoding="utf-8")
    (folder / "variables.csv").write_text("\n".join([head, *(VARIABLES[n] for n in names), ""]), encoding="utf-8")
    rows = [f"place,year,{','.join(names)}"]
    for place in PLACES:
        for year in years:
            rows += [f"{place},{year}," + ",".join(f"{v:.3f}" for v in rng.lognormal(3, 0.5, len(names)))]
    (folder / "panel.csv").write_text("\n".join([*rows, ""]), encoding="utf-8")
    return study.read(folder)


def cautions(document: Document, chapter: str) -> list[Finding]:
    blocks = next(c.blocks for c in document.chapters if c.id == chapter)
    return [b for b in blocks if isinstance(b, Finding) and b.tone == "caution"]


def test_chapters_without_their_figures_say_so(tmp_path: Path) -> None:
    document = report.build(written(tmp_path / "own", ["population"]), draws=20)
    for chapter in ("standing", "disparity", "convergence"):
        assert cautions(document, chapter)
    assert document.meta.warnings
    report.write_report(document, tmp_path / "out")


def test_one_year_is_not_compared_with_itself(tmp_path: Path) -> None:
    document = report.build(written(tmp_path / "own", list(VARIABLES), range(2019, 2020)), draws=20)
    for chapter in ("standing", "region", "disparity", "convergence"):
        assert cautions(document, chapter)


def test_a_region_without_anything_to_compare_by_still_gets_its_chapter(tmp_path: Path) -> None:
    document = report.build(written(tmp_path / "own", ["grp_per_head"]), region="上海", draws=20)
    assert cautions(document, "region")
    assert any("上海" in f.text.zh for f in document.findings())


@pytest.mark.parametrize("region", [None, "上海"])
def test_units_are_the_study_s_own(tmp_path: Path, region: str | None) -> None:
    document = report.build(written(tmp_path / "own", list(VARIABLES)), region=region, draws=20)
    of_data = [t for t in document.tables() if t.id not in {"tab-system", "tab-absent"}]
    units = {u for t in of_data for c in t.columns for u in (c.unit.zh, c.title.zh)}
    units |= {f.unit.zh for f in document.figures()} | {k.unit.zh for k in document.key_figures()}
    assert "千欧元" in units
    assert [u for u in units if re.search("万元|亿元|万人", u)] == []
    assert not any("万元" in f.text.zh for f in document.findings())
    plates = next(t for t in document.tables() if t.id == "tab-plates")
    assert {c.unit.zh for c in plates.columns} >= {"百万欧元", "千人", "百万欧元/千人"}
