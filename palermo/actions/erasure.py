"""Who may erase what identifies a person, and what goes by itself when its time has come?

Erasure destroys data keys and uses none; who erases must hold one, so that no account made for it can. What
it takes is shown before it is confirmed (`preview_erasure`); what was counted stays, so that no table
changes. The entry in the audit chain names pseudonyms and counts, and outlives what was erased.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from palermo.actions.rights import acting, clock, right
from palermo.codes import code_list
from palermo.store import access, audit, erasing, retention, vault, wiping
from palermo.store.access import Actor

check_can_preview_erasure, can_preview_erasure = right("erasure.preview_erasure")
check_can_erase_person, can_erase_person = right("erasure.erase_person")
OPERATOR = "operator"
REASONS = "erasure_reasons"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What an erasure takes. Submissions go whole: `rows` and `bad_rows` are those of everybody in them."""

    persons: int
    cases: int
    records: int
    returns: int
    earlier_versions: int
    submissions: int
    files: int
    break_glass: int
    exports: int
    rows: int
    bad_rows: int


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, and whether the files of the database are known to be free of it already."""

    consequence: Consequence
    wiped: bool


@dataclass(frozen=True, slots=True)
class Ended:
    """How many rows of a class have come to their end, for one organisation (its short name)."""

    organisation: str
    data_class: str
    rows: int


def preview_erasure(actor: Actor, case: str) -> Consequence:
    """What would go with the person of a case. Raises `Missing`."""
    with acting(actor, "erasure.preview_erasure") as act:
        row = access.one_case(actor, act.scope, case)
        return _consequence(erasing.reach_of_person(row))


def erase_person(actor: Actor, case: str, *, reason: str, now: datetime | None = None) -> Erased:
    """Erases what identifies the person of a case, for good. `reason` is a code of `erasure_reasons`.

    Raises `Missing`, `Locked`, and `UnknownCode` for a reason that is not in the list.
    """
    with acting(actor, "erasure.erase_person", now=now) as act:
        code_list(REASONS)[reason]
        row = access.one_case(actor, act.scope, case)
        vault.ring(actor)
        audit.lock(actor.organisation_id)
        reach = erasing.reach_of_person(row)
        consequence = _consequence(reach)
        act.subjects, act.details = list(reach.subjects), {"reason": reason, **reach.counts}
        keys = erasing.destroy(reach, now=act.now)
    return Erased(consequence, wiping.wipe(keys))


def due(now: datetime | None = None) -> tuple[Ended, ...]:
    """What `end_retention` would erase now, by organisation and class; for the operator."""
    at = now or clock()
    found = (
        Ended(place.short, kept.name, _rows(retention.due(place, kept, now=at, most=None)))
        for place in retention.places()
        for kept in retention.CLASSES
    )
    return tuple(one for one in found if one.rows)


def end_retention(now: datetime | None = None) -> tuple[Ended, ...]:
    """Erases what has been kept for as long as it may be, of all organisations, in short transactions.

    Run as the operator, without a key. Each transaction has its entry in its organisation's chain; one that
    is interrupted leaves the rest for the next run.
    """
    at, keys = now or clock(), list[bytes]()
    done: list[Ended] = []
    for place in retention.places():
        for kept in retention.CLASSES:
            rows = 0
            while some := _end_some(place, kept, at, keys):
                rows += some
            done += [Ended(place.short, kept.name, rows)] if rows else []
    wiping.wipe(keys, whole=False)
    return tuple(done)


def _end_some(place: Any, kept: retention.Class, now: datetime, keys: list[bytes]) -> int:
    """One batch of a class, in a transaction of its own."""
    operator = Actor(OPERATOR, place.public_id, OPERATOR)
    with transaction.atomic():
        audit.lock(operator.organisation_id)
        reach = retention.due(place, kept, now=now)
        if reach:
            keys += erasing.destroy(reach, now=now)
            details = {"class": kept.name, **{name: n for name, n in reach.counts.items() if n}}
            audit.append(operator, "erasure.end_retention", now=now, subjects=reach.subjects, details=details)
    return _rows(reach)


def _rows(reach: erasing.Reach) -> int:
    return sum(reach.counts.values())


def _consequence(reach: erasing.Reach) -> Consequence:
    rows, bad_rows = erasing.rows_of_submissions(reach)
    return Consequence(**reach.counts, rows=rows, bad_rows=bad_rows)
