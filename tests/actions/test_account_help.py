"""Can an administrator help a member who lost a phone, and nobody of another organisation?"""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

from palermo import NotAllowed, PolicyRefusal
from palermo.actions import accounts, joining
from palermo.actions.accounts import Actor, end_sessions, reset_second_factor
from palermo.actions.vault import is_unlocked
from palermo.store.access import Missing
from palermo.store.audit import pseudonym
from palermo.store.models import AuditEntry
from palermo.store.vault import new_session, unlock
from palermo.web.doors import VAULT

ACTIONS = (end_sessions, reset_second_factor)
WORD = "a quiet long sentence"


@pytest.fixture(autouse=True)
def _fresh(db: None) -> None:
    cache.clear()


def signed_in(actor: Actor) -> Client:
    client = Client()
    name = user(actor).username
    assert client.post("/sign-in", {"username": name, "password": WORD}).status_code == 302
    return client


def user(actor: Actor) -> Any:
    return get_user_model().objects.get(public_id=actor.user_id)


def own_membership(actor: Actor) -> str:
    return accounts.memberships(user(actor))[0].id


def with_factors(actor: Actor) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user(actor), secret)
    RecoveryCodes.activate(user(actor))
    return secret


@pytest.mark.django_db
def test_a_member_is_signed_out_everywhere_with_what_was_unlocked(house: Any) -> None:
    member, administrator, other = house.actor(), house.actor("administrator"), house.actor("analyst")
    clients, bystander = [signed_in(member), signed_in(member)], signed_in(other)
    session = clients[0].session
    session[VAULT] = new_session()
    session.save()
    who = Actor(member.user_id, member.organisation_id, member.role, session=session[VAULT])
    unlock(who, house.rings[house.own])
    assert is_unlocked(who), "the control"
    assert end_sessions(member.user_id, by=administrator) == 2
    assert [one.get("/cases").status_code for one in clients] == [302, 302]
    assert not is_unlocked(who)
    assert bystander.get("/cases").status_code == 200, "nobody else"
    assert signed_in(member).get("/cases").status_code == 200, "the account stays open"


@pytest.mark.django_db
def test_lost_factors_go_with_every_session_and_the_password_opens_no_vault(house: Any) -> None:
    administrator = house.actor("administrator", organisation=house.real)
    member = house.actor(organisation=house.real)
    client = signed_in(member)
    with_factors(member)
    assert signed_in(member).get("/cases").status_code == 302, "the control: the code is asked for"
    assert reset_second_factor(member.user_id, by=administrator) == 2
    assert not Authenticator.objects.exists()
    assert client.get("/cases").status_code == 302
    again = signed_in(member)
    assert again.get("/cases").status_code == 200
    assert again.get("/vault/unlock")["Location"].startswith("/account?next=")


@pytest.mark.django_db
@pytest.mark.parametrize("help_", ACTIONS)
def test_it_is_written_down_by_whom_for_whom(house: Any, help_: Any) -> None:
    member, administrator = house.actor(), house.actor("administrator")
    with_factors(member)
    help_(member.user_id, by=administrator)
    body = json.loads(AuditEntry.objects.filter(organisation__public_id=house.own).last().body)
    assert body["action"] == f"accounts.{help_.__name__}"
    assert body["actor"] == administrator.user_id
    assert body["subjects"] == [pseudonym(house.own, member.user_id)]
    assert body["details"]["sessions"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize("help_", ACTIONS)
def test_only_an_administrator_and_only_for_the_own_members(house: Any, help_: Any) -> None:
    member, foreign = house.actor(), house.actor(organisation=house.other)
    administrator = house.actor("administrator")
    for one in (member, foreign):
        with_factors(one)
    with pytest.raises(NotAllowed):
        help_(administrator.user_id, by=member)
    with pytest.raises(Missing):
        help_(foreign.user_id, by=administrator)
    with pytest.raises(PolicyRefusal, match="RIGHTS-016"):
        help_(administrator.user_id, by=administrator)
    assert Authenticator.objects.count() == 4
    body = AuditEntry.objects.filter(organisation__public_id=house.own).last().body
    assert help_.__name__ not in body, "a refusal leaves no line"


@pytest.mark.django_db
def test_another_organisation_cannot_take_the_help_away_by_inviting(house: Any) -> None:
    """The control: once the member has accepted, a reset is refused, and only what is of here locks."""
    member, administrator = house.actor(), house.actor("administrator")
    with_factors(member)
    theirs = house.actor("administrator", organisation=house.other)
    made = accounts.invite(user(member).username, role="analyst", by=theirs).membership
    signed_in(member)
    assert reset_second_factor(member.user_id, by=administrator) == 2
    with pytest.raises(Missing):
        end_sessions(member.user_id, by=theirs)
    joining.accept(user(member), made)
    with_factors(member)
    with pytest.raises(PolicyRefusal, match="RIGHTS-016"):
        reset_second_factor(member.user_id, by=administrator)
    elsewhere = Actor(member.user_id, house.other, "analyst", session=new_session())
    unlock(elsewhere, house.rings[house.other])
    assert is_unlocked(member)
    assert end_sessions(member.user_id, by=administrator) == 0
    assert not is_unlocked(member)
    assert is_unlocked(elsewhere), "nothing of the other organisation"


@pytest.mark.django_db
def test_a_membership_that_waits_gives_nothing_and_tells_nothing(house: Any) -> None:
    member, theirs = house.actor(), house.actor("administrator", organisation=house.other)
    with_factors(member)
    get_user_model().objects.filter(public_id=member.user_id).update(display="Invented Amina")
    made = accounts.invite(user(member).username, role="focal_point", by=theirs).membership
    (line,) = [one for one in accounts.staff(by=theirs) if one.user == member.user_id]
    assert (line.accepted, line.second_factor, line.name) == (False, False, user(member).username)
    assert {one.organisation for one in accounts.memberships(user(member))} == {house.own}
    changed = accounts.change_role(made, "administrator", by=theirs)
    with pytest.raises(PolicyRefusal, match="RIGHTS-014"):  # who only waits is no second one
        accounts.remove_member(own_membership(theirs), by=theirs)
    for stranger in (theirs, house.actor("analyst")):
        with pytest.raises(Missing):
            joining.accept(user(stranger), changed)
    joining.decline(user(member), changed)
    assert joining.invitations(user(member)) == ()
    with pytest.raises(Missing):
        joining.accept(user(member), changed)
    again = accounts.invite(user(member).username, role="focal_point", by=theirs).membership
    joining.accept(user(member), again)
    assert {one.organisation for one in accounts.memberships(user(member))} == {house.own, house.other}
    (line,) = [one for one in accounts.staff(by=theirs) if one.user == member.user_id]
    assert (line.accepted, line.second_factor, line.name) == (True, True, "Invented Amina"), "the control"


@pytest.mark.django_db
def test_focal_points_are_told_of_every_role_that_reaches_cases(house: Any) -> None:
    boss, one, two = house.actor("administrator"), house.actor(), house.actor(team="b")
    foreign = house.actor(organisation=house.other)
    for role in ("collector", "auditor", "verifier"):
        accounts.invite(f"invented-{role}", role=role, by=boss)
    made = accounts.invite("invented-more", role="administrator", by=boss).membership
    accounts.change_role(made, "focal_point", by=boss)
    told = [each.role for each in joining.given(one)]
    assert told == ["focal_point", "verifier", "collector"], "the control: not of an auditor"
    for each in joining.given(one)[1:]:
        joining.seen(one, each.id)
    assert [each.role for each in joining.given(one)] == ["focal_point"]
    assert len(joining.given(two)) == 3, "what one has seen, the other has not"
    assert joining.given(foreign) == ()
    with pytest.raises(Missing):
        joining.seen(foreign, joining.given(two)[0].id)
