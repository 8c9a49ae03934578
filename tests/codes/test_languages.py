"""What is said in each language: numbers, dates, ranges, sentences; each keeps its order right to left."""

import pickle
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palermo.codes import code_list
from palermo.codes.languages import ENGLISH, Language, language, phrase
from palermo.codes.listing import LANGUAGES
from palermo.codes.phrases import packed, unpacked
from tests.spoken import ARABIC, bare, dated, latin

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("code", "day", "first", "month"),
    [
        ("en", "23 November 2026", "1 May 2026", "May 2026"),
        ("fr", "23 novembre 2026", "1er mai 2026", "mai 2026"),
        ("es", "23 de noviembre de 2026", "1 de mayo de 2026", "mayo de 2026"),
        ("ar", "23 تشرين الثاني/نوفمبر 2026", "1 أيار/مايو 2026", "أيار/مايو 2026"),
        ("ru", "23 ноября 2026 года", "1 мая 2026 года", "май 2026 года"),
        ("zh", "2026年11月23日", "2026年5月1日", "2026年5月"),
    ],
)
def test_dates_as_the_united_nations_prints_them(code: str, day: str, first: str, month: str) -> None:
    spoken = language(code)
    assert bare(spoken.day(date(2026, 11, 23))) == day
    assert bare(spoken.day(date(2026, 5, 1))) == first
    assert bare(spoken.month(date(2026, 5, 1))) == month


def test_arabic_has_double_names_for_every_month() -> None:
    names = [bare(language("ar").month(date(2026, month, 1))) for month in range(1, 13)]
    assert names[0] == "كانون الثاني/يناير 2026"
    assert names[11] == "كانون الأول/ديسمبر 2026"
    assert all(name.count("/") == 1 for name in names)
    assert len(set(names)) == 12


@pytest.mark.parametrize(
    ("code", "thousands", "decimal", "per_cent"),
    [
        ("en", f"1{NBSP}352", "12.5", f"12.5{NBSP}per cent"),
        ("fr", f"1{NBSP}352", "12,5", f"12,5{NBSP}%"),
        ("es", f"1{NBSP}352", "12,5", f"12,5{NBSP}%"),
        ("ar", f"1{NBSP}352", "12,5", f"12,5{NBSP}في المائة"),
        ("ru", f"1{NBSP}352", "12,5", f"12,5{NBSP}%"),
        ("zh", f"1{NBSP}352", "12.5", "12.5%"),
    ],
)
def test_numbers(code: str, thousands: str, decimal: str, per_cent: str) -> None:
    spoken = language(code)
    assert bare(spoken.number(1352)) == thousands
    assert bare(spoken.number(12.5)) == decimal
    assert bare(spoken.per_cent(12.5)) == per_cent
    assert bare(spoken.number(None)) == "–"
    assert (bare(spoken.below(5)), bare(spoken.interval(0, 4))) == ("<5", "0–4")
    assert (bare(spoken.interval(3, 3)), bare(spoken.interval(48, None))) == ("3", "48+")


def test_the_moment_and_two_days() -> None:
    assert ENGLISH.instant(datetime(2026, 11, 23, 8, 5)) == "23 November 2026, 08:05"  # noqa: DTZ001
    assert ENGLISH.dates(date(2026, 1, 2), date(2026, 3, 4)) == "2 January 2026 to 4 March 2026"
    assert ENGLISH.dates(date(2026, 1, 2), date(2026, 1, 2)) == "2 January 2026"


def test_the_state_of_palestine_has_its_name_in_every_language() -> None:
    """Names of countries come from the list of areas (UN M49), never from CLDR."""
    names = [code_list("areas").label("PSE", code) for code in LANGUAGES]
    assert names[0] == "State of Palestine"
    assert len(set(names)) == 6


def test_a_phrase_is_translated_by_its_pattern_and_its_values_after_it() -> None:
    said = {"at most {most} rows on {day}": "pas plus de {most} lignes le {day}"}
    french = Language("fr", lambda text: said.get(text, text))
    told = phrase("at most {most} rows on {day}", most=1352, day=date(2026, 5, 1))
    assert told == "at most 1352 rows on 2026-05-01"
    assert french.said(told) == f"pas plus de 1{NBSP}352 lignes le 1er mai 2026"


def test_a_value_is_never_looked_up() -> None:
    asked: list[str] = []
    spoken = Language("fr", lambda text: asked.append(text) or text)  # type: ignore[func-returns-value]
    assert spoken.said(phrase("asked by {who}", who="Home")) == "asked by Home"
    assert asked == ["asked by {who}"]


@given(st.dictionaries(st.sampled_from("abc"), st.integers() | st.text() | st.dates()))
def test_a_phrase_is_kept_in_a_column_and_comes_back(values: dict[str, object]) -> None:
    made = phrase(" ".join(f"{{{name}}}" for name in sorted(values)), **values)
    nested = phrase("told: {what}", what=made)
    for one in (made, nested, pickle.loads(pickle.dumps(nested))):
        again = unpacked(packed(one))
        assert (again, ENGLISH.said(again)) == (one, ENGLISH.said(one))
    assert unpacked(packed("a year")) == "a year"


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 11, 21, 100, 1352])
def test_a_count_is_said_in_every_language(code: str, count: int) -> None:
    said = language(code).counted("{count} month", "{count} months", count)
    assert "{" not in said
    assert said


def test_left_to_right_languages_have_no_invisible_marks() -> None:
    for code in set(LANGUAGES) - {"ar"}:
        assert language(code).isolated("<5") == "<5"
        assert language(code).number(1352).isascii() or NBSP in language(code).number(1352)


@given(latin() | dated())
def test_what_is_isolated_once_is_not_isolated_again(text: str) -> None:
    assert ARABIC.isolated(text) == text
    assert text[0] in "\u2066\u2067"
    assert text.count("\u2069") == 1
