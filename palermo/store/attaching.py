"""How does a file of a case rest, and how does it come out again? Sealed, piece by piece, in the database.

A file has a data key of its own: its title is sealed under it, and its content in pieces
(`protect/streams.py`), so that a long one is never whole on the way out. Readable are its case, media type,
size and when it arrived. Removing destroys the data key. Never here: a file name, or a file on the disk.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet, Sum

from palermo.protect.streams import PIECE
from palermo.store import access, vault
from palermo.store.access import Actor
from palermo.store.models import AttachedFile, CaseRow, FilePiece, User
from palermo.store.models.accounts import public_id
from palermo.store.vault import Ring, Sealer

TITLE, CONTENT = "title", "file"
AT_ONCE = 4
"""Pieces that one look into the database takes: a megabyte."""


@dataclass(frozen=True, slots=True)
class Arriving:
    """A file on its way in, without its metadata."""

    media: str
    content: bytes
    title: str
    user: User | None
    now: datetime


def keep(case: CaseRow, arriving: Arriving, *, sealer: Sealer) -> AttachedFile:
    """The stored row. Within the transaction that holds the organisation's lock, so that the key is the
    newest.
    """
    record = public_id()
    key = sealer.data_key(record)
    title = sealer.seal(arriving.title.encode(), key=key, record=record, field=TITLE)
    row = AttachedFile.objects.create(
        organisation_id=case.organisation_id,
        public_id=record,
        about=case.public_id,
        media=arriving.media,
        size=len(arriving.content),
        arrived=arriving.now,
        sent_by=arriving.user,
        **title._asdict(),
    )
    sealed = sealer.pieces(_slices(arriving.content), key=key, record=record, field=CONTENT)
    for number, piece in enumerate(sealed):
        FilePiece.objects.create(file=row, number=number, sealed=piece)
    return row


def held(case: CaseRow) -> tuple[int, int]:
    """How many files the case has, and their bytes together."""
    sums = (
        _files(case.organisation.public_id)
        .filter(about=case.public_id)
        .aggregate(n=Count("id"), b=Sum("size"))
    )
    return sums["n"], sums["b"] or 0


def of_case(actor: Actor, case: CaseRow) -> QuerySet[AttachedFile]:
    """The files of a case that the actor was let into before, the latest first."""
    return _files(actor.organisation_id).filter(about=case.public_id).order_by("-id")


def one(actor: Actor, scope: str | None, file: str) -> AttachedFile:
    """A file of a case within the scope, in one look; raises `Missing`."""
    cases = access.cases(actor, scope).values("public_id")
    return access.one(_files(actor.organisation_id).filter(public_id=file, about__in=cases))


def title(row: AttachedFile, ring: Ring) -> str:
    """What the user called the file; raises `Broken`."""
    return (ring.open(row, record=row.public_id, field=TITLE) or b"").decode()


def content(row: AttachedFile, actor: Actor) -> Iterator[bytes]:
    """The content, piece by piece, while the vault is unlocked; raises `Locked`, and `Broken` at the first
    piece that is not as it was sealed.
    """
    ring = vault.ring(actor)
    return ring.pieces(row, _pieces(row, actor), record=row.public_id, field=CONTENT)


def remove(row: AttachedFile, *, now: datetime) -> None:
    """Destroys the data key and what was under it; what stays says that there was a file."""
    FilePiece.objects.filter(file=row).delete()
    AttachedFile.objects.filter(id=row.id).update(sealed=None, data_key=None, vault_key=None, erased=now)


def _pieces(row: AttachedFile, actor: Actor) -> Iterator[bytes]:
    """Sealed pieces in their order, some at a time: no look into the database stays open meanwhile."""
    last = -1
    while some := list(_after(row, last)):
        vault.ring(actor)
        yield from (bytes(piece) for _number, piece in some)
        last = some[-1][0]


def _after(row: AttachedFile, number: int) -> QuerySet[FilePiece, tuple[int, bytes]]:
    rows = FilePiece.objects.filter(file=row, number__gt=number).order_by("number")
    return rows.values_list("number", "sealed")[:AT_ONCE]


def _slices(content: bytes) -> Iterator[bytes]:
    return (content[start : start + PIECE] for start in range(0, len(content), PIECE))


def _files(organisation: str) -> QuerySet[AttachedFile]:
    """Files that are there: not those whose data key was destroyed."""
    return AttachedFile.objects.filter(organisation__public_id=organisation, erased=None)
