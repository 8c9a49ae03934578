"""How does a reader change the language? By one small form, before signing in, too, and without script."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from palermo.actions.languages import choose_language
from palermo.web.words import CODES


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keeps the choice and leads back to the page; what is no language of ours changes nothing."""
    response = redirect(_back(request))
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        choose_language(request.user.public_id, CODES.get(code, code))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response


def _back(request: HttpRequest) -> str:
    """A page of ours; the first page where another is named."""
    asked = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, None) and asked.startswith("/")
    return asked if ours else "/"
