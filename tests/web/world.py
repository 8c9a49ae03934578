"""Who asks, and for whose object? Every role with a colleague, a stranger and another organisation, and an
object of every kind for each of them. Built once for a file of tests, never committed; everybody is invented.

A new address with an id needs a maker in `MAKERS`; a new page that takes what is typed, a line in `SENT`.
"""

import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from palermo.actions import accounts, background, break_glass, collect, exports, files, rights
from palermo.actions import vault as vault_actions
from palermo.actions.accounts import Actor
from palermo.actions.background import Run
from palermo.actions.cases import CaseFilter
from palermo.actions.export_making import Order, make
from palermo.cases import Age, Ages, Case, Detection, Name, Person, Place, encode_all
from palermo.protect import keys, recovery
from palermo.store import access, exporting, jobs, key_holders, labels, vault
from palermo.store import accounts as accounts_store
from palermo.store.models import RoleGiven
from palermo.store.submissions import secret
from palermo.web import sessions
from palermo.web.doors import VAULT
from tests.conftest import House

NAME, VILLAGE, LABEL = "Planted Amina Invented", "Planted Invented Well", "Nowhere Invented"
PASSPHRASE = "a quiet long sentence"
FIRST_KEY, KEYS_APART = 731_000_000, 1000
IN_HOUSE = ("mine", "mate", "stranger")
OWNERS = (*IN_HOUSE, "foreign", "missing")
TEAMS = {"mine": "north", "mate": "north", "stranger": "south", "foreign": "north"}


@dataclass(frozen=True, slots=True)
class Somebody:
    """A member with a browser whose session has the vault unlocked. `focal`: the same user, for set-up."""

    actor: Actor
    cookie: str

    @property
    def focal(self) -> Actor:
        return replace(self.actor, role="focal_point")

    def client(self) -> Client:
        client = Client(raise_request_exception=False)
        client.cookies["sessionid"] = self.cookie
        return client


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and what it took: actions asked for (but for links), SQL without its values."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    asked: tuple[str, ...]
    queries: tuple[str, ...]

    @property
    def seen(self) -> tuple[Any, ...]:
        """All that whoever asks can tell one answer from another by."""
        return self.status, self.headers, TOKEN.sub(b"", self.body), self.queries


TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
VALUE = re.compile(r"""X?'(?:[^']|'')*'|"s\d+_x\d+"|\b[0-9a-f]{32}\b|\b\d+\b""")


def shape(sql: str) -> str:
    """The statement without its values and the names of its savepoints.

    >>> shape("SELECT a FROM t WHERE b = 'x''y' AND c = 12")
    'SELECT a FROM t WHERE b = ? AND c = ?'
    """
    return VALUE.sub("?", sql)


class World:
    """The two organisations, their people by role, and what belongs to each of them."""

    def __init__(self) -> None:
        self.house = House()
        far_integer_keys()
        self.wrapped = keys.wrap(
            keys.new_pair(), passphrase=PASSPHRASE, place=keys_place(), on=date(2026, 11, 1)
        )
        self._people = {(role, owner): self._new(role, owner) for role in accounts.roles() for owner in TEAMS}
        self._objects: dict[tuple[str, Somebody], str] = {}
        for kind, maker in MAKERS.items():
            for who in self._people.values():
                if (kind, who) not in self._objects:
                    self._objects[kind, who] = maker(self, who)

    def somebody(self, role: str, owner: str = "mine") -> Somebody:
        return self._people[role, owner]

    def _new(self, role: str, owner: str) -> Somebody:
        place = self.house.other if owner == "foreign" else self.house.own
        user = accounts.create_user(f"{role}-{owner}", password=PASSPHRASE, checked=False)
        accounts.add_member(user, organisation=place, role=role, team=TEAMS[owner])
        return self.signed_in(Actor(user, place, role, TEAMS[owner], session=vault.new_session()))

    def signed_in(self, actor: Actor) -> Somebody:
        client = Client()
        client.force_login(get_user_model().objects.get(public_id=actor.user_id))
        session = client.session
        session[VAULT] = actor.session
        session[sessions.USED] = time.time() + 3600  # so that no request is the one that notes the use
        user = get_user_model().objects.get(public_id=actor.user_id)
        record_authentication(
            SimpleNamespace(session=session), user, "mfa", type="totp", reauthenticated=True
        )
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)
        session.save()
        vault.unlock(actor, self.house.rings[actor.organisation_id])
        draft = vault_actions._Draft(datetime.now(UTC), keys.new_pair(), None, bytes(16))
        vault_actions._drafts[actor.session, actor.organisation_id] = draft
        labels.settle(
            access.organisation(actor), LABEL, area="MLI", user=actor.user_id, now=datetime.now(UTC)
        )
        return Somebody(actor, session.session_key)

    def others(self, who: Somebody) -> list[Somebody]:
        """Members of the same organisation who are not `who`, and whom no test asks as."""
        place, first = who.actor.organisation_id, ("mate", "foreign")
        found = [each for (_role, owner), each in self._people.items() if owner in first and each != who]
        return [each for each in found if each.actor.organisation_id == place]

    def thing(self, kind: str, role: str, owner: str) -> str:
        """The id of an object of this kind that belongs to the owner; a fresh one where it is missing."""
        if owner == "missing":
            return secrets.token_hex(16)
        return self._objects[kind, self._people[role, owner]]

    def ask(self, who: Somebody, method: str, address: str, sent: dict[str, Any] | None = None) -> Answer:
        """The answer to one request; what it changed, in the database and in memory, is taken back."""
        client = who.client()
        with memory_kept(), watched() as asked, transaction.atomic():
            with CaptureQueriesContext(connection) as queries:
                response = client.generic(method, address) if sent is None else client.post(address, sent)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        headers = tuple(sorted(response.items()))
        return Answer(
            response.status_code, headers, body, tuple(asked), tuple(shape(q["sql"]) for q in queries)
        )


def keys_place() -> Any:
    return key_holders.member_place(Actor("0" * 32, "0" * 32, "focal_point"))


def far_integer_keys() -> None:
    """From now on integer keys are numbers that stand nowhere else, so that one that leaves is seen."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for number, table in enumerate(sorted(tables)):
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            far = FIRST_KEY + KEYS_APART * number
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, far])


def a_case(world: World, who: Somebody) -> str:
    world._objects["case", who], world._objects["submission", who] = _imported(who)
    return world._objects["case", who]


def a_submission(world: World, who: Somebody) -> str:
    """The one that brought the case."""
    return world._objects["submission", who]


def _imported(who: Somebody) -> tuple[str, str]:
    """A case with a person and an exact place, and the submission that brought it, with a row that is bad."""
    case, person, place = secrets.token_hex(16), secrets.token_hex(16), who.actor.organisation_id
    found = Detection(place=Place(area="MLI", exact=VILLAGE))
    grown = Ages(detection=Age(lowest=30))
    content = encode_all(
        [
            Person(id=person, organisation=place, names=(Name(text=NAME),), invented=True),
            Case(
                id=case,
                organisation=place,
                sex="female",
                ages=grown,
                detection=found,
                invented=True,
                person=person,
            ),
        ]
    )
    bad = content.splitlines()[-1].replace(case.encode(), secrets.token_hex(16).encode())
    content += bad.replace(b'"female"', b'"Planted"') + b"\n"
    came = collect.import_file(who.focal, content, invented=True)
    assert (came.stored, came.refused) == (2, 1)
    return case, came.submission


def a_membership(world: World, who: Somebody) -> str:
    user = get_user_model().objects.get(public_id=who.actor.user_id)
    return accounts.memberships(user)[0].id


def a_file(world: World, who: Somebody) -> str:
    case = world._objects["case", who]
    return files.attach(who.focal, case, content=b"Planted text of an invented file", title="Planted title")


def a_session(world: World, who: Somebody) -> str:
    """Another one of the same user."""
    client = Client()
    user = get_user_model().objects.get(public_id=who.actor.user_id)
    client.force_login(user)
    key = client.session.session_key
    row, _made = UserSession.objects.get_or_create(
        session_key=key, defaults={"user": user, "ip": "127.0.0.1", "user_agent": "Firefox on Linux"}
    )
    return sessions.hidden_id(row)


def a_passkey(world: World, who: Somebody) -> str:
    """A registered credential without a device behind it: it signs nobody in, and can be removed."""
    user = get_user_model().objects.get(public_id=who.actor.user_id)
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    held = AttestedCredentialData.create(Aaguid.NONE, secrets.token_bytes(16), public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    about = AuthenticatorData.create(bytes(32), flags, 0, held)
    made = AttestationObject.create("none", about, {})
    asked = CollectedClientData.create("webauthn.create", bytes(32), "https://localhost")
    raw = websafe_encode(held.credential_id)
    response = {"clientDataJSON": asked.b64, "attestationObject": websafe_encode(made)}
    credential = {"id": raw, "rawId": raw, "type": "public-key", "response": response}
    key = {"name": "Invented key", "credential": credential, "passwordless": False}
    return sessions.hidden_id(
        Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=key)
    )


def a_member_key(world: World, who: Somebody) -> str:
    return key_holders.keep_member_key(who.actor, world.wrapped, now=datetime.now(UTC))


def a_job(kind: str) -> "Maker":
    """One that has ended, so that it is in nobody's way."""

    def made(world: World, who: Somebody) -> str:
        now = datetime.now(UTC)
        job = jobs.begin(who.actor, kind=kind, stage="reading", now=now)
        jobs.end(job, outcome="stopped", now=now)
        return job

    return made


def an_export(kind: str, *, made: bool) -> "Maker":
    """One that waits, or is done with a passphrase that was not seen yet."""

    def asked(world: World, who: Somebody) -> str:
        export = exports.ask(who.focal, kind)
        if made:
            row = access.one(access.exports(who.actor, "own").filter(public_id=export))
            exporting.move(row, "running")
            order = Order(who.actor, export, kind, CaseFilter(), "own", keys.new_pair().public)
            make(order, Run(export, "writing"), words="")
            exports._passphrases[export] = exports._Words(exports._owner(who.actor), "INVENTED")
        return export

    return asked


def a_request(world: World, who: Somebody) -> str:
    """To open a case that the asker does not reach; nobody has answered."""
    return _asked_for(world, who, of=world.others(who)[0])


def an_open_request(world: World, who: Somebody) -> str:
    """The same, granted by somebody else."""
    request = _asked_for(world, who, of=world.others(who)[1])
    break_glass.answer(world.others(who)[2].focal, request, True)
    return request


def a_notice(world: World, who: Somebody) -> str:
    """Somebody else's request that opened a case which `who` recorded."""
    officer = replace(world.others(who)[3].actor, role="collector")
    request = break_glass.ask(officer, _imported(who)[0], "An invented emergency")
    break_glass.answer(world.others(who)[4].focal, request, True)
    return request


def _asked_for(world: World, asker: Somebody, *, of: Somebody) -> str:
    officer = replace(asker.actor, role="collector")
    return break_glass.ask(officer, world._objects["case", of], "An invented emergency")


def an_invitation(world: World, who: Somebody) -> str:
    """Of a third organisation; nobody has answered."""
    told = {"organisation": world.house.real, "role": "publication_officer", "team": ""}
    return accounts_store.new_membership(who.actor.user_id, **told, now=datetime.now(UTC), accepted=False)


def a_role_given(world: World, who: Somebody) -> str:
    """A role of the organisation that its focal points have not seen, since `who` is one."""
    accounts_store.announce(who.actor.organisation_id, "collector", now=datetime.now(UTC))
    return RoleGiven.objects.order_by("-id")[0].public_id


def a_decision(world: World, who: Somebody) -> str:
    """On a label of its own, so that each member's is another one."""
    label = f"{LABEL} {who.actor.user_id}"
    place = access.organisation(who.actor)
    labels.settle(place, label, area="MLI", user=who.actor.user_id, now=datetime.now(UTC))
    return labels.digest(label, key=secret(place.public_id))[: labels.LETTERS]


Maker = Callable[[World, Somebody], str]
MAKERS: dict[str, Maker] = {
    "decision": a_decision,
    "case": a_case,
    "submission": a_submission,
    "file": a_file,
    "invitation": an_invitation,
    "given": a_role_given,
    "session": a_session,
    "key": a_passkey,
    "membership": a_membership,
    "member": a_member_key,
    "asked": a_request,
    "asked-open": an_open_request,
    "asked-told": a_notice,
    "import-job": a_job("import"),
    "key-job": a_job("rekey"),
    "export": an_export("coded", made=True),
    "export-ready": an_export("coded", made=False),
    "export-asked": an_export("identities", made=False),
}
KIND_OF = {
    "import-job": "import-job",
    "import-cancel": "import-job",
    "vault-work": "key-job",
    "vault-cancel-work": "key-job",
    "export-start": "export-ready",
    "export-answer": "export-asked",
    "break-glass-review": "asked-open",
    "break-glass-seen": "asked-told",
}
"""Which kind a page's id is of, where the name of the parameter does not say it."""

WORDS = {"table": "form", "listed": "sex"}
"""A value for each parameter that is no id."""

ASKED = {"trace": "?cell=form/documented", "tables-download": "?format=csv&table=form"}
"""What must stand in the address behind the question mark."""


def sent_to(door: str, where: str) -> dict[str, Any]:
    """What is posted to a page, so that it does what it is there for; nothing where that would take long."""
    if door == "import-new":
        file = SimpleUploadedFile("invented.jsonl", b"{}\n", content_type="application/jsonl")
        return {"file": file, "layout": "palermo", "invented": "on"}
    if door == "file-add":
        return {"file": SimpleUploadedFile("invented.txt", b"Invented"), "title": "Invented"}
    if door == "case-erase":
        return {"reason": "person_asked", "number": where.split("/")[2][:8]}
    return dict(SENT.get(door, {}))


SENT: dict[str, dict[str, str]] = {
    "labels": {"label": LABEL, "area": "MLI"},
    "codes": {"text": "Invented"},
    "conduct": {"text": "Invented"},
    "export-new": {"kind": "coded"},
    "export-answer": {"answer": "yes"},
    "break-glass": {"number": "0" * 32, "reason": "An invented emergency"},
    "break-glass-answer": {"answer": "yes"},
    "members": {"username": "invented-newcomer", "display": "Invented", "role": "auditor", "team": ""},
    "member-role": {"role": "auditor"},
    "people": {"name": "Amina"},
    "vault-prove": {"key": recovery.printed(bytes(16))},
}


def parameters() -> dict[str, tuple[str, ...]]:
    """The names of all addresses of the whole installation, with the parameters of each."""
    return dict(_below(get_resolver(), "", ()))


def _below(resolver: Any, space: str, outer: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for part in resolver.url_patterns:
        own = (*outer, *(part.pattern.converters or part.pattern.regex.groupindex))
        if isinstance(part, URLPattern):
            name = part.name or f"an address without a name: {part.pattern}"
            yield space + name, own
        else:
            yield from _below(part, space + (f"{part.namespace}:" if part.namespace else ""), own)


def kinds(door: str, names: tuple[str, ...]) -> dict[str, str]:
    """The kind of object behind each id of an address; raises where nobody has said how to make one."""
    found = {name: KIND_OF.get(door, name) for name in names if name not in WORDS}
    for name, kind in found.items():
        assert kind in MAKERS, f"{door}: add to MAKERS in tests/web/world.py how to make its {name}"
    return found


def address(world: World, door: str, names: tuple[str, ...], *, role: str, owner: str) -> str:
    ids = {name: world.thing(kind, role, owner) for name, kind in kinds(door, names).items()}
    words = {name: WORDS[name] for name in names if name in WORDS}
    return reverse(door, kwargs=ids | words) + ASKED.get(door, "")


@contextmanager
def memory_kept() -> Iterator[None]:
    """What this process holds in memory is afterwards as it was."""
    held = (
        vault._open,
        vault_actions._drafts,
        vault_actions._failed,
        exports._passphrases,
        background._running,
    )
    before = [dict(one) for one in held]
    try:
        yield
    finally:
        for one, was in zip(held, before, strict=True):
            one.clear()
            one.update(was)  # type: ignore[arg-type]


@contextmanager
def watched() -> Iterator[list[str]]:
    """The actions that are asked for while it lasts: not by the door itself, and not for a link (`can`)."""
    asked: list[str] = []
    plain = rights.check_can

    def check_can(actor: Actor, action: str, **more: Any) -> str:
        if sys._getframe(1).f_code.co_name != "can":
            asked.append(action)
        return plain(actor, action, **more)

    with ExitStack() as stack:
        for name, module in list(sys.modules.items()):
            if name.startswith("palermo.actions.") and getattr(module, "check_can", None) is plain:
                stack.enter_context(patch.object(module, "check_can", check_can))
        yield asked
