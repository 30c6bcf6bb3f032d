"""Why the formula and what was paid differ, region by region and year by year, without calling either wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from yugong import registry
from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design._common import NONE
from yugong.design._transfer_inputs import FORM, last_year, prepare, years_of
from yugong.design._transfer_rules import BESIDE, PAID_TITLE
from yugong.design.sheet import Balance, Column, Sheet, calculate, col, total
from yugong.design.transfers import equalisation
from yugong.design.transfers.inputs import Revenue, Settings
from yugong.design.transfers.sources import RULE
from yugong.design.transfers.standard import MONEY
from yugong.study.form import Form

if TYPE_CHECKING:
    import pandas as pd

    from yugong.study.model import Study

Values = np.ndarray[Any, np.dtype[np.float64]]
FORMS: Mapping[str, tuple[Form, ...]] = {"transfer_differences": (FORM,)}
# what the rule weighs by coefficients that are not published, and the formula here leaves at one
CIRCUMSTANCES = ("autonomous_regions", "border_provinces", "grain_producing")
NONE_OF_THEM = "none"
LEFT_AT_ONE = Text(
    "民族、艰苦边远、海拔、温度、供养率等系数未公布，测算取 1；边境、粮食主产等另有专门的转移支付，只在实付里",
    "coefficients for ethnic regions, hardship, altitude, temperature and staffing are not published and stand at 1; "
    "border regions and grain producers also have transfers of their own, in what was paid alone",
)
SCOPE = Text(
    "口径：公式只分给有缺口的地区；实付还给没有缺口的地区（税收返还、共同财政事权、专项等）",
    "scope: the formula pays regions with a gap alone; what was paid also went to regions without one (rebates, shared "
    "responsibilities, earmarked)",
)
CARD = MethodCard(
    "transfer-differences",
    Text("公式与实际下达之差的分解", "The difference between formula and paid, taken apart"),
    r"T_i-A_i=\underbrace{(1-s)T_i-(1-e_i)A_i}_{\text{scope}}+\underbrace{sT_i-e_iA_i}_{\text{other}},\quad "
    r"s=\frac{\sum_j e_jA_j}{\sum_jA_j}",
    Text(
        "T 为公式测算，A 为实际下达，e 为是否有缺口；两部分各自合计为零。其余差异按地区的处境（民族自治区、陆地边境、粮食主产区）"
        "分组对照，是并列，不是因果",
        "T by the formula, A as paid, e whether there is a gap; both parts sum to zero. Other differences stand beside the "
        "region's circumstances (autonomous, land border, grain producing): a comparison, not a cause",
    ),
    citations=(RULE,),
)


@dataclass(frozen=True, slots=True, eq=False)
class TransferDifferences:
    """Formula less paid by year and region, in two parts that each sum to zero: scope, and other; a sheet a year."""

    years: tuple[int, ...]
    sheets: tuple[Sheet, ...]
    circumstances: Mapping[str, tuple[str, ...]]  # place -> registry groups
    method: MethodCard
    notes: tuple[Text, ...]
    provenance: Provenance | None = None

    def summary(self) -> "pd.DataFrame":
        """Return one row a year: the part of the pot divided differently, by reason, and paid over comparable by circumstance."""
        import pandas as pd

        rows = [
            {"year": year, **_summary(s, self.circumstances)} for year, s in zip(self.years, self.sheets, strict=True)
        ]
        return pd.DataFrame(rows)

    def table(self) -> "pd.DataFrame":
        """Return one row a year and region: computed, paid, the difference and its parts, paid over comparable, circumstances."""
        import pandas as pd

        joined = Text("、", ", ").in_()
        frames = []
        for year, s in zip(self.years, self.sheets, strict=True):
            labels = [label for label, _ in s.rows]
            parts = {k: s.column(k) for k in ("formula", "paid", "difference", "scope", "other")}
            told = [joined.join(called(g).in_() for g in self.circumstances.get(x, ())) for x in labels]
            frames.append(
                pd.DataFrame({"place": labels, "year": year, **parts, "over": _over(s), "circumstances": told})
            )
        frame = pd.concat(frames, ignore_index=True)
        first = self.sheets[0]
        frame.attrs["titles"] = {
            "place": (first.row_title, NONE),
            "year": (Text("年份", "Year"), NONE),
            **{c.id: (c.title, c.unit) for c in first.columns},
            "over": (Text("实际为同口径测算的倍数", "paid over comparable"), NONE),
            "circumstances": (Text("处境", "Circumstances"), NONE),
        }
        frame.attrs["labels"] = {label: name for s in self.sheets for label, name in s.rows}
        return frame


def transfer_differences(
    study: "Study",
    years: Sequence[int] | None = None,
    weight_difficulty: float = 0.1,
    revenue: Revenue = "capacity",
    file: str | None = None,
) -> TransferDifferences:
    """Take apart, by year and region, the difference between the formula and what was paid (the same pot).

    Scope: the formula shares among regions with a gap what in fact also went to regions without one. Other: what is left
    when both share the same pot among the same regions; it stands beside circumstances that the formula, for want of
    published coefficients, does not weigh. `years`: the latest with all figures unless given.
    """
    wanted = (last_year(study),) if years is None else tuple(years)
    when = tuple(y for y in wanted if len(wanted) == 1 or y in years_of(study))
    skipped = [str(y) for y in wanted if y not in when]
    sheets: list[Sheet] = []
    used: list[str] = []
    lines: list[Text] = []
    if skipped:
        lines.append(
            Text(
                f"实付或测算所需的分省数不齐而略去：{'、'.join(skipped)} 年",
                f"left out, figures by province are missing: {', '.join(skipped)}",
            )
        )
    held = {g: {m.place.code for m in registry.members(g)} for g in CIRCUMSTANCES}
    circumstances = {code: tuple(g for g in CIRCUMSTANCES if code in held[g]) for code in study.places}
    for year in when:
        p = prepare(study, year, file)
        paid: Values = np.asarray(p.paid, dtype=np.float64)
        formula = equalisation.sheet(
            p.inputs, Settings(float(paid.sum()), weight_difficulty=weight_difficulty, revenue=revenue)
        )
        s = _sheet(formula, paid, year, p.inputs.origins["paid"])
        sheets.append(s)
        used += p.used
        lines.append(_said(year, _summary(s, circumstances)))
    provenance = study.provenance(
        tuple(dict.fromkeys(used)), year=", ".join(map(str, when)), weight_difficulty=weight_difficulty, file=file
    )
    old = (_OLDER,) if any(y <= _YEARBOOK for y in when) and study.id == "china" else ()
    return TransferDifferences(
        when, tuple(sheets), circumstances, CARD, (*lines, *old, SCOPE, LEFT_AT_ONE, BESIDE), provenance
    )


_YEARBOOK = 2016  # the last year whose figures are the yearbook's, rebates included
_OLDER = Text(
    "2014—2016 年的实付为《中国财政年鉴》中央补助收入，含税收返还，与以后各年口径不同",
    "what was paid in 2014–2016 is central subsidy income of the yearbook, tax rebates included: another scope than later",
)


def _sheet(formula: Sheet, paid: Values, year: int, source: Text) -> Sheet:
    """The difference of one year as a sheet: comparable amounts, scope and other."""
    share = total("paid_in") / total("paid")
    columns = (
        Column("formula", Text("公式测算", "computed"), MONEY, formula.column("transfer"), source=equalisation.TITLE),
        Column("paid", PAID_TITLE, MONEY, paid, source=source),
        Column("eligible", Text("有缺口（1 是 0 否）", "has a gap (1 yes, 0 no)"), NONE, formula.column("eligible"),
               source=equalisation.TITLE),
        Column("paid_in", Text("实际下达给有缺口地区", "paid to regions with a gap"), MONEY, formula=col("paid") * col("eligible")),
        Column("comparable", Text("同口径测算", "computed, comparable"), MONEY, formula=col("formula") * share),
        Column("scope", Text("其中：口径", "of it: scope"), MONEY, amount=True,
               formula=col("formula") - col("comparable") - (col("paid") - col("paid_in"))),
        Column("other", Text("其中：其余", "of it: other"), MONEY, amount=True, formula=col("comparable") - col("paid_in")),
        Column("difference", Text("测算减实际", "computed less paid"), MONEY, amount=True, formula=col("scope") + col("other")),
    )  # fmt: skip
    balances = (
        Balance("pot", Text("公式合计 = 实际合计（口径之差合计为零）", "Σ computed = Σ paid (scope sums to zero)"),
                total("formula"), total("paid"), MONEY),
        Balance("comparable", Text("同口径测算合计 = 实际给有缺口地区（其余之差合计为零）",
                                   "Σ comparable = Σ paid to regions with a gap (other sums to zero)"),
                total("comparable"), total("paid_in"), MONEY),
    )  # fmt: skip
    title = Text(f"测算与实际之差，{year} 年", f"Computed less paid, {year}")
    return calculate(f"differences_{year}", title, formula.rows, (), columns, CARD, balances)


def _over(s: Sheet) -> Values:
    """What was paid over the comparable amount, NaN for regions without a gap."""
    comparable = s.column("comparable")
    found: Values = np.full(len(comparable), np.nan)
    np.divide(s.column("paid_in"), comparable, out=found, where=comparable > 0)
    return found


def _summary(s: Sheet, circumstances: Mapping[str, tuple[str, ...]]) -> dict[str, float]:
    """How much of the pot differs for which reason, and paid over comparable by circumstance; NaN where there is none."""
    pot = float(s.column("paid").sum())
    found = {k: float(np.abs(s.column(k)).sum()) / 2 / pot for k in ("difference", "scope", "other")}
    groups = [circumstances.get(label, ()) for label, _ in s.rows]
    inside = s.column("eligible") > 0
    for g in (*CIRCUMSTANCES, NONE_OF_THEM):
        at = inside & np.array([g in held if g != NONE_OF_THEM else not held for held in groups])
        comparable = float(s.column("comparable")[at].sum())
        found[g] = float(s.column("paid_in")[at].sum()) / comparable if comparable > 0 else float("nan")
    return found


def _said(year: int, found: Mapping[str, float]) -> Text:
    known = [(called(g), found[g]) for g in (*CIRCUMSTANCES, NONE_OF_THEM) if np.isfinite(found[g])]
    zh, en = (f"{name.zh} {ratio:.2f}" for name, ratio in known), (f"{name.en} {ratio:.2f}" for name, ratio in known)
    return Text(
        f"{year} 年两种分法相差总额的 {found['difference']:.1%}（口径 {found['scope']:.1%}，其余 {found['other']:.1%}）；"
        f"实际为同口径测算的倍数：{'，'.join(zh)}",
        f"{year}: the two divide {found['difference']:.1%} of the pot differently (scope {found['scope']:.1%}, other "
        f"{found['other']:.1%}); paid over comparable: {', '.join(en)}",
    )


def called(group: str) -> Text:
    """Return what a circumstance is called."""
    return Text("其余地区", "other regions") if group == NONE_OF_THEM else registry.group(group).name
