"""Which files does a case have, how do they come in and out, and how do they go?

A file loses its metadata before anything else happens to it, one file at a time, because that can take
800 MB of memory. Attaching needs no unlocked vault; to read a title or the content does. Each use is in the
audit chain. Never here: the name that the file had, or a file on the disk.
"""

import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from palermo import PolicyRefusal, ProblemWithInput
from palermo.actions.rights import acting, check_can, clock, right
from palermo.codes.languages import phrase
from palermo.protect.accepting import ACCEPTED, FileLimits
from palermo.protect.envelope import Broken
from palermo.protect.files import Cleaned, cleaned
from palermo.store import access, attaching, audit, submissions, vault
from palermo.store.access import Actor
from palermo.store.vault import Locked, NoVault, Ring

check_can_attach, can_attach = right("files.attach")
check_can_list_files, can_list_files = right("files.list_files")
check_can_read_titles, can_read_titles = right("files.read_titles")
check_can_one_file, can_one_file = right("files.one_file")
check_can_open_file, can_open_file = right("files.open_file")
check_can_remove_file, can_remove_file = right("files.remove_file")
TITLE_LENGTH = 200
SECONDS_TO_WAIT = 60
SUFFIXES = {media.type: media.suffix for media in ACCEPTED}
_one_at_a_time = threading.BoundedSemaphore(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A file in a list. `title` is None while the vault is locked, and where it does not open (`broken`)."""

    id: str
    case: str
    media: str
    size: int
    arrived: datetime
    title: str | None
    broken: bool

    @property
    def name(self) -> str:
        """A name for a copy that tells nothing."""
        return f"file-{self.id[:8]}{SUFFIXES.get(self.media, '')}"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file on its way out; `pieces` raises `Broken` or `Locked` where it cannot go on to the end."""

    media: str
    name: str
    size: int
    pieces: Iterator[bytes]


def attach(actor: Actor, case: str, *, content: bytes, title: str, now: datetime | None = None) -> str:
    """The id of the stored file. Needs the public key only, so also while the vault is locked.

    Raises `Missing`, `NoVault`, and `ProblemWithInput`: PROTECT-030 to 041 for the file, STORE-070 to 073.
    """
    at = now or clock()
    check_can_attach_to(actor, case)
    called, limits = _title(title), FileLimits.on(at.date())
    kept = _cleaned(content, limits)
    with acting(actor, "files.attach", now=at) as act:
        audit.lock(actor.organisation_id)
        row = access.one_case(actor, act.scope, case)
        _check_room(row, kept, limits)
        sealer = vault.sealer(actor.organisation_id)
        if sealer is None:
            raise NoVault
        user = submissions.user_of(actor.user_id)
        arriving = attaching.Arriving(kept.media, kept.content, called, user, at)
        file = attaching.keep(row, arriving, sealer=sealer)
        act.subjects, act.details = [case, file.public_id], _codes(file)
    return file.public_id


def check_can_attach_to(actor: Actor, case: str) -> None:
    """Raises `NotAllowed`, and `Missing` where there is no such case within the actor's scope."""
    access.one_case(actor, check_can(actor, "files.attach"), case)


def list_files(actor: Actor, case: str, *, now: datetime | None = None) -> tuple[FileLine, ...]:
    """The files of a case, the latest first, with titles where the vault is unlocked. Raises `Missing`."""
    with acting(actor, "files.list_files", now=now) as act:
        row = access.one_case(actor, act.scope, case)
        lines = tuple(_line(file, None) for file in attaching.of_case(actor, row))
    return read_titles(actor, case, now=now) if lines and vault.unlocked(actor) else lines


def read_titles(actor: Actor, case: str, *, now: datetime | None = None) -> tuple[FileLine, ...]:
    """As `list_files`, with titles. Raises `Missing`, `Locked`."""
    with acting(actor, "files.read_titles", now=now) as act:
        row = access.one_case(actor, act.scope, case)
        ring = vault.ring(actor)
        lines = tuple(_line(file, ring) for file in attaching.of_case(actor, row))
        act.subjects, act.details = [case], {"files": len(lines)}
        return lines


def one_file(actor: Actor, file: str, *, now: datetime | None = None) -> FileLine:
    """One file, as a list shows it. Raises `Missing`."""
    with acting(actor, "files.one_file", now=now) as act:
        row = attaching.one(actor, act.scope, file)
        ring = vault.unlocked(actor)
        act.subjects, act.details = [row.about, file], {"titles": ring is not None}
        return _line(row, ring)


def open_file(actor: Actor, file: str, *, now: datetime | None = None) -> OpenFile:
    """The file, to be read piece by piece. Raises `Missing`, `Locked`, `Broken` where it does not open."""
    with acting(actor, "files.open_file", now=now) as act:
        row = attaching.one(actor, act.scope, file)
        pieces = attaching.content(row, actor)
        begun = chain([next(pieces)], pieces)
        act.subjects, act.details = [row.about, file], _codes(row)
    return OpenFile(row.media, _line(row, None).name, row.size, begun)


def remove_file(actor: Actor, file: str, *, now: datetime | None = None) -> str:
    """Destroys the file's key and content; the id of its case. Raises `Missing`."""
    with acting(actor, "files.remove_file", now=now) as act:
        audit.lock(actor.organisation_id)
        row = attaching.one(actor, act.scope, file)
        attaching.remove(row, now=act.now)
        act.subjects, act.details = [row.about, file], _codes(row)
        return row.about


def limits(on: date | None = None) -> FileLimits:
    """The limits of files on a day, today where none is given."""
    return FileLimits.on(on or clock().date())


def _title(typed: str) -> str:
    """What was typed on one line; raises `ProblemWithInput` (STORE-070)."""
    text = " ".join(typed.split())
    plain = not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text)
    if not text or len(text) > TITLE_LENGTH or not plain:
        raise ProblemWithInput(
            phrase("STORE-070: give the file a title of 1 to {most} characters", most=TITLE_LENGTH)
        )
    return text


def _cleaned(content: bytes, limits: FileLimits) -> Cleaned:
    """The file without metadata; one at a time in this process. Raises `ProblemWithInput`."""
    if not _one_at_a_time.acquire(timeout=SECONDS_TO_WAIT):
        raise ProblemWithInput(
            "STORE-071: other files are being made ready; wait a minute and attach this one again"
        )
    try:
        return cleaned(content, limits=limits)
    finally:
        _one_at_a_time.release()


def _check_room(case: Any, kept: Cleaned, limits: FileLimits) -> None:
    if access.is_erased(case):
        raise PolicyRefusal(
            "STORE-073: this case, or its person, was erased; nothing can be attached to it any more"
        )
    number, size = attaching.held(case)
    if number >= limits.case_files or size + len(kept.content) > limits.case_bytes:
        raise ProblemWithInput(
            phrase(
                "STORE-072: a case holds at most {files} files of {size} MB together; remove one that is not"
                " needed, or attach a smaller one",
                files=limits.case_files,
                size=limits.case_bytes // 2**20,
            )
        )


def _line(row: Any, ring: Ring | None) -> FileLine:
    title, broken = _opened(row, ring)
    return FileLine(
        id=row.public_id,
        case=row.about,
        media=row.media,
        size=row.size,
        arrived=row.arrived,
        title=title,
        broken=broken,
    )


def _opened(row: Any, ring: Ring | None) -> tuple[str | None, bool]:
    """The title, and whether it does not open: one that was altered does not hide the others."""
    try:
        return (attaching.title(row, ring) if ring else None), False
    except Locked:  # sealed to a key that came after this session's
        return None, False
    except Broken:
        return None, True


def _codes(row: Any) -> dict[str, Any]:
    return {"media": row.media, "size": row.size}
