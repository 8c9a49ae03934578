"""How is the vault set up, unlocked, shared and locked? Each page does one thing; what is typed is never
shown again.

Passphrases and the printed key come by POST only, so that no address, log or history holds them.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palermo import NotAllowed, PalermoError
from palermo.actions import key_work, vault
from palermo.web import words
from palermo.web.doors import actor, may, needs_second_factor, second_factor_for, vault_session
from palermo.web.vault_forms import ChangeForm, NewPassphrase, ProveForm, RecoverForm, UnlockForm

SECONDS_BETWEEN_LOOKS = 2
READS_AND_POSTS = ["GET", "HEAD", "POST"]
Asked = Callable[[HttpRequest, dict[str, Any]], HttpResponse]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What the vault is to the user, and what can be done with it."""
    state = vault.state(actor(request))
    shown = {
        "state": state,
        "may_set_up": may(request, "vault.begin_set_up"),
        "may_recover": may(request, "vault.recover"),
        "may_let_in": may(request, "vault.let_in"),
        "holders": vault.holders(actor(request)) if state.exists and may(request, "vault.holders") else (),
    }
    return render(request, "palermo/vault.html", shown)


@needs_second_factor
@sensitive_post_parameters()
@require_http_methods(READS_AND_POSTS)
def set_up(request: HttpRequest) -> HttpResponse:
    vault.check_can_begin_set_up(actor(request))

    def asked(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        vault_session(request)
        vault.begin_set_up(actor(request), given["passphrase"])
        return redirect("vault-write-down")

    return _form(request, NewPassphrase, asked, "vault_set_up")


@needs_second_factor
@require_safe
def write_down(request: HttpRequest) -> HttpResponse:
    """Shows the recovery key of the set-up that waits, to be copied on paper."""
    groups = vault.written_down(actor(request)).split("-")
    return render(request, "palermo/vault_write_down.html", {"groups": groups})


@needs_second_factor
@sensitive_post_parameters()
@require_http_methods(READS_AND_POSTS)
def prove(request: HttpRequest) -> HttpResponse:
    """Asks for the recovery key as it stands on the paper; the set-up ends with it."""

    def asked(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        vault.finish_set_up(actor(request), given["key"])
        messages.success(request, _("The vault is set up and unlocked. Keep the paper where no screen is."))
        return redirect("vault")

    vault.written_down(actor(request))
    return _form(request, ProveForm, asked, "vault_prove")


@needs_second_factor
@sensitive_post_parameters()
@require_http_methods(READS_AND_POSTS)
def unlock(request: HttpRequest) -> HttpResponse:
    vault.check_can_unlock(actor(request))
    state = vault.state(actor(request))
    if not state.exists or not state.has_key:
        return redirect("vault")

    def asked(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        vault_session(request, new=True)
        vault.unlock(actor(request), given["passphrase"])
        _index(request)
        return redirect(_next(request))

    return _form(request, UnlockForm, asked, "vault_unlock", next=_next(request))


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    vault.lock(actor(request))
    messages.success(request, _("The vault is locked. Names, exact places and exact days are closed."))
    return redirect("vault")


@needs_second_factor
@sensitive_post_parameters()
@require_http_methods(READS_AND_POSTS)
def join(request: HttpRequest) -> HttpResponse:
    """Makes the user's own key, which opens nothing until another member lets it in."""
    vault.check_can_join(actor(request))

    def asked(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        vault.join(actor(request), given["passphrase"])
        return redirect("vault")

    return _form(request, NewPassphrase, asked, "vault_join")


@second_factor_for("vault")
@require_POST
def take_key(request: HttpRequest, member: str) -> HttpResponse:
    vault.take_key(actor(request), member)
    messages.success(request, _("The key was taken away. Now give the vault a new one."))
    return redirect("vault")


@second_factor_for("vault")
@require_POST
def let_in(request: HttpRequest, member: str) -> HttpResponse:
    vault.let_in(actor(request), member)
    messages.success(request, _("The member can unlock the vault from now on."))
    return redirect("vault")


@needs_second_factor
@sensitive_post_parameters()
@require_http_methods(READS_AND_POSTS)
def passphrase(request: HttpRequest) -> HttpResponse:
    vault.check_can_change_passphrase(actor(request))

    def asked(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        vault.change_passphrase(actor(request), given["old"], given["passphrase"])
        messages.success(request, _("Your vault passphrase was changed."))
        return redirect("vault")

    return _form(request, ChangeForm, asked, "vault_passphrase")


@needs_second_factor
@sensitive_post_parameters()
@require_http_methods(READS_AND_POSTS)
def recover(request: HttpRequest) -> HttpResponse:
    vault.check_can_recover(actor(request))

    def asked(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        vault_session(request, new=True)
        vault.recover(actor(request), given["key"], given["passphrase"])
        _index(request)
        messages.success(request, _("The vault is unlocked, and your new passphrase opens it from now on."))
        return redirect("vault")

    return _form(request, RecoverForm, asked, "vault_recover")


@second_factor_for("vault")
@require_POST
def change_key(request: HttpRequest) -> HttpResponse:
    return redirect("vault-work", job=key_work.change_key(actor(request)))


@require_safe
def work(request: HttpRequest, job: str) -> HttpResponse:
    """How far a change of the key, or the index of names, is."""
    state = key_work.work_state(actor(request), job)
    response = render(request, "palermo/vault_work.html", {"state": state, "job": job})
    if state.running:
        response.headers["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return response


@require_POST
def cancel_work(request: HttpRequest, job: str) -> HttpResponse:
    key_work.cancel_work(actor(request), job)
    messages.info(request, _("The work was asked to stop. What it had finished stays."))
    return redirect("vault-work", job=job)


def _form(
    request: HttpRequest, form: type[forms.Form], asked: Asked, template: str, **shown: Any
) -> HttpResponse:
    """A page with one form; a problem of Palermo's own stands beside the first field."""
    filled = form(request.POST) if request.method == "POST" else form()
    if request.method == "POST" and filled.is_valid():
        try:
            return asked(request, filled.cleaned_data)
        except NotAllowed:
            raise
        except PalermoError as problem:
            filled.add_error(filled.first_field.removeprefix("id_"), words.why(problem))  # type: ignore[attr-defined]
    return render(request, f"palermo/{template}.html", {"form": filled, **shown})


def _next(request: HttpRequest) -> str:
    """Where the user wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if ours else "/vault"


def _index(request: HttpRequest) -> None:
    """Names that arrived while the vault was locked are made findable in the background."""
    if may(request, "vault.index_names"):
        key_work.index_names(actor(request))
