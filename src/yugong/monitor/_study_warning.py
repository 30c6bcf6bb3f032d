"""Early warning on a study: control charts, carrying-capacity colours, slow growth, the three gaps."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.monitor._results import Listing
from yugong.monitor.targets.forecast import CARD as FORECAST
from yugong.monitor.targets.forecast import LEAST, forecast
from yugong.monitor.warning import carrying, slow
from yugong.monitor.warning.charts import CUSUM_CARD, EWMA_CARD, Kind, cusum, ewma, standardised
from yugong.monitor.warning.lengths import PARAMETERS, calibrated, false_alarm, run_length
from yugong.study.form import Field, Form, read_form

if TYPE_CHECKING:
    from yugong.study.model import Study

LOADS = Form(
    "loads",
    Text("承载负荷", "Loads"),
    (
        Field("place", Text("地区", "Place"), "place"),
        Field("limiting", Text("因子", "Factor"), note=Text("如水资源、土地、大气、水环境", "water, land, air, water quality")),
        Field("load", Text("当期负荷", "Load now"), "number", low=0, note=Text("使用量÷承载量", "use ÷ capacity")),
        Field("load_before", Text("上期负荷", "Load before"), "number", low=0),
    ),
)  # fmt: skip
GAPS_FORM = Form(
    "gaps",
    Text("差距序列", "Series of gaps"),
    (
        Field("gap_kind", Text("差距", "Gap"), note=Text("如居民收入基尼系数", "e.g. the income Gini")),
        Field("year", Text("年份", "Year"), "year"),
        Field("value", Text("数值", "Value"), "number"),
    ),
)
FORMS = {"carrying_colours": (LOADS,), "three_gaps": (GAPS_FORM,)}
ALL = "all"
Floats = NDArray[np.float64]
GAPS: dict[str, Text] = {
    "urban_rural": Text("城乡收入比（人口加权）", "urban–rural income ratio, weighted by population"),
    "regional": Text("人均地区生产总值最高与最低分组之比", "GRP per head, richest over poorest group"),
    "income": Text("地区间人均收入基尼系数（人口加权）", "Gini of income per head between places, by population"),
}


def alarms(
    study: "Study",
    variable: str,
    watch: Literal["level", "dispersion"] = "level",
    chart: Kind = "ewma",
    parameter: float | None = None,
    baseline: int = 10,
    false_alarms: float = 0.05,
    weights: str | None = None,
    only_signals: bool = False,
    seed: int = 0,
) -> Listing:
    """Return yearly changes that leave what the first `baseline` changes were: signals of an EWMA or CUSUM chart.

    watch: level charts each place's yearly change (of the logarithm where all figures are positive); dispersion charts
    the yearly change of the log coefficient of variation over places (weights: the study's). parameter: λ (0.2) or
    k (0.5). The limit is set by simulation so that an unchanged series, its mean and sd estimated from the baseline,
    signals with probability false_alarms over the years watched. only_signals: leave the quiet years out.
    """
    series = _series(study, variable, watch, weights or study.weights)
    param = PARAMETERS[chart] if parameter is None else parameter
    rows: list[dict[str, object]] = []
    short: list[str] = []
    related: list[str] = []
    watched_most = limit_of_most = 0.0
    for place, (years, x) in series.items():
        watched = len(x) - baseline
        if baseline < 3 or watched < 1:
            short.append(place)
            continue
        z, mean, sd = standardised(x, baseline)
        if np.isnan(sd):
            short.append(place)
            continue
        limit = calibrated(chart, param, false_alarms, baseline, watched, seed=seed)
        if watched > watched_most:
            watched_most, limit_of_most = watched, limit
        tail = z[baseline:]
        made = ewma(tail, param, limit) if chart == "ewma" else cusum(tail, param, limit)
        r = np.corrcoef(x[: baseline - 1], x[1:baseline])[0, 1]
        if abs(r) > 2 / np.sqrt(baseline):
            related.append(place)
        for t, year in enumerate(years[baseline:]):
            if made.signal[t] or not only_signals:
                rows.append(
                    {
                        "place": place,
                        "year": year,
                        "change": float(x[baseline + t]),
                        "usual": float(mean),
                        "statistic": float(made.statistic[t]),
                        "limit": float(made.limit[t]),
                        "signal": ("high" if made.statistic[t] > 0 else "low") if made.signal[t] else "",
                    }
                )
    n = len(series) - len(short)
    if not n:
        what = Text(
            f"{variable} 的年份不足：基期 {baseline} 个变化之后须有监测年",
            f"{variable}: no years left after a baseline of {baseline}",
        )
        raise InputError([Problem(what, Text("减小 baseline", "take a smaller baseline"))])
    notes = [
        Text(
            f"共监测 {n} 个序列，界限系数 {limit_of_most:.3g}：没有变化的序列在监测期内误报的概率为 {false_alarms:.3g}，"
            f"全部序列预期误报 {n * false_alarms:.3g} 个",
            f"{n} series, limit coefficient {limit_of_most:.3g}: an unchanged series signals falsely with probability "
            f"{false_alarms:.3g} over the years watched; {n * false_alarms:.3g} false alarms are expected in all",
        )
    ]
    if related:
        notes.append(
            Text(
                f"{len(related)} 个序列的基期变化有自相关，实际误报率会高于所列",
                f"{len(related)} series have autocorrelated baselines: their false-alarm rate is higher than stated",
            )
        )
    if short:
        zh, en = _named(study, short)
        notes.append(Text(f"年份不足或没有波动而未监测：{zh}", f"not watched, too short or without variation: {en}"))
    columns = ["place", "year", "change", "usual", "statistic", "limit", "signal"]
    card = EWMA_CARD if chart == "ewma" else CUSUM_CARD
    used = [variable] if watch == "level" else [variable, weights or study.weights]
    source = study.provenance(
        used, watch=watch, chart=chart, parameter=param, baseline=baseline, false_alarms=false_alarms
    )
    return Listing(pd.DataFrame(rows, columns=columns), card, tuple(notes), source)


def alarm_properties(
    study: "Study",
    chart: Kind = "ewma",
    parameter: float | None = None,
    limit: float | None = None,
    baseline: int = 10,
    watched: int = 10,
    false_alarms: float = 0.05,
    draws: int = 10_000,
    seed: int = 0,
) -> Listing:
    """Return what a chart can and cannot see: average run lengths by size of shift, and the rate of false alarms.

    limit: None sets it so that false alarms have the stated probability over `watched` years with parameters estimated
    from `baseline` years. Run lengths are those of known parameters. Rows: shift in sd, mean run length, its error.
    """
    param = PARAMETERS[chart] if parameter is None else parameter
    bound = calibrated(chart, param, false_alarms, baseline, watched, seed=seed) if limit is None else limit
    rows = []
    for shift in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0):
        found = run_length(chart, param, bound, shift, draws, seed, most=20_000)
        rows.append({"shift_sd": shift, "run_length": found.mean, "standard_error": found.error, "cut": found.cut})
    rate = false_alarm(chart, param, bound, baseline, watched, seed=seed + 1)
    note = Text(
        f"界限 {bound:.4g}；参数由 {baseline} 个基期值估计时，{watched} 期内误报概率 {rate:.3f}",
        f"limit {bound:.4g}; with parameters estimated from {baseline} values, a false alarm within {watched} periods has "
        f"probability {rate:.3f}",
    )
    card = EWMA_CARD if chart == "ewma" else CUSUM_CARD
    return Listing(pd.DataFrame(rows), card, (note,))


def carrying_colours(
    study: "Study",
    use: str | None = None,
    limit: str | None = None,
    year: int | None = None,
    span: int = 5,
    critical: float = 0.8,
    over: float = 1.0,
    steady: float = 0.0,
    file: str | None = None,
) -> Listing:
    """Return each place's load (use ÷ limit), grade and colour by grade × trend.

    use, limit: variables of the study in one unit, e.g. water_use and its quota; year: the last with figures; span:
    years back for the trend; critical, over: bounds of the grades (yours to set); steady: relative rise that does not
    count as worse. file: a table of loads by factor instead (--template); the scarcest factor then decides.
    """
    if file is not None:
        frame = read_form(file, LOADS, study)
        grade, colour = carrying.carrying_colour(frame["load"], frame["load_before"], critical, over, steady)
        frame = frame.assign(grade=grade, colour=colour).reset_index(drop=True)
        worst = frame.loc[frame.groupby("place")["load"].idxmax(), ["place", "limiting"]]
        binding = dict(worst.itertuples(index=False, name=None))
        frame["binding"] = [binding[p] == f for p, f in frame[["place", "limiting"]].itertuples(index=False, name=None)]
        return Listing(frame, carrying.CARD)
    if use is None or limit is None:
        what = Text("需要 use 与 limit 两个变量，或用户表 file", "give the variables use and limit, or a file")
        raise InputError([Problem(what, Text("--template 可取表", "--template writes the table"))])
    load = study.panel(use).astype(np.float64) / study.panel(limit).astype(np.float64)
    there = [int(y) for y in load.columns if load[y].notna().any()]
    last = year if year is not None else max(there, default=0)
    if last not in there or last - span not in there:
        what = Text(f"{last} 年或 {last - span} 年没有负荷数据", f"no loads in {last} or {last - span}")
        raise InputError([Problem(what, Text("用 year 与 span 选年份", "choose with year and span"))])
    grade, colour = carrying.carrying_colour(load[last], load[last - span], critical, over, steady)
    rows = pd.DataFrame(
        {"place": load.index, "year": last, "load": load[last].to_numpy(), "load_before": load[last - span].to_numpy(),
         "grade": grade, "colour": colour}
    )  # fmt: skip
    return Listing(
        rows, carrying.CARD, (), study.provenance([use, limit], year=last, span=span, critical=critical, over=over)
    )


def trap_alarms(
    study: "Study",
    variable: str = "real_grp_per_head",
    population: str = "population",
    window: int = 5,
    groups: str = "plates",
    year: int | None = None,
) -> Listing:
    """Return places whose growth is slower than their own past, the nation and their group, and places that shrink.

    variable: positive levels; window: years a growth rate is over; groups: a partition; year: one, None for the last
    with both windows. growth and the shortfalls are log points a year; slower counts the comparisons lost.
    """
    y, n = study.panel(variable).astype(np.float64), study.panel(population).astype(np.float64)
    if (y <= 0).to_numpy().any():
        raise InputError([Problem(Text(f"{variable} 有非正值", f"{variable} has values ≤ 0"))])
    labels = study.grouping(groups).reindex(y.index).to_numpy(object)
    own, gaps = slow.slow_growth(y.to_numpy(), n.to_numpy(), labels, window)
    people = slow.growth(np.log(n.to_numpy()), window)
    known = np.asarray(~np.isnan(gaps).any(axis=0))
    years = [int(y.columns[int(t)]) for t in np.flatnonzero(known.any(axis=0))]
    last = year if year is not None else (years[-1] if years else 0)
    if last not in years:
        what = Text(
            f"{last} 年没有两个 {window} 年窗口可比", f"{last} holds no two windows of {window} years to compare"
        )
        raise InputError([Problem(what, Text("改 window 或 year", "change window or year"))])
    t = [int(c) for c in y.columns].index(last)
    lost = np.where(known[:, t], (gaps[:, :, t] > 0).sum(axis=0), np.nan)
    fewer = np.where(np.isnan(people[:, t]), np.nan, people[:, t] < 0)
    rows = pd.DataFrame(
        {
            "place": y.index,
            "year": last,
            "growth": own[:, t],
            "behind_past": gaps[0, :, t],
            "behind_nation": gaps[1, :, t],
            "behind_group": gaps[2, :, t],
            "slower": lost,
            "population_growth": people[:, t],
            "colour": slow.colours(lost, fewer),
        }
    )
    note = Text(
        "名义上每项比较约有一半地区落后，三项都慢不是小概率事件：警报用于筛查，不作结论",
        "about half of all places lose each comparison by construction: slow on all three is a screen, not a verdict",
    )
    source = study.provenance([variable, population], window=window, groups=groups, year=last)
    return Listing(rows, slow.CARD, (note,), source)


def three_gaps(
    study: "Study",
    ahead: int = 5,
    level: float = 0.95,
    groups: str = "plates",
    urban: str = "income_urban",
    rural: str = "income_rural",
    output: str = "grp_per_head",
    income: str = "income_per_head",
    population: str = "population",
    file: str | None = None,
) -> Listing:
    """Return the urban–rural, regional and income gaps by year, carried `ahead` years with their intervals.

    Gaps whose variables the study lacks are left out and said. file: further series of gaps, e.g. the household
    income Gini, which no provincial table holds (--template). widening: the probability that the gap at the end of
    the horizon is above the latest.
    """
    made: dict[str, pd.Series[float]] = {}
    notes: list[Text] = []
    for name, wanted in (("urban_rural", (urban, rural)), ("regional", (output,)), ("income", (income,))):
        lack = [v for v in (*wanted, population) if v not in study.variables and v not in study.headline]
        if lack:
            notes.append(
                Text(f"{GAPS[name].zh}从略：缺 {'、'.join(lack)}", f"{GAPS[name].en} left out: no {', '.join(lack)}")
            )
            continue
        made[name] = _gap(study, name, wanted, population, groups)
    if file is not None:
        frame = read_form(file, GAPS_FORM)
        twice = frame.duplicated(["gap_kind", "year"])
        if twice.any():
            at = [frame.attrs["rows"][i] for i in np.flatnonzero(twice)]
            raise InputError(
                [Problem(Text("同一差距同一年有两行", "a gap and year stand twice"), None, file, None, r) for r in at]
            )
        made |= {str(g): part.set_index("year")["value"].sort_index() for g, part in frame.groupby("gap_kind")}
    rows: list[dict[str, object]] = []
    for name, series in made.items():
        held = series.dropna()
        rows += [
            {"gap_kind": name, "year": int(y), "value": float(v)}
            for y, v in zip(held.index.tolist(), held.tolist(), strict=True)
        ]
        if len(held) < LEAST:
            notes.append(
                Text(
                    f"{_title(name).zh}不足 {LEAST} 年，不外推",
                    f"{_title(name).en}: under {LEAST} years, not carried on",
                )
            )
            continue
        years = np.arange(int(held.index[0]), int(held.index[-1]) + 1)
        f = forecast(held.reindex(years).to_numpy(float), ahead)
        low, high = f.interval(level)
        p = float(1 - _normal(float(held.iloc[-1]), f.mean[-1], f.sd[-1]))
        rows += [
            {"gap_kind": name, "year": int(years[-1]) + k + 1, "forecast": f.mean[k], "low": low[k], "high": high[k],
             "widening": p if k == ahead - 1 else np.nan}
            for k in range(ahead)
        ]  # fmt: skip
    if not rows:
        raise InputError([Problem(Text("三大差距都缺数据", "the figures of all three gaps are missing"))])
    frame = pd.DataFrame(rows, columns=["gap_kind", "year", "value", "forecast", "low", "high", "widening"])
    frame.attrs["labels"] = GAPS
    used = [v for v in (urban, rural, output, income, population) if v in study.variables or v in study.headline]
    return Listing(frame, FORECAST, tuple(notes), study.provenance(used, groups=groups, ahead=ahead, level=level))


def _title(name: str) -> Text:
    return GAPS.get(name, Text(name, name))


def _normal(x: float, mean: float, sd: float) -> float:
    from scipy.stats import norm

    return float(norm.cdf((x - mean) / sd)) if sd > 0 else float(x >= mean)


def _gap(study: "Study", name: str, wanted: Sequence[str], population: str, groups: str) -> "pd.Series[float]":
    frames = [study.panel(v).astype(np.float64) for v in wanted]
    n = study.panel(population).astype(np.float64)
    there = np.logical_and.reduce([f.notna().to_numpy() for f in (*frames, n)])
    usable = there.any(axis=0)
    kept = there[:, usable].mean(axis=1) >= 0.5 if usable.any() else np.zeros(len(n), bool)
    years = [y for j, y in enumerate(n.columns) if kept.any() and there[kept, j].all()]
    out: dict[int, float] = {}
    labels = study.grouping(groups).reindex(n.index)
    for y in years:
        w = n.loc[kept, y].to_numpy()
        if name == "urban_rural":
            u, r = (f.loc[kept, y].to_numpy() for f in frames)
            out[int(y)] = float((u / r * w).sum() / w.sum())
        elif name == "regional":
            x = pd.Series(frames[0].loc[kept, y].to_numpy() * w).groupby(labels[kept].to_numpy()).sum()
            means = x / pd.Series(w).groupby(labels[kept].to_numpy()).sum()
            out[int(y)] = float(means.max() / means.min())
        else:
            out[int(y)] = _gini(frames[0].loc[kept, y].to_numpy(), w)
    return pd.Series(out, dtype=np.float64)


def _gini(x: Floats, w: Floats) -> float:
    """Weighted Gini: mean absolute difference over twice the mean."""
    s = w / w.sum()
    return float(s @ np.abs(x[:, None] - x[None, :]) @ s / (2 * (s @ x)))


def _series(study: "Study", variable: str, watch: str, weights: str) -> dict[str, tuple[list[int], Floats]]:
    """Yearly changes by place, or of the dispersion under "all": the longest run of years without a gap."""
    panel = study.panel(variable).astype(np.float64)
    if watch == "dispersion":
        w = study.panel(weights).astype(np.float64).where(panel.notna())
        x = panel.where(w.notna())
        share = w / w.sum()
        mean = (share * x).sum(min_count=1)
        sd = np.sqrt((share * (x - mean) ** 2).sum(min_count=1))
        panel = pd.DataFrame([sd / mean], [ALL], panel.columns)
    out = {}
    for place, row in panel.iterrows():
        years, values = _run(row)
        if len(years) > 1:
            levels = np.log(values) if (values > 0).all() else values
            out[str(place)] = (years[1:], np.diff(levels))
    return out


def _run(row: "pd.Series[float]") -> tuple[list[int], Floats]:
    """The last unbroken run of figures."""
    there = row.notna().to_numpy()
    if not there.any():
        return [], np.array([])
    end = int(np.flatnonzero(there)[-1])
    before = np.flatnonzero(~there[:end])
    start = int(before[-1]) + 1 if before.size else 0
    values = np.asarray(row.to_numpy(float)[start : end + 1], dtype=np.float64)
    return [int(y) for y in row.index[start : end + 1]], values


def _named(study: "Study", codes: Sequence[str]) -> tuple[str, str]:
    known = [study.names[c] if c in study.names else Text(c, c) for c in codes]
    return "、".join(t.zh for t in known), ", ".join(t.en for t in known)
