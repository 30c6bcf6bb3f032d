"""A question asked of a study: names looked up, labels aligned, the policy dated, what touches the outcome listed."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from yugong import registry
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.evaluate.breaks import BreakRule, breaks_of
from yugong.evaluate.exposure import exposures as exposure_layers
from yugong.evaluate.policy import Counting, Policy, Status, find_policy, status, table_policy
from yugong.evaluate.question import Estimand, Floats, Question

if TYPE_CHECKING:
    from yugong.study.model import Study


def from_study(
    study: "Study",
    outcome: str,
    policy: str | Policy | None = None,
    years: Sequence[int] | None = None,
    transform: Literal["level", "log"] = "level",
    estimand: Estimand = "att",
    covariates: Sequence[str] = (),
    population: Sequence[str] = (),
    excluding: Sequence[str] = (),
    exposure: Sequence[str] = (),
    donut: Sequence[str] | None = None,
    competing: Sequence[str] = (),
    clusters: str | None = None,
    belts: str | None = None,
    counting: Counting = "half",
    anticipation: int = 0,
    recovery: int | None = None,
    breaks: BreakRule = "refuse",
    file: str | None = None,
) -> Question:
    """Return the question that an evaluation on a study asks.

    policy: a name that policy.find_policy knows, or, in place of it, `file`, a table of place, start, end, dose.
    years: the window; all years with the outcome otherwise. population, excluding: groups or places. exposure: see
    exposure.exposures; donut: those of them that bar a place from the comparison, all unless chosen. competing:
    other policies, by name. clusters: a grouping; otherwise the level at which the policy was given. breaks: an
    outcome with a known break inside the window is refused unless "accept", which takes the red light, or "adjusted",
    which says that the series was linked there; breaks known to be linked are never refused.
    Raises InputError with all problems, UnknownNameError for a name nobody knows.
    """
    if (policy is None) == (file is None):
        raise InputError(
            [
                Problem(
                    Text(
                        "政策从登记的战略中选（policy），或由自己的表给出（file）：两者须且只须给一个",
                        "the policy is chosen from the registry (policy) or given by a table of your own (file): one of them, not both",
                    )
                )
            ]
        )
    variable = study.variable(outcome)
    chosen = _policy(study, policy, file)
    rivals = {name: find_policy(name) for name in competing}
    panel = study.panel(outcome).astype(np.float64)
    window = _window(panel, variable.id, years)
    everywhere = status(chosen, study.places, window, counting)
    others = {name: status(p, study.places, window, counting) for name, p in rivals.items()}
    where = _coordinates(study)
    layers = dict(exposure_layers(study, everywhere.dose, exposure, where))
    if everywhere.partial.any():
        layers["partial"] = everywhere.partial
    rows = _rows(study, population, excluding)
    accepted = breaks_of(study, variable.id, window[0], window[-1])
    y = panel[list(window)].to_numpy(np.float64)[rows]
    problems = _outcome_problems(variable.id, y, transform)
    if breaks == "adjusted":
        accepted = tuple(replace(b, adjusted=True) for b in accepted)
    if breaks == "refuse":
        problems += [_broken(b.variable, b.year, b.note, variable.id) for b in accepted if not b.adjusted]
    if problems:
        raise InputError(problems)
    selection = {
        "policy": chosen.id, "years": f"{window[0]}–{window[-1]}", "transform": transform, "counting": counting,
        "population": ", ".join(population) or None, "excluding": ", ".join(excluding) or None,
        "exposure": ", ".join(exposure) or None, "competing": ", ".join(competing) or None,
        "anticipation": anticipation or None, "recovery": recovery, "breaks": breaks if accepted else None,
    }  # fmt: skip
    extra = {c: study.panel(c).astype(np.float64)[list(window)].to_numpy()[rows] for c in covariates}
    places = tuple(study.places[i] for i in rows)
    bars = tuple(layers) if donut is None else (*donut, *(["partial"] if "partial" in layers else []))
    return Question(
        outcome=variable.id,
        y=np.log(y) if transform == "log" else y,
        dose=everywhere.dose[rows],
        places=places,
        years=window,
        policy=chosen.id,
        estimand=estimand,
        covariates=extra,
        clusters=_clusters(study, clusters, chosen, places),
        belts=() if belts is None else tuple(str(g) for g in study.grouping(belts).reindex(list(places))),
        exposures={k: v[rows] for k, v in layers.items()},
        donut=bars,
        competing={k: _layer(s)[rows] for k, s in others.items()},
        anticipation=anticipation,
        recovery=recovery,
        coordinates=where[rows] if where is not None and np.isfinite(where[rows]).all() else None,
        breaks=accepted,
        title=variable.title,
        unit=variable.unit,
        policy_title=chosen.name,
        names={p: study.name(p) for p in places},
        transform=transform,
        notes=_notes(chosen, everywhere, study, exposure),
        provenance=study.provenance([variable.id, *covariates], **selection),
    )


def asked(estimator: Callable[..., Any]) -> Callable[..., Any]:
    """Return the verb on a study: the question's options come first, then the estimator's own, by keyword.

    The estimator takes the question, or the study and the question.
    """
    own = list(inspect.signature(estimator).parameters.values())
    with_study = own[0].name == "study"
    own = own[2 if with_study else 1 :]
    # a verb's policy is a name: objects stay in Python, where question and estimator are called apart
    asks = inspect.signature(from_study).parameters.values()
    shared = [p.replace(annotation=str | None) if p.name == "policy" else p for p in asks]
    keyword = [p.replace(kind=p.KEYWORD_ONLY) for p in own]

    @wraps(estimator)
    def verb(study: "Study", *arguments: Any, **options: Any) -> Any:
        mine = {p.name: options.pop(p.name) for p in own if p.name in options}
        question = from_study(study, *arguments, **options)
        return estimator(study, question, **mine) if with_study else estimator(question, **mine)

    verb.__signature__ = inspect.Signature([*shared, *keyword])  # type: ignore[attr-defined]
    return verb


def _policy(study: "Study", policy: "str | Policy | None", file: str | None) -> Policy:
    if isinstance(policy, Policy):
        return policy
    if policy is not None:
        return find_policy(policy)
    from pathlib import Path

    from yugong.evaluate.forms import POLICY
    from yugong.study.form import read_form

    return table_policy(read_form(Path(str(file)), POLICY, study), str(file), places=study.places)


def _window(panel: pd.DataFrame, name: str, years: Sequence[int] | None) -> tuple[int, ...]:
    have = [int(y) for y in panel.columns if panel[y].notna().any()]
    if not have:
        raise InputError([Problem(Text(f"{name} 没有数据", f"{name} has no data"))])
    if years is None:
        return tuple(range(have[0], have[-1] + 1))
    asked_for = tuple(sorted(int(y) for y in years))
    if lost := [y for y in asked_for if y not in have]:
        shown = ", ".join(map(str, lost))
        do = Text(f"有数据的年份：{have[0]}–{have[-1]}", f"years with data: {have[0]}–{have[-1]}")
        raise InputError([Problem(Text(f"{name} 在 {shown} 没有数据", f"{name} has no data in {shown}"), do)])
    return asked_for


def _rows(study: "Study", population: Sequence[str], excluding: Sequence[str]) -> list[int]:
    def codes(names: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for name in names:
            if name in study.places:
                found.add(name)
                continue
            try:
                inside = {m.place.code for m in registry.members(name)}
            except UnknownNameError:
                inside = {registry.place(name).code}
            found |= {p for p in study.places if p in inside or p[:2] + "0000" in inside or p[:4] + "00" in inside}
        return found

    wanted = codes(population) if population else set(study.places)
    wanted -= codes(excluding)
    if len(wanted) < 2:
        raise InputError([Problem(Text("总体不足两个地区", "the population has fewer than two places"))])
    return [i for i, p in enumerate(study.places) if p in wanted]


def _outcome_problems(name: str, y: Floats, transform: str) -> list[Problem]:
    if transform == "log" and (y <= 0).any():
        do = Text(
            "改用 transform=level；log(1+x) 之类的结果随单位而变",
            "use transform=level; log(1+x) and its like depend on the unit (Chen & Roth 2024)",
        )
        return [Problem(Text(f"{name} 有非正值，不能取对数", f"{name} has values ≤ 0, no logarithm"), do)]
    return []


def _broken(variable: str, year: int, note: Text, outcome: str) -> Problem:
    made = "" if variable == outcome else f"（{outcome} ← {variable}）"
    what = Text(f"结果变量{made or outcome}自 {year} 年起口径有断点：{note.zh}",
                f"the outcome {outcome} (by {variable}) breaks in {year}: {note.en}")  # fmt: skip
    do = Text(f"把窗口放在 {year} 年的一侧，换一个变量，或写 breaks=accept 并接受可信度清单的红灯",
              f"keep the window on one side of {year}, take another variable, or write breaks=accept and the red light")  # fmt: skip
    return Problem(what, do)


def _coordinates(study: "Study") -> Floats | None:
    """Longitude and latitude by place, where the registry knows them."""
    found = []
    for code in study.places:
        try:
            place = registry.place(code)
        except UnknownNameError:
            return None
        found.append((np.nan if place.lon is None else place.lon, np.nan if place.lat is None else place.lat))
    return np.asarray(found, dtype=np.float64)


def _clusters(study: "Study", clusters: str | None, policy: Policy, places: tuple[str, ...]) -> tuple[str, ...]:
    if clusters is not None:
        return tuple(str(g) for g in study.grouping(clusters).reindex(list(places)))
    given = {s.place for s in policy.spells}
    if given and all(code.endswith("0000") for code in given) and not all(p.endswith("0000") for p in places):
        return tuple(p[:2] + "0000" if p.isdigit() and len(p) == 6 else p for p in places)
    return places


def _layer(s: Status) -> Floats:
    return np.asarray(np.where(s.dose != 0, s.dose, s.partial), dtype=np.float64)


def _notes(policy: Policy, s: Status, study: "Study", exposure: Sequence[str]) -> tuple[Text, ...]:
    notes = []
    if any(name.startswith("ring:") for name in exposure):
        notes.append(
            Text("环按政府驻地之间的球面距离划分", "rings are by great-circle distance between seats of government")
        )
    some = [str(study.name(p).zh) for p, row in zip(study.places, s.partial, strict=True) if row.any()]
    english = [str(study.name(p).en) for p, row in zip(study.places, s.partial, strict=True) if row.any()]
    if some:
        notes.append(Text(f"{'、'.join(some)}只有一部分在政策范围内，既不算受政策影响，也不作对照",
                          f"only a part of {', '.join(english)} is in the policy's scope: neither treated nor comparison"))  # fmt: skip
    if policy.id.startswith("agreement:"):
        notes.append(Text("协议只涉及省内部分流域，这里以全省代表，效应被摊薄",
                          "the agreement concerns a part of each province; the whole province stands for it, which dilutes the effect"))  # fmt: skip
    if policy.certainty.startswith("M"):
        notes.append(Text("政策范围的依据有待核对（M）", "the policy's scope rests on rows still to be checked (M)"))
    return tuple(notes)
