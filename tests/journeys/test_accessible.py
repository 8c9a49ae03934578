"""Can everybody use every page? No WCAG 2.2 AA violation that axe finds, nothing cut off, visible focus.

Every kind of page that links lead to, for five roles, in English, Arabic and the pseudo-locale, at 360 and
1280 px, with a draft, an import to undo and work that runs. Contrast is proven on the tokens
(`tests/web/test_look.py`): axe does not see it in Arabic.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from palermo.cases.examples import Mission
from tests.journeys import waiting
from tests.journeys.walk import kind, met

pytestmark = pytest.mark.journey
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = f"async () => (await axe.run(document, {{runOnly: {json.dumps(TAGS)}}})).violations"
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDTHS = (360, 1280)
ROLES = ("focal-mission", "analyst-mission", "auditor-mission", "advocate-mission", "administrator-mission")


def faults(page: Page) -> list[str]:
    """Violations with the rule and the first elements; what is wider than the window."""
    found = [_said(one) for one in page.evaluate(RUN)]
    over = page.evaluate(WIDE)
    return [*found, *([f"{over} px wider than the window"] if over > 0 else [])]


def _said(one: dict[str, Any]) -> str:
    places = "; ".join(node["html"][:120] for node in one["nodes"][:3])
    return f"{one['id']} ({one['impact']}) at {places}"


def walked(page: Page, *also: str, seen: set[str]) -> dict[str, list[str]]:
    """What is wrong on each kind of page that nobody walked before, at both widths."""
    wrong: dict[str, list[str]] = {}
    for address in met(page, *also):
        if kind(address) in seen:
            continue
        seen.add(kind(address))
        page.goto(address)
        page.evaluate(AXE)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if found := faults(page):
                wrong[f"{kind(address)} at {width} px"] = found
    return wrong


@pytest.mark.parametrize("locale", ["en", "ar", "pseudo"])
def test_no_page_shuts_anybody_out(
    request: pytest.FixtureRequest,
    unlocked: Callable[..., Page],
    signed_in: Callable[..., Page],
    locale: str,
    said: list[str],
) -> None:
    if locale == "pseudo":
        request.getfixturevalue("speaking")
        locale = "en"
    seen: set[str] = set()
    also = waiting.made(ROLES[0])
    wrong = walked(unlocked(ROLES[0], locale=locale), *also, seen=seen)
    for role in ROLES[1:]:
        wrong |= walked(signed_in(role, locale=locale), seen=seen)
    assert wrong == {}, json.dumps(wrong, indent=1, ensure_ascii=False)
    assert set(map(kind, also)) <= seen
    assert any(each.startswith("/tables/trace?") for each in seen)
    assert len(seen) > 40, seen
    assert said == []


def test_a_page_that_shuts_people_out_is_found(signed_in: Callable[..., Page]) -> None:
    page = signed_in("focal-mission")
    page.evaluate(AXE)
    assert faults(page) == []
    page.evaluate("() => { document.querySelector('html').removeAttribute('lang') }")
    page.evaluate("() => { document.querySelector('main').innerHTML += '<input><img src=x>' }")
    assert {one.split(" ")[0] for one in faults(page)} >= {"html-has-lang", "label", "image-alt"}


def test_no_title_and_no_address_names_a_person(unlocked: Callable[..., Page], mission: Mission) -> None:
    page, names = unlocked("focal-mission"), _names(mission)
    shown = 0
    for address in met(page):
        answer = page.context.request.get(address)
        text = answer.text()
        title = text.partition("<title>")[2].partition("</title>")[0]
        assert not [name for name in names if name in title or name in answer.url], kind(address)
        shown += any(name in text for name in names)
    assert shown, "the control: names are on pages, in their text"


def _names(mission: Mission) -> set[str]:
    return {name.text for person in mission.persons for name in person.names if len(name.text) > 3}
