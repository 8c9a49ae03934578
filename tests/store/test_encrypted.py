"""Is the SQLite file unreadable without its key, and does everything else work as before?

Each installation is a process of its own, with its settings from the environment. The control is the same
installation without a key, in which all that was planted is found.
"""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from hypothesis import given
from hypothesis import strategies as st

from palermo import ProblemWithInput
from palermo.config.encryption import engine, is_encrypted, read_key

dbapi2 = pytest.importorskip("sqlcipher3.dbapi2")

HERE = "PALERMO_DATABASE_KEY_FILE"
KEY, OTHER = "0123456789abcdef" * 4, "fedcba9876543210" * 4
PLANTED = ["PLANTED invented mission", "PLANTED-SHORT", "mission_code_of_a_focal_point"]
STRUCTURE = ["SQLite format 3", "store_auditentry", "CREATE TABLE"]
FILL = f"""
import django, os
django.setup()
from django.core.management import call_command
from palermo.actions import accounts
call_command("migrate", verbosity=0)
made = accounts.create_organisation({PLANTED[0]!r}, short={PLANTED[1]!r}, kind="un_mission", invented=True)
user = accounts.create_user({PLANTED[2]!r}, password="a quiet long sentence", checked=False)
accounts.add_member(user, organisation=made, role="focal_point")
print(made, flush=True)
os._exit(0)  # as in a power cut: the write-ahead log stays
"""
LOOK = """
import django
django.setup()
from django.db import DatabaseError, connection, transaction
from palermo.store import audit
from palermo.store.models import Organisation
print(connection.vendor, Organisation.objects.get().name, audit.verify(Organisation.objects.get().public_id))
try:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_auditentry")
except DatabaseError as error:
    print(error)
"""


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """The key, on what stands for another medium."""
    path = tmp_path / "stick" / "key"
    path.parent.mkdir()
    path.write_text(f"{KEY}\n")
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def environment(home: Path, key_file: Path | str) -> dict[str, str]:
    left_out = ("PALERMO_DATABASE_URL", HERE)
    env = {name: value for name, value in os.environ.items() if name not in left_out}
    settings = {"PALERMO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "palermo.config.settings"}
    return env | settings | {HERE: str(key_file)}


def run(code: str, home: Path, key_file: Path | str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment(home, key_file), capture_output=True, text=True)


def found(home: Path, texts: list[str]) -> set[str]:
    """Which of the texts some file in `home` holds, in UTF-8 or UTF-16."""
    held = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    return {text for text in texts if text.encode() in held or text.encode("utf-16-le") in held}


@pytest.mark.parametrize("encrypted", [True, False])
def test_neither_texts_nor_structure_are_in_the_file_or_its_log(
    home: Path, stick: Path, encrypted: bool
) -> None:
    done = run(FILL, home, stick if encrypted else "")
    assert done.returncode == 0, done.stderr
    assert (home / "palermo.sqlite3-wal").stat().st_size
    expected = set() if encrypted else {*PLANTED, *STRUCTURE}
    assert found(home, PLANTED + STRUCTURE) == expected, "the control finds all of it"
    assert found(home, [KEY]) == set()


def test_migrations_triggers_and_the_audit_chain_hold(home: Path, stick: Path) -> None:
    made = run(FILL, home, stick)
    assert made.returncode == 0, made.stderr
    looked = run(LOOK, home, stick)
    assert looked.stdout.startswith(f"sqlite {PLANTED[0]} None\n"), looked.stderr
    assert "STORE-006" in looked.stdout


@pytest.mark.parametrize("key", [OTHER, None])
@pytest.mark.parametrize("words", [["manage", "migrate", "--check"], ["serve", "--port", "8099"]])
def test_another_key_or_none_is_refused_in_one_sentence(
    home: Path, stick: Path, key: str | None, words: list[str]
) -> None:
    assert run(FILL, home, stick).returncode == 0
    stick.write_text(key or "")
    command = [str(Path(sys.executable).with_name("palermo")), *words]
    env = environment(home, stick if key else "")
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert ("STORE-063" if key else "STORE-064") in done.stderr
    assert "Traceback" not in done.stderr
    assert not any(secret in done.stdout + done.stderr for secret in (KEY, OTHER, str(stick)))
    stick.write_text(KEY)
    looked = run(LOOK, home, stick)
    assert looked.stdout.startswith(f"sqlite {PLANTED[0]} None\n"), "what was in the log is not lost"


def test_a_database_in_clear_is_not_taken_for_an_encrypted_one(home: Path, stick: Path) -> None:
    home.mkdir()
    database = home / "palermo.sqlite3"
    assert is_encrypted(database) is None
    with closing(sqlite3.connect(database)) as made:
        made.execute("CREATE TABLE one (two)")
    assert is_encrypted(database) is False
    assert engine(database, key_file="") == {}
    with pytest.raises(ProblemWithInput, match="STORE-062"):
        engine(database, key_file=str(stick))


@pytest.mark.parametrize("name", ["key", "further/down/key", "../home/key"])
def test_a_key_beside_its_database_is_refused(home: Path, name: str) -> None:
    path = home / name
    path.resolve().parent.mkdir(parents=True)
    path.write_text(KEY)
    with pytest.raises(ProblemWithInput, match="STORE-060"):
        read_key(path, home=home)


def test_a_link_to_a_key_elsewhere_is_not_beside_it(home: Path, stick: Path) -> None:
    home.mkdir()
    (home / "link").symlink_to(stick)
    assert read_key(home / "link", home=home) == KEY


@pytest.mark.parametrize("held", ["", "PLANTED", KEY[1:], KEY + "0", "z" * 64, None])
def test_what_is_no_key_is_refused_and_never_shown(home: Path, stick: Path, held: str | None) -> None:
    stick.unlink()
    if held is not None:
        stick.write_text(held)
    with pytest.raises(ProblemWithInput, match="STORE-061") as refused:
        read_key(stick, home=home)
    assert "PLANTED" not in str(refused.value)
    assert str(stick) not in str(refused.value)
    assert not stick.exists() or stick.read_text() == held, "a key is never made"


def test_the_how_to_encrypts_a_database_that_is_there(
    tmp_path: Path, home: Path, stick: Path, root: Path
) -> None:
    assert run(FILL, home).returncode == 0
    page = (root / "docs/how-to/encrypt-the-database.md").read_text("utf-8")
    code = page.partition("```python not-run\n")[2].partition("```")[0]
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (home / "palermo.encrypted").replace(home / "palermo.sqlite3")
    looked = run(LOOK, home, stick)
    assert looked.stdout.startswith(f"sqlite {PLANTED[0]} None\n"), looked.stderr
    assert "STORE-006" in looked.stdout
    assert found(home, PLANTED) == set()


def opened(path: Path, key: str = KEY) -> Any:
    connection = dbapi2.connect(str(path), isolation_level=None)
    if key:
        connection.execute(f"PRAGMA key = \"x'{key}'\"")
    return closing(connection)


def test_a_copy_of_a_running_database_is_encrypted_with_the_same_key(tmp_path: Path) -> None:
    copies = tmp_path / "into", tmp_path / "backup", tmp_path / "clear"
    with opened(tmp_path / "one") as one:
        one.execute("CREATE TABLE planted AS SELECT 'PLANTED' AS text")
        one.execute(f"VACUUM INTO '{copies[0]}'")
        with opened(copies[1]) as target:
            one.backup(target)
        with opened(copies[2], key="") as target, pytest.raises(dbapi2.Error):
            one.backup(target)
    for path in copies[:2]:
        assert is_encrypted(path)
        assert b"PLANTED" not in path.read_bytes()
        with opened(path) as copy:
            assert copy.execute("SELECT text FROM planted").fetchall() == [("PLANTED",)]
        with opened(path, key=OTHER) as copy, pytest.raises(dbapi2.DatabaseError):
            copy.execute("SELECT text FROM planted")


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_changed_page_is_noticed(tmp_path: Path, encrypted: bool) -> None:
    """The control: SQLite itself reads what somebody wrote into its file."""
    path = tmp_path / "one"
    with opened(path, key=KEY if encrypted else "") as one:
        one.execute("CREATE TABLE planted AS SELECT 'PLANTED' AS text")
    content = bytearray(path.read_bytes())
    content[content.find(b"PLANTED") if not encrypted else len(content) // 2 + 99] ^= 1
    path.write_bytes(content)
    with opened(path, key=KEY if encrypted else "") as one:
        if not encrypted:
            assert one.execute("SELECT text FROM planted").fetchone() == ("QLANTED",)
            return
        with pytest.raises(dbapi2.DatabaseError):
            one.execute("SELECT text FROM planted").fetchall()


WHOLE = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
VALUES = st.tuples(
    st.none() | TEXTS, WHOLE, st.binary(), st.booleans(), st.dates(), st.decimals(0, 9, places=3)
)
COLUMNS = "a text, b integer, c blob, d bool, e date, f decimal, g datetime"


@given(rows=st.lists(VALUES, min_size=1, max_size=5), by_name=st.booleans())
def test_values_come_back_as_from_sqlite(rows: list[tuple[Any, ...]], by_name: bool) -> None:
    from palermo.store.encrypted.base import Cursor

    now = datetime(2026, 11, 1, 12)  # noqa: DTZ001
    sent: list[Any] = [(*row, now) for row in rows]
    marks = ", ".join(f"%({name})s" if by_name else "%s" for name in "abcdefg")
    if by_name:
        sent = [dict(zip("abcdefg", row, strict=True)) for row in sent]
    read = []
    for engine_, cursor_ in ((sqlite3, SQLiteCursorWrapper), (dbapi2, Cursor)):
        kinds = engine_.PARSE_DECLTYPES | engine_.PARSE_COLNAMES
        with closing(engine_.connect(":memory:", detect_types=kinds)) as connection:
            cursor = connection.cursor(cursor_)
            cursor.execute(f"CREATE TABLE one ({COLUMNS})")
            cursor.executemany(f"INSERT INTO one VALUES ({marks})", iter(sent))
            for row in sent:
                cursor.execute(f"INSERT INTO one VALUES ({marks})", row)
            cursor.execute("SELECT *, '100%%', %s FROM one", (7,))
            read.append(cursor.fetchall())
    assert read[0] == read[1]
    assert len(read[0]) == 2 * len(rows)


def passed(parts: list[str], stick: Path, root: Path) -> None:
    """Runs tests again in a process whose database is encrypted."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *parts]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=root, env=env | {HERE: str(stick)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


again = pytest.mark.skipif(
    bool(os.environ.get(HERE) or os.environ.get("PALERMO_DATABASE_URL")),
    reason="these are the tests that run again",
)


@again
def test_the_audit_chain_and_imports_pass_on_an_encrypted_database(stick: Path, root: Path) -> None:
    passed(["tests/store/test_audit.py", "tests/actions/test_import.py"], stick, root)


@again
@pytest.mark.prove
def test_store_and_actions_pass_on_an_encrypted_database(stick: Path, root: Path) -> None:
    passed(["tests/store", "tests/actions", "--ignore=tests/store/test_on_postgresql.py"], stick, root)
