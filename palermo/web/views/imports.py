"""How does a file come in, what came of it, and how are its bad rows mended and sent again?

The import runs in the background; its page asks again by itself, without script. What was found is shown
only to whoever the rights table lets see it: the file's owner.
"""

from codecs import BOM_UTF8
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palermo.actions import background, collect, drafts, imports, undo
from palermo.actions.collect import SubmissionLine, SubmissionView
from palermo.actions.imports import Busy, ImportState
from palermo.cases import Problem
from palermo.web import words
from palermo.web.doors import actor, may
from palermo.web.forms import LAYOUTS
from palermo.web.import_forms import ImportForm
from palermo.web.views.tables import as_file

SECONDS_BETWEEN_LOOKS = 2
QUICK = 1.5
"""Seconds in which most files are looked at; a page of its own tells how far longer work is."""


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    from palermo.web.views import drafts as draft_pages

    waiting = drafts.list_drafts(actor(request)) if may(request, "drafts.list_drafts") else ()
    shown = {
        "submissions": tuple(map(line, collect.list_submissions(actor(request)))),
        "drafts": tuple(map(draft_pages.line, waiting)),
        "may_import": may(request, "collect.import_file"),
    }
    return render(request, "palermo/imports.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form; sent files become drafts, or one goes in at once; either leads to its progress."""
    collect.check_can_import_file(actor(request))
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                job = _start(request, form.cleaned_data)
            except Busy as busy:
                form.add_error("file", words.why(busy))
            else:
                background.wait(job, seconds=QUICK if request.POST.get("look") else 0)
                return redirect("import-job", job=job)
    else:
        form = ImportForm(initial={"layout": request.GET.get("layout")})
    return render(
        request, "palermo/import_new.html", {"form": form, "may_unlock": may(request, "vault.unlock")}
    )


@require_safe
def running(request: HttpRequest, job: str) -> HttpResponse:
    """How far the import is; leads on to what came of it."""
    state = imports.import_state(actor(request), job)
    if state.outcome == "done" and state.kind == "draft":
        return redirect("draft", draft=state.submission) if state.submission else redirect("imports")
    if state.outcome == "done":
        return redirect("import", submission=state.submission)
    if state.outcome:
        return render(request, "palermo/import_ended.html", _ended(state))
    titles = {"draft": _("The file is being read"), "undo": _("The import is being undone")}
    title = titles.get(state.kind, _("Import in progress"))
    shown = {"state": state, "job": job, "progress": _progress(state), "title": title}
    response = render(request, "palermo/import_running.html", shown)
    response.headers["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return response


@require_POST
def cancel(request: HttpRequest, job: str) -> HttpResponse:
    imports.cancel_import(actor(request), job)
    messages.info(request, _("The work was asked to stop."))
    return redirect("import-job", job=job)


@require_safe
def one(request: HttpRequest, submission: str) -> HttpResponse:
    view = collect.one_submission(actor(request), submission)
    intakes = undo.intakes_of(actor(request), submission)
    undone = bool(intakes) and all(each.undone for each in intakes)
    shown = {
        "submission": view.line,
        "layout": layout(view.line.layout),
        "summary": _undone() if undone else _summary(view.line),
        "undone": undone,
        "figures": _figures(view.line),
        "locked": view.locked and view.bad_rows_kept,
        "may_mend": view.bad_rows
        and view.bad_rows_kept
        and not view.locked
        and may(request, "collect.bad_rows_file"),
        "problems": tuple(map(_problem, sorted(view.problems, key=lambda each: not each.refused))),
        "shown": _shown(view),
        "intakes": intakes,
        "may_look_again": undone and may(request, "drafts.look_again"),
        "may_undo": may(request, "undo.start"),
        "mend_here": view.line.layout != "palermo" and may(request, "drafts.from_bad_rows"),
    }
    return render(request, "palermo/import.html", shown)


@require_safe
def bad_rows(request: HttpRequest, submission: str) -> HttpResponse:
    """The rows that stayed out, as a file to mend: CSV, or JSON lines where the file was in Palermo's own."""
    content = collect.bad_rows_file(actor(request), submission, language=words.reader())
    if content.startswith(BOM_UTF8):
        return as_file(content, name="bad-rows.csv", type="text/csv; charset=utf-8")
    return as_file(content, name="bad-rows.jsonl", type="application/jsonl")


def layout(name: str) -> str:
    return str(dict(LAYOUTS).get(name, name))


def line(one: SubmissionLine) -> dict[str, Any]:
    """A submission for a list. File names are not kept, because they can hold a name: it goes by its time."""
    return {
        "id": one.id,
        "arrived": one.arrived,
        "layout": layout(one.layout),
        "rows": one.rows,
        "refused": one.refused,
        "problems": one.problems,
    }


def is_done(request: HttpRequest, job: str) -> bool:
    """Whether a job has ended well."""
    return imports.import_state(actor(request), job).outcome == "done"


def _start(request: HttpRequest, given: dict[str, Any]) -> str:
    """Several files are always looked at first."""
    contents = [b"".join(file.chunks()) for file in given["file"]]
    options = {name: given[name] or None for name in ("layout", "area")} | {"invented": given["invented"]}
    if request.POST.get("look") or len(contents) > 1:
        return drafts.start(actor(request), contents, **options)
    return imports.start_import(actor(request), contents[0], **options)


def _progress(state: ImportState) -> str:
    """Where the work is, as one sentence: alone, with what is done, or with what is done of how much."""
    texts = {
        "reading": (
            _("The file is being read."),
            _("The file is being read: row {done}."),
            _("The file is being read: row {done} of {total}."),
        ),
        "storing": (
            _("Records are being stored."),
            _("Records are being stored: {done} so far."),
            _("Records are being stored: {done} of {total}."),
        ),
        "undoing": (
            _("Records are being taken back."),
            _("Records are being taken back: {done} so far."),
            _("Records are being taken back: {done} of {total}."),
        ),
    }
    alone, so_far, of_all = texts.get(state.stage, (_("The work begins soon."),) * 3)
    text = of_all if state.total else so_far if state.done else alone
    return text.format(done=words.plain_number(state.done), total=words.plain_number(state.total or 0))


def _ended(state: ImportState) -> dict[str, str]:
    """What a page says of an import that ended without storing anything."""
    titles = {
        "stopped": _("The import was stopped"),
        "failed": _("The file could not be imported"),
        "interrupted": _("The import was interrupted"),
    }
    others = {
        "draft": (_("The file could not be read as it was asked"), _("Nothing of the file went in.")),
        "undo": (_("The import was not undone"), _("Everything is as it was before.")),
    }
    title = titles.get(state.outcome, titles["failed"])
    title, text = others.get(state.kind, (title, _("Nothing of the file was stored.")))
    return {"title": title, "text": text, "problem": words.said(state.problem)}


def _undone() -> str:
    return _("The import was undone: what it did was taken back.")


def _summary(one: SubmissionLine) -> str:
    rows, refused = words.plain_number(one.rows), words.plain_number(one.refused)
    if one.refused:
        return _("{refused} of {rows} rows stayed out and can be mended.").format(refused=refused, rows=rows)
    return _("All {rows} rows of the file are in.").format(rows=rows)


def _figures(one: SubmissionLine) -> tuple[tuple[str, int, str], ...]:
    return (
        (_("Rows read"), one.rows, ""),
        (_("Stored"), one.stored, _("records that were not here before")),
        (_("Superseded"), one.superseded, _("records that took the place of an earlier version")),
        (_("Unchanged"), one.unchanged, _("records that were here already, just so")),
        (_("Stayed out"), one.refused, _("rows with a problem that must be mended")),
    )


def _problem(one: Any) -> dict[str, Any]:
    place = Problem(one.code, one.expected, one.todo, row=one.row, column=one.column).place
    fields = ("code", "suggestion", "refused", "length", "found")
    told = {"place": place, "expected": one.expected, "todo": one.todo}
    return {name: words.said(text) for name, text in told.items()} | {f: getattr(one, f) for f in fields}


def _shown(view: SubmissionView) -> str:
    count, total = len(view.problems), view.line.problems
    if count == total:
        return ngettext("{total} problem", "{total} problems", total).format(total=words.plain_number(total))
    first, every = words.plain_number(count), words.plain_number(total)
    return _("The first {count} of {total} problems").format(count=first, total=every)
