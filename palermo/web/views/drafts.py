"""What would a file do, what is wrong with it, and does it go in? The page of a draft, as plain forms.

What was found is shown only to whoever the rights table lets see it, while the vault is unlocked. An address
holds the draft's id, a code of a problem and the number of a row, and nothing that the file says.
"""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from palermo.actions import background, drafts
from palermo.actions.draft_views import Cell, DraftLine, DraftView, RowLine
from palermo.actions.imports import Busy
from palermo.codes import code_list
from palermo.collect import CATALOGUE, choices_of, field_of
from palermo.web import words
from palermo.web.doors import actor
from palermo.web.import_forms import DraftForm
from palermo.web.views import imports

CODES = frozenset(known.code for known in CATALOGUE)
UNRESOLVED = "COLLECT-040"
CELLS_SHOWN = 6
PATIENCE, BETWEEN_TRIES = 3.0, 0.2
"""Seconds for which a page waits until other work has ended, and between two looks at it."""


class Typed(NamedTuple):
    """What somebody typed into the field of a cell, and why it was not taken."""

    row: int
    place: int
    value: str
    problem: str


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, draft: str) -> HttpResponse:
    """The draft; what is sent has the file read as another layout, or for another area."""
    if request.method == "POST":
        form = DraftForm(request.POST)
        given = form.cleaned_data if form.is_valid() else {}
        job = drafts.read_again(actor(request), draft, **given)
        return after_job(request, job)
    return shown(request, draft, *asked_for(request.GET))


def shown(
    request: HttpRequest, draft: str, code: str, after: int, *, typed: Typed | None = None
) -> HttpResponse:
    """The page of a draft; with `typed`, what could not be done, and the value in its field again."""
    view = drafts.one_draft(actor(request), draft, code=code, after=after)
    told = _shown(view, code, after) | {"typed": typed}
    return render(request, "palermo/draft.html", told, status=409 if typed else 200)


def patiently(work: Callable[[], str]) -> str:
    """What `work` gives; where other work is in the way, it is tried again for some seconds."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return work()
        except Busy:
            if time.monotonic() > until:
                raise
            time.sleep(BETWEEN_TRIES)


@require_POST
def commit(request: HttpRequest, draft: str) -> HttpResponse:
    return after_job(request, drafts.commit(actor(request), draft))


@require_POST
def discard(request: HttpRequest, draft: str) -> HttpResponse:
    drafts.discard(actor(request), draft)
    messages.success(request, _("The draft was discarded. Nothing of the file went in."))
    return redirect("imports")


@require_POST
def from_bad_rows(request: HttpRequest, submission: str) -> HttpResponse:
    """Rows that stayed out of an import become a draft of their own."""
    return after_job(request, drafts.from_bad_rows(actor(request), submission))


@require_POST
def look_again(request: HttpRequest, submission: str) -> HttpResponse:
    """A file that is kept becomes a draft: after it was undone, say."""
    return after_job(request, drafts.look_again(actor(request), submission))


def after_job(request: HttpRequest, job: str, back: str = "") -> HttpResponse:
    """On to what came of a job that ends at once, `back` where a draft was changed; else to its progress."""
    background.wait(job, seconds=imports.QUICK)
    if back and imports.is_done(request, job):
        return redirect(back)
    return redirect("import-job", job=job)


def asked_for(given: Any) -> tuple[str, int]:
    """Which rows a page shows: those with this problem, after this row."""
    code, after = given.get("code", ""), given.get("after", "")
    number = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    return code if code in CODES else "", number


def field_name(layout: str, name: str) -> str:
    """What a field is called; a column that is none keeps its name."""
    known = field_of(layout, name)
    return known.label if known else name


def line(one: DraftLine) -> dict[str, Any]:
    """A draft for a list: by its time, because file names are not kept."""
    told = {name: getattr(one, name) for name in ("id", "arrived", "expires", "rows", "refused", "problems")}
    return told | {"layout": imports.layout(one.layout)}


def _shown(view: DraftView, code: str, after: int) -> dict[str, Any]:
    one = view.line
    initial = {"layout": one.layout, "area": one.area, "invented": one.invented}
    return {
        "draft": one,
        "view": view,
        "layout": imports.layout(one.layout),
        "figures": _figures(one),
        "form": DraftForm(initial=initial),
        "codes": tuple((c, n, _meaning(c), c == code) for c, n in view.codes),
        "code": code,
        "after": after,
        "rows": tuple(_row(view, each) for each in view.rows),
        "next": view.rows[-1].row if view.more else 0,
        "warned": tuple(_warned(view, each) for each in view.warned),
        "mends": tuple((each, field_name(one.layout, each.name)) for each in view.mends),
        "columns": tuple((each, field_name(one.layout, each.name)) for each in view.columns),
        "unread": sum(not each.is_read for each in view.columns),
        "mendable": one.layout != "palermo",
        "areas": _areas() if _asks_area(view) else (),
    }


def _figures(one: DraftLine) -> tuple[tuple[str, int, str], ...]:
    return (
        (_("Rows read"), one.rows, ""),
        (_("Would be stored"), one.stored, _("records that are not here yet")),
        (_("Would supersede"), one.superseded, _("records that would take the place of an earlier version")),
        (_("Unchanged"), one.unchanged, _("records that are here already, just so")),
        (_("Would stay out"), one.refused, _("rows with a problem that must be mended")),
    )


def _meaning(code: str) -> str:
    return words.said(next((known.meaning for known in CATALOGUE if known.code == code), code))


def _row(view: DraftView, row: RowLine) -> dict[str, Any]:
    layout = view.line.layout
    others = tuple((field_name(layout, cell.name), cell.text) for cell in row.others)
    return {
        "row": row.row,
        "faulty": tuple(_cell(view, cell, row.row) for cell in row.faulty),
        "whole": row.whole,
        "others": others[:CELLS_SHOWN],
        "rest": others[CELLS_SHOWN:],
    }


def _warned(view: DraftView, warned: Any) -> dict[str, Any]:
    cell = _cell(view, warned.cell, warned.row)
    asks = (
        warned.cell.code == "COLLECT-040" and warned.cell.place is not None and warned.cell.text is not None
    )
    return cell | {"times": warned.times, "asks": asks}


def _cell(view: DraftView, cell: Cell, row: int) -> dict[str, Any]:
    layout = view.line.layout
    field = field_of(layout, cell.name)
    return {
        "cell": cell,
        "row": row,
        "name": field_name(layout, cell.name),
        "meaning": _meaning(cell.code),
        "kind": field.kind if field else "text",
        "choices": choices_of(layout, cell.name),
        "more": cell.alike > 1,
    }


def _asks_area(view: DraftView) -> bool:
    """Whether a cell on the page takes an area."""
    cells = [cell for row in view.rows for cell in row.faulty] + [each.cell for each in view.warned]
    fields = (field_of(view.line.layout, cell.name) for cell in cells)
    return any(field is not None and field.kind == "area" for field in fields)


def _areas() -> tuple[str, ...]:
    return tuple(
        words.label(code, of=name) for name in ("areas", "special_areas") for code in code_list(name)
    )
