"""Efficiency: DEA, slacks-based measures with bad outputs, and productivity change, on HiGHS."""

from yugong.diagnose.efficiency.change import ProductivityChange as ProductivityChange
from yugong.diagnose.efficiency.luenberger import DirectionalDistance as DirectionalDistance
from yugong.diagnose.efficiency.luenberger import directional_distance as directional_distance
from yugong.diagnose.efficiency.luenberger import malmquist_luenberger as malmquist_luenberger
from yugong.diagnose.efficiency.malmquist import malmquist as malmquist
from yugong.diagnose.efficiency.radial import dea as dea
from yugong.diagnose.efficiency.result import Efficiency as Efficiency
from yugong.diagnose.efficiency.scale import ScaleEfficiency as ScaleEfficiency
from yugong.diagnose.efficiency.scale import scale_efficiency as scale_efficiency
from yugong.diagnose.efficiency.slacks import sbm as sbm
from yugong.diagnose.efficiency.slacks import super_sbm as super_sbm
