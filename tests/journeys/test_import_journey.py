"""A focal point's way with a dirty HTCDS workbook: looked at, three rows mended, committed, undone. Invented."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.collect.sent import workbook

pytestmark = pytest.mark.journey
HEADER = (
    "First Name", "Second Name", "Gender", "Citizenship", "Trafficking Status", "Type Of Exploitation",
    "Incoming Referral Date", "Age At Start Of Process", "Geschlecht der Person",
)  # fmt: skip
GOOD = ("Invented", "Example", "Feminine", "Mali", "Actual victim of trafficking", "Forced labour", "2024-05-03")


def picture(page: Page, name: str) -> None:
    """Kept for the documentation where PALERMO_SCREENSHOTS names a folder."""
    if folder := os.environ.get("PALERMO_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"import-{name}.png", full_page=True)


def dirty(tmp_path: Path) -> Path:
    """A misspelt code, an impossible date, a country that nobody knows, a column that the layout has not."""
    rows = [list(GOOD) + ["", "x"] for _ in range(6)]
    rows[1][2], rows[2][6], rows[3][3], rows[4][5] = "Femininee", "31/02/2024", "Nowhereland", "Forced labuor"
    path = tmp_path / "an-invented-name.xlsx"
    path.write_bytes(workbook([HEADER, *rows]))
    return path


def row(page: Page, number: int) -> object:
    return page.locator(f"#row-{number}")


def test_a_dirty_workbook_is_mended_committed_and_undone(
    unlocked: Callable[..., Page], tmp_path: Path, said: list[str]
) -> None:
    page = unlocked("focal-mission")
    page.goto("/cases/counts")
    before = page.locator("main").inner_text()
    page.goto("/imports/new")
    page.get_by_label("Case files").set_input_files(dirty(tmp_path))
    page.get_by_label("All persons in this file are invented").check()
    picture(page, "1-send")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at the file before it goes in")
    expect(page.get_by_text("3 of 6 rows would stay out")).to_be_visible()
    picture(page, "2-look")
