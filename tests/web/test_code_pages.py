"""Code lists: every list has its page, a code is found by its words, and an address holds none of them."""

import re

import pytest

from palermo.codes import code_list, list_names
from palermo.codes.catalogue import entry, found, sections, targets


def text_of(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_every_list_is_in_the_catalogue_once_with_its_purpose():
    entries = [one for part in sections() for one in part.entries]
    assert sorted(one.name for one in entries) == sorted(list_names())
    assert all(one.title and one.purpose.endswith(".") for one in entries)
    titles = [(part.title, one.title) for part in sections() for one in part.entries]
    assert len(set(titles)) == len(titles)
    assert entry("nothing") is None


@pytest.mark.parametrize("name", list_names())
def test_every_list_has_a_page_with_every_code(house, name):
    text = text_of(house.client("advocate-mission"), f"/codes/{name}")
    assert re.findall('class="codes__one" id="([^"]*)"', text).__len__() == len(code_list(name))


def test_a_code_is_found_by_code_label_of_any_language_and_definition():
    assert ("acts", "harbouring") in [(name, one.code) for name, one in found("harbour")]
    assert ("areas", "MLI") in [(name, one.code) for name, one in found("مالي")]
    assert found("x") == ()
    assert len(found("e ", most=5)) <= 5


def test_what_is_searched_for_is_in_no_address(house):
    client = house.client("analyst-mission")
    response = client.post("/codes", {"text": "sexual slavery"})
    text = response.content.decode()
    assert "/codes/exploitation_forms#sexual_slavery" in text
    assert "text=" not in re.sub("<input[^>]*>", "", text)
    assert (
        "No code, label or definition holds this" in client.post("/codes", {"text": "zzzz"}).content.decode()
    )


def test_a_form_leads_to_its_codes_in_other_systems_and_back():
    there = {(one.system, one.code) for one in targets("exploitation_forms", "forced_labour")}
    assert ("portal", "labour") in there
    assert "forced_labour" in {one.code for one in targets("portal_forms", "labour")}
    assert targets("sex", "female") == ()


def test_own_cases_are_counted_for_who_may_and_lead_to_them(house):
    text = text_of(house.client("analyst-mission"), "/codes/sex")
    counts = [int(one) for one in re.findall(r"(\d+)</bdi> cases? of yours", text)]
    assert sum(counts) == house.count()
    assert "/cases?sex=female" in text
    assert "of yours" not in text_of(house.client("advocate-mission"), "/codes/sex")


def test_a_long_list_says_other_languages_when_asked(house):
    client = house.client("analyst-mission")
    short, whole = text_of(client, "/codes/areas"), text_of(client, "/codes/areas?all=yes")
    assert "Afganistán" not in short
    assert "Afganistán" in whole
    assert client.get("/codes/nothing").status_code == 404


def test_a_traced_figure_leads_to_the_meaning_of_its_codes(house):
    text = text_of(
        house.client("analyst-mission"), "/tables/trace?cell=detail/documented?detail%3Dforced_labour"
    )
    assert "/codes/exploitation_forms#forced_labour" in text
