"""Every verb of a study: it runs on China, says its method and sources, and never relies on the order of places."""

import inspect
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest

from yugong import study as studies
from yugong.base.errors import UnknownNameError
from yugong.diagnose.catalogue import CATALOGUE, FAMILIES
from yugong.registry.terms import explanations, options, terms
from yugong.study.model import Study

X = ["urbanisation", "rd_intensity"]
LOGS = ["grp_per_head"]
INPUTS, OUTPUTS, BAD = ["capital_stock", "population", "energy_consumption"], ["real_grp"], ["co2_sectoral"]
GRP, REAL = "grp_per_head", "real_grp_per_head"
FOLDER = Path()
CORES = ["北京", "上海", "广东", "四川"]
# user tables that verbs read, by the word that stands for their path in CALLS
TABLES = {
    "comparisons": "item,other,value\nE,G,3\nE,S,5\nG,S,2\n",
    "stated": "item,system,score,coupling\na,E,0.2,0.5\na,G,0.2,\nb,E,0.9,0.3\nb,G,0.1,\n",
    "plants": "sector,place,value\ncars,吉林,30\ncars,上海,40\ncars,湖北,20\nfood,四川,10\nfood,上海,12\nfood,河南,9\n",
    "facilities": "facility,lon,lat,supply\na,116.4,39.9,100\nb,121.5,31.2,80\nc,104.1,30.7,60\n",
}

CALLS: dict[str, dict[str, Any]] = {
    "index": {"year": 2017, "samples": 32},
    "rank_intervals": {"year": 2017, "samples": 32},
    "coordination": {},
    "peers": {"place": "四川"},
    "coupling_coordination": {"year": 2017},
    "lint_coupling": {"file": "stated"},
    "obstacle": {"year": 2017},
    "standardised": {"year": 2017},
    "entropy_intervals": {"draws": 50, "dimensions": ["D1", "D3"]},
    "indicator_weights": {},
    "entropy_drift": {},
    "topsis": {"year": 2017},
    "benefit_of_doubt": {"year": 2017},
    "ahp": {"file": "comparisons"},
    "plate_table": {"year": 2022},
    "group_table": {"year": 2022},
    "disparity": {"variable": GRP, "year": 2022},
    "disparity_intervals": {"variable": GRP, "year": 2022, "draws": 20},
    "dagum": {"variable": GRP, "year": 2022},
    "theil_decomposition": {"variable": GRP, "year": 2022},
    "theil_permutation": {"variable": GRP, "year": 2022, "draws": 99},
    "nested_theil": {"variable": GRP, "outer": "plates", "inner": "plates", "year": 2022},
    "three_gaps": {},
    "sigma": {"variable": REAL},
    "beta": {"variable": REAL, "first": 2000, "last": 2019},
    "panel_beta": {"variable": REAL, "years": range(2000, 2020)},
    "spatial_beta": {"variable": REAL, "first": 2000, "last": 2019},
    "log_t": {"variable": REAL},
    "convergence_clubs": {"variable": REAL},
    "development_trap": {},
    "kernel_density": {"variable": REAL, "relative": True, "points": 21},
    "stochastic_kernel": {"variable": REAL, "points": 21},
    "markov": {"variable": REAL, "k": 4},
    "spatial_markov": {"variable": REAL, "k": 4},
    "mobility": {"variable": REAL, "w": "contiguity", "k": 4},
    "lisa_markov": {"variable": REAL},
    "gm11": {"variable": "population", "place": "四川"},
    "moran": {"variable": GRP, "year": 2022},
    "bivariate_moran": {"variable": GRP, "around": "urbanisation", "year": 2019},
    "geary": {"variable": GRP, "year": 2022},
    "getis_ord": {"variable": GRP, "year": 2022},
    "lisa": {"variable": GRP, "year": 2022},
    "bivariate_lisa": {"variable": GRP, "around": "urbanisation", "year": 2019},
    "local_geary": {"variable": GRP, "year": 2022},
    "hot_spots": {"variable": GRP, "year": 2022},
    "ellipse": {"variable": "grp"},
    "geodetector": {"variable": GRP, "factors": X, "year": 2019},
    "optimal_discretisation": {"variable": GRP, "factor": "urbanisation", "year": 2019},
    "weights_matrix": {},
    "lm_tests": {"variable": GRP, "covariates": X, "year": 2019, "logs": LOGS},
    "spatial_regression": {"variable": GRP, "covariates": X, "year": 2019, "logs": LOGS},
    "spatial_panel": {"variable": GRP, "covariates": X, "logs": LOGS},
    "spatial_effects": {"variable": GRP, "covariates": X, "logs": LOGS},
    "spatial_tests": {"variable": GRP, "covariates": X, "logs": LOGS},
    "mgwr": {"variable": GRP, "covariates": ["urbanisation"], "year": 2019, "logs": LOGS},
    "gwr": {"variable": GRP, "covariates": ["urbanisation"], "year": 2019, "logs": LOGS},
    "gtwr": {"variable": GRP, "covariates": ["urbanisation"], "years": [2018, 2019], "bandwidth": 30, "scale": 1e4},
    "location_quotient": {"year": 2019},
    "krugman": {"year": 2019},
    "herfindahl": {"year": 2019},
    "localisation": {"year": 2019, "reference": "population"},
    "dissimilarity": {"year": 2019},
    "shift_share": {"first": 2013, "last": 2019},
    "complexity": {"year": 2019},
    "product_space": {"year": 2019},
    "variety": {"year": 2017},
    "ellison_glaeser": {"file": "plants"},
    "chain_gaps": {},
    "chain_partners": {"place": "上海", "sector": "mining"},
    "complementarity": {"spread": "population"},
    "coagglomeration": {"year": 2019},
    "regional_extraction": {"place": "广东"},
    "industrial_transfer": {"first": 2013, "last": 2019},
    "linkages": {"year": 2020},
    "hypothetical_extraction": {"year": 2020},
    "market_segmentation": {},
    "wage_segmentation": {},
    "migration_table": {"year": 2020},
    "gravity": {"year": 2020, "groups": "plates"},
    "border_effect": {"year": 2020},
    "head_ries": {"elasticity": 5.0},
    "flow_integration": {},
    "mobility_gap": {"price": "wage_urban_units", "year": 2019, "controls": ["schooling_years"]},
    "network": {"year": 2020},
    "concor": {"year": 2020},
    "gravity_network": {"year": 2020},
    "qap": {"year": 2020, "times": 99},
    "mrqap": {"year": 2020, "times": 99},
    "capital_stock": {},
    "growth_accounting": {"first": 2005, "last": 2017, "labour": "population"},
    "lmdi": {"first": 2005, "last": 2019},
    "tapio": {"first": 2010, "last": 2019},
    "dea": {"inputs": INPUTS, "outputs": OUTPUTS, "year": 2017},
    "scale_efficiency": {"inputs": INPUTS, "outputs": OUTPUTS, "year": 2017},
    "sbm": {"inputs": INPUTS, "outputs": OUTPUTS, "year": 2017, "bad": BAD},
    "super_sbm": {"inputs": INPUTS, "outputs": OUTPUTS, "year": 2017, "bad": BAD},
    "efficiency_panel": {"inputs": INPUTS, "outputs": OUTPUTS, "bad": BAD, "years": [2005, 2017]},
    "malmquist": {"inputs": INPUTS, "outputs": OUTPUTS, "years": [2015, 2016, 2017]},
    "malmquist_luenberger": {"inputs": INPUTS, "outputs": OUTPUTS, "bad": BAD, "years": [2016, 2017]},
    "service_gap": {"variable": "doctors_per_1000"},
    "carrying_capacity": {"limits": ["water_resources", "grain_output"], "needs": [0.05, 0.4], "year": 2019},
    "rank_size": {"year": 2020},
    "floating_catchment": {"threshold": 600.0, "year": 2019, "file": "facilities"},
    "field_strength": {"cores": CORES, "year": 2020},
    "breakpoints": {"cores": CORES, "year": 2020},
    "flow_clusters": {"year": 2020},
    "isochrone_clusters": {"cores": CORES, "threshold": 700.0},
    "polycentricity": {"year": 2020},
    "functional_specialisation": {"year": 2019},
    "robustness": {"year": 2017, "draws": 10},
    "moran_robustness": {"variable": GRP, "year": 2022},
}

# what legitimately depends on the order of places: permutation draws, bootstrap draws, ranks of tied draws
DRAWN = {"p_sim", "p_fdr", "low", "high", "low_rank", "median_rank", "high_rank"}
DRAWN_COLUMNS = {
    "benefit_of_doubt": {"share"},
    "theil_permutation": {"expected", "p"},
    "qap": {"p_value"},
    "bivariate_moran": {"expected", "variance", "z", "p_value"},
}  # no analytic moments: all from draws
PAIRS = {
    "coagglomeration": ("sector", "other_sector"),
    "head_ries": ("origin", "destination"),
    "dagum": ("group", "group_other"),
}  # unordered
DRAWN_VERBS = {"disparity_intervals", "rank_intervals", "robustness", "mrqap"}
TOLERANCE = (
    1e-5  # relative: likelihoods stop at about 1e-8, and a small Hausman statistic magnifies that a thousandfold
)


@pytest.fixture(scope="module", autouse=True)
def tables() -> Iterator[None]:
    """User tables in a folder of their own."""
    with TemporaryDirectory() as folder:
        global FOLDER
        FOLDER = Path(folder)
        for name, text in TABLES.items():
            (FOLDER / f"{name}.csv").write_text(text, encoding="utf-8")
        yield


@pytest.fixture(scope="module")
def china() -> Study:
    return studies.read("china")


@pytest.fixture(scope="module")
def shuffled(china: Study) -> Study:
    """The same study with places, rows and flows in another order."""
    rng = np.random.default_rng(7)
    places = tuple(rng.permutation(list(china.places)).tolist())
    flows = {
        k: replace(f, places=places, frame=f.frame.sample(frac=1, random_state=3).reset_index(drop=True))
        for k, f in china.flows.items()
    }
    tables = {
        k: t
        if "sector" in t.dimensions or k == "national_io"
        else replace(t, frame=t.frame.sample(frac=1, random_state=5))
        for k, t in china.tables.items()
    }
    return replace(china, places=places, frame=china.frame.sample(frac=1, random_state=4), flows=flows, tables=tables)


def run(study: Study, verb: str) -> Any:
    options = dict(CALLS[verb])
    if options.get("file") in TABLES:
        options["file"] = str(FOLDER / f"{options['file']}.csv")
    if verb == "mgwr":
        pytest.importorskip("mgwr", reason="the optional package mgwr is not installed")
    return getattr(study.diagnose, verb)(**options)


def tidy(result: Any) -> pd.DataFrame:
    return result.table() if hasattr(result, "table") else result


def one_way(table: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    pairs = np.sort(table[[first, second]].astype(str).to_numpy(), axis=1)
    return table.assign(**{first: pairs[:, 0], second: pairs[:, 1]})


def test_the_catalogue_and_these_calls_name_the_same_verbs() -> None:
    assert {m.id for m in CATALOGUE.verbs()} == set(CALLS)
    assert {m.family for m in CATALOGUE.verbs()} == set(FAMILIES)
    for method in CATALOGUE.verbs():
        assert method.function().__doc__, method.id
        assert method.title.zh
        assert method.title.en
        assert CATALOGUE.find(method.id) is method


@pytest.mark.parametrize(("asked", "first"), [("gini", "disparity"), ("基尼", "disparity"), ("dagun", "dagum")])
def test_an_unknown_method_is_met_by_those_whose_words_mention_it(asked: str, first: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        CATALOGUE.find(asked)
    assert error.value.candidates[0] == first


def test_every_verb_and_option_has_words_in_both_languages() -> None:
    assert {v for room, v in explanations() if room == "diagnose"} == set(CALLS)
    words = options()
    for method in CATALOGUE.verbs():
        for name in list(inspect.signature(method.function()).parameters)[1:]:
            assert words[name].zh, f"{method.id} --{name}"
            assert words[name].en


@pytest.mark.parametrize("verb", CALLS)
def test_verb_on_china_gives_a_tidy_table_with_method_and_sources(china: Study, verb: str) -> None:
    result = run(china, verb)
    table = tidy(result)
    assert len(table)
    own = table.attrs.get("titles", {})
    unknown = [c for c in table.columns if c not in terms() and c not in china.variables and c not in own]
    assert not unknown, f"columns without a term: {unknown}"
    assert result.method.title.zh
    assert result.method.formula
    assert result.method.convention.en
    if verb == "weights_matrix":  # a matrix is an input of results: it carries its card, they carry the sources
        return
    assert result.provenance is not None
    assert result.provenance.study == "china"
    assert result.provenance.sources or "file" in CALLS[verb]


@pytest.mark.parametrize("verb", [v for v in CALLS if v not in DRAWN_VERBS])
def test_order_of_places_and_rows_changes_nothing(china: Study, shuffled: Study, verb: str) -> None:
    a, b = tidy(run(china, verb)), tidy(run(shuffled, verb))
    kept = [c for c in a.columns if c not in DRAWN | DRAWN_COLUMNS.get(verb, set())]
    if verb in PAIRS:
        a, b = (one_way(t, *PAIRS[verb]) for t in (a, b))
    if verb == "concor":  # the number of a block is arbitrary, the partition is not
        blocks = [{frozenset(g) for _, g in t.groupby("block")["place"]} for t in (a, b)]
        assert blocks[0] == blocks[1]
        return
    words = [c for c in kept if not pd.api.types.is_numeric_dtype(a[c])]
    keys = [c for c in (*words, "year", "rank", "club", "step", "value") if c in kept and c not in ("status",)]
    left, right = (t[kept].sort_values(list(dict.fromkeys(keys))).reset_index(drop=True) for t in (a, b))
    pd.testing.assert_frame_equal(left, right, rtol=TOLERANCE, atol=1e-9, check_dtype=False)
