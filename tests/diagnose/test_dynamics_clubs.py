"""The log t test and clubs: published results of the Phillips–Sul data, a per-group definition, planted clubs."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong.base.errors import InputError
from yugong.diagnose.dynamics import logt
from yugong.diagnose.dynamics.clubs import clubs

ROUNDING = 1e-9
# R ConvergenceClubs on filteredGDP (152 economies, 1970–2003): log t regression and clubs before and after merging
R_B, R_T = -0.8748112403765546, -159.55511163596603
R_FIRST = [(50, 9.2823), (30, 6.9044), (21, 3.4025), (24, 2.0549), (14, 1.7008), (11, 6.0238), (2, -0.5585)]
R_MERGED = [(50, 9.2823), (30, 6.9044), (21, 3.4025), (38, -0.6360), (11, 6.0238), (2, -0.5585)]
R_TRIM_03 = [
    (55, 7.3412),
    (31, 8.0530),
    (12, 2.6691),
    (19, 1.5603),
    (6, 2.1881),
    (14, 3.8471),
    (8, 3.6181),
    (5, 15.6098),
    (2, -0.3030),
]
FOUR_DECIMALS = 6e-5


@pytest.fixture(scope="module")
def gdp(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "reference" / "measure" / "filteredGDP.csv", index_col=0)


def sizes(result: object) -> list[tuple[int, float]]:
    return [(len(m), t) for m, t in zip(result.members, result.t, strict=True)]


def test_filter_makes_the_stored_series(gdp: pd.DataFrame, shared: Path) -> None:
    raw = pd.read_csv(shared / "reference" / "measure" / "GDP_ps.csv", index_col=0)
    assert logt.hp_trend(np.log(raw)) == pytest.approx(gdp.to_numpy(), abs=1e-8)


def test_log_t_equals_r(gdp: pd.DataFrame) -> None:
    result = logt.log_t(gdp)
    assert [result.b, result.t] == pytest.approx([R_B, R_T], rel=ROUNDING)
    assert not result.converges
    assert result.h.mean(axis=0) == pytest.approx(1)


@pytest.mark.parametrize(
    ("options", "expected"),
    [({"merge": False}, R_FIRST), ({}, R_MERGED), ({"merge": False, "trim": 0.3}, R_TRIM_03)],
)
def test_clubs_equal_r(gdp: pd.DataFrame, options: dict, expected: list) -> None:
    result = clubs(gdp, **options)
    assert [n for n, _ in sizes(result)] == [n for n, _ in expected]
    assert [t for _, t in sizes(result)] == pytest.approx([t for _, t in expected], abs=FOUR_DECIMALS)


def test_clubs_do_not_depend_on_row_order_and_each_passes_alone(gdp: pd.DataFrame) -> None:
    one, other = clubs(gdp), clubs(gdp.sample(frac=1, random_state=3))
    assert [set(m) for m in one.members] == [set(m) for m in other.members]
    for members, b, t in zip(one.members, one.b, one.t, strict=True):
        alone = logt.log_t(gdp.loc[list(members)])
        assert [alone.b, alone.t] == pytest.approx([b, t], rel=1e-7)
    assert one.merged[3] == (4, 5)
    table = one.table()
    assert len(table) == 152
    assert (table["club"] > 0).sum() + len(one.divergent) == 152


def test_planted_clubs_are_found() -> None:
    rng = np.random.default_rng(4)
    years = np.arange(1, 41)
    path = np.concatenate(
        [level * np.log(years + 20) + 3 * rng.normal(0, 1, (15, 1)) / years**0.9 + 20 for level in (6.0, 3.0, 0.0)]
    )
    result = clubs(pd.DataFrame(path, index=[f"{i // 15}-{i % 15}" for i in range(45)]))
    assert [{str(x)[0] for x in m} for m in result.members] == [{"0"}, {"1"}, {"2"}]


def test_places_that_drift_apart_are_divergent() -> None:
    years = np.arange(1, 31)
    x = np.stack([10 + slope * years**1.5 / 10 for slope in (1.0, 3.0, 6.0, 11.0)])
    result = clubs(x)
    assert result.members == ()
    assert len(result.divergent) == 4
    assert "no convergence club" in result.status.en
    assert len(result.table()) == 4


def test_andrews_as_written_by_hand(gdp: pd.DataFrame) -> None:
    ours = logt.log_t(gdp, convention="andrews")
    t = np.arange(12, 35)
    y = np.log(ours.variation[0] / ours.variation[t - 1]) - 2 * np.log(np.log(t))
    design = np.column_stack([np.ones(23), np.log(t)])
    beta, *_ = np.linalg.lstsq(design, y, rcond=None)
    e = y - design @ beta
    rho = e[1:] @ e[:-1] / (e[:-1] @ e[:-1])
    width = 1.3221 * (23 * 4 * rho**2 / (1 - rho) ** 4) ** 0.2
    total = e @ e
    for i in range(23):
        for j in range(23):
            if i != j:
                a = 6 * np.pi * abs(i - j) / width / 5
                total += 3 / a**2 * (np.sin(a) / a - np.cos(a)) * e[i] * e[j]
    error = np.sqrt(total / 23 * np.linalg.inv(design.T @ design)[1, 1])
    assert ours.standard_error == pytest.approx(error, rel=ROUNDING)


def test_gaps_are_refused() -> None:
    x = np.ones((4, 20)) + np.arange(4)[:, None]
    x[2, 3] = np.nan
    with pytest.raises(InputError, match="2"):
        logt.log_t(x)
    with pytest.raises(InputError):
        clubs(np.ones((3, 5)))
