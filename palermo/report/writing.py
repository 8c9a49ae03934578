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
from palermo.codes.languages import ENGLISH, NOT_KNOWN, Language, marked, phrase
from palermo.report.shapes import Table, marks

FRONT = 6
Advance = Callable[[int, int | None], None]
KEY = marked("Cell key (last figure of the row)")


def write_csv(
    tables: Sequence[Table], *, language: Language = ENGLISH, advance: Advance | None = None
) -> bytes:
    """Tidy CSV in UTF-8 with a mark for spreadsheets: one row per cell, its key and rule with it.

    Titles and labels are those of the tables, in `language`; names of columns, ids, keys, the unit and the
    mark have no language.
    """
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

    `language` is that in which the tables are told; its sheets run from right to left where it does.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options | {"strings_to_numbers": False})
    title, mark = language.said(TITLE), _mark(tables, language)
    book.set_properties({"title": title, "comments": mark, "created": _created(tables)})
    styles = _styles(book, language)
    _notes(_sheet_named(book, "Notes", language), tables, styles, language)
    for number, table in enumerate(tables, start=1):
        _sheet(_sheet_named(book, table.id[:31], language), table, styles, language)
        if advance:
            advance(number, len(tables))
    book.close()
    return out.getvalue()


def _styles(book: Any, language: Language) -> dict[str, Any]:
    """Formats by name; `reading_order` keeps a cell right-to-left where its text opens with Latin letters."""
    order = {"reading_order": 2} if language.right_to_left else {}
    kinds: dict[str, dict[str, Any]] = {
        "plain": {},
        "bold": {"bold": True},
        "title": {"bold": True, "font_size": 14},
        "mark": {"bold": True, "font_color": "#9C0006"},
        "wrap": {"text_wrap": True, "valign": "top"},
        "head": {"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"},
    }
    figures: dict[str, dict[str, Any]] = {
        "number": {"num_format": "#,##0"},
        "rate": {"num_format": "0.0"},
        "grey": {"font_color": "#666666"},
    }
    said = {name: book.add_format(kind | order) for name, kind in kinds.items()}
    return said | {name: book.add_format(kind) for name, kind in figures.items()}


def _sheet_named(book: Any, name: str, language: Language) -> Any:
    """A sheet whose name has no language, so that a program finds it."""
    sheet = book.add_worksheet(name)
    if language.right_to_left:
        sheet.right_to_left()
    return sheet


def _mark(tables: Sequence[Table], language: Language) -> str:
    return marks(invented=any(table.invented for table in tables), language=language)


def _created(tables: Sequence[Table]) -> datetime:
    on = max((table.on for table in tables if table.on), default=None)
    return datetime(on.year, on.month, on.day) if on else datetime(2000, 1, 1)  # noqa: DTZ001


def _sheet(sheet: Any, table: Table, styles: dict[str, Any], language: Language) -> None:
    sheet.write_string(0, 0, table.title, styles["title"])
    sheet.write_string(1, 0, table.mark_in(language), styles["mark"])
    sheet.write_string(2, 0, language.said(how_counted(table)), styles["plain"])
    sheet.write_row(FRONT - 2, 0, [*table.header, language.said(KEY)], styles["head"])
    sheet.freeze_panes(FRONT - 1, table.stubs)
    for number, row in enumerate(table.rows, start=FRONT - 1):
        style = styles["bold" if row.kind == "total" else "plain"]
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
        sheet.write_string(number, 0, text, styles["plain"])


def how_counted(table: Table) -> str:
    """Source, unit and rule in a line, to be said in the language in which the table is told."""
    return phrase(
        "Source: {source}. Unit: {unit}. Rule: {rule}.",
        source=table.source or NOT_KNOWN,
        unit=phrase(table.unit),
        rule=table.rule_id,
    )


def _widths(sheet: Any, table: Table) -> None:
    for at, title in enumerate(table.header[: table.stubs]):
        longest = max((len(row.labels[at]) for row in table.rows), default=0)
        sheet.set_column(at, at, min(60, max(longest, len(title)) + 2))
    sheet.set_column(table.stubs, len(table.header) - 1, 13)
    sheet.set_column(len(table.header), len(table.header), 60)


def _notes(sheet: Any, tables: Sequence[Table], styles: dict[str, Any], language: Language) -> None:
    on = _created(tables).date().isoformat()
    said = language.said
    lines = [
        (said(TITLE), "title"),
        (_mark(tables, language), "mark"),
        (said(phrase("As of {on}: policies, region scheme and tables of that day.", on=on)), "wrap"),
        *((said(text), "wrap") for text in GENERAL),
    ]
    for number, (text, style) in enumerate(lines):
        sheet.write_string(number, 0, text, styles[style])
    start = len(lines) + 1
    for at, title in enumerate(HEADS):
        sheet.write_string(start, at, said(title), styles["head"])
    for number, table in enumerate(tables, start=start + 1):
        texts = (
            table.id,
            table.title,
            table.source,
            said(table.unit),
            f"{table.rule} ({language.isolated(table.rule_id)})",
            language.together(table.notes),
        )
        for at, text in enumerate(texts):
            sheet.write_string(number, at, text, styles["wrap"])
    for at, width in enumerate((34, 44, 24, 12, 60, 70)):
        sheet.set_column(at, at, width)


TITLE = marked("Palermo tables")
HEADS = (
    marked("Sheet"),
    marked("Title"),
    marked("Source"),
    marked("Unit"),
    marked("Rule"),
    marked("Notes"),
)
GENERAL = (
    marked(
        "Detected victims are persons identified by national authorities (UNODC metadata sheet, 24 January "
        "2023). What UN entities documented, what other organisations documented, and presumed victims have "
        "tables of their own; none is ever added to another."
    ),
    marked(
        "Left out of every count of victims: proxy reports, cases that a State's return already holds, "
        "persons at risk, not identified or not assessed (table not_counted), exposure and aggregate returns "
        "(tables of their own)."
    ),
    marked(
        "Unknown is a row or column of its own, never a total. Where a case may have several codes, parts "
        "may exceed the total."
    ),
    marked(
        "Every figure can be traced: palermo report trace RECORDS --cell KEY, with the key that ends the row."
    ),
)
