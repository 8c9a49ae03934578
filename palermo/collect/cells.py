"""Which cells does a text file hold, row by row? A bad line never costs the good ones beside it.

Rows are counted as a spreadsheet counts them: 1 is the first. A quotation mark that is never closed would
swallow the rows below it, so quotes are followed over a few lines only, and only if the row then fits.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple

from palermo.collect.arriving import Limits

DELIMITERS = (",", ";", "\t", "|")
LINES_IN_A_ROW = 200
_NO_TEXT = re.compile("[\ud800-\udfff]")


class Row(NamedTuple):
    """One row. `fault` is the number of the problem that makes its cells useless, else 0."""

    number: int
    cells: tuple[str, ...]
    fault: int = 0

    @property
    def blank(self) -> bool:
        return not self.fault and not any(map(str.strip, self.cells))


def text_rows(text: io.TextIOWrapper, delimiter: str, limits: Limits) -> Iterator[Row]:
    """All rows that are not blank, those with a fault included."""
    for row in _rows(_Lines(text, limits), delimiter):
        if row.fault or not row.blank:
            yield row


def csv_line(cells: Iterable[str]) -> bytes:
    """A row as a line of CSV in UTF-8, without its end. A byte that was no text is none again: it is NUL."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="").writerow(cells)
    return _NO_TEXT.sub("\0", out.getvalue()).encode()


class _Lines:
    """Lines of bounded length that can be put back."""

    def __init__(self, text: io.TextIOWrapper, limits: Limits) -> None:
        self._next = partial(text.readline, limits.line_characters)
        self._longest = limits.line_characters
        self._held: deque[str] = deque()

    def take(self) -> str:
        """The next line with its newline; "" at the end."""
        return self._held.popleft() if self._held else self._next()

    def put_back(self, lines: list[str]) -> None:
        self._held.extendleft(reversed(lines))

    def skip_rest(self, line: str) -> bool:
        """True where the line was cut: the rest of it is passed over."""
        if len(line) < self._longest or line.endswith("\n"):
            return False
        while (rest := self._next()) and not rest.endswith("\n"):
            pass
        return True


def _rows(lines: _Lines, delimiter: str) -> Iterator[Row]:
    number = 0
    width = 0
    while line := lines.take():
        number += 1
        if len(line) > 100_000 and lines.skip_rest(line):
            yield Row(number, (line[:1000],), 21)
            continue
        if '"' not in line:
            cells: tuple[str, ...] | None = tuple(line.rstrip("\n").split(delimiter))
        else:
            cells = _quoted(line, lines, delimiter, width)
        if cells is None:
            yield Row(number, (line.rstrip("\n"),), 23)
        else:
            width = max(width, len(cells)) if number < 50 else width
            yield Row(number, cells, 22 if _no_text(line) else 0)


def _no_text(line: str) -> bool:
    return "\0" in line or (not line.isascii() and any("\udc80" <= one <= "\udcff" for one in line))


def _quoted(line: str, lines: _Lines, delimiter: str, width: int) -> tuple[str, ...] | None:
    """Cells of a line with quotes, which may go on over the next lines; None where they never close."""
    cells = _split(line.rstrip("\n"), delimiter)
    if cells is not None or line.count('"') % 2 == 0:
        return cells
    taken: list[str] = []
    while len(taken) < LINES_IN_A_ROW and (more := lines.take()):
        taken.append(more)
        if more.count('"') % 2:
            cells = _split("".join((line, *taken)).rstrip("\n"), delimiter)
            if cells is not None and (not width or len(cells) == width):
                return cells
            break
    lines.put_back(taken)
    return None


def _split(text: str, delimiter: str) -> tuple[str, ...] | None:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return tuple(rows[0]) if len(rows) == 1 else None
