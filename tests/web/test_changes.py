"""Changes and the glance: what one version says and the other does not; what is open, by the record alone."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palermo.cases import Case, Detection, Episode, Place, Referral, Status, When
from palermo.cases.examples import invented_mission
from palermo.web import changes, facts, glance

CASES = invented_mission(cases=120).cases
BARE = Case(id="a" * 32, organisation="b" * 32)


def told(case: Case) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(s.title, f.term): f.values for s in facts.sections(case) for f in s.facts}


@given(st.sampled_from(CASES), st.sampled_from(CASES))
def test_changes_are_what_the_two_pages_do_not_share(before, after):
    found = {(c.section, c.term): (c.before, c.after) for c in changes.between(before, after)}
    old, new = told(before), told(after)
    expected = {p: (old.get(p, ()), new.get(p, ())) for p in {*old, *new} if old.get(p) != new.get(p)}
    found.pop(("Status history", "Status history"), None)
    assert {p: c for p, c in found.items() if p in expected} == expected
    assert not list(changes.between(before, before))


def test_a_step_of_the_status_is_a_change():
    later = msgspec.structs.replace(BARE, statuses=(Status(step="presumed", when=When.year_of(2024)),))
    (change,) = changes.between(BARE, later)
    assert (change.before, change.after) == ((), ("2024, Presumed victim",))


@given(st.sampled_from(CASES))
def test_every_dated_thing_is_in_time_once_and_in_order(case):
    moments = glance.moments(case, ())
    journeys = sum(len(one.journey) for one in case.episodes)
    assert len(moments) == len(case.episodes) + journeys + len(case.statuses) + bool(case.detection)
    days = [one.when.earliest for one in moments if one.when]
    assert days == sorted(days)
    assert [one.when is None for one in moments] == sorted(one.when is None for one in moments)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (BARE, "Nobody has assessed yet"),
        (msgspec.structs.replace(BARE, statuses=(Status(step="presumed"),)), "still to come"),
        (msgspec.structs.replace(BARE, needs=("shelter",)), "Needs without a referral: Shelter"),
        (msgspec.structs.replace(BARE, episodes=(Episode(ending="still_held"),)), "still held"),
    ],
)
def test_what_is_next_is_what_is_open(case, said):
    assert said in " ".join(glance.next_steps(case, ()))


def test_a_referral_answers_a_need_and_waits_for_its_own_answer():
    case = msgspec.structs.replace(
        BARE,
        needs=("shelter",),
        statuses=(Status(step="formally_identified", authority="police"),),
        detection=Detection(when=When.day(date(2024, 5, 1)), place=Place(area="MLI")),
    )
    sent = Referral(
        id="c" * 32, organisation="b" * 32, case=case.id, service="shelter", to="an invented shelter"
    )
    assert glance.next_steps(case, (sent,)) == ("Referral for Shelter: no answer yet.",)
    taken = msgspec.structs.replace(sent, state="accepted")
    assert glance.next_steps(case, (taken,)) == ("Nothing is open by what the record says.",)
    later = msgspec.structs.replace(taken, when=When.day(date(2024, 5, 1) + timedelta(days=3)))
    assert [one.kind for one in glance.moments(case, (later,))] == ["detection", "referral", "status"]
