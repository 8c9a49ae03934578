"""Break-glass pages: asked by number, answered and reviewed by others, told to the owner, no name."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from palermo.actions import accounts
from palermo.cli.demo import PASSWORD
from palermo.protect.break_glass import may_be_a_child
from palermo.store.models import BreakGlass

NOWHERE = "0" * 32
REASON = "Invented reason: she called from a police station"


def member(house, role: str, *, unlocked: bool = True) -> Client:
    made = accounts.create_user(f"Invented {role}", password=PASSWORD, checked=False)
    accounts.add_member(
        made, organisation=house.first.id, role=role, team="nobody" if role == "case_worker" else ""
    )
    return house.unlocked(f"Invented {role}") if unlocked else house.client(f"Invented {role}")


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def adult(house):
    """A case of an adult with an exact place and a name."""
    return next(
        case
        for case in house.cases(house.first.id)
        if not may_be_a_child(case) and case.person and case.detection and case.detection.place.exact
    )


def asked(house, worker: Client, case: str) -> str:
    answer = worker.post("/break-glass", {"number": case, "reason": REASON})
    assert (answer.status_code, answer["Location"]) == (302, "/break-glass")
    return BreakGlass.objects.get().public_id


def test_from_asking_to_the_review(house):
    case = adult(house)
    worker, focal, auditor = (
        member(house, "case_worker"),
        house.unlocked("focal-mission"),
        member(house, "auditor", unlocked=False),
    )
    verifier = member(house, "verifier")
    address = f"/cases/{case.id}"
    assert worker.get(address).status_code == 404
    request = asked(house, worker, case.id)
    assert worker.get(address).status_code == 404, "asking opens nothing"
    page = text_of(verifier, f"/break-glass/{request}")
    assert f'href="/break-glass/{request}"' in text_of(verifier, "/break-glass")
    assert REASON in page
    assert 'value="yes"' in page
    assert verifier.post(f"/break-glass/{request}/answer", {"answer": "yes"}).status_code == 302

    opened = text_of(worker, address)
    assert case.detection.place.exact in opened
    assert "Two persons opened this case to you" in opened
    assert "/who-saw" not in opened
    assert 'href="/imports/' not in opened.replace('href="/imports/new"', "")
    assert "The import that brought it" in text_of(focal, address), "the control"
    person = next(each for each in house.persons(house.first.id) if each.id == case.person)
    assert person.names[0].text not in opened
    assert person.names[0].text in text_of(focal, address), "the control"

    for where in ("/", address):
        told = text_of(focal, where)
        assert "A case that is yours was opened in an emergency" in told
        assert "Case worker" in told
        assert "Invented case_worker" not in told
    assert focal.post(f"/break-glass/{request}/seen").status_code == 302
    assert "opened in an emergency" not in text_of(focal, "/")

    seen = text_of(auditor, f"/break-glass/{request}")
    for secret in (REASON, case.id, "Invented case_worker"):
        assert secret not in seen
        assert secret not in text_of(auditor, "/break-glass")
    assert 'value="justified"' in seen
    assert auditor.post(f"/break-glass/{request}/review", {"review": "not"}).status_code == 302
    assert worker.get(address).status_code == 404, "a review closes it"
    assert "reviewed: not justified" in text_of(worker, "/break-glass")


def test_time_closes_it(house):
    case = adult(house)
    worker = member(house, "case_worker")
    request = asked(house, worker, case.id)
    member(house, "verifier").post(f"/break-glass/{request}/answer", {"answer": "yes"})
    assert worker.get(f"/cases/{case.id}").status_code == 200
    BreakGlass.objects.update(until=datetime.now(UTC) - timedelta(seconds=1))
    assert worker.get(f"/cases/{case.id}").status_code == 404
    assert "over, waits for its review" in text_of(worker, "/break-glass")


def test_the_reason_needs_the_vault_and_so_does_granting(house):
    worker, verifier = member(house, "case_worker"), member(house, "verifier", unlocked=False)
    request = asked(house, worker, adult(house).id)
    page = text_of(verifier, f"/break-glass/{request}")
    assert REASON not in page
    assert 'value="yes"' not in page
    assert 'value="no"' in page
    sent = verifier.post(f"/break-glass/{request}/answer", {"answer": "yes"})
    assert (sent.status_code, sent["Location"]) == (302, "/vault/unlock?next=/vault")
    assert "waits for an answer" in text_of(verifier, f"/break-glass/{request}"), "nothing was done"
    assert BreakGlass.objects.get().state == "asked"


def test_what_is_wrong_stands_beside_the_field_and_what_is_missing_tells_nothing(house):
    worker = member(house, "case_worker")
    child = next(
        case
        for case in house.cases(house.first.id)
        if case.ages.detection and case.ages.detection.group == "child"
    )
    for number, said in (
        (child.id, "RIGHTS-010"), (house.cases(house.second.id)[0].id, "STORE-404"), (NOWHERE, "STORE-404"),
        ("Amina Invented", "32 letters and digits"),
    ):  # fmt: skip
        answer = worker.post("/break-glass", {"number": number, "reason": REASON})
        text = answer.content.decode()
        assert answer.status_code == 200
        assert said in text
        assert 'href="#id_number"' in text
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    pages = [
        worker.post("/break-glass", {"number": number, "reason": REASON}).content.decode().replace(number, "")
        for number in (house.cases(house.second.id)[0].id, NOWHERE)
    ]
    assert token.sub("", pages[0]) == token.sub("", pages[1])
    assert 'href="#id_reason"' in worker.post("/break-glass", {"number": child.id}).content.decode()
    assert not BreakGlass.objects.exists()


def test_who_asked_cannot_answer_in_another_role(house):
    worker = member(house, "case_worker")
    request = asked(house, worker, adult(house).id)
    user = get_user_model().objects.get(username="Invented case_worker")
    made = accounts.add_member(user.public_id, organisation=house.first.id, role="focal_point")
    worker.post(f"/switch/{made}")
    assert 'value="yes"' not in text_of(worker, f"/break-glass/{request}")
    assert worker.post(f"/break-glass/{request}/answer", {"answer": "yes"}).status_code == 403
    assert BreakGlass.objects.get().state == "asked"


@pytest.mark.parametrize("what", ["", "/answer", "/review", "/seen"])
def test_another_organisations_request_is_not_found(house, what):
    request = asked(house, member(house, "case_worker"), adult(house).id)
    other = house.unlocked("focal-refugees")
    for id in (request, NOWHERE):
        address = f"/break-glass/{id}{what}"
        assert (other.post(address) if what else other.get(address)).status_code == 404


def test_the_first_page_and_a_case_need_few_queries_with_a_notice(house, django_assert_max_num_queries):
    case = adult(house)
    request = asked(house, member(house, "case_worker"), case.id)
    member(house, "verifier").post(f"/break-glass/{request}/answer", {"answer": "yes"})
    focal = house.client("focal-mission")
    with django_assert_max_num_queries(20):
        assert "opened in an emergency" in text_of(focal, "/")
    with django_assert_max_num_queries(26):
        assert "opened in an emergency" in text_of(focal, f"/cases/{case.id}")
