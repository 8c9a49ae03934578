"""Ways in, in a real browser: app and recovery codes, passkeys, remote sign-out; typed text is kept."""

import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from playwright.sync_api import Locator, Page, expect

from palermo.cli.demo import PASSWORD

pytestmark = pytest.mark.journey
SignedIn = Callable[..., Page]
TYPED = "Typed for a long time, with care. كتب بعناية"
FORM = """{% extends "palermo/page.html" %}{% block main %}<h1>Form</h1>
{% if sent %}<p id="sent">{{ sent }}</p>{% endif %}
<form method="post">{% csrf_token %}<label for="text">Text</label><textarea id="text" name="text"></textarea>
<button type="submit" name="way" value="second">Send</button></form>{% endblock %}"""


def a_form(request: HttpRequest) -> HttpResponse:
    sent = f"{request.POST.get('way')}: {request.POST.get('text')}" if request.method == "POST" else ""
    return HttpResponse(engines["django"].from_string(FORM).render({"sent": sent}, request))


urlpatterns = [path("form", a_form, name="mfa_deactivate_totp"), path("", include("palermo.web.urls"))]


def tells(place: Locator, text: str, *, timeout: float = 15_000) -> None:
    """Waits until the place shows the text; what is hidden does not count."""
    expect(place).to_contain_text(text, use_inner_text=True, timeout=timeout)


def complaints(said: list[str]) -> list[str]:
    """What the browser said, without its note that sign-out cleared what it kept."""
    return [one for one in said if not one.startswith("info: Clear-Site-Data")]


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def to_account(page: Page, link: str) -> None:
    """Opens a page of the account that asks for the password again, and gives it."""
    page.get_by_role("link", name="Account", exact=True).click()
    page.get_by_role("link", name=link).click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_an_authenticator_app_and_a_recovery_code(signed_in: SignedIn, said: list[str]) -> None:
    page = signed_in("focal-mission")
    to_account(page, "Set up an authenticator app")
    secret = page.locator("#key").inner_text()
    assert page.locator(".qr svg").bounding_box()["width"] >= 150
    page.get_by_label("Code that the app shows").fill(_code(secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    codes = page.locator("#codes li").all_inner_texts()
    assert len(codes) == 10
    for recovery in ("", codes[0]):
        sign_out(page)
        sign_in(page, "focal-mission")
        expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
        page.get_by_label("Code").fill(recovery or _code(secret))
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("What is new, and what waits")
    assert complaints(said) == []


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_passkey_signs_in_without_a_password(signed_in: SignedIn, said: list[str]) -> None:
    page = signed_in("focal-mission")
    _virtual_authenticator(page)
    to_account(page, "Add a passkey")
    page.get_by_label("Name of the passkey").fill("grey key")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    sign_out(page)
    page.goto("/sign-in?next=/tables")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tables")
    page.goto("/account/passkeys")
    expect(page.get_by_role("row", name="grey key")).to_contain_text("Sign-in")
    sign_out(page)
    sign_in(page, "focal-mission")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is new, and what waits")
    page.goto("/account/passkeys")
    page.get_by_role("link", name="Remove grey key").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("There is no passkey yet.")).to_be_visible()
    assert complaints(said) == []


def test_a_passkey_that_is_not_known_here_is_told_so(signed_in: SignedIn) -> None:
    page = signed_in("focal-mission")
    _virtual_authenticator(page)
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not read")


def _virtual_authenticator(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_another_session_is_signed_out_from_here(signed_in: SignedIn) -> None:
    there = signed_in(
        "focal-mission", user_agent="Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
    )
    here = signed_in("focal-mission")
    here.get_by_role("link", name="Account", exact=True).click()
    here.get_by_role("link", name="See where you are signed in").click()
    row = here.get_by_role("row", name="Firefox on Windows")
    row.get_by_role("button", name="Sign out").click()
    here.get_by_label("Password").fill(PASSWORD)
    here.get_by_role("button", name="Continue").click()
    expect(here.get_by_text("The session is signed out.")).to_be_visible()
    there.goto("/cases")
    expect(there.get_by_role("heading", level=1)).to_have_text("Sign in")
    here.goto("/cases")
    expect(here.get_by_role("heading", level=1)).to_have_text("Cases")


@pytest.fixture
def short_idle(settings: object, signed_in: SignedIn) -> Callable[[], Page]:
    """Opens a form in a session that ends after eight idle seconds, and types into it."""
    settings.ROOT_URLCONF = __name__  # type: ignore[attr-defined]
    settings.IDLE_SECONDS = 8  # type: ignore[attr-defined]

    def opened() -> Page:
        page = signed_in("focal-mission")
        page.goto("/form")
        page.get_by_label("Text").fill(TYPED)
        return page

    return opened


def test_typed_text_survives_the_end_of_the_session(short_idle: Callable[[], Page], said: list[str]) -> None:
    page = short_idle()
    dialog = page.get_by_role("dialog")
    tells(dialog, "You will be signed out in 1 minute")
    dialog.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    tells(dialog.get_by_role("heading"), "You are signed out", timeout=20_000)
    dialog.get_by_role("button", name="Continue").click()
    tells(dialog, "You are not signed in yet.")
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Sign in").click()
    sign_in(opened.value, "focal-mission")
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("What is new, and what waits")
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog).to_be_hidden()
    assert page.get_by_label("Text").input_value() == TYPED
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#sent")).to_have_text(f"second: {TYPED}")
    assert complaints(said) == []


def test_a_form_that_is_sent_too_late_waits_for_the_next_sign_in(short_idle: Callable[[], Page]) -> None:
    page = short_idle()
    dialog = page.get_by_role("dialog")
    Session.objects.all().delete()
    page.get_by_role("button", name="Send").click()
    tells(dialog, "What you typed is still on this page")
    other = page.context.new_page()
    other.goto("/sign-in")
    sign_in(other, "focal-refugees")
    expect(other.get_by_role("heading", level=1)).to_have_text("What is new, and what waits")
    dialog.get_by_role("button", name="Continue").click()
    tells(dialog, "Somebody else, or another organisation, is at work here")
    assert page.locator("#sent").count() == 0, "nothing is sent in the name of somebody else"
    sign_out(other)
    sign_in(other, "focal-mission")
    expect(other.get_by_role("heading", level=1)).to_have_text("What is new, and what waits")
    dialog.get_by_role("button", name="Continue").click()
    expect(page.locator("#sent")).to_have_text(f"second: {TYPED}")


def test_an_ended_session_leaves_nothing_to_read_on_the_screen(short_idle: Callable[[], Page]) -> None:
    page = short_idle()
    dialog = page.get_by_role("dialog")
    tells(dialog, "You will be signed out")
    ground = "getComputedStyle(document.getElementById('idle'), '::backdrop').backgroundColor"
    assert "0.6" in page.evaluate(ground), "the control: before the end the page shows through"
    tells(dialog, "You are signed out", timeout=20_000)
    assert page.evaluate(ground) == "rgb(243, 246, 248)"
    for _ in range(3):
        page.keyboard.press("Escape")
        tells(dialog, "You are signed out")
    assert page.evaluate(ground) == "rgb(243, 246, 248)"


def test_a_form_waits_where_the_server_cannot_be_reached(short_idle: Callable[[], Page]) -> None:
    page = short_idle()
    page.context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    dialog = page.get_by_role("dialog")
    tells(dialog, "Palermo cannot be reached")
    page.context.set_offline(False)
    dialog.get_by_role("button", name="Continue").click()
    expect(page.locator("#sent")).to_have_text(f"second: {TYPED}")


def test_the_dialog_works_by_keyboard_and_keeps_the_focus(short_idle: Callable[[], Page]) -> None:
    page = short_idle()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Stay signed in")).to_be_visible()
    expect(dialog.get_by_role("heading")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    dialog.get_by_role("button", name="Stay signed in").focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_label("Text")).to_have_value(TYPED)
