"""Suggestions: for a person to choose from, each with a reason that never repeats the label."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palermo.codes import code_list, resolve
from palermo.codes.suggesting import MOST, suggestions


@pytest.mark.parametrize(
    ("label", "codes"),
    [
        ("Dominican", ["DMA", "DOM"]),
        ("Burkina Fasso", ["BFA"]),
        ("Kurdish", ["unknown"]),
        ("Nigeria North", ["NGA"]),
        ("Republik of Malli", ["MLI"]),
        ("xyzzy", []),
    ],
)
def test_likely_meanings(label, codes):
    assert [one.code for one in suggestions(label)][: len(codes)] == codes
    assert bool(suggestions(label)) == bool(codes)


@given(st.text(max_size=60))
def test_a_suggestion_is_a_code_with_a_reason_and_never_the_label(label):
    found = suggestions(label)
    assert len(found) <= MOST
    assert len({one.code for one in found}) == len(found)
    for one in found:
        assert one.code in code_list("areas") or one.code in code_list("special_areas")
        assert one.reason.endswith(".")


def test_what_is_suggested_was_not_resolved():
    """The control: a resolved label needs no person."""
    assert resolve("Mali").code == "MLI"
    assert resolve("Dominican").code is None
