"""Is every word of every page marked to be translated? Said in a language that is not one, all of it changes.

What stays as it is: values (in `<bdi>`), labels of code lists (they have columns of their own), names of
organisations, dates and numbers.
"""

import re
from calendar import month_name
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

import palermo.plots
from palermo.codes import code_list, list_names
from palermo.codes.languages import language
from palermo.codes.listing import read_list
from palermo.collect import choices_of, fields_of
from tests import pseudo
from tests.web.test_every_page import DRAFT, real, things

MONTHS = "|".join(name for name in month_name if name)
DATED = re.compile(rf"(?:\d{{1,2}} )?(?:{MONTHS}) \d{{4}}(?:, \d\d:\d\d)?")
CODE = re.compile(r"[a-z_]+\.[a-z_]+")
ENGLISH_TEXTS = frozenset(pseudo.texts())
AROUND = " .,:;–()"
NOTES_OF_MAPS = Path(palermo.plots.__file__).parent / "boundaries" / "notes.csv"
NOTES = [code.label() for code in read_list(NOTES_OF_MAPS).values()]
CLIENTS = ("analyst-mission", "auditor-mission", "administrator-mission")


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return pseudo.made(tmp_path_factory.mktemp("locale"))


@pytest.fixture
def speaking(catalogues: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with pseudo.spoken(catalogues, settings, monkeypatch):
        yield


@pytest.fixture
def values(house: Any) -> set[str]:
    """What a page shows and no catalogue holds."""
    labels = {code.label() for name in list_names() for code in code_list(name).values()}
    names = {text for one in house.mission.organisations for text in (one.name, one.short)}
    users = {user.get_full_name() for user in get_user_model().objects.all()}
    fields = [(name, one) for name in ("ctdc-27", "ctdc-37", "ctdc-62") for one in fields_of(name)]
    columns = {one.label for _name, one in fields} | set(DRAFT.decode().splitlines()[0].split(","))
    taken = {choice for name, one in fields for choice in choices_of(name, one.name)}
    return {text.strip(AROUND) for text in labels | names | users | columns | taken | {"Palermo"}}


def without_notes(text: str) -> str:
    """The notes of maps have six languages of their own (`plots/boundaries/notes.csv`), and no seventh."""
    for note in NOTES:
        text = text.replace(note, "")
    return text


def left(page: str, values: set[str]) -> list[str]:
    """Words of the page that are neither translated nor a value."""
    found = [DATED.sub("", without_notes(text)) for text in pseudo.unmarked(page)]
    found += [f"<bdi>{text}" for text in pseudo.isolated(page) if text in ENGLISH_TEXTS - values]
    parts = [part.strip(AROUND) for text in found for part in re.split(r" · |⟦.*?⟧", text)]
    words = (part for part in parts if re.search(r"[^\W\d_]", part) and not CODE.fullmatch(part))
    return [part for part in words if part not in values]


def test_every_word_of_every_page_can_be_translated(house: Any, speaking: None, values: set[str]) -> None:
    clients = [Client(), house.unlocked("focal-mission"), *map(house.client, CLIENTS)]
    found: dict[str, str] = {}
    pages, shown = 0, set[str]()
    for client in clients:
        client.raise_request_exception = False
        for address in real(house):
            answer = client.get(address)
            if not answer.streaming and answer["Content-Type"].startswith("text/html"):
                pages += 1
                shown |= {begin for begin in things(house) if answer.status_code == 200 and begin in address}
                found |= dict.fromkeys(left(answer.content.decode(), values), address)
    assert pages > 150
    assert shown == set(things(house)), "pages of what is there"
    told = "\n".join(f"{address}: {text}" for text, address in found.items())
    assert not found, f"mark these texts, or put values into <bdi>:\n{told}"


def test_a_word_that_is_not_marked_is_found(speaking: None) -> None:
    said = language(pseudo.CODE).said("Sign in")
    assert left(f"<p>{said}</p><p><bdi>Amina</bdi></p><p>12 March 2026</p>", set()) == []
    assert left(f"<p>{said} now</p>", set()) == ["now"]
    assert left('<p title="Look">x</p>', {"x"}) == ["Look"]


def test_the_pseudo_language_is_offered_to_nobody(db: None, settings: Any) -> None:
    assert not any("pseudo" in code for code, _name in settings.LANGUAGES)
    page = Client().get("/sign-in", headers={"accept-language": pseudo.CODE}).content.decode()
    assert pseudo.FIRST not in page
