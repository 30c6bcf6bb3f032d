"""Brute-force definitions and the axioms of inequality measurement, on random data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yugong.base.errors import AlignmentError, InputError, UnknownNameError
from yugong.diagnose import disparity as d

CLOSE = 1e-9  # sums of at most some hundred doubles, relative
FLAT = 1e-12  # an equal distribution up to round-off
RELATIVE = [
    "gini", "theil_T", "theil_L", "ge_2", "atkinson", "cv", "williamson", "hoover",
    "max_min_ratio", "top_bottom_ratio", "quantile_ratio", "log_sd",
]  # fmt: skip

values = st.lists(st.floats(0.1, 1e5), min_size=3, max_size=25)


@st.composite
def samples(draw, low=0.1):
    n = draw(st.integers(3, 25))
    y = draw(st.lists(st.floats(low, 1e4), min_size=n, max_size=n))
    w = draw(st.lists(st.integers(1, 5), min_size=n, max_size=n))
    g = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    return np.array(y), np.array(w, dtype=float), np.array(g)


def brute_dagum(y, w, g):
    """Dagum (1997) by its definition: double integrals as double sums, groups ordered by mean."""
    labels = list(dict.fromkeys(g.tolist()))
    n, mu = w.sum(), (w * y).sum() / w.sum()
    k = len(labels)
    out = {"gini": (w[:, None] * w * np.abs(y[:, None] - y)).sum() / (2 * n**2 * mu), "within": 0.0}
    out |= {"between": 0.0, "transvariation": 0.0, "D": np.zeros((k, k)), "d": {}, "p": {}}
    for a in range(k):
        for b in range(k):
            ya, wa, yb, wb = y[g == labels[a]], w[g == labels[a]], y[g == labels[b]], w[g == labels[b]]
            ma, mb = (wa * ya).sum() / wa.sum(), (wb * yb).sum() / wb.sum()
            pa, pb = wa.sum() / n, wb.sum() / n
            mass = wa[:, None] * wb / (wa.sum() * wb.sum())
            gap = ya[:, None] - yb
            gini_ab = (mass * np.abs(gap)).sum() / (ma + mb) if ma + mb > 0 else 0.0
            if a == b:
                out["within"] += gini_ab * pa * (pa * ma / mu)
            elif ma > mb or (ma == mb and a < b):
                plus, cross = (mass * np.maximum(gap, 0)).sum(), (mass * np.maximum(-gap, 0)).sum()
                affluence = (plus - cross) / (plus + cross) if plus + cross > 0 else 0.0
                share = gini_ab * (pa * pb * mb / mu + pb * pa * ma / mu)
                out["between"] += share * affluence
                out["transvariation"] += share * (1 - affluence)
                out["D"][a, b] = out["D"][b, a] = affluence
                out["d"][a, b], out["p"][a, b] = plus, cross
    return out


@given(samples(low=0.0))
@settings(max_examples=150, deadline=None)
def test_dagum_equals_its_definition(s) -> None:
    y, w, g = s
    if (w * y).sum() < 1e-3:
        return
    want, got = brute_dagum(y, w, g), d.dagum(y, g, w)
    for part in ("gini", "within", "between", "transvariation"):
        assert getattr(got, part) == pytest.approx(want[part], abs=FLAT * 10, rel=CLOSE)
    assert got.within + got.between + got.transvariation == pytest.approx(float(d.gini(y, w)), abs=FLAT, rel=CLOSE)
    for (a, b), plus in want["d"].items():
        assert got.d[a, b] == pytest.approx(plus, rel=CLOSE, abs=1e-8)
        assert got.p[a, b] == pytest.approx(want["p"][a, b], rel=CLOSE, abs=1e-8)
    assert (got.relative_affluence >= 0).all()
    assert (got.relative_affluence <= 1).all()
    assert got.contribution_within.sum() == pytest.approx(got.within, abs=FLAT)
    assert got.table()["share"].sum() == pytest.approx(1 if got.gini > FLAT else got.table()["share"].sum(), rel=1e-6)


def test_dagum_one_member_group_and_identical_groups() -> None:
    got = d.dagum([1.0, 2.0, 7.0], ["a", "a", "b"])
    assert got.gini_pair[1, 1] == 0
    assert got.relative_affluence[0, 1] == pytest.approx(1, rel=FLAT)
    same = d.dagum([1.0, 3.0, 1.0, 3.0], ["a", "a", "b", "b"])
    assert same.between == pytest.approx(0, abs=FLAT)
    assert same.relative_affluence[0, 1] == pytest.approx(0, abs=FLAT)
    assert same.transvariation == pytest.approx(same.gini / 2)


@pytest.mark.parametrize("name", RELATIVE)
@given(samples())
@settings(max_examples=25, deadline=None)
def test_scale_anonymity_replication(name: str, s) -> None:
    y, w, _ = s

    def at(y, w):
        return d.disparity_measures(y, w, [name]).values[0, 0]

    base = at(y, w)
    near = pytest.approx(base, rel=1e-7, abs=1e-7)
    assert at(7.5 * y, w) == near
    order = np.random.default_rng(0).permutation(len(y))
    assert at(y[order], w[order]) == near
    repeated = np.repeat(y, w.astype(int))
    assert at(repeated, None) == near
    assert at(y, 1000 * w) == near


@pytest.mark.parametrize("name", ["gini", "theil_T", "theil_L", "ge_2", "atkinson", "cv"])
@given(samples())
@settings(max_examples=25, deadline=None)
def test_pigou_dalton(name: str, s) -> None:
    y, _, _ = s
    low, high = int(np.argmin(y)), int(np.argmax(y))
    if y[high] - y[low] < 1e-3 * y[high]:
        return
    moved = y.copy()
    step = (y[high] - y[low]) / 4
    moved[low] += step
    moved[high] -= step
    measure = lambda v: d.disparity_measures(v, None, [name]).values[0, 0]  # noqa: E731
    assert measure(moved) < measure(y)


@pytest.mark.parametrize("name", RELATIVE)
def test_equal_values_show_no_disparity(name: str) -> None:
    got = d.disparity_measures(np.full(9, 54321.123), np.arange(1.0, 10), [name]).values[0, 0]
    assert got == pytest.approx(1.0 if name.endswith("ratio") else 0.0, abs=1e-8 if "cv" in name else FLAT)


@given(samples(), st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0, 3.0]))
@settings(max_examples=80, deadline=None)
def test_entropy_adds_up_over_groups(s, alpha: float) -> None:
    y, w, g = s
    got = d.theil_decomposition(y, g, w, alpha=alpha)
    total = float(d.generalized_entropy(y, w, alpha))
    near = {"rel": 1e-8, "abs": 1e-8 * max(1.0, total)}
    assert got.total == pytest.approx(total, **near)
    inside = [float(d.generalized_entropy(y[g == j], w[g == j], alpha)) for j in got.groups]
    np.testing.assert_allclose(got.inequality, inside, rtol=1e-7, atol=1e-9)
    p, q = got.population_share, got.value_share
    assert got.within == pytest.approx((q**alpha * p ** (1 - alpha) * inside).sum(), **near)
    means = np.repeat(got.mean, 1)
    assert got.between == pytest.approx(float(d.generalized_entropy(means, p, alpha)), **near)


@given(samples(), st.sampled_from([0.0, 1.0, 2.0]))
@settings(max_examples=40, deadline=None)
def test_nested_stages_add_up(s, alpha: float) -> None:
    y, w, inner = s
    outer = inner // 2
    got = d.nested_theil(y, outer, inner, w, alpha=alpha)
    near = {"rel": 1e-8, "abs": 1e-8}
    assert got.total == pytest.approx(float(d.generalized_entropy(y, w, alpha)), **near)
    one = d.theil_decomposition(y, outer, w, alpha=alpha)
    two = d.theil_decomposition(y, inner, w, alpha=alpha)
    assert got.between_outer == pytest.approx(one.between, **near)
    assert got.within_inner == pytest.approx(two.within, **near)
    assert got.contribution_inner.sum() == pytest.approx(two.between - one.between, **near)


@given(samples(), st.sampled_from([0.25, 0.5, 0.75, 1.5, 2.0]))
@settings(max_examples=40, deadline=None)
def test_atkinson_is_a_transform_of_entropy(s, epsilon: float) -> None:
    y, w, _ = s
    a = 1 - epsilon
    ge = float(d.generalized_entropy(y, w, a))
    assert float(d.atkinson(y, w, epsilon)) == pytest.approx(1 - (1 + a * (a - 1) * ge) ** (1 / a), abs=1e-9)
    log = float(d.theil(y, w, "L"))
    assert float(d.atkinson(y, w, 1)) == pytest.approx(1 - np.exp(-log), abs=1e-9)


def test_ratios_split_the_region_at_the_cut() -> None:
    # population 10: the bottom fifth is all of A (1) and a third of B (3); the top fifth two fifths of D (5)
    y, w = [10.0, 20.0, 50.0, 100.0], [1.0, 3.0, 1.0, 5.0]
    assert float(d.top_bottom_ratio(y, w)) == pytest.approx(100 / ((10 + 20) / 2))
    assert float(d.top_bottom_ratio([1.0, 2, 3, 4, 5])) == pytest.approx(5)
    assert float(d.quantile_ratio([1.0, 2, 3, 4, 5])) == pytest.approx(4 / 1)
    assert float(d.quantile_ratio(y, w)) == pytest.approx(100 / 20)
    assert float(d.max_min_ratio(y, w)) == 10
    assert float(d.max_min_ratio(y, [0.0, 3, 1, 5])) == 5
    assert float(d.hoover([0.0, 1.0])) == pytest.approx(0.5)
    assert float(d.cv([1.0, 2, 3], ddof=1)) == pytest.approx(0.5)


def test_refusals_name_place_and_year() -> None:
    frame = pd.DataFrame({2020: [1.0, np.nan], 2021: [2.0, -3.0]}, index=["110000", "120000"])
    with pytest.raises(InputError) as caught:
        d.gini(frame)
    assert len(caught.value.problems) == 2
    text = caught.value.render("en")
    assert "120000 (2020)" in text
    assert "120000 (2021) is -3" in text
    with pytest.raises(InputError, match="零"):
        d.theil([0.0, 1.0], kind="L")
    kept = d.theil([0.0, 1.0, 2.0], kind="L", zero="drop")
    assert float(kept) == pytest.approx(float(d.theil([1.0, 2.0], kind="L")))
    assert [o.place for o in kept.omitted] == [0]
    assert float(d.theil([0.0, 1.0])) == pytest.approx(np.log(2))
    with pytest.raises(InputError):
        d.gini([0.0, 0.0])
    with pytest.raises(InputError):
        d.gini([1.0, 2.0], [1.0, -1.0])
    with pytest.raises(UnknownNameError, match="gini"):
        d.disparity_measures([1.0, 2.0], None, ["ginni"])
    with pytest.raises(ValueError, match="ddof"):
        d.cv([1.0, 2.0], [1.0, 2.0], ddof=1)
    with pytest.raises(InputError):
        d.nested_theil([1.0, 2.0, 3.0], ["x", "y", "y"], ["a", "a", "b"])
    with pytest.raises(InputError):
        d.dagum([1.0, 2.0], ["a", None])


def test_labels_align_positions_never() -> None:
    y = pd.Series([1.0, 5.0, 9.0], index=["a", "b", "c"])
    w = pd.Series([3.0, 2.0, 1.0], index=["c", "b", "a"])
    g = pd.Series(["x", "x", "y"], index=["b", "a", "c"])
    assert float(d.gini(y, w)) == float(d.gini([1.0, 5.0, 9.0], [1.0, 2.0, 3.0]))
    assert d.dagum(y, g, w).gini == pytest.approx(float(d.gini(y, w)), rel=FLAT)
    with pytest.raises(AlignmentError, match="z"):
        d.gini(y, w.rename({"a": "z"}))
    with pytest.raises(AlignmentError):
        d.dagum(y, g.drop("c"))


def test_years_are_independent_and_absent_entries_weigh_nothing() -> None:
    rng = np.random.default_rng(1)
    y, w, g = rng.lognormal(size=(20, 4)), rng.uniform(1, 3, (20, 4)), np.arange(20) % 3
    y[3, 1], w[3, 1] = np.nan, 0
    all_years = d.dagum(y, g, w)
    for t in range(4):
        there = w[:, t] > 0
        alone = d.dagum(y[there, t], g[there], w[there, t])
        assert all_years.gini[t] == pytest.approx(alone.gini, rel=CLOSE)
        np.testing.assert_allclose(all_years.contribution_between[t], alone.contribution_between, atol=FLAT)
    rows = all_years.table()
    assert len(rows) == 4 * 6
    np.testing.assert_allclose(rows.groupby("year")["share"].sum(), 1, rtol=CLOSE)


def test_tables_use_listed_terms_and_cards_cite() -> None:
    from yugong.registry.terms import terms

    y, g = np.arange(1.0, 9), np.arange(8) % 2
    results = [
        d.gini(y), d.dagum(y, g), d.theil_decomposition(y, g), d.nested_theil(y, g, np.arange(8) % 4),
        d.group_table(y, y, g), d.disparity_measures(y), d.cluster_bootstrap(y, g, draws=10),
    ]  # fmt: skip
    for r in results:
        assert set(r.table().columns) <= set(terms())
    for r in results[1:4]:
        assert r.method.citations
        assert r.method.convention.en
        assert r.method.convention.zh
    for r in (d.dagum(y, g), d.theil_decomposition(y, g), d.nested_theil(y, g, np.arange(8) % 4)):
        assert set(r.shares().columns) <= set(terms())


def test_group_table() -> None:
    got = d.group_table([10.0, 30.0, 20.0], [1.0, 2.0, 4.0], ["e", "e", "w"])
    np.testing.assert_allclose(got.per_head, [[40 / 3, 5]])
    np.testing.assert_allclose(got.share, [[2 / 3, 1 / 3]])
    np.testing.assert_allclose(got.ratio, [[1, 8 / 3]])
    with pytest.raises(UnknownNameError):
        d.group_table([1.0], [1.0], ["e"], base="north")
