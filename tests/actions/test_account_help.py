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
from palermo.actions import accounts
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
    accounts.add_member(member.user_id, organisation=house.other, role="analyst")
    with pytest.raises(PolicyRefusal, match="RIGHTS-016"):
        help_(member.user_id, by=administrator)
    assert Authenticator.objects.count() == 4
    body = AuditEntry.objects.filter(organisation__public_id=house.own).last().body
    assert help_.__name__ not in body, "a refusal leaves no line"
