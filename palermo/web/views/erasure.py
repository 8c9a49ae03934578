"""How does somebody erase what identifies a person? What goes and what stays is read, then confirmed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from palermo.actions import cases, erasure
from palermo.actions.erasure import Consequence
from palermo.actions.vault import Locked
from palermo.web.doors import actor
from palermo.web.forms import EraseForm
from palermo.web.views.problems import unlock_first


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, case: str) -> HttpResponse:
    """What goes, what stays, and the form that confirms it."""
    consequence = erasure.preview_erasure(actor(request), case)
    form = EraseForm(request.POST if request.method == "POST" else None, case=case)
    if form.is_bound and form.is_valid():
        try:
            done = erasure.erase_person(actor(request), case, reason=form.cleaned_data["reason"])
        except Locked:
            return unlock_first(request)
        messages.success(request, _("What identifies the person was erased."))
        if not done.wiped:
            messages.warning(request, _later())
        return redirect("case-erased", case=case)
    shown = {"case": case, "form": form, "goes": _goes(consequence), "consequence": consequence}
    return render(request, "palermo/erase.html", shown)


@require_safe
def erased(request: HttpRequest, case: str) -> HttpResponse:
    """What was done, and what is left to do by hand."""
    erasure.check_can_erase_person(actor(request))
    view = cases.one_case(actor(request), case)
    return render(request, "palermo/erased.html", {"case": case, "on": view.erased})


def _later() -> str:
    return _(
        "Old bytes of it may stay in the files of the database until others have ended what they read."
        " Without their keys, which are destroyed, nobody can open them."
    )


def _goes(one: Consequence) -> tuple[tuple[str, int, str], ...]:
    """Title, number and an explanation of each kind that is there."""
    lines: tuple[tuple[Any, ...], ...] = (
        (_("Persons"), one.persons, _("names, birth, contacts, documents, notes, and the index of names")),
        (
            _("Cases"),
            one.cases,
            _("exact places, days, all that is sealed; all cases of the person"),
        ),
        (_("Referrals"), one.records, _("to whom, and when exactly")),
        (_("Earlier versions"), one.earlier_versions, _("what the records said before they were mended")),
        (_("Files"), one.files, _("with their titles")),
        (
            _("Reasons of break-glass"),
            one.break_glass,
            _("that the case was opened stays in the audit chain"),
        ),
        (_("Submissions"), one.submissions, _("each file as it arrived that speaks of the person, whole")),
        (_("Rows that wait to be mended"), one.bad_rows, _("of everybody in these files")),
        (
            _("Exports"),
            one.exports,
            _("all of your organisation; they can be made again"),
        ),
    )
    return tuple(line for line in lines if line[1])
