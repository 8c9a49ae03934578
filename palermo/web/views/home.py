"""What is new, and what waits for this user? What needs attention, what came in, figures and a map.

Each part is there only where the role holds its right. Where there is nothing yet, the page says what to do
first.
"""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from palermo.actions import attention, collect, figures, joining
from palermo.actions.case_filters import CaseFilter
from palermo.actions.collect import SubmissionLine
from palermo.actions.figures import Figures
from palermo.web import figures as in_words
from palermo.web import words
from palermo.web.attention import Item, item
from palermo.web.case_choices import Choice, address
from palermo.web.doors import actor, may
from palermo.web.views.break_glass import notices
from palermo.web.views.imports import layout

LATEST_IMPORTS = 5
ASKED_BY_SCRIPT = "HX-Request"


class Step(NamedTuple):
    """Something to do first, and where."""

    title: str
    text: str
    address: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    actor(request)
    items = _attention(request)
    found = figures.of_cases(actor(request)) if may(request, "figures.of_cases") else None
    imports = _imports(request)
    empty = not (found and found.cases) and not imports
    shown = {
        "notices": notices(request),
        "roles_given": _roles_given(request) if any(one.name == "roles_given" for one in items) else (),
        "invited": bool(joining.invitations(request.user)),
        "attention": items,
        "imports": imports,
        "arrived": _arrived(found) if found and found.cases else "",
        "arrived_at": address("cases", _lately(found)) if found and found.lately else "",
        "figures": in_words.shown(found) if found and found.cases else (),
        "areas": in_words.areas(found) if found and found.cases else (),
        "steps": _steps(request) if empty else (),
        "no_cases": bool(found) and not (found and found.cases),
        "may_import": may(request, "collect.import_file"),
    }
    return render(request, "palermo/home.html", shown)


@require_safe
@vary_on_headers(ASKED_BY_SCRIPT)
def where(request: HttpRequest) -> HttpResponse:
    """The map, apart from the first page, which has to be light. A script gets the picture alone."""
    found = figures.of_cases(actor(request))
    shown = {"map": in_words.map_of(found)}
    part = "where_map" if request.headers.get(ASKED_BY_SCRIPT) else "where"
    return render(request, f"palermo/{part}.html", shown)


def _attention(request: HttpRequest) -> tuple[Item, ...]:
    now = timezone.now()
    return tuple(item(one, now=now) for one in attention.what_waits(actor(request), now=now))


def _roles_given(request: HttpRequest) -> tuple[dict[str, Any], ...]:
    """What an administrator gave to accounts, for a focal point to see."""
    held = joining.given(actor(request)) if may(request, "joining.given") else ()
    return tuple({"id": one.id, "role": words.role_name(one.role), "on": one.given} for one in held)


def _imports(request: HttpRequest) -> tuple[dict[str, Any], ...]:
    """The last files, with what came of each."""
    if not may(request, "collect.list_submissions"):
        return ()
    held = collect.list_submissions(actor(request), limit=LATEST_IMPORTS)
    return tuple(
        {"id": one.id, "arrived": one.arrived, "layout": layout(one.layout), "result": _result(one)}
        for one in held
    )


def _result(one: SubmissionLine) -> str:
    if one.undone:
        return _("The import was undone.")
    rows, refused = words.plain_number(one.rows), words.plain_number(one.refused)
    if one.refused:
        return ngettext(
            "{refused} of {rows} rows stayed out.", "{refused} of {rows} rows stayed out.", one.refused
        ).format(refused=refused, rows=rows)
    return ngettext("The only row is in.", "All {rows} rows are in.", one.rows).format(rows=rows)


def _arrived(found: Figures) -> str:
    """What came in lately, and since when."""
    since, number = words.day(found.since.date()), words.plain_number(found.lately)
    if not found.lately:
        latest = words.day(found.latest.date()) if found.latest else ""
        return _("No case came in or was changed since {since}. The last one was on {latest}.").format(
            since=since, latest=latest
        )
    return ngettext(
        "Since {since}, {number} case came in or was changed.",
        "Since {since}, {number} cases came in or were changed.",
        found.lately,
    ).format(since=since, number=number)


def _lately(found: Figures) -> Choice:
    return Choice(CaseFilter(arrived_from=found.since.date().isoformat()))


def _steps(request: HttpRequest) -> tuple[Step, ...]:
    """What this role does first, as far as it may; who reads cases that are not there yet is told so."""
    wanted = (
        ("vault.begin_set_up", _("Set up the vault"), _("So that files with names can be taken."), "vault"),
        (
            "collect.import_file",
            _("Import a file"),
            _("Cases, problems and tables follow from it."),
            "import-new",
        ),
        ("accounts.staff", _("Members"), _("See who works here, and in which role."), "members"),
        ("audit.verify_chain", _("Audit"), _("Check that the chain of entries is whole."), "audit"),
        ("backups.state", _("Backups"), _("See when the last backup was made and tried."), "backups"),
        (
            "audit.who_saw",
            _("Who saw a record"),
            _("With the number of a case, see who opened it."),
            "who-saw-ask",
        ),
        ("report.build_tables", _("Tables"), _("See which tables there are, and their rules."), "tables"),
    )
    return tuple(
        Step(title, text, reverse(page)) for right, title, text, page in wanted if may(request, right)
    )
