"""A case worker's way with a photo, on a phone: attached, fetched without its place, removed. Invented."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect

from palermo.actions import cases, collect
from palermo.cli.demo import PASSWORD
from palermo.store import vault
from tests.conftest import House
from tests.protect.attached import MARK, jpeg, tells
from tests.web.test_file_pages import seen

pytestmark = pytest.mark.journey
PHONE = 360


@pytest.fixture
def house(live_server: object, settings: object) -> str:
    """The address of pages with one organisation, its vault and one case."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    places = House()
    actor = places.actor()
    line = msgspec.json.encode({"record": "case", "id": "1" * 32, "organisation": places.own})
    collect.import_file(actor, line, invented=True)
    user = get_user_model().objects.get(public_id=actor.user_id)
    user.username = "ann"
    user.set_password(PASSWORD)
    user.save()
    HELD.update(ring=places.rings[places.own], case=cases.list_cases(actor).rows[0].id)
    return str(live_server)


HELD: dict[str, object] = {}


def unlock_sessions() -> None:
    """What unlocking by passphrase does; its own journey is with the vault."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.test import Client

    for row in Session.objects.all():
        client = Client()
        client.cookies["sessionid"] = row.session_key
        if "_auth_user_id" in SessionStore(row.session_key):
            vault.unlock(seen(client), HELD["ring"])  # type: ignore[arg-type]


def test_a_photo_on_a_phone(signed_in: Callable[..., Page], tmp_path: Path, said: list[str]) -> None:
    page = signed_in("ann", width=PHONE)
    photo = tmp_path / "invented-name-of-a-person.jpg"
    photo.write_bytes(jpeg())
    page.goto(f"/cases/{HELD['case']}")
    page.get_by_label("Title of the file").fill("Invented photo of a paper")
    page.get_by_label("File", exact=True).set_input_files(photo)
    page.get_by_role("button", name="Attach").click()
    expect(page.get_by_text("The file was attached")).to_be_visible()
    expect(page.get_by_text("Title locked")).to_be_visible()
    expect(page.get_by_role("link", name="Download")).to_have_count(0)
    unlock_sessions()
    page.reload()
    expect(page.get_by_text("Invented photo of a paper")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download").click()
    assert waiting.value.suggested_filename.startswith("file-")
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"\xff\xd8\xff")
    assert MARK.encode() in photo.read_bytes(), "the control"
    assert not tells(content)
    page.get_by_role("link", name="Remove").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove this file?")
    page.get_by_role("button", name="Remove the file").click()
    expect(page.get_by_text("No file is attached")).to_be_visible()
    photo.write_bytes(b"<svg onload='1'/>")
    page.get_by_label("Title of the file").fill("Invented drawing")
    page.get_by_label("File", exact=True).set_input_files(photo)
    page.get_by_role("button", name="Attach").click()
    expect(page.get_by_role("alert")).to_contain_text("PROTECT-040")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert said == []
