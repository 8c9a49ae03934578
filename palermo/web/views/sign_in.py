"""How does a user come in, go out, and change the organisation? One error for every failed sign-in."""

from django import forms
from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from palermo.web.doors import CHOSEN, standing


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("The name or the password is not right. Check both and try again."),
        "inactive": _("The name or the password is not right. Check both and try again."),
    }
    first_field = "id_username"
    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        error_messages={"required": _("Enter your user name")},
        widget=forms.TextInput(
            attrs={"class": "govuk-input", "autocomplete": "username", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        error_messages={"required": _("Enter your password")},
        widget=forms.PasswordInput(attrs={"class": "govuk-input", "autocomplete": "current-password"}),
    )


class SignIn(LoginView):
    template_name = "palermo/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("sign-in")


@require_safe
def switch(request: HttpRequest) -> HttpResponse:
    """The memberships of the user, to choose the organisation and role to work in."""
    return render(request, "palermo/switch.html", {"memberships": standing(request).memberships})


@require_POST
def switch_to(request: HttpRequest, membership: str) -> HttpResponse:
    if membership not in {one.id for one in standing(request).memberships}:
        raise Http404
    request.session[CHOSEN] = membership
    return redirect("home")
