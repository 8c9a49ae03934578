"""Which pictures do the docs show? `make pictures` keeps them, other runs only see the pages."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.waiting import TABLE, draft_of, focal, taken_in

pytestmark = pytest.mark.journey
SignedIn = Callable[..., Page]
HEIGHT = {1280: 1000, 360: 760}
COMPARED = f"/tables/{TABLE}?year=2025&compare=2024"


def taken(page: Page, address: str, name: str, *, width: int = 1280) -> None:
    """The top of the page, where PALERMO_SCREENSHOTS names a folder. No address and no folder is in it."""
    page.set_viewport_size({"width": width, "height": HEIGHT[width]})
    page.goto(address, wait_until="networkidle")
    expect(page.locator("h1")).to_be_visible()
    if folder := os.environ.get("PALERMO_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def first(page: Page, address: str, link: str) -> str:
    page.goto(address)
    return str(page.locator(link).first.get_attribute("href"))


def test_pages_as_a_focal_point_sees_them(unlocked: SignedIn, said: list[str]) -> None:
    page, actor = unlocked("focal-mission"), focal("focal-mission")
    taken_in(actor)
    draft = draft_of(actor)
    taken(page, "/", "home")
    taken(page, "/", "home-narrow", width=360)
    taken(page, "/cases", "cases")
    taken(page, first(page, "/cases", "tbody th a"), "case")
    taken(page, draft, "draft")
    taken(page, draft, "draft-narrow", width=360)
    assert said == []


def test_pages_as_an_analyst_sees_them(signed_in: SignedIn, said: list[str]) -> None:
    page = signed_in("analyst-mission")
    taken(page, f"/tables/{TABLE}", "table")
    taken(page, first(page, f"/tables/{TABLE}", "td.number a"), "trace")
    taken(signed_in("analyst-mission", locale="ar"), COMPARED, "compared-arabic")
    assert said == []
