"""Where does a notice of work in the background lead? To its progress, or to what came of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from palermo.actions import imports, notices
from palermo.actions.background import JobState
from palermo.web.doors import actor, may

UNASKED = "index"
"""Names are made findable at each unlock, without anybody's asking: no news."""


@require_safe
def follow(request: HttpRequest, job: str) -> HttpResponse:
    """To the page of the job, by its kind."""
    state, export = notices.follow(actor(request), job)
    if export:
        return redirect("export", export=export)
    if state.kind in imports.KINDS:
        return redirect("import-job", job=job)
    return redirect("vault-work", job=job)


@require_POST
def seen(request: HttpRequest, job: str) -> HttpResponse:
    """Ends the notice; back to the first page."""
    notices.seen(actor(request), job)
    return redirect("home")


def told(request: HttpRequest) -> tuple[dict[str, Any], ...]:
    """The notices of a page: one line for each job that runs or has ended unseen."""
    if not may(request, "notices.mine"):
        return ()
    shown = (one for one in notices.mine(actor(request)) if one.kind != UNASKED)
    return tuple({"id": one.id, "text": _text(one), "runs": one.running} for one in shown)


def _text(one: JobState) -> str:
    kinds = {
        "import": (_("An import is in progress."), _("An import has ended.")),
        "draft": (_("A file is being looked at."), _("A file was looked at.")),
        "undo": (_("An import is being undone."), _("An import was undone.")),
        "export": (_("An export is in progress."), _("An export is ready.")),
        "rekey": (_("The vault is getting a new key."), _("The vault has a new key.")),
    }
    running, done = kinds.get(one.kind, (_("Work is in progress."), _("Work has ended.")))
    if one.running:
        return running
    return done if one.outcome == "done" else _("Work in the background ended before it was done.")
