"""Optimal transfers on a study: the same pot divided by gradient through the simulation, beside the formula."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from yugong import registry
from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design._common import OnSheet, Rows, Trace, rows_of, traced
from yugong.design._desk_inputs import at_least_zero, fractions
from yugong.design._transfer_inputs import PAID, prepare
from yugong.design._transfer_rules import PAID_TITLE, basis_of
from yugong.design.sheet import Balance, Column, Parameter, Sheet, calculate, col, par, total
from yugong.design.transfers import equalisation
from yugong.design.transfers.inputs import NONE, Settings
from yugong.design.transfers.optimal import Allocation, Living, Look, Spread, allocate
from yugong.design.transfers.sources import ATKINSON_INEQUALITY
from yugong.design.transfers.standard import MONEY

if TYPE_CHECKING:
    import pandas as pd

    from yugong.simulate import Calibration, Levers
    from yugong.study.model import Study

Values = np.ndarray[Any, np.dtype[np.float64]]
Detail = Literal["eight", "three"]
FLOORS = ("border_provinces", "grain_producing", "yangtze_trunk")
Channel = Literal["government", "household"]
LEVERS: dict[str, str] = {"government": "government_transfer", "household": "household_transfer"}
TO = {"government": Text("地方政府，用于公共支出", "local governments, who spend them on public services"),
      "household": Text("居民", "households")}  # fmt: skip
TOLERANCE = 1e-11  # of the solver: line searches need a smooth function
HUNDRED, MILLION = 100.0, 1e6  # marginal values: per 10 billion yuan, in millionths
SOLVED = Text("在模型中用梯度求解", "solved by gradient in the model")
STATED = Text(
    "社会福利函数是设定，不是结论；模型比较两个长期均衡",
    "the social welfare function is a choice, not a finding; the model compares two long-run equilibria",
)


@dataclass(frozen=True, slots=True, eq=False)
class OptimalTransfers(OnSheet):
    """The pot divided three ways over N regions: as paid, by the formula, and best for the welfare function.

    `living` is the change in each group's living standard under the formula and at the optimum (N,2), as fractions;
    `values` the welfare function's value for paid, formula, optimum; `sheet` shows amounts, bounds and the balance,
    `beside` how the formula's amounts come about.
    """

    beside: Sheet
    year: int
    allocation: Allocation
    living: Values
    values: tuple[float, float, float]
    notes: tuple[Text, ...]

    @property
    def formula(self) -> Values:
        """The formula's division of the pot, (N,)."""
        return self.beside.column("transfer")

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The optimum, then the formula beside it."""
        return self.sheet, self.beside

    def table(self) -> "pd.DataFrame":
        """Return by region: paid, formula, optimum, who pays for it, what binds, marginal value, living standards."""
        import pandas as pd

        a = self.allocation
        paid = self.sheet.column("paid")
        frame = pd.DataFrame(
            {
                "place": [label for label, _ in self.sheet.rows],
                "paid": paid,
                "formula": self.formula,
                "optimal": a.amounts,
                "change": a.amounts - paid,
                "change_share": (a.amounts - paid) / paid,
                "bound": [_BOUND[b].in_() for b in a.bound],
                "marginal": (a.slopes - a.price) * HUNDRED / a.value * MILLION,
                "living_formula": self.living[:, 0],
                "living_optimal": self.living[:, 1],
            }
        )
        frame.attrs["titles"] = {
            "place": (self.sheet.row_title, NONE),
            "paid": (Text("实际下达", "paid"), MONEY),
            "formula": (Text("公式测算", "formula"), MONEY),
            "optimal": (Text("最优", "optimal"), MONEY),
            "change": (Text("最优减实际", "optimal less paid"), MONEY),
            "change_share": (Text("变动幅度", "change"), NONE),
            "bound": (Text("约束", "bound"), NONE),
            "marginal": (
                Text("边际价值：多得 100 亿元", "marginal value of 10 billion yuan more"),
                Text("社会福利的百万分之一，与总额相比", "millionths of social welfare, over the pot's own"),
            ),
            "living_formula": (Text("生活水平变动：公式", "living standard under the formula"), NONE),
            "living_optimal": (Text("生活水平变动：最优", "living standard at the optimum"), NONE),
        }
        frame.attrs["labels"] = dict(self.sheet.rows)
        return frame


_BOUND = {"low": Text("触及下限", "at its floor"), "high": Text("触及上限", "at its cap"), "": NONE}


@dataclass(frozen=True, slots=True, eq=False)
class TransferFrontier(OnSheet):
    """Mean living standard against disparity: P divisions of the pot, then what was paid and the formula."""

    labels: tuple[Text, ...]  # (P+2,)
    efficiency: Values  # (P+2,) mean living standard, base year one
    disparity: Values  # (P+2,) coefficient of variation
    amounts: Values  # (P+2,N)
    converged: tuple[bool, ...]
    notes: tuple[Text, ...]

    def table(self) -> "pd.DataFrame":
        """Return one row a point: mean living standard (change), disparity, and whether the search converged."""
        import pandas as pd

        frame = pd.DataFrame(
            {
                "point": [t.in_() for t in self.labels],
                "efficiency": self.efficiency - 1,
                "disparity": self.disparity,
                "converged": self.converged,
            }
        )
        frame.attrs["titles"] = {
            "point": (Text("方案", "Division"), NONE),
            "efficiency": (Text("平均生活水平变动", "change in the mean living standard"), NONE),
            "disparity": (Text("生活水平变异系数", "coefficient of variation of living standards"), NONE),
            "converged": (Text("收敛", "converged"), NONE),
        }
        return frame

    def policies(self) -> "pd.DataFrame":
        """Return regions × points: the amounts behind each point, 100 million yuan."""
        import pandas as pd

        return pd.DataFrame(
            self.amounts.T,
            index=pd.Index([r for r, _ in self.sheet.rows], name="place"),
            columns=[t.in_() for t in self.labels],
        )


@dataclass(frozen=True, slots=True)
class _Problem:
    """One year's pot on the economy: rows, what was paid, the formula's division, bounds, and what the model says."""

    base: "Calibration"
    rows: Rows
    at: tuple[int, ...]
    paid: Values
    beside: Sheet  # the formula's division of the same pot
    low: Values
    high: Values
    kept: dict[str, tuple[str, ...]]
    year: int
    to: str  # "government" or "household"
    provenance: Provenance

    @property
    def formula(self) -> Values:
        """The formula's amounts, (N,)."""
        return self.beside.column("transfer")

    def levers(self, amounts: Values) -> "Levers":
        """Return the amounts (N,) as changes from what was paid."""
        from yugong.simulate import Levers

        change = np.zeros(len(self.base.economy.regions))
        change[list(self.at)] = amounts - self.paid
        return Levers(household_transfer=change) if self.to == "household" else Levers(government_transfer=change)

    def look(self, objective: Any) -> Look:
        """Return the objective as a function of amounts (N,), with exact slopes from one adjoint solve."""
        from yugong.simulate import gradient

        economy, name = self.base.economy, LEVERS[self.to]
        seen: dict[bytes, tuple[float, Values]] = {}

        def value(amounts: Values) -> tuple[float, Values]:
            key = amounts.tobytes()
            if key not in seen:
                found = gradient(economy, self.levers(amounts), objective, (name,), tolerance=TOLERANCE)
                if not found.converged:
                    return float("nan"), np.full(len(amounts), np.nan)
                seen[key] = (found.value, found.slopes[name][list(self.at)])
            return seen[key]

        return value

    def welfare(self, amounts: Values) -> Values:
        """Return the change of each group's living standard (N,), a fraction; missing where there is no solution."""
        from yugong.simulate import solve

        economy = self.base.economy
        found = solve(economy, self.levers(amounts))
        if not found.status.converged:
            return np.full(len(amounts), np.nan)
        home = {g: i for i, g in enumerate(economy.worker_groups)}
        change: Values = np.asarray(found.change("welfare"))[[home[label] for label, _ in self.rows]]
        return change


def optimal_transfers(
    study: "Study",
    year: int | None = None,
    aversion: float = 1.0,
    to: Channel = "government",
    floors: Sequence[str] = FLOORS,
    floor: float = 0.95,
    max_change: float = 0.2,
    weight_difficulty: float = 0.1,
    detail: Detail = "three",
    trace: str | None = None,
) -> OptimalTransfers | Trace:
    """Divide what was paid in a year anew so that social welfare is highest, by gradient through the simulation.

    Welfare is the equally distributed equivalent of provinces' living standards with inequality `aversion` (0 counts
    the mean alone). No region changes by more than `max_change` of what it was paid; members of the groups in `floors`
    keep at least `floor` of it. Changes go `to` local governments, or to households. `year`: the economy's base year
    unless given. The formula's division of the same pot stands beside; where the model has no solution under it, its
    welfare is missing. A local optimum of a modelled economy.
    """
    at_least_zero(aversion=aversion)
    p = _problem(study, year, to, floors, floor, max_change, weight_difficulty, detail, aversion=aversion)
    look = p.look(Living(aversion))
    found = allocate(look, p.paid, p.low, p.high)
    done = _sheet(p, found, _card(aversion, floor, max_change), floor, max_change)
    if trace is not None:
        return traced(done, study, trace)
    living = np.column_stack([p.welfare(p.formula), p.welfare(found.amounts)])
    values = (look(p.paid)[0], look(p.formula)[0], found.value)
    gain, loss = found.amounts > p.paid, found.amounts < p.paid
    moved = float((found.amounts - p.paid)[gain].sum())
    payers = (
        "、".join(n.zh for (_, n), b in zip(p.rows, loss, strict=True) if b),
        ", ".join(n.en for (_, n), b in zip(p.rows, loss, strict=True) if b),
    )
    notes = (
        Text(f"社会福利：实际 {values[0]:.6f}，公式 {_value(values[1]).zh}，最优 {values[2]:.6f}",
             f"social welfare: as paid {values[0]:.6f}, formula {_value(values[1]).en}, optimum {values[2]:.6f}"),
        Text(f"与实际相比改拨 {moved:,.1f} 亿元；少得的是：{payers[0]}",
             f"{moved / 10:,.1f} billion yuan is moved; those who get less than was paid: {payers[1]}"),
        *_kept(p.kept, floor), _within(max_change), found.text, _given_to(to), STATED, p.base.label,
    )  # fmt: skip
    return OptimalTransfers(done, p.beside, p.year, found, living, values, notes)


def transfer_frontier(
    study: "Study",
    year: int | None = None,
    points: int = 5,
    to: Channel = "government",
    floors: Sequence[str] = FLOORS,
    floor: float = 0.95,
    max_change: float = 0.2,
    weight_difficulty: float = 0.1,
    detail: Detail = "three",
) -> TransferFrontier:
    """Trace the mean living standard against its disparity over divisions of one pot within the same bounds.

    From the division best for the mean alone to the most equal one; between them each has the highest mean at its
    disparity. What was paid and the formula's division are set beside it (the formula is not held to the bounds).
    """
    if points < 2:
        raise InputError([Problem(Text("至少两个点", "at least two points"), column="points")])
    p = _problem(study, year, to, floors, floor, max_change, weight_difficulty, detail, points=points)
    mean, spread = p.look(Living(0.0)), p.look(Spread())

    def equal(amounts: Values) -> tuple[float, Values]:
        value, slopes = spread(amounts)
        return -value, -slopes

    richest = allocate(mean, p.paid, p.low, p.high)
    fairest = allocate(equal, p.paid, p.low, p.high)
    levels = np.linspace(spread(richest.amounts)[0], -fairest.value, points)[1:-1]
    middle = [allocate(mean, fairest.amounts, p.low, p.high, (spread, float(level))) for level in levels]
    found = [richest, *middle, fairest]
    amounts = np.stack([*(f.amounts for f in found), p.paid, p.formula])
    labels = tuple(Text(f"前沿 {k}", f"frontier {k}") for k in range(1, points + 1))
    labels = (*labels, PAID_TITLE, Text("公式测算", "formula"))
    return TransferFrontier(
        _policies(p, labels, amounts, _card(0.0, floor, max_change)),
        labels, np.array([mean(a)[0] for a in amounts]), np.array([spread(a)[0] for a in amounts]), amounts,
        (*(f.converged for f in found), True, True),
        (*_kept(p.kept, floor), _within(max_change), _given_to(to), STATED, p.base.label),
    )  # fmt: skip


def _problem(
    study: "Study", year: int | None, to: str, floors: Sequence[str], floor: float, max_change: float, weight: float,
    detail: Detail, **options: Any,
) -> _Problem:  # fmt: skip
    from yugong.simulate.running import base_year

    fractions(floor=floor, max_change=max_change)
    at_least_zero(weight_difficulty=weight)
    base = base_year(study, year, detail)
    at = base.year if base.year is not None else year
    p = prepare(study, at)
    paid: Values = np.asarray(p.paid, dtype=np.float64)
    inside = {region: i for i, region in enumerate(base.economy.regions)}
    codes = [code for code, _ in p.inputs.rows]
    named = (floors,) if isinstance(floors, str) else tuple(floors)
    kept: dict[str, tuple[str, ...]] = {}
    for name in named:
        group = registry.group(name)
        there = [m.place.code for m in registry.members(group.id, on=f"{p.year}-12-31")]
        there = there or [m.place.code for m in registry.members(group.id)]
        kept[group.id] = tuple(c for c in codes if c in there)
    held = np.array([any(c in members for members in kept.values()) for c in codes])
    low = paid * np.where(held, max(floor, 1 - max_change), 1 - max_change)
    provenance = study.provenance(
        p.used,
        year=p.year,
        detail=detail,
        to=to,
        floors=", ".join(named),
        floor=floor,
        max_change=max_change,
        **options,
    )
    settings = Settings(float(paid.sum()), basis_of(p, None), weight_difficulty=weight)
    beside = equalisation.sheet(p.inputs, settings, provenance)
    rows = rows_of(study, codes)
    indices = tuple(inside[c] for c in codes)
    return _Problem(base, rows, indices, paid, beside, low, paid * (1 + max_change), kept, p.year, to, provenance)


def _policies(p: _Problem, labels: tuple[Text, ...], amounts: Values, card: MethodCard) -> Sheet:
    """The amounts behind every point of the frontier, each with its change from what was paid; every one sums to the pot."""
    paid = Column("paid", PAID_TITLE, MONEY, p.paid, source=Text(f"{PAID}，{p.year} 年", f"{PAID}, {p.year}"))
    columns, balances = [paid], []
    for k, (title, column) in enumerate(zip(labels, amounts, strict=True)):
        if title == PAID_TITLE:
            continue
        id_ = f"point_{k + 1}"
        formula = title == labels[-1]
        source = Text("均衡性转移支付公式", "the equalisation formula") if formula else SOLVED
        columns += [
            Column(id_, title, MONEY, column, certainty="" if formula else "solved", source=source),
            Column(f"{id_}_change", Text(f"{title.zh}减实际", f"{title.en} less paid"), MONEY,
                   formula=col(id_) - col("paid"), amount=True),
        ]  # fmt: skip
        said = Text(f"{title.zh}合计 = 实际合计", f"Σ {title.en} = Σ paid")
        balances.append(Balance(id_, said, total(id_), total("paid"), MONEY))
    return calculate(
        "transfer_frontier", Text("前沿各点的分法", "The divisions along the frontier"), p.rows, (), tuple(columns), card,
        tuple(balances), provenance=p.provenance,
    )  # fmt: skip


def _sheet(p: _Problem, found: Allocation, card: MethodCard, floor: float, max_change: float) -> Sheet:
    held = np.array([float(any(code in m for m in p.kept.values())) for code, _ in p.rows])
    paid = Text(f"{PAID}，{p.year} 年", f"{PAID}, {p.year}")
    title = Text("最优转移支付", "Optimal transfers")
    columns = (
        Column("paid", PAID_TITLE, MONEY, p.paid, source=paid),
        Column("held", Text("是否属保底地区（1 是 0 否）", "keeps a floor (1 yes, 0 no)"), NONE, held, source=_names(p.kept)),
        Column("low", Text("下限", "floor"), MONEY,
               formula=col("paid") * (col("held") * par("floor") + (1 - col("held")) * (1 - par("max_change")))),
        Column("high", Text("上限", "cap"), MONEY, formula=col("paid") * (1 + par("max_change"))),
        Column("optimal", Text("最优", "optimal"), MONEY, found.amounts, certainty="solved", source=SOLVED),
        Column("change", Text("最优减实际", "optimal less paid"), MONEY, formula=col("optimal") - col("paid"), amount=True),
    )  # fmt: skip
    parameters = (
        Parameter(
            "floor", Text("保底地区至少保留", "least share kept by those with a floor"), max(floor, 1 - max_change)
        ),
        Parameter("max_change", Text("最大变动幅度", "largest change"), max_change),
    )
    balances = (
        Balance("pot", Text("最优合计 = 实际合计", "Σ optimal = Σ paid"), total("optimal"), total("paid"), MONEY),
    )
    return calculate(
        "optimal_transfers", title, p.rows, parameters, columns, card, balances,
        provenance=p.provenance,
    )  # fmt: skip


def _names(kept: dict[str, tuple[str, ...]]) -> Text:
    groups = [registry.group(g) for g in kept]
    return Text("、".join(g.zh for g in groups), ", ".join(g.en for g in groups))


def _kept(kept: dict[str, tuple[str, ...]], floor: float) -> tuple[Text, ...]:
    if not kept:
        return ()
    names = _names(kept)
    return (
        Text(
            f"{names.zh}各省至少保留实际数的 {floor:.0%}",
            f"{names.en}: each keeps at least {floor:.0%} of what was paid",
        ),
    )


def _within(max_change: float) -> Text:
    return Text(
        f"最优与前沿各点的变动都在实际数的 ±{max_change:.0%} 以内；公式不受此限，其福利可以更高",
        f"the optimum and the frontier stay within ±{max_change:.0%} of what was paid; the formula is not held to "
        "that and may reach a higher welfare",
    )


def _value(value: float) -> Text:
    return Text(f"{value:.6f}", f"{value:.6f}") if np.isfinite(value) else Text("（模型无解）", "(no solution)")


def _given_to(to: str) -> Text:
    return Text(f"改拨的钱给{TO[to].zh}", f"what is moved goes to {TO[to].en}")


def _card(aversion: float, floor: float, max_change: float) -> MethodCard:
    return MethodCard(
        "optimal-transfers",
        Text("最优转移支付", "Optimal transfers"),
        r"\max_T\Big(\sum_h s_hv_h(T)^{1-\varepsilon}\Big)^{\frac1{1-\varepsilon}}\ \text{s.t.}\ "
        r"\sum_iT_i=P,\ \underline T_i\le T_i\le\overline T_i",
        Text(
            "v 为各省原居民的生活水平：基年人均实际收入乘以福利变动（含公共服务与迁移）；梯度由一次伴随求解得到；局部最优",
            "v is the living standard of each province's natives: base-year real income per head times the change in "
            "welfare, public services and migration included; gradients from one adjoint solve; a local optimum",
        ),
        citations=(ATKINSON_INEQUALITY,),
        options={"aversion": f"{aversion:g}", "floor": f"{floor:g}", "max_change": f"{max_change:g}"},
    )
