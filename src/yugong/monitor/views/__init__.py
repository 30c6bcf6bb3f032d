"""Accounts of a theme: border belts, grain, sea, public services."""
