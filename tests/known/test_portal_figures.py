"""Which printed figures does the real portal file give? Those that can be checked; docs list the others.

Source: UNODC, data portal, trafficking in persons, file of 14 April 2025 (58,769 rows). "<5" is 0 to 4.
Figures that cannot be checked are in docs/reference/known-figures.md as unverified, and are not asserted.
"""

import csv
import io
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from palermo.cases import StateReturn
from palermo.codes import code_list, region
from palermo.collect import read
from palermo.report import PortalRow, Table, portal_row, tables, write_portal_csv, write_portal_xlsx

ON = date(2026, 11, 1)
VICTIMS = "Detected trafficking victims"
Interval = tuple[int, int]


def test_the_file_has_its_rows_areas_and_years(portal: list[PortalRow]) -> None:
    assert len(portal) == 58_769
    assert len({row.iso3 for row in portal if row.iso3}) == 198
    assert {row.country for row in portal if not row.iso3} == {"Sark"}
    assert {row.year for row in portal} == set(range(2003, 2023))
    assert {row.source for row in portal} == {"GLOTIP"}


def test_the_file_masks_half_of_its_cells_and_never_prints_a_zero(portal: list[PortalRow]) -> None:
    masked = sum(row.text == "<5" for row in portal)
    assert masked == 29_558
    assert not any(row.text == "0" for row in portal)


def test_rows_share_keys_and_contradict_each_other(portal: list[PortalRow]) -> None:
    texts = defaultdict(list)
    for row in portal:
        texts[row[:10]].append(row.text)
    shared = [found for found in texts.values() if len(found) > 1]
    assert sum(map(len, shared)) == 1_216
    assert len(shared) == 492
    assert sum(len(set(found)) > 1 for found in shared) == 284


def test_indicators_have_their_rows(portal: list[PortalRow]) -> None:
    assert Counter(row.indicator for row in portal) == {
        VICTIMS: 39_485,
        "Persons convicted": 8_431,
        "Persons prosecuted": 4_973,
        "Persons brought into formal contact": 4_547,
        "Offences of trafficking in persons": 1_333,
    }


def test_our_names_and_regions_of_areas_are_the_portals(portal: list[PortalRow]) -> None:
    areas = code_list("areas")
    for iso3, country, name, subregion in {row[:4] for row in portal if row.iso3}:
        placed = region(str(iso3), on=ON)
        assert placed
        assert (areas.label(str(iso3)), placed.region, placed.subregion) == (country, name, subregion)


def interval(cells: dict[tuple[object, ...], Interval], *key: object) -> Interval:
    found = [value for at, value in cells.items() if at[1:] == key]
    return sum(low for low, _ in found), sum(high for _, high in found)


@pytest.fixture(scope="module")
def cells(returns: list[StateReturn]) -> dict[tuple[object, ...], Interval]:
    """Cells of detected victims by area; where rows contradict each other, the interval spans them."""
    found: dict[tuple[object, ...], Interval] = {}
    for row in returns:
        if row.indicator == VICTIMS and row.dimension in ("Total", "by form of exploitation"):
            key = (row.iso3 or row.country, row.category, row.sex, row.age, row.year)
            low, high = found.get(key, (row.low, row.high))
            found[key] = (min(low, row.low), max(high, row.high))
    return found


def share(part: Interval, *others: Interval) -> tuple[float, float]:
    """Lowest and highest share in per cent that the intervals allow."""
    least = 100 * part[0] / (part[0] + sum(high for _, high in others))
    return round(least, 1), round(100 * part[1] / (part[1] + sum(low for low, _ in others)), 1)


@pytest.mark.parametrize(
    ("year", "females", "children"),
    [
        (2012, (69.8, 70.6), (26.3, 27.9)),
        (2013, (69.0, 69.7), (30.0, 31.6)),
        (2014, (71.5, 72.1), (29.4, 31.0)),
        (2016, (76.7, 77.4), (28.3, 28.7)),
        (2020, (66.4, 67.0), (28.6, 28.9)),
        (2022, (72.8, 73.1), (24.4, 24.5)),
    ],
)
def test_shares_of_women_and_girls_and_of_children(
    cells: dict[tuple[object, ...], Interval],
    year: int,
    females: tuple[float, float],
    children: tuple[float, float],
) -> None:
    female, male = (interval(cells, "Total", sex, "Total", year) for sex in ("Female", "Male"))
    child, adult = (
        interval(cells, "Total", "Total", age, year) for age in ("0 to 17 years", "18 years or over")
    )
    assert share(female, male) == females
    assert share(child, adult) == children


@pytest.mark.parametrize(
    ("year", "sexual", "labour", "other"),
    [
        (2012, (56.0, 56.5), (36.9, 37.4), (6.3, 6.8)),
        (2014, (61.2, 61.8), (30.9, 31.4), (7.2, 7.6)),
        (2018, (47.3, 50.1), (31.4, 33.7), (17.1, 20.4)),
        (2020, (29.6, 32.2), (38.0, 41.0), (27.5, 31.7)),
        (2022, (49.9, 51.5), (26.7, 27.6), (21.0, 23.3)),
    ],
)
def test_shares_of_the_three_forms_of_exploitation(
    cells: dict[tuple[object, ...], Interval],
    year: int,
    sexual: tuple[float, float],
    labour: tuple[float, float],
    other: tuple[float, float],
) -> None:
    labels = code_list("portal_forms")
    forms = [interval(cells, labels.label(code), "Total", "Total", year) for code in labels]
    shares = [share(form, *(one for one in forms if one is not form)) for form in forms]
    assert shares == [sexual, labour, other]


@pytest.fixture(scope="module")
def courts(returns: list[StateReturn]) -> dict[str, dict[str, list[object]]]:
    found = tables([], sources={}, on=ON, returns=returns, only=["prosecuted", "convicted"])
    return {table.id: _by_year(table) for table in found}


def _by_year(table: Table) -> dict[str, list[object]]:
    return {row.labels[0]: [cell.value for cell in row.cells] for row in table.rows}


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        ("2012", [199, 107, 1, 4_673, 4_845, 58, 43]),
        ("2013", [199, 104, 2, 4_952, 5_132, 52, 45]),
        ("2014", [199, 95, 3, 3_981, 4_109, 45, 32]),
        ("2022", [199, 85, 7, 4_253, 4_389, 48, 34]),
    ],
)
def test_convictions_by_year_with_their_denominator(
    courts: dict[str, dict[str, list[object]]], year: str, expected: list[int]
) -> None:
    assert courts["convicted"][year] == expected


@pytest.mark.parametrize(
    ("sex", "age", "expected"),
    [
        ("Female", "18 years or over", (49.6, 51.3)),
        ("Male", "18 years or over", (19.1, 20.2)),
        ("Female", "0 to 17 years", (20.5, 21.7)),
        ("Male", "0 to 17 years", (8.1, 9.5)),
    ],
)
def test_shares_of_women_men_girls_and_boys_in_2014(
    cells: dict[tuple[object, ...], Interval], sex: str, age: str, expected: tuple[float, float]
) -> None:
    pairs = [(one, two) for one in ("Female", "Male") for two in ("0 to 17 years", "18 years or over")]
    others = [interval(cells, "Total", *pair, 2014) for pair in pairs if pair != (sex, age)]
    assert share(interval(cells, "Total", sex, age, 2014), *others) == expected


def test_the_convictions_of_paragraph_20_cannot_be_reproduced(
    courts: dict[str, dict[str, list[object]]],
) -> None:
    """S/2016/949, paragraph 20: about 25 per cent of countries had ten or fewer, about 15 per cent none.

    The file gives 47 to 54 per cent with ten or fewer of the areas that returned, and masks zero in "<5".
    """
    years = [courts["convicted"][year] for year in ("2012", "2013", "2014")]
    few = [round(100 * int(str(row[5])) / int(str(row[1]))) for row in years]
    assert few == [54, 50, 47]
    assert all(int(str(row[6])) > 0 for row in years)  # between none and all of these had no conviction


def test_state_returns_are_written_back_as_they_were_found(
    portal: list[PortalRow], returns: list[StateReturn]
) -> None:
    assert list(map(portal_row, returns)) == portal
    head, *lines = csv.reader(io.StringIO(write_portal_csv(portal).decode("utf-8")))
    assert head[11] == "txtVALUE"
    assert lines == [["" if value is None else str(value) for value in row] for row in portal]


def test_collect_and_report_together_give_the_same_rows(portal: list[PortalRow], shared: Path) -> None:
    content = (shared / "glotip" / "data_glotip_2025-04-14.xlsx").read_bytes()
    now = datetime(2026, 11, 1, tzinfo=UTC)
    reading = read(content, organisation="a" * 32, secret=b"s" * 32, now=now, layout="portal")
    assert [portal_row(one) for one in reading.records if isinstance(one, StateReturn)] == portal


def test_the_workbook_of_state_returns_holds_the_same_58769_rows(returns: list[StateReturn]) -> None:
    content = write_portal_xlsx(map(portal_row, returns), on=ON)
    (sheet,) = load_workbook(io.BytesIO(content), read_only=True).worksheets
    sheet.reset_dimensions()
    again = [PortalRow(*row) for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert again == [portal_row(one) for one in returns]
