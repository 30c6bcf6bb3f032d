"""Pairing on a study: who helps whom and with how much, beside the pairs in force; transfusion or blood-making."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from yugong import registry
from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance, selected
from yugong.base.text import Text
from yugong.design._common import Trace, origin, rows_of, traced
from yugong.design._desk_inputs import above_zero, by_place, fractions, user_file
from yugong.design.pairing import (
    Pairing,
    best_givers,
    blocking_amounts,
    one_to_one,
    paired,
    stable_amounts,
    transport,
)
from yugong.design.pairing.assign import Allowed, Numbers
from yugong.design.pairing.sheets import Assumed, Given, pair_sheets
from yugong.design.pairing.sources import PAIRING_CARD, TRANSFUSION_CARD
from yugong.design.sheet import Sheet
from yugong.study.form import Field, Form

if TYPE_CHECKING:
    from yugong.study.model import Study

Rule = Literal["fair", "stable", "one_to_one"]
View = Literal["pairs", "comparison"]
RULES = {
    "fair": Text("公平方案", "Fair plan"),
    "stable": Text("稳定方案", "Stable plan"),
    "one_to_one": Text("一对一指派", "One to one"),
    "present": Text("只用现行结对的最优安排", "The best of the pairs in force"),
}
MONEY = Text("亿元", "100 million yuan")
PAIRING_FORM = Form(
    "pairing",
    Text("能力与需求", "Capacities and needs"),
    (
        Field("place", Text("地区", "Region"), "place"),
        Field("capacity", Text("可出资", "Can give"), "number", MONEY, required=False, low=0),
        Field("need", Text("需求", "Needs"), "number", MONEY, required=False, low=0),
    ),
    Text(
        "每个地区一行；出资方填可出资，受援方填需求",
        "one row a region: givers fill in what they can give, receivers what they need",
    ),
    one_row_a_place=True,
)
FORMS: Mapping[str, tuple[Form, ...]] = {"pairing": (PAIRING_FORM,)}
GIVEN = Text(
    "可出资 = 一般公共预算收入 × 出资比例（giving_rate）；需求按人均收入低于全国水平的缺口乘人口分摊同一总额；均为情景假设，不是核定数",
    "capacity = `giving_rate` of budget revenue; needs share the same total by people times the shortfall of income per "
    "head below the national mean; both are assumptions, not assessed amounts",
)


@dataclass(frozen=True, slots=True, eq=False)
class PairingPlan:
    """Amounts from givers (M) to receivers (N) with their fit, beside the other rules and the pairs in force.

    `compared` holds, for the same capacities and needs, each rule's amounts and the best that the pairs in force allow.
    """

    givers: tuple[str, ...]
    receivers: tuple[str, ...]
    rule: Rule
    compared: Mapping[str, Pairing]
    blocked: Mapping[str, int]  # pairs that would both rather have more of each other
    fit: Numbers
    present: np.ndarray[Any, np.dtype[np.bool_]]  # (M, N) a pair in force
    view: View
    method: MethodCard
    notes: tuple[Text, ...]
    sheets: tuple[Sheet, ...]  # of givers, of receivers
    provenance: Provenance | None = None

    @property
    def plan(self) -> Pairing:
        """The amounts of the rule asked for."""
        return self.compared[self.rule]

    def table(self) -> pd.DataFrame:
        """Return one row a pair that is planned or in force, or (view="comparison") one row a rule."""
        return self._comparison() if self.view == "comparison" else self._pairs()

    def _pairs(self) -> pd.DataFrame:
        need = np.divide(
            self.plan.amount.sum(0), self.plan.met, where=self.plan.met > 0, out=np.full(len(self.receivers), np.nan)
        )
        rows = [
            (self.givers[i], self.receivers[j], amount, amount / need[j], self.fit[i, j], bool(self.present[i, j]))
            for (i, j), amount in np.ndenumerate(self.plan.amount)
            if amount > 1e-6 or self.present[i, j]
        ]
        columns = ["giver", "receiver", "amount_paired", "share_of_need", "fit", "in_force"]
        frame = pd.DataFrame(rows, columns=columns)
        return frame.sort_values(["receiver", "amount_paired"], ascending=[True, False], ignore_index=True)

    def _comparison(self) -> pd.DataFrame:
        rows = [
            (
                RULES[id_].in_(),
                p.amount.sum(),
                (p.amount > 1e-6).sum(),
                p.met.min(),
                p.met.max(),
                p.fit,
                self.blocked[id_],
            )
            for id_, p in self.compared.items()
        ]
        columns = ["pairing_rule", "amount_paired", "pair_count", "least_met", "most_met", "fit", "blocking"]
        return pd.DataFrame(rows, columns=columns)


def pairing(
    study: "Study",
    programme: str | None = "east_west",
    on: str | None = None,
    giving_rate: float = 0.01,
    year: int | None = None,
    complement: float = 0.5,
    most_givers: int | None = None,
    rule: Rule = "fair",
    view: View = "pairs",
    trace: str | None = None,
    file: str | None = None,
) -> PairingPlan | Trace:
    """Return who should help whom and with how much, beside the pairs in force of one programme.

    Givers and receivers are those of the registry's pairs of `programme` on a date (places inside a province count as the
    province), or come with capacities and needs from `file`. Fit = `complement` × industrial complementarity
    + (1 − complement) × nearness, each as a percentile. rule: fair (the worst-served receiver comes first, then fit),
    stable (no giver and receiver would both rather have more of each other), one_to_one (assignment). `most_givers` leaves
    each receiver only its best-fitting givers. view="comparison" sets the rules beside the best that the pairs in
    force allow. `trace`: a giver or a receiver, whose amount is then explained. InputError when there are no pairs or
    figures.
    """
    above_zero(giving_rate=giving_rate, most_givers=most_givers)
    fractions(complement=complement)
    pairs = [p for p in registry.pairs(programme, on=on) if p.giver is not None]
    known = {(str(p.giver.code), _home(study, p.receiver.code)) for p in pairs if p.giver is not None}
    known = {(g, r) for g, r in known if g in study.places and r in study.places and g != r}
    if file is not None:
        frame = by_place(file, PAIRING_FORM, study)
        capacity, need = (frame[c].astype(float).dropna() for c in ("capacity", "need"))
        capacity, need = capacity[capacity > 0], need[need > 0]
        provenance, basis = None, None
    else:
        capacity, need, provenance, basis = _assumed(study, known, giving_rate, year)
    if not len(capacity) or not len(need):
        what = Text("没有出资方或受援方", "there are no givers or no receivers")
        raise InputError(
            [Problem(what, Text("换一个结对项目，或用 --file 给出", "choose another programme, or give a file"))]
        )
    givers, receivers = list(capacity.index), list(need.index)
    fit, missing = _fit(study, givers, receivers, complement)
    present = np.array([[(g, r) in known for r in receivers] for g in givers])
    money, wanted = np.asarray(capacity, np.float64), np.asarray(need, np.float64)
    apart = np.array([[g != r for r in receivers] for g in givers])  # nobody helps itself
    compared, blocked = _compared(fit, money, wanted, best_givers(fit, most_givers) & apart, present)
    behind = pair_sheets(
        rows_of(study, givers), rows_of(study, receivers), compared[rule].amount,
        basis or Given(money, wanted, user_file(str(file))), PAIRING_CARD, rule, provenance,
    )  # fmt: skip
    if trace is not None:
        gives = study.place(trace) in givers
        return traced(behind[0], study, trace, "left") if gives else traced(behind[1], study, trace, "met")
    provenance = selected(
        provenance, programme=programme, on=on, rule=rule, complement=complement, most_givers=most_givers, file=file
    )
    notes = (*(() if file is not None else (GIVEN,)), *_beside(compared, blocked, rule), *missing)
    return PairingPlan(
        tuple(givers), tuple(receivers), rule, compared, blocked, fit, present, view, PAIRING_CARD, notes, behind, provenance
    )  # fmt: skip


def _compared(
    fit: Numbers, capacity: Numbers, need: Numbers, able: Allowed, present: Allowed
) -> tuple[dict[str, Pairing], dict[str, int]]:
    """Every rule's amounts for the same capacities and needs, then the best of the pairs in force; and who objects."""
    single = np.zeros_like(fit)
    for i, j in enumerate(one_to_one(np.where(able, fit, -1.0))):
        if j >= 0 and able[i, j]:
            single[i, j] = min(capacity[i], need[j])
    found = {
        "fair": transport(fit, capacity, need, able),
        "stable": paired(fit, need, stable_amounts(fit, fit, capacity, need, able)),
        "one_to_one": paired(fit, need, single),
    }
    if present.any():
        found["present"] = transport(fit, capacity, need, present)
    return found, {k: len(blocking_amounts(p.amount, fit, fit, capacity, need, able)) for k, p in found.items()}


def _home(study: "Study", code: str) -> str:
    return code if code in study.places else code[:2] + "0000"


def _assumed(
    study: "Study", known: set[tuple[str, str]], rate: float, year: int | None
) -> tuple["pd.Series[float]", "pd.Series[float]", Provenance, Assumed]:
    """Capacities from budget revenue, needs from the shortfall of income, of the same total; and what they rest on."""
    revenue, income, people = (study.panel(v) for v in ("budget_revenue", "income_per_head", "population"))
    full = [y for y in study.years if all(p[y].notna().all() for p in (revenue, income, people))]
    if year is None and not full:
        raise InputError([Problem(Text("没有哪一年三项数据齐全", "no year has all three figures"))])
    when = full[-1] if year is None else year
    givers = sorted({g for g, _ in known})
    receivers = sorted({r for _, r in known})
    capacity = rate * revenue.loc[givers, when]
    mean = float((income[when] * people[when]).sum() / people[when].sum())
    shortfall = (mean - income.loc[receivers, when]).clip(lower=0.0) * people.loc[receivers, when]
    shortfall = shortfall[shortfall > 0]
    need = shortfall / shortfall.sum() * capacity.sum()
    source = study.provenance(("budget_revenue", "income_per_head", "population"), year=when, rate=rate)
    on = list(need.index)
    basis = Assumed(
        rate, revenue.loc[givers, when].to_numpy(float), income.loc[on, when].to_numpy(float),
        people.loc[on, when].to_numpy(float), mean,
        (origin(study, "budget_revenue", when), origin(study, "income_per_head", when), origin(study, "population", when)),
    )  # fmt: skip
    return capacity, need, source, basis


def _fit(
    study: "Study", givers: list[str], receivers: list[str], weight: float
) -> tuple[np.ndarray[Any, np.dtype[np.float64]], tuple[Text, ...]]:
    """Percentiles of complementarity and of nearness, weighted; what a study lacks is left out and said."""
    parts: list[tuple[float, np.ndarray[Any, np.dtype[np.float64]]]] = []
    notes: list[Text] = []
    if {"gross_output", "national_io"} <= set(study.tables):
        found = study.diagnose.complementarity()
        table = pd.DataFrame(found.matrix, index=list(found.places), columns=list(found.places))
        parts.append((weight, table.reindex(index=givers, columns=receivers).to_numpy(float)))
    else:
        notes.append(
            Text("没有投入产出表，匹配度不含产业互补性", "no input–output tables: fit leaves out complementarity")
        )
    if "rail_distance" in study.flows:
        km = study.flow("rail_distance").matrix().reindex(index=givers, columns=receivers).to_numpy(float)
        parts.append((1 - weight, -km))
    else:
        notes.append(Text("没有距离，匹配度不含邻近性", "no distances: fit leaves out nearness"))
    total = np.zeros((len(givers), len(receivers)))
    for share, values in parts:
        ranked = pd.Series(values.ravel()).rank(pct=True).fillna(0.0).to_numpy().reshape(values.shape)
        total += share * ranked
    return total, tuple(notes)


def _beside(compared: Mapping[str, Pairing], blocked: Mapping[str, int], rule: str) -> list[Text]:
    """The plan, then the pairs in force with the same money: how fair, how fitting, how stable."""
    said = []
    for id_ in (rule, "present"):
        if id_ not in compared:
            continue
        p, name = compared[id_], RULES[id_]
        said.append(
            Text(
                f"{name.zh}：共 {p.amount.sum():,.1f} 亿元，需求满足率 {p.met.min():.1%}～{p.met.max():.1%}，"
                f"按金额加权的匹配度 {p.fit:.2f}；{blocked[id_]} 对支援方与受援方都更愿意多给对方",
                f"{name.en}: {p.amount.sum() / 10:,.2f} billion yuan in all, share of need met {p.met.min():.1%} to "
                f"{p.met.max():.1%}, fit weighted by amounts {p.fit:.2f}; {blocked[id_]} givers and receivers would both rather "
                "have more of each other",
            )
        )
    return said


@dataclass(frozen=True, slots=True, eq=False)
class Transfusion:
    """What one amount does as a transfer, as public investment and as a capital grant."""

    frame: pd.DataFrame
    method: MethodCard
    notes: tuple[Text, ...]
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row an instrument: real income of receivers and nation, per yuan."""
        return self.frame


INSTRUMENTS = {
    "household_transfer": Text("对居民的转移（输血）", "transfer to households (transfusion)"),
    "government_transfer": Text("对地方政府的转移", "transfer to local governments"),
    "public_investment": Text("公共投资（造血）", "public investment (blood-making)"),
    "capital_grant": Text("资本补助（造血）", "capital grant (blood-making)"),
}


def transfusion(
    study: "Study",
    receivers: Sequence[str] = ("west",),
    payers: Sequence[str] = ("east",),
    outlay: float = 1000.0,
    detail: Literal["three", "eight"] = "three",
) -> Transfusion:
    """Return what one outlay (100 million yuan) from payers to receivers does under each instrument.

    `receivers` and `payers` are places or groups. Real income is base-year income times the real change, of people
    who live in the receivers, and of the nation; per yuan of the outlay. Long-run equilibrium; modelled.
    """
    from yugong.simulate import Scenario, Setting, resolve, solve
    from yugong.simulate.running import base_year

    above_zero(outlay=outlay)
    base = base_year(study, None, detail, None)
    e = base.economy
    inside: set[str] = set()
    plates = study.grouping("plates")
    for name in receivers:
        inside |= set(plates.index[plates == name]) if name in set(plates) else {study.place(name)}
    at = np.array([r in inside for r in e.regions])
    rows = []
    for lever, title in INSTRUMENTS.items():
        scenario = Scenario(lever, settings=(Setting(lever, outlay, place=tuple(receivers)),), payers=tuple(payers))
        result = solve(e, resolve(scenario, base), raise_on_failure=True)
        income = e.accounts.household + e.accounts.government
        people = np.asarray(result["population"]) / np.asarray(result.base["population"])
        real = np.asarray(result["real_income"]) / np.asarray(result.base["real_income"])
        gain = income * (real * np.where(e.nation, people, 1.0) - 1)
        per_head = float((income * (real - 1))[at].sum())
        rows.append(
            (
                title.in_(),
                per_head / outlay,
                float(gain[at].sum()) / outlay,
                float(result.welfare) * float(income[e.nation].sum()) / outlay,
            )
        )
    frame = pd.DataFrame(rows, columns=["instrument", "per_yuan_residents", "per_yuan_region", "per_yuan_nation"])
    note = Text(
        "长期均衡的比较静态，不含建设期与项目质量；“每元”为年收入变化与年投入之比",
        "comparative statics of the long run, without building time or quality of projects; per yuan = yearly change "
        "of income over yearly outlay",
    )
    return Transfusion(frame, TRANSFUSION_CARD, (note, base.label), base.provenance)
