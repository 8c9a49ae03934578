"""What waits for this user? What others wait for, then cases, imports with rows that stayed out, and labels.

A tile of the vault, of exports and of break-glass is there only while something waits.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from palermo.actions import break_glass, cases, collect, exports, joining, labels, vault
from palermo.actions.collect import SubmissionLine
from palermo.report import TABLES
from palermo.web import words
from palermo.web.doors import actor, may
from palermo.web.views.break_glass import notices
from palermo.web.views.imports import line


class Tile(NamedTuple):
    """One figure, or none where only one thing can wait."""

    title: str
    figure: int | None
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
        "tiles": (*_vault(request), *_asked(request), *_tiles(request, submissions)),
        "submissions": tuple(map(line, submissions[:5])),
        "may_list": may_list,
        "may_import": may(request, "collect.import_file"),
    }
    return render(request, "palermo/home.html", shown)


def _vault(request: HttpRequest) -> Iterator[Tile]:
    """What the vault waits for, for those who can do it."""
    if not may(request, "vault.begin_set_up") and not may(request, "vault.let_in"):
        return
    state = vault.state(actor(request))
    if not state.exists:
        if may(request, "vault.begin_set_up"):
            text = _("not set up yet: until then files with names, exact places or exact days are refused")
            yield Tile(_("Vault"), None, text, reverse("vault"))
        return
    if not may(request, "vault.let_in"):
        return
    if state.rekey_due:
        text = _("somebody who held the key has left: give the vault a new one")
        yield Tile(_("New key"), None, text, reverse("vault"))
    if waiting := sum(1 for one in vault.holders(actor(request)) if not one.let_in):
        yield Tile(_("Members to let in"), waiting, _("made a key and wait for the vault"), reverse("vault"))


def _asked(request: HttpRequest) -> Iterator[Tile]:
    """What colleagues asked for and this user may answer or review."""
    if may(request, "exports.waiting") and (waiting := len(exports.waiting(actor(request)))):
        yield Tile(_("Exports to agree to"), waiting, _("asked for by a colleague"), reverse("exports"))
    if not may(request, "break_glass.answer") and not may(request, "break_glass.review"):
        return
    asked = break_glass.requests(actor(request), own=False)
    for title, found, text in (
        (_("Break-glass to answer"), asked.waiting, _("cases asked for in an emergency")),
        (_("Break-glass to review"), asked.reviews, _("cases opened to somebody for some hours")),
    ):
        if found:
            yield Tile(title, len(found), text, reverse("break-glass"))


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
