"""Inference with few treated regions against brute force, other packages and closed cases."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from yugong.base.errors import InputError
from yugong.evaluate.inference import (
    assignments,
    conley,
    conley_taber,
    did_effects,
    headline_inference,
    imputation_effects,
    randomisation_test,
    wild_cluster,
)
from yugong.evaluate.inference.headline import ENOUGH_TREATED, FEW_CLUSTERS, FEW_TREATED
from yugong.evaluate.inference.wild import TIE

EXACT = 1e-9
REFERENCE = Path(__file__).parents[1] / "reference" / "evaluate"
PEERS = json.loads((REFERENCE / "peers.json").read_text(encoding="utf-8"))


def dummies(labels: np.ndarray) -> np.ndarray:
    return (labels[:, None] == np.unique(labels)).astype(float)


def wild_by_regression(y, d, x, group, signs, null=0.0):
    """Every draw a regression: the definition."""
    full = np.column_stack([d, x])
    inverse = np.linalg.pinv(full.T @ full)
    parameters = np.linalg.matrix_rank(full)
    names = np.unique(group)
    factor = len(names) / (len(names) - 1) * (len(y) - 1) / (len(y) - parameters)

    def t_value(outcome, value):
        b = inverse @ full.T @ outcome
        e = outcome - full @ b
        meat = sum(np.outer(s, s) for s in (full[group == g].T @ e[group == g] for g in names))
        return (b[0] - value) / np.sqrt(factor * (inverse @ meat @ inverse)[0, 0])

    g = np.linalg.lstsq(x, y - null * d, rcond=None)[0]
    u = y - null * d - x @ g
    drawn = [
        t_value(null * d + x @ g + u * sum(s * (group == n) for s, n in zip(v, names, strict=True)), null)
        for v in signs.T
    ]
    return t_value(y, null), np.array(drawn)


def test_wild_small_case(shared: Path) -> None:
    case = json.loads((shared / "reference/evaluate/wild_cluster_small.json").read_text())["expected"]
    rows = pd.read_csv(shared / "reference/evaluate/data/wild_small.csv")
    made = wild_cluster(rows["y"], rows["D"], rows["g"], rows[["x"]])
    assert made.enumerated
    assert made.t == pytest.approx(case["t"], abs=1e-10)
    assert made.p_strict == pytest.approx(case["p_strict_greater"], abs=1e-12)
    assert made.p == pytest.approx(case["p_greater_equal"], abs=1e-12)


def test_wild_with_two_way_effects_against_wildboottest_and_regressions() -> None:
    rows = pd.read_csv(REFERENCE / "wild_two_way.csv")
    want = PEERS["wild_two_way"]
    made = wild_cluster(rows["y"], rows["D"], rows["g"], rows[["x"]], rows["u"], rows["t"])
    assert made.p_strict == pytest.approx(want["p_strict"], abs=1e-12)
    assert made.coefficient == pytest.approx(want["coefficient"], abs=EXACT)
    assert made.t == pytest.approx(want["t"], abs=1e-6)
    signs = 2.0 * ((np.arange(0, 512, 37)[None, :] >> np.arange(9)[:, None]) & 1) - 1
    x = np.column_stack([rows["x"], dummies(rows["u"].to_numpy()), dummies(rows["t"].to_numpy())[:, 1:]])
    t, drawn = wild_by_regression(rows["y"].to_numpy(), rows["D"].to_numpy(), x, rows["g"].to_numpy(), signs)
    assert made.t == pytest.approx(t, abs=EXACT)
    np.testing.assert_allclose(made.draws[::37], drawn, atol=1e-8)


def test_wild_interval_is_where_the_test_turns() -> None:
    rows = pd.read_csv(REFERENCE / "wild_two_way.csv")
    arguments = (rows["y"], rows["D"], rows["g"], rows[["x"]], rows["u"], rows["t"])
    made = wild_cluster(*arguments)
    for bound, outward in zip(made.interval, (-1e-4, 1e-4), strict=True):
        assert wild_cluster(*arguments, null=bound - outward, level=None).p > 0.05
        assert wild_cluster(*arguments, null=bound + outward, level=None).p <= 0.05


@pytest.mark.parametrize("law", ["webb", "mammen", "rademacher"])
def test_wild_laws_have_mean_zero_and_variance_one(law: str) -> None:
    from yugong.evaluate.inference.wild import _signs

    drawn, enumerated = _signs(12, 40_000, law, 0) if law != "rademacher" else _signs(40, 40_000, law, 0)
    assert not enumerated
    assert abs(drawn.mean()) < 0.01
    assert abs((drawn**2).mean() - 1) < 0.02
    assert TIE < 1e-6


def test_wild_refuses_units_across_clusters_and_one_cluster() -> None:
    y, d = np.arange(8.0), np.array([0, 1] * 4)
    with pytest.raises(InputError):
        wild_cluster(y, d, [1] * 8)
    with pytest.raises(InputError):
        wild_cluster(y, d, [1, 2] * 4, units=[1, 1, 2, 2, 3, 3, 4, 4])
    with pytest.raises(InputError):
        wild_cluster(y, np.ones(8), [1, 2] * 4)


def test_conley_is_summed_within_periods(shared: Path) -> None:
    case = json.loads((shared / "reference/evaluate/conley_panel.json").read_text())
    rows = pd.read_csv(shared / "reference/evaluate/data/conley_panel.csv")
    wanted = case["expected"]["period_wise"]
    for kernel in ("uniform", "bartlett"):
        for lags in (0, 2, 11):
            made = conley(
                rows["y"], rows["D"], rows["lon"], rows["lat"], 300, rows["id"], rows["t"], lags=lags, kernel=kernel
            )
            assert made.se == pytest.approx(wanted[f"{kernel}_L{lags}"], abs=1e-12)
            assert made.coefficient == pytest.approx(wanted["beta"], abs=1e-12)
            assert abs(made.se - case["expected"]["all_pairs_ignoring_time"]) > 0.03


def test_conley_cross_section_against_all_pairs(shared: Path) -> None:
    q = pd.read_csv(shared / "reference/evaluate/data/quakes.csv").iloc[:300]
    made = conley(q["depth"], q["mag"], q["long"], q["lat"], 200, kernel="bartlett")
    x = np.column_stack([np.ones(300), q["mag"]])
    b = np.linalg.lstsq(x, q["depth"], rcond=None)[0]
    e = q["depth"].to_numpy() - x @ b
    lon, lat = np.radians(q["long"].to_numpy()), np.radians(q["lat"].to_numpy())
    h = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    km = 2 * 6371.01 * np.arcsin(np.sqrt(h))
    weight = np.where(km <= 200, 1 - km / 200, 0)
    s = x * e[:, None]
    inverse = np.linalg.inv(x.T @ x)
    assert made.se == pytest.approx(np.sqrt((inverse @ s.T @ weight @ s @ inverse)[1, 1]), rel=1e-9)


@pytest.mark.parametrize("cutoff", [50, 100, 200])
def test_conley_cross_section_against_fixest(shared: Path, cutoff: int) -> None:
    """fixest counts 111 km a degree, on a plane; the pairs within the cutoff are the same."""
    case = json.loads((shared / "reference/evaluate/conley_panel.json").read_text())["expected"]["quakes_R_fixest"]
    q = pd.read_csv(shared / "reference/evaluate/data/quakes.csv")
    made = conley(q["depth"], q["mag"], q["long"], q["lat"], cutoff, radius_km=111 * 180 / np.pi)
    assert made.se == pytest.approx(case[f"quakes_conley_noadj_{cutoff}"]["se"][1], abs=1e-6)
    assert made.coefficient == pytest.approx(case[f"quakes_conley_{cutoff}"]["b"][1], abs=1e-8)


def imputation_by_dummies(y, starts, usable):
    n, t = y.shape
    d = np.arange(t) >= starts[:, None]
    ok = usable & ~d
    x = np.column_stack([np.repeat(np.eye(n), t, axis=0), np.tile(np.eye(t), (n, 1))])
    b = np.linalg.lstsq(x[ok.ravel()], y.ravel()[ok.ravel()], rcond=None)[0]
    known = ok.any(axis=1)[:, None]
    return float((y - (x @ b).reshape(n, t))[usable & d & known].mean())


def test_batched_imputation_equals_dummy_regressions() -> None:
    rng = np.random.default_rng(1)
    y = rng.normal(size=(18, 9)).cumsum(axis=1)
    starts = np.full(18, 9)
    starts[:5] = [4, 5, 5, 7, 3]
    usable = rng.random((18, 9)) > 0.1
    drawn = np.vstack([starts, assignments(starts, 9, draws=20).starts])
    want = [imputation_by_dummies(y, s, usable) for s in drawn]
    np.testing.assert_allclose(imputation_effects(y, drawn, usable), want, atol=EXACT)
    gaps = np.where(usable, y, np.nan)
    np.testing.assert_allclose(imputation_effects(gaps, drawn), want, atol=EXACT)


def test_batched_imputation_leaves_out_what_has_no_comparison() -> None:
    y = np.random.default_rng(0).normal(size=(4, 5))
    assert np.isnan(imputation_effects(y, [[2, 2, 2, 2]]))[0]
    always = imputation_effects(y, [[0, 3, 5, 5]])[0]
    assert always == pytest.approx(imputation_effects(y[1:], [[3, 5, 5]])[0])


def test_batched_two_way_fixed_effects() -> None:
    rng = np.random.default_rng(1)
    y, starts = rng.normal(size=(15, 8)), np.full(15, 8)
    starts[:4] = [3, 5, 5, 6]
    x = np.column_stack(
        [(np.arange(8) >= starts[:, None]).ravel(), np.repeat(np.eye(15), 8, axis=0), np.tile(np.eye(8), (15, 1))]
    )
    want = np.linalg.lstsq(x, y.ravel(), rcond=None)[0][0]
    assert did_effects(y, starts)[0] == pytest.approx(want, abs=EXACT)


def test_unit_scheme_lists_every_assignment_once() -> None:
    starts = np.array([5, 3, 9, 9, 9, 9])
    made = assignments(starts, 9)
    assert made.exact
    assert made.possible == 30
    assert len(made.starts) == 29
    assert len(np.unique(made.starts, axis=0)) == 29
    assert (np.sort(made.starts, axis=1) == np.sort(starts)).all()
    assert not (made.starts == starts).all(axis=1).any()


def test_belt_scheme_stays_within_belts() -> None:
    starts = np.array([4, 9, 9, 6, 9, 9, 9])
    belts = ["east"] * 3 + ["west"] * 4
    made = assignments(starts, 9, "belt", belts=belts)
    assert len(made.starts) == 3 * 4 - 1
    assert ((made.starts[:, :3] == 4).sum(axis=1) == 1).all()
    assert ((made.starts[:, 3:] == 6).sum(axis=1) == 1).all()


def test_clusters_move_together_and_only_the_eligible() -> None:
    clusters = np.repeat(list("abcde"), 3)
    starts = np.where(clusters == "b", 4, 9)
    made = assignments(starts, 9, clusters=list(clusters), eligible=clusters != "e")
    assert len(made.starts) == 3
    for row in made.starts:
        chosen = set(clusters[row == 4])
        assert len(chosen) == 1
        assert (row == 4).sum() == 3
        assert "e" not in chosen
    with pytest.raises(InputError):
        assignments(np.where(np.arange(15) == 4, 4, 9), 9, clusters=list(clusters))


def test_block_scheme_draws_connected_blocks() -> None:
    side = 6
    near = np.zeros((36, 36), bool)
    for i in range(36):
        for j in range(36):
            near[i, j] = abs(i // side - j // side) + abs(i % side - j % side) == 1
    starts = np.full(36, 9)
    starts[[0, 1, 2, 6]] = [4, 4, 5, 5]
    starts[[35]] = 6
    made = assignments(starts, 9, "block", draws=60, neighbours=near)
    for row in made.starts:
        assert sorted(row[row < 9]) == [4, 4, 5, 5, 6]
        block = set(np.flatnonzero(row < 6))
        reached, queue = set(), [min(block)]
        while queue:
            node = queue.pop()
            if node not in reached:
                reached.add(node)
                queue += [m for m in block if near[node, m]]
        assert reached == block
    assert len(np.unique(made.starts, axis=0)) > 40


def test_date_scheme_keeps_who_is_treated() -> None:
    starts = np.array([4, 4, 9, 9])
    made = assignments(starts, 9, "date", earliest=2, latest=7)
    assert made.exact
    assert sorted(made.starts[:, 0]) == [2, 3, 5, 6, 7]
    assert (made.starts[:, 0] == made.starts[:, 1]).all()
    assert (made.starts[:, 2:] == 9).all()


def test_randomisation_ranks_one_of_thirty_one() -> None:
    rng = np.random.default_rng(3)
    y, starts = rng.normal(size=(31, 12)), np.full(31, 12)
    starts[7] = 8
    made = randomisation_test(y, starts)
    by_hand = [imputation_by_dummies(y, np.where(np.arange(31) == i, 8, 12), np.ones_like(y, bool)) for i in range(31)]
    rank = 1 + sum(abs(v) >= abs(by_hand[7]) for i, v in enumerate(by_hand) if i != 7)
    assert (made.rank, made.total, made.exact) == (rank, 31, True)
    assert made.label.zh == f"第 {rank}/31 位"
    assert made.p == pytest.approx(rank / 31)
    own = randomisation_test(y, starts, lambda v, s: float(imputation_effects(v, s)[0]), level=None)
    np.testing.assert_allclose(own.draws, made.draws)


def test_randomisation_interval_holds_exactly_what_is_not_rejected() -> None:
    rng = np.random.default_rng(8)
    y, starts = rng.normal(size=(30, 10)), np.full(30, 10)
    starts[:3] = 6
    y[:3, 6:] += 2
    made = randomisation_test(y, starts, draws=499, seed=4)
    d = (np.arange(10) >= starts[:, None]).astype(float)

    def p(tau: float) -> float:
        return randomisation_test(y - tau * d, starts, draws=499, seed=4, level=None).p

    low, high = made.interval
    assert low < made.observed < high
    for bound, outward in ((low, -1e-6), (high, 1e-6)):
        assert p(bound - outward) > 0.05
        assert p(bound + outward) <= 0.05


def test_conley_taber_one_treated_is_a_rank_among_controls() -> None:
    rng = np.random.default_rng(5)
    y, starts = rng.normal(size=(21, 10)), np.full(21, 10)
    starts[0] = 6
    made = conley_taber(y, starts)
    path = (np.arange(10) >= 6) - 0.4
    gap = [path @ (y[i] - np.delete(y[1:], i - 1, axis=0).mean(axis=0)) / (path @ path) for i in range(1, 21)]
    assert made.effect == pytest.approx(path @ (y[0] - y[1:].mean(axis=0)) / (path @ path))
    np.testing.assert_allclose(np.sort(made.draws), np.sort(gap), atol=EXACT)
    x = np.column_stack(
        [(np.arange(10) >= starts[:, None]).ravel(), np.repeat(np.eye(21), 10, axis=0), np.tile(np.eye(10), (21, 1))]
    )
    assert made.effect == pytest.approx(np.linalg.lstsq(x, y.ravel(), rcond=None)[0][0])


def test_conley_taber_several_treated_against_the_controls_left() -> None:
    """Each chance gap is the estimate itself, with controls in the place of the treated."""
    rng = np.random.default_rng(5)
    y, starts = rng.normal(size=(13, 8)), np.full(13, 8)
    starts[0], starts[1] = 4, 6
    made = conley_taber(y, starts)
    assert made.exact
    assert len(made.draws) == 11 * 10
    first = (np.arange(8) >= 4) - 0.5
    second = (np.arange(8) >= 6) - 0.25
    by_hand = []
    for i in range(2, 13):
        for j in range(2, 13):
            if i != j:
                left = np.delete(y, [0, 1, i, j], axis=0).mean(axis=0)
                by_hand.append((first @ (y[i] - left) + second @ (y[j] - left)) / (first @ first + second @ second))
    np.testing.assert_allclose(np.sort(made.draws), np.sort(by_hand), atol=EXACT)


def test_conley_taber_with_sizes_widens_for_a_small_region() -> None:
    rng = np.random.default_rng(6)
    sizes = rng.uniform(1, 50, 60)
    y, starts = rng.normal(size=(60, 12)) / np.sqrt(sizes)[:, None], np.full(60, 12)
    small = int(np.argmin(sizes))
    starts[small] = 7
    plain, sized = conley_taber(y, starts), conley_taber(y, starts, sizes)
    assert np.ptp(sized.interval) > 1.5 * np.ptp(plain.interval)
    equal = conley_taber(y, starts, np.full(60, 3.0))
    np.testing.assert_allclose(equal.interval, plain.interval)


@pytest.mark.parametrize(
    ("treated", "clusters", "owner", "stars"),
    [
        (0, 31, "none", False),
        (30, 31, "none", False),
        (1, 31, "placebo_rank", False),
        (FEW_TREATED - 1, 300, "placebo_rank", False),
        (FEW_TREATED, 31, "randomisation", False),
        (ENOUGH_TREATED, FEW_CLUSTERS - 1, "wild_cluster", True),
        (ENOUGH_TREATED, FEW_CLUSTERS, "clustered", True),
    ],
)
def test_headline(treated: int, clusters: int, owner: str, stars: bool) -> None:
    made = headline_inference(treated, clusters)
    assert (made.owner, made.stars) == (owner, stars)


def test_headline_says_when_no_rank_can_reach_five_per_cent() -> None:
    assert "5%" in headline_inference(1, 31, assignments=6).reason.zh
    assert "5%" not in headline_inference(1, 31, assignments=31).reason.zh
