"""Labels: what waits is settled once, by label or code, and never guessed."""

import re

import pytest
from django.contrib.auth import get_user_model

from palermo.actions import accounts
from palermo.actions.collect import import_file
from palermo.store.models import AuditEntry, LabelDecision
from palermo.web.views.labels import area_code

HEADER = b"yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation\n"
FILE = HEADER + b"2019,Female,9--17,Abaniaa,NGA\n"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Mali", "MLI"), (" mali ", "MLI"), ("MLI", "MLI"), ("Stateless", "stateless"), ("Mal", ""), ("", "")],
)
def test_an_area_is_taken_by_label_or_code_and_never_guessed(typed, code):
    assert area_code(typed) == code


def test_a_decision_is_stored_and_said(house):
    client = house.unlocked("focal-mission")
    member = accounts.memberships(get_user_model().objects.get(username="focal-mission"))[0]
    import_file(member.actor, FILE, name="labels.csv", layout="ctdc-37", invented=True)
    assert "Abaniaa" in client.get("/labels").content.decode()
    response = client.post("/labels", {"label": "Abaniaa", "area": "Albania"}, follow=True)
    assert "Settled" in response.content.decode()
    assert "No label waits" in response.content.decode()


def test_a_label_that_does_not_wait_is_not_kept(house):
    client = house.unlocked("focal-mission")
    response = client.post("/labels", {"label": "Amina Typed", "area": "Albania"}, follow=True)
    assert "Settled" not in response.content.decode()
    assert not LabelDecision.objects.exists()


def test_a_wrong_area_is_refused_beside_its_field(house):
    response = house.unlocked("focal-mission").post("/labels", {"label": "Abaniaa", "area": "Nowhere"})
    assert "Choose an area of the list" in response.content.decode()


def test_an_analyst_settles_nothing(house):
    client = house.client("analyst-mission")
    assert client.post("/labels", {"label": "Abaniaa", "area": "Albania"}).status_code == 403
    assert 'href="/labels"' not in client.get("/").content.decode()


def waiting(house) -> object:
    client = house.unlocked("focal-mission")
    member = accounts.memberships(get_user_model().objects.get(username="focal-mission"))[0]
    import_file(member.actor, FILE, name="labels.csv", layout="ctdc-37", invented=True)
    return client


def test_a_likely_meaning_is_one_press_away_with_its_reason(house):
    text = waiting(house).get("/labels").content.decode()
    assert re.search('<button[^>]*name="area" value="ALB"><bdi>Albania</bdi></button>', text)
    assert "One letter away from a known name." in text


def test_a_label_may_be_no_area_at_all(house):
    client = waiting(house)
    client.post("/labels", {"label": "Abaniaa", "area": "not_an_area"})
    assert LabelDecision.objects.get().area == "not_an_area"


def test_a_decision_is_listed_without_its_label_and_taken_back_in_the_chain(house):
    client = waiting(house)
    client.post("/labels", {"label": "Abaniaa", "area": "ALB"})
    text = client.get("/labels/settled").content.decode()
    assert "Albania" in text
    assert "Abaniaa" not in text, "it may be a name"
    (address,) = re.findall('action="(/labels/[0-9a-f]{32}/forget)"', text)
    assert client.post(address, follow=True).status_code == 200
    assert not LabelDecision.objects.exists()
    assert AuditEntry.objects.filter(body__contains="labels.forget").count() == 1
    assert "Abaniaa" in client.get("/labels").content.decode(), "it waits again"
    assert client.post(address).status_code == 404


def test_another_organisation_takes_nothing_back(house):
    client = waiting(house)
    client.post("/labels", {"label": "Abaniaa", "area": "ALB"})
    (address,) = re.findall('action="([^"]+/forget)"', client.get("/labels/settled").content.decode())
    assert house.client("focal-refugees").post(address).status_code == 404
    assert LabelDecision.objects.exists()
