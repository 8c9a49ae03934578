"""How does a user go out, and change the organisation? Coming in is allauth's (`account_urls.py`)."""

from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from palermo.web.doors import CHOSEN, standing


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; the browser forgets what it kept of our pages."""
    logout(request)
    response = redirect("sign-in")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


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
