"""The usual clustered standard error, for where there are treated clusters enough, and to show where there are not."""

from dataclasses import dataclass

import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import t as student

from yugong.base.cards import MethodCard
from yugong.base.provenance import Provenance
from yugong.base.text import Text
from yugong.evaluate.inference import sources
from yugong.evaluate.inference.headline import FEW_TREATED
from yugong.evaluate.inference.regression import clustered_error, codes, one_row, partialled


@dataclass(frozen=True, slots=True)
class Clustered:
    """One coefficient with its clustered standard error (CRV1), t, p and interval by Student's t on G − 1 degrees."""

    coefficient: float
    se: float
    t: float
    p: float
    interval: tuple[float, float]
    level: float
    clusters: int
    method: MethodCard
    notes: tuple[Text, ...] = ()
    provenance: Provenance | None = None

    def table(self) -> pd.DataFrame:
        """Return one row: estimate, se, t, p, low, high."""
        return one_row(self.coefficient, self.se, self.t, self.p, self.interval)


def clustered(
    outcome: ArrayLike,
    treatment: ArrayLike,
    clusters: ArrayLike,
    controls: ArrayLike | None = None,
    units: ArrayLike | None = None,
    periods: ArrayLike | None = None,
    level: float = 0.95,
) -> Clustered:
    """Return one coefficient of a linear regression with its clustered standard error.

    Arguments as in wild_cluster; factor G/(G−1) · (n−1)/(n−k), with unit effects counted in k. With fewer than five
    treated clusters it rejects far too often (see headline_inference). Bertrand, Duflo and Mullainathan (2004).
    """
    r = partialled(outcome, treatment, controls, units, periods)
    group = codes(clusters)
    se, count = clustered_error(r, group)
    t = r.coefficient / se
    half = float(student.ppf(0.5 + level / 2, count - 1)) * se
    card = MethodCard(
        "clustered",
        Text("聚类稳健标准误", "Clustered standard errors"),
        r"\hat V=\frac{G}{G-1}\frac{n-1}{n-k}\frac{\sum_g(\sum_{i\in g}\tilde d_i\hat u_i)^2}{(\sum\tilde d_i^2)^2}",
        Text(
            f"t 分布，自由度为聚类数减一；受政策影响的聚类少于 {FEW_TREATED} 个时不可用",
            f"Student's t on clusters less one; not to be used with fewer than {FEW_TREATED} treated clusters",
        ),
        None,
        (sources.BERTRAND,),
        {"clusters": str(count), "level": f"{level:g}"},
    )
    p = float(2 * student.sf(abs(t), count - 1))
    return Clustered(r.coefficient, se, float(t), p, (r.coefficient - half, r.coefficient + half), level, count, card)
