"""Why the formula and what was paid differ, year by year: scope, and circumstances that the formula does not weigh."""

from yugong.base.text import Text
from yugong.design._study_differences import CIRCUMSTANCES, NONE_OF_THEM, called, transfer_differences
from yugong.design._transfer_inputs import NEEDED, PAID, years_of
from yugong.report.chapters.context import Context, sentence
from yugong.report.chapters.sections import Section, missing, sources
from yugong.report.model import Column, Finding, Table
from yugong.report.numbers import NONE, YEAR, Format, number

ONE, TWO = Format(1), Format(2)
PERCENT, TIMES = Text("%", "%"), Text("倍", "times")


def section(c: Context) -> Section | Text:
    """Return how far the two divisions are apart in every year, for which reason, and beside which circumstances."""
    if lack := missing(c, (*NEEDED, PAID)):
        return lack
    found = transfer_differences(c.study, years_of(c.study))
    frame = found.summary()
    groups = (*CIRCUMSTANCES, NONE_OF_THEM)
    last = frame.iloc[-1]
    year = int(last["year"])
    apart, scope, other = (number(100 * float(last[k]), ONE) for k in ("difference", "scope", "other"))
    ratios = ", ".join(f"{called(g).en} {number(float(last[g]), TWO)}" for g in groups)
    zh = "，".join(f"{called(g).zh} {number(float(last[g]), TWO)} 倍" for g in groups)
    said = Finding(
        Text(
            f"{year} 年公式与实际下达相差总额的 {apart}%，其中口径之差 {scope}%，其余 {other}%（两项可相互抵消）。"
            f"同一口径之下，实际下达为测算的倍数：{zh}。",
            f"In {year} the formula and what was paid divide {apart}% of the pot differently: {scope}% by scope, {other}% "
            f"otherwise (the two may offset each other). On the same scope, paid is so many times the computed sum: {ratios}.",
        ),
        see="tab-transfer-differences",
    )
    columns = (
        Column("year", Text("年份", "Year"), NONE, YEAR),
        Column("difference", Text("分法不同的部分", "divided differently"), PERCENT, ONE),
        Column("scope", Text("其中：口径", "of it: scope"), PERCENT, ONE),
        Column("other", Text("其中：其余", "of it: other"), PERCENT, ONE),
        *(Column(g, called(g), TIMES, TWO) for g in groups),
    )  # fmt: skip
    rows = tuple(
        (int(r["year"]), *(100 * float(r[k]) for k in ("difference", "scope", "other")), *(float(r[g]) for g in groups))
        for r in frame.to_dict("records")
    )
    last_four = Text(
        "后四列为实际下达相当于同口径测算的倍数",
        "the last four columns: what was paid over the comparable computed sum",
    )
    notes = tuple(sentence(n) for n in (last_four, *found.notes[len(found.years) :]))
    caption = Text("公式测算与实际下达之差的由来", "Where the difference between formula and paid comes from")
    table = Table("tab-transfer-differences", caption, columns, rows, notes, sources(c, found))
    return Section((said, table), (said,), (found.method,))
