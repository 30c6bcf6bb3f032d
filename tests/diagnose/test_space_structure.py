"""Industrial structure, complexity and networks: the case file, R's sna, peers and definitions."""

import json
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from yugong.base.errors import AlignmentError, InputError
from yugong.diagnose.space import industry, network, qap
from yugong.diagnose.space.complexity import complexity

CASE = 1e-9
ROUNDING = 1e-10
SIMULATED = 0.05  # two sets of about 1 000 permutations


@pytest.fixture(scope="module")
def cases(shared: Path) -> dict[str, Any]:
    text = (shared / "reference" / "measure" / "cases.json").read_text(encoding="utf-8")
    return {c["id"]: c["expected"] for c in json.loads(text)}


def test_quotients_krugman_and_herfindahl(cases: dict[str, Any]) -> None:
    want = cases["misc"]["lq_krugman"]
    e = np.array(want["E"])
    assert industry.location_quotient(e).values == pytest.approx(np.array(want["lq"]), rel=CASE)
    assert industry.krugman(e).values == pytest.approx(want["krugman_vs_national"], rel=CASE)
    assert industry.krugman(e, "rest").values == pytest.approx(want["krugman_vs_rest"], rel=CASE)
    assert industry.herfindahl(e).values == pytest.approx(want["hhi"], rel=CASE)
    pairs = industry.dissimilarity(e)
    assert pairs.values[0, 1] == pytest.approx(want["krugman_pairwise_01"], rel=CASE)
    assert list(pairs.table().columns) == ["place", "other_place", "value"]
    assert industry.location_quotient(e).table()["value"].tolist() == pytest.approx(np.ravel(want["lq"]))


def test_ellison_glaeser(cases: dict[str, Any], shared: Path) -> None:
    want = cases["misc"]["ellison_glaeser"]
    plants = pd.read_csv(shared / "reference" / "measure" / "eg_plants.csv")
    plants.columns = ["sector", "place", "value"]
    result = industry.ellison_glaeser(plants.sample(frac=1, random_state=0), pd.Series(want["x"]))
    for i, name in enumerate(result.industries):
        expected = want["result"][name]
        assert [result.g[i], result.herfindahl[i], result.gamma[i]] == pytest.approx(
            [expected["G"], expected["H"], expected["gamma"]], rel=CASE
        )
    alone = pd.DataFrame({"sector": ["A", "B", "B"], "place": [1, 1, 2], "value": [3.0, 4, 5]})
    assert np.isnan(industry.ellison_glaeser(alone).gamma[0])


def test_random_plants_have_no_concentration() -> None:
    rng = np.random.default_rng(0)
    x = np.array([0.4, 0.3, 0.2, 0.1])
    gamma = []
    for _ in range(300):
        plants = pd.DataFrame({"sector": "a", "place": rng.choice(4, 30, p=x), "value": rng.lognormal(size=30)})
        gamma.append(industry.ellison_glaeser(plants, pd.Series(x)).gamma[0])
    assert np.mean(gamma) == pytest.approx(0, abs=4 * np.std(gamma) / np.sqrt(300))


def test_shift_share_is_exact_and_aligned() -> None:
    rng = np.random.default_rng(0)
    x = pd.DataFrame(rng.uniform(1, 9, (4, 3)), index=list("abcd"), columns=list("xyz"))
    y = x * rng.uniform(0.8, 1.6, (4, 3))
    for convention in ("classic", "esteban"):
        result = industry.shift_share(x, y.loc[list("dcba"), list("zyx")], convention)
        total = result.national + result.mix + result.competitive + result.allocation
        assert total == pytest.approx((y - x).to_numpy(), rel=ROUNDING, abs=1e-12)
    same = industry.shift_share(x, 1.5 * x)
    assert same.competitive == pytest.approx(0, abs=1e-12)
    assert same.mix == pytest.approx(0, abs=1e-12)
    with pytest.raises(AlignmentError):
        industry.shift_share(x, y.rename(index={"a": "e"}))


def test_hoover_and_variety() -> None:
    x = pd.DataFrame({"even": [1.0, 2, 3], "one": [0.0, 0, 6]}, index=list("abc"))
    assert industry.localisation(x, pd.Series({"c": 3.0, "a": 1.0, "b": 2.0})).values == pytest.approx([0, 0.5])
    result = industry.variety([[1.0, 1, 1, 1], [4, 0, 0, 0], [1, 1, 0, 0]], ["p", "p", "q", "q"])
    assert result.total == pytest.approx([np.log(4), 0, np.log(2)])
    assert result.unrelated == pytest.approx([np.log(2), 0, 0])
    assert result.related == pytest.approx([np.log(2), 0, np.log(2)])
    with pytest.raises(InputError):
        industry.krugman([[1.0, np.nan], [2, 3]])
    assert np.isnan(industry.krugman([[1.0, 2], [0, 0], [2, 1]]).values[1])


def test_complexity_is_the_limit_of_reflections() -> None:
    rng = np.random.default_rng(2)
    ability = np.linspace(0, 1, 25)[:, None]
    need = np.linspace(0, 1, 30)[None, :]
    x = (need < 0.1 + ability + 0.15 * rng.normal(size=(25, 30))).astype(float)  # nested: the able make all
    result = complexity(x)
    m = result.advantage
    d, u = m.sum(axis=1), m.sum(axis=0)
    assert (d > 0).all()
    assert (u > 0).all()
    transition = (m / d[:, None]) @ (m / u).T
    values, vectors = np.linalg.eig(transition)
    second = np.real(vectors[:, np.argsort(-np.real(values))[1]])
    second = second * np.sign(np.corrcoef(second, d)[0, 1])
    assert result.eci == pytest.approx((second - second.mean()) / second.std(), rel=1e-6, abs=1e-8)
    assert np.corrcoef(result.eci, ability[:, 0])[0, 1] > 0.6
    i, j = 3, 11
    assert result.proximity[i, j] == pytest.approx((m[:, i] * m[:, j]).sum() / max(u[i], u[j]))
    near = result.proximity[:, j]
    assert result.density[5, j] == pytest.approx((m[5] * near).sum() / near.sum())
    assert len(result.table()) == 25
    assert len(result.sectors_table()) == 30


def test_network_measures_equal_sna(cases: dict[str, Any], shared: Path) -> None:
    want = cases["sna"]
    a = np.loadtxt(shared / "reference" / "measure" / "sna_A.csv", delimiter=",")
    result = network.network(a)
    pairs = {
        "density": "density",
        "connectedness": "connectedness",
        "hierarchy": "hierarchy_krackhardt",
        "efficiency": "efficiency",
        "lubness": "lubness",
        "reciprocity": "reciprocity_edgewise",
        "dyadic_reciprocity": "reciprocity_dyadic",
        "transitivity": "transitivity",
        "centralization": "centralization_degree",
    }
    for ours, theirs in pairs.items():
        assert getattr(result, ours) == pytest.approx(want[theirs], rel=CASE), ours
    for ours, theirs in {"closeness": "closeness_undirected"}.items() | {
        (k, k) for k in ("degree_in", "degree_out", "betweenness")
    }:
        assert getattr(result, ours) == pytest.approx(want[theirs], rel=CASE), ours


def test_centralities_equal_networkx_on_other_graphs() -> None:
    rng = np.random.default_rng(1)
    for share in (0.05, 0.2, 0.6):
        a = (rng.uniform(size=(25, 25)) < share).astype(float)
        np.fill_diagonal(a, 0)
        peer = nx.betweenness_centrality(nx.from_numpy_array(a, create_using=nx.DiGraph), normalized=False)
        assert network.betweenness(a) == pytest.approx(list(peer.values()), rel=ROUNDING, abs=1e-12)


def test_krackhardt_ends() -> None:
    tree = np.zeros((4, 4))
    tree[0, 1] = tree[0, 2] = tree[2, 3] = 1
    out = network.network(tree)
    assert (out.connectedness, out.hierarchy, out.efficiency, out.lubness) == (1, 1, 1, 1)
    full = network.network(np.ones((4, 4)))
    assert (full.hierarchy, full.efficiency) == (0, 0)
    apart = network.network(np.array([[0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]))
    assert apart.connectedness == pytest.approx(4 / 12)
    assert np.isnan(apart.closeness).all()


def test_qap_equals_sna(cases: dict[str, Any]) -> None:
    want = cases["sna"]
    a, x1, x2 = (np.array(want[k], dtype=float) for k in ("A", "X1", "X2"))
    assert qap.qap_correlation(a, x1, times=99).value[0] == pytest.approx(want["qap_cor_A_X1"], rel=CASE)
    result = qap.mrqap(a, {"x1": x1, "x2": x2})
    assert result.value == pytest.approx(want["netlm"]["coef"], rel=CASE)
    assert result.p_value[1:] == pytest.approx(want["netlm"]["p_qapspp"][1:], abs=SIMULATED)
    frame = pd.DataFrame(a, index=list("abcdefghijkl"), columns=list("abcdefghijkl"))
    other = pd.DataFrame(x1, index=frame.index, columns=frame.index).iloc[::-1]
    assert qap.qap_correlation(frame, other[other.index], times=9).value[0] == pytest.approx(want["qap_cor_A_X1"])


def test_mrqap_keeps_its_level_under_row_effects() -> None:
    rng = np.random.default_rng(7)
    rejected = 0
    for trial in range(100):
        sender = rng.normal(size=(2, 15, 1))
        y, x = sender + 0.5 * rng.normal(size=(2, 15, 15))
        rejected += qap.mrqap(y, {"x": x}, times=99, seed=trial).p_value[1] <= 0.05
    assert rejected / 100 <= 0.12  # OLS would reject about half of the time


def test_gravity_links_and_concor_blocks() -> None:
    labels = list("abc")
    distance = pd.DataFrame([[0, 2.0, 4], [2, 0, 1], [4, 1, 0]], index=labels, columns=labels)
    mass = pd.DataFrame({"gdp": [4.0, 9, 1], "people": [4.0, 1, 1]}, index=labels)
    gravity = network.gravity_network(mass.iloc[::-1], distance, share=mass["gdp"])
    assert gravity.pull[0, 1] == pytest.approx(4 / 13 * 4 * 3 / 4)
    assert gravity.pull[1, 0] == pytest.approx(9 / 13 * 4 * 3 / 4)
    assert gravity.links[0].tolist() == [False, True, False]
    assert len(gravity.table()) == 6
    groups = np.repeat([0, 1, 2, 3], 5)
    image = np.array([[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]])
    rng = np.random.default_rng(3)
    a = (rng.uniform(size=(20, 20)) < np.where(image[groups][:, groups], 0.95, 0.05)).astype(float)
    np.fill_diagonal(a, 0)
    blocks = network.concor(a)
    assert pd.crosstab(groups, blocks.block).gt(0).sum(axis=1).tolist() == [1, 1, 1, 1]
    order = [int(np.flatnonzero(blocks.block == blocks.block[5 * g])[0]) for g in range(4)]
    found = blocks.image[np.ix_(blocks.block[order], blocks.block[order])]
    assert np.array_equal(found.astype(int), image)
    with pytest.raises(AlignmentError):
        network.gravity_network(mass.rename(index={"a": "z"}), distance)
