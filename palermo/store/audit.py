"""Who did what, provably in this order? One hash chain per organisation that only grows.

An entry is appended last, in the same transaction as what it speaks of, under the lock of the chain's head
row (on SQLite the immediate transaction is the lock). Digests are keyed by the installation's record key,
which no database holds. Subjects are pseudonyms: keyed hashes of public ids.
Never here: a name, a label, a found value. Source: DESIGN.md, "Audit".
"""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from palermo.store.access import Actor, Missing
from palermo.store.models import AuditEntry, AuditHead

START = "0" * 64
BATCH = 2000


@dataclass(frozen=True, slots=True)
class Bad:
    """The first entry at which the chain does not hold, and why."""

    number: int
    why: str


def lock(organisation: str) -> AuditHead:
    """The head of the chain, held until the transaction ends: an organisation's writers take turns."""
    held = AuditHead.objects.select_for_update().filter(organisation__public_id=organisation).first()
    if held is None:
        raise Missing
    return held


def append(
    actor: Actor, action: str, *, now: datetime, subjects: Iterable[str] = (), details: Mapping[str, Any]
) -> int:
    """The number of the new entry. `details` holds codes and counts only."""
    if not connection.in_atomic_block:
        raise RuntimeError("an entry is appended in the transaction of what it speaks of")
    head = lock(actor.organisation_id)
    number, previous = head.number + 1, head.digest
    body = canonical(
        {
            "number": number,
            "at": now.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": actor.user_id,
            "role": actor.role,
            "action": action,
            "subjects": [pseudonym(actor.organisation_id, subject) for subject in subjects],
            "details": dict(details),
        }
    )
    made = digest(previous, body)
    AuditEntry.objects.create(
        organisation_id=head.organisation_id, number=number, previous=previous, digest=made, body=body
    )
    AuditHead.objects.filter(organisation_id=head.organisation_id).update(number=number, digest=made)
    return number


def pseudonym(organisation: str, subject: str) -> str:
    """A keyed hash of a public id: says "the same one" and nothing else."""
    key = hmac.digest(settings.RECORD_KEY, f"audit:{organisation}".encode(), "sha256")
    return hmac.new(key, subject.encode(), "sha256").hexdigest()[:32]


def canonical(body: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces, so that the same entry is always the same bytes."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(previous: str, body: str) -> str:
    """Keyed by the installation, not by the database: who writes to that alone cannot rebuild a chain."""
    key = hmac.digest(settings.RECORD_KEY, b"audit chain", "sha256")
    return hmac.new(key, f"{previous}\n{body}".encode(), "sha256").hexdigest()


def verify(organisation: str) -> Bad | None:
    """None where the whole chain holds, else the first bad entry."""
    head = AuditHead.objects.filter(organisation__public_id=organisation).first()
    if head is None:
        raise Missing
    previous, number = START, 0
    rows = AuditEntry.objects.filter(organisation_id=head.organisation_id).order_by("number", "id")
    for row in rows.iterator(BATCH):
        number += 1
        if why := _why_bad(row, number, previous):
            return Bad(number, why)
        previous = row.digest
    if (number, previous) != (head.number, head.digest):
        return Bad(number + 1, "entries at the end are missing")
    return None


def last(organisation: str, action: str) -> str:
    """The body of the last entry of that action, or ""."""
    rows = AuditEntry.objects.filter(organisation__public_id=organisation)
    rows = rows.filter(body__contains=f'"action":"{action}"').order_by("-number")
    return rows.values_list("body", flat=True).first() or ""


def _why_bad(row: AuditEntry, number: int, previous: str) -> str:
    if row.number != number:
        return "an entry is missing"
    if row.previous != previous:
        return "it does not follow the entry before it"
    if row.digest != digest(previous, row.body) or json.loads(row.body)["number"] != number:
        return "it was altered"
    return ""
