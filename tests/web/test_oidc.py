"""The organisation's own sign-in: off unless set, for linked accounts only, asked at its issuer only."""

import json
import os
import subprocess
import sys
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import include, path

from palermo import ProblemWithInput
from palermo.cli.demo import PASSWORD
from palermo.config.environment import oidc_issuer
from palermo.config.sign_in import oidc_provider
from palermo.web.account_urls import oidc_routes
from palermo.web.adapters import OidcAdapter

urlpatterns = [*oidc_routes("https://any.example"), path("", include("palermo.web.urls"))]


KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


def signed(claims: dict[str, Any], *, key: Any = KEY, algorithm: str = "RS256", **header: Any) -> str:
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "key-1", **header})


class Issuer:
    """A small OpenID Connect server on this computer: one person, and a note of everything it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.subject, self.token_address, self.named = "subject-1", "", ""
        issuer = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                self._answer(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))

            def _answer(self, sent: dict[str, list[str]]) -> None:
                issuer.asked.append((self.path, sent))
                body = json.dumps(issuer.says(self.path)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_parts: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Answers)
        self.address = f"http://127.0.0.1:{self.server.server_port}/realm"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def says(self, asked: str) -> dict[str, Any]:
        if asked.endswith("/keys"):
            public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
            return {"keys": [{**public, "kid": "key-1", "use": "sig", "alg": "RS256"}]}
        if asked.endswith("/openid-configuration"):
            return {
                "issuer": self.named or self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": self.token_address or f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/userinfo",
                "jwks_uri": f"{self.address}/keys",
            }
        claims = {"iss": self.address, "aud": "palermo", "sub": self.subject, "exp": 4_000_000_000, "iat": 1}
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed(claims)}


@pytest.fixture
def issuer(settings: Any) -> Iterator[Issuer]:
    cache.clear()
    made = Issuer()
    settings.OIDC_ISSUER, settings.ROOT_URLCONF = made.address, __name__
    settings.SOCIALACCOUNT_PROVIDERS = oidc_provider(made.address, client="palermo", secret="s3cret")
    yield made
    made.server.shutdown()
    made.server.server_close()


def sign_in() -> Client:
    client = Client()
    assert client.post("/sign-in", {"username": "focal-mission", "password": PASSWORD}).status_code == 302
    return client


def come_back(client: Client, response: Any) -> Any:
    """What the browser does: it brings code and state back from the issuer."""
    state = dict(parse_qsl(urlsplit(response["Location"]).query))["state"]
    return client.get(f"/sign-in/with/oidc/back?code=c0de&state={state}")


def linked(issuer: Issuer) -> Client:
    client = sign_in()
    client.post("/account/confirm?next=/account/linked", {"password": PASSWORD})
    come_back(client, client.post("/sign-in/with/oidc?process=connect"))
    return client


def test_the_button_is_there_where_an_issuer_is_set(house, issuer):
    page = Client().get("/sign-in").content.decode()
    assert 'action="/sign-in/with/oidc"' in page
    assert "Sign in with your organisation" in page


def test_without_an_issuer_there_is_no_button_and_no_route(house):
    assert oidc_routes("") == []
    assert "/sign-in/with" not in Client().get("/sign-in").content.decode()
    assert Client().post("/sign-in/with/oidc").status_code == 404


def test_the_issuer_is_asked_with_state_and_pkce_for_the_subject_only(house, issuer):
    response = Client().post("/sign-in/with/oidc")
    asked = dict(parse_qsl(urlsplit(response["Location"]).query))
    assert response["Location"].startswith(f"{issuer.address}/authorize?")
    assert asked["scope"] == "openid"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 16
    client = Client()
    sent = client.post("/sign-in/with/oidc")
    challenge = dict(parse_qsl(urlsplit(sent["Location"]).query))["code_challenge"]
    come_back(client, sent)
    verifier = next(form for address, form in issuer.asked if address.endswith("/token"))["code_verifier"][0]
    assert urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=") == challenge


def test_a_stranger_gets_no_account(house, issuer):
    before = get_user_model().objects.count()
    client = Client()
    page = come_back(client, client.post("/sign-in/with/oidc")).content.decode()
    assert "Not linked yet" in page
    assert get_user_model().objects.count() == before
    assert not SocialAccount.objects.exists()
    assert client.get("/cases").status_code == 302


def test_a_linked_account_signs_in_and_nothing_more_is_kept(house, issuer):
    client = linked(issuer)
    assert "It is linked" in client.get("/account/linked").content.decode()
    other = Client()
    assert come_back(other, other.post("/sign-in/with/oidc"))["Location"] == "/"
    assert other.get("/cases").status_code == 200
    kept = SocialAccount.objects.get()
    assert set(kept.extra_data["id_token"]) == {"iss", "aud", "sub", "exp", "iat"}
    client.post("/account/linked")
    assert not SocialAccount.objects.exists()


def test_linking_asks_for_the_password_again(house, issuer):
    client = sign_in()
    response = client.post("/sign-in/with/oidc?process=connect")
    come = come_back(client, response) if response["Location"].startswith(issuer.address) else response
    assert "/account/confirm" in come["Location"]
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("query", ["code=c0de&state=forged", "code=c0de", "error=access_denied", ""])
def test_an_answer_that_was_not_asked_for_is_refused(house, issuer, query):
    client = Client()
    client.post("/sign-in/with/oidc")
    response = client.get(f"/sign-in/with/oidc/back?{query}")
    assert response["Location"] == "/sign-in"
    assert "did not work" in client.get("/sign-in").content.decode()
    assert not [address for address, _form in issuer.asked if address.endswith("/token")]


def test_an_issuer_that_points_elsewhere_is_not_followed(house, issuer):
    elsewhere = Issuer()
    issuer.token_address = f"{elsewhere.address}/token"
    client = Client()
    response = come_back(client, client.post("/sign-in/with/oidc"))
    assert response["Location"] == "/sign-in"
    assert elsewhere.asked == []
    elsewhere.server.shutdown()
    elsewhere.server.server_close()


def test_a_configuration_that_names_another_issuer_is_not_followed(house, issuer):
    """At the start, where the browser would be sent on, and when the browser comes back."""
    client = Client()
    sent = client.post("/sign-in/with/oidc")
    assert sent["Location"].startswith(issuer.address), "the control"
    issuer.named = "https://another.example"
    assert come_back(client, sent)["Location"] == "/sign-in"
    assert not [address for address, _form in issuer.asked if address.endswith("/token")]
    assert Client().post("/sign-in/with/oidc")["Location"] == "/sign-in"


def test_an_issuer_that_does_not_answer_leads_back_to_the_sign_in(house, issuer):
    issuer.server.shutdown()
    issuer.server.server_close()
    client = Client()
    assert client.post("/sign-in/with/oidc")["Location"] == "/sign-in"
    assert "did not work" in client.get("/sign-in").content.decode()


def test_the_session_reaches_the_issuer_and_nothing_else(issuer, rf):
    session = OidcAdapter(rf.get("/")).get_requests_session()
    assert session.get(f"{issuer.address}/.well-known/openid-configuration").ok, "the control"
    for address in ("http://127.0.0.1:1/", "https://example.org/", "file:///etc/hosts"):
        with pytest.raises(requests.exceptions.InvalidSchema):
            session.get(address)
    session.close()


def test_an_account_of_another_provider_name_is_missing(house, issuer):
    assert Client().post("/sign-in/with/another").status_code == 404


@pytest.mark.parametrize(
    "address", ["http://sign-in.example", "ftp://x", "https://", "https://a:b@x.example", "x"]
)
def test_an_issuer_without_tls_is_refused_unseen(address):
    with pytest.raises(ProblemWithInput, match="STORE-014") as refused:
        oidc_issuer(address)
    assert address not in str(refused.value).replace("https:// address", "")


def test_the_environment_alone_switches_it_on(tmp_path):
    code = (
        "import django; django.setup(); from django.urls import get_resolver;"
        "from palermo.web.headers import HEADERS;"
        "print('openid_connect_login' in get_resolver().reverse_dict, HEADERS['Content-Security-Policy'])"
    )
    own = {"PALERMO_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "palermo.config.settings"}
    on = {"PALERMO_OIDC_ISSUER": "https://id.example/realm", "PALERMO_OIDC_CLIENT_ID": "palermo"}

    def run(more: dict[str, str]) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], env=os.environ | own | more, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run({}).startswith("False")
    assert "form-action 'self';" in run({})
    assert run(on).startswith("True")
    assert "form-action 'self' https://id.example;" in run(on)
