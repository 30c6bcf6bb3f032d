"""Inference and sensitivity on a study."""

from yugong.evaluate import sensitivity, testing
from yugong.evaluate.asking import asked
from yugong.evaluate.forms import POLICY

randomisation = asked(testing.randomised_on_study)
wild_cluster = asked(testing.wild_clusters)
conley = asked(testing.conley_errors)
conley_taber = asked(testing.few_treated)
headline = asked(testing.headline)
honest_did = asked(sensitivity.honest_did)
pretrend_power = asked(sensitivity.pretrend_power)

FORMS = dict.fromkeys(
    ("randomisation", "wild_cluster", "conley", "conley_taber", "headline", "honest_did", "pretrend_power"), (POLICY,)
)
