"""Are we on track: targets and their probability, the three gaps carried on, alarms on growth and on dispersion."""

import numpy as np
import pandas as pd

from yugong.base.text import Text
from yugong.monitor._study_targets import title as target_title
from yugong.monitor.targets.progress import COLOURS, RULE
from yugong.monitor.warning.slow import CARD as SLOW_CARD
from yugong.report import figures
from yugong.report.chapters.context import Context, Part, column, listed, sentence
from yugong.report.chapters.sections import (
    TILE_NOTE,
    Section,
    class_map,
    gather,
    level,
    level_title,
    missing,
    sources,
)
from yugong.report.model import Block, Cell, Finding, Table
from yugong.report.numbers import INTEGER, NONE, YEAR, Format, Interval, number

ID, TITLE = "track", Text("是否在轨", "Are we on track")
LEAD = Text(
    "已公布的目标按现有趋势能否实现，三大差距往哪里走，哪些地区的走势偏离了以往；所有预测都带区间，所有警报都写明误报率。",
    "Whether published targets will be met on present trends, where the three gaps go, and which places left their past "
    "course; every forecast has its interval, every alarm its false-alarm rate.",
)
ONE, TWO, PERCENT = Format(1), Format(2), Format(0)
NATION = Text("全国", "nation")
PERCENT_UNIT = Text("%", "%")
LEVEL = 95
AHEAD = 5
ALARM_COLOURS = ("red", "orange", "yellow", "blue", "green")
ALARM_WORDS = {
    "red": Text("红：三项都慢且人口减少", "red: slow on all three, losing people"),
    "orange": Text("橙：三项都慢", "orange: slow on all three"),
    "yellow": Text("黄：人口减少", "yellow: losing people"),
    "blue": Text("蓝：两项慢", "blue: slow on two"),
    "green": Text("绿：其余", "green: others"),
}


def build(c: Context) -> Part:
    """Return the chapter."""
    return gather(
        c,
        ID,
        TITLE,
        LEAD,
        (
            (Text("目标", "Targets"), _targets),
            (Text("三大差距", "The three gaps"), _gaps),
            (Text("增长放缓与收缩", "Slow growth and shrinking"), _slow),
            (Text("走势偏离", "Leaving the past course"), _alarms),
        ),
    )


def _targets(c: Context) -> Section | Text:
    found = c.study.monitor.targets()
    rows: list[tuple[Cell, ...]] = []
    documents: list[tuple[Cell, ...]] = []
    for r in found.table().to_dict("records"):
        unit = c.study.variable(r["variable"]).unit
        known = np.isfinite(r["low"])
        name = target_title(r["target_id"])
        documents.append((name, c.title(r["variable"]), r["document"], r["certainty"]))
        rows.append(
            (
                Text(f"{name.zh}（{unit.zh}）", f"{name.en} ({unit.en})") if unit.zh else name,
                COLOURS[r["colour"]],
                100 * float(r["probability"]) if np.isfinite(r["probability"]) else None,
                int(r["target_year"]),
                float(r["target"]),
                None if r["latest_year"] is None else int(r["latest_year"]),
                float(r["latest"]),
                float(r["forecast"]) if known else None,
                Interval(float(r["low"]), float(r["high"])) if known else None,
            )
        )
    where = Text("目标、预测与达标概率", "Targets, forecasts and the probability of reaching them")
    table = Table(
        "tab-targets",
        where,
        (
            column("target_id", title=Text("全国目标", "National target")),
            column("colour"),
            column("probability", PERCENT, unit=PERCENT_UNIT),
            column("target_year", YEAR),
            column("target", TWO),
            column("latest_year", YEAR),
            column("latest", TWO),
            column("forecast", TWO),
            column("forecast_interval", TWO, Text(f"{LEVEL}% 区间", f"{LEVEL}% interval")),
        ),
        tuple(rows),
        tuple(sentence(n) for n in dict.fromkeys((RULE, *found.notes))),
        sources(c, found),
    )
    read_in = Table(
        "tab-target-documents",
        Text("各目标所用指标与出处", "The indicator and the document of each target"),
        (column("target_id", title=Text("全国目标", "National target")), column("variable"), column("document"), column("certainty")),
        tuple(documents),
    )  # fmt: skip
    held = found.table()
    past, ahead = held[held["status"] == "due"], held[held["status"] != "due"]
    met = int((past["colour"] == "green").sum())
    told = ahead[ahead["probability"].notna()]
    sure, unsure = int((told["colour"] == "green").sum()), int(told["colour"].isin(["orange", "red"]).sum())
    unknown = len(ahead) - len(told)
    old = int(told["latest_year"].min()) if len(told) else 0
    text = Text(
        f"{len(ahead)} 个未到期的全国目标中，{sure} 个达标概率不低于 80%，{unsure} 个低于 50%，{unknown} 个因缺数无法判断；"
        f"已到期的 {len(past)} 个中 {met} 个达到。",
        f"Of {len(ahead)} national targets still ahead, {sure} have a probability of at least 80% of being met, {unsure} "
        f"one below 50%, and {unknown} cannot be told for want of figures; of {len(past)} past their year, {met} met.",
    )
    detail = Text(
        f"预测从各序列最近一年起算，最早的只到 {old} 年，年限越远区间越宽。",
        f"Forecasts start from each series' last year, the earliest {old}; the further ahead, the wider.",
    )
    finding = Finding(
        text, detail if len(told) else None, "tab-targets", "caution" if unknown * 2 > len(ahead) else "neutral"
    )
    return Section((finding, table, read_in), (finding,), (found.method,))


def _gaps(c: Context) -> Section | Text:
    found = c.study.monitor.three_gaps(ahead=AHEAD)
    words = found.table().attrs["labels"]
    blocks: list[Block] = []
    findings: list[Finding] = []
    for name, part in found.table().groupby("gap_kind", sort=False):
        title = words.get(name, Text(str(name), str(name)))
        id_ = str(name).replace("_", "-")
        years = [int(y) for y in part["year"]]
        table = Table(
            f"tab-gap-{id_}",
            title,
            (column("year", YEAR), column("value", Format(3)), column("forecast", Format(3)),
             column("forecast_interval", Format(3), Text(f"{LEVEL}% 区间", f"{LEVEL}% interval"))),
            tuple(
                (int(y), _cell(v), _cell(f), Interval(float(lo), float(hi)) if np.isfinite(f) else None)
                for y, v, f, lo, hi in part[["year", "value", "forecast", "low", "high"]].itertuples(index=False, name=None)
            ),
            (Text("末尾各年为按趋势外推，不是预计的政策结果。", "The last years carry the trend on; they are no outcome of policy."),),
            sources(c, found),
        )  # fmt: skip
        blocks.append(
            figures.lines(
                f"fig-gap-{id_}",
                title,
                years,
                {"value": part["value"].to_numpy(), "forecast": part["forecast"].to_numpy()},
                {"value": Text("实际", "actual"), "forecast": Text("外推", "carried on")},
                Format(3),
                table,
                title,
                low={"forecast": part["low"].to_numpy()},
                high={"forecast": part["high"].to_numpy()},
            )
        )
        wider = part["widening"].dropna()
        if len(wider):
            findings.append(_gap_finding(title, part, float(wider.iloc[0]), f"fig-gap-{id_}"))
    if not blocks:
        return Text("城乡、区域或人均收入数据", "figures of urban, regional or personal income")
    return Section((*findings, *blocks), tuple(findings[:1]), (found.method,))


def _gap_finding(title: Text, part: pd.DataFrame, wider: float, see: str) -> Finding:
    actual = part.dropna(subset="value")
    first, last = actual.iloc[0], actual.iloc[-1]
    a, b = number(float(first["value"]), Format(3)), number(float(last["value"]), Format(3))
    y0, y1, end = int(first["year"]), int(last["year"]), int(part["year"].iloc[-1])
    chance = number(100 * wider, Format(0))
    text = Text(
        f"{title.zh} {y0} 年为 {a}，{y1} 年为 {b}；按趋势外推，到 {end} 年扩大的概率为 {chance}%。",
        f"{title.en[:1].upper()}{title.en[1:]}: {a} in {y0}, {b} in {y1}; carried on, it widens by {end} with "
        f"probability {chance}%.",
    )
    return Finding(text, None, see, "closer" if wider < 0.2 else "wider" if wider > 0.8 else "neutral")


def _slow(c: Context) -> Section | Text:
    name = level(c)
    lack = missing(c, ("population",)) or (Text("人均产出", "output per head") if name is None else None)
    if lack or name is None:
        return lack or NONE
    found = c.study.monitor.trap_alarms(name, groups=c.groups, year=_last(c, name))
    frame = found.table()
    year = int(frame["year"].iloc[0])
    of = {p: k for p, k in zip(frame["place"], frame["colour"], strict=True) if k != "grey"}
    where = Text(f"增长放缓与收缩警报，{year} 年", f"Slow-growth and shrinking alarms, {year}")
    table = Table(
        "tab-slow",
        where,
        (column("place"), column("growth", TWO, unit=PERCENT_UNIT), column("slower", INTEGER),
         column("population_growth", TWO, unit=PERCENT_UNIT), column("colour")),
        tuple(
            (c.name(r["place"]), 100 * _number(r["growth"]), _cell(r["slower"]), 100 * _number(r["population_growth"]), COLOURS[r["colour"]])
            for r in frame.to_dict("records")
        ),
        tuple(sentence(n) for n in found.notes),
        sources(c, found),
    )  # fmt: skip
    red = [p for p, k in of.items() if k == "red"]
    who = listed(c.name(p) for p in red)
    title = level_title(c, name)
    text = Text(
        f"{year} 年，{len(red)} 个地区{title.zh}五年增速低于自身过去、全国和所在分组，且人口减少"
        + (f"：{who.zh}。" if red else "。"),
        f"In {year}, {len(red)} places grew more slowly over five years than their past, the nation and their group while "
        "losing people" + (f": {who.en}." if red else "."),
    )
    finding = Finding(text, None, "tab-slow", "caution" if red else "neutral")
    blocks: list[Block] = [finding, table]
    if c.tiles:
        short = {k: Text(COLOURS[k].zh, k) for k in ALARM_COLOURS}
        words = {p: short[k] for p, k in of.items()}
        blocks.append(
            class_map(c, "fig-slow", where, year, ALARM_WORDS, of, words, _twin(c, where, of), notes=(TILE_NOTE,))
        )
    return Section(tuple(blocks), (finding,), (SLOW_CARD,))


def _twin(c: Context, where: Text, of: dict[str, str]) -> Table:
    rows = tuple((c.name(p), ALARM_WORDS[k]) for p, k in of.items())
    return Table("tab-slow-map", where, (column("place"), column("colour")), rows)


def _alarms(c: Context) -> Section | Text:
    name = level(c)
    if name is None:
        return Text("人均产出", "output per head")
    found = c.study.monitor.alarms(name, only_signals=True)
    frame = found.table()
    title = level_title(c, name)
    rows = tuple(
        (c.name(p), int(part["year"].min()), int(part["year"].max()), float(len(part)),
         Text("高于以往", "above its past") if part["signal"].iloc[-1] == "high" else Text("低于以往", "below its past"))
        for p, part in frame.groupby("place", sort=False)
    )  # fmt: skip
    where = Text(f"{title.zh}年变化的控制图信号", f"Control-chart signals on the yearly change of {title.en}")
    table = Table(
        "tab-alarms",
        where,
        (column("place"), column("first", YEAR, Text("首次", "First")), column("last", YEAR, Text("最近", "Last")),
         column("n", INTEGER, Text("信号年数", "Years")), column("signal")),
        rows,
        tuple(sentence(n) for n in found.notes),
        sources(c, found),
    )  # fmt: skip
    expected = 0.05 * len(c.study.places)
    text = Text(
        f"{len(rows)} 个地区的{title.zh}增速偏离了基期的走势（没有变化时预期误报约 {number(expected, ONE)} 个）。",
        f"In {len(rows)} places the growth of {title.en} left the course of its baseline years (about "
        f"{number(expected, ONE)} false alarms are expected if nothing had changed).",
    )
    finding = Finding(text, None, "tab-alarms" if rows else None, "neutral")
    return Section((finding, table) if rows else (finding,), (finding,), (found.method,))


def _last(c: Context, name: str) -> int | None:
    return c.years(name, "population")[-1] if c.year is not None else None


def _number(x: object) -> float:
    return float(x) if isinstance(x, float | int) else float("nan")


def _cell(x: object) -> float | None:
    value = _number(x)
    return value if np.isfinite(value) else None
