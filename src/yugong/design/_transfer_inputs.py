"""The figures of a study that the equalisation formula needs, by year, with the user's own table over them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.design._common import gather, origin, rows_of
from yugong.design._desk_inputs import by_place
from yugong.design.transfers.inputs import FACTORS, SIZE_FACTORS, Category, Inputs
from yugong.study.form import Field, Form

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.model import Study

NEEDED = ("population", "land_area", "grp", "urbanisation", "tax_revenue", "budget_revenue", "budget_expenditure")
PAID = "transfer_received"
CATEGORIES = (
    ("education", Text("教育", "education"), "pupils", True),
    ("health", Text("卫生健康", "health"), "population", True),
    ("social", Text("社会保障和就业", "social security and employment"), "aged", True),
    ("science", Text("科学技术", "science and technology"), "population", False),
    ("culture", Text("文化体育与传媒", "culture, sport and media"), "population", False),
    ("environment", Text("环境保护", "environmental protection"), "population", False),
    ("community", Text("城乡社区", "urban and rural communities"), "population", False),
    ("agriculture", Text("农林水", "agriculture, forestry and water"), "rural", False),
    ("transport", Text("交通运输", "transport"), "population", False),
    ("housing", Text("住房保障", "housing"), "population", False),
)
OTHER = ("other", Text("一般公共服务及其他", "general public services and others"), "population", False)
USERS: dict[str, tuple[tuple[str, ...], Callable[..., Any]]] = {
    "pupils": (("pupils_primary", "pupils_junior"), lambda primary, junior: primary + junior),
    "aged": (("aged_share", "population"), lambda share, heads: share / 100 * heads),
    "rural": (("urbanisation", "population"), lambda urban, heads: (1 - urban / 100) * heads),
}
FORM = Form(
    "transfer_inputs",
    Text("转移支付测算输入", "Inputs of the transfer formula"),
    (
        Field("place", Text("地区", "Region"), "place"),
        *(
            Field(id_, title, "number", required=False, low=0.01, high=20.0)
            for id_, title in (SIZE_FACTORS | FACTORS).items()
        ),
        Field("fixed_grants", Text("转移性收入", "Transfer income in standard revenue"), "number",
              Text("亿元", "100 million yuan"), required=False,
              note=Text("税收返还及固定补助、体制结算补助等，计入标准收入", "tax rebates, fixed grants, settlements: part of standard revenue")),
        Field("baseline", Text("基数", "Baseline of growth control"), "number", Text("亿元", "100 million yuan"),
              required=False, low=0.0, note=Text("上年均衡性转移支付", "equalisation transfer of the previous year")),
        Field("effort", Text("均等化努力程度", "Effort to equalise"), "number", required=False, low=0.0),
    ),
    Text(
        "每个地区一行。系数空着取 1；人口规模、面积、转移性收入、基数、努力程度要么整列填齐，要么整列空着。",
        "One row a region. An empty coefficient is 1; population scale, area, transfer income, baseline and effort are "
        "filled for every region or for none.",
    ),
    one_row_a_place=True,
)  # fmt: skip
WHOLE = (*SIZE_FACTORS, "fixed_grants", "baseline", "effort")


@dataclass(frozen=True, slots=True)
class Prepared:
    """The inputs of one year, what was paid then, and the earlier year that growth is counted from."""

    inputs: Inputs
    paid: "pd.Series[float]"
    year: int
    before: int | None
    used: tuple[str, ...]


def prepare(study: "Study", year: int | None = None, file: str | None = None) -> Prepared:
    """Return the inputs of `year` (the latest with all figures), with a filled form over them.

    Regions that lack a figure are left out and named. The baseline of growth control, unless the form gives it, is
    what was paid in the last earlier year with figures.
    """
    at = year if year is not None else last_year(study)
    columns = {name: _values(study, name, at) for name in (*NEEDED, PAID)}
    renamed = {
        "population": columns["population"],
        "area": columns["land_area"],
        "grp": columns["grp"],
        "urban": columns["urbanisation"],
        "tax": columns["tax_revenue"],
        "nontax": columns["budget_revenue"] - columns["tax_revenue"],
    }
    categories, spent, used = _categories(study, at, columns["budget_expenditure"])
    users = {c.users: _users(study, c.users, at) for c in categories if c.users != "population"}
    before = _before(study, at)
    wanted = {**renamed, **users, **spent, "paid": columns[PAID]}
    if before is not None:
        wanted["baseline"] = _values(study, PAID, before)
    frame, notes = gather(study, wanted)
    paid = frame["paid"]
    origins = _origins(study, at, before, categories) | {"paid": origin(study, PAID, at)}
    if file is not None:
        frame, own, more = _over(study, frame, file)
        notes = (*notes, *more)
        origins = {k: v for k, v in origins.items() if k not in own}
    if "fixed_grants" not in frame.columns:
        notes = (*notes, _NO_GRANTS)
    notes = (*notes, *_thinner(study, categories, at))
    return Prepared(
        Inputs(frame, categories, rows_of(study, list(frame.index)), origins, notes), paid, at, before,
        tuple(dict.fromkeys((*NEEDED, PAID, *used))),
    )  # fmt: skip


_NO_GRANTS = Text(
    "税收返还、体制补助等转移性收入没有分省公开数，标准收入未含；可由 file 给出",
    "tax rebates and fixed grants are not published by province: standard revenue leaves them out; give them in a file",
)


def _thinner(study: "Study", categories: Sequence[Category], year: int) -> tuple[Text, ...]:
    """Say which spending categories go by residents for want of their users, and which are not published apart."""
    used = {c.id: c.users for c in categories}
    heads = [t for id_, t, users, _ in CATEGORIES if users != "population" and used.get(id_) == "population"]
    merged = [t for id_, t, _, _ in CATEGORIES if id_ not in used]
    said = []
    if heads:
        zh, en = "、".join(t.zh for t in heads), ", ".join(t.en for t in heads)
        said.append(
            Text(f"{year} 年没有对象人数而按常住人口计：{zh}", f"users not published for {year}, residents count: {en}")
        )
    if merged:
        zh, en = "、".join(t.zh for t in merged), ", ".join(t.en for t in merged)
        said.append(
            Text(
                f"{year} 年没有分省公开数而并入“其他”：{zh}",
                f"not published by province for {year}, part of others: {en}",
            )
        )
    return tuple(said)


def years_of(study: "Study") -> tuple[int, ...]:
    """Return the years in which the study has every figure of the formula and what was paid."""
    known = [study.panel(v).notna().any() for v in (*NEEDED, PAID)]
    return tuple(year for year in study.years if all(bool(k.get(year, False)) for k in known))


def last_year(study: "Study") -> int:
    """Return the latest year with every figure of the formula and what was paid; InputError where there is none."""
    found = years_of(study)
    if not found:
        listed = ", ".join((*NEEDED, PAID))
        raise InputError([Problem(Text(f"没有一年同时有：{listed}", f"no year has all of: {listed}"))])
    return max(found)


def _values(study: "Study", name: str, year: int) -> "pd.Series[float]":
    values = study.values(name, year)
    if not values.notna().any():
        have = [str(y) for y, any_ in study.panel(name).notna().any().items() if any_]
        what = Text(f"{name} 在 {year} 年没有数据", f"{name} has no data in {year}")
        do = Text(f"有数据的年份：{'、'.join(have)}", f"years with data: {', '.join(have)}")
        raise InputError([Problem(what, do)])
    return values


def _before(study: "Study", year: int) -> int | None:
    found = study.panel(PAID).notna().any()
    earlier = [int(str(y)) for y, any_ in found.items() if any_ and int(str(y)) < year]
    return max(earlier, default=None)


def _categories(
    study: "Study", year: int, total: "pd.Series[float]"
) -> tuple[tuple[Category, ...], "dict[str, pd.Series[float]]", list[str]]:
    found: list[Category] = []
    spent: dict[str, pd.Series[float]] = {}
    used: list[str] = []
    for id_, title, users, basic in CATEGORIES:
        name = f"spending_{id_}"
        if name not in study.variables or not study.values(name, year).notna().all():
            continue
        who = users if users != "population" and _known(study, users, year) else "population"
        found.append(Category(id_, title, who, basic))
        spent[name] = study.values(name, year)
        used += [name, *(USERS[who][0] if who in USERS else ())]
    rest = total - sum(spent.values()) if spent else total
    spent["spending_other"] = rest
    only = not any(c.basic for c in found)  # without detail the whole is what must be secured
    return (*found, Category(OTHER[0], OTHER[1], OTHER[2], only)), spent, used


def _known(study: "Study", users: str, year: int) -> bool:
    return all(v in study.variables and study.values(v, year).notna().all() for v in USERS[users][0])


def _users(study: "Study", users: str, year: int) -> "pd.Series[float]":
    names, made = USERS[users]
    found: pd.Series[float] = made(*(study.values(n, year) for n in names))
    return found


def _origins(study: "Study", year: int, before: int | None, categories: Sequence[Category]) -> dict[str, Text]:
    plain = {
        "population": "population", "area": "land_area", "grp": "grp", "urban": "urbanisation", "tax": "tax_revenue",
        "nontax": "budget_revenue",
    }  # fmt: skip
    found = {column: origin(study, name, year) for column, name in plain.items()}
    found["nontax"] = _minus(found["nontax"], Text("减税收收入", "less tax revenue"))
    for c in categories:
        name = "budget_expenditure" if c.id == "other" else f"spending_{c.id}"
        source = origin(study, name, year)
        rest = Text("减以上各类", "less the categories above")
        found[f"spending_{c.id}"] = _minus(source, rest) if c.id == "other" else source
        if c.users in USERS:
            found[c.users] = origin(study, USERS[c.users][0][0], year)
    if before is not None:
        found["baseline"] = origin(study, PAID, before)
    return found


def _minus(source: Text, what: Text) -> Text:
    return Text(f"{source.zh}，{what.zh}", f"{source.en}, {what.en}")


def _over(study: "Study", frame: "pd.DataFrame", file: str) -> tuple["pd.DataFrame", frozenset[str], tuple[Text, ...]]:
    """Lay the user's table over the inputs, and say which columns it gave.

    Empty coefficients are 1; other columns are filled whole or not at all.
    """
    table = by_place(file, FORM, study)
    table = table.reindex(frame.index)
    problems: list[Problem] = []
    own: list[Field] = []
    out = frame.copy()
    for field in FORM.fields[1:]:
        values = table[field.id].astype(np.float64)
        if values.isna().all():
            continue
        missing = values.index[values.isna()]
        if len(missing) and field.id in WHOLE:
            names = [study.name(str(p)) for p in missing]
            what = Text(
                f"“{field.title.zh}”缺：{'、'.join(n.zh for n in names)}",
                f"{field.title.en!r} lacks: {', '.join(n.en for n in names)}",
            )
            problems.append(
                Problem(what, Text("整列填齐，或整列空着", "fill the whole column, or leave it empty"), file)
            )
            continue
        out[field.id] = values.fillna(1.0)
        own.append(field)
    if ("scale" in out.columns) != ("expanse" in out.columns):
        what = Text("人口规模系数与面积系数要一起给出", "population scale and area are given together")
        problems.append(Problem(what, file=file))
    if problems:
        raise InputError(problems)
    titles = "、".join(f.title.zh for f in own), ", ".join(f.title.en for f in own)
    note = Text(f"用户表给出：{titles[0]}", f"from the user's table: {titles[1]}")
    return out, frozenset(f.id for f in own), (note,) if own else ()
