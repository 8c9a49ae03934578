"""A user's way through the pages, in a real browser: number to case, dirty file to mended."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from palermo.cases.examples import Mission
from palermo.cli.demo import PASSWORD

pytestmark = pytest.mark.journey
SignedIn = Callable[..., Page]


def test_analyst_asks_where_a_number_comes_from(
    signed_in: SignedIn, mission: Mission, said: list[str]
) -> None:
    page = signed_in("analyst-mission")
    page.get_by_role("navigation").get_by_role("link", name="Tables").click()
    section = page.locator(
        "section", has=page.get_by_role("heading", name="Documented by UN entities", exact=True)
    )
    section.get_by_role("link", name="By sex and age").click()
    cell = page.locator("td.number a").first
    figure = int(cell.inner_text())
    cell.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Where this number comes from")
    expect(page.get_by_role("heading", level=2).last).to_have_text(f"Cases behind it: {figure}")
    cases = page.locator("main tbody th a")
    assert cases.count() == figure
    named = {case.id for case in mission.cases if case.person}
    next(link for link in cases.all() if str(link.get_attribute("href"))[-32:] in named).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Case")
    expect(page.get_by_text("Locked: your role does not reach the identity")).to_be_visible()
    expect(page.get_by_text("Identified by an organisation").first).to_be_visible()
    assert said == []


def test_focal_point_mends_a_dirty_file(
    unlocked: SignedIn, dirty_file: Path, tmp_path: Path, said: list[str]
) -> None:
    page = unlocked("focal-mission")
    page.goto("/")
    page.get_by_role("link", name="Import a file").click()
    _send(page, dirty_file)
    expect(
        page.get_by_text("3 of 40 rows stayed out").or_(page.get_by_text("rows stayed out"))
    ).to_be_visible()
    expect(page.locator("tbody bdi", has_text="Wrongword")).to_have_count(3)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the rows that stayed out").click()
    mended = tmp_path / "mended.csv"
    content = Path(waiting.value.path()).read_text("utf-8-sig")
    assert content.count("Wrongword") == 3
    mended.write_text(content.replace("Wrongword", "Female"), encoding="utf-8")
    page.get_by_role("link", name="Send the corrected file").click()
    _send(page, mended)
    expect(page.get_by_text("All 3 rows of the file are in.")).to_be_visible()
    mended.write_text(content.replace("Wrongword", "Male"), encoding="utf-8")
    page.goto("/imports/new")
    _send(page, mended)
    expect(page.locator("dd", has_text="took the place of an earlier version")).to_contain_text("3")
    assert said == []


def _send(page: Page, file: Path) -> None:
    page.get_by_label("Case file").set_input_files(file)
    page.get_by_label("All persons in this file are invented").check()
    page.get_by_role("button", name="Import").click()
    page.get_by_role("heading", level=1, name="Result of the import").wait_for()


def test_another_organisation_sees_nothing(signed_in: SignedIn, mission: Mission) -> None:
    case = next(each for each in mission.cases if each.organisation == mission.organisations[0].id)
    ours, theirs = signed_in("focal-mission"), signed_in("focal-refugees")
    ours.goto(f"/cases/{case.id}")
    expect(ours.get_by_role("heading", level=1)).to_contain_text(case.id[:8])
    theirs.goto(f"/cases/{case.id}")
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Page not found")
    assert case.id[:8] not in theirs.locator("main").inner_text()


def test_sign_in_and_reach_the_content_by_keyboard_alone(open_page: SignedIn, said: list[str]) -> None:
    page = open_page()
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    assert page.locator(":focus").bounding_box()["height"] >= 24
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type("analyst-mission")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What waits")
    _tab_to(page, "Tables")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tables")
    assert said == []


def _tab_to(page: Page, name: str) -> None:
    """Tabs on until the link has the focus, which is visible on the way."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focus = page.locator(":focus")
        style = focus.evaluate("e => getComputedStyle(e).outlineStyle + getComputedStyle(e).boxShadow")
        assert style != "nonenone", focus.inner_text()
        if focus.inner_text() == name:
            return
    raise AssertionError(f"no focus on {name}")


def test_an_error_is_reached_from_its_summary(signed_in: SignedIn) -> None:
    page = signed_in("focal-mission")
    page.goto("/cases?year=soon")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Year")).to_be_focused()
    assert page.title().startswith("Error:")


def test_everything_works_with_script_switched_off(signed_in: SignedIn) -> None:
    page = signed_in("focal-mission", java_script_enabled=False)
    page.goto("/cases")
    page.get_by_label("Sex").select_option("Female")
    page.get_by_role("button", name="Show").click()
    assert "sex=female" in page.url
    page.get_by_role("link", name="Count the chosen cases").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How many cases are chosen")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


PLACES = {
    "home": "/",
    "cases": "/cases?sex=female",
    "counts": "/cases/counts",
    "exports": "/exports",
    "export-new": "/exports/new?sex=female",
    "imports": "/imports",
    "import-new": "/imports/new",
    "labels": "/labels",
    "tables": "/tables",
    "table": "/tables/form_documented",
    "flow": "/tables/flow_documented",
    "compared": "/tables/form_documented?year=2025&compare=2024",
    "codes": "/codes",
    "code-list": "/codes/exploitation_forms",
    "settled": "/labels/settled",
    "switch": "/switch",
    "account": "/account",
    "sessions": "/account/sessions",
    "passkeys": "/account/passkeys",
    "password": "/account/password",
    "people": "/people",
    "vault": "/vault",
    "passphrase": "/vault/passphrase",
    "break-glass": "/break-glass",
    "members": "/members",
    "rights": "/rights",
    "wrong": "/cases?year=soon",
}


@pytest.mark.parametrize(("locale", "direction"), [("en", "ltr"), ("ar", "rtl")])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_the_screen_in_both_directions(
    unlocked: SignedIn, said: list[str], width: int, locale: str, direction: str
) -> None:
    page = unlocked("focal-mission", width=width, locale=locale)
    places = dict(PLACES, case=_first(page, "/cases", "tbody a"), result=_first(page, "/imports", "tbody a"))
    places["trace"] = _first(page, "/tables/form_documented", "td.number a")
    for name, address in places.items():
        page.goto(address)
        assert page.locator("html").get_attribute("dir") == direction
        _fits(page, name)
        _small_targets(page, name)
    assert said == []


def _first(page: Page, address: str, link: str) -> str:
    page.goto(address)
    return str(page.locator(link).first.get_attribute("href"))


def _fits(page: Page, name: str) -> None:
    wide, shown = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= shown, f"{name} is {wide - shown} px wider than the screen"


def _small_targets(page: Page, name: str) -> None:
    """Buttons and fields are at least 24 px high (WCAG 2.2, 2.5.8; links in a sentence are exempt)."""
    small = page.evaluate(
        "[...document.querySelectorAll('button, select, input:not([type=hidden])')]"
        ".filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"
    )
    assert small == [], name


def test_numbers_keep_their_order_from_right_to_left(signed_in: SignedIn) -> None:
    page = signed_in("analyst-mission", locale="ar")
    page.goto("/tables/form_documented")
    isolated = page.locator("td.number bdi[dir=ltr]")
    assert isolated.count() == page.locator("td.number").count()
    assert re.fullmatch(r"\d+", isolated.first.inner_text())
