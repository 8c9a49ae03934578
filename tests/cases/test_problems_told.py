"""A problem is one sentence in whatever language: in English the same as its text form."""

import pytest

from palermo.cases import Problem
from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.collect.catalogue import CATALOGUE
from tests.spoken import ARABIC, bare

KNOWN = Problem("COLLECT-024", "a code or label of the column's list", "use a code of the list", row=7)


@pytest.mark.parametrize(
    "one",
    [
        KNOWN,
        Problem("COLLECT-024", "a year", "correct it", row=7, column="year", suggestion="2024"),
        Problem("COLLECT-040", "the name of an area", "settle it", row=7, column="area", times=3),
        Problem("COLLECT-001", "a file with rows", "check it"),
        Problem("COLLECT-042", phrase("at most {most} rows", most=5), "look at it", column="x"),
    ],
)
def test_in_english_it_is_its_text_form(one: Problem) -> None:
    assert one.told(ENGLISH) == str(one)


def test_in_another_language_every_part_is_said() -> None:
    said = {
        "row {row}": "ligne {row}",
        "{code} {place}: expected {expected}. {todo}.": "{code} {place} : {expected}",
    }
    spoken = Language("fr", lambda text: said.get(text, text))
    assert KNOWN.told(spoken).startswith("COLLECT-024 ligne 7 : a code")
    assert bare(KNOWN.told(ARABIC)) == str(KNOWN)
    assert "\u2066COLLECT-024\u2069" in KNOWN.told(ARABIC)


def test_every_text_of_the_catalogue_reads_as_the_middle_of_a_sentence() -> None:
    for known in CATALOGUE:
        assert known.expected[:1].islower() or known.expected.startswith(("an Excel", "plain")), known.code
        assert not known.todo.endswith("."), known.code
