"""A case worker's way with a photo, on a phone: attached, fetched without its place, removed. Invented."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from palermo.cases.examples import Mission
from palermo.cli import demo
from tests.protect.attached import MARK, jpeg, tells

pytestmark = pytest.mark.journey
PHONE = 360


def attach(page: Page, file: Path, title: str) -> None:
    page.get_by_label("Title of the file").fill(title)
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Attach").click()


def test_a_photo_on_a_phone(
    signed_in: Callable[..., Page], mission: Mission, tmp_path: Path, said: list[str]
) -> None:
    page = signed_in("focal-mission", width=PHONE)
    photo = tmp_path / "invented-name-of-a-person.jpg"
    photo.write_bytes(jpeg())
    case = next(one for one in mission.cases if one.organisation == mission.organisations[0].id)
    page.goto(f"/cases/{case.id}")
    attach(page, photo, "Invented photo of a paper")
    expect(page.get_by_text("The file was attached")).to_be_visible()
    files = page.locator("section", has=page.get_by_role("heading", name="Files", exact=True))
    expect(files.get_by_text("Title locked")).to_be_visible()
    expect(files.get_by_role("link", name="Download")).to_have_count(0)
    files.get_by_role("link", name="Unlock the vault").click()
    page.locator("#id_passphrase").fill(demo.PASSPHRASE)
    page.locator("main button[type=submit]").click()
    expect(files.get_by_text("Invented photo of a paper")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    with page.expect_download() as waiting:
        files.get_by_role("link", name="Download").click()
    assert waiting.value.suggested_filename.startswith("file-")
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"\xff\xd8\xff")
    assert MARK.encode() in photo.read_bytes(), "the control"
    assert not tells(content)
    files.get_by_role("link", name="Remove").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove this file?")
    page.get_by_role("button", name="Remove the file").click()
    expect(files.get_by_text("No file is attached")).to_be_visible()
    photo.write_bytes(b"<svg onload='1'/>")
    attach(page, photo, "Invented drawing")
    expect(page.get_by_role("alert")).to_contain_text("PROTECT-040")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert said == []
