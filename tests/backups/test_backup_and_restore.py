"""Does everything come back, in an empty place, with the recovery key and nothing else?"""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from palermo.protect.containers import seal_file
from palermo.protect.keys import pair_of
from palermo.protect.recovery import printed
from palermo.store.backup_frames import Ending, Frame, Manifest, Rows, Table
from tests.backups.conftest import (
    CASES,
    back_up,
    frames,
    installation,
    local_key,
    look,
    palermo,
    resealed,
)
from tests.backups.installation import NAME, SECRETS

LEFT_OUT = {"store_job", "store_shared", "store_user_groups", "store_user_user_permissions"}
NEITHER = ("django_", "auth_", "sqlite_", "axes_", "usersessions_")


CUT = {"store_export": "job_id"}


def rows(home: Path) -> dict[str, list[str]]:
    """Every row of every table as SQLite has it, without what a backup leaves out and later entries."""
    with sqlite3.connect(home / "palermo.sqlite3") as held:
        names = [name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in names if name not in LEFT_OUT and not name.startswith(NEITHER)]
        found = {
            name: sorted(map(repr, held.execute(f"SELECT {columns(held, name)} FROM {name}")))
            for name in kept
        }
    return {
        name: [row for row in each if "backup." not in row]
        for name, each in found.items()
        if name != "store_audithead"
    }


def columns(held: sqlite3.Connection, table: str) -> str:
    names = [name for _at, name, *_more in held.execute(f"PRAGMA table_info({table})")]
    return ", ".join(f'"{name}"' for name in names if name != CUT.get(table))


def jobs_of_exports(home: Path) -> list[int | None]:
    with sqlite3.connect(home / "palermo.sqlite3") as held:
        return [job for (job,) in held.execute("SELECT job_id FROM store_export")]


def test_every_row_of_every_table_comes_back_as_it_was(home: Path, file: Path, tmp_path: Path) -> None:
    before = rows(home)
    done = palermo("restore", file, "--home", tmp_path / "new", home=home)
    assert done.status == 0, done.err
    assert rows(tmp_path / "new") == before
    assert len(before["store_personrow"]) == 2 * CASES, "the control: there was something to bring back"
    assert all(before.values()), "the control: each table had something to bring back"
    for name in ("record-key", "secret-key"):
        assert (tmp_path / "new" / name).read_text() == (home / name).read_text()


def test_an_export_comes_back_without_the_job_that_made_it(home: Path, file: Path, tmp_path: Path) -> None:
    """Jobs end with their process and are in no backup: a link to one would lead nowhere."""
    assert palermo("restore", file, "--home", tmp_path / "new", home=home).status == 0
    assert jobs_of_exports(tmp_path / "new") == [None]
    assert None not in jobs_of_exports(home), "the control: the export had a job"


def test_a_new_machine_needs_the_printed_key_and_nothing_else(home: Path, file: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    shutil.rmtree(home)
    done = palermo("restore", file, home=new, typed=printed(SECRETS[1]) + "\n")
    assert done.status == 0, done.err
    assert look(new)["chains"] == {"I0": "None", "I1": "None"}
    assert installation("recover", "1", home=new).out.startswith(NAME)


def test_another_organisations_key_opens_the_file_and_not_the_identities(
    home: Path, file: Path, tmp_path: Path
) -> None:
    """Organisation 0 restores the machine; the names of organisation 1 stay its own."""
    new, key = tmp_path / "new", tmp_path / "key"
    key.write_text(printed(SECRETS[0]))
    assert palermo("restore", file, "--home", new, "--key-file", key, home=new).status == 0
    drilled = palermo(
        "backup",
        "drill",
        file,
        "--key-file",
        key,
        "--recovery-key",
        home=new,
        typed=printed(SECRETS[0]) + "\n\n",
    )
    lines = {line.split()[0]: line for line in drilled.out.splitlines() if line.startswith("I")}
    assert lines["I0"].endswith("opened")
    assert lines["I1"].endswith("not tried")


def test_the_audit_chain_is_guarded_again_and_goes_on(home: Path, file: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    assert palermo("restore", file, "--home", new, home=home).status == 0
    with sqlite3.connect(new / "palermo.sqlite3") as held:
        for meddling in ("UPDATE store_auditentry SET body = '{}'", "DELETE FROM store_auditentry"):
            with pytest.raises(sqlite3.IntegrityError, match="STORE-006"):
                held.execute(meddling)
        (last,) = held.execute("SELECT body FROM store_auditentry ORDER BY id DESC LIMIT 1").fetchone()
    assert '"action":"backup.restore"' in last
    assert look(new)["chains"] == {"I0": "None", "I1": "None"}


def test_only_an_empty_place_is_filled(home: Path, file: Path, tmp_path: Path) -> None:
    before = rows(home)
    done = palermo("restore", file, home=home)
    assert (done.status, done.err[:10]) == (3, "BACKUP-004")
    assert rows(home) == before


@pytest.mark.parametrize("at", [pytest.param(0.02, marks=pytest.mark.prove), 0.5, 0.999])
def test_an_altered_backup_leaves_nothing_and_the_place_can_be_used_again(
    home: Path, file: Path, tmp_path: Path, at: float
) -> None:
    new = tmp_path / "new"
    whole = file.read_bytes()
    place = int(len(whole) * at)
    file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    done = palermo("restore", file, "--home", new, home=home)
    assert done.status == 3
    assert done.err.startswith("PROTECT-02")
    assert not (new / "palermo.sqlite3").exists() or look(new)["counts"]["store_organisation"] == 0
    file.write_bytes(whole)
    assert palermo("restore", file, "--home", new, home=home).status == 0


def test_a_wrong_key_opens_nothing(home: Path, file: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    done = palermo("restore", file, home=new, typed=printed(bytes(16)) + "\n")
    assert (done.status, done.err.rpartition("PROTECT-021")[1]) == (3, "PROTECT-021")
    assert not new.exists()
    nobody = palermo("restore", file, home=new)
    assert "CLI-034" in nobody.err


def test_another_sealed_file_is_no_backup(home: Path, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    file, public = tmp_path / "x.backup", pair_of(local_key(home)).public
    for kind in ("export", "backup"):
        file.write_bytes(b"".join(seal_file([b"{}"], kind=kind, made=datetime.now(UTC), keys=[public])))
        assert palermo("restore", file, "--home", tmp_path / "new", home=home).err.startswith("BACKUP-003")
    assert palermo("restore", tmp_path / "none", home=tmp_path / "new").err.startswith("CLI-032")


def test_what_the_backup_does_not_count_is_refused(home: Path, file: Path, tmp_path: Path) -> None:
    """Rows missing, a link to a row that is not there, a migration that nobody knows, no ending."""
    bad = tmp_path / "bad.backup"
    sent = frames(file, home)
    manifest, ending = sent[0], sent[-1]
    assert isinstance(manifest, Manifest)
    assert isinstance(ending, Ending)
    users = [table.name for table in manifest.tables].index("store_user")
    without = [frame for frame in sent if not (isinstance(frame, Rows) and frame.table == users)]
    newer = Manifest(
        version="9", made=manifest.made, tables=manifest.tables, keys=manifest.keys,
        migrations=(*manifest.migrations, ("store", "9999_later")),
    )  # fmt: skip
    fewer = Ending({**ending.counts, "store_user": 0}, ending.heads)
    for wrong, code in (
        (without, "BACKUP-005"),
        ([*without[:-1], fewer], "BACKUP-005"),
        ([newer, *sent[1:]], "BACKUP-003"),
        (sent[:-1], "BACKUP-003"),
    ):
        done = palermo("restore", resealed(wrong, bad, home), "--home", tmp_path / "new", home=home)
        assert (done.status, done.err[:10]) == (3, code), done.err
    assert palermo("restore", resealed(sent, bad, home), "--home", tmp_path / "new", home=home).status == 0


def test_a_chain_that_was_broken_before_comes_back_and_is_named(home: Path, tmp_path: Path) -> None:
    with sqlite3.connect(home / "palermo.sqlite3") as held:
        held.execute("DROP TRIGGER audit_never_changed")
        held.execute("UPDATE store_auditentry SET body = replace(body, 'operator', 'somebody') WHERE id = 2")
    file, new = back_up(home, tmp_path / "out"), tmp_path / "new"
    done = palermo("restore", file, "--home", new, home=home)
    assert done.status == 1
    assert "entry 2: it was altered" in done.out
    assert look(new)["counts"]["store_personrow"] == 2 * CASES


def test_keys_from_the_environment_come_along(home: Path, tmp_path: Path) -> None:
    """The record key goes into its file; a secret key of another form is handed to the operator."""
    os.rename(home / "record-key", tmp_path / "record")
    os.rename(home / "secret-key", tmp_path / "secret")
    given = {"PALERMO_RECORD_KEY": (tmp_path / "record").read_text(), "PALERMO_SECRET_KEY": "another form"}
    program = f"import os, sys; os.environ |= {given!r}; from palermo.cli import main; sys.exit(main())"
    from tests.backups.conftest import Run

    file, new = tmp_path / "x.backup", tmp_path / "new"
    assert Run("-c", program, "backup", "-o", str(file), home=home).status == 0
    done = palermo("restore", file, "--home", new, home=home)
    assert done.status == 0, done.err
    assert "PALERMO_SECRET_KEY" in done.err
    assert (new / "record-key").read_text() == given["PALERMO_RECORD_KEY"]
    assert (new / "secret-key.given").read_text() == "another form"
    other = program.replace(given["PALERMO_RECORD_KEY"], "0" * 64)
    refused = Run("-c", other, "restore", str(file), "--home", str(tmp_path / "third"), home=home)
    assert refused.err.startswith("BACKUP-006")


def test_a_backup_of_before_the_last_migrations_is_brought_up_to_date(
    home: Path, file: Path, tmp_path: Path
) -> None:
    """Made when there were no vaults yet: their tables come with the migrations, empty."""
    old, new = tmp_path / "old.backup", tmp_path / "new"
    resealed(as_of("0003_a_problem_counts_its_rows", frames(file, home)), old, home)
    done = palermo("restore", old, "--home", new, home=home)
    assert done.status == 0, done.err
    seen = look(new)
    assert (seen["counts"]["store_user"], seen["counts"]["store_vault"]) == (2, 0)
    assert seen["chains"] == {"I0": "None", "I1": "None"}


def as_of(migration: str, sent: list[Frame]) -> list[Frame]:
    """A backup of accounts and audit chains as the version with that last migration would have made it."""
    manifest, ending = sent[0], sent[-1]
    assert isinstance(manifest, Manifest)
    assert isinstance(ending, Ending)
    state = MigrationLoader(None).project_state([("store", migration)]).apps
    then = {
        model._meta.db_table: [field.column for field in model._meta.local_concrete_fields]
        for model in state.get_models()
    }
    kept: list[Table] = []
    rows: list[Frame] = []
    for number, table in enumerate(manifest.tables):
        if table.name in OF_ACCOUNTS:
            at = [place for place, name in enumerate(table.columns) if name in then[table.name]]
            rows += [
                Rows(len(kept), [[row[place] for place in at] for row in frame.rows])
                for frame in sent
                if isinstance(frame, Rows) and frame.table == number
            ]
            kept.append(Table(table.name, tuple(table.columns[place] for place in at)))
    applied = [each for each in manifest.migrations if each[0] != "store" or each[1] <= migration]
    first = Manifest(
        version="0", made=manifest.made, tables=tuple(kept), keys=manifest.keys, migrations=tuple(applied)
    )
    counts = {table.name: ending.counts[table.name] for table in kept}
    return [first, *rows, Ending(counts, ending.heads)]


OF_ACCOUNTS = {
    "store_organisation",
    "store_user",
    "store_membership",
    "store_audithead",
    "store_auditentry",
}
