"""How do environment variables become settings? Never prints a value: a URL holds a password."""

import os
import re
import secrets
from contextlib import suppress
from logging import Formatter
from pathlib import Path
from traceback import extract_tb
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from palermo import ProblemWithInput
from palermo.config import encryption
from palermo.store.disk import onto_disk

PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
    " PRAGMA secure_delete=ON;"
)


_KEY = re.compile("[0-9a-f]{64}", re.IGNORECASE)
KEYS = ("secret-key", "record-key", "audit-key", "backup-key")
FILES = ("palermo.sqlite3", "palermo.sqlite3-wal", "palermo.sqlite3-shm", *KEYS)


def private(home: Path) -> None:
    """Makes the folder where it is missing; it and the files in it are their owner's only from now on."""
    os.umask(0o077)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (home / name for name in FILES):
        if path.exists():
            with suppress(PermissionError):
                path.chmod(0o600)


def key(path: Path) -> str:
    """The random key of 64 hex digits in the file `path`, made with mode 600 where it does not exist yet.

    Whole or not there at all, whenever the power fails. Raises `ProblemWithInput` (STORE-011).
    """
    if not path.exists():
        _make_key(path)
    return whole_key(path.read_bytes().decode("ascii", "replace"), name=path.name)


def whole_key(text: str, *, name: str) -> str:
    """The key, checked. Raises `ProblemWithInput` (STORE-011), which never shows it."""
    if not _KEY.fullmatch(text.strip()):
        raise ProblemWithInput(
            f"STORE-011: {name} is not 64 hexadecimal digits; put the file back from a backup. A new key"
            " would not recognise records that are stored already"
        )
    return text.strip()


def _make_key(path: Path) -> None:
    """Of two processes that start at once, the first one's key stands."""
    trial = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    opened = os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(trial, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        os.replace(trial, path)
    finally:
        trial.unlink(missing_ok=True)
    onto_disk(path.parent)


def database(url: str, *, home: Path, key_file: str = "") -> dict[str, Any]:
    """Django's description of the database: PostgreSQL at `url`, else SQLite in `home`, with a key encrypted.

    >>> database("postgresql://ann@db.example/palermo", home=Path("."))["HOST"]
    'db.example'
    """
    if url:
        return _postgresql(url)
    path = home / "palermo.sqlite3"
    return _sqlite(path) | encryption.engine(path, key_file=key_file)


def _sqlite(path: Path) -> dict[str, Any]:
    """WAL, every commit on disk, one writer that waits its turn instead of failing half-way."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": PRAGMAS},
        "TEST": {"NAME": str(path.with_name("test.sqlite3"))},
    }


def _postgresql(url: str) -> dict[str, Any]:
    """The words of the standard library's own errors quote the address, password and all."""
    try:
        return _described(url)
    except ValueError:
        raise ProblemWithInput(NO_ADDRESS) from None


NO_ADDRESS = (
    "STORE-010: PALERMO_DATABASE_URL is no address of a PostgreSQL database: postgresql://user:password@host:port/name"
    " (special characters as %XX); or do not set it"
)


HERE = ("/", "localhost", "127.0.0.1", "::1")


def _described(url: str) -> dict[str, Any]:
    """On another computer over TLS with a checked certificate, unless the address says otherwise."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ProblemWithInput(NO_ADDRESS)
    more = dict(parse_qsl(parts.query))
    if "sslmode" not in more and (more.get("host") or parts.hostname or "/") not in HERE:
        more["sslmode"] = "verify-full"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": more.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": more,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def caches(database: dict[str, Any]) -> dict[str, Any]:
    """Where used codes and counts of tries are kept: in memory for the one process of SQLite, else shared.

    >>> caches(database("postgresql:///palermo", home=Path(".")))["default"]["BACKEND"]
    'palermo.store.shared.SharedCache'
    """
    shared = database["ENGINE"].endswith("postgresql")
    memory = "django.core.cache.backends.locmem.LocMemCache"
    return {"default": {"BACKEND": "palermo.store.shared.SharedCache" if shared else memory}}


def minutes(text: str, *, name: str, otherwise: float) -> float:
    """Minutes from a variable, `otherwise` where it is not set. Raises `ProblemWithInput` (STORE-012).

    >>> minutes("", name="X", otherwise=15), minutes("7.5", name="X", otherwise=15)
    (15, 7.5)
    """
    try:
        found = float(text) if text else otherwise
    except ValueError:
        found = 0
    if not 0 < found <= 8 * 60:
        raise ProblemWithInput(
            f"STORE-012: {name} is no number of minutes up to 480; correct it or do not set it"
        )
    return found


def whole(text: str, *, name: str) -> int:
    """A whole number from a variable, 0 where it is not set. Raises `ProblemWithInput` (STORE-013)."""
    if text and not text.isdecimal():
        raise ProblemWithInput(f"STORE-013: {name} is no whole number; correct it or do not set it")
    return int(text or 0)


def oidc_issuer(address: str) -> str:
    """The issuer's address, "" where none is set. Raises `ProblemWithInput` (STORE-014) without showing it.

    >>> oidc_issuer("https://sign-in.example/realm/")
    'https://sign-in.example/realm'
    """
    parts = urlsplit(address)
    here = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
    if address and not (here or (parts.scheme == "https" and parts.hostname and not parts.username)):
        raise ProblemWithInput(
            "STORE-014: PALERMO_OIDC_ISSUER is no https:// address; correct it or do not set it"
        )
    return address.rstrip("/")


def origin(address: str) -> str:
    """Scheme and host of an address.

    >>> origin("https://sign-in.example:8443/realm")
    'https://sign-in.example:8443'
    """
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


class Quiet(Formatter):
    """An exception is logged as its type and places; its text may hold what somebody typed."""

    def formatException(self, ei: Any) -> str:
        kind, _error, trace = ei
        places = (f"  {at.filename}:{at.lineno} in {at.name}" for at in extract_tb(trace))
        return "\n".join((f"{kind.__name__} (its text is left out)", *places))


# At DEBUG these write statements, requests and whole page contexts.
SPEAKING = ("django.db.backends", "django.request", "django.template")


def logging() -> dict[str, Any]:
    """Logs carry a time, a level and a place: no request bodies, no SQL, no found values."""
    line = {"()": Quiet, "fmt": "{asctime} {levelname} {name} {message}", "style": "{"}
    quiet: dict[str, Any] = {name: {"level": "ERROR"} for name in SPEAKING}
    quiet["django.security.DisallowedHost"] = {"handlers": ["nowhere"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": quiet,
    }
