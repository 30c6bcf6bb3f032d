"""Bootstrap results as cells and words."""

from yugong.base.text import Text
from yugong.diagnose.disparity import Bootstrap
from yugong.report.numbers import Format, Interval, interval, number

THREE = Format(3)


def ends(drawn: Bootstrap, t: int, k: int, scale: float = 1.0) -> Interval:
    """Return the interval of statistic `k` in year position `t`."""
    return Interval(scale * float(drawn.low[t, k]), scale * float(drawn.high[t, k]))


def written(
    drawn: Bootstrap, statistic: str, year: int, scale: float = 1.0, how: Format = THREE, unit: str = ""
) -> Text:
    """Write a statistic of one year with its interval."""
    t, k = drawn.years.index(year), drawn.statistics.index(statistic)
    text = f"{number(scale * float(drawn.estimate[t, k]), how)}{unit} {interval(ends(drawn, t, k, scale), how)}"
    return Text(text, text)


def how_drawn(drawn: Bootstrap) -> Text:
    """Say how the intervals were made."""
    percent = number(100 * drawn.level, Format(0))
    return Text(
        f"区间为 {percent}% 自助法区间：以地区为单位、连同其全部年份重抽样 {len(drawn.replicates)} 次，种子 {drawn.seed}。",
        f"{percent}% bootstrap intervals: {len(drawn.replicates)} draws of places with all their years, seed {drawn.seed}.",
    )
