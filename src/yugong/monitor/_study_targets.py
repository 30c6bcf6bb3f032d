"""Targets on a study: progress, forecasts with the probability of reaching them, and what closes the gap."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from yugong.base.cards import MethodCard
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.monitor._results import Listing
from yugong.monitor.targets import contributions as parts
from yugong.monitor.targets.forecast import CARD, LEAST, Forecast, Model, forecast
from yugong.monitor.targets.forecast import reach as probability
from yugong.monitor.targets.listed import NATIONAL, TARGETS, TOTAL, Target, listed
from yugong.monitor.targets.progress import RULE, colour, expected, progress
from yugong.registry.terms import choices

if TYPE_CHECKING:
    from yugong.study.model import Study

FORMS = dict.fromkeys(("targets", "target_path", "target_gap"), (TARGETS,))
FREQUENT = 0.5  # a place with figures in a smaller share of the years takes no part in the national mean
CHECK_CARD = replace(
    CARD,
    id="forecast_check",
    title=Text("预测的历史检验", "Forecasts checked against the past"),
    convention=Text(
        "逐年把数据截断在起点年，预测其后各期并与实际数比较；覆盖率是实际数落在区间内的比例",
        "the data are cut at each origin and the years after it forecast; coverage is the share of actual figures "
        "inside the interval",
    ),
)
GAP_CARD = MethodCard(
    "target_gap",
    Text("差距的来源与补法", "Where the gap comes from and what closes it"),
    r"\Delta m=\sum_i \bar s_i\,\Delta x_i+\sum_i (\bar x_i-\bar m)\,\Delta s_i;\qquad "
    r"\text{gain}_i=s_i\max(g^{75\%}-g_i,0)\,H",
    Text(
        "变化按各地区水平与权重精确分解；补差潜力是该地区改按全部地区 75% 分位的年均进度推进到目标年时全国均值的增加",
        "the change splits exactly into each place's level and weight; the gain is what the national mean adds if the "
        "place moves at the 75th percentile of all places' yearly pace until the target year",
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Tracked:
    """A target's own series: years (T,), values (T,), its baseline and goal as levels, direction, what was left out."""

    years: NDArray[np.int64]
    values: NDArray[np.float64]
    baseline: float
    goal: float
    direction: Literal["+", "-"]
    omitted: tuple[str, ...]

    @property
    def last(self) -> int:
        """The position of the latest figure, -1 where there is none."""
        there = np.flatnonzero(~np.isnan(self.values))
        return int(there[-1]) if there.size else -1

    def ahead(self, to: int, model: Model) -> Forecast | None:
        """Return the forecast up to a year; None where it is past, or the figures are too few."""
        steps = to - int(self.years[self.last]) if self.last >= 0 else 0
        if steps < 1 or int((~np.isnan(self.values)).sum()) < LEAST:
            return None
        return forecast(self.values, steps, model)


def targets(
    study: "Study",
    file: str | None = None,
    level: float = 0.95,
    model: Model = "local_trend",
) -> Listing:
    """Return the state of every target: progress against the straight path, forecast, probability, colour.

    file: a filled table of targets (--template); without it, the published national targets that ship. level: of the
    interval. model: local_trend, or damped (takes no gaps).
    """
    chosen = listed(study, file)
    tracked = [_tracked(study, t) for t in chosen]
    rows = [_row(t, s, level, model) for t, s in zip(chosen, tracked, strict=True)]
    notes = [RULE]
    for t, s in zip(chosen, tracked, strict=True):
        lost, name = s.omitted, title(t.id)
        if lost:
            zh, en = "、".join(study.name(c).zh for c in lost), ", ".join(study.name(c).en for c in lost)
            notes.append(
                Text(
                    f"{name.zh}：全国均值未含{zh}（缺数）", f"{name.en}: the national mean leaves out {en} (no figures)"
                )
            )
        if t.note.zh:
            notes.append(Text(f"{name.zh}：{t.note.zh}", f"{name.en}: {t.note.en}"))
    if any(t.place == NATIONAL for t in chosen):
        notes.append(
            Text(
                "全国值是本研究各地区的加权均值或加总，不是官方全国数",
                "national values are weighted means or sums of the study's places, not official",
            )
        )
    return Listing(
        pd.DataFrame(rows), CARD, tuple(notes), _provenance(study, chosen, level=level, model=model)
    )  # fmt: skip


def title(target: str) -> Text:
    """Return the words for a target that ships, or the user's own id."""
    return choices().get(f"target_id.{target}", Text(target, target))


def target_path(
    study: "Study", target: str, file: str | None = None, level: float = 0.95, model: Model = "local_trend"
) -> Listing:
    """Return one target year by year: figure, straight path, progress, and the forecast after the last figure."""
    t = _chosen(study, target, file)
    s = _tracked(study, t)
    to = max(t.target_year, int(s.years[-1]))
    every = np.arange(int(s.years[0]), to + 1)
    held = dict(zip(s.years.tolist(), s.values.tolist(), strict=True))
    ahead = s.ahead(to, model)
    start = int(s.years[s.last]) if s.last >= 0 else to
    low, high = ahead.interval(level) if ahead else (None, None)
    rows = []
    for y, path in zip(
        every.tolist(), expected(s.baseline, t.baseline_year, s.goal, t.target_year, every), strict=True
    ):
        value = held.get(y, np.nan)
        k = y - start - 1
        future = ahead is not None and low is not None and high is not None and k >= 0
        in_term = t.baseline_year <= y <= t.target_year
        rows.append(
            {
                "target_id": t.id,
                "year": y,
                "value": value,
                "on_path": path if in_term else np.nan,
                "progress": float(progress(value, s.baseline, s.goal)) if in_term else np.nan,
                "forecast": float(ahead.mean[k]) if future and ahead is not None else np.nan,
                "low": float(low[k]) if future and low is not None else np.nan,
                "high": float(high[k]) if future and high is not None else np.nan,
            }
        )
    return Listing(pd.DataFrame(rows), CARD, (), _provenance(study, (t,), target=t.id, level=level, model=model))


def target_gap(study: "Study", target: str, file: str | None = None, window: int = 5) -> Listing:
    """Return, for a national target, who moved the mean since the baseline and whose faster pace closes the gap most.

    Level and weight parts sum to the change of the mean; gain: see the method card; gap_closed: the gain over the
    distance from the latest mean to the target. window: years over which each place's pace is measured.
    """
    t = _chosen(study, target, file)
    if t.place != NATIONAL:
        what = Text("只有全国目标可以分解到地区", "only a national target splits into places")
        raise InputError([Problem(what, Text("单个地区的目标看 target_path", "for one place see target_path"))])
    x, w, _ = _complete(study, t)
    s = _tracked(study, t)
    years = [int(y) for y in x.columns]
    last = years[-1]
    first = max((y for y in years if y <= t.baseline_year), default=years[0])
    back = max((y for y in years if y <= last - window), default=years[0])
    if first >= last or back >= last:
        raise InputError([Problem(Text("基期之后没有可比的年份", "no later year to compare with the baseline"))])
    own, shift = parts.contributions(x[first], x[last], w[first], w[last])
    pace = (x[last] - x[back]).to_numpy(float) / (last - back)
    if t.weights == TOTAL:  # of a sum: each place's own change, and its pace in proportion to its size
        own, shift = own * len(x), shift * len(x)
        size = x[last].to_numpy(float)
        gain = float(size.sum()) * parts.gains(pace / size, size, max(t.target_year - last, 0), s.direction)
    else:
        gain = parts.gains(pace, w[last], max(t.target_year - last, 0), s.direction)
    shares = (x[last] if t.weights == TOTAL else w[last]).to_numpy(float)
    gap = abs(s.goal - float(s.values[s.last]))
    met = probability(s.values[s.last], 0.0, s.goal, s.direction) == 1
    frame = pd.DataFrame(
        {
            "place": x.index,
            "share": shares / float(shares.sum()),
            "value": x[last].to_numpy(float),
            "level_part": own,
            "weight_part": shift,
            "pace": pace,
            "gain": gain,
            "gap_closed": np.nan if met or gap == 0 else gain / gap,
        }
    )
    frame = frame.sort_values("gain", ascending=False, kind="stable").reset_index(drop=True)
    change = Text(
        f"{first}—{last} 年均值变化 {own.sum() + shift.sum():.4g}，各部分之和与之相等；距目标 {gap:.4g}",
        f"the mean changed by {own.sum() + shift.sum():.4g} over {first}–{last}, the sum of the parts; {gap:.4g} to go",
    )
    reached = Text("最近年份已达目标，不再计补差份额", "the target is met in the latest year: no shares of a gap")
    notes = (change, reached) if met else (change,)
    return Listing(frame, GAP_CARD, notes, _provenance(study, (t,), target=t.id, window=window))


def forecast_check(
    study: "Study",
    variable: str,
    horizon: int = 3,
    origins: int = 3,
    level: float = 0.95,
    places: Sequence[str] | None = None,
    model: Model = "local_trend",
) -> Listing:
    """Return how forecasts made in past years fared: coverage of the interval and error against an unchanged trend.

    origins: how many last possible years the data are cut at; horizon: years ahead; places: names, or all. One row a
    step: n forecasts, coverage, mean absolute error, and that of carrying the mean change of the past on (drift).
    """
    panel = study.panel(variable).astype(np.float64)
    chosen = [study.place(p) for p in places] if places is not None else list(panel.index)
    z = float(norm.ppf(0.5 + level / 2))
    found: list[tuple[int, bool, float, float]] = []
    short = 0
    for code in chosen:
        y = panel.loc[code].to_numpy(float)
        there = np.flatnonzero(~np.isnan(y))
        for back in range(origins):
            end = (there[-1] if there.size else -1) - horizon - back
            past = y[: end + 1] if end >= 0 else y[:0]
            if (~np.isnan(past)).sum() < LEAST or np.isnan(past[-1]):
                short += 1
                continue
            made = forecast(past, horizon, model)
            held = past[~np.isnan(past)]
            slope = (held[-1] - held[0]) / (np.flatnonzero(~np.isnan(past))[-1] - np.flatnonzero(~np.isnan(past))[0])
            for k in range(horizon):
                actual = y[end + 1 + k]
                if not np.isnan(actual):
                    error = abs(actual - made.mean[k])
                    found.append((k + 1, error <= z * made.sd[k], error, abs(actual - held[-1] - slope * (k + 1))))
    if not found:
        raise InputError([Problem(Text(f"{variable} 的历史太短，无法检验", f"{variable}: too short a past to check"))])
    frame = pd.DataFrame(found, columns=["step", "coverage", "error", "error_drift"])
    out = frame.groupby("step").agg(
        n=("coverage", "size"),
        coverage=("coverage", "mean"),
        error=("error", "mean"),
        error_drift=("error_drift", "mean"),
    )
    notes = (Text(f"历史不足 {short} 次未检验", f"{short} origins had too short a past"),) if short else ()
    source = study.provenance([variable], horizon=horizon, origins=origins, level=level, model=model)
    return Listing(out.reset_index(), CHECK_CARD, notes, source)


def _row(t: Target, s: Tracked, level: float, model: Model) -> dict[str, object]:
    at = s.last
    latest, year = (float(s.values[at]), int(s.years[at])) if at >= 0 else (np.nan, None)
    mean = low = high = chance = np.nan
    status = "no_figures" if year is None else "no_baseline"
    if year is not None and np.isfinite(s.goal):
        status = "forecast"
        if year >= t.target_year:
            final = float(s.values[list(s.years).index(t.target_year)])
            status = "due"
            chance = float(probability(final, 0.0, s.goal, s.direction))
        elif (ahead := s.ahead(t.target_year, model)) is not None:
            mean = float(ahead.mean[-1])
            low, high = (float(e[-1]) for e in ahead.interval(level))
            chance = float(probability(mean, ahead.sd[-1], s.goal, s.direction))
            status = "forecast" if ahead.status == "converged" else ahead.status
        else:
            status = "too_few"
    return {
        "target_id": t.id,
        "place": t.place,
        "variable": t.variable,
        "baseline_year": t.baseline_year,
        "baseline": s.baseline,
        "latest_year": year,
        "latest": latest,
        "target_year": t.target_year,
        "target": s.goal,
        "progress": float(progress(latest, s.baseline, s.goal)),
        "time_share": float(np.clip((year - t.baseline_year) / (t.target_year - t.baseline_year), 0, 1))
        if year
        else np.nan,
        "forecast": mean,
        "low": low,
        "high": high,
        "probability": chance,
        "colour": colour(chance),
        "status": status,
        "responsible": t.owner,
        "document": t.document,
        "certainty": t.certainty,
    }


def _tracked(study: "Study", t: Target) -> Tracked:
    if t.place == NATIONAL:
        x, w, omitted = _complete(study, t)
        whole_sum = (x * w).sum()
        years = x.columns.to_numpy(int)
        values = (whole_sum if t.weights == TOTAL else whole_sum / w.sum()).to_numpy(float)
        whole = np.arange(years[0], years[-1] + 1)  # a year left out is a gap, not a step
        series = pd.Series(values, years).reindex(whole)
        years, values = whole, series.to_numpy(float)
    else:
        panel = study.panel(t.variable)
        values = panel.to_numpy(np.float64)[list(panel.index).index(t.place)]
        years, omitted = panel.columns.to_numpy(int), ()
    held = dict(zip(years.tolist(), values.tolist(), strict=True))
    base = t.baseline if t.baseline is not None else held.get(t.baseline_year, np.nan)
    goal = base * (1 + t.target) if t.kind == "change" else t.target
    stated = study.variable(t.variable).direction
    direction: Literal["+", "-"] = "-" if stated == "-" or (stated != "+" and goal < base) else "+"
    return Tracked(years, values, base, goal, direction, omitted)


def _complete(study: "Study", t: Target) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Values and weights of the places with figures in half of the years, in the years when all of these have one."""
    x = study.panel(t.variable).astype(np.float64)
    w = pd.DataFrame(1.0, x.index, x.columns) if t.weights == TOTAL else study.panel(t.weights).astype(np.float64)
    there = x.notna() & w.notna()
    used = there.loc[:, there.any()]
    kept = used.mean(axis=1) >= FREQUENT
    full = [y for y in used.columns if used.loc[kept, y].all()] if kept.any() else []
    if not full:
        what = Text(f"{t.variable} 没有各地区齐全的年份", f"{t.variable}: no year in which every place has figures")
        raise InputError([Problem(what)])
    lost = tuple(str(c) for c in x.index[~kept])
    return x.loc[kept, full], w.loc[kept, full], lost


def _chosen(study: "Study", target: str, file: str | None) -> Target:
    every = {t.id: t for t in listed(study, file)}
    if target not in every:
        raise UnknownNameError(Text("目标", "target"), target, list(every))
    return every[target]


def _provenance(study: "Study", chosen: Sequence[Target], **selection: object) -> Provenance:
    used = dict.fromkeys(v for t in chosen for v in (t.variable, t.weights) if v and v != TOTAL)
    return study.provenance(list(used), **selection)
