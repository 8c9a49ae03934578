"""Words: dates and numbers as the United Nations prints them, unknown said, one style both ways."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

import palermo.web
from palermo.cases import Age, Months, Place, When
from palermo.cases.examples import invented_mission
from palermo.web import facts, words

STYLE = (Path(palermo.web.__file__).parent / "static" / "palermo.css").read_text("utf-8")


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


def test_style_knows_no_left_and_right_and_stays_small():
    physical = (
        r"(?<![-\w])(left|right)(?![-\w])|-(left|right)\s*:|(margin|padding)-(top|bottom)|\b(float|clear):"
    )
    assert not re.findall(physical, STYLE)
    assert len(STYLE.encode()) < 14 * 1024, "a first visit has 65 KB for everything"
    assert "@import" not in STYLE
    assert "url(" not in STYLE


PAIRS = (
    ("ink", "paper"),
    ("ink", "ground"),
    ("muted", "paper"),
    ("muted", "ground"),
    ("link", "paper"),
    ("link", "ground"),
    ("link-hover", "ground"),
    ("on-brand", "brand"),
    ("on-brand", "link-hover"),
    ("danger", "paper"),
    ("danger", "ground"),
    ("notice-ink", "notice"),
)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def tokens() -> dict[str, str]:
    found = re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", STYLE)
    return {
        name: colour if len(colour) == 7 else "#" + "".join(c * 2 for c in colour[1:])
        for name, colour in found
    }


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(text, ground):
    assert contrast(tokens()[text], tokens()[ground]) >= 4.5


def test_tags_and_buttons_stand_out_too():
    rules = re.findall(r"background: (#[0-9a-f]{6}); color: (#[0-9a-f]{6})", STYLE)
    assert len(rules) >= 4
    assert all(contrast(ground, text) >= 4.5 for ground, text in rules)


def test_borders_of_fields_can_be_seen():
    assert contrast(tokens()["field"], tokens()["paper"]) >= 3


def test_an_arabic_reader_gets_the_page_from_right_to_left(db):
    arabic = Client().get("/sign-in", headers={"accept-language": "ar"}).content.decode()
    assert '<html lang="ar" dir="rtl">' in arabic
    english = Client().get("/sign-in", headers={"accept-language": "pt"}).content.decode()
    assert '<html lang="en" dir="ltr">' in english
