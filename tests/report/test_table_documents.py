"""Tables and cases as documents: the figures of the table, its rule, its marks; nothing added or twice."""

import io
from dataclasses import replace
from datetime import date

import docx
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from palermo.cases import Counted
from palermo.cases.examples import Mission
from palermo.codes.languages import ENGLISH, Language, language
from palermo.plots import Plot
from palermo.report import (
    INTERNAL,
    INVENTED,
    Document,
    Facts,
    Figure,
    Grid,
    Heading,
    Paragraph,
    Table,
    table_document,
    tables,
    tables_document,
    write_docx,
    write_pdf,
    write_xlsx,
)
from palermo.report.pdf import pdf
from palermo.report.word import word

ON = date(2026, 11, 1)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><rect width="60" height="9"/></svg>'
PLOT = Plot(title="Most are women", alt="Bars.", svg=SVG, header=("Sex", "Cases"), rows=(("Women", "7"),))


@pytest.fixture(scope="module")
def made(mission: Mission, mission_rows: list[Counted]) -> tuple[Table, ...]:
    sources = {one.id: one.short for one in mission.organisations}
    return tables(mission_rows, sources=sources, on=ON, efforts=mission.efforts, invented=True)


def one(made: tuple[Table, ...], name: str) -> Table:
    return next(table for table in made if table.id == name)


def grids(document: Document) -> list[Grid]:
    return [part for part in document.parts if isinstance(part, Grid)]


def test_a_table_is_printed_figure_by_figure(made: tuple[Table, ...]) -> None:
    for table in made:
        (grid,) = grids(table_document(table, on=ON))
        assert grid.header == table.header
        for row, printed in zip(table.rows, grid.rows, strict=True):
            assert printed[: table.stubs] == row.labels
            assert printed[table.stubs :] == tuple(ENGLISH.number(cell.value) for cell in row.cells)


def test_it_says_its_rule_source_unit_and_day(made: tuple[Table, ...]) -> None:
    table = one(made, "form_documented")
    document = table_document(table, on=ON, plot=PLOT)
    facts = dict(next(part.rows for part in document.parts if isinstance(part, Facts)))
    assert facts == {
        "As of": "1 November 2026",
        "Unit": "cases",
        "Source": table.source,
        "Rule": table.rule_id,
    }
    said = [part.text for part in document.parts if isinstance(part, Paragraph)]
    assert said == [table.rule, *table.notes]
    assert document.marks == (INTERNAL, INVENTED)
    assert table_document(replace(table, internal=False, invented=False), on=ON).marks == ()
    assert [part.grid for part in document.parts if isinstance(part, Figure)] == [None]  # not twice


def test_totals_of_parts_stand_out_too(made: tuple[Table, ...]) -> None:
    (grid,) = grids(table_document(one(made, "form"), on=ON))
    bold = {row[:2] for at, row in enumerate(grid.rows) if grid.kind(at) == "total"}
    assert {("Forced labour", "Total"), ("Total", "Total")} <= bold
    assert ("Forced labour", "0 to 17 years") not in bold


def test_a_set_prints_what_counts_and_names_what_does_not(made: tuple[Table, ...]) -> None:
    document = tables_document(made, on=ON, plots={"sex_age": PLOT})
    filled = [table.title for table in made if any(cell.value for cell in table.cells)]
    empty = [table.title for table in made if table.title not in filled]
    headings = [part.text for part in document.parts if isinstance(part, Heading)]
    assert headings == [*filled, "Tables that count nothing"]
    assert len(grids(document)) == len(filled) > 20
    assert isinstance(document.parts[-1], Paragraph)
    assert document.parts[-1].text.split("\n") == empty
    assert sum(isinstance(part, Figure) for part in document.parts) == 1
    assert document.long


def test_a_set_of_one_is_that_table(made: tuple[Table, ...]) -> None:
    table = one(made, "sex_age")
    assert tables_document((table,), on=ON) == table_document(table, on=ON)


def test_the_files_open_and_say_what_they_are(made: tuple[Table, ...]) -> None:
    heard: list[tuple[int, int | None]] = []
    some = (one(made, "sex_age"), one(made, "form_documented"))
    read = PdfReader(io.BytesIO(write_pdf(some, advance=lambda done, total: heard.append((done, total)))))
    assert read.metadata
    assert read.metadata.title == "Palermo tables"
    assert heard
    assert heard[-1][0] == heard[-1][1]
    for page in read.pages:
        assert INVENTED in " ".join(page.extract_text().split())
    book = docx.Document(io.BytesIO(write_docx(some)))
    assert [len(table.rows) - 1 for table in book.tables] == [len(table.rows) for table in some]
    figures = [cell.text for cell in book.tables[0].rows[1].cells][1:]
    assert figures == [ENGLISH.number(cell.value) for cell in some[0].rows[0].cells]


def test_each_word_is_said_in_the_language_but_labels_of_the_field(made: tuple[Table, ...]) -> None:
    """Labels are said where the table is made; an organisation's own name is never looked up."""
    asked: list[str] = []

    def say(text: str) -> str:
        asked.append(text)
        return f"«{text}»"

    table = one(made, "organisation_documented")
    document = table_document(table, on=ON, language=Language("fr", say))
    assert document.title == f"«{table.title}»"
    assert all(mark.startswith("«") for mark in document.marks)
    (grid,) = grids(document)
    assert all(head.startswith("«") for head in grid.header)
    assert not {row.labels[0] for row in table.rows if row.kind == "part"} & set(asked)


def test_the_workbooks_sheets_run_as_the_language_does(made: tuple[Table, ...]) -> None:
    some = (one(made, "sex_age"),)
    for code, turned in (("en", False), ("ar", True)):
        book = load_workbook(io.BytesIO(write_xlsx(some, language=language(code))))
        assert {bool(sheet.sheet_view.rightToLeft) for sheet in book} == {turned}


def test_a_case_is_made_of_the_same_parts() -> None:
    """The example for whoever prints a case: at a glance, a timeline, sources; no name in the title."""
    timeline = (
        ("March 2025", "Recruited in Iraq: false promise of work"),
        ("April 2025 – January 2026", "Forced labour in Libya, by an armed group"),
        ("2 February 2026", "Identified by a UN mission"),
    )
    case = Document(
        "Case 4f1c",
        ENGLISH,
        (
            Heading("At a glance"),
            Facts((("Person", "Woman, 18 or over"), ("Standing", "Identified, not by a State"))),
            Heading("What happened"),
            Facts(timeline),
            Heading("Where each value comes from"),
            Grid("", ("Field", "Value", "As it was found"), (("sex", "female", "F"),), stubs=3),
        ),
        ON,
        (INTERNAL, INVENTED),
    )
    text = PdfReader(io.BytesIO(pdf(case))).pages[0].extract_text()
    assert [text.index(when) for when, _ in timeline] == sorted(text.index(when) for when, _ in timeline)
    book = docx.Document(io.BytesIO(word(case)))
    assert [p.text for p in book.paragraphs if p.style.name == "Palermo Fact"][2:] == [
        "\t".join(row) for row in timeline
    ]
