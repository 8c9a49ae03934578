"""Which letters do the pages and the documents have? Noto Sans (OFL), cut and joined for both.

Documents and plots get whole fonts, Latin, Cyrillic and Arabic merged into one family, because what draws
them does not look for a bracket or a digit in a second font, and the Arabic file alone has neither. Pages get
the same letters in pieces with a range of characters each, so that a browser loads what a page shows. Chinese
is the system's own on pages (a weight is over a megabyte) and one weight in documents.

Source: the packages @fontsource/noto-sans, @fontsource/noto-sans-arabic and @fontsource-variable/noto-sans-
sc.
Never: a font that may not be passed on.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.merge import Merger, Options
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

WEIGHTS = {"Regular": 400, "Bold": 700}
FAMILY = "Palermo Sans"
CHINESE = "Palermo Sans SC"
LICENCE = "This Font Software is licensed under the SIL Open Font License, Version 1.1."
MERGED = (
    "noto-sans/files/noto-sans-latin-{}-normal.woff2",
    "noto-sans/files/noto-sans-latin-ext-{}-normal.woff2",
    "noto-sans/files/noto-sans-cyrillic-{}-normal.woff2",
    "noto-sans/files/noto-sans-cyrillic-ext-{}-normal.woff2",
    "noto-sans-arabic/files/noto-sans-arabic-arabic-{}-normal.woff2",
)
SIGNS = "→←↑↓↔≥≤≈≠‰■□▪●○◆▲△▼▶◀✓"  # Noto Sans has none of them; the Chinese one does
UNSEEN = (0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x061C, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xFEFF)
SPACES = {0x202F: 0.7, 0x2007: 2.2, 0x2009: 0.7}  # of a space's width: narrow no-break, figure, thin
SAME = {0x2011: 0x2D, 0x2010: 0x2D}  # a hyphen that does not break looks like one that does


def document_fonts(node_modules: Path, out: Path) -> None:
    """Writes PalermoSans-Regular.ttf, PalermoSans-Bold.ttf and PalermoSansSC-Regular.ttf to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    for style, weight in WEIGHTS.items():
        merged(node_modules, weight=weight, style=style).save(out / f"PalermoSans-{style}.ttf")
    chinese(node_modules, weight=400).save(out / "PalermoSansSC-Regular.ttf")


def merged(node_modules: Path, *, weight: int, style: str) -> TTFont:
    """One font with Latin, Cyrillic and Arabic letters, signs, and empty glyphs for what directs text."""
    files = [node_modules / "@fontsource" / name.format(weight) for name in MERGED]
    dropped = Options(drop_tables=["STAT", "gasp", "prep", "DSIG", "vhea", "vmtx"])
    font = Merger(options=dropped).merge([str(file) for file in files])
    signs = drawn_by(_pieces(node_modules), weight=weight, wanted={ord(sign) for sign in SIGNS})
    for code, (glyph, width) in signs.items():
        _add(font, code, glyph=glyph, width=width)
    _add_spaces(font)
    _name(font, family=FAMILY, style=style, weight=weight)
    return font


def chinese(node_modules: Path, *, weight: int) -> TTFont:
    """Every character of Noto Sans SC at one weight, without layout rules: Chinese needs none in a line."""
    drawn = drawn_by(_pieces(node_modules), weight=weight, wanted=None)
    names = {code: f"u{code:05X}" for code in sorted(drawn)}
    build = FontBuilder(1000, isTTF=True)
    build.setupGlyphOrder([".notdef", *names.values()])
    build.setupCharacterMap(names)
    build.setupGlyf({".notdef": TTGlyphPen(None).glyph(), **{names[c]: g for c, (g, _) in drawn.items()}})
    build.setupHorizontalMetrics({".notdef": (500, 0), **{names[c]: (w, 0) for c, (_, w) in drawn.items()}})
    glyf = build.font["glyf"]
    bearings = {n: (w, getattr(glyf[n], "xMin", 0)) for n, (w, _) in build.font["hmtx"].metrics.items()}
    build.setupHorizontalMetrics(bearings)
    build.setupHorizontalHeader(ascent=1160, descent=-288)
    build.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=1160, usWinDescent=288, sCapHeight=733)
    build.setupPost(keepGlyphNames=False)
    build.setupNameTable({"familyName": CHINESE, "styleName": "Regular"})
    _name(build.font, family=CHINESE, style="Regular", weight=weight)
    return build.font


def drawn_by(pieces: Iterable[Path], *, weight: int, wanted: set[int] | None) -> dict[int, tuple[Any, int]]:
    """Code point -> (outline, width) out of a variable font in pieces, at one weight; all if not `wanted`."""
    found: dict[int, tuple[Any, int]] = {}
    for piece in pieces:
        font = TTFont(piece)
        here = {
            c: n for c, n in font.getBestCmap().items() if c not in found and (wanted is None or c in wanted)
        }
        if here:
            found |= _outlines(instantiateVariableFont(font, {"wght": weight}, optimize=False), here)
    return found


def _outlines(font: TTFont, codes: dict[int, str]) -> Iterator[tuple[int, tuple[Any, int]]]:
    glyphs, widths = font.getGlyphSet(), font["hmtx"].metrics
    for code, name in codes.items():
        pen = TTGlyphPen(None)
        glyphs[name].draw(pen)
        yield code, (pen.glyph(), widths[name][0])


def _pieces(node_modules: Path) -> list[Path]:
    return sorted((node_modules / "@fontsource-variable/noto-sans-sc/files").glob("*-wght-normal.woff2"))


def _add_spaces(font: TTFont) -> None:
    cmap = font.getBestCmap()
    space = font["hmtx"].metrics[cmap[0x20]][0]
    empty: Callable[[], Any] = TTGlyphPen(None).glyph
    for code in UNSEEN:
        if code not in cmap:
            _add(font, code, glyph=empty(), width=0)
    for code, part in SPACES.items():
        if code not in cmap:
            _add(font, code, glyph=empty(), width=round(space * part))
    for code, like in SAME.items():
        if code not in cmap:
            _point(font, code, cmap[like])


def _add(font: TTFont, code: int, *, glyph: Any, width: int) -> None:
    name = f"palermo.u{code:04X}"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphs[name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"].metrics[name] = (width, getattr(glyph, "xMin", 0))
    _point(font, code, name)


def _point(font: TTFont, code: int, name: str) -> None:
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = name


def _name(font: TTFont, *, family: str, style: str, weight: int) -> None:
    full = f"{family} {style}"
    said = {1: family, 2: style, 3: f"Palermo: {full}", 4: full}
    said |= {6: f"{family.replace(' ', '')}-{style}", 13: LICENCE, 14: "https://openfontlicense.org"}
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in (0, 5)]
    for number, text in said.items():
        names.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsSelection = 0x20 if weight == 700 else 0x40
    font["head"].macStyle = 1 if weight == 700 else 0
