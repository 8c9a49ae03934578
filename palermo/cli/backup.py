"""`palermo backup`: a sealed copy of everything in one file, while the pages are served; `drill` tries one.

The file opens with this machine's `backup-key` and with the printed recovery key of each organisation; the
identities in it open with their own organisation's recovery key only. A drill restores a backup into a
scratch folder in a process of its own, checks it, removes it, and writes the result into the audit chains.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from palermo import PalermoError, ProblemWithInput
from palermo.cli.open import key_in
from palermo.cli.serve import at_least_one, start_django
from palermo.cli.terminal import hidden, progress, say, show

SCRATCH, STALE_SECONDS = "drill-", 60 * 60
CHILD = "from palermo.cli.restore import answer; answer()"
OWN = ("PALERMO_DATABASE_URL", "PALERMO_RECORD_KEY", "PALERMO_SECRET_KEY", "PALERMO_AUDIT_KEY")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        help="a file, or a folder for a file by date (default: PALERMO_HOME/backups)",
    )
    parser.add_argument(
        "--keep", type=at_least_one, help="of a folder: remove backups but this many of the newest"
    )
    parser.set_defaults(run_door=_make)
    doors = parser.add_subparsers(dest="door", metavar="drill", prog="palermo backup")
    drill = doors.add_parser("drill", help="restore a backup into a scratch folder and check it")
    drill.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="a backup, or a folder whose newest is taken (default: PALERMO_HOME/backups)",
    )
    drill.add_argument(
        "--key-file", type=Path, help="a file with the recovery key, where backup-key is another's"
    )
    drill.add_argument(
        "--recovery-key",
        action="store_true",
        help="ask for printed recovery keys, and try whether an identity of each organisation opens",
    )
    drill.set_defaults(run_door=_drill)


def run(args: argparse.Namespace) -> int:
    start_django()
    return int(args.run_door(args))


def backups_folder() -> Path:
    """The folder of backups where none is named; the disk of the database is no place for the only copy."""
    from django.conf import settings

    folder: Path = settings.HOME / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _make(args: argparse.Namespace) -> int:
    from palermo.actions import backups

    out = args.output or backups_folder()
    if args.keep and not out.is_dir():
        raise ProblemWithInput("BACKUP-002: --keep goes with a folder that exists; name one with -o")
    with progress("Backing up") as advance:
        made = backups.make(out, keep=args.keep, advance=advance)
    show(f"{made.path}: {made.rows:,} rows, {made.size:,} bytes, sealed.")
    if not made.recipients:
        say("No organisation has a recovery key yet: only the file backup-key opens this. Copy it elsewhere.")
    return _noted(lambda: backups.note_made(made))


def _noted(note: Any) -> int:
    """0, or 1 where the entry could not be written: what it tells of was done all the same."""
    from django.db import OperationalError

    try:
        note()
    except OperationalError:
        say("BACKUP-008: the database was too busy, and no audit chain has an entry of this.")
        return 1
    return 0


def _drill(args: argparse.Namespace) -> int:
    from palermo.actions import backups
    from palermo.store import backup_files

    path = backup_files.newest(args.file or backups_folder())
    asked = {
        "file": str(path.absolute()),
        "private": (key_in(args.key_file) if args.key_file else _local_key()).hex(),
        "recovery": [each.hex() for each in typed_keys()] if args.recovery_key else [],
    }
    try:
        report = tried(asked)
    except PalermoError as error:
        failed = str(error).partition(":")[0]
        _noted(lambda: backups.note_failed(failed))
        raise
    _print(path, report)
    status = _noted(
        lambda: backups.note_drill({each["id"]: entry(each, report) for each in report["chains"]})
    )
    return status if holds(report) else 1


def _local_key() -> bytes:
    from django.conf import settings

    return bytes(settings.BACKUP_KEY)


def typed_keys() -> Iterator[bytes]:
    """The secrets of the recovery keys that somebody types, until an empty line."""
    from palermo.protect.recovery import typed

    while text := hidden("Recovery key of an organisation (empty to go on): ").strip():
        yield typed(text)


def tried(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a process of its own found when it restored the backup into a scratch folder, which is gone then.

    Raises `PalermoError` with the process's own words, BACKUP-009 where it had none.
    """
    from django.conf import settings

    for left in settings.HOME.glob(f"{SCRATCH}*"):
        if time.time() - left.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
    scratch = tempfile.mkdtemp(prefix=SCRATCH, dir=settings.HOME)
    env = {name: value for name, value in os.environ.items() if name not in OWN}
    env |= {"PALERMO_HOME": scratch, "DJANGO_SETTINGS_MODULE": "palermo.config.settings"}
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", CHILD],
            input=json.dumps(asked),
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2]
        raise PalermoError(said if OWN_WORDS.match(said) else NO_ANSWER)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


OWN_WORDS = re.compile("[A-Z]+-[0-9]{3}: ")
NO_ANSWER = (
    "BACKUP-009: the drill ended without an answer; is there enough space on the disk of PALERMO_HOME?"
)


def holds(report: Mapping[str, Any]) -> bool:
    return not any(each["why"] or each["identity"] == "did not open" for each in report["chains"])


def entry(chain: Mapping[str, Any], report: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit chain of one organisation will say of a drill: its own entries, and fixed words."""
    return {
        "made": report["made"],
        "entries": chain["entries"],
        "chain": not chain["why"],
        "identity": chain["identity"],
    }


def _print(path: Path, report: Mapping[str, Any]) -> None:
    show(
        f"Drill of {path.name}, made {report['made']}: restored into a scratch folder, which is gone again.\n"
    )
    for table, count in report["counts"].items():
        if count:
            show(f"{table.removeprefix('store_'):24} {count:>12,} rows, as counted when it was made")
    show("\nLinks between rows: fine\n")
    show(f"{'organisation':24} {'entries':>12}  {'audit chain':28} identity")
    for each in report["chains"]:
        show(
            f"{each['short'][:24]:24} {each['entries']:>12,}  {each['why'] or 'holds':28} {each['identity']}"
        )
