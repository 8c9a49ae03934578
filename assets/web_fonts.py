"""Which letters does a browser load? The pieces of Noto Sans that hold the characters of the page, no others.

An English page loads the basic Latin letters, an Arabic one also the Arabic block, which stays in one piece
because letters of two files do not join. Chinese is the system's own. Sizes are in docs/decisions/0008-how-
the-pages-are-made.md.
Never: a font of another origin.
"""

import hashlib
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont

WEIGHTS = (400, 700)
BASIC = {
    *range(0x20, 0x7F),
    0xA0,
    0xAB,
    0xB7,
    0xBB,
    0xD7,
    0x2013,
    0x2014,
    0x2018,
    0x2019,
    0x201C,
    0x201D,
    0x2022,
}
BASIC |= {0x2026, 0x202F, 0x2212}
ARABIC = {0x20, 0xA0, 0x200C, 0x200D, 0x200E, 0x200F, *range(0x600, 0x700)}
ASCENT, DESCENT = 1069, -293  # of the Latin letters, for all pieces: lines of a page stay equally high


class Piece(NamedTuple):
    """Some characters of one font of the package, in one file for each weight."""

    name: str
    source: str
    only: frozenset[int] | None = None
    never: frozenset[int] = frozenset()
    larger: int = 100  # per cent; Arabic letters look smaller than Latin ones of the same size


PIECES = (
    Piece("latin", "noto-sans/files/noto-sans-latin", only=frozenset(BASIC)),
    Piece("latin-more", "noto-sans/files/noto-sans-latin", never=frozenset(BASIC)),
    Piece("latin-rare", "noto-sans/files/noto-sans-latin-ext", never=frozenset(BASIC)),
    Piece("cyrillic", "noto-sans/files/noto-sans-cyrillic", never=frozenset(BASIC)),
    Piece("cyrillic-rare", "noto-sans/files/noto-sans-cyrillic-ext", never=frozenset(BASIC)),
    Piece("arabic", "noto-sans-arabic/files/noto-sans-arabic-arabic", only=frozenset(ARABIC), larger=107),
    Piece(
        "arabic-rare", "noto-sans-arabic/files/noto-sans-arabic-arabic", never=frozenset(ARABIC), larger=107
    ),
)


def web_fonts(node_modules: Path, out: Path) -> str:
    """Writes the pieces as WOFF2 to `out`; answers the @font-face rules, from one folder above."""
    out.mkdir(parents=True, exist_ok=True)
    return "".join(_face(piece, weight, node_modules, out) for weight in WEIGHTS for piece in PIECES)


def _face(piece: Piece, weight: int, node_modules: Path, out: Path) -> str:
    file = node_modules / "@fontsource" / f"{piece.source}-{weight}-normal.woff2"
    font = TTFont(file, recalcTimestamp=False)
    codes = {
        c for c in font.getBestCmap() if (piece.only is None or c in piece.only) and c not in piece.never
    }
    content = _cut(font, codes)
    kept = f"{piece.name}-{weight}.woff2"
    (out / kept).write_bytes(content)
    larger = f"size-adjust:{piece.larger}%;" if piece.larger != 100 else ""
    shown = codes - BASIC if piece.name != "latin" else codes
    return (
        f'@font-face{{font-family:"Palermo Sans";font-weight:{weight};font-display:swap;{larger}'
        f"src:url(fonts/{kept}?v={hashlib.sha256(content).hexdigest()[:8]});"
        f"unicode-range:{','.join(_ranges(shown))}}}"
    )


def _cut(font: TTFont, codes: Iterable[int]) -> bytes:
    wanted = subset.Options()
    wanted.hinting = False
    wanted.notdef_outline = True
    wanted.name_IDs = [0, 1, 2, 5, 13, 14]
    wanted.drop_tables += ["STAT", "gasp", "prep", "DSIG"]
    subsetter = subset.Subsetter(wanted)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = ASCENT, DESCENT, 0
    font["OS/2"].sTypoAscender, font["OS/2"].sTypoDescender, font["OS/2"].sTypoLineGap = ASCENT, DESCENT, 0
    font.flavor = "woff2"
    kept = io.BytesIO()
    font.save(kept)
    return kept.getvalue()


def _ranges(codes: Iterable[int]) -> Iterator[str]:
    """`U+41-5A`, `U+A0`: the characters as CSS writes them."""
    first = last = -2
    for code in (*sorted(codes), 0x200000):
        if code != last + 1:
            if first >= 0:
                yield f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}"
            first = code
        last = code
