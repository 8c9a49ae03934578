"""How do pages travel on a bad line? Compressed, and what a browser already has is not sent again.

A style, script or font carries the beginning of its checksum in its address, so that it is kept for good and
a new one has a new address. Pages are compressed with a random length added (Django's answer to BREACH; the
sessions' cookies, SameSite, do not come with requests that another site makes in the background).
Never compressed: what is downloaded, because it is packed already or sealed.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.urls import reverse

KINDS = ("text/html", "text/css", "text/javascript", "application/json", "image/svg+xml")
SIGNING_IN = ("sign-in", "account_reauthenticate", "vault-unlock")


class Compressed(GZipMiddleware):
    """Compresses pages, and those of our files that are not there in a compressed form."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        whole = (request.method == "GET" and response.status_code == 200) or not response.streaming
        if kind not in KINDS or not whole or "Content-Disposition" in response.headers:
            return response
        return super().process_response(request, response)  # type: ignore[no-any-return]


class Versioned(StaticFilesStorage):
    """Addresses of our files with their checksum; without one where the file is not there."""

    def url(self, name: str | None) -> str:
        address = super().url(name)
        found = None if settings.DEBUG else finders.find(name or "")
        return f"{address}?v={_checksum(str(found))}" if found else address


@lru_cache(maxsize=256)
def _checksum(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:8]


def whole_pages(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: where a part of a page was asked for and a sign-in is due, the whole page goes there."""

    def led(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        target = response.headers.get("Location", "").partition("?")[0]
        if "HX-Request" not in request.headers or target not in {reverse(name) for name in SIGNING_IN}:
            return response
        return HttpResponse(status=200, headers={"HX-Redirect": response.headers["Location"]})

    return led
