"""Sessions: an idle one ends, the others can be seen and ended from here; each end is told."""

import time
from dataclasses import replace

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from palermo.actions import accounts
from palermo.actions.vault import is_unlocked
from palermo.cli.demo import PASSWORD
from palermo.store.vault import new_session, unlock
from palermo.web import sessions
from palermo.web.doors import VAULT, on_sign_out

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def ended():
    """The keys of sessions of which was said that they ended."""
    keys: list[str] = []

    def note(session_key: str, **_more: object) -> None:
        keys.append(session_key)

    on_sign_out.connect(note)
    yield keys
    on_sign_out.disconnect(note)


def sign_in(name: str = "focal-mission", browser: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    client = Client(HTTP_USER_AGENT=browser, REMOTE_ADDR=address)
    assert client.post("/sign-in", {"username": name, "password": PASSWORD}).status_code == 302
    return client


def confirm(client: Client) -> None:
    """Ending a session from another one asks for the password again."""
    assert client.post("/account/confirm?next=/account", {"password": PASSWORD})["Location"] == "/account"


def age(client: Client, *, used: float = 0, began: float = 0) -> None:
    """Makes the session of a client older by so many seconds."""
    session = client.session
    session[sessions.USED] -= used
    session[sessions.BEGAN] -= began
    session.save()


def test_an_idle_session_ends_and_says_why(house, ended):
    client = sign_in()
    key = client.session.session_key
    age(client, used=16 * 60)
    response = client.get("/cases")
    assert response["Location"].startswith("/sign-in?next=")
    assert "nothing was done for a while" in client.get(response["Location"]).content.decode()
    assert ended == [key]
    assert not UserSession.objects.exists()


def test_use_prolongs_a_session_but_not_beyond_eight_hours(house):
    client = sign_in()
    for _ in range(3):
        age(client, used=14 * 60, began=14 * 60)
        assert client.get("/cases").status_code == 200
    age(client, began=8 * 3600)
    assert client.get("/cases").status_code == 302


def test_asking_in_the_background_does_not_prolong(house):
    client = sign_in()
    age(client, used=14 * 60)
    first = client.get("/account/alive").json()
    second = client.get("/account/alive").json()
    assert first["alive"]
    assert second["left"] <= first["left"] <= 61
    age(client, used=2 * 60)
    assert client.get("/account/alive").json() == {"alive": False, "left": 0, "who": "", "token": ""}


def test_the_page_of_a_running_import_does_not_prolong_by_reloading_itself(house):
    client = sign_in()
    age(client, used=14 * 60)
    client.get(f"/imports/jobs/{'0' * 32}")
    assert client.get("/account/alive").json()["left"] <= 61


def test_staying_prolongs(house):
    client = sign_in()
    age(client, used=14 * 60)
    assert client.post("/account/stay").json()["left"] > 14 * 60
    assert client.get("/account/stay").status_code == 405


def test_a_stranger_may_ask_and_learns_nothing(db):
    assert Client().get("/account/alive").json() == {"alive": False, "left": 0, "who": "", "token": ""}


def test_the_word_for_who_works_here_changes_with_account_and_organisation(house):
    client, same, other = sign_in("both"), sign_in("both"), sign_in("focal-mission")
    words = [one.get("/account/alive").json()["who"] for one in (client, same, other)]
    assert words[0] == words[1] != words[2]
    switch = client.get("/switch").context["memberships"][1].id
    client.post(f"/switch/{switch}")
    assert client.get("/account/alive").json()["who"] != words[0]


def test_sign_out_tells_and_clears_what_the_browser_kept(house, ended):
    client = sign_in()
    key = client.session.session_key
    response = client.post("/sign-out")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert ended == [key]


def test_the_list_shows_a_class_of_browser_and_a_network_only(house):
    here = sign_in()
    sign_in(browser=SAFARI, address="2001:db8:1:2::3")
    page = here.get("/account/sessions").content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iOS" in page
    assert page.count("This session") == 1
    stored = repr(list(UserSession.objects.values_list("user_agent", "ip", "data")))
    assert "Mozilla" not in page + stored
    assert "2001:db8:1:2" not in page + stored
    assert "192.0.2.7" not in page + stored
    assert "192.0.2.0" in page
    assert not [str(row.pk) for row in UserSession.objects.all() if f"/sessions/{row.pk}/" in page]


def test_another_session_is_signed_out_from_here(house, ended):
    here, there, third = sign_in(), sign_in(browser=SAFARI), sign_in()
    shown = next(one for one in here.get("/account/sessions").context["sessions"] if "Safari" in one.browser)
    key = there.session.session_key
    confirm(here)
    assert here.post(f"/account/sessions/{shown.id}/end").status_code == 302
    assert there.get("/cases").status_code == 302
    assert ended == [key]
    assert here.get("/cases").status_code == third.get("/cases").status_code == 200
    assert here.post("/account/sessions/others/end").status_code == 302
    assert third.get("/cases").status_code == 302
    assert here.get("/cases").status_code == 200


@pytest.mark.parametrize("which", ["one", "all others"])
def test_a_session_is_ended_after_a_new_sign_in_only(house, which):
    """Whoever finds a screen that was left open cannot turn out its owner; the request goes on afterwards."""
    here, there = sign_in(), sign_in(browser=SAFARI)
    shown = next(one for one in here.get("/account/sessions").context["sessions"] if not one.here)
    address = f"/account/sessions/{shown.id if which == 'one' else 'others'}/end"
    asked = here.post(address)["Location"]
    assert asked.startswith("/account/confirm?next=")
    assert there.get("/cases").status_code == 200
    here.post(asked, {"password": PASSWORD})
    assert there.get("/cases").status_code == 302


def test_nobody_ends_the_session_of_somebody_else(house):
    mine, theirs = sign_in(), sign_in("focal-refugees")
    confirm(mine)
    shown = theirs.get("/account/sessions").context["sessions"][0]
    assert mine.post(f"/account/sessions/{shown.id}/end").status_code == 404
    assert theirs.get("/cases").status_code == 200
    here = mine.get("/account/sessions").context["sessions"][0]
    assert mine.post(f"/account/sessions/{here.id}/end").status_code == 404, "the present one has Sign out"


def test_a_new_password_tells_of_every_session_that_ends(house, ended):
    here, there = sign_in(), sign_in()
    keys = {here.session.session_key, there.session.session_key}
    new = "a quiet long sentence about rain"
    here.post("/account/password", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert set(ended) == keys, "the present one goes on under a new key"
    assert here.get("/cases").status_code == 200


def test_few_writes_while_a_session_is_used(house, django_assert_max_num_queries):
    client = sign_in()
    client.get("/account/passkeys")
    with django_assert_max_num_queries(8) as seen:
        client.get("/account/passkeys")
    assert not [one["sql"] for one in seen if one["sql"].startswith(("UPDATE", "INSERT"))]


@given(st.text(max_size=300))
def test_every_browser_has_a_short_class_that_stays_the_same(description):
    short = sessions.short_browser(description)
    assert sessions.short_browser(short) == short
    assert len(short) < 20


def test_a_session_from_before_the_times_were_noted_begins_now():
    assert sessions.seconds_left({}, now=time.time()) > 0


def test_an_account_of_no_organisation_may_look_after_itself(house):
    accounts.create_user("alone", password=PASSWORD, checked=False)
    client = sign_in("alone")
    for address in ("/account", "/account/sessions", "/account/passkeys", "/account/password"):
        assert client.get(address).status_code == 200, address
    assert client.get("/cases").status_code == 403


@pytest.mark.parametrize("way", ["sign-out", "idle", "from another session"])
def test_the_end_of_a_session_drops_the_keys_that_were_unlocked_in_it(house, way):
    client = sign_in()
    session = client.session
    session[VAULT] = new_session()
    session.save()
    (member,) = accounts.memberships(get_user_model().objects.get(username="focal-mission"))
    who = replace(member.actor, session=session[VAULT])
    unlock(who, house.rings[who.organisation_id])
    other = sign_in()
    assert client.get("/cases").status_code == 200
    assert is_unlocked(who), "the control"
    if way == "sign-out":
        client.post("/sign-out")
    elif way == "idle":
        age(client, used=16 * 60)
        client.get("/cases")
    else:
        confirm(other)
        other.post("/account/sessions/others/end")
    assert not is_unlocked(who)
