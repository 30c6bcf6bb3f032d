"""Point estimators against R (did, didimputation, fixest, bacondecomp) and exact likelihood: numbers from ../shared."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from panels import cohort_question, data, expected, grid

from yugong.evaluate.decomposition import bacon
from yugong.evaluate.effects import Effects
from yugong.evaluate.fixed_effects import imputation
from yugong.evaluate.group_time import callaway_santanna
from yugong.evaluate.question import Question, ask
from yugong.evaluate.spatial import durbin
from yugong.evaluate.two_way import sun_abraham, twfe

PRINTED = 5e-8  # BJS: the R numbers carry the iterative demeaning's error, about 3e-9
SAME = 1e-9  # closed forms on both sides, reference printed to 13 digits
LIKELIHOOD = 1e-7  # maximised numerically on both sides
KINDS = {
    "treated_never": "Treated vs Untreated",
    "earlier_later": "Earlier vs Later Treated",
    "later_earlier": "Later vs Earlier Treated",
}


@pytest.fixture(scope="module")
def mpdta(shared: Path) -> Question:
    return cohort_question(data(shared, "mpdta.csv"), "countyreal", "year", "lemp", "first.treat")


@pytest.fixture(scope="module")
def castle(shared: Path) -> Question:
    return cohort_question(data(shared, "castle_did2s.csv"), "sid", "year", "l_homicide", "effyear")


def curve(effects: Effects, horizons: list[int]) -> tuple[np.ndarray, np.ndarray]:
    at = [effects.horizons.index(h) for h in horizons]
    return effects.by_horizon[at], effects.se_by_horizon[at]


def test_imputation_is_didimputation_on_mpdta(mpdta: Question, shared: Path) -> None:
    found, want = imputation(mpdta), expected(shared, "mpdta_staggered_did")
    assert found.estimate == pytest.approx(want["bjs_att"]["estimate"], abs=PRINTED)
    assert found.se == pytest.approx(want["bjs_att"]["std.error"], abs=PRINTED)
    study = want["bjs_event_study"]
    b, se = curve(found, [int(t) for t in study["term"]])
    np.testing.assert_allclose(b, study["estimate"], atol=PRINTED, rtol=0)
    np.testing.assert_allclose(se, study["std.error"], atol=PRINTED, rtol=0)


def test_two_way_and_saturated_regressions_are_fixest_on_mpdta(mpdta: Question, shared: Path) -> None:
    want = expected(shared, "mpdta_staggered_did")
    plain, study = twfe(mpdta), sun_abraham(mpdta)
    assert (plain.estimate, plain.se) == pytest.approx((want["twfe_D"]["att"], want["twfe_D"]["se"]), abs=SAME)
    assert (study.estimate, study.se) == pytest.approx((want["sunab_att"]["att"], want["sunab_att"]["se"]), abs=SAME)
    b, se = curve(study, [int(t.split("::")[1]) for t in want["sunab_event_study"]["term"]])
    np.testing.assert_allclose(b, want["sunab_event_study"]["est"], atol=SAME, rtol=0)
    np.testing.assert_allclose(se, want["sunab_event_study"]["se"], atol=SAME, rtol=0)


@pytest.mark.parametrize("control", [("never", "nevertreated"), ("not_yet", "notyettreated")])
@pytest.mark.parametrize("covariate", ["none", "lpop"])
@pytest.mark.parametrize("adjustment", ["dr", "reg", "ipw"])
def test_group_time_effects_are_did_on_mpdta(
    shared: Path, control: tuple[str, str], covariate: str, adjustment: str
) -> None:
    extra = () if covariate == "none" else (covariate,)
    q = cohort_question(data(shared, "mpdta.csv"), "countyreal", "year", "lemp", "first.treat", extra)
    want = expected(shared, "mpdta_staggered_did")["cs"][f"{control[1]}.{covariate}.{adjustment}"]
    for average in ("simple", "dynamic", "group", "calendar"):
        found = callaway_santanna(q, average=average, control=control[0], adjustment=adjustment, base="varying")  # type: ignore[arg-type]
        assert (found.estimate, found.se) == pytest.approx(want[average], abs=SAME)
    b, se = curve(found, want["event_study"]["e"])
    np.testing.assert_allclose(b, want["event_study"]["att"], atol=SAME, rtol=0)
    np.testing.assert_allclose(se, want["event_study"]["se"], atol=SAME, rtol=0)
    pairs = want["att_gt"]
    single = [found.parts[f"{g}:{t}"] for g, t in zip(pairs["g"], pairs["t"], strict=True)]
    np.testing.assert_allclose(single, pairs["att"], atol=SAME, rtol=0)
    assert found.pre_test is not None
    assert found.pre_test[0] == pytest.approx(want["pretest_W"][0][0], abs=SAME)
    assert found.pre_test[2] == pytest.approx(float(want["pretest_p"][0][0]), abs=6e-6)  # printed to five digits


def test_universal_base_is_did_on_mpdta(mpdta: Question, shared: Path) -> None:
    want = expected(shared, "mpdta_staggered_did")["universal_base"]["dynamic"]
    found = callaway_santanna(mpdta, average="dynamic", control="never")
    assert (found.estimate, found.se) == pytest.approx((want["att"], want["se"]), abs=SAME)
    kept = [k for k, e in enumerate(want["egt"]) if e != -1]
    b, se = curve(found, [want["egt"][k] for k in kept])
    np.testing.assert_allclose(b, [want["att_egt"][k] for k in kept], atol=SAME, rtol=0)
    np.testing.assert_allclose(se, [want["se_egt"][k] for k in kept], atol=SAME, rtol=0)


def test_castle_laws(castle: Question, shared: Path) -> None:
    want = expected(shared, "castle_doctrine")["cs_sa_bjs_on_castle_did2s"]
    for average in ("simple", "dynamic", "group", "calendar"):
        found = callaway_santanna(castle, average=average, control="never")  # type: ignore[arg-type]
        assert (found.estimate, found.se) == pytest.approx(tuple(want[f"cs_{average}"].values()), abs=SAME)
    study, bjs = sun_abraham(castle), imputation(castle, averages="cohort")
    assert (study.estimate, study.se) == pytest.approx(tuple(want["sunab"].values()), abs=SAME)
    assert (bjs.estimate, bjs.se) == pytest.approx(tuple(want["bjs"].values()), abs=5e-7)  # looser demeaning in R


@pytest.mark.parametrize("case", ["castle", "mpdta"])
def test_decomposition_is_bacondecomp(case: str, shared: Path, mpdta: Question) -> None:
    if case == "castle":
        frame = data(shared, "castle_bacon.csv")
        q = ask(grid(frame, "state", "year", "l_homicide"), grid(frame, "state", "year", "post"))
        want = expected(shared, "castle_doctrine")["bacon_on_castle_bacon"]
        rows = {r["type"]: r for r in want["by"]}
        assert twfe(q).se == pytest.approx(want["se"], abs=SAME)
    else:
        q, want = mpdta, expected(shared, "mpdta_staggered_did")["bacon"]
        rows = {r["type"]: r for r in want["sum"]}
    found = bacon(q)
    assert found.estimate == pytest.approx(want["total"], abs=SAME)
    assert found.weights.sum() == pytest.approx(1, abs=1e-12)
    for kind, name in KINDS.items():
        weight, estimate = found.share(kind)
        assert weight == pytest.approx(rows[name]["weight"], abs=SAME)
        # the reference lists weight × estimate summed over the kind's comparisons
        assert weight * estimate == pytest.approx(rows[name]["wavg"], abs=SAME)


@pytest.mark.parametrize(
    ("case", "effect", "lags"),
    [
        ("sar_i", "individual", False),
        ("sar_tw", "twoway", False),
        ("sdm_i", "individual", True),
        ("sdm_tw", "twoway", True),
    ],
)
def test_spatial_durbin_is_exact_likelihood_on_cigarettes(shared: Path, case: str, effect: str, lags: bool) -> None:
    frame = data(shared, "cigar.csv")
    lines = {c: grid(frame, "state", "year", c).to_numpy() for c in ("logc", "logp", "logy")}
    w = data(shared, "usa46_W.csv").to_numpy()
    want = expected(shared, "cigar_sdm")["exact_ml"][case]
    found = durbin(lines["logc"], {c: lines[c] for c in ("logp", "logy")}, w, effect, lags)  # type: ignore[arg-type]
    assert found.rho == pytest.approx(want["rho"], abs=LIKELIHOOD)
    np.testing.assert_allclose([*found.beta, *found.theta], want["beta"], atol=LIKELIHOOD, rtol=0)
    np.testing.assert_allclose(found.impacts, want["impacts"], atol=LIKELIHOOD, rtol=0)


def test_spatial_durbin_two_way_is_near_the_published_one(shared: Path) -> None:
    frame = data(shared, "cigar.csv")
    lines = {c: grid(frame, "state", "year", c).to_numpy() for c in ("logc", "logp", "logy")}
    found = durbin(lines["logc"], {c: lines[c] for c in ("logp", "logy")}, data(shared, "usa46_W.csv").to_numpy())
    published = pd.Series([0.219, -1.003, 0.601, 0.045, -0.292])  # Elhorst 2014, direct two-way
    np.testing.assert_allclose([found.rho, *found.beta, *found.theta], published, atol=0.012, rtol=0)


def test_spatial_durbin_is_the_diagnosis_rooms_likelihood(shared: Path) -> None:
    """The diagnose room estimates the same model by its own code: coefficients, impacts and standard errors agree."""
    from yugong.diagnose.space.panel import spatial_panel
    from yugong.diagnose.space.weights import from_matrix

    frame = data(shared, "cigar.csv")
    lines = {c: grid(frame, "state", "year", c).to_numpy() for c in ("logc", "logp", "logy")}
    w = data(shared, "usa46_W.csv").to_numpy(float)
    x = {c: lines[c] for c in ("logp", "logy")}
    ours = durbin(lines["logc"], x, w)
    theirs = spatial_panel(lines["logc"], x, from_matrix(w).row_standardise(), "sdm", "twoway")
    np.testing.assert_allclose([*ours.beta, *ours.theta, ours.rho], theirs.coefficients, atol=LIKELIHOOD)
    errors = np.sqrt(np.diag(ours.covariance))
    np.testing.assert_allclose([*errors[1:], errors[0]], theirs.standard_errors, atol=LIKELIHOOD)
    spread = np.stack([theirs.effects.direct_se, theirs.effects.indirect_se, theirs.effects.total_se], axis=1)
    np.testing.assert_allclose(ours.impact_se, spread, atol=LIKELIHOOD)
    assert ours.log_likelihood == pytest.approx(theirs.log_likelihood, abs=1e-6)
