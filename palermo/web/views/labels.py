"""Which labels wait for a person, and what do they mean? A decision is used from the next import on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from palermo.actions import labels
from palermo.codes import code_list
from palermo.web import words
from palermo.web.doors import actor

SHOWN = 60
LISTS = ("areas", "special_areas")


@require_http_methods(["GET", "HEAD", "POST"])
def unresolved(request: HttpRequest) -> HttpResponse:
    """The labels, the most frequent first, each with a form of its own."""
    problem = ""
    if request.method == "POST":
        label, area = request.POST.get("label", ""), area_code(request.POST.get("area", ""))
        if area:
            labels.settle(actor(request), label, area=area)
            messages.success(request, _("Settled. The next import uses this decision."))
            return redirect("labels")
        problem = _("Choose an area of the list")
    waiting = labels.unresolved(actor(request))
    shown = {
        "labels": tuple(_shown(one, request.POST.get("label", "")) for one in waiting[:SHOWN]),
        "more": max(0, len(waiting) - SHOWN),
        "areas": tuple(words.label(code, of=name) for name in LISTS for code in code_list(name)),
        "problem": problem,
        "not_kept": labels.not_kept(actor(request)),
        "wrong": any(one.label == request.POST.get("label") for one in waiting[:SHOWN]),
    }
    return render(request, "palermo/labels.html", shown)


def area_code(text: str) -> str:
    """The code of an area, given its code or its label in the reader's language; "" for anything else."""
    wanted = text.strip().casefold()
    for name in LISTS:
        for code in code_list(name):
            if wanted in (code.casefold(), words.label(code, of=name).casefold()):
                return code
    return ""


def _shown(one: labels.Label, wrong: str) -> dict[str, Any]:
    near = code_list("areas").suggest(one.label)
    rows = ngettext("{count} row", "{count} rows", one.rows).format(count=words.plain_number(one.rows))
    suggestion = words.area(near) if near else ""
    return {"label": one.label, "rows": rows, "suggestion": suggestion, "wrong": one.label == wrong}
