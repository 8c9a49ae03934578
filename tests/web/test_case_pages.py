"""Cases: filters that can be taken off, paging by key, counts apart, nothing of another organisation."""

import io
import re
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pypdf import PdfReader

from palermo.actions.accounts import memberships
from palermo.actions.collect import import_file
from palermo.cases import encode_all

NOWHERE = "0" * 32


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def listed(text: str) -> list[str]:
    return re.findall(r'href="/cases/([0-9a-f]{32})"', text)


def link(text: str, rel: str) -> str:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', text)
    return found.group(1).replace("&amp;", "&") if found else ""


def test_paging_shows_every_case_once_and_leads_back(house):
    client, address, seen, pages = house.client("focal-mission"), "/cases", [], []
    while address:
        text = text_of(client, address)
        pages.append(listed(text))
        seen += pages[-1]
        address, before = link(text, "next"), link(text, "prev")
    assert sorted(seen) == sorted(case.id for case in house.cases(house.first.id))
    assert len(seen) == len(set(seen))
    assert listed(text_of(client, before)) == pages[-2]


@pytest.mark.parametrize(
    "chosen", ["status=presumed", "sex=female", "detected_from=2024&detected_to=2024", "age_group=child"]
)
def test_a_filter_cuts_the_list_as_it_cuts_the_count(house, chosen):
    client = house.client("focal-mission")
    text = text_of(client, f"/cases/counts?{chosen}")
    count = int(re.search(r'class="figure"><bdi dir="ltr">(\d+)', text).group(1))
    address, seen = f"/cases?{chosen}", []
    while address:
        page = text_of(client, address)
        seen += listed(page)
        address = link(page, "next")
    assert len(seen) == count
    assert 0 < count < len(house.cases(house.first.id))


def test_each_active_filter_can_be_taken_off(house):
    text = text_of(house.client("focal-mission"), "/cases?sex=female&status=presumed&after=" + NOWHERE)
    removals = re.findall(r'<li><a href="([^"]+)"><span aria-hidden', text)
    left = [parse_qs(urlsplit(each.replace("&amp;", "&")).query) for each in removals]
    assert left == [{"sex": ["female"]}, {"status": ["presumed"]}]
    assert "Presumed victim" in text
    assert "Clear all" in text


def test_a_wrong_filter_says_what_is_right_and_shows_no_list(house):
    text = text_of(house.client("focal-mission"), "/cases?detected_from=soon")
    assert text.count("Enter a month as 2024-05, or a year as 2024") == 2
    assert not listed(text)
    assert 'href="#id_detected_from"' in text


def test_a_month_may_be_turned_and_an_address_holds_codes_only(house):
    client = house.client("focal-mission")
    for typed in ("5/2024", "05-2024", "2024-05"):
        text = text_of(client, f"/cases?detected_from={typed}&status=presumed&nonsense=Amina")
        assert 'href="/cases?detected_from=2024-05"' in text, typed
        assert not [each for each in re.findall('href="([^"]*)"', text) if "Amina" in each]
    text = text_of(client, "/cases?detected_from=2025-05&detected_to=2024-05&arrived_from=2026-02-30")
    assert "not before the first one" in text
    assert "Enter a day that there is" in text


def test_several_codes_of_a_field_are_chosen_and_taken_off_one_by_one(house):
    client = house.client("focal-mission")
    both = text_of(client, "/cases?status=presumed&status=identified&size=100")
    assert set(listed(both)) == {
        id
        for status in ("presumed", "identified")
        for id in listed(text_of(client, f"/cases?status={status}&size=100"))
    }
    assert 'href="/cases?status=presumed&amp;size=100"' in both
    assert 'href="/cases?status=identified&amp;size=100"' in both


def test_a_press_on_a_heading_sorts_and_another_one_turns_the_order(house):
    client = house.client("focal-mission")
    first = text_of(client, "/cases?size=100")
    assert 'aria-sort="descending"' in first
    by_area = text_of(client, "/cases?sort=area&size=100")
    assert sorted(listed(first)) == sorted(listed(by_area))
    assert 'aria-sort="ascending"><a href="/cases?sort=area_last&amp;size=100"' in by_area
    assert listed(text_of(client, "/cases?sort=area_last&size=100")) == listed(by_area)[::-1]


def test_counts_come_apart_and_each_code_leads_to_the_list_with_it(house):
    client = house.client("focal-mission")
    assert 'hx-get="/cases/counts?sex=female"' in text_of(client, "/cases?sex=female")
    part = client.get("/cases/counts?sex=female", headers={"HX-Request": "true"})
    assert "HX-Request" in part["Vary"]
    assert b"<html" not in part.content
    lines = [line for group in part.context["groups"] for line in group["lines"]]
    assert [line.text for line in lines if line.on] == ["Female"]
    for line in lines:
        choice = line.address.partition("?")[2]
        if not line.on:
            assert client.get(f"/cases/counts?{choice}").context["total"] == line.cases, choice


def test_what_is_ticked_is_shown_counted_or_exported(house):
    client = house.client("focal-mission")
    ids = listed(text_of(client, "/cases"))[:3]
    ticks = "&".join(f"tick={id}" for id in ids)
    shown = client.get(f"/cases/choice?which=ticked&what=show&sex=&{ticks}")
    assert sorted(listed(text_of(client, shown["Location"]))) == sorted(ids)
    counted = client.get(f"/cases/choice?which=ticked&what=count&{ticks}")
    assert client.get(counted["Location"]).context["total"] == 3
    asked = client.get(f"/cases/choice?which=ticked&what=export&{ticks}")
    assert client.get(asked["Location"]).context["count"] == 3
    page = client.get("/cases/choice?which=page&what=count&" + "&".join(f"here={id}" for id in ids))
    assert client.get(page["Location"]).context["total"] == 3
    every = client.get(f"/cases/choice?which=all&what=count&status=presumed&{ticks}")
    assert every["Location"] == "/cases/counts?status=presumed"
    none = client.get("/cases/choice?which=ticked&what=export&status=presumed")
    assert none["Location"] == "/cases?status=presumed"
    assert "Tick a case first" in text_of(client, none["Location"])


def test_a_ticked_case_of_another_organisation_is_in_no_answer(house):
    client, theirs = house.client("focal-mission"), house.cases(house.second.id)[0].id
    where = client.get(f"/cases/choice?which=ticked&what=show&tick={theirs}")["Location"]
    assert listed(text_of(client, where)) == []
    assert listed(text_of(house.client("focal-refugees"), where)) == [theirs], "the control"


def test_exporting_the_ticked_asks_for_its_own_right(house):
    client = house.client("verifier-mission")
    id = listed(text_of(client, "/cases"))[0]
    assert "Export these" not in text_of(client, "/cases")
    where = client.get(f"/cases/choice?which=ticked&what=export&tick={id}")["Location"]
    assert client.get(where).status_code == 403


def test_a_choice_is_saved_applied_and_deleted_by_its_owner_alone(house):
    client = house.client("focal-mission")
    sent = client.post("/cases/kept", {"status": ["presumed", "identified"], "sex": "female", "sort": "area"})
    assert sent["Location"] == "/cases?status=presumed&status=identified&sex=female&sort=area"
    text = text_of(client, sent["Location"])
    assert "Your saved choices" in text
    assert "Save this choice" not in text, "it is kept already"
    (held,) = client.get("/cases").context["saved"]
    assert held["address"] == sent["Location"]
    assert held["text"].startswith("Status: Presumed victim")
    for other in ("analyst-mission", "focal-refugees"):
        assert house.client(other).get("/cases").context["saved"] == ()
        assert house.client(other).post(f"/cases/kept/{held['id']}/forget").status_code == 404
    assert client.post(f"/cases/kept/{held['id']}/forget").status_code == 302
    assert client.get("/cases").context["saved"] == ()


def test_an_empty_choice_says_what_to_do(house):
    assert "Remove one of the filters" in text_of(house.client("focal-mission"), "/cases?area=ABW")
    assert "come from imported files" in text_of(house.client("analyst-children"), "/cases")


def test_another_organisations_case_is_a_missing_case_byte_for_byte(house):
    client = house.client("focal-mission")
    theirs = house.cases(house.second.id)[0].id
    other, missing = client.get(f"/cases/{theirs}"), client.get(f"/cases/{NOWHERE}")
    assert (other.status_code, missing.status_code) == (404, 404)
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert token.sub("", other.content.decode()) == token.sub("", missing.content.decode())
    assert house.client("focal-refugees").get(f"/cases/{theirs}").status_code == 200, "the control"


def test_one_case_speaks_in_labels_and_shows_the_person_where_the_role_reaches(house):
    case = next(each for each in house.cases(house.first.id) if each.person and each.detection)
    person = next(each for each in house.persons(house.first.id) if each.id == case.person)
    full = text_of(house.unlocked("focal-mission"), f"/cases/{case.id}")
    coded = text_of(house.client("analyst-mission"), f"/cases/{case.id}")
    assert person.names[0].text in full
    assert person.names[0].text not in coded
    assert "Locked" in coded
    for text in (full, coded):
        assert "formally_identified" not in text
        assert "Status history" in text
    exact = case.detection.place.exact
    assert exact is None or (exact in full and exact not in coded)


def test_the_story_can_be_read(house):
    told = house.mission.story
    text = text_of(house.unlocked("focal-mission"), f"/cases/{told.mission_case}")
    assert "Formally identified by a national authority" in text
    assert text.count('<tr><th scope="row">') >= 2, "a status history of several steps"


def again(house, case, **changed):
    """The case sent once more in Palermo's own lines, with something changed."""
    member = memberships(get_user_model().objects.get(username="focal-mission"))[0]
    later = msgspec.structs.replace(case, arrived=None, **changed)
    import_file(member.actor, encode_all([later]), layout="palermo", invented=True)


def test_a_later_file_shows_what_it_changed(house):
    case = next(each for each in house.cases(house.first.id) if each.sex == "female")
    client = house.unlocked("focal-mission")
    assert "This is the first version" in text_of(client, f"/cases/{case.id}")
    again(house, case, sex="male")
    text = text_of(client, f"/cases/{case.id}")
    row = re.search(r"<tr><th scope=\"row\">Sex.*?</tr>", text, re.S).group(0)
    assert re.findall(r"<bdi>(\w+)</bdi>", row) == ["Female", "Male"]
    assert "Version" in text


def test_a_page_shows_the_files_own_word_beside_the_value(house):
    header = "yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation,isForcedLabour"
    member = memberships(get_user_model().objects.get(username="focal-mission"))[0]
    content = f"{header}\n2019,Female,9--17,MLI,NGA,1\n".encode()
    import_file(member.actor, content, layout="ctdc-27", invented=True)
    case, *_ = listed(text_of(house.client("focal-mission"), "/cases"))
    text = text_of(house.client("focal-mission"), f"/cases/{case}")
    assert "In the file, <bdi>gender</bdi>: <q>Female</q>" in text
    assert "In the file, <bdi>ageBroad</bdi>: <q>9--17</q>" in text


def test_the_glance_says_who_what_and_what_is_next(house):
    told = house.mission.story
    text = text_of(house.unlocked("focal-mission"), f"/cases/{told.mission_case}")
    for heading in ("Who", "What happened", "What is next", "In time"):
        assert f">{heading}</h2>" in text


def test_the_paper_of_a_case_holds_no_name_no_village_and_no_day(house):
    case = next(
        each
        for each in house.cases(house.first.id)
        if each.person and each.detection and each.detection.place.exact and each.detection.when
    )
    person = next(each for each in house.persons(house.first.id) if each.id == case.person)
    client = house.unlocked("focal-mission")
    paper = client.get(f"/cases/{case.id}/paper")
    assert paper["Content-Disposition"] == 'attachment; filename="palermo-case.pdf"'
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.content)).pages)
    page = text_of(client, f"/cases/{case.id}")
    hidden = [person.names[0].text, case.detection.place.exact]
    assert [word for word in hidden if word not in page] == [], "the control: the page shows them"
    assert [word for word in hidden if word.split()[0] in text] == []
    assert case.id in text
    assert "invented" in text
