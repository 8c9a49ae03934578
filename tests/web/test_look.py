"""The style sheet serves both directions, holds what is used, stands out, and is light to load."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.test import Client

import palermo.web
from palermo.web.views.design import ENOUGH, LINES, PAIRS, colours, contrast

WEB = Path(palermo.web.__file__).parent
BUILT = WEB / "static" / "built"
STYLE = (BUILT / "palermo.css").read_text("utf-8")
FIRST = {"en": 65 * 1024, "ar": 120 * 1024}
LATER = 15 * 1024
PAGES = (
    "/",
    "/cases",
    "/imports",
    "/imports/new",
    "/labels",
    "/tables",
    "/tables/sex_age_documented",
    "/account",
)
PAGES += ("/people", "/vault", "/break-glass", "/members", "/exports", "/rights", "/switch")


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(text, ground):
    assert contrast(colours()[text], colours()[ground]) >= ENOUGH["text"]


@pytest.mark.parametrize(("line", "ground"), LINES)
def test_lines_that_tell_something_can_be_seen(line, ground):
    assert contrast(colours()[line], colours()[ground]) >= ENOUGH["lines"]


def resolved(value: str) -> str | None:
    """#rrggbb of a declared colour, a token or not; None where it is transparent, inherited or a mix."""
    value = re.sub(r"var\(--[\w-]+, ?(#[0-9a-f]+)\)", r"\1", value)
    value = re.sub(r"var\(--([\w-]+)\)", lambda token: colours()[token[1]], value)
    found = re.fullmatch(r"#([0-9a-f]{3}|[0-9a-f]{6})", value.replace("white", "#ffffff"))
    short = found and len(found[1]) == 3
    return ("#" + "".join(c * 2 for c in found[1]) if short else found[0]) if found else None


def test_every_rule_that_sets_text_and_ground_together_stands_out():
    """Beside the pairs that are named: what any rule of the sheet declares on its own."""
    seen = 0
    for body in re.findall(r"\{([^{}]*)\}", STYLE):
        said = dict(part.split(":", 1) for part in body.split(";") if ":" in part)
        text, ground = (resolved(said.get(name, "")) for name in ("color", "background-color"))
        ground = ground or resolved(said.get("background", ""))
        if text and ground:
            seen += 1
            assert contrast(text, ground) >= ENOUGH["text"], body
    assert seen >= 8


def test_style_knows_no_left_and_right():
    plain = STYLE.replace("env(safe-area-inset-left)", "").replace("env(safe-area-inset-right)", "")
    physical = (
        r"(?<![\w-])(left|right)(?![\w-])|-(left|right|top|bottom)(-\w+)?\s*:|(?<=[{;])(top|bottom)\s*:"
    )
    assert not re.findall(physical, plain)
    four = re.findall(r"(?<=[{;])(?:margin|padding|inset|border-\w+):[^;}]*", plain)
    for declaration in four:
        parts = declaration.partition(":")[2].split()
        assert len(parts) != 4 or "(" in declaration or parts[1] == parts[3], declaration


def test_only_what_is_used_is_built():
    """Every GOV.UK class of the sheet stands in a template or a form, alone or completed by a state."""
    files = [*WEB.rglob("*.html"), *WEB.rglob("*.py"), *(WEB / "static").glob("*.js")]
    text = "\n".join(file.read_text("utf-8") for file in files)
    unused = {one for one in re.findall(r"\.(govuk-[\w-]+)", STYLE) if not _named(one, text)}
    assert unused == set()
    assert not re.search(r"accordion|cookie-banner|GDS Transport|crown", STYLE)
    assert len(set(re.findall(r"\.(govuk-[\w-]+)", STYLE))) > 30, "the control: there are classes to look at"


def _named(name: str, text: str) -> bool:
    start, two, _end = name.rpartition("--")
    return bool(re.search(rf"(?<![\w-]){name}(?![\w-])", text)) or (bool(two) and f"{start}--{{{{" in text)


def test_no_built_file_names_another_origin():
    for file in BUILT.rglob("*"):
        if file.suffix in (".css", ".js"):
            text = file.read_text("utf-8")
            assert not re.search(r"(?:https?:)?//[\w-]+\.\w|sourceMappingURL|@import", text), file.name
    assert set(re.findall(r"url\(([^)]*)\)", STYLE)) == {
        f"fonts/{name}" for name in re.findall(r"fonts/([\w.?=-]+)", STYLE)
    }


def test_licences_of_what_is_passed_on_are_there():
    text = (BUILT / "licences.txt").read_text("utf-8")
    for name in ("govuk-frontend", "htmx.org", "@fontsource/noto-sans ", "SIL Open Font License"):
        assert name in text


def whole(response) -> bytes:
    """What was sent. Files are closed by hand: `close()` would also close the tests' database."""
    body = b"".join(response) if response.streaming else response.content
    for close in response._resource_closers:
        close()
    return body


def received(client: Client, address: str, language: str = "en") -> tuple[int, str]:
    """How many bytes come for an address, as a browser asks for it, and the text where it is one."""
    asked = {"accept-encoding": "gzip, br", "accept-language": language}
    response = client.get(address, headers=asked, follow=not address.startswith("/static/"))
    assert response.status_code == 200, address
    body = whole(response)
    packed = response.headers.get("Content-Encoding", "")
    assert packed or address.endswith((".woff2", ".svg")) or "woff2" in address or len(body) < 400, address
    return len(body), gzip.decompress(body).decode() if packed == "gzip" else ""


def beside(page: str) -> set[str]:
    """Styles, scripts and pictures that a page names."""
    return set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))


def letters(page: str) -> Iterator[str]:
    """The fonts that hold a character of the page: an upper bound, both weights."""
    ours = re.sub(r'<nav class="languages".*?</nav>', "", page, flags=re.S)  # in the system's letters
    shown = {ord(character) for character in re.sub(r"<[^>]*>", "", ours)}
    for face in re.findall(r"@font-face\{([^}]*)\}", STYLE):
        ranges = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face)
        held = {code for a, b in ranges for code in range(int(a, 16), int(b or a, 16) + 1)}
        if held & shown:
            (file,) = re.findall(r"url\(([^)]*)\)", face)
            yield urljoin("/static/built/palermo.css", file)


def test_first_visit_is_light(house):
    """HTML, style, scripts, picture and fonts, nothing kept from before; the heaviest page counts."""
    assert ".languages .link{font-family:system-ui,sans-serif" in STYLE
    client, files = house.client("focal-mission"), Client()
    for language, most in FIRST.items():
        weights: dict[str, int] = {}
        fonts: set[str] = set()
        for address in PAGES:
            size, page = received(client, address, language)
            parts = beside(page) | set(letters(page))
            weights[address] = size + sum(received(files, part)[0] for part in parts)
            fonts |= {part.partition("?")[0].rpartition("/")[2] for part in parts if "/fonts/" in part}
        heaviest = max(weights, key=lambda each: weights[each])
        assert weights[heaviest] <= most, (language, heaviest, weights)
        assert (language == "ar") == ("arabic-400.woff2" in fonts), fonts


def test_later_pages_are_light_and_nothing_else_is_asked_again(house):
    client = house.client("focal-mission")
    for address in PAGES:
        size, page = received(client, address)
        assert size <= LATER, (address, size)
        for part in beside(page):
            assert re.search(r"\?v=[0-9a-f]{8}$", part), part
            kept = cached(part)
            assert "immutable" in kept, part
            assert int(re.findall(r"max-age=(\d+)", kept)[0]) > 30 * 24 * 3600


def cached(address: str) -> str:
    response = Client().get(address)
    assert whole(response)
    return str(response["Cache-Control"])


def test_a_file_to_keep_is_not_packed_again(house):
    client = house.client("focal-mission")
    response = client.get("/tables/download?format=csv&table=form", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in response


def test_a_part_that_needs_a_sign_in_leads_the_whole_page_there(house):
    answer = Client().get("/cases", headers={"hx-request": "true"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["HX-Redirect"] == "/sign-in?next=/cases"
    assert house.client("focal-mission").get("/cases", headers={"hx-request": "true"}).status_code == 200
    assert Client().get("/cases").status_code == 302


def test_every_part_is_shown_in_both_directions(house):
    page = house.client("focal-mission").get("/design").content.decode()
    left, right = (
        page.partition(f'<div dir="{one}">')[2].partition("</section>")[0] for one in ("ltr", "rtl")
    )
    wanted = ("error-summary", "notification-banner", "inset-text", "tag", "button", "button--secondary")
    wanted += ("button--warning", "pagination", "summary-card", "summary-list", "table", "input", "select")
    wanted += ("checkboxes", "radios", "textarea", "file-upload", "hint", "error-message", "fieldset")
    for part in wanted:
        for side in (left, right):
            assert re.search(rf'class="[^"]*govuk-{part}[ "]', side), part
    for part in ("tiles", "filters", "chosen", "scroll", "figure"):
        assert f'class="{part}"' in left
        assert f'class="{part}"' in right
    assert not re.search(r'aria-invalid="true"(?![^>]*aria-describedby)[^>]*type="text"', left)
    assert Client().get("/design").status_code == 302
