"""Benefit sharing: cooperative games over regions, tax sharing, precedents, grain and resource accounts."""

from yugong.design.sharing.claims import equal_awards as equal_awards
from yugong.design.sharing.claims import equal_losses as equal_losses
from yugong.design.sharing.claims import nash_bargaining as nash_bargaining
from yugong.design.sharing.claims import talmud as talmud
from yugong.design.sharing.core import core_test as core_test
from yugong.design.sharing.core import least_core as least_core
from yugong.design.sharing.core import nucleolus as nucleolus
from yugong.design.sharing.games import flow_worth as flow_worth
from yugong.design.sharing.games import from_table as from_table
from yugong.design.sharing.games import sampled_shapley as sampled_shapley
from yugong.design.synergy.lattice import shapley as shapley
