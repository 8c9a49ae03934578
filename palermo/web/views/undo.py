"""How is a whole import taken back? What would go, come back and stay is shown before it is confirmed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from palermo.actions import undo
from palermo.web.doors import actor
from palermo.web.views.drafts import after_job


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, intake: str) -> HttpResponse:
    if request.method == "POST":
        return after_job(request, undo.start(actor(request), intake))
    found = undo.preview(actor(request), intake)
    shown = {"found": found, "intake": intake, "figures": _figures(found), "reasons": _reasons(found)}
    return render(request, "palermo/import_undo.html", shown)


def _figures(found: undo.Consequence) -> tuple[tuple[str, int, str], ...]:
    held = (_("No longer held by it"), found.met, _("records that were here already, and stay"))
    return (
        (_("Withdrawn"), found.withdrawn, _("records that were not here before this import")),
        (_("Brought back"), found.restored, _("records whose version before this import returns")),
        (_("Left as they are"), found.remaining, _("records on which something later stands")),
        *((held,) if found.met else ()),
    )


def _reasons(found: undo.Consequence) -> tuple[tuple[str, int], ...]:
    texts: dict[str, Any] = {
        "later": _("A later import changed them. Undo that one first, and then this one."),
        "erased": _("They were erased. Erased stays erased."),
        "no_earlier": _("Their earlier version is no longer kept whole."),
        "met_again": _(
            "A later import brought them, too, just as they are. Undo that one first, and then this one."
        ),
        "files": _("A file was attached to the case since. Remove it first, if the case is to go."),
        "break_glass": _("Somebody opened the case in an emergency, and that must stay on record."),
        "referred": _("A later import brought a case of this person, or a referral of this case."),
    }
    return tuple((str(texts[reason]), count) for reason, count in found.reasons.items())
