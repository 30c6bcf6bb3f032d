"""The synthetic comparisons on a study."""

from yugong.evaluate import comparisons
from yugong.evaluate.asking import asked
from yugong.evaluate.forms import POLICY

synthetic_control = asked(comparisons.synthetic_control)
synthetic_placebos = asked(comparisons.synthetic_placebos)
synthetic_dates = asked(comparisons.synthetic_dates)
synthetic_leave_one_out = asked(comparisons.synthetic_leave_one_out)
synthetic_did = asked(comparisons.synthetic_did)
regression_counterfactual = asked(comparisons.regression_counterfactual)

FORMS = dict.fromkeys(
    (
        "synthetic_control",
        "synthetic_placebos",
        "synthetic_dates",
        "synthetic_leave_one_out",
        "synthetic_did",
        "regression_counterfactual",
    ),
    (POLICY,),
)
