"""Sharing by account on a study: moved enterprises, corporate tax, precedents, grain, resource rents."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from yugong import registry
from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.design._common import Trace, gather, origin, rows_of, traced
from yugong.design._desk_inputs import above_zero, at_least_zero, fractions, last_year, no_twins, user_file
from yugong.design.sharing import accounts, tax
from yugong.design.sheet import Sheet
from yugong.registry.rows import Certainty
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

Precedent = Literal["yellow_river_1987", "three_gorges_tax"]
WAN = Text("万元", "10 000 yuan")
MOVED = Form(
    "moved",
    Text("迁移企业", "Moved enterprises"),
    (
        Field("enterprise", Text("企业", "Enterprise")),
        Field("origin", Text("迁出地", "Old place")),
        Field("destination", Text("迁入地", "New place")),
        Field("led", Text("政府主导且符合规划", "Led by government and within plan"), "bool"),
        *(Field(f"before_{k}", Text(f"迁移前第 {k} 年税收", f"Taxes, year {k} before"), "number", WAN, low=0)
          for k in (3, 2, 1)),
        *(Field(f"after_{k}", Text(f"迁移后第 {k} 年税收", f"Taxes, year {k} after"), "number", WAN, low=0,
                required=k == 1) for k in range(1, 9)),
    ),
)  # fmt: skip
ESTABLISHMENTS = Form(
    "establishments",
    Text("分支机构", "Establishments"),
    (
        Field("establishment", Text("机构", "Establishment")),
        *(Field(id_, title, "number", WAN, low=0) for id_, title, _ in tax.FACTORS),
    ),
    Text("总机构兼营的部门也写一行", "a head office that also operates is a row as well"),
)  # fmt: skip
SHIPMENTS = Form(
    "shipments",
    Text("资源输出", "Resource shipments"),
    (
        Field("resource", Text("资源", "Resource")),
        Field("origin", Text("输出地", "Origin"), "place"),
        Field("destination", Text("输入地", "Destination"), "place"),
        Field("quantity", Text("输出量", "Quantity"), "number", Text("万单位", "10 000 units"), low=0),
        Field("price", Text("价格", "Price"), "number", Text("元/单位", "yuan a unit"), low=0),
        Field("cost", Text("成本（含正常回报）", "Cost, normal return included"), "number", Text("元/单位", "yuan a unit"), low=0),
        Field("local_tax", Text("输出地已得资源税费", "Resource taxes already received"), "number", WAN, low=0),
    ),
)  # fmt: skip
FORMS = {
    "tax_sharing": (MOVED,),
    "corporate_tax_split": (ESTABLISHMENTS,),
    "resource_rents": (SHIPMENTS,),
}
MOVED_TITLES = {f.id: f.title for f in MOVED.fields}


def tax_sharing(
    study: "Study",
    file: str,
    threshold: float = tax.THRESHOLD_WAN,
    origin_share: float = tax.ORIGIN_SHARE,
    cap_years: float = 3.0,
    most_years: int = tax.YEARS,
    trace: str | None = None,
) -> Sheet | Trace:
    """Return what the old and the new place of moved enterprises receive of their taxes, 万元.

    file: enterprises with taxes of three years before and the years after the move (--template). threshold: least
    average of the three years; origin_share: part of the old place; cap_years: its ceiling as a multiple of that
    average; most_years: years of sharing.
    """
    at_least_zero(threshold=threshold, cap_years=cap_years, most_years=most_years)
    fractions(origin_share=origin_share)
    frame = read_form(file, MOVED)
    after = [c for c in frame.columns if c.startswith("after_") and frame[c].notna().any()]
    problems = [
        Problem(
            Text(f"{frame['enterprise'][i]}的{MOVED_TITLES[c].zh}没有填", f"{frame['enterprise'][i]}: {MOVED_TITLES[c].en} is empty"),
            Text("缺失不当作零；没有税收写 0", "missing is not zero; write 0 for none"), Path(file).name, None,
            frame.attrs["rows"][i], MOVED_TITLES[c].in_(),
        )
        for c in after for i in range(len(frame)) if pd.isna(frame[c][i])
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    rows = tuple(
        (f"{i}", Text(f"{e}（{o}→{d}）", f"{e} ({o} → {d})"))
        for i, (e, o, d) in enumerate(
            frame[["enterprise", "origin", "destination"]].itertuples(index=False, name=None), 1
        )
    )
    sheet = tax.moved_enterprises(
        rows,
        frame[["before_3", "before_2", "before_1"]].to_numpy(float),
        frame["led"].to_numpy(float),
        frame[after].to_numpy(float),
        tuple(int(c.removeprefix("after_")) for c in after),
        user_file(file),
        threshold,
        origin_share,
        cap_years,
        most_years,
    )
    return sheet if trace is None else traced(sheet, study, trace, "origin")


def corporate_tax_split(study: "Study", file: str, tax_due: float, trace: str | None = None) -> Sheet | Trace:
    """Return the three-factor split of the establishments' part of an enterprise's income tax, 万元.

    file: establishments with revenue, wages and assets (--template); tax_due: the whole tax, 万元.
    """
    above_zero(tax_due=tax_due)
    frame = read_form(file, ESTABLISHMENTS)
    no_twins(frame, ("establishment",), file, Text("机构", "an establishment"))
    empty = [title for id_, title, _ in tax.FACTORS if not frame[id_].sum() > 0]
    if empty:
        raise InputError(
            Problem(
                Text(
                    f"各机构{t.zh}合计为零，没有分摊依据",
                    f"{t.en} of all establishments sum to zero: nothing to share by",
                ),
                file=Path(file).name,
            )
            for t in empty
        )
    rows = tuple((str(n), Text(str(n), str(n))) for n in frame["establishment"])
    factors = {id_: frame[id_].to_numpy(float) for id_, _, _ in tax.FACTORS}
    sheet = tax.corporate_split(rows, factors, tax_due, user_file(file))
    return sheet if trace is None else traced(sheet, study, trace)


def precedent_shares(
    study: "Study", allocation: Precedent = "yellow_river_1987", whole: float | None = None, trace: str | None = None
) -> Sheet | Trace:
    """Return a whole divided in the shares of a precedent; without `whole`, the precedent's own total.

    yellow_river_1987: the 1987 division of the Yellow River's water, 亿立方米; three_gorges_tax: the division of the
    power station's taxes between Hubei and Chongqing (whole in any money; per cent without one).
    """
    above_zero(whole=whole)
    found = registry.shares(allocation)
    rows = tuple(
        ("|".join(p.code for p in s.places), Text("、".join(p.short for p in s.places), " + ".join(p.en for p in s.places)))
        for s in found
    )  # fmt: skip
    unit = found[0].unit
    mark: dict[Certainty, Literal["V", "H"]] = {"V": "V", "H": "H"}
    sheet = accounts.precedent(
        rows,
        np.array([s.value for s in found]),
        unit,
        whole,
        unit if whole is None or allocation == "yellow_river_1987" else Text("与总额同", "as the total"),
        Text(found[0].document, found[0].document),
        mark[found[0].certainty],
        found[0].note,
    )
    return sheet if trace is None else traced(sheet, study, trace)


def grain_compensation(
    study: "Study", rate: float, year: int | None = None, need_per_head: float | None = None, trace: str | None = None
) -> Sheet | Trace:
    """Return what regions short of grain pay regions with a surplus, so much a ton, 万元.

    rate: yuan a ton (no standard is published); need_per_head: kg a year, the national mean of output a head by default,
    at which surpluses and deficits cancel; year: the last with figures by default.
    """
    above_zero(rate=rate, need_per_head=need_per_head)
    when = year or last_year(study, "grain_output", "population")
    frame, notes = gather(
        study, {"output": study.values("grain_output", when), "people": study.values("population", when)}
    )
    output, people = frame["output"].to_numpy(), frame["people"].to_numpy()
    mean = float(output.sum() / people.sum() * 1000)
    sheet = accounts.grain(
        rows_of(study, frame.index), output, people, mean if need_per_head is None else need_per_head, "solved" if need_per_head is None else "user",
        rate, (origin(study, "grain_output", when), origin(study, "population", when)),
    )  # fmt: skip
    if not min(sheet.column("surplus").sum(), sheet.column("deficit").sum()) > 0:
        what = Text(
            "按这个人均需要，没有地区有余粮或没有地区缺粮",
            "with this need a head no region has a surplus, or none a deficit",
        )
        raise InputError([Problem(what, column="need_per_head")])
    provenance = study.provenance(("grain_output", "population"), year=when)
    sheet = replace(sheet, notes=(*sheet.notes, *notes), provenance=provenance)
    return sheet if trace is None else traced(sheet, study, trace)


def resource_rents(study: "Study", file: str, rent_share: float, trace: str | None = None) -> Sheet | Trace:
    """Return what regions that receive coal, oil, gas, power or water return to their origin of the rent, 万元.

    file: shipments with quantity, price, cost and the resource taxes the origin already has (--template);
    rent_share: the part of the rent due to the origin (no standard is published).
    """
    fractions(rent_share=rent_share)
    frame = read_form(file, SHIPMENTS, study)
    same = np.array(frame.attrs["rows"])[(frame["origin"] == frame["destination"]).to_numpy()]
    if len(same):
        what = Text("输出地与输入地是同一个地区", "origin and destination are one place")
        raise InputError(Problem(what, None, Path(file).name, row=int(row)) for row in same)
    rows = tuple(
        (f"{i}", Text(f"{r}：{study.name(o).zh}→{study.name(d).zh}", f"{r}: {study.name(o).en} → {study.name(d).en}"))
        for i, (r, o, d) in enumerate(
            frame[["resource", "origin", "destination"]].itertuples(index=False, name=None), 1
        )
    )
    numbers = {k: frame[k].to_numpy(float) for k in ("quantity", "price", "cost", "local_tax")}
    sheet = accounts.rents(rows, numbers, rent_share, user_file(file))
    return sheet if trace is None else traced(sheet, study, trace)
