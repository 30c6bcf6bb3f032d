"""Two editions side by side, and a local list held against the national one."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from yugong.base.text import Text
from yugong.review.access.entries import AccessList, Entry
from yugong.review.access.lookup import EQUAL_ENTRY
from yugong.review.statutes import Citation

if TYPE_CHECKING:
    import pandas as pd

BEYOND_LIST = Citation(Text("公平竞争审查条例", "Regulation on Fair Competition Review"), 8, 1)


@dataclass(frozen=True, slots=True)
class Difference:
    """What one edition has and the other has not; `changed` are items whose measures or authority differ."""

    old: str
    new: str
    counts: tuple[int, int]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def table(self) -> "pd.DataFrame":
        """Return one row an item that differs, tidy."""
        import pandas as pd

        kinds = (("added", self.added), ("removed", self.removed), ("changed", self.changed))
        rows = [{"change": k, "title": title} for k, titles in kinds for title in titles]
        return pd.DataFrame(rows, columns=["change", "title"])

    @property
    def notes(self) -> tuple[Text, ...]:
        """Return the numbers of items of both."""
        a, b = self.counts
        return (
            Text(
                f"{self.old or '旧'}：{a} 项；{self.new or '新'}：{b} 项",
                f"{self.old or 'old'}: {a} items; {self.new or 'new'}: {b} items",
            ),
        )


def difference(old: AccessList, new: AccessList) -> Difference:
    """Compare two editions item by item: by code where both have it, else by title."""
    before, after = _grouped(old, new), _grouped(new, old)
    changed = [after[k][0].title for k in after if k in before and _content(before[k]) != _content(after[k])]
    return Difference(
        old.edition,
        new.edition,
        (len(before), len(after)),
        tuple(after[k][0].title for k in after if k not in before),
        tuple(before[k][0].title for k in before if k not in after),
        tuple(changed),
    )


def _grouped(listed: AccessList, other: AccessList) -> Mapping[str, list[Entry]]:
    shared = {e.code for e in other.entries if e.code}
    found: dict[str, list[Entry]] = {}
    for e in listed.entries:
        found.setdefault(e.code if e.code in shared else e.title, []).append(e)
    return found


def _content(entries: list[Entry]) -> set[tuple[str, str, str]]:
    return {(e.status, e.measure, e.authority) for e in entries}


@dataclass(frozen=True, slots=True)
class LocalItem:
    """One item of a local list: the national entry it goes back to, or the rules that speak against it."""

    entry: Entry
    national: Entry | None
    nearest: str
    against: tuple[Citation, ...]
    reason: Text


@dataclass(frozen=True, slots=True)
class LocalCheck:
    """A local list held against the national one."""

    items: tuple[LocalItem, ...]
    notes: tuple[Text, ...]

    @property
    def flagged(self) -> tuple[LocalItem, ...]:
        """Return the items that go back to no national one, or add to it."""
        return tuple(i for i in self.items if i.against)

    def table(self) -> "pd.DataFrame":
        """Return one row an item, tidy."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "title": i.entry.title,
                    "code": i.entry.code,
                    "national": i.national.title if i.national else "",
                    "nearest": i.nearest,
                    "reason": i.reason.in_(),
                    "article": "；".join(str(c) for c in i.against),
                }
                for i in self.items
            ]
        )


def check_local(local: AccessList, national: AccessList) -> LocalCheck:
    """Flag each local item that has no national code or title behind it, or that is stricter than its national item."""
    by_code = {e.code: e for e in national.entries if e.code}
    by_title = {e.title: e for e in national.entries}
    items = []
    for e in local.entries:
        behind = by_code.get(e.code) or by_title.get(e.title)
        near = "" if behind else next(iter(get_close_matches(e.title, list(by_title), 1, 0.5)), "")
        against: tuple[Citation, ...] = ()
        reason = Text("可追溯到全国清单", "goes back to the national list")
        if behind is None:
            against = (BEYOND_LIST, EQUAL_ENTRY)
            reason = Text("全国清单中没有对应编码或事项", "no code or item of the national list stands behind it")
        elif behind.status == "licence" and e.status == "prohibited":
            against = (BEYOND_LIST, EQUAL_ENTRY)
            reason = Text("全国清单为许可，地方列为禁止", "a licence on the national list, prohibited on the local one")
        items.append(LocalItem(e, behind, near, against, reason))
    notes = () if national.complete else (national.note,)
    return LocalCheck(tuple(items), notes)
