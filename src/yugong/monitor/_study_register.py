"""The register of cooperation on a study: state and money, what is due, history, network, shared services."""

from typing import TYPE_CHECKING

import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.monitor._results import Listing
from yugong.monitor.register.due import due
from yugong.monitor.register.forms import BLOCKAGES, KINDS, REGISTER, SERVICES, SHARING
from yugong.monitor.register.load import Register, read_register, today
from yugong.monitor.register.network import adjacency, density, measures
from yugong.monitor.register.reading import read, refuse, tables_of
from yugong.monitor.register.states import STATES

if TYPE_CHECKING:
    from yugong.study.model import Study

FORMS = {
    **dict.fromkeys(("register", "register_due", "register_history", "register_network"), REGISTER),
    "service_matrix": (SERVICES,),
}
MATTERS: dict[str, Text] = {
    "milestone": Text("节点未完成", "milestone not done"),
    "payment": Text("款项未付清", "payment outstanding"),
    "term": Text("已到期未了结", "past its end, not closed"),
    "expiring": Text("将到期", "expiring"),
}
CARD = MethodCard(
    "register",
    Text("合作台账", "Register of cooperation"),
    r"\text{state}_t=f(\text{state}_{t-1},\ \text{event}_t)",
    Text(
        "状态由只增不改的变更记录依次推出，不允许的变更报错；金额按所填相加，缺的不当作零",
        "the state follows from an append-only list of events, and a change that may not follow is an error; amounts "
        "are summed as filled in, and missing ones are not zero",
    ),
)
NETWORK_CARD = MethodCard(
    "register_network",
    Text("合作网络", "Network of cooperation"),
    r"a_{ij}=\#\{\text{items in force shared by }i,j\},\quad d=\frac{\#\{a_{ij}>0\}}{n(n-1)},\quad A c=\lambda_{\max}c",
    Text(
        "当年在期的事项计入；中心性为加权网络的主特征向量，最大为 1",
        "items in force in the year; centrality is the leading eigenvector, its largest entry 1",
    ),
)
SCORES = {"full": 1.0, "partial": 0.5, "none": 0.0}
SERVICE_CARD = MethodCard(
    "service_matrix",
    Text("服务共享与转移接续矩阵", "Service sharing and portability"),
    r"p_{ij}=\tfrac1K\sum_k s_{ijk},\quad s\in\{1,\tfrac12,0\}",
    Text(
        "直接办理计 1，需备案或部分办理计 0.5，不能办理计 0；未填的对不计",
        "1 direct, 0.5 in part, 0 not possible; pairs not filled in are left out",
    ),
)


def register(study: "Study", file: str, day: str | None = None) -> Listing:
    """Return every item: kind, state, term, parties, money agreed, settled and paid (万元), milestones done and in all.

    file: a workbook (--template) or a folder of CSV files; day: today by default.
    """
    held, now = read_register(file), today(day)
    items = held.items
    money = held.money.groupby("item")[["agreed", "settled", "paid"]].sum(min_count=1)
    steps = held.milestones.assign(done=held.milestones["done"].notna()).groupby("item")["done"].agg(["sum", "size"])
    names = {c: _name(study, c) for c in held.parties["place"].unique()}
    comma = Text("、", ", ").in_()
    named = held.parties.assign(name=held.parties["place"].map(names))
    with_ = named.groupby("item", sort=False)["name"].agg(lambda x: comma.join(dict.fromkeys(x)))
    keys = items["item"]
    rows = pd.DataFrame(
        {
            "item": keys,
            "kind": items["kind"],
            "title": items["title"],
            "state": [held.states[k] for k in keys],
            "start": items["start"],
            "end": items["end"],
            "parties": with_.reindex(keys).to_numpy(object),
            **{c: money[c].reindex(keys).to_numpy(float) for c in money.columns},
            "milestones_done": steps["sum"].reindex(keys).to_numpy(float),
            "milestones": steps["size"].reindex(keys).to_numpy(float),
        }
    )
    rows.attrs["labels"] = _labels()
    late = due(held, now, 0)
    note = Text(
        f"{len(items)} 个事项；截至 {now} 有 {len(late)} 处逾期", f"{len(items)} items; {len(late)} overdue on {now}"
    )
    return Listing(rows, CARD, (note, *_checks(held)))


def register_due(study: "Study", file: str, day: str | None = None, days: int = 90) -> Listing:
    """Return what is overdue or comes due within so many days: milestones, payments, terms; most overdue first.

    file: the register; day: today by default; days: how far ahead. outstanding: 万元 still to pay.
    """
    held = read_register(file)
    rows = due(held, today(day), days)
    rows["what"] = in_words(study, rows)
    rows.attrs["labels"] = MATTERS
    return Listing(rows, CARD)


def in_words(study: "Study", rows: pd.DataFrame) -> list[str]:
    """Return what is due, payer and payee by name."""
    return [_pair(study, w) if m == "payment" else w for m, w in zip(rows["matter"], rows["what"], strict=True)]


def register_history(study: "Study", file: str, item: str | None = None) -> Listing:
    """Return the changes of state in order of date, of one item or of all."""
    held = read_register(file)
    rows = held.events.sort_values(["date", "item"], kind="stable")
    if item is not None:
        rows = rows[rows["item"] == item]
        if rows.empty:
            raise InputError([Problem(Text(f"“{item}”没有变更记录", f"{item!r} has no events"))])
    rows = rows.reset_index(drop=True)
    rows.attrs = {"labels": STATES}
    return Listing(rows, CARD)


def register_network(study: "Study", file: str, year: int | None = None) -> Listing:
    """Return each place's partners, shared items and centrality by year; the notes give each year's density.

    file: the register; year: one, or None for every year in which some item is in force up to this year.
    """
    held = read_register(file)
    places = list(dict.fromkeys(held.parties["place"]))
    if not places:
        raise InputError([Problem(Text("参与方表没有数据行", "the table of parties has no rows"))])
    this = int(today(None)[:4])
    first = int(min(held.items["start"])[:4])
    rows: list[dict[str, object]] = []
    notes: list[Text] = []
    for y in [year] if year is not None else range(first, max(this, first) + 1):
        links = adjacency(held.parties, held.items, places, y)
        degree, strength, central = measures(links)
        notes.append(Text(f"{y} 年网络密度 {density(links):.3f}", f"density {density(links):.3f} in {y}"))
        rows += [
            {"place": p, "year": y, "partners": degree[i], "items_shared": strength[i], "centrality": central[i]}
            for i, p in enumerate(places)
        ]
    frame = pd.DataFrame(rows)
    frame.attrs["labels"] = {p: _text(study, p) for p in places}
    return Listing(frame, NETWORK_CARD, tuple(notes))


def service_matrix(study: "Study", file: str, day: str | None = None) -> Listing:
    """Return, for each pair of home place and place of use: services filled in, their mean status, and what is missing.

    file: the register's table of shared services (--template); day: rows that start later do not count.
    """
    from pathlib import Path

    path = Path(file)
    tables = tables_of(path, (SERVICES,))
    if SERVICES.id not in tables:
        raise refuse(path)
    frame, problems = read(tables[SERVICES.id], SERVICES)
    if problems:
        raise InputError(problems)
    now = today(day)
    key = ["service", "origin", "destination"]
    twice = frame.index[frame.duplicated(key)]
    if len(twice):
        raise InputError(
            Problem(Text("同一事项同一对地区有两行", "a service and pair stand twice"), None, path.name, None, frame.attrs["rows"][i])
            for i in twice
        )  # fmt: skip
    frame.attrs = {}
    used = frame[frame["since"].isna() | (frame["since"].fillna("") <= now)]
    rows = []
    for (a, b), part in used.groupby(["origin", "destination"], sort=False):
        score = part["status"].map(SCORES)
        lacking = part["service"][part["status"] != "full"]
        rows.append((a, b, len(part), float(score.mean()), Text("、", ", ").in_().join(lacking)))
    out = pd.DataFrame(rows, columns=["origin", "destination", "services", "portability", "lacking"])
    both = set(zip(out["origin"], out["destination"], strict=True))
    one_way = sum((b, a) not in both for a, b in both)
    out.attrs["labels"] = {c: _text(study, c) for pair in both for c in pair} | dict(SHARING)
    note = Text(f"{one_way} 对只填了一个方向", f"{one_way} pairs are filled in one way only")
    return Listing(out, SERVICE_CARD, (note,) if one_way else ())


def _checks(held: Register) -> list[Text]:
    m = held.money
    over = int((m["paid"] > m["settled"].where(m["settled"].notna(), m["agreed"])).sum())
    none = int(held.items["item"].isin(set(held.parties["item"])).eq(False).sum())
    out = []
    if over:
        out.append(Text(f"{over} 笔已付超过核定或约定", f"{over} payments exceed what was settled or agreed"))
    if none:
        out.append(Text(f"{none} 个事项没有登记参与方", f"{none} items have no parties"))
    return out


def _labels() -> dict[str, Text]:
    return {**STATES, **dict(KINDS), **{k: v for k, v in BLOCKAGES if k != "other"}}


def _text(study: "Study", code: str) -> Text:
    if code in study.names:
        return study.names[code]
    from yugong import registry

    place = registry.place(code)
    return Text(place.short, place.en)


def _name(study: "Study", code: str) -> str:
    return _text(study, code).in_()


def _pair(study: "Study", words: str) -> str:
    return "→".join(_name(study, c) for c in words.split("→"))
