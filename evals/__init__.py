"""Evals: one folder for each quality, with a datasheet."""
