"""Which cases did two persons ask to open in an emergency, and what is open now? Rows of requests.

The reason rests sealed under a data key of its own. Never here: whether somebody may; that is the dated
table's and the step's (`protect/break_glass.py`).
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from palermo.protect.break_glass import may_be_a_child, standing
from palermo.store.access import Actor, Missing, one, one_case, organisation
from palermo.store.models import BreakGlass, CaseRow, Membership
from palermo.store.rows import record_of
from palermo.store.submissions import user_of
from palermo.store.vault import Ring, Sealer

REASON = "reason"
OPENED = ("open", "justified", "not_justified")
KEPT_OPEN = ("asked", "open")


def requests(actor: Actor, scope: str | None) -> QuerySet[BreakGlass]:
    """Requests within the scope, the latest first: those that the user made, or all of the organisation."""
    rows = BreakGlass.objects.filter(organisation__public_id=actor.organisation_id).order_by("-id")
    people = "asked_by", "answered_by", "reviewed_by", "organisation"
    if scope == "organisation":
        return rows.select_related(*people)
    return rows.filter(asked_by__public_id=actor.user_id if scope == "own" else "").select_related(*people)


def one_request(actor: Actor, scope: str | None, request: str) -> BreakGlass:
    """The request; raises `Missing`."""
    return one(requests(actor, scope).filter(public_id=request))


def keep(actor: Actor, case: str, reason: str, *, sealer: Sealer, now: datetime) -> str:
    """The public id of a new request, its reason sealed."""
    user = user_of(actor.user_id)
    if user is None:
        raise Missing
    row = BreakGlass(organisation=organisation(actor), about=case, asked_by=user, asked=now)
    row.asked_role = actor.role
    sealed = sealer.record(reason.encode(), record=row.public_id, field=REASON)
    row.sealed, row.data_key, row.vault_key = sealed
    row.save()
    return row.public_id


def reason_of(row: BreakGlass, ring: Ring) -> str:
    """The reason in the clear; "" where it was erased."""
    return (ring.open(row, record=row.public_id, field=REASON) or b"").decode()


def move(row: BreakGlass, state: str, *, by: Actor, **changes: Any) -> bool:
    """Whether the request went on to the state: not where somebody else was quicker.

    `changes` are columns; `answered` and `reviewed` also note who did it.
    """
    who = {f"{name}_by": user_of(by.user_id) for name in ("answered", "reviewed") if name in changes}
    still = BreakGlass.objects.filter(id=row.id, state=row.state)
    return bool(still.update(state=state, **changes, **who))


def waits(actor: Actor, case: str, *, now: datetime) -> bool:
    """Whether the actor's request for this case waits for an answer, or is open."""
    rows = requests(actor, "own").filter(about=case, state__in=KEPT_OPEN)
    return any(state_of(row, now) in KEPT_OPEN for row in rows)


def open_until(actor: Actor, case: str, *, now: datetime) -> datetime | None:
    """Until when the case is open to this user, or None; never where it has become the case of a child."""
    held = requests(actor, "own").filter(about=case, state="open", until__gt=now)
    until = max((row.until for row in held if row.until), default=None)
    if until and may_be_a_child(record_of(one_case(actor, "organisation", case), actor.organisation_id)):
        return None
    return until


def state_of(row: BreakGlass, now: datetime) -> str:
    """The state of the request at this moment."""
    return standing(row.state, asked=row.asked, until=row.until, now=now)


def unseen(actor: Actor, scope: str | None, *, roles: Collection[str], case: str = "") -> list[BreakGlass]:
    """Requests that opened a case of this owner, who has not said that she saw it; the latest first.

    The owner is who recorded the case, while a member in one of the `roles`; else every one whose scope is
    the organisation.
    """
    rows = requests(actor, "organisation").filter(state__in=OPENED, seen_by_owner=None)
    found = list(rows.filter(about=case) if case else rows)
    owners = _owners(actor, {row.about for row in found}, roles) if found else {}
    return [row for row in found if _is_owner(owners.get(row.about), actor, scope)]


def mark_seen(row: BreakGlass, *, now: datetime) -> None:
    BreakGlass.objects.filter(id=row.id, seen_by_owner=None).update(seen_by_owner=now)


def _is_owner(owner: str | None, actor: Actor, scope: str | None) -> bool:
    return owner == actor.user_id if owner else scope == "organisation"


def _owners(actor: Actor, cases: Collection[str], roles: Collection[str]) -> dict[str, str]:
    """Who recorded each case, by case, where they still are members in one of the roles."""
    here = {"organisation__public_id": actor.organisation_id}
    held = CaseRow.objects.filter(**here, public_id__in=cases, recorded_by__isnull=False)
    current = Membership.objects.filter(**here, until=None, accepted__isnull=False)
    staff = current.filter(role__in=roles, user__is_active=True).values("user")
    return dict(held.filter(recorded_by__in=staff).values_list("public_id", "recorded_by__public_id"))
