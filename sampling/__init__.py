"""Probability sampling and estimation: frame, draw, weights, variance, estimates.

No databases, no screens.
"""
