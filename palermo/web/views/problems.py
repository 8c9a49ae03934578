"""What does a page say when it cannot answer? What to do next, and nothing about what exists.

Another organisation's case and a case that never was give the same page, byte for byte.
"""

from urllib.parse import quote, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from palermo import NotAllowed, PalermoError, PolicyRefusal
from palermo.actions.vault import Locked
from palermo.store.access import Missing


def page(request: HttpRequest, title: str, *lines: str, status: int) -> HttpResponse:
    """Its switcher of languages leads home: the page says nothing of the address that was asked for."""
    request.palermo_lost = True  # type: ignore[attr-defined]
    return render(request, "palermo/problem.html", {"title": title, "lines": lines}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    line = _("The browser sent something that this page cannot read. Go back, reload the page and try again.")
    return page(request, _("The request could not be read"), line, status=400)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    line = _(
        "Your role does not hold the right that this page needs. Your organisation's focal point can help."
    )
    return page(request, _("Not allowed"), line, status=403)


def lost_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    line = _(
        "The form was too old, or did not come from this page. Go back, reload the page and send it again."
    )
    return page(request, _("Please send the form again"), line, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    lines = (
        _("There is nothing at this address that you may see."),
        _("If you typed the address, check it. If you followed a link, its page may have been removed."),
    )
    return page(request, _("Page not found"), *lines, status=404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    line = _("There were too many attempts from here. Wait a few minutes and try again.")
    return page(request, _("Please wait"), line, status=429)


def broken(request: HttpRequest) -> HttpResponse:
    """Knows neither user nor organisation: what is broken may be the database that would tell."""
    lines = (
        _("Something went wrong on our side. Nothing that was confirmed before is lost."),
        _("Try again in a minute. If it happens again, tell whoever runs this installation."),
    )
    shown = {"title": _("Sorry, there is a problem"), "lines": lines}
    return HttpResponse(render_to_string("palermo/problem.html", shown), status=500)


def unlock_first(request: HttpRequest) -> HttpResponse:
    """To the page that unlocks the vault, and back from there."""
    return redirect(f"{reverse('vault-unlock')}?next={quote(request.get_full_path())}")


def refusal(request: HttpRequest, error: PalermoError) -> HttpResponse:
    """The page of an error of Palermo's own; its message never holds a found value, so it may be shown."""
    if isinstance(error, Missing):
        return not_found(request)
    if isinstance(error, Locked):
        return _to_unlock(request)
    if isinstance(error, PolicyRefusal):
        return page(request, _("A rule forbids this"), str(error), status=403)
    if isinstance(error, NotAllowed):
        return not_allowed(request)
    return page(request, _("This could not be done"), str(error), status=400)


def _to_unlock(request: HttpRequest) -> HttpResponse:
    """To the page that unlocks, and back from there: what was read is read again, what was sent is not."""
    back = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        back = _came_from(request)
        messages.info(request, _("The vault is locked, so nothing was done. Unlock it, then send it again."))
    return redirect(f"{reverse('vault-unlock')}?next={quote(back)}")


def _came_from(request: HttpRequest) -> str:
    """The page of ours on which a form was sent, without its host; the vault's where none is named."""
    named = request.headers.get("Referer", "")
    secure, host = request.is_secure(), {request.get_host()}
    parts = urlsplit(named) if url_has_allowed_host_and_scheme(named, host, require_https=secure) else None
    path = parts._replace(scheme="", netloc="", fragment="").geturl() if parts else ""
    ours = url_has_allowed_host_and_scheme(path, None) and path.startswith("/")
    return path if ours and path.partition("?")[0] != reverse("vault-unlock") else reverse("vault")
