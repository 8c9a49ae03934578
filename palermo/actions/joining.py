"""Who has a say when somebody is given a role? The account itself, and the organisation's focal points.

A membership that another organisation offers gives nothing until its user accepts it. A role that reaches
cases, given by an administrator, is told to every focal point until each has seen it. Never here: whose
account it was; the page of members says that to whoever may see it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from palermo.actions.rights import acting, clock, right
from palermo.store import access, accounts, audit
from palermo.store.access import Actor, Missing
from palermo.store.accounts import Member

check_can_given, can_given = right("joining.given")
check_can_seen, can_seen = right("joining.seen")
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Given:
    """A role that reaches cases, and when an administrator gave it to an account."""

    id: str
    role: str
    given: datetime


def given(actor: Actor) -> tuple[Given, ...]:
    """Roles given since the actor has hers, until she says that she saw them; the latest first."""
    with acting(actor, "joining.given"):
        return tuple(Given(row.public_id, row.role, row.given) for row in accounts.announced(actor)[:SHOWN])


def seen(actor: Actor, announcement: str, *, now: datetime | None = None) -> None:
    """The actor saw it; others are told on. Raises `Missing`."""
    with acting(actor, "joining.seen", now=now) as act:
        row = access.one(accounts.announced(actor).filter(public_id=announcement))
        accounts.mark_seen(row, user=actor.user_id)
        act.details = {"role": row.role}


def invitations(user: Any) -> tuple[Member, ...]:
    """Memberships that wait for the word of a signed-in user (anything with `public_id`)."""
    return accounts.invitations(getattr(user, "public_id", ""))


def accept(user: Any, membership: str, *, now: datetime | None = None) -> None:
    """The user becomes a member. Raises `Missing` for what is not hers, or does not wait."""
    _answered(user, membership, yes=True, now=now or clock())


def decline(user: Any, membership: str, *, now: datetime | None = None) -> None:
    """The membership ends before it began. Raises as `accept`."""
    _answered(user, membership, yes=False, now=now or clock())


def own_password(user: Any) -> None:
    """The user has a password that nobody else made."""
    accounts.password_is_own(getattr(user, "public_id", ""))


def _answered(user: Any, membership: str, *, yes: bool, now: datetime) -> None:
    """In the organisation's chain, as every change of its members."""
    with transaction.atomic():
        held = next((one for one in invitations(user) if one.id == membership), None)
        if held is None:
            raise Missing
        if yes:
            accounts.accept(membership, now=now)
        else:
            accounts.end_membership(held.organisation, membership, now=now)
        action = "joining.accept" if yes else "joining.decline"
        audit.append(held.actor, action, now=now, subjects=[held.user], details={"role": held.role})
