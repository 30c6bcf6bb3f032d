"""Bounds of compensation on a study, and packages in kind."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.design._common import Plan, gather, origin, rows_of
from yugong.design._desk_inputs import last_year, user_file
from yugong.design.compensation import bounds
from yugong.design.compensation.deal import WAN
from yugong.design.sheet import Sheet, calculate
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

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
FORMS = {
    "compensation_bounds": (VALUES,),
    "compensation_package": (PACKAGE,),
}


def compensation_bounds(
    study: "Study",
    upstream: Sequence[str],
    reference_place: str | None = None,
    year: int | None = None,
    file: str | None = None,
    agreed: float | None = None,
    bargaining_power: float = 0.5,
) -> Plan:
    """Return the range in which compensation of the upstream places can lie, 万元 a year.

    file: a table of costs and service values (--template); without one the lower bound is the income that `upstream`
    forgo against the region `reference_place` in `year` (the last with incomes), and there is no upper bound. agreed: a sum to compare, 万元.
    bargaining_power: the protector's bargaining power, 0 to 1.
    """
    if not 0 <= bargaining_power <= 1:
        raise InputError(
            [
                Problem(
                    Text(
                        f"议价力 {bargaining_power:g} 不在 0 与 1 之间",
                        f"bargaining power {bargaining_power:g} is not between 0 and 1",
                    )
                )
            ]
        )
    codes = [study.place(p) for p in ([upstream] if isinstance(upstream, str) else upstream)]
    words = Text("、".join(study.name(c).zh for c in codes), ", ".join(study.name(c).en for c in codes))
    if file is None:
        if reference_place is None:
            what = Text("没有成本表，也没有参照地区", "neither a table of costs nor a reference region")
            raise InputError(
                [Problem(what, Text("加上 --file 或 --reference-place", "add --file or --reference-place"))]
            )
        when = year or last_year(study, "population", "urbanisation", "income_urban", "income_rural")
        items = _income_gap(study, codes, study.place(reference_place), when)
        return Plan(
            bounds.price_range(words, float(items.column("cost").sum()), None, agreed, bargaining_power), (items,)
        )
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
    return Plan(bounds.price_range(words, costs, upper, agreed, bargaining_power), (items,))


def compensation_package(study: "Study", file: str, discount_rate: float = 0.03) -> Sheet:
    """Return the money-equivalent of compensation in the forms of article 2, funds and in kind, 万元.

    file: a table of items with form, quantity, unit value and years (--template); discount_rate: a year.
    """
    frame = read_form(file, PACKAGE)
    kinds = frame["form"].tolist()
    rows = tuple(
        (label, Text(f"{name.zh}（{bounds.FORMS_OF_COMPENSATION[k].zh}）", f"{name.en} ({bounds.FORMS_OF_COMPENSATION[k].en})"))
        for (label, name), k in zip(_numbered(frame["item"]), kinds, strict=True)
    )  # fmt: skip
    quantity, value, years = (frame[c].to_numpy(float) for c in ("quantity", "unit_value", "years"))
    return bounds.package(rows, quantity, value, years, kinds, discount_rate, user_file(file))


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
