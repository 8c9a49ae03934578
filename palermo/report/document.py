"""What is a document? Its title, its marks and its parts, in one language: values that PDF and Word share.

All words of the parts are already in the reader's language; the writers (`pdf`, `word`) add only page
numbers and the heading of the contents. Figures are text as printed. No clock: `on` is passed in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count, groupby, pairwise

from palermo.codes.languages import Language
from palermo.plots import Plot

LONG = 8
DEEPEST = 3
WIDE, DENSE, BETWEEN = 110, 165, 2
PAGE, CONTENTS = "Page {page} of {pages}", "Contents"
LEAST, MOST = 5, 26
Advance = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 to 3; a level is never skipped."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Prose. `small` is for notes and sources."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """A summary list: what is said, about what. A timeline is one too."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. The first `stubs` columns are labels, the others figures, set at the end of their column.

    `kinds` says of each row whether it is a "part", "unknown" or a "total"; without it all are parts.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    stubs: int = 1
    kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.header or any(len(row) != len(self.header) for row in self.rows):
            raise ValueError("a grid has a header, and each row as many cells as the header")
        if self.kinds and len(self.kinds) != len(self.rows):
            raise ValueError("a grid has a kind per row, or none")

    def kind(self, at: int) -> str:
        """The kind of the row at this place."""
        return self.kinds[at] if self.kinds else "part"

    @property
    def widths(self) -> tuple[int, ...]:
        """Characters that each column needs: its longest word, `MOST` of its longest text, and a gap."""
        return tuple(_width(column) + BETWEEN for column in zip(self.header, *self.rows, strict=True))

    @property
    def wide(self) -> bool:
        """Whether the page must be turned."""
        return sum(self.widths) > WIDE

    @property
    def dense(self) -> bool:
        """Whether small letters are needed on the turned page too."""
        return sum(self.widths) > DENSE


@dataclass(frozen=True, slots=True)
class Figure:
    """A plot: its picture with its alternative text, its note beneath, and its figures as a table.

    `figures` is false only where a grid beside it says the same.
    """

    plot: Plot
    figures: bool = True

    @property
    def grid(self) -> Grid | None:
        """The figures of the plot; None where it has none, or where they stand beside it."""
        plot, there = self.plot, self.figures and self.plot.header and self.plot.rows
        return Grid("", plot.header, plot.rows) if there else None


Part = Heading | Paragraph | Facts | Grid | Figure


@dataclass(frozen=True, slots=True)
class Document:
    """`marks` ("internal", "invented") stand under the title and on every page; `on` is its day."""

    title: str
    language: Language
    parts: tuple[Part, ...]
    on: date
    marks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ValueError("a document has a title")
        level = 0
        for heading in self.headings:
            if not 1 <= heading.level <= min(level + 1, DEEPEST):
                raise ValueError(f"heading levels are 1 to {DEEPEST} and none is skipped")
            level = heading.level

    @property
    def headings(self) -> tuple[Heading, ...]:
        return tuple(part for part in self.parts if isinstance(part, Heading))

    @property
    def long(self) -> bool:
        """Whether contents help."""
        return len(self.headings) > LONG

    @property
    def sections(self) -> Iterator[tuple[bool, tuple[Part, ...]]]:
        """Runs of parts, and whether their page is turned; a heading of level 1 goes with its grid."""
        starts = [at for at, part in enumerate(self.parts) if isinstance(part, Heading) and part.level == 1]
        bounds = sorted({0, *starts, len(self.parts)})
        pieces = [self.parts[a:b] for a, b in pairwise(bounds)]
        for wide, run in groupby(pieces, key=_turned):
            yield wide, tuple(part for piece in run for part in piece)


def told(advance: Advance | None, total: int) -> Callable[[], None]:
    """A call for each finished part, which `advance` hears as so many of `total`."""
    numbers = count(1)
    return lambda: advance(next(numbers), total) if advance else None


def _turned(parts: tuple[Part, ...]) -> bool:
    return any(isinstance(part, Grid) and part.wide for part in parts)


def _width(column: tuple[str, ...]) -> int:
    head, *cells = column
    words = max((_size(word) for text in column for word in text.split()), default=LEAST)
    longest = max(map(_size, cells), default=LEAST)
    return max(LEAST, min(words, MOST), min(longest, MOST), min(_size(head) // 2, MOST))


def _size(text: str) -> int:
    """Characters, Chinese ones twice: they are as wide as two."""
    return len(text) if text.isascii() else len(text) + sum("\u2e80" <= letter <= "\uffef" for letter in text)
