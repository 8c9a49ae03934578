"""Which plot shows a table? The one for its kind of breakdown; it shows what the table shows."""

from palermo.codes.languages import ENGLISH, Language
from palermo.plots import Plot
from palermo.report.comparing import Comparison
from palermo.report.shapes import Table


def plots_of(table: Table, *, language: Language = ENGLISH) -> tuple[Plot, ...]:
    """The plots of a table, the main one first; none where there is nothing to see."""
    return ()


def plots_of_comparison(comparison: Comparison, *, language: Language = ENGLISH) -> tuple[Plot, ...]:
    """The plots of a comparison: both years side by side."""
    return ()
