"""What does a number look like? Plain functions from figures to SVG without script, one style for all.

Values in, a `Plot` out: the picture, what it shows in words, and its figures as a table. No Django, no
clock, no network. Each plot has a title that says what it shows, an alternative text, patterns beside
colours, and is mirrored for a language that runs from right to left.
"""

from palermo.plots.shapes import Plot

__all__ = ["Plot"]
