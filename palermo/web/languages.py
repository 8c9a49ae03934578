"""In which language does a page answer? The signed-in user's own, else the browser's cookie, else its wish.

The names of languages are in their own language and never translated. The choice is kept in a cookie with the
flags of all others, and with the account; never in an address.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_language, get_language_info

from palermo.codes.doors import READS
from palermo.web.doors import door_of
from palermo.web.words import CODES

PAGES = {code: name for name, code in CODES.items()}
Answer = Callable[[HttpRequest], HttpResponse]


class Choice(NamedTuple):
    """A language of the switcher: its code in `lang`, its own name, its direction, whether it is active."""

    code: str
    name: str
    direction: str
    here: bool


def choices() -> tuple[Choice, ...]:
    """All languages of this installation, in the order of the settings."""
    active = get_language()
    return tuple(
        Choice(code, str(name), "rtl" if get_language_info(code)["bidi"] else "ltr", code == active)
        for code, name in settings.LANGUAGES
    )


def back(request: HttpRequest) -> str:
    """Where a choice leads back to: this page, unless it only takes what is sent or is not there."""
    row = door_of(request)
    if getattr(request, "palermo_lost", False) or (row.methods and "GET" not in row.methods):
        return "/"
    return request.get_full_path() if request.method in READS else request.path


class OwnLanguage:
    """Middleware after sign-in: who has chosen a language reads in it, on whatever computer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if code := _kept(request):
            translation.activate(code)
            request.LANGUAGE_CODE = code
        response = self.answer(request)
        if code:
            response.headers["Content-Language"] = code
        return response


def _kept(request: HttpRequest) -> str:
    """The page's language code of the user's own choice, "" where there is none."""
    kept: Any = getattr(request.user, "language", "")
    code = PAGES.get(kept, kept)
    return code if code in dict(settings.LANGUAGES) else ""
