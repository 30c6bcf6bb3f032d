"""From a scenario to the levers of one economy: choose, compose, check bounds, close the budget."""

from pathlib import Path

import numpy as np

from yugong.base.errors import InputError, Problem, YugongError
from yugong.base.text import Text
from yugong.registry.levers import lever
from yugong.simulate.economies.calibration import Calibration, plain
from yugong.simulate.economy import Economy, Numbers, land_groups
from yugong.simulate.levers import Levers
from yugong.simulate.scenario.model import SELECTORS, Scenario, Setting, outside, within
from yugong.simulate.scenario.reading import expand
from yugong.simulate.scenario.selecting import chosen_sectors, land_markets, regions
from yugong.simulate.scenario.translating import FINANCED, MONEY, translate

# What payers can be asked for at most, as a share of their wage bill.
MOST_PAID = 0.5


def resolve(scenario: Scenario, base: Calibration | Economy, folder: Path | None = None) -> Levers:
    """Return the levers of a scenario for one economy; settings compose in their order, extended ones first.

    An empty scenario gives empty levers, bit for bit the base year. InputError lists every unknown place or sector,
    value outside its bounds, lever this economy has nothing for, and budget that cannot close, with file and line.
    """
    base = plain(base) if isinstance(base, Economy) else base
    scenario = expand(scenario, folder)
    values, last = compose(scenario, base)
    # what composes back to the base year is no lever at all: the null scenario stays exact
    values = {name: value for name, value in values.items() if not np.array_equal(value, neutral(name, base))}
    found, problems = translate(base, values, last)
    payer, trouble = payers(scenario, base, values, last)
    if problems or trouble:
        raise InputError([*problems, *trouble])
    if payer is not None and any(name in FINANCED for name in values):
        found["payer"] = payer
    return Levers(**found)


def compose(scenario: Scenario, base: Calibration) -> tuple[dict[str, Numbers], dict[str, Setting]]:
    """Return the values of each lever set, in the shape it is chosen by, and the last setting of each.

    The scenario's extensions must be put in already (`expand`). InputError lists every problem, located.
    """
    values: dict[str, Numbers] = {}
    last: dict[str, Setting] = {}
    problems: list[Problem] = []
    for setting in scenario.settings:
        try:
            apply(setting, base, values)
            last[setting.lever] = setting
        except InputError as error:
            problems += error.problems
        except YugongError as error:
            key = next((k for n, k in SELECTORS.items() if getattr(error, "name", None) in getattr(setting, n)), None)
            problems.append(setting.problem(error.text, key=key))
    for name, value in values.items():
        row = lever(name)
        fresh = neutral(name, base)
        wrong = ((value < row.low) | (value > row.high)) & (value != fresh)
        if wrong.any():
            worst = float(value[wrong][np.argmax(np.abs(value[wrong]))])
            what = outside(row, worst)
            if worst != last[name].value:
                what = Text(f"与前面的设置叠加后，{what.zh}", f"composed with earlier settings, {what.en}")
            problems.append(last[name].problem(what, within(row), "value"))
    if problems:
        raise InputError(problems)
    return values, last


def neutral(name: str, base: Calibration) -> Numbers:
    """Return the values of one lever in the base year, in the shape it is chosen by."""
    e = base.economy
    n, s = len(e.regions), len(e.sectors)
    row = lever(name)
    if name == "tariff":
        return np.array(e.tariff)
    if name == "income_tax":
        return np.array(e.income_tax)
    if name == "output_tax":
        return np.array(e.output_tax)
    shape: tuple[int, ...] = (n,)
    if "from" in row.by:
        shape = (s, n, n) if "sector" in row.by else (n, n)
    elif "sector" in row.by:
        shape = (n, s)
    elif "land" in row.by:
        shape = (n, land_groups(e))
    elif "nation" in row.by:
        shape = (1,)
    return np.full(shape, row.neutral)


def apply(setting: Setting, base: Calibration, values: dict[str, Numbers]) -> None:
    """Compose one setting into `values`: pairs are stored importer (to) first."""
    row = lever(setting.lever)
    value = values.get(setting.lever, neutral(setting.lever, base))
    at = np.zeros(value.shape, dtype=bool)
    if "from" in row.by:
        origins, destinations = regions(base, setting.origin), regions(base, setting.destination)
        pairs = np.zeros(value.shape[-2:], dtype=bool)
        pairs[np.ix_(destinations, origins)] = True
        if setting.both or setting.lever == "link_time":
            pairs |= pairs.T
        np.fill_diagonal(pairs, False)
        if setting.lever == "link_time":
            pairs &= _linked(setting, base)
        if not pairs.any():
            raise InputError(
                [setting.problem(Text("没有选中任何一对地区", "no pair of regions is chosen"), key="from")]
            )
        if "sector" in row.by:
            at[chosen_sectors(base, setting.sector)] = True
        else:
            at[:] = True
        at &= pairs
    elif "nation" in row.by:
        at[:] = True
    else:
        where = regions(base, setting.place)
        if "sector" in row.by:
            at[np.ix_(where, chosen_sectors(base, setting.sector))] = True
        elif "land" in row.by:
            at[np.ix_(where, land_markets(base, setting.land))] = True
        else:
            at[where] = True
    amount: Numbers | float = setting.value
    if setting.lever in MONEY and setting.how != "multiply":
        heads = base.economy.population.sum(1) * at
        amount = setting.value * heads[at] / heads.sum()
    new = value.copy()
    new[at] = amount if setting.how == "set" else value[at] + amount if setting.how == "add" else value[at] * amount
    values[setting.lever] = new


def _linked(setting: Setting, base: Calibration) -> np.ndarray:
    n = len(base.economy.regions)
    if base.links.shape != (n, n):
        what = Text("这个经济没有线路网", "this economy has no network of links")
        raise InputError(
            [
                setting.problem(
                    what,
                    Text(
                        "用默认经济，或在 Calibration 中给出 links",
                        "use a default economy, or give links in Calibration",
                    ),
                )
            ]
        )
    found = np.isfinite(base.links)
    if setting.origin and setting.destination:
        pairs = [(o, d) for o in regions(base, setting.origin) for d in regions(base, setting.destination)]
        if not any(found[o, d] for o, d in pairs):
            what = Text("所选两地之间没有直接线路", "the places chosen have no direct link")
            raise InputError(
                [setting.problem(what, Text("逐段写出相邻地区", "give the neighbours of each section"), "from")]
            )
    return found


def payers(
    scenario: Scenario, base: Calibration, values: dict[str, Numbers], last: dict[str, Setting]
) -> tuple[Numbers | None, list[Problem]]:
    """Return the payers' weights, and what keeps the budget from closing."""
    e = base.economy
    weight = e.nation.astype(np.float64)
    if scenario.payers:
        try:
            at = regions(base, scenario.payers)
        except YugongError as error:
            return None, [Problem(error.text, None, scenario.file, column="payers")]
        weight = np.zeros(len(e.regions))
        weight[at] = 1.0
        if (weight * ~e.nation).any():
            what = Text("出资地区须在国内", "payers must be regions of the nation")
            return None, [Problem(what, None, scenario.file, column="payers")]
    asked = sum(float(values[name].sum()) for name in MONEY if name in values)
    able = MOST_PAID * float((weight * e.accounts.wages.sum(1)).sum())
    if asked > able:
        setting = next(last[name] for name in reversed(list(values)) if name in MONEY)
        what = Text(
            f"预算不能平衡：要求出资 {asked:,.0f}{base.money.zh}，出资地区至多负担 {able:,.0f}{base.money.zh}"
            f"（劳动收入的 {MOST_PAID:.0%}）",
            f"the budget cannot close: {asked:,.0f} is asked of payers who can bear {able:,.0f}"
            f" ({MOST_PAID:.0%} of their wage bill){f', in {base.money.en}' if base.money.en else ''}",
        )
        return None, [setting.problem(what, Text("减少金额或增加出资地区", "ask for less, or add payers"), "value")]
    return (weight if scenario.payers else None), []
