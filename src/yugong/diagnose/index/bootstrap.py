"""How sure are entropy weights? Places drawn with all their years."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from yugong.base.cards import MethodCard
from yugong.base.cite import article
from yugong.base.errors import InputError, Problem
from yugong.base.text import Text
from yugong.diagnose.index.scale import Array
from yugong.diagnose.index.weights import entropy

CARD = MethodCard(
    "entropy_bootstrap",
    Text("熵权的整群自助区间", "Cluster bootstrap of entropy weights"),
    r"e=\frac{\ln S-Q/S}{\ln N},\quad S=\sum_i k_i\sum_t z_{it},\ Q=\sum_i k_i\sum_t z_{it}\ln z_{it}",
    Text(
        "以地区为单位有放回抽取，年份整体进入；标准化的极值固定为原样本的；0·ln 0 = 0",
        "places are drawn with replacement, all their years with them; the goalposts stay those of the sample; 0·ln 0 = 0",
    ),
    citations=(
        article(
            "efron1979", (("Efron", "Bradley"),), "Bootstrap methods: another look at the jackknife",
            "The Annals of Statistics", 1979, "7(1)", "1-26",
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class EntropyBootstrap:
    """Entropy weights (m,), their draws (B, m) and percentile interval."""

    weights: Array
    draws: Array
    low: Array
    high: Array
    method: MethodCard = CARD

    def table(self, names: tuple[Hashable, ...] | None = None) -> pd.DataFrame:
        """Return one row an indicator: weight, low, high."""
        labels = tuple(range(len(self.weights))) if names is None else names
        return pd.DataFrame({"indicator": labels, "weight": self.weights, "low": self.low, "high": self.high})


def entropy_bootstrap(z: npt.ArrayLike, draws: int = 1000, seed: int = 0, level: float = 0.95) -> EntropyBootstrap:
    """Return entropy weights of scores z (n, T, m) in [0, 1] with intervals from places drawn as clusters.

    Σ z and Σ z ln z are sums over places, so a draw is a vector of multiplicities and all draws are two matrix
    products. Scores must be complete and not negative; raises InputError otherwise.
    """
    panel = np.asarray(z, dtype=np.float64)
    if panel.ndim != 3 or not (panel >= 0).all():
        raise InputError([Problem(Text("需要完整、非负的 n×T×m 得分", "scores must be complete, not negative, n×T×m"))])
    n, t, _ = panel.shape
    with np.errstate(divide="ignore", invalid="ignore"):
        plain, logged = panel.sum(axis=1), np.where(panel > 0, panel * np.log(panel), 0.0).sum(axis=1)
    times = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws).astype(np.float64)
    s, q = times @ plain, times @ logged
    varying = (panel != panel[:1, :1]).any(axis=(0, 1))
    spread = np.where(
        varying & (s > 0), 1 - (np.log(np.where(s > 0, s, 1.0)) - q / np.where(s > 0, s, 1.0)) / np.log(n * t), 0.0
    )
    drawn = spread / spread.sum(axis=1, keepdims=True)
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return EntropyBootstrap(entropy(panel), drawn, low, high)
