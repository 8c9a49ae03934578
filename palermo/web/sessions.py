"""How long does a session last, and what is kept of it? Fifteen idle minutes, eight hours at most.

A session ends by sign-out, idleness, age, a new password or from another session of the same user; each way
sends `doors.on_sign_out` with its key, so that what was unlocked in it is dropped. What a page asks by itself
(`BACKGROUND`) does not count as use. The list of sessions keeps a short word for the browser and the network,
never the browser's full description or the full address.
"""

import re
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from allauth.account.signals import password_changed
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from palermo.actions import joining
from palermo.store import sign_ins
from palermo.web import sealing
from palermo.web.doors import on_sign_out
from palermo.web.lockout import short_address

BEGAN, USED = "began", "used"
BACKGROUND = {"alive", "import-job", "vault-work", "export-job"}
STEPS = 30  # a session's time is written at most this often while it lasts, not at every page
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS|Macintosh|macOS", "macOS"),
    ("Linux|X11|CrOS", "Linux"),
)


def short_browser(description: str) -> str:
    """A class of browser and system, the same for very many people.

    >>> short_browser("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    >>> short_browser("curl/8.1"), short_browser("Firefox on Linux")
    ('Other on other', 'Firefox on Linux')
    """
    return f"{_first(BROWSERS, description, 'Other')} on {_first(SYSTEMS, description, 'other')}"


def _first(pairs: tuple[tuple[str, str], ...], text: str, otherwise: str) -> str:
    return next((word for pattern, word in pairs if re.search(pattern, text)), otherwise)


def seconds_left(session: Any, *, now: float) -> float:
    """How long the session lasts if nothing more is asked; 0 or less: it has ended."""
    used, began = session.get(USED, now), session.get(BEGAN, now)
    return float(min(used + settings.IDLE_SECONDS, began + settings.SESSION_COOKIE_AGE) - now)


class Idle:
    """Middleware that ends a session that was not used, and notes the use of the others."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and seconds_left(request.session, now=time.time()) <= 0:
            logout(request)
            messages.info(request, _("You were signed out because nothing was done for a while."))
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        match = request.resolver_match
        if SESSION_KEY in request.session and match is not None and match.url_name not in BACKGROUND:
            touch(request.session, now=time.time())


def touch(session: Any, *, now: float) -> None:
    """Notes that the session is in use; seldom, because each note is a write."""
    session.setdefault(BEGAN, now)
    if now - session.get(USED, 0) > settings.IDLE_SECONDS / STEPS:
        session[USED] = now


class Shown(NamedTuple):
    """A session as its own user's list shows it."""

    id: str
    browser: str
    network: str
    began: Any
    here: bool


def sessions_of(user: Any, *, current: str) -> list[Shown]:
    """The user's sessions that are still open, the present one first, then the newest."""
    rows = UserSession.objects.purge_and_list(user)
    shown = [
        Shown(hidden_id(row), row.user_agent, row.ip, row.created_at, row.session_key == current)
        for row in rows
    ]
    return sorted(shown, key=lambda one: (not one.here, -one.began.timestamp()))


def hidden_id(row: Any) -> str:
    """The address of a row of allauth's own: a keyed hash, because integer keys never leave."""
    return sealing.hidden(f"{row._meta.label} {row.pk}")


def end_sessions(user: Any, *, but: str = "", only: str = "") -> int:
    """Ends the sessions of a user, all but the key `but`, or `only` the one with that address; how many."""
    rows = [row for row in UserSession.objects.filter(user=user) if row.session_key != but]
    rows = [row for row in rows if not only or hidden_id(row) == only]
    return sign_ins.end(rows)


class Ending(DefaultUserSessionsAdapter):  # type: ignore[misc]
    def end_sessions(self, sessions: Any) -> None:
        sign_ins.end(sessions)


@receiver(pre_save, sender=UserSession)
def _shorten(instance: UserSession, **_more: Any) -> None:
    instance.user_agent, instance.ip = short_browser(instance.user_agent), short_address(instance.ip)


@receiver(user_logged_in)
def _begin(request: HttpRequest, **_more: Any) -> None:
    request.session[BEGAN] = request.session[USED] = time.time()


@receiver(user_logged_out)
def _end(request: HttpRequest, **_more: Any) -> None:
    session = getattr(request, "session", None)
    if session is not None and (key := session.session_key):
        on_sign_out.send(sender=UserSession, session_key=key, session=session)
        UserSession.objects.filter(session_key=key).delete()


@receiver(password_changed)
def _end_others(request: HttpRequest, user: Any, **_more: Any) -> None:
    joining.own_password(user)
    end_sessions(user, but=request.session.session_key or "")
