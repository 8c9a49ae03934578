"""What is in one case? What the role reaches, in words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from palermo.actions import cases
from palermo.actions.cases import CaseView
from palermo.web import facts, words
from palermo.web.doors import actor, may
from palermo.web.views import files
from palermo.web.views.break_glass import notices

COLOURS = {
    "formally_identified": "green",
    "identified": "blue",
    "presumed": "yellow",
    "at_risk": "yellow",
    "not_identified": "grey",
    "not_assessed": "grey",
}


@require_safe
def one(request: HttpRequest, case: str) -> HttpResponse:
    view = cases.one_case(actor(request), case)
    shown = view.exact or view.case
    content = {
        "view": view,
        "case": shown,
        "status": words.label(shown.status, of="status_steps"),
        "colour": COLOURS[shown.status],
        "kind": words.label(shown.kind, of="case_kinds"),
        "person": view.person,
        "locked": _why_locked(view),
        "coarse": _why_coarse(view),
        "unlock": view.locked and view.has_person and view.may_see_person,
        "sections": facts.sections(shown),
        "raw": facts.raw_labels(shown),
        "referrals": view.referrals,
        "may_erase": may(request, "erasure.erase_person") and view.erased is None,
        "may_import": may(request, "collect.one_submission") and not view.opened_until,
        "files": {} if view.opened_until else files.section(request, case, erased=view.erased is not None),
        "may_ask_who_saw": may(request, "audit.who_saw") and not view.opened_until,
        "notices": notices(request, case=view.id),
    }
    return render(request, "palermo/case.html", content)


def _why_locked(view: CaseView) -> str:
    if view.erased and view.person is None:
        return _("What identifies this person was erased on {day}.").format(day=words.day(view.erased.date()))
    if not view.has_person:
        return _("No identity was taken with this case.")
    if view.may_see_person and view.locked:
        return _("The vault is locked.")
    return _("Locked: your role does not reach the identity. Who works with the person can open it.")


def _why_coarse(view: CaseView) -> str:
    if not view.has_exact or view.exact:
        return ""
    if view.may_see_exact:
        return _(
            "Exact places, exact days and what tells of health are sealed; unlock the vault to read them."
        )
    return _("Exact places and days are locked for your role; months and first-level areas are shown.")
