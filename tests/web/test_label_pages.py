"""Labels: what waits is settled once, by label or code, and never guessed."""

import pytest
from django.contrib.auth import get_user_model

from palermo.actions import accounts
from palermo.actions.collect import import_file
from palermo.store.models import LabelDecision
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
