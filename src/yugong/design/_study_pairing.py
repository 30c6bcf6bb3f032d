"""Pairing on a study: who helps whom and with how much, beside the pairs in force; transfusion or blood-making."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from yugong import registry
from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design._common import Trace, origin, rows_of, traced
from yugong.design._desk_inputs import user_file
from yugong.design.pairing import Pairing, blocking_pairs, stable, transport
from yugong.design.pairing.sheets import Assumed, Given, pair_sheets
from yugong.design.pairing.sources import PAIRING_CARD, TRANSFUSION_CARD
from yugong.design.sheet import Sheet
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

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
    "可出资 = 一般公共预算收入的 rate；需求按人均收入低于全国水平的缺口乘人口分摊同一总额；均为情景假设，不是核定数",
    "capacity = `rate` of budget revenue; needs share the same total by people times the shortfall of income per "
    "head below the national mean; both are assumptions, not assessed amounts",
)


@dataclass(frozen=True, slots=True, eq=False)
class PairingPlan:
    """Amounts from givers (M) to receivers (N) with their fit, and the same figures for the pairs in force."""

    givers: tuple[str, ...]
    receivers: tuple[str, ...]
    plan: Pairing
    fit: np.ndarray[Any, np.dtype[np.float64]]
    present: np.ndarray[Any, np.dtype[np.bool_]]  # (M, N) a pair in force
    method: MethodCard
    notes: tuple[Text, ...]
    sheets: tuple[Sheet, ...]  # of givers, of receivers
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a pair that is planned or in force: amount, share of the need, fit, whether in force."""
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


def pairing(
    study: "Study",
    kind: str | None = "east_west",
    on: str | None = None,
    rate: float = 0.01,
    year: int | None = None,
    complement: float = 0.5,
    most_givers: int | None = 2,
    trace: str | None = None,
    file: str | None = None,
) -> PairingPlan | Trace:
    """Return who should help whom and with how much, beside the pairs in force of one programme.

    Givers and receivers are those of the registry's pairs of `kind` on a date (places inside a province count as the
    province), or come with capacities and needs from `file`. Fit = `complement` × industrial complementarity
    + (1 − complement) × nearness, each as a percentile. The worst-served receiver comes first, then fit.
    `trace`: a giver or a receiver, whose amount is then explained. InputError when there are no pairs or figures.
    """
    pairs = [p for p in registry.pairs(kind, on=on) if p.giver is not None]
    known = {(str(p.giver.code), _home(study, p.receiver.code)) for p in pairs if p.giver is not None}
    known = {(g, r) for g, r in known if g in study.places and r in study.places and g != r}
    if file is not None:
        frame = read_form(file, PAIRING_FORM, study).set_index("place")
        capacity, need = (frame[c].astype(float).dropna() for c in ("capacity", "need"))
        capacity, need = capacity[capacity > 0], need[need > 0]
        provenance, basis = None, None
    else:
        capacity, need, provenance, basis = _assumed(study, known, rate, year)
    if not len(capacity) or not len(need):
        what = Text("没有出资方或受援方", "there are no givers or no receivers")
        raise InputError([Problem(what, Text("换一类结对，或用 --file 给出", "choose another kind, or give a file"))])
    givers, receivers = list(capacity.index), list(need.index)
    fit, missing = _fit(study, givers, receivers, complement)
    plan = transport(fit, capacity.to_numpy(), need.to_numpy(), most_givers)
    present = np.array([[(g, r) in known for r in receivers] for g in givers])
    behind = pair_sheets(
        rows_of(study, givers), rows_of(study, receivers), plan.amount,
        basis or Given(np.asarray(capacity, np.float64), np.asarray(need, np.float64), user_file(str(file))), PAIRING_CARD, provenance,
    )  # fmt: skip
    if trace is not None:
        gives = study.place(trace) in givers
        return traced(behind[0], study, trace, "left") if gives else traced(behind[1], study, trace, "met")
    said = [*(() if file is not None else (GIVEN,)), *_beside(fit, plan, present), *missing]
    return PairingPlan(
        tuple(givers), tuple(receivers), plan, fit, present, PAIRING_CARD, tuple(said), behind, provenance
    )


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


def _beside(fit: Any, plan: Pairing, present: Any) -> list[Text]:
    """The plan beside the pairs in force, and how stable the latter are."""
    said = [
        Text(
            f"需求满足率最低 {plan.level:.1%}；按金额加权的匹配度 {plan.fit:.2f}",
            f"the least share of need met is {plan.level:.1%}; fit weighted by amounts {plan.fit:.2f}",
        )
    ]
    if present.any():
        said.append(
            Text(
                f"现有 {int(present.sum())} 对的平均匹配度 {fit[present].mean():.2f}（全部可能的对 {fit.mean():.2f}）",
                f"the {int(present.sum())} pairs in force have a mean fit of {fit[present].mean():.2f} (all possible {fit.mean():.2f})",
            )
        )
        single = np.where(present.any(1), np.where(present, fit, -np.inf).argmax(1), -1)
        unique = np.array([j if j >= 0 and (single[:i] != j).all() else -1 for i, j in enumerate(single)])
        blocks = blocking_pairs(unique, fit, fit)
        best = blocking_pairs(stable(fit, fit), fit, fit)
        said.append(
            Text(
                f"稳定性（每个出资方只取最匹配的一对）：现有结对中有 {len(blocks)} 对支援方与受援方都更愿意改配给对方；稳定匹配中有 {len(best)} 对",
                f"stability, taking each giver's best pair: beside the pairs in force {len(blocks)} givers and receivers "
                f"would both rather have each other; beside the stable matching {len(best)}",
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
    amount: float = 1000.0,
    detail: Literal["three", "eight"] = "three",
) -> Transfusion:
    """Return what one amount (100 million yuan) from payers to receivers does under each instrument.

    `receivers` and `payers` are places or groups. Real income is base-year income times the real change, of people
    who live in the receivers, and of the nation; per yuan of the amount. Long-run equilibrium; modelled.
    """
    from yugong.simulate import Scenario, Setting, resolve, solve
    from yugong.simulate.running import base_year

    if not amount > 0:
        raise InputError([Problem(Text(f"金额 {amount:g} 应大于零", f"the amount {amount:g} must be above zero"))])
    base = base_year(study, None, detail, None)
    e = base.economy
    inside: set[str] = set()
    plates = study.grouping("plates")
    for name in receivers:
        inside |= set(plates.index[plates == name]) if name in set(plates) else {study.place(name)}
    at = np.array([r in inside for r in e.regions])
    rows = []
    for lever, title in INSTRUMENTS.items():
        scenario = Scenario(lever, settings=(Setting(lever, amount, place=tuple(receivers)),), payers=tuple(payers))
        result = solve(e, resolve(scenario, base), raise_on_failure=True)
        income = e.accounts.household + e.accounts.government
        people = np.asarray(result["population"]) / np.asarray(result.base["population"])
        real = np.asarray(result["real_income"]) / np.asarray(result.base["real_income"])
        gain = income * (real * np.where(e.nation, people, 1.0) - 1)
        per_head = float((income * (real - 1))[at].sum())
        rows.append(
            (
                title.in_(),
                per_head / amount,
                float(gain[at].sum()) / amount,
                float(result.welfare) * float(income[e.nation].sum()) / amount,
            )
        )
    frame = pd.DataFrame(rows, columns=["instrument", "per_yuan_residents", "per_yuan_region", "per_yuan_nation"])
    note = Text(
        "长期均衡的比较静态，不含建设期与项目质量；“每元”为年收入变化与年投入之比",
        "comparative statics of the long run, without building time or quality of projects; per yuan = yearly change "
        "of income over yearly outlay",
    )
    return Transfusion(frame, TRANSFUSION_CARD, (note, base.label), base.provenance)
