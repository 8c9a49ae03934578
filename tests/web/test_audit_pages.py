"""Audit pages: the chain for auditors, a head to take away, who saw a record without a staff name."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from palermo.actions import accounts
from palermo.cli.demo import PASSWORD

NOWHERE = "0" * 32


def member(house, role: str) -> Client:
    made = accounts.create_user(
        f"Invented {role}", password=PASSWORD, display=f"Ms {role} Invented", checked=False
    )
    accounts.add_member(made, organisation=house.first.id, role=role)
    return house.client(f"Invented {role}")


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def rows(text: str) -> list[list[str]]:
    body = re.search("<tbody>(.*?)</tbody>", text, re.S)
    found = re.findall("<tr>(.*?)</tr>", body.group(1) if body else "", re.S)
    cells = (
        [re.sub("<[^>]+>", "", one) for one in re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in found
    )
    return list(cells)


def test_the_auditor_reads_entries_and_neither_staff_nor_cases(house):
    """The control: staff and cases are in the database."""
    client, focal = member(house, "auditor"), house.client("focal-mission")
    case = house.cases(house.first.id)[0].id
    text_of(focal, f"/cases/{case}")
    text = text_of(client, "/audit")
    assert rows(text)[0][2:5] == ["Focal point", "cases.one_case", "1"]
    users = get_user_model().objects.all()
    assert users.filter(username="focal-mission").exists()
    for user in users:
        assert user.username not in text
        assert user.public_id not in text
        assert not user.display or user.display not in text
    assert case not in text
    narrowed = rows(text_of(client, "/audit?action=cases.one_case"))
    assert [row[3] for row in narrowed] == ["cases.one_case"]
    assert "No entry is of this action" in text_of(client, "/audit?action=audit.export_head")
    assert rows(text_of(client, "/audit?before=2"))[0][0] == "1"
    assert "There are no entries here" in text_of(client, "/audit?before=1")
    for strange in ("before=x", "before=-1", "before=" + "9" * 40, "action=nothing"):
        assert client.get(f"/audit?{strange}").status_code == 200


def test_entries_page_to_the_first(house):
    client = member(house, "auditor")
    for _ in range(60):
        client.post("/audit/head")
    address, numbers = "/audit", []
    while address:
        text = text_of(client, address)
        numbers += [int(row[0].replace("\xa0", "")) for row in rows(text)]
        found = re.search(r'href="(\?[^"]+)" rel="next"', text)
        address = f"/audit{found.group(1)}" if found else ""
    assert numbers == list(range(numbers[0], 0, -1))
    assert "Back to the newest entries" in text


def test_a_head_is_downloaded_and_the_chain_checked_against_it(house, tmp_path):
    client = member(house, "auditor")
    answer = client.post("/audit/head")
    assert answer.status_code == 200
    assert re.fullmatch(
        r'attachment; filename="palermo-audit-head-\d{8}-\d{6}\.jsonl"', answer["Content-Disposition"]
    )
    kept = tmp_path / "head.jsonl"
    kept.write_bytes(answer.content)
    assert "is seen only with a head" in client.post("/audit").content.decode()
    with kept.open("rb") as file:
        assert "the one whose heads you gave" in client.post("/audit", {"heads": file}).content.decode()
    kept.write_bytes(answer.content.replace(b'"number":', b'"number":1'))
    with kept.open("rb") as file:
        text = client.post("/audit", {"heads": file}).content.decode()
    assert "PROTECT-050" in text
    assert 'href="#id_heads"' in text
    kept.write_bytes(b"x" * (2**20 + 1))
    with kept.open("rb") as file:
        assert "at most 1 MB" in client.post("/audit", {"heads": file}).content.decode()


def test_who_saw_shows_roles_and_never_a_staff_name(house):
    case = house.cases(house.first.id)[0].id
    analyst, advocate = house.client("analyst-mission"), member(house, "advocate")
    address = f"/cases/{case}/who-saw"
    assert "Nobody has opened" in text_of(advocate, address)
    page = text_of(house.client("focal-mission"), f"/cases/{case}")
    text_of(analyst, f"/cases/{case}")
    assert f'href="{address}"' in page
    text = text_of(advocate, address)
    short = accounts.memberships(get_user_model().objects.get(username="analyst-mission"))[0].short
    assert [row[1:] for row in rows(text)] == [
        ["Analyst", short, "Opened, codes only"],
        ["Focal point", short, rows(text)[1][3]],
        ["Advocate", short, "Asked who saw it"],
    ]
    assert rows(text)[1][3].startswith("Opened")
    users = get_user_model().objects.all()
    assert users.filter(username="analyst-mission", memberships__role="analyst").exists(), "the control"
    for user in users:
        for secret in (user.username, user.public_id, user.display):
            assert not secret or secret not in text
    assert advocate.get(f"/cases/{case}").status_code == 403


def test_the_advocate_sees_nothing_else_of_the_record(house):
    case = next(each for each in house.cases(house.first.id) if each.person and each.sex == "female")
    person = next(each for each in house.persons(house.first.id) if each.id == case.person)
    text = text_of(member(house, "advocate"), f"/cases/{case.id}/who-saw")
    assert person.names[0].text not in text
    assert "Female" not in text
    assert case.person not in text


def test_another_organisations_record_answers_as_a_missing_one(house):
    advocate, theirs = member(house, "advocate"), house.cases(house.second.id)[0].id
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    other, missing = (advocate.get(f"/cases/{case}/who-saw") for case in (theirs, NOWHERE))
    assert (other.status_code, missing.status_code) == (404, 404)
    assert token.sub("", other.content.decode()) == token.sub("", missing.content.decode())
    assert house.client("focal-refugees").get(f"/cases/{theirs}/who-saw").status_code == 200, "the control"


def test_the_advocate_asks_by_number_and_what_was_typed_never_stands_in_an_address(house):
    advocate, case = member(house, "advocate"), house.cases(house.first.id)[0].id
    assert 'href="/who-saw"' in text_of(advocate, "/")
    answer = advocate.post("/who-saw", {"number": f" {case} "})
    assert (answer.status_code, answer["Location"]) == (302, f"/cases/{case}/who-saw")
    for wrong in ("", "Amina Invented", "0" * 31):
        answer = advocate.post("/who-saw", {"number": wrong})
        assert answer.status_code == 200
        assert 'href="#id_number"' in answer.content.decode()


@pytest.mark.parametrize("role", ["focal_point", "collector", "advocate"])
def test_the_chain_is_for_those_who_audit(house, role):
    client = member(house, role)
    assert client.get("/audit").status_code == 403
    assert client.post("/audit/head").status_code == 403


def test_the_administrator_checks_and_takes_heads_away_without_reading_entries(house):
    client = member(house, "administrator")
    text = text_of(client, "/audit")
    assert "Download a signed head" in text
    assert not rows(text)
    assert client.post("/audit/head").status_code == 200


def test_pages_need_few_queries(house, django_assert_max_num_queries):
    client, advocate = member(house, "auditor"), member(house, "advocate")
    case = house.cases(house.first.id)[0].id
    with django_assert_max_num_queries(12):
        assert client.get("/audit").status_code == 200
    with django_assert_max_num_queries(16):
        assert advocate.get(f"/cases/{case}/who-saw").status_code == 200


def test_the_advocate_reaches_the_page_of_allegations_that_each_page_links_to(house):
    advocate = member(house, "advocate")
    assert 'href="/conduct"' in text_of(advocate, "/")
    assert "Allegations against personnel" in text_of(advocate, "/conduct")
    assert advocate.get("/conduct/key").status_code == 403
