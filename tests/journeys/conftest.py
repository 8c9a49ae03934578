"""Which browser do the journeys use? The system's Chromium, never a download; else they skip and say so.

The pages are served from the tests' own file database, so that background imports see what was committed.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from palermo.cases.examples import Mission, invented_mission
from palermo.cli import demo
from palermo.collect.examples import CaseFile, case_file_list, ctdc_file
from tests import pseudo

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in the test's thread


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = os.environ.get("PALERMO_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.skip("no Chromium on this computer (apt-get install chromium, or PALERMO_CHROMIUM=path)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def mission() -> Mission:
    return invented_mission(cases=120)


@pytest.fixture(scope="session")
def case_files(mission: Mission) -> tuple[CaseFile, ...]:
    return case_file_list(mission)


@pytest.fixture
def house(
    live_server: object,
    settings: object,
    mission: Mission,
    case_files: tuple[CaseFile, ...],
    tmp_path: Path,
) -> str:
    """The address of pages with the demo's organisations and the files of two of them."""
    cache.clear()  # the rate limits of the tests before
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    demo.found_organisations(mission)
    demo.set_up_vaults(mission, folder=tmp_path)
    demo.import_all(case_files[:2])
    return str(live_server)


@pytest.fixture
def speaking(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages in the language that is none: English with accents, in brackets, 40 % longer."""
    with pseudo.spoken(pseudo.made(tmp_path), settings, monkeypatch):
        yield


@pytest.fixture
def said() -> list[str]:
    """What the browser complained of: console errors, refused content, scripts that broke."""
    return []


@pytest.fixture
def open_page(browser: Browser, house: str, said: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens a fresh browser window; further words are those of Playwright's new_context."""
    contexts: list[BrowserContext] = []

    def opened(*, width: int = 1280, **more: object) -> Page:
        size = {"width": width, "height": 800}
        contexts.append(browser.new_context(viewport=size, base_url=house, **more))  # type: ignore[arg-type]
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(_told(message)))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.set_default_timeout(15_000)
        return page

    yield opened
    for context in contexts:
        context.close()


def _told(message: ConsoleMessage) -> str:
    return f"{message.type}: {message.text}"


@pytest.fixture
def signed_in(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Opens a window and signs in through the form."""

    def entered(username: str, **more: object) -> Page:
        page = open_page(**more)
        page.goto("/sign-in")
        page.locator("#id_username").fill(username)
        page.locator("#id_password").fill(demo.PASSWORD)
        page.locator("main button[type=submit]").click()
        page.locator("nav").first.wait_for()
        return page

    return entered


@pytest.fixture
def unlocked(signed_in: Callable[..., Page]) -> Callable[..., Page]:
    """Opens a window, signs in and unlocks the vault through its form."""

    def entered(username: str, **more: object) -> Page:
        page = signed_in(username, **more)
        page.goto("/vault/unlock")
        page.locator("#id_passphrase").fill(demo.PASSPHRASE)
        page.locator("main button[type=submit]").click()
        page.wait_for_url("**/vault")
        return page

    return entered


@pytest.fixture
def dirty_file(mission: Mission, tmp_path: Path) -> Path:
    """A CTDC file in which three rows hold a word that is no code."""
    lines = ctdc_file(mission.cases[:40]).decode().split("\n")
    at = lines[0].split(",").index("gender")
    for number in (2, 5, 9):
        cells = lines[number].split(",")
        cells[at] = "Wrongword"
        lines[number] = ",".join(cells)
    path = tmp_path / "cases.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
