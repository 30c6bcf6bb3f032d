"""Which inference owns the headline: fixed thresholds, published, never chosen after the estimate."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from yugong.base.text import Text
from yugong.evaluate.effects import FEW

Owner = Literal["placebo_rank", "randomisation", "wild_cluster", "clustered", "none"]

# With one treated province of 31 a clustered t-test rejects 63 % of true nulls, with two 24 %, three 14 %, five 8 %,
# ten 5 % (simulate_size repeats it): below five clustered errors are never shown, between five and nine they are only
# shown beside the wild bootstrap, from ten on they may carry the headline if there are clusters enough.
FEW_TREATED = FEW  # treated clusters below which no clustered standard error, and no star, is shown
ENOUGH_TREATED = 10  # treated clusters from which a clustered t-test keeps its size
FEW_CLUSTERS = 30  # clusters below which the wild cluster bootstrap replaces the clustered t-test
FEWEST_PLACEBOS = 20  # regions compared below which not even a rank can reach one in twenty


@dataclass(frozen=True, slots=True)
class Headline:
    """Which inference owns the headline, whether stars may be printed, and the reason in words."""

    owner: Owner
    stars: bool
    reason: Text
    n_treated: int
    n_clusters: int

    def table(self) -> pd.DataFrame:
        """Return one row: owner, stars, n_treated, n_clusters."""
        return pd.DataFrame(
            {
                "owner": [self.owner],
                "stars": [self.stars],
                "n_treated": [self.n_treated],
                "n_clusters": [self.n_clusters],
            }
        )


def headline_inference(n_treated: int, n_clusters: int, assignments: int | None = None) -> Headline:
    """Return which inference owns the headline, for so many treated clusters among so many clusters in all.

    assignments: how many distinct placebo assignments the design allows, where that is known (a belt of six provinces
    with one treated allows six). Size of the tests behind the thresholds: MacKinnon and Webb (2018); few_treated_size.
    """
    possible = n_clusters if assignments is None else assignments
    if n_treated < 1 or n_clusters - n_treated < 2:
        reason = Text(
            f"{n_clusters} 个聚类中有 {n_treated} 个受政策影响，没有可比的余地，不作推断",
            f"{n_treated} of {n_clusters} clusters are treated: nothing is left to compare with, no inference",
        )
        return Headline("none", False, reason, n_treated, n_clusters)
    if n_treated < FEW_TREATED:
        reason = Text(
            f"受政策影响的只有 {n_treated} 个（少于 {FEW_TREATED} 个），聚类标准误会严重高估把握，只报告安慰剂位次，不标星号",
            f"only {n_treated} treated (fewer than {FEW_TREATED}): clustered errors overstate certainty badly; the "
            "placebo rank is reported, without stars",
        )
        if possible < FEWEST_PLACEBOS:
            short = Text(
                f"可供比较的指派只有 {possible} 种，位次最小也达不到 5%",
                f"only {possible} assignments to compare with, so no rank can reach 5 %",
            )
            reason = Text(f"{reason.zh}；{short.zh}", f"{reason.en}; {short.en}")
        return Headline("placebo_rank", False, reason, n_treated, n_clusters)
    if n_treated < ENOUGH_TREATED:
        reason = Text(
            f"受政策影响的有 {n_treated} 个（{FEW_TREATED}—{ENOUGH_TREATED - 1} 个），以随机化推断为准，野聚类自助法为参照",
            f"{n_treated} treated ({FEW_TREATED} to {ENOUGH_TREATED - 1}): randomisation inference leads, the wild "
            "cluster bootstrap beside it",
        )
        return Headline("randomisation", False, reason, n_treated, n_clusters)
    if n_clusters < FEW_CLUSTERS:
        reason = Text(
            f"聚类只有 {n_clusters} 个（少于 {FEW_CLUSTERS} 个），以野聚类自助法为准",
            f"only {n_clusters} clusters (fewer than {FEW_CLUSTERS}): the wild cluster bootstrap leads",
        )
        return Headline("wild_cluster", True, reason, n_treated, n_clusters)
    reason = Text(
        f"{n_treated} 个受政策影响、共 {n_clusters} 个聚类，聚类标准误可用",
        f"{n_treated} treated of {n_clusters} clusters: clustered errors may be used",
    )
    return Headline("clustered", True, reason, n_treated, n_clusters)
