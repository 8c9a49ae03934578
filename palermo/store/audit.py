"""Who did what, provably in this order? One hash chain per organisation that only grows.

An entry is appended last, in the same transaction as what it speaks of, under the lock of the chain's head
row (on SQLite the immediate transaction is the lock). Digests are keyed by the installation's record key,
which no database holds, and cannot be checked without it. Subjects are pseudonyms: keyed hashes of public
ids. Heads that were signed and taken away show what a thief of every key could hide.
Never here: a name, a label, a found value. Source: DESIGN.md, "Audit".
"""

import hmac
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection

from palermo.protect import signing
from palermo.protect.signing import Head
from palermo.store.access import Actor, Missing
from palermo.store.models import AuditEntry, AuditHead, AuditSubject, Organisation

START = "0" * 64
BATCH = 2000
Advance = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Bad:
    """The first entry at which the chain does not hold, and why."""

    number: int
    why: str


def lock(organisation: str) -> AuditHead:
    """The head of the chain, held until the transaction ends: an organisation's writers take turns."""
    held = AuditHead.objects.select_for_update().filter(organisation__public_id=organisation).first()
    if held is None:
        raise Missing
    return held


def append(
    actor: Actor, action: str, *, now: datetime, subjects: Iterable[str] = (), details: Mapping[str, Any]
) -> int:
    """The number of the new entry. `details` holds codes and counts only."""
    if not connection.in_atomic_block:
        raise RuntimeError("an entry is appended in the transaction of what it speaks of")
    head = lock(actor.organisation_id)
    number, previous = head.number + 1, head.digest
    concerned = list(dict.fromkeys(pseudonym(actor.organisation_id, subject) for subject in subjects))
    body = canonical(
        {
            "number": number,
            "at": told(now),
            "actor": actor.user_id,
            "role": actor.role,
            "action": action,
            "subjects": concerned,
            "details": dict(details),
        }
    )
    made = digest(previous, body)
    place = head.organisation_id
    AuditEntry.objects.create(organisation_id=place, number=number, previous=previous, digest=made, body=body)
    AuditHead.objects.filter(organisation_id=place).update(number=number, digest=made)
    AuditSubject.objects.bulk_create(
        (AuditSubject(organisation_id=place, number=number, pseudonym=each) for each in concerned),
        batch_size=BATCH,
    )
    return number


def told(now: datetime) -> str:
    """An instant as entries and heads say it."""
    return now.astimezone(UTC).isoformat(timespec="microseconds")


def pseudonym(organisation: str, subject: str) -> str:
    """A keyed hash of a public id: says "the same one" and nothing else."""
    key = hmac.digest(settings.RECORD_KEY, f"audit:{organisation}".encode(), "sha256")
    return hmac.new(key, subject.encode(), "sha256").hexdigest()[:32]


def canonical(body: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces, so that the same entry is always the same bytes."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(previous: str, body: str) -> str:
    """Keyed by the installation, not by the database: who writes to that alone cannot rebuild a chain."""
    key = hmac.digest(settings.RECORD_KEY, b"audit chain", "sha256")
    return hmac.new(key, f"{previous}\n{body}".encode("utf-8", "surrogateescape"), "sha256").hexdigest()


def signed_head(organisation: str, *, now: datetime) -> str:
    """The last entry of the chain as a signed line of JSON, to be kept elsewhere."""
    last = AuditHead.objects.filter(organisation__public_id=organisation).first()
    if last is None:
        raise Missing
    head = Head(organisation=organisation, number=last.number, digest=last.digest, at=told(now))
    return signing.signed(head, private=settings.AUDIT_KEY)


def signer() -> str:
    """The fingerprint of the key with which this installation signs heads."""
    return signing.fingerprint(signing.public_half(settings.AUDIT_KEY))


def verify(organisation: str, *, heads: Iterable[Head] = (), advance: Advance | None = None) -> Bad | None:
    """None where the whole chain holds and says what the heads of it say, else the first bad entry.

    `heads` were checked by `signing.verified`; those of other organisations are passed over. Entries may be
    appended meanwhile: the head is read after them, and what came in between is walked as well.
    """
    place = Organisation.objects.filter(public_id=organisation).values_list("id", flat=True).first()
    if place is None:
        raise Missing
    walk = _Walk(place, [head for head in heads if head.organisation == organisation])
    with _broken_text_too():
        return walk.over_all(advance)


class _Walk:
    """From the first entry to the last, each compared with the one before it and with kept heads."""

    def __init__(self, place: int, heads: list[Head]) -> None:
        self.place, self.number, self.previous, self.agreed = place, 0, START, 0
        self.heads: defaultdict[int, list[Head]] = defaultdict(list)
        for head in heads:
            self.heads[head.number].append(head)

    def over_all(self, advance: Advance | None) -> Bad | None:
        entries = rows = AuditEntry.objects.filter(organisation_id=self.place).order_by("number", "id")
        expected = (
            AuditHead.objects.filter(organisation_id=self.place).values_list("number", flat=True).first()
        )
        while True:
            before = self.number
            for batch in _batches(rows.iterator(BATCH)):
                if bad := self.over(batch):
                    return bad
                if advance:
                    advance(self.number, expected)
            head = AuditHead.objects.filter(organisation_id=self.place).first()
            if head is None or self.number in (before, head.number):
                return self.end(head)
            rows = entries.filter(number__gt=self.number)

    def over(self, batch: Sequence[AuditEntry]) -> Bad | None:
        indexed = _indexed(self.place, batch)
        for row in batch:
            self.number += 1
            if why := self.why_bad(row) or _why_not_indexed(row, indexed) or self.why_rewritten(row):
                return Bad(self.number, why)
            self.previous = row.digest
        return None

    def why_bad(self, row: AuditEntry) -> str:
        if row.number != self.number:
            return "an entry is missing"
        if row.previous != self.previous:
            return "it does not follow the entry before it"
        if row.digest != digest(self.previous, row.body) or json.loads(row.body)["number"] != self.number:
            return "it was altered"
        return ""

    def why_rewritten(self, row: AuditEntry) -> str:
        for head in self.heads.get(self.number, ()):
            if head.digest != row.digest:
                since = f"entries from {self.agreed + 1} on were rewritten"
                return f"it is not the entry that the head of {head.at} names: {since}"
            self.agreed = self.number
        return ""

    def end(self, head: AuditHead | None) -> Bad | None:
        """What is wrong after the last entry."""
        beyond = max((number for number in self.heads if number > self.number), default=0)
        if beyond:
            said = f"a head of {self.heads[beyond][0].at} has {beyond}"
            return Bad(self.number + 1, f"entries after {self.number} are missing: {said}")
        if head is not None and head.number < self.number:
            return Bad(head.number + 1, "it is not known to the head of the chain")
        if head is None or (self.number, self.previous) != (head.number, head.digest):
            return Bad(self.number + 1, "entries at the end are missing")
        return None


def _batches(rows: Iterator[AuditEntry]) -> Iterator[Sequence[AuditEntry]]:
    while batch := tuple(islice(rows, BATCH)):
        yield batch


def _indexed(place: int, batch: Sequence[AuditEntry]) -> Mapping[int, set[str]]:
    """Pseudonyms by entry, as the index of subjects has them."""
    rows = AuditSubject.objects.filter(
        organisation_id=place, number__gte=batch[0].number, number__lte=batch[-1].number
    )
    found: defaultdict[int, set[str]] = defaultdict(set)
    for number, each in rows.values_list("number", "pseudonym"):
        found[number].add(each)
    return found


def _why_not_indexed(row: AuditEntry, indexed: Mapping[int, set[str]]) -> str:
    same = set(json.loads(row.body)["subjects"]) == indexed.get(row.number, set())
    return "" if same else "whom it concerns was altered in the index of subjects"


@contextmanager
def _broken_text_too() -> Iterator[None]:
    """SQLite refuses text that is not UTF-8 any more; here it is read, so that its entry can be named."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    opened = connection.connection
    held, opened.text_factory = opened.text_factory, lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        opened.text_factory = held
