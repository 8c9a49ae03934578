"""What holds for every file? Bad rows cost themselves, the same file is the same, mended rows supersede."""

import csv
import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palermo.cases import BadRow, Case, Problem
from palermo.codes.formulas import guarded
from palermo.collect import Reading, bad_rows_csv, read, record_id, stream
from tests.collect.sent import NOW, OURS, SECRET, as_csv, cases, codes, sent, table_csv

HEADER = ["yearOfRegistration", "gender", "ageBroad", "citizenship", "isForcedLabour"]
ROWS = st.tuples(
    st.sampled_from(["2019", "2020", ""]),
    st.sampled_from(["Female", "Male", ""]),
    st.sampled_from(["9--17", "48+", ""]),
    st.sampled_from(["MLI", "IRQ", "Syria", ""]),
    st.sampled_from(["1", ""]),
).filter(any)
BAD = (
    b"2019,Femal,,,",
    b"19,Female,,,",
    b"2019,Female",
    b"a,b,c,d,e,f,g",
    b'2019,"Female,,,',
    b'"',
    b"2019,Fe\0male,,,1",
    b"2019,Fe\xffmale,,,1",
    b"x" * 2_000_000,
    b"2019,Female,,," + b"9" * 50_000,
    b'2019,"Fem"ale,,,',
)
LABEL_ROW = {
    "prs_FirstName": "Zulmira",
    "vic_TraffickingStatus": "Possible victim of trafficking",
    "vic_TypeOfExploitation": "Servitude",
}


def facts(reading: Reading) -> list[Case]:
    """Cases without what depends on the row's place in the file."""
    import msgspec

    return [msgspec.structs.replace(case, id="0" * 32, source=None) for case in cases(reading)]


@given(st.lists(ROWS, min_size=1, max_size=12), st.sampled_from(BAD), st.integers(0, 12))
@settings(max_examples=120, deadline=None)
def test_a_bad_row_costs_itself_only(rows: list[tuple[str, ...]], bad: bytes, at: int) -> None:
    lines = as_csv([["é", *HEADER], *(("", *row) for row in rows)]).splitlines(keepends=True)
    place = min(at + 1, len(lines))
    with_bad = b"".join([*lines[:place], b"," + bad + b"\n", *lines[place:]])
    assert facts(sent(with_bad)) == facts(sent(b"".join(lines)))
    assert [row.row for row in sent(with_bad).bad_rows] == [place + 1]


@given(st.lists(ROWS, max_size=12))
@settings(max_examples=30, deadline=None)
def test_the_same_file_twice_gives_the_same_records(rows: list[tuple[str, ...]]) -> None:
    content = as_csv([HEADER, *rows])
    first, second = sent(content), sent(content, name="another.csv")
    assert first == second
    assert len({record.id for record in first.records}) == len(rows)
    elsewhere = {record.id for record in sent(content, secret=b"another").records}
    assert not elsewhere & {record.id for record in first.records}


def test_equal_rows_are_records_of_their_own() -> None:
    reading = sent(as_csv([HEADER, *[["2019", "Female", "48+", "MLI", "1"]] * 3]))
    assert len({case.id for case in cases(reading)}) == 3
    assert len(set(map(str, facts(reading)))) == 1


def test_ids_are_keyed_hashes() -> None:
    assert record_id(b"s", "portal", "a:1") != record_id(b"s", "htcds", "a:1")
    (case,) = cases(sent(as_csv([HEADER, ["2019", "", "", "", ""]])))
    assert case.source is not None
    assert case.id == record_id(SECRET, "ctdc-27", case.source.key)


def test_a_stream_is_a_reading_one_by_one() -> None:
    content = as_csv([HEADER, ["2019", "Femal", "", "", ""], ["2019", "Female", "", "Borderland", ""]])
    whole = sent(content)
    flow = stream(content, organisation=OURS, secret=SECRET, now=NOW)
    parts = list(flow)
    assert tuple(part for part in parts if isinstance(part, Problem)) == whole.problems
    assert tuple(part for part in parts if isinstance(part, BadRow)) == whole.bad_rows
    assert (flow.rows, flow.unresolved) == (whole.rows, whole.unresolved) == (2, ("Borderland",))


def test_a_stream_holds_what_repeats_and_not_the_file() -> None:
    content = as_csv([HEADER, *[["2019", "Female", "48+", "MLI", "1"]] * 100_000])
    tracemalloc.start()
    try:
        for _ in stream(content, organisation=OURS, secret=SECRET, now=NOW):
            pass
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_progress_is_told_and_may_stop_the_reading() -> None:
    content = as_csv([HEADER, *[["2019", "", "", "", ""]] * 5000])
    told: list[tuple[int, int | None]] = []
    sent(content, advance=lambda done, total: told.append((done, total)))
    assert told == [(2000, None), (4000, None), (5000, 5000)]

    def stop(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sent(content, advance=stop)


def mended(content: bytes, **changes: str) -> bytes:
    """The file of bad rows with some cells corrected, as a spreadsheet would save it."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    return table_csv([row | {name: new for name, new in changes.items() if name in row} for row in rows])


def test_a_mended_row_takes_the_place_of_its_original() -> None:
    wrong = sent(table_csv([LABEL_ROW, LABEL_ROW | {"vic_TypeOfExploitation": "Servitud"}]))
    right = sent(table_csv([LABEL_ROW, LABEL_ROW]))
    again = sent(mended(bad_rows_csv(wrong), vic_TypeOfExploitation="Servitude"))
    assert (codes(again), again.rows) == ([], 1)
    (case,) = cases(again)
    assert case.source is not None
    assert case.source.key == wrong.bad_rows[0].key == f"{wrong.submission}:3"
    assert case.id == record_id(SECRET, "htcds", wrong.bad_rows[0].key)
    assert facts(again)[0].episodes == facts(right)[1].episodes


def test_a_row_of_a_good_file_can_be_superseded_too() -> None:
    first = sent(table_csv([LABEL_ROW]))
    key = cases(first)[0].source.key  # type: ignore[union-attr]
    second = sent(table_csv([LABEL_ROW | {"vic_TypeOfExploitation": "Other", "palermo_key": key}]))
    assert [record.id for record in second.records] == [record.id for record in first.records]


def test_an_organisation_may_key_its_rows_itself() -> None:
    """Then the whole list may be sent again each month: what was known is known."""
    row = LABEL_ROW | {"palermo_key": "case-17"}
    first, second = sent(table_csv([row])), sent(table_csv([LABEL_ROW | {"palermo_key": "case-16"}, row]))
    assert first.records[-1].id == second.records[-1].id


@pytest.mark.parametrize(
    ("key", "code"), [("a b", "COLLECT-029"), ("x" * 121, "COLLECT-029"), ("k", "COLLECT-032")]
)
def test_keys_that_are_none_or_there_twice(key: str, code: str) -> None:
    reading = sent(table_csv([LABEL_ROW | {"palermo_key": "k"}, LABEL_ROW | {"palermo_key": key}]))
    assert (codes(reading), [row.row for row in reading.bad_rows]) == ([code], [3])


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), min_size=3, max_size=3))
@settings(max_examples=80, deadline=None)
def test_bad_rows_come_back_as_they_were(cells: list[str]) -> None:
    row = dict(zip(LABEL_ROW, cells, strict=True)) | {"vic_TypeOfExploitation": "=cmd()"}
    reading = sent(table_csv([LABEL_ROW, row], tuple(LABEL_ROW)))
    again = sent(bad_rows_csv(reading))
    assert [bad.cells for bad in again.bad_rows] == [bad.cells for bad in reading.bad_rows]
    assert again.bad_rows[0].key == reading.bad_rows[0].key


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_no_cell_of_bad_rows_runs_as_a_formula(start: str) -> None:
    reading = sent(table_csv([LABEL_ROW | {"prs_FirstName": f"{start}1+1", "vic_TypeOfExploitation": "?"}]))
    text = bad_rows_csv(reading).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["prs_FirstName"] == f"'{start}1+1"
    assert guarded("plain") == "plain"


def test_no_bad_rows_is_a_header() -> None:
    assert bad_rows_csv(sent(table_csv([LABEL_ROW]))).decode("utf-8-sig") == "palermo_key\r\n"


def test_reading_needs_no_name_and_no_layout() -> None:
    content = table_csv([LABEL_ROW])
    plain = read(content, organisation=OURS, secret=SECRET, now=NOW)
    assert plain == read(content, organisation=OURS, secret=SECRET, now=NOW, name="x.csv", layout="htcds")
