"""The estimators as verbs on the China study: signatures, words, labels, templates; and a peer on the same panel."""

import inspect
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from panels import staggered

from yugong import study as studies
from yugong.evaluate._study_estimates import FORMS
from yugong.evaluate.catalogue import CATALOGUE, FAMILIES
from yugong.evaluate.effects import Effects
from yugong.evaluate.fixed_effects import imputation
from yugong.evaluate.group_time import callaway_santanna
from yugong.evaluate.two_way import sun_abraham
from yugong.registry.terms import terms
from yugong.study.model import Study

ASKED = {"outcome": "grp_index", "policy": "central_rise", "excluding": ["northeast_revitalisation_scope"]}
CALLS: dict[str, dict[str, Any]] = {
    "imputation": {"competing": ["western_development"], "exposure": ["neighbours"]},
    "callaway_santanna": {"adjustment": "reg"},
    "sun_abraham": {},
    "interactive": {"rank": 1},
    "matrix_completion": {"penalty": 5.0},
    "twfe": {"event_study": True},
    "bacon": {},
    "dose_response": {"policy": "agreement:xinanjiang", "excluding": ()},
    "after_end": {"policy": "agreement:tingjiang", "excluding": ()},
    "exposure_effects": {"exposure": ["ring:0-300-600"]},
    "spatial_durbin": {"excluding": ["海南", "northeast_revitalisation_scope"]},
    "overlap": {"policy": "yangtze_belt", "competing": ["central_rise"], "excluding": ["west", "northeast"]},
}
MINE = [v for v in CATALOGUE.verbs() if v.home.endswith("_study_estimates")]
PEER = 1e-8  # the peer iterates its demeaning


@pytest.fixture(scope="module")
def china() -> Study:
    return studies.china()


@pytest.mark.parametrize("verb", MINE, ids=lambda v: v.id)
def test_verb_runs_says_its_method_and_uses_known_words(verb: Any, china: Study) -> None:
    found = getattr(china.evaluate, verb.id)(**(ASKED | CALLS[verb.id]))
    table = found.table()
    assert len(table)
    assert {c for c in table.columns if c not in terms()} == set()
    assert found.method.citations
    assert found.provenance.selection["policy"] == (ASKED | CALLS[verb.id])["policy"]
    assert verb.family in FAMILIES
    assert verb.id in FORMS
    signature = inspect.signature(verb.function())
    assert list(signature.parameters)[:3] == ["study", "outcome", "policy"]


def test_order_of_places_does_not_matter(china: Study) -> None:
    turned = replace(china, places=china.places[::-1])
    for verb in ("imputation", "exposure_effects", "bacon"):
        pd.testing.assert_frame_equal(
            getattr(china.evaluate, verb)(**(ASKED | CALLS[verb])).table(),
            getattr(turned.evaluate, verb)(**(ASKED | CALLS[verb])).table(),
            rtol=1e-9,
        )


def test_few_treated_clusters_are_said(china: Study) -> None:
    found = china.evaluate.imputation("grp_index", "jingjinji", excluding=["northeast_revitalisation_scope"])
    assert isinstance(found, Effects)
    assert found.treated_clusters == 3
    assert found.few
    assert any("聚类只有 3 个" in n.zh for n in found.notes)


def test_the_peer_agrees_on_an_unbalanced_panel_with_unequal_effects() -> None:
    peer = pytest.importorskip("diff_diff", reason="the peer diff-diff is not installed")
    q = staggered(np.random.default_rng(50), n=60, t=9)
    frame = q.frame().rename(columns={"cohort": "first"})
    frame["unit"] = frame["place"].astype(int)
    columns = {"outcome": "outcome", "unit": "unit", "time": "year", "first_treat": "first"}
    theirs = peer.ImputationDiD().fit(frame, **columns)
    ours = imputation(q)
    assert ours.estimate == pytest.approx(theirs.overall_att, abs=PEER)
    assert ours.se == pytest.approx(theirs.overall_se, rel=0.02)  # their auxiliary averages differ
    groups = peer.CallawaySantAnna(control_group="not_yet_treated").fit(frame, **columns)
    assert callaway_santanna(q).estimate == pytest.approx(groups.overall_att, abs=PEER)
    study = peer.SunAbraham().fit(frame, **columns)
    assert sun_abraham(q).estimate == pytest.approx(study.overall_att, abs=PEER)
