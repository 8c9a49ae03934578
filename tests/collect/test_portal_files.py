"""Is the portal's workbook kept cell by cell? Against openpyxl's own reading of the real file."""

import warnings
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from palermo.cases import StateReturn
from palermo.collect import Reading
from palermo.collect.portal import COLUMNS, count_of
from tests.collect.sent import as_csv, codes, sent

ROW = (
    "MLI",
    "Mali",
    "Africa",
    "Sub-Saharan Africa",
    "Detected trafficking victims",
    "by citizenship",
    "Guinea",
    "Total",
    "Total",
    "2019",
    "Counts",
    "<5",
    "GLOTIP",
)
FILE = "data_glotip_2025-04-14.xlsx"


def changed(**cells: str) -> tuple[str, ...]:
    names = {name.split("_")[0].split(" ")[0].lower(): place for place, name in enumerate(COLUMNS)}
    row = list(ROW)
    for name, cell in cells.items():
        row[names[name]] = cell
    return tuple(row)


def returns(reading: Reading) -> list[StateReturn]:
    return [record for record in reading.records if isinstance(record, StateReturn)]


def cells(one: StateReturn) -> tuple[str | None, ...]:
    return (
        one.iso3,
        one.country,
        one.region,
        one.subregion,
        one.indicator,
        one.dimension,
        one.category,
        one.sex,
        one.age,
        str(one.year),
        one.unit,
        one.text,
        one.origin,
    )


@pytest.fixture(scope="module")
def reading(shared: Path) -> Reading:
    return sent((shared / "glotip" / FILE).read_bytes())


def test_every_row_of_the_real_file_is_kept_cell_by_cell(reading: Reading, shared: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(shared / "glotip" / FILE, read_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert len(rows) == len(reading.records) == reading.rows == 58_769
    for number, (one, row) in enumerate(zip(returns(reading), rows, strict=True), start=4):
        assert cells(one) == tuple(None if cell is None else str(cell) for cell in row)
        assert one.source is not None
        assert one.source.row == number


def test_rows_that_share_all_keys_are_records_of_their_own(reading: Reading) -> None:
    """1,216 rows share a key with another; some contradict each other, so none may be dropped."""
    keys = Counter((*cells(one)[:1], *cells(one)[4:10]) for one in returns(reading))
    assert sum(count for count in keys.values() if count > 1) == 1216
    assert len({one.id for one in returns(reading)}) == 58_769


def test_nearly_all_labels_are_resolved(reading: Reading) -> None:
    asked = [problem for problem in reading.problems if problem.code == "COLLECT-040"]
    labels = [
        one for one in returns(reading) if one.dimension in ("by citizenship", "by country of repatriation")
    ]
    assert len(labels) == 12_011
    assert sum(problem.times for problem in asked) <= 0.03 * len(labels)
    assert len({problem.found for problem in asked}) == len(asked)
    assert all(one.category_code for one in labels if one.category not in reading.unresolved)
    assert reading.bad_rows == ()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("<5", (0, 4)),
        ("1,680", (1680, 1680)),
        ("7", (7, 7)),
        ("0", (0, 0)),
        ("-3", None),
        ("1,68", None),
        ("many", None),
        ("", None),
        ("<0", None),
        ("٣", None),
        ("9" * 40, None),
    ],
)
def test_counts(text: str, count: tuple[int, int] | None) -> None:
    assert count_of(text) == count


def test_the_same_layout_as_csv() -> None:
    reading = sent(
        as_csv(
            [["UNODC"], COLUMNS, ROW, changed(dimension="by form of exploitation", category="Forced labour")]
        )
    )
    first, second = returns(reading)
    assert cells(first) == ROW
    assert (first.low, first.high, first.category_code) == (0, 4, "GIN")
    assert second.category_code == "labour"


def test_nationals_are_those_of_the_reporting_country() -> None:
    (one,) = returns(sent(as_csv([COLUMNS, changed(category="Nationals")])))
    assert one.category_code == "MLI"


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (changed(indicator="Detected victims"), "COLLECT-024", "Indicator"),
        (changed(sex="Femmes"), "COLLECT-024", "Sex"),
        (changed(dimension="by form of exploitation"), "COLLECT-024", "Category"),
        (changed(year="year"), "COLLECT-025", "Year"),
        (changed(txtvalue="some"), "COLLECT-027", "txtVALUE"),
    ],
)
def test_a_wrong_cell_keeps_the_row_out(row: tuple[str, ...], code: str, column: str) -> None:
    reading = sent(as_csv([COLUMNS, ROW, row]))
    assert [(p.code, p.row, p.column) for p in reading.problems if p.refused] == [(code, 3, column)]
    assert len(reading.records) == 1


def test_an_unresolved_category_goes_in_without_a_code() -> None:
    reading = sent(as_csv([COLUMNS, changed(category="Congolese")]))
    assert codes(reading) == ["COLLECT-040"]
    assert returns(reading)[0].category_code is None
    assert returns(reading)[0].category == "Congolese"
