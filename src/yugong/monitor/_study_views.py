"""Accounts of a theme on a study: border belts, grain, the sea, public-service standards."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from yugong import registry
from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError, YugongError
from yugong.base.text import Text
from yugong.monitor._results import Listing
from yugong.monitor.views.border import log_gap
from yugong.monitor.views.grain import surplus
from yugong.monitor.views.standards import pooled, shortfall
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

Pooling = Literal["own", "group", "national"]
YEAR = Field("year", Text("年份", "Year"), "year")
BELTS = Form(
    "belts",
    Text("交界地带", "Border belts"),
    (
        Field("belt", Text("交界地带名称", "Belt")),
        Field("side_a", Text("一侧（县或市）", "One side, county or city")),
        Field("side_b", Text("另一侧（县或市）", "Other side, county or city")),
        Field("indicator", Text("指标", "Indicator")),
        YEAR,
        Field("value_a", Text("一侧数值", "Value, one side"), "number", low=0),
        Field("value_b", Text("另一侧数值", "Value, other side"), "number", low=0),
    ),
)
GRAIN = Form(
    "grain",
    Text("粮食调运", "Grain shipped"),
    (
        Field("place", Text("地区", "Place"), "place"),
        YEAR,
        Field("outflow", Text("净调出量", "Net outflow"), "number", Text("万吨", "10 000 tonnes")),
        Field(
            "received", Text("已得补偿", "Compensation received"), "number", Text("万元", "10 000 yuan"), required=False
        ),
    ),
    Text("净调入写负数", "net inflows are negative"),
    one_row_a_place=True,
)
MARINE = Form(
    "marine",
    Text("海洋经济", "Marine economy"),
    (
        Field("place", Text("沿海地区", "Coastal place"), "place"),
        YEAR,
        Field("gop", Text("海洋生产总值", "Gross ocean product"), "number", Text("亿元", "100 million yuan"), low=0),
        *(Field(f"gop_{k}", Text(zh, en), "number", Text("亿元", "100 million yuan"), required=False, low=0) for k, zh, en in (
            ("primary", "海洋第一产业", "Primary"), ("secondary", "海洋第二产业", "Secondary"),
            ("tertiary", "海洋第三产业", "Tertiary"))),
        Field("coastline", Text("海岸线长度", "Coastline"), "number", Text("公里", "km"), required=False, low=0),
    ),
)  # fmt: skip
STANDARDS = Form(
    "standards",
    Text("公共服务标准", "Service standards"),
    (
        Field("service", Text("服务", "Service")),
        Field("variable", Text("指标", "Indicator"), note=Text("本研究的变量", "a variable of the study")),
        Field("standard", Text("标准", "Standard"), "number"),
        Field("pooling", Text("统筹层次", "Pooling level"), "choice", choices=(
            ("own", Text("本地", "own place")), ("group", Text("分组内", "within the group")),
            ("national", Text("全国", "national")))),
        Field("document", Text("文件", "Document"), required=False),
    ),
)  # fmt: skip
FORMS = {
    "border_belts": (BELTS,),
    "grain_account": (GRAIN,),
    "marine_account": (MARINE,),
    "service_standards": (STANDARDS,),
}
CIRCLES = ("marine_north", "marine_east", "marine_south")
LEAST_SUM = 1e-6  # relative: parts written with one decimal do not add up to the last digit

BORDER_CARD = MethodCard(
    "border_belts",
    Text("省际交界地带差距", "Gaps across provincial borders"),
    r"d_{ab,t}=|\ln x_{a,t}-\ln x_{b,t}|",
    Text(
        "差距变小为接近；用户表中的县市按所填数值，本研究的地区按邻接关系",
        "a smaller gap is closer; counties as filled in, the study's places by contiguity",
    ),
)
GRAIN_CARD = MethodCard(
    "grain_account",
    Text("粮食产销账户", "Grain account"),
    r"s_i=Q_i-\bar q\,N_i,\qquad c_i=r\,\max(s_i,0)",
    Text(
        "没有调运数据时，净调出按“产量减人均需要量×人口”推算；人均需要量不填则取各地区人均产量，净调出合计为零。"
        "补偿标准由使用者给定，所得为推算数，不是官方数额",
        "without shipments the net outflow is estimated as output less need × people; without a need it is mean output a "
        "person and outflows sum to zero. The rate of compensation is the user's: an estimate, never an official amount",
    ),
    Text("缺数为缺，不计入合计", "missing is missing and not in the sums"),
)
MARINE_CARD = MethodCard(
    "marine_account",
    Text("海洋经济账户", "Marine account"),
    r"g_i=\frac{GOP_i}{GRP_i},\quad GOP_c=\sum_{i\in c} GOP_i",
    Text(
        "11 个沿海地区和三大海洋经济圈取自登记簿；海洋生产总值由用户表给出",
        "11 coastal places and three circles by the registry; gross ocean product from the user's table",
    ),
)
STANDARD_CARD = MethodCard(
    "service_standards",
    Text("公共服务达标与统筹层次", "Service standards and pooling level"),
    r"h=\sum_i w_i\,\frac{\max(s-x_i,0)}{s},\quad \tilde x_i=\frac{\sum_{j\in g(i)}n_jx_j}{\sum_{j\in g(i)}n_j}",
    Text(
        "缺口按人口加权；统筹后各地区取所在统筹范围的人口加权均值",
        "shortfalls weighted by people; with pooling each place has the mean of its pool",
    ),
)


def border_belts(
    study: "Study",
    variable: str = "grp_per_head",
    year: int | None = None,
    since: int | None = None,
    adjacency: str = "adjacency",
    file: str | None = None,
) -> Listing:
    """Return the gap of two sides of a border, now and before, the widest first.

    Without a file: pairs of the study's places that adjoin by the flow `adjacency`, in `year` (the last) and `since`
    (the study's base year, else the first). file: pairs of counties or cities with values by year (--template);
    first and last year of each pair and indicator are compared.
    """
    if file is not None:
        return _own_belts(file)
    panel = study.panel(variable).astype(np.float64)
    there = [int(y) for y in panel.columns if panel[y].notna().any()]
    last = year if year is not None else there[-1]
    first = since if since is not None else (study.base_year if study.base_year in there else there[0])
    for y in (last, first):
        if y not in there:
            raise UnknownNameError(Text("年份", "year"), y, [str(t) for t in there[-3:]])
    links = study.flow(adjacency).matrix().reindex(index=study.places, columns=study.places).to_numpy(float)
    pairs = [(study.places[i], study.places[j]) for i, j in np.argwhere(np.triu(links > 0, 1)).tolist()]
    a, b = [p[0] for p in pairs], [p[1] for p in pairs]
    now = log_gap(panel.loc[a, last], panel.loc[b, last])
    before = log_gap(panel.loc[a, first], panel.loc[b, first])
    rows = pd.DataFrame(
        {"side_a": a, "side_b": b, "value_a": panel.loc[a, last].to_numpy(), "value_b": panel.loc[b, last].to_numpy(),
         "log_gap_before": before, "log_gap": now, "change": now - before}
    )  # fmt: skip
    lost = int(rows["log_gap"].isna().sum())
    note = Text(f"{first} 年与 {last} 年；{len(rows)} 对相邻地区", f"{first} and {last}; {len(rows)} pairs that adjoin")
    notes = (note, Text(f"{lost} 对缺数", f"{lost} pairs lack figures")) if lost else (note,)
    rows = rows.sort_values("log_gap", ascending=False, kind="stable").reset_index(drop=True)
    return Listing(rows, BORDER_CARD, notes, study.provenance([variable], year=last, since=first))


def grain_account(
    study: "Study",
    year: int | None = None,
    output: str = "grain_output",
    population: str = "population",
    need: float | None = None,
    rate: float | None = None,
    file: str | None = None,
) -> Listing:
    """Return output, net outflow and compensation by place, under main, sale and balance areas of the registry.

    need: tonnes a person a year (None: mean output a person, so that outflows sum to zero); rate: yuan a tonne of net
    outflow, yours to set (None: no compensation is computed); file: net outflows as recorded (--template), which then
    stand in place of the estimate. Units: output as the study holds it in 万吨, compensation 万元.
    """
    q, n = study.panel(output).astype(np.float64), study.panel(population).astype(np.float64)
    both = [int(y) for y in q.columns if (q[y].notna() & n[y].notna()).any()]
    last = year if year is not None else max(both, default=0)
    if last not in both:
        raise UnknownNameError(Text("年份", "year"), last, [str(t) for t in both[-3:]])
    flow, used = surplus(q[last], n[last], need)
    rows = pd.DataFrame(
        {
            "place": q.index,
            "role": study.grouping("grain_roles").to_numpy(),
            "year": last,
            "output": q[last].to_numpy(),
            "outflow": flow,
        }
    )
    notes = [
        Text(
            f"净调出为推算数：人均需要量 {1000 * used:.4g} 公斤" + ("（各地区人均产量）" if need is None else ""),
            f"net outflow is estimated: need {1000 * used:.4g} kg a person"
            + (", mean output a person" if need is None else ""),
        )
    ]
    if file is not None:
        frame = read_form(file, GRAIN, study)
        _once(frame, ["place", "year"], file)
        mine = frame[frame["year"] == last].set_index("place")
        if mine.empty:
            raise InputError(
                [Problem(Text(f"表中没有 {last} 年", f"the table has no rows of {last}"), None, Path(file).name)]
            )
        rows["outflow_estimated"] = rows["outflow"]
        rows["outflow"] = mine["outflow"].reindex(rows["place"]).to_numpy(float)
        rows["received"] = pd.to_numeric(mine["received"]).reindex(rows["place"]).to_numpy(float)
        total = float(rows["outflow"].sum())
        notes = [Text(f"净调出按用户表；合计 {total:.4g} 万吨（净出口、库存变动与漏填之和）",
                      f"net outflows as filled in; they sum to {total:.4g}: exports, stocks and what is not filled in")]  # fmt: skip
    if rate is not None:
        rows["compensation"] = rate * rows["outflow"].clip(lower=0)
        notes.append(
            Text(
                f"补偿按使用者给定的每吨 {rate:g} 元推算，不是官方数额",
                f"compensation at the user's {rate:g} yuan a tonne, not official",
            )
        )
    rows = rows.sort_values(["role", "outflow"], ascending=[True, False], kind="stable").reset_index(drop=True)
    return Listing(
        rows, GRAIN_CARD, tuple(notes), study.provenance([output, population], year=last, need=need, rate=rate)
    )


def marine_account(
    study: "Study",
    year: int | None = None,
    output: str = "grp",
    population: str = "population",
    file: str | None = None,
) -> Listing:
    """Return the coastal places and the three marine circles: output, people, their shares, and gross ocean product.

    file: gross ocean product by place and year, with its three sectors and the coastline (--template); without it the
    ocean columns are left out, for no public provincial table ships. A circle's sums need all its places.
    """
    g, n = study.panel(output).astype(np.float64), study.panel(population).astype(np.float64)
    circle = {m.place.code: c for c in CIRCLES for m in registry.members(c)}
    here = [c for c in study.places if c in circle]
    if not here:
        raise InputError([Problem(Text("本研究没有沿海地区", "the study has no coastal places"))])
    frame = None
    if file is not None:
        frame = read_form(file, MARINE, study)
        _once(frame, ["place", "year"], file)
        _parts(frame, file)
        inland = [i for i, p in enumerate(frame["place"]) if p not in circle]
        if inland:
            raise InputError(
                Problem(Text(f"{study.name(frame['place'][i]).zh}不在沿海地区之列", f"{study.name(frame['place'][i]).en} is not coastal"),
                        None, Path(file).name, None, frame.attrs["rows"][i]) for i in inland
            )  # fmt: skip
    both = [int(y) for y in g.columns if g.loc[here, y].notna().any() and n.loc[here, y].notna().any()]
    last = year if year is not None else (int(frame["year"].max()) if frame is not None else max(both, default=0))
    if last not in both:
        raise UnknownNameError(Text("年份", "year"), last, [str(t) for t in both[-3:]])
    rows = pd.DataFrame(
        {
            "circle": [circle[c] for c in here],
            "place": here,
            "year": last,
            "grp": g.loc[here, last].to_numpy(),
            "population": n.loc[here, last].to_numpy(),
        }
    )
    sums = ["grp", "population"]
    if frame is not None:
        mine = frame[frame["year"] == last].set_index("place")
        for c in ("gop", "gop_primary", "gop_secondary", "gop_tertiary", "coastline"):
            rows[c] = pd.to_numeric(mine[c]).reindex(here).to_numpy(float)
            sums.append(c)
    whole = rows.groupby("circle", sort=False)[sums].sum(min_count=0)
    gaps = rows[sums].isna().groupby(rows["circle"], sort=False).any()
    whole = whole.mask(gaps).reset_index()
    whole.insert(1, "place", "total")
    whole.insert(2, "year", last)
    rows = pd.concat([rows, whole], ignore_index=True)
    rows["grp_share"] = rows["grp"] / float(g[last].sum())
    if frame is not None:
        rows["gop_share"] = rows["gop"] / rows["grp"]
    order = {c: i for i, c in enumerate(CIRCLES)}
    rows = rows.sort_values("circle", key=lambda s: s.map(order), kind="stable").reset_index(drop=True)
    rows.attrs["labels"] = {"total": Text("合计", "total")}
    notes = () if frame is not None else (
        Text("未给海洋生产总值：用 --template 取表填写", "no gross ocean product given: fill in the --template"),
    )  # fmt: skip
    return Listing(rows, MARINE_CARD, notes, study.provenance([output, population], year=last))


def service_standards(
    study: "Study",
    file: str,
    year: int | None = None,
    population: str | None = None,
    groups: str = "plates",
) -> Listing:
    """Return, for each service standard, how many places and people miss it, at its pooling level and at the others.

    file: services with the study's variable, the standard and the level at which it is financed (--template); year:
    one, or each variable's last; groups: the partition that pools at the middle level. current marks the stated level.
    """
    frame = read_form(file, STANDARDS)
    weights = population or study.weights
    labels = study.grouping(groups)
    problems: list[Problem] = []
    rows: list[dict[str, object]] = []
    used: list[str] = []
    for i, line in enumerate(frame.to_dict("records")):
        try:
            v = study.variable(str(line["variable"]))
            x, w = study.panel(v.id).astype(np.float64), study.panel(weights).astype(np.float64)
            there = [int(y) for y in x.columns if (x[y].notna() & w[y].notna()).any()]
            at = year if year is not None else max(there, default=0)
            if at not in there:
                raise UnknownNameError(Text("年份", "year"), at, [str(t) for t in there[-3:]])
        except YugongError as error:
            problems.append(
                Problem(
                    Text(error.render("zh"), error.render("en")), None, Path(file).name, None, frame.attrs["rows"][i]
                )
            )
            continue
        used.append(v.id)
        pools: dict[Pooling, Sequence[str | None]] = {
            "own": list(study.places),
            "group": [g if isinstance(g, str) else None for g in labels],
            "national": ["all"] * len(study.places),
        }
        direction = "-" if v.direction == "-" else "+"
        for level, pool in pools.items():
            held = pooled(x[at], w[at], np.array(pool, dtype=object))
            missed, share, gap = shortfall(held, w[at], float(line["standard"]), direction)
            rows.append(
                {"service": line["service"], "variable": v.id, "year": at, "standard": line["standard"], "pooling": level,
                 "current": level == line["pooling"], "places_below": missed, "people_below": share, "shortfall": gap}
            )  # fmt: skip
    if problems:
        raise InputError(problems)
    out = pd.DataFrame(rows)
    out.attrs["labels"] = dict(STANDARDS.fields[3].choices)
    return Listing(out, STANDARD_CARD, (), study.provenance([*used, weights], groups=groups, year=year))


def _own_belts(file: str) -> Listing:
    frame = read_form(file, BELTS)
    _once(frame, ["belt", "side_a", "side_b", "indicator", "year"], file)
    frame["log_gap"] = log_gap(frame["value_a"], frame["value_b"])
    rows = []
    frame.attrs = {}
    for (belt, a, b, what), part in frame.sort_values("year").groupby(
        ["belt", "side_a", "side_b", "indicator"], sort=False
    ):
        first, last = part.iloc[0], part.iloc[-1]
        before = float(first["log_gap"]) if len(part) > 1 else float("nan")
        rows.append(
            (
                belt,
                a,
                b,
                what,
                int(last["year"]),
                last["value_a"],
                last["value_b"],
                before,
                float(last["log_gap"]),
                float(last["log_gap"]) - before,
            )
        )
    columns = [
        "belt",
        "side_a",
        "side_b",
        "indicator",
        "year",
        "value_a",
        "value_b",
        "log_gap_before",
        "log_gap",
        "change",
    ]
    out = (
        pd.DataFrame(rows, columns=columns)
        .sort_values("log_gap", ascending=False, kind="stable")
        .reset_index(drop=True)
    )
    return Listing(out, BORDER_CARD)


def _once(frame: pd.DataFrame, key: list[str], file: str) -> None:
    at = np.flatnonzero(frame.duplicated(key))
    if at.size:
        raise InputError(
            Problem(
                Text("同一项有两行", "the same item stands twice"), None, Path(file).name, None, frame.attrs["rows"][i]
            )
            for i in at
        )


def _parts(frame: pd.DataFrame, file: str) -> None:
    sectors = frame[["gop_primary", "gop_secondary", "gop_tertiary"]].apply(pd.to_numeric)
    off = (sectors.sum(axis=1, skipna=False) - frame["gop"]).abs() > np.maximum(0.2, LEAST_SUM * frame["gop"])
    at = np.flatnonzero(off)
    if at.size:
        raise InputError(
            Problem(Text("三次产业之和不等于海洋生产总值", "the three sectors do not add up to the gross ocean product"), None,
                    Path(file).name, None, frame.attrs["rows"][i]) for i in at
        )  # fmt: skip
