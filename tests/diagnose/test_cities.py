"""Urban hierarchy, fields, catchments and capacity against closed forms, laws and simulation."""

import numpy as np
import pytest

from yugong.base.errors import InputError
from yugong.diagnose.cities import (
    breakpoint_distance,
    carrying_capacity,
    field_strength,
    functional_specialisation,
    primacy,
    rank_size,
    two_step_floating_catchment,
)

EXACT = 1e-12  # identities in double precision
SAMPLES, CITIES = 400, 200
# three standard errors of a coverage share of 0.95 over SAMPLES draws, and Gabaix & Ibragimov's is asymptotic
COVERAGE_SLACK = 3 * (0.95 * 0.05 / SAMPLES) ** 0.5 + 0.01


def test_rank_size_recovers_a_pareto_tail_with_honest_intervals() -> None:
    rng = np.random.default_rng(11)
    inside, estimates = 0, []
    for _ in range(SAMPLES):
        out = rank_size(1.0 / rng.random(CITIES) ** (1 / 1.2))  # Pareto with ζ = 1.2
        inside += out.low <= 1.2 <= out.high
        estimates.append(out.exponent)
    assert abs(inside / SAMPLES - 0.95) < COVERAGE_SLACK
    assert np.mean(estimates) == pytest.approx(1.2, abs=0.03)  # bias of order 1/n plus simulation error


def test_zipf_cities_have_primacy_two() -> None:
    zipf = 1 / np.arange(1, 20)
    assert primacy(zipf) == pytest.approx(2.0, rel=EXACT)
    assert primacy(zipf, 4) == pytest.approx(1 / (1 / 2 + 1 / 3 + 1 / 4), rel=EXACT)
    assert primacy(zipf, 11) == pytest.approx(2 / sum(1 / k for k in range(2, 12)), rel=EXACT)


@pytest.mark.parametrize("bad", [[1.0, 2.0], [1.0, 0.0, 3.0], [1.0, np.nan, 3.0], [2.0, 2.0, 2.0]])
def test_rank_size_refuses_what_has_no_slope(bad: list[float]) -> None:
    with pytest.raises(InputError):
        rank_size(bad)


def test_equal_mixes_have_no_functional_specialisation() -> None:
    np.testing.assert_allclose(functional_specialisation([1, 2, 3], [10, 20, 30]), 0, atol=EXACT)
    lean = functional_specialisation([3, 1], [10, 10])
    np.testing.assert_allclose(lean, [0.5, -0.5], rtol=EXACT)


def test_pulls_are_equal_at_the_breakpoint() -> None:
    at = breakpoint_distance(400.0, 100.0, 90.0)
    assert at == pytest.approx(60.0)
    field = field_strength([400.0, 100.0], [[at, 90 - at], [10, 80], [80, 10]], cores=("A", "B"))
    assert field.strength[0, 0] == pytest.approx(field.strength[0, 1])
    assert field.core[1:] == ("A", "B")


def test_symmetric_cities_break_in_the_middle() -> None:
    assert breakpoint_distance(5.0, 5.0, 10.0, beta=1.7) == pytest.approx(5.0)


def test_catchment_conserves_supply() -> None:
    rng = np.random.default_rng(3)
    people, beds = rng.uniform(1, 9, 40), rng.uniform(1, 9, 12)
    distance = rng.uniform(0, 10, (40, 12))
    distance[:, 0] = 99  # a hospital that nobody reaches
    out = two_step_floating_catchment(beds, people, distance, threshold=4.0, decay=np.exp(-distance))
    assert people @ out.access + out.unreached == pytest.approx(beds.sum(), rel=1e-12)
    assert out.unreached == pytest.approx(beds[0])


def test_catchment_matches_the_definition_by_loops() -> None:
    rng = np.random.default_rng(4)
    people, beds, distance = rng.uniform(1, 9, 7), rng.uniform(1, 9, 5), rng.uniform(0, 8, (7, 5))
    access = np.zeros(7)
    for j in range(5):
        near = [k for k in range(7) if distance[k, j] <= 4]
        if near:
            for i in near:
                access[i] += beds[j] / sum(people[k] for k in near)
    np.testing.assert_allclose(two_step_floating_catchment(beds, people, distance, 4.0).access, access, rtol=EXACT)


def test_capacity_names_the_bottleneck_and_keeps_missing_missing() -> None:
    out = carrying_capacity(
        {"water": [300.0, 300.0, np.nan, np.nan], "land": [100.0, 20.0, 50.0, np.nan]},
        {"water": 3.0, "land": 0.5},
        present=[50.0, 80.0, 100.0, 1.0],
    )
    np.testing.assert_allclose(out.capacity, [100.0, 40.0, 100.0, np.nan])
    assert out.bottleneck == ("water", "land", "land", "")
    np.testing.assert_allclose(out.load, [0.5, 2.0, 1.0, np.nan])


def test_capacity_asks_for_the_need() -> None:
    with pytest.raises(InputError, match="water"):
        carrying_capacity({"water": [1.0]}, {})
