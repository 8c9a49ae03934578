"""Two years side by side: the same rows, figures that are traced, differences that add up, honest blanks."""

import csv
import io
from contextlib import closing
from datetime import date

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palermo import ProblemWithInput
from palermo.cases import Counted, Effort, StateReturn, When
from palermo.cases.values import Place
from palermo.codes import policy
from palermo.report import (
    TABLES,
    compared,
    loaded,
    side_by_side,
    tables,
    tables_of,
    trace_of,
    write_csv,
    write_xlsx,
)
from palermo.report.comparing import Coverage, cautions, least_for_per_cent, with_cautions
from tests.report.conftest import counted_rows

ON = date(2026, 11, 1)
COMPARABLE = [one.id for one in TABLES if one.comparable]
OF_CASES = [one.id for one in TABLES if one.of == "case"]
SLOW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def two(rows, table, *, years=("2024", "2025"), **more):
    with closing(loaded(rows, on=ON)) as held:
        return of_two(held, table, years=years, **more)


def of_two(held, table, *, years=("2024", "2025"), **more):
    made = (tables_of(held, sources={}, only=[table], year=year, **more)[0] for year in years)
    return compared(*made)


def cells(comparison):
    return [(row, change) for row in comparison.rows for change in row.changes]


@pytest.mark.parametrize("table", ["form", "flow", "area_documented", "sex_age", "not_counted"])
@SLOW
@given(rows=counted_rows(), unit=st.sampled_from(["case", "person"]))
def test_every_difference_is_the_second_less_the_first(rows, table, unit):
    comparison = two(rows, table, unit=unit)
    for _row, change in cells(comparison):
        known = change.first.value is not None and change.second.value is not None
        assert (change.difference is not None) == known
        if known:
            assert change.first.value + change.difference == change.second.value


@SLOW
@given(rows=counted_rows(), table=st.sampled_from(OF_CASES))
def test_swapping_the_years_turns_every_difference(rows, table):
    with closing(loaded(rows, on=ON)) as held:
        forth, back = of_two(held, table), of_two(held, table, years=("2025", "2024"))
    there = {row.codes: [one.difference for one in row.changes] for row in forth.rows}
    turned = {
        row.codes: [None if one.difference is None else -one.difference for one in row.changes]
        for row in back.rows
    }
    assert there == turned


@SLOW
@given(rows=counted_rows(), table=st.sampled_from(OF_CASES))
def test_a_year_beside_itself_shows_no_change(rows, table):
    comparison = two(rows, table, years=("2024", "2024"))
    assert {one.difference for _row, one in cells(comparison)} <= {0}
    assert {one.per_cent for _row, one in cells(comparison)} <= {0.0, None}


@SLOW
@given(rows=counted_rows(), table=st.sampled_from(["sex_age", "citizenship", "form", "detail"]))
def test_rows_are_those_of_either_year_each_once(rows, table):
    comparison = two(rows, table)
    listed = [row.codes for row in comparison.rows]
    assert len(set(listed)) == len(listed)
    assert set(listed) == {row.codes for one in (comparison.first, comparison.second) for row in one.rows}
    order = [row.codes for row in comparison.second.rows]
    assert [codes for codes in listed if codes in order] == order
    assert comparison.rows[-1].kind == "total"


@SLOW
@given(rows=counted_rows())
def test_differences_add_up_where_each_case_is_in_one_part(rows):
    """Sex and age have one code a case: the parts, unknown among them, make the total."""
    comparison = two(rows, "sex_age")
    parts = [row for row in comparison.rows if row.kind != "total"]
    (total,) = [row for row in comparison.rows if row.kind == "total"]
    for at in range(len(total.changes)):
        assert sum(row.changes[at].difference for row in parts) == total.changes[at].difference
    for row in comparison.rows:
        *each, whole = (one.difference for one in row.changes)
        assert sum(each) == whole


@SLOW
@given(rows=counted_rows(), table=st.sampled_from(OF_CASES))
def test_every_figure_of_both_years_is_that_of_its_trace(rows, table):
    with closing(loaded(rows, on=ON)) as held:
        shown = [x for _row, one in cells(of_two(held, table)) for x in (one.first, one.second)]
        for cell in [one for one in shown if one.value][:6] + [one for one in shown if one.value == 0][:3]:
            assert trace_of(held, cell.key).count == cell.value


@pytest.fixture(scope="module")
def whole_mission(mission, mission_rows):
    with closing(loaded(mission_rows, on=ON, efforts=mission.efforts, returns=[returned(2024)])) as held:
        yield held


@pytest.mark.parametrize("table", COMPARABLE)
def test_every_table_that_can_be_compared_is(whole_mission, table):
    comparison = of_two(whole_mission, table)
    assert all(len(row.labels) == comparison.stubs for row in comparison.rows)
    assert all(len(row.changes) == len(comparison.header) - comparison.stubs for row in comparison.rows)
    assert not set(comparison.header[: comparison.stubs]) & {"Year", "Month"}
    assert "2024" not in {label for row in comparison.rows for label in row.labels}


def test_a_percentage_stands_only_on_two_large_counts():
    least = least_for_per_cent(ON)
    rows = [row(n, 2024 if n < least else 2025) for n in range(2 * least)]
    grown = [*rows, *(row(n, 2025) for n in range(100, 105))]
    whole = {one.kind: one.changes[-1] for one in two(grown, "sex_age").rows}
    assert whole["total"].per_cent == pytest.approx(100 * 5 / least)
    few = [one for one in grown if one.year == 2025 or int(one.case, 16) >= 1]
    total = next(one for one in two(few, "sex_age").rows if one.kind == "total").changes[-1]
    assert (total.first.value, total.difference, total.per_cent) == (least - 1, 6, None)
    assert str(least) in two(few, "sex_age").notes[0]


def row(number: int, year: int, **more) -> Counted:
    plain = {
        "case": f"{number:032x}", "organisation": "a" * 32, "person": f"{number:032x}", "sex": "female",
        "standing": "detected_victims", "year": year, "area": "IRQ", "age_group": "adult",
        "stateless": False, "citizenships": ("SYR",), "forms": ("begging",), "portal_forms": ("other",),
        "repatriation": (), "displacement": "unknown", "conflict": ("unknown",), "in_return": "no",
        "party_types": ("unknown",), "recruited_in": ("unknown",), "exploited_in": ("unknown",),
    }  # fmt: skip
    return Counted(**{**plain, **more})


def test_a_flow_that_one_year_does_not_draw_is_not_zero():
    line = int(policy("flow_line", on=ON).value)
    rows = [*(row(n, 2024) for n in range(line)), *(row(n, 2025) for n in range(50, 50 + line - 1))]
    comparison = two(rows, "flow")
    drawn = next(one for one in comparison.rows if one.kind == "part").changes[0]
    assert (drawn.first.value, drawn.second.value, drawn.difference) == (line, None, None)
    under = next(one for one in comparison.rows if one.codes[-1] == "under").changes[0]
    assert (under.first.value, under.second.value) == (0, line - 1)
    assert comparison.line == line
    assert any(note.startswith("A line is listed from") for note in comparison.notes)


def returned(year: int) -> StateReturn:
    return StateReturn(
        id="1" * 32, organisation="a" * 32, country="Iraq", iso3="IRQ", region=None, subregion=None,
        indicator="Persons prosecuted", dimension="Total", category="Total", sex="Total", age="Total",
        year=year, unit="Counts", text="30", origin="GLOTIP", low=30, high=30,
    )  # fmt: skip


def test_a_year_for_which_no_state_returned_is_not_zero():
    with closing(loaded([], on=ON, returns=[returned(2024)])) as held:
        (only,) = of_two(held, "prosecuted").rows
    assert {one.second.value for one in only.changes} == {None}
    assert {one.difference for one in only.changes} == {None}


def test_effort_is_compared_by_area_and_its_rate_has_no_percentage():
    efforts = [
        Effort(
            id=f"{n:032x}", organisation="a" * 32, place=Place(area="IRQ"), month=When.month(year, n + 1),
            interviews=100, without_indication=60 + n,
        )
        for n, year in ((0, 2024), (1, 2024), (2, 2025))
    ]  # fmt: skip
    with closing(loaded([], on=ON, efforts=efforts)) as held:
        total = of_two(held, "effort").rows[-1].changes
    assert [one.difference for one in total] == [-100, -59, -1.5]
    assert [one.per_cent is None for one in total] == [False, False, True]


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (("form", {"year": 2024}), ("form", {"year": None}), "REPORT-012"),
        (("form", {"year": 2024}), ("sex_age", {"year": 2025}), "REPORT-012"),
        (("form", {"year": 2024}), ("form", {"year": 2025, "area": "IRQ"}), "REPORT-012"),
        (("form", {"year": 2024}), ("form", {"year": 2025, "unit": "person"}), "REPORT-012"),
        (("form", {"year": 2024}), ("form", {"year": "unknown"}), "REPORT-012"),
        (("patterns", {"year": 2024}), ("patterns", {"year": 2025}), "REPORT-013"),
    ],
)
def test_what_is_not_alike_is_not_compared(first, second, code):
    made = [tables([], sources={}, on=ON, only=[name], **asked)[0] for name, asked in (first, second)]
    with pytest.raises(ProblemWithInput, match=code):
        compared(*made)


def test_what_makes_the_years_unlike_is_said():
    rows = [row(1, 2025), row(2, 2026, organisation="b" * 32)]
    made = [
        tables(rows, sources={"a" * 32: "North", "b" * 32: "South"}, on=ON, only=["form"], year=year)[0]
        for year in (2025, 2026)
    ]
    comparison = compared(*made)
    said = cautions(comparison, coverage=(Coverage(2, 40), Coverage(3, 90)))
    assert said == (
        "2026 is not over: more cases of it will come.",
        "Recorded by North in 2025, by South in 2026.",
        "Files that brought the cases: 2 for 2025, 3 for 2026.",
        "Interviews that were reported: 40 for 2025, 90 for 2026.",
    )
    assert "How many interviews" in cautions(comparison)[-1]
    assert with_cautions(comparison, said).notes[:4] == said


def test_a_comparison_leaves_as_a_table_with_both_years_and_their_keys():
    rows = [row(n, 2024 + n % 2) for n in range(9)]
    table = side_by_side(two(rows, "sex_age"))
    lines = list(csv.DictReader(io.StringIO(write_csv([table]).decode("utf-8-sig"))))
    total = {
        line["column"]: line
        for line in lines
        if line["row_1"] == "Total" and line["column"].startswith("Total")
    }
    assert {name: line["value"] for name, line in total.items()} == {
        "Total, 2024": "5",
        "Total, 2025": "4",
        "Total, difference": "-1",
        "Total, difference in per cent": "",
    }
    assert total["Total, 2025"]["cell"] == "sex_age/detected_victims?year=2025"
    assert total["Total, difference"]["cell"] == ""
    assert "2024 and 2025 compared" in total["Total, 2024"]["title"]
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx([table])))
    assert "sex_age/detected_victims" in str(list(book["sex_age"].values)[-8:])
