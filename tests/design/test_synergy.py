"""Synergy: the subset lattice against its definitions, the verb against scenarios solved one by one."""

from itertools import combinations, permutations
from math import factorial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from spreadsheet import Book

from yugong import study
from yugong.base.errors import InputError
from yugong.design.synergy import dividends, pairwise, shapley, subsets
from yugong.report.live_xlsx import render_live

ROUNDING = 1e-9  # sums of at most 2⁵ worths below 1e3
SOLVER = 1e-7  # two solves of one equilibrium to 1e-10 in log prices
FINITE = st.floats(-100, 100, allow_nan=False)


def worths(n: int) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.float64, 2**n, elements=FINITE)


@given(worths(4))
def test_dividends_satisfy_their_definition(worth: np.ndarray) -> None:
    found, inside = dividends(worth), subsets(4)
    for k in range(16):
        contained = [j for j in range(16) if j & k == j]
        assert worth[k] == pytest.approx(found[contained].sum(), abs=ROUNDING)
    assert inside[5].tolist() == [True, False, True, False]


@given(worths(4))
def test_shapley_is_the_mean_marginal_contribution_over_orders(worth: np.ndarray) -> None:
    direct = np.zeros(4)
    for order in permutations(range(4)):
        held = 0
        for i in order:
            direct[i] += worth[held | 1 << i] - worth[held]
            held |= 1 << i
    assert shapley(worth) == pytest.approx(direct / factorial(4), abs=ROUNDING)


def test_glove_game() -> None:
    # one left glove, two right ones: 2/3, 1/6, 1/6 (Shapley 1953)
    worth = np.array([0, 0, 0, 1, 0, 1, 0, 1.0])
    assert shapley(worth) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


@given(arrays(np.float64, 5, elements=FINITE))
def test_additive_world_has_no_synergy(own: np.ndarray) -> None:
    worth = subsets(5) @ own
    assert np.abs(pairwise(worth)).max() < ROUNDING
    assert np.abs(dividends(worth)[[k for k in range(32) if k.bit_count() > 1]]).max() < ROUNDING
    assert shapley(worth) == pytest.approx(own, abs=ROUNDING)


def test_further_axes_are_carried() -> None:
    worth = np.random.default_rng(1).normal(size=(8, 3, 2))
    whole = shapley(worth)
    assert whole.shape == (3, 3, 2)
    assert whole[:, 1, 1] == pytest.approx(shapley(worth[:, 1, 1]))


@pytest.mark.parametrize("bad", [np.zeros(3), np.zeros(1), np.float64(2.0)])
def test_other_numbers_of_worths_are_refused(bad: np.ndarray) -> None:
    with pytest.raises(InputError):
        shapley(bad)


@pytest.fixture(scope="module")
def china() -> study.Study:
    return study.china()


def test_verb_agrees_with_scenarios_solved_one_by_one(china: study.Study) -> None:
    from yugong.simulate import resolve, solve
    from yugong.simulate.running import base_year, scenario_of

    names = ("unified_market", "western_transfer", "land_quota")
    found = china.design.synergy(names)
    base = base_year(china, None, "three", None)
    own = [scenario_of(n) for n in names]
    inside = np.flatnonzero(base.economy.nation)
    for size in range(1, 4):
        for some in combinations(range(3), size):
            together = own[some[0]]
            for i in some[1:]:
                together = together.then(own[i])
            alone = solve(base.economy, resolve(together, base))
            at = sum(1 << i for i in some)
            assert found.nation[0, at] == pytest.approx(alone.welfare, abs=SOLVER)
            assert found.regions[0, at] == pytest.approx(alone.change("real_income")[inside], abs=SOLVER)
    assert found.nation[0, 0] == pytest.approx(0, abs=ROUNDING)
    table = found.table()
    shares = table["shapley_share"].to_numpy()
    assert shares[:3].sum() == pytest.approx(shares[3], abs=ROUNDING)
    assert found.excess == pytest.approx(shares[4], abs=ROUNDING)


def test_bands_hold_the_central_draw_and_repeat_from_the_seed(china: study.Study) -> None:
    one = china.design.synergy(("unified_market", "western_transfer"), draws=6, seed=3)
    again = china.design.synergy(("unified_market", "western_transfer"), draws=6, seed=3)
    assert np.array_equal(one.nation, again.nation)
    assert one.nation.shape == (7, 4)
    assert np.ptp(one.nation[:, 1]) > 0
    frame = one.table()
    assert (frame["low"].dropna() <= frame["high"].dropna()).all()


def test_same_strategy_twice_is_refused(china: study.Study) -> None:
    with pytest.raises(InputError):
        china.design.synergy(("unified_market", "unified_market"))


def test_the_same_strategy_twice_is_no_conflict_matrix(china: study.Study) -> None:
    with pytest.raises(InputError, match="两次"):
        china.design.conflicts(("growth_pole", "growth_pole"))


def test_shared_lever_is_said(china: study.Study) -> None:
    found = china.design.synergy(("western_transfer", "eco_compensation"))
    assert found.notes[0].zh.startswith("模型估计")


def test_overlay_counts_the_registry(china: study.Study) -> None:
    found = china.design.overlay(years=(2000, 2020))
    frame = found.table().query("year == 2020").set_index("place")
    # 四川 on 2020-12-31: 西部大开发、长江经济带、黄河流域 as scopes that hold the whole province
    assert "西部大开发" in frame.loc["510000", "listed"]
    assert (found.covers[0] <= 1).all()
    before = found.table().query("year == 2000")
    assert before["wholly"].sum() < frame["wholly"].sum()
    alone = china.design.overlay(years=(2020,)).table()
    assert alone.set_index("place")["listed"].to_dict() == frame["listed"].to_dict()


def test_strategies_of_cities_inside_count_in_part(china: study.Study) -> None:
    # nine cities of 广东 lie in the Greater Bay Area; the province as a whole does not
    inside = china.design.overlay(years=(2020,)).table().set_index("place").loc["440000"]
    assert "粤港澳" in inside["listed"]
    assert inside["partly"] >= 1
    whole = china.design.overlay(years=(2020,), inside=False).table().set_index("place").loc["440000"]
    assert "粤港澳" not in whole["listed"]


def test_conflicts_name_opposite_signs_only(china: study.Study) -> None:
    found = china.design.conflicts(("western_transfer", "growth_pole"))
    ids = [id_ for id_, _ in found.strategies]
    targets = [id_ for id_, _ in found.targets]
    for a, b, t in found.pairs():
        pair = found.effect[[ids.index(a), ids.index(b)], targets.index(t)]
        assert pair.prod() < 0
    assert found.pairs()


def test_shares_and_pairs_stand_on_live_sheets(china: study.Study, tmp_path: Path) -> None:
    found = china.design.synergy(("unified_market", "western_transfer", "land_quota"))
    pairs, all_of = found.sheets
    w = found.nation[0]
    assert pairs.column("synergy") == pytest.approx([w[3] - w[1] - w[2], w[5] - w[1] - w[4], w[6] - w[2] - w[4]])
    parts = [all_of.column(f"part_{i}").sum() for i in range(3)]
    assert parts == pytest.approx(shapley(w), abs=ROUNDING)
    assert pairs.provenance is found.provenance
    path = tmp_path / "synergy.xlsx"
    path.write_bytes(render_live(found.sheets, "zh"))
    for k in range(2):
        book = Book(path, k)
        for cell in book.formulas():
            assert book.value(cell) == pytest.approx(float(book.cached[cell]), abs=ROUNDING)
