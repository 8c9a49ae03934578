"""How far is an export, and what does it read? Its row, its states, and cases and persons a batch at a time.

A state changes only as `TRANSITIONS` says, and only from the state that was looked at, so that of two
requests at once one is refused. Whoever ends an export destroys its content in the same statement.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import Model, QuerySet

from palermo import PolicyRefusal
from palermo.store import access
from palermo.store.access import Actor
from palermo.store.models import Export, Job, PersonRow, User

TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    "asked": ("ready", "refused", "withdrawn", "expired"),
    "ready": ("running", "withdrawn", "expired"),
    "running": ("done", "stopped", "locked", "failed", "interrupted", "withdrawn"),
    "stopped": ("running", "withdrawn", "expired"),
    "locked": ("running", "withdrawn", "expired"),
    "failed": ("running", "withdrawn", "expired"),
    "interrupted": ("running", "withdrawn", "expired"),
    "done": ("withdrawn", "expired"),
    "refused": (),
    "withdrawn": (),
    "expired": (),
}
FINAL = tuple(state for state, following in TRANSITIONS.items() if not following)
BATCH = 500


def new(
    actor: Actor,
    kind: str,
    *,
    filters: Mapping[str, str],
    recipient: bytes | None,
    state: str,
    now: datetime,
    expires: datetime,
) -> Export:
    """The row of an export that was asked for."""
    return Export.objects.create(
        organisation=access.organisation(actor),
        kind=kind,
        user=user(actor),
        role=actor.role,
        asked=now,
        filters=msgspec.json.encode(dict(filters), order="sorted").decode(),
        recipient=recipient,
        state=state,
        expires=expires,
    )


def filters_of(row: Export) -> dict[str, str]:
    return msgspec.json.decode(row.filters or "{}", type=dict[str, str])


def move(row: Export, to: str, **columns: Any) -> None:
    """Brings the export into the state `to`; one that has ended keeps no content.

    Raises `PolicyRefusal` (EXPORT-004) where its present state does not lead there.
    """
    before = [state for state, following in TRANSITIONS.items() if to in following]
    kept = {"content": None} if to in FINAL else {}
    rows = Export.objects.filter(id=row.id, state__in=before)
    if not rows.update(state=to, **columns, **kept):
        raise PolicyRefusal(
            "EXPORT-004: the export is in no state for this; its page says how far it is and what can be done"
        )


def settle(organisation: str) -> None:
    """Gives exports whose work ended without a file the state and the reason of that work."""
    rows = Export.objects.filter(organisation__public_id=organisation, state="running")
    for row in rows.exclude(job__outcome="").select_related("job").defer("content"):
        outcome = row.job.outcome if row.job and row.job.outcome != "done" else "interrupted"
        Export.objects.filter(id=row.id, state="running", job_id=row.job_id).update(
            state=outcome, problem=row.job.problem if row.job else ""
        )


def who(row: Export) -> tuple[str, str]:
    """Who asked for it and who agreed to it, with their roles; "" where nobody did."""
    agreed = f"{row.answered_by.get_full_name()} ({row.answered_role})" if row.answered_by else ""
    return f"{row.user.get_full_name()} ({row.role})", agreed


def user(actor: Actor) -> User:
    """The account of the actor."""
    return access.one(User.objects.filter(public_id=actor.user_id))


def job_of(public_id: str) -> Job:
    return access.one(Job.objects.filter(public_id=public_id))


def late(now: datetime, organisation: str = "") -> list[str]:
    """Organisations (or the one) that hold exports whose time is over."""
    rows = _late(now, organisation)
    return list(rows.order_by().values_list("organisation__public_id", flat=True).distinct())


def expire(organisation: str, *, now: datetime) -> list[str]:
    """The ids of the organisation's exports whose time is over: they and their content are no more."""
    rows = _late(now, organisation)
    ended = list(rows.values_list("public_id", flat=True))
    rows.update(state="expired", content=None)
    return ended


def content(row: Export) -> bytes:
    """The sealed file; raises `PolicyRefusal` (EXPORT-004) where there is none."""
    held = Export.objects.filter(id=row.id, state="done").values_list("content", flat=True).first()
    if held is None:
        raise PolicyRefusal("EXPORT-004: there is no file (any more); the page of the export says why")
    return bytes(held)


def batches(rows: QuerySet[Any], *, size: int = BATCH) -> Iterator[list[Any]]:
    """All rows, some at a time and by key, so that nobody waits and nothing is held."""
    last = 0
    while batch := list(rows.filter(id__gt=last).order_by("id")[:size]):
        last = _key(batch[-1])
        yield batch


def persons(actor: Actor, ids: Sequence[str]) -> dict[str, PersonRow]:
    """The persons of cases that the actor was let into before, by id."""
    rows = PersonRow.objects.filter(organisation__public_id=actor.organisation_id, public_id__in=ids)
    return {row.public_id: row for row in rows}


def _key(row: Model) -> int:
    return int(row.pk)


def _late(now: datetime, organisation: str) -> QuerySet[Export]:
    rows = Export.objects.filter(expires__lte=now).exclude(state__in=[*FINAL, "running"])
    return rows.filter(organisation__public_id=organisation) if organisation else rows
