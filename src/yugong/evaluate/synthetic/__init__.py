"""Synthetic comparisons: synthetic control and its placebos, synthetic DID, the panel data approach."""

from yugong.evaluate.synthetic.control import Fit as Fit
from yugong.evaluate.synthetic.control import SyntheticControl as SyntheticControl
from yugong.evaluate.synthetic.control import synthetic_control as synthetic_control
from yugong.evaluate.synthetic.did import SyntheticDid as SyntheticDid
from yugong.evaluate.synthetic.did import synthetic_did as synthetic_did
from yugong.evaluate.synthetic.panel_approach import PanelApproach as PanelApproach
from yugong.evaluate.synthetic.panel_approach import panel_approach as panel_approach
from yugong.evaluate.synthetic.placebo import LeaveOneOut as LeaveOneOut
from yugong.evaluate.synthetic.placebo import SpacePlacebos as SpacePlacebos
from yugong.evaluate.synthetic.placebo import TimePlacebos as TimePlacebos
from yugong.evaluate.synthetic.placebo import leave_one_out as leave_one_out
from yugong.evaluate.synthetic.placebo import space_placebos as space_placebos
from yugong.evaluate.synthetic.placebo import time_placebos as time_placebos
from yugong.evaluate.synthetic.simplex import SimplexFit as SimplexFit
from yugong.evaluate.synthetic.simplex import simplex_least_squares as simplex_least_squares
