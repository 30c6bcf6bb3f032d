"""What a method needs of a question; `check` refuses before anything runs, and says why and where."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.evaluate.question import Estimand, Question


@dataclass(frozen=True, slots=True)
class Needs:
    """What one method needs; the defaults are what every method needs."""

    absorbing: bool = False  # nobody leaves the policy
    binary: bool = False  # no doses
    never: int = 0  # places that are comparison in all years
    balanced: bool = False  # no gap in the cells it uses
    pre_periods: int = 1  # clean years before the start, of some treated place
    clusters: int = 2
    coordinates: bool = False
    clean: bool = True  # a comparison exists in each treated year
    estimands: tuple[Estimand, ...] = ("att", "event_time")  # what it can answer


NEEDS: dict[str, Needs] = {
    "twfe": Needs(clean=False, estimands=("att", "event_time", "dose")),
    "imputation": Needs(),
    "exposure_effects": Needs(estimands=("att",)),
    "overlap": Needs(estimands=("att",)),
    "dose_response": Needs(estimands=("att", "dose")),
    "interactive": Needs(pre_periods=3),
    "matrix_completion": Needs(pre_periods=2),
    "spatial_durbin": Needs(balanced=True, clean=False, estimands=("att", "dose")),
    "bacon": Needs(absorbing=True, binary=True, balanced=True, clean=False, estimands=("att",)),
    "callaway_santanna": Needs(absorbing=True, binary=True),
    "sun_abraham": Needs(absorbing=True, binary=True, never=1),
    "synthetic_did": Needs(absorbing=True, binary=True, never=2, pre_periods=2),
    "synthetic_control": Needs(absorbing=True, binary=True, never=2, pre_periods=2),
    "randomisation": Needs(absorbing=True, never=1),
    "wild_cluster": Needs(clean=False),
    "conley": Needs(coordinates=True, clean=False),
    "conley_taber": Needs(absorbing=True, binary=True, never=2),
    "honest_did": Needs(absorbing=True, pre_periods=2),
}


def check(question: Question, method: str) -> None:
    """Raise InputError with every reason why `method` cannot answer `question`; return None when it can.

    Raises UnknownNameError for a method that is not in NEEDS.
    """
    if method not in NEEDS:
        raise UnknownNameError(Text("评估方法", "method of evaluation"), method, list(NEEDS))
    needs = NEEDS[method]
    problems = list(_everywhere(question))
    if not problems:
        problems = [p for test in _TESTS for p in test(question, needs)]
    if problems:
        raise InputError(problems)


def _everywhere(q: Question) -> list[Problem]:
    """Reasons that stop every method."""
    if not q.observed.any():
        return [_problem(q, "结果变量全部缺失", "the outcome has no figures at all")]
    treated = q.treated
    if not treated.any():
        do = Text("扩大窗口，或核对政策范围与日期", "widen the window, or check the policy's scope and dates")
        return [_problem(q, "窗口内没有任何受政策影响的地区", "no place is under the policy inside the window", do)]
    found = []
    always = treated.all(axis=1) | ((treated | ~q.observed).all(axis=1) & treated.any(axis=1))
    if always.any():
        do = Text(
            "窗口向前延长，或用 excluding 排除这些地区",
            "start the window earlier, or leave these places out (excluding)",
        )
        shown = _named(q, always)
        found.append(
            _problem(
                q,
                f"窗口内各年都在政策之下，没有事前年份：{shown[0]}",
                f"under the policy in every year, no year before it: {shown[1]}",
                do,
            )
        )
    if len(set(q.clusters)) < 2:
        found.append(_problem(q, "只有一个聚类，无法作任何推断", "there is one cluster only; nothing can be inferred"))
    return found


def _switching(q: Question, needs: Needs) -> list[Problem]:
    out = []
    if needs.absorbing and not q.absorbing:
        leaving = (np.diff(q.treated.astype(np.int8), axis=1) < 0).any(axis=1)
        do = Text(
            "改用 imputation，或把窗口截到政策结束之前", "use imputation, or end the window before the policy ends"
        )
        zh, en = _named(q, leaving)
        out.append(
            _problem(
                q,
                f"本方法要求政策一旦开始就不退出；退出的有：{zh}",
                f"the method needs a policy that nobody leaves; these leave: {en}",
                do,
            )
        )
    if needs.binary and not q.binary:
        do = Text("改用 dose_response，或把剂量改为 0 与 1", "use dose_response, or make the doses 0 and 1")
        out.append(_problem(q, "本方法不接受剂量", "the method takes no doses", do))
    return out


def _comparison(q: Question, needs: Needs) -> list[Problem]:
    out = []
    if needs.never and q.never.sum() < needs.never:
        do = Text("缩小 donut，减去一项并存政策，或改用允许“尚未受政策影响者”作对照的方法",
                  "narrow the donut, drop a competing policy, or use a method that compares with those not yet treated")  # fmt: skip
        n = int(q.never.sum())
        out.append(
            _problem(
                q,
                f"始终干净的对照地区需 {needs.never} 个，只有 {n} 个",
                f"{needs.never} place(s) clean in all years are needed; there are {n}",
                do,
            )
        )
    if needs.clean:
        years = np.asarray(q.years)
        bare = q.estimated.any(axis=0) & ~q.clean.any(axis=0)
        if bare.any():
            shown = ", ".join(str(t) for t in years[bare])
            do = Text(
                "这些年份的效应不可识别：缩短窗口或放宽对照规则",
                "effects in these years are not identified: shorten the window or relax the comparison",
            )
            out.append(_problem(q, f"没有干净对照的年份：{shown}", f"no clean comparison in {shown}", do))
        if not q.estimated.any():
            out.append(
                _problem(
                    q,
                    "受政策影响的地区–年份都另有并存政策，不可识别",
                    "every treated place-year is also under a competing policy: not identified",
                )
            )
    return out


def _before(q: Question, needs: Needs) -> list[Problem]:
    before = (q.clean & (q.event_time < 0)).sum(axis=1)
    enough = q.ever & (before >= needs.pre_periods)
    if enough.any() or not needs.clean:
        return []
    do = Text("窗口向前延长", "start the window earlier")
    most = int(before[q.ever].max(initial=0))
    return [
        _problem(
            q,
            f"政策开始前至少需 {needs.pre_periods} 个干净年份，最多只有 {most} 个",
            f"{needs.pre_periods} clean year(s) before the start are needed; at most {most}",
            do,
        )
    ]


def _shape(q: Question, needs: Needs) -> list[Problem]:
    out = []
    if needs.balanced and not q.observed.all():
        gaps = ~q.observed
        do = Text(
            "缩短窗口或排除这些地区；缺失不会当作零",
            "shorten the window or leave these places out; missing is never zero",
        )
        zh, en = _named(q, gaps.any(axis=1))
        out.append(
            _problem(
                q, f"本方法要求没有缺口；有缺口的地区：{zh}", f"the method allows no gaps; places with gaps: {en}", do
            )
        )
    if needs.clusters > len(set(q.clusters)):
        n = len(set(q.clusters))
        out.append(
            _problem(
                q, f"需 {needs.clusters} 个聚类，只有 {n} 个", f"{needs.clusters} clusters are needed; there are {n}"
            )
        )
    if needs.coordinates and q.coordinates is None:
        out.append(_problem(q, "没有坐标", "there are no coordinates"))
    return out


def _asked(q: Question, needs: Needs) -> list[Problem]:
    if q.estimand in needs.estimands:
        return []
    answers = ", ".join(needs.estimands)
    do = {
        "dose": Text("改用 dose_response 或 twfe", "use dose_response or twfe"),
        "event_time": Text("改用 imputation 或 callaway_santanna", "use imputation or callaway_santanna"),
        "att": Text("改用 imputation", "use imputation"),
    }[q.estimand]
    what = (
        f"问的是 {q.estimand}，本方法只回答 {answers}",
        f"the question asks for {q.estimand}; the method answers {answers}",
    )
    return [_problem(q, *what, do)]


_TESTS: tuple[Callable[[Question, Needs], list[Problem]], ...] = (_asked, _switching, _comparison, _before, _shape)


def _problem(q: Question, zh: str, en: str, do: Text | None = None) -> Problem:
    first, last = q.years[0], q.years[-1]
    where = Text(f"{q.policy} → {q.outcome}，{first}–{last}：", f"{q.policy} → {q.outcome}, {first}–{last}: ")
    return Problem(Text(where.zh + zh, where.en + en), do)


def _named(q: Question, rows: Any, most: int = 8) -> tuple[str, str]:
    codes = [p for p, r in zip(q.places, rows, strict=True) if r]
    names = [q.names.get(c, Text(c, c)) for c in codes[:most]]
    more = f" … (+{len(codes) - most})" if len(codes) > most else ""
    return "、".join(n.zh for n in names) + more, ", ".join(n.en for n in names) + more
