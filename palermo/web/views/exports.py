"""How does somebody take cases out, and who agrees to it? Ask, wait, download; the passphrase is shown once.

Nothing of an export is in a title, an address or a file name. Making it runs in the background; its page asks
again by itself, without script.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from palermo import PalermoError
from palermo.actions import cases, exports
from palermo.actions.cases import CaseFilter
from palermo.actions.exports import ExportView
from palermo.actions.vault import Locked, is_unlocked
from palermo.web import words
from palermo.web.case_choices import address, choice_of, in_words
from palermo.web.case_forms import CaseFilterForm
from palermo.web.doors import actor, may, needs_second_factor, second_factor_for, vault_session
from palermo.web.forms import ExportForm
from palermo.web.views.problems import unlock_first
from palermo.web.views.tables import as_file

SECONDS_BETWEEN_LOOKS = 2
COLOURS = {"asked": "yellow", "ready": "blue", "running": "blue", "done": "green", "refused": "red"}
GREY = ("withdrawn", "expired")


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    asks = exports.waiting(actor(request)) if may(request, "exports.waiting") else ()
    shown = {
        "exports": tuple(map(_line, exports.list_exports(actor(request)))),
        "waiting": tuple(map(_line, asks)),
        "may_ask": may(request, "exports.ask"),
    }
    return render(request, "palermo/exports.html", shown)


@needs_second_factor
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, for the cases that the address chooses; one that needs no agreement is started at once."""
    exports.check_can_ask(actor(request))
    chosen = CaseFilterForm(request.GET)
    choice = choice_of(chosen)
    if not chosen.is_valid():
        messages.info(request, _("Something in the address was no code: choose the cases again."))
        return redirect(address("cases", choice))
    filters = choice.filters
    kinds = [(k, name) for k, name in kind_names().items() if may(request, "exports.ask", exports.KINDS[k])]
    form = ExportForm(kinds, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _ask(request, filters, form.cleaned_data)
    shown = {
        "form": form,
        "chosen": in_words(filters),
        "count": cases.count_cases(actor(request), filters=filters),
        "back": address("cases", choice),
    }
    return render(request, "palermo/export_new.html", shown)


@require_safe
def one(request: HttpRequest, export: str) -> HttpResponse:
    view = exports.state(actor(request), export)
    if view.state == "running":
        return redirect("export-job", export=export)
    shown = {
        "view": view,
        "locked": view.needs_vault and not is_unlocked(actor(request)),
        "state": _states()[view.state],
        "colour": colour(view.state),
        "todo": _todo(view),
        "facts": _facts(view),
        "chosen": in_words(view.filters),
        "count": view.rows if view.state == "done" else None,
    }
    return render(request, "palermo/export.html", shown)


@require_safe
def running(request: HttpRequest, export: str) -> HttpResponse:
    """How far it is; leads on to what can be done with it."""
    view = exports.state(actor(request), export)
    if view.state != "running":
        return redirect("export", export=export)
    response = render(request, "palermo/export_running.html", {"view": view})
    response.headers["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return response


@second_factor_for("export")
@require_POST
def start(request: HttpRequest, export: str) -> HttpResponse:
    vault_session(request)
    exports.start(actor(request), export)
    return redirect("export-job", export=export)


@require_POST
def withdraw(request: HttpRequest, export: str) -> HttpResponse:
    exports.withdraw(actor(request), export)
    messages.info(request, _("The export was withdrawn. Nothing of it is kept."))
    return redirect("export", export=export)


@second_factor_for("export")
@require_POST
def passphrase(request: HttpRequest, export: str) -> HttpResponse:
    """The passphrase, in the answer to this one request and nowhere else."""
    shown = {"id": export, "words": exports.passphrase(actor(request), export)}
    return render(request, "palermo/export_passphrase.html", shown)


@second_factor_for("export")
@require_GET
def file(request: HttpRequest, export: str) -> HttpResponse:
    content = exports.download(actor(request), export)
    name = f"export-{timezone.now():%Y-%m-%d}.palermo"
    return as_file(content, name=name, type="application/octet-stream")


@needs_second_factor
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, export: str) -> HttpResponse:
    """What a colleague asks for; the second person agrees or refuses."""
    if request.method == "POST":
        yes = request.POST.get("answer") == "yes"
        try:
            exports.agree(actor(request), export, yes)
        except Locked:
            return unlock_first(request)
        messages.info(request, _("You agreed to the export.") if yes else _("You refused the export."))
        return redirect("exports")
    view, count = exports.one_waiting(actor(request), export)
    shown = {"view": view, "facts": _facts(view), "chosen": in_words(view.filters), "count": count}
    return render(request, "palermo/export_answer.html", shown)


def kind_names() -> dict[str, str]:
    return {
        "coded": _("Coded cases: list codes, months, first-level areas"),
        "exact": _("Exact cases: with exact places and days"),
        "identities": _("Identities: exact cases and the persons. A second person must agree"),
    }


def colour(state: str) -> str:
    return "grey" if state in GREY else COLOURS.get(state, "red")


def _ask(request: HttpRequest, filters: CaseFilter, given: dict[str, Any]) -> HttpResponse:
    vault_session(request)
    who = actor(request)
    export = exports.ask(who, given["kind"], filters, given["recipient"])
    try:
        if given["kind"] != "identities":
            exports.start(who, export)
    except PalermoError as waits:
        messages.info(request, words.why(waits))
    return redirect("export", export=export)


def _line(view: ExportView) -> dict[str, Any]:
    return {
        "id": view.id,
        "asked": view.asked,
        "asked_by": view.asked_by,
        "kind": _short(view.kind),
        "state": _states()[view.state],
        "colour": colour(view.state),
        "rows": view.rows if view.state == "done" else None,
        "expires": None if view.ended else view.expires,
    }


def _short(kind: str) -> str:
    return {"coded": _("Coded cases"), "exact": _("Exact cases"), "identities": _("Identities")}[kind]


def _states() -> dict[str, str]:
    return {
        "asked": _("Waits for agreement"),
        "ready": _("Ready to start"),
        "running": _("In progress"),
        "done": _("Done"),
        "stopped": _("Stopped"),
        "locked": _("Stopped by a lock"),
        "failed": _("Failed"),
        "interrupted": _("Interrupted"),
        "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
        "expired": _("Ended"),
    }


def _todo(view: ExportView) -> str:
    """What can be done now, in one sentence."""
    texts = {
        "asked": _("Another person who may agree must do so. Tell a colleague why you need it."),
        "ready": _("Start it when you are ready."),
        "done": _("The sealed file is ready. Download it before it ends."),
        "locked": _("The vault was locked meanwhile, so nothing of it was kept. Unlock, and start again."),
        "refused": _("A colleague refused it."),
        "withdrawn": _("It was withdrawn, and nothing of it is kept."),
        "expired": _("Its time is over, and nothing of it is kept. If you still need it, ask again."),
    }
    return texts.get(view.state, _("It did not come to its end. Nothing of it was kept; start it again."))


def _facts(view: ExportView) -> tuple[tuple[str, str], ...]:
    date = words.instant
    opens = _("the key {fingerprint}").format(fingerprint=view.recipient)
    facts = (
        (_("Holds"), kind_names()[view.kind]),
        (_("Asked for by"), f"{view.asked_by}, {date(view.asked)}"),
        (_("Agreed to by"), view.agreed_by if view.state != "refused" else ""),
        (_("Opened by"), opens if view.recipient else _("a generated passphrase")),
        (_("Ends"), date(view.expires) if view.expires and not view.ended else ""),
    )
    return tuple(fact for fact in facts if fact[1])
