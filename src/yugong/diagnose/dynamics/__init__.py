"""Dynamics: densities over time, Markov chains, convergence clubs, grey forecasts."""
