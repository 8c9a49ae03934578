"""Do settings come from the environment, and do secrets stay with their owner?"""

import os
import stat
import subprocess
import sys
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


@pytest.mark.parametrize("held", ["", "abc", "z" * 64, "a" * 63, "é" * 64])
def test_a_broken_key_is_refused_and_never_replaced(tmp_path: Path, held: str) -> None:
    path = tmp_path / "record-key"
    path.write_text(held, "utf-8")
    with pytest.raises(ProblemWithInput, match="STORE-011"):
        key(path)
    assert path.read_text("utf-8") == held


def test_the_database_and_the_keys_are_their_owners_only(tmp_path: Path) -> None:
    """The control: files that were there before, open to everybody."""
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    (home / "record-key").write_text("a" * 64)
    (home / "record-key").chmod(0o644)
    code = (
        "import django; django.setup(); from django.core.management import call_command;"
        "call_command('migrate', verbosity=0)"
    )
    more = {"PALERMO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "palermo.config.settings"}
    env = {name: value for name, value in os.environ.items() if name != "PALERMO_DATABASE_URL"} | more
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()}
    assert {"palermo.sqlite3", "record-key", "secret-key"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_a_home_is_served_once(tmp_path: Path) -> None:
    code = (
        "import sys; from palermo.cli.serve import start_django, hold_home; start_django();"
        "hold_home(); print('held', flush=True); sys.stdin.read()"
    )
    more = {"PALERMO_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "palermo.config.settings"}
    env = {name: value for name, value in os.environ.items() if name != "PALERMO_DATABASE_URL"} | more
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, env=env, stdin=-1, stdout=-1, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        second = subprocess.run(command, env=env, input="", capture_output=True, text=True)
        assert "CLI-023" in second.stderr
        first.communicate("")
    third = subprocess.run(command, env=env, input="", capture_output=True, text=True)
    assert third.stdout == "held\n"


@pytest.mark.parametrize(
    "url",
    [f"postgresql://ann:secret@{rest}" for rest in ("[db/palermo", "db:secret/p", "d℀b/p")],
)
def test_a_broken_address_is_never_shown(tmp_path: Path, url: str) -> None:
    with pytest.raises(ProblemWithInput, match="STORE-010") as refused:
        database(url, home=tmp_path)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


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
        for pragma in ("journal_mode", "synchronous", "foreign_keys", "secure_delete"):
            cursor.execute(f"PRAGMA {pragma}")
            found[pragma] = cursor.fetchone()[0]
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_passwords_are_argon2_and_uploads_stay_in_memory() -> None:
    assert settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    assert settings.FILE_UPLOAD_HANDLERS == ["palermo.web.uploads.MemoryOnly"]
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.AUTH_USER_MODEL == "store.User"
