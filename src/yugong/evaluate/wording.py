"""The sentence and the limits of an evaluation, from its numbers; the card caps how the sentence may begin."""

from typing import TYPE_CHECKING

import numpy as np

from yugong.base.text import Text
from yugong.evaluate.credibility.card import CredibilityCard
from yugong.evaluate.credibility.evidence import Evidence
from yugong.evaluate.levels import Path
from yugong.evaluate.question import Question

if TYPE_CHECKING:
    from yugong.evaluate.assessment import Answer
    from yugong.evaluate.specification import SpecificationCurve

FIRST_YEAR = 1000  # smaller numbers count periods, not years
NAMED = 3  # places named in the sentence; more are counted


def conclusion(q: Question, answer: "Answer", path: Path, card: CredibilityCard) -> Text:
    """Return the one-sentence conclusion: direction and size in people's units, interval, and the inference that owns it."""
    begins = card.opening(answer.p)
    title, policy = _short(q.title, q.outcome), _short(q.policy_title, q.policy)
    who = _who(q, path)
    share = _share(answer.estimate, q)
    when = _when(path)
    size = _plain(answer.estimate, q.unit) if share is None else Text(f"{abs(share):.1f}%", f"{abs(share):.1f} %")
    up = answer.estimate > 0
    where = Text(
        f"比“没有该政策”{'高' if up else '低'} {size.zh}", f"{size.en} {'higher' if up else 'lower'} than without it"
    )
    money = _money(path, share is not None)
    interval = _interval(answer.interval, q)
    zh = f"{begins.zh}{policy.zh}期间，{who.zh}的{title.zh}{where.zh}{money.zh}（{when.zh}）{interval.zh}；{answer.label.zh}。"
    en = (
        f"{begins.en} under {policy.en}, {title.en} of {who.en} was {where.en}{money.en} ({when.en}){interval.en}; "
        f"{answer.label.en}."
    )
    return Text(zh, en)


def limits(card: CredibilityCard, e: Evidence, curve: "SpecificationCurve | None") -> tuple[Text, ...]:
    """Return what cannot be said, and what would change the conclusion: one line a light that is not green."""
    out = []
    for i in card.items:
        if i.light in ("amber", "red"):
            word = {"amber": Text("黄灯", "amber"), "red": Text("红灯", "red")}[i.light]
            out.append(
                Text(f"{i.title.zh}为{word.zh}：{i.value.zh}（规则：{i.rule.zh}）。", f"{i.title.en} is {word.en}: {i.value.en} (rule: {i.rule.en}).")
            )  # fmt: skip
    if curve is not None:
        share = 100 * curve.same_sign
        out.append(
            Text(
                f"{len(curve.estimates)} 种设定中 {share:.0f}% 与首选设定同号；中位数在随机指派下的 p = {curve.p_median:.2f}。",
                f"Of {len(curve.estimates)} specifications {share:.0f} % have the headline's sign; the median's p under "
                f"random assignment is {curve.p_median:.2f}.",
            )
        )
    if e.question.transform == "log":
        out.append(
            Text(
                "结果取对数；换回原单位的数是各地区–年份比值的推算，不是官方数。",
                "The outcome is in logs; amounts in its own unit are computed from each place-year's ratio and are no "
                "official figures.",
            )
        )
    return tuple(out)


def _short(title: Text, id: str) -> Text:
    if not title.zh:
        return Text(id, id)
    return Text(title.zh.split("（")[0], title.en.split("(")[0].strip())


def _who(q: Question, path: Path) -> Text:
    names = [q.names.get(p, Text(p, p)) for p in path.places]
    if len(names) <= NAMED:
        return Text("、".join(n.zh for n in names), " and ".join(n.en for n in names))
    return Text(f"{len(names)} 个受影响地区", f"the {len(names)} treated places")


def _share(estimate: float, q: Question) -> float | None:
    return 100 * float(np.expm1(estimate)) if q.transform == "log" else None


def _when(path: Path) -> Text:
    after = [y for y, s in zip(path.years, path.since, strict=True) if s > 0] or [path.years[0], path.years[-1]]
    first, last = after[0], after[-1]
    if first < FIRST_YEAR:
        return Text(f"第 {first}—{last} 期", f"periods {first}–{last}")
    return Text(f"{first}—{last} 年", f"{first}–{last}")


def figure(x: float) -> str:
    """Write a size with three significant digits, thousands apart."""
    if not np.isfinite(x):
        return "—"
    if x == 0:
        return "0"
    digits = max(0, 2 - int(np.floor(np.log10(abs(x)))))
    return (
        f"{round(x, digits):,.{digits}f}"
        if abs(x) < 1000
        else f"{round(x, -max(0, int(np.floor(np.log10(abs(x)))) - 2)):,.0f}"
    )


def _plain(x: float, unit: Text) -> Text:
    if unit.zh == "%":
        return Text(f"{figure(abs(x))} 个百分点", f"{figure(abs(x))} percentage points")
    return Text(f"{figure(abs(x))} {unit.zh}".strip(), f"{figure(abs(x))} {unit.en}".strip())


def amount(x: float, unit: Text) -> Text:
    """Write an amount in its unit; a unit that counts (100 million yuan) reads as words in English too."""
    zh = f"{figure(x)} {unit.zh}".strip()
    en = f"{figure(x)} {unit.en}".strip()
    if unit.zh.startswith("亿") and unit.en.startswith("100 million"):
        en = f"{figure(x / 10)} billion {unit.en.removeprefix('100 million').strip()}"
    elif unit.zh.startswith("万") and unit.en.startswith("10 000"):
        en = f"{figure(x / 100)} million {unit.en.removeprefix('10 000').strip()}"
    return Text(zh, en)


def _money(path: Path, wanted: bool) -> Text:
    """Return what the gap is a year and in all, for amounts; a year for means."""
    if not np.isfinite(path.yearly) or not (wanted or path.summed):
        return Text("", "")
    yearly = amount(abs(path.yearly), path.unit)
    if not path.summed:
        return Text(f"（每年约 {yearly.zh}）", f" (about {yearly.en})")
    total = amount(abs(path.total), path.unit)
    return Text(f"（每年约 {yearly.zh}，累计约 {total.zh}）", f" (about {yearly.en} a year, {total.en} in all)")


def _interval(interval: tuple[float, float], q: Question) -> Text:
    low, high = interval
    if not (np.isfinite(low) and np.isfinite(high)):
        return Text("", "")
    if q.transform == "log":
        a, b = 100 * np.expm1(low), 100 * np.expm1(high)
        return Text(f"，95% 区间 {a:.1f}% 到 {b:.1f}%", f", 95 % interval {a:.1f} % to {b:.1f} %")
    return Text(f"，95% 区间 {figure(low)} 到 {figure(high)}", f", 95 % interval {figure(low)} to {figure(high)}")
