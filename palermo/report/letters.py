"""Which letters can be printed? Text without what has no form; a letter that no font has is spelled out.

PDF/UA (ISO 14289-1, 7.21) refuses a letter that its fonts cannot show, and Word a control character. So
`[U+1F600]` stands for an emoji in a PDF: visible, and never silently lost.
"""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

JOINING = "\u200b\u200c\u200d\u200e\u200f\u2060\u00ad"
OPENING, CLOSING = "\u2066\u2067\u2068", "\u2069"
INVISIBLE = JOINING + OPENING + CLOSING + "\n"
UNBROKEN = 24
DROPPED = {
    *range(0x202A, 0x202F),  # embeddings and overrides
    *range(0x206A, 0x2070),
    *range(0xFE00, 0xFE10),  # variants of a letter
    *range(0xFFF9, 0xFFFC),
    *range(0xFDD0, 0xFDF0),  # no characters
    *range(0xE0000, 0xE0080),  # tags
    *(0xFEFF, 0xFFFE, 0xFFFF),
}


def clean(text: str) -> str:
    r"""The text in NFC without control characters; lines end in \n; what isolates is closed.

    Embeddings and overrides of direction go too (Unicode TR9, 2.1 and 2.2): they can show "1352" as "2531".

    >>> clean("a\x00b\u202e c\r\nd")
    'ab c\nd'
    """
    if text.isascii() and text.isprintable():
        return text
    lines = unicodedata.normalize("NFC", text).replace("\t", " ").splitlines()
    return "\n".join(_closed("".join(filter(_formed, line))) for line in lines)


def _formed(one: str) -> bool:
    return ord(one) not in DROPPED and unicodedata.category(one) not in ("Cc", "Cs")


def _closed(line: str) -> str:
    """The line with each isolate closed and nothing closed that was not opened."""
    out, depth = [], 0
    for one in line:
        depth += (one in OPENING) - (one == CLOSING)
        if depth < 0:
            depth = 0
        else:
            out.append(one)
    return "".join(out) + CLOSING * depth


def breakable(text: str) -> str:
    """The text with places to break in words that no column holds, such as keys."""
    if len(text) <= UNBROKEN:
        return text
    return " ".join(
        "\u200b".join(word[at : at + UNBROKEN] for at in range(0, len(word), UNBROKEN)) or word
        for word in text.split(" ")
    )


def spelled(text: str, letters: frozenset[int]) -> str:
    """The text with each letter that is not among `letters` written as its number.

    >>> spelled("a\N{GRINNING FACE}", frozenset(b"a"))
    'a[U+1F600]'
    """
    known = (one if ord(one) in letters or one in INVISIBLE else f"[U+{ord(one):04X}]" for one in text)
    return "".join(known)


@cache
def letters_of(folder: Path) -> frozenset[int]:
    """Code points that the fonts of this folder can show (OpenType, table `cmap`)."""
    found: set[int] = set()
    for font in sorted(folder.glob("*.ttf")):
        found |= set(_mapped(font.read_bytes()))
    return frozenset(found)


def _mapped(font: bytes) -> Iterator[int]:
    """Code points of the font's `cmap` in format 4 and 12, those of Windows and Unicode."""
    tables = struct.unpack_from(">H", font, 4)[0]
    at = next(
        struct.unpack_from(">I", font, 12 + 16 * each + 8)[0]
        for each in range(tables)
        if font[12 + 16 * each : 16 + 16 * each] == b"cmap"
    )
    for each in range(struct.unpack_from(">H", font, at + 2)[0]):
        start = at + struct.unpack_from(">I", font, at + 8 + 8 * each)[0]
        kind = struct.unpack_from(">H", font, start)[0]
        if kind in READ:
            yield from READ[kind](font, start)


def _segments(font: bytes, start: int) -> Iterator[int]:
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    starts = struct.unpack_from(f">{count}H", font, start + 16 + 2 * count)
    for first, last in zip(starts, ends, strict=True):
        yield from range(first, min(last, 0xFFFE) + 1)


def _groups(font: bytes, start: int) -> Iterator[int]:
    for each in range(struct.unpack_from(">I", font, start + 12)[0]):
        first, last, _glyph = struct.unpack_from(">3I", font, start + 16 + 12 * each)
        yield from range(first, last + 1)


READ = {4: _segments, 12: _groups}
