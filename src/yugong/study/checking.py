"""Whether a study holds together: counts, coverage, sums against official totals, values out of range."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from yugong.base.errors import InputError, Problem
from yugong.base.text import Lang, Text
from yugong.study.load import folder_of, read
from yugong.study.model import Study

if TYPE_CHECKING:
    import pandas as pd

THIN = 80.0  # per cent of places × years below which coverage is worth a word
GAP = 0.01  # relative difference from the official total worth a word
JUMP = 8.0  # a one-year change this many times over (or under) is worth a look


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `check` found: `problems` make a study unusable, `warnings` want an eye.

    `coverage` has a row a variable; `national` a row a variable and year: provincial sum, official total, difference.
    """

    study: Study | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    coverage: "pd.DataFrame"
    national: "pd.DataFrame"

    @property
    def ok(self) -> bool:
        """Whether the study can be used."""
        return not self.problems

    def table(self) -> "pd.DataFrame":
        """Return the comparison with official totals."""
        return self.national

    def render(self, lang: Lang | None = None) -> str:
        """Return the report as lines."""
        lines = []
        if self.study is not None:
            s = self.study
            span = f"{s.years[0]}–{s.years[-1]}" if s.years else "–"
            head = Text(
                f"{s.title.zh}：{len(s.places)} 个地区，{span}，{len(s.variables)} 个变量，{len(s.flows)} 种流量",
                f"{s.title.en}: {len(s.places)} places, {span}, {len(s.variables)} variables, {len(s.flows)} flows",
            )
            lines.append(head.in_(lang))
        for title, found in (
            (Text("问题", "problems"), self.problems),
            (Text("提醒", "warnings"), self.warnings),
        ):
            lines.append(f"{title.in_(lang)}: {len(found)}")
            lines += [f"  - {p.render(lang)}" for p in found]
        if self.study is not None and len(self.national):
            lines.append(
                Text("各地区之和与全国公布数（最近一年）", "sums of places and official totals (latest year)").in_(lang)
            )
            for row in self.national.groupby("variable", sort=False).tail(1).itertuples():
                name = self.study.variables[str(row.variable)].title.in_(lang)
                lines.append(
                    f"  {name} {row.year}: {row.sum:,.6g} / {row.total:,.6g} ({row.difference_percent:+.2f} %)"
                )
        return "\n".join(lines)


def check(path: str | os.PathLike[str]) -> CheckReport:
    """Read the study in a folder (or 'china') and run every named check on it; never raises for bad content."""
    import pandas as pd

    try:
        study = read(folder_of(path))
    except InputError as error:
        return CheckReport(None, error.problems, (), pd.DataFrame(), pd.DataFrame())
    warnings = [p for run in CHECKS for p in run(study)]
    sums = national_sums(study)
    return CheckReport(study, (), tuple(warnings), study.coverage(), sums)


def national_sums(study: Study) -> "pd.DataFrame":
    """Return, by variable and year, the sum over places where all have a figure, the official total, the difference."""
    import pandas as pd

    rows = []
    totals = study.national if study.national is not None else pd.DataFrame()
    for id_ in totals.columns:
        panel = study.panel(id_)
        complete = panel.loc[:, panel.notna().all()].sum()
        for at, total in totals[id_].dropna().items():
            year = int(str(at))
            if year in complete.index:
                added = float(complete[year])
                gap = 100 * (added - total) / total if total else float("nan")
                rows.append(
                    {"variable": id_, "year": year, "sum": added, "total": float(total), "difference_percent": gap}
                )
    return pd.DataFrame(rows, columns=["variable", "year", "sum", "total", "difference_percent"])


def check_empty(study: Study) -> list[Problem]:
    """Variables without any figure."""
    return [
        _about(study, id_, Text("没有任何数", "has no figure at all"))
        for id_ in study.variables
        if study.frame[id_].notna().sum() == 0
    ]


def check_coverage(study: Study) -> list[Problem]:
    """Variables with holes: under 80 % of places × years between their own first and last year."""
    out = []
    for line in study.coverage().itertuples():
        row: Any = line
        if not row.cells:
            continue
        share = 100 * row.cells / (row.places * (row.last_year - row.first_year + 1))
        if share < THIN:
            zh = f"在 {row.first_year}–{row.last_year} 年间只有 {share:.0f}% 的地区年份有数"
            en = f"has figures for {share:.0f} % of places and years between {row.first_year} and {row.last_year}"
            out.append(_about(study, row.variable, Text(zh, en)))
    return out


def check_metadata(study: Study) -> list[Problem]:
    """Variables as published or added that do not say their unit or publication; official ones, their vintage."""
    out = []
    for v in [*study.variables.values(), *(f.variable for f in study.flows.values())]:
        wanted = {"unit": any(v.unit), "publication": any(v.publication)} if v.kind in ("official", "user") else {}
        if v.kind == "official":
            wanted["vintage"] = bool(v.vintage)
        lacking = [key for key, there in wanted.items() if not there]
        if v.kind == "derived" and not v.formula:
            lacking.append("formula")
        if lacking:
            words = ", ".join(lacking)
            out.append(Problem(Text(f"{v.title.zh}（{v.id}）缺少 {words}", f"{v.title.en} ({v.id}) lacks {words}")))
    return out


def check_percent(study: Study) -> list[Problem]:
    """Percentages of a whole (not growth rates) outside 0–100."""
    out = []
    for v in study.variables.values():
        if v.unit.zh == "%" and any(w in v.title.zh for w in ("占比", "比重", "份额", "普及率", "覆盖率", "城镇化率")):
            values = study.frame[v.id]
            wrong = values[(values < 0) | (values > 100)]
            out += [
                _about(
                    study, v.id, Text(f"{study.name(p).zh} {y} 年为 {x:g}%", f"is {x:g} % in {study.name(p).en} {y}")
                )
                for p, y, x in wrong.reset_index().itertuples(index=False)
            ]
    return out


def check_jumps(study: Study) -> list[Problem]:
    """Positive series that change eightfold within a year: often a slip of unit or of decimal point."""
    out = []
    for id_ in study.variables:
        panel = study.panel(id_).to_numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.log(panel[:, 1:] / panel[:, :-1])
        # small figures (a first kilometre of metro) multiply without any slip
        level = np.nanmedian(panel) if np.isfinite(panel).any() else 0.0
        bad = np.isfinite(step) & (np.abs(step) > np.log(JUMP)) & (np.fmin(panel[:, 1:], panel[:, :-1]) > 0.01 * level)
        if not bad.any():
            continue
        i, t = np.unravel_index(np.argmax(np.where(bad, np.abs(step), 0.0)), bad.shape)
        name, y, ratio, n = (
            study.name(study.places[int(i)]),
            study.years[int(t) + 1],
            float(np.exp(step[i, t])),
            bad.sum(),
        )
        what = Text(
            f"有 {n} 处逐年变化超过 {JUMP:g} 倍，最大的是{name.zh} {y} 年，为上年的 {ratio:.3g} 倍",
            f"changes over {JUMP:g}-fold within a year in {n} cells, most in {name.en} {y}: {ratio:.3g} times the year before",
        )
        out.append(_about(study, id_, what))
    return out


def check_totals(study: Study) -> list[Problem]:
    """Sums over places that differ from the official total by over one per cent."""
    sums = national_sums(study)
    far = sums[sums["difference_percent"].abs() > 100 * GAP]
    out = []
    for id_ in dict.fromkeys(far["variable"]):
        rows = far[far["variable"] == id_]
        worst: Any = rows.loc[rows["difference_percent"].abs().idxmax()]
        what = Text(
            f"有 {len(rows)} 年各地区之和与全国公布数相差超过 1%，最大 {worst['year']} 年 {worst['difference_percent']:+.2f}%",
            f"sums to over 1 % from the official total in {len(rows)} years, most in {worst['year']}: "
            f"{worst['difference_percent']:+.2f} %",
        )
        out.append(_about(study, id_, what))
    return out


def check_flows(study: Study) -> list[Problem]:
    """Flows with negative figures or with places that neither send nor receive."""
    out = []
    for flow in study.flows.values():
        if (flow.frame["value"] < 0).any():
            out.append(Problem(Text(f"流量 {flow.id} 有负数", f"flow {flow.id} has negative figures")))
        seen = set(flow.frame["origin"]) | set(flow.frame["destination"])
        silent = [study.name(p) for p in study.places if p not in seen]
        if silent:
            zh, en = "、".join(n.zh for n in silent), ", ".join(n.en for n in silent)
            out.append(Problem(Text(f"流量 {flow.id} 没有涉及：{zh}", f"flow {flow.id} never touches: {en}")))
    return out


def _about(study: Study, id_: object, what: Text) -> Problem:
    v = study.variables[str(id_)]
    return Problem(Text(f"{v.title.zh}（{v.id}）{what.zh}", f"{v.title.en} ({v.id}) {what.en}"))


CHECKS: tuple[Callable[[Study], list[Problem]], ...] = (
    check_empty,
    check_coverage,
    check_metadata,
    check_percent,
    check_jumps,
    check_totals,
    check_flows,
)
