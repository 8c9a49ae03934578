"""How do tables look in a terminal? Text of 80 columns, numbers right; long tables are cut and say so."""

import io
from collections.abc import Sequence
from typing import Literal

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table as Grid

from palermo.codes.languages import ENGLISH, NOT_KNOWN, Language, phrase
from palermo.report.definitions import BY_ID
from palermo.report.dimensions import DIMENSIONS
from palermo.report.shapes import INTERNAL, INVENTED, Row, Table
from palermo.report.writing import how_counted

LARGEST = 12
NAMED = 6


def render_terminal(
    tables: Sequence[Table],
    *,
    width: int = 80,
    largest: int | None = LARGEST,
    colour: bool = False,
    language: Language = ENGLISH,
) -> str:
    """Text of the tables; `largest` cuts each to that many rows beside unknown and total, None shows all.

    `language` is that in which the tables are told.
    """
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colour, highlight=False, emoji=False)
    filled = [table for table in tables if any(cell.value for cell in table.cells)]
    for table in filled:
        _render(console, table, largest, language)
    _empty(console, tables, filled, language)
    _rules(console, filled, language)
    if any(table.internal for table in tables):
        console.print(language.said(INTERNAL), style="bold red")
    if any(table.invented for table in tables):
        console.print(language.said(INVENTED), style="bold red")
    return out.getvalue()


def _render(console: Console, table: Table, largest: int | None, language: Language) -> None:
    shown, left_out = cut(table.rows, largest=largest if _long(table) else None)
    console.print(f"[bold]{escape(table.title)}[/]", soft_wrap=False)
    grid = _grid(table, shown, language)
    needed = grid.__rich_measure__(console, console.options).minimum
    console.print(grid, width=max(console.width, needed), crop=False, no_wrap=False)
    if left_out:
        more = phrase("… and {count} more rows; all of them with --all, or in CSV and XLSX.", count=left_out)
        console.print(f"  {language.said(more)}")
    said = language.said(_counted(table))
    console.print(Padding(escape(said), (0, 0, 1, 2)), style="dim")


def _counted(table: Table) -> str:
    if table.source:
        return how_counted(table)
    return phrase("Unit: {unit}. Rule: {rule}.", unit=phrase(table.unit), rule=table.rule_id)


def _empty(console: Console, tables: Sequence[Table], filled: Sequence[Table], language: Language) -> None:
    """One line for all tables that count nothing; few are named."""
    counting = {table.id for table in filled}
    empty = [table.id for table in tables if table.id not in counting]
    if not empty:
        return
    counts = {"count": len(empty), "all": len(tables)}
    if len(empty) > NAMED:
        said = phrase("Empty tables: {count} of {all}.", **counts)
    else:
        said = phrase("Empty tables: {count} of {all}: {names}.", **counts, names=", ".join(empty))
    console.print(f"{language.said(said)}\n")


def _rules(console: Console, tables: Sequence[Table], language: Language) -> None:
    """Each rule and note once, under the tables that it holds for."""
    holds: dict[str, list[str]] = {}
    for table in tables:
        for text in (table.rule, *table.notes):
            holds.setdefault(text, []).append(table.id)
    if not tables:
        return
    console.print(f"[bold]{escape(language.said('Rules and notes'))}[/]")
    for text, ids in holds.items():
        named = ", ".join(ids) if len(ids) < len(tables) else language.said("all tables")
        console.print(Padding(f"{escape(text)} [dim]({escape(named)})[/]", (0, 0, 0, 2)))
    console.print()


def _long(table: Table) -> bool:
    """Whether the table lists areas or what else occurs, largest first; years and closed lists stay whole."""
    first = DIMENSIONS[BY_ID[table.id].rows[0][0]]
    return not first.closed and first.order != "code"


def cut(rows: Sequence[Row], *, largest: int | None) -> tuple[list[Row], int]:
    """The first `largest` parts with every unknown and total, and how many rows stay out.

    >>> cut([Row((str(n),), ()) for n in range(9)] + [Row(("Total",), (), "total")], largest=3)[1]
    6
    """
    parts = [row for row in rows if row.kind == "part"]
    if largest is None or len(parts) <= largest + 2:
        return list(rows), 0
    rest = [row for row in rows if row.kind != "part"]
    return parts[:largest] + rest, len(parts) - largest


def _grid(table: Table, rows: Sequence[Row], language: Language) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1), collapse_padding=True)
    for at, title in enumerate(table.header):
        figures = at >= table.stubs
        longest = max(map(len, title.split()))
        side: Literal["left", "right"] = "right" if figures else "left"
        grid.add_column(escape(title), justify=side, min_width=longest, overflow="fold")
    above: tuple[str, ...] = ()
    for row in rows:
        grid.add_row(
            *_stubs(row, above), *(_figure(cell.value, language) for cell in row.cells), style=_style(row)
        )
        above = row.labels
    return grid


def _stubs(row: Row, above: tuple[str, ...]) -> list[str]:
    first = "" if len(row.labels) > 1 and above[:1] == row.labels[:1] else row.labels[0]
    return [escape(label) for label in (first, *row.labels[1:])]


def _figure(value: int | float | None, language: Language) -> str:
    """In English with commas, as terminals show numbers; else as the language prints them."""
    if value is None:
        return NOT_KNOWN
    if language is not ENGLISH:
        return language.number(value)
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"


def _style(row: Row) -> str:
    return "bold" if row.kind == "total" else ""
