"""Industrial transfer: which places a sector leaves and which it goes to, from location quotients and shift-share."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yugong.base.cards import MethodCard
from yugong.base.errors import AlignmentError, UnknownNameError
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.diagnose.chains.table import Floats
from yugong.diagnose.space.industry import location_quotient, shift_share
from yugong.diagnose.space.sources import DUNN

RECEIVES = Text("承接", "receives")
SENDS = Text("转出", "sends")
NEITHER = Text("未见转移", "no transfer")


@dataclass(frozen=True, slots=True, eq=False)
class IndustrialTransfer:
    """Transfers of m sectors between n places from one year to another; competitive effects sum to zero by sector."""

    places: tuple[Hashable, ...]
    sectors: tuple[Hashable, ...]
    delta_lq: Floats  # (n, m) change of the location quotient
    competitive: Floats  # (n, m) output gained over what the sector's national growth gives
    share_change: Floats  # (n, m) change of the place's share of the sector
    role: NDArray[np.int8]  # (n, m) 1 receives, −1 sends, 0 neither
    method: MethodCard
    provenance: Provenance | None = None

    @property
    def moved(self) -> Floats:
        """Output of each sector that changed place, ½Σ|competitive|, (m,)."""
        return np.asarray(np.abs(self.competitive).sum(axis=0) / 2)

    def table(self) -> pd.DataFrame:
        """Return one row a place and sector, largest effect first: place, sector, role, delta_lq, share_change,
        competitive.
        """
        n, m = self.competitive.shape
        words = {1: RECEIVES, -1: SENDS, 0: NEITHER}
        out = pd.DataFrame(
            {
                "place": np.repeat(np.array(self.places, dtype=object), m),
                "sector": np.tile(np.array(self.sectors, dtype=object), n),
                "role": [str(words[int(r)]) for r in self.role.ravel()],
                "delta_lq": self.delta_lq.ravel(),
                "share_change": self.share_change.ravel(),
                "competitive": self.competitive.ravel(),
            }
        )
        order = np.lexsort((-np.abs(self.competitive.ravel()), -np.abs(self.role.ravel())))
        return out.iloc[order].reset_index(drop=True)

    def routes(self, sector: Hashable) -> pd.DataFrame:
        """Return modelled routes of one sector: origin, destination, value, largest first.

        Each sender's loss is spread over receivers by their gains (the least informative assumption); marginal sums
        are the competitive effects, the routes themselves are not observed.
        """
        if sector not in self.sectors:
            raise UnknownNameError(Text("部门", "sector"), sector, map(str, self.sectors[:5]))
        effect = self.competitive[:, self.sectors.index(sector)]
        gain, loss = np.maximum(effect, 0.0), np.maximum(-effect, 0.0)
        total = gain.sum()
        spread = np.outer(loss, gain) / total if total > 0 else np.zeros((len(effect),) * 2)
        i, j = np.nonzero(spread)
        rows = pd.DataFrame(
            {
                "origin": [self.places[k] for k in i],
                "destination": [self.places[k] for k in j],
                "value": spread[i, j],
            }
        )
        return rows.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)


def industrial_transfer(start: object, end: object, threshold: float = 0.01) -> IndustrialTransfer:
    """Detect industrial transfer between two tables of output or jobs, places × sectors (n, m).

    A place receives a sector when its location quotient and its shift-share competitive effect both rise and its
    share of the sector grows by at least `threshold`; it sends when all fall so. Growth of the whole sector or place
    alone is no transfer. Raises InputError for gaps or negatives, AlignmentError for labels that differ.
    """
    before = location_quotient(start)
    parts = shift_share(start, end)
    places, sectors = before.labels
    if isinstance(start, pd.DataFrame) and isinstance(end, pd.DataFrame):
        end = end.reindex(index=start.index, columns=start.columns)
    elif isinstance(start, pd.DataFrame) != isinstance(end, pd.DataFrame):
        raise AlignmentError(Text("期初", "the start"), Text("期末", "the end"), places, ())
    x, y = np.asarray(start, dtype=np.float64), np.asarray(end, dtype=np.float64)
    delta = np.nan_to_num(location_quotient(end).values) - np.nan_to_num(before.values)
    share = _share(y) - _share(x)
    effect = parts.competitive
    role = np.zeros(x.shape, dtype=np.int8)
    role[(delta > 0) & (effect > 0) & (share >= threshold)] = 1
    role[(delta < 0) & (effect < 0) & (share <= -threshold)] = -1
    card = MethodCard(
        "industrial_transfer",
        Text("产业转移识别", "detection of industrial transfer"),
        r"\Delta LQ_{is},\quad C_{is}=x_{is}^0(g_{is}-g_s),\quad \Delta\frac{x_{is}}{x_{\cdot s}}",
        Text(
            f"区位商、竞争效应与份额同向变化，且份额变化不小于 {threshold:g}",
            f"location quotient, competitive effect and share move together, the share by at least {threshold:g}",
        ),
        Text("一方没有该部门时区位商记零", "where a sector is absent its location quotient counts as zero"),
        (DUNN,),
        {"threshold": f"{threshold:g}"},
    )
    return IndustrialTransfer(places, sectors, delta, effect, share, role, card)


def _share(x: Floats) -> Floats:
    total = x.sum(axis=0)
    return np.asarray(np.divide(x, total, out=np.zeros_like(x), where=total > 0))
