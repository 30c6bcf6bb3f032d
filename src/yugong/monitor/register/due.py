"""What is overdue, what expires soon, and what money is outstanding."""

from datetime import date, timedelta

import pandas as pd

from yugong.monitor.register.load import Register
from yugong.monitor.register.states import FINAL

ENDING = {"completed", "terminated", "closed", "resolved"}
MATTERS = ("milestone", "payment", "term", "expiring")
COLUMNS = ("matter", "item", "title", "what", "due_date", "days_late", "outstanding")


def due(register: Register, on: str, within: int = 90) -> pd.DataFrame:
    """Return everything late or ending soon on a day (ISO), most overdue first.

    matter: milestone (not done), payment (settled, or agreed, less paid), term (past its end and not closed), expiring
    (its end comes within `within` days). days_late: how long it is overdue, negative where it is still ahead. Milestones and
    payments of items that are completed or terminated are still listed.
    """
    day = date.fromisoformat(on)
    horizon = (day + timedelta(days=within)).isoformat()
    titles = dict(zip(register.items["item"], register.items["title"], strict=True))
    rows: list[tuple[str, str, str, str, str, int, float]] = []

    def add(matter: str, item: str, what: str, at: str, amount: float = float("nan")) -> None:
        rows.append((matter, item, titles[item], what, at, (day - date.fromisoformat(at)).days, amount))

    m = register.milestones
    late = m[m["done"].isna() & (m["due"] <= horizon)] if len(m) else m
    for item, name, at in zip(late["item"], late["milestone"], late["due"], strict=True):
        add("milestone", item, name, at)
    p = register.money
    if len(p):
        owed = p["settled"].where(p["settled"].notna(), p["agreed"]) - p["paid"].fillna(0.0)
        open_ = p[owed.gt(0) & p["due"].notna()].assign(owed=owed)
        open_ = open_[open_["due"] <= horizon]
        for item, payer, payee, at, left in zip(
            open_["item"], open_["payer"], open_["payee"], open_["due"], open_["owed"], strict=True
        ):
            add("payment", item, f"{payer}→{payee}", at, float(left))
    f = register.items
    ends = f[f["end"].notna() & f["item"].map(lambda i: register.states[i] not in FINAL | ENDING)]
    for item, at in zip(ends["item"], ends["end"], strict=True):
        if at < on:
            add("term", item, "", at)
        elif at <= horizon:
            add("expiring", item, "", at)
    return (
        pd.DataFrame(rows, columns=list(COLUMNS))
        .sort_values("days_late", ascending=False, kind="stable")
        .reset_index(drop=True)
    )
