"""Opening an item as a scenario for `simulate`: a file of text, the size of the effect being the user's assumption."""

from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.review.access.sections import section

LOW, HIGH = 0.2, 1.0
LEVERS = ("trade_cost", "productivity")


def opening_scenario(
    title: str, industry: str, factor: float, lever: str = "trade_cost", places: tuple[str, ...] = ()
) -> str:
    """Return a scenario file (TOML) that opens an item of the list in the broad sector of an industry.

    `factor` < 1 multiplies the cost of entering from other provinces (`trade_cost`); an entry cost is put through
    `productivity` of the sector in the places opened, as 1/`factor`. No list says how large the effect is: the factor
    is an assumption, and the file says so. InputError where it is out of bounds.
    """
    problems = []
    if not LOW <= factor < HIGH:
        what = Text(f"系数 {factor:g} 超出范围", f"a factor of {factor:g} is out of bounds")
        problems.append(Problem(what, Text(f"应在 {LOW} 与 {HIGH} 之间（不含 1）", f"from {LOW} to below {HIGH}")))
    if lever not in LEVERS:
        what = Text(f"杠杆只能是 {'、'.join(LEVERS)}", f"the lever must be one of {', '.join(LEVERS)}")
        problems.append(Problem(what))
    if lever == "productivity" and 1 / factor > 2:
        what = Text("生产率倍数超过 2", "productivity would more than double")
        problems.append(Problem(what, Text("系数取 0.5 以上", "take a factor of 0.5 or more")))
    if problems:
        raise InputError(problems)
    sector = section(industry)
    where = ", ".join(_quoted(p) for p in places) or '"all"'
    value = factor if lever == "trade_cost" else 1 / factor
    ends = f'from = "all"\nto = [{where}]' if lever == "trade_cost" else f"place = [{where}]"
    return (
        f"# 假设：开放“{_line(title)}”使{sector.title.zh}所在大类的成本变为原来的 {factor:g} 倍；清单不给出幅度。\n"
        f"# Assumption: opening the item changes costs in the broad sector of {sector.title.en} by {factor:g}; the list gives no size.\n"
        "[scenario]\n"
        'id = "access_opening"\n'
        f"title_zh = {_quoted(f'开放准入：{_line(title)}')}\n"
        f"title_en = {_quoted(f'access opened: {_line(title)}')}\n"
        "\n[[set]]\n"
        f'lever = "{lever}"\n'
        f"value = {value:.6g}\n"
        f"{ends}\n"
        f'sector = "{sector.broad}"\n'
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
