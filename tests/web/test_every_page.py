"""Of every page that is routed: is its policy strict, is all of it from here, is nobody called for it?"""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from django.conf import settings as configured
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

from palermo.actions import accounts, collect, drafts, undo
from palermo.actions.collect import import_file
from palermo.store import jobs, vault
from palermo.web.headers import CONTENT_SECURITY_POLICY
from tests.web.test_asvs import addresses

NOTHING = "'none'"
OURS = "'self'"
STRICT = {
    "default-src": NOTHING, "base-uri": NOTHING, "frame-ancestors": NOTHING, "object-src": NOTHING,
    "script-src": OURS, "style-src": OURS, "connect-src": OURS, "img-src": OURS, "font-src": OURS,
    "form-action": OURS,
}  # fmt: skip
PLANTED = (
    "http://203.0.113.7/planted",
    "https://planted.example/x",
    "//planted.example",
    "\\\\planted.example\\x",
)


def policy(text: str) -> dict[str, str]:
    """By name; `sandbox`, which a file to keep has beside, only makes it stricter."""
    parts = (part.strip().partition(" ") for part in text.split(";"))
    return {name: value for name, _space, value in parts if (name, value) != ("sandbox", "")}


def loose(held: dict[str, str]) -> list[str]:
    """What of a policy is less than strict."""
    wrong = [name for name, value in STRICT.items() if held.get(name) != value]
    risky = re.compile(r"unsafe|\*|data:|blob:|https?:|nonce|sha\d|strict-dynamic")
    return wrong + [name for name, value in held.items() if risky.search(value) or name not in STRICT]


@pytest.fixture
def crawled(house) -> Iterator[tuple[str, Any]]:
    """Each address as a stranger and as members with and without an unlocked vault see it, also by POST."""
    cache.clear()
    clients = [Client(raise_request_exception=False), house.client("analyst-mission")]
    clients.append(house.unlocked("focal-mission"))
    return (
        (address, answer)
        for client in clients
        for address in real(house)
        for answer in (client.get(address), client.post(address, {"next": PLANTED[1]}))
    )


DRAFT = (
    b"yearOfRegistration,gender,ageBroad,citizenshipp,CountryOfExploitation\n2019,Femal,9--17,MLI,Nowhereland\n"
    b"2019,Female\n19x9,Female,9--17,MLI,NGA\n2019,Male,9--17,MLI,Nowhereland\n"
)


def things(house) -> dict[str, str]:
    """What the first organisation has, by the beginning of its addresses: the longest that fits counts."""
    if not hasattr(house, "things"):
        member = accounts.memberships(get_user_model().objects.get(username="focal-mission"))[0]
        actor = replace(member.actor, session=vault.new_session())
        vault.unlock(actor, house.rings[actor.organisation_id])
        submission = collect.list_submissions(actor)[0].id
        job = jobs.begin(actor, kind="undo", stage="undoing", now=datetime.now(UTC))
        house.things = {
            "/cases/": house.cases(house.first.id)[0].id,
            "/imports/drafts/": drafts.keep(actor, DRAFT, invented=True),
            "/imports/undo/": undo.intakes_of(actor, submission)[0].id,
            "/imports/jobs/": job,
            "/imports/": submission,
        }
    return house.things


def real(house) -> list[str]:
    """Every address; where a case, a draft, an import or its progress is asked for, also one that is there.

    A draft is discarded, and the session ended, last.
    """
    known, there = list(addresses()), list[str]()
    for one in known:
        begin = max((at for at in things(house) if one.startswith(at + "0")), key=len, default="")
        if begin:
            there.append(one.replace("0" * 32, things(house)[begin]))
    last = ("/sign-out",)
    return [*(one for one in known if one not in last), *sorted(there, key=lambda a: "discard" in a), *last]


def test_every_page_has_the_strict_policy_and_loads_from_here_only(crawled):
    seen = 0
    for address, answer in crawled:
        assert loose(policy(answer["Content-Security-Policy"])) == [], address
        seen += 1
        if not answer.streaming and answer["Content-Type"].startswith("text/html"):
            text = answer.content.decode()
            assert not re.search(r'(?:src|href|action)="(?!/[^/]|#|\?|")', text), address
            assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text), address
    assert seen > 200


@pytest.mark.parametrize(
    "changed",
    [
        ("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
        ("default-src 'none'", "default-src 'self'"), ("img-src 'self'", "img-src 'self' data:"),
        ("; object-src 'none'", ""), ("'self'", "*"),
        ("base-uri 'none'", "base-uri 'none'; worker-src blob:"),
    ],
)  # fmt: skip
def test_a_policy_that_is_looser_is_found(changed):
    assert loose(policy(CONTENT_SECURITY_POLICY)) == []
    assert changed[0] in CONTENT_SECURITY_POLICY
    assert loose(policy(CONTENT_SECURITY_POLICY.replace(*changed, 1)))


@pytest.fixture
def called(monkeypatch) -> list[Any]:
    """Whom the process tried to reach; every try fails."""
    tried: list[Any] = []

    def refuse(*parts: Any, **_more: Any) -> Any:
        tried.append(parts)
        raise OSError("no network in this test")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    return tried


def test_no_page_and_no_file_makes_the_server_call_anybody(called, crawled, house):
    """OIDC is off. What was sent holds addresses in every field; an import holds them in every cell."""
    assert not configured.OIDC_ISSUER
    assert sum(answer.status_code == 200 for _address, answer in crawled) > 40, "pages were shown"
    client = house.unlocked("focal-mission")
    for name in ("next", "label", "area", "file", "url", "table", "cell", "sex", "year", "name"):
        for planted in PLANTED:
            for address in ("/cases", "/labels", "/tables/trace", "/people", "/imports/new", "/sign-in"):
                client.get(address, {name: planted})
                client.post(address, {name: planted})
    header = "yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation"
    row = ",".join(PLANTED[n % len(PLANTED)] for n in range(5))
    member = accounts.memberships(get_user_model().objects.get(username="focal-mission"))[0]
    content = f"{header}\n{row}\n2019,Female,9--17,{PLANTED[1]},NGA\n".encode()
    import_file(member.actor, content, name=PLANTED[0], layout="ctdc-37", invented=True)
    assert called == []
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(PLANTED[0], timeout=1)
    assert called, "the control: a call is noticed"
