"""What has been kept for as long as its class may be? Rows whose period has ended, a batch at a time.

Periods by class of data are those of `codes/policy/retention.toml`. Looks at dates only, never at content,
and needs no key. What is due goes through `erasing.destroy`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from palermo.codes.policies import policy
from palermo.store.erasing import Reach
from palermo.store.models import (
    AttachedFile,
    BreakGlass,
    CaseRow,
    Export,
    Organisation,
    PersonRow,
    RecordRow,
    ReturnRow,
    Submission,
    SupersededRow,
)

BATCH = 200
NOT_TOLD = ("superseded", "break_glass", "exports")


@dataclass(frozen=True, slots=True)
class Class:
    """One class of data, and which of an organisation's rows have come to their end by `limit`."""

    name: str
    ended: Callable[[int, datetime, datetime], Iterator[QuerySet[Any]]]

    def limit(self, now: datetime) -> datetime:
        """What was last touched at this instant, or before, has come to its end."""
        value = policy("retention", on=now.date()).value
        years, days = value.get(f"{self.name}_years"), value.get(f"{self.name}_days", 0)
        return years_before(now, years) if years else now - timedelta(days=days)

    def end(self, touched: datetime, now: datetime) -> datetime:
        """When what was last touched at this instant comes to its end."""
        value = policy("retention", on=now.date()).value
        years, days = value.get(f"{self.name}_years"), value.get(f"{self.name}_days", 0)
        return years_before(touched, -years) if years else touched + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Ending:
    """How many rows of a class come to their end soon, and when the first of them does."""

    name: str
    rows: int
    first: datetime


def ending(organisation: str, *, now: datetime, within: timedelta) -> tuple[Ending, ...]:
    """What of an organisation (by its public id) comes to its end within the time, by class."""
    place = Organisation.objects.get(public_id=organisation)
    return tuple(found for kept in CLASSES for found in _ending(place.id, kept, now, now + within))


def _ending(place: int, kept: Class, now: datetime, by: datetime) -> Iterator[Ending]:
    """Exports end by a time of their own; what has no day of arrival is never looked at."""
    if kept.name in NOT_TOLD:
        return
    count, first = 0, None
    for rows in kept.ended(place, kept.limit(by), by):
        found = rows.aggregate(count=Count("pk"), first=Min("arrived"))
        count += found["count"]
        first = min(filter(None, (first, found["first"])), default=None)
    if first is not None:
        yield Ending(kept.name, count, kept.end(first, now))


def due(place: Organisation, kept: Class, *, now: datetime, most: int | None = BATCH) -> Reach:
    """What of a class has come to its end: at most `most` rows of a table, all where it is None."""
    found = {rows.model: rows for rows in kept.ended(place.id, kept.limit(now), now)}
    held = {
        table: list(rows.order_by("id").values_list("id", flat=True)[:most]) for table, rows in found.items()
    }
    named = (found[table].model.objects.filter(id__in=ids[:BATCH]) for table, ids in held.items())
    subjects = (one for rows in named if _has(rows.model) for one in rows.values_list("public_id", flat=True))
    return Reach(held, tuple(subjects))


def years_before(now: datetime, years: int) -> datetime:
    """The same day and time so many years ago; 28 February where there is no 29th.

    >>> from datetime import UTC
    >>> years_before(datetime(2028, 2, 29, tzinfo=UTC), 1).date().isoformat()
    '2027-02-28'
    """
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)


def places() -> list[Organisation]:
    return list(Organisation.objects.order_by("id"))


def _has(table: type[Any]) -> bool:
    return any(column.name == "public_id" for column in table._meta.concrete_fields)


def _sealed(table: type[Any], place: int, **more: Any) -> QuerySet[Any]:
    held: QuerySet[Any] = table.objects.filter(organisation_id=place, data_key__isnull=False, **more)
    return held


def _submissions(place: int, limit: datetime, now: datetime) -> Iterator[QuerySet[Any]]:
    yield _sealed(Submission, place, arrived__lte=limit)


def _drafts(place: int, limit: datetime, now: datetime) -> Iterator[QuerySet[Any]]:
    """Each has its own end, which moves on while somebody works on it."""
    yield _sealed(Submission, place, expires__lte=now)


def _superseded(place: int, limit: datetime, now: datetime) -> Iterator[QuerySet[Any]]:
    yield _sealed(SupersededRow, place, superseded__lte=limit)


def _identities(place: int, limit: datetime, now: datetime) -> Iterator[QuerySet[Any]]:
    """Persons of whom nothing changed since: neither the person nor one of the person's cases."""
    changed = CaseRow.objects.filter(organisation_id=place, arrived__gt=limit).values("person")
    yield _sealed(PersonRow, place, arrived__lte=limit).exclude(public_id__in=changed)


def _exact(place: int, limit: datetime, now: datetime) -> Iterator[QuerySet[Any]]:
    for table in (CaseRow, RecordRow, ReturnRow):
        yield _sealed(table, place, arrived__lte=limit)


def _files(place: int, limit: datetime, now: datetime) -> Iterator[QuerySet[Any]]:
    yield _sealed(AttachedFile, place, arrived__lte=limit)


def _break_glass(place: int, limit: datetime, now: datetime) -> Iterator[QuerySet[Any]]:
    yield _sealed(BreakGlass, place, asked__lte=limit)


def _exports(place: int, limit: datetime, now: datetime) -> Iterator[QuerySet[Any]]:
    ended = Q(asked__lte=limit) | Q(expires__lte=now)
    yield Export.objects.filter(ended, organisation_id=place, content__isnull=False)


CLASSES = (
    Class("submission", _submissions),
    Class("drafts", _drafts),
    Class("superseded", _superseded),
    Class("identity", _identities),
    Class("protection_sensitive", _exact),
    Class("files", _files),
    Class("break_glass", _break_glass),
    Class("exports", _exports),
)
