"""`palermo restore`: a backup into an empty place, with this machine's backup-key or a printed recovery key.

The key files of the installation come back with it, so that nothing else is needed. Identities stay sealed:
they open when their organisation unlocks its vault, with a passphrase of before or the recovery key.
"""

import argparse
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from palermo import PalermoError, ProblemWithInput
from palermo.cli.open import key_in, parts, typed_key
from palermo.cli.serve import start_django
from palermo.cli.terminal import hidden, progress, say, show

if TYPE_CHECKING:
    from palermo.store.backup_frames import Manifest
    from palermo.store.restoring import Restored

UNFINISHED, DATABASE = "restore-unfinished", "palermo.sqlite3"
LOCAL_KEY = "backup-key"
GIVEN = {
    "record-key": "PALERMO_RECORD_KEY",
    "secret-key": "PALERMO_SECRET_KEY",
    "audit-key": "PALERMO_AUDIT_KEY",
}
HEX = set("0123456789abcdef")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a backup, or a folder whose newest is taken")
    parser.add_argument(
        "--home", type=Path, help="the new, empty PALERMO_HOME (default: the variable, or var)"
    )
    parser.add_argument(
        "--key-file",
        type=Path,
        help="a file with a recovery key as printed; else it is asked for where needed",
    )


def run(args: argparse.Namespace) -> int:
    from palermo.store.backup_files import newest

    before = Path(os.environ.get("PALERMO_HOME", "var"))
    home, path = args.home or before, newest(args.file)
    private = key_in(args.key_file) if args.key_file else private_key(path, near=before)
    found = restored(path, home=home, private=private)
    note(found)
    show(f"Restored into {home}: {found.rows:,} rows of {found.made}, with the keys of that installation.")
    for chain in found.chains:
        show(f"{chain.short[:24]:24} {chain.entries:>12,} entries, chain: {chain.why or 'holds'}")
    say("Repeat erasures that were made after that time, then start the pages: palermo serve")
    return 0 if found.holds else 1


def note(found: "Restored") -> None:
    """An entry in each chain, so that its readers know why it went back in time."""
    from palermo.actions import backups

    backups.note_restored(found)


def private_key(path: Path, *, near: Path) -> bytes:
    """The key that opens the backup: this machine's file backup-key, else the recovery key, asked for."""
    from palermo.protect.containers import header
    from palermo.protect.keys import fingerprint, pair_of

    recipients = {one.fingerprint for one in header(next(parts(path), b"")).recipients}
    with suppress(OSError):
        local = typed_key((near / LOCAL_KEY).read_text())
        if fingerprint(pair_of(local).public) in recipients:
            return local
    return typed_key(hidden("Recovery key of an organisation that was in the backup: "))


def restored(path: Path, *, home: Path, private: bytes) -> "Restored":
    """The backup in a home and a database that were empty, and what the checks found.

    Raises `ProblemWithInput`: PROTECT-020 to PROTECT-022, BACKUP-003 to BACKUP-006.
    """
    manifest = manifest_in(path, private=private)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    clear_unfinished(home)
    check_empty(home)
    check_given(manifest)
    (home / UNFINISHED).touch()
    for name, content in manifest.keys.items():
        write_key(home / name, content)
    os.environ["PALERMO_HOME"] = str(home)
    start_django()
    from palermo.actions import backups

    with progress("Restoring") as advance:
        found = backups.restore(path, private=private, advance=advance)
    (home / UNFINISHED).unlink()
    return found


def manifest_in(path: Path, *, private: bytes) -> "Manifest":
    """What the backup says of itself. Raises BACKUP-003 where it is another kind of sealed file."""
    from palermo.protect.containers import header, open_file
    from palermo.store.backup_frames import KIND, NotUnderstood, manifest_of, unpacked

    if header(next(parts(path), b"")).kind != KIND:
        raise NotUnderstood
    return manifest_of(unpacked(open_file(parts(path), private=private)))


def clear_unfinished(home: Path) -> None:
    """Takes away what a restore that was stopped left in the home."""
    if (home / UNFINISHED).exists():
        for path in (*home.glob(f"{DATABASE}*"), *home.glob("*-key")):
            path.unlink()


def check_empty(home: Path) -> None:
    """Raises BACKUP-004 where there is a database or a key already."""
    if [*home.glob(f"{DATABASE}*"), *home.glob("*-key")]:
        raise ProblemWithInput(
            "BACKUP-004: there is an installation in this folder already; name an empty one with --home"
        )


def check_given(manifest: "Manifest") -> None:
    """Raises BACKUP-006 where the environment sets another record key than the backup's."""
    given = os.environ.get("PALERMO_RECORD_KEY", "").strip().lower()
    if given and given.encode() != manifest.keys["record-key"].strip().lower():
        raise ProblemWithInput(
            "BACKUP-006: PALERMO_RECORD_KEY is not the key of this backup; unset it, the restore writes it"
        )


def write_key(path: Path, content: bytes) -> None:
    """A key file that only its owner may read. One that is no key of 64 digits came from the environment."""
    text = content.decode("utf-8", "replace").strip()
    if path.name in GIVEN and not (len(text) == 64 and set(text.lower()) <= HEX):
        path = path.with_name(f"{path.name}.given")
        say(f"Set {GIVEN[path.stem]} as it was before: the file {path.name} has it.")
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def answer() -> None:
    """For `palermo backup drill`: restores into PALERMO_HOME what stdin names, and prints what was found."""
    asked: dict[str, Any] = json.load(sys.stdin)
    try:
        found = restored(
            Path(asked["file"]),
            home=Path(os.environ["PALERMO_HOME"]),
            private=bytes.fromhex(asked["private"]),
        )
        from palermo.actions import backups

        opened = backups.opens(map(bytes.fromhex, asked["recovery"]))
    except PalermoError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    chains = [
        {"id": one.organisation, "short": one.short, "entries": one.entries, "why": one.why}
        | {"identity": opened[one.organisation]}
        for one in found.chains
    ]
    print(json.dumps({"made": found.made, "counts": found.counts, "chains": chains}))
