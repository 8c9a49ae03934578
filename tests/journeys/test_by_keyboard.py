"""Can everything be done by keyboard alone, and is it seen at every stop where one is?

Nothing is clicked and no field is filled from outside: keys only. An element is named to say where to stop.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.waiting import TABLE, focal, taken_in

pytestmark = pytest.mark.journey
SignedIn = Callable[..., Page]
STOPS, OPTIONS, WORK = 150, 300, 30_000
SEEN = """() => {
  const e = document.activeElement;
  const drawn = (of, part) => {
    const style = getComputedStyle(of, part);
    const line = style.outlineStyle === "none" ? "" : style.outline;
    return line + "|" + style.boxShadow;
  };
  const look = () => drawn(e) + (e.nextElementSibling ? drawn(e.nextElementSibling, "::before") : "");
  const focused = look();
  e.blur();
  const plain = look();
  e.focus();
  return document.activeElement === e && focused !== plain;
}"""
"""Whether outline or shadow of what has the focus (or of a tick box) differs from without it."""


def seen(page: Page) -> bool:
    return bool(page.evaluate(SEEN))


def reach(page: Page, wanted: Locator, *, key: str = "Tab") -> None:
    """Tabs on until it has the focus; every stop on the way is seen."""
    expect(wanted).to_be_visible()
    for _ in range(STOPS):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement === document.body"):
            continue
        assert seen(page), page.evaluate("document.activeElement.outerHTML")[:200]
        if wanted.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not reached by {key}")


def choose(page: Page, field: Locator, value: str) -> None:
    """Reaches the list and goes down it to the value."""
    reach(page, field)
    for _ in range(OPTIONS):
        if field.evaluate("e => e.value") == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} is not reached in {field}")


def press(page: Page, wanted: Locator) -> None:
    reach(page, wanted)
    page.keyboard.press("Enter")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def title(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text, timeout=WORK)


def test_cases_are_chosen_and_one_is_opened(signed_in: SignedIn, said: list[str]) -> None:
    page = signed_in("focal-mission")
    press(page, page.get_by_role("navigation").get_by_role("link", name="Cases"))
    title(page, "Cases")
    choose(page, page.locator("#id_sex"), "female")
    press(page, button(page, "Show"))
    page.wait_for_url("**/cases?*sex=female*")
    reach(page, page.locator("tbody input[type=checkbox]").first)
    page.keyboard.press("Space")
    expect(page.locator("tbody input[type=checkbox]").first).to_be_checked()
    press(page, page.locator("tbody a").first)
    title(page, "Case ")
    reach(page, page.locator(".govuk-breadcrumbs a, .govuk-back-link").last, key="Shift+Tab")
    assert said == []


def test_a_label_is_settled(unlocked: SignedIn, said: list[str]) -> None:
    page = unlocked("focal-mission")
    taken_in(focal("focal-mission"))
    page.goto("/labels")
    reach(page, page.get_by_label("Area of Nowhereland"))
    page.keyboard.type("Mali")
    page.keyboard.press("Escape")  # the list of areas that the browser offers
    press(page, button(page, "Settle Nowhereland"))
    expect(page.get_by_role("heading", name="Nowhereland")).to_have_count(0)
    press(page, page.get_by_role("link", name="Labels that were settled"))
    expect(page.get_by_role("row", name="Mali")).to_be_visible()
    assert said == []


def test_two_years_are_compared_and_a_number_is_traced(signed_in: SignedIn, said: list[str]) -> None:
    page = signed_in("analyst-mission")
    press(page, page.get_by_role("navigation").get_by_role("link", name="Tables"))
    title(page, "Tables")
    years = [str(page.locator("#id_year option").nth(at).get_attribute("value")) for at in (1, 2)]
    choose(page, page.locator("#id_table"), TABLE)
    choose(page, page.locator("#id_year"), years[0])
    press(page, page.locator("main form[method=get] button[type=submit]"))
    page.wait_for_url(f"**/tables/{TABLE}?year={years[0]}")
    press(page, page.locator("details.govuk-details summary").first)
    choose(page, page.locator("#id_compare"), years[1])
    press(page, page.locator("main form[method=get] button[type=submit]"))
    page.wait_for_url(f"**/tables/{TABLE}?year={years[0]}&compare={years[1]}")
    press(page, page.locator("td.number a").first)
    title(page, "Where this number comes from")
    assert said == []


def test_an_import_is_undone(unlocked: SignedIn, said: list[str]) -> None:
    page = unlocked("focal-mission")
    came = taken_in(focal("focal-mission"))
    page.goto("/imports")
    press(page, page.locator(f"main a[href='/imports/{came}']").first)
    title(page, "Result of the import")
    press(page, page.get_by_role("link", name="Undo this import"))
    title(page, "Undo this import?")
    press(page, button(page, "Undo the import"))
    expect(page.get_by_text("and undone on")).to_be_visible(timeout=WORK)
    assert said == []


def test_the_control_a_stop_that_is_not_seen(signed_in: SignedIn) -> None:
    page = signed_in("focal-mission")
    page.keyboard.press("Tab")
    assert seen(page)
    page.evaluate("document.activeElement.setAttribute('id', 'bare')")
    page.evaluate(
        "() => { const s = new CSSStyleSheet();"
        " s.replaceSync('#bare { outline: none !important; box-shadow: none !important }');"
        " document.adoptedStyleSheets = [s]; }"
    )
    assert not seen(page)
