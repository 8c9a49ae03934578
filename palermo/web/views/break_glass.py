"""How does somebody ask for a case in an emergency, and who answers, sees and reviews it?

Number and reason come by POST, so that no address, log or history holds them.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palermo import NotAllowed, PalermoError
from palermo.actions import break_glass
from palermo.actions.break_glass import Notice, Request
from palermo.web import words
from palermo.web.doors import actor, may
from palermo.web.member_forms import AskForm


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """What the user asked for, what waits for an answer, what for a review; a post asks."""
    break_glass.check_can_requests(actor(request))
    form = AskForm(request.POST) if request.method == "POST" else AskForm()
    if form.is_bound and _asked(request, form):
        messages.success(request, _("You asked. A focal point or verifier answers; look here again."))
        return redirect("break-glass")
    found = break_glass.requests(actor(request))
    shown = {
        "form": form,
        "may_ask": may(request, "break_glass.ask"),
        "mine": tuple(map(line, found.mine)),
        "waiting": tuple(map(line, found.waiting)),
        "reviews": tuple(map(line, found.reviews)),
    }
    return render(request, "palermo/break_glass.html", shown)


@require_safe
def one(request: HttpRequest, asked: str) -> HttpResponse:
    """One request, with the buttons to answer or to review it."""
    found = break_glass.one_request(actor(request), asked)
    shown = {"one": line(found), "sealed": bool(found.case) and found.reason is None}
    return render(request, "palermo/break_glass_one.html", shown)


@require_POST
def answer(request: HttpRequest, asked: str) -> HttpResponse:
    granted = request.POST.get("answer") == "yes"
    break_glass.answer(actor(request), asked, granted)
    messages.success(request, _("The case is open for a limited time.") if granted else _("It was refused."))
    return redirect("break-glass")


@require_POST
def review(request: HttpRequest, asked: str) -> HttpResponse:
    break_glass.review(actor(request), asked, request.POST.get("review") == "justified")
    messages.success(request, _("Your review is in the audit chain."))
    return redirect("break-glass")


@require_POST
def seen(request: HttpRequest, asked: str) -> HttpResponse:
    """The owner saw that her case was opened."""
    break_glass.seen(actor(request), asked)
    return redirect("home")


def notices(request: HttpRequest, *, case: str = "") -> tuple[dict[str, Any], ...]:
    """What the owner of cases, or of one, is told."""
    if not may(request, "break_glass.notices"):
        return ()
    return tuple(_notice(one) for one in break_glass.notices(actor(request), case=case))


def _notice(one: Notice) -> dict[str, Any]:
    return {
        "id": one.id,
        "case": one.case,
        "role": words.role_name(one.role),
        "until": one.until,
        "over": one.over,
    }


def line(one: Request) -> dict[str, Any]:
    """A request in words."""
    return {
        "request": one,
        "role": words.role_name(one.role),
        "state": str(_states().get(one.state, one.state)),
        "colour": COLOURS.get(one.state, "grey"),
    }


def _asked(request: HttpRequest, form: AskForm) -> bool:
    if not form.is_valid():
        return False
    try:
        break_glass.ask(actor(request), form.cleaned_data["number"], form.cleaned_data["reason"])
    except NotAllowed:
        raise
    except PalermoError as problem:
        form.add_error("number", words.why(problem))
        return False
    return True


COLOURS = {"asked": "yellow", "open": "red", "ended": "yellow", "justified": "green", "not_justified": "red"}


def _states() -> dict[str, str]:
    return {
        "asked": _("waits for an answer"),
        "open": _("open"),
        "refused": _("refused"),
        "lapsed": _("nobody answered in time"),
        "ended": _("over, waits for its review"),
        "justified": _("reviewed: justified"),
        "not_justified": _("reviewed: not justified"),
    }
