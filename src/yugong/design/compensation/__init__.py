"""Ecological compensation: settlements, the ledger, the checklist of agreements, bounds, and river-sharing games."""

from yugong.design.compensation.bounds import income_gap as income_gap
from yugong.design.compensation.bounds import package as package
from yugong.design.compensation.bounds import price_range as price_range
from yugong.design.compensation.checklist import check as check
from yugong.design.compensation.deal import Deal as Deal
from yugong.design.compensation.deal import Term as Term
from yugong.design.compensation.deal import agreed as agreed
from yugong.design.compensation.draft import read_draft as read_draft
from yugong.design.compensation.engine import RULE_NAMES as RULE_NAMES
from yugong.design.compensation.engine import settle as settle
from yugong.design.compensation.ledger import ledger as ledger
from yugong.design.compensation.readings import overall_class as overall_class
from yugong.design.compensation.readings import water_class as water_class
from yugong.design.compensation.river import polluted_river as polluted_river
from yugong.design.compensation.river import river_game as river_game
from yugong.design.compensation.river import river_sharing as river_sharing
