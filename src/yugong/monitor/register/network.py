"""The network of cooperation: who works with whom in a year, through how many items."""

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def adjacency(parties: pd.DataFrame, items: pd.DataFrame, places: list[str], year: int) -> Floats:
    """Return (n, n) counts of items in force in `year` (started by its end, not ended before it) two places share."""
    first, last = f"{year}-01-01", f"{year}-12-31"
    alive = set(
        items["item"][(items["start"] <= last) & (items["end"].isna() | (items["end"].fillna("9999") >= first))]
    )
    at = {p: i for i, p in enumerate(places)}
    out = np.zeros((len(places), len(places)))
    held = parties[parties["item"].isin(alive)]
    for _, group in held.groupby("item")["place"]:
        for a, b in combinations(sorted({at[p] for p in group if p in at}), 2):
            out[a, b] += 1
            out[b, a] += 1
    return out


def measures(links: Floats) -> tuple[Floats, Floats, Floats]:
    """Return degree (partners), strength (items shared) and eigenvector centrality (n,), the largest of which is 1.

    The centrality is the leading eigenvector of the weighted links; places without links have 0.
    """
    degree, strength = (links > 0).sum(axis=1).astype(float), links.sum(axis=1)
    if not links.any():
        return degree, strength, np.zeros(len(links))
    values, vectors = np.linalg.eigh(links)
    lead = np.abs(vectors[:, int(np.argmax(values))])
    lead[lead < 1e-12 * lead.max()] = 0.0
    return degree, strength, lead / lead.max()


def density(links: Floats) -> float:
    """Return the share of pairs that have a link; NaN with fewer than two places."""
    n = len(links)
    return float((links > 0).sum() / (n * (n - 1))) if n > 1 else float("nan")
