"""An analyst compares two years of a table, follows a figure to its cases, and takes both years away.

With PALERMO_SCREENSHOTS=FOLDER the pages on the way are kept as pictures, for the docs.
"""

import csv
import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey
SignedIn = Callable[..., Page]
LOCALES = ["en", "ar"]
TABLE = "form_documented"


def kept(page: Page, name: str) -> None:
    """A picture of the whole page, where a folder for them is named."""
    if folder := os.environ.get("PALERMO_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def figure(text: str) -> int:
    return int(re.sub(r"[^\d]", "", text))


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("locale", LOCALES)
def test_analyst_compares_two_years_and_downloads(
    signed_in: SignedIn, said: list[str], locale: str, width: int
) -> None:
    """By values and places, never by words, so that the way is the same in every language."""
    page = signed_in("analyst-mission", locale=locale, width=width)
    shot = f"{locale}-{width}"
    page.goto("/tables")
    kept(page, f"tables-{shot}")
    page.locator("#id_table").select_option(TABLE)
    second, first = (page.locator("#id_year option").nth(at).get_attribute("value") for at in (1, 2))
    page.locator("#id_year").select_option(second)
    page.locator("main form[method=get] button[type=submit]").click()
    page.wait_for_url(f"**/tables/{TABLE}?year={second}")
    kept(page, f"table-{shot}")
    page.locator("details.govuk-details summary").first.click()
    page.locator("#id_compare").select_option(first)
    page.locator("main form[method=get] button[type=submit]").click()
    page.wait_for_url(f"**/tables/{TABLE}?year={second}&compare={first}")
    expect(page.locator("figure svg").first).to_be_visible()
    kept(page, f"compared-{shot}")
    total = page.locator("tbody tr.total").last
    numbers = [figure(each) for each in total.locator("td.number").all_inner_texts()[-3:-1]]
    total.locator("td.number a").last.click()
    expect(page.locator(".figure")).to_have_text(str(numbers[1]))
    expect(page.locator("main tbody tr")).to_have_count(numbers[1])
    kept(page, f"trace-{shot}")
    page.locator(".govuk-breadcrumbs a").last.click()
    page.wait_for_url(f"**/tables/{TABLE}?year={second}&compare={first}")
    with page.expect_download() as waiting:
        page.locator("a[download][href*='format=csv']").click()
    content = Path(waiting.value.path()).read_text("utf-8-sig")
    years = {column["column"] for column in csv.DictReader(io.StringIO(content))}
    assert any(str(first) in name for name in years)
    assert any(str(second) in name for name in years)
    values = [row["value"] for row in csv.DictReader(io.StringIO(content)) if row["cell"]]
    assert {str(one) for one in numbers} <= set(values)
    assert said == []


def test_a_reader_looks_up_a_code_without_script(signed_in: SignedIn, said: list[str]) -> None:
    page = signed_in("analyst-mission", java_script_enabled=False)
    page.goto("/codes")
    page.locator("#text").fill("slavery")
    page.locator("main form button[type=submit]").click()
    assert "slavery" not in page.url
    kept(page, "codes-found")
    page.locator(".entries a[href*='exploitation_forms#']").first.click()
    expect(page.locator("h1")).to_have_text("Forms of exploitation")
    assert "#" in page.url
    page.locator(".codes__one details summary").first.click()
    kept(page, "code-list")
    assert said == []
