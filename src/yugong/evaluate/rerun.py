"""Runs kept beside one another: what changed since the last one, and how much of the estimate each change moved."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem
from yugong.base.files import write_atomic
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate import comparisons
from yugong.evaluate.fixed_effects import imputation
from yugong.evaluate.question import Floats, Question
from yugong.evaluate.recipe import Run
from yugong.evaluate.two_way import twfe

FORMAT = 1
NAMED = 5  # revised figures that are named
STEPS: dict[str, Text] = {
    "last": Text("上次结果", "last result"),
    "revision": Text("旧年份的数据修订", "revised figures of the years there were"),
    "coverage": Text("新增或缺失的年份与地区", "years and places new or lost"),
    "policy": Text("政策范围与日期", "the policy's scope and dates"),
    "specification": Text("设定（对照、溢出、并存政策、估计方法）", "the specification: comparison, spillovers, other policies, estimator"),
    "now": Text("本次结果", "this result"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Revision:
    """The change of the estimate from the last run to this one, in steps that add up to it exactly.

    steps: id → estimate after that change; revised: cells whose figure changed, with the largest relative change.
    """

    steps: Mapping[str, float]
    revised: int
    largest: float
    new_years: tuple[int, ...]
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    @property
    def changed(self) -> bool:
        """Whether the estimate moved."""
        return self.steps["now"] != self.steps["last"]

    def table(self) -> pd.DataFrame:
        """Return one row a step: revision_step, estimate after it, change."""
        values = list(self.steps.values())
        return pd.DataFrame(
            {
                "revision_step": [STEPS[k].in_() for k in self.steps],
                "estimate": values,
                "change": [np.nan, *np.diff(values)],
            }
        )


def record(run: Run) -> dict[str, Any]:
    """Return what a run leaves behind: its series, its specification and its result, as plain JSON values."""
    q, a = run.evaluation.question, run.evaluation.answer
    return {
        "format": FORMAT,
        "recipe": run.recipe.id,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": run.sha256,
        "estimator": a.by,
        "estimate": a.estimate,
        "interval": [_plain(x) for x in a.interval],
        "p": _plain(a.p),
        "worst": run.evaluation.card.worst,
        "conclusion": list(run.evaluation.conclusion),
        "places": list(q.places),
        "years": list(q.years),
        "clusters": list(q.clusters),
        "y": _rows(q.y),
        "dose": _rows(q.dose),
        "clean": q.clean.astype(int).tolist(),
        "estimated": q.estimated.astype(int).tolist(),
        "transform": q.transform,
    }


def load(path: str | Path) -> list[dict[str, Any]]:
    """Return the runs recorded in a file, oldest first; none where there is no file yet."""
    file = Path(path)
    if not file.exists():
        return []
    try:
        runs = json.loads(file.read_text(encoding="utf-8"))["runs"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise InputError([Problem(Text("不是评估记录", "not a record of evaluations"), file=str(file))]) from error
    return list(runs)


def save(path: str | Path, runs: list[dict[str, Any]]) -> None:
    """Write the runs, whole or not at all."""
    write_atomic(Path(path), json.dumps({"runs": runs}, ensure_ascii=False) + "\n")


def revise(last: Mapping[str, Any], run: Run) -> Revision:
    """Return why this run's estimate differs from the last one's, step by step.

    Old cells take their new figures; then years and places come and go; then the policy's dates change; what is left is
    the specification's. Each step re-estimates with the last run's estimator and comparison rule, carried over by label.
    """
    if last["recipe"] != run.recipe.id:
        what = Text(f"记录属于方案 {last['recipe']}", f"the record belongs to recipe {last['recipe']}")
        raise InputError([Problem(what)])
    q = run.evaluation.question
    old, new = _frames(last), _frames_of(q)
    by, clusters = str(last["estimator"]), dict(zip(last["places"], last["clusters"], strict=True))
    now_clusters = dict(zip(q.places, q.clusters, strict=True))
    steps = {"last": float(last["estimate"])}
    both = new["y"].reindex(index=old["y"].index, columns=old["y"].columns)
    there = both.notna() & old["y"].notna()
    revised = old["y"].where(~there, both)
    moved = there & ~pd.DataFrame(np.isclose(both, old["y"], rtol=1e-9, atol=0), both.index, both.columns)
    steps["revision"] = _again(revised, old["dose"], old["clean"], by, clusters)
    dose = old["dose"].reindex(index=new["y"].index, columns=new["y"].columns)
    dose = dose.where(dose.notna(), dose.ffill(axis=1)).fillna(0.0)
    barred = (old["clean"] == 0) & (old["dose"] == 0) & old["y"].notna()
    away = barred.astype(float).reindex(index=new["y"].index, columns=new["y"].columns).ffill(axis=1).fillna(0.0) > 0
    clean = ((dose == 0) & ~away).astype(float)
    steps["coverage"] = _again(new["y"], dose, clean, by, now_clusters)
    clean = ((new["dose"] == 0) & ~away).astype(float)
    steps["policy"] = _again(new["y"], new["dose"], clean, by, now_clusters)
    steps["specification"] = run.evaluation.answer.estimate
    steps["now"] = run.evaluation.answer.estimate
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.abs(both.to_numpy() / old["y"].to_numpy() - 1)
    size = change[moved.to_numpy()]
    fresh = tuple(int(y) for y in new["y"].columns if y not in set(old["y"].columns))
    cells = _largest(old["y"], both, moved, q)
    note = Text(
        f"修订 {int(moved.to_numpy().sum())} 个数{f'（{cells.zh}）' if cells.zh else ''}，新增年份 {len(fresh)} 个；上次 {last['made'][:10]}",
        f"{int(moved.to_numpy().sum())} figure(s) revised{f' ({cells.en})' if cells.en else ''}, {len(fresh)} new year(s); last "
        f"run {last['made'][:10]}",
    )
    return Revision(
        steps,
        int(moved.to_numpy().sum()),
        float(size.max()) if len(size) else 0.0,
        fresh,
        _card(by),
        (note,),
        q.provenance,
    )


def _largest(old: pd.DataFrame, new: pd.DataFrame, moved: pd.DataFrame, q: Question) -> Text:
    """Name the revised figures that changed most, with their change: per cent, or the amount where it was zero."""
    gap = np.where(moved, new.to_numpy() - old.to_numpy(), 0.0)
    zh, en = [], []
    for at in np.argsort(-np.abs(gap), axis=None)[: min(NAMED, int(moved.to_numpy().sum()))]:
        row, column = np.unravel_index(int(at), gap.shape)
        place, year = old.index[int(row)], old.columns[int(column)]
        before, change = float(old.to_numpy()[row, column]), float(gap[row, column])
        size = np.expm1(change) if q.transform == "log" else change / abs(before) if before else np.nan
        shown = f"{100 * size:+.2g}%" if np.isfinite(size) else f"{change:+.3g}"
        name = q.names.get(str(place), Text(str(place), str(place)))
        zh.append(f"{name.zh} {year} 年 {shown}")
        en.append(f"{name.en} {year} {shown}")
    return Text("、".join(zh), ", ".join(en))


def _again(y: pd.DataFrame, dose: pd.DataFrame, clean: pd.DataFrame, by: str, clusters: Mapping[str, str]) -> float:
    """Re-estimate with cells that are neither clean nor treated left out of the comparison."""
    from yugong.evaluate.question import ask

    barred = ((clean == 0) & (dose == 0)).astype(float)
    labels = tuple(clusters.get(str(p), str(p)) for p in y.index)
    q = ask(y, dose, exposures={"barred": barred}, clusters=labels)
    try:
        if by == "synthetic_control":
            return comparisons.synthetic_control(q).effect
        if by == "regression_counterfactual":
            return comparisons.regression_counterfactual(q).effect
        return twfe(q).estimate if by == "twfe" else imputation(q).estimate
    except InputError:
        return float("nan")


def _frames(last: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    places, years = last["places"], last["years"]
    return {k: pd.DataFrame(_floats(last[k]), index=places, columns=years) for k in ("y", "dose", "clean")}


def _frames_of(q: Question) -> dict[str, pd.DataFrame]:
    grids = {"y": q.y, "dose": q.dose, "clean": q.clean.astype(float)}
    return {k: pd.DataFrame(v, index=list(q.places), columns=list(q.years)) for k, v in grids.items()}


def _rows(grid: Floats) -> list[list[float | None]]:
    return [[_plain(v) for v in row] for row in grid]


def _plain(x: float) -> float | None:
    return float(x) if np.isfinite(x) else None


def _floats(rows: Any) -> Floats:
    return np.array([[np.nan if v is None else v for v in row] for row in rows], dtype=np.float64)


def _card(by: str) -> MethodCard:
    return MethodCard(
        "revision",
        Text("与上次评估之差的分解", "Difference from the last evaluation, step by step"),
        r"\hat\tau_1-\hat\tau_0=\Delta_{\text{revision}}+\Delta_{\text{coverage}}+\Delta_{\text{policy}}+\Delta_{\text{spec}}",
        Text(
            "按固定次序逐步替换并重新估计，各步之和恒等于总变动",
            "changes are made in a fixed order, re-estimating after each; the steps always add up",
        ),
        None,
        (),
        {"estimator": by},
    )
