"""How does this installation run? From the environment only; nothing here is a secret.

PALERMO_HOME          folder of the database and of the key files (default: ./var)
PALERMO_DATABASE_URL  postgresql://user:password@host:port/name instead of SQLite
PALERMO_DATABASE_KEY_FILE  a file on another medium with 64 hexadecimal digits, which encrypt the SQLite file
PALERMO_SECRET_KEY    signs sessions; else a random key file made at the first start, readable by its owner
PALERMO_RECORD_KEY    makes record ids and keyed hashes; else a key file. Losing it means that a file sent
                      twice is not recognised
PALERMO_AUDIT_KEY     signs heads of audit chains (Ed25519); else a key file
PALERMO_HOSTS         names under which the pages are served, with commas (default: this computer only)
PALERMO_PROXIES       how many proxies stand before the pages, whose X-Forwarded-For and X-Forwarded-Proto are
                      then believed (default: 0, neither is read; with PALERMO_HOSTS it is 1 at least)
PALERMO_IDLE_MINUTES  after how many minutes without use a session ends (default: 15; at most 8 hours in all)
PALERMO_OIDC_ISSUER   https address of the organisation's own sign-in (OpenID Connect); off where not set
PALERMO_OIDC_CLIENT_ID, PALERMO_OIDC_CLIENT_SECRET
                      what that sign-in calls this installation; only its origin is ever asked
PALERMO_OIDC_NAME     what the button says (default: your organisation's account)
PALERMO_DEBUG         1 shows tracebacks in the browser; never where there are real cases
"""

import os
from pathlib import Path

from palermo.config.environment import caches, database, key, logging, private, whole_key
from palermo.config.sign_in import *  # noqa: F403

HOME = Path(os.environ.get("PALERMO_HOME", "var")).absolute()
private(HOME)

DEBUG = os.environ.get("PALERMO_DEBUG") == "1"
SECRET_KEY = os.environ.get("PALERMO_SECRET_KEY") or key(HOME / "secret-key")
GIVEN = os.environ.get("PALERMO_RECORD_KEY")
RECORD_KEY = bytes.fromhex(whole_key(GIVEN, name="PALERMO_RECORD_KEY") if GIVEN else key(HOME / "record-key"))
SIGNS = os.environ.get("PALERMO_AUDIT_KEY")
AUDIT_KEY = bytes.fromhex(whole_key(SIGNS, name="PALERMO_AUDIT_KEY") if SIGNS else key(HOME / "audit-key"))
BACKUP_KEY = bytes.fromhex(key(HOME / "backup-key"))
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [host for host in os.environ.get("PALERMO_HOSTS", "").split(",") if host] or LOCAL_HOSTS
LOCAL = set(ALLOWED_HOSTS) <= set(LOCAL_HOSTS)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "palermo.store.apps.StoreConfig",
    "palermo.web.apps.WebConfig",
]
MIDDLEWARE = [
    "palermo.web.headers.strict_headers",
    "palermo.web.lighter.Compressed",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "palermo.web.lighter.whole_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "palermo.web.languages.OwnLanguage",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "palermo.web.sessions.Idle",
    "allauth.account.middleware.AccountMiddleware",
    "palermo.web.doors.Refusals",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "palermo.config.urls"
WSGI_APPLICATION = "palermo.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "palermo.web.context.house",
            ]
        },
    }
]

KEY_FILE = os.environ.get("PALERMO_DATABASE_KEY_FILE", "")
DATABASES = {"default": database(os.environ.get("PALERMO_DATABASE_URL", ""), home=HOME, key_file=KEY_FILE)}
CACHES = caches(DATABASES["default"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "store.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "palermo.store.passwords.FarFromUs", "OPTIONS": {"min_length": 12}},
    {"NAME": "palermo.store.passwords.NotCommon"},
]
FORM_RENDERER = "palermo.web.forms.Renderer"
CSRF_FAILURE_VIEW = "palermo.web.views.problems.lost_token"
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in"

SECURE = not DEBUG and not LOCAL
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
HOST_ONLY = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{HOST_ONLY}sessionid", f"{HOST_ONLY}csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_SSL_REDIRECT = SECURE
BEHIND_PROXY = ALLAUTH_TRUSTED_PROXY_COUNT > 0  # noqa: F405
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE and BEHIND_PROXY else None
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if SECURE else []
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

FILE_UPLOAD_HANDLERS = ["palermo.web.uploads.MemoryOnly"]
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = "^/static/" if not DEBUG else "^$"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "palermo.web.lighter.Versioned"},
}

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("fr", "français"),
    ("es", "español"),
    ("ar", "العربية"),
    ("ru", "русский"),
    ("zh-hans", "中文"),
]
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
LANGUAGE_COOKIE_NAME, LANGUAGE_COOKIE_AGE = f"{HOST_ONLY}language", 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = SECURE, True, "Lax"
USE_I18N = True
FORMAT_MODULE_PATH = ["palermo.web.formats"]
TIME_ZONE = "UTC"
USE_TZ = True

LOGGING = logging()
