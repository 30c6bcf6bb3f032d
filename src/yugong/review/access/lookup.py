"""What the list says about an activity: prohibited, licensed, or free."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from yugong.base.text import Text
from yugong.review.access.entries import AccessList, Entry
from yugong.review.access.sections import Section, section
from yugong.review.statutes import Citation

if TYPE_CHECKING:
    import pandas as pd

Answer = Literal["prohibited", "licence", "free", "not_in_hand"]
ANSWERS: dict[Answer, Text] = {
    "prohibited": Text("禁止准入", "prohibited"),
    "licence": Text("许可准入", "licence needed"),
    "free": Text("非禁即入：清单未列", "free: not on the list"),
    "not_in_hand": Text("手头的清单不完整，未见不等于可以", "not seen, and the list at hand is not complete"),
}
EQUAL_ENTRY = Citation(Text("优化营商环境条例", "Regulation on Improving the Business Environment"), 20)


@dataclass(frozen=True, slots=True)
class Lookup:
    """The answer to one question, the entries it rests on, and their edition."""

    asked: str
    answer: Answer
    entries: tuple[Entry, ...]
    section: Section | None
    edition: str
    notes: tuple[Text, ...]

    def table(self) -> "pd.DataFrame":
        """Return the entries found, tidy; one row that says so where there is none."""
        import pandas as pd

        rows = [
            {
                "asked": self.asked,
                "answer": ANSWERS[e.status].in_(),
                "number": e.number,
                "title": e.title,
                "code": e.code,
                "measure": e.measure,
                "authority": e.authority,
            }
            for e in self.entries
        ]
        return pd.DataFrame(rows or [{"asked": self.asked, "answer": ANSWERS[self.answer].in_()}])


def look_up(asked: str, listed: AccessList) -> Lookup:
    """Look up a GB/T 4754 code (C, 16, C1610) or words of an activity.

    A code finds the entries of its industry where the list names codes, else all of its section; words find entries
    whose title or measure holds them all. Nothing found: free, if the list is complete.
    """
    notes = [listed.note]
    named: Section | None = None
    if re.fullmatch(r"[A-Ta-t]?\d{0,4}", asked.strip()) and asked.strip():
        named = section(asked)
        digits = re.sub(r"\D", "", asked)
        coded = [e for e in listed.entries if e.industry and digits and _same(digits, e.industry)]
        found = coded or [e for e in listed.entries if e.section == named.letter]
        if found and not coded and digits:
            notes.append(
                Text(
                    f"清单未逐条注明行业代码：列出{named.title.zh}门类的全部事项，请对照措施描述",
                    f"the list names no codes: all items of section {named.letter} ({named.title.en}) are shown; read the measures",
                )
            )
    else:
        words = [w for w in re.split(r"[\s,，、]+", asked) if w]
        found = [e for e in listed.entries if words and all(w in f"{e.title} {e.measure}" for w in words)]
    answer: Answer
    if any(e.status == "prohibited" for e in found):
        answer = "prohibited"
    elif found:
        answer = "licence"
    elif listed.complete:
        answer = "free"
        notes.append(Text(f"依据：{EQUAL_ENTRY.text().zh}", f"grounds: {EQUAL_ENTRY.text().en}"))
    else:
        answer = "not_in_hand"
    return Lookup(asked, answer, tuple(found), named, listed.edition, tuple(notes))


def _same(asked: str, codes: str) -> bool:
    """Tell whether one of the listed codes lies within the one asked, or the other way about."""
    listed = re.findall(r"\d{2,4}", codes)
    return any(c.startswith(asked) or asked.startswith(c) for c in listed)
