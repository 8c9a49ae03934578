"""A focal point's way with a dirty HTCDS workbook: looked at, three rows mended, committed, undone."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.waiting import dirty

pytestmark = pytest.mark.journey
PHONE, WORK = 360, 30_000
"""Milliseconds that a job may take on a busy machine."""


def picture(page: Page, name: str) -> None:
    """Kept for the documentation where PALERMO_SCREENSHOTS names a folder."""
    if folder := os.environ.get("PALERMO_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"import-{name}.png", full_page=True)


def file_of(tmp_path: Path) -> Path:
    path = tmp_path / "an-invented-name.xlsx"
    path.write_bytes(dirty())
    return path


def test_a_dirty_workbook_is_mended_committed_and_undone(
    unlocked: Callable[..., Page], tmp_path: Path, said: list[str]
) -> None:
    page = unlocked("focal-mission")
    page.goto("/cases/counts")
    before = page.locator("main").inner_text()
    page.goto("/imports/new")
    page.get_by_label("Case files").set_input_files(file_of(tmp_path))
    page.get_by_label("All persons in this file are invented").check()
    picture(page, "1-send")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Look at the file before it goes in", timeout=WORK
    )
    expect(page.get_by_text("3 of 6 rows would stay out")).to_be_visible(timeout=WORK)
    picture(page, "2-look")
    assert "an-invented-name" not in page.content()
    first = page.locator("#row-3")
    first.get_by_role("button", name="Use “Feminine”").click()
    expect(page.get_by_text("2 of 6 rows would stay out")).to_be_visible(timeout=WORK)
    second = page.locator("#row-4")
    second.get_by_label("Value").fill("2024-02-29")
    second.get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 of 6 rows would stay out")).to_be_visible(timeout=WORK)
    page.locator("#row-6").get_by_role("button", name="Use “Forced labour”").click()
    expect(page.get_by_text("6 rows were read, and all can go in.")).to_be_visible(timeout=WORK)
    page.get_by_label("Area that it means").fill("Mali")
    page.get_by_role("button", name="Use it for all rows that say so").click()
    expect(page.locator("#changes-caption")).to_be_visible(timeout=WORK)
    expect(page.get_by_text("Nowhereland")).to_have_count(1, timeout=WORK)
    picture(page, "3-mended")
    page.get_by_role("link", name="See and change the columns").click()
    expect(page.get_by_text("Geschlecht der Person").first).to_be_visible()
    picture(page, "4-columns")
    page.get_by_role("link", name="Back to the file").click()
    page.get_by_role("button", name="Import the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Result of the import", timeout=WORK)
    expect(page.get_by_text("All 6 rows of the file are in.")).to_be_visible(timeout=WORK)
    picture(page, "5-result")
    page.get_by_role("link", name="Undo this import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Undo this import?", timeout=WORK)
    picture(page, "6-undo")
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("and undone on")).to_be_visible(timeout=WORK)
    picture(page, "7-undone")
    page.goto("/cases/counts")
    assert page.locator("main").inner_text() == before
    assert said == []


def test_a_phone_and_no_script(unlocked: Callable[..., Page], tmp_path: Path, said: list[str]) -> None:
    """Everything is a plain form: the same way without script, on a narrow screen, by keyboard."""
    page = unlocked("focal-mission", width=PHONE, java_script_enabled=False)
    page.goto("/imports/new")
    page.get_by_label("Case files").set_input_files(file_of(tmp_path))
    page.get_by_label("All persons in this file are invented").check()
    page.get_by_role("button", name="Look at it first").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Look at the file before it goes in", timeout=WORK
    )
    picture(page, "phone")
    page.locator("#row-3").get_by_role("button", name="Use “Feminine”").press("Enter")
    expect(page.get_by_text("2 of 6 rows would stay out")).to_be_visible(timeout=WORK)
    page.get_by_role("link", name="See and change the columns").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Columns of the file", timeout=WORK)
    picture(page, "phone-columns")
    assert said == []


def test_what_is_dropped_is_in_the_field(unlocked: Callable[..., Page], said: list[str]) -> None:
    page = unlocked("focal-mission")
    page.goto("/imports/new")
    page.evaluate(DROP)
    assert page.evaluate("document.getElementById('id_file').files.length") == 2
    page.get_by_label("All persons in this file are invented").check()
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Import a file", timeout=WORK)
    assert said == []


DROP = """() => {
  const held = new DataTransfer();
  const text = "yearOfRegistration,gender,ageBroad\\n2019,Female,9--17\\n";
  for (const name of ["a.csv", "b.csv"]) held.items.add(new File([text], name, { type: "text/csv" }));
  const area = document.querySelector("[data-drop]");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    area.dispatchEvent(new DragEvent(kind, { dataTransfer: held, bubbles: true, cancelable: true }));
  }
}"""
