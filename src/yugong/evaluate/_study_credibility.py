"""The evaluation as one verb, its card and its specification curve, on a study."""

from yugong.evaluate import assessment, specification
from yugong.evaluate.asking import asked
from yugong.evaluate.forms import POLICY

assess = asked(assessment.assess_on_study)
credibility = asked(assessment.credibility)
specification_curve = asked(specification.specification_curve)

FORMS = dict.fromkeys(("assess", "credibility", "specification_curve"), (POLICY,))
