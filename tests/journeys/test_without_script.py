"""Is everything there without script? Cases, a saved choice, two years, a label, an import to its undoing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.waiting import TABLE, dirty, focal, taken_in

pytestmark = pytest.mark.journey
SignedIn = Callable[..., Page]
WORK = 30_000
"""Milliseconds that a job may take on a busy machine."""


def test_cases_are_chosen_and_the_choice_is_saved(signed_in: SignedIn, said: list[str]) -> None:
    page = signed_in("focal-mission", java_script_enabled=False)
    page.goto("/cases")
    page.get_by_label("Sex", exact=True).select_option("Female")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("button", name="Save this choice").click()
    page.goto("/cases")
    saved = page.get_by_role("region", name="Your saved choices")
    saved.get_by_role("link", name="Female").click()
    assert "sex=female" in page.url
    saved.get_by_role("button", name="Delete").click()
    expect(saved).to_have_count(0)
    assert said == []


def test_two_years_are_compared(signed_in: SignedIn, said: list[str]) -> None:
    page = signed_in("analyst-mission", java_script_enabled=False)
    page.goto(f"/tables/{TABLE}")
    years = [str(page.locator("#id_year option").nth(at).get_attribute("value")) for at in (1, 2)]
    page.locator("details.govuk-details summary").first.click()
    page.locator("#id_year").select_option(years[0])
    page.locator("#id_compare").select_option(years[1])
    page.locator("main form[method=get] button[type=submit]").click()
    assert page.url.endswith(f"/tables/{TABLE}?year={years[0]}&compare={years[1]}")
    page.locator("td.number a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Where this number comes from")
    assert said == []


def test_a_label_is_settled(unlocked: SignedIn, said: list[str]) -> None:
    page = unlocked("focal-mission", java_script_enabled=False)
    taken_in(focal("focal-mission"))
    page.goto("/labels")
    page.get_by_label("Area of Nowhereland").fill("Mali")
    page.get_by_role("button", name="Settle Nowhereland").click()
    expect(page.get_by_role("heading", name="Nowhereland")).to_have_count(0)
    page.goto("/labels/settled")
    expect(page.get_by_role("row", name="Mali")).to_be_visible()
    assert said == []


def test_a_file_is_mended_goes_in_and_is_undone(unlocked: SignedIn, tmp_path: Path, said: list[str]) -> None:
    page = unlocked("focal-mission", java_script_enabled=False)
    file = tmp_path / "invented.xlsx"
    file.write_bytes(dirty())
    page.goto("/imports/new")
    page.get_by_label("Case files").set_input_files(file)
    page.get_by_label("All persons in this file are invented").check()
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_text("3 of 6 rows would stay out")).to_be_visible(timeout=WORK)
    page.locator("#row-3").get_by_role("button", name="Use “Feminine”").click()
    expect(page.get_by_text("2 of 6 rows would stay out")).to_be_visible(timeout=WORK)
    page.get_by_role("button", name="Import the rows that can go in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Result of the import", timeout=WORK)
    page.get_by_role("link", name="Undo this import").click()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("and undone on")).to_be_visible(timeout=WORK)
    assert said == []
