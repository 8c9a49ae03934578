"""What may a user do with the own account? Second factors, sessions, the time left; nothing of others.

allauth's own pages do the rest. The times are asked by our script in the background, which never keeps a
session alive; only `stay`, which somebody pressed, does.
"""

import time
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView, RemoveWebAuthnView
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palermo.actions import joining
from palermo.web import sealing, sessions, words
from palermo.web.doors import WANTED, second_factor, standing
from palermo.web.noting import note


def who(request: HttpRequest) -> str:
    """A word that changes with the user and the organisation: a page asks whether it is still the same."""
    chosen = standing(request).chosen
    return (
        sealing.hidden(f"{request.user.pk} {chosen.id if chosen else ''}")
        if request.user.is_authenticated
        else ""
    )


@require_safe
@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """Whether the session lasts, for how many seconds, whose it is, and the token that a form needs now."""
    there = request.user.is_authenticated
    left = sessions.seconds_left(request.session, now=time.time()) if there else 0
    return JsonResponse(
        {
            "alive": there,
            "left": max(0, left),
            "who": who(request),
            "token": get_token(request) if there else "",
        }
    )


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """The same as `alive`, after the session was used: somebody pressed "Stay signed in"."""
    request.session[sessions.USED] = time.time()
    answer = {"alive": True, "left": sessions.seconds_left(request.session, now=time.time())}
    return JsonResponse({**answer, "who": who(request), "token": get_token(request)})


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What the user has set up, and what may be changed."""
    held = list(Authenticator.objects.filter(user=request.user).order_by("pk"))
    kinds = {one.type for one in held}
    shown = {
        "app": Authenticator.Type.TOTP in kinds,
        "codes": next(
            (len(one.wrap().get_unused_codes()) for one in held if one.type == "recovery_codes"), None
        ),
        "passkeys": sum(one.type == Authenticator.Type.WEBAUTHN for one in held),
        "wanted": request.session.get(WANTED, ""),
        "confirmed": second_factor(request),
        "invitations": tuple(
            {"one": each, "role": words.role_name(each.role)} for each in joining.invitations(request.user)
        ),
    }
    return render(request, "palermo/account.html", shown)


@require_POST
def accept(request: HttpRequest, invitation: str) -> HttpResponse:
    """The user becomes a member of an organisation that invited her."""
    joining.accept(request.user, invitation)
    messages.success(request, _("You are a member now."))
    return redirect("mfa_index")


@require_POST
def decline(request: HttpRequest, invitation: str) -> HttpResponse:
    joining.decline(request.user, invitation)
    messages.success(request, _("You are no member. The organisation's administrator sees it."))
    return redirect("mfa_index")


@require_safe
def passkeys(request: HttpRequest) -> HttpResponse:
    held = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN).order_by("pk")
    shown = [{"id": sessions.hidden_id(one), "name": str(one), "passwordless": one.wrap().is_passwordless,
              "added": one.created_at, "used": one.last_used_at} for one in held]  # fmt: skip
    return render(request, "mfa/webauthn/authenticator_list.html", {"passkeys": shown})


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    """allauth's own page, found by a keyed hash: integer keys never leave."""

    success_url = reverse_lazy("mfa_list_webauthn")

    def get_object(self, queryset: Any = None) -> Any:
        for one in self.get_queryset():
            if sessions.hidden_id(one) == self.kwargs["key"]:
                return one
        raise Http404


@method_decorator(login_not_required, name="dispatch")
class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc]
    """Sign-in by passkey alone; back to where the user wanted to go."""


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.socialaccount", allow_get=True)
def linked(request: HttpRequest) -> HttpResponse:
    """Whether the organisation's own sign-in is linked to this account; POST unlinks it."""
    held = SocialAccount.objects.filter(user=request.user)
    if request.method == "POST":
        if held.delete()[0]:
            note(request.user, "unlinked")
        return redirect("socialaccount_connections")
    return render(request, "palermo/linked.html", {"linked": held.exists()})


@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    listed = sessions.sessions_of(request.user, current=request.session.session_key or "")
    return render(request, "usersessions/usersession_list.html", {"sessions": listed})


@require_POST
@reauthentication_required
def end_session(request: HttpRequest, session: str) -> HttpResponse:
    """Signs out one other session of the same user; 404 for any other address."""
    if not sessions.end_sessions(request.user, but=request.session.session_key or "", only=session):
        raise Http404
    note(request.user, "sessions_ended", sessions=1)
    messages.success(request, _("The session is signed out."))
    return redirect("usersessions_list")


@require_POST
@reauthentication_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    ended = sessions.end_sessions(request.user, but=request.session.session_key or "")
    note(request.user, "sessions_ended", sessions=ended)
    messages.success(request, _("The other sessions are signed out."))
    return redirect("usersessions_list")
