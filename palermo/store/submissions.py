"""What is kept of a file that arrived? All of it, sealed whole, with what was found in it, under one data
key.

Where the organisation has no vault yet, place, code and length of a problem stay and nothing else. The
file's name is never kept.
"""

import hmac
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from palermo.cases import BadRow, Problem
from palermo.cases.proven import is_own_key
from palermo.codes.phrases import packed
from palermo.protect.envelope import DataKey, Place, open_sealed
from palermo.store.models import BadRowRow, Intake, Organisation, ProblemRow, Submission, User
from palermo.store.vault import Ring, Sealer

BATCH = 5000
KEY = "palermo_key"
CONTENT, FOUND, CELLS, CHOICES = "submission", "found", "cells", "choices"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it arrived, for one organisation; `erased` where it speaks of somebody erased.

    `left` is what stays of its content: all of it, but for an allegation that it held. `digest` is the keyed
    hash of the file where `content` is what was left of it before; `choices` what a person changed of it.
    """

    organisation: Organisation
    user: User | None
    content: bytes
    layout: str
    invented: bool
    now: datetime
    sealer: Sealer | None
    left: bytes
    erased: bool = False
    digest: str = ""
    choices: bytes = b""
    mended: int = 0
    area: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """The submission of a file; `key` seals what was found in it, None where that may not be kept."""

    row: Submission
    key: DataKey | None
    sealer: Sealer | None

    def seal(self, clear: bytes, field: str) -> bytes | None:
        if self.key is None or self.sealer is None:
            return None
        return self.sealer.seal(clear, key=self.key, record=self.row.public_id, field=field).sealed


def secret(organisation: str) -> bytes:
    """The key of an organisation's record ids, keyed hashes and fingerprints; ids say nothing without it."""
    return hmac.digest(settings.RECORD_KEY, f"records:{organisation}".encode(), "sha256")


def user_of(public_id: str) -> User | None:
    return User.objects.filter(public_id=public_id).first()


def keep(arrival: Arrival) -> Kept:
    """The submission of the file: the same file twice is one submission, sealed anew at each reading.

    One that was erased stays without content, what was found and bad rows, whenever it is sent again.
    """
    digest = arrival.digest or keyed_hash(arrival.organisation.public_id, arrival.content)
    row = Submission.objects.defer("sealed").filter(
        organisation=arrival.organisation, digest=digest, layout=arrival.layout, expires=None
    ).first() or _new(arrival, digest)  # fmt: skip
    if row.erased is None and arrival.erased:
        row.erased = arrival.now
    sealer = arrival.sealer if row.erased is None else None
    kept = Kept(row, sealer.data_key(row.public_id) if sealer else None, sealer)
    row.size, row.sealed = len(arrival.left), kept.seal(arrival.left, CONTENT)
    row.choices = kept.seal(arrival.choices, CHOICES) if arrival.choices else None
    row.mended = arrival.mended
    row.data_key, row.vault_key = (kept.key.sealed, sealer.number) if kept.key and sealer else (None, None)
    row.save()
    return kept


def keyed_hash(organisation: str, content: bytes) -> str:
    """By which the same file is known again."""
    return hmac.new(secret(organisation), content, "sha256").hexdigest()


def _new(arrival: Arrival, digest: str) -> Submission:
    return Submission(
        organisation=arrival.organisation,
        digest=digest,
        layout=arrival.layout,
        invented=arrival.invented,
        area=arrival.area,
        arrived=arrival.now,
        sent_by=arrival.user,
        size=len(arrival.left),
    )


def keep_problems(kept: Kept, problems: Iterable[Problem]) -> int:
    """How many problems are kept; those of an earlier reading of the same file go."""
    ProblemRow.objects.filter(submission=kept.row).delete()
    rows = (_problem(kept, problem) for problem in problems)
    return len(ProblemRow.objects.bulk_create(rows, batch_size=BATCH))


def keep_bad_rows(kept: Kept, bad_rows: Iterable[BadRow]) -> int:
    BadRowRow.objects.filter(submission=kept.row).delete()
    rows = (_bad_row(kept, bad) for bad in bad_rows)
    return len(BadRowRow.objects.bulk_create(rows, batch_size=BATCH))


def take_up(intake: Intake, spoken: Collection[str], *, mended: Callable[[str], str]) -> None:
    """Notes of rows that stayed out of earlier files that this intake speaks of them: by the id of the record
    that a row becomes, `mended(key)`.
    """
    sent = {"submission__layout": intake.submission.layout, "submission__expires": None}
    rows = BadRowRow.objects.filter(organisation_id=intake.organisation_id, **sent).exclude(key="")
    waiting = rows.filter(WAITS).exclude(submission=intake.submission).values_list("id", "key")
    found = [one for one, key in waiting.iterator() if mended(key) in spoken]
    for at in range(0, len(found), BATCH):
        BadRowRow.objects.filter(id__in=found[at : at + BATCH]).update(again=intake)


WAITS = Q(again=None) | Q(again__undone__isnull=False)
"""Of a row that stayed out: no import that stands brought it anew."""
BAD = BadRowRow.objects.filter(submission=OuterRef("pk"))
TAKEN = Intake.objects.filter(submission=OuterRef("pk"))
UNDONE = Exists(TAKEN) & ~Exists(TAKEN.filter(undone=None))
"""Of a submission: each time that it was taken in was undone."""


def to_mend(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """Of these those that have rows to mend: not undone, and not all of them brought anew."""
    return rows.filter(refused__gt=0).exclude(UNDONE).exclude(Exists(BAD) & ~Exists(BAD.filter(WAITS)))


def with_undone(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """With `undone`: whether none of the times that it was taken in stands."""
    return rows.annotate(undone=UNDONE)


def count(submission: Submission, **counts: int) -> None:
    """Writes the counts of the latest reading."""
    Submission.objects.filter(id=submission.id).update(**counts)


class Opening:
    """Opens what was found in submissions, the data key of each once; None where nothing was kept."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        self._keys: dict[str, bytes] = {}

    def found(self, submission: Submission, sealed: bytes | None) -> str | None:
        return self._opened(submission, sealed, FOUND)

    def bad_row(self, submission: Submission, row: BadRowRow) -> BadRow | None:
        """The row as it was found, with its key."""
        cells = self._opened(submission, row.cells, CELLS)
        if cells is None:
            return None
        key = cells.pop(KEY, "")
        return BadRow(row.row, row.key or key, cells)

    def _opened(self, submission: Submission, sealed: bytes | None, field: str) -> Any:
        if sealed is None or submission.data_key is None:
            return None
        record = submission.public_id
        key = self._keys.get(record) or self.ring.data_key(submission, record=record)
        self._keys[record] = key
        place = Place(self.ring.organisation, record, field)
        return msgspec.json.decode(open_sealed(bytes(sealed), key=key, place=place))


def _problem(kept: Kept, problem: Problem) -> ProblemRow:
    return ProblemRow(
        organisation_id=kept.row.organisation_id,
        submission_id=kept.row.id,
        code=problem.code,
        row=problem.row,
        column=problem.column,
        expected=packed(problem.expected),
        todo=packed(problem.todo),
        suggestion=problem.suggestion,
        refused=problem.refused,
        times=problem.times,
        length=len(problem.found),
        found=kept.seal(msgspec.json.encode(problem.found), FOUND) if problem.found else None,
    )


def _bad_row(kept: Kept, bad: BadRow) -> BadRowRow:
    clear = is_own_key(bad.key)
    return BadRowRow(
        organisation_id=kept.row.organisation_id,
        submission_id=kept.row.id,
        row=bad.row,
        key=bad.key if clear else "",
        cells=kept.seal(msgspec.json.encode(bad.cells if clear else bad.cells | {KEY: bad.key}), CELLS),
    )
