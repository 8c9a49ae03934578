"""How do tables leave as files? CSV with one row per cell, XLSX with a sheet per table and a notes sheet.

Every file says that it is internal. The same tables give the same bytes. Text never becomes a formula.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from palermo.codes.formulas import guarded
from palermo.codes.languages import ENGLISH, Language
from palermo.report.shapes import Table, marks

FRONT = 6
Advance = Callable[[int, int | None], None]
KEY = "Cell key (last figure of the row)"


def write_csv(tables: Sequence[Table], *, advance: Advance | None = None) -> bytes:
    """Tidy CSV in UTF-8 with a mark for spreadsheets: one row per cell, its key and rule with it."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    width = max((table.stubs for table in tables), default=1)
    stubs = [f"row_{number}" for number in range(1, width + 1)]
    head = ["table", "title", "indicator", "source", "unit", *stubs, "column", "value"]
    lines.writerow([*head, "cell", "rule", "as_of", "mark"])
    for number, table in enumerate(tables, start=1):
        lines.writerows([guarded(cell) for cell in row] for row in _tidy(table, width))
        if advance:
            advance(number, len(tables))
    return text.getvalue().encode("utf-8-sig")


def _tidy(table: Table, width: int) -> Iterator[list[Any]]:
    columns = table.header[table.stubs :]
    front = [table.id, table.title, table.indicator, table.source, table.unit]
    words = [*(["internal"] if table.internal else []), *(["invented"] if table.invented else [])]
    back = [table.rule_id, table.on or "", "; ".join(words)]
    for row in table.rows:
        labels = [*row.labels, *[""] * (width - len(row.labels))]
        for column, cell in zip(columns, row.cells, strict=True):
            value = "" if cell.value is None else cell.value
            yield [*front, *labels, column, value, cell.key, *back]


def write_xlsx(
    tables: Sequence[Table], *, language: Language = ENGLISH, advance: Advance | None = None
) -> bytes:
    """An Excel workbook: notes first, then a sheet per table with number cells and a frozen header.

    Its sheets run from right to left where `language` does.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options | {"strings_to_numbers": False})
    book.set_properties({"title": "Palermo tables", "comments": _mark(tables), "created": _created(tables)})
    styles = {
        "bold": book.add_format({"bold": True}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "mark": book.add_format({"bold": True, "font_color": "#9C0006"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0"}),
        "rate": book.add_format({"num_format": "0.0"}),
        "grey": book.add_format({"font_color": "#666666"}),
    }
    _notes(_added(book, "Notes", language), tables, styles)
    for number, table in enumerate(tables, start=1):
        _sheet(_added(book, table.id[:31], language), table, styles)
        if advance:
            advance(number, len(tables))
    book.close()
    return out.getvalue()


def _added(book: Any, name: str, language: Language) -> Any:
    sheet = book.add_worksheet(name)
    if language.right_to_left:
        sheet.right_to_left()
    return sheet


def _mark(tables: Sequence[Table]) -> str:
    return marks(invented=any(table.invented for table in tables))


def _created(tables: Sequence[Table]) -> datetime:
    on = max((table.on for table in tables if table.on), default=None)
    return datetime(on.year, on.month, on.day) if on else datetime(2000, 1, 1)  # noqa: DTZ001


def _sheet(sheet: Any, table: Table, styles: dict[str, Any]) -> None:
    sheet.write_string(0, 0, table.title, styles["title"])
    sheet.write_string(1, 0, table.mark, styles["mark"])
    sheet.write_string(2, 0, f"Source: {table.source or '–'}. Unit: {table.unit}. Rule: {table.rule_id}.")
    sheet.write_row(FRONT - 2, 0, [*table.header, KEY], styles["head"])
    sheet.freeze_panes(FRONT - 1, table.stubs)
    for number, row in enumerate(table.rows, start=FRONT - 1):
        style = styles["bold"] if row.kind == "total" else None
        for at, label in enumerate(row.labels):
            sheet.write_string(number, at, label, style)
        for at, cell in enumerate(row.cells, start=table.stubs):
            rate = isinstance(cell.value, float)
            if cell.value is not None:
                sheet.write_number(number, at, cell.value, styles["rate" if rate else "number"])
        key = next((cell.key for cell in reversed(row.cells) if cell.key), "")
        sheet.write_string(number, len(table.header), key, styles["grey"])
    _widths(sheet, table)
    for number, text in enumerate((table.rule, *table.notes), start=FRONT + len(table.rows)):
        sheet.write_string(number, 0, text)


def _widths(sheet: Any, table: Table) -> None:
    for at, title in enumerate(table.header[: table.stubs]):
        longest = max((len(row.labels[at]) for row in table.rows), default=0)
        sheet.set_column(at, at, min(60, max(longest, len(title)) + 2))
    sheet.set_column(table.stubs, len(table.header) - 1, 13)
    sheet.set_column(len(table.header), len(table.header), 60)


def _notes(sheet: Any, tables: Sequence[Table], styles: dict[str, Any]) -> None:
    on = _created(tables).date().isoformat()
    lines = [
        ("Palermo tables", "title"),
        (_mark(tables), "mark"),
        (f"As of {on}: policies, region scheme and tables of that day.", "wrap"),
        *((text, "wrap") for text in GENERAL),
    ]
    for number, (text, style) in enumerate(lines):
        sheet.write_string(number, 0, text, styles[style])
    start = len(lines) + 1
    for at, title in enumerate(("Sheet", "Title", "Source", "Unit", "Rule", "Notes")):
        sheet.write_string(start, at, title, styles["head"])
    for number, table in enumerate(tables, start=start + 1):
        texts = (
            table.id,
            table.title,
            table.source,
            table.unit,
            f"{table.rule} ({table.rule_id})",
            " ".join(table.notes),
        )
        for at, text in enumerate(texts):
            sheet.write_string(number, at, text, styles["wrap"])
    for at, width in enumerate((34, 44, 24, 12, 60, 70)):
        sheet.set_column(at, at, width)


GENERAL = (
    "Detected victims are persons identified by national authorities (UNODC metadata sheet, 24 January "
    "2023). What UN entities documented, what other organisations documented, and presumed victims have "
    "tables of their own; none is ever added to another.",
    "Left out of every count of victims: proxy reports, cases that a State's return already holds, persons "
    "at risk, not identified or not assessed (table not_counted), exposure and aggregate returns (tables of "
    "their own).",
    "Unknown is a row or column of its own, never a total. Where a case may have several codes, parts may "
    "exceed the total.",
    "Every figure can be traced: palermo report trace RECORDS --cell KEY, with the key that ends the row.",
)
