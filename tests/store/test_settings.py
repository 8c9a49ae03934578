"""Do settings come from the environment, and do secrets stay with their owner?"""

import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from palermo import ProblemWithInput
from palermo.config.environment import database, key


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    made = key(tmp_path / "secret-key")
    assert len(bytes.fromhex(made)) == 32
    assert key(tmp_path / "secret-key") == made
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_one_variable_switches_to_postgresql(tmp_path: Path) -> None:
    found = database("postgresql://ann:se%20cret@db.example:5433/palermo?sslmode=require", home=tmp_path)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "5433", "palermo")
    assert (found["USER"], found["PASSWORD"]) == ("ann", "se cret")
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_another_database_is_refused_without_its_address(tmp_path: Path) -> None:
    with pytest.raises(ProblemWithInput, match="STORE-010") as refused:
        database("mysql://ann:secret@db/palermo", home=tmp_path)
    assert "secret" not in str(refused.value)


@pytest.mark.django_db(transaction=True)
def test_sqlite_keeps_what_it_acknowledged() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")
    found = {}
    with connection.cursor() as cursor:
        for pragma in ("journal_mode", "synchronous", "foreign_keys"):
            cursor.execute(f"PRAGMA {pragma}")
            found[pragma] = cursor.fetchone()[0]
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_passwords_are_argon2_and_uploads_stay_in_memory() -> None:
    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    assert settings.FILE_UPLOAD_HANDLERS == ["palermo.web.uploads.MemoryOnly"]
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.AUTH_USER_MODEL == "store.User"
