"""The card of a border discontinuity: the same published rules, read on what a border design can show."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import norm

from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.credibility import lights
from yugong.evaluate.credibility.card import CredibilityCard, Item, method
from yugong.evaluate.credibility.evidence import Placebo
from yugong.evaluate.credibility.measure import placebo_item

NOT_USED = Text("边界断点用不到", "not used at a border")


def border_card(
    jump: tuple[float, float],
    inside: int,
    outside: int,
    before: tuple[float, float] | None,
    moved: float | None,
    placebos: Sequence[Placebo],
    missing: float,
    options: dict[str, str],
    modelled: bool = False,
    provenance: Provenance | None = None,
) -> CredibilityCard:
    """Return the card of a jump (estimate, standard error) at a border; level 4 on the Maryland scale where sound.

    inside, outside: places within the bandwidth; before: the jump in a year before the policy, which should be none;
    moved: by what share the estimate moves without the places nearest to the border, None where not tried; missing:
    share of places without a figure. A border divides other policies too, so overlap is never green.
    """
    counts = Text(
        f"带宽内有政策 {inside} 个、无政策 {outside} 个地区",
        f"{inside} places inside and {outside} outside within the bandwidth",
    )
    comparison = lights.comparison(min(inside, outside), False, "none")
    everything = Text("省界同时是其他政策与制度的分界，无法由数据分开",
                      "a border also divides other policies and institutions, which the data cannot part")  # fmt: skip
    p = float(2 * norm.sf(abs(jump[0]) / jump[1])) if jump[1] > 0 else np.nan
    told = Text(
        f"稳健偏差校正 p = {p:.3f}；没有随机化推断", f"robust bias-corrected p = {p:.3f}; no randomisation inference"
    )
    items = (
        Item("comparison", comparison, counts, {"inside": inside, "outside": outside}),
        _before(jump[0], before),
        *(Item(i, "none", NOT_USED) for i in ("honest", "weights")),
        _near(moved),
        Item("overlap", "amber", everything),
        Item("synthetic", "none", NOT_USED),
        Item("inference", lights.inference(None, p, min(inside, outside)), told, {"p": p}),
        Item("data", lights.data(0, 0, missing, modelled), Text(f"缺失 {100 * missing:.0f}%", f"{100 * missing:.0f}% missing"), {"missing": missing}),
        placebo_item(placebos),
    )  # fmt: skip
    sound = comparison != "red" and items[1].light != "red"
    return CredibilityCard(items, 4 if sound else 2, method(options), provenance=provenance)


def _before(effect: float, before: tuple[float, float] | None) -> Item:
    if before is None:
        return Item("pre_trend", "red", Text("没有给出政策前的年份", "no year before the policy was given"))
    gap, se = before
    z = float(norm.ppf(0.975))
    power = float(norm.sf(z - abs(effect) / se) + norm.cdf(-z - abs(effect) / se)) if se > 0 else np.nan
    words = Text(
        f"政策前的跳跃为效应的 {abs(gap / effect):.2f} 倍；对同样大的跳跃，功效 {100 * power:.0f}%",
        f"the jump before is {abs(gap / effect):.2f} times the effect; power {100 * power:.0f}% against one of that size",
    )
    return Item("pre_trend", lights.pre_trend(gap, effect, power), words, {"gap": gap, "power": power})


def _near(moved: float | None) -> Item:
    if moved is None:
        why = Text("没有去掉贴近边界的地区，未检查", "not examined without the places nearest to the border")
        return Item("spillover", lights.spillover(None, True), why)
    words = Text(
        f"去掉贴近边界的地区，估计变动 {100 * moved:.0f}%",
        f"without the places nearest to the border the estimate moves by {100 * moved:.0f}%",
    )
    return Item("spillover", lights.spillover(moved, True), words, {"moved": moved})
