"""Targets: what was promised, how far it is, whether it will be reached."""
