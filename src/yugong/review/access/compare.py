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


CHANGES: dict[str, Text] = {
    "added": Text("新增", "added"),
    "removed": Text("移出", "removed"),
    "changed": Text("有变", "changed"),
}
_COLUMNS = ["change", "code", "title", "measures_before", "measures_after"]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item that differs, with its entries in either edition; it is changed where measures or authority differ."""

    change: str  # added, removed, changed
    before: tuple[Entry, ...]
    after: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """The item's title, that of the newer edition where it has one."""
        return (self.after or self.before)[0].title


@dataclass(frozen=True, slots=True)
class Difference:
    """What one edition has and the other has not; counts and measures are (old, new)."""

    old: str
    new: str
    counts: tuple[int, int]
    national: tuple[int, int]
    local: tuple[int, int]
    items: tuple[ItemChange, ...]

    def titles(self, change: str) -> tuple[str, ...]:
        """Return the titles of the items added, removed or changed."""
        return tuple(i.title for i in self.items if i.change == change)

    def table(self) -> "pd.DataFrame":
        """Return one row an item that differs, with its measures in either edition, tidy."""
        import pandas as pd

        rows = [
            (CHANGES[i.change].in_(), (i.after or i.before)[0].code, i.title, _measures(i.before), _measures(i.after))
            for i in self.items
        ]
        return pd.DataFrame(rows, columns=_COLUMNS)

    @property
    def notes(self) -> tuple[Text, ...]:
        """Return the numbers of items and measures of both."""
        (a, b), (n, m), (k, o) = self.counts, self.national, self.local
        return (
            Text(
                f"{self.old or '旧'}：{a} 项；{self.new or '新'}：{b} 项",
                f"{self.old or 'old'}: {a} items; {self.new or 'new'}: {b} items",
            ),
            Text(
                f"措施：全国性 {n} → {m} 条，地方性 {k} → {o} 条",
                f"measures: {n} → {m} national, {k} → {o} local",
            ),
        )


def difference(old: AccessList, new: AccessList) -> Difference:
    """Compare two editions item by item: by code where both have it, else by title."""
    before, after = _grouped(old, new), _grouped(new, old)
    items = [ItemChange("added", (), tuple(after[k])) for k in after if k not in before]
    items += [ItemChange("removed", tuple(before[k]), ()) for k in before if k not in after]
    items += [
        ItemChange("changed", tuple(before[k]), tuple(after[k]))
        for k in after
        if k in before and _content(before[k]) != _content(after[k])
    ]
    local = sum(e.local for e in old.entries), sum(e.local for e in new.entries)
    national = len(old.entries) - local[0], len(new.entries) - local[1]
    return Difference(old.edition, new.edition, (len(before), len(after)), national, local, tuple(items))


def _grouped(listed: AccessList, other: AccessList) -> Mapping[str, list[Entry]]:
    shared = {e.code for e in other.entries if e.code}
    found: dict[str, list[Entry]] = {}
    for e in listed.entries:
        found.setdefault(e.code if e.code in shared else e.title, []).append(e)
    return found


def _content(entries: list[Entry]) -> set[tuple[str, str, str]]:
    return {(e.status, e.measure, e.authority) for e in entries}


def _measures(entries: tuple[Entry, ...]) -> str:
    return "；".join(dict.fromkeys(f"{e.measure}（{e.authority}）" if e.authority else e.measure for e in entries))


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
                    "national_item": i.national.title if i.national else "",
                    "nearest": i.nearest,
                    "reason": i.reason.in_(),
                    "article": Text("；", "; ").in_().join(str(c) for c in i.against),
                }
                for i in self.items
            ]
        )


def check_local(local: AccessList, national: AccessList) -> LocalCheck:
    """Flag each local item that has no national code or title behind it, or that is stricter than its national item.

    A local licence where the national item lists none is stricter; a measure worded otherwise is only pointed out.
    """
    measures: dict[str, set[str]] = {}
    for n in national.entries:
        measures.setdefault(n.title, set()).add(n.measure)
    licensed = {n.title for n in national.entries if n.local}
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
        elif e.local and behind.title not in licensed:
            against = (BEYOND_LIST, EQUAL_ENTRY)
            reason = Text(
                "全国清单的这一事项没有地方性许可措施", "the national list has no local licence under this item"
            )
        elif e.measure and e.measure not in measures[behind.title]:
            reason = Text(
                "可追溯到全国清单，措施表述不同，请核对是否增设条件",
                "goes back to the national list; the measure is worded otherwise: check that no condition is added",
            )
        items.append(LocalItem(e, behind, near, against, reason))
    notes = () if national.complete else (national.note,)
    return LocalCheck(tuple(items), notes)
