"""Do pages fit when every text is 40 % longer? In a language that is none, on the narrowest screens."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests import pseudo
from tests.journeys.test_journeys import PLACES

SignedIn = Callable[..., Page]
pytestmark = pytest.mark.journey
WIDE = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


@pytest.mark.parametrize("width", [320, 360])
def test_longer_words_fit_the_narrowest_screens(
    unlocked: SignedIn, speaking: None, said: list[str], width: int
) -> None:
    page = unlocked("focal-mission", width=width)
    over = {}
    for name, address in PLACES.items():
        page.goto(address)
        assert pseudo.FIRST in page.locator("main").inner_text(), f"{name} is not in the pseudo-language"
        wide, shown = page.evaluate(WIDE)
        if wide > shown:
            over[name] = wide - shown
    assert over == {}, "pixels that these pages are wider than the screen"
    assert said == []
