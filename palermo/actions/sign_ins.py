"""Who signed in, failed to, went out, or changed how to sign in? A line in the chains of their organisations.

An account that belongs to two organisations leaves the line in both; an unknown name leaves none anywhere.
Never here: the name that was typed, an address, a browser.
"""

from datetime import datetime

from django.db import transaction

from palermo.actions.accounts import OPERATOR
from palermo.actions.rights import clock
from palermo.store import accounts, audit
from palermo.store.access import Actor
from palermo.store.sign_ins import account_named, on_sign_out

__all__ = ["NOTED", "note", "note_lock", "on_sign_out"]

NOTED = (
    "sign_ins.factor_added",
    "sign_ins.factor_failed",
    "sign_ins.factor_removed",
    "sign_ins.factor_renewed",
    "sign_ins.linked",
    "sign_ins.locked",
    "sign_ins.password_changed",
    "sign_ins.sessions_ended",
    "sign_ins.signed_in",
    "sign_ins.signed_out",
    "sign_ins.unlinked",
)


def note(
    user: str, action: str, *, proven: bool = True, now: datetime | None = None, **details: int | str
) -> int:
    """Into how many chains it was written: that of each organisation of which the user is a member now.

    `details` are codes and counts. Where it is not `proven` that it was the user (a public id), the operator
    stands as who acted, and the user is the one whom it concerns.
    """
    if action not in NOTED:
        raise ValueError("no such line")
    at = now or clock()
    held = {one.organisation: one.actor for one in reversed(accounts.members(user))}
    for place, actor in held.items():
        who = actor if proven else Actor(OPERATOR, place, OPERATOR)
        with transaction.atomic():
            audit.append(who, action, now=at, subjects=[user], details=details)
    return len(held)


def note_lock(typed: str, *, now: datetime | None = None) -> int:
    """The same for a name that was locked after too many failures; 0 where nobody has that name."""
    user = account_named(typed)
    return note(user, "sign_ins.locked", proven=False, now=now) if user else 0
