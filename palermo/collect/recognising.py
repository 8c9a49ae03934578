"""Which layout is a file in? By its header, wherever it stands in the first rows, or by its first line.

It decides by names of columns alone, never by a file's name or by what cells hold.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from palermo.cases import Problem
from palermo.codes.languages import phrase
from palermo.collect import ctdc, htcds_layout, portal
from palermo.collect.arriving import KEY, Limits
from palermo.collect.catalogue import problem, refused
from palermo.collect.cells import DELIMITERS, Row, text_rows
from palermo.collect.decoding import decoded
from palermo.collect.sheets import Table

PALERMO = "palermo"
FEWEST = 3
LAYOUTS = ("htcds", *ctdc.LAYOUTS, "portal", PALERMO)
_JSON_STARTS = (b"{", "{".encode("utf-16-le"), "{".encode("utf-16-be"))


@dataclass(frozen=True)
class Header:
    """A header that was found: its layout, its columns by their own names, and how many rows it takes."""

    layout: str
    columns: tuple[str, ...]
    rows: int = 1
    problems: tuple[Problem, ...] = ()
    labels: tuple[str, ...] = ()


def is_json_lines(content: bytes) -> bool:
    """Whether the first line that is not blank starts an object, in UTF-8 or UTF-16."""
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return start.lstrip(b" \t\r\n\0").startswith(_JSON_STARTS)


def text_table(content: bytes, limits: Limits, layout: str | None, *, loosely: bool = False) -> Table:
    """The table of a text file. Raises COLLECT-002, 003, 008, 009 or 011."""
    text, assumed = decoded(content)
    said = phrase("text in UTF-8; {assumed} was assumed", assumed=assumed)
    warnings = (problem(41, expected=said),) if assumed else ()
    for loose in (False, True)[: 1 + loosely]:
        for delimiter in DELIMITERS:
            text.seek(0)
            rows = text_rows(text, delimiter, limits)
            table = table_below(rows, limits, layout, warnings=warnings, loosely=loose)
            if table:
                return table
    raise refused(3 if layout else 2)


def table_below(
    rows: Iterator[Row],
    limits: Limits,
    layout: str | None,
    *,
    warnings: tuple[Problem, ...] = (),
    ragged: bool = False,
    loosely: bool = False,
) -> Table | None:
    """The table below the first row that is a header of `layout` (None: of any layout); None without one.

    `loosely`: below the first row with several filled cells, whatever they say; of a text the first row.
    """
    first = list(islice(rows, limits.header_rows))
    for place, row in enumerate(first):
        header = None if row.fault else header_of(row.cells, first[place + 1 :])
        if header and (layout is None or header.layout == layout or _both_ctdc(header.layout, layout)):
            if len(header.columns) > limits.columns:
                raise refused(9)
            below = chain(first[place + header.rows :], rows)
            told = (*warnings, *header.problems)
            return Table(layout or header.layout, header.columns, below, told, ragged, header.labels)
    if any(len(row.cells) > limits.columns or row.fault == 21 for row in first):
        raise refused(9)
    loose = _loose_header(first if ragged else first[:1]) if loosely and layout else None
    if loose is None or layout is None:
        return None
    names = tuple(cell.strip() for cell in first[loose].cells)
    return Table(layout, names, chain(first[loose + 1 :], rows), warnings, ragged, names)


def _loose_header(rows: list[Row]) -> int | None:
    filled = (sum(bool(cell.strip()) for cell in row.cells) * (not row.fault) for row in rows)
    return next((place for place, cells in enumerate(filled) if cells >= FEWEST), None)


def header_of(cells: tuple[str, ...], below: Iterable[Row] = ()) -> Header | None:
    """The header that these cells are; None where no layout has such columns."""
    names = tuple(cell.strip() for cell in cells)
    while names and not names[-1]:
        names = names[:-1]
    return next((header for one in _HEADERS if (header := one(names, below))), None)


def _ctdc(names: tuple[str, ...], below: Iterable[Row]) -> Header | None:
    layout = ctdc.layout_of(names)
    return Header(layout, names) if layout else None


def _both_ctdc(found: str, named: str) -> bool:
    """The three layouts share their values, so whoever sent the file may say which one it is."""
    return found in ctdc.LAYOUTS and named in ctdc.LAYOUTS


def _portal(names: tuple[str, ...], below: Iterable[Row]) -> Header | None:
    return Header(portal.LAYOUT, names) if portal.fits(names) else None


def _htcds(names: tuple[str, ...], below: Iterable[Row]) -> Header | None:
    """By machine names, by labels, or by a row of each: then the labels decide."""
    by_name, by_label = htcds_layout.names_of(names), htcds_layout.labels_of(names)
    if htcds_layout.fits(by_name):
        second = next(iter(below), None)
        labels = htcds_layout.labels_of(second.cells) if second and not second.fault else ()
        if htcds_layout.fits(labels):
            return _two_rows(by_name, labels, second.cells if second else ())
        return Header(htcds_layout.LAYOUT, _filled_up(by_name, names), labels=names)
    if htcds_layout.fits(by_label):
        return Header(htcds_layout.LAYOUT, _filled_up(by_label, names), labels=names)
    return None


def _two_rows(by_name: tuple[str, ...], labels: tuple[str, ...], cells: tuple[str, ...]) -> Header:
    """The labels decide; that the template as published disagrees with itself is known, and not told."""
    width = max(len(by_name), len(labels))
    pairs = tuple(zip(_wide(by_name, width), _wide(labels, width), strict=True))
    decided = tuple(name if name == KEY else label or name for name, label in pairs)
    disagree = [(name, label) for name, label in pairs if label and name != label]
    known = htcds_layout.AS_PUBLISHED if set(disagree) >= htcds_layout.AS_PUBLISHED else frozenset()
    problems = tuple(problem(44, column=label) for name, label in disagree if (name, label) not in known)
    return Header(htcds_layout.LAYOUT, decided, rows=2, problems=problems, labels=_wide(cells, width)[:width])


def _wide(names: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (*names, *("",) * (width - len(names)))


def _filled_up(known: tuple[str, ...], found: tuple[str, ...]) -> tuple[str, ...]:
    """Names of fields; what is none keeps its own name, to be reported."""
    return tuple(name or cell for name, cell in zip(known, found, strict=True))


_HEADERS: tuple[Callable[[tuple[str, ...], Iterable[Row]], Header | None], ...] = (
    _ctdc,
    _portal,
    _htcds,
)
