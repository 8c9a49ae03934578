"""Do sign-ins, locks and changes of factors stand in the chains of the user's organisations? No name does."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

from palermo.actions import accounts, audit, sign_ins
from palermo.cli.demo import PASSWORD
from palermo.store.audit import pseudonym, verify
from palermo.store.models import AuditEntry
from tests.web.test_lockout import lock
from tests.web.test_oidc import come_back, issuer, linked
from tests.web.test_second_factor import code, confirm, set_up, sign_in

__all__ = ["issuer"]
NEW = "a quiet long sentence about rain"


@pytest.fixture(autouse=True)
def _fresh(db):
    cache.clear()


def of(name: str):
    user = get_user_model().objects.get(username=name)
    return user, accounts.memberships(user)


def lines(name: str) -> list[tuple[str, str, dict]]:
    """Action, role and details of what the chain of the user's first organisation says of sign-ins."""
    _user, (member, *_more) = of(name)
    rows = AuditEntry.objects.filter(organisation__public_id=member.organisation).order_by("number")
    said = [json.loads(row.body) for row in rows]
    return [
        (one["action"].removeprefix("sign_ins."), one["role"], one["details"])
        for one in said
        if one["action"].startswith("sign_ins.")
    ]


def test_coming_and_going_is_noted_by_whom(house):
    client = sign_in("focal-mission")
    client.post("/sign-out")
    role = of("focal-mission")[1][0].role
    assert lines("focal-mission") == [("signed_in", role, {"second_factor": 0}), ("signed_out", role, {})]
    user, (member,) = of("focal-mission")
    body = json.loads(AuditEntry.objects.filter(organisation__public_id=member.organisation).last().body)
    assert body["actor"] == user.public_id
    assert body["subjects"] == [pseudonym(member.organisation, user.public_id)]
    assert verify(member.organisation) is None


def test_each_change_of_a_factor_is_noted(house, django_capture_on_commit_callbacks):
    client = sign_in("focal-mission")
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/account/recovery-codes/new")
    again = sign_in("focal-mission")
    again.post("/sign-in/code", {"code": "000000"})
    again.post("/sign-in/code", {"code": code(secret)})
    confirm(client, "/account/app/remove")
    client.post("/account/app/remove")
    client.post("/account/password", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    said = lines("focal-mission")
    assert [action for action, _role, _details in said][:5] == [
        "signed_in",
        "factor_added",
        "factor_added",
        "factor_renewed",
        "factor_failed",
    ]
    assert ("factor_failed", "operator", {}) in said, "nobody proved who it was"
    assert ("signed_in", "focal_point", {"second_factor": 1}) in said
    assert ("factor_removed", "focal_point", {"kind": "totp"}) in said
    assert said[-1][0] == "password_changed"


def test_a_lock_is_noted_once_and_a_failure_alone_is_not(house):
    assert lock("focal-mission")[-1] == 429
    lock(" Focal-Mission", address="198.51.100.7")
    assert lines("focal-mission") == [("locked", "operator", {})]
    cache.clear()
    lock("focal-mission")
    assert len(lines("focal-mission")) == 2, "the control: a quarter of an hour later it is noted again"


def test_an_unknown_name_goes_to_no_chain(house):
    before = AuditEntry.objects.count()
    assert lock("nimune-planted-name")[-1] == 429
    assert AuditEntry.objects.count() == before
    lock("focal-mission")
    assert AuditEntry.objects.count() == before + 1, "the control"


def test_the_line_is_in_the_chain_of_each_organisation_and_of_no_other(house):
    before = {row.organisation_id: row.number for row in AuditEntry.objects.order_by("number")}
    sign_in("both")
    after = {row.organisation_id: row.number for row in AuditEntry.objects.order_by("number")}
    grown = {place for place in after if after[place] != before[place]}
    assert len(grown) == len({one.organisation for one in of("both")[1]}) == 2 < len(after)


def test_whoever_left_and_a_closed_account_leave_no_line(house):
    user, _held = of("focal-mission")
    assert sign_ins.note(user.public_id, "sign_ins.signed_in") == 1, "the control"
    get_user_model().objects.filter(pk=user.pk).update(is_active=False)
    assert sign_ins.note(user.public_id, "sign_ins.signed_in") == 0
    with pytest.raises(ValueError, match="no such line"):
        sign_ins.note(user.public_id, "sign_ins.anything")


def test_no_line_holds_a_name_an_address_or_a_browser(house):
    planted = {"REMOTE_ADDR": "192.0.2.77", "HTTP_USER_AGENT": "planted-browser"}
    Client(**planted).post("/sign-in", {"username": "focal-mission", "password": PASSWORD})
    for _ in range(5):
        Client(**planted).post("/sign-in", {"username": "focal-mission", "password": "planted-word"})
    assert len(lines("focal-mission")) == 2
    text = "".join(AuditEntry.objects.values_list("body", flat=True))
    for word in ("focal-mission", "planted", "192.0.2"):
        assert word not in text
    assert "sign_ins.locked" in text, "the control"


def test_linking_and_sessions_that_are_ended_are_noted(house, issuer):
    client = linked(issuer)
    other = Client()
    come_back(other, other.post("/sign-in/with/oidc"))
    client.post("/account/sessions/others/end")
    client.post("/account/linked")
    said = lines("focal-mission")
    assert [action for action, _role, _details in said] == [
        "signed_in",
        "linked",
        "signed_in",
        "sessions_ended",
        "unlinked",
    ]
    assert ("sessions_ended", "focal_point", {"sessions": 1}) in said


def test_the_auditor_can_choose_them(house):
    assert set(sign_ins.NOTED) <= set(audit.actions())
    user, (member,) = of("focal-mission")
    sign_ins.note(user.public_id, "sign_ins.signed_in")
    auditor = accounts.create_user("an-auditor", password=PASSWORD, checked=False)
    accounts.add_member(auditor, organisation=member.organisation, role="auditor")
    page = house.client("an-auditor").get("/audit?action=sign_ins.signed_in").content.decode()
    assert "sign_ins.signed_in" in page.split("<tbody>")[1]


def test_a_lock_is_noted_after_the_answer_has_gone(house, monkeypatch):
    """Its time must not tell whether the name exists: nothing is looked up before the answer is out."""
    asked: list[str] = []
    monkeypatch.setattr(sign_ins, "note_lock", asked.append)
    from palermo.web.lockout import locked

    request = Client().get("/sign-in").wsgi_request
    page = locked(request, None, {"username": "focal-mission"})
    assert page.status_code == 429
    assert asked == []
    for close in page._resource_closers:
        close()
    assert asked == ["focal-mission"]
    assert not Authenticator.objects.exists()
