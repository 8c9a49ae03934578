"""How do environment variables become settings? Never prints a value: a URL holds a password."""

import os
import secrets
from logging import Formatter
from pathlib import Path
from traceback import extract_tb
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from palermo import ProblemWithInput

PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
)


def key(path: Path) -> str:
    """The random key of 64 hex digits in the file `path`, made with mode 600 where it does not exist yet."""
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(opened, "w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    return path.read_text("ascii").strip()


def database(url: str, *, home: Path) -> dict[str, Any]:
    """Django's description of the database: PostgreSQL at `url`, else SQLite in `home`.

    >>> database("postgresql://ann@db.example/palermo", home=Path("."))["HOST"]
    'db.example'
    """
    return _postgresql(url) if url else _sqlite(home / "palermo.sqlite3")


def _sqlite(path: Path) -> dict[str, Any]:
    """WAL, every commit on disk, one writer that waits its turn instead of failing half-way."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": PRAGMAS},
        "TEST": {"NAME": str(path.with_name("test.sqlite3"))},
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ProblemWithInput("STORE-010: PALERMO_DATABASE_URL starts with postgresql://, or is not set")
    more = dict(parse_qsl(parts.query))
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


class Quiet(Formatter):
    """An exception is logged as its type and places; its text may hold what somebody typed."""

    def formatException(self, ei: Any) -> str:
        kind, _error, trace = ei
        places = (f"  {at.filename}:{at.lineno} in {at.name}" for at in extract_tb(trace))
        return "\n".join((f"{kind.__name__} (its text is left out)", *places))


def logging() -> dict[str, Any]:
    """Logs carry a time, a level and a place: no request bodies, no SQL, no found values."""
    line = {"()": Quiet, "fmt": "{asctime} {levelname} {name} {message}", "style": "{"}
    quiet = {name: {"level": "ERROR"} for name in ("django.db.backends", "django.request")}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": quiet,
    }
