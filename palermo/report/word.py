"""How does a document leave for Word? As .docx with styles of its own, real headings, tables and fields.

Sources: ECMA-376 (Office Open XML); python-docx 1.2. In Arabic the paragraphs, tables and pages run from
right to left, and a value keeps its own order. The same document gives the same bytes. No clock.
"""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from palermo import ProblemWithInput
from palermo.report.document import (
    CONTENTS,
    PAGE,
    Advance,
    Document,
    Facts,
    Figure,
    Grid,
    Heading,
    Paragraph,
    Part,
    told,
)
from palermo.report.letters import clean

STYLES = Path(__file__).parent / "print" / "styles.xml"
TAGS = {"en": "en-GB", "fr": "fr-FR", "es": "es-ES", "ar": "ar-EG", "ru": "ru-RU", "zh": "zh-CN"}
SHORT, LONG, SIDE, TOP = 210, 297, 20, 24
FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def word(document: Document, *, advance: Advance | None = None) -> bytes:
    """The document as .docx on A4, to be edited; `advance` hears how many parts are written.

    Raises `ProblemWithInput`: REPORT-014 without the package python-docx.
    """
    try:
        import docx
    except ImportError:
        raise ProblemWithInput(
            "REPORT-014 word: expected the package python-docx. Install it: pip install 'palermo[documents]'."
        ) from None
    out = io.BytesIO()
    book = docx.Document()
    _Writing(book, document, told(advance, len(document.parts))).write()
    book.save(out)
    return _timeless(out.getvalue())


def _timeless(content: bytes) -> bytes:
    """The same archive without the time at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(out, "w") as kept:
        for name in made.namelist():
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(entry, made.read(name))
    return out.getvalue()


class _Writing:
    """One document on its way into a Word file; `book` is python-docx's."""

    def __init__(self, book: Any, document: Document, done: Callable[[], None]) -> None:
        from palermo.report.word_pieces import Pieces, element

        self.book, self.document, self.element, self.done = book, document, element, done
        self.language, self.pieces = document.language, Pieces(document.language)
        self.headings = 0

    def write(self) -> None:
        self.styles()
        self.properties()
        self.running()
        self.front()
        for at, (wide, parts) in enumerate(self.document.sections):
            if at:
                self.book.add_section()
            self.paper(wide)
            for part in parts:
                self.part(part, wide)

    def styles(self) -> None:
        from docx.oxml import parse_xml

        tag, styles = TAGS[self.language.code], self.book.styles.element
        ours = parse_xml(STYLES.read_bytes())
        side = "bidi" if self.language.right_to_left else "eastAsia" if tag == "zh-CN" else "val"
        ours.xpath("//w:lang")[0].set(ours.nsmap["w"].join("{}") + side, tag)
        styles[:] = ours[:]

    def properties(self) -> None:
        on = datetime(self.document.on.year, self.document.on.month, self.document.on.day)  # noqa: DTZ001
        said = self.book.core_properties
        said.title, said.language = clean(self.document.title), TAGS[self.language.code]
        said.author = said.last_modified_by = "Palermo"
        said.comments, said.keywords = clean(" ".join(self.document.marks)), ""
        said.created = said.modified = on
        package = self.book.part.package
        for key in [key for key, one in package.rels.items() if one.reltype.endswith("/thumbnail")]:
            del package.rels[key]
        (mode,) = self.book.settings.element.xpath("//w:compatSetting[@w:name='compatibilityMode']")
        mode.set(mode.nsmap["w"].join("{}") + "val", "15")

    def paper(self, wide: bool) -> None:
        """Sizes and direction of the last section."""
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm

        here = self.book.sections[-1]
        here.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        here.page_width, here.page_height = Mm(LONG if wide else SHORT), Mm(SHORT if wide else LONG)
        here.left_margin = here.right_margin = Mm(SIDE)
        here.top_margin, here.bottom_margin = Mm(TOP), Mm(TOP)
        here.different_first_page_header_footer = len(self.book.sections) == 1
        if self.language.right_to_left and not here._sectPr.xpath("./w:bidi"):
            here._sectPr.xpath("./w:docGrid")[0].addprevious(self.element("bidi"))

    def running(self) -> None:
        """The title above each page but the first; the marks and the page number below each."""
        first = self.book.sections[0]
        first.different_first_page_header_footer = True
        title = self.pieces.paragraph("Header", *self.pieces.runs(self.document.title))
        self._replace(first.header, title)
        self._replace(first.first_page_header, self.pieces.paragraph("Header"))
        for foot in (first.footer, first.first_page_footer):
            self._replace(foot, *self._foot())

    def _foot(self) -> list[Any]:
        marks = self.pieces.runs(" ".join(self.document.marks), bold=True)
        number = self.pieces.numbering(self.language.said(PAGE))
        lines = [self.pieces.paragraph("Footer", *marks)] if marks else []
        return [*lines, self.pieces.paragraph("Footer", *number, end=True)]

    def _replace(self, place: Any, *paragraphs: Any) -> None:
        place.is_linked_to_previous = False
        place._element[:] = paragraphs

    def add(self, *elements: Any) -> None:
        """Elements at the end of the text."""
        last = self.book.element.body.sectPr
        for one in elements:
            last.addprevious(one)

    def front(self) -> None:
        self.add(self.pieces.paragraph("Title", *self.pieces.runs(self.document.title)))
        if self.document.marks:
            self.add(self.pieces.paragraph("Mark", *self.pieces.runs(" ".join(self.document.marks))))
        if self.document.long:
            self.contents()

    def contents(self) -> None:
        """A table of contents that Word can renew, filled with links so that it serves at once."""
        listed = [(at, each) for at, each in enumerate(self.document.headings, start=1) if each.level <= 2]
        lines = [
            self.pieces.paragraph(
                f"TOC{each.level}",
                self.element("hyperlink", *self.pieces.runs(each.text), anchor=f"_Toc{at}"),
            )
            for at, each in listed
        ]
        instruction = self.element("instrText")
        instruction.text = 'TOC \\o "1-2" \\h \\z \\u'
        began = [self._mark("begin"), self.element("r", instruction), self._mark("separate")]
        for at, one in enumerate(began, start=1):
            lines[0].insert(at, one)
        lines[-1].append(self._mark("end"))
        self.add(self.pieces.paragraph("TOCHeading", *self.pieces.runs(self.language.said(CONTENTS))), *lines)

    def _mark(self, kind: str) -> Any:
        return self.element("r", self.element("fldChar", fldCharType=kind))

    def part(self, part: Part, wide: bool) -> None:
        self.done()
        match part:
            case Heading():
                self.heading(part)
            case Paragraph(text, small):
                self.add(self.pieces.paragraph("Note" if small else "Normal", *self.pieces.runs(text)))
            case Facts(rows):
                self.add(*(self.fact(term, value) for term, value in rows))
            case Grid():
                self.grid(part, wide)
            case Figure():
                self.figure(part, wide)

    def heading(self, heading: Heading) -> None:
        self.headings += 1
        name = {"id": self.headings, "name": f"_Toc{self.headings}"}
        begin, end = self.element("bookmarkStart", **name), self.element("bookmarkEnd", id=self.headings)
        words = self.pieces.runs(heading.text)
        self.add(self.pieces.paragraph(f"Heading{heading.level}", begin, *words, end))

    def fact(self, term: str, value: str) -> Any:
        tab = self.element("r", self.element("tab"))
        return self.pieces.paragraph(
            "Fact", *self.pieces.runs(term, bold=True), tab, *self.pieces.value(value)
        )

    def grid(self, grid: Grid, wide: bool) -> None:
        if grid.caption:
            self.add(self.pieces.paragraph("Caption", *self.pieces.runs(grid.caption)))
        room = (LONG if wide else SHORT) - 2 * SIDE
        self.add(self.pieces.table(grid, millimetres=room), self.pieces.paragraph("Note"))

    def figure(self, figure: Figure, wide: bool) -> None:
        from docx.shared import Mm

        from palermo.plots import png

        plot = figure.plot
        self.add(self.pieces.paragraph("Caption", *self.pieces.runs(plot.title)))
        self.book.add_picture(io.BytesIO(png(plot, scale=3)), width=Mm(SHORT - 2 * SIDE))
        shape = self.book.inline_shapes[-1]._inline.docPr
        shape.set("descr", clean(plot.alt) or clean(plot.title))
        if plot.note:
            self.add(self.pieces.paragraph("Note", *self.pieces.runs(plot.note)))
        if figure.grid:
            self.grid(figure.grid, wide)
