"""The kernel: the one place where JAX is imported, and only once a simulation starts."""
