"""Text descriptions of figures, written from the data for those who cannot see the picture."""

from collections.abc import Sequence

import pandas as pd

from yugong.base.text import Text
from yugong.report.charts import RankFrame, Scatter, Series, Tile, Waterfall
from yugong.report.numbers import Format, quantity


def tile_map(tiles: Sequence[Tile], values: pd.DataFrame, year: object, how: Format, unit: Text) -> Text:
    """Say which tiles are highest and lowest in one year, the median, and which are missing."""
    names = {t.code: t.name for t in tiles}
    column = values[year]
    known = column.dropna()
    missing = [names[c] for c in column.index[column.isna()]]
    if known.empty:
        return Text(f"{year} 年没有数据。", f"No data in {year}.") if str(year) else Text("没有数据。", "No data.")
    top, bottom = names[str(known.idxmax())], names[str(known.idxmin())]
    high, low, middle = (quantity(float(v), how, unit) for v in (known.max(), known.min(), known.median()))
    zh, en = (f"{year} 年", f"In {year} ") if str(year) else ("", "")
    zh += f"最高为{top.zh}（{high.zh}），最低为{bottom.zh}（{low.zh}），中位数 {middle.zh}。"
    en += f"{top.en} is highest ({high.en}) and {bottom.en} lowest ({low.en}); the median is {middle.en}."
    if missing:
        zh += "无数据：" + "、".join(m.zh for m in missing) + "。"
        gap = "; " if any("," in m.en for m in missing) else ", "
        en += " No data: " + gap.join(m.en for m in missing) + "."
    return Text(zh, en)


def series(steps: Sequence[Text], made: Sequence[Series]) -> Text:
    """Say from what to what each series went."""
    zh, en = [], []
    for s in made:
        known = [i for i, v in enumerate(s.values) if v is not None]
        if not known:
            continue
        a, b = known[0], known[-1]
        first, last = (f" {s.ranges[i]}" if s.ranges else "" for i in (a, b))
        zh.append(f"{s.name.zh}：{steps[a].zh} 年 {s.labels[a].zh}{first}，{steps[b].zh} 年 {s.labels[b].zh}{last}")
        en.append(f"{s.name.en}: {s.labels[a].en}{first} in {steps[a].en}, {s.labels[b].en}{last} in {steps[b].en}")
    return Text("；".join(zh) + "。", "; ".join(en) + ".")


def ranking(frame: RankFrame) -> Text:
    """Say which rows stand first and last."""
    known = [r for r in frame.rows if r.value is not None]
    if not known:
        return Text("没有数据。", "No data.")
    first, last = known[0], known[-1]
    zh, en = (f"{frame.title.zh}：", f"{frame.title.en}: ") if frame.title.zh else ("", "")
    return Text(
        f"{zh}共 {len(known)} 项，首位{first.name.zh}（{first.label.zh}），末位{last.name.zh}（{last.label.zh}）。",
        f"{en}{len(known)} rows, first {first.name.en} ({first.label.en}), last {last.name.en} ({last.label.en}).",
    )


def scatter(chart: Scatter) -> Text:
    """Say what is plotted against what, and which way the fitted line runs."""
    zh = f"{len(chart.points)} 个点，横轴{chart.x.title.zh}，纵轴{chart.y.title.zh}。"
    en = f"{len(chart.points)} points: {chart.y.title.en} against {chart.x.title.en}."
    if chart.line:
        down = chart.line[1][1] < chart.line[0][1]
        zh += f"拟合线向{'下' if down else '上'}倾斜。"
        en += f" The fitted line slopes {'down' if down else 'up'}."
    return Text(zh, en)


def waterfall(chart: Waterfall) -> Text:
    """Say the sum and every part of it."""
    *parts, total = chart.bars
    zh = "，".join(f"{b.name.zh} {b.label.zh}" for b in parts)
    en = ", ".join(f"{b.name.en} {b.label.en}" for b in parts)
    return Text(f"{total.name.zh} {total.label.zh}：{zh}。", f"{total.name.en} {total.label.en}: {en}.")
