"""The figures an agreement may state: what kind each is, and what is wrong with those that a draft gives."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from yugong import registry
from yugong.base.errors import Problem, YugongError
from yugong.base.text import Text
from yugong.design.compensation.readings import NAMES

NUMBERS = (
    "downstream_wan", "upstream_wan", "pool_wan", "k0", "limit", "full_below", "partial_share", "base_class", "step_wan",
    "change_wan_per_pp", "change_cap_wan", "target_class", "attainment", "monthly_class", "annual_class", "quality_wan",
    "inflow_wan", "inflow_base_value", "tn_wan", "tn_limit", "pass_score", "full_score", "space_weight", "rate_wan",
    "cap_wan",
)  # fmt: skip
INDICATOR_LISTS = ("pollutants", "change_indicators")
BY_PLACE = ("contribution", "allocation", "net_wan", "shares")  # tables by party
BY_KEY = ("baseline", "class_wan", "monthly_attainment")  # by indicator, class, year
OTHERS = ("weights", "baseline_years", "scores", "class_test", "pollutant")
KNOWN = (*NUMBERS, *INDICATOR_LISTS, *BY_PLACE, *BY_KEY, *OTHERS)
Located = Callable[[str, Text, Text | None], Problem]


def checked(terms: Mapping[str, Any], problem: Located) -> tuple[dict[str, Any], list[Problem]]:
    """Return the terms with places as codes, and what is wrong: unknown keys, words for numbers, odd lengths."""
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    for key, value in terms.items():
        if key not in KNOWN:
            near = get_close_matches(key, KNOWN, 3) or KNOWN
            do = Text(f"可用：{'、'.join(near)}", f"there are: {', '.join(near)}")
            problems.append(problem(key, Text(f"不认识条款 {key}", f"unknown term {key!r}"), do))
            continue
        try:
            found[key] = _read(key, value)
        except ValueError as error:
            what = error.args[0] if error.args else _wrong(key, value)
            problems.append(problem(key, what, None))
        except YugongError as error:
            problems.append(problem(key, error.text, None))
    for items in ("pollutants", "scores"):
        weights = found.get("weights")
        if items in found and isinstance(weights, list) and len(weights) != len(found[items]):
            n, m = len(weights), len(found[items])
            what = Text(f"有 {n} 个权重，{m} 个 {items}", f"{n} weights for {m} {items}")
            problems.append(problem("weights", what, None))
    return found, problems


def _read(key: str, value: Any) -> Any:
    if key in NUMBERS:
        return _number(value)
    if key in INDICATOR_LISTS or key == "scores":
        listed = [str(v) for v in (value if isinstance(value, list) else [value])]
        if key in INDICATOR_LISTS:
            for name in listed:
                _indicator(name)
        return listed
    if key in BY_PLACE:
        return {registry.place(str(k)).code: _number(v) for k, v in _table(value).items()}
    if key == "monthly_attainment" and not isinstance(value, Mapping):
        return _number(value)
    if key in BY_KEY:
        if key == "baseline":
            for name in _table(value):
                _indicator(str(name))
        if key == "class_wan" and not all(str(k).isdigit() for k in _table(value)):
            raise ValueError
        return {str(k): _number(v) for k, v in _table(value).items()}
    if key == "weights":
        if isinstance(value, Mapping):
            return {str(k): _number(v) for k, v in value.items()}
        return [_number(v) for v in (value if isinstance(value, list) else [value])]
    if key == "baseline_years":
        years = [_number(v) for v in (value if isinstance(value, list) else [value])]
        if len(years) != 2 or years[0] > years[1]:
            raise ValueError
        return [int(y) for y in years]
    if key == "pollutant":
        return _indicator(str(value))
    if value not in ("monthly", "annual"):  # class_test
        raise ValueError
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise ValueError(Text(f"“{value}”不是数", f"{value!r} is not a number"))
    return float(value)


def _table(value: Any) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping) or not value:
        raise ValueError
    return value


def _indicator(name: str) -> str:
    if name not in NAMES:
        listed = ", ".join(NAMES)
        raise ValueError(Text(f"没有指标 {name}；可用：{listed}", f"no indicator {name!r}; there are: {listed}"))
    return name


def _wrong(key: str, value: Any) -> Text:
    return Text(f"{key} 的值写法不对：{value}", f"{key} cannot be {value!r}")
