"""Every column of the tables of space and dynamics is named in the terms, once, in both languages."""

import numpy as np
import pandas as pd
import pytest

from yugong.diagnose.dynamics import clubs, density, grey, logt, markov
from yugong.diagnose.space import (
    association,
    comparison,
    complexity,
    ellipse,
    geodetector,
    gwr,
    industry,
    lm,
    local,
    network,
    panel,
    qap,
    regression,
)
from yugong.diagnose.space import weights_build as build
from yugong.registry.terms import terms


def results() -> list[object]:
    rng = np.random.default_rng(0)
    points = rng.uniform(0, 10, (30, 2))
    w = build.knn(points, 4, metric="euclidean")
    x = rng.lognormal(size=(30, 12))
    long = 8 + np.cumsum(rng.normal(0.02, 0.01, (12, 30)), axis=1)
    spatial = markov.spatial_markov(x, w, 3)
    detected = geodetector.geodetector(x[:, 0], {"a": np.arange(30) % 3, "b": np.arange(30) % 2})
    sdm = panel.spatial_panel(x[:, :6], x[:, 6:], w)
    sar = panel.spatial_panel(x[:, :6], x[:, 6:], w, "sar")
    links = (x[:, :1] * x[:, :1].T > 1).astype(float)
    activity = rng.uniform(0.1, 1, (8, 9))
    pulls = network.gravity_network(x[:, 0], build.great_circle(points) + 1)
    plants = pd.DataFrame({"sector": list("aab"), "place": [1, 2, 1], "value": [1.0, 2, 3]})
    return [
        w,
        association.moran(x, w, times=9),
        local.lisa(x, w, times=9),
        spatial,
        spatial.pairs,
        spatial.pooled,
        density.density(x, points=5),
        density.stochastic_kernel(x, points=5),
        logt.log_t(long),
        clubs.clubs(long),
        grey.gm11([1.0, 2, 3, 4]),
        regression.spatial_regression(x[:, 0], x[:, 1:3], w),
        sdm,
        sdm.effects,
        comparison.likelihood_ratio(sar, sdm),
        lm.lm_tests(x[:, 0], x[:, 1:3], w),
        detected,
        detected.pairs(),
        detected.risk,
        geodetector.optimal_discretisation(x[:, 0], x[:, 1], range(2, 4)),
        ellipse.ellipse(points, x),
        gwr.gwr(x[:, 0], x[:, 1:3], points, 20, metric="euclidean"),
        industry.dissimilarity(activity),
        industry.location_quotient(activity),
        industry.variety(activity, list("aaabbbccc")),
        industry.shift_share(activity, 2 * activity),
        industry.ellison_glaeser(plants),
        complexity.complexity(activity),
        network.network(links),
        network.concor(links),
        pulls,
        qap.qap_correlation(links, x[:, :1] + x[:, :1].T, times=9),
    ]


@pytest.fixture(scope="module")
def made() -> list[object]:
    return results()


def test_every_column_is_a_term(made: list[object]) -> None:
    known = set(terms())
    for result in made:
        table = result if isinstance(result, pd.DataFrame) else result.table()
        assert len(table) > 0, type(result)
        assert set(table.columns) <= known, (type(result), set(table.columns) - known)


def test_every_result_carries_its_method_in_both_languages(made: list[object]) -> None:
    cards = [r.method for r in made if hasattr(r, "method")]
    assert len(cards) > 20
    for card in cards:
        for text in (card.title, card.convention):
            assert text.zh
            assert text.en
        assert card.formula
        assert all(c.bibtex.startswith("@") for c in card.citations)
