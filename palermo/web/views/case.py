"""What is in one case? What the role reaches: at a glance, in time, on a map, with its source and changes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from palermo.actions import case_papers, cases
from palermo.actions.cases import CaseView
from palermo.web import case_document, case_pictures, changes, facts, glance, words
from palermo.web.doors import actor, may
from palermo.web.views import files
from palermo.web.views.break_glass import notices
from palermo.web.views.imports import layout
from palermo.web.views.tables import as_file

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
    moments = glance.moments(shown, view.referrals)
    content = {
        "view": view,
        "case": shown,
        "status": words.label(shown.status, of="status_steps"),
        "colour": COLOURS[shown.status],
        "kind": words.label(shown.kind, of="case_kinds"),
        "layout": layout(view.layout),
        "person": view.person,
        "locked": _why_locked(view),
        "coarse": _why_coarse(view),
        "unlock": view.locked and view.has_person and view.may_see_person,
        "happened": glance.happened(shown),
        "next_steps": glance.next_steps(shown, view.referrals),
        "moments": moments,
        "timeline": case_pictures.in_time(moments),
        "journey": case_pictures.journey(shown),
        "sections": facts.sections(shown),
        "others": facts.other_labels(shown),
        "steps": changes.steps(view, shown),
        "referrals": view.referrals,
        **_rights(request, case, view),
    }
    return render(request, "palermo/case.html", content)


@require_safe
def paper(request: HttpRequest, case: str) -> HttpResponse:
    """The case as a PDF to keep, without what identifies; its file name tells nothing."""
    from palermo.report.pdf import pdf

    made = case_papers.case_paper(actor(request), case)
    return as_file(pdf(case_document.document(made)), name="palermo-case.pdf", type="application/pdf")


def _rights(request: HttpRequest, case: str, view: CaseView) -> dict[str, Any]:
    """What may be done from the page; little of it for somebody to whom the case was opened."""
    lent = bool(view.opened_until)
    return {
        "may_erase": may(request, "erasure.erase_person") and view.erased is None,
        "may_import": may(request, "collect.one_submission") and not lent,
        "may_print": may(request, "case_papers.case_paper") and not lent,
        "files": {} if lent else files.section(request, case, erased=view.erased is not None),
        "may_ask_who_saw": may(request, "audit.who_saw") and not lent,
        "notices": notices(request, case=view.id),
    }


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
