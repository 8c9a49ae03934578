"""Sign-in: one error for every failure, `next` only to ourselves, one organisation at a time."""

import pytest
from django.test import Client

from palermo.actions import accounts
from palermo.cli.demo import PASSWORD


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str):
    return client.post("/sign-in", {"username": name, "password": password, **more})


def test_a_wrong_password_and_an_unknown_name_look_the_same(house):
    wrong = sign_in(Client(), "focal-mission", "nonsense").content.decode()
    unknown = sign_in(Client(), "focal-nobody", "nonsense").content.decode()
    assert "The name or the password is not right" in wrong
    assert _without_token(wrong).replace("focal-mission", "x") == _without_token(unknown).replace(
        "focal-nobody", "x"
    )


def _without_token(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


def test_the_password_is_never_sent_back(house):
    assert "nonsense-7" not in sign_in(Client(), "focal-mission", "nonsense-7").content.decode()


@pytest.mark.parametrize(
    ("asked", "led"),
    [("/cases", "/cases"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("", "/")],
)
def test_next_leads_only_to_ourselves(house, asked, led):
    assert sign_in(Client(), "focal-mission", next=asked)["Location"] == led


def test_sign_out_ends_the_session(house):
    client = house.client("focal-mission")
    assert client.get("/cases").status_code == 200
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/cases").status_code == 302


def test_a_user_of_two_organisations_works_in_one_at_a_time(house):
    client = house.client("both")
    assert house.first.short in client.get("/").content.decode()
    other = next(m for m in _memberships("both") if m.organisation == house.second.id)
    assert client.post(f"/switch/{other.id}")["Location"] == "/"
    shown = client.get("/").content.decode()
    assert house.second.short in shown
    mine, theirs = house.cases(house.second.id)[0], house.cases(house.first.id)[0]
    assert client.get(f"/cases/{mine.id}").status_code == 200
    assert client.get(f"/cases/{theirs.id}").status_code == 404


def test_nobody_switches_to_a_membership_of_somebody_else(house):
    other = _memberships("focal-refugees")[0]
    assert house.client("focal-mission").post(f"/switch/{other.id}").status_code == 404


def test_an_account_without_organisation_is_told_so(house):
    accounts.create_user("alone", password=PASSWORD, checked=False)
    response = house.client("alone").get("/cases")
    assert response.status_code == 403
    assert "Not allowed" in response.content.decode()


def _memberships(name: str):
    from django.contrib.auth import get_user_model

    return accounts.memberships(get_user_model().objects.get(username=name))
