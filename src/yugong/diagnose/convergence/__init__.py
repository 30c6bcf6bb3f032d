"""Convergence between regions: σ, β unconditional and conditional, panel β."""

from yugong.diagnose.convergence.beta import BetaConvergence as BetaConvergence
from yugong.diagnose.convergence.beta import beta_convergence as beta_convergence
from yugong.diagnose.convergence.beta import beta_statistic as beta_statistic
from yugong.diagnose.convergence.beta import panel_beta as panel_beta
from yugong.diagnose.convergence.sigma import SigmaConvergence as SigmaConvergence
from yugong.diagnose.convergence.sigma import sigma_convergence as sigma_convergence
from yugong.diagnose.convergence.speed import Speed as Speed
