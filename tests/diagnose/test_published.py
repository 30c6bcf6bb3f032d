"""The plate table of the China study: the project's own figures beside those that were printed."""

import pytest

from yugong import study
from yugong.diagnose.published import beside_published

# indicators.md states these to three and four digits, recomputed from the same series outside the project
RATIO, SHARE = 5e-4, 5e-3
OWN = {
    "grp_v4": {
        "per_head_ratio_east_central": (1.680, 1.538),
        "per_head_ratio_east_west": (1.858, 1.640),
        "share_central": (21.29, 21.77),
        "share_west": (19.60, 21.46),
    },
    "grp_v5": {
        "per_head_ratio_east_central": (1.694, 1.569),
        "per_head_ratio_east_west": (1.865, 1.662),
        "share_central": (21.16, 21.50),
        "share_west": (19.58, 21.32),
    },
}
PRINTED = {
    "per_head_ratio_east_central": (1.69, 1.50),
    "per_head_ratio_east_west": (1.87, 1.64),
    "share_central": (21.3, 22.1),
    "share_west": (19.6, 21.4),
}


@pytest.mark.parametrize("vintage", OWN)
@pytest.mark.parametrize("figure", PRINTED)
def test_own_figures_stand_beside_the_printed_ones(vintage: str, figure: str) -> None:
    table = beside_published(study.china(), vintage)
    rows = table[table["figure"] == figure].set_index("year")
    tolerance = SHARE if figure.startswith("share") else RATIO
    assert tuple(rows.loc[[2012, 2022], "own"]) == pytest.approx(OWN[vintage][figure], abs=tolerance)
    assert tuple(rows.loc[[2012, 2022], "published"]) == PRINTED[figure]
