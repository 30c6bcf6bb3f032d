"""Growth accounting, LMDI and Tapio against closed forms, hand calculations and planted truth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yugong.base.errors import InputError
from yugong.diagnose.growth import growth_accounting, lmdi, perpetual_inventory, tapio
from yugong.diagnose.growth.lmdi import logarithmic_mean

EXACT = 1e-12  # identities in double precision
positive = st.floats(0.01, 1e6)


def test_cobb_douglas_growth_returns_the_planted_productivity() -> None:
    k, work = np.array([[100.0, 180.0], [50.0, 40.0]]), np.array([[10.0, 12.0], [5.0, 5.0]])
    a = np.array([[1.0, np.exp(0.02 * 10)], [1.0, np.exp(-0.01 * 10)]])
    alpha = np.array([0.4, 0.6])
    y = a * k ** alpha[:, None] * work ** (1 - alpha[:, None])
    out = growth_accounting(y, k, work, (2010, 2020), alpha)
    np.testing.assert_allclose(out.productivity, [0.02, -0.01], atol=EXACT)
    np.testing.assert_allclose(out.capital + out.labour + out.productivity, out.output, atol=EXACT)


def test_no_intensive_share_without_growth() -> None:
    out = growth_accounting([[1.0, 1.0]], [[1.0, 2.0]], [[1.0, 1.0]], (2000, 2010))
    assert np.isnan(out.intensive_share[0])


def test_negative_output_is_named() -> None:
    with pytest.raises(InputError, match="北京"):
        growth_accounting([[1.0, -1.0]], [[1.0, 2.0]], [[1.0, 1.0]], (2000, 2010), places=("北京",))


def test_inventory_stays_on_the_steady_path() -> None:
    # investment growing at g from the steady state keeps K/I constant at (1+g)/(g+δ) in year-end terms
    g, delta, years = 0.05, 0.1, 40
    flow = 10 * np.exp(g * np.arange(years))[None]
    stock = perpetual_inventory(flow, delta, initial=flow[:, 0] * np.exp(g) / (np.exp(g) - 1 + delta))
    np.testing.assert_allclose(stock / flow, stock[0, 0] / flow[0, 0], rtol=EXACT)


def test_inventory_refuses_collapsing_investment() -> None:
    with pytest.raises(InputError, match="initial"):
        perpetual_inventory([np.exp(-0.5 * np.arange(12))], 0.1)


@given(st.lists(st.tuples(*[positive] * 6), min_size=1, max_size=5))
def test_lmdi_has_no_residual(rows: list[tuple[float, ...]]) -> None:
    a = np.array(rows).T
    first, last = ({f"x{k}": block[k] for k in range(3)} for block in (a[:3], a[3:]))
    add, mul = lmdi(first, last), lmdi(first, last, "multiplicative")
    scale = max(a[:3].prod(axis=0).sum(), a[3:].prod(axis=0).sum())
    assert abs(add.effects.sum() - add.total) <= 1e-9 * scale  # sums of numbers up to 1e18 lose digits
    assert mul.effects.prod() == pytest.approx(mul.total, rel=1e-9)


def test_lmdi_two_factor_case_by_hand() -> None:
    # V = Y·i from 100·0.5 = 50 to 200·0.4 = 80; L = 30/ln 1.6
    mean = 30 / np.log(1.6)
    out = lmdi({"output": 100.0, "intensity": 0.5}, {"output": 200.0, "intensity": 0.4})
    np.testing.assert_allclose(out.effects, [mean * np.log(2), mean * np.log(0.8)], rtol=EXACT)


def test_logarithmic_mean_lies_between_geometric_and_arithmetic_mean() -> None:
    rng = np.random.default_rng(7)
    a, b = rng.uniform(0.1, 10, (2, 1000))
    b[:200] = a[:200] * (1 + 1e-9)
    m = logarithmic_mean(a, b)
    assert np.all(m >= np.sqrt(a * b) * (1 - EXACT))
    assert np.all(m <= (a + b) / 2 * (1 + EXACT))


def test_lmdi_takes_the_limit_at_zero() -> None:
    out = lmdi({"a": [0.0, 1.0], "b": [2.0, 2.0]}, {"a": [3.0, 1.0], "b": [2.0, 2.0]})
    np.testing.assert_allclose(out.effects, [6.0, 0.0], atol=1e-9)


@pytest.mark.parametrize(
    ("p", "y", "state"),
    [
        (0.9, 1.1, "strong_decoupling"),
        (1.05, 1.1, "weak_decoupling"),
        (1.1, 1.1, "expansive_coupling"),
        (1.3, 1.1, "expansive_negative"),
        (1.1, 0.9, "strong_negative"),
        (0.95, 0.9, "weak_negative"),
        (0.9, 0.9, "recessive_coupling"),
        (0.7, 0.9, "recessive_decoupling"),
        (1.1, 1.0, ""),
    ],
)
def test_tapio_states_follow_the_published_figure(p: float, y: float, state: str) -> None:
    assert tapio([[1.0, p]], [[1.0, y]]).state == (state,)
