"""Whose eyes does a request have? The signed-in user's, in one organisation and role at a time.

Every view asks here and hands the actor to an action; a view never looks up a right by itself. A refusal
becomes a page that helps and tells nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse

from palermo import NotAllowed, PalermoError
from palermo.actions import exports
from palermo.actions.accounts import Actor, Member, memberships
from palermo.actions.rights import can, check_can, clock
from palermo.actions.sign_ins import on_sign_out as on_sign_out
from palermo.actions.vault import forget, new_session
from palermo.codes.doors import CLOSED, Door, door

CHOSEN = "membership"
VAULT = "vault"
WANTED = "wanted"
SILENT = ("conduct",)
"""Pages of which no log may say who asked for them: it would say who has something to report."""
BEFORE_IT = {
    "account_change_password",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "sign-out",
    "alive",
    "stay",
    "language",
}
"""What opens to an account whose password somebody else made: only what changes it, or leaves."""

Answer = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]
log = logging.getLogger(__name__)


class NoMembership(NotAllowed):
    """The account exists and belongs to no organisation."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a request may act as: all memberships of its user, and the one that is chosen."""

    memberships: tuple[Member, ...] = ()
    chosen: Member | None = None


def standing(request: HttpRequest) -> Standing:
    """The standing of the request, looked up once; empty for a stranger."""
    if not hasattr(request, "palermo_standing"):
        request.palermo_standing = _look_up(request)  # type: ignore[attr-defined]
    return request.palermo_standing  # type: ignore[attr-defined,no-any-return]


def actor(request: HttpRequest) -> Actor:
    """The actor of the request; raises `NoMembership` where the account belongs to no organisation."""
    chosen = standing(request).chosen
    if chosen is None:
        raise NoMembership(
            "WEB-001: this account belongs to no organisation; ask its administrator to add it"
        )
    return replace(chosen.actor, session=request.session.get(VAULT, ""))


def vault_session(request: HttpRequest, *, new: bool = False) -> None:
    """Gives the browser's session a random name under which unlocked keys are held in memory."""
    if new:
        forget_keys(request.session)
    if new or VAULT not in request.session:
        request.session[VAULT] = new_session()


def forget_keys(session: Any, **_: object) -> None:
    """Drops the unlocked keys of a session that ends."""
    if name := session.get(VAULT):
        forget(name)
        exports.forget(name)


def may(request: HttpRequest, action: str, data_class: str = "") -> bool:
    """Whether a link to the action is worth showing; the action itself checks again."""
    chosen = standing(request).chosen
    return chosen is not None and can(chosen.actor, action, data_class=data_class)


def door_of(request: HttpRequest) -> Door:
    """The row of the page that the request asks for."""
    match = request.resolver_match
    return door(match.view_name, on=clock().date()) if match else CLOSED


def check_door(request: HttpRequest, row: Door) -> None:
    """Raises `NotAllowed` where the role does not hold the right of the door, or the page has no row."""
    if row == CLOSED:
        raise NotAllowed("WEB-002: this page has no row in palermo/codes/policy/doors.toml; add one")
    if action := row.action(request.method or ""):
        check_can(actor(request), action)


def _look_up(request: HttpRequest) -> Standing:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Standing()
    held = memberships(user)
    wanted = request.session.get(CHOSEN, "")
    return Standing(held, next((one for one in held if one.id == wanted), held[0] if held else None))


def second_factor(request: HttpRequest, user: Any = None) -> bool:
    """True where a passkey, an authenticator app or a recovery code opened or confirmed this session.

    `user` is who signs in just now, where the request does not know it yet.
    """
    from allauth.account.authentication import get_authentication_records

    user = user or getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    return any(one.get("method") == "mfa" for one in get_authentication_records(request, user))


def second_factor_page(request: HttpRequest, *, back: str = "") -> str:
    """Where to send a request that needs a second factor: to set one up or to give it; "" where none is.

    From there the way leads `back`, or to the address that was asked for. A member of an invented
    organisation needs none, so that the demo can be walked: it holds no real person.
    """
    chosen = standing(request).chosen
    if second_factor(request) or (chosen is not None and chosen.invented):
        return ""
    back = back or request.get_full_path()
    request.session[WANTED] = back
    return f"{reverse(_asks_for_factor(request))}?{urlencode({'next': back})}"


def _asks_for_factor(request: HttpRequest) -> str:
    """The name of the page that asks for what this user has set up."""
    from allauth.mfa.models import Authenticator

    kinds = set(Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True))
    if Authenticator.Type.TOTP in kinds:
        return "mfa_reauthenticate"
    return "mfa_reauthenticate_webauthn" if Authenticator.Type.WEBAUTHN in kinds else "mfa_index"


def needs_second_factor(view: View) -> View:
    """A view that opens only to a session with a second factor; others are led to it and back again."""
    return second_factor_for("")(view)


def second_factor_for(page: str) -> Callable[[View], View]:
    """The same for a view that only takes what is sent: the way leads back to `page`, from where it is sent.

    `page` is the name of a page that takes the same parts of the address, or none.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asks = second_factor_page(request, back=_back(page, kwargs))
            return HttpResponseRedirect(asks) if asks else view(request, *args, **kwargs)

        return guarded

    return guard


def _back(page: str, kwargs: dict[str, Any]) -> str:
    if not page:
        return ""
    try:
        return reverse(page, kwargs=kwargs)
    except NoReverseMatch:
        return reverse(page)


class Refusals:
    """Middleware at the door of every page: the table of doors lets in, and errors of Palermo's own become
    pages, with the status of their family.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(
        self, request: HttpRequest, view: Answer, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """None where the request may go on to its view, which asks for the right once more by itself."""
        if _must_change_password(request):
            return HttpResponseRedirect(reverse("account_change_password"))
        row = door_of(request)
        if row.methods and request.method not in row.methods:
            return HttpResponseNotAllowed(row.methods)
        try:
            check_door(request, row)
        except PalermoError as error:
            return self.process_exception(request, error)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        from palermo.web.views import problems

        if not isinstance(error, PalermoError):
            return None
        response = problems.refusal(request, error)
        page = str(request.resolver_match.view_name) if request.resolver_match else "no page"
        if response.status_code in (403, 404) and page not in SILENT:
            log.warning("refused (%s): %s, %s", response.status_code, *_asked(request))
        return response


def _must_change_password(request: HttpRequest) -> bool:
    """Whether somebody else made the account's password, and it is not being changed or left now."""
    match, user = request.resolver_match, getattr(request, "user", None)
    return bool(getattr(user, "first_password", False)) and (
        match is None or match.view_name not in BEFORE_IT
    )


def _asked(request: HttpRequest) -> tuple[str, str]:
    """Which page was asked for, and by which account: ids only, never an address that a user wrote."""
    match = request.resolver_match
    return str(match.view_name if match else "no page"), f"account {getattr(request.user, 'public_id', '-')}"
