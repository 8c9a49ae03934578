"""How much does the workbook's reader take at once? Each row and string is measured before it is read.

The reader builds a tree of every part and lets go of rows and strings only. A streaming parse counts elements
and attributes ("pieces"): those of one row or string, and those of all else in a part, which stay in memory.
"""

from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from palermo.collect.arriving import Limits
from palermo.collect.catalogue import refused

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROOTS = {f"{MAIN} row": f"{MAIN} worksheet", f"{MAIN} si": f"{MAIN} sst"}
ROW_ITSELF = 3


class Pieces:
    """Measures one part; `unit` is the element that the reader lets go of ("row", "si"), "" for none."""

    def __init__(self, limits: Limits, unit: str) -> None:
        self._limits, self._unit = limits, f"{MAIN} {unit}"
        self._depth = self._inside = self._began = 0
        self._piece = self._kept = self._rows = self._fed = 0
        self._parser: Any = ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._forbidden

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        """The next bytes of the part. Raises COLLECT-005 for what is too large, COLLECT-007 for no XML."""
        try:
            self._parser.Parse(chunk, last)
        except ExpatError:
            raise refused(7) from None
        self._fed += len(chunk)
        self._measure(self._fed if self._inside else self._fed - self._parser.CurrentByteIndex)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and name != ROOTS.get(self._unit):
            self._unit = ""
        pieces = 1 + len(attributes)
        if self._inside:
            self._piece += pieces
            if self._piece > self._limits.workbook_pieces:
                raise refused(5)
        elif name == self._unit:
            self._inside, self._began, self._piece = self._depth, self._parser.CurrentByteIndex, pieces
            self._rows += max(0, pieces - ROW_ITSELF)
        else:
            self._kept += pieces
        if self._kept > self._limits.workbook_pieces or self._rows > self._limits.rows:
            raise refused(5)

    def _end(self, name: str) -> None:
        if self._inside == self._depth:
            self._measure(self._parser.CurrentByteIndex)
            self._inside = 0
        self._depth -= 1

    def _measure(self, until: int) -> None:
        """A row, a string or one tag alone may be as long as a line of text."""
        if until - (self._began if self._inside else 0) > self._limits.workbook_row_bytes:
            raise refused(5)

    def _forbidden(self, *_: object) -> None:
        raise refused(7)
