"""Does a drill find out whether a backup would save us, and does its result reach the audit chains?"""

import json
import sqlite3
from pathlib import Path

from palermo.protect.recovery import printed
from palermo.store.backup_frames import Ending, Rows
from tests.backups.conftest import frames, look, palermo, resealed
from tests.backups.installation import NAME, SECRETS


def entries(home: Path, action: str) -> list[dict[str, object]]:
    """Details of the entries of that action, of every chain."""
    with sqlite3.connect(home / "palermo.sqlite3") as held:
        bodies = [
            json.loads(body) for (body,) in held.execute("SELECT body FROM store_auditentry ORDER BY id")
        ]
    return [body["details"] for body in bodies if body["action"] == action]


def test_a_drill_restores_checks_reports_and_leaves_nothing_behind(
    home: Path, file: Path, tmp_path: Path
) -> None:
    done = palermo("backup", "drill", tmp_path / "out", home=home)
    assert done.status == 0, done.err
    assert "personrow" in done.out
    assert done.out.count("holds") == 2
    assert {path.name for path in home.iterdir() if path.is_dir()} <= {"backups"}
    assert [(each["chain"], each["identity"]) for each in entries(home, "backup.drill")] == [
        (True, "not tried"),
        (True, "not tried"),
    ]
    assert len(entries(home, "backup.make")) == 2
    assert look(home)["chains"] == {"I0": "None", "I1": "None"}


def test_printed_keys_prove_that_identities_open_and_show_none(
    home: Path, file: Path, tmp_path: Path
) -> None:
    typed = "".join(printed(secret) + "\n" for secret in SECRETS) + "\n"
    done = palermo("backup", "drill", tmp_path / "out", "--recovery-key", home=home, typed=typed)
    assert done.status == 0, done.err
    assert [each["identity"] for each in entries(home, "backup.drill")] == ["opened", "opened"]
    for secret in (NAME, *map(printed, SECRETS)):
        assert secret not in done.out + done.err


def test_a_backup_whose_chain_was_cut_fails_the_drill(home: Path, file: Path, tmp_path: Path) -> None:
    sent = frames(file, home)
    ending = sent[-1]
    assert isinstance(ending, Ending)
    heads = {place: (number - 1, digest) for place, (number, digest) in ending.heads.items()}
    done = palermo(
        "backup", "drill", resealed([*sent[:-1], Ending(ending.counts, heads)], file, home), home=home
    )
    assert done.status == 1
    assert "its head is not the backup's" in done.out
    assert [each["chain"] for each in entries(home, "backup.drill")] == [False, False]


def test_an_identity_that_was_altered_fails_the_drill(home: Path, file: Path, tmp_path: Path) -> None:
    sent = frames(file, home)
    manifest = sent[0]
    table = next(each for each in manifest.tables if each.name == "store_personrow")  # type: ignore[union-attr]
    at, sealed = manifest.tables.index(table), table.columns.index("sealed")  # type: ignore[union-attr]
    for frame in sent:
        if isinstance(frame, Rows) and frame.table == at:
            for row in frame.rows:
                row[sealed] = row[sealed][:-1] + bytes([row[sealed][-1] ^ 1])
    typed = printed(SECRETS[0]) + "\n\n"
    done = palermo("backup", "drill", resealed(sent, file, home), "--recovery-key", home=home, typed=typed)
    assert done.status == 1
    assert [each["identity"] for each in entries(home, "backup.drill")] == ["did not open", "not tried"]


def test_a_drill_says_plainly_what_is_wrong_with_a_file(home: Path, file: Path, tmp_path: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])
    done = palermo("backup", "drill", file, home=home)
    assert (done.status, done.err[:11]) == (1, "PROTECT-022")
    assert "Traceback" not in done.err
    assert palermo("backup", "drill", home=home).err.startswith("BACKUP-007")


def test_a_drill_that_fails_is_in_every_chain(home: Path, file: Path, tmp_path: Path) -> None:
    assert palermo("backup", "drill", file, home=home).status == 0
    file.write_bytes(file.read_bytes()[:-1])
    assert palermo("backup", "drill", file, home=home).status == 1
    told = entries(home, "backup.drill")
    assert ["failed" in each for each in told] == [False, False, True, True], "the control: the first passed"
    assert told[2:] == [{"failed": "PROTECT-022"}] * 2
    assert look(home)["chains"] == {"I0": "None", "I1": "None"}
