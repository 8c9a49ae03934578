"""Who is locked out, and what is kept of a failed sign-in? As little as the lock needs (django-axes).

Kept for a quarter of an hour: a keyed hash of the user name that was typed, the network it came from, and how
often. Never the name itself, the browser, the form or the full address; no log line holds any of them.
"""

import ipaddress
from typing import Any

from allauth.account.adapter import get_adapter
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from palermo.web import sealing

NOWHERE = "0.0.0.0"  # noqa: S104
V4_KEPT, V6_KEPT = 24, 48


def short_address(address: str) -> str:
    """The network of an address: enough to tell home from abroad, too little to find a person.

    >>> short_address("192.0.2.77"), short_address("2001:db8:1:2::3"), short_address("")
    ('192.0.2.0', '2001:db8:1::', '0.0.0.0')
    """
    try:
        whole = ipaddress.ip_address(address)
    except ValueError:
        return NOWHERE
    kept = V4_KEPT if whole.version == 4 else V6_KEPT
    return str(ipaddress.ip_network((whole, kept), strict=False).network_address)


def client_network(request: HttpRequest) -> str:
    """Where a request comes from, as allauth finds it: a proxy's header counts if the settings say so."""
    if "REMOTE_ADDR" not in request.META:
        return NOWHERE
    return short_address(get_adapter(request).get_client_ip(request))


def hidden_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """The keyed hash under which failures of a user name are counted."""
    typed = (credentials or {}).get("username") or ""
    return sealing.hidden(str(typed).strip().casefold())


def nobody(*_parts: Any) -> str:
    """How a client is called in a log line: not at all."""
    return "a browser"


class Discreet(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts per name and network; the browser's own words are dropped before anything is written."""

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **more: Any
    ) -> None:
        if request is not None:
            request.axes_user_agent = request.axes_http_accept = ""
        super().user_login_failed(sender, credentials, request, **more)


@receiver(pre_save, sender=AccessAttempt)
def _forget_the_form(instance: AccessAttempt, **_more: Any) -> None:
    instance.get_data = instance.post_data = ""


def locked(
    request: HttpRequest, _response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The page of somebody who is locked out: what to do, the same for every name."""
    from palermo.web.noting import note_lock_after
    from palermo.web.views import problems

    lines = (
        _("There were too many failed attempts. Sign-in with this name is locked here for 15 minutes."),
        _("Wait, then try again. If you forgot the password, ask your organisation's administrator."),
        _("If it was not you, tell your administrator: somebody may be guessing your password."),
    )
    page = problems.page(request, _("Sign-in is locked for 15 minutes"), *lines, status=429)
    return note_lock_after(page, str((credentials or {}).get("username") or ""))
