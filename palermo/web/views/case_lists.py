"""Which cases are there, how many, and what is done with those that are ticked? Codes only on these pages.

The counts come apart from the list, so that the list stays quick: as a page of their own, or, where a script
asks for them, beside the filters.
"""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from palermo.actions import cases, saved_filters
from palermo.actions.case_counts import Group
from palermo.actions.case_filters import SEVERAL
from palermo.actions.case_lists import CaseLine
from palermo.actions.saved_filters import Saved
from palermo.web import words
from palermo.web.case_choices import Choice, address, choice_of, chosen, in_words, label_of, pairs, text_of
from palermo.web.case_forms import CaseFilterForm
from palermo.web.doors import actor, may
from palermo.web.views.case import COLOURS

MOST_CODES = 10
"""Of areas and citizenships that many are shown, the most frequent first; all of them can be chosen."""

COLUMNS = (
    ("arrived", "arrived_first"),
    ("status", "status_last"),
    ("detected", "detected_first"),
    ("area", "area_last"),
)
FALL = ("arrived", "detected", "status_last", "area_last")
ASKED_BY_SCRIPT = "HX-Request"


class Heading(NamedTuple):
    """A column by which the list can be sorted: where to, and how it is sorted now ("" where by another)."""

    address: str
    sorted: str


class Line(NamedTuple):
    """A code with its number of cases, and the address of the list with it, or without it where it is on."""

    text: str
    cases: int
    address: str
    on: bool


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    form = CaseFilterForm(request.GET)
    if not form.is_valid():
        return render(request, "palermo/cases.html", {"form": form, **_saved(request)})
    choice = choice_of(form)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = cases.list_cases(
        actor(request), filters=choice.filters, sort=choice.sort, after=after, before=before, size=choice.size
    )
    shown = {
        "form": form,
        "chosen": chosen(choice),
        "cases": tuple(map(_line, page.rows)),
        "next": address("cases", choice, after=page.next) if page.next else "",
        "previous": address("cases", choice, before=page.previous) if page.previous else "",
        "headings": {first: _heading(choice, first, last) for first, last in COLUMNS},
        "hidden": pairs(choice),
        "counts": address("case-counts", choice),
        "export": address("export-new", choice) if may(request, "exports.ask") else "",
        **_saved(request, choice),
    }
    return render(request, "palermo/cases.html", shown)


@require_safe
@vary_on_headers(ASKED_BY_SCRIPT)
def counts(request: HttpRequest) -> HttpResponse:
    """How many cases are chosen, by code. A script gets the part that stands beside the filters."""
    choice = choice_of(CaseFilterForm(request.GET))
    found = cases.counts_by_code(actor(request), filters=choice.filters)
    shown = {
        "chosen": chosen(choice),
        "total": found.chosen,
        "reach": found.reach,
        "groups": tuple(_group(choice, group) for group in found.groups if len(group.counts) > 1),
        "back": address("cases", choice),
    }
    part = "case_counts" if request.headers.get(ASKED_BY_SCRIPT) else "counts"
    return render(request, f"palermo/{part}.html", shown)


@require_safe
def choice(request: HttpRequest) -> HttpResponse:
    """Leads to what was asked for with the ticked cases, those of the page, or all that are chosen."""
    cases.check_can_list_cases(actor(request))
    form = CaseFilterForm(request.GET)
    wanted = choice_of(form)
    which, what = request.GET.get("which", ""), request.GET.get("what", "")
    if which != "all":
        here = request.GET.getlist("here") if which == "page" else request.GET.getlist("tick")
        ticked = CaseFilterForm({"cases": here}).filters.cases if here else ""
        if not ticked:
            messages.info(request, _("Tick a case first, or choose all cases of the page."))
            return redirect(address("cases", wanted))
        wanted = wanted.narrowed("cases", ticked)
    targets = {"export": "export-new", "count": "case-counts"}
    return redirect(address(targets.get(what, "cases"), wanted))


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keeps the choice for this user, and leads back to it."""
    form = CaseFilterForm(request.POST)
    wanted = choice_of(form)
    saved_filters.keep(actor(request), wanted.filters, sort=wanted.sort)
    messages.info(request, _("The choice is kept. Only you see it."))
    return redirect(address("cases", wanted))


@require_POST
def forget(request: HttpRequest, saved: str) -> HttpResponse:
    saved_filters.forget(actor(request), saved)
    messages.info(request, _("The choice was deleted."))
    return redirect("cases")


def _saved(request: HttpRequest, now: Choice | None = None) -> dict[str, Any]:
    """The user's own choices, each said in words, and whether the one of this page can be kept."""
    held = saved_filters.saved(actor(request)) if may(request, "saved_filters.saved") else ()
    kept = any(now and (each.filters, each.sort) == (now.filters, now.sort) for each in held)
    can_keep = bool(now and in_words(now.filters) and not now.filters.cases and not kept)
    return {"saved": tuple(map(_kept, held)), "keeps": pairs(now) if now and can_keep else ()}


def _kept(one: Saved) -> dict[str, Any]:
    text = " · ".join(f"{field}: {said}" for field, said in in_words(one.filters))
    return {"id": one.id, "text": text, "address": address("cases", Choice(one.filters, one.sort))}


def _heading(choice: Choice, first: str, last: str) -> Heading:
    """A press sorts by the column; another one turns the order."""
    turned = last if choice.sort == first else first
    told = "descending" if choice.sort in FALL else "ascending"
    by_it = choice.sort in (first, last)
    return Heading(address("cases", choice._replace(sort=turned)), told if by_it else "")


def _group(choice: Choice, group: Group) -> dict[str, Any]:
    """The codes of a field; a press adds one to the choice, or takes it off."""
    on = getattr(choice.filters, group.field).split()
    shown = [each for n, each in enumerate(group.counts) if n < MOST_CODES or each.code in on]
    left = len(group.counts) - len(shown)
    more = ngettext("{count} other code", "{count} other codes", left).format(count=left) if left else ""
    return {
        "title": label_of(group.field),
        "lines": tuple(_count(choice, group.field, each.code, each.cases, on) for each in shown),
        "more": more,
        "several": group.field in ("form", "citizenship"),
    }


def _count(choice: Choice, field: str, code: str, number: int, on: list[str]) -> Line:
    others = [other for other in on if other != code]
    codes = others if code in on else [*on, code] if field in SEVERAL else [code]
    return Line(
        text_of(field, code), number, address("cases", choice.narrowed(field, " ".join(codes))), code in on
    )


def _line(line: CaseLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "arrived": line.arrived,
        "status": words.label(line.status, of="status_steps"),
        "colour": COLOURS.get(line.status, "grey"),
        "kind": line.kind,
        "invented": line.invented,
        "detected": words.month_of(line.month),
        "area": words.area(line.area),
        "sex": words.label(line.sex, of="sex"),
        "age_group": words.label(line.age_group, of="age_groups"),
        "forms": ", ".join(words.label(form, of="exploitation_forms") for form in line.forms),
    }
