"""The same pot under different rules on a study, and what each redistributes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design._common import NONE
from yugong.design._transfer_inputs import FORM, prepare
from yugong.design._transfer_rules import BESIDE, RULES, basis_of, pot_of, sheet_of
from yugong.design.sheet import Sheet
from yugong.design.transfers.inputs import Revenue, Settings
from yugong.design.transfers.redistribution import Redistribution
from yugong.design.transfers.redistribution import redistribution as measured
from yugong.design.transfers.sources import ATKINSON, REYNOLDS
from yugong.design.transfers.standard import MONEY
from yugong.study.form import Form

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.model import Study

Values = np.ndarray[Any, np.dtype[np.float64]]
FORMS: Mapping[str, tuple[Form, ...]] = {"transfer_alternatives": (FORM,), "redistribution": (FORM,)}


@dataclass(frozen=True, slots=True, eq=False)
class Alternatives:
    """The same pot under R rules, N regions; `amounts` is (N,R), `paid` among the rules where the pot is what was paid."""

    rows: tuple[tuple[str, Text], ...]
    rules: tuple[str, ...]
    amounts: Values
    sheets: tuple[Sheet, ...]
    method: MethodCard
    notes: tuple[Text, ...]
    provenance: Provenance | None = None

    def table(self) -> "pd.DataFrame":
        """Return one row a region, a column a rule."""
        import pandas as pd

        frame = pd.DataFrame({"place": [label for label, _ in self.rows]})
        for k, rule in enumerate(self.rules):
            frame[rule] = self.amounts[:, k]
        frame.attrs["titles"] = {"place": (Text("地区", "Region"), NONE)} | {r: (RULES[r], MONEY) for r in self.rules}
        frame.attrs["labels"] = dict(self.rows)
        return frame


def transfer_alternatives(
    study: "Study",
    year: int | None = None,
    pot: float | None = None,
    weight_difficulty: float = 0.1,
    revenue: Revenue = "capacity",
    equity_floor: float | None = None,
    potential: str = "grp_index",
    file: str | None = None,
) -> Alternatives:
    """Share the same pot by the equalisation formula, by gaps, per head, and by needs and potential; beside what was paid.

    needs_potential: every region's standard revenue is lifted to `equity_floor` of its standard expenditure (nine
    tenths of the highest level the pot allows, unless given), the rest goes where `potential` is highest, up to the
    whole gap. With a pot of your own, what was paid is scaled to it.
    """
    p = prepare(study, year, file)
    money = pot_of(p, pot)
    provenance = study.provenance(p.used, year=p.year, pot=f"{money:g}", potential=potential, file=file)
    settings = Settings(money, basis_of(p, pot), None, weight_difficulty, revenue=revenue)
    found = {
        rule: sheet_of(study, p, rule, money, settings, equity_floor, potential, provenance)
        for rule in RULES
        if rule != "paid"
    }
    paid: Values = np.asarray(p.paid, dtype=np.float64) * (money / float(p.paid.sum()))
    amounts = np.column_stack([paid, *(s.column("transfer") for s in found.values())])
    card = MethodCard(
        "transfer-alternatives", Text("同一总额的不同分法", "The same pot under different rules"), r"\sum_iT_i^{(r)}=P",
        Text("各种分法用同一总额、同一套标准收入与标准支出", "every rule shares the same pot and uses the same standard revenue and expenditure"),
        citations=tuple(dict.fromkeys(c for s in found.values() for c in s.method.citations)),
    )  # fmt: skip
    notes = (
        *next(iter(found.values())).notes, *found["needs_potential"].notes[:1], BESIDE,
        *(_beside(rule, s.column("transfer"), paid) for rule, s in found.items()),
    )  # fmt: skip
    return Alternatives(
        p.inputs.rows, ("paid", *found), amounts, tuple(found.values()), card, tuple(dict.fromkeys(notes)), provenance
    )


def _beside(rule: str, amounts: Values, paid: Values) -> Text:
    """Who gets more and who less under a rule than was paid."""
    more, less = int((amounts > paid).sum()), int((amounts < paid).sum())
    name = RULES[rule]
    return Text(
        f"{name.zh}：与实际下达相比，{more} 地多，{less} 地少",
        f"{name.en}: beside what was paid, {more} regions get more, {less} less",
    )


@dataclass(frozen=True, slots=True, eq=False)
class Redistributions:
    """What R allocations of one pot do to regions' resources per unit of need."""

    rows: tuple[tuple[str, Text], ...]
    rules: tuple[str, ...]
    found: tuple[Redistribution, ...]
    method: MethodCard
    notes: tuple[Text, ...]
    provenance: Provenance | None = None

    def table(self) -> "pd.DataFrame":
        """Return one row a rule: inequality before and after, its parts, leakage, coverage and rank reversals."""
        import pandas as pd

        columns = ("gini_before", "gini_after", "reynolds_smolensky", "reranking", "cv_before", "cv_after", "leakage",
                   "under_coverage", "excluded")  # fmt: skip
        frame = pd.DataFrame({"rule": list(self.rules)})
        for name in columns:
            frame[name] = [float(getattr(m, name)) for m in self.found]
        frame["rank_reversals"] = [len(m.reversals) for m in self.found]
        frame.attrs["titles"] = _MEASURES
        frame.attrs["labels"] = dict(RULES)
        return frame

    def reversals(self, rule: str) -> tuple[tuple[Text, Text], ...]:
        """Return the pairs of regions whose order a rule turns round: who stood above before, and below whom after."""
        found = self.found[self.rules.index(rule)]
        return tuple((self.rows[i][1], self.rows[j][1]) for i, j in found.reversals)


_MEASURES = {
    "rule": (Text("分法", "Rule"), NONE),
    "gini_before": (Text("转移前基尼系数", "Gini before"), NONE),
    "gini_after": (Text("转移后基尼系数", "Gini after"), NONE),
    "reynolds_smolensky": (Text("再分配效应（RS）", "Reynolds–Smolensky"), NONE),
    "reranking": (Text("再排序效应", "reranking"), NONE),
    "cv_before": (Text("转移前变异系数", "CV before"), NONE),
    "cv_after": (Text("转移后变异系数", "CV after"), NONE),
    "leakage": (Text("漏出率", "leakage"), NONE),
    "under_coverage": (Text("缺口未补率", "under-coverage"), NONE),
    "excluded": (Text("有缺口而无转移的比例", "left out with a gap"), NONE),
    "rank_reversals": (Text("位次颠倒对数", "rank reversals"), NONE),
}


def redistribution(
    study: "Study",
    year: int | None = None,
    pot: float | None = None,
    weight_difficulty: float = 0.1,
    revenue: Revenue = "capacity",
    weighted_by: Literal["need", "head"] = "need",
    equity_floor: float | None = None,
    potential: str = "grp_index",
    file: str | None = None,
) -> Redistributions:
    """Measure what each way of sharing the pot does to regions' resources: standard revenue plus transfers.

    weighted_by need: resources over standard expenditure, weighted by it; head: over population. leakage: money beyond a
    recipient's standard gap; under_coverage: the part of the gaps left open.
    """
    p = prepare(study, year, file)
    shared = transfer_alternatives(study, p.year, pot, weight_difficulty, revenue, equity_floor, potential, file)
    formula = next(s for s in shared.sheets if s.id == "transfers")
    own, need = formula.column("standard_revenue"), formula.column("standard_expenditure")
    weights = need if weighted_by == "need" else formula.column("population")
    found = tuple(measured(own, shared.amounts[:, k], weights, need - own) for k in range(len(shared.rules)))
    card = MethodCard(
        "redistribution", Text("转移支付的再分配效应", "What transfers redistribute"),
        r"G_0-G_1=\underbrace{(G_0-C_1)}_{RS}-\underbrace{(G_1-C_1)}_{\text{reranking}}",
        Text(
            "C 按转移前位次排序；资源为标准收入加转移支付，除以" + ("标准支出" if weighted_by == "need" else "人口") + "并以其加权",
            "C ranks by resources before; resources are standard revenue plus transfers, per unit of "
            + ("standard expenditure" if weighted_by == "need" else "population") + ", weighted by it",
        ),
        Text("标准收支缺口小于零按零计", "gaps below zero count as zero"),
        (REYNOLDS, ATKINSON),
        {"weighted_by": weighted_by},
    )  # fmt: skip
    return Redistributions(shared.rows, shared.rules, found, card, shared.notes, shared.provenance)
