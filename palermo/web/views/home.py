"""What waits for this user? Cases, imports with rows that stayed out, labels to settle."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from palermo.actions import cases, collect, joining, labels
from palermo.actions.collect import SubmissionLine
from palermo.report import TABLES
from palermo.web import words
from palermo.web.doors import actor, may
from palermo.web.views.break_glass import notices
from palermo.web.views.imports import line


class Tile(NamedTuple):
    title: str
    figure: int
    text: str
    address: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    actor(request)
    may_list = may(request, "collect.list_submissions")
    submissions = collect.list_submissions(actor(request)) if may_list else ()
    shown = {
        "notices": notices(request),
        "roles_given": _roles_given(request),
        "invited": bool(joining.invitations(request.user)),
        "may_ask_who_saw": may(request, "audit.who_saw") and not may(request, "cases.one_case"),
        "tiles": tuple(_tiles(request, submissions)),
        "submissions": tuple(map(line, submissions[:5])),
        "may_list": may_list,
        "may_import": may(request, "collect.import_file"),
    }
    return render(request, "palermo/home.html", shown)


def _roles_given(request: HttpRequest) -> tuple[dict[str, Any], ...]:
    """What an administrator gave to accounts, for a focal point to see."""
    held = joining.given(actor(request)) if may(request, "joining.given") else ()
    return tuple({"id": one.id, "role": words.role_name(one.role), "on": one.given} for one in held)


def _tiles(request: HttpRequest, submissions: tuple[SubmissionLine, ...]) -> Iterator[Tile]:
    if may(request, "cases.count_cases"):
        count = cases.count_cases(actor(request))
        yield Tile(
            _("Cases"), count, _("held by your organisation, as far as your role reaches"), reverse("cases")
        )
    if may(request, "collect.list_submissions"):
        waiting = sum(1 for one in submissions if one.refused)
        yield Tile(_("Imports to mend"), waiting, _("files with rows that stayed out"), reverse("imports"))
    if may(request, "labels.unresolved"):
        count = len(labels.unresolved(actor(request)))
        yield Tile(
            _("Labels to settle"), count, _("labels of areas that nobody has decided"), reverse("labels")
        )
    if may(request, "report.build_tables"):
        yield Tile(_("Tables"), len(TABLES), _("tables, each number with a trace"), reverse("tables"))
