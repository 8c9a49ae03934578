"""Does each step of a break-glass follow from the table, and does an uncertain age count as a child's?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palermo.cases import Age, Ages, Case
from palermo.protect.break_glass import (
    BY_TIME,
    OPENS,
    TRANSITIONS,
    after,
    diagram,
    may_be_a_child,
    standing,
    times,
)

ASKED = datetime(2026, 11, 1, 8, tzinfo=UTC)
HOW_LONG = times(ASKED.date())
STATES = sorted({one.before for one in TRANSITIONS} | {one.after for one in TRANSITIONS})
AGES = st.none() | st.builds(
    lambda low, span: Age(lowest=low, highest=None if span is None else min(120, low + span)),
    st.integers(0, 60),
    st.none() | st.integers(0, 30),
)


def case(**ages: Age | None) -> Case:
    return Case(id="1" * 32, organisation="2" * 32, ages=Ages(**ages))


def test_the_diagram_in_the_docs_is_the_table(root: Path) -> None:
    text = (root / "docs" / "how-to" / "break-the-glass.md").read_text("utf-8")
    assert f"```mermaid\n{diagram()}\n```" in text


def test_nothing_happens_that_the_table_does_not_say() -> None:
    said = {(one.before, one.happens): one.after for one in TRANSITIONS}
    assert len(said) == len(TRANSITIONS)
    for state in STATES:
        for happens in {one.happens for one in TRANSITIONS}:
            assert after(state, happens) == said.get((state, happens))


def test_every_state_is_reached_and_every_opening_can_be_reviewed() -> None:
    reached = {"asked"}
    for _ in TRANSITIONS:
        reached |= {one.after for one in TRANSITIONS if one.before in reached}
    assert reached == set(STATES)
    for state in ("open", "ended"):
        assert {one.after for one in TRANSITIONS if one.before == state} >= {"justified", "not_justified"}


@given(st.timedeltas(timedelta(0), timedelta(days=30)), st.timedeltas(timedelta(0), timedelta(days=2)))
def test_time_alone_never_opens(passed: timedelta, granted: timedelta) -> None:
    now, until = ASKED + passed, ASKED + granted
    assert standing("asked", asked=ASKED, until=None, now=now) in ("asked", "lapsed")
    assert (standing("asked", asked=ASKED, until=None, now=now) == "asked") == (passed < HOW_LONG.answer)
    assert (standing("open", asked=ASKED, until=until, now=now) == "open") == (now < until)
    for state in set(STATES) - {"asked", "open"}:
        assert standing(state, asked=ASKED, until=until, now=now) == state


def test_only_time_moves_a_request_by_itself() -> None:
    for one in TRANSITIONS:
        moved = standing(one.before, asked=ASKED, until=ASKED, now=ASKED + timedelta(days=99))
        assert (one.happens in BY_TIME) <= (moved == one.after)


@given(AGES, AGES, AGES, AGES)
def test_an_adult_is_adult_at_every_moment_that_is_known(
    recruitment: Age | None, start: Age | None, detection: Age | None, registration: Age | None
) -> None:
    told = case(recruitment=recruitment, start=start, detection=detection, registration=registration)
    known = [age for age in (recruitment, start, detection, registration) if age]
    adult = bool(known) and min(age.lowest for age in known) >= 18
    assert may_be_a_child(told) is not adult


@pytest.mark.parametrize(
    ("ages", "child"),
    [
        ({}, True),
        ({"detection": Age()}, True),
        ({"detection": Age(lowest=16, highest=20)}, True),
        ({"start": Age.exactly(15), "detection": Age.exactly(25)}, True),
        ({"detection": Age.exactly(18)}, False),
    ],
)
def test_what_counts_as_a_child(ages: dict[str, Age], child: bool) -> None:
    assert may_be_a_child(case(**ages)) is child


def test_identity_is_never_among_what_opens() -> None:
    assert "identity" not in OPENS
