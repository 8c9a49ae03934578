"""How do people sign in? Settings of django-allauth and django-axes; `settings.py` lists the variables.

Sources: allauth 65 (account, mfa, usersessions, socialaccount), axes 8, OWASP ASVS 5 chapters V6 and V7.
"""

import os
from datetime import timedelta
from typing import Any

from palermo.config.environment import minutes, oidc_issuer, origin, whole

IDLE_SECONDS = (
    minutes(os.environ.get("PALERMO_IDLE_MINUTES", ""), name="PALERMO_IDLE_MINUTES", otherwise=15) * 60
)
IDLE_WARNING_SECONDS = 120.0
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_SERIALIZER = "palermo.web.sealing.SealedSession"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]

ACCOUNT_ADAPTER = "palermo.web.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_METHODS = {"password", "mfa"}
ACCOUNT_FORMS = {
    "login": "palermo.web.sign_in_forms.SignInForm",
    "reauthenticate": "palermo.web.sign_in_forms.ConfirmForm",
    "change_password": "palermo.web.sign_in_forms.PasswordForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,10/10m/key",  # per name over all addresses; also each user's second factor
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}

MFA_ADAPTER = "palermo.web.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Palermo"
MFA_TOTP_TOLERANCE = 1  # one step before and after (RFC 6238, 5.2): clocks of phones that are offline drift
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}
MFA_FORMS = {
    "authenticate": "palermo.web.sign_in_forms.CodeForm",
    "reauthenticate": "palermo.web.sign_in_forms.ConfirmCodeForm",
    "activate_totp": "palermo.web.sign_in_forms.AppForm",
    "add_webauthn": "palermo.web.sign_in_forms.PasskeyForm",
    "login_webauthn": "palermo.web.sign_in_forms.PasskeySignInForm",
}

USERSESSIONS_ADAPTER = "palermo.web.sessions.Ending"
USERSESSIONS_TRACK_ACTIVITY = False

ALLAUTH_TRUSTED_PROXY_COUNT = whole(os.environ.get("PALERMO_PROXIES", ""), name="PALERMO_PROXIES")

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_HANDLER = "palermo.web.lockout.Discreet"
AXES_USERNAME_CALLABLE = "palermo.web.lockout.hidden_name"
AXES_CLIENT_IP_CALLABLE = "palermo.web.lockout.client_network"
AXES_CLIENT_STR_CALLABLE = "palermo.web.lockout.nobody"
AXES_LOCKOUT_CALLABLE = "palermo.web.lockout.locked"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

OIDC_ISSUER = oidc_issuer(os.environ.get("PALERMO_OIDC_ISSUER", ""))
OIDC_CLASS = "palermo.web.oidc.Provider"  # checks what allauth leaves unchecked
OIDC_NAME = os.environ.get("PALERMO_OIDC_NAME", "")
OIDC_ORIGINS = [origin(OIDC_ISSUER)] if OIDC_ISSUER else []
SOCIALACCOUNT_ADAPTER = "palermo.web.adapters.OidcAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True


def oidc_provider(issuer: str, *, client: str, secret: str) -> dict[str, Any]:
    """allauth's description of one OpenID Connect provider: PKCE, and the subject only, no name or e-mail."""
    app = {
        "provider_id": "oidc",
        "name": "OpenID Connect",
        "client_id": client,
        "secret": secret,
        "settings": {
            "server_url": issuer,
            "fetch_userinfo": False,
            "scope": ["openid"],
            "oauth_pkce_enabled": True,
        },
    }
    checked = {"provider_class": OIDC_CLASS, "OAUTH_PKCE_ENABLED": True, "SCOPE": ["openid"]}
    return {"openid_connect": {"APPS": [app], **checked}}


SOCIALACCOUNT_PROVIDERS = (
    oidc_provider(
        OIDC_ISSUER,
        client=os.environ.get("PALERMO_OIDC_CLIENT_ID", ""),
        secret=os.environ.get("PALERMO_OIDC_CLIENT_SECRET", ""),
    )
    if OIDC_ISSUER
    else {"openid_connect": {"provider_class": OIDC_CLASS}}
)
