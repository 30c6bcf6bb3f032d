"""One eco-compensation agreement settled: who pays whom by its ratios, how that comes about, and what was paid."""

import re

import numpy as np

from yugong import registry
from yugong.base.text import Text
from yugong.design.compensation import Deal, agreed, ledger, settle
from yugong.design.compensation.deal import WAN, months_in_force, parties_of
from yugong.design.compensation.ledger import Ledger
from yugong.design.sheet import CERTAINTY, Sheet, Step
from yugong.registry.compensation import Agreement
from yugong.report.chapters.context import Context, sentence
from yugong.report.chapters.sections import Section
from yugong.report.model import Cell, Column, Finding, Paragraph, Table
from yugong.report.numbers import INTEGER, NONE, YEAR, Format, number, quantity

SETTLED, LATER = "chishui_r1", "chishui_r2"  # the one whose ratios are published in full, and the round after it
LEAD = "530000"  # explained: the party that receives
TWO, FOUR = Format(2), Format(4)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def section(c: Context) -> Section | Text:
    """Return one settlement with its trace and ledger; a study without these places says so."""
    rounds = [a for a in registry.agreements() if a.id in (SETTLED, LATER)]
    parties = {p.code for a in rounds for p in (*a.downstream, *a.upstream)}
    if not parties <= set(c.study.places):
        return Text("该协议各方所在的地区", "the regions that are parties to the agreement")
    first = rounds[0]
    sheet = _settled(first)
    year = first.end.year if first.end else 0
    paid = [p for p in registry.payments() if p.agreement in (SETTLED, LATER)]
    known = ledger(rounds, paid, (), sorted({p.year for p in paid}))
    net = dict(zip([label for label, _ in sheet.rows], sheet.column("amount").tolist(), strict=True))
    name = dict(sheet.rows)[LEAD]
    said = Finding(
        Text(
            f"{first.river.zh}第一轮协议的资金池每年 {number(sheet.parameter('pool_wan'), INTEGER)} 万元，按出资与分配比例结算，"
            f"{name.zh}净得 {number(net[LEAD], INTEGER)} 万元，由下游两省付出；收付差额为 "
            f"{number(abs(sheet.balances[0].residual), INTEGER)}。",
            f"The first round on the {first.river.en} pools {number(sheet.parameter('pool_wan') / 100, INTEGER)} million yuan "
            f"a year; by its contribution and allocation ratios {name.en} receives {number(net[LEAD] / 100, INTEGER)} million "
            f"net, paid by the two provinces downstream, with a residual of "
            f"{number(abs(sheet.balances[0].residual), INTEGER)}.",
        ),
        see="tab-compensation",
    )
    return Section(
        (said, _parts(sheet, first, year), _trace(sheet, name), _compared(known), _ledger(c, known)),
        (said,),
        (sheet.method, known.method),
    )


def _settled(row: Agreement) -> Sheet:
    year = row.end.year if row.end else 0
    return settle(
        Deal(
            row.id, row.river, row.rule, parties_of(row.downstream), parties_of(row.upstream), agreed(row), None, year,
            months_in_force(row.start, row.end, year),
        )
    )  # fmt: skip


def _parts(sheet: Sheet, row: Agreement, year: int) -> Table:
    shown = ("contribution", "allocation", "net", "attainment", "paid", "received", "amount")
    by = {c.id: c for c in sheet.columns}
    forms = {"contribution": INTEGER, "allocation": INTEGER, "attainment": TWO}
    columns = (
        Column("party", Text("各方", "Party")),
        *(Column(id_, by[id_].title, by[id_].unit, forms.get(id_, INTEGER)) for id_ in shown),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(float(by[id_].figures[i]) for id_ in shown)) for i, (_, name) in enumerate(sheet.rows)
    )
    basis = Text(f"条款依据：{row.document}", f"Terms: the agreement's own document, row {row.id} of the registry")
    notes = (basis, by["attainment"].source, *sheet.notes)
    caption = Text(f"{row.river.zh}横向生态保护补偿清算，{year} 年", f"{row.river.en}: settlement of {year}")
    return Table("tab-compensation", caption, columns, rows, tuple(sentence(n) for n in notes))


def _trace(sheet: Sheet, name: Text) -> Table:
    columns = (
        Column("item", Text("项目", "Item")),
        Column("formula", Text("公式与代入", "Formula and numbers")),
        Column("value", Text("数值", "Value")),
        Column("basis", Text("确定性与依据", "Certainty and basis")),
    )
    steps = sheet.trace(LEAD, "amount")
    caption = Text(f"{name.zh}净得的由来", f"Where the sum of {name.en} comes from")
    note = Text("Σ 为各方合计。", "Σ runs over the parties.")
    return Table(
        "tab-compensation-trace", caption, columns, tuple(_step(s) for s in steps), (note,),
        marked=frozenset({len(steps) - 1}),
    )  # fmt: skip


def _step(s: Step) -> tuple[Cell, ...]:
    both = Text(*(f"{f} = {n}" if f else "" for f, n in zip(s.formula, s.numbers, strict=True)))
    words = CERTAINTY[s.certainty]
    # a document has a Chinese title alone: the English reader is led to the registry
    said = "the agreement's document, in the registry" if _CHINESE.search(s.source.en) else s.source.en
    basis = Text("；".join(t for t in (words.zh, s.source.zh) if t), "; ".join(t for t in (words.en, said) if t))
    return s.title, both, quantity(s.value, INTEGER if s.value == round(s.value) else FOUR, s.unit), basis


def _compared(known: Ledger) -> Paragraph:
    """Say where what was paid differs from what is due when the tests are met."""
    both = [e for e in known.entries if not np.isnan(e.paid) and not np.isnan(e.full)]
    short = [e for e in both if e.paid < e.full]
    zh = "；".join(
        f"{e.year} 年{known.names[e.payer].zh}实付为应付的 {number(100 * e.paid / e.full, INTEGER)}%" for e in short
    )
    en = "; ".join(
        f"in {e.year} {known.names[e.payer].en} paid {number(100 * e.paid / e.full, INTEGER)}% of it" for e in short
    )
    unknown = sum(bool(np.isnan(e.paid)) for e in known.entries)
    return Paragraph(
        Text(
            f"查到实际拨付的 {len(both)} 笔中，{len(both) - len(short)} 笔等于达标时应付数{'；' + zh if zh else ''}。"
            f"另有 {unknown} 笔没有查到拨付，为未知，不是零。",
            f"Of the {len(both)} payments that are known, {len(both) - len(short)} equal the sum due when the tests are met"
            f"{'; ' + en if en else ''}. A further {unknown} are unknown, which is not zero.",
        )
    )


def _ledger(c: Context, known: Ledger) -> Table:
    columns = (
        Column("year", Text("年份", "Year"), NONE, YEAR),
        Column("payer", Text("付方", "Payer")),
        Column("receiver", Text("收方", "Receiver")),
        Column("pool", Text("协议资金池", "agreement pool"), WAN, INTEGER),
        Column("full", Text("达标时应付", "due when met"), WAN, INTEGER),
        Column("paid", Text("实际拨付", "paid"), WAN, INTEGER),
        Column("certainty", Text("拨付的确定性", "Certainty of the payment")),
    )
    rows = tuple(
        (
            e.year, known.names[e.payer], known.names[e.receiver], _some(e.pool), _some(e.full), _some(e.paid),
            CERTAINTY[e.certainty] if e.certainty in ("V", "Vs", "H", "M", "") else Text(e.certainty, e.certainty),
        )
        for e in known.entries
    )  # fmt: skip
    at = frozenset(i for i, e in enumerate(known.entries) if c.region in (e.payer, e.receiver))
    river = known.entries[0].agreement.river
    caption = Text(f"{river.zh}补偿台账", f"Ledger of the {river.en}")
    return Table("tab-compensation-ledger", caption, columns, rows, (sentence(known.method.convention),), marked=at)


def _some(value: float) -> float | None:
    return None if np.isnan(value) else value
