"""Flows: gravity, borders and trade costs, migration tables, factor mobility, market integration."""

from yugong.diagnose.flows.gravity import BorderEffect as BorderEffect
from yugong.diagnose.flows.gravity import border_effect as border_effect
from yugong.diagnose.flows.gravity import gravity as gravity
from yugong.diagnose.flows.migration import MigrationTable as MigrationTable
from yugong.diagnose.flows.migration import migration_table as migration_table
from yugong.diagnose.flows.mobility import MobilityGap as MobilityGap
from yugong.diagnose.flows.mobility import mobility_gap as mobility_gap
from yugong.diagnose.flows.ppml import Gravity as Gravity
from yugong.diagnose.flows.ppml import ppml as ppml
from yugong.diagnose.flows.trade import FlowIntegration as FlowIntegration
from yugong.diagnose.flows.trade import TradeCosts as TradeCosts
from yugong.diagnose.flows.trade import flow_integration as flow_integration
from yugong.diagnose.flows.trade import head_ries as head_ries
