"""Which addresses sign in, and look after an account? Those of allauth that are used, and no other.

Sign-up, e-mail, password reset and log-in by e-mailed code are not routed at all.
"""

from allauth.account.views import login, password_change, reauthenticate
from allauth.mfa.base.views import authenticate
from allauth.mfa.base.views import reauthenticate as confirm_by_code
from allauth.mfa.recovery_codes.views import (
    download_recovery_codes,
    generate_recovery_codes,
    view_recovery_codes,
)
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.mfa.webauthn.views import add_webauthn, reauthenticate_webauthn
from django.conf import settings
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from palermo.web import oidc
from palermo.web.views import account, sign_in


def oidc_routes(issuer: str) -> list[URLPattern]:
    """The addresses of the organisation's own sign-in; none where no issuer is set."""
    if not issuer:
        return []
    return [
        path("sign-in/with/<slug:provider_id>", require_POST(oidc.begin), name="openid_connect_login"),
        path("sign-in/with/<slug:provider_id>/back", oidc.callback, name="openid_connect_callback"),
        path("account/linked", account.linked, name="socialaccount_connections"),
    ]


def routes() -> list[URLPattern]:
    """All of them, once the converters of `urls.py` are registered."""
    return [
        path("sign-in", login, name="account_login"),
        path("sign-in", login, name="sign-in"),
        path("sign-in/code", authenticate, name="mfa_authenticate"),
        path("sign-in/passkey", account.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
        path("sign-out", sign_in.sign_out, name="sign-out"),
        path("account", account.account, name="mfa_index"),
        path("account/alive", account.alive, name="alive"),
        path("account/stay", account.stay, name="stay"),
        path("account/password", password_change, name="account_change_password"),
        path("account/confirm", reauthenticate, name="account_reauthenticate"),
        path("account/confirm/code", confirm_by_code, name="mfa_reauthenticate"),
        path("account/confirm/passkey", reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
        path("account/app", activate_totp, name="mfa_activate_totp"),
        path("account/app/remove", deactivate_totp, name="mfa_deactivate_totp"),
        path("account/recovery-codes", view_recovery_codes, name="mfa_view_recovery_codes"),
        path("account/recovery-codes/new", generate_recovery_codes, name="mfa_generate_recovery_codes"),
        path("account/recovery-codes/download", download_recovery_codes, name="mfa_download_recovery_codes"),
        path("account/passkeys", account.passkeys, name="mfa_list_webauthn"),
        path("account/passkeys/add", add_webauthn, name="mfa_add_webauthn"),
        path("account/passkeys/<id:key>/remove", account.RemovePasskey.as_view(), name="passkey-remove"),
        path("account/sessions", account.session_list, name="usersessions_list"),
        path("account/sessions/others/end", account.end_other_sessions, name="sessions-end"),
        path("account/sessions/<id:session>/end", account.end_session, name="session-end"),
        path("account/invitations/<id:invitation>/accept", account.accept, name="invitation-accept"),
        path("account/invitations/<id:invitation>/decline", account.decline, name="invitation-decline"),
        *oidc_routes(settings.OIDC_ISSUER),
    ]
