"""The report's settlement section: real agreement rows, amounts that balance, both languages."""

from yugong.base.text import Text
from yugong.report.chapters.context import Context
from yugong.report.chapters.design_compensation import section
from yugong.report.chapters.sections import Section
from yugong.report.model import Finding, Table
from yugong.study import china


def test_the_section_settles_the_chishui_agreement() -> None:
    made = section(Context(china(), region="520000"))
    assert isinstance(made, Section)
    tables = {b.id: b for b in made.blocks if isinstance(b, Table)}
    settled = tables["tab-compensation"]
    net = {row[0]: row[-1] for row in settled.rows}
    assert sorted(v for v in net.values() if isinstance(v, float)) == [-2000, -2000, 4000]
    assert tables["tab-compensation-trace"].rows[-1][2] == Text("4,000 万元", "40,000,000 yuan")
    paid = [row[5] for row in tables["tab-compensation-ledger"].rows]
    assert sorted(p for p in paid if isinstance(p, float)) == [2550, 3000, 3000]
    assert None in paid  # unknown, not zero
    assert tables["tab-compensation-ledger"].marked
    said = next(b for b in made.blocks if isinstance(b, Finding)).text
    assert "4,000 万元" in said.zh.replace("4000", "4,000")
    assert "40 million" in said.en
    assert not isinstance(made, Text)
