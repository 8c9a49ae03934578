"""Can an installation begin without the demo? An organisation, its administrator, then a focal point."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from palermo.actions import accounts
from palermo.cli import main

WORDS = (
    "An Agency",
    "--short",
    "AA",
    "--kind",
    "un_entity",
    "--area",
    "MLI",
    "--administrator",
    "first-admin",
)


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["organisation", *words])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def password_in(shown: str) -> str:
    return re.search(r"shown once: (\S+)", shown)[1]


@pytest.mark.django_db(transaction=True)
def test_a_first_organisation_and_its_administrator_who_invites_a_focal_point(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = said(capsys, "add", *WORDS)
    assert status == 0
    assert "focal point" in err
    (one,) = accounts.organisations()
    assert (one.short, one.invented, one.id in out) == ("AA", False, True)
    user = get_user_model().objects.get(username="first-admin")
    assert user.check_password(password_in(out))
    assert [member.role for member in accounts.memberships(user)] == ["administrator"]
    client = Client()
    client.force_login(user)
    assert client.get("/members")["Location"] == "/account/password", "a first password opens nothing else"
    get_user_model().objects.update(first_password=False)
    answer = client.post("/members", {"username": "first-focal", "display": "", "role": "focal_point"})
    assert "first-focal" in answer.content.decode()
    focal = get_user_model().objects.get(username="first-focal")
    assert [member.role for member in accounts.memberships(focal)] == ["focal_point"]
    status, out, _err = said(capsys, "list")
    assert (status, out) == (0, f"{one.id}  AA\n")
    assert main(["audit", "verify"]) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (WORDS, "STORE-022"),
        (("an agency", "--short", "BB", *WORDS[3:-1], "second"), "STORE-022"),
        (("B", "--short", "aa", *WORDS[3:-1], "second"), "STORE-022"),
        (("B", "--short", "BB", *WORDS[3:-1], "First-Admin"), "STORE-020"),
        (("B", "--short", "BB", "--kind", "no_such", *WORDS[5:-1], "second"), "CODES-001"),
        (("B", "--short", "BB", *WORDS[3:6], "no-area", "--administrator", "second"), "CODES-001"),
        ((" ", "--short", "BB", *WORDS[3:-1], "second"), "STORE-022"),
        (("B", "--short", "BB", *WORDS[3:-1], "a user"), "STORE-020"),
    ],
)
def test_doubles_and_unknown_codes_are_refused_and_leave_nothing(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: str
) -> None:
    assert said(capsys, "add", *WORDS)[0] == 0
    status, out, err = said(capsys, "add", *words)
    assert (status, out) == (3, "")
    assert code in err
    assert len(accounts.organisations()) == 1
    assert get_user_model().objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_empty_installation_says_how_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(capsys, "list")
    assert (status, out) == (0, "")
    assert "palermo organisation add" in err
