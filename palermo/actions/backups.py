"""Is there a backup, can it be read, and when was that last tried? Made and tried by the operator.

Whoever runs the machine makes, restores and tries backups from the command line; each backup and each drill
is an entry in the chain of every organisation that was in it, so that its people see when that was. Never in
an entry: rows, of which others have their share, or a size to the byte.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from palermo.actions.accounts import OPERATOR
from palermo.actions.rights import acting, clock, right
from palermo.protect import keys, recovery
from palermo.protect.containers import open_file, seal_file
from palermo.store import (
    accounts,
    audit,
    audit_reading,
    backup_files,
    backup_reading,
    backup_trials,
    restoring,
)
from palermo.store.access import Actor
from palermo.store.audit_reading import Last
from palermo.store.backup_frames import KIND, packed, unpacked
from palermo.store.restoring import Restored

__all__ = [
    "Last",
    "Made",
    "Restored",
    "State",
    "make",
    "note_drill",
    "note_failed",
    "note_made",
    "note_restored",
    "opens",
    "restore",
    "state",
]

check_can_state, can_state = right("backups.state")
MADE, TRIED, RESTORED = "backup.make", "backup.drill", "backup.restore"
MEGABYTE = 1_000_000
Advance = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is on the disk; `recipients` counts the recovery keys that open it.

    `rows` are those that may be shown (`backup_frames.counted`).
    """

    path: Path
    size: int
    rows: int
    recipients: int
    removed: int


@dataclass(frozen=True, slots=True)
class State:
    """The last backup and the last drill that an organisation's chain knows of."""

    backup: Last | None
    drill: Last | None


def make(
    out: Path, *, keep: int | None = None, now: datetime | None = None, advance: Advance | None = None
) -> Made:
    """Writes a sealed backup to a file, or into a folder of which the newest `keep` stay.

    Others may write to the database meanwhile. Raises BACKUP-001 where it waits for
    migrations, BACKUP-002 where there is no such folder.
    """
    at, rows = now or clock(), [0]
    backup_reading.check_migrated()

    def heard(done: int, total: int | None) -> None:
        rows[0] = done
        if advance:
            advance(done, total)

    to = backup_reading.recovery_keys()
    frames = packed(backup_reading.frames(made=at, advance=heard))
    local = keys.pair_of(settings.BACKUP_KEY).public
    path = backup_files.place(out, made=at)
    size = backup_files.write(seal_file(frames, kind=KIND, made=at, keys=[local, *to]), path=path)
    removed = backup_files.prune(path.parent, keep=keep) if keep else 0
    return Made(path, size, rows[0], len(to), removed)


def note_made(made: Made, *, now: datetime | None = None) -> None:
    """Writes into every organisation's chain that there is a new backup."""
    _note(MADE, _everywhere({"bytes": _rough(made.size)}), now)


def note_drill(results: Mapping[str, Mapping[str, Any]], *, now: datetime | None = None) -> None:
    """Writes the result of a drill into the chain of each organisation (by its id) that is hosted here."""
    here = {place.id for place in accounts.hosted()}
    _note(TRIED, {place: details for place, details in results.items() if place in here}, now)


def note_failed(code: str, *, now: datetime | None = None) -> None:
    """Writes into every organisation's chain that a drill could not restore the backup: `code` says why."""
    _note(TRIED, _everywhere({"failed": code}), now)


def note_restored(found: Restored, *, now: datetime | None = None) -> None:
    """Writes into every organisation's chain that it goes on from a backup."""
    _note(RESTORED, _everywhere({"made": found.made}), now)


def restore(path: Path, *, private: bytes, advance: Advance | None = None) -> Restored:
    """Fills the empty database from a backup; `private` opens the file.

    Raises `ProblemWithInput`: PROTECT-020 to PROTECT-022, BACKUP-003 to BACKUP-005.
    """
    return restoring.restore(unpacked(open_file(backup_files.read(path), private=private)), advance=advance)


def opens(secrets: Iterable[bytes]) -> dict[str, str]:
    """Whether one sealed identity of each organisation (by its id) opens with one of the recovery keys.

    What was opened is thrown away at once.
    """
    pairs = [recovery.recovery_pair(secret) for secret in secrets]
    return {place.id: backup_trials.opens(_operator(place.id), pairs) for place in accounts.hosted()}


def state(actor: Actor) -> State:
    """The last backup and the last drill of the actor's organisation."""
    with acting(actor, "backups.state"):
        return State(audit_reading.last(actor, MADE), audit_reading.last(actor, TRIED))


def _everywhere(details: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {place.id: details for place in accounts.hosted()}


def _rough(size: int) -> int:
    """Whole megabytes: the bytes of one backup less those of the one before would tell of one allegation.

    >>> _rough(1), _rough(2_000_001)
    (1000000, 3000000)
    """
    return -(-size // MEGABYTE) * MEGABYTE


def _note(action: str, details: Mapping[str, Mapping[str, Any]], now: datetime | None) -> None:
    for place, told in details.items():
        with transaction.atomic():
            audit.append(_operator(place), action, now=now or clock(), details=told)


def _operator(organisation: str) -> Actor:
    return Actor(OPERATOR, organisation, OPERATOR)
