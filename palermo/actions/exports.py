"""Who takes cases out of the house, and who agreed? Asked, made in the background, sealed, soon ended.

An export with names needs two persons: one asks, another one agrees, within a time. The generated passphrase
stays in this process's memory until its owner has seen it once, and nowhere else.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from palermo import PolicyRefusal, ProblemWithInput
from palermo.actions import background
from palermo.actions.background import Run
from palermo.actions.case_filters import ANY, CaseFilter, filtered, given, wrong
from palermo.actions.export_making import Order, make, rule
from palermo.actions.rights import Act, acting, check_can, clock, right
from palermo.codes.languages import phrase
from palermo.codes.phrases import unpacked
from palermo.protect.containers import new_passphrase
from palermo.protect.exported import KINDS
from palermo.protect.keys import fingerprint, usable
from palermo.store import access, audit, exporting, jobs, vault
from palermo.store.access import Actor

check_can_ask, can_ask = right("exports.ask")
check_can_agree, can_agree = right("exports.agree")
check_can_list_exports, can_list_exports = right("exports.list_exports")
OPERATOR = "operator"
JOB = "export"
HEX_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportView:
    """One export as its owner, or who may agree to it, sees it.

    `recipient` is the fingerprint of the key that opens it; `passphrase_waits`: it can be seen, once.
    """

    id: str
    kind: str
    state: str
    asked: datetime
    asked_by: str
    agreed_by: str
    expires: datetime | None
    filters: CaseFilter
    recipient: str
    done: int
    total: int | None
    rows: int
    problem: str
    passphrase_waits: bool

    @property
    def needs_vault(self) -> bool:
        return self.kind != "coded"

    @property
    def may_start(self) -> bool:
        return "running" in exporting.TRANSITIONS[self.state]

    @property
    def ended(self) -> bool:
        return self.state in exporting.FINAL


@dataclass(frozen=True, slots=True)
class _Words:
    """A passphrase that its owner has not seen yet."""

    owner: tuple[str, str, str]
    words: str = field(repr=False)


_passphrases: dict[str, _Words] = {}
_guard = threading.Lock()


def public_key(text: str) -> bytes:
    """The recipient's key as `palermo open --new-key` prints it. Raises `ProblemWithInput` (EXPORT-002).

    >>> public_key(" 09" + "00" * 31 + "\\n")[0]
    9
    """
    signs = "".join(text.split()).lower()
    if not HEX_KEY.fullmatch(signs):
        raise ProblemWithInput(NO_KEY)
    return _usable(bytes.fromhex(signs))


def ask(
    actor: Actor,
    kind: str,
    filters: CaseFilter = ANY,
    recipient: bytes | None = None,
    *,
    now: datetime | None = None,
) -> str:
    """The id of a new export; one of identities waits for the agreement of another person.

    Raises EXPORT-001 for what is no kind or no code, EXPORT-002 for what is no public key.
    """
    check_can_ask(actor)
    _check_asked(kind, filters)
    with _acting(actor, "exports.ask", now, kind=kind) as act:
        row = exporting.new(
            actor,
            kind,
            filters=given(filters),
            recipient=None if recipient is None else _usable(recipient),
            state="asked" if kind == "identities" else "ready",
            now=act.now,
            expires=act.now + timedelta(hours=rule("hours", act.now)),
        )
        act.subjects = [row.public_id]
        act.details = {"kind": kind, "filters": exporting.filters_of(row), "key": recipient is not None}
        return row.public_id


def waiting(actor: Actor) -> tuple[ExportView, ...]:
    """Exports of other persons that wait for an agreement which the actor may give."""
    with _acting(actor, "exports.waiting") as act:
        return tuple(_view(actor, row) for row in _asked(act))


def one_waiting(actor: Actor, export: str) -> tuple[ExportView, int]:
    """One of `waiting`, and how many cases it would hold now. Raises `Missing`."""
    with _acting(actor, "exports.one_waiting") as act:
        view = _view(actor, access.one(_asked(act).filter(public_id=export)))
        cases = access.cases(actor, act.reach("identity"))
        return view, filtered(cases, view.filters).count()


def agree(actor: Actor, export: str, yes: bool, *, now: datetime | None = None) -> None:
    """Agrees to an export of identities that another person asked for, for a limited time; or refuses it.

    Raises EXPORT-003 for whoever asked for it, EXPORT-004 where it waits no more, `Missing`, and `Locked`
    for a yes without the vault unlocked.
    """
    with _acting(actor, "exports.agree", now) as act:
        row = _one(act, export)
        check_can(actor, "exports.agree", data_class=KINDS[row.kind], now=act.now)
        if row.user.public_id == actor.user_id:
            raise PolicyRefusal(
                "EXPORT-003: another person than the one who asked must agree; ask a colleague"
            )
        if yes:
            vault.ring(actor)  # an account that somebody else can sign in with is no second person
        until = act.now + timedelta(hours=rule("agreement_hours", act.now))
        exporting.move(
            row,
            "ready" if yes else "refused",
            answered_by=exporting.user(actor),
            answered_role=actor.role,
            answered=act.now,
            expires=until,
        )
        act.subjects, act.details = [export], {"kind": row.kind, "yes": yes}


def start(actor: Actor, export: str, *, now: datetime | None = None) -> str:
    """The id of the job that makes the actor's own export, with the keys of her session where it needs them.

    Raises `Locked`, EXPORT-004 where it is not agreed to (any more) or made already, EXPORT-BUSY, `Missing`.
    """
    with _acting(actor, "exports.start", now) as act:
        audit.lock(actor.organisation_id)
        row = _one(act, export, scope="own")
        scope = check_can(actor, "exports.start", data_class=KINDS[row.kind], now=act.now)
        recipient = None if row.recipient is None else bytes(row.recipient)
        order = Order(actor, export, row.kind, _filters(row), scope, recipient)
        if order.needs_keys:
            vault.ring(actor)
        if jobs.under_way(actor, kind=JOB, now=act.now):
            raise ProblemWithInput(
                "EXPORT-BUSY: another export is being made; start this one when it has ended"
            )
        job = background.start(act, JOB, lambda run: _made(order, run), stage="writing")
        exporting.move(row, "running", job=exporting.job_of(job), problem="", role=actor.role)
        act.subjects, act.details = [export], {"kind": row.kind}
        return job


def state(actor: Actor, export: str) -> ExportView:
    """How far the actor's own export is. Raises `Missing`."""
    with _acting(actor, "exports.state") as act:
        row = _one(act, export)
        if row.job and row.state != "running":
            jobs.tell(access.jobs(actor, "own"), row.job.public_id, now=act.now)
        return _view(actor, row)


def list_exports(actor: Actor) -> tuple[ExportView, ...]:
    """The actor's own exports, the latest first."""
    with _acting(actor, "exports.list_exports") as act:
        return tuple(_view(actor, row) for row in access.exports(actor, act.scope)[:100])


def passphrase(actor: Actor, export: str, *, now: datetime | None = None) -> str:
    """The generated passphrase, once, in the session that had the export made.

    Raises `Locked`, and EXPORT-005 where it was seen already, or this process was started anew since.
    """
    with _acting(actor, "exports.passphrase", now) as act:
        row = _one(act, export)
        if row.kind != "coded":
            vault.ring(actor)
        act.subjects = [export]
        with _guard:
            held = _passphrases.get(export)
            if row.state != "done" or held is None or held.owner != _owner(actor):
                raise PolicyRefusal(GONE)
            del _passphrases[export]
        return held.words


def download(actor: Actor, export: str, *, now: datetime | None = None) -> bytes:
    """The sealed file of the actor's own export. Raises EXPORT-004 where there is none, `Missing`."""
    with _acting(actor, "exports.download", now) as act:
        row = _one(act, export)
        check_can(actor, "exports.download", data_class=KINDS[row.kind], now=act.now)
        act.subjects, act.details = [export], {"kind": row.kind, "cases": row.rows}
        return exporting.content(row)


def withdraw(actor: Actor, export: str, *, now: datetime | None = None) -> None:
    """Ends the actor's own export for good: work stops, the file and its passphrase are destroyed."""
    with _acting(actor, "exports.withdraw", now) as act:
        row = _one(act, export)
        exporting.move(row, "withdrawn")
        if row.state == "running" and row.job:
            background.cancel(actor, act.scope, row.job.public_id, kinds=(JOB,))
        act.subjects, act.details = [export], {"kind": row.kind}
    _forget(export)


def end_expired(now: datetime, *, organisation: str = "") -> int:
    """How many exports (of all organisations, or of one) ended with their files: their time is over."""
    count = 0
    for place in exporting.late(now, organisation):
        with transaction.atomic():
            ended = exporting.expire(place, now=now)
            operator = Actor(OPERATOR, place, OPERATOR)
            audit.append(
                operator, "exports.end_expired", now=now, subjects=ended, details={"exports": len(ended)}
            )
        _forget(*ended)
        count += len(ended)
    return count


def forget(session: str) -> None:
    """Drops the passphrases that wait for a session that has ended."""
    with _guard:
        for export in [one for one, held in _passphrases.items() if held.owner[2] == session]:
            del _passphrases[export]


NO_KEY = (
    "EXPORT-002: this is no public key; the recipient makes one with palermo open --new-key and sends you the"
    " 64 signs that it prints"
)
GONE = (
    "EXPORT-005: the passphrase is shown once, in the session that had the export made, and is not kept over"
    " a restart of this server. If you do not have it, withdraw this export and ask for another one"
)


@contextmanager
def _acting(actor: Actor, action: str, now: datetime | None = None, *, kind: str = "") -> Iterator[Act]:
    """As `acting`, once what is over was ended: outside its transaction, which may be taken back."""
    at = now or clock()
    check_can(actor, action, data_class=KINDS.get(kind, ""), now=at)
    end_expired(at, organisation=actor.organisation_id)
    exporting.settle(actor.organisation_id)
    with acting(actor, action, now=at) as act:
        yield act


def _one(act: Act, export: str, *, scope: str = "") -> Any:
    return access.one(access.exports(act.actor, scope or act.scope).filter(public_id=export))


def _asked(act: Act) -> Any:
    rows = access.exports(act.actor, act.reach("identity")).filter(state="asked")
    return rows.exclude(user__public_id=act.actor.user_id)


def _made(order: Order, run: Run) -> str:
    """The passphrase is in memory before the file is stored, so that no finished export lacks it."""
    words = new_passphrase()
    if order.recipient is None:
        with _guard:
            _passphrases[order.export] = _Words(_owner(order.actor), words)
    try:
        make(order, run, words=words)
    except BaseException:
        _forget(order.export)
        raise
    return ""


def _forget(*exports: str) -> None:
    with _guard:
        for export in exports:
            _passphrases.pop(export, None)


def _owner(actor: Actor) -> tuple[str, str, str]:
    return actor.user_id, actor.organisation_id, actor.session


def _filters(row: Any) -> CaseFilter:
    return CaseFilter(**exporting.filters_of(row))


def _view(actor: Actor, row: Any) -> ExportView:
    running = row.state == "running" and row.job
    how = background.state(actor, "organisation", row.job.public_id, kinds=(JOB,)) if running else row
    held = _passphrases.get(row.public_id)
    asked_by, agreed_by = exporting.who(row)
    return ExportView(
        id=row.public_id,
        kind=row.kind,
        state=row.state,
        asked=row.asked,
        asked_by=asked_by,
        agreed_by=agreed_by,
        expires=row.expires,
        filters=_filters(row),
        recipient=fingerprint(bytes(row.recipient)) if row.recipient else "",
        done=how.done,
        total=how.total,
        rows=row.rows,
        problem=unpacked(row.problem),
        passphrase_waits=bool(row.state == "done" and held and held.owner == _owner(actor)),
    )


def _usable(key: bytes) -> bytes:
    """The key, if something can be sealed to it: points of low order are refused (RFC 7748, section 6.1)."""
    if not usable(key):
        raise ProblemWithInput(NO_KEY)
    return key


def _check_asked(kind: str, filters: CaseFilter) -> None:
    """Filters stay readable, so that only codes may be in them."""
    if found := wrong(filters):
        said = phrase("EXPORT-001: {field} is no code of its list; choose one", field=found[0])
        raise ProblemWithInput(said)
    if kind not in KINDS:
        raise ProblemWithInput(
            phrase("EXPORT-001: this is no kind of export; choose one of {kinds}", kinds=", ".join(KINDS))
        )
