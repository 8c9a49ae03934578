"""What does the audit chain say? Its entries for an auditor, and those that concern one record.

Roles, actions and counts come out; who acted and whom it concerned stay in the chain. Pages by key, newest
first. Never here: a user id, a pseudonym, a detail that is not a number.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from palermo.store.access import Actor
from palermo.store.audit import pseudonym
from palermo.store.models import AuditEntry, AuditSubject


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry without its persons: `subjects` says how many it concerns, `counts` what it counted.

    `key` names it among others without telling how many there are.
    """

    number: int
    key: str
    at: datetime
    role: str
    action: str
    subjects: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Last:
    """When something was last done, and its details: codes and counts."""

    at: datetime
    details: Mapping[str, Any]


def entries(actor: Actor, *, before: int | None = None, action: str = "", size: int) -> tuple[Entry, ...]:
    """The newest entries of the actor's organisation, or those before the one of that number."""
    rows = _rows(actor)
    if before is not None:
        rows = rows.filter(number__lt=before)
    if action:
        rows = rows.filter(body__contains=f'"action":{json.dumps(action)}')
    return tuple(map(_entry, rows[:size]))


def concerning(actor: Actor, subjects: Iterable[str], *, after: str = "", size: int) -> tuple[Entry, ...]:
    """The newest entries that concern any of the public ids, or those after the one with the key `after`."""
    names = {pseudonym(actor.organisation_id, subject) for subject in subjects if subject}
    found = AuditSubject.objects.filter(
        organisation__public_id=actor.organisation_id, pseudonym__in=names
    ).values("number")
    rows = _rows(actor).filter(number__in=found)
    if after:
        last = rows.filter(digest=after).values_list("number", flat=True).first()
        rows = rows.filter(number__lt=last or 0)
    return tuple(_entry(row) for row in rows[:size] if names & set(json.loads(row.body)["subjects"]))


def last(actor: Actor, action: str) -> Last | None:
    """The newest entry of that action, with its details as its own page needs them."""
    row = _rows(actor).filter(body__contains=f'"action":{json.dumps(action)}').first()
    said: dict[str, Any] = json.loads(row.body) if row else {}
    return Last(datetime.fromisoformat(said["at"]), said["details"]) if said else None


def _rows(actor: Actor) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(organisation__public_id=actor.organisation_id).order_by("-number")


def _entry(row: AuditEntry) -> Entry:
    said: dict[str, Any] = json.loads(row.body)
    return Entry(
        number=row.number,
        key=row.digest,
        at=datetime.fromisoformat(said["at"]),
        role=said["role"],
        action=said["action"],
        subjects=len(said["subjects"]),
        counts={name: int(count) for name, count in said["details"].items() if isinstance(count, int)},
    )
