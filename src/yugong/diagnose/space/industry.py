"""Industrial structure of regions: specialisation, concentration, similarity, variety, Ellison–Glaeser."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from yugong.base.cards import Citation, MethodCard
from yugong.base.errors import AlignmentError, InputError, Problem
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.space import sources
from yugong.diagnose.space.weights import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """A measure on regions × sectors: `values` (n, m), or (n,), or (m,) by what `axes` names."""

    axes: tuple[str, ...]
    labels: tuple[tuple[Hashable, ...], ...]
    values: Floats
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a cell: place and/or sector (other_place for pairs), value."""
        grid = pd.MultiIndex.from_product(self.labels, names=self.axes).to_frame(index=False)
        return grid.assign(value=self.values.ravel())


@dataclass(frozen=True, slots=True, eq=False)
class EllisonGlaeser:
    """Concentration of each industry: raw G, plant Herfindahl H and γ, each (industries,)."""

    industries: tuple[Hashable, ...]
    g: Floats
    herfindahl: Floats
    gamma: Floats
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row an industry: sector, g, herfindahl, gamma."""
        return pd.DataFrame(
            {"sector": self.industries, "g": self.g, "herfindahl": self.herfindahl, "gamma": self.gamma}
        )


@dataclass(frozen=True, slots=True, eq=False)
class Variety:
    """Entropy of each region's structure (n,): total = related + unrelated."""

    places: tuple[Hashable, ...]
    total: Floats
    related: Floats
    unrelated: Floats
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place: place, total, related, unrelated."""
        return pd.DataFrame(
            {"place": self.places, "total": self.total, "related": self.related, "unrelated": self.unrelated}
        )


@dataclass(frozen=True, slots=True, eq=False)
class ShiftShare:
    """Growth of regions × sectors split exactly: arrays (n, m) whose sum is the change.

    `national` growth, industry `mix`, `competitive` effect, and, by Esteban-Marquillas, `allocation` (else zero).
    """

    places: tuple[Hashable, ...]
    sectors: tuple[Hashable, ...]
    national: Floats
    mix: Floats
    competitive: Floats
    allocation: Floats
    method: MethodCard
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row a place: place, change, national, mix, competitive, allocation."""
        parts = {k: getattr(self, k).sum(axis=1) for k in ("national", "mix", "competitive", "allocation")}
        return pd.DataFrame({"place": self.places, "change": sum(parts.values())} | parts)


def location_quotient(values: Any) -> Structure:
    """Return LQ_ij = (x_ij/x_i.)/(x_.j/x_..) for regions × sectors (n, m); Balassa's RCA on exports is the same.

    A region or sector without any activity is missing, not zero.
    """
    x, places, sectors = _activity(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        lq = (x / x.sum(axis=1, keepdims=True)) / (x.sum(axis=0) / x.sum())
    card = _card(
        "location_quotient",
        Text("区位商", "Location quotient"),
        r"LQ_{ij}=\frac{x_{ij}/x_{i\cdot}}{x_{\cdot j}/x_{\cdot\cdot}}",
        Text("没有任何活动的地区或行业为缺失", "a region or sector without activity is missing"),
        (sources.BALASSA,),
    )
    return Structure(("place", "sector"), (places, sectors), lq, card)


def krugman(values: Any, convention: Literal["national", "rest"] = "national") -> Structure:
    """Return Krugman's specialisation Σ_j |s_ij − s̄_j| of each region (n,), 0 … 2.

    s̄ is the structure of all regions (`national`) or of all others (`rest`, as Krugman compared pairs).
    """
    x, places, _ = _activity(values)
    total = x.sum(axis=0)
    other = np.broadcast_to(total, x.shape) if convention == "national" else total - x
    value = np.abs(_rows(x) - _rows(np.asarray(other))).sum(axis=1)
    zh, en = ("全国", "all regions") if convention == "national" else ("其余地区", "the other regions")
    card = _card(
        "krugman",
        Text("克鲁格曼专业化指数", "Krugman specialisation index"),
        r"K_i=\sum_j|s_{ij}-\bar s_j|",
        Text(f"与{zh}的结构比较", f"compared with the structure of {en}"),
        (sources.KRUGMAN,),
    )
    return Structure(("place",), (places,), value, card)


def dissimilarity(values: Any, convention: Literal["krugman", "cosine"] = "krugman") -> Structure:
    """Return pairwise structure differences Σ|s_ik − s_jk| or similarities (cosine, the UNIDO coefficient), (n, n).

    A cosine near 1 for neighbours is what papers call industrial isomorphism (产业同构).
    """
    x, places, _ = _activity(values)
    s = _rows(x)
    if convention == "krugman":
        value = np.abs(s[:, None, :] - s[None, :, :]).sum(axis=2)
    else:
        norm = np.sqrt((s**2).sum(axis=1))
        value = s @ s.T / np.outer(norm, norm)
    card = _card(
        "dissimilarity",
        Text("产业结构差异与相似", "Structural difference and similarity"),
        r"K_{ij}=\sum_k|s_{ik}-s_{jk}|" if convention == "krugman" else r"S_{ij}=\frac{s_i\cdot s_j}{|s_i||s_j|}",
        Text("克鲁格曼差异" if convention == "krugman" else "相似系数（余弦）", f"{convention} measure"),
        (sources.KRUGMAN,),
    )
    return Structure(("place", "other_place"), (places, places), value, card)


def herfindahl(values: Any) -> Structure:
    """Return the Herfindahl–Hirschman index Σ_j s_ij² of each region's structure (n,)."""
    x, places, _ = _activity(values)
    card = _card(
        "herfindahl",
        Text("赫芬达尔指数", "Herfindahl–Hirschman index"),
        r"H_i=\sum_j s_{ij}^2",
        Text("份额以地区合计为分母", "shares of the region's total"),
        (sources.HIRSCHMAN,),
    )
    return Structure(("place",), (places,), (_rows(x) ** 2).sum(axis=1), card)


def localisation(values: Any, reference: Any = None) -> Structure:
    """Return Hoover's localisation ½ Σ_i |x_ij/x_.j − r_i| of each sector (m,), 0 even … 1.

    `reference` (n,) is what an even spread follows (population, area); by default the regions' total activity.
    """
    x, places, sectors = _activity(values)
    base = x.sum(axis=1)
    if reference is not None:
        if isinstance(reference, pd.Series):
            if set(reference.index) != set(places):
                raise AlignmentError(
                    Text("参照", "the reference"),
                    Text("数据", "the data"),
                    set(reference.index) - set(places),
                    set(places) - set(reference.index),
                )
            reference = reference.reindex(list(places))
        base = np.asarray(reference, dtype=float)
    value = np.abs(_rows(x.T).T - (base / base.sum())[:, None]).sum(axis=0) / 2
    card = _card(
        "localisation",
        Text("胡佛地方化系数", "Hoover localisation coefficient"),
        r"H_j=\tfrac12\sum_i\left|\frac{x_{ij}}{x_{\cdot j}}-r_i\right|",
        Text(
            "参照为给定分布" if reference is not None else "参照为地区合计",
            "given reference" if reference is not None else "reference: regional totals",
        ),
        (sources.HOOVER,),
    )
    return Structure(("sector",), (sectors,), value, card)


def variety(values: Any, parents: Any) -> Variety:
    """Return the variety of each region's structure, related and unrelated, for regions × sectors (n, m).

    `parents` (m,) names the broad class of each sector: `unrelated` is entropy between broad classes, `related`
    the weighted entropy within them (Frenken, Van Oort & Verburg 2007), in nats.
    """
    x, places, sectors = _activity(values)
    broad = parents.reindex(list(sectors)) if isinstance(parents, pd.Series) else pd.Series(list(parents))
    if len(broad) != len(sectors) or bool(broad.isna().any()):
        raise InputError([Problem(Text("每个行业都要有大类", "every sector needs a broad class"))])
    codes = np.asarray(pd.factorize(broad)[0])
    s = _rows(x)
    grouped = np.stack([s[:, codes == g].sum(axis=1) for g in range(int(codes.max()) + 1)], axis=1)
    total, unrelated = _entropy(s), _entropy(grouped)
    card = _card(
        "variety",
        Text("相关与无关多样性", "Related and unrelated variety"),
        r"V=-\sum_j s_j\ln s_j=\sum_g P_gH_g-\sum_g P_g\ln P_g",
        Text("自然对数；0·ln 0 = 0", "natural logarithms; 0·ln 0 = 0"),
        (sources.FRENKEN,),
    )
    return Variety(places, total, total - unrelated, unrelated, card)


def ellison_glaeser(plants: pd.DataFrame, shares: Any = None) -> EllisonGlaeser:
    """Return Ellison & Glaeser's γ = [G − (1 − Σx²)H]/[(1 − Σx²)(1 − H)] for plants with sector, place, value.

    G = Σ_i (s_i − x_i)², H = Σ z². `shares` (Series by place) are the regions' shares x of all activity, by default
    those of the plants given. An industry of one plant has H = 1 and no γ.
    """
    for name in ("sector", "place", "value"):
        if name not in plants.columns:
            raise InputError([Problem(Text(f"缺少列 {name}", f"column {name} is missing"), column=name)])
    size = plants.groupby("place")["value"].sum()
    x = size if shares is None else pd.Series(shares, dtype=float)
    if not set(plants["place"]) <= set(x.index):
        raise AlignmentError(
            Text("企业所在地", "places of plants"), Text("份额", "shares"), set(plants["place"]) - set(x.index), []
        )
    x = x / x.sum()
    spread = 1 - float((x**2).sum())
    names: list[Hashable] = []
    rows = []
    for industry, group in plants.groupby("sector"):
        total = group["value"].sum()
        s = (group.groupby("place")["value"].sum() / total).reindex(x.index, fill_value=0.0)
        g, h = float(((s - x) ** 2).sum()), float(((group["value"] / total) ** 2).sum())
        names.append(industry)
        rows.append((g, h, (g - spread * h) / (spread * (1 - h)) if h < 1 else np.nan))
    g, h, gamma = np.array(rows).T
    card = ellison_glaeser_card(shares is not None)
    return EllisonGlaeser(tuple(names), g, h, gamma, card)


def ellison_glaeser_card(given: bool = False) -> MethodCard:
    """Return the method card; `given`: shares of all activity are the user's, not the plants' own."""
    return _card(
        "ellison_glaeser",
        Text("EG 集聚指数", "Ellison–Glaeser index"),
        r"\gamma=\frac{G-(1-\sum_i x_i^2)H}{(1-\sum_i x_i^2)(1-H)}",
        Text(
            "地区份额由用户给定" if given else "地区份额由企业合计",
            "regional shares as given" if given else "regional shares from the plants",
        ),
        (sources.ELLISON_GLAESER,),
    )


def shift_share(start: Any, end: Any, convention: Literal["classic", "esteban"] = "classic") -> ShiftShare:
    """Return the shift-share split of growth between two tables regions × sectors (n, m).

    Change = x·g + x·(g_j − g) + x·(g_ij − g_j); `esteban` applies the competitive effect to the homothetic structure
    and puts the rest in the allocation effect. A sector that a region starts from zero counts as competitive.
    """
    x, places, sectors = _activity(start)
    y, places_end, sectors_end = _activity(end)
    if set(places) != set(places_end) or set(sectors) != set(sectors_end):
        raise AlignmentError(
            Text("期初", "the start"),
            Text("期末", "the end"),
            (set(places) - set(places_end)) | (set(sectors) - set(sectors_end)),
            (set(places_end) - set(places)) | (set(sectors_end) - set(sectors)),
        )
    row = {p: i for i, p in enumerate(places_end)}
    column = {s: j for j, s in enumerate(sectors_end)}
    y = y[np.ix_([row[p] for p in places], [column[s] for s in sectors])]
    growth = y.sum() / x.sum() - 1
    before = x.sum(axis=0)
    by_sector = np.divide(y.sum(axis=0), before, out=np.ones_like(before), where=before > 0) - 1
    national, mix = x * growth, x * (by_sector - growth)
    competitive = y - x - national - mix
    allocation = np.zeros_like(x)
    if convention == "esteban":
        homothetic = x.sum(axis=1, keepdims=True) * before / before.sum()
        rate = np.divide(competitive, x, out=np.zeros_like(x), where=x > 0)
        allocation = np.where(x > 0, competitive - homothetic * rate, 0.0)
        competitive = competitive - allocation
    card = _card(
        "shift_share",
        Text("偏离份额分析", "Shift-share analysis"),
        r"\Delta x_{ij}=x_{ij}g+x_{ij}(g_j-g)+x_{ij}(g_{ij}-g_j)",
        Text(f"{'经典' if convention == 'classic' else 'Esteban-Marquillas'}分解", f"{convention} decomposition"),
        (sources.DUNN, sources.ESTEBAN) if convention == "esteban" else (sources.DUNN,),
    )
    return ShiftShare(places, sectors, national, mix, competitive, allocation, card)


def _activity(values: Any) -> tuple[Floats, tuple[Hashable, ...], tuple[Hashable, ...]]:
    frame = isinstance(values, pd.DataFrame)
    x = np.asarray(values, dtype=float)
    if x.ndim != 2 or not np.isfinite(x).all() or (x < 0).any() or x.sum() <= 0:
        what = Text("须为地区×行业的非负数表且无缺值", "needs a regions × sectors table, not negative, without gaps")
        raise InputError([Problem(what)])
    if frame:
        return x, tuple(values.index), tuple(values.columns)
    return x, tuple(range(x.shape[0])), tuple(range(x.shape[1]))


def _rows(x: Floats) -> Floats:
    total = x.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(x, total, out=np.full_like(x, np.nan, dtype=float), where=total > 0))


def _entropy(shares: Floats) -> Floats:
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return np.asarray(-(shares * logs).sum(axis=1))


def _card(id: str, title: Text, formula: str, convention: Text, citations: tuple[Citation, ...]) -> MethodCard:
    return MethodCard(id, title, formula, convention, None, citations)
