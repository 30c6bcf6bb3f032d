"""Pairing: who helps whom and with how much, how fair and how stable that is."""

from yugong.design.pairing.assign import Pairing as Pairing
from yugong.design.pairing.assign import best_givers as best_givers
from yugong.design.pairing.assign import one_to_one as one_to_one
from yugong.design.pairing.assign import paired as paired
from yugong.design.pairing.assign import transport as transport
from yugong.design.pairing.stability import blocking_amounts as blocking_amounts
from yugong.design.pairing.stability import blocking_pairs as blocking_pairs
from yugong.design.pairing.stability import stable as stable
from yugong.design.pairing.stability import stable_amounts as stable_amounts
