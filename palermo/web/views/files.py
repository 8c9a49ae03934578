"""Which files does a case have, how is one attached, fetched and removed? Never shown in the page itself.

A file goes out as a copy to keep, under a name that tells nothing, in pieces as they are opened. The name
that the browser sends with an upload is dropped.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from palermo import PolicyRefusal, ProblemWithInput
from palermo.actions import files
from palermo.actions.files import FileLine
from palermo.store.access import Missing
from palermo.web import words
from palermo.web.doors import actor, may, needs_second_factor
from palermo.web.file_forms import AttachForm, largest_file
from palermo.web.uploads import at_most, too_large

PLAIN_TEXT = "text/plain"


def section(request: HttpRequest, case: str, *, erased: bool = False) -> dict[str, Any]:
    """What the page of a case shows of its files; empty for a role that reaches none."""
    if not may(request, "files.list_files"):
        return {}
    lines = files.list_files(actor(request), case)
    return {
        "lines": tuple(map(_line, lines)),
        "locked": any(line.title is None and not line.broken for line in lines),
        "form": AttachForm() if may(request, "files.attach") and not erased else None,
    }


@at_most(lambda: files.limits().file_bytes)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, case: str) -> HttpResponse:
    """The form; a file that is attached leads back to its case."""
    files.check_can_attach_to(actor(request), case)
    form = AttachForm()
    if request.method == "POST":
        form = AttachForm(request.POST, request.FILES)
        if _attached(request, case, form):
            messages.success(
                request, _("The file was attached, without what told of its origin, and sealed.")
            )
            return redirect("case", case=case)
    status = 413 if too_large(request) else 200
    return render(request, "palermo/file_add.html", {"form": form, "case": case}, status=status)


@needs_second_factor
@require_safe
def download(request: HttpRequest, file: str) -> StreamingHttpResponse:
    opened = files.open_file(actor(request), file)
    kind = f"{opened.media}; charset=utf-8" if opened.media == PLAIN_TEXT else opened.media
    headers = {
        "Content-Disposition": f'attachment; filename="{opened.name}"',
        "Content-Length": str(opened.size),
    }
    return StreamingHttpResponse(opened.pieces, content_type=kind, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, file: str) -> HttpResponse:
    """Asks once; then the file is gone for good."""
    if request.method == "POST":
        case = files.remove_file(actor(request), file)
        messages.success(request, _("The file was removed and its key destroyed."))
        return redirect("case", case=case)
    line = files.one_file(actor(request), file)
    return render(request, "palermo/file_remove.html", {"file": _line(line), "case": line.case})


def _attached(request: HttpRequest, case: str, form: AttachForm) -> bool:
    """Whether the file was stored; the form says why not. `Missing` goes on to its page."""
    if too_large(request):
        form.errors.pop("file", None)
        limit = largest_file()
        form.add_error("file", _("The file is too large. Choose one of {limit}.").format(limit=limit))
    if not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        files.attach(actor(request), case, content=given["file"].read(), title=given["title"])
    except Missing:
        raise
    except (ProblemWithInput, PolicyRefusal) as refused:
        form.add_error("title" if str(refused).startswith("STORE-070") else "file", words.why(refused))
        return False
    return True


def _line(line: FileLine) -> dict[str, Any]:
    kinds = {
        "image/jpeg": _("Photo or scan, JPEG"),
        "image/png": _("Photo or scan, PNG"),
        "image/webp": _("Photo or scan, WebP"),
        "application/pdf": _("PDF"),
        PLAIN_TEXT: _("Plain text"),
    }
    fields = ("id", "name", "size", "arrived", "title", "broken")
    return {"kind": kinds.get(line.media, line.media), **{name: getattr(line, name) for name in fields}}
