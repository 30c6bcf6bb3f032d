"""The rules that share a pot on a study, each a calculation sheet on the same prepared figures."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from yugong.base.errors import InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.design._transfer_inputs import Prepared
from yugong.design.sheet import Sheet
from yugong.design.transfers import alternatives, equalisation
from yugong.design.transfers.inputs import Settings

if TYPE_CHECKING:
    from yugong.study.model import Study

Rule = Literal["equalisation", "gap_proportional", "per_head", "needs_potential"]
PAID_TITLE = Text("实际下达", "paid")
RULES: Mapping[str, Text] = {
    "paid": PAID_TITLE,
    "equalisation": Text("均衡性转移支付公式", "equalisation formula"),
    "gap_proportional": Text("按缺口比例", "in proportion to the gap"),
    "per_head": Text("按人口均分", "equal per head"),
    "needs_potential": Text("需要—潜力背包", "needs–potential knapsack"),
}
BESIDE = Text(
    "实际下达含税收返还、共同财政事权和专项等各类转移支付，各有其政策目的；公式只看标准收支缺口和困难程度。两者之差说明口径不同，不说明谁对谁错",
    "what was paid includes tax rebates, shared-responsibility and earmarked transfers, each with its own purpose; the "
    "formula looks at standard gaps and difficulty alone. The difference says that the two count different things, not "
    "that either is wrong",
)
SAFE = 0.9  # of the highest equity floor the pot allows, so that something is left for potential


def pot_of(p: Prepared, pot: float | None) -> float:
    """Return the pot: the user's, else what was paid that year."""
    if pot is not None and pot <= 0:
        raise InputError([Problem(Text("总额应大于零", "the pot must be above zero"), column="pot")])
    return float(p.paid.sum()) if pot is None else pot


def basis_of(p: Prepared, pot: float | None) -> Text | None:
    """Say that the pot is what was paid, unless the user gave one."""
    return Text(f"{p.year} 年实际下达合计", f"the total paid in {p.year}") if pot is None else None


def sheet_of(
    study: "Study", p: Prepared, rule: str, pot: float, settings: Settings, equity_floor: float | None,
    potential: str, provenance: Provenance,
) -> Sheet:  # fmt: skip
    """Return the sheet of one rule; a baseline that was read from the study is scaled to a pot of the user's own."""
    inputs = p.inputs
    controlled = settings.cap is not None or settings.floor is not None
    if controlled and "baseline" in inputs.origins:  # one of the user's stays as it is
        ratio = pot / float(p.paid.sum())
        notes = [Text(f"增幅以 {p.before} 年实付为基数", f"growth is counted from what was paid in {p.before}")]
        if ratio != 1:
            notes.append(
                Text(f"基数按总额与实付之比 {ratio:.4f} 缩放", f"the baseline is scaled by pot ÷ paid = {ratio:.4f}")
            )
        frame = inputs.frame.assign(baseline=inputs.frame["baseline"] * ratio)
        inputs = replace(inputs, frame=frame, notes=(*inputs.notes, *notes))
    formula = equalisation.sheet(inputs, settings, provenance)
    if rule == "equalisation":
        return formula
    whole = alternatives.pot_parameter(pot, settings.pot_basis)
    rows, own, need = inputs.rows, formula.column("standard_revenue"), formula.column("standard_expenditure")
    if rule == "per_head":
        return alternatives.per_head(
            rows, formula.column("population"), whole, inputs.origins["population"], provenance
        )
    if rule == "gap_proportional":
        return alternatives.gap_proportional(rows, need - own, whole, provenance)
    values = study.panel(potential)
    at = max((int(str(y)) for y in values.columns if int(str(y)) <= p.year and values[y].notna().all()), default=None)
    if at is None:
        raise InputError(
            [Problem(Text(f"{potential} 没有齐全的年份", f"{potential} has no complete year up to {p.year}"))]
        )
    level = SAFE * alternatives.highest_floor(own, need, pot) if equity_floor is None else equity_floor
    title = study.variable(potential).title
    made = alternatives.needs_potential(
        rows, own, need, values[at].reindex([r for r, _ in rows]).to_numpy(float), whole, level, 1.0, provenance,
        Text(f"{title.zh}，{at} 年", f"{title.en}, {at}"),
    )  # fmt: skip
    floor = Text(f"公平底线为标准支出的 {level:.1%}", f"equity floor: {level:.1%} of standard expenditure")
    return replace(made, notes=(floor, *made.notes))
