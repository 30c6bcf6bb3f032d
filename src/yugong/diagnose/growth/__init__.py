"""Where growth and emissions come from: growth accounting, LMDI, decoupling."""

from yugong.diagnose.growth.accounting import GrowthAccounts as GrowthAccounts
from yugong.diagnose.growth.accounting import growth_accounting as growth_accounting
from yugong.diagnose.growth.accounting import perpetual_inventory as perpetual_inventory
from yugong.diagnose.growth.decoupling import Decoupling as Decoupling
from yugong.diagnose.growth.decoupling import tapio as tapio
from yugong.diagnose.growth.lmdi import LMDI as LMDI
from yugong.diagnose.growth.lmdi import lmdi as lmdi
