"""Transfers on a study: a rule's allocation beside what was paid, with its parts and the trace of one amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design._common import NONE, OnSheet, Trace, traced
from yugong.design._desk_inputs import at_least_zero
from yugong.design._transfer_inputs import FORM, Prepared, prepare
from yugong.design._transfer_rules import BESIDE, PAID_TITLE, Rule, basis_of, pot_of, sheet_of
from yugong.design.sheet import Sheet
from yugong.design.transfers import equalisation
from yugong.design.transfers.inputs import Revenue, Settings
from yugong.design.transfers.standard import MONEY
from yugong.study.form import Form

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.model import Study

Values = np.ndarray[Any, np.dtype[np.float64]]
YUAN = Text("元", "yuan")
NOT_ELIGIBLE = Text(
    "标准收入不低于标准支出，公式为零", "standard revenue covers standard expenditure: the formula gives nothing"
)
BOUNDS = {"cap": Text("触及封顶", "held by the cap"), "floor": Text("触及保底", "held by the floor"), "": NONE}
WHOLE_POT = Text(
    "总额是当年全部中央对地方转移支付；只分均衡性转移支付时用 --pot 给出其总额（亿元，如 2026 年预算 28340）",
    "the pot is all central transfers of the year; for the equalisation transfer alone give its total with --pot "
    "(100 million yuan, e.g. 28340 in the budget of 2026)",
)
FORMS: Mapping[str, tuple[Form, ...]] = {"transfers": (FORM,)}


@dataclass(frozen=True, slots=True, eq=False)
class Transfers(OnSheet):
    """A rule's allocation beside what was paid, N regions; the `sheet` holds every step behind `amounts`.

    `parts` splits the amount: by the gap, by difficulty, by growth control, by the effort reward. Winners and losers
    are counted against `reference`: what was paid (scaled to the pot), or the formula as it stands by default.
    """

    year: int
    population: Values  # (N,) 10 000 persons
    amounts: Values  # (N,) 100 million yuan
    paid: Values  # (N,)
    reference: Values  # (N,)
    against: Text  # what the reference is
    parts: Mapping[str, Values]
    bound: tuple[str, ...]  # (N,) "cap", "floor" or ""
    eligible: np.ndarray[Any, np.dtype[np.bool_]]  # (N,)
    notes: tuple[Text, ...]

    def why(self, i: int) -> Text:
        """Return why region i gets what it gets under the rule, in a few words."""
        if not self.eligible[i]:
            return NOT_ELIGIBLE
        said = [BOUNDS[self.bound[i]]] if self.bound[i] else []
        if self.sheet.id == "transfers" and self.sheet.column("difficulty")[i]:
            more = self.sheet.column("difficulty")[i] > 0
            if self.sheet.column("coefficient")[i] == 0:
                said.append(Text("系数降到零", "the coefficient falls to zero"))
            said.append(
                Text("困难程度高于平均" if more else "困难程度低于平均",
                     "difficulty above the average" if more else "difficulty below the average")
            )  # fmt: skip
        return Text("；".join(t.zh for t in said), "; ".join(t.en for t in said))

    def table(self) -> "pd.DataFrame":
        """Return by region: the amount and its parts, what was paid, the difference, both per head, and why."""
        import pandas as pd

        shown = {"gap": "by_gap", "difficulty": "by_difficulty", "control": "by_control", "reward": "by_reward"}
        same = bool((self.reference == self.paid).all())
        heads = self.population / 1e4  # 100 million yuan over 10 000 persons, in yuan
        frame = pd.DataFrame(
            {
                "place": [label for label, _ in self.sheet.rows],
                "transfer": self.amounts,
                **{shown[k]: v for k, v in self.parts.items()},
                "paid": self.paid,
                **({} if same else {"reference": self.reference}),
                "difference": self.amounts - self.reference,
                "transfer_per_head": self.amounts / heads,
                "paid_per_head": self.paid / heads,
                "why": [self.why(i).in_() for i in range(len(self.amounts))],
            }
        )
        frame.attrs["titles"] = {
            "place": (self.sheet.row_title, NONE),
            "transfer": (Text("公式测算", "computed"), MONEY),
            "by_gap": (Text("其中：缺口", "of it: gap"), MONEY),
            "by_difficulty": (Text("其中：困难程度", "of it: difficulty"), MONEY),
            "by_control": (Text("其中：增幅控制", "of it: growth control"), MONEY),
            "by_reward": (Text("其中：努力程度奖励", "of it: effort reward"), MONEY),
            "paid": (PAID_TITLE, MONEY),
            "reference": (self.against, MONEY),
            "difference": (Text(f"测算减{self.against.zh}", f"computed less {self.against.en}"), MONEY),
            "transfer_per_head": (Text("测算人均", "computed per head"), YUAN),
            "paid_per_head": (Text("实际人均", "paid per head"), YUAN),
            "why": (Text("说明", "Why"), NONE),
        }
        frame.attrs["labels"] = dict(self.sheet.rows)
        return frame


def transfers(
    study: "Study",
    rule: Rule = "equalisation",
    year: int | None = None,
    pot: float | None = None,
    weight_gap: float | None = None,
    weight_difficulty: float = 0.1,
    cap: float | None = None,
    floor: float | None = None,
    reward: float = 0.0,
    revenue: Revenue = "capacity",
    equity_floor: float | None = None,
    potential: str = "grp_index",
    against: Literal["paid", "formula"] = "paid",
    trace: str | None = None,
    file: str | None = None,
) -> Transfers | Trace:
    """Allocate a pot among regions by a rule, beside what was paid; `trace` explains one region's amount.

    equalisation: the method of 2022 (财预〔2022〕58号); the others are alternatives to it. `year`: the latest with all
    figures unless given. `pot` (100 million yuan): what was paid that year unless given; growth bounds then hold on a
    baseline scaled to it. `weight_gap` is solved unless given; `weight_difficulty`, `cap` and `floor` (growth over the
    baseline, 0.1 = 10 %) and `reward` are the user's. `equity_floor` and `potential` belong to needs_potential.
    `file`: a filled template with cost coefficients, transfer income, baseline and effort. `against`: count winners and
    losers beside what was paid (scaled to the pot), or beside the formula with its defaults and without a file.
    """
    p = prepare(study, year, file)
    money = pot_of(p, pot)
    provenance = study.provenance(p.used, year=p.year, pot=f"{money:g}", rule=rule, file=file)
    at_least_zero(weight_difficulty=weight_difficulty, weight_gap=weight_gap, reward=reward, equity_floor=equity_floor)
    _checked(p, cap, floor, reward, rule)
    settings = Settings(
        money, basis_of(p, pot), weight_gap, weight_difficulty, cap=cap, floor=floor, reward=reward, revenue=revenue
    )
    done = sheet_of(study, p, rule, money, settings, equity_floor, potential, provenance)
    if trace is not None:
        return traced(done, study, trace)
    amounts = done.column("transfer")
    parts = _parts(done, amounts)
    has_gap = {"equalisation": "eligible", "gap_proportional": "gap"}
    eligible = done.column(has_gap[rule]) > 0 if rule in has_gap else np.ones(len(amounts), dtype=bool)
    paid: Values = np.asarray(p.paid, dtype=np.float64)
    reference, words = _reference(study, p, money, basis_of(p, pot), against, provenance)
    gained, lost = int((amounts > reference).sum()), int((amounts < reference).sum())
    notes = (
        *done.notes,
        *(() if pot is not None else (WHOLE_POT,)),
        *_clipped(done),
        BESIDE,
        Text(
            f"与{words.zh}相比，{gained} 地多，{lost} 地少",
            f"beside {words.en}: {gained} regions get more, {lost} less",
        ),
    )
    return Transfers(
        done, p.year, np.asarray(p.inputs.frame["population"], dtype=np.float64), amounts, paid, reference, words, parts,
        equalisation.bound(done), eligible, notes,
    )  # fmt: skip


def _clipped(done: Sheet) -> tuple[Text, ...]:
    """Say where difficulty weighs so much, beside this pot, that coefficients fall to zero."""
    if done.id != "transfers":
        return ()
    fallen = int(((done.column("coefficient") == 0) & (done.column("eligible") > 0)).sum())
    if not fallen:
        return ()
    rate = done.parameter("pot") / done.column("gap").sum()
    return (
        Text(
            f"总额只有缺口的 {rate:.2%}，权重二相对过大：{fallen} 个有缺口的地区系数降到零；可调小 weight_difficulty",
            f"the pot is {rate:.2%} of the gaps and the second weight is large beside it: the coefficients of {fallen} regions "
            "with a gap fall to zero; a smaller weight_difficulty avoids that",
        ),
    )


def _reference(
    study: "Study", p: Prepared, money: float, basis: Text | None, against: str, provenance: Provenance
) -> tuple[Values, Text]:
    """What winners and losers are counted against, and what it is called."""
    if against == "formula":
        plain = prepare(study, p.year)
        done = sheet_of(study, plain, "equalisation", money, Settings(money, basis), None, "", provenance)
        return done.column("transfer"), Text("公式（默认参数）", "the formula by default")
    paid: Values = np.asarray(p.paid, dtype=np.float64)
    if basis is not None:
        return paid, PAID_TITLE
    return paid * (money / paid.sum()), Text("实际下达（折算到总额）", "paid, scaled to the pot")


def _checked(p: Prepared, cap: float | None, floor: float | None, reward: float, rule: str) -> None:
    problems = []
    if cap is not None and floor is not None and floor > cap:
        problems.append(Problem(Text("floor 大于 cap", "the floor exceeds the cap"), column="floor"))
    if (cap is not None or floor is not None) and not p.inputs.has("baseline"):
        do = Text("用 file 给出基数", "give the baseline in a file")
        problems.append(Problem(Text("没有更早的实付作基数", "there is no earlier year to count growth from"), do))
    if reward and not p.inputs.has("effort"):
        do = Text("用 file 给出“均等化努力程度”", "give 'Effort to equalise' in a file")
        problems.append(
            Problem(Text("努力程度奖励需要努力程度", "an effort reward needs the effort of each region"), do)
        )
    if rule != "equalisation" and (cap is not None or floor is not None or reward):
        problems.append(
            Problem(
                Text("cap、floor、reward 只用于 equalisation", "cap, floor and reward belong to the equalisation rule")
            )
        )
    if problems:
        raise InputError(problems)


def _parts(done: Sheet, amounts: Values) -> dict[str, Values]:
    """What the amount consists of; the parts add up to it exactly as the formula adds them."""
    if done.id != "transfers":
        return {}
    gap = done.column("gap")
    rate = done.parameter("pot") / gap.sum() * done.parameter("weight_gap")
    columns = {c.id for c in done.columns}
    by_gap = np.where(done.column("coefficient") > 0, gap * rate, 0.0)
    found = {"gap": by_gap, "difficulty": done.column("formula_amount") - by_gap}
    if "growth_control" in columns:
        found["control"] = done.column("growth_control")
    if "effort_reward" in columns:
        found["reward"] = done.column("effort_reward")
    return found
