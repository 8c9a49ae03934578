"""How wide is a text? Measured on the letters that are drawn, else estimated; never fails without letters.

Source: the TrueType files that set-up builds into `built/fonts`. Widths are in the units of the drawing.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FONTS = Path(__file__).parent / "built" / "fonts"
MEASURED_AT = 100
INVISIBLE = {"Cf", "Mn", "Cc"}
BOLDER = 1.07


@lru_cache(maxsize=20_000)
def width(text: str, *, size: float, bold: bool = False) -> float:
    """How far the text runs at this size of letter.

    >>> 0 < width("abc", size=10) < width("abc", size=20)
    True
    """
    letters = _letters(bold=bold, chinese=any(map(_is_wide, text)))
    if letters is None:
        return estimate(text, bold=bold) * size
    seen = "".join(each for each in text if unicodedata.category(each) != "Cf")
    return float(letters.getlength(seen)) / MEASURED_AT * size


def estimate(text: str, *, bold: bool = False) -> float:
    """A width in letter sizes from what kind of letters there are, a little generous.

    >>> estimate("\\u4e2d\\u6587")
    2.0
    """
    return sum(map(_letter, text)) * (BOLDER if bold else 1.0)


def _letter(letter: str) -> float:
    if unicodedata.category(letter) in INVISIBLE:
        return 0.0
    if _is_wide(letter):
        return 1.0
    if letter in " .,:;'|!ijltfrI()[]":
        return 0.34
    return 0.86 if letter in "mwMW%@" else 0.68 if letter.isupper() else 0.58


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


@lru_cache(maxsize=4)
def _letters(*, bold: bool, chinese: bool) -> "FreeTypeFont | None":
    """The built letters; None where set-up has not built them."""
    name = f"PalermoSans{'SC' if chinese else ''}-{'Bold' if bold else 'Regular'}.ttf"
    if not (FONTS / name).is_file():
        return None
    from PIL import ImageFont

    return ImageFont.truetype(str(FONTS / name), MEASURED_AT)


def wrapped(text: str, *, size: float, room: float, lines: int = 2, bold: bool = False) -> tuple[str, ...]:
    """The text in at most so many lines of at most this width; what does not fit ends in "…".

    >>> wrapped("forced labour and services", size=10, room=76)
    ('forced labour', 'and services')
    """
    words = text.split(" ") if " " in text else [text]
    made: list[str] = [""]
    for word in words:
        longer = f"{made[-1]} {word}".strip()
        if made[-1] and width(longer, size=size, bold=bold) > room and len(made) < lines:
            made.append(word)
        else:
            made[-1] = longer
    return tuple(shortened(line, size=size, room=room, bold=bold) for line in made)


def shortened(text: str, *, size: float, room: float, bold: bool = False) -> str:
    """The text, or as much of it as fits with "…" behind it."""
    if width(text, size=size, bold=bold) <= room:
        return text
    fits = len(text)
    while fits > 1 and width(text[:fits] + "…", size=size, bold=bold) > room:
        fits -= 1
    return text[:fits].rstrip() + "…"
