"""How is an export made? Read a batch at a time, sealed as it streams, and stored only when it is whole.

Nothing of it touches a file. What needs keys asks for them at every batch, so that a lock ends it; then
nothing is kept. The chain holds which cases left in an export that shows more than codes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from palermo import PolicyRefusal
from palermo.actions.background import Run
from palermo.actions.case_filters import CaseFilter, filtered
from palermo.actions.rights import clock
from palermo.codes.languages import phrase
from palermo.codes.policies import policy
from palermo.protect.containers import seal_file
from palermo.protect.exported import PERSON, Line, about, case_header, case_line, packed, person_line
from palermo.store import access, audit, exporting, rows, vault
from palermo.store.access import Actor

SUBJECTS = 1000
MIB = 2**20
WHAT = {
    "coded": "coded cases: list codes, months and first-level areas",
    "exact": "cases with exact places and days",
    "identities": "exact cases, and the persons (names, birth, contacts, documents, notes)",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: which cases, how much of them, for whom."""

    actor: Actor
    export: str
    kind: str
    filters: CaseFilter
    scope: str
    recipient: bytes | None

    @property
    def needs_keys(self) -> bool:
        return self.kind != "coded"


def rule(name: str, now: datetime) -> int:
    """A number of `codes/policy/exports.toml`."""
    return int(policy("exports", on=now.date()).value[name])


def make(order: Order, run: Run, *, words: str) -> None:
    """Makes and stores the export, sealed to the recipient's key of the order, else to `words`.

    Raises `Locked`, `Stopped`, and `PolicyRefusal` (EXPORT-006) where it would be too large.
    """
    made, reading = clock(), _Reading(order, run)
    sealed = seal_file(
        packed(reading.files(), about=lambda: reading.about(made)),
        kind="export",
        made=made,
        passphrases=() if order.recipient else [words],
        keys=[order.recipient] if order.recipient else (),
    )
    _store(order, reading, _held(sealed, largest=rule("largest_mib", made)), made)


@dataclass(slots=True)
class _Reading:
    """What was read so far, for the page inside and for the chain."""

    order: Order
    run: Run
    cases: list[str] = field(default_factory=list)
    of_person: dict[str, list[str]] = field(default_factory=dict)
    persons: int = 0

    def files(self) -> Iterator[tuple[str, Iterator[Line]]]:
        yield "cases.csv", self._case_lines()
        if self.order.kind == "identities":
            yield "persons.csv", self._person_lines()

    def about(self, made: datetime) -> str:
        row = _row(self.order)
        organisation = access.organisation(self.order.actor)
        asked, agreed = exporting.who(row)
        return about(
            [
                ("Holds", WHAT[self.order.kind]),
                ("Organisation", f"{organisation.name} ({organisation.short})"),
                ("Invented", "every person in it is made up" if organisation.invented else ""),
                ("Asked for by", asked),
                ("Asked for at", row.asked),
                ("Agreed to by", agreed),
                ("Agreed to at", row.answered),
                ("Made at", made),
                ("Cases chosen", _chosen(row)),
                ("As far as the right goes", self.order.scope),
                ("Cases", len(self.cases)),
                ("Persons", self.persons or ""),
                ("Destroy every copy by", (made + timedelta(days=rule("copies_days", made))).date()),
            ]
        )

    def _case_lines(self) -> Iterator[Line]:
        yield case_header(self.order.kind)
        found = filtered(access.cases(self.order.actor, self.order.scope), self.order.filters)
        total = found.count()
        for batch in exporting.batches(found):
            ring = self._ring()
            for row in batch:
                self._note(row)
                yield case_line(self._case(row, ring), self.order.kind)
            self._told(len(self.cases), total)

    def _person_lines(self) -> Iterator[Line]:
        yield PERSON
        waiting = iter(self.of_person)
        while some := list(islice(waiting, exporting.BATCH)):
            ring = vault.ring(self.order.actor, touch=False)
            for id, row in exporting.persons(self.order.actor, some).items():
                if person := rows.exact_of(row, ring):
                    self.persons += 1
                    yield person_line(person, self.of_person[id])
            self._told(len(self.cases), len(self.cases))

    def _ring(self) -> vault.Ring | None:
        return vault.ring(self.order.actor, touch=False) if self.order.needs_keys else None

    def _case(self, row: Any, ring: vault.Ring | None) -> Any:
        exact = rows.exact_of(row, ring) if ring else None
        return exact or rows.record_of(row, self.order.actor.organisation_id)

    def _note(self, row: Any) -> None:
        self.cases.append(row.public_id)
        if self.order.kind == "identities":
            self.of_person.setdefault(row.person, []).append(row.public_id)

    def _told(self, done: int, total: int) -> None:
        self.run.beat("writing", done, total)
        self.run.check()


def _held(sealed: Iterator[bytes], *, largest: int) -> bytes:
    """The sealed parts as one value."""
    content = bytearray()
    for part in sealed:
        content += part
        if len(content) > largest * MIB:
            raise PolicyRefusal(
                phrase(
                    "EXPORT-006: the export is larger than {largest} MiB; choose fewer cases", largest=largest
                )
            )
    return bytes(content)


def _store(order: Order, reading: _Reading, content: bytes, made: datetime) -> None:
    with transaction.atomic():
        audit.lock(order.actor.organisation_id)
        if order.needs_keys:
            vault.ring(order.actor, touch=False)
        reading.run.check()
        count = len(reading.cases)
        exporting.move(
            _row(order),
            "done",
            content=content,
            rows=count,
            done=count,
            total=count,
            problem="",
            expires=made + timedelta(hours=rule("hours", made)),
        )
        details = {"kind": order.kind, "cases": count, "persons": reading.persons}
        shown = reading.cases if order.needs_keys else []
        for start in range(0, max(1, len(shown)), SUBJECTS):
            subjects = [order.export, *shown[start : start + SUBJECTS]]
            audit.append(order.actor, "exports.made", now=made, subjects=subjects, details=details)


def _row(order: Order) -> Any:
    return access.one(access.exports(order.actor, "own").filter(public_id=order.export))


def _chosen(row: Any) -> str:
    given = exporting.filters_of(row)
    return ", ".join(f"{name} = {code}" for name, code in given.items()) or "all"
