"""Which sessions and second factors does an account have, and how do they go? The tables are allauth's.

Whoever ends a session sends `on_sign_out` for it, so that what was unlocked in it is dropped. Never here: a
cookie, a code or a secret.
"""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.dispatch import Signal

from palermo.store.models import User

on_sign_out = Signal()
"""Sent with `session_key` and `session` whenever a session ends, however."""


def end(rows: Iterable[Any]) -> int:
    """Ends these sessions; how many."""
    ended = 0
    for row in rows:
        held = row._session_store(row.session_key)
        on_sign_out.send(sender=UserSession, session_key=row.session_key, session=held)
        row.end()
        ended += 1
    return ended


def end_all(user: str) -> int:
    """Ends all sessions of an account (its public id); how many."""
    return end(list(UserSession.objects.filter(user__public_id=user)))


def forget_factors(user: str) -> int:
    """Takes away every second factor of an account, recovery codes as well; how many."""
    gone, _ = Authenticator.objects.filter(user__public_id=user).delete()
    return gone


def account_named(typed: str) -> str:
    """The public id of the account with a user name as somebody typed it; "" where there is none."""
    rows = User.objects.filter(username__iexact=typed.strip()).values_list("public_id", flat=True)
    return rows.first() or ""
