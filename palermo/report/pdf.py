"""How does a document leave as a PDF? Tagged for screen readers (PDF/UA-1), in our own fonts, by typst.

Sources: ISO 14289-1; typst 0.15. Text goes to the one template as values (JSON) and is never run as source;
the template's folder, which holds nothing else, is all that typst may read. The same document gives the
same bytes. No clock, no network, no font of the system.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import palermo.plots
from palermo import ProblemWithInput
from palermo.codes.languages import Language
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
from palermo.report.letters import breakable, clean, letters_of, spelled

FONTS = Path(palermo.plots.__file__).parent / "built" / "fonts"
FAMILIES = ("Palermo Sans", "Palermo Sans SC")
TEMPLATE = Path(__file__).parent / "print" / "document.typ"
REGIONS = {"zh": "cn", "ar": "eg"}
NARROW = 30


def pdf(document: Document, *, fonts: Path = FONTS, advance: Advance | None = None) -> bytes:
    """The document as PDF/UA-1 on A4; `advance` hears how many parts are set.

    A letter that no font of ours has is printed as its number, such as [U+1F600]. Raises
    `ProblemWithInput`: REPORT-014 without the package typst, REPORT-015 without the fonts.
    """
    return printed(document, format="pdf", fonts=fonts, advance=advance, pdf_standards="ua-1")[0]


def printed(
    document: Document, *, format: str, fonts: Path = FONTS, advance: Advance | None = None, **how: Any
) -> list[bytes]:
    """What typst makes of the document: one PDF, or a picture ("png", "svg") per page."""
    typst = _typst()
    files = {"main.typ": TEMPLATE.read_bytes(), **_files(document, _letters(fonts), advance)}
    compiler = typst.Compiler(root=TEMPLATE.parent, font_paths=_fonts(fonts), ignore_system_fonts=True)
    on = datetime(document.on.year, document.on.month, document.on.day, tzinfo=UTC)
    try:
        made = compiler.compile(files, format=format, timestamp=on, **how)
    except typst.TypstError:
        # its text quotes the document
        raise ProblemWithInput("REPORT-016 pdf: the document could not be set; take Word or Excel.") from None
    return made if isinstance(made, list) else [made]


def _typst() -> Any:
    try:
        import typst
    except ImportError:
        raise ProblemWithInput(
            "REPORT-014 pdf: expected the package typst. Install it: pip install 'palermo[documents]'."
        ) from None
    return typst


@cache
def _fonts(folder: Path) -> Any:
    return _typst().Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def _letters(folder: Path) -> frozenset[int]:
    found = letters_of(folder)
    if not found:
        raise ProblemWithInput(
            "REPORT-015 pdf: expected the fonts that come with Palermo, and this copy has none. Install "
            "Palermo from its wheel, or run `make demo` once in a clone: both build them."
        )
    return found


def _files(document: Document, letters: frozenset[int], advance: Advance | None) -> dict[str, bytes]:
    """What the template reads: words and pictures as JSON."""
    setting = _Setting(document.language, letters, told(advance, len(document.parts)))
    words = setting.document(document)
    return {"document.json": json.dumps(words).encode()}


class _Setting:
    """Parts as the template takes them; what may not turn round in a right-to-left line is isolated."""

    def __init__(self, language: Language, letters: frozenset[int], done: Callable[[], None]) -> None:
        self.language, self.letters, self.done = language, letters, done

    def document(self, document: Document) -> dict[str, Any]:
        language = self.language
        return {
            "title": self.line(document.title),
            "language": language.code,
            "region": REGIONS.get(language.code),
            "right_to_left": language.right_to_left,
            "on": (document.on.year, document.on.month, document.on.day),
            "fonts": FAMILIES,
            "marks": [self.said(mark) for mark in document.marks],
            "page": self.said(language.said(PAGE)),
            "contents": self.said(language.said(CONTENTS)) if document.long else "",
            "sections": [
                {"wide": wide, "parts": [each for part in parts for each in self.part(part)]}
                for wide, parts in document.sections
            ],
        }

    def said(self, text: str) -> str:
        return breakable(spelled(clean(text), self.letters))

    def line(self, text: str) -> str:
        """Text in one line that is never empty: PDF/UA asks for titles and alternative texts."""
        return " ".join(self.said(text).split()) or "–"

    def value(self, text: str) -> str:
        """Text that stands alone, such as a cell: kept in its own order, line by line."""
        return "\n".join(map(self.language.isolated, self.said(text).split("\n")))

    def part(self, part: Part) -> Iterator[dict[str, Any]]:
        self.done()
        match part:
            case Heading(text, level):
                yield {"kind": "heading", "text": self.line(text), "level": level}
            case Paragraph(text, small):
                yield {"kind": "note" if small else "paragraph", "text": self.said(text)}
            case Facts(rows):
                yield {"kind": "facts", "rows": [(self.said(a), self.value(b)) for a, b in rows]}
            case Grid():
                yield self.grid(part)
            case Figure():
                yield self.figure(part)
                if part.grid:
                    yield self.grid(part.grid)

    def grid(self, grid: Grid) -> dict[str, Any]:
        return {
            "kind": "grid",
            "caption": self.said(grid.caption),
            "header": [self.said(one) for one in grid.header],
            "rows": [[self.value(one) for one in row] for row in grid.rows],
            "kinds": [grid.kind(at) for at in range(len(grid.rows))],
            "stubs": grid.stubs,
            "columns": grid.widths,
            "width": 100 if sum(grid.widths) > NARROW else 60,
            "size": 7.5 if grid.dense else 9,
        }

    def figure(self, figure: Figure) -> dict[str, Any]:
        from palermo.plots import png

        plot = figure.plot
        return {
            "kind": "figure",
            "caption": self.said(plot.title),
            "alt": self.line(plot.alt or plot.title),
            "picture": list(png(plot, scale=3)),  # typst takes no file of its own that is not text
            "note": self.said(plot.note),
            "width": 100,
        }
