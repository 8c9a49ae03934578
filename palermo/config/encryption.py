"""Is the SQLite file encrypted, and with which key? Read at the start, from a file on another medium.

Source: docs/decisions/0006-database-encrypted-at-rest.md. Never makes a key, never writes one, and never says
which file holds it.
"""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from palermo import ProblemWithInput

PLAIN = b"SQLite format 3\0"
KEY = re.compile("[0-9a-f]{64}", re.IGNORECASE)


def engine(database: Path, *, key_file: str) -> dict[str, Any]:
    """What Django's settings need beside those of SQLite; nothing where neither file is encrypted.

    Raises `ProblemWithInput` where the key and the database do not belong together (STORE-060 to STORE-065).
    """
    if not key_file:
        if is_encrypted(database):
            raise ProblemWithInput(NO_KEY)
        return {}
    if find_spec("sqlcipher3") is None:
        raise ProblemWithInput(NOT_INSTALLED)
    found = read_key(Path(key_file), home=database.parent)
    if is_encrypted(database) is False:
        raise ProblemWithInput(NOT_ENCRYPTED)
    return {"ENGINE": "palermo.store.encrypted", "PASSWORD": found}


def is_encrypted(database: Path) -> bool | None:
    """Whether the file lacks the header of every SQLite file in clear; None where there is no file.

    >>> is_encrypted(Path("no such file")) is None
    True
    """
    if not database.exists() or not database.stat().st_size:
        return None
    with database.open("rb") as file:
        return file.read(len(PLAIN)) != PLAIN


def read_key(path: Path, *, home: Path) -> str:
    """The 64 digits. Raises `ProblemWithInput`: STORE-060 beside the database, STORE-061 missing."""
    if home.resolve() in path.resolve().parents:
        raise ProblemWithInput(BESIDE_IT)
    try:
        text = path.read_bytes().decode("ascii", "replace").strip()
    except OSError:
        text = ""
    if not KEY.fullmatch(text):
        raise ProblemWithInput(NO_FILE)
    return text


BESIDE_IT = (
    "STORE-060: the key of PALERMO_DATABASE_KEY_FILE lies in PALERMO_HOME, with the database that it opens;"
    " keep it on another medium"
)
NO_FILE = (
    "STORE-061: PALERMO_DATABASE_KEY_FILE names no file with 64 hexadecimal digits; put in the medium that"
    " holds the key. Without it nobody can read the database"
)
NOT_ENCRYPTED = (
    "STORE-062: PALERMO_DATABASE_KEY_FILE is set, but the database in PALERMO_HOME is in clear; see"
    " docs/how-to/encrypt-the-database.md, or do not set it"
)
NO_KEY = (
    "STORE-064: the database is encrypted, or damaged; set PALERMO_DATABASE_KEY_FILE to the file of its key"
)
NOT_INSTALLED = (
    'STORE-065: PALERMO_DATABASE_KEY_FILE needs SQLCipher; install it: pip install "palermo[sqlcipher]"'
)
