"""The indicator system as a study can measure it: which indicators have figures, and which do not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from yugong import registry
from yugong.base.errors import InputError, Problem, UnknownNameError
from yugong.base.text import Text
from yugong.diagnose.index.scale import Array, Direction
from yugong.diagnose.index.segmentation import market_segmentation, wage_segmentation
from yugong.registry.indicators import Indicator, dimensions, indicator, indicators

if TYPE_CHECKING:
    from yugong.study.model import Study

PRICES, GOODS_PREFIX = "retail_price_index", "rpi_"
WAGES, WAGES_PREFIX = "wages_by_industry", "wage_industry_"
TABLES = (PRICES, WAGES)
TOTAL = "all"
WITHIN_FOOD = {"grain", "oils", "meat", "eggs", "aquatic", "vegetables", "fruit"}  # counted in "food" already
SPARSE = 0.25  # an indicator with figures in fewer of the study's years is not part of the yearly default
AMOUNTS = ("grp", "grp_v5", "grp_v4")  # the first that a study has makes output shares


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """An indicator system as a study can measure it: `values` (n, T, m), `required` False where not applicable.

    `sources`: the study variables, or tables, each indicator came from. `absent`: codes of the system without any figure;
    `sparse`: codes with figures in too few years for a yearly score.
    """

    indicators: tuple[Indicator, ...]
    values: Array
    required: npt.NDArray[np.bool_]
    sources: tuple[tuple[str, ...], ...]
    absent: tuple[str, ...]
    sparse: tuple[str, ...]
    places: tuple[str, ...]
    years: tuple[int, ...]

    @property
    def directions(self) -> list[Direction]:
        """The direction of each indicator; a target as its range."""
        return [i.target if i.target is not None else i.direction for i in self.indicators]

    def only(self, dimensions: Sequence[str]) -> "System":
        """Return the part of the system in some dimensions."""
        kept = [j for j, i in enumerate(self.indicators) if i.dimension in dimensions]
        held = {i.dimension for i in self.indicators}
        if unknown := [d for d in dimensions if d not in held]:
            raise UnknownNameError(Text("有数据的维度", "dimension with figures"), unknown[0], sorted(held))
        return replace(
            self,
            indicators=tuple(self.indicators[j] for j in kept),
            values=self.values[..., kept],
            required=self.required[..., kept],
            sources=tuple(self.sources[j] for j in kept),
        )

    @property
    def variables(self) -> list[str]:
        """Every study variable in use, once."""
        return [v for v in dict.fromkeys(v for group in self.sources for v in group) if v not in TABLES]

    @property
    def tables(self) -> list[str]:
        """Every table of the study in use, once."""
        return [v for v in dict.fromkeys(v for group in self.sources for v in group) if v in TABLES]


def indicator_system(study: "Study", name: str | Sequence[str] = "default") -> System:
    """Return the indicators of a system that the study can measure, on its places and years.

    "default": the recommended core that has figures in at least a quarter of the years (census-year indicators
    would leave every other year short of coverage); "core": all of the core, those without figures kept as missing,
    so that coverage shows them; "all": every scored indicator, under the default's rule; or codes. An indicator is
    the study variable of its code, else of its registry row, else computed. Context indicators are never scored.
    """
    chosen = _choose(name)
    places, years = tuple(study.places), tuple(study.years)
    found, values, sources = [], [], []
    absent, sparse = [], []
    for one in chosen:
        made = _measure(study, one, places, years)
        if made is None or np.isnan(made[0]).all():
            absent.append(one.code)
            if name != "core":
                continue
            made = (np.full((len(places), len(years)), np.nan), ())
        elif name in ("default", "all") and (~np.isnan(made[0])).any(axis=0).mean() < SPARSE:
            sparse.append(one.code)
            continue
        found.append(one)
        values.append(made[0])
        sources.append(made[1])
    if not found:
        text = Text("研究中没有这一指标体系的任何指标", "the study measures no indicator of this system")
        raise InputError([Problem(text)])
    stacked = np.stack(values, axis=-1)
    required = np.ones(stacked.shape, dtype=bool)
    for j, one in enumerate(found):
        if one.only:
            required[..., j] = _members(one.only, places)[:, None]
    return System(tuple(found), stacked, required, tuple(sources), tuple(absent), tuple(sparse), places, years)


def measured(study: "Study", codes: Sequence[str] | None = None) -> dict[str, tuple[str, ...]]:
    """Return, for each indicator the study has figures of, the ids of the variables or the table it comes from.

    `codes`: some indicators (all by default, context ones too). Indicators that the system computes (segmentation,
    deviation of shares) count as measured; their source is the table or the variables they are computed from.
    """
    chosen = indicators() if codes is None else [indicator(c) for c in codes]
    places, years = tuple(study.places), tuple(study.years)
    found = ((one.code, _measure(study, one, places, years)) for one in chosen)
    return {code: made[1] for code, made in found if made is not None and not np.isnan(made[0]).all()}


def core_counts(codes: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return, for each dimension D1 … D6, how many of its core indicators are among `codes`, and how many it has.

    Core: the recommended indicators of provinces. A dimension without any has (0, 0).
    """
    core = _choose("core")
    of = {d.id: [i.code for i in core if i.dimension == d.id] for d in dimensions()}
    return {d: (sum(c in codes for c in held), len(held)) for d, held in of.items()}


def _choose(name: str | Sequence[str]) -> list[Indicator]:
    if isinstance(name, str):
        if name not in ("default", "core", "all"):
            raise UnknownNameError(Text("指标体系", "indicator system"), name, ("default", "core", "all"))
        return [i for i in indicators() if i.scored and "P" in i.levels and (i.core or name == "all")]
    chosen = [indicator(c) for c in name]
    if context := [i.code for i in chosen if not i.scored]:
        text = Text(f"背景指标不计分：{'、'.join(context)}", f"context indicators are not scored: {', '.join(context)}")
        raise InputError([Problem(text)])
    return chosen


def _measure(
    study: "Study", one: Indicator, places: tuple[str, ...], years: tuple[int, ...]
) -> tuple[Array, tuple[str, ...]] | None:
    for variable in (one.code, one.variable):
        if variable and variable in study.variables:
            return frame(study, variable, places, years), (variable,)
    if one.method == "market_segmentation":
        goods, p = categories(study, PRICES, GOODS_PREFIX, places, years)
        if len(goods) > 1:
            return market_segmentation(p).regions * 1e4, _named(study, PRICES, GOODS_PREFIX, goods)
    if one.method == "wage_dispersion":
        trades, p = categories(study, WAGES, WAGES_PREFIX, places, years)
        if len(trades) > 1:
            return wage_segmentation(p).regions * 1e4, _named(study, WAGES, WAGES_PREFIX, trades)
    if one.method == "share_deviation":
        amount = next((v for v in AMOUNTS if v in study.variables), None)
        if amount is not None and "population" in study.variables:
            grp = frame(study, amount, places, years)
            people = frame(study, "population", places, years)
            both = ~np.isnan(grp) & ~np.isnan(people)
            with np.errstate(invalid="ignore", divide="ignore"):
                share = [v / np.where(both, v, 0.0).sum(axis=0) for v in (grp, people)]
                return np.abs(share[0] / share[1] - 1.0), (amount, "population")
    return None


def categories(
    study: "Study", table: str, prefix: str, places: Sequence[str], years: Sequence[int]
) -> tuple[tuple[str, ...], Array]:
    """Return the categories of a study's table, (n, G, T), or of its variables `prefix`…, without totals and parts.

    Only categories with figures in as many years as the longest of them: a set of goods that changes would move
    the variance by itself.
    """
    held = getattr(study, "tables", {}).get(table)
    if held is None:
        made = {v[len(prefix) :]: frame(study, v, places, years) for v in study.variables if v.startswith(prefix)}
    else:
        rows = held.frame
        key = next(c for c in rows.columns if c not in ("place", "year", "value", "factor"))
        made = {
            str(name): part.pivot(index="place", columns="year", values="value")
            .reindex(index=list(places), columns=list(years))
            .to_numpy(dtype=np.float64)
            for name, part in rows.groupby(key, sort=False)
        }
    made.pop(TOTAL, None)
    if "food" in made:
        made = {k: v for k, v in made.items() if k not in WITHIN_FOOD}
    span = {k: int((~np.isnan(v)).any(axis=0).sum()) for k, v in made.items()}
    kept = tuple(k for k in made if span[k] == max(span.values()))
    empty = np.empty((len(places), 0, len(years)))
    return kept, np.stack([made[k] for k in kept], axis=1) if kept else empty


def _named(study: "Study", table: str, prefix: str, names: Sequence[str]) -> tuple[str, ...]:
    return (table,) if table in getattr(study, "tables", {}) else tuple(prefix + n for n in names)


def frame(study: "Study", variable: str, places: Sequence[str], years: Sequence[int]) -> Array:
    """Return a variable as (n, T) on these places and years, NaN where it has no figure."""
    if variable not in study.variables:
        raise UnknownNameError(Text("变量", "variable"), variable, list(study.variables)[:5])
    frame = study.panel(variable).reindex(index=list(places), columns=list(years))
    return frame.to_numpy(dtype=np.float64)


def _members(group: str, places: Sequence[str]) -> npt.NDArray[np.bool_]:
    # today's members in every year: an indicator that came and went would break the comparison of years
    inside = {m.place.code for m in registry.members(group)}
    return np.array([p in inside for p in places])
