"""Does a case open to somebody out of reach only by two persons, for a time, without its identity?"""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from palermo import NotAllowed, PalermoError, PolicyRefusal, ProblemWithInput
from palermo.actions import accounts, audit, break_glass, cases, collect, people
from palermo.cases import Age, Ages, Case, Detection, Name, Person, Place, Status, When, encode_all
from palermo.protect.break_glass import times
from palermo.store import vault
from palermo.store.access import Actor, Missing
from palermo.store.models import AuditEntry, BreakGlass

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
HOURS = times(NOW.date()).opens
NAME, VILLAGE = "Invented Amina Planted", "Invented Hidden Village"
REASON = "Invented reason: she called from a police station"
ADULT, CHILD, UNKNOWN = "a" * 32, "c" * 32, "d" * 32


def lines(organisation: str) -> bytes:
    found = Detection(when=When.day(date(2024, 5, 3)), place=Place(area="MLI", exact=VILLAGE))
    person = Person(id="f" * 32, organisation=organisation, invented=True, names=(Name(text=NAME),))
    told = {ADULT: Age.exactly(30), CHILD: Age.exactly(15), UNKNOWN: None}
    held = [
        Case(
            id=id, organisation=organisation, invented=True, person=person.id, sex="female", detection=found,
            ages=Ages(detection=age), statuses=(Status(step="identified", area="MLI"),),
        )
        for id, age in told.items()
    ]  # fmt: skip
    return encode_all([person, *held])


class Staff:
    """A focal point who imported three cases, and colleagues of hers; each has the vault unlocked."""

    def __init__(self, house: Any) -> None:
        self.house = house
        self.owner = house.actor("focal_point")
        self.asker = house.actor("case_worker", team="south")
        self.verifier = house.actor("verifier")
        self.second = house.actor("focal_point", team="second")
        self.auditor = house.actor("auditor")
        content = lines(house.own)
        collect.import_file(self.owner, content, invented=True, now=NOW)

    def opened(self, *, now: datetime = NOW) -> str:
        request = break_glass.ask(self.asker, ADULT, REASON, now=now)
        break_glass.answer(self.verifier, request, True, now=now)
        return request


@pytest.fixture
def staff(house: Any) -> Staff:
    return Staff(house)


def state(staff: Staff, *, now: datetime = NOW) -> str:
    return break_glass.requests(staff.asker, now=now).mine[0].state


def test_the_asker_sees_codes_and_exact_places_and_never_the_person(staff: Staff) -> None:
    with pytest.raises(Missing):
        cases.one_case(staff.asker, ADULT, now=NOW)
    staff.opened()
    view = cases.one_case(staff.asker, ADULT, now=NOW)
    assert view.exact is not None
    assert view.exact.detection.place.exact == VILLAGE
    assert (view.person, view.may_see_person, view.opened_until) == (None, False, NOW + HOURS)
    owner = cases.one_case(staff.owner, ADULT, now=NOW)
    assert owner.person is not None, "the control: there is a name to be seen"
    assert owner.person.names[0].text == NAME
    assert owner.opened_until is None


def test_with_the_vault_locked_codes_only(staff: Staff) -> None:
    staff.opened()
    vault.lock(staff.asker.session)
    view = cases.one_case(staff.asker, ADULT, now=NOW)
    assert (view.exact, view.person, view.locked, view.case.sex) == (None, None, True, "female")


def test_it_opens_no_other_case_no_list_and_no_search(staff: Staff) -> None:
    staff.opened()
    assert cases.count_cases(staff.asker) == 0
    assert cases.list_cases(staff.asker).rows == ()
    assert people.search_names(staff.asker, NAME).found == ()
    for other in (CHILD, UNKNOWN):
        with pytest.raises(Missing):
            cases.one_case(staff.asker, other, now=NOW)
    for somebody in (staff.house.actor("case_worker", team="north"), staff.house.actor("collector")):
        with pytest.raises(Missing):
            cases.one_case(somebody, ADULT, now=NOW)


def test_it_closes_when_the_time_is_over(staff: Staff) -> None:
    staff.opened()
    assert cases.one_case(staff.asker, ADULT, now=NOW + HOURS - timedelta(seconds=1)).exact
    with pytest.raises(Missing):
        cases.one_case(staff.asker, ADULT, now=NOW + HOURS)
    assert state(staff, now=NOW + HOURS) == "ended"


@pytest.mark.parametrize("case", [CHILD, UNKNOWN])
def test_a_childs_case_or_one_of_unknown_age_is_refused(staff: Staff, case: str) -> None:
    with pytest.raises(PolicyRefusal, match=r"RIGHTS-010.*counts as a child's"):
        break_glass.ask(staff.asker, case, REASON, now=NOW)
    assert not BreakGlass.objects.exists()


def test_a_case_that_turns_out_to_be_a_childs_closes(staff: Staff) -> None:
    waiting = break_glass.ask(staff.house.actor("collector"), ADULT, REASON, now=NOW)
    staff.opened()
    content = lines(staff.house.own).replace(b'"lowest":30,"highest":30', b'"lowest":16,"highest":16')
    assert collect.import_file(staff.owner, content, invented=True, now=NOW).superseded == 1
    with pytest.raises(Missing):
        cases.one_case(staff.asker, ADULT, now=NOW)
    with pytest.raises(PolicyRefusal, match="RIGHTS-010"):
        break_glass.answer(staff.verifier, waiting, True, now=NOW)


def test_another_organisations_case_is_missing(staff: Staff) -> None:
    stranger = staff.house.actor("case_worker", staff.house.other)
    for case in (ADULT, "0" * 32):
        with pytest.raises(Missing) as refused:
            break_glass.ask(stranger, case, REASON, now=NOW)
        assert str(refused.value) == str(Missing())
    request = staff.opened()
    other = [staff.house.actor(role, staff.house.other) for role in ("focal_point", "auditor")]
    for act in (
        lambda: break_glass.answer(other[0], request, True),
        lambda: break_glass.review(other[1], request, True),
        lambda: break_glass.one_request(other[0], request),
        lambda: break_glass.seen(other[0], request),
    ):
        with pytest.raises(Missing):
            act()
    assert break_glass.notices(other[0]) == ()
    with pytest.raises(Missing):
        cases.one_case(replace(staff.asker, organisation_id=staff.house.other), ADULT, now=NOW)


def hat(staff: Staff, user: Actor, role: str) -> Actor:
    """The same user in another role of the same organisation, the vault unlocked."""
    accounts.add_member(user.user_id, organisation=staff.house.own, role=role)
    actor = Actor(user.user_id, staff.house.own, role, session=vault.new_session())
    vault.unlock(actor, staff.house.rings[staff.house.own])
    return actor


def test_nobody_is_two_of_the_three_persons_in_whatever_role(staff: Staff) -> None:
    request = break_glass.ask(staff.asker, ADULT, REASON, now=NOW)
    with pytest.raises(NotAllowed):
        break_glass.answer(staff.asker, request, True, now=NOW)
    asker_too = hat(staff, staff.asker, "focal_point")
    with pytest.raises(PolicyRefusal, match="RIGHTS-012"):
        break_glass.answer(asker_too, request, True, now=NOW)
    assert state(staff) == "asked"
    break_glass.answer(staff.verifier, request, True, now=NOW)
    for one in (asker_too, hat(staff, staff.verifier, "auditor"), hat(staff, staff.asker, "auditor")):
        with pytest.raises(PolicyRefusal, match="RIGHTS-012"):
            break_glass.review(one, request, True, now=NOW)
    break_glass.review(staff.auditor, request, True, now=NOW)
    assert state(staff) == "justified"


def test_who_grants_has_the_reason_before_her(staff: Staff) -> None:
    request = break_glass.ask(staff.asker, ADULT, REASON, now=NOW)
    assert break_glass.one_request(staff.verifier, request, now=NOW).reason == REASON
    assert break_glass.one_request(staff.auditor, request, now=NOW).reason is None
    vault.lock(staff.verifier.session)
    assert break_glass.one_request(staff.verifier, request, now=NOW).reason is None
    with pytest.raises(vault.Locked):
        break_glass.answer(staff.verifier, request, True, now=NOW)
    break_glass.answer(staff.verifier, request, False, now=NOW)
    assert state(staff) == "refused"
    with pytest.raises(Missing):
        cases.one_case(staff.asker, ADULT, now=NOW)


def test_a_request_is_answered_once_and_lapses(staff: Staff) -> None:
    request = staff.opened()
    for yes in (True, False):
        with pytest.raises(ProblemWithInput, match="RIGHTS-013"):
            break_glass.answer(staff.second, request, yes, now=NOW)
    late = NOW + HOURS
    again = break_glass.ask(staff.asker, ADULT, REASON, now=late)
    with pytest.raises(ProblemWithInput, match="RIGHTS-013"):
        break_glass.answer(staff.second, again, True, now=late + times(NOW.date()).answer)
    with pytest.raises(ProblemWithInput, match="RIGHTS-013"):
        break_glass.review(staff.second, again, True, now=late)


def test_asking_needs_a_reason_and_a_case_out_of_reach(staff: Staff) -> None:
    for reason in ("", "  ", "x" * 5000):
        with pytest.raises(ProblemWithInput, match="RIGHTS-011"):
            break_glass.ask(staff.asker, ADULT, reason, now=NOW)
    mine = staff.house.actor("collector")
    other = lines(staff.house.own).replace(ADULT.encode(), b"b" * 32)
    collect.import_file(mine, b"\n".join(other.splitlines()[1:2]), invented=True, now=NOW)
    with pytest.raises(ProblemWithInput, match=r"RIGHTS-011.*reaches"):
        break_glass.ask(mine, "b" * 32, REASON, now=NOW)
    break_glass.ask(staff.asker, ADULT, REASON, now=NOW)
    with pytest.raises(ProblemWithInput, match=r"RIGHTS-011.*already"):
        break_glass.ask(staff.asker, ADULT, REASON, now=NOW)
    for role in ("focal_point", "verifier", "analyst", "auditor", "administrator"):
        with pytest.raises(NotAllowed):
            break_glass.ask(staff.house.actor(role, team="x"), ADULT, REASON, now=NOW)


def test_the_owner_is_told_until_she_says_that_she_saw_it(staff: Staff) -> None:
    assert break_glass.notices(staff.owner, now=NOW) == ()
    request = staff.opened()
    (told,) = break_glass.notices(staff.owner, now=NOW)
    assert (told.case, told.role, told.until, told.over) == (ADULT, "case_worker", NOW + HOURS, False)
    assert break_glass.notices(staff.owner, case=ADULT, now=NOW + HOURS)[0].over
    assert break_glass.notices(staff.owner, case=CHILD, now=NOW) == ()
    assert break_glass.notices(staff.second, now=NOW) == (), "she is not the owner"
    with pytest.raises(Missing):
        break_glass.seen(staff.second, request, now=NOW)
    break_glass.seen(staff.owner, request, now=NOW)
    assert break_glass.notices(staff.owner, now=NOW) == ()


def test_where_the_owner_has_left_every_focal_point_is_told(staff: Staff) -> None:
    staff.opened()
    boss = staff.house.actor("administrator")
    (gone,) = (one for one in accounts.staff(by=boss) if one.user == staff.owner.user_id)
    accounts.remove_member(gone.id, by=boss)
    assert [one.case for one in break_glass.notices(staff.second, now=NOW)] == [ADULT]
    assert break_glass.notices(staff.asker, now=NOW) == ()


def test_what_was_refused_announces_nothing(staff: Staff) -> None:
    request = break_glass.ask(staff.asker, ADULT, REASON, now=NOW)
    break_glass.answer(staff.verifier, request, False, now=NOW)
    assert break_glass.notices(staff.owner, now=NOW) == ()
    assert break_glass.requests(staff.second, now=NOW).reviews == ()


def test_a_review_is_listed_with_its_day_and_closes_what_is_open(staff: Staff) -> None:
    request = staff.opened()
    (due,) = break_glass.requests(staff.auditor, now=NOW).reviews
    assert (due.id, due.late, due.case, due.who) == (request, False, "", "")
    assert due.due == NOW + HOURS + times(NOW.date()).review
    assert break_glass.requests(staff.auditor, now=due.due + timedelta(1)).reviews[0].late
    assert break_glass.requests(staff.second, now=NOW).reviews[0].case == ADULT
    assert break_glass.requests(staff.verifier, now=NOW).reviews == ()
    cases.one_case(staff.asker, ADULT, now=NOW + timedelta(minutes=1))
    cases.one_case(staff.asker, ADULT, now=NOW + timedelta(minutes=2))
    cases.one_case(staff.owner, ADULT, now=NOW + timedelta(minutes=2))
    assert break_glass.one_request(staff.auditor, request, now=NOW + timedelta(minutes=3)).looks == 2
    break_glass.review(staff.second, request, False, now=NOW + timedelta(minutes=5))
    with pytest.raises(Missing):
        cases.one_case(staff.asker, ADULT, now=NOW + timedelta(minutes=5))
    assert state(staff) == "not_justified"
    assert break_glass.requests(staff.auditor, now=NOW).reviews == ()


def test_each_step_is_in_the_chain_with_the_case_as_its_subject(staff: Staff) -> None:
    request = staff.opened()
    cases.one_case(staff.asker, ADULT, now=NOW)
    break_glass.seen(staff.owner, request, now=NOW)
    break_glass.review(staff.auditor, request, True, now=NOW)
    lines = audit.who_saw(staff.owner, ADULT).lines
    said = [(one.action, one.role, one.what) for one in reversed(lines)]
    assert said == [
        ("break_glass.ask", "case_worker", "emergency"),
        ("break_glass.answer", "verifier", "emergency"),
        ("cases.one_case", "case_worker", "break_glass"),
        ("break_glass.seen", "focal_point", "emergency"),
        ("break_glass.review", "auditor", "emergency"),
    ]
    assert audit.verify_chain(staff.auditor) is None


def test_the_reason_rests_sealed_and_is_in_no_entry(staff: Staff) -> None:
    request = staff.opened()
    row = BreakGlass.objects.get(public_id=request)
    assert REASON.encode() not in bytes(row.sealed)
    for entry in AuditEntry.objects.all():
        assert REASON not in entry.body
        assert not re.search("police", entry.body)
    with pytest.raises(PalermoError):
        staff.house.rings[staff.house.other].open(row, record=row.public_id, field="reason")
    assert (
        staff.house.rings[staff.house.own].open(row, record=row.public_id, field="reason") == REASON.encode()
    )


def test_without_a_vault_nothing_is_asked(house: Any) -> None:
    from palermo.store.models import KeyHold, VaultKey

    actor = house.actor("case_worker")
    staff = Staff(house)
    KeyHold.objects.all().delete()
    VaultKey.objects.all().delete()
    with pytest.raises(vault.NoVault):
        break_glass.ask(actor, ADULT, REASON, now=NOW)
    assert staff.asker
    assert not BreakGlass.objects.exists()
