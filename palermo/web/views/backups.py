"""When was the last backup, and when was one last tried? From the organisation's own audit chain."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from palermo.actions import backups
from palermo.actions.attention import BACKUP_LATE
from palermo.actions.backups import Last
from palermo.web import words
from palermo.web.doors import actor

DRILL_LATE = timedelta(days=100)
IDENTITY = {
    "opened": gettext_lazy("One identity opened with the printed recovery key."),
    "did not open": gettext_lazy("The printed recovery key opened no identity."),
    "nothing sealed": gettext_lazy("There was no identity to open."),
    "not tried": gettext_lazy("No recovery key was tried."),
}


class Shown(NamedTuple):
    """One of the two parts of the page."""

    at: datetime | None
    late: bool
    lines: tuple[str, ...] = ()
    failed: bool = False


@require_safe
def last(request: HttpRequest) -> HttpResponse:
    """The last backup and the last drill, and how to run them."""
    held, now = backups.state(actor(request)), datetime.now(UTC)
    shown = {
        "backup": _backup(held.backup, now - BACKUP_LATE),
        "drill": _drill(held.drill, now - DRILL_LATE),
    }
    return render(request, "palermo/backups.html", shown)


def _backup(done: Last | None, late: datetime) -> Shown:
    if done is None:
        return Shown(None, late=True)
    size = max(1, done.details["bytes"] // 1_000_000)
    return Shown(done.at, done.at < late, (_("{size} MB").format(size=words.plain_number(size)),))


def _drill(done: Last | None, late: datetime) -> Shown:
    if done is None:
        return Shown(None, late=True)
    if "failed" in done.details:
        return Shown(done.at, done.at < late, (_not_restored(done.details["failed"]),), failed=True)
    failed = not done.details["chain"] or done.details["identity"] == "did not open"
    return Shown(done.at, done.at < late, tuple(_found(done.details)), failed)


def _found(details: Any) -> Iterator[str]:
    yield _entries(details["entries"])
    yield _("The audit chain held.") if details["chain"] else _("The audit chain did not hold.")
    yield str(IDENTITY.get(details["identity"], ""))


def _entries(count: int) -> str:
    return ngettext("{count} entry in the audit chain", "{count} entries in the audit chain", count).format(
        count=words.plain_number(count)
    )


def _not_restored(code: str) -> str:
    return _(
        "The backup could not be restored ({code}). Ask whoever runs the machine to make another and try it."
    ).format(code=code)
