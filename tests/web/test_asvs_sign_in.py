"""What of OWASP ASVS 5.0, V6, V7, V9 and V10, does sign-in show beside its own tests?

The issuer of `test_oidc` says what an issuer that was taken over would say: each claim in turn is wrong.
"""

import hmac
import inspect
import json
import re
from base64 import urlsafe_b64encode
from typing import Any

import jwt
import pytest
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import include, path

from palermo.cli.demo import PASSWORD
from palermo.web.account_urls import oidc_routes
from palermo.web.sessions import BEGAN
from tests.web.test_oidc import KEY, OTHER_KEY, Issuer, come_back, issuer, linked, sign_in, signed
from tests.web.test_second_factor import code

__all__ = ["issuer"]
urlpatterns = [*oidc_routes("https://any.example"), path("", include("palermo.web.urls"))]
NEW = "a quiet long sentence about rain"


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


def user() -> Any:
    return get_user_model().objects.get(username="focal-mission")


def confirm(client: Client) -> None:
    assert client.post("/account/confirm?next=/account", {"password": PASSWORD})["Location"] == "/account"


def test_a_password_is_changed_by_its_owner_with_the_old_one_only(house):
    client, stranger = sign_in(), Client()
    words = {"password1": NEW, "password2": NEW}
    for asked, old in ((client, {}), (client, {"oldpassword": "no"}), (stranger, {"oldpassword": PASSWORD})):
        asked.post("/account/password", words | old)
        assert user().check_password(PASSWORD)
    client.post("/account/password", words | {"oldpassword": PASSWORD})
    assert user().check_password(NEW), "the control"


@pytest.mark.parametrize("weak", ["short1!", "password", "iloveyou", "1234567890", "focal-mission1"])
def test_a_weak_password_is_refused_where_it_is_changed(house, weak):
    client = sign_in()
    cache.clear()
    client.post("/account/password", {"oldpassword": PASSWORD, "password1": weak, "password2": weak})
    assert user().check_password(PASSWORD)


def test_seeds_and_codes_come_from_the_system_s_random_numbers():
    """160 bits for an app, 320 for recovery codes of 8 digits (26 bits)."""
    for made in (generate_totp_secret, RecoveryCodes.generate_seed):
        assert "secrets.token_" in inspect.getsource(made)
    assert len({generate_totp_secret() for _ in range(200)}) == 200
    assert len(generate_totp_secret()) == 32
    assert app_settings.RECOVERY_CODE_DIGITS >= 7
    assert app_settings.TOTP_DIGITS >= 6


def test_a_code_of_an_app_is_void_two_steps_away(house):
    """One step of thirty seconds before and after is taken: clocks of phones that are offline drift."""
    assert (app_settings.TOTP_PERIOD, app_settings.TOTP_TOLERANCE) == (30, 1)
    secret = generate_totp_secret()
    near = {code(secret, steps=steps) for steps in (-1, 0, 1, 2)}
    for steps in (-3, -4, 3, 4):
        far = code(secret, steps=steps)
        assert far in near or not validate_totp_code(secret, far)
    assert validate_totp_code(secret, code(secret)), "the control"


@pytest.mark.parametrize(
    "address", ["/account/app", "/account/passkeys/add", "/account/recovery-codes/new", "/account/password"]
)
def test_factors_are_changed_after_a_new_sign_in_only(house, address):
    """An old session is sent to confirm first; the password page asks for the old one itself."""
    client = sign_in()
    Authenticator.objects.create(user=user(), type="totp", data={"secret": "x"})
    session = client.session
    for one in session["account_authentication_methods"]:
        one["at"] -= 3600
    session.save()
    response = client.get(address)
    if address == "/account/password":
        assert 'name="oldpassword"' in response.content.decode()
    else:
        assert response.status_code == 302, address
        assert "/account/confirm" in response["Location"], address


def test_no_code_goes_by_mail_or_telephone(house):
    from tests.web.test_asvs import addresses

    assert not [
        one for one in addresses() if re.search("mail|phone|sms|signup|reset|code/request|token", one)
    ]
    assert "/account/password" in set(addresses()), "the control"


GOOD = {"aud": "palermo", "sub": "subject-1", "exp": 4_000_000_000, "iat": 1}


def answers(served: Issuer, **claims: Any) -> None:
    """From now on the issuer says these claims; its settings stay as they are."""
    whole = {"iss": served.address, **GOOD, **claims}
    gives(served, signed({name: value for name, value in whole.items() if value is not None}))


def gives(served: Issuer, token: str) -> None:
    """From now on this is the ID token."""
    plain = Issuer.says

    def says(asked: str) -> dict[str, Any]:
        said = plain(served, asked)
        return {**said, "id_token": token} if asked.endswith("/token") else said

    served.says = says  # type: ignore[method-assign]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-client"}, {"aud": ["another-client"]}, {"aud": None}, {"exp": 1}, {"iss": "https://x.example"},
        {"iss": None}, {"sub": "another-subject"}, {"sub": None}, {"exp": None}, {"nbf": 4_000_000_000},
    ],
)  # fmt: skip
def test_an_id_token_for_another_or_out_of_time_signs_nobody_in(house, issuer, claims):
    linked(issuer)
    answers(issuer)
    control = Client()
    come_back(control, control.post("/sign-in/with/oidc"))
    assert control.get("/cases").status_code == 200, "the control"
    answers(issuer, **claims)
    client = Client(raise_request_exception=False)
    come_back(client, client.post("/sign-in/with/oidc"))
    assert client.get("/cases").status_code == 302


def forged(served: Issuer) -> dict[str, str]:
    """ID tokens that say the right thing and were not signed by the issuer's key, or are of another kind."""
    claims = {"iss": served.address, **GOOD}
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    whole = signed(claims)
    start, _, mac = whole.rpartition(".")
    other = signed({**claims, "sub": "subject-2"}).split(".")
    name, body = (urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (HS, claims))
    by_public = hmac.digest(public, name + b"." + body, "sha256")
    return {
        "by another key": signed(claims, key=OTHER_KEY),
        "by an unknown key": signed(claims, kid="key-2"),
        "without a key's name": jwt.encode(claims, KEY, algorithm="RS256"),
        "unsigned": jwt.encode(claims, None, algorithm="none", headers={"kid": "key-1"}),
        "with the shared secret": signed(claims, key="s3cret" * 6, algorithm="HS256"),
        "with the public key as a secret": f"{name.decode()}.{body.decode()}."
        + urlsafe_b64encode(by_public).rstrip(b"=").decode(),
        "without its signature": f"{start}.",
        "with the signature of another": ".".join((*whole.split(".")[:2], other[2])),
        "an access token": signed(claims, typ="at+jwt"),
        "a sign-out token": signed(claims, typ="logout+jwt"),
        "no token": "x",
        "half a token": f"{start}.{mac[: len(mac) // 2]}",
    }


HS = {"alg": "HS256", "kid": "key-1", "typ": "JWT"}
FORGED = (
    "by another key; by an unknown key; without a key's name; unsigned; with the shared secret; with the"
    " public key as a secret; without its signature; with the signature of another; an access token; a"
    " sign-out token; no token; half a token"
)


@pytest.mark.parametrize("way", FORGED.split("; "))
def test_an_id_token_that_the_issuer_did_not_sign_signs_nobody_in(house, issuer, way):
    linked(issuer)
    client = Client(raise_request_exception=False)
    gives(issuer, forged(issuer)[way])
    assert come_back(client, client.post("/sign-in/with/oidc"))["Location"] == "/sign-in"
    assert client.get("/cases").status_code == 302
    gives(issuer, signed({"iss": issuer.address, **GOOD}))
    come_back(client, client.post("/sign-in/with/oidc"))
    assert client.get("/cases").status_code == 200, "the control"


def test_a_session_that_the_issuer_began_ends_like_every_other(house, issuer):
    linked(issuer)
    client = Client()
    come_back(client, client.post("/sign-in/with/oidc"))
    assert client.get("/cases").status_code == 200, "the control"
    session = client.session
    session[BEGAN] -= 8 * 3600
    session.save()
    assert client.get("/cases").status_code == 302


def test_an_answer_works_once_and_in_its_own_browser_only(house, issuer):
    linked(issuer)
    client, other = Client(), Client()
    sent = client.post("/sign-in/with/oidc")
    come_back(other, sent)
    assert other.get("/cases").status_code == 302, "state of another browser"
    come_back(client, sent)
    assert client.get("/cases").status_code == 200, "the control"
    again = Client()
    again.cookies.update(client.cookies)
    client.post("/sign-out")
    come_back(client, sent)
    assert client.get("/cases").status_code == 302, "a state that was used"


def test_only_somebody_who_asks_begins_a_session_with_the_issuer(house, issuer):
    linked(issuer)
    client = Client()
    assert client.get("/sign-in/with/oidc").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/sign-in/with/oidc").status_code == 403


def test_a_user_is_known_by_the_subject_and_not_by_name_or_mail(house, issuer):
    linked(issuer)
    answers(issuer, sub="subject-2", email="focal@mission.example", preferred_username="focal-mission")
    client = Client()
    come_back(client, client.post("/sign-in/with/oidc"))
    assert client.get("/cases").status_code == 302


def test_the_issuer_does_not_stand_in_for_the_second_factor(house, issuer):
    linked(issuer)
    secret = generate_totp_secret()
    TOTP.activate(user(), secret)
    client = Client()
    led = come_back(client, client.post("/sign-in/with/oidc"))
    assert led["Location"].startswith("/sign-in/code")
    assert client.get("/cases").status_code == 302
    client.post("/sign-in/code", {"code": code(secret)})
    assert client.get("/cases").status_code == 200, "the control"
