"""Do the invented organisations hand in files that look like real ones, whole, and marked as invented?"""

import csv
import gzip
import io
import warnings
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace

from palermo.cases import Case, Organisation, Person, counted, decode, encode
from palermo.cases.examples import Mission, invented_mission
from palermo.codes import code_list
from palermo.collect import Reading, read
from palermo.collect.examples import CaseFile, case_file_list, case_files, ctdc_file
from palermo.collect.examples.files import office
from palermo.collect.examples.returns import formally_identified

LAYOUTS = ("ctdc-27", "ctdc-37", "ctdc-62")


@pytest.fixture(scope="module")
def mission() -> Mission:
    return invented_mission()


@pytest.fixture(scope="module")
def files(mission: Mission) -> tuple[CaseFile, ...]:
    return case_file_list(mission)


@cache
def sheet(content: bytes) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return list(book.worksheets[0].iter_rows(values_only=True))


def workbooks(files: tuple[CaseFile, ...]) -> list[CaseFile]:
    return [file for file in files if file.layout == "htcds"]


def filled(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows with a case; the running numbers of the template go on below."""
    return [row for row in rows[2:] if any(row[1:])]


def test_the_same_mission_gives_the_same_files(mission: Mission) -> None:
    assert case_files(mission) == case_files(invented_mission())


def test_every_organisation_hands_in_a_file_that_says_that_it_is_invented(
    mission: Mission, files: tuple[CaseFile, ...]
) -> None:
    assert {file.organisation for file in files} == set(mission.organisations)
    assert len({file.name for file in files}) == len(files)
    assert all("invented" in file.name for file in files)


def test_json_lines_start_with_the_organisation_and_hold_records_of_it_only(
    files: tuple[CaseFile, ...],
) -> None:
    for file in files:
        if file.layout == "palermo":
            records = [decode(line) for line in file.content.splitlines()]
            assert records[0] == file.organisation
            owners = {each.organisation for each in records if not isinstance(each, Organisation)}
            assert owners == {file.organisation.id}


def test_every_case_is_in_exactly_one_file(mission: Mission, files: tuple[CaseFile, ...]) -> None:
    lines = [decode(line) for f in files if f.layout == "palermo" for line in f.content.splitlines()]
    cases = [record for record in lines if isinstance(record, Case)]
    rows = sum(len(filled(sheet(file.content))) for file in workbooks(files))
    assert len(cases) == len({case.id for case in cases})
    assert len(cases) + rows == len(mission.cases)


def test_the_ngo_sends_its_families_reports_with_the_persons_they_are_about(
    mission: Mission, files: tuple[CaseFile, ...]
) -> None:
    reports = next(file for file in files if file.name.startswith("ngo-family"))
    records = [decode(line) for line in reports.content.splitlines()]
    cases = [record for record in records if isinstance(record, Case)]
    persons = {record.id for record in records if isinstance(record, Person)}
    assert {case.kind for case in cases} == {"proxy"}
    assert mission.story.proxy_case in {case.id for case in cases}
    assert {case.person for case in cases if case.person} == persons


# HTCDS workbook.


def test_the_workbook_has_the_header_of_the_template(shared: Path, files: tuple[CaseFile, ...]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        template = openpyxl.load_workbook(shared / "htcds" / "htcds_workbook_v2.xlsx")["Case Sheet"]
    real = list(template.iter_rows(max_row=2, max_col=39, values_only=True))
    for file in workbooks(files):
        assert sheet(file.content)[:2] == real


def test_rows_are_numbered_on_below_the_last_case(files: tuple[CaseFile, ...]) -> None:
    for file in workbooks(files):
        rows = sheet(file.content)[2:]
        assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
        assert len(rows) == len(filled(sheet(file.content))) + 20


def picklists(shared: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with (shared / "htcds" / "htcds_picklists.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["field"], set()).update((row["label"], row["code"]))
    return found


def test_cells_hold_labels_of_htcds_lists_except_where_dirty(
    shared: Path, files: tuple[CaseFile, ...]
) -> None:
    lists = picklists(shared)
    lists["vic_TraffickinStatusDecisionMakingOrg"] = lists["vic_TraffickingStatusDecisionMakingOrg"]
    wrong = set()
    for file in workbooks(files):
        rows = sheet(file.content)
        for number, row in enumerate(rows[2:], start=3):
            for name, value in zip(rows[0], row, strict=True):
                one_only = name == "vic_ForcedLabourIndustry"
                parts = [value] if one_only else str(value or "").split("; ")
                if name in lists and value and not set(parts) <= lists[name]:
                    wrong.add((file.name, number, name))
    dirty = {(file.name, cell.row, cell.column) for file in files for cell in file.dirty}
    assert wrong == {cell for cell in dirty if cell[2] in lists}


def test_the_dirt_is_where_it_is_said_to_be(files: tuple[CaseFile, ...]) -> None:
    soiled = [file for file in files if file.dirty]
    assert [file.name for file in soiled] == ["ngo-IRQ-invented.xlsx"]
    rows = sheet(soiled[0].content)
    found = {cell.column: rows[cell.row - 1][rows[0].index(cell.column)] for cell in soiled[0].dirty}
    assert found["vic_TypeOfExploitation"] == "Forced labor"
    assert found["prs_Gender"] == "Zulmira Invented-Testname"
    assert found["prs_Birthdate"] == "30/02/2001"
    assert len(found) == len(soiled[0].dirty) == 5
    assert code_list("areas").suggest(found["prs_Citizenship"]) is None


def test_dates_are_dates_and_phones_are_plainly_invented(files: tuple[CaseFile, ...]) -> None:
    for file in workbooks(files):
        rows = sheet(file.content)
        names = rows[0]
        for row in filled(rows):
            cells = dict(zip(names, row, strict=True))
            assert isinstance(cells["cas_IncomingReferralDate"], datetime | None)
            assert not cells["prs_MobilePhone"] or cells["prs_MobilePhone"].startswith("+000 ")


# State return.


def state_rows(files: tuple[CaseFile, ...]) -> list[dict[str, Any]]:
    rows = sheet(next(file.content for file in files if file.layout == "portal"))
    return [dict(zip(rows[2], row, strict=True)) for row in rows[3:]]


def test_the_return_has_the_header_of_the_portal_in_row_3(shared: Path, files: tuple[CaseFile, ...]) -> None:
    columns = [
        row["column"]
        for row in csv.DictReader(
            (shared / "codelists" / "glotip_layout.csv").read_text("utf-8").splitlines()
        )
    ]
    rows = sheet(next(file.content for file in files if file.layout == "portal"))
    assert list(rows[2]) == columns
    assert "invented" in str(rows[0])


def test_counts_are_text_masked_below_five_and_never_marked_as_glotip(files: tuple[CaseFile, ...]) -> None:
    texts = [row["txtVALUE"] for row in state_rows(files)]
    assert all(isinstance(text, str) for text in texts)
    assert "<5" in texts
    assert any("," in text for text in texts)
    assert all(text == "<5" or int(text.replace(",", "")) >= 5 for text in texts)
    assert {row["Source"] for row in state_rows(files)} == {"INVENTED"}


def test_the_state_counts_each_person_once(mission: Mission, files: tuple[CaseFile, ...]) -> None:
    persons = list(formally_identified(mission, area="IRQ"))
    numbers = [mission.truth[person.case] for person in persons]
    assert len(set(numbers)) == len(numbers)
    assert mission.story.number in numbers
    total = {
        row["Year"]: row["txtVALUE"]
        for row in state_rows(files)
        if row["Indicator"] == "Detected trafficking victims"
        and (row["Dimension"], row["Sex"], row["Age"]) == ("Total", "Total", "Total")
    }
    assert total == {year: str(n) for year, n in Counter(p.year for p in persons).items() if year}


def test_no_row_is_there_twice(files: tuple[CaseFile, ...]) -> None:
    keys = Counter(
        tuple(value for name, value in row.items() if name != "txtVALUE") for row in state_rows(files)
    )
    assert set(keys.values()) == {1}


# CTDC layouts.


def ctdc_rows(mission: Mission, layout: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ctdc_file(mission, layout=layout).decode())))


def test_headers_are_those_of_the_codebooks(shared: Path, mission: Mission) -> None:
    with (shared / "codelists" / "ctdc_columns.csv").open(encoding="utf-8", newline="") as lines:
        listed = list(csv.DictReader(lines))
    versions = ("synthetic_dp_2024", "synthetic_k_2021", "global_dataset_k11_2017-2020")
    for layout, version in zip(LAYOUTS, versions, strict=True):
        expected = [row["column"] for row in listed if row["dataset_version"] == version]
        assert list(ctdc_rows(mission, layout)[0]) == expected


def test_the_37_columns_are_those_of_the_real_file(shared: Path, mission: Mission) -> None:
    with gzip.open(shared / "ctdc" / "ctdc_synthetic_2021.csv.gz", "rt", encoding="utf-8") as lines:
        assert next(csv.reader(lines)) == list(ctdc_rows(mission, "ctdc-37")[0])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_values_are_those_of_the_codebook(shared: Path, mission: Mission, layout: str) -> None:
    with (shared / "codelists" / "ctdc_values.csv").open(encoding="utf-8", newline="") as lines:
        listed = [(row["variable"], row["value"]) for row in csv.DictReader(lines)]
    genders = {value for name, value in listed if name.startswith("gender(")}
    ages = {value for name, value in listed if name == "ageBroad"}
    missing = {"-99"} if layout == "ctdc-62" else {""}
    flags = {"0", "1", "-99"} if layout == "ctdc-62" else {"1", ""}
    rows = ctdc_rows(mission, layout)
    assert {row["gender"] for row in rows} <= genders | missing
    assert {row["ageBroad"] for row in rows} == ages | missing
    assert {row[name] for row in rows for name in row if name.startswith("typeOfLabourAgri")} == flags - {"0"}
    assert {row["isForcedLabour"] for row in rows} == flags
    width = 2 if layout == "ctdc-62" else 3
    assert {len(row["citizenship"]) for row in rows} == {width, 3 if layout == "ctdc-62" else 0}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rows_are_direct_cases_with_an_episode(mission: Mission, layout: str) -> None:
    expected = sum(case.kind == "direct" and bool(case.episodes) for case in mission.cases)
    assert len(ctdc_rows(mission, layout)) == expected
    assert ctdc_file(mission.cases, layout=layout) == ctdc_file(mission, layout=layout)


# Read again: what goes in comes out.


def read_again(file: CaseFile) -> Reading:
    return read(
        file.content,
        organisation=file.organisation.id,
        secret=b"a secret of the test, 32 bytes..",
        now=datetime(2026, 3, 1, tzinfo=UTC),
        area=file.area,
        invented=True,
    )


def test_each_file_is_recognised_as_what_it_is(files: tuple[CaseFile, ...]) -> None:
    assert [read_again(file).layout for file in files] == [file.layout for file in files]


def test_json_lines_are_read_without_a_problem_to_the_same_records(files: tuple[CaseFile, ...]) -> None:
    for file in files:
        if file.layout == "palermo":
            reading = read_again(file)
            assert reading.problems == ()
            sent_in = [decode(line) for line in file.content.splitlines()]
            assert len(reading.records) == len(sent_in)
            for found, one in zip(reading.records, sent_in, strict=True):
                undated = getattr(one, "arrived", True) is None
                assert encode(replace(found, arrived=None) if undated else found) == encode(one)


def test_every_dirty_cell_is_found_and_only_those(files: tuple[CaseFile, ...]) -> None:
    for file in workbooks(files):
        reading = read_again(file)
        found = {(problem.row, problem.column) for problem in reading.problems if problem.row}
        assert found == {(cell.row, cell.column) for cell in file.dirty}
        refused = {cell.row for cell in file.dirty if cell.column != "prs_Citizenship"}
        assert {bad.row for bad in reading.bad_rows} == refused, "an unsettled label does not cost the row"


FROM_HTCDS = {"at_risk": "not_assessed"}


def test_a_workbook_counts_as_the_cases_behind_it(mission: Mission, files: tuple[CaseFile, ...]) -> None:
    """HTCDS knows no "at risk"; everything else that a table counts by survives the detour."""
    for file in workbooks(files):
        dirty = {cell.row for cell in file.dirty}
        cases = [record for record in read_again(file).records if isinstance(record, Case)]
        read_clean = [key(case) for case in cases if case.source and case.source.row not in dirty]
        behind = enumerate(office_cases(mission, file), start=3)
        assert read_clean == [key(case) for row, case in behind if row not in dirty]


def key(case: Case) -> tuple[str, ...]:
    row = counted(case)
    return (FROM_HTCDS.get(row.standing, row.standing), *sorted(row.citizenships))


def office_cases(mission: Mission, file: CaseFile) -> list[Case]:
    return [case for case in mission.cases if is_of(case, file)]


def is_of(case: Case, file: CaseFile) -> bool:
    ngo = file.organisation
    return case.organisation == ngo.id and case.kind == "direct" and office(case, ngo) == file.area


@pytest.mark.parametrize("layout", LAYOUTS)
def test_ctdc_files_are_read_in_their_layout_without_a_problem(mission: Mission, layout: str) -> None:
    content = ctdc_file(mission, layout=layout)
    reading = read(content, organisation="1" * 32, secret=b"s" * 32, now=datetime(2026, 3, 1, tzinfo=UTC))
    assert (reading.layout, reading.problems) == (layout, ())
    assert len(reading.records) == len(ctdc_rows(mission, layout))
