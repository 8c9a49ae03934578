"""Is an answer of the organisation's own sign-in believed? Only the issuer's own, signed with its own key.

allauth leaves the signature of an ID token unchecked where it came straight from the token address; here it
is checked always, by a key of the issuer that the settings name, under an algorithm of public keys.
Source: OpenID Connect Core 1.0, 3.1.3.7; OpenID Connect Discovery 1.0, 4.3; OWASP ASVS 5.0, V9 and V10.5.
"""

import binascii
import json
from base64 import urlsafe_b64decode
from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from palermo.web.adapters import NOT_SIGNED_IN

ALGORITHMS = frozenset(f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512))
KINDS = (None, "JWT")


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Raises `OAuth2Error`, which leads back to the sign-in page, for whatever is not the issuer's."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the issuer says of itself; it must call itself by the address in the settings."""
        held: dict[str, Any] = super().openid_config
        if str(held.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
            raise OAuth2Error("the configuration names another issuer")
        return held

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        header = header_of(id_token)
        if header.get("alg") not in ALGORITHMS or header.get("typ") not in KINDS or "kid" not in header:
            raise OAuth2Error("the ID token has another kind or algorithm")
        try:
            claims = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("the key of the ID token does not fit") from error
        if not {"exp", "sub"} <= claims.keys():
            raise OAuth2Error("the ID token says not whose it is, or how long it holds")
        return dict(claims)


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    oauth2_adapter_class = Adapter


def header_of(token: str) -> dict[str, Any]:
    """The header of a JSON web token, unchecked; {} where there is none.

    >>> header_of("eyJhbGciOiJub25lIn0.e30.")
    {'alg': 'none'}
    >>> header_of("x")
    {}
    """
    first = token.split(".")[0]
    try:
        held = json.loads(urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return held if isinstance(held, dict) else {}


@login_not_required
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sends the browser to the issuer."""
    return _asked(request, OAuth2LoginView, provider_id)


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the browser comes back to from the issuer."""
    return _asked(request, OAuth2CallbackView, provider_id)


def _asked(request: HttpRequest, view: Any, provider_id: str) -> HttpResponse:
    """An issuer that is away, or says what is not believed, leads back to the sign-in page."""
    try:
        return view.adapter_view(Adapter(request, provider_id))(request)  # type: ignore[no-any-return]
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (OAuth2Error, OSError, KeyError, ValueError):
        messages.error(request, NOT_SIGNED_IN)
        return redirect("sign-in")
