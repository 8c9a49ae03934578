"""From right to left, what is printed keeps its order in a real browser: in a page, an attribute, a drawing.

The browser is the reference of the Unicode algorithm: it says where each letter of a text stands.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from palermo.codes.languages import language
from tests.proof import examples
from tests.spoken import bare, dated, latin

pytestmark = pytest.mark.journey
AROUND = "في {} من"
IN_HTML = """([texts, direction]) => texts.map((text) => {
  const p = document.body.appendChild(document.createElement("p"));
  p.dir = direction;
  p.style.whiteSpace = "nowrap";
  p.textContent = text;
  const found = [...text].map((_letter, at) => {
    const range = document.createRange();
    range.setStart(p.firstChild, at);
    range.setEnd(p.firstChild, at + 1);
    const box = range.getBoundingClientRect();
    return [box.left + box.width / 2, box.width];
  });
  p.remove();
  return found;
})"""
IN_SVG = """([texts, direction]) => texts.map((text) => {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.body.appendChild(document.createElementNS(space, "svg"));
  const drawn = svg.appendChild(document.createElementNS(space, "text"));
  drawn.setAttribute("direction", direction);
  drawn.setAttribute("x", "500");
  drawn.textContent = text;
  const found = [...text].map((_letter, at) => {
    const box = drawn.getExtentOfChar(at);
    return [box.x + box.width / 2, box.width];
  });
  svg.remove();
  return found;
})"""
WAYS = {"html": IN_HTML, "svg": IN_SVG}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    opened.set_content("<!doctype html><meta charset=utf-8><body></body>")
    yield opened
    opened.close()


def order(page: Page, way: str, texts: list[str], *, direction: str, within: list[str]) -> list[list[str]]:
    """The letters of each text of `within`, as they stand from left to right in its sentence of `texts`."""
    found: list[Any] = page.evaluate(WAYS[way], [texts, direction])
    return [_letters(text, one, places) for text, one, places in zip(texts, within, found, strict=True)]


def _letters(text: str, one: str, places: list[tuple[float, float]]) -> list[str]:
    begin = text.index(one)
    seen = [
        (x, text[at]) for at, (x, wide) in enumerate(places) if begin <= at < begin + len(one) and wide > 0
    ]
    return [letter for _x, letter in sorted(seen) if letter not in " \N{NO-BREAK SPACE}"]


def alone(page: Page, way: str, texts: list[str], *, direction: str) -> list[list[str]]:
    bared = list(map(bare, texts))
    return order(page, way, bared, direction=direction, within=bared)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_printed_keeps_its_order_within_a_sentence(page: Page, way: str) -> None:
    @given(st.lists(latin(), min_size=20, max_size=20))
    @settings(max_examples=examples(5), deadline=None)
    def law(texts: list[str]) -> None:
        within = order(page, way, [AROUND.format(one) for one in texts], direction="rtl", within=texts)
        assert within == alone(page, way, texts, direction="ltr")

    law()


@pytest.mark.parametrize("way", WAYS)
def test_a_date_in_arabic_reads_from_right_to_left_also_in_a_latin_sentence(page: Page, way: str) -> None:
    @given(st.lists(dated(), min_size=20, max_size=20))
    @settings(max_examples=examples(3), deadline=None)
    def law(texts: list[str]) -> None:
        for sentence, direction in (("on {} at", "ltr"), (AROUND, "rtl")):
            sentences = [sentence.format(one) for one in texts]
            within = order(page, way, sentences, direction=direction, within=texts)
            assert within == alone(page, way, texts, direction="rtl")

    law()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", ["1 352", "<5", "0–4", "12,5 %"])
def test_without_the_marks_the_order_is_lost(page: Page, way: str, text: str) -> None:
    """The control: what the law is for."""
    within = order(page, way, [AROUND.format(text)], direction="rtl", within=[text])
    lost = within != alone(page, way, [text], direction="ltr")
    mirrored = text == "<5" and within == [["5", "<"]]
    assert lost or mirrored


def test_a_title_is_isolated_by_its_marks_alone(page: Page) -> None:
    """An attribute has no element to isolate in: the marks are in the text itself."""
    said = language("ar").interval(0, 4)
    page.set_content(f'<p dir="rtl"><span title="{said}">x</span></p>')
    assert page.locator("span").get_attribute("title") == said
    assert (said[0], said[-1]) == ("\u2066", "\u2069")
