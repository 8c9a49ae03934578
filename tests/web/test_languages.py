"""Languages: a reader chooses one by its own name, before coming in too, and keeps it on every computer."""

import io
import re

import pytest
from django.conf import settings as configured
from django.contrib.auth import get_user_model
from django.test import Client
from openpyxl import load_workbook

from palermo.codes import code_list
from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.codes.phrases import packed

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


IRAQ = {code: code_list("areas").label("IRQ", code) for code in ("en", "ar", "ru")}


def french_only(said, monkeypatch):
    """The pages speak English, and French as `said` says it."""
    french = Language("fr", lambda text: said.get(text, text))
    speak = {"fr": french}
    monkeypatch.setattr("palermo.web.words.spoken", lambda code: speak.get(code, ENGLISH))


def test_a_table_that_is_kept_in_memory_mixes_no_languages(house):
    """The same table, one reader after another: each in the own language, with the same keys."""
    client = house.client("analyst-mission")
    cells = []
    for code in ("en", "ar", "ru", "en"):
        client.post("/language", {"language": code, "next": "/"})
        page = client.get("/tables/area_documented").content.decode()
        assert [one for one, word in IRAQ.items() if f"<bdi>{word}</bdi>" in page] == [code]
        cells.append(re.findall(r"/tables/trace\?cell=([^\"&]+)", page))
    assert cells[0]
    assert cells[1:] == cells[:-1]


def test_a_download_is_in_the_language_of_the_page_and_its_name_in_none(house):
    client = house.client("analyst-mission")
    client.post("/language", {"language": "ar", "next": "/"})
    answer = client.get("/tables/download?format=xlsx&table=area_documented")
    book = load_workbook(io.BytesIO(answer.content))
    assert book["area_documented"].sheet_view.rightToLeft
    assert IRAQ["ar"] in [cell.value for row in book["area_documented"] for cell in row]
    assert answer["Content-Disposition"].isascii()


def test_a_problem_is_stored_so_that_each_reader_reads_it(house, monkeypatch):
    """Its pattern is kept, not its English: who comes later may speak another language."""
    from palermo.store.models import ProblemRow, Submission

    client = house.unlocked("focal-mission")
    kept = Submission.objects.first()
    told = phrase("at most {most} bytes", most=1352)
    row = ProblemRow(organisation=kept.organisation, submission=kept, code="COLLECT-004", row=7, column="")
    row.expected, row.todo, row.suggestion, row.refused, row.length = (
        packed(told),
        "no text of ours",
        "",
        True,
        0,
    )
    row.save()
    said = {"at most {most} bytes": "pas plus de {most} octets", "row {row}": "ligne {row}"}
    french_only(said, monkeypatch)
    address = f"/imports/{kept.public_id}"
    assert "At most 1\xa0352 bytes" in client.get(address).content.decode()
    client.post("/language", {"language": "fr", "next": "/"})
    page = client.get(address).content.decode()
    assert "Pas plus de 1\xa0352 octets" in page
    assert "ligne 7" in page
    assert "No text of ours" in page


def test_an_error_is_said_in_the_readers_language(house, monkeypatch):
    pattern = (
        "REPORT-002 cell: expected a key that a table printed, such as {example}. Copy the key from the "
        "column `cell` of the CSV output; `palermo report tables` lists the tables."
    )
    french_only({pattern: "La clé n'est pas {example}"}, monkeypatch)
    client = house.client("analyst-mission")
    client.post("/language", {"language": "fr", "next": "/"})
    page = client.get("/tables/trace?cell=wrong").content.decode()
    assert "La clé n&#x27;est pas form/detected_victims" in page
