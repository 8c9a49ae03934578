"""Two focal points take identities out together, in a real browser: one asks, one agrees, one downloads."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from palermo.actions import accounts, collect
from palermo.cases import Case, Name, Person, encode_all
from palermo.cli.demo import PASSWORD
from palermo.protect.containers import open_file
from palermo.store import vault
from palermo.web.doors import VAULT
from tests.conftest import House

pytestmark = pytest.mark.journey
NAME = "Amina Invented"


class Two(House):
    """Two focal points of one organisation, and an invented person."""

    def __init__(self) -> None:
        super().__init__()
        self.users = {name: self.focal_point(name) for name in ("asks", "agrees")}
        person = Person(id="f" * 32, organisation=self.own, names=(Name(text=NAME),), invented=True)
        case = Case(id="1" * 32, organisation=self.own, person=person.id, sex="female", invented=True)
        collect.import_file(self.actor(), encode_all([person, case]), invented=True)

    def focal_point(self, name: str) -> str:
        user = accounts.create_user(name, password=PASSWORD, display=f"Invented {name}", checked=False)
        accounts.add_member(user, organisation=self.own, role="focal_point")
        return user

    def unlock(self, page: Page, name: str) -> None:
        """Unlocks the vault for the browser's session: the way of its own page is another journey's."""
        from importlib import import_module

        from django.conf import settings

        page.goto("/exports")
        (key,) = [one["value"] for one in page.context.cookies() if one["name"].endswith("sessionid")]
        session = import_module(settings.SESSION_ENGINE).SessionStore(session_key=key)
        session[VAULT] = vault.new_session()
        session.save()
        actor = accounts.Actor(self.users[name], self.own, "focal_point", session=session[VAULT])
        vault.unlock(actor, self.rings[self.own])


@pytest.fixture
def two(transactional_db: None, settings: Any) -> Two:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return Two()


@pytest.fixture
def house(live_server: object, two: Two) -> str:
    return str(live_server)


def test_two_persons_export_identities(
    two: Two, signed_in: Callable[..., Page], said: list[str], tmp_path: Path
) -> None:
    asks, agrees = signed_in("asks"), signed_in("agrees", width=360)
    two.unlock(asks, "asks")
    two.unlock(agrees, "agrees")
    asks.goto("/cases?sex=female")
    asks.get_by_label("all that are chosen").check()
    asks.get_by_role("button", name="Export these").click()
    asks.get_by_label("It holds").select_option("identities")
    asks.get_by_role("button", name="Ask for the export").click()
    expect(asks.get_by_text("Waits for agreement")).to_be_visible()
    expect(asks.get_by_role("button", name="Start")).to_have_count(0)

    agrees.goto("/exports")
    agrees.get_by_role("link", name="Identities").click()
    expect(agrees.get_by_text("Invented asks (focal_point)")).to_be_visible()
    expect(agrees.get_by_text("Sex: Female")).to_be_visible()
    _fits(agrees)
    agrees.get_by_role("button", name="Agree").click()
    expect(agrees.get_by_text("You agreed to the export.")).to_be_visible()
    _fits(agrees)

    asks.reload()
    asks.get_by_role("button", name="Start").click()
    expect(asks.get_by_text("Done", exact=True)).to_be_visible()
    assert re.fullmatch(r".*/exports/[0-9a-f]{32}", asks.url)
    with asks.expect_download() as waiting:
        asks.get_by_role("link", name="Download the sealed file").click()
    assert re.fullmatch(r"export-\d{4}-\d\d-\d\d\.palermo", waiting.value.suggested_filename)
    content = Path(waiting.value.path()).read_bytes()
    assert NAME.encode() not in content
    asks.get_by_role("button", name="Show the passphrase, once").click()
    words = asks.locator("bdi.code").inner_text()
    asks.get_by_role("link", name="I have written it down").click()
    expect(asks.get_by_text("The passphrase was shown")).to_be_visible()
    with zipfile.ZipFile(BytesIO(b"".join(open_file([content], passphrase=words)))) as pack:
        assert NAME in pack.read("persons.csv").decode("utf-8-sig")
        assert "Agreed to by: Invented agrees (focal_point)" in pack.read("about.txt").decode("utf-8-sig")

    asks.get_by_role("button", name="Withdraw the export").click()
    expect(asks.get_by_text("The export was withdrawn")).to_be_visible()
    expect(asks.get_by_role("link", name="Download the sealed file")).to_have_count(0)
    assert said == []


def _fits(page: Page) -> None:
    """Nothing is wider than the screen, and nothing to press is lower than 24 px."""
    wide, shown = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= shown
    small = page.evaluate(
        "[...document.querySelectorAll('main button, main select, main input:not([type=hidden])')]"
        ".filter(e => e.getBoundingClientRect().height < 24).length"
    )
    assert small == 0
