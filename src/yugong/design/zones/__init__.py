"""Functional zones: carrying grades, a class for every unit under floors, caps and contiguity, permissions."""

from yugong.design.zones.conflict import Cost as Cost
from yugong.design.zones.conflict import costs as costs
from yugong.design.zones.conflict import minimal_conflict as minimal_conflict
from yugong.design.zones.conflict import resolving as resolving
from yugong.design.zones.fast import improve as improve
from yugong.design.zones.grades import Profile as Profile
from yugong.design.zones.grades import grade as grade
from yugong.design.zones.grades import guide_2019 as guide_2019
from yugong.design.zones.plan import Demand as Demand
from yugong.design.zones.plan import Plan as Plan
from yugong.design.zones.plan import Problem as Problem
from yugong.design.zones.plan import solve as solve
