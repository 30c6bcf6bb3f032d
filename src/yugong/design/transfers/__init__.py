"""Transfers between governments: by formula, by alternatives to it, by optimisation, and what they redistribute."""
