"""In a real browser: our letters load, parts of pages are swapped, the menu needs no script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.journey
SignedIn = Callable[..., Page]
PLACES = ("/", "/cases", "/imports/new", "/tables", "/design", "/account")
ARABIC = """[...document.fonts].filter(
  f => f.status === "loaded" && /U\\+6[0-9a-f]{2}/i.test(f.unicodeRange)).length"""
SWAP = """() => {
  const link = document.createElement("a");
  link.id = "swap";
  link.href = "/tables";
  const said = { get: "/tables", select: "main > h1", target: "main", swap: "innerHTML" };
  for (const name in said) link.setAttribute("hx-" + name, said[name]);
  link.textContent = "swap";
  document.querySelector("main").append(link);
  htmx.process(link);
}"""


def test_pages_load_our_letters_and_the_browser_complains_of_nothing(
    signed_in: SignedIn, said: list[str]
) -> None:
    page = signed_in("focal-mission")
    for place in PLACES:
        page.goto(place, wait_until="networkidle")
        loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.weight)")
        assert {"400", "700"} <= set(loaded), place
        assert page.evaluate(ARABIC) == 0, "the names of the languages load no letters"
        assert page.evaluate("document.adoptedStyleSheets.length") == 0
    arabic = signed_in("focal-mission", locale="ar")
    arabic.goto("/cases", wait_until="networkidle")
    assert arabic.evaluate(ARABIC) >= 1, "the control"
    assert said == []


def test_a_part_is_swapped_without_a_word_from_the_policy(signed_in: SignedIn, said: list[str]) -> None:
    page = signed_in("focal-mission")
    page.evaluate(SWAP)
    page.locator("#swap").click()
    page.locator("#swap").wait_for(state="detached")
    assert page.locator("main > h1").inner_text() == "Tables"
    assert "swap" not in page.locator("main").inner_text()
    kept = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    assert kept == [], "nothing of a page is kept in the browser"
    assert said == []


def test_the_control_a_script_in_the_page_is_refused_and_told(signed_in: SignedIn, said: list[str]) -> None:
    page = signed_in("focal-mission")
    page.evaluate(
        "() => { const s = document.createElement('script'); s.text = '1'; document.body.append(s); }"
    )
    page.wait_for_timeout(200)
    assert any("Content Security Policy" in each for each in said)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_menu_needs_no_script_and_the_pages_fit(signed_in: SignedIn, width: int) -> None:
    page = signed_in("focal-mission", width=width, java_script_enabled=False)
    cases = page.locator("nav a[href='/cases']")
    if width < 641:
        assert not cases.is_visible()
        page.locator("nav summary").click()
    cases.click()
    assert page.locator("h1").inner_text() == "Cases"
    assert page.locator("nav a[aria-current=page]").count() == 1


def test_the_parts_fit_the_narrowest_screen(signed_in: SignedIn) -> None:
    page = signed_in("focal-mission", width=320)
    page.goto("/design")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.evaluate(
        """() => [...document.querySelectorAll("main :is(button, select, summary), nav summary, footer a")]
        .map(e => [e.tagName, e.getBoundingClientRect().height]).filter(e => e[1] < 24)"""
    )
    assert small == []


def test_places_of_the_menu_are_reached_by_keyboard_on_a_wide_screen(signed_in: SignedIn) -> None:
    page = signed_in("focal-mission")
    page.locator("header form button").last.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/cases"
