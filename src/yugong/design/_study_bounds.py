"""Bounds of compensation on a study, packages in kind, and rivers shared by those along them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design._common import Trace, gather, origin, rows_of, traced
from yugong.design._desk_inputs import last_year, user_file
from yugong.design.compensation import bounds, river
from yugong.design.compensation.cards import POLLUTED, RIVER
from yugong.design.compensation.deal import NONE, WAN
from yugong.design.sheet import Balance, Column, Sheet, calculate, col, maximum, total
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

RiverRule = Literal["downstream", "upstream", "shapley", "pollution_lrs", "pollution_ues"]
VALUES = Form(
    "costs_values",
    Text("成本与价值", "Costs and values"),
    (
        Field("item", Text("项目", "Item")),
        Field("kind", Text("类别", "Kind"), "choice", choices=(
            ("cost", Text("成本（直接或机会）", "cost (direct or forgone)")),
            ("value", Text("生态服务价值", "value of an ecological service")),
        )),
        Field("quantity", Text("数量", "Quantity"), "number", low=0),
        Field("unit_value", Text("单位价值", "Unit value"), "number", WAN, low=0),
    ),
    Text("一行一项；下限为成本合计，上限为服务价值合计",
         "one item a row; the lower bound is the sum of costs, the upper of values"),
)  # fmt: skip
PACKAGE = Form(
    "package",
    Text("一揽子补偿", "Compensation package"),
    (
        Field("item", Text("项目", "Item")),
        Field("form", Text("补偿方式", "Form"), "choice", choices=tuple(bounds.FORMS_OF_COMPENSATION.items())),
        Field("quantity", Text("年数量", "Quantity a year"), "number", low=0),
        Field("unit_value", Text("单位价值", "Unit value"), "number", WAN, low=0),
        Field("years", Text("年数", "Years"), "integer", low=1, high=100),
    ),
)  # fmt: skip
BASIN = Form(
    "basin",
    Text("流域图", "Basin graph"),
    (
        Field("riparian", Text("沿岸方", "Riparian")),
        Field("next", Text("下一个沿岸方", "Next downstream"), required=False, note=Text("河口留空", "empty at the outlet")),
        Field("inflow", Text("区间来水", "Inflow rising here"), "number", Text("亿立方米", "100 million m³"), low=0),
        Field("benefit_a", Text("首单位水的效益 a", "benefit of the first unit, a"), "number",
              Text("亿元/亿立方米", "yuan per m³"), low=0),
        Field("benefit_c", Text("边际效益递减 c", "fall of marginal benefit, c"), "number", low=0),
        Field("cost", Text("本段治理成本", "cost of cleaning this stretch"), "number", Text("亿元", "100 million yuan"),
              required=False, low=0, note=Text("污染成本分摊才填", "for sharing the cost of pollution")),
    ),
)  # fmt: skip
FORMS = {
    "compensation_bounds": (VALUES,),
    "compensation_package": (PACKAGE,),
    "river_sharing": (BASIN,),
}


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A last sheet with the sheets it rests on."""

    sheet: Sheet
    before: tuple[Sheet, ...] = ()

    @property
    def method(self) -> MethodCard:
        """The last sheet's method."""
        return self.sheet.method

    @property
    def provenance(self) -> Provenance | None:
        """The sources of the figures."""
        return next((s.provenance for s in (*self.before, self.sheet) if s.provenance is not None), None)

    @property
    def notes(self) -> tuple[Text, ...]:
        """The notes of every sheet, once."""
        return tuple(dict.fromkeys(n for s in (*self.before, self.sheet) for n in s.notes))

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All sheets, in order."""
        return (*self.before, self.sheet)

    def table(self) -> pd.DataFrame:
        """Return the last sheet's table."""
        return self.sheet.table()


def compensation_bounds(
    study: "Study",
    upstream: Sequence[str],
    reference: str | None = None,
    year: int | None = None,
    file: str | None = None,
    agreed: float | None = None,
    power: float = 0.5,
) -> Plan:
    """Return the range in which compensation of the upstream places can lie, 万元 a year.

    file: a table of costs and service values (--template); without one the lower bound is the income that `upstream`
    forgo against the region `reference` in `year` (the last with incomes), and there is no upper bound. agreed: a sum to compare, 万元.
    power: the protector's bargaining power, 0 to 1.
    """
    if not 0 <= power <= 1:
        raise InputError(
            [Problem(Text(f"议价力 {power:g} 不在 0 与 1 之间", f"power {power:g} is not between 0 and 1"))]
        )
    codes = [study.place(p) for p in ([upstream] if isinstance(upstream, str) else upstream)]
    words = Text("、".join(study.name(c).zh for c in codes), ", ".join(study.name(c).en for c in codes))
    if file is None:
        if reference is None:
            what = Text("没有成本表，也没有参照地区", "neither a table of costs nor a reference region")
            raise InputError([Problem(what, Text("加上 --file 或 --reference", "add --file or --reference"))])
        when = year or last_year(study, "population", "urbanisation", "income_urban", "income_rural")
        items = _income_gap(study, codes, study.place(reference), when)
        return Plan(bounds.price_range(words, float(items.column("cost").sum()), None, agreed, power), (items,))
    frame = read_form(file, VALUES)
    if not (frame["kind"] == "cost").any():
        what = Text("表里没有成本，下限未知，不是零", "the table has no cost: the lower bound is unknown, not zero")
        raise InputError([Problem(what, None, file)])
    items = bounds.items_sheet(
        _numbered(frame["item"]),
        frame["quantity"].to_numpy(float),
        frame["unit_value"].to_numpy(float),
        (frame["kind"] == "cost").to_numpy().astype(np.float64),
        user_file(file),
    )
    costs, values = float(items.column("cost").sum()), float(items.column("service").sum())
    upper = values if (frame["kind"] == "value").any() else None
    return Plan(bounds.price_range(words, costs, upper, agreed, power), (items,))


def compensation_package(study: "Study", file: str, rate: float = 0.03) -> Sheet:
    """Return the money-equivalent of compensation in the forms of article 2, funds and in kind, 万元.

    file: a table of items with form, quantity, unit value and years (--template); rate: the yearly discount rate.
    """
    frame = read_form(file, PACKAGE)
    kinds = frame["form"].tolist()
    rows = tuple(
        (label, Text(f"{name.zh}（{bounds.FORMS_OF_COMPENSATION[k].zh}）", f"{name.en} ({bounds.FORMS_OF_COMPENSATION[k].en})"))
        for (label, name), k in zip(_numbered(frame["item"]), kinds, strict=True)
    )  # fmt: skip
    quantity, value, years = (frame[c].to_numpy(float) for c in ("quantity", "unit_value", "years"))
    return bounds.package(rows, quantity, value, years, kinds, rate, user_file(file))


def river_sharing(study: "Study", file: str, rule: RiverRule = "downstream", trace: str | None = None) -> Sheet | Trace:
    """Return how riparians share the gain of using a river together, or the cost of cleaning it, 亿元.

    file: the basin graph (--template): each riparian, the next one downstream, inflow, benefit parameters a and c,
    and cleaning costs for the pollution rules. rule: downstream (Ambec–Sprumont), upstream or shapley of the water
    game; pollution_lrs or pollution_ues of the cleaning costs.
    """
    frame = read_form(file, BASIN)
    names = [str(n) for n in frame["riparian"]]
    parent = _parents(frame, names, file)
    rows = tuple((n, Text(n, n)) for n in names)
    said = user_file(file)
    if rule == "pollution_lrs" or rule == "pollution_ues":
        sheet = _pollution(rows, parent, frame, rule == "pollution_ues", said)
    else:
        sheet = _water(rows, parent, frame, rule, said)
    return sheet if trace is None else traced(sheet, study, trace)


def _water(
    rows: tuple[tuple[str, Text], ...], parent: list[int], frame: pd.DataFrame, rule: river.Rule, said: Text
) -> Sheet:
    e, a, c = (frame[k].to_numpy(float) for k in ("inflow", "benefit_a", "benefit_c"))
    worth = river.river_game(parent, e, a, c)
    use = river.efficient_use(parent, e, a, c)
    alone = worth[2 ** np.arange(len(parent))]
    share = river.river_sharing(parent, worth, rule)
    money, volume = Text("亿元", "100 million yuan"), Text("亿立方米", "100 million m³")
    solved = Text("由博弈求解", "solved from the game")
    columns = (
        Column("inflow", Text("区间来水", "inflow"), volume, e, certainty="user", source=said),
        Column("a", Text("效益参数 a", "benefit a"), NONE, a, certainty="user", source=said),
        Column("c", Text("效益参数 c", "benefit c"), NONE, c, certainty="user", source=said),
        Column("use", Text("联合最优用水", "joint best use"), volume, use, certainty="solved", source=solved),
        Column("benefit", Text("用水效益", "benefit of use"), money,
               formula=col("a") * col("use") - col("c") * col("use") ** 2 / 2),
        Column("alone", Text("单独所得", "alone"), money, alone, certainty="solved", source=solved),
        Column("part", Text("应得福利", "part of the joint gain"), money, share, certainty="solved", source=solved),
        Column("amount", Text("净得转移（负为付出）", "net transfer (negative: pays)"), money,
               formula=col("part") - col("benefit"), amount=True),
        Column("received", Text("收到", "received"), money, formula=maximum(col("amount"), 0)),
        Column("paid", Text("付出", "paid"), money, formula=maximum(-1 * col("amount"), 0)),
    )  # fmt: skip
    balances = (
        Balance("shared", Text("应得合计 = 用水效益合计", "parts = benefits"), total("part"), total("benefit"), money),
        Balance("paid", Text("收到 = 付出", "received = paid"), total("received"), total("paid"), money),
    )
    names = {
        "downstream": Text("下游增量（Ambec–Sprumont）", "downstream incremental (Ambec–Sprumont)"),
        "upstream": Text("上游增量", "upstream incremental"),
        "shapley": Text("沙普利值", "Shapley value"),
    }
    title = Text(f"河流共享：{names[rule].zh}", f"Sharing a river: {names[rule].en}")
    return calculate("river_sharing", title, rows, (), columns, RIVER, balances, Text("沿岸方", "Riparian"))


def _pollution(
    rows: tuple[tuple[str, Text], ...], parent: list[int], frame: pd.DataFrame, ues: bool, said: Text
) -> Sheet:
    cost = frame["cost"].to_numpy(float)
    parts = river.polluted_river(parent, cost)
    money = Text("亿元", "100 million yuan")
    columns = (
        Column("cost", Text("本段治理成本", "cost of this stretch"), money, cost, certainty="user", source=said),
        Column("part", Text("应分担", "part borne"), money, parts[int(ues)], certainty="solved",
               source=Text("本段及上游平分" if ues else "各付各段", "equal upstream sharing" if ues else "each its own")),
        Column("amount", Text("代上游或下游支付", "pays for others (negative: is paid for)"), money,
               formula=col("part") - col("cost"), amount=True),
    )  # fmt: skip
    balance = Balance("shared", Text("分担合计 = 成本合计", "parts = costs"), total("part"), total("cost"), money)
    title = Text("治污成本分摊", "Sharing the cost of cleaning a river")
    return calculate("polluted_river", title, rows, (), columns, POLLUTED, (balance,), Text("沿岸方", "Riparian"))


def _parents(frame: pd.DataFrame, names: list[str], file: str) -> list[int]:
    """The position of each riparian's next one; −1 at an outlet."""
    problems = []
    if len(set(names)) < len(names):
        problems.append(Problem(Text("沿岸方重名", "riparians of the same name"), file=file))
    at = {n: i for i, n in enumerate(names)}
    parent = []
    for after, row in zip(frame["next"], frame.attrs["rows"], strict=True):
        if after is None or after != after:
            parent.append(-1)
        elif after in at:
            parent.append(at[after])
        else:
            what = Text(f"没有名为“{after}”的沿岸方", f"there is no riparian named {after!r}")
            problems.append(Problem(what, None, file, None, row, BASIN.fields[1].title.in_()))
    if problems:
        raise InputError(problems)
    return parent


def _income_gap(study: "Study", codes: list[str], reference: str, year: int) -> Sheet:
    people, share = study.values("population", year), study.values("urbanisation", year) / 100
    urban, rural = study.values("income_urban", year), study.values("income_rural", year)
    if pd.isna(urban[reference]) or pd.isna(rural[reference]):
        name = study.name(reference)
        what = Text(f"参照地区{name.zh}没有 {year} 年收入", f"no income of the reference {name.en} in {year}")
        raise InputError([Problem(what, Text("换一年或换参照地区", "choose another year or reference"))])
    frame, notes = gather(
        study,
        {
            "people_urban": (people * share).reindex(codes),
            "people_rural": (people * (1 - share)).reindex(codes),
            "income_urban": urban.reindex(codes),
            "income_rural": rural.reindex(codes),
        },
    )
    sheet = bounds.income_gap(
        rows_of(study, frame.index),
        [frame[k].to_numpy() for k in ("people_urban", "people_rural")],
        [frame[k].to_numpy() for k in ("income_urban", "income_rural")],
        [float(urban[reference]), float(rural[reference])],
        [origin(study, "population", year), origin(study, "income_urban", year)],
    )
    used = ("population", "urbanisation", "income_urban", "income_rural")
    provenance = study.provenance(used, year=year, reference=reference)
    return calculate(
        sheet.id, sheet.title, sheet.rows, sheet.parameters, sheet.columns, sheet.method, (), sheet.row_title,
        (*sheet.notes, *notes), provenance,
    )  # fmt: skip


def _numbered(names: "pd.Series[str]") -> tuple[tuple[str, Text], ...]:
    """Rows labelled by their order, for tables whose items may repeat."""
    return tuple((f"{i}", Text(str(n), str(n))) for i, n in enumerate(names, 1))
