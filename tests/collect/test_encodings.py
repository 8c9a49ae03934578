"""Is text read in the encoding that it was written in, and is an assumption said?"""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palermo.collect.arriving import Limits
from palermo.collect.cells import text_rows
from palermo.collect.decoding import decoded
from tests.collect.sent import NOW, as_csv, codes, persons, sent

HEADER = ["prs_FirstName", "prs_SecondName", "vic_TraffickingStatus"]
STATUS = "Possible victim of trafficking"
ARABIC = [HEADER, ["زلميرة", "شخص مخترع", STATUS], ["اسم", "مخترع آخر", STATUS]]
FRENCH = [HEADER, ["Zélie", "Inventée", STATUS], ["François", "Señor", STATUS]]


def names(content: bytes) -> list[str]:
    return [name.text for person in persons(sent(content)) for name in person.names]


@pytest.mark.parametrize("rows", [ARABIC, FRENCH])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_all_its_forms(rows: list[list[str]], encoding: str) -> None:
    told = [cell for row in rows[1:] for cell in row[:2]]
    assert names(as_csv(rows, encoding=encoding)) == told
    assert names(gzip.compress(as_csv(rows, encoding=encoding))) == told


@pytest.mark.parametrize(("rows", "encoding"), [(ARABIC, "cp1256"), (FRENCH, "cp1252")])
def test_windows_encodings_are_assumed_and_said(rows: list[list[str]], encoding: str) -> None:
    content = as_csv(rows, encoding=encoding)
    assert names(content) == [cell for row in rows[1:] for cell in row[:2]]
    (problem,) = sent(content).problems
    assert (problem.code, problem.refused) == ("COLLECT-041", False)
    assert encoding in str(problem)


def test_a_broken_letter_in_utf8_costs_its_row_only() -> None:
    content = as_csv(ARABIC) + b"Z\xe9lie,Invent\xe9e," + STATUS.encode() + b"\n"
    reading = sent(content)
    assert ([p.code for p in reading.problems if p.refused], len(persons(reading))) == (["COLLECT-022"], 2)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_separators(delimiter: str) -> None:
    assert names(as_csv(FRENCH, delimiter=delimiter)) == ["Zélie", "Inventée", "François", "Señor"]


def test_line_breaks_within_quotes_and_of_every_kind() -> None:
    rows = [HEADER, ["Zélie\nMarie", 'the "Invented"', STATUS], ["a, b", "c", STATUS]]
    assert names(as_csv(rows)) == ["Zélie\nMarie", 'the "Invented"', "a, b", "c"]
    plain = as_csv([HEADER, ["a", "b", STATUS], ["c", "d", STATUS]])
    assert names(plain.replace(b"\n", b"\r\n")) == names(plain.replace(b"\n", b"\r")) == names(plain)


def test_titles_above_the_header_and_blank_rows_are_passed_over() -> None:
    rows = [["Our cases"], [], HEADER, [], ["a", "b", STATUS], ["", "", ""]]
    reading = sent(as_csv(rows))
    assert (codes(reading), reading.rows, len(persons(reading))) == ([], 1, 1)


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), min_size=3, max_size=3),
        max_size=6,
    )
)
@settings(max_examples=150, deadline=None)
def test_rows_are_those_of_the_csv_module(rows: list[list[str]]) -> None:
    """The plain reference: what `csv` writes, we read, quotes and all."""
    text, _ = decoded(as_csv([["h", "e", "é"], *rows]))
    found = [row.cells for row in text_rows(text, ",", Limits.on(NOW.date()))]
    assert found[1:] == [tuple(row) for row in rows if any(cell.strip() for cell in row)]
