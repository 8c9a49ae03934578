"""Pages of members and of the rights table: who may change, a password shown once, one whole table."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user_model
from django.test import Client

from palermo.actions import accounts, joining
from palermo.cli.demo import PASSWORD
from palermo.codes.rights import rights
from palermo.store.models import Membership

NOWHERE = "0" * 32


def member(house, role: str, name: str = "") -> Client:
    called = name or f"Invented {role}"
    made = accounts.create_user(called, password=PASSWORD, checked=False)
    accounts.add_member(made, organisation=house.first.id, role=role)
    return house.client(called)


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def membership(name: str) -> str:
    return Membership.objects.get(user__username=name, until=None).public_id


def test_an_administrator_adds_changes_and_removes(house):
    boss = member(house, "administrator")
    answer = boss.post(
        "/members", {"username": "invented.new", "display": "Invented New", "role": "collector"}
    )
    text = answer.content.decode()
    password = re.search(r">([2-9a-z]{5}(?:-[2-9a-z]{5}){3})<", text).group(1)
    assert "kept nowhere" in text
    assert answer["Cache-Control"] == "no-store"
    assert get_user_model().objects.get(username="invented.new").check_password(password)
    client = house.client("invented.new")
    user = get_user_model().objects.get(username="invented.new")
    assert client.get("/cases")["Location"] == "/account/password", "before she has a password of her own"
    joining.own_password(user)
    assert client.get("/cases").status_code == 200
    listed = text_of(boss, "/members")
    assert "Invented New" in listed
    assert password not in listed, "shown once"
    assert all(password not in str(value) for value in boss.session.values())

    held = membership("invented.new")
    assert "Remove this member" in text_of(boss, f"/members/{held}")
    assert boss.post(f"/members/{held}/role", {"role": "verifier"}).status_code == 302
    assert client.get("/imports").status_code == 403
    assert boss.get(f"/members/{held}").status_code == 404, "that membership ended"
    assert client.get("/cases").status_code == 200
    assert boss.post(f"/members/{membership('invented.new')}/remove").status_code == 302
    assert client.get("/cases").status_code == 403
    assert "Invented New" not in text_of(boss, "/members")
    again = boss.post("/members", {"username": "invented.new", "role": "collector"})
    assert again.status_code == 302, "the account is there: no password"


def test_a_first_password_opens_nothing_until_it_is_changed(house):
    boss = member(house, "administrator")
    text = boss.post("/members", {"username": "invented.new", "role": "collector"}).content.decode()
    first = re.search(r">([2-9a-z]{5}(?:-[2-9a-z]{5}){3})<", text).group(1)
    client, own = Client(), "an invented sentence of her own"
    client.post("/sign-in", {"username": "invented.new", "password": first})
    for address in ("/", "/cases", "/account", "/account/app", "/vault", "/switch"):
        assert client.get(address)["Location"] == "/account/password", address
    assert client.post("/people", {"name": "Amina"})["Location"] == "/account/password"
    assert "Somebody else made your first password" in text_of(client, "/account/password")

    def change(old: str, new: str) -> int:
        sent = {"oldpassword": old, "password1": new, "password2": new}
        return client.post("/account/password", sent).status_code

    assert change(first, first) == 200, "the same one again is refused"
    assert client.get("/cases").status_code == 302
    assert change(first, own) == 302
    assert client.get("/cases").status_code == 200
    assert not get_user_model().objects.get(username="invented.new").first_password
    client.post("/sign-out")
    client.post("/sign-in", {"username": "invented.new", "password": own})
    assert client.get("/cases").status_code == 200


def test_who_is_invited_elsewhere_answers_on_her_account_page(house):
    boss = member(house, "administrator")
    name = "invented.elsewhere"
    made = accounts.create_user(name, password=PASSWORD, checked=False)
    accounts.add_member(made, organisation=house.second.id, role="analyst")
    client = house.client(name)
    assert "invites you" not in text_of(client, "/")
    for answer in ("decline", "accept"):
        boss.post("/members", {"username": name, "role": "collector"})
        assert "not accepted yet" in text_of(boss, "/members")
        assert "Another organisation invites you" in text_of(client, "/")
        page = text_of(client, "/account")
        (address,) = re.findall(rf'action="(/account/invitations/[0-9a-f]{{32}}/{answer})"', page)
        assert house.client("focal-mission").post(address).status_code == 404, "not hers"
        assert client.post(address).status_code == 302
        assert "invites you" not in text_of(client, "/account")
        held = accounts.memberships(get_user_model().objects.get(username=name))
        assert len(held) == (2 if answer == "accept" else 1)
    assert "not accepted yet" not in text_of(boss, "/members")


def test_focal_points_see_at_home_which_role_was_given_until_they_say_so(house):
    boss, focal = member(house, "administrator"), house.client("focal-mission")
    boss.post("/members", {"username": "invented.quiet", "role": "auditor"})
    assert "An administrator gave a role" not in text_of(focal, "/")
    boss.post("/members", {"username": "invented.new", "role": "case_worker"})
    home = text_of(focal, "/")
    assert "An administrator gave a role that reaches cases" in home
    assert "invented.new" not in home
    assert "An administrator gave a role" not in text_of(house.client("analyst-mission"), "/")
    (address,) = re.findall(r'action="(/roles-given/[0-9a-f]{32}/seen)"', home)
    assert boss.post(address).status_code == 403
    assert focal.post(address).status_code == 302
    assert "An administrator gave a role" not in text_of(focal, "/")


def test_a_member_with_the_key_leaves_and_the_vault_page_says_so(house):
    """Two holders; the journey of the page, without the job."""
    from datetime import date

    from palermo.protect import keys
    from palermo.store import key_holders, vault
    from palermo.web.doors import VAULT

    member(house, "case_worker")
    leaves, focal = house.unlocked("Invented case_worker"), house.unlocked("focal-mission")
    user = get_user_model().objects.get(username="Invented case_worker")
    actor = accounts.actor_for(user)
    wrapped = keys.Wrapped(keys.new_pair().public, bytes(16), date(2026, 1, 1), b"not tried")
    made = key_holders.keep_member_key(actor, wrapped, now=datetime.now(UTC))
    key_holders.let_in(actor, made, house.rings[house.first.id])
    boss = member(house, "administrator")
    assert "holds it" in text_of(boss, "/members")
    page = text_of(boss, f"/members/{membership('Invented case_worker')}")
    assert "This member holds the vault key" in page
    assert "has left" not in text_of(focal, "/vault")
    assert "compare the fingerprint" in text_of(focal, "/vault")
    assert "compare the fingerprint" not in text_of(boss, "/vault"), "she lets nobody in"
    answer = boss.post(f"/members/{membership('Invented case_worker')}/remove", follow=True)
    assert "Until a focal point has given the vault a new key, a copy of it" in answer.content.decode()
    told = text_of(focal, "/vault")
    assert "Somebody who held the key has left" in told
    assert (
        "a copy of the old one opens what is here. Afterwards it opens nothing of what is stored here" in told
    )
    session = leaves.session[VAULT]
    assert not vault.lock(session), "nothing of that session was unlocked any more"
    assert leaves.get("/vault").status_code == 403


def test_a_focal_point_reads_the_list_and_has_no_button(house):
    focal = house.client("focal-mission")
    boss = member(house, "administrator")
    text = text_of(focal, "/members")
    assert "Invented administrator" in text
    assert "Change or remove" in text_of(boss, "/members"), "the control"
    assert "Change or remove" not in text
    assert "Add a member" not in text
    held = membership("Invented administrator")
    assert focal.get(f"/members/{held}").status_code == 403
    for address, given in (
        (f"/members/{held}/remove", {}),
        (f"/members/{held}/role", {"role": "analyst"}),
        ("/members", {"username": "invented.new", "role": "collector"}),
    ):
        assert focal.post(address, given).status_code == 403, address


def test_what_is_wrong_stands_beside_its_field(house):
    boss = member(house, "administrator")
    mine = membership("Invented administrator")
    for given, field in (
        ({"username": "", "role": "collector"}, "username"),
        ({"username": "a name", "role": "collector"}, "username"),
        ({"username": "invented.new", "role": ""}, "role"),
        ({"username": "invented.new", "role": "king"}, "role"),
        ({"username": "invented.new", "role": "collector", "team": "two words"}, "team"),
    ):
        answer = boss.post("/members", given)
        assert answer.status_code == 200
        assert f'href="#id_{field}"' in answer.content.decode(), given
    assert 'href="#id_role"' in boss.post(f"/members/{mine}/role", {"role": ""}).content.decode()
    assert "RIGHTS-014" in boss.post(f"/members/{mine}/role", {"role": "focal_point"}).content.decode()
    assert boss.post(f"/members/{membership('administrator-mission')}/remove").status_code == 302
    assert "RIGHTS-014" in boss.post(f"/members/{mine}/remove").content.decode(), "the last administrator"
    assert Membership.objects.get(public_id=mine).until is None


@pytest.mark.parametrize("what", ["", "/remove", "/role"])
def test_another_organisations_member_is_not_found(house, what):
    boss = member(house, "administrator")
    for id in (membership("focal-refugees"), NOWHERE):
        address = f"/members/{id}{what}"
        answer = boss.post(address, {"role": "analyst"}) if what else boss.get(address)
        assert answer.status_code == 404
    assert "focal-refugees" not in text_of(boss, "/members")


def test_the_table_of_rights_is_there_whole(house):
    held = rights(datetime.now(UTC).date())
    text = unescape(text_of(house.client("analyst-mission"), "/rights"))
    rows = [
        [re.sub("<[^>]+>", "", cell).strip() for cell in re.findall("<td>(.*?)</td>", row, re.S)]
        for row in re.findall("<tr>(.*?)</tr>", text, re.S)
    ]
    cells = [row for row in rows if row]
    assert [len(row) for row in cells] == [len(held.roles)] * len(held.audited)
    words = {"identity": "identity", "protection_sensitive": "exact", "coded": "codes", "aggregate": "counts"}
    for row, action in zip(cells, sorted(held.audited), strict=True):
        for said, role in zip(row, held.roles, strict=True):
            granted = {name: held.scope(action, role=role, data_class=name) for name in words}
            assert (said == "–") == (not any(granted.values())), (action, role)
            for name, scope in granted.items():
                assert (words[name] in said) == bool(scope), (action, role, name)
                assert not scope or scope in said, (action, role, name)
    for what in held.roles.values():
        assert what in text
    assert str(held.since.year) in text
    assert "need to know" in text


def test_the_table_is_for_everybody_who_is_signed_in_and_for_nobody_else(house):
    made = accounts.create_user("invented.stranger", password=PASSWORD, checked=False)
    assert made
    assert house.client("invented.stranger").get("/rights").status_code == 200
    assert 'href="/rights"' in text_of(house.client("advocate-mission"), "/")
    assert Client().get("/rights").status_code == 302


def test_an_administrator_signs_a_member_out_and_resets_a_lost_factor(house):
    boss = member(house, "administrator")
    member(house, "collector", "invented.field")
    theirs = Client()
    theirs.post("/sign-in", {"username": "invented.field", "password": PASSWORD})
    user = get_user_model().objects.get(username="invented.field")
    TOTP.activate(user, generate_totp_secret())
    held = membership("invented.field")
    page = text_of(boss, f"/members/{held}")
    assert "Sign out everywhere" in page
    assert "Reset the second factor" in page
    assert theirs.get("/cases").status_code == 200
    assert boss.post(f"/members/{held}/sign-out")["Location"] == f"/members/{held}"
    assert theirs.get("/cases").status_code == 302
    assert Authenticator.objects.filter(user=user).exists()
    assert boss.post(f"/members/{held}/second-factor")["Location"] == f"/members/{held}"
    assert not Authenticator.objects.filter(user=user).exists()
    assert boss.get("/cases").status_code == 403, "she sees no case for it"
    own = membership("Invented administrator")
    assert boss.post(f"/members/{own}/second-factor").status_code == 403, "not her own"
    focal = house.client("focal-mission")
    for last in ("sign-out", "second-factor"):
        assert focal.post(f"/members/{held}/{last}").status_code == 403
        assert boss.post(f"/members/{NOWHERE}/{last}").status_code == 404
        assert boss.get(f"/members/{held}/{last}").status_code == 405
