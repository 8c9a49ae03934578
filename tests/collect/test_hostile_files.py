"""Does a hostile or broken file end in a clear problem, in bounded memory and time, whatever it holds?"""

import csv
import dataclasses
import gzip
import io
import random
import re
import sys
import tracemalloc
import warnings
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl.xml.functions
import pytest
from defusedxml import DefusedXmlException
from hypothesis import given, settings
from hypothesis import strategies as st

from palermo import ProblemWithInput
from palermo.cases import Case, encode_all
from palermo.cases.examples import invented_mission
from palermo.collect import bad_rows_csv, recognise, stream
from palermo.collect.arriving import Arrival, Limits
from palermo.collect.examples import case_file_list, ctdc_file
from palermo.collect.workbooks import workbook_table
from tests.collect.sent import NOW, OURS, SECRET, as_csv, cases, codes, repacked, sent, workbook

HEADER = ["yearOfRegistration", "gender", "ageBroad", "citizenship"]
GOOD = ["2019", "Female", "18--20", "MLI"]
LABELS = ["First Name", "Trafficking Status", "Type of Exploitation"]
SHEET = "xl/worksheets/sheet1.xml"
MEGABYTE = 1 << 20


def refusal(content: bytes) -> str:
    """The code that refuses the file."""
    with pytest.raises(ProblemWithInput) as refused:
        sent(content)
    return str(refused.value).partition(":")[0]


def sheet(rows: str) -> bytes:
    """A workbook whose sheet is this XML."""
    xml = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    return repacked(workbook([LABELS]), {SHEET: xml.encode()})


EMPTY = [b"", b" \n\n", b"\xef\xbb\xbf", b"\0" * 100, gzip.compress(b"", mtime=0)]


@pytest.mark.parametrize("content", EMPTY)
def test_an_empty_file(content: bytes) -> None:
    assert refusal(content) == "COLLECT-001"


@pytest.mark.parametrize(
    "content", [b"hello", b"a,b,c\n1,2,3\n", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"<html>"]
)
def test_no_layout(content: bytes) -> None:
    assert refusal(content) in ("COLLECT-002", "COLLECT-008")


def test_a_named_layout_has_to_fit() -> None:
    for layout in ("htcds", "portal", "palermo", "unheard-of"):
        with pytest.raises(ProblemWithInput, match="COLLECT-003"):
            sent(as_csv([HEADER, GOOD]), layout=layout)


def test_a_gzip_bomb_is_stopped_while_it_unpacks() -> None:
    bomb = gzip.compress(b"\0" * (300 * MEGABYTE), 9)
    tracemalloc.start()
    try:
        assert refusal(bomb) == "COLLECT-005"
        assert tracemalloc.get_traced_memory()[1] < 700 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_a_zip_bomb_is_refused_by_its_directory() -> None:
    bomb = repacked(workbook([LABELS]), {SHEET: b" " * (30 * MEGABYTE)})
    assert len(bomb) < MEGABYTE
    tracemalloc.start()
    try:
        assert refusal(bomb) == "COLLECT-005"
        assert tracemalloc.get_traced_memory()[1] < 8 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_a_directory_that_lies_never_gives_more_than_it_declares() -> None:
    """The declared size of the part is cut to a thousandth in both places where it stands."""
    size = 30 * MEGABYTE
    bomb = repacked(workbook([LABELS]), {"xl/worksheets/sheet9.xml": b" " * size})
    lie = bomb.replace(size.to_bytes(4, "little"), (size // 1000).to_bytes(4, "little"))
    assert lie != bomb
    tracemalloc.start()
    try:
        assert refusal(lie) == "COLLECT-006"
        assert tracemalloc.get_traced_memory()[1] < 8 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_too_many_parts_and_too_large_parts() -> None:
    assert refusal(repacked(workbook([LABELS]), {f"xl/{n}.xml": b"" for n in range(1200)})) == "COLLECT-005"
    noise = random.Random(1).randbytes(17 * MEGABYTE)
    assert refusal(repacked(workbook([LABELS]), {"xl/styles.xml": noise})) == "COLLECT-005"


def test_too_many_elements() -> None:
    few = dataclasses.replace(Limits.on(date.max), workbook_elements=100)
    book = sheet("<row/>" * 10 + "<a/>" * 100)
    with pytest.raises(ProblemWithInput, match="COLLECT-005"):
        workbook_table(book, few, None)
    with pytest.raises(ProblemWithInput, match="COLLECT-002"):
        workbook_table(book, Limits.on(date.max), None)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(part: str, encoding: str) -> None:
    evil = ENTITIES.encode(encoding)
    assert refusal(repacked(workbook([LABELS]), {part: evil})) in ("COLLECT-006", "COLLECT-007")


def test_the_workbook_reader_itself_refuses_entities() -> None:
    """A second line behind our own look: openpyxl parses with defusedxml wherever it parses."""
    with pytest.raises(DefusedXmlException):
        openpyxl.xml.functions.fromstring(ENTITIES)
    with pytest.raises(DefusedXmlException):
        list(openpyxl.xml.functions.iterparse(io.BytesIO(ENTITIES.encode())))


def test_external_entities_and_links_are_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Zulmira")
    evil = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]><x>&a;</x>'
    assert refusal(repacked(workbook([LABELS]), {SHEET: evil.encode()})) == "COLLECT-007"


def test_a_million_columns() -> None:
    assert refusal(as_csv([[*HEADER, *("x" * 999_000)]])) == "COLLECT-009"
    assert refusal(as_csv([[*HEADER, *(["column"] * 300_000)]])) == "COLLECT-009"
    wide = "".join(f'<c t="inlineStr"><is><t>{label}</t></is></c>' for label in [*LABELS, *["x"] * 2000])
    assert refusal(sheet(f'<row r="1">{wide}</row>')) == "COLLECT-009"


def test_a_cell_far_out_and_a_row_far_down() -> None:
    cells = "".join(f'<c t="inlineStr"><is><t>{label}</t></is></c>' for label in LABELS)
    far_out = '<row r="2"><c r="ZZZ2" t="inlineStr"><is><t>x</t></is></c></row>'
    assert refusal(sheet(f'<row r="1">{cells}</row>{far_out}')) == "COLLECT-009"
    far_down = '<row r="999999999999"><c t="inlineStr"><is><t>x</t></is></c></row>'
    assert refusal(sheet(f'<row r="1">{cells}</row>{far_down}')) == "COLLECT-010"


def test_formulas_and_macros_are_never_run() -> None:
    """The saved value is read; a formula without one is blank."""
    cells = "".join(f'<c t="inlineStr"><is><t>{label}</t></is></c>' for label in LABELS)
    row = (
        '<c t="inlineStr"><is><t>Zulmira</t></is></c>'
        '<c t="str"><f>HYPERLINK("http://x.invalid")</f><v>Possible victim of trafficking</v></c>'
        "<c><f>1+1</f></c>"
    )
    book = repacked(
        sheet(f'<row r="1">{cells}</row><row r="2">{row}</row>'), {"xl/vbaProject.bin": b"\0macro"}
    )
    reading = sent(book)
    assert codes(reading) == ["COLLECT-045"]
    assert (cases(reading)[0].status, cases(reading)[0].episodes) == ("presumed", ())


def test_an_old_or_encrypted_workbook() -> None:
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)) == "COLLECT-007"


def test_a_date_that_is_none_is_told_and_no_warning_quotes_it(recwarn: pytest.WarningsRecorder) -> None:
    """openpyxl's own warning would quote the number; it is silenced, as the control shows that it speaks."""
    header = "".join(f'<c t="inlineStr"><is><t>{label}</t></is></c>' for label in [*LABELS, "Birthdate"])
    book = repacked(
        sheet(f'<row r="1">{header}</row><row r="2"><c r="D2" s="1"><v>98765432198</v></c></row>'),
        {
            "xl/styles.xml": b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            b'<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
        },
    )
    with warnings.catch_warnings(record=True) as spoken:
        warnings.simplefilter("always")
        list(
            openpyxl.load_workbook(io.BytesIO(book), read_only=True).worksheets[0].iter_rows(values_only=True)
        )
    assert any("98765432198" in str(one.message) for one in spoken)
    assert codes(sent(book)) == ["COLLECT-026"]
    assert not recwarn.list


def test_long_cells_lines_and_quotes() -> None:
    for cell in ("x" * 40_000, "x" * 3_000_000):
        reading = sent(as_csv([HEADER, [*GOOD[:3], cell], GOOD]))
        assert [p.refused for p in reading.problems if p.row] in ([True], [False])
        assert len(reading.records) in (1, 2)
    reading = sent(as_csv([HEADER]) + b'2019,"Female,18--20,MLI\n' + as_csv([GOOD] * 500))
    assert (codes(reading)[-1], len(reading.records)) == ("COLLECT-023", 500)


def test_every_line_with_an_open_quote() -> None:
    reading = sent(as_csv([HEADER]) + b'2019,"Female,18--20,MLI\n' * 20_000)
    assert len(reading.bad_rows) == 20_000


def test_more_bad_rows_than_can_be_kept() -> None:
    """At ten million cells; here the limit is a hundred, and a warning does not count."""
    few = dataclasses.replace(Limits.on(date.max), bad_cells=100)
    arrival = Arrival(layout="ctdc-27", submission="a" * 64, organisation=OURS, secret=SECRET, arrived=NOW)
    arrival.__dict__["limits"] = few
    for cells, refusing in (
        (["2019", "Femal", "", "MLI"], True),
        (["2019", "Female", "", "Borderland"], False),
    ):
        flow = stream(as_csv([HEADER, *[cells] * 50]), organisation=OURS, secret=SECRET, now=NOW)
        flow._arrival = arrival
        if refusing:
            with pytest.raises(ProblemWithInput, match="COLLECT-013"):
                list(flow)
        else:
            assert sum(isinstance(item, Case) for item in flow) == 50


def test_nul_bytes_ragged_rows_and_stray_quotes() -> None:
    lines = b'2019,Fe\0male,18--20,MLI\n2019,Female\n2019,Female,18--20,MLI,more\n2019,Female,18--20,ML"I\n'
    reading = sent(as_csv([HEADER, GOOD]) + lines + as_csv([GOOD]))
    assert [p.code for p in reading.problems if p.refused] == ["COLLECT-022", "COLLECT-020", "COLLECT-020"]
    assert len(reading.records) == 3
    assert reading.unresolved == ('ML"I',)


@cache
def files() -> tuple[bytes, ...]:
    """Small files of every layout, as the invented organisations would send them."""
    mission = invented_mission(cases=60)
    sent_in = [file.content for file in case_file_list(mission)]
    tables = [ctdc_file(mission, layout=layout) for layout in ("ctdc-27", "ctdc-37", "ctdc-62")]
    lines = [content[:6000] for content in sent_in if content.startswith(b"{")]
    books = [content for content in sent_in if content.startswith(b"PK")]
    return (
        *lines,
        *books[:1],
        *books[-1:],
        *(table[:8000] for table in tables),
        gzip.compress(tables[0][:8000]),
    )


def survives(content: bytes) -> None:
    """Nothing but a refusal may be raised, and what was read can be written."""
    try:
        reading = sent(content)
    except ProblemWithInput:
        return
    encode_all(reading.records)
    bad_rows_csv(reading)
    assert all(str(problem) for problem in reading.problems)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"{", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xff\xfe", b"\xef\xbb\xbf"]),
)
@settings(max_examples=150, deadline=None)
def test_random_bytes(content: bytes, start: bytes) -> None:
    survives(start + content)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_mutated_files(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(range(len(files()))).map(lambda n: files()[n])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 20))] = data.draw(
            st.sampled_from([b'"', b"\n", b"\0", b",", b"\xff", b"<", b"[" * 400, b"9" * 30])
            | st.binary(max_size=8)
        )
    survives(bytes(content))


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_files_cut_at_any_byte(data: st.DataObject) -> None:
    content = files()[data.draw(st.integers(0, len(files()) - 1))]
    survives(content[: data.draw(st.integers(0, len(content)))])


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_workbooks_with_mutated_parts(data: st.DataObject) -> None:
    book = data.draw(st.sampled_from([content for content in files() if content.startswith(b"PK")]))
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        name = data.draw(st.sampled_from(archive.namelist()))
        part = bytearray(archive.read(name))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(part)))
        part[at : at + data.draw(st.integers(0, 5))] = data.draw(
            st.sampled_from([b"", b"<", b"/>", b"-1", b"9" * 25, b"ZZZZ9", b'"', b"nan", b"\0"])
        )
    survives(repacked(book, {name: bytes(part)}))


def test_recursion_and_fields_leave_the_interpreter_as_it_was() -> None:
    before = (sys.getrecursionlimit(), csv.field_size_limit())
    survives(b'{"record":' + b"[" * 900_000)
    assert (sys.getrecursionlimit(), csv.field_size_limit()) == before
    assert recognise(b'{"record":') == "palermo"


def test_thousands_of_sheets_on_one_part_are_refused() -> None:
    whole = workbook([LABELS])
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        book = archive.read("xl/workbook.xml")
    named = re.search(rb"<sheet [^>]*/>", book)
    assert named
    many = b"".join(named[0].replace(b'name="', b'name="%d' % n, 1) for n in range(5000))
    with pytest.raises(ProblemWithInput, match="COLLECT-005"):
        sent(repacked(whole, {"xl/workbook.xml": book.replace(named[0], many)}))
