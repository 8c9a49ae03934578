"""Do dates, ages, places and durations behave as intervals, and say no more than they know?"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palermo.cases import Age, BrokenRecord, Months, Place, Source, When
from tests.strategies import AGES, DAYS, PLACES, WHENS


@given(when=WHENS)
def test_a_coarse_date_holds_the_exact_one_in_whole_months(when: When) -> None:
    coarse = when.coarse()
    assert coarse.earliest <= when.earliest <= when.latest <= coarse.latest
    assert coarse.earliest.day == 1
    assert (coarse.latest + timedelta(days=1)).day == 1
    assert coarse.coarse() == coarse
    assert coarse.year == when.year


@given(day=DAYS)
def test_precision_is_read_from_the_interval(day: date) -> None:
    assert When.day(day).precision == "day"
    assert When.month(day.year, day.month).precision == "month"
    assert When.year_of(day.year).precision == "year"
    assert When(earliest=day, latest=day + timedelta(days=45)).precision == "interval"


@given(day=DAYS)
def test_the_text_form_of_a_day_shows_its_month_only(day: date) -> None:
    assert repr(When.day(day)) == f"When({day:%Y-%m})"
    assert str(When.day(day)) == day.isoformat()


@given(first=DAYS, days=st.integers(1, 4000))
def test_a_date_does_not_end_before_it_begins(first: date, days: int) -> None:
    with pytest.raises(BrokenRecord):
        When(earliest=first, latest=first - timedelta(days=days))


def test_a_date_that_spans_two_years_has_no_year() -> None:
    assert When(earliest=date(2024, 12, 30), latest=date(2025, 1, 2)).year is None
    assert When.month(2024, 12).latest == date(2024, 12, 31)
    assert When.month(2024, 2).latest == date(2024, 2, 29)


@given(age=AGES)
def test_an_age_group_is_certain_or_unknown(age: Age) -> None:
    """Child where every age of the interval is under 18, adult where every one is 18 or over."""
    years = range(age.lowest, 121 if age.highest is None else age.highest + 1)
    groups = {"child" if year < 18 else "adult" for year in years}
    assert age.group == (groups.pop() if len(groups) == 1 else "unknown")


@pytest.mark.parametrize(("lowest", "highest"), [(-1, 3), (121, None), (10, 9), (10, 121)])
def test_an_age_lies_between_0_and_120(lowest: int, highest: int | None) -> None:
    with pytest.raises(BrokenRecord):
        Age(lowest=lowest, highest=highest)


@pytest.mark.parametrize(("lowest", "highest"), [(-1, None), (5, 4)])
def test_a_duration_is_not_negative(lowest: int, highest: int | None) -> None:
    with pytest.raises(BrokenRecord):
        Months(lowest=lowest, highest=highest)


@given(place=PLACES)
def test_a_coarse_place_keeps_area_and_division_only(place: Place) -> None:
    coarse = place.coarse()
    assert (coarse.area, coarse.first_level, coarse.exact) == (place.area, place.first_level, None)


@pytest.mark.parametrize("area", ["ZZZ", "irq", "", "Iraq"])
def test_a_place_lies_in_an_area_of_the_list(area: str) -> None:
    with pytest.raises(BrokenRecord, match=r"Place\.area"):
        Place(area=area)


def test_a_source_is_known_by_its_natural_id_else_by_submission_and_row() -> None:
    assert Source(layout="htcds", submission="s", row=7).key == "s:7"
    assert Source(layout="htcds", submission="s", row=7, natural="A-1").key == "A-1"


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: When(earliest=date(9999, 12, 15), latest=date(9999, 12, 31)), "earliest"),
        (lambda: When(earliest=date(1, 1, 1), latest=date(2024, 1, 1)), "earliest"),
        (lambda: Source(layout="palermo", row=10**20), "row"),
        (lambda: Months(lowest=10**9), "highest"),
    ],
)
def test_a_value_beyond_any_store_is_a_fault_of_its_row(make: Callable[[], object], field: str) -> None:
    with pytest.raises(BrokenRecord) as refused:
        make()
    assert [broken.field for broken in refused.value.broken] == [field]
