"""Does a name, a telephone number or free text reach a log, an address, a title, an error page or an e-mail?

A mark goes into every text parameter of every action and every field of every page: as it should be, too
long, with signs that break things, of another type, while the vault is locked, without the right, and while
the database fails. Then everything that the program wrote is searched. A new action, page or field is planted
in as soon as it has its line in `telling.py`; until then these tests fail and say so.
"""

import io
import logging
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from palermo import PalermoError
from palermo.actions import accounts, collect, drafts, exports, files, undo, vault
from palermo.actions.cases import CaseFilter
from palermo.cases import Case, Name, Person, encode_all
from palermo.store import vault as keys
from tests.actions.test_rights import CALLS, FOUND, NOBODY, TABLE
from tests.conftest import House as Organisations
from tests.web.telling import (
    ADDRESSES,
    HUNT,
    MARK,
    NO_PLACE,
    ONE_OF_TWO,
    OURS,
    POSTED,
    QUERY,
    READABLE,
    TEXTS,
    TYPED,
    WRONG,
    broken_database,
    columns_with_it,
    fields,
    forms_in,
    listening,
    text_parameters,
)


def test_every_text_parameter_of_every_action_is_planted_in() -> None:
    now = {name: text_parameters(action) for name, action in FOUND.items()}
    todo = {name: given for name, given in now.items() if given != TEXTS.get(name, ())}
    assert not todo, f"write these into TEXTS of tests/web/telling.py: {todo}"
    assert set(TEXTS) <= set(TABLE.audited)


def test_every_field_of_every_page_is_planted_in() -> None:
    planted = {name for given in (*POSTED.values(), *QUERY.values()) for name in given}
    todo = fields() - planted - ADDRESSES - NO_PLACE
    assert not todo, f"write these fields into POSTED or QUERY of tests/web/telling.py: {sorted(todo)}"
    assert set(POSTED) | set(QUERY) <= set(addresses(None))


def test_every_form_that_a_page_shows_is_planted_in(house: Any) -> None:
    """Page by page: what each form sends, and to which page, has its line."""
    pages, shown, todo = Pages(house), 0, set()
    for client in (pages.focal, pages.locked, pages.analyst, pages.admin, pages.stranger):
        for address in addresses(pages.real).values():
            answer = client.get(address)
            page = "" if answer.streaming else answer.content.decode("utf-8", "replace")
            for method, to, named in forms_in(page, here=address):
                known = set(POSTED.get(to, ())) if method == "post" else set(QUERY.get(to, ()))
                todo |= {(method, to, field) for field in named - known - ADDRESSES - OURS}
                shown += 1
    assert not todo, f"write these into POSTED (post) or QUERY (get) of tests/web/telling.py: {sorted(todo)}"
    assert shown > 50, "the control: forms were seen"


DIRTY = b"yearOfRegistration,gender,ageBroad,citizenship\n2019,Femal,9--17,MLI\n2019,Male,9--17,MLI\n"


class Acting:
    """An organisation with a case, a file and an export; who may, who may not, and whose vault is locked."""

    def __init__(self) -> None:
        self.house = Organisations()
        self.focal = self.house.actor()
        person = Person(
            id="f" * 32, organisation=self.house.own, names=(Name(text="Invented"),), invented=True
        )
        case = Case(id="e" * 32, organisation=self.house.own, person=person.id, invented=True)
        came = collect.import_file(self.focal, encode_all([person, case]), invented=True)
        self.real: dict[str, str] = {
            "case": case.id,
            "submission": came.submission,
            "file": files.attach(self.focal, case.id, content=b"an invented note", title="Invented"),
            "export": exports.ask(self.focal, "coded", CaseFilter(), None),
            "draft": drafts.keep(self.focal, DIRTY, invented=True),
            "intake": undo.intakes_of(self.focal, came.submission)[0].id,
        }

    def actors(self, action: str) -> Iterator[Any]:
        roles = [role for role in TABLE.roles if TABLE.scope(action, role=role)]
        yield self.actor(roles[0])
        if others := set(TABLE.roles) - set(roles):
            yield self.actor(min(others))
        locked = self.actor(roles[0])
        keys.lock(locked.session)
        yield locked

    def actor(self, role: str) -> Any:
        if role == "focal_point":
            keys.unlock(self.focal, self.house.rings[self.house.own])
            return self.focal
        try:
            return self.house.actor(role)
        except Exception:
            return accounts.Actor(NOBODY, self.house.own, role, session=keys.new_session())

    def call(self, action: str, actor: Any, /, **planted: Any) -> str:
        """What a refusal says; "" where there was none, or an error whose text is never written."""
        given = {name: self.real.get(name, value) for name, value in CALLS.get(action, {}).items()} | planted
        if "options" in planted:
            given = {"content": b"", "name": planted["options"]}
        given["actor" if not action.startswith("accounts.") else "by"] = actor
        try:
            FOUND[action](**given)
        except PalermoError as refused:
            return f"{refused} {refused!r} {refused.args}"
        except Exception as error:
            logging.getLogger("django.request").error("broken", exc_info=error)
        return ""


def values(parameter: str) -> tuple[Any, ...]:
    if parameter == "filters":
        return tuple(CaseFilter(area=text, detected_from=text, cases=text) for text in TYPED)
    if parameter in ("content", "recipient"):
        return (*(text.encode() for text in TYPED), MARK, [MARK])
    return (*TYPED, *WRONG)


@pytest.mark.django_db
@pytest.mark.parametrize("action", sorted(TEXTS))
def test_no_action_tells_what_it_was_given(action: str, capsys: Any, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    acting = Acting()
    vault._failed.clear()
    said: list[str] = []
    with listening(capsys) as ears:
        for parameter in TEXTS[action]:
            actors = list(acting.actors(action))
            said += [acting.call(action, actors[0], **{parameter: value}) for value in values(parameter)]
            first = values(parameter)[0]
            said += [acting.call(action, other, **{parameter: first}) for other in actors[1:]]
            with broken_database():
                said.append(acting.call(action, acting.actor(actors[0].role), **{parameter: first}))
    assert ears.heard() == set()
    assert HUNT.found("\n".join(said).encode(errors="replace")) == set()
    assert columns_with_it() <= READABLE
    assert mail.outbox == []


def addresses(real: dict[str, str] | None) -> dict[str, str]:
    """Each page's name and its address, with real numbers where there are some."""
    found = {}
    for pattern in get_resolver().url_patterns:
        for part in getattr(pattern, "url_patterns", [pattern]):
            if part.name:
                given = {name: (real or {}).get(name, NOBODY) for name in part.pattern.converters}
                found[part.name] = reverse(part.name, kwargs=given)
    return found


class Pages:
    """Browsers of the invented mission, and numbers that are real."""

    def __init__(self, house: Any) -> None:
        cache.clear()
        self.house = house
        self.focal = house.unlocked("focal-mission")
        self.locked, self.analyst = house.client("focal-mission"), house.client("analyst-mission")
        self.stranger = Client(raise_request_exception=False)
        self.unforged = Client(raise_request_exception=False, enforce_csrf_checks=True)
        admin = accounts.create_user("admin-mission", password="x", checked=False)
        accounts.add_member(admin, organisation=house.first.id, role="administrator")
        self.admin = house.client("admin-mission")
        second = accounts.create_user("second-mission", password="x", checked=False)
        accounts.add_member(second, organisation=house.first.id, role="focal_point")
        colleague = accounts.Actor(second, house.first.id, "focal_point", session=keys.new_session())
        asks = exports.ask(colleague, "identities", CaseFilter(), None)
        case = self.focal.get("/cases").content.decode()
        self.real = {"case": re.search("/cases/([0-9a-f]{32})", case)[1], "table": "form", "export": asks}  # type: ignore[index]
        self.real["submission"] = re.search(  # type: ignore[index]
            "/imports/([0-9a-f]{32})", self.focal.get("/imports").content.decode()
        )[1]
        keys.unlock(colleague, house.rings[house.first.id])
        self.real["draft"] = drafts.keep(colleague, DIRTY, invented=True)
        self.real["intake"] = undo.intakes_of(colleague, self.real["submission"])[0].id

    def sent(self, name: str) -> Iterator[tuple[Client, dict[str, Any]]]:
        for field in POSTED[name]:
            for text in TYPED:
                yield self.focal, self.form(name, field, text)
            for client in (self.locked, self.analyst, self.admin, self.stranger, self.unforged):
                yield client, self.form(name, field, MARK)
        yield self.focal, dict.fromkeys(POSTED[name], MARK)

    def form(self, name: str, field: str, text: str) -> dict[str, Any]:
        given: dict[str, Any] = {**POSTED[name], field: text}
        for each in {"file", "heads"} & given.keys():
            given[each] = io.BytesIO(given[each].encode())
            given[each].name = f"{MARK}.csv"
        return given


def told(answer: Any, *, asked: bool = False) -> set[str]:
    """Where an answer holds the mark outside what its page shows; `asked`: it stood in the address."""
    if answer.streaming:
        return set()
    page = answer.content.decode("utf-8", "replace")
    parts = {
        "title": " ".join(re.findall("(?s)<title>.*?</title>", page)),
        "headers": " ".join(
            f"{k}: {v}" for k, v in answer.headers.items() if not (asked and k == "Location")
        ),
        "cookies": str(answer.cookies),
        "addresses": "" if asked else " ".join(re.findall('(?:href|src|action)="[^"]*"', page)),
        "error page": page if answer.status_code >= 400 else "",
    }
    return {name for name, text in parts.items() if HUNT.found(text.encode())}


@pytest.mark.parametrize("name", sorted(POSTED))
def test_no_page_tells_what_was_sent(house: Any, name: str, capsys: Any) -> None:
    pages = Pages(house)
    address = addresses(pages.real)[name]
    reached = False
    with listening(capsys) as ears:
        for client, given in pages.sent(name):
            vault._failed.clear()
            answer = client.post(address, given)
            assert told(answer) == set(), (name, given)
            reached = reached or answer.status_code in (200, 302)
        with broken_database():
            for field in POSTED[name]:
                answer = pages.focal.post(address, pages.form(name, field, MARK))
                assert told(answer) == set(), (name, field)
        pages.focal.post(address, MARK.encode(), content_type=f"multipart/form-data; boundary={MARK}")
        pages.focal.post(
            address, f"x={MARK}%FF%80".encode(), content_type="application/x-www-form-urlencoded"
        )
    assert reached or name in ONE_OF_TWO, "the control: the page took what was sent"
    assert ears.heard() == set()
    assert columns_with_it() <= READABLE
    assert mail.outbox == []


def test_no_page_tells_what_stood_in_its_address(house: Any, capsys: Any) -> None:
    pages = Pages(house)
    known = addresses(pages.real)
    asked = [
        (known[name], {field: text}) for name, given in QUERY.items() for field in given for text in TYPED
    ]
    asked += [(f"/{MARK}", {}), (f"/cases/{MARK}", {}), (f"/tables/{MARK.lower()}", {})]
    with listening(capsys) as ears:
        for address, query in asked:
            for client in (pages.focal, pages.admin):
                assert told(client.get(address, query), asked=True) == set(), (address, query)
        with broken_database():
            for address, query in asked:
                assert told(pages.focal.get(address, query), asked=True) == set(), (address, query)
        pages.focal.get("/", headers={"host": f"{MARK}.example", "user-agent": MARK, "referer": f"/{MARK}"})
    assert ears.heard() == set()
    assert columns_with_it() <= READABLE


SENT = {
    "no file of ours": MARK.encode(),
    "a table": f"{MARK},gender\n{MARK},{MARK}\n".encode(),
    "a workbook": b"PK\x03\x04" + MARK.encode() * 50,
    "lines": f'{{"record": "case", "sex": "{MARK}"}}\n{{"record": "{MARK}"}}\n{MARK}\n'.encode(),
}


def test_no_import_in_the_background_tells_what_it_read(lasting_house: Any, capsys: Any) -> None:
    client = lasting_house.unlocked("focal-mission")
    with listening(capsys) as ears:
        for content in SENT.values():
            file = io.BytesIO(content)
            file.name = f"{MARK}.csv"
            answer = client.post("/imports/new", {"file": file, "invented": "on"})
            assert answer.status_code == 302
            address = ""
            while answer.status_code == 302 or "Refresh" in answer:
                address = answer["Location"] if answer.status_code == 302 else address
                answer = client.get(address)
                assert told(answer) == set()
                time.sleep(0.02)
    assert ears.heard() == set()
    assert columns_with_it() == set()


@pytest.mark.django_db
def test_what_leaks_is_heard(capsys: Any, rf: Any) -> None:
    """The control: a log line, a warning, a print, an error of ours, a column, a title, an address."""
    from django.http import HttpResponse

    from palermo.store.models import Job

    acting = Acting()
    for leak in (
        lambda: logging.getLogger("palermo.web").debug("asked for %s", MARK),
        lambda: logging.getLogger("axes").info(MARK.encode().hex()),
        lambda: print(MARK.lower()),
        lambda: __import__("warnings").warn(MARK, stacklevel=1),
    ):
        with listening(capsys) as ears:
            leak()
        assert ears.heard() == {MARK}
    FOUND["leaking"] = lambda actor, text: (_ for _ in ()).throw(PalermoError(f"LEAK-001: {text}"))
    try:
        assert HUNT.found(acting.call("leaking", acting.focal, text=MARK).encode()) == {MARK}
    finally:
        del FOUND["leaking"]
    assert columns_with_it() == set()
    Job.objects.create(
        organisation_id=1,
        kind="import",
        stage=MARK,
        process="x",
        started="2026-01-01T00:00Z",
        beat="2026-01-01T00:00Z",
    )
    assert columns_with_it() == {("store_job", "stage")}
    leaky = HttpResponse(
        f"<title>{MARK}</title><a href='x' href=\"/{MARK}\">", status=404, headers={"X-Y": MARK}
    )
    assert told(leaky) == {"title", "addresses", "error page", "headers"}


@pytest.mark.django_db
def test_the_text_of_an_error_is_left_out_of_the_log(capsys: Any) -> None:
    with listening(capsys) as ears:
        try:
            raise ValueError(MARK)
        except ValueError:
            logging.getLogger("palermo").exception("broken")
    assert ears.heard() == set()
    assert "ValueError" in ears.written.getvalue(), "the control: it was written"
