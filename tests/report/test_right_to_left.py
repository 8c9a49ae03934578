"""From right to left, a number, a range and a mark keep their order in PDF and XLSX (the pages: journeys).

The order of glyphs is read from what typst sets: `1 352` must not print as `352 1`, `<5` not as `5>`.
"""

import io
import re
import zipfile
from datetime import date
from functools import cache
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from openpyxl import load_workbook

from palermo.cases import Counted
from palermo.cases.examples import Mission
from palermo.codes import code_list
from palermo.codes.languages import ENGLISH, Language
from palermo.report import BY_ID, Table, render_terminal, tables, trace, write_csv, write_xlsx
from palermo.report.dimensions import DIMENSIONS
from palermo.report.telling import told
from tests.proof import examples
from tests.spoken import ARABIC, bare, latin

typst = pytest.importorskip("typst")
ON = date(2026, 11, 1)
PAGE = "#set page(width: 40cm, height: 2cm)\n#set text(dir: {}, lang: {!r})\n#sys.inputs.text"
USE, LINK = "{http://www.w3.org/2000/svg}use", "{http://www.w3.org/1999/xlink}href"


@cache
def glyphs(text: str, *, direction: str) -> tuple[str, ...]:
    """The shapes that typst sets for the text, from left to right."""
    source = PAGE.format(direction, "ar" if direction == "rtl" else "en").replace("'", '"')
    made = typst.compile(source.encode(), format="svg", sys_inputs={"text": text})
    return tuple(name for _x, name in sorted(_placed(ElementTree.fromstring(made), 0.0)))


def _placed(part: ElementTree.Element, x: float) -> list[tuple[float, str]]:
    if moved := re.match(r"matrix\(([-\d.e ]+)\)", part.get("transform", "")):
        x += float(moved[1].split()[4])
    own = [(x + float(part.get("x", "0")), part.get(LINK, ""))] if part.tag == USE else []
    return own + [each for child in part for each in _placed(child, x)]


@given(latin())
@settings(max_examples=examples(60), deadline=None)
def test_what_is_printed_keeps_its_order_in_a_pdf(text: str) -> None:
    assert glyphs(text, direction="rtl") == glyphs(bare(text), direction="ltr")


@pytest.mark.parametrize("text", ["1 352", "<5", "0–4", "13–17", "12,5 %", "-3"])
def test_without_the_marks_the_order_is_lost(text: str) -> None:
    """The control: what the law is for."""
    assert glyphs(text, direction="rtl") != glyphs(text, direction="ltr")


SAID = Language("ar", lambda text: f"«{text}»", right_to_left=True)
"""Arabic whose every sentence says that it was translated."""


@pytest.fixture(scope="module")
def made(mission: Mission, mission_rows: list[Counted]) -> tuple[Table, ...]:
    short = {one.id: one.short for one in mission.organisations}
    given = {"aggregates": mission.aggregate_returns, "efforts": mission.efforts}
    return tables(mission_rows, sources=short, on=ON, invented=True, **given)  # type: ignore[arg-type]


def test_a_table_in_another_language_has_the_same_figures_keys_and_order(made: tuple[Table, ...]) -> None:
    for table in made:
        other = told(table, language=SAID)
        assert other.cells == table.cells
        assert [(row.codes, row.kind) for row in other.rows] == [(row.codes, row.kind) for row in table.rows]
        same = ("id", "indicator", "unit", "rule_id", "stubs", "on", "where", "internal", "invented")
        assert [getattr(other, name) for name in same] == [getattr(table, name) for name in same]


def test_every_word_of_a_table_is_said(
    mission: Mission, mission_rows: list[Counted], made: tuple[Table, ...]
) -> None:
    """Labels of code lists are in Arabic; everything else went through the language."""
    lists = {name for each in DIMENSIONS.values() for name in each.lists}
    known = {one.label("ar") for name in lists for one in code_list(name).values()}
    short = {one.id: one.short for one in mission.organisations}
    given = {"aggregates": mission.aggregate_returns, "efforts": mission.efforts}
    arabic = tables(mission_rows, sources=short, on=ON, year=2024, language=SAID, **given)  # type: ignore[arg-type]
    assert len(arabic) == len(made)
    for table in arabic:
        for text in (table.title, table.rule, *table.notes):
            assert text.startswith("«"), text
        names = set(short.values())
        for text in (*table.header, *(label for row in table.rows for label in row.labels)):
            parts = map(bare, text.split("؛ "))
            fine = (
                one in known | names or one[:1] in "«" or re.fullmatch(r"[\d/.–-]+", one) for one in parts
            )
            assert not text or all(fine), (table.id, text)


def test_the_workbook_runs_from_right_to_left(made: tuple[Table, ...]) -> None:
    arabic = tuple(told(table, language=SAID) for table in made)
    content = write_xlsx(arabic, language=SAID)
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Notes", *(table.id for table in made)], "names of sheets have no language"
    assert all(sheet.sheet_view.rightToLeft for sheet in book)
    sheet = book["sex_age"]
    assert sheet["A1"].alignment.readingOrder == 2
    assert "\u2066palermo-2026.1/sex_age\u2069" in sheet["A3"].value
    table = next(one for one in arabic if one.id == "sex_age")
    figures = [cell.value for cell in sheet[6]][1 : len(table.header)]
    assert figures == [cell.value for cell in table.rows[0].cells]
    plain = load_workbook(io.BytesIO(write_xlsx(made)))
    assert not any(sheet.sheet_view.rightToLeft for sheet in plain)
    with zipfile.ZipFile(io.BytesIO(write_xlsx(made))) as held:
        assert not any("\u2066" in held.read(name).decode("utf-8", "ignore") for name in held.namelist())


def test_the_csv_keeps_what_a_program_reads(made: tuple[Table, ...]) -> None:
    english = write_csv(made).decode("utf-8-sig").splitlines()
    arabic = write_csv(tuple(told(one, language=SAID) for one in made), language=SAID)
    lines = arabic.decode("utf-8-sig").splitlines()
    assert (lines[0], len(lines)) == (english[0], len(english))
    assert "«Detected trafficking victims by sex and age»" in lines[0] + arabic.decode()
    for key in ("sex_age/detected_victims", "internal; invented", "palermo-2026.1/sex_age"):
        assert key in arabic.decode()


def test_the_terminal_says_it_too(made: tuple[Table, ...]) -> None:
    shown = render_terminal([told(made[0], language=SAID)], language=SAID)
    assert "«Rules and notes»" in shown
    assert "Source:" not in shown.replace("«Source:", "")


def test_a_trace_is_said(mission_rows: list[Counted]) -> None:
    found = trace(mission_rows, "sex_age/detected_victims", on=ON, language=SAID)
    plain = trace(mission_rows, "sex_age/detected_victims", on=ON, language=ENGLISH)
    assert found.cases == plain.cases
    assert found.title == f"«{BY_ID['sex_age'].title}»"
    assert plain.rule in BY_ID["sex_age"].rule_in("case")
    assert ARABIC.said(found.rule) != plain.rule
