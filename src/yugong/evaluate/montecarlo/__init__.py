"""Monte Carlo experiments with a known truth: bias, size, coverage and power of each estimator and interval."""

from yugong.evaluate.montecarlo.experiment import MonteCarlo as MonteCarlo
from yugong.evaluate.montecarlo.experiment import monte_carlo as monte_carlo
from yugong.evaluate.montecarlo.methods import METHODS as METHODS
from yugong.evaluate.montecarlo.methods import Answer as Answer
from yugong.evaluate.montecarlo.plan import FULL as FULL
from yugong.evaluate.montecarlo.plan import QUICK as QUICK
from yugong.evaluate.montecarlo.plan import Draws as Draws
from yugong.evaluate.montecarlo.plan import table as table
from yugong.evaluate.montecarlo.world import SCENARIOS as SCENARIOS
from yugong.evaluate.montecarlo.world import Scenario as Scenario
from yugong.evaluate.montecarlo.world import World as World
from yugong.evaluate.montecarlo.world import draw as draw
