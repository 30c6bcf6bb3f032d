"""The ledger: pool, sum due when met, sum settled and sum paid, side by side and never one for another."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design.compensation.cards import LEDGER
from yugong.design.compensation.deal import WEAKER, Deal, agreed, months_in_force, parties_of
from yugong.design.compensation.engine import settle
from yugong.design.compensation.readings import Readings
from yugong.design.sheet import CERTAINTY, Sheet
from yugong.registry.compensation import Agreement, Payment, Settlement

if TYPE_CHECKING:
    import pandas as pd

TESTS_MET = ("fixed", "fixed_shares")  # rules whose sum when met needs no readings
NONE = Text("", "")
NO_READINGS = Text("没有读数", "no readings")


@dataclass(frozen=True, slots=True)
class Entry:
    """One agreement, year, payer and receiver; NaN is unknown. Money in 万元."""

    agreement: Agreement
    year: int
    payer: str
    receiver: str
    pool: float
    full: float
    settled: float
    paid: float
    certainty: str
    why: Text  # why nothing is settled; empty where it is


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was agreed, what the rule gives, what was settled and what was paid; central settlements apart."""

    entries: tuple[Entry, ...]
    central: tuple[Settlement, ...]
    names: dict[str, Text]
    method: MethodCard = LEDGER
    provenance: Provenance | None = None

    @property
    def notes(self) -> tuple[Text, ...]:
        """What is unknown, and the central settlements."""
        unpaid = sum(bool(np.isnan(e.paid)) for e in self.entries)
        said = [
            Text(
                f"{unpaid} 行没有查到实际拨付，为未知，不是零",
                f"{unpaid} row(s) without a known payment: unknown, not zero",
            )
        ]
        if self.central:
            zh = "；".join(f"{c.place.short} {c.year} 年 {c.amount_wan:+g} 万元" for c in self.central)
            en = "; ".join(f"{c.place.en} {c.year} {c.amount_wan:+g}" for c in self.central)
            said.append(
                Text(f"中央引导奖励清算（另列，不是省际拨付）：{zh}", f"central settlements (apart, 10 000 yuan): {en}")
            )
        return tuple(said)

    def table(self) -> "pd.DataFrame":
        """Return one row an agreement, year, payer and receiver: pool, full, settled, paid, and paid over full."""
        import pandas as pd

        rows = [
            (e.agreement.id, e.agreement.river.in_(), e.year, e.payer, e.receiver, e.pool, e.full, e.settled, e.paid,
             e.paid / e.full if e.full else np.nan, CERTAINTY[WEAKER[e.certainty]].in_() if e.certainty else "", e.why.in_())
            for e in self.entries
        ]  # fmt: skip
        wan, none = Text("万元", "10 000 yuan"), Text("", "")
        titles = {
            "agreement": (Text("协议", "Agreement"), none),
            "river": (Text("河流", "River"), none),
            "year": (Text("年份", "Year"), none),
            "payer": (Text("付方", "Payer"), none),
            "receiver": (Text("收方", "Receiver"), none),
            "pool_wan": (Text("协议资金池", "Agreement pool"), wan),
            "full_wan": (Text("达标时应付", "Due when met"), wan),
            "settled_wan": (Text("按读数清算", "Settled from readings"), wan),
            "paid_wan": (Text("实际拨付", "Paid"), wan),
            "paid_share": (Text("实付占应付", "Paid over due"), none),
            "certainty": (Text("拨付的确定性", "Certainty of the payment"), none),
            "why": (Text("未清算的原因", "Why not settled"), none),
        }
        frame = pd.DataFrame(rows, columns=list(titles))
        frame.attrs["titles"] = titles
        frame.attrs["labels"] = self.names
        return frame


def ledger(
    agreements: Iterable[Agreement],
    payments: Iterable[Payment],
    central: Iterable[Settlement],
    years: Iterable[int],
    readings: Readings | None = None,
) -> Ledger:
    """Return the ledger of the agreements over the years in which they are in force.

    A year's payer and receiver come from the payments known, from the rule when met, or (a pair of provinces) from
    downstream to upstream. What is not known is NaN.
    """
    paid: dict[tuple[str, int, str, str], Payment] = {
        (p.agreement, p.year, p.payer.code, p.receiver.code): p for p in payments
    }
    entries: list[Entry] = []
    names: dict[str, Text] = {}
    for row in agreements:
        names |= dict(parties_of((*row.downstream, *row.upstream)))
        for year in years:
            if not months_in_force(row.start, row.end, year) or not row.downstream:
                continue
            full, why = _due_when_met(row, year)
            settled: dict[tuple[str, str], float] = {}
            if readings is not None and (own := readings.marked(row.id)) is not None:
                settled, why = _amounts(row, year, own)
            known = {k[2:] for k in paid if k[:2] == (row.id, year)}
            pairs = dict.fromkeys([*full, *settled, *sorted(known)]) or dict.fromkeys(
                (d.code, u.code) for d in row.downstream for u in row.upstream
            )
            for payer, receiver in pairs:
                payment = paid.get((row.id, year, payer, receiver))
                entries.append(
                    Entry(
                        row, year, payer, receiver,
                        np.nan if row.pool_wan is None else row.pool_wan,
                        full.get((payer, receiver), np.nan),
                        settled.get((payer, receiver), np.nan),
                        np.nan if payment is None else payment.amount_wan,
                        "" if payment is None else payment.certainty,
                        why,
                    )
                )  # fmt: skip
    return Ledger(tuple(entries), tuple(central), names)


def _due_when_met(row: Agreement, year: int) -> tuple[dict[tuple[str, str], float], Text]:
    """Return what is due when the tests are met: by the rule where it needs no readings, else downstream's whole sum."""
    if row.rule in TESTS_MET:
        return _amounts(row, year, None)
    if row.downstream_wan is None or len(row.downstream) != 1 or len(row.upstream) != 1:
        return {}, NO_READINGS
    return {(row.downstream[0].code, row.upstream[0].code): row.downstream_wan}, NO_READINGS


def _amounts(row: Agreement, year: int, readings: Readings | None) -> tuple[dict[tuple[str, str], float], Text]:
    """Return who pays whom how much by the rule; where a term or a reading is missing, nothing and why."""
    deal = Deal(
        row.id, row.river, row.rule, parties_of(row.downstream), parties_of(row.upstream), agreed(row), readings, year,
        months_in_force(row.start, row.end, year),
    )  # fmt: skip
    try:
        return flows(settle(deal)), NO_READINGS if readings is None else NONE
    except InputError as error:
        said = [p.what for p in error.problems]
        return {}, Text("；".join(t.zh for t in said), "; ".join(t.en for t in said))
    except UnknownNameError as error:
        return {}, error.text


def flows(sheet: Sheet) -> dict[tuple[str, str], float]:
    """Return payments between parties: each payer's sum split over the receivers by what they receive."""
    got, gave = sheet.column("received"), sheet.column("paid")
    share = got / got.sum() if got.sum() > 0 else got
    codes = [label for label, _ in sheet.rows]
    return {
        (codes[i], codes[j]): float(gave[i] * share[j])
        for i in np.flatnonzero(gave > 0)
        for j in np.flatnonzero(share > 0)
    }
