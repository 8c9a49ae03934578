"""Second factors: asked for where they are set up, needed for the vault, never readable in the database."""

import time

import pytest
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from palermo import ProblemWithInput
from palermo.actions import accounts
from palermo.cli.demo import PASSWORD
from palermo.web import sealing
from palermo.web.doors import WANTED, needs_second_factor, second_factor
from tests.web.test_asvs import NOWHERE, addresses

GUARDED = "/guarded?page=2"


@needs_second_factor
def guarded(request):
    return HttpResponse(f"inside {second_factor(request)}")


urlpatterns = [path("guarded", guarded, name="sign-out"), path("", include("palermo.web.urls"))]


@pytest.fixture(autouse=True)
def _guarded_page(settings):
    cache.clear()
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def real(house) -> str:
    """A user of an organisation that is not invented."""
    place = accounts.create_organisation("Mission real", short="REAL", kind="un_mission")
    user = accounts.create_user("worker", password=PASSWORD, checked=False)
    accounts.add_member(user, organisation=place, role="focal_point")
    return "worker"


def sign_in(name: str) -> Client:
    client = Client()
    assert client.post("/sign-in", {"username": name, "password": PASSWORD}).status_code == 302
    return client


def confirm(client: Client, address: str) -> None:
    response = client.post(f"/account/confirm?next={address}", {"password": PASSWORD})
    assert response["Location"] == address


def code(secret: str, *, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def set_up(client: Client) -> str:
    """The secret of an authenticator app that was set up through the pages."""
    confirm(client, "/account/app")
    secret = client.get("/account/app").context["form"].secret
    response = client.post("/account/app", {"code": code(secret)})
    assert response["Location"] == "/account/recovery-codes", "the recovery codes are shown at once"
    return secret


def test_whoever_has_no_second_factor_is_led_to_set_one_up(real):
    client = sign_in(real)
    response = client.get(GUARDED)
    assert response["Location"] == "/account?next=%2Fguarded%3Fpage%3D2"
    assert "needs a second factor" in client.get(response["Location"]).content.decode()
    set_up(client)
    shown = client.get("/account").content.decode()
    assert 'href="/guarded?page=2"' in shown


def test_setting_up_alone_does_not_open_but_the_code_does(real):
    client = sign_in(real)
    secret = set_up(client)
    asked = client.get(GUARDED)["Location"]
    assert asked == "/account/confirm/code?next=%2Fguarded%3Fpage%3D2"
    cache.clear()
    assert client.post(asked, {"code": "000000"}).status_code == 200
    assert client.get(GUARDED).status_code == 302
    assert client.post(asked, {"code": code(secret)})["Location"] == GUARDED
    assert client.get(GUARDED).content == b"inside True"


def test_the_next_sign_in_asks_for_the_code_and_counts(real):
    secret = set_up(sign_in(real))
    client = sign_in(real)
    assert client.get("/cases")["Location"].startswith("/sign-in?next="), "the password alone opens nothing"
    assert "Second factor" in client.get("/sign-in/code").content.decode()
    assert client.post("/sign-in/code", {"code": code(secret)})["Location"] == "/"
    assert client.get(GUARDED).content == b"inside True"


def test_a_code_works_once(real):
    secret = set_up(sign_in(real))
    used = code(secret)
    assert sign_in(real).post("/sign-in/code", {"code": used}).status_code == 302
    assert sign_in(real).post("/sign-in/code", {"code": used}).status_code == 200


def test_codes_cannot_be_guessed_for_long(real):
    secret = set_up(sign_in(real))
    client = sign_in(real)
    pages = [client.post("/sign-in/code", {"code": f"{n:06}"}).content.decode() for n in range(11)]
    assert "Too many attempts" in pages[-1]
    assert "Too many attempts" not in pages[0]
    assert client.post("/sign-in/code", {"code": code(secret)}).status_code == 200, (
        "nor with the right one now"
    )


def test_a_recovery_code_works_once_and_counts(real):
    client = sign_in(real)
    set_up(client)
    codes = client.get("/account/recovery-codes").context["unused_codes"]
    assert len(codes) == 10
    again = sign_in(real)
    assert again.post("/sign-in/code", {"code": codes[3]}).status_code == 302
    assert again.get(GUARDED).content == b"inside True"
    assert sign_in(real).post("/sign-in/code", {"code": codes[3]}).status_code == 200
    assert "9 codes left" in again.get("/account").content.decode()


def test_codes_and_removal_ask_for_the_password_again(real):
    client = sign_in(real)
    set_up(client)
    later = sign_in(real)
    codes = client.get("/account/recovery-codes").context["unused_codes"]
    later.post("/sign-in/code", {"code": codes[0]})
    for address in ("/account/recovery-codes", "/account/recovery-codes/download", "/account/app/remove"):
        assert later.get(address)["Location"].startswith("/account/confirm?next="), address
    assert later.post("/account/recovery-codes/new")["Location"].startswith("/account/confirm?next=")
    confirm(later, "/account/app/remove")
    assert later.post("/account/app/remove")["Location"] == "/account"
    assert not Authenticator.objects.exists(), "and the recovery codes go with the last factor"


def test_whoever_has_only_a_passkey_is_asked_for_it(real):
    user = get_user_model().objects.get(username=real)
    client = sign_in(real)
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "grey key"})
    assert client.get(GUARDED)["Location"] == "/account/confirm/passkey?next=%2Fguarded%3Fpage%3D2"


OPEN = {"/vault", "/vault/lock", f"/vault/work/{NOWHERE}", f"/vault/work/{NOWHERE}/cancel"}
CARRIED_OUT = [f"/exports/{NOWHERE}/{last}" for last in ("start", "passphrase", "file", "answer")]


def test_whatever_opens_the_vault_or_carries_cases_out_asks_for_it(real):
    """Every address of the vault but what only shows its state or locks it; a new one is asked by itself."""
    client = sign_in(real)
    asked = {one for one in addresses() if one.startswith("/vault")} - OPEN
    assert {"/vault/unlock", "/vault/change-key", f"/vault/members/{NOWHERE}/let-in"} <= asked
    for address in (*asked, *CARRIED_OUT, "/exports/new", "/people", f"/files/{NOWHERE}"):
        answers = [
            answer for answer in (client.get(address), client.post(address)) if answer.status_code != 405
        ]
        assert answers, address
        for answer in answers:
            assert answer["Location"].startswith("/account?next="), address
    for address in ("/vault", "/cases", "/exports"):
        assert client.get(address).status_code == 200, "the control"


def test_what_only_takes_a_form_leads_back_to_its_page(real):
    client = sign_in(real)
    for address, page in (
        ("/vault/change-key", "/vault"),
        (f"/vault/members/{NOWHERE}/let-in", "/vault"),
        (f"/exports/{NOWHERE}/start", f"/exports/{NOWHERE}"),
    ):
        client.post(address)
        assert client.session[WANTED] == page


def test_a_password_that_the_operator_sets_anew_does_not_go_round_it(real):
    secret = set_up(sign_in(real))
    user = get_user_model().objects.get(username=real)
    user.set_password("a quiet new sentence about snow")
    user.save()
    client = Client()
    sent = {"username": real, "password": "a quiet new sentence about snow"}
    assert client.post("/sign-in", sent)["Location"].startswith("/sign-in/code")
    assert client.get("/cases").status_code == 302
    assert client.post("/sign-in/code", {"code": code(secret)})["Location"] == "/", "the control"


def test_names_that_differ_in_case_only_cannot_both_be_made(real):
    with pytest.raises(ProblemWithInput, match="STORE-020"):
        accounts.create_user("Worker", password=PASSWORD, checked=False)


def test_a_member_of_an_invented_organisation_needs_none(house):
    assert sign_in("focal-mission").get(GUARDED).content == b"inside False"


def test_the_secret_and_the_codes_are_not_readable_in_the_database(real, monkeypatch):
    client = sign_in(real)
    confirm(client, "/account/app")
    pending = client.get("/account/app").context["form"].secret
    assert pending not in _sessions()
    client.post("/account/app", {"code": code(pending)})
    codes = client.get("/account/recovery-codes").context["unused_codes"]
    held = _factors()
    assert not [word for word in (pending, *codes) if word in held]
    assert client.post("/account/app/remove").status_code == 302
    monkeypatch.setattr("palermo.web.adapters.SecondFactorAdapter.encrypt", DefaultMFAAdapter.encrypt)
    monkeypatch.setattr("palermo.web.adapters.SecondFactorAdapter.decrypt", DefaultMFAAdapter.decrypt)
    assert set_up(client) in _factors(), "the control: without sealing it can be read"


def test_the_control_of_sessions_finds_a_secret_that_is_not_sealed(real, settings):
    settings.SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
    client = sign_in(real)
    confirm(client, "/account/app")
    assert client.get("/account/app").context["form"].secret in _sessions()


def _factors() -> str:
    return repr(list(Authenticator.objects.values_list("data", flat=True)))


def _sessions() -> str:
    """All sessions as somebody reads them who has the database and the signing key."""
    from base64 import b64decode
    from zlib import decompress

    found = []
    for data in Session.objects.values_list("session_data", flat=True):
        packed = data.split(":")[0]
        raw = b64decode(packed.lstrip(".") + "==", altchars=b"-_")
        found.append((decompress(raw) if packed.startswith(".") else raw).decode("latin-1"))
    return "\n".join(found)


def test_a_secret_sealed_under_another_record_key_is_said_to_be(real, settings):
    set_up(sign_in(real))
    settings.RECORD_KEY = bytes(32)
    with pytest.raises(sealing.Unreadable):
        Authenticator.objects.get(type="totp").wrap().validate_code("000000")


def test_only_the_own_passkey_can_be_removed_and_by_no_integer(real):
    client = sign_in(real)
    user = get_user_model().objects.get(username="focal-mission")
    other = Authenticator.objects.create(user=user, type="webauthn", data={"name": "grey key"})
    from palermo.web.sessions import hidden_id

    confirm(client, "/account/passkeys")
    assert client.get(f"/account/passkeys/{hidden_id(other)}/remove").status_code == 404
    assert client.get(f"/account/passkeys/{other.pk}/remove").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/account/signup", "/accounts/signup/", "/sign-up", "/account/email", "/password/reset", "/2fa/"],
)
def test_what_is_not_used_is_not_there(house, address):
    assert house.client("focal-mission").get(address).status_code == 404


def test_a_new_password_is_checked_and_ends_the_other_sessions(real):
    here, there = sign_in(real), sign_in(real)
    assert there.get("/cases").status_code == 200
    words = {"oldpassword": PASSWORD, "password1": "abc", "password2": "abc"}
    assert "too short" in here.post("/account/password", words).content.decode()
    new = "a quiet long sentence about rain"
    wrong = here.post("/account/password", {"oldpassword": "no", "password1": new, "password2": new})
    assert "not your current password" in wrong.content.decode()
    done = here.post("/account/password", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert done.status_code == 302
    assert here.get("/cases").status_code == 200
    assert there.get("/cases").status_code == 302


SHARED = {"default": {"BACKEND": "palermo.store.shared.SharedCache"}}


@pytest.mark.parametrize("shared", [True, False])
def test_a_code_works_once_in_all_processes(real, settings, shared):
    """Another process has a memory of its own; the control: without the table the code works there again."""

    def process(number: int) -> dict:
        own = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": f"process-{number}"}
        return SHARED if shared else {"default": own}

    settings.CACHES = process(0)
    secret = set_up(sign_in(real))
    settings.CACHES = process(1)
    used = code(secret)
    assert sign_in(real).post("/sign-in/code", {"code": used}).status_code == 302
    settings.CACHES = process(2)
    assert sign_in(real).post("/sign-in/code", {"code": used}).status_code == (200 if shared else 302)
