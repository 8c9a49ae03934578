"""Languages: a reader chooses one by its own name, before coming in too, and keeps it on every computer."""

import re

import pytest
from django.conf import settings as configured
from django.contrib.auth import get_user_model
from django.test import Client

CODES = [code for code, _name in configured.LANGUAGES]


def shown(answer) -> tuple[str, str]:
    """Language and direction of the page."""
    return re.search(r'<html lang="([^"]+)" dir="([^"]+)"', answer.content.decode()).groups()


@pytest.mark.parametrize("code", CODES)
def test_a_stranger_chooses_a_language_on_the_sign_in_page(db, code):
    client = Client()
    answer = client.post("/language", {"language": code, "next": "/sign-in?next=/cases"})
    assert (answer.status_code, answer.url) == (302, "/sign-in?next=/cases")
    assert shown(client.get("/sign-in")) == (code, "rtl" if code == "ar" else "ltr")


def test_the_switcher_names_each_language_in_itself(db):
    page = Client().get("/sign-in").content.decode()
    for code, name in configured.LANGUAGES:
        direction = "rtl" if code == "ar" else "ltr"
        assert re.search(rf'value="{code}" lang="{code}" dir="{direction}"[^>]*>{name}</button>', page)
    assert re.findall(r'lang="([^"]+)"[^>]* aria-current="true"', page) == ["en"]


def test_the_choice_comes_along_with_the_account_and_wins_over_the_computer(house):
    chosen = house.client("focal-mission")
    chosen.post("/language", {"language": "zh-hans", "next": "/cases"})
    assert get_user_model().objects.get(username="focal-mission").language == "zh"
    elsewhere = house.client("focal-mission")
    elsewhere.cookies[configured.LANGUAGE_COOKIE_NAME] = "ru"  # whoever sat here before
    answer = elsewhere.get("/cases")
    assert shown(answer) == ("zh-hans", "ltr")
    assert answer.headers["Content-Language"] == "zh-hans"
    assert shown(house.client("analyst-mission").get("/")) == ("en", "ltr")


@pytest.mark.parametrize("code", ["", "xx", "en-x-pseudo", "../ar", "zh"])
def test_what_is_no_language_of_ours_changes_nothing(db, code):
    client = Client()
    answer = client.post("/language", {"language": code, "next": "/sign-in"})
    assert answer.status_code == 302
    assert configured.LANGUAGE_COOKIE_NAME not in answer.cookies


@pytest.mark.parametrize(
    "place", ["https://elsewhere.invalid/", "//elsewhere.invalid", "javascript:1", "cases"]
)
def test_a_choice_leads_to_no_other_place(db, place):
    assert Client().post("/language", {"language": "fr", "next": place}).url == "/"


def test_the_cookie_has_the_flags_of_all_others(db):
    cookie = Client().post("/language", {"language": "fr"}).cookies[configured.LANGUAGE_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert configured.LANGUAGE_COOKIE_SECURE == configured.SESSION_COOKIE_SECURE
    assert configured.LANGUAGE_COOKIE_NAME.startswith(configured.HOST_ONLY)


def test_the_choice_is_sent_by_a_form_with_a_token_and_never_by_an_address(db):
    assert Client(enforce_csrf_checks=True).post("/language", {"language": "fr"}).status_code == 403
    client = Client()
    assert client.get("/language?language=fr").status_code == 405
    assert shown(client.get("/sign-in?language=fr")) == ("en", "ltr")


def test_a_first_password_does_not_keep_anybody_in_a_foreign_language(house):
    get_user_model().objects.filter(username="focal-mission").update(first_password=True)
    client = house.client("focal-mission")
    client.post("/language", {"language": "ar", "next": "/"})
    assert shown(client.get("/account/password")) == ("ar", "rtl")


def test_a_page_that_is_not_there_tells_nothing_of_its_address(house):
    page = house.client("focal-mission").get("/cases/" + "0" * 32).content.decode()
    assert 'name="next" value="/"' in page
