"""Where do we stand: indices, disparities, convergence, space, structure, growth.

Plain functions take arrays: `diagnose.dagum(values, groups, weights)`. The same verbs on a study are
`study.diagnose.dagum("grp_per_head", groups="plates", year=2022)`; `diagnose.methods()` lists those.
"""

from importlib import import_module
from typing import Any

_HOMES: dict[str, tuple[str, ...]] = {
    "disparity": (
        "atkinson",
        "cluster_bootstrap",
        "cv",
        "dagum",
        "disparity_measures",
        "generalized_entropy",
        "gini",
        "group_table",
        "hoover",
        "max_min_ratio",
        "nested_theil",
        "quantile_ratio",
        "theil",
        "theil_decomposition",
        "theil_permutation",
        "top_bottom_ratio",
        "williamson",
    ),
    "convergence": ("beta_convergence", "panel_beta", "sigma_convergence"),
    "index": (
        "ahp",
        "combine",
        "composite",
        "coordination_index",
        "coupling_coordination",
        "critic",
        "dispersion",
        "entropy",
        "entropy_bootstrap",
        "entropy_by_year",
        "entropy_drift",
        "equal_weights",
        "layered",
        "lint_coupling",
        "market_segmentation",
        "obstacle",
        "obstacle_by_dimension",
        "pca",
        "rank_uncertainty",
        "ranks",
        "recipes",
        "sobol_indices",
        "standardise",
        "topsis",
        "variation",
        "wage_segmentation",
        "winsorise",
        "z_scores",
    ),
    "growth": ("growth_accounting", "lmdi", "perpetual_inventory", "tapio"),
    "growth.traps": ("development_trap",),
    "cities": (
        "breakpoint_distance",
        "carrying_capacity",
        "field_strength",
        "functional_specialisation",
        "primacy",
        "rank_size",
        "two_step_floating_catchment",
    ),
    "cities.services": ("service_gap",),
    "dynamics.clubs": ("clubs",),
    "dynamics.density": ("bandwidth", "density", "stochastic_kernel"),
    "dynamics.grey": ("gm11",),
    "dynamics.logt": ("hp_trend", "log_t"),
    "dynamics.chain": ("first_passage", "homogeneity", "mobility", "stationary"),
    "dynamics.markov": ("lisa_markov", "markov", "markov_order", "spatial_markov"),
    "space.association": ("bivariate_moran", "geary", "getis_ord", "moran"),
    "space.comparison": ("hausman", "likelihood_ratio", "wald_durbin"),
    "space.complexity": ("complexity",),
    "space.ellipse": ("ellipse",),
    "space.geodetector": ("discretise", "geodetector", "optimal_discretisation"),
    "space.gwr": ("gtwr", "gwr"),
    "space.industry": (
        "dissimilarity",
        "ellison_glaeser",
        "herfindahl",
        "krugman",
        "localisation",
        "location_quotient",
        "shift_share",
        "variety",
    ),
    "space.lm": ("lm_tests",),
    "space.local": ("bivariate_lisa", "hot_spots", "lisa", "local_geary"),
    "space.network": ("concor", "gravity_network", "network"),
    "space.panel": ("spatial_panel",),
    "space.polygons": ("polygon_contiguity",),
    "space.qap": ("mrqap", "qap_correlation"),
    "space.regression": ("spatial_regression",),
    "space.weights": ("Weights", "from_matrix"),
    "space.weights_build": (
        "block",
        "contiguity",
        "distance_band",
        "economic",
        "economic_geographic",
        "inverse_distance",
        "knn",
        "nested",
    ),
    "efficiency": (
        "dea",
        "directional_distance",
        "malmquist",
        "malmquist_luenberger",
        "sbm",
        "scale_efficiency",
        "super_sbm",
    ),
    "flows": (
        "border_effect",
        "flow_integration",
        "gravity",
        "head_ries",
        "migration_table",
        "mobility_gap",
        "ppml",
    ),
    "chains": (
        "chain_gaps",
        "coagglomeration",
        "complementarity",
        "hypothetical_extraction",
        "industrial_transfer",
        "io_table",
        "linkages",
        "value_added_flows",
    ),
    "peers": ("similar_regions",),
    "robustness": ("rank_agreement",),
    "catalogue": ("Method", "find", "methods"),
    "_study_disparity": ("plate_table",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = list(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        return getattr(import_module(f"yugong.diagnose.{_HOME_OF[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
