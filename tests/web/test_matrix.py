"""Does every page answer as the tables say: each address x method x role x whose object?

`policy/doors.toml` names the right of each address, `policy/rights.toml` who holds it and how far. A new
address without a row, or without an object to try it on, fails here. What is not one's own answers exactly as
what is missing: the same status, headers and text, and the same statements to the database in the same order.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from palermo import ProblemWithInput
from palermo.codes.doors import CLOSED, Door, door, doors
from palermo.codes.rights import rights
from palermo.store import access
from palermo.store.models import CaseRow, Membership
from palermo.web import account_urls
from tests.web.world import (
    FIRST_KEY,
    IN_HOUSE,
    KEYS_APART,
    MAKERS,
    OWNERS,
    Answer,
    Somebody,
    World,
    address,
    kinds,
    parameters,
    sent_to,
    shape,
)

TODAY = datetime.now(UTC).date()
pytestmark = pytest.mark.django_db
DOORS, TABLE, PLACES = doors(TODAY), rights(TODAY), parameters()
ROLES = sorted(TABLE.roles)
METHODS = ("GET", "POST")
REACH = {"own": ("mine",), "team": ("mine", "mate"), "organisation": IN_HOUSE}
OF_A_TEAM = ("case", "file")
"""Objects that belong to a team; others within the scope of a team are the user's own."""

ONLY_OWN = ("export-start", "break-glass-seen")
"""An export's right says how far its cases go; the export itself is for whoever asked for it. A notice is for
whoever recorded the case."""

HELPED = ("member-sign-out", "member-second-factor")
OF_ANOTHER = ("export-answer", "break-glass-answer", "break-glass-review", "member-role", *HELPED)
"""Two persons: nobody agrees to his or her own, takes another role by himself or herself, or resets the own
second factor."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all roles, in a transaction that is taken back at the end."""
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), quick, transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def tried() -> dict[str, Door]:
    """The rows of the addresses that this installation has: sign-in elsewhere is there by settings only."""
    return {name: row for name, row in DOORS.items() if name in PLACES}


def owners(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Whose objects are tried; a page without an id is asked for once."""
    if not kinds(name, names):
        return ("mine",)
    return OWNERS[1:] if name in OF_ANOTHER else OWNERS


def takes(name: str, method: str) -> bool:
    """Whether an object can make a difference: a method that is not taken is refused before any lookup."""
    return not DOORS[name].methods or method in DOORS[name].methods


def reaches(name: str, names: tuple[str, ...], scope: str, owner: str) -> bool:
    found = kinds(name, names).values()
    if not found:
        return True
    of_a_team = set(found) <= set(OF_A_TEAM)
    wide = scope if scope == "organisation" or of_a_team else "own"
    return owner in REACH["own" if name in ONLY_OWN else wide]


def expected(name: str, names: tuple[str, ...], method: str, role: str, owner: str) -> tuple[int, ...]:
    """The statuses that the two tables allow."""
    row = DOORS[name]
    action = row.action(method)
    if row.methods and not action:
        return (405,)
    scope = TABLE.scope(action, role=role) if action else "own"
    if scope is None:
        return (403,)
    if not reaches(name, names, scope, owner):
        return (404,) if row.methods else (404, 405)
    return (200, 302) if row.methods else (200, 302, 405)


def asked(world: World, who: Somebody, name: str, method: str, *, owner: str = "mine") -> Answer:
    where = address(world, name, PLACES[name], role=who.actor.role, owner=owner)
    return world.ask(who, method, where, sent_to(name, where) if method == "POST" else None)


def walked(world: World, role: str) -> Iterator[tuple[str, str, dict[str, Answer]]]:
    """Every address x method: the answer for each owner's object."""
    who = world.somebody(role)
    for name, names in PLACES.items():
        for method in METHODS:
            whose = owners(name, names) if takes(name, method) else owners(name, names)[:1]
            yield name, method, {owner: asked(world, who, name, method, owner=owner) for owner in whose}


@pytest.fixture(scope="module")
def walk(world: World) -> Any:
    """The walk of a role, done once for all tests."""
    done: dict[str, list[tuple[str, str, dict[str, Answer]]]] = {}

    def of(role: str) -> list[tuple[str, str, dict[str, Answer]]]:
        if role not in done:
            done[role] = list(walked(world, role))
        return done[role]

    return of


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    by_settings = {str(each.name) for each in account_urls.oidc_routes("https://issuer.invalid")}
    assert set(PLACES) | by_settings == set(DOORS), "mend palermo/codes/policy/doors.toml"


def test_every_id_has_an_object_to_try() -> None:
    for name, names in PLACES.items():
        assert kinds(name, names) is not None


def test_an_exception_says_why() -> None:
    for name, row in DOORS.items():
        reason = row.signed_in or row.open
        assert bool(reason) != bool(row.methods), name
        assert not reason or len(reason.split()) > 2, name


@pytest.mark.parametrize("role", ROLES)
def test_every_door_answers_as_the_tables_say(walk: Any, role: str) -> None:
    wrong = [
        (name, method, owner, answer.status, wanted)
        for name, method, answers in walk(role)
        for owner, answer in answers.items()
        if answer.status not in (wanted := expected(name, PLACES[name], method, role, owner))
    ]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_yours_answers_exactly_as_what_is_missing(walk: Any, role: str) -> None:
    compared = 0
    for name, method, answers in walk(role):
        for owner, answer in answers.items():
            if answer.status == 404 and owner != "missing":
                assert answer.seen == answers["missing"].seen, (name, method, owner)
                compared += 1
    assert compared


@pytest.mark.parametrize("role", ROLES)
def test_the_view_behind_the_door_asks_for_its_right_by_itself(walk: Any, role: str) -> None:
    """So the row cannot claim another right than the action that is called, and no view calls none."""
    for name, method, answers in walk(role):
        row, action = DOORS[name], DOORS[name].action(method)
        for owner, answer in answers.items():
            if action and answer.status == 404:
                assert {row.read, row.send} & set(answer.asked), (name, method, owner)
            elif action and answer.status not in (403, 405):
                assert action in answer.asked, (name, method, owner, answer.asked)


@pytest.mark.parametrize("role", ROLES)
def test_without_the_right_nothing_is_looked_up(walk: Any, role: str) -> None:
    """A refusal is the same for every object, and for none: 403 tells nothing of what exists."""
    for name, method, answers in walk(role):
        refused = {answer.seen for answer in answers.values() if answer.status == 403}
        assert len(refused) <= 1, (name, method)
        assert not refused or all(set(one.asked) <= FRAME for one in answers.values()), (name, method)


FRAME = {"notices.mine"}
"""What every page asks for its frame, a refusal, too: what runs of the reader's own work."""

LISTS = {"cases": "case", "imports": "submission", "exports": "export"}


@pytest.mark.parametrize("role", ROLES)
def test_no_page_names_what_is_not_yours(world: World, walk: Any, role: str) -> None:
    """No id of another organisation on any page; on a list none of a colleague's beyond the scope."""
    foreign = {world.thing(kind, any_role, "foreign").encode() for kind in MAKERS for any_role in ROLES}
    for name, method, answers in walk(role):
        for owner, answer in answers.items():
            said = answer.body + repr(answer.headers).encode()
            assert not foreign & set(re.findall(rb"[0-9a-f]{32}", said)), (name, method, owner)
    for name, kind in LISTS.items():
        scope = TABLE.scope(DOORS[name].read, role=role)
        said = asked(world, world.somebody(role), name, "GET").body
        for owner in IN_HOUSE if scope else ():
            there = world.thing(kind, role, owner).encode() in said
            if not reaches(name, (kind,), scope or "", owner):
                assert not there, (name, owner)
            elif scope == "own":
                assert there, (name, owner, "the control: one's own stands in the list")


def integer_keys(answer: Answer) -> set[int]:
    """Integer keys in the text and headers of an answer: the numbers where the tables begin."""
    said = answer.body + repr(answer.headers).encode()
    tables = len(connection.introspection.table_names())
    found = {int(digits) for digits in re.findall(rb"731\d{6}", said)}
    return {number for number in found if FIRST_KEY < number < FIRST_KEY + KEYS_APART * tables}


@pytest.mark.parametrize("role", ROLES)
def test_integer_keys_never_leave(walk: Any, role: str) -> None:
    for name, method, answers in walk(role):
        for owner, answer in answers.items():
            assert not integer_keys(answer), (name, method, owner)


def test_the_control_sees_an_integer_key(world: World) -> None:
    key = CaseRow.objects.latest("id").id
    assert integer_keys(Answer(200, (("Location", f"/cases/{key}"),), b"", (), ())) == {key}
    assert integer_keys(Answer(200, (), f'<option value="{key}">'.encode(), (), ())) == {key}


def test_the_control_sees_a_door_that_lets_another_organisation_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the store not to cut to the organisation, or to look twice, the walk would say so."""
    who = world.somebody("focal_point")
    asked(world, who, "case", "GET", owner="foreign")
    monkeypatch.setattr(access, "_of", lambda model, actor: model.objects.all())
    assert asked(world, who, "case", "GET", owner="foreign").status != 404
    monkeypatch.undo()

    def twice(rows: Any) -> Any:
        row = rows.first()
        if row is None and CaseRow.objects.filter(organisation__short="OTHER").exists():
            CaseRow.objects.count()
        if row is None:
            raise access.Missing
        return row

    plain = asked(world, who, "case", "GET", owner="missing")
    monkeypatch.setattr(access, "one", twice)
    assert asked(world, who, "case", "GET", owner="foreign").seen != plain.seen


def test_the_control_sees_a_view_that_asks_for_no_right(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from palermo.actions import labels

    who = world.somebody("focal_point")
    assert "labels.unresolved" in asked(world, who, "labels", "GET").asked
    monkeypatch.setattr(labels, "unresolved", lambda actor: ())
    assert "labels.unresolved" not in asked(world, who, "labels", "GET").asked


@pytest.mark.parametrize("left", [False, True])
def test_an_account_without_a_membership_opens_no_door(world: World, left: bool) -> None:
    """One that never had a membership, and one whose membership has ended."""
    who = world.somebody("focal_point")
    with transaction.atomic():
        mine = Membership.objects.filter(user__public_id=who.actor.user_id)
        if left:
            mine.update(until=datetime(2026, 1, 1, tzinfo=UTC))
        else:
            mine.delete()
        for name, row in tried().items():
            for method in set(METHODS) & set(row.methods):
                where = address(world, name, PLACES[name], role="focal_point", owner="mine")
                assert world.ask(who, method, where).status == 403, (name, method)
        transaction.set_rollback(True)


def test_no_door_takes_another_method(world: World) -> None:
    who = world.somebody("focal_point")
    for name, row in tried().items():
        where = address(world, name, PLACES[name], role="focal_point", owner="mine")
        for method in ("PUT", "DELETE", "OPTIONS"):
            assert world.ask(who, method, where).status == 405 or not row.methods, (name, method)


def test_an_address_without_a_row_is_closed_to_everybody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("palermo.web.doors.door", lambda name, on: CLOSED)
    for role in ROLES:
        for method in METHODS:
            assert asked(world, world.somebody(role), "tables", method).status == 403, (role, method)


def test_a_row_that_is_not_well_formed_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    from palermo.codes import doors as module

    bad: tuple[dict[str, str], ...] = (
        {"read": "cases.no_such_action"},
        {},
        {"read": "cases.list_cases", "open": "for all"},
        {"open": "for all", "signed_in": "for members"},
    )
    for row in bad:
        held = type("Held", (), {"value": {"page": row}})
        monkeypatch.setattr(module, "policy", lambda name, on, held=held: held)
        doors.cache_clear()
        with pytest.raises(ProblemWithInput, match="CODES-006"):
            doors(date(2026, 11, 1))
    monkeypatch.undo()
    doors.cache_clear()
    assert door("cases", on=TODAY) == Door(read="cases.list_cases")


def test_a_row_of_rights_that_is_not_well_formed_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    from palermo.codes import rights as module

    roles, good = {"analyst": "counts"}, {"audited": True, "coded": {"analyst": "own"}}
    bad: tuple[dict[str, object], ...] = (
        {"coded": {"analyst": "own"}},
        {"audited": True},
        {"audited": True, "coded": {}},
        {"audited": True, "coded": True},
        {"audited": {"analyst": "own"}, "coded": {"analyst": "own"}},
        {"audited": True, "coded": {"nobody": "own"}},
        {"audited": True, "secret": {"analyst": "own"}},
        {"audited": True, "coded": {"analyst": "everything"}},
    )
    values: list[dict[str, object]] = [{"roles": roles, "actions": {"a.b": good, "c.d": row}} for row in bad]
    whole = {"roles": roles, "actions": {"a.b": good}}
    for value in (*values, {}, {"roles": roles}, {"actions": whole["actions"]}):
        held = type("Held", (), {"value": value, "since": TODAY})
        monkeypatch.setattr(module, "policy", lambda name, on, held=held: held)
        with pytest.raises(ProblemWithInput, match="CODES-005"):
            module.rights.__wrapped__(TODAY)
    held = type("Held", (), {"value": whole, "since": TODAY})
    monkeypatch.setattr(module, "policy", lambda name, on: held)
    assert module.rights.__wrapped__(TODAY).scope("a.b", role="analyst") == "own", "the control"


def test_shapes_differ_where_statements_do() -> None:
    assert shape("SELECT 1 FROM a WHERE b = 'x'") == shape("SELECT 22 FROM a WHERE b = 'it''s'")
    assert shape("SELECT 1 FROM a") != shape("SELECT 1 FROM b")
    assert shape('SAVEPOINT "s1_x2"') == shape('SAVEPOINT "s3_x40"')
