"""The sheets behind a synergy: every combination with what it adds to each strategy's share, and every pair."""

import numpy as np

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design.sharing.sheets import SHOWN, coalition_sheet
from yugong.design.sheet import Column, Sheet, calculate, col
from yugong.design.synergy.lattice import Numbers

NONE = Text("", "")
SIMULATED = Text(
    "模拟所得：该组合下全国实际收入的变动", "simulated: change of national real income under the combination"
)
Rows = tuple[tuple[str, Text], ...]


def synergy_sheets(
    strategies: Rows, change: Numbers, method: MethodCard, provenance: Provenance | None = None
) -> tuple[Sheet, ...]:
    """Return the pairs' sheet and, to six strategies, the combinations'; `change` (2ⁿ,) over no strategy, a fraction."""
    n = len(strategies)
    if n < 2:
        return ()
    first, second = np.triu_indices(n, 1)
    names = tuple(
        (f"{i}_{j}", Text(f"{a.zh} + {b.zh}", f"{a.en} + {b.en}"))
        for i, j in zip(first, second, strict=True)
        for a, b in [(strategies[i][1], strategies[j][1])]
    )
    columns = (
        *(
            Column(id_, title, NONE, change[bits], certainty="solved", source=SIMULATED)
            for id_, title, bits in (
                ("both", Text("两项同时", "both"), 2**first + 2**second),
                ("first", Text("只有前一项", "the first alone"), 2**first),
                ("second", Text("只有后一项", "the second alone"), 2**second),
                ("neither", Text("都没有", "neither"), 0 * first),
            )
        ),
        Column("synergy", Text("协同效应", "synergy"), NONE, amount=True,
               formula=col("both") - col("first") - col("second") + col("neither")),
    )  # fmt: skip
    title = Text("两两协同", "Synergy of pairs")
    pairs = calculate(
        "synergy_pairs", title, names, (), columns, method, row_title=Text("两项战略", "Two strategies"),
        provenance=provenance,
    )  # fmt: skip
    if n > SHOWN:
        return (pairs,)
    return pairs, coalition_sheet(strategies, change, NONE, method, SIMULATED)
