"""Synergy: what strategies do together beyond what each does alone."""

from yugong.design.synergy.lattice import dividends as dividends
from yugong.design.synergy.lattice import pairwise as pairwise
from yugong.design.synergy.lattice import shapley as shapley
from yugong.design.synergy.lattice import subsets as subsets
