"""What is kept of a file that arrived? A keyed hash, counts, problems by place; found values sealed or not.

Until sealing lands, only invented demo data keeps its content, its bad rows and what was found. Of any other
file, place, code and length stay. The file's name is never kept.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings

from palermo.cases import BadRow, Problem
from palermo.cases.proven import is_own_key
from palermo.store import vault
from palermo.store.models import BadRowRow, LabelDecision, Organisation, ProblemRow, Submission, User

BATCH = 5000
KEY = "palermo_key"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it arrived, for one organisation."""

    organisation: Organisation
    user: User | None
    content: bytes
    layout: str
    invented: bool
    now: datetime

    @property
    def sealable(self) -> bool:
        return self.invented and self.organisation.invented


def secret(organisation: str) -> bytes:
    """The key of an organisation's record ids, keyed hashes and fingerprints; ids say nothing without it."""
    return hmac.digest(settings.RECORD_KEY, f"records:{organisation}".encode(), "sha256")


def user_of(public_id: str) -> User | None:
    return User.objects.filter(public_id=public_id).first()


def keep(arrival: Arrival) -> tuple[Submission, bool]:
    """The submission of the file, and whether it is new: the same file twice is one submission."""
    digest = hmac.new(secret(arrival.organisation.public_id), arrival.content, "sha256").hexdigest()
    return Submission.objects.defer("content").get_or_create(
        organisation=arrival.organisation,
        digest=digest,
        layout=arrival.layout,
        defaults={
            "invented": arrival.invented,
            "arrived": arrival.now,
            "sent_by": arrival.user,
            "size": len(arrival.content),
            "content": _sealed(arrival, arrival.content),
        },
    )


def keep_problems(submission: Submission, arrival: Arrival, problems: Iterable[Problem]) -> int:
    """How many problems are kept; those of an earlier reading of the same file go."""
    ProblemRow.objects.filter(submission=submission).delete()
    rows = (_problem(submission, arrival, problem) for problem in problems)
    return len(ProblemRow.objects.bulk_create(rows, batch_size=BATCH))


def keep_bad_rows(submission: Submission, arrival: Arrival, bad_rows: Iterable[BadRow]) -> int:
    BadRowRow.objects.filter(submission=submission).delete()
    rows = (_bad_row(submission, arrival, bad) for bad in bad_rows)
    return len(BadRowRow.objects.bulk_create(rows, batch_size=BATCH))


def count(submission: Submission, **counts: int) -> None:
    """Writes the counts of the latest reading."""
    Submission.objects.filter(id=submission.id).update(**counts)


def settle(organisation: Organisation, label: str, *, area: str, user: str, now: datetime) -> None:
    """Stores the decision; the latest stands."""
    LabelDecision.objects.update_or_create(
        organisation=organisation,
        label=label,
        defaults={"area": area, "decided_by": user_of(user), "decided": now},
    )


def opened(organisation: str, sealed: bytes | None) -> Any:
    """What was found, or the cells of a bad row; None where it was not kept."""
    return None if sealed is None else msgspec.json.decode(vault.open_sealed(organisation, sealed))


def bad_row(organisation: str, row: BadRowRow) -> BadRow:
    """The row as it was found, with its key; only where its cells were kept."""
    cells = opened(organisation, row.cells)
    key = cells.pop(KEY, "")
    return BadRow(row.row, row.key or key, cells)


def _sealed(arrival: Arrival, plaintext: bytes) -> bytes | None:
    if not arrival.sealable:
        return None
    return vault.seal(arrival.organisation.public_id, plaintext, invented=True)


def _problem(submission: Submission, arrival: Arrival, problem: Problem) -> ProblemRow:
    return ProblemRow(
        organisation_id=arrival.organisation.id,
        submission_id=submission.id,
        code=problem.code,
        row=problem.row,
        column=problem.column,
        expected=problem.expected,
        todo=problem.todo,
        suggestion=problem.suggestion,
        refused=problem.refused,
        times=problem.times,
        length=len(problem.found),
        found=_sealed(arrival, msgspec.json.encode(problem.found)) if problem.found else None,
    )


def _bad_row(submission: Submission, arrival: Arrival, bad: BadRow) -> BadRowRow:
    clear = is_own_key(bad.key)
    return BadRowRow(
        organisation_id=arrival.organisation.id,
        submission_id=submission.id,
        row=bad.row,
        key=bad.key if clear else "",
        cells=_sealed(arrival, msgspec.json.encode(bad.cells if clear else bad.cells | {KEY: bad.key})),
    )
