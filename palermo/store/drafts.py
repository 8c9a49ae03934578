"""Where does a file wait that was looked at and not taken in yet? Sealed under the vault, or in memory only.

Where the vault is unlocked, the file and what a person changed of it rest under one data key, as a submission
that expires. Where nothing can seal it so that it can be opened again (no vault, or a locked one), it waits
in the memory of this process and ends with it. Never here: a file name.
"""

import hmac
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from palermo import ProblemWithInput
from palermo.codes.policies import policy
from palermo.protect.envelope import DataKey, Place, open_sealed
from palermo.store import access, submissions, vault
from palermo.store.access import Actor
from palermo.store.models import Submission
from palermo.store.submissions import CHOICES, CONTENT, Kept
from palermo.store.vault import Ring

Draft = Submission
"""A submission with `expires`."""


class Mend(msgspec.Struct, frozen=True):
    """What takes the place of one cell; `found` is what the file says there."""

    row: int
    place: int
    found: str
    value: str


class Meant(msgspec.Struct, frozen=True):
    """What takes the place of every cell of a column that says `found`."""

    place: int
    found: str
    value: str


class Column(msgspec.Struct, frozen=True):
    """A column: how the file calls it, the name under which it is read, whether it is, and some cells."""

    label: str
    name: str
    is_read: bool
    samples: tuple[str, ...] = ()


class Choices(msgspec.Struct, frozen=True):
    """What a draft knows beside the file. `submission` is the hash of the file as it arrived, `header` the
    keyed hash of its columns, `loosely` whether they are those of no layout, `remembered` whether the mapping
    is one of before.
    """

    submission: str = ""
    header: str = ""
    mapping: Mapping[int, str] = msgspec.field(default_factory=dict)
    remembered: bool = False
    loosely: bool = False
    values: tuple[Meant, ...] = ()
    mends: tuple[Mend, ...] = ()
    columns: tuple[Column, ...] = ()

    def __repr__(self) -> str:
        return "Choices()"


def name_of(change: Mend | Meant, organisation: str) -> str:
    """What tells one change from others on a page, and says nothing of it: a keyed hash."""
    told = msgspec.json.encode(change)
    return hmac.digest(submissions.secret(organisation), b"change:" + told, "sha256").hex()[:32]


@dataclass(frozen=True, slots=True)
class _Held:
    content: bytes
    choices: Choices
    until: datetime


_memory: dict[str, _Held] = {}
_guard = threading.Lock()
GONE = (
    "IMPORT-001: this file waited in memory, because no unlocked vault could seal it, and it is not there:"
    " the program was started anew, another of its processes answered, or it waited for too long. Send the"
    " file again"
)


def begin(actor: Actor, *, digest: str, layout: str, area: str, invented: bool, now: datetime) -> Submission:
    """A new draft's row, not stored yet."""
    return Submission(
        organisation=access.organisation(actor),
        digest=digest,
        layout=layout,
        area=area,
        invented=invented,
        arrived=now,
        sent_by=submissions.user_of(actor.user_id),
        size=0,
    )


def write(
    row: Submission, content: bytes | None, choices: Choices, *, ring: Ring | None, now: datetime
) -> Kept:
    """Stores the draft; `content` None leaves the file as it is. What seals what was found in it comes back.

    `ring`: the unlocked keys of whoever changes it, None where there are none.
    """
    kept = _key(row, ring)
    if kept.key is None:
        row.expires = now + timedelta(hours=_policy(now)["memory_hours"])
    else:
        row.data_key, row.vault_key = kept.key.sealed, row.vault_key or (kept.sealer and kept.sealer.number)
        row.choices = kept.seal(msgspec.json.encode(choices), CHOICES)
        row.sealed = kept.seal(content, CONTENT) if content is not None else row.sealed
        row.expires = now + timedelta(days=policy("retention", on=now.date()).value["drafts_days"])
    row.mended = len(choices.mends) + len(choices.values)
    columns = [name for name in COLUMNS if content is not None or name != "sealed"] if row.pk else None
    row.save(update_fields=columns)
    if kept.key is None:  # after the row: of a draft that is no more nothing stays in memory
        _in_memory(row, content, choices, now)
    return kept


COLUMNS = (
    "data_key", "vault_key", "choices", "sealed", "expires", "mended", "size", "layout", "area", "invented",
)  # fmt: skip


def content(row: Submission, ring: Ring | None) -> bytes:
    """The file, or what is left of it. Raises `Locked`, and `ProblemWithInput` (IMPORT-001)."""
    if row.data_key is None:
        return _held(row).content
    sealed = Submission.objects.filter(id=row.id).values_list("sealed", flat=True).get()
    return _opened(row, ring, bytes(sealed or b""), CONTENT)


def choices(row: Submission, ring: Ring | None) -> Choices | None:
    """What was changed; None of a file that went in without anybody looking. Raises as `content`."""
    if row.data_key is None:
        return _held(row).choices
    if row.choices is None:
        return None
    return msgspec.json.decode(_opened(row, ring, bytes(row.choices), CHOICES), type=Choices)


def discard(row: Submission) -> None:
    """The draft and all that was found in it are no more."""
    with _guard:
        _memory.pop(row.public_id, None)
    Submission.objects.filter(id=row.id, expires__isnull=False).delete()


def discard_ended(actor: Actor, *, now: datetime) -> None:
    """Rows of the organisation's drafts whose time is over, or whose file was erased."""
    rows = Submission.objects.filter(organisation__public_id=actor.organisation_id, expires__isnull=False)
    for row in (rows.filter(expires__lte=now) | rows.filter(erased__isnull=False)).defer("sealed", "choices"):
        discard(row)


def _key(row: Submission, ring: Ring | None) -> Kept:
    """The data key that the draft has, or a new one; none without an unlocked vault."""
    sealer = vault.sealer(row.organisation.public_id)
    if row.data_key is not None:
        if ring is None or sealer is None:
            raise vault.Locked
        clear = ring.data_key(row, record=row.public_id)
        return Kept(row, DataKey(clear, bytes(row.data_key)), sealer)
    if sealer is None or ring is None or row.pk is not None:
        return Kept(row, None, None)
    return Kept(row, sealer.data_key(row.public_id), sealer)


def _opened(row: Submission, ring: Ring | None, sealed: bytes, field: str) -> bytes:
    if ring is None:
        raise vault.Locked
    key = ring.data_key(row, record=row.public_id)
    return open_sealed(sealed, key=key, place=Place(ring.organisation, row.public_id, field))


def _in_memory(row: Submission, content: bytes | None, choices: Choices, now: datetime) -> None:
    """At most so many at once: the oldest goes first."""
    until = now + timedelta(hours=_policy(now)["memory_hours"])
    with _guard:
        before = _memory.pop(row.public_id, None)
        whole = content if content is not None else before.content if before else b""
        for late in [one for one, held in _memory.items() if held.until <= now]:
            del _memory[late]
        while len(_memory) >= _policy(now)["memory"]:
            del _memory[next(iter(_memory))]
        _memory[row.public_id] = _Held(whole, choices, until)


def _held(row: Submission) -> _Held:
    with _guard:
        held = _memory.get(row.public_id)
    if held is None:
        raise ProblemWithInput(GONE)
    return held


def _policy(now: datetime) -> dict[str, Any]:
    return dict(policy("drafts", on=now.date()).value)
