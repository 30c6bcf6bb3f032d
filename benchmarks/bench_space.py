"""Space and dynamics beside their peers in the same run; a peer that is not installed is named as missing."""

import importlib.util
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from _measure import Figure, cpu_seconds
from yugong.diagnose.dynamics.clubs import clubs
from yugong.diagnose.space import local
from yugong.diagnose.space.geodetector import geodetector
from yugong.diagnose.space.gwr import gwr
from yugong.diagnose.space.panel import spatial_panel
from yugong.diagnose.space.weights import Weights, from_matrix

N = 2800


def grid_weights() -> Weights:
    """Queen contiguity on a 40 × 70 grid: 2 800 places, 7.8 neighbours on average; nothing cached."""
    rows, columns = np.divmod(np.arange(N), 70)
    near = (np.abs(rows[:, None] - rows) <= 1) & (np.abs(columns[:, None] - columns) <= 1)
    np.fill_diagonal(near, False)
    return from_matrix(near.astype(float)).row_standardise()


def beside(
    name: str, own: float, target: str, peer: str, call: Callable[[], object] | None, least: str
) -> list[Figure]:
    """Our time, and how many times faster than the peer where it is installed."""
    first = Figure(name, own, "s CPU", target, "" if call else f"peer not installed: {peer}")
    if call is None:
        return [first, Figure(f"… times faster than {peer}", np.nan, "x", least, first.note)]
    other = cpu_seconds(call, repeats=2)
    return [first, Figure(f"… times faster than {peer}", other / own, "x", least, f"{peer} {other:.3f} s")]


def peer_calls(w: Weights, x: np.ndarray) -> dict[str, Callable[[], object]]:
    """The same work by esda, mgwr and geodetector, for those installed."""
    calls: dict[str, Callable[[], object]] = {}
    if importlib.util.find_spec("esda"):
        import esda
        import libpysal

        other = libpysal.weights.WSP(w.matrix).to_W(silence_warnings=True)
        options: dict[str, Any] = {"permutations": 999, "n_jobs": 1, "seed": 1}
        calls["lisa"] = lambda: esda.Moran_Local(x, other, **options)
        calls["star"] = lambda: esda.G_Local(x, other, star=True, transform="B", **options)
    return calls


def figures(full: bool = False) -> list[Figure]:
    """Return the figures at n = 2 800."""
    warnings.simplefilter("ignore")  # peers warn about their own future
    rng = np.random.default_rng(0)
    w, x = grid_weights(), rng.normal(size=N)
    peers = peer_calls(w, x)
    out = beside(
        "LISA, 999 permutations, n = 2800", cpu_seconds(lambda: local.lisa(x, w)), "<= 0.06",
        "esda", peers.get("lisa"), ">= 1",
    )  # fmt: skip
    out += beside(
        "Gi*, 999 permutations, n = 2800", cpu_seconds(lambda: local.hot_spots(x, w)), "<= 0.06",
        "esda", peers.get("star"), ">= 1",
    )  # fmt: skip
    return [*out, *local_regression(rng), *detectors(rng), *panel(rng), *convergence(rng)]


def local_regression(rng: np.random.Generator) -> list[Figure]:
    """One GWR fit with five coefficients and 200 neighbours."""
    points, x = rng.uniform(0, 10, (N, 2)), rng.normal(size=(N, 4))
    y = 1 + points[:, 0] / 5 * x[:, 0] + x[:, 1] + rng.normal(size=N) / 2
    call = None
    if importlib.util.find_spec("mgwr"):
        from mgwr.gwr import GWR

        def call() -> object:
            return GWR(points, y[:, None], x, bw=200, n_jobs=1).fit()

    own = cpu_seconds(lambda: gwr(y, x, points, 200, metric="euclidean"))
    return beside("GWR fit, n = 2800, 5 coefficients", own, "", "mgwr", call, ">= 2")


def detectors(rng: np.random.Generator) -> list[Figure]:
    """All interactions of 15 factors with 6 strata, and everything else a detector reports."""
    frame = pd.DataFrame(rng.integers(0, 6, (N, 15)), columns=[f"f{i}" for i in range(15)])
    y = rng.normal(size=N) + frame["f0"]
    call = None
    if importlib.util.find_spec("geodetector"):
        import geodetector as peer

        whole = frame.assign(y=y)
        call = getattr(peer, "InteractionDetector", None)
        call = (lambda c=call: c().fit(whole[frame.columns], whole["y"])) if call else None
    own = cpu_seconds(lambda: geodetector(y, frame, risk=False))
    return beside("GeoDetector, 105 interactions, n = 2800", own, "", "geodetector", call, ">= 50")


def panel(rng: np.random.Generator) -> list[Figure]:
    """Two-way SDM with effects and their errors, eigenvalues of W included."""
    x, e = rng.normal(size=(2, N, 20))
    w = grid_weights()
    right = rng.normal(size=(N, 1)) + rng.normal(size=20) + x + 0.5 * w.lag(x) + e
    y = right
    for _ in range(40):  # y = (I − 0.4W)⁻¹ right, by its series
        y = right + 0.4 * w.lag(y)
    own = cpu_seconds(lambda: spatial_panel(y, x, grid_weights(), "sdm", "twoway"), repeats=1)
    return [Figure("two-way SDM 2800 x 20, effects with errors", own, "s CPU", "<= 5")]


def convergence(rng: np.random.Generator) -> list[Figure]:
    """Clubs among a thousand places over twenty years."""
    years = np.arange(1, 21)
    level = rng.choice([2.0, 3.0, 4.0, 5.0], (1000, 1))
    x = 20 + level * np.log(years + 20) + rng.normal(0, 0.2, (1000, 1)) / years
    return [Figure("convergence clubs, 1000 x 20", cpu_seconds(lambda: clubs(x), repeats=2), "s CPU", "<= 0.3")]
