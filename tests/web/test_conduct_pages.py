"""Does the page say which conduct key holds, since when, and on whose word? And do two persons replace it?"""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from palermo.protect.keys import fingerprint, new_pair
from tests.conftest import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Any:
    house = House()

    def sign_in(role: str) -> Client:
        made = house.actor(role)
        found = Client()
        found.force_login(get_user_model().objects.get(public_id=made.user_id))
        return found

    return sign_in


def page(client: Client) -> str:
    return client.get("/conduct").content.decode()


def test_the_page_shows_the_key_and_two_persons_replace_it(client: Any) -> None:
    admin, auditor, reader = client("administrator"), client("auditor"), client("collector")
    first, second = new_pair().public, new_pair().public
    assert "The conduct key" not in page(reader)
    assert admin.post("/conduct/key", {"public": first.hex(), "contact": "Invented line"}).status_code == 302
    assert fingerprint(first) in page(reader)
    assert "set by one person on" in page(reader)
    assert "conduct/confirm" not in page(reader), "who may not confirm sees no button"
    assert "conduct/confirm" in page(auditor)
    auditor.post("/conduct/confirm", {"fingerprint": fingerprint(first)})
    assert "set by one person on" not in page(reader)
    admin.post("/conduct/key", {"public": second.hex(), "contact": "Invented line"})
    assert "Waits to replace it" in page(reader)
    assert admin.post("/conduct/confirm", {"fingerprint": fingerprint(second)}).status_code in (403, 404)
    assert fingerprint(first) in page(reader)
    auditor.post("/conduct/confirm", {"fingerprint": fingerprint(second)})
    told = page(reader)
    assert fingerprint(second) in told
    assert fingerprint(first) not in told
