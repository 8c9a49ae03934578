"""How does django-allauth behave here? No self-registration, no e-mail, one error for every failed sign-in.

allauth does the sign-in; these adapters are the places where it asks. They never tell whether an account
exists, and never put a staff member's name into a message.
"""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from palermo.web import sealing

WRONG = _("The name or the password is not right. Check both and try again.")
WRONG_CODE = _("The code is not right. Wait for the next one, or use a recovery code.")
NOT_SIGNED_IN = _("The organisation's sign-in did not work. Try again, or sign in with a password.")
TOO_MANY = _("Too many attempts. Wait ten minutes and try again.")
SAID = {
    "account/messages/password_changed.txt": _("The password is changed. Other sessions were signed out."),
    "mfa/messages/totp_activated.txt": _("The authenticator app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The authenticator app is removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _("New recovery codes are ready. Earlier ones are void."),
    "usersessions/messages/sessions_logged_out.txt": _("The other sessions are signed out."),
    "socialaccount/messages/account_connected.txt": _("The organisation's sign-in is linked."),
    "socialaccount/messages/account_disconnected.txt": _("The organisation's sign-in is no longer linked."),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "invalid_login": WRONG,
        "incorrect_password": _("The password is not right. Try again."),
        "enter_current_password": _("This is not your current password. Try again."),
        "incorrect_code": WRONG_CODE,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """A closed account with the right password is answered as a wrong one."""
        user = super().authenticate(request, **credentials)
        return user if user is not None and user.is_active else None

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, WRONG)
        return redirect("sign-in")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Our own words where there are any; nothing for "signed in as ...", which would show a name."""
        text = message or SAID.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals what must be kept of a second factor; shows nothing of the user's integer key."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": WRONG_CODE}

    def encrypt(self, text: str) -> str:
        return sealing.seal_text(text, purpose=sealing.FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal_text(encrypted_text, purpose=sealing.FACTOR)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return gettext("Passkey")

    def build_totp_svg(self, url: str) -> str:
        """The picture as an element of the page, so that the policy need not allow `data:` pictures."""
        picture = str(super().build_totp_svg(url))
        return picture[max(picture.find("<svg"), 0) :]

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        return {
            "id": user.public_id.encode(),
            "display_name": user.get_username(),
            "name": user.get_username(),
        }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Palermo"}


class OidcAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The organisation's own sign-in: linked to an account that exists, asked at its issuer only."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        messages.error(request, NOT_SIGNED_IN)
        raise ImmediateHttpResponse(redirect("sign-in"))

    def get_requests_session(self) -> Any:
        """A session that can reach the issuer's own origin and nothing else, redirects included."""
        session = super().get_requests_session()
        parts = urlsplit(settings.OIDC_ISSUER)
        only = session.adapters[f"{parts.scheme}://"]
        session.adapters.clear()
        session.mount(f"{parts.scheme}://{parts.netloc}/", only)
        return session
