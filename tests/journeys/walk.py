"""Which pages does somebody meet who follows every link? One address per kind of page."""

import re
from collections.abc import Iterator
from html import unescape

from playwright.sync_api import Page

LINK = re.compile(r'<a\s[^>]*?href="(/[^"#]*)')
IDS = re.compile(r"[0-9a-f]{32}")
LEAVES = ("/sign-out", "/static/")
FILES = re.compile(r"/(download|bad-rows|file|paper|head)\b|/files/|format=")
MOST = 150
CHOSEN = ("/cases", "/cases/counts", "/exports/new")
"""Pages that are of one kind however cases are chosen."""


def kind(address: str) -> str:
    """The address without what tells one page of a kind from another: ids, cells, and what was chosen."""
    path, _, query = address.partition("?")
    path = re.sub(r"^/(tables|codes)/(?!trace$)[a-z0-9_-]+$", r"/\1/x", IDS.sub("x", path))
    if path in CHOSEN:
        return f"{path}?…" if query else path
    names = ",".join(sorted({part.partition("=")[0] for part in query.split("&") if part}))
    return f"{path}?{names}" if names else path


def met(page: Page, *also: str) -> Iterator[str]:
    """Addresses of pages, one of each kind, as links lead to them from `also` and the first page.

    Files to keep are left out.
    """
    waiting = [*also, "/"]
    known = set(map(kind, waiting))
    while waiting and len(known) < MOST:
        address = waiting.pop(0)
        answer = page.context.request.get(address)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        yield address
        for found in map(unescape, LINK.findall(answer.text())):
            leaves = found.startswith(LEAVES) or FILES.search(found)
            if not leaves and kind(found) not in known:
                known.add(kind(found))
                waiting.append(found)
