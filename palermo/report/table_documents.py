"""How do tables leave as documents? Title, marks, plot, figures as printed, rule, notes and source.

The same words as in the workbook. In a set of tables those that count nothing are named and not printed.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import Plot
from palermo.report.document import Document, Facts, Figure, Grid, Heading, Paragraph, Part
from palermo.report.pdf import pdf
from palermo.report.shapes import INTERNAL, INVENTED, Row, Table
from palermo.report.word import word
from palermo.report.writing import GENERAL, how_counted

Advance = Callable[[int, int | None], None]
Plots = Mapping[str, Plot]
NO_DAY = date(2000, 1, 1)


def write_pdf(
    tables: Sequence[Table],
    *,
    plots: Plots | None = None,
    language: Language = ENGLISH,
    advance: Advance | None = None,
) -> bytes:
    """The tables as one PDF for screen and paper, with their `plots` by id; raises as `pdf` does."""
    made = tables_document(tables, on=_day(tables), plots=plots, language=language)
    return pdf(made, advance=advance)


def write_docx(
    tables: Sequence[Table],
    *,
    plots: Plots | None = None,
    language: Language = ENGLISH,
    advance: Advance | None = None,
) -> bytes:
    """The tables as one Word file, with their `plots` by id; raises as `word` does."""
    made = tables_document(tables, on=_day(tables), plots=plots, language=language)
    return word(made, advance=advance)


def _day(tables: Sequence[Table]) -> date:
    return max((table.on for table in tables if table.on), default=NO_DAY)


def table_document(
    table: Table, *, on: date, plot: Plot | None = None, language: Language = ENGLISH
) -> Document:
    """One table as a document, with a plot of it where one is given."""
    said = language.said
    facts = [
        (said("As of"), language.day(table.on or on)),
        (said("Unit"), said(table.unit)),
        (said("Source"), table.source),
        (said("Rule"), table.rule_id),
    ]
    parts: tuple[Part, ...] = (
        Facts(tuple(fact for fact in facts if fact[1])),
        *([Figure(plot, figures=False)] if plot else []),
        grid(table, caption=said("In numbers") if plot else said(table.title), language=language),
        Heading(said("How it is counted")),
        *(Paragraph(said(text)) for text in (table.rule, *table.notes)),
    )
    return Document(said(table.title), language, parts, on, _marks((table,), language))


def tables_document(
    tables: Sequence[Table],
    *,
    on: date,
    plots: Plots | None = None,
    language: Language = ENGLISH,
) -> Document:
    """Tables as one document: what holds for all, then each under its heading; `plots` by id of table."""
    if len(tables) == 1:
        plot = (plots or {}).get(tables[0].id)
        return table_document(tables[0], on=on, plot=plot, language=language)
    filled = [table for table in tables if any(cell.value for cell in table.cells)]
    front = [
        language.said(phrase("As of {day}: policies, region scheme and tables of that day.", day=on)),
        *map(language.said, GENERAL[:-1]),  # the last one is about keys, which are not printed
    ]
    parts = [
        *map(Paragraph, front),
        *(part for table in filled for part in _parts(table, (plots or {}).get(table.id), language)),
        *_empty([table for table in tables if table not in filled], language),
    ]
    return Document(language.said("Palermo tables"), language, tuple(parts), on, _marks(tables, language))


def grid(table: Table, *, caption: str = "", language: Language = ENGLISH) -> Grid:
    """The figures of a table as they are printed; totals of a part stand out as those of the whole do."""
    return Grid(
        caption,
        tuple(map(language.said, table.header)),
        tuple(_printed(row, language) for row in table.rows),
        table.stubs,
        tuple(_kind(row, table.stubs) for row in table.rows),
    )


def _kind(row: Row, stubs: int) -> str:
    part = len(row.codes) >= stubs > 0 and row.codes[stubs - 1] is None and row.labels[-1]
    return "total" if part else row.kind


def _printed(row: Row, language: Language) -> tuple[str, ...]:
    return (*row.labels, *(language.number(cell.value) for cell in row.cells))


def _parts(table: Table, plot: Plot | None, language: Language) -> list[Part]:
    said = language.said
    texts = (how_counted(table), table.rule, *table.notes)
    notes = (Paragraph(said(text), small=True) for text in texts)
    figure = [Figure(plot, figures=False)] if plot else []
    return [Heading(said(table.title)), *figure, grid(table, language=language), *notes]


def _empty(tables: Sequence[Table], language: Language) -> list[Part]:
    if not tables:
        return []
    titles = "\n".join(language.said(table.title) for table in tables)
    return [Heading(language.said("Tables that count nothing")), Paragraph(titles)]


def _marks(tables: Sequence[Table], language: Language) -> tuple[str, ...]:
    internal = [INTERNAL] if any(table.internal for table in tables) else []
    invented = [INVENTED] if any(table.invented for table in tables) else []
    return tuple(map(language.said, (*internal, *invented)))
