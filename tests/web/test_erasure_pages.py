"""The page that erases: what goes is read first, the number is typed, and the case says what became of it."""

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from palermo.store import vault
from palermo.store.models import PersonRow
from palermo.web.doors import VAULT
from tests.actions.erasable import NAMES, Mission, ids
from tests.conftest import House

CASE = ids(0)["case"]
ADDRESS = f"/cases/{CASE}/erase"
FILLED = {"reason": "person_asked", "number": CASE[:8]}


@pytest.fixture
def mission(db: None) -> Mission:
    house = House()
    made = Mission(house, house.actor())
    made.fill()
    return made


def client(actor) -> Client:
    made = Client(raise_request_exception=False)
    made.force_login(get_user_model().objects.get(public_id=actor.user_id))
    session = made.session
    session[VAULT] = actor.session
    session.save()
    return made


def test_with_the_vault_locked_the_page_leads_to_unlock_it(mission):
    browser = client(replace(mission.actor, session=vault.new_session()))
    answer = browser.post(ADDRESS, FILLED)
    assert answer["Location"] == f"/vault/unlock?next={ADDRESS}"
    assert PersonRow.objects.get(public_id=ids(0)["person"]).erased is None


def test_what_goes_is_shown_before_and_the_case_says_so_after(mission):
    browser = client(mission.actor)
    assert f'href="{ADDRESS}"' in browser.get(f"/cases/{CASE}").content.decode()
    page = browser.get(ADDRESS).content.decode()
    assert "This cannot be undone" in page
    assert "Submissions" in page
    assert not [name for name in NAMES if name in page]
    sent = browser.post(ADDRESS, FILLED, follow=True)
    assert sent.redirect_chain == [(f"/cases/{CASE}/erased", 302)]
    assert "was erased on" in sent.content.decode()
    after = browser.get(f"/cases/{CASE}").content.decode()
    assert "was erased on" in after
    assert "Attach a file" not in after
    assert ADDRESS not in after
    assert "nothing left that identifies" in browser.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": "00000000"}, "not the number of this case"),
        ({"number": ""}, "Type the first eight"),
        ({"reason": ""}, "Choose a reason"),
        ({"reason": "because"}, "Choose one of the list"),
    ],
)
def test_without_the_number_and_a_reason_nothing_goes(mission, changed, said):
    answer = client(mission.actor).post(ADDRESS, FILLED | changed)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.count(said) == 2, "in the summary and at the field"
    assert "<title>Error:" in text
    assert not PersonRow.objects.exclude(erased=None).exists()


def test_looking_erases_nothing(mission):
    assert client(mission.actor).head(ADDRESS).status_code == 200
    assert not PersonRow.objects.exclude(erased=None).exists()


@pytest.mark.parametrize("role", ["case_worker", "collector", "analyst", "administrator"])
def test_other_roles_see_no_link_and_may_not(mission, role):
    browser = client(mission.house.actor(role))
    assert ADDRESS not in browser.get(f"/cases/{CASE}").content.decode()
    for page in (browser.get(ADDRESS), browser.post(ADDRESS, FILLED), browser.get(f"/cases/{CASE}/erased")):
        assert page.status_code == 403
    assert not PersonRow.objects.exclude(erased=None).exists()


def test_another_organisations_case_is_a_missing_one(mission):
    browser = client(mission.house.actor("focal_point", mission.house.other))
    for answer in (browser.get(ADDRESS), browser.post(ADDRESS, FILLED)):
        assert answer.status_code == 404
    assert not PersonRow.objects.exclude(erased=None).exists()
