"""Which labels wait for a person, and what do they mean? A decision is used from the next import on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palermo.actions import labels
from palermo.codes import code_list
from palermo.codes.suggesting import suggestions
from palermo.web import words
from palermo.web.doors import actor, may

SHOWN = 60
LISTS = ("areas", "special_areas")
NOT_AN_AREA = "not_an_area"


@require_http_methods(["GET", "HEAD", "POST"])
def unresolved(request: HttpRequest) -> HttpResponse:
    """The labels, the most frequent first, each with likely meanings to press and a field of its own."""
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
        "not_an_area": NOT_AN_AREA,
        "problem": problem,
        "not_kept": labels.not_kept(actor(request)),
        "wrong": any(one.label == request.POST.get("label") for one in waiting[:SHOWN]),
        "may_unlock": may(request, "vault.unlock"),
    }
    return render(request, "palermo/labels.html", shown)


@require_safe
def settled(request: HttpRequest) -> HttpResponse:
    """What was settled, the latest first; each decision can be taken back."""
    shown = {
        "decisions": tuple(map(_decided, labels.settled(actor(request)))),
        "most": labels.MOST_SETTLED,
        "may_forget": may(request, "labels.forget"),
    }
    return render(request, "palermo/labels_settled.html", shown)


@require_POST
def forget(request: HttpRequest, decision: str) -> HttpResponse:
    """Takes one decision back."""
    labels.forget(actor(request), decision)
    messages.success(request, _("Taken back. The label waits again where a file holds it."))
    return redirect("labels-settled")


def area_code(text: str) -> str:
    """The code of an area, given its code or its label in the reader's language; "" for anything else."""
    wanted = text.strip().casefold()
    for name in LISTS:
        for code in code_list(name):
            if wanted in (code.casefold(), words.label(code, of=name).casefold()):
                return code
    return ""


def _shown(one: labels.Label, wrong: str) -> dict[str, Any]:
    rows = ngettext("{count} row", "{count} rows", one.rows).format(count=words.plain_number(one.rows))
    likely = tuple(
        (each.code, words.area(each.code), words.said(each.reason)) for each in suggestions(one.label)
    )
    return {"label": one.label, "rows": rows, "likely": likely, "wrong": one.label == wrong}


def _decided(one: labels.Decision) -> dict[str, Any]:
    return {
        "id": one.id,
        "label": one.label,
        "area": words.area(one.area),
        "decided": words.instant(one.decided),
    }
