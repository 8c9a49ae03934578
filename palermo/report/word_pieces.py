"""Of which pieces is a Word file made? Paragraphs, runs, fields and tables, in a language's direction.

Source: ECMA-376 part 1, 17.3 (paragraphs and runs), 17.4 (tables), 17.16 (fields). A run that goes against
its paragraph is closed in by marks (Unicode TR9, LRM and RLM), because programs differ on isolates.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from palermo.codes.languages import Language
from palermo.report.document import Grid
from palermo.report.letters import CLOSING, OPENING, clean

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMES = {"w": W.strip("{}")}
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
ISOLATED = re.compile(f"([{OPENING}])([^{OPENING}{CLOSING}]*){CLOSING}")
TO_RIGHT, TO_LEFT = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{RIGHT-TO-LEFT ISOLATE}"
LEFT_MARK, RIGHT_MARK = "\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}"
TWIPS = 56.6929  # a millimetre in twentieths of a point


def element(tag: str, *children: Any, **attributes: Any) -> Any:
    """A `w:` element with `w:` attributes; None among the children is left out."""
    from docx.oxml.parser import oxml_parser

    named = {f"{W}{name}": str(value) for name, value in attributes.items()}
    made = oxml_parser.makeelement(f"{W}{tag}", named, NAMES)
    made.extend([child for child in children if child is not None])
    return made


def pieces(text: str, language: Language) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it runs from right to left; lines stay within their piece."""
    at = 0
    for found in ISOLATED.finditer(text):
        yield text[at : found.start()], language.right_to_left
        opening, inside = found.groups()
        yield inside, opening == TO_LEFT or (opening != TO_RIGHT and leftward(inside))
        at = found.end()
    yield text[at:], language.right_to_left


def leftward(text: str) -> bool:
    """Whether the first letter with a direction is Arabic or Hebrew."""
    directions = (unicodedata.bidirectional(one) for one in text)
    return next((way != "L" for way in directions if way in ("L", "R", "AL")), False)


class Pieces:
    """Makes elements for one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.turned = language.right_to_left

    def paragraph(self, style: str, *children: Any, end: bool = False) -> Any:
        """A paragraph in one of our styles; `end` sets it at the end of its line."""
        properties = element(
            "pPr",
            element("pStyle", val=style),
            element("bidi") if self.turned else None,
            element("jc", val="right") if end else None,  # in a w:bidi paragraph: at the left
        )
        return element("p", properties, *children)

    def runs(self, text: str, *, bold: bool = False) -> list[Any]:
        """Prose as runs; what is isolated in it is a run of its own."""
        return [self.run(one, left, bold=bold) for one, left in pieces(clean(text), self.language) if one]

    def value(self, text: str, *, bold: bool = False) -> list[Any]:
        """Text that stands alone, such as a cell: its own first letter decides its order."""
        kept = clean(text)
        return [self.run(kept, leftward(kept), bold=bold)] if kept else []

    def figure(self, text: str, *, bold: bool = False) -> list[Any]:
        """A figure, always from left to right: "<5", "1 352"."""
        kept = clean(text)
        return [self.run(kept, False, bold=bold)] if kept else []

    def run(self, text: str, leftward: bool, *, bold: bool = False) -> Any:
        """One run; where it goes against its paragraph, between marks of its own direction."""
        mark = "" if leftward == self.turned else RIGHT_MARK if leftward else LEFT_MARK
        bare = "".join(one for one in text if one not in OPENING + CLOSING)
        how = [element("b"), element("bCs")] if bold else []
        how += [element("rtl")] if leftward else []
        lines = [self._text(f"{mark}{line}{mark}") for line in bare.split("\n")]
        broken = [each for line in lines for each in (line, element("br"))][:-1]
        return element("r", element("rPr", *how) if how else None, *broken)

    def _text(self, text: str) -> Any:
        made = element("t")
        made.text = text
        made.set(SPACE, "preserve")
        return made

    def field(self, instruction: str) -> Any:
        """A field that Word fills in: PAGE, NUMPAGES."""
        return element("fldSimple", element("r", self._text("1")), instr=instruction)

    def numbering(self, pattern: str) -> list[Any]:
        """`Page {page} of {pages}` with fields in the places."""
        fields = {"{page}": "PAGE", "{pages}": "NUMPAGES"}
        parts = re.split(r"(\{pages?\})", pattern)
        return [
            one
            for part in parts
            for one in ([self.field(fields[part])] if part in fields else self.runs(part))
        ]

    def table(self, grid: Grid, *, millimetres: int) -> Any:
        """A table with a header that is repeated on each page, and rows that stay whole."""
        total = sum(grid.widths)
        widths = [round(millimetres * TWIPS * each / total) for each in grid.widths]
        style = "CellDense" if grid.dense else "Cell"
        rows = (self._row(row, grid, style, widths, kind=grid.kind(at)) for at, row in enumerate(grid.rows))
        return element(
            "tbl",
            self._table_properties(grid, sum(widths)),
            element("tblGrid", *(element("gridCol", w=width) for width in widths)),
            self._row(grid.header, grid, style, widths, kind="header"),
            *rows,
        )

    def _table_properties(self, grid: Grid, width: int) -> Any:
        look = {"firstRow": 1, "lastRow": 0, "firstColumn": 1, "lastColumn": 0, "noHBand": 1, "noVBand": 1}
        return element(
            "tblPr",
            element("tblStyle", val="Grid"),
            element("bidiVisual") if self.turned else None,
            element("tblW", w=width, type="dxa"),
            element("tblLayout", type="fixed"),
            element("tblLook", val="06A0", **look),
            element("tblCaption", val=clean(grid.caption)) if grid.caption else None,
        )

    def _row(self, row: tuple[str, ...], grid: Grid, style: str, widths: list[int], *, kind: str) -> Any:
        header = element("tblHeader") if kind == "header" else None
        cells = (
            self._cell(text, style, width, figure=at >= grid.stubs, kind=kind)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        return element("tr", element("trPr", element("cantSplit"), header), *cells)

    def _cell(self, text: str, style: str, width: int, *, figure: bool, kind: str) -> Any:
        words = self.runs if kind == "header" else self.figure if figure else self.value
        inside = self.paragraph(style, *words(text, bold=kind in ("header", "total")), end=figure)
        return element("tc", element("tcPr", element("tcW", w=width, type="dxa")), inside)
