"""What does the audit chain say, does it hold, and who saw one record? Roles and counts, no staff names."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palermo import ProblemWithInput
from palermo.actions import audit
from palermo.actions.audit import Bad, Entry, Seen
from palermo.codes.languages import marked
from palermo.web import words
from palermo.web.doors import actor, may
from palermo.web.forms import ActionForm, CaseNumberForm, HeadsForm
from palermo.web.views.tables import as_file

SHOWN = 50

COUNTED = (
    marked("bad rows"),
    marked("break glass"),
    marked("cases"),
    marked("contact changed"),
    marked("earlier versions"),
    marked("exact"),
    marked("exports"),
    marked("factors"),
    marked("files"),
    marked("found"),
    marked("granted"),
    marked("justified"),
    marked("key"),
    marked("name tokens"),
    marked("new"),
    marked("number"),
    marked("opened"),
    marked("parts"),
    marked("person"),
    marked("persons"),
    marked("problems"),
    marked("reason"),
    marked("records"),
    marked("referrals"),
    marked("refused"),
    marked("rekey due"),
    marked("rows"),
    marked("second factor"),
    marked("sessions"),
    marked("stored"),
    marked("submissions"),
    marked("superseded"),
    marked("titles"),
    marked("unchanged"),
    marked("yes"),
)
"""What lines of the chain count or answer with yes and no (1, 0), as they name it."""


@require_http_methods(["GET", "HEAD", "POST"])
def chain(request: HttpRequest) -> HttpResponse:
    """The entries, newest first; a post checks the whole chain, against heads kept elsewhere where given."""
    audit.check_can_verify_chain(actor(request))
    form = HeadsForm(request.POST, request.FILES) if request.method == "POST" else HeadsForm()
    shown: dict[str, Any] = {"form": form, "result": _checked(request, form) if form.is_bound else None}
    shown |= {"signer": audit.signer(), "may_export": may(request, "audit.export_head")}
    if may(request, "audit.entries"):
        shown |= _entries(request)
    return render(request, "palermo/audit.html", shown)


@require_POST
def head(request: HttpRequest) -> HttpResponse:
    """A signed head, to be kept elsewhere. Its leaving is an entry, hence no link but a button."""
    now = datetime.now(UTC)
    line = audit.export_head(actor(request), now=now)
    name = f"palermo-audit-head-{now:%Y%m%d-%H%M%S}.jsonl"
    return as_file(f"{line}\n".encode(), name=name, type="application/json")


@require_safe
def who_saw(request: HttpRequest, case: str) -> HttpResponse:
    """Who touched the record, newest first: role, organisation, what, when."""
    after = request.GET.get("after", "")
    found = audit.who_saw(actor(request), case, after=after, size=SHOWN)
    shown = {
        "case": case,
        "lines": tuple(map(_seen, found.lines)),
        "next": f"?{urlencode({'after': found.next})}" if found.next else "",
        "newest": reverse("who-saw", args=(case,)) if after else "",
        "back": reverse("case", args=(case,)) if may(request, "cases.one_case") else reverse("who-saw-ask"),
    }
    return render(request, "palermo/who_saw.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The number of a case, posted, so that nothing which was typed stands in an address."""
    audit.check_can_who_saw(actor(request))
    form = CaseNumberForm(request.POST) if request.method == "POST" else CaseNumberForm()
    if form.is_bound and form.is_valid():
        return redirect("who-saw", case=form.cleaned_data["number"])
    return render(request, "palermo/who_saw_ask.html", {"form": form})


def _checked(request: HttpRequest, form: HeadsForm) -> dict[str, Any] | None:
    """What the check found; None where the form is not valid."""
    if not form.is_valid():
        return None
    given = form.cleaned_data["heads"]
    try:
        bad = audit.verify_chain(actor(request), heads=given)
    except ProblemWithInput as problem:
        form.add_error("heads", words.why(problem))
        return None
    return {"bad": bad, "number": bad.number if bad else 0, "text": _result(bad, bool(given))}


def _result(bad: Bad | None, compared: bool) -> str:
    if bad:
        return bad.why
    if compared:
        return _("No entry was altered, removed or reordered, and the chain is the one whose heads you gave.")
    return _(
        "No entry was altered, removed or reordered. A cut end, or a chain that was written anew, is seen"
        " only with a head that was kept elsewhere."
    )


def _entries(request: HttpRequest) -> dict[str, Any]:
    choice = ActionForm(request.GET)
    action = choice.cleaned_data["action"] if choice.is_valid() else ""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 18 else None
    found = audit.entries(actor(request), before=before, action=action, size=SHOWN + 1)
    query = {"action": action} if action else {}
    more = urlencode(query | {"before": str(found[SHOWN - 1].number)}) if len(found) > SHOWN else ""
    return {
        "choice": choice,
        "entries": tuple(map(_entry, found[:SHOWN])),
        "next": f"?{more}" if more else "",
        "newest": f"{reverse('audit')}?{urlencode(query)}" if before is not None else "",
        "chosen": action,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    counts = (
        _("{name}: {count}").format(name=words.said(name.replace("_", " ")), count=words.plain_number(count))
        for name, count in entry.counts.items()
    )
    return {
        "number": entry.number,
        "at": entry.at,
        "role": words.role_name(entry.role),
        "action": entry.action,
        "subjects": entry.subjects,
        "counts": words.reader().listed(counts),
    }


def _seen(line: Seen) -> dict[str, Any]:
    return {
        "at": line.at,
        "role": words.role_name(line.role),
        "organisation": line.organisation,
        "what": _what().get(line.what, _("Something else:")),
        "what_else": line.action if line.what not in _what() else "",
    }


def _what() -> dict[str, str]:
    return {
        "opened": _("Opened, codes only"),
        "exact": _("Opened, with exact places and days"),
        "person": _("Opened, with the identity"),
        "search": _("Found by a search for a name"),
        "export": _("Exported"),
        "shared": _("Shared"),
        "break_glass": _("Opened by two persons in an emergency"),
        "emergency": _("Asked, answered or reviewed as an emergency"),
        "file": _("A file of it"),
        "erased": _("Erased in part or as a whole"),
        "looked_up": _("Asked who saw it"),
    }
