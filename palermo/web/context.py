"""What does every page show around its content? The organisation, its places, whether it is invented."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from palermo.actions.vault import is_unlocked
from palermo.web import languages
from palermo.web.doors import actor, may, standing


class Place(NamedTuple):
    title: str
    address: str
    here: str


PLACES = (
    ("home", _("Home"), ""),
    ("cases", _("Cases"), "cases.list_cases"),
    ("exports", _("Exports"), "exports.list_exports"),
    ("imports", _("Imports"), "collect.list_submissions"),
    ("people", _("Find a person"), "people.search_names"),
    ("labels", _("Labels"), "labels.unresolved"),
    ("tables", _("Tables"), "report.build_tables"),
    ("backups", _("Backups"), "backups.state"),
    ("vault", _("Vault"), "vault.holders"),
    ("break-glass", _("Break-glass"), "break_glass.requests"),
    ("members", _("Members"), "accounts.staff"),
    ("audit", _("Audit"), "audit.verify_chain"),
)


def house(request: HttpRequest) -> dict[str, Any]:
    """`house` for the page template: user, organisation, places that the role may open, invented or not."""
    held = standing(request)
    chosen = held.chosen
    return {
        "house": {
            "user": getattr(request, "user", None) is not None and request.user.is_authenticated,
            "organisation": chosen.short if chosen else "",
            "role": chosen.role if chosen else "",
            "invented": bool(chosen and chosen.invented),
            "several": len(held.memberships) > 1,
            "places": _places(request) if chosen else (),
            **_session(request),
            "unlocked": bool(chosen) and is_unlocked(actor(request)),
            "languages": languages.choices(),
            "back": languages.back(request),
        }
    }


def _session(request: HttpRequest) -> dict[str, Any]:
    """What a script needs to warn before the session ends, and which ways to sign in there are."""
    from palermo.web.views.account import who

    known = getattr(request, "user", None) is not None and request.user.is_authenticated
    warning = min(settings.IDLE_WARNING_SECONDS, settings.IDLE_SECONDS / 2)
    return {
        "who": who(request) if known else "",
        "idle": settings.IDLE_SECONDS,
        "warning": warning,
        "oidc": bool(settings.OIDC_ISSUER),
        "oidc_name": settings.OIDC_NAME,
        "warning_minutes": max(1, round(warning / 60)),
    }


def _places(request: HttpRequest) -> tuple[Place, ...]:
    open_ones = (place for place in PLACES if not place[2] or may(request, place[2]))
    return tuple(Place(str(title), reverse(name), _here(request, name)) for name, title, _right in open_ones)


def _here(request: HttpRequest, name: str) -> str:
    """The value of aria-current: "page" on the place itself, "true" on what lies under it."""
    address = reverse(name)
    if request.path == address:
        return "page"
    return "true" if name != "home" and request.path.startswith(f"{address}/") else ""
