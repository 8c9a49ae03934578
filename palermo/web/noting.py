"""When is a line about a sign-in written? Whenever allauth says that one happened, failed or changed.

Nobody can fill a chain from outside: a lock is noted once in a quarter of an hour for each account, and after
the answer has gone, so that its time does not tell whether a name exists.
"""

import logging
from functools import partial
from typing import Any

from allauth.account.signals import password_changed, password_set, user_logged_in
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from allauth.socialaccount.signals import social_account_added
from django.contrib.auth.signals import user_logged_out
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from palermo.actions import sign_ins
from palermo.web import sealing
from palermo.web.doors import second_factor

log = logging.getLogger(__name__)
LOCK_SECONDS = 15 * 60


def note(user: Any, action: str, **details: Any) -> None:
    """A line for an account; none for a stranger."""
    if public := getattr(user, "public_id", ""):
        sign_ins.note(public, f"sign_ins.{action}", **details)


def note_lock_after(response: HttpResponse, typed: str) -> HttpResponse:
    """Notes the lock when the answer is out."""
    response._resource_closers.append(partial(_note_lock, typed))  # type: ignore[attr-defined]
    return response


def _note_lock(typed: str) -> None:
    """What goes wrong here is in the log; the server itself would pass over it."""
    try:
        if cache.add(f"lock-noted-{sealing.hidden(typed.strip().casefold())}", 1, timeout=LOCK_SECONDS):
            sign_ins.note_lock(typed)
    except Exception:
        log.exception("a lock could not be noted in the audit chain")


@receiver(user_logged_in)
def _came_in(request: HttpRequest, user: Any, **_more: Any) -> None:
    note(user, "signed_in", second_factor=int(second_factor(request, user)))


@receiver(user_logged_out)
def _went_out(user: Any, **_more: Any) -> None:
    note(user, "signed_out")


@receiver((password_changed, password_set))
def _new_password(user: Any, **_more: Any) -> None:
    note(user, "password_changed")


@receiver(authenticator_added)
def _added(user: Any, authenticator: Any, **_more: Any) -> None:
    note(user, "factor_added", kind=str(authenticator.type))


@receiver(authenticator_removed)
def _removed(user: Any, authenticator: Any, **_more: Any) -> None:
    note(user, "factor_removed", kind=str(authenticator.type))


@receiver(authenticator_reset)
def _renewed(user: Any, authenticator: Any, **_more: Any) -> None:
    note(user, "factor_renewed", kind=str(authenticator.type))


@receiver(authentication_failed)
def _failed(user: Any, **_more: Any) -> None:
    note(user, "factor_failed", proven=False)


@receiver(social_account_added)
def _linked(request: HttpRequest, **_more: Any) -> None:
    note(request.user, "linked")
