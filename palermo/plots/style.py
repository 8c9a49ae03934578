"""How do all plots look? Colours, patterns, sizes, widths of lines, and the text of a number.

Colours: each stands out from white by 3:1 at least (WCAG 2.2, 1.4.11), and any two are told apart by
readers who do not see red, green or blue (tests/plots/test_plot_style.py). A pattern goes with every
colour that tells one thing from another, so that nothing is said by colour alone. Draws nothing.
"""

from dataclasses import dataclass

from palermo.codes.languages import ENGLISH, Language

INK, MUTED, RULE, GRID, PAPER = "#15212b", "#4a5763", "#7b8894", "#dde3e8", "#ffffff"
MAIN, MAIN_PALE = "#00558c", "#d6e6f1"
LAND, LAND_EDGE, NOT_KNOWN = "#e9edf0", "#8494a1", "#eef1f3"
LETTER, SMALL, TINY = 14.0, 12.5, 11.0
LINE, THIN, HAIR = 2.4, 1.2, 0.8
CORNER = 1.0
FONTS = "Palermo Sans, Noto Sans, Segoe UI, Roboto, Arial, sans-serif"
CHINESE = (
    "Palermo Sans, Palermo Sans SC, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, sans-serif"
)


@dataclass(frozen=True, slots=True)
class Look:
    """How one kind of thing is drawn: its colour, its pattern, the dashes of its line and its marker."""

    colour: str
    pattern: str
    dashes: str
    marker: str


LOOKS = (
    Look("#00558c", "plain", "", "circle"),
    Look("#b5400f", "slope", "7 4", "square"),
    Look("#16877a", "dots", "2 3", "triangle"),
    Look("#cf6fae", "back", "10 3 2 3", "diamond"),
    Look("#b08900", "cross", "14 4", "down"),
    Look("#3b4652", "level", "4 2 1 2", "ring"),
)
"""Told apart by colour, by pattern, by dashes and by marker; a seventh thing begins again."""

STEPS = ("#d9e8f3", "#a9cbe3", "#6aa5cd", "#2f7ab0", "#004575")
"""From few to many: each step darker, so that it is read in grey too. Areas have an edge beside it."""


def look(at: int) -> Look:
    """The look of the thing at this place in a list, from 0.

    >>> look(0).pattern, look(6) == look(0)
    ('plain', True)
    """
    return LOOKS[at % len(LOOKS)]


def font(language: Language) -> str:
    """Names of the letters' families for a `font-family`, the first one made with Palermo."""
    return CHINESE if language.code == "zh" else FONTS


def number_text(value: float | str | None, *, language: Language = ENGLISH) -> str:
    """A figure as it is printed: one decimal at most; "not known" for None; a text ("<5") as it is.

    >>> number_text(1352), number_text(12.25), number_text("<5"), number_text(None)
    ('1\\xa0352', '12.2', '<5', 'not known')
    """
    if value is None:
        return language.said("not known")
    if isinstance(value, str):
        return language.isolated(value)
    return language.number(int(value) if value == int(value) else round(value, 1))
