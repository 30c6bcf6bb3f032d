"""Each item of the card from the evidence: its number, in words, and its light."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from yugong.base.text import Text
from yugong.evaluate.credibility import lights
from yugong.evaluate.credibility.card import CredibilityCard, Item, method
from yugong.evaluate.credibility.evidence import Evidence, Placebo
from yugong.evaluate.credibility.rules import Light
from yugong.evaluate.effects import FEW
from yugong.evaluate.policies import strategy_name


def card(e: Evidence, modelled: bool = False, synthetic: bool = False, alone: bool = False) -> CredibilityCard:
    """Return the credibility card of the evidence.

    modelled: the outcome is modelled or estimated; synthetic: a synthetic control carries the headline, so that the gap
    before is its own; alone: the conclusion rests on two-way fixed effects alone. Sound comparisons over time are level
    3 on the Maryland scale; a border discontinuity has a card of its own (border_card) and level 4.
    """
    made = [make(e) for make in _MAKERS] + [_data(e, modelled), placebo_item(e.placebos)]
    if synthetic and e.synthetic is not None:
        o = e.synthetic.observed
        made[0] = _comparison(e, fit_light(e))
        if e.pre_gap is not None:
            made[1] = _pre_trend(replace(e, pre_gap=float(np.abs(o.gap[: o.start]).max())), o.effect)
    else:
        made[6] = replace(made[6], light="none")
    made[3] = _weights(e, alone)
    items = tuple(made)
    by_id = {i.id: i for i in items}
    sound = by_id["comparison"].light != "red" and by_id["pre_trend"].light != "red"
    scale = 3 if sound else 2
    q = e.question
    options = {"outcome": q.outcome, "policy": q.policy, "window": f"{q.years[0]}–{q.years[-1]}"}
    return CredibilityCard(items, scale, method(options), provenance=q.provenance)


def fit_light(e: Evidence) -> Light:
    """Return the light of the synthetic control, "none" where none could be made."""
    if e.synthetic is None:
        return "none"
    o = e.synthetic.observed
    return lights.synthetic(o.pre_rmspe, o.effect, float(np.abs(o.weights).max()), o.start)


def _comparison(e: Evidence, fit: Light = "none") -> Item:
    placebo = e.randomised is not None or e.synthetic is not None
    controls = int(e.question.never.sum())
    words = Text(
        f"受影响聚类 {e.treated} 个，各年都干净的对照 {controls} 个",
        f"{e.treated} treated cluster(s), {controls} places clean in all years",
    )
    return Item(
        "comparison", lights.comparison(e.treated, placebo, fit), words, {"treated": e.treated, "clean": controls}
    )


def _pre_trend(e: Evidence, own: float | None = None) -> Item:
    if e.pre_gap is None:
        return Item("pre_trend", "red", _why(e, "study", Text("没有事件研究", "no event study")))
    effect = e.effects.estimate if own is None else own
    power = np.nan if e.power is None else e.power
    words = Text(
        f"事前最大差距为效应的 {_times(e.pre_gap, effect)} 倍；对足以造成该效应的线性趋势，功效 {_percent(power)}",
        f"the largest gap before is {_times(e.pre_gap, effect)} times the effect; power {_percent(power)} against a "
        "linear trend that alone would make the effect",
    )
    return Item("pre_trend", lights.pre_trend(e.pre_gap, effect, power), words, {"gap": e.pre_gap, "power": power})


def _honest(e: Evidence) -> Item:
    if e.breakdown is None:
        return Item("honest", "red", _why(e, "honest", _why(e, "study", Text("无法计算", "could not be computed"))))
    m = e.breakdown
    if m == 0:
        words = Text(
            "平行趋势严格成立时区间已包含零，没有可失效的发现",
            "zero lies inside even under parallel trends: no finding to break",
        )
        return Item("honest", "none", words, {"breakdown": 0.0})
    shown = "> 10" if np.isinf(m) else f"{m:.2f}"
    return Item("honest", lights.honest(m), Text(f"M̄ = {shown}", f"M̄ = {shown}"), {"breakdown": m})


def _weights(e: Evidence, alone: bool = False) -> Item:
    if e.negative is None:
        return Item("weights", "none", _why(e, "weights", Text("无法计算", "could not be computed")))
    rests = (
        Text("结论只靠双向固定效应", "the conclusion rests on two-way fixed effects alone")
        if alone
        else Text("结论不用双向固定效应", "the conclusion does not rest on two-way fixed effects")
    )
    words = Text(f"负权重 {_percent(e.negative)}；{rests.zh}", f"negative weights {_percent(e.negative)}; {rests.en}")
    return Item("weights", lights.weights(e.negative, alone), words, {"negative": e.negative})


def _spillover(e: Evidence) -> Item:
    clean = bool(e.question.never.any()) or bool(e.question.clean[:, -1].any())
    if e.moved is None:
        words = Text("没有给出溢出规则，未检查", "no exposure rule was given: not examined")
        return Item("spillover", lights.spillover(None, clean), words)
    words = Text(
        f"把受波及者当作对照，估计变动 {_percent(e.moved)}", f"with the exposed as controls the estimate moves by {_percent(e.moved)}"
    )  # fmt: skip
    return Item("spillover", lights.spillover(e.moved, clean), words, {"moved": e.moved})


def _overlap(e: Evidence) -> Item:
    order = sorted(e.rivals.items(), key=lambda kv: -kv[1])
    called = [(strategy_name(k), _percent(v)) for k, v in order]
    zh, en = "、".join(f"{t.zh} {v}" for t, v in called), ", ".join(f"{t.en} {v}" for t, v in called)
    words = Text(
        f"只受本政策影响的地区–年份占 {_percent(e.alone)}" + (f"；并存：{zh}" if zh else ""),
        f"{_percent(e.alone)} of treated place-years under this policy alone" + (f"; also: {en}" if en else ""),
    )
    return Item("overlap", lights.overlap(e.alone), words, {"alone": e.alone})


def _synthetic(e: Evidence) -> Item:
    if e.synthetic is None:
        return Item("synthetic", "none", _why(e, "synthetic", Text("没有合成控制", "no synthetic control")))
    o = e.synthetic.observed
    heaviest = float(np.abs(o.weights).max())
    words = Text(
        f"事前 RMSPE 为差距的 {_times(o.pre_rmspe, o.effect)} 倍，最大对照权重 {_percent(heaviest)}，事前 {o.start} 期",
        f"RMSPE before {_times(o.pre_rmspe, o.effect)} times the gap, heaviest donor {_percent(heaviest)}, {o.start} "
        "periods before",
    )
    return Item("synthetic", fit_light(e), words, {"rmspe": o.pre_rmspe, "heaviest": heaviest, "years": o.start})


def _inference(e: Evidence) -> Item:
    clustered = clustered_p(e)
    drawn = None if e.randomised is None else e.randomised.p
    shown = "—" if drawn is None else f"{drawn:.3f}"
    if e.treated < FEW:
        words = Text(
            f"随机化 p = {shown}；受影响聚类少于 {FEW} 个，聚类标准误不可用",
            f"randomisation p = {shown}; fewer than {FEW} treated clusters, clustered errors cannot be used",
        )
    else:
        words = Text(
            f"随机化 p = {shown}，聚类 p = {clustered:.3f}", f"p by randomisation {shown}, by clusters {clustered:.3f}"
        )
    return Item(
        "inference",
        lights.inference(drawn, clustered, e.treated),
        words,
        {"randomised": np.nan if drawn is None else drawn},
    )


def clustered_p(e: Evidence) -> float:
    """Return p of the imputation estimate by its clustered error and the normal law."""
    from scipy.stats import norm

    return float(2 * norm.sf(abs(e.effects.estimate) / e.effects.se)) if e.effects.se > 0 else np.nan


def _data(e: Evidence, modelled: bool) -> Item:
    q = e.question
    missing = float(1 - q.observed.mean())
    zh = [f"缺失 {_percent(missing)}"] + ["含推算数"] * modelled
    en = [f"{_percent(missing)} missing"] + ["modelled figures"] * modelled
    for b in q.breaks:
        zh.append(f"{b.year} 年断点{'，已衔接' if b.adjusted else ''}：{b.note.zh}")
        en.append(f"break in {b.year}{', linked' if b.adjusted else ''}: {b.note.en}")
    adjusted = sum(b.adjusted for b in q.breaks)
    light = lights.data(len(q.breaks) - adjusted, adjusted, missing, modelled)
    return Item("data", light, Text("；".join(zh), "; ".join(en)), {"missing": missing, "breaks": len(q.breaks)})


def placebo_item(placebos: Sequence[Placebo]) -> Item:
    """Return the light of the placebo dates and outcomes."""
    if not placebos:
        return Item("placebo", "amber", Text("没有可做的检验", "none could be made"))
    words = Text(
        "；".join(f"{p.title.zh} p = {p.p:.2f}" for p in placebos), "; ".join(f"{p.title.en} p = {p.p:.2f}" for p in placebos)
    )  # fmt: skip
    return Item("placebo", lights.placebo([p.p for p in placebos]), words, {p.id: p.p for p in placebos})


_MAKERS: tuple[Callable[[Evidence], Item], ...] = (
    _comparison, _pre_trend, _honest, _weights, _spillover, _overlap, _synthetic, _inference,
)  # fmt: skip


def _why(e: Evidence, key: str, otherwise: Text) -> Text:
    return e.lacking.get(key, otherwise)


def _percent(x: float) -> str:
    return "—" if not np.isfinite(x) else f"{abs(100 * x):.0f}%"


def _times(part: float, whole: float) -> str:
    return f"{abs(part) / abs(whole):.2f}" if whole else "—"
