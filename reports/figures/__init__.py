"""Charts as SVG text, each with words made from the same data.

Leaves out axes without zero for bars, gradients, and every decoration that carries no number.
"""
