"""The estimators on a study: the question's options first, then each estimator's own."""

from yugong.evaluate import decomposition, factors, fixed_effects, group_time, layers, spatial, two_way
from yugong.evaluate.asking import asked
from yugong.evaluate.forms import POLICY

imputation = asked(fixed_effects.imputation)
callaway_santanna = asked(group_time.callaway_santanna)
sun_abraham = asked(two_way.sun_abraham)
interactive = asked(factors.interactive)
matrix_completion = asked(factors.matrix_completion)
twfe = asked(two_way.twfe)
bacon = asked(decomposition.bacon)
dose_response = asked(layers.dose_response)
after_end = asked(layers.after_end)
exposure_effects = asked(layers.exposure_effects)
spatial_durbin = asked(spatial.spatial_durbin)
overlap = asked(layers.overlap)

FORMS = dict.fromkeys(
    (
        "imputation", "callaway_santanna", "sun_abraham", "interactive", "matrix_completion", "twfe", "bacon",
        "dose_response", "after_end", "exposure_effects", "spatial_durbin", "overlap",
    ),
    (POLICY,),
)  # fmt: skip
