"""Words: dates and numbers as the United Nations prints them, and unknown is said."""

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from palermo.cases import Age, Months, Place, When
from palermo.cases.examples import invented_mission
from palermo.web import facts, words


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (When.day(date(2026, 11, 23)), "23 November 2026"),
        (When.month(2026, 11), "November 2026"),
        (When.year_of(2026), "2026"),
        (When(earliest=date(2026, 1, 2), latest=date(2026, 3, 4)), "between 2 January 2026 and 4 March 2026"),
        (None, "Unknown"),
    ],
)
def test_dates_as_precise_as_they_are_known(when, said):
    assert words.when(when) == said


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (Age.exactly(13), "13"),
        (Age(lowest=9, highest=17), "9 to 17"),
        (Age(lowest=48), "48 and over"),
        (None, "Unknown"),
    ],
)
def test_ages(age, said):
    assert words.age(age) == said


def test_other_words():
    assert words.number(1352) == '<bdi dir="ltr">1\xa0352</bdi>'
    assert words.number("<5") == '<bdi dir="ltr">&lt;5</bdi>'
    assert words.month_of("2024-05") == "May 2024"
    assert words.month_of("") == "Unknown"
    assert words.months(Months(lowest=1, highest=1)) == "1 month"
    assert words.months(Months(lowest=3)) == "3 months and more"
    assert words.place(Place(area="MLI", exact="Invented village 3")) == "Invented village 3, Mali"
    assert words.label("nonsense", of="sex") == "nonsense"


def test_labels_follow_the_readers_language():
    with translation.override("ar"):
        assert words.area("MLI") == "مالي"


def test_every_case_of_the_mission_can_be_told_without_a_code():
    codes = re.compile(r"\b[a-z]+_[a-z_]+\b")
    for case in invented_mission(cases=300).cases:
        for section in facts.sections(case):
            for fact in section.facts:
                assert not any(codes.search(value) for value in fact.values), (section.title, fact.term)
            assert "Unknown" not in [value for fact in section.facts for value in fact.values]


def test_an_arabic_reader_gets_the_page_from_right_to_left(db):
    arabic = Client().get("/sign-in", headers={"accept-language": "ar"}).content.decode()
    assert '<html lang="ar" dir="rtl">' in arabic
    english = Client().get("/sign-in", headers={"accept-language": "pt"}).content.decode()
    assert '<html lang="en" dir="ltr">' in english
