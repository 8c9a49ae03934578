"""What holds for every page: sign-in first, strict headers, nothing external, headings in order, no names."""

import io
import logging
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, get_resolver, include, path, reverse

from palermo.config.environment import Quiet
from palermo.web.headers import HEADERS

OPEN = {"sign-in", "account_login", "mfa_authenticate", "mfa_login_webauthn", "alive", "language"}
POST_ONLY = {
    "language",
    "break-glass-answer",
    "break-glass-review",
    "break-glass-seen",
    "member-remove",
    "member-role",
    "member-second-factor",
    "member-sign-out",
    "sign-out",
    "switch-to",
    "import-cancel",
    "stay",
    "sessions-end",
    "session-end",
    "audit-head",
    "label-forget",
}
NOWHERE = "0" * 32
VOID = {"meta", "link", "input", "br", "hr", "img"}


class Page(HTMLParser):
    """Tags with their attributes, headings, ids, and what is left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID and tag != "option":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or tag == "option":
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def of(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.tags if re.fullmatch("h[1-6]", tag)]


def patterns() -> Iterator[URLPattern]:
    for part in get_resolver().url_patterns:
        yield from getattr(part, "url_patterns", [part])


def address(pattern: URLPattern) -> str:
    wanted = pattern.pattern.converters
    words = {"table": "sex_age", "listed": "sex"}
    known = {name: words.get(name, NOWHERE) for name in wanted}
    return reverse(str(pattern.name), kwargs=known)


def pages(client: Client) -> Iterator[tuple[str, str]]:
    """Address and text of every page that this user may read, real ids among them."""
    case = re.findall(r"/cases/[0-9a-f]{32}", client.get("/cases").content.decode())
    submission = re.findall(r"/imports/[0-9a-f]{32}", client.get("/imports").content.decode())
    trace = re.findall(r'"(/tables/trace[^"]+)"', client.get("/tables/sex_age_documented").content.decode())
    fixed = ["/", "/cases", "/cases?status=presumed&year=2024", "/cases?year=x", "/cases?sex=male&month=13"]
    fixed += ["/cases/counts?sex=female", "/imports", "/imports/new", "/labels", "/tables", "/switch"]
    fixed += ["/vault", "/vault/unlock", "/vault/set-up", "/vault/join", "/vault/recover", "/people"]
    fixed += ["/tables/form", "/tables/flow?unit=person", "/tables/effort", "/tables/trace"]
    fixed += ["/tables/form_documented?year=2025&compare=2024", "/tables?year=x", "/labels/settled"]
    fixed += ["/codes", "/codes/exploitation_forms", "/codes/areas", "/codes/areas?all=yes"]
    fixed += [f"/cases/{NOWHERE}", f"/cases/{NOWHERE}/who-saw", "/who-saw", "/audit"]
    fixed += [f"{each}/who-saw" for each in case[:1]]
    fixed += ["/break-glass", f"/break-glass/{NOWHERE}", "/members", f"/members/{NOWHERE}", "/rights"]
    fixed += ["/account", "/account/password", "/account/confirm", "/account/sessions", "/account/passkeys"]
    for each in (*fixed, *case[:3], *submission[:1], *(one.replace("&amp;", "&") for one in trace[:1])):
        response = client.get(each)
        assert response.status_code in (200, 302, 400, 403, 404), each
        if response.status_code != 302:
            yield each, response.content.decode()


def opened(house, user: str) -> Client:
    """The focal point has the vault unlocked, so that names are on her pages."""
    return house.unlocked(user) if user.startswith("focal") else house.client(user)


@pytest.fixture
def read(house) -> list[tuple[str, str]]:
    """Every page of four users, rendered once for all tests of this file."""
    if not RENDERED:
        users = ("focal-mission", "analyst-mission", "auditor-mission", "advocate-mission")
        RENDERED.append(("/sign-in", Client().get("/sign-in").content.decode()))
        RENDERED.extend(page for user in users for page in pages(opened(house, user)))
    return RENDERED


RENDERED: list[tuple[str, str]] = []


def test_every_address_asks_for_sign_in(db):
    for pattern in patterns():
        if pattern.name in OPEN:
            continue
        for method in (Client().get, Client().post):
            response = method(address(pattern))
            assert response.status_code == 302, pattern
            assert response["Location"].startswith("/sign-in?next="), pattern


def test_get_never_changes_anything_where_post_is_meant(house):
    client = house.client("focal-mission")
    for name in POST_ONLY:
        wanted = next(each for each in patterns() if each.name == name)
        assert client.get(address(wanted)).status_code == 405, name


def test_a_post_without_token_is_refused_and_helped(house):
    client = Client(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.get(username="focal-mission"))
    response = client.post("/sign-out")
    assert response.status_code == 403
    assert "send it again" in response.content.decode()


def test_every_answer_has_the_strict_headers(house):
    client = house.client("focal-mission")
    for where in ("/", "/cases", "/nowhere", f"/cases/{NOWHERE}", "/tables/download?format=csv&table=form"):
        response = client.get(where)
        more = "; sandbox" if "download" in where else ""
        policy = {"Content-Security-Policy": HEADERS["Content-Security-Policy"] + more}
        assert {name: response[name] for name in HEADERS} == HEADERS | policy, where
        assert "unsafe" not in response["Content-Security-Policy"]


def test_nothing_external_nothing_inline(read):
    for where, text in read:
        page = Page(text)
        for tag, attributes in page.tags:
            assert tag not in ("style", "iframe", "object"), where
            assert tag != "script" or (attributes.keys() == {"src", "defer"} and "></script>" in text), where
            assert not [name for name in attributes if name.startswith("on") or name == "style"], where
            for name in ("href", "src", "action", "srcset", "formaction"):
                target = attributes.get(name)
                assert target is None or re.match(r"^(/(?!/)|#|\?|$)", target), (where, target)


def test_structure_of_every_page(read):
    for where, text in read:
        page = Page(text)
        assert not page.wrong, (where, page.wrong)
        assert not page.open, (where, page.open)
        assert page.headings.count(1) == 1, where
        assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False)), (
            where,
            page.headings,
        )
        (html,) = page.of("html")
        assert html == {"lang": "en", "dir": "ltr"}, where
        assert page.of("a")[0]["href"] == "#main", where
        assert [one["id"] for one in page.of("main")] == ["main"], where
        ids = [str(one["id"]) for _, one in page.tags if "id" in one]
        assert len(ids) == len(set(ids)), (where, sorted(ids))


def test_every_field_has_a_label_and_every_reference_a_target(read):
    for where, text in read:
        page = Page(text)
        labelled = {one.get("for") for one in page.of("label")}
        ids = {one["id"] for _, one in page.tags if "id" in one}
        for field in page.of("input", "select", "textarea"):
            if field.get("type") != "hidden" and "hidden" not in field:
                assert field["id"] in labelled, (where, field)
        for _, one in page.tags:
            for name in ("aria-labelledby", "aria-describedby", "for"):
                for wanted in (one.get(name) or "").split():
                    assert wanted in ids, (where, name, wanted)
            if (one.get("href") or "").startswith("#"):
                assert one["href"][1:] in ids, (where, one)


def test_tables_are_read_aloud_with_captions_and_scope_in_a_scroll_region(read):
    for where, text in read:
        page = Page(text)
        assert len(page.of("table")) == len(page.of("caption")), where
        assert all(one.get("scope") in ("col", "row", "colgroup") for one in page.of("th")), where
        regions = [one for one in page.of("div") if one.get("role") == "region"]
        assert len(regions) >= len(page.of("table")), where
        assert all(one.get("aria-labelledby") or one.get("aria-label") for one in regions), where
        assert all(one.get("tabindex") == "0" for one in regions), where


def test_no_name_in_an_address_or_title(house, read):
    names = {name.text for person in house.persons(house.first.id) for name in person.names}
    shown = "".join(text for _, text in read)
    assert any(name in shown for name in names), "the control: a name is on the page of its case"
    for where, text in read:
        title = re.search("<title>(.*?)</title>", text).group(1)
        targets = [one.get("href") or "" for one in Page(text).of("a", "form")]
        for name in names:
            assert name not in title, where
            assert name not in " ".join(targets), where


def test_problem_pages_help_and_tell_nothing(house):
    client = house.client("analyst-mission")
    for where, status in (("/nowhere", 404), ("/imports/new", 403), ("/tables/trace?cell=x", 400)):
        response = client.get(where)
        text = response.content.decode()
        assert response.status_code == status
        assert "Go to the first page" in text
        assert "Traceback" not in text
        assert not re.search(r"palermo[./](actions|store|web)", text)


def test_a_broken_page_tells_nothing_and_neither_does_the_log(house, settings):
    settings.ROOT_URLCONF = __name__
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(Quiet("{levelname} {name} {message}", style="{"))
    logging.getLogger("django.request").addHandler(handler)
    try:
        response = house.client("focal-mission").get("/broken")
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    text = response.content.decode()
    assert response.status_code == 500
    assert "Something went wrong" in text
    assert SECRET not in text
    assert "RuntimeError" in told.getvalue(), "the control: the error is in the log"
    assert SECRET not in told.getvalue()


SECRET = "Nimune Planted"


def broken(request):
    raise RuntimeError(SECRET)


AS = "switch"  # the row of doors.toml that it comes in by
urlpatterns = [path("broken", broken, name=AS), path("", include("palermo.web.urls"))]
handler500 = "palermo.web.views.problems.broken"
