"""What do tests send in, and how is it read? One organisation, one secret, one day."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from palermo.cases import Case, Person
from palermo.collect import Reading, read

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OURS = "b" * 32
SECRET = b"a secret of tests"


def sent(content: bytes, **options: Any) -> Reading:
    """The reading of a file that our organisation sends today."""
    return read(content, **{"organisation": OURS, "secret": SECRET, "now": NOW} | options)


def as_csv(rows: Iterable[Sequence[str]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode(encoding)


def table_csv(rows: Sequence[Mapping[str, str]], columns: Sequence[str] = ()) -> bytes:
    """A CSV of rows by column; columns that a row lacks are blank."""
    names = list(columns) or list(dict.fromkeys(name for row in rows for name in row))
    return as_csv([names, *([row.get(name, "") for name in names] for row in rows)])


def workbook(rows: Iterable[Sequence[Any]], *, title: str = "Case Sheet") -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet(title)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return content.getvalue()


def repacked(content: bytes, changes: Mapping[str, bytes]) -> bytes:
    """The archive with some of its parts replaced or added."""
    whole = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        parts = {name: old.read(name) for name in old.namelist()} | dict(changes)
        for name, part in parts.items():
            new.writestr(name, part)
    return whole.getvalue()


def cases(reading: Reading) -> list[Case]:
    return [record for record in reading.records if isinstance(record, Case)]


def persons(reading: Reading) -> list[Person]:
    return [record for record in reading.records if isinstance(record, Person)]


def codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]
