"""The sheets behind a shared gain: each player's part with its transfer, and the coalitions behind Shapley values."""

from math import factorial

import numpy as np

from yugong.base.cards import MethodCard
from yugong.base.text import Text
from yugong.design.sheet import Balance, Column, Expression, Parameter, Sheet, calculate, col, maximum, par, total
from yugong.design.sheet.expression import Values
from yugong.design.synergy.lattice import Numbers, subsets

NONE = Text("", "")
Rows = tuple[tuple[str, Text], ...]
SHOWN = 6  # players up to which every coalition is shown: 63 rows
SOLVED = Text("由联盟值求解", "solved from the worths of coalitions")
TITLE = {"weight": Text("权重", "weight"), "sacrifice": Text("牺牲", "sacrifice")}


def coalition_sheet(rows: Rows, worth: Numbers, unit: Text, method: MethodCard, source: Text) -> Sheet:
    """Return every coalition with its worth and what it adds to each player's Shapley value; columns sum to the values.

    A player's value is linear in the worths: + (s−1)!(n−s)!/n! v(S) for coalitions it is in, − s!(n−s−1)!/n! v(S) for
    those it is not.
    """
    n = len(rows)
    inside = subsets(n)[1:]
    size = inside.sum(axis=1)
    names = tuple(
        (str(k), Text("+".join(r[1].zh for r, m in zip(rows, s, strict=True) if m),
                      " + ".join(r[1].en for r, m in zip(rows, s, strict=True) if m)))
        for k, s in enumerate(inside, 1)
    )  # fmt: skip
    joining = np.array([factorial(s - 1) * factorial(n - s) / factorial(n) for s in size])
    staying = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) if s < n else 0.0 for s in size])
    columns = [Column("worth", Text("联盟值", "worth"), unit, worth[1:], source=source)]
    for i, (_, name) in enumerate(rows):
        weights = np.where(inside[:, i], joining, -staying)
        columns += [
            Column(f"k_{i}", Text(f"{name.zh}系数", f"coefficient, {name.en}"), NONE, weights,
                   source=Text("按联盟人数", "by the size of the coalition")),
            Column(f"part_{i}", Text(f"{name.zh}份额", f"part of {name.en}"), unit,
                   formula=col("worth") * col(f"k_{i}"), amount=True),
        ]  # fmt: skip
    parts = [total(f"part_{i}") for i in range(n)]
    whole = sum(parts[1:], parts[0])
    grand = Parameter("grand", Text("全体合作", "worth of all"), float(worth[-1]), unit, "", source)
    balance = Balance(
        "efficient", Text("沙普利值合计 = 全体合作", "Shapley values = worth of all"), whole, par("grand"), unit
    )
    title = Text("各联盟与沙普利值", "Coalitions and Shapley values")
    return calculate(
        "coalitions", title, names, (grand,), tuple(columns), method, (balance,), Text("联盟", "Coalition")
    )


def part_sheet(
    rows: Rows,
    grand: float,
    alone: Values,
    unit: Text,
    method: MethodCard,
    source: Text,
    solved: Values | None = None,
    given: tuple[str, Values, Text] | None = None,
    own: Values | None = None,
    notes: tuple[Text, ...] = (),
) -> Sheet:
    """Return each player's part of the worth of all, one row a player, with the transfer that brings it about.

    solved: the parts, solved outside the sheet (Shapley, nucleolus, Talmud); else the rule of `method` is a formula:
    nash, proportional or sacrifice, from `given` weights or sacrifices (kind, values, source). own: what each gains by
    itself when all cooperate; the transfer is part − own. Parts always sum to the worth of all.
    """
    columns = [Column("alone", Text("单独所得", "alone"), unit, alone, source=source)]
    if given is not None:
        kind, values, where_from = given
        columns.append(
            Column(kind, TITLE[kind], unit if kind == "sacrifice" else NONE, values, certainty="user", source=where_from)
        )  # fmt: skip
    part: Expression | None = None
    if solved is None:
        part = _formula(method.options["rule"])
    columns.append(
        Column("part", Text("应得", "part"), unit, solved, part, "" if solved is None else "solved",
               NONE if solved is None else SOLVED, amount=True)
    )  # fmt: skip
    columns.append(Column("gain", Text("比单独多得", "more than alone"), unit, formula=col("part") - col("alone")))
    balances = [
        Balance("efficient", Text("应得合计 = 全体合作", "parts = worth of all"), total("part"), par("grand"), unit)
    ]
    if own is not None:
        columns += [
            Column("own", Text("合作时自得", "own gain when all cooperate"), unit, own, source=source),
            Column("transfer", Text("净得转移（负为付出）", "net transfer (negative: pays)"), unit, amount=True,
                   formula=col("part") - col("own")),
            Column("received", Text("收到", "received"), unit, formula=maximum(col("transfer"), 0)),
            Column("paid", Text("付出", "paid"), unit, formula=maximum(-1 * col("transfer"), 0)),
        ]  # fmt: skip
        balances.append(Balance("paid", Text("收到 = 付出", "received = paid"), total("received"), total("paid"), unit))
    parameter = Parameter("grand", Text("全体合作", "worth of all"), grand, unit, "", source)
    return calculate("sharing", method.title, rows, (parameter,), tuple(columns), method, tuple(balances), notes=notes)


def _formula(rule: str) -> Expression:
    """The parts as a formula of the sheet."""
    if rule == "nash":
        return col("alone") + col("weight") / total("weight") * (par("grand") - total("alone"))
    if rule == "proportional":
        return par("grand") * col("weight") / total("weight")
    return col("sacrifice") + (par("grand") - total("sacrifice")) * col("sacrifice") / total("sacrifice")
