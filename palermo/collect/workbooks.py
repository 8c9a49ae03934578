"""Which cells does a workbook hold? Values only: formulas, macros and links are never run or followed.

The archive's directory is checked before anything is unpacked, and Python's zip reader never gives more than
the directory declares. Document types and entities are refused. openpyxl takes a wrong sheet size on trust,
so the size is reset. Its warnings may quote a cell: they are silenced. The sheets `about` and `validation` of
the HTCDS template hold lists, no cases.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from palermo import ProblemWithInput
from palermo.cases import Problem
from palermo.collect.arriving import Limits
from palermo.collect.catalogue import problem, refused
from palermo.collect.cells import Row
from palermo.collect.pieces import Pieces
from palermo.collect.recognising import table_below
from palermo.collect.sheets import Table

OLE = b"\xd0\xcf\x11\xe0"
CHUNK = 1 << 18
ROWS_AT_ONCE = 50
LISTS = frozenset({"about", "validation"})
_SHEET, _STRINGS = "xl/worksheets/", "xl/sharedstrings.xml"
_SHEET_NAMED = re.compile(rb"<(?:\w+:)?sheet\s")
_SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")


def workbook_table(content: bytes, limits: Limits, layout: str | None, *, loosely: bool = False) -> Table:
    """The first sheet's table that fits. Raises COLLECT-002, 003, 005, 006, 007, 009 or 010."""
    formulas = _checked(content, limits)
    notes = (problem(45),) if formulas else ()
    with _readable():
        sheets = _sheets(content)
    found, others = _found(sheets, limits, layout, notes, loosely=False)
    if found is None and loosely:
        found, others = _found(sheets, limits, layout, notes, loosely=True)
    if found is None:
        raise refused(3 if layout else 2)
    extra: tuple[Problem, ...] = (problem(49, found=f"{others} more"),) if others else ()
    return replace(found, problems=(*found.problems, *extra))


def _found(
    sheets: list[Any], limits: Limits, layout: str | None, notes: tuple[Problem, ...], *, loosely: bool
) -> tuple[Table | None, int]:
    """The first table, and how many other sheets have one that is filled."""
    found: Table | None = None
    others = 0
    for sheet in sheets:
        rows = _rows(sheet, limits)
        table = table_below(rows, limits, layout, warnings=notes, ragged=True, loosely=loosely)
        if table and found is None:
            found = table
        elif table and any(not row.blank for row in islice(table.rows, 20)):
            others += 1
    return found, others


def _sheets(content: bytes) -> list[Any]:
    from openpyxl import load_workbook
    from openpyxl.reader.excel import SHARED_STRINGS, ExcelReader, _find_workbook_part

    reader = ExcelReader(io.BytesIO(content), read_only=True)
    reader.read_manifest()
    strings = reader.package.find(SHARED_STRINGS)
    for part in (_find_workbook_part(reader.package), *([strings] if strings else [])):
        if _unit(part.PartName) == "row":
            raise refused(7)
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheets = [
        sheet
        for sheet in book.worksheets
        if hasattr(sheet, "reset_dimensions") and sheet.title.casefold() not in LISTS
    ]
    for sheet in sheets:
        if _unit(sheet._worksheet_path) == "si":
            raise refused(7)
        sheet.reset_dimensions()
    return sheets


def _rows(sheet: Any, limits: Limits) -> Iterator[Row]:
    """Rows that are not blank with their numbers in the sheet; gaps between them count."""
    values = sheet.iter_rows(values_only=True)
    number = 0
    while True:
        with _readable():
            chunk = list(islice(values, ROWS_AT_ONCE))
        if not chunk:
            return
        for cells in chunk:
            number += 1
            if number > limits.rows:
                raise refused(10)
            if len(cells) > limits.columns and any(cell is not None for cell in cells[limits.columns :]):
                raise refused(9)
            row = Row(number, tuple(map(_text, cells)))
            if not row.blank:
                yield _long(row, limits)


def _long(row: Row, limits: Limits) -> Row:
    if any(len(cell) > limits.cell_characters for cell in row.cells):
        return Row(row.number, tuple(cell[:1000] for cell in row.cells), 21)
    return row


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever the workbook's reader raises becomes a refusal without its message, which may quote a cell."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (ProblemWithInput, KeyboardInterrupt):
        raise
    except (zipfile.BadZipFile, EOFError):
        raise refused(6) from None
    except Exception:
        raise refused(7) from None


def _text(value: Any) -> str:
    """A cell as text: days in ISO 8601, whole numbers without a point.

    >>> _text(datetime(2024, 5, 3)), _text(5.0), _text(None), _text(True)
    ('2024-05-03', '5', '', 'TRUE')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value.isoformat() if isinstance(value, date | time) else _other(value)


def _other(value: object) -> str:
    return str(value) if isinstance(value, int | float | timedelta) else ""


def _checked(content: bytes, limits: Limits) -> bool:
    """Whether there are formulas, after the archive was found to be within the limits."""
    if content.startswith(OLE):
        raise refused(7)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_directory(archive.infolist(), limits)
            _check_sheets(archive, limits)
            return _scan(archive, limits)
    except ProblemWithInput:
        raise
    except RuntimeError:
        raise refused(7) from None
    except Exception:
        raise refused(6) from None


def _check_directory(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(parts) > limits.workbook_parts or sum(p.file_size for p in parts) > limits.workbook_bytes:
        raise refused(5)
    for part in parts:
        if part.file_size > _most(part.filename, limits):
            raise refused(5)
        if part.file_size > CHUNK and part.file_size > limits.workbook_ratio * max(part.compress_size, 1):
            raise refused(5)
    if len({part.filename for part in parts}) < len(parts):
        raise refused(7)


def _check_sheets(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Thousands of sheets may share one part; each would be read."""
    books = (name for name in archive.namelist() if name.casefold().endswith("workbook.xml"))
    if any(len(_SHEET_NAMED.findall(archive.read(name))) > limits.workbook_sheets for name in books):
        raise refused(5)


def _most(name: str, limits: Limits) -> int:
    """Sheets are read row by row, strings are held, everything else becomes a tree in memory."""
    held = {"row": limits.workbook_bytes, "si": limits.workbook_strings_bytes}
    return held.get(_unit(name), limits.workbook_part_bytes)


def _unit(name: str) -> str:
    """The element of the part that the reader lets go of when it was read; "" where it keeps all."""
    plain = name.casefold().lstrip("/")
    return "si" if plain == _STRINGS else "row" if _SHEET_PART.fullmatch(plain) else ""


def _is_xml(start: bytes, name: str) -> bool:
    """Whatever a part is called, the reader may be led to it, so that its content decides."""
    named = name.casefold().endswith((".xml", ".rels"))
    return named or start.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")


def _scan(archive: zipfile.ZipFile, limits: Limits) -> bool:
    """Looks through every XML part once, a chunk at a time."""
    elements, formulas = 0, False
    for part in archive.infolist():
        tail, pieces = b"", Pieces(limits, _unit(part.filename))
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                if not tail and not _is_xml(chunk, part.filename):
                    break
                pieces.feed(chunk)
                elements += chunk.count(b"<")
                seen = tail + chunk
                if any(one in seen for one in _FORBIDDEN):
                    raise refused(7)
                formulas = formulas or (_SHEET in part.filename and bool(_FORMULA.search(seen)))
                tail = seen[-16:]
            else:
                if tail:
                    pieces.feed(b"", last=True)
        if elements > limits.workbook_elements:
            raise refused(5)
    return formulas
