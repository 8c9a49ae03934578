"""What leaves as a file or in the terminal: marked internal, safe to open, the same bytes each time."""

import csv
import io
from collections import Counter
from datetime import date

import pytest
from openpyxl import load_workbook

from palermo import ProblemWithInput
from palermo.cases import Counted
from palermo.cases.examples import Mission
from palermo.report import (
    INTERNAL,
    INVENTED,
    TABLES,
    Table,
    portal_rows,
    render_terminal,
    tables,
    write_csv,
    write_portal_csv,
    write_portal_xlsx,
    write_xlsx,
)

ON = date(2026, 11, 1)
FORMULA = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def sources(mission: Mission) -> dict[str, str]:
    short = {one.id: one.short for one in mission.organisations}
    return short | {next(iter(short)): FORMULA}


@pytest.fixture(scope="module")
def made(mission: Mission, mission_rows: list[Counted], sources: dict[str, str]) -> tuple[Table, ...]:
    given = {"aggregates": mission.aggregate_returns, "efforts": mission.efforts}
    return tables(mission_rows, sources=sources, on=ON, **given)  # type: ignore[arg-type]


def test_the_workbook_has_numbers_a_frozen_header_and_notes(made: tuple[Table, ...]) -> None:
    book = load_workbook(io.BytesIO(write_xlsx(made)))
    assert book.sheetnames == ["Notes", *(table.id for table in made)]
    sheet = book["sex_age"]
    assert sheet["A2"].value == INTERNAL
    assert sheet.freeze_panes == "B6"
    first = next(table for table in made if table.id == "sex_age")
    values = [cell.value for cell in sheet[6]][1 : len(first.header)]
    assert values == [cell.value for cell in first.rows[0].cells]
    assert {type(value) for value in values} == {int}
    notes = " ".join(str(cell.value) for row in book["Notes"] for cell in row)
    assert INTERNAL in notes
    assert "As of 2026-11-01" in notes
    assert all(table.rule in notes for table in made)


def test_no_text_becomes_a_formula(made: tuple[Table, ...]) -> None:
    book = load_workbook(io.BytesIO(write_xlsx(made)))
    kinds = Counter(cell.data_type for sheet in book for row in sheet for cell in row)
    assert kinds["f"] == 0
    assert any(cell.value == FORMULA for row in book["organisation"] for cell in row)  # it was there
    rows = list(csv.reader(io.StringIO(write_csv(made).decode("utf-8-sig"))))
    assert any(FORMULA in cell for row in rows for cell in row)
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_csv_has_a_row_per_cell_with_its_key_and_rule(made: tuple[Table, ...]) -> None:
    rows = list(csv.DictReader(io.StringIO(write_csv(made).decode("utf-8-sig"))))
    assert [row["cell"] for row in rows] == [cell.key for table in made for cell in table.cells]
    assert {row["mark"] for row in rows} == {"internal"}
    assert len({(row["table"], row["cell"]) for row in rows}) == len(rows)


def test_the_same_tables_give_the_same_bytes(
    made: tuple[Table, ...], mission_rows: list[Counted], sources: dict[str, str]
) -> None:
    assert write_xlsx(made) == write_xlsx(made)
    rows = portal_rows(mission_rows, sources=sources, on=ON)
    assert rows == portal_rows(reversed(mission_rows), sources=sources, on=ON)
    assert write_portal_xlsx(rows, on=ON) == write_portal_xlsx(rows, on=ON)


def test_the_terminal_keeps_to_eighty_columns_and_says_what_it_cuts(made: tuple[Table, ...]) -> None:
    text = render_terminal([table for table in made if table.id not in ("aggregates", "exposure")])
    assert max(map(len, text.splitlines())) <= 80
    assert "more rows; all of them with --all" in text
    assert INTERNAL.split(".")[0] in text
    assert "more rows" not in render_terminal(made, largest=None)


def test_every_figure_of_the_terminal_is_whole(made: tuple[Table, ...]) -> None:
    for table in made:
        text = render_terminal([table], largest=None)
        for cell in table.cells:
            if isinstance(cell.value, int) and cell.value >= 1000:
                assert f"{cell.value:,}" in text


def test_portal_rows_count_as_loops_do(mission_rows: list[Counted], sources: dict[str, str]) -> None:
    rows = portal_rows(mission_rows, sources=sources, on=ON)
    found = Counter({(*row[:-2], row.source): int(row.text.replace(",", "")) for row in rows})
    girls = Counter(
        (row.area, row.year)
        for row in mission_rows
        if (row.standing, row.sex, row.age_group) == ("documented", "female", "child")
        and "labour" in row.portal_forms
    )
    for (area, year), count in girls.items():
        same = [
            value
            for key, value in found.items()
            if (key[0], key[4], key[6], key[7], key[8], key[9])
            == (
                area,
                "Documented by UN entities",
                "Forced labour",
                "Female",
                "0 to 17 years",
                year or "Unknown",
            )
        ]
        assert sum(same) == count
    totals = [row for row in rows if (row.dimension, row.sex, row.age) == ("Total", "Total", "Total")]
    counts = Counter(row.indicator for row in totals for _ in range(int(row.text.replace(",", ""))))
    standings = Counter(row.standing for row in mission_rows)
    assert counts["Detected trafficking victims"] == standings["detected_victims"]
    assert counts["Documented by UN entities"] == standings["documented"]
    assert counts["Documented by other organisations"] == standings["documented_others"]
    assert counts["Presumed victims"] == standings["presumed"]
    assert sum(counts.values()) < len(mission_rows)  # those that are not counted stay out


def test_portal_rows_name_the_mission_and_never_the_global_report(
    mission_rows: list[Counted], sources: dict[str, str]
) -> None:
    rows = portal_rows(mission_rows, sources=sources, on=ON)
    assert {row.source for row in rows} <= set(sources.values())
    with pytest.raises(ProblemWithInput, match="REPORT-004"):
        portal_rows([], sources={"a" * 32: "GLOTIP"}, on=ON)


def test_invented_records_are_marked_in_every_output(
    mission_rows: list[Counted], sources: dict[str, str], made: tuple[Table, ...]
) -> None:
    asked = {"sources": sources, "on": ON, "only": ["sex_age", "form"]}
    marked = tables(mission_rows, invented=True, **asked)  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(write_csv(marked).decode("utf-8-sig"))))
    assert {row["mark"] for row in rows} == {"internal; invented"}
    assert {row["unit"] for row in rows} == {"cases"}
    book = load_workbook(io.BytesIO(write_xlsx(marked)))
    assert [INVENTED in str(sheet["A2"].value) for sheet in book] == [True] * 3
    assert INVENTED in render_terminal(marked)
    assert INVENTED not in render_terminal(made)
    portal = portal_rows(mission_rows, sources=sources, on=ON)
    for invented in (True, False):
        content = write_portal_xlsx(portal, on=ON, invented=invented)
        assert (INVENTED in load_workbook(io.BytesIO(content)).worksheets[0]["B1"].value) == invented


def test_empty_tables_are_named_in_one_line(sources: dict[str, str]) -> None:
    text = render_terminal(tables([], sources=sources, on=ON))
    assert len(text.splitlines()) < 6
    assert f"Empty tables: {len(TABLES)} of {len(TABLES)}." in text
    assert "Empty tables: 1 of 1: flow." in render_terminal(tables([], sources={}, on=ON, only=["flow"]))


def test_the_portals_rows_can_be_narrowed(mission_rows: list[Counted], sources: dict[str, str]) -> None:
    whole = portal_rows(mission_rows, sources=sources, on=ON)
    part = portal_rows(mission_rows, sources=sources, on=ON, year=2025, area="IRQ")
    assert part == tuple(row for row in whole if (row.iso3, row.year) == ("IRQ", 2025))
    assert part


def test_the_portal_workbook_says_that_it_is_internal(
    mission_rows: list[Counted], sources: dict[str, str]
) -> None:
    rows = portal_rows(mission_rows, sources=sources, on=ON)
    (sheet,) = load_workbook(io.BytesIO(write_portal_xlsx(rows, on=ON))).worksheets
    assert [cell.value for cell in sheet[1]][:2] == ["Palermo", INTERNAL]
    assert [cell.value for cell in sheet[4]] == list(rows[0])
    head, *lines = csv.reader(io.StringIO(write_portal_csv(rows).decode()))
    assert head[0] == "Iso3_code"
    assert len(lines) == len(rows)
