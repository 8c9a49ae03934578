"""Are changes laid over a file as if it had been written so, and is what is left read as the file without?"""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palermo import ProblemWithInput
from palermo.collect import (
    LAYOUTS,
    Changes,
    choices_of,
    fields_of,
    header_of,
    likely_field,
    what_is_left,
)
from tests.collect.sent import NOW, as_csv, sent, workbook
from tests.proof import examples

HEADER = ("First Name", "Gender", "Citizenship", "Trafficking Status", "Incoming Referral Date", "Unknown")
CELLS = st.sampled_from(
    ("Feminine", "Femal", "Mali", "2024-05-03", "31/02/2024", "Actual victim of trafficking", "", 'a "b", c')
)
TABLES = st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=6)
WRITTEN = st.sampled_from((as_csv, workbook))


def filled(bad):
    """A workbook's row ends with its last filled cell; names of columns are those as which they are read."""
    return bad.row, bad.key, {name: cell for name, cell in bad.cells.items() if cell}


@settings(max_examples=examples(40), deadline=None)
@given(TABLES, WRITTEN, st.sets(st.integers(2, 7)))
def test_what_is_left_is_read_as_the_file_without_those_rows(rows, written, gone) -> None:
    content = written([HEADER, *rows])
    whole = hashlib.sha256(content).hexdigest()
    left = what_is_left(content, layout="htcds", now=NOW, rows=frozenset(gone))
    plain, again = sent(content, without=frozenset(gone)), sent(left, layout="htcds", submission=whole)
    assert (again.records, again.rows) == (plain.records, plain.rows)
    assert list(map(filled, again.bad_rows)) == list(map(filled, plain.bad_rows))
    of_rows = [one for one in plain.problems if one.row]
    assert [one for one in again.problems if one.row] == of_rows


@settings(max_examples=examples(40), deadline=None)
@given(TABLES, WRITTEN, st.dictionaries(st.tuples(st.integers(2, 7), st.integers(0, 5)), CELLS, max_size=4))
def test_changed_cells_are_read_as_if_they_had_been_written_so(rows, written, cells) -> None:
    content = written([HEADER, *rows])
    mended = [list(row) for row in rows]
    for (row, place), value in cells.items():
        if row - 2 < len(mended):
            mended[row - 2][place] = value
    changed = sent(content, changes=Changes(cells=cells))
    again = sent(written([HEADER, *mended]), submission=changed.submission)
    blank = any(not any(row) for row in rows)
    assert blank or (changed.records, changed.problems) == (again.records, again.problems)


def test_values_of_a_column_and_single_cells() -> None:
    rest = ["Mali", "Actual victim of trafficking", "2024-05-03", ""]
    rows = [["", word, *rest] for word in ("Femal", " Femal ", "x")]
    reading = sent(as_csv([HEADER, *rows]), changes=Changes(values={1: {"Femal": "Feminine"}}))
    assert [bad.row for bad in reading.bad_rows] == [4]
    assert {case.gender for case in reading.records} == {"woman"}


def test_a_column_is_read_as_another_field_or_not_at_all() -> None:
    row = ["Invented", "Feminine", "x", "Actual victim of trafficking", "2024-05-03", "Mali"]
    reading = sent(as_csv([HEADER, row]), changes=Changes(mapping={2: "", 5: "prs_Citizenship"}))
    (_person, case) = reading.records
    assert case.citizenships == ("MLI",)
    assert reading.problems == ()
    assert [(one.label, one.is_read) for one in reading.headings[2:]] == [
        ("Citizenship", False), ("Trafficking Status", True), ("Incoming Referral Date", True),
        ("Unknown", True),
    ]  # fmt: skip
    with pytest.raises(ProblemWithInput, match="COLLECT-011"):
        sent(as_csv([HEADER, row]), changes=Changes(mapping={5: "prs_Gender"}))


def test_columns_are_told_as_the_file_calls_them() -> None:
    assert header_of(as_csv([HEADER]), now=NOW) == ("htcds", HEADER)


def test_rows_that_left_take_their_changes_along() -> None:
    changes = Changes(cells={(2, 0): "a", (3, 0): "b", (5, 0): "c"})
    assert changes.without({3}).cells == {(2, 0): "a", (4, 0): "c"}


def test_every_choice_of_a_coded_field_is_a_value_of_it() -> None:
    """What a page offers for a cell is taken by the reader."""
    for name in ("prs_Gender", "vic_TypeOfExploitation", "vic_TraffickingStatus", "vic_MethodsOfControl"):
        for choice in choices_of("htcds", name):
            header = tuple(dict.fromkeys((name, "prs_Gender", "prs_Citizenship", "vic_TraffickingStatus")))
            cells = [choice if column == name else "" for column in header]
            assert not sent(as_csv([header, cells])).bad_rows, (name, choice)


def test_fields_are_those_of_the_layout() -> None:
    for layout in LAYOUTS:
        fields = fields_of(layout)
        assert bool(fields) == (layout != "palermo")
        assert len({field.name for field in fields}) == len(fields)
        assert all(choices_of(layout, field.name) for field in fields if field.kind == "code")
    assert likely_field("ctdc-37", "citizenshipp") == "citizenship"
    assert likely_field("htcds", "x" * 500) == ""


def test_a_header_of_no_layout_is_taken_where_somebody_names_the_layout() -> None:
    content = as_csv([("Genre", "Statut de la victime", "Autre"), ("Feminine", "x", "y")])
    with pytest.raises(ProblemWithInput, match="COLLECT-003"):
        sent(content, layout="htcds")
    reading = sent(content, layout="htcds", loosely=True, changes=Changes(mapping={0: "prs_Gender"}))
    assert [record.gender for record in reading.records] == ["woman"]
    with pytest.raises(ProblemWithInput, match="COLLECT-003"):
        sent(as_csv([("a", "b"), ("c", "d")]), layout="htcds", loosely=True)
