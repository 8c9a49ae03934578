"""Where do backups lie? One file each, whole under its final name or not there at all, however a write ends.

Written beside its place as `.part`, onto the disk, then renamed. No Django: a restore starts without an
installation.
"""

import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from glob import escape
from pathlib import Path

from palermo import ProblemWithInput
from palermo.store.disk import onto_disk

SUFFIX, PART = ".backup", ".part"
PATTERN = f"palermo-*{SUFFIX}"
STALE_SECONDS = 60 * 60
READ = 256 * 1024


def place(out: Path, *, made: datetime) -> Path:
    """The file itself, or a file named after the moment in the folder `out`.

    Raises BACKUP-002 where `out` is neither: a folder that is missing would become a file.
    """
    if out.is_dir():
        return out / f"palermo-{made.astimezone(UTC):%Y%m%d-%H%M%S}{SUFFIX}"
    if out.suffix != SUFFIX or not out.parent.is_dir():
        raise ProblemWithInput(
            f"BACKUP-002: there is no such folder; make it, or name a file that ends with {SUFFIX}"
        )
    return out


def write(parts: Iterable[bytes], *, path: Path) -> int:
    """How many bytes were written. The file of before stays until the new one is whole on the disk."""
    part = path.with_name(f".{path.name}-{secrets.token_hex(4)}{PART}")
    clear_stale(path)
    opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(opened, "wb") as file:
            size = sum(file.write(each) for each in parts)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with suppress(FileNotFoundError):
            part.unlink()
        raise
    onto_disk(path.parent)
    return size


def read(path: Path) -> Iterator[bytes]:
    """The bytes of a file, a little at a time. Raises BACKUP-007 where there is none."""
    try:
        with path.open("rb") as file:
            while part := file.read(READ):
                yield part
    except (FileNotFoundError, IsADirectoryError):
        raise ProblemWithInput("BACKUP-007: there is no backup at this place; check its path") from None


def kept(folder: Path) -> list[Path]:
    """The backups of a folder, the newest first."""
    return sorted(folder.glob(PATTERN), reverse=True)


def newest(path: Path) -> Path:
    """The file itself, or the newest backup of a folder. Raises BACKUP-007 where there is none."""
    found = kept(path) if path.is_dir() else [path]
    if not found:
        raise ProblemWithInput(
            "BACKUP-007: there is no backup in this folder; make one with `palermo backup`"
        )
    return found[0]


def prune(folder: Path, *, keep: int) -> int:
    """How many backups older than the newest `keep` were removed."""
    return len([path.unlink() for path in kept(folder)[keep:]])


def clear_stale(path: Path) -> None:
    """Removes what backups that were killed left beside `path`, once nobody can be writing to it any more."""
    for pattern in {f".{escape(path.name)}-*{PART}", f".{PATTERN}-*{PART}"}:
        for part in path.parent.glob(pattern):
            with suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime > STALE_SECONDS:
                    part.unlink()
