"""Who could supply whom: revealed complementarity, co-agglomeration, chain gaps and their partners."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.errors import AlignmentError, InputError, Problem, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.chains import sources
from yugong.diagnose.chains.table import Floats, aligned


@dataclass(frozen=True, slots=True, eq=False)
class Complementarity:
    """How well what a place makes (rows) fits what another uses (columns); 1 is the national average."""

    places: tuple[Hashable, ...]
    matrix: Floats  # (n, n)
    supply: Floats  # (n, m) location quotients of supply
    demand: Floats  # (n, m) location quotients of use
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row an ordered pair of different places: origin, destination, complementarity, rank."""
        n = len(self.places)
        i, j = np.nonzero(~np.eye(n, dtype=bool))
        value = self.matrix[i, j]
        return pd.DataFrame(
            {
                "origin": [self.places[k] for k in i],
                "destination": [self.places[k] for k in j],
                "complementarity": value,
                "rank": pd.Series(value).rank(ascending=False, method="min"),
            }
        )


def complementarity(output: object, coefficients: object, final: object = None) -> Complementarity:
    """Return revealed complementarity between n places from their output by sector and one use technology.

    output (n, m) ≥ 0; coefficients (m, m) inputs of row per output of column (imports included); final (n, m) final
    use by place, or None for intermediate use alone. C_ij = Σ_s w_s SLQ_is DLQ_js, SLQ and DLQ the location quotients
    of supply and of use, w_s the sector's share in all use: an index of the Drysdale–Garnaut kind, 1 when either side
    looks like the nation. Raises InputError, AlignmentError.
    """
    x, places, sectors = output_frame(output)
    use = _use(x, coefficients, final, places, sectors)
    weight = use.sum(axis=0) / use.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        supply = (x / x.sum(axis=1, keepdims=True)) / (x.sum(axis=0) / x.sum())
        demand = (use / use.sum(axis=1, keepdims=True)) / weight
    # a sector nobody makes cannot be matched, one nobody uses has no weight
    matrix = (np.nan_to_num(supply) * weight) @ np.nan_to_num(demand).T
    matrix[x.sum(axis=1) == 0, :] = np.nan
    card = MethodCard(
        "complementarity",
        Text("显性互补矩阵", "revealed complementarity matrix"),
        r"C_{ij}=\sum_s w_s\frac{x_{is}/x_{i\cdot}}{x_{\cdot s}/x_{\cdot\cdot}}\cdot\frac{r_{js}/r_{j\cdot}}{w_s},\quad "
        r"r_{js}=\sum_t a_{st}x_{jt}(+f_{js})",
        Text(
            "行供给、列使用；各地同一投入系数" + ("；含最终使用" if final is not None else "；仅中间使用"),
            "rows supply, columns use; one technology everywhere; "
            + ("final use included" if final is not None else "intermediate use only"),
        ),
        None,
        (sources.DRYSDALE,),
    )
    return Complementarity(places, matrix, supply, demand, card)


@dataclass(frozen=True, slots=True, eq=False)
class Coagglomeration:
    """How far pairs of sectors sit in the same places: γ (m, m), 0 when independent of each other."""

    sectors: tuple[Hashable, ...]
    gamma: Floats
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a pair of different sectors: sector, other_sector, gamma, rank."""
        i, j = np.triu_indices(len(self.sectors), 1)
        value = self.gamma[i, j]
        return pd.DataFrame(
            {
                "sector": [self.sectors[k] for k in i],
                "other_sector": [self.sectors[k] for k in j],
                "gamma": value,
                "rank": pd.Series(value).rank(ascending=False, method="min"),
            }
        )


def coagglomeration(output: object) -> Coagglomeration:
    """Return the co-agglomeration of sectors: γ_st = Σ_i (s_is − x_i)(s_it − x_i) / (1 − Σ_i x_i²).

    output (n, m); s_is is place i's share of sector s and x_i its mean share over sectors, as in Ellison, Glaeser &
    Kerr (2010). Sectors nobody has are NaN. Raises InputError.
    """
    x, _, sectors = output_frame(output)
    total = x.sum(axis=0)
    share = np.divide(x, total, out=np.full_like(x, np.nan), where=total > 0)
    mean = np.nanmean(share, axis=1)
    apart = share - mean[:, None]
    card = MethodCard(
        "coagglomeration",
        Text("产业共同集聚", "co-agglomeration of sectors"),
        r"\gamma^c_{st}=\frac{\sum_i(s_{is}-x_i)(s_{it}-x_i)}{1-\sum_i x_i^2}",
        Text("x_i 为各部门份额的均值", "x_i is the mean share over sectors"),
        Text("各地都没有的部门为缺失", "a sector nobody has is missing"),
        (sources.ELLISON_GLAESER_KERR,),
    )
    return Coagglomeration(sectors, apart.T @ apart / (1 - (mean**2).sum()), card)


@dataclass(frozen=True, slots=True, eq=False)
class ChainGaps:
    """What places need and do not make; `critical` is the local output that rests on the missing inputs."""

    places: tuple[Hashable, ...]
    sectors: tuple[Hashable, ...]
    requirement: Floats  # (n, m) use in the place
    supply: Floats  # (n, m) output of the place
    critical: Floats  # (n, m) users' output, by cost share, times the missing share
    method: MethodCard
    provenance: Provenance | None = None

    @property
    def gap(self) -> Floats:
        """Requirement less local supply where positive, (n, m)."""
        return np.maximum(self.requirement - self.supply, 0.0)

    @property
    def surplus(self) -> Floats:
        """Local supply less requirement where positive, (n, m)."""
        return np.maximum(self.supply - self.requirement, 0.0)

    def table(self, place: Hashable | None = None) -> pd.DataFrame:
        """Return one row a gap, most critical first: place, sector, requirement, supply, gap, self_sufficiency,
        critical, rank (within the place).
        """
        n, m = self.gap.shape
        rows = pd.DataFrame(
            {
                "place": np.repeat(np.array(self.places, dtype=object), m),
                "sector": np.tile(np.array(self.sectors, dtype=object), n),
                "requirement": self.requirement.ravel(),
                "supply": self.supply.ravel(),
                "gap": self.gap.ravel(),
                "critical": self.critical.ravel(),
            }
        )
        rows = rows[rows["gap"] > 0]
        if place is not None:
            rows = rows[rows["place"] == _known(place, self.places, Text("地区", "place"))]
        rows = rows.assign(
            self_sufficiency=rows["supply"] / rows["requirement"],
            rank=rows.groupby("place")["critical"].rank(ascending=False, method="min"),
        )
        return rows.sort_values("critical", ascending=False, kind="stable").reset_index(drop=True)

    def partners(
        self, place: Hashable, sector: Hashable, costs: object = None, elasticity: float = 1.0
    ) -> pd.DataFrame:
        """Return places that could fill one gap, best first: place, surplus, coverage, trade_cost, score, rank.

        costs (n, n) ≥ 1 or distances > 0, origins down; score is the surplus that fits the gap divided by
        cost^elasticity. Without costs the surplus alone decides.
        """
        i = self.places.index(_known(place, self.places, Text("地区", "place")))
        s = self.sectors.index(_known(sector, self.sectors, Text("部门", "sector")))
        cost = np.ones(len(self.places))
        if costs is not None:
            frame = (
                costs
                if isinstance(costs, pd.DataFrame)
                else pd.DataFrame(np.asarray(costs, float), self.places, self.places)
            )
            cost = frame.reindex(index=pd.Index(self.places), columns=pd.Index(self.places)).to_numpy(float)[:, i]
        gap = self.gap[i, s]
        fits = np.minimum(self.surplus[:, s], gap)
        out = pd.DataFrame(
            {
                "place": self.places,
                "surplus": self.surplus[:, s],
                "coverage": fits / gap if gap > 0 else np.nan,
                "trade_cost": cost,
                "score": fits / cost**elasticity,
            }
        )
        out = out[(out["surplus"] > 0) & (out["place"] != place)].sort_values("score", ascending=False, kind="stable")
        out["rank"] = out["score"].rank(ascending=False, method="min")
        return out.reset_index(drop=True)


def chain_gaps(output: object, coefficients: object, final: object = None) -> ChainGaps:
    """Find what each of n places needs for its own production and does not make (补链), and how critical it is.

    output (n, m) ≥ 0, coefficients (m, m), final (n, m) or None: as for `complementarity`. Requirement r_is =
    Σ_t a_st x_it (+ f_is). A gap is critical by the local output that rests on it: the output of each user, by the
    input's share in the user's intermediate costs, times the missing share of the requirement. One technology
    everywhere is an assumption; figures are modelled. Raises InputError, AlignmentError.
    """
    x, places, sectors = output_frame(output)
    need = _use(x, coefficients, final, places, sectors)
    a = technology(coefficients, sectors)
    bought = a.sum(axis=0)
    cost_share = np.divide(a, bought, out=np.zeros_like(a), where=bought > 0)
    missing = np.divide(np.maximum(need - x, 0.0), need, out=np.zeros_like(need), where=need > 0)
    card = MethodCard(
        "chain_gaps",
        Text("产业链缺口（补链）", "chain gaps"),
        r"r_{is}=\sum_t a_{st}x_{it}(+f_{is}),\ \mathrm{gap}_{is}=(r_{is}-x_{is})_+,\ "
        r"\mathrm{critical}_{is}=\frac{\mathrm{gap}_{is}}{r_{is}}\sum_t\frac{a_{st}}{\sum_u a_{ut}}x_{it}",
        Text(
            "各地同一投入系数；需求减本地供给为模拟值", "one technology everywhere; requirement less supply is modelled"
        ),
        None,
        (sources.MILLER_BLAIR,),
    )
    return ChainGaps(places, sectors, need, x, missing * (x @ cost_share.T), card)


def output_frame(output: object) -> tuple[Floats, tuple[Hashable, ...], tuple[Hashable, ...]]:
    """Return output (n, m) with the names of its places and sectors; missing and negative figures raise."""
    frame = output if isinstance(output, pd.DataFrame) else pd.DataFrame(np.asarray(output, dtype=np.float64))
    x = frame.to_numpy(np.float64)
    bad = np.argwhere(~(x >= 0))
    if len(bad):
        raise InputError(
            Problem(
                Text(
                    f"{frame.index[i]} 的 {frame.columns[s]} 产出缺失或为负：{x[i, s]:g}",
                    f"output of {frame.columns[s]} in {frame.index[i]} is missing or negative: {x[i, s]:g}",
                ),
                Text("没有该部门写 0", "write 0 where there is no such sector"),
            )
            for i, s in bad[:20]
        )
    return x, tuple(frame.index), tuple(frame.columns)


def technology(coefficients: object, sectors: tuple[Hashable, ...]) -> Floats:
    """Return input coefficients (m, m) in the order of the sectors of output."""
    if isinstance(coefficients, pd.DataFrame):
        if set(coefficients.columns) != set(sectors):
            raise AlignmentError(
                Text("产出的部门", "sectors of output"),
                Text("系数的列", "columns of coefficients"),
                [s for s in sectors if s not in coefficients.columns],
                [s for s in coefficients.columns if s not in sectors],
            )
        coefficients = coefficients[list(sectors)]
    a = aligned(coefficients, sectors, Text("投入系数", "coefficients"))
    if a.shape != (len(sectors),) * 2 or not (a >= 0).all():
        what = Text("投入系数须为部门×部门的非负数", "coefficients must be sectors × sectors and not negative")
        raise InputError([Problem(what)])
    return a


def _use(
    x: Floats, coefficients: object, final: object, places: tuple[Hashable, ...], sectors: tuple[Hashable, ...]
) -> Floats:
    use = x @ technology(coefficients, sectors).T
    if final is None:
        return use
    frame = final if isinstance(final, pd.DataFrame) else pd.DataFrame(np.asarray(final, float), places, sectors)
    if set(frame.columns) != set(sectors):
        raise AlignmentError(
            Text("产出的部门", "sectors of output"),
            Text("最终使用的部门", "sectors of final use"),
            [s for s in sectors if s not in frame.columns],
            [s for s in frame.columns if s not in sectors],
        )
    return use + aligned(frame[list(sectors)], places, Text("最终使用", "final use"))


def _known(name: Hashable, names: tuple[Hashable, ...], kind: Text) -> Hashable:
    if name not in names:
        raise UnknownNameError(kind, name, map(str, names[:5]))
    return name
