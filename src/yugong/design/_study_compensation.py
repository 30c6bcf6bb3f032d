"""Ecological compensation on a study: settlements, ledger, checklist, bounds, packages and river sharing."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from yugong import registry
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.design._common import Trace, traced
from yugong.design.compensation.checklist import Checked, check
from yugong.design.compensation.deal import Deal, Term, agreed, months_in_force, parties_of
from yugong.design.compensation.draft import DRAFT, Draft, read_draft
from yugong.design.compensation.engine import settle
from yugong.design.compensation.ledger import Ledger, ledger
from yugong.design.compensation.readings import READINGS, Readings, read_readings
from yugong.design.sheet import Sheet
from yugong.registry.compensation import Agreement

if TYPE_CHECKING:
    from yugong.study.model import Study

OWN = "own"
FORMS = {"compensation": (READINGS, DRAFT), "compensation_ledger": (READINGS,), "agreement_check": (DRAFT,)}


def compensation(
    study: "Study",
    agreement: str | None = None,
    year: int | None = None,
    readings: str | None = None,
    file: str | None = None,
    unverified: bool = False,
    trace: str | None = None,
) -> Sheet | Trace:
    """Return the settlement of a horizontal compensation agreement for one year: who pays whom, 万元.

    agreement: an id of the registry's agreements, or "own" for a draft in `file` alone; without one the ids are
    listed. readings: a table of section
    readings (--template gives one). file: a draft agreement (.toml or the form) whose terms replace or complete the
    agreement's. unverified: also use figures still to be checked. trace: a party, whose amount is then explained.
    Raises InputError naming every term and reading that is missing.
    """
    draft = None if file is None else read_draft(file)
    read = None if readings is None else read_readings(readings)
    deal = (
        _own_deal(draft, year, read)
        if agreement == OWN
        else _deal(_agreement(agreement), draft, year, read, unverified)
    )
    sheet = settle(deal)
    return sheet if trace is None else traced(sheet, study, trace, "amount")


def compensation_ledger(
    study: "Study", river: str | None = None, years: Sequence[int] | None = None, readings: str | None = None
) -> Ledger:
    """Return the ledger of agreements: pool, due when met, settled from readings, and paid, by payer and receiver.

    river: an agreement's id or its river's name, all by default; years: all in which a payment is known, by default.
    Unknown is NaN, never zero; central settlements stand in the notes.
    """
    chosen = registry.agreements() if river is None else _by_river(river)
    paid = [p for p in registry.payments() if p.agreement in {a.id for a in chosen}]
    wanted = sorted({p.year for p in paid}) if years is None else list(years)
    read = None if readings is None else read_readings(readings)
    central = [c for c in registry.settlements() if c.year in wanted] if river is None else []
    return ledger(chosen, paid, central, wanted, read)


def agreement_check(study: "Study", file: str) -> Checked:
    """Return the checklist of a draft agreement (.toml or the form) against article 17 of the regulation.

    Contents, factors to weigh, parties and dates, and whether its figures suffice for a trial settlement; each
    finding with its line in the file.
    """
    return check(read_draft(file))


def _agreement(id: str | None) -> Agreement:
    known = {a.id: a for a in registry.agreements()}
    if id is None:
        what = Text("没有说明是哪一个协议", "which agreement is not said")
        listed = (
            "；".join(f"{k} {a.river.zh}" for k, a in known.items()),
            "; ".join(f"{k} {a.river.en}" for k, a in known.items()),
        )
        do = Text(
            f"加上 --agreement：{listed[0]}；{OWN} 自拟协议", f"add --agreement: {listed[1]}; {OWN} a draft of your own"
        )
        raise InputError([Problem(what, do)])
    if id not in known:
        near = [k for k, a in known.items() if id in (a.river.zh, a.river.en) or id.lower() in k]
        raise UnknownNameError(Text("协议", "agreement"), id, near or [*known, OWN])
    return known[id]


def _by_river(name: str) -> tuple[Agreement, ...]:
    found = tuple(a for a in registry.agreements() if name in (a.id, a.river.zh, a.river.en))
    return found or (_agreement(name),)


def _deal(row: Agreement, draft: Draft | None, year: int | None, readings: Readings | None, unverified: bool) -> Deal:
    terms = agreed(row, unverified) | ({} if draft is None else draft.agreed())
    rule = row.rule if draft is None else str(draft.head.get("rule", row.rule))
    when = _year(year, readings, row.start, row.end)
    down, up = parties_of(row.downstream), parties_of(row.upstream)
    if draft is not None and not (down or up):
        down, up, problems = _sides(draft)
        if problems:
            raise InputError(problems)
    own = None if readings is None else readings.of(row.id)
    if own is not None and not (down or up):  # a rule for all provinces along a river: those that were read
        read = own.frame["place"].dropna().drop_duplicates()
        up = parties_of([registry.place(str(code)) for code in read])
    return Deal(row.id, row.river, rule, down, up, terms, own, when, months_in_force(row.start, row.end, when))


def _own_deal(draft: Draft | None, year: int | None, readings: Readings | None) -> Deal:
    if draft is None:
        what = Text("自拟协议要有协议文件", "an agreement of your own needs its file")
        raise InputError([Problem(what, Text("加上 --file", "add --file"))])
    down, up, problems = _sides(draft)
    start, wrong = draft.day("start")
    end, worse = draft.day("end")
    rule = draft.head.get("rule")
    if rule is None:
        problems.append(draft.problem("rule", Text("没有写明规则类型", "the rule type is not stated")))
    if problems := [*problems, *wrong, *worse]:
        raise InputError(problems)
    when = _year(year, readings, start, end)
    title = str(draft.head.get("title") or draft.head.get("river") or draft.file)
    terms: dict[str, Term] = draft.agreed()
    return Deal(OWN, Text(title, title), str(rule), down, up, terms, readings, when, months_in_force(start, end, when))


def _year(given: int | None, readings: Readings | None, start: date | None, end: date | None) -> int:
    """The year asked for, or the last one read (in force, where there is one), or the last of the agreement."""
    if given is not None:
        return given
    if readings is not None:
        read = sorted({int(y) for y in readings.frame["year"]})
        return ([y for y in read if months_in_force(start, end, y)] or read)[-1]
    last = end or start
    if last is None:
        raise InputError([Problem(Text("没有说明哪一年", "which year is not said"), Text("加上 --year", "add --year"))])
    return last.year


def _sides(
    draft: Draft,
) -> tuple[tuple[tuple[str, Text], ...], tuple[tuple[str, Text], ...], list[Problem]]:
    down, wrong = draft.parties("downstream")
    up, worse = draft.parties("upstream")
    return parties_of(down), parties_of(up), [*wrong, *worse]
