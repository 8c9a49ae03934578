"""What may a browser do with our pages? Nothing external, nothing inline, nothing kept.

Every answer gets the same strict headers; static files may be cached, pages never, because a page may show
a case. Never relaxed per view. Scripts are files of our own; a form leads to the organisation's own
sign-in only where the settings name one.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseFileResponse

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        " ".join(("form-action 'self'", *settings.OIDC_ORIGINS)),
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
FOR_FILES = f"{CONTENT_SECURITY_POLICY}; sandbox"
"""A file to keep does nothing even where a browser shows it."""
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
Answer = Callable[[HttpRequest], HttpResponse]


def strict_headers(answer: Answer) -> Answer:
    """Middleware, the outermost, that sets `HEADERS` on every answer; our own static files may be kept."""

    def with_headers(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        may_be_kept = isinstance(response, WhiteNoiseFileResponse)
        for name, value in HEADERS.items():
            if name != "Cache-Control" or not may_be_kept:
                response.headers[name] = value
        if "Content-Disposition" in response.headers:
            response.headers["Content-Security-Policy"] = FOR_FILES
        return response

    return with_headers
