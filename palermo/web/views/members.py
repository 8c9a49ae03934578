"""Who belongs to the organisation, in which role, and how does somebody come in, change or leave?

A first password is on one page, once: never in a message, an address or the session.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palermo import NotAllowed, PalermoError
from palermo.actions import accounts, joining
from palermo.actions.accounts import Staff
from palermo.store.access import Missing
from palermo.web import words
from palermo.web.doors import actor, may
from palermo.web.member_forms import MemberForm, RoleForm


@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The members; a post adds one, and shows the first password of a new account."""
    form = MemberForm(request.POST) if request.method == "POST" else MemberForm()
    if form.is_bound and form.is_valid():
        try:
            made = accounts.invite(by=actor(request), **form.cleaned_data)
        except NotAllowed:
            raise
        except PalermoError as problem:
            form.add_error("username", words.why(problem))
        else:
            if made.password:
                shown = {"username": form.cleaned_data["username"], "password": made.password}
                return render(request, "palermo/member_password.html", shown)
            messages.success(
                request,
                _("The member was added. Whoever works elsewhere, too, accepts it first."),
            )
            return redirect("members")
    shown = {
        "members": tuple(map(_line, accounts.staff(by=actor(request)))),
        "may_change": may(request, "accounts.remove_member"),
        "form": form,
    }
    return render(request, "palermo/members.html", shown)


@require_safe
def one(request: HttpRequest, membership: str) -> HttpResponse:
    """What happens where this member leaves or takes another role, to be confirmed."""
    return _confirm(request, membership, RoleForm())


@require_POST
def given_seen(request: HttpRequest, given: str) -> HttpResponse:
    """The focal point saw that a role was given."""
    joining.seen(actor(request), given)
    return redirect("home")


@require_POST
def remove(request: HttpRequest, membership: str) -> HttpResponse:
    if accounts.remove_member(membership, by=actor(request)):
        messages.success(
            request,
            _(
                "The member is out, and their key is gone. Until a focal point has given the vault a new key,"
                " a copy of it opens what is here."
            ),
        )
    else:
        messages.success(request, _("The member is out."))
    return redirect("members")


@require_POST
def change_role(request: HttpRequest, membership: str) -> HttpResponse:
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _confirm(request, membership, form)
    try:
        accounts.change_role(membership, form.cleaned_data["role"], by=actor(request))
    except (NotAllowed, Missing):
        raise
    except PalermoError as problem:
        form.add_error("role", words.why(problem))
        return _confirm(request, membership, form)
    messages.success(request, _("The role was changed."))
    return redirect("members")


@require_POST
def sign_out(request: HttpRequest, membership: str) -> HttpResponse:
    """Signs the member out everywhere."""
    accounts.check_can_end_sessions(actor(request))
    accounts.end_sessions(_held(request, membership).user, by=actor(request))
    messages.success(request, _("The member is signed out everywhere."))
    return redirect("member", membership=membership)


@require_POST
def reset_factor(request: HttpRequest, membership: str) -> HttpResponse:
    """Takes away the second factors of a member who lost them."""
    accounts.check_can_reset_second_factor(actor(request))
    accounts.reset_second_factor(_held(request, membership).user, by=actor(request))
    messages.success(
        request, _("The second factor is gone and the member signed out; a new one is set up at sign-in.")
    )
    return redirect("member", membership=membership)


def _confirm(request: HttpRequest, membership: str, form: RoleForm) -> HttpResponse:
    accounts.check_can_remove_member(actor(request))
    held = _held(request, membership)
    return render(request, "palermo/member.html", {"member": _line(held), "form": form})


def _held(request: HttpRequest, membership: str) -> Staff:
    held = next((each for each in accounts.staff(by=actor(request)) if each.id == membership), None)
    if held is None:
        raise Missing
    return held


def _line(member: Staff) -> dict[str, Any]:
    return {"member": member, "role": words.role_name(member.role)}
