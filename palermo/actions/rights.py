"""May this person do this, and what is written about it? Rights come from the dated table and nowhere else.

`acting` is the frame of every action: look up the right, open one transaction, let the step run, append the
audit entry last. An exception leaves neither row nor entry.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from palermo import NotAllowed
from palermo.codes.languages import phrase
from palermo.codes.rights import Rights, rights
from palermo.store import audit
from palermo.store.access import Actor

Check = Callable[[Actor], str]
Can = Callable[[Actor], bool]


@dataclass(slots=True)
class Act:
    """One action under way: its scope, and what its entry will say (codes and counts only)."""

    actor: Actor
    action: str
    scope: str
    now: datetime
    table: Rights
    subjects: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def reach(self, data_class: str) -> str | None:
        """How far this action may go into a class of content, or None."""
        return self.table.scope(self.action, role=self.actor.role, data_class=data_class)


def check_can(actor: Actor, action: str, *, data_class: str = "", now: datetime | None = None) -> str:
    """The scope of the right; raises `NotAllowed` where the role has none."""
    table = rights((now or clock()).date())
    scope = table.scope(action, role=actor.role, data_class=data_class)
    if scope is None:
        raise NotAllowed(
            phrase(
                "RIGHTS-001: the role {role} may not do this ({action}); ask an administrator",
                role=actor.role,
                action=action,
            )
        )
    return scope


def can(actor: Actor, action: str, *, data_class: str = "") -> bool:
    try:
        return bool(check_can(actor, action, data_class=data_class))
    except NotAllowed:
        return False


def right(action: str) -> tuple[Check, Can]:
    """`check_can_x` and `can_x` of one action."""
    return lambda actor: check_can(actor, action), lambda actor: can(actor, action)


@contextmanager
def acting(actor: Actor, action: str, *, now: datetime | None = None) -> Iterator[Act]:
    """The frame of an action; reads that are not audited open no transaction, so that they never wait."""
    at = now or clock()
    scope = check_can(actor, action, now=at)
    table = rights(at.date())
    act = Act(actor, action, scope, at, table)
    with transaction.atomic() if table.audited[action] else nullcontext():
        yield act
        if table.audited[action]:
            audit.append(actor, action, now=at, subjects=act.subjects, details=act.details)


def clock() -> datetime:
    return datetime.now(UTC)
