"""How does a person put a draft right on a page? A form for each faulty cell, and one for the columns."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from palermo import ProblemWithInput
from palermo.actions import drafts, mending
from palermo.actions.draft_views import ColumnLine, DraftView
from palermo.actions.imports import Busy
from palermo.collect import field_of, fields_of, likely_field
from palermo.web import words
from palermo.web.doors import actor
from palermo.web.views.drafts import Typed, after_job, asked_for, field_name, patiently, shown
from palermo.web.views.imports import layout
from palermo.web.views.labels import area_code


@require_POST
def mend(request: HttpRequest, draft: str) -> HttpResponse:
    """One cell, or with `all` every cell of its column that says the same."""
    row, place = number(request.POST.get("row")), number(request.POST.get("place"))
    value = request.POST.get("value", "")
    value = area_code(value) or value if request.POST.get("area") else value
    change = mending.mend_all if request.POST.get("all") else mending.mend
    try:
        job = patiently(lambda: change(actor(request), draft, row, place, value))
    except Busy as busy:
        typed = Typed(row, place, request.POST.get("value", ""), words.why(busy))
        return shown(request, draft, *asked_for(request.POST), typed=typed)
    return after_job(request, job, _back(request, draft, row))


@require_POST
def take_back(request: HttpRequest, draft: str) -> HttpResponse:
    job = mending.take_back(actor(request), draft, request.POST.get("change", ""))
    return after_job(request, job, reverse("draft", args=(draft,)) + "#changes")


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, draft: str) -> HttpResponse:
    """Which column is read as what; one is changed at a time."""
    problem = ""
    if request.method == "POST":
        chosen = {number(request.POST.get("place")): request.POST.get("field", "")}
        try:
            job = patiently(lambda: mending.map_columns(actor(request), draft, chosen))
        except ProblemWithInput as refused:
            if not (isinstance(refused, Busy) or str(refused).startswith("IMPORT-")):
                raise
            problem = words.why(refused)
        else:
            return after_job(request, job, reverse("draft-columns", args=(draft,)))
    view = drafts.one_draft(actor(request), draft)
    place = (request.POST if problem else request.GET).get("place")
    told = {"problem": problem, "chosen": number(place), "chosen_field": request.POST.get("field", "")}
    return render(request, "palermo/draft_columns.html", _columns(view) | told)


@require_POST
def forget_columns(request: HttpRequest, draft: str) -> HttpResponse:
    job = mending.forget_columns(actor(request), draft)
    messages.info(request, _("The columns are recognised as at first; nothing is remembered."))
    return after_job(request, job, reverse("draft-columns", args=(draft,)))


def number(text: Any) -> int:
    """A number that a form sent; -1 for anything else, which no row and no column has."""
    given = str(text or "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def _back(request: HttpRequest, draft: str, row: int) -> str:
    """The rows that were looked at, at the row that was mended or where it was."""
    code, after = asked_for(request.POST)
    told = {"code": code, "after": after} if code or after else {}
    query = f"?{urlencode(told)}" if told else ""
    return f"{reverse('draft', args=(draft,))}{query}#row-{row}"


def _columns(view: DraftView) -> dict[str, Any]:
    name, taken = view.line.layout, {column.name for column in view.columns if column.is_read}
    free = tuple(field for field in fields_of(name) if field.name not in taken)
    return {
        "draft": view.line,
        "view": view,
        "layout": layout(name),
        "columns": tuple(_column(name, column, taken) for column in view.columns),
        "fields": free,
    }


def _column(layout: str, column: ColumnLine, taken: set[str]) -> dict[str, Any]:
    likely = likely_field(layout, column.label) if column.label and not column.is_read else ""
    likely = "" if likely in taken or field_of(layout, likely) is None else likely
    return {
        "column": column,
        "number": column.place + 1,
        "field": field_name(layout, column.name),
        "likely": likely,
        "likely_name": field_name(layout, likely),
    }
