"""Does an organisation's audit chain hold, what does it say, and who saw one record?

Heads leave the machine signed, so that a chain which somebody wrote anew with every key of the machine is
found out. Answers name roles and organisations, never a member of staff.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from palermo import __version__
from palermo.actions import sign_ins
from palermo.actions.accounts import OPERATOR, organisations
from palermo.actions.rights import acting, clock, right
from palermo.codes.policies import fingerprint_of_all
from palermo.codes.rights import rights
from palermo.protect.signing import Head, all_verified
from palermo.store import access, audit, audit_reading
from palermo.store.access import Actor
from palermo.store.audit import Bad, signer
from palermo.store.audit_reading import Entry

__all__ = [
    "Bad",
    "Entry",
    "Head",
    "Seen",
    "WhoSaw",
    "actions",
    "entries",
    "export_head",
    "note_rules",
    "operator_head",
    "operator_verify",
    "read_heads",
    "signer",
    "verify_chain",
    "who_saw",
]

check_can_verify_chain, can_verify_chain = right("audit.verify_chain")
check_can_export_head, can_export_head = right("audit.export_head")
check_can_entries, can_entries = right("audit.entries")
check_can_who_saw, can_who_saw = right("audit.who_saw")
LARGEST_PAGE = 100
RULES = "rules"
ASKED = "emergency"
KINDS = {
    "audit": "looked_up",
    "people": "search",
    "exports": "export",
    "sharing": "shared",
    "break_glass": "break_glass",
    "files": "file",
    "erasure": "erased",
    **dict.fromkeys(
        (f"break_glass.{each}" for each in ("ask", "answer", "review", "one_request", "seen")), ASKED
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Once that somebody touched the record; `what` is opened, exact, person, one of `KINDS`, or other."""

    at: datetime
    role: str
    organisation: str
    what: str
    action: str


@dataclass(frozen=True, slots=True)
class WhoSaw:
    """The newest lines first; `next` is the key to pass as `after`, or ""."""

    lines: tuple[Seen, ...]
    next: str


def verify_chain(actor: Actor, *, heads: str = "") -> Bad | None:
    """None where the chain holds, else the first bad entry and why.

    `heads` are signed heads that were kept elsewhere, one a line; raises `NoHead`, `OtherKey`.
    """
    with acting(actor, "audit.verify_chain"):
        return audit.verify(actor.organisation_id, heads=read_heads(heads) if heads else ())


def export_head(actor: Actor, *, now: datetime | None = None) -> str:
    """The signed head of the actor's organisation, a line of JSON: it names the entry that says it left."""
    at = now or clock()
    with transaction.atomic():
        with acting(actor, "audit.export_head", now=at):
            pass
        return audit.signed_head(actor.organisation_id, now=at)


def entries(
    actor: Actor, *, before: int | None = None, action: str = "", size: int = 50
) -> tuple[Entry, ...]:
    """The newest entries of the chain, or those before an entry of that number; of one action, or all."""
    with acting(actor, "audit.entries"):
        kept = max(1, min(size, LARGEST_PAGE))
        return audit_reading.entries(actor, before=before, action=action, size=kept)


def who_saw(
    actor: Actor, case: str, *, after: str = "", size: int = 50, now: datetime | None = None
) -> WhoSaw:
    """Who touched the case or its person, by role. Raises `Missing` where the actor does not reach the case.

    Asking is an entry as well, which the next who asks will see.
    """
    with acting(actor, "audit.who_saw", now=now) as act:
        row = access.one_case(actor, act.scope, case)
        act.subjects = [row.public_id]
        size = max(1, min(size, LARGEST_PAGE))
        found = audit_reading.concerning(actor, (row.public_id, row.person), after=after, size=size + 1)
        short = row.organisation.short
    more = found[size - 1].key if len(found) > size else ""
    return WhoSaw(tuple(_seen(entry, short) for entry in found[:size]), more)


def actions(now: datetime | None = None) -> tuple[str, ...]:
    """The actions that are written into the chain."""
    table = rights((now or clock()).date()).audited
    return (*(name for name, kept in table.items() if kept), *sign_ins.NOTED)


def read_heads(text: str, *, keys: Iterable[str] = ()) -> tuple[Head, ...]:
    """The heads of a file, signed by this installation or by one of its earlier `keys` (fingerprints)."""
    return all_verified(text, trusted={signer(), *keys})


def operator_head(organisation: str, *, now: datetime | None = None) -> str:
    """The signed head of an organisation (public id), for the operator on the command line."""
    at = now or clock()
    operator = Actor(OPERATOR, organisation, OPERATOR)
    with transaction.atomic():
        audit.append(operator, "audit.export_head", now=at, details={})
        return audit.signed_head(organisation, now=at)


def operator_verify(
    organisation: str, *, heads: Iterable[Head] = (), advance: Callable[[int, int | None], None] | None = None
) -> Bad | None:
    """None where the chain of an organisation (public id) holds, for the operator on the command line."""
    return audit.verify(organisation, heads=heads, advance=advance)


def note_rules(now: datetime | None = None) -> int:
    """Into how many chains it was written that rights, other rules or the program changed: at each start.

    They are files, which nobody changes through an action; a chain shows from when on which of them held.
    """
    held = {"rules": fingerprint_of_all(), "version": __version__}
    return sum(_note_rules(one.id, held, now or clock()) for one in organisations())


def _note_rules(organisation: str, held: dict[str, str], at: datetime) -> bool:
    operator = Actor(OPERATOR, organisation, OPERATOR)
    subjects = (RULES, f"{RULES} {held['rules']} {held['version']}")
    with transaction.atomic():
        audit.lock(organisation)
        last, same = (audit_reading.concerning(operator, [each], size=1) for each in subjects)
        if last and last == same:
            return False
        audit.append(operator, "rules.changed", now=at, subjects=subjects, details=held)
    return True


def _seen(entry: Entry, organisation: str) -> Seen:
    what = _what(entry)
    return Seen(at=entry.at, role=entry.role, organisation=organisation, what=what, action=entry.action)


def _what(entry: Entry) -> str:
    if entry.action == "cases.one_case":
        said = ("break_glass", "person", "exact")
        return next((what for what in said if entry.counts.get(what)), "opened")
    return KINDS.get(entry.action) or KINDS.get(entry.action.partition(".")[0], "other")
