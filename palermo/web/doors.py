"""Whose eyes does a request have? The signed-in user's, in one organisation and role at a time.

Every view asks here and hands the actor to an action; a view never looks up a right by itself. A refusal
becomes a page that helps and tells nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from palermo import NotAllowed, PalermoError
from palermo.actions import exports
from palermo.actions.accounts import Actor, Member, memberships
from palermo.actions.rights import can, check_can, clock
from palermo.actions.vault import forget, new_session
from palermo.codes.doors import CLOSED, Door, door

CHOSEN = "membership"
VAULT = "vault"
Answer = Callable[[HttpRequest], HttpResponse]
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
    if new or VAULT not in request.session:
        request.session[VAULT] = new_session()


def forget_keys(request: HttpRequest | None = None, **_: object) -> None:
    """Drops the unlocked keys of a session that ends."""
    if request is not None and (name := request.session.get(VAULT)):
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
        if response.status_code in (403, 404):
            log.warning("refused (%s): %s, %s", response.status_code, *_asked(request))
        return response


def _asked(request: HttpRequest) -> tuple[str, str]:
    """Which page was asked for, and by which account: ids only, never an address that a user wrote."""
    match = request.resolver_match
    return str(match.view_name if match else "no page"), f"account {getattr(request.user, 'public_id', '-')}"
