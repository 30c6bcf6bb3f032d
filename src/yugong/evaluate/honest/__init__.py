"""Honest differences in differences, and the power of pre-trend tests."""

from yugong.evaluate.honest.bounds import HonestBounds as HonestBounds
from yugong.evaluate.honest.bounds import honest_did as honest_did
from yugong.evaluate.honest.power import PretrendPower as PretrendPower
from yugong.evaluate.honest.power import pretrend_power as pretrend_power
