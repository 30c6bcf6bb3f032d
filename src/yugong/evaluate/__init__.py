"""What did it do: causal evaluation of regional policies, with spillovers, overlaps and few treated places.

`ask(...)` or `from_study(...)` say what is asked; every estimator takes it: `evaluate.imputation(question)`.
The same verbs on a study are `study.evaluate.imputation("grp_index", "central_rise")`.
"""

from importlib import import_module
from typing import Any

_HOMES: dict[str, tuple[str, ...]] = {
    "question": ("Question", "ask"),
    "asking": ("from_study",),
    "policy": ("Policy", "Spell", "find_policy", "status", "table_policy"),
    "checks": ("check",),
    "breaks": ("Break", "breaks_of", "known_breaks"),
    "effects": ("Effects", "Layers"),
    "exposure": ("flow_share", "great_circle", "neighbours", "rings", "within"),
    "fixed_effects": ("impute", "imputation"),
    "two_way": ("sun_abraham", "twfe", "two_way_regression"),
    "decomposition": ("bacon", "cell_weights", "decompose", "negative_share"),
    "group_time": ("callaway_santanna",),
    "doubly_robust": ("doubly_robust",),
    "layers": ("after_end", "dose_response", "exposure_effects", "overlap"),
    "factors": ("completed_matrix", "interactive", "interactive_effects", "matrix_completion"),
    "spatial": ("durbin", "spatial_durbin"),
    "border": ("border_jump",),
    "comparisons": (
        "regression_counterfactual",
        "synthetic_control",
        "synthetic_dates",
        "synthetic_did",
        "synthetic_leave_one_out",
        "synthetic_placebos",
    ),
    "testing": ("conley_errors", "few_treated", "headline", "randomised", "wild_clusters"),
    "sensitivity": ("event_study", "honest_did", "pretrend_power"),
    "assessment": ("Answer", "Evaluation", "assess", "choose"),
    "specification": ("SpecificationCurve", "specification_curve"),
    "levels": ("Path", "path_of"),
    "policies": ("marks", "rivals"),
    "recipe": ("Recipe", "Run", "run", "series_hash", "shipped"),
    "rerun": ("Revision", "revise"),
    "due": ("calendar",),
    "catalogue": ("CATALOGUE",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = list(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"yugong.evaluate.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
