"""Does a backup of one kind of database go into the other, row by row? On a real PostgreSQL."""

import subprocess
import sys
from pathlib import Path

import pytest

from palermo.protect.recovery import printed
from tests.backups.conftest import back_up, frames, installation, look, palermo, tables
from tests.backups.installation import NAME, SECRETS

MEDDLE = """
import sys, psycopg
WORDS = ("UPDATE store_auditentry SET body = ''", "DELETE FROM store_audithead", "TRUNCATE store_auditentry")
with psycopg.connect(sys.argv[1]) as held:
    for words in WORDS:
        try:
            with held.transaction():
                held.execute(words)
            print("changed")
        except psycopg.errors.RaiseException:
            print("refused")
"""


def same(one: dict[str, list[list[object]]], other: dict[str, list[list[object]]]) -> None:
    """Tables agree row by row; the chain of the restored one has its entry about the restore."""
    for name, rows in one.items():
        if name not in ("store_auditentry", "store_audithead"):
            assert other[name] == rows, name
    assert [row for row in one["store_auditentry"] if row not in other["store_auditentry"]] == []


def test_sqlite_to_postgresql_and_back(home: Path, tmp_path: Path, postgresql: str) -> None:
    """Out and back again nothing is lost: rows, guards, numbers of new rows, the vault."""
    first = back_up(home, tmp_path / "first")
    there, back = tmp_path / "there", tmp_path / "back"
    done = palermo("restore", first, "--home", there, home=home, url=postgresql)
    assert done.status == 0, done.err
    assert not (there / "palermo.sqlite3").exists()
    assert look(there, postgresql)["chains"] == {"I0": "None", "I1": "None"}
    meddled = subprocess.run(
        [sys.executable, "-c", MEDDLE, postgresql], capture_output=True, text=True, check=True
    )
    assert meddled.stdout.split() == ["refused"] * 3
    second = back_up(there, tmp_path / "second", postgresql)
    same(tables(frames(first, home)), tables(frames(second, there)))
    drilled = palermo(
        "backup",
        "drill",
        second,
        "--recovery-key",
        home=there,
        url=postgresql,
        typed=printed(SECRETS[0]) + "\n\n",
    )
    assert drilled.status == 0, drilled.err
    assert palermo("restore", second, "--home", back, home=there).status == 0
    same(tables(frames(second, there)), tables(frames(back_up(back, tmp_path / "third"), back)))
    assert installation("recover", "0", home=there, url=postgresql).out.startswith(NAME)
    assert palermo("restore", first, "--home", tmp_path / "x", home=home, url=postgresql).err.startswith(
        "BACKUP-004"
    )


@pytest.mark.prove
def test_postgresql_to_postgresql_while_others_write(tmp_path: Path, postgresql: str) -> None:
    """One moment of the database, on PostgreSQL too."""
    import os
    import signal

    from palermo.store.backup_frames import Ending
    from tests.backups.conftest import start

    home = tmp_path / "home"
    assert installation("prepare", "40", home=home, url=postgresql).status == 0
    writer = start("-m", "tests.backups.installation", "write", home=home, url=postgresql)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    try:
        files = [back_up(home, tmp_path / f"out{number}", postgresql) for number in range(4)]
    finally:
        os.kill(writer.pid, signal.SIGKILL)
        assert writer.communicate()[0].count("sent") > 0
    for file in files:
        ending = frames(file, home)[-1]
        assert isinstance(ending, Ending)
        assert ending.counts["store_caserow"] == 80 + 30 * (ending.counts["store_submission"] - 2)
