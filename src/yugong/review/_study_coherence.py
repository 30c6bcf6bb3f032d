"""The checks of a plan on a study: coverage of national tasks, sums of targets, opposing measures, zones."""

from collections import Counter

import pandas as pd

from yugong import registry
from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.review.coherence import plan
from yugong.review.coherence.checks import Measure, opposing, sums
from yugong.review.coherence.results import PlanCheck, card
from yugong.study.model import Study

FORMS = plan.FORMS


def plan_coverage(study: Study, file: str | None = None) -> PlanCheck:
    """Hold a plan's measures against the national register of tasks: which are served, which are left open.

    A task concerns the plan when it has no area of its own or one of the plan's places belongs to its areas. It is
    served by a measure that names it, or that moves one of its indicators in a place it concerns. `file`: the table
    of measures. Source: the regional tasks of the 2024 decision, as registered.
    """
    measures = plan.read_measures(study, file)
    areas = {p: _groups(p) for p in sorted(set(measures["place"]))}
    rows = []
    for task in registry.tasks():
        within = {p for p, groups in areas.items() if not task.groups or groups & set(task.groups)}
        served = measures[
            (measures["task"] == task.id)
            | (measures["indicator"].isin(task.indicators) & measures["place"].isin(within) & measures["task"].isna())
        ]
        status = "served" if len(served) else "gap" if within else "not_concerned"
        rows.append(
            {
                "task": task.id,
                "title": task.name.in_(),
                "check_status": _STATUS[status].in_(),
                "n_measures": len(served),
                "measures": Text("、", ", ").in_().join(dict.fromkeys(served["measure"])),
                "document": task.document,
            }
        )
    gaps = sum(r["check_status"] == _STATUS["gap"].in_() for r in rows)
    stray = measures[measures["task"].isna() & ~measures["indicator"].isin(_indicators())]
    notes = (
        Text(f"{gaps} 项任务涉及本规划地区而没有措施", f"{gaps} tasks concern the plan's places and have no measure"),
        Text(
            f"{len(stray)} 项措施不对应任何任务的指标：{'、'.join(stray['measure'])}",
            f"{len(stray)} measures move no indicator of any task: {', '.join(stray['measure'])}",
        ),
    )
    return PlanCheck(pd.DataFrame(rows), gaps, notes, _COVERAGE)


def plan_sums(study: Study, file: str | None = None, tolerance: float = 0.005) -> PlanCheck:
    """Compare the sum of local targets with the target of the place above them.

    Only indicators that add up are summed; `tolerance` is the share of the parent's target within which they agree.
    A parent with some parts missing is said to be incomplete. `file`: the table of targets.
    """
    if not 0 <= tolerance < 1:
        what = Text("容差应在 0 与 1 之间", "the tolerance lies between 0 and 1")
        raise InputError([Problem(what)])
    targets = plan.read_targets(study, file)
    mixed = targets.groupby("indicator")["adds"].nunique()
    if len(both := mixed.index[mixed > 1]):
        what = Text(f"指标“{both[0]}”时而可加总时而不可", f"indicator {both[0]!r} both adds up and does not")
        raise InputError([Problem(what, file=str(file))])
    summed = targets.loc[targets["adds"], ["place", "indicator", "year", "target"]]
    given = {
        (str(place), str(indicator), int(year)): float(value)
        for place, indicator, year, value in summed.to_numpy().tolist()
    }
    parents = {p: registry.place(p).parent or plan.NATIONAL for p, *_ in given if p != plan.NATIONAL}
    below = Counter(p.parent for p in registry.places("prefecture"))
    below[plan.NATIONAL] = sum(p.code[:2] not in _OWN_PLANS for p in registry.places("province"))
    rows = []
    for place, indicator, year, whole, total, parts in sums(given, parents):
        share = total / whole - 1 if whole else float("nan")
        complete = len(parts) >= below[place]
        status = "adds" if complete and abs(share) <= tolerance else "short" if complete and share < 0 else "over"
        if not complete:
            status = "over" if share > tolerance else "incomplete"
        rows.append(
            {
                "place": _name(place),
                "indicator": indicator,
                "year": year,
                "target": whole,
                "sum_of_parts": total,
                "gap_share": share,
                "n_parts": len(parts),
                "check_status": _STATUS[status].in_(),
            }
        )
    columns = ["place", "indicator", "year", "target", "sum_of_parts", "gap_share", "n_parts", "check_status"]
    frame = pd.DataFrame(rows, columns=columns)
    wrong = int(frame["check_status"].isin([_STATUS["short"].in_(), _STATUS["over"].in_()]).sum())
    left = int((~targets["adds"]).sum())
    notes = (Text(f"{left} 个比率类目标不加总", f"{left} targets of ratios are not summed"),)
    return PlanCheck(frame, wrong, notes, _SUMS)


def plan_conflicts(study: Study, file: str | None = None) -> PlanCheck:
    """List pairs of measures that pull one indicator both ways at one place and time.

    A measure of a province bears on its cities. Such a pair is a question to the planner, not always a fault: one
    measure may make good what another takes. `file`: the table of measures.
    """
    frame = plan.read_measures(study, file)
    columns = ["measure", "place", "indicator", "pull", "start", "end"]
    listed = [
        Measure(str(name), str(place), str(indicator), str(pull), int(start), int(end))
        for name, place, indicator, pull, start, end in frame[columns].to_numpy().tolist()
    ]
    pairs = opposing(listed, {m.place: _above(m.place) for m in listed})
    rows = [
        {
            "indicator": a.indicator,
            "measure": a.name,
            "pull": _PULL[a.pull].in_(),
            "other_measure": b.name,
            "other_pull": _PULL[b.pull].in_(),
            "first_year": first,
            "last_year": last,
        }
        for a, b, first, last in pairs
    ]
    columns = ["indicator", "measure", "pull", "other_measure", "other_pull", "first_year", "last_year"]
    return PlanCheck(pd.DataFrame(rows, columns=columns), len(pairs), (), _CONFLICTS)


def plan_zones(study: Study, file: str | None = None) -> PlanCheck:
    """Hold each measure's activity against what its zone allows.

    The permissions are the user's table (sheet of zone, activity, permission, document) in the same workbook: no
    official county list or permission table ships. An activity that the table does not name is asked about.
    """
    measures = plan.read_measures(study, file)
    allowed = plan.read_permissions(file)
    table = {(str(r.zone), str(r.activity)): (str(r.permission), str(r.document)) for r in allowed.itertuples()}
    rows = []
    for r in measures[measures["zone"].notna() & measures["activity"].notna()].itertuples(index=False):
        permission, document = table.get((str(r.zone), str(r.activity)), ("not_named", ""))
        rows.append(
            {
                "measure": r.measure,
                "zone": r.zone,
                "activity": r.activity,
                "check_status": _STATUS[permission].in_(),
                "document": document,
            }
        )
    frame = pd.DataFrame(rows, columns=["measure", "zone", "activity", "check_status", "document"])
    wrong = int(frame["check_status"].isin([_STATUS["banned"].in_(), _STATUS["not_named"].in_()]).sum())
    without = int((measures["zone"].isna() | measures["activity"].isna()).sum())
    notes = (Text(f"{without} 项措施没有写功能区或活动", f"{without} measures name no zone or activity"),)
    return PlanCheck(frame, wrong, notes, _ZONES)


def _name(code: str) -> str:
    if code == plan.NATIONAL:
        return Text("全国", "national").in_()
    place = registry.place(code)
    return Text(place.zh, place.en).in_()


def _groups(code: str) -> set[str]:
    """The registry groups of a place or of the province above it."""
    found: set[str] = set()
    for each in (code, *_above(code)):
        found |= {g.id for g in registry.groups_of(each)}
    return found


def _above(code: str) -> frozenset[str]:
    found = []
    above = registry.place(code).parent
    while above is not None:
        found.append(above)
        above = registry.place(above).parent
    return frozenset(found)


def _indicators() -> set[str]:
    return {i for t in registry.tasks() for i in t.indicators}


_OWN_PLANS = {"71", "81", "82"}  # places that the national plan does not break its targets down to
_PULL = {"up": Text("提高", "up"), "down": Text("降低", "down")}
_STATUS = {
    "served": Text("有措施", "served"),
    "gap": Text("缺口", "gap"),
    "not_concerned": Text("不涉及", "not concerned"),
    "adds": Text("相符", "adds up"),
    "short": Text("合计不足", "short"),
    "over": Text("合计超出", "over"),
    "incomplete": Text("下级不全", "parts missing"),
    "allowed": Text("允许", "allowed"),
    "limited": Text("限制", "limited"),
    "banned": Text("禁止", "banned"),
    "not_named": Text("规定未列，待问", "not named: ask"),
}
_COVERAGE = card(
    "plan_coverage",
    Text("规划对国家任务的覆盖", "coverage of national tasks"),
    r"\text{served}(t) \iff \exists m:\ t(m)=t \ \vee\ \left(i(m)\in I_t \wedge p(m)\in P_t\right)",
    Text(
        "点名的任务优先；未点名的按指标和地区对应", "a task named by the measure comes first, else indicator and place"
    ),
)
_SUMS = card(
    "plan_sums",
    Text("下级目标合计与上级目标", "sum of local targets against the parent"),
    r"g = \frac{\sum_k T_k}{T} - 1",
    Text(
        "只加总可加的指标；下级不全时只判断是否超出", "only what adds up; with parts missing only an excess is judged"
    ),
)
_CONFLICTS = card(
    "plan_conflicts",
    Text("方向相反的措施", "opposing measures"),
    r"i_a=i_b,\ s_a=-s_b,\ p_a\cap p_b\ne\varnothing,\ [t_a]\cap[t_b]\ne\varnothing",
    Text(
        "同一指标、同一地区（含上下级）、年份重叠",
        "same indicator, same place (or one within the other), years that overlap",
    ),
)
_ZONES = card(
    "plan_zones",
    Text("功能区准许", "zone permissions"),
    r"(z,a) \mapsto \{\text{allowed},\text{limited},\text{banned}\}",
    Text("准许表由用户据文件填写", "the table of permissions is the user's, from documents"),
)
