"""How is a whole import taken back? What it made is withdrawn, what it superseded comes back, exactly.

Only what nothing later stands on: a row that a later import changed or brought again, that was erased, or
that something later belongs to stays, and is counted by its reason; so do the person and the records of a
case that stays. The submission stays, too: what arrived is kept for as long as retention says. Runs in the
action's transaction, under the organisation's lock, and needs no key: what comes back rests as it rested.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet

from palermo.store.erasing import SHORT, batches, short
from palermo.store.models import (
    AttachedFile,
    BreakGlass,
    CaseRow,
    Export,
    Holding,
    Intake,
    NameToken,
    Organisation,
    PersonRow,
    RecordRow,
    ReturnRow,
    SupersededRow,
)
from palermo.store.rows import FIELDS, OTHER
from palermo.store.saving import beside

BATCH = 500
TABLES: tuple[type[Any], ...] = (CaseRow, PersonRow, RecordRow, ReturnRow)
REASONS = ("later", "erased", "no_earlier", "met_again", "files", "break_glass", "referred")
Step = Callable[[int, int], None]


@dataclass(slots=True)
class Reach:
    """What undoing an intake takes back, by table: public ids that are withdrawn and that are restored.

    `staying` are those that stay, with the reason.
    """

    withdrawn: dict[type[Any], set[str]] = field(default_factory=dict)
    restored: dict[type[Any], set[str]] = field(default_factory=dict)
    staying: dict[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows go, come back and stay."""
        return {
            "withdrawn": sum(map(len, self.withdrawn.values())),
            "restored": sum(map(len, self.restored.values())),
            "remaining": len(self.staying),
        }

    @property
    def reasons(self) -> dict[str, int]:
        """How many rows stay for each reason; only reasons that there are."""
        held = list(self.staying.values())
        return {reason: held.count(reason) for reason in REASONS if reason in held}

    def stays(self, ids: Iterable[str], reason: str) -> None:
        for one in ids:
            self.staying.setdefault(one, reason)


def reach(intake: Intake) -> Reach:
    """What can be undone of the intake now, and what cannot, with its reason."""
    found = Reach()
    for table in TABLES:
        _sort(table, intake, found)
    _brought_again(intake, found)
    _what_stands_on(intake, found)
    _whole_cases(intake, found)
    for rows in (*found.withdrawn.values(), *found.restored.values()):
        rows.difference_update(found.staying)
    return found


def undo(intake: Intake, found: Reach, *, advance: Step = lambda done, total: None) -> None:
    """Takes it back. `advance(done, total)` may raise: then nothing was."""
    place = intake.organisation_id
    total = found.counts["withdrawn"] + found.counts["restored"]
    done = 0
    for table in TABLES:
        for some in batches(sorted(found.withdrawn.get(table, ())), BATCH):
            _withdraw(table, place, some)
            advance(done := done + len(some), total)
        for some in batches(sorted(found.restored.get(table, ())), BATCH):
            _restore(table, place, some)
            advance(done := done + len(some), total)
    if total:
        Organisation.objects.filter(id=place).update(writes=F("writes") + 1)


def exports_since(intake: Intake) -> int:
    """How many sealed private copies were made since, and may hold what is taken back."""
    made = Export.objects.filter(organisation_id=intake.organisation_id, asked__gt=intake.at)
    return made.exclude(content=None).count()


def _mine(table: type[Any], intake: Intake) -> QuerySet[Any]:
    """Rows whose present version the intake wrote."""
    rows: QuerySet[Any] = table.objects.filter(
        organisation_id=intake.organisation_id, submission_id=intake.submission_id, arrived=intake.at
    )
    return rows


def _kind(table: type[Any]) -> str:
    return FIELDS.get(table, OTHER)


def _sort(table: type[Any], intake: Intake, found: Reach) -> None:
    """Which rows of one table would go, which would come back, and which were changed or erased since."""
    held = _mine(table, intake).values_list("public_id", "version", "erased")
    new, changed = set[str](), dict[str, int]()
    for one, version, erased in held.iterator():
        if erased is not None:
            found.stays((one,), "erased")
        elif version == 1:
            new.add(one)
        else:
            changed[one] = version
    found.withdrawn[table], found.restored[table] = new, set(changed)
    found.stays(_without_earlier(table, intake, changed), "no_earlier")
    later = SupersededRow.objects.filter(
        organisation_id=intake.organisation_id, submission_id=intake.submission_id, arrived=intake.at
    )
    found.stays(later.filter(kind=_kind(table)).values_list("public_id", flat=True), "later")


def _without_earlier(table: type[Any], intake: Intake, changed: dict[str, int]) -> Iterator[str]:
    """Rows whose earlier version is not there whole: from before all its columns were kept, or erased."""
    rows = _earlier(table, intake.organisation_id)
    whole = {
        (one, version)
        for some in batches(changed, BATCH)
        for one, version in rows.filter(public_id__in=some, erased=None)
        .exclude(columns="")
        .values_list("public_id", "version")
    }
    yield from (one for one, version in changed.items() if (one, version - 1) not in whole)


def _earlier(table: type[Any], place: int) -> QuerySet[SupersededRow]:
    return SupersededRow.objects.filter(organisation_id=place, kind=_kind(table))


def _brought_again(intake: Intake, found: Reach) -> None:
    """What a later import that stands brought, too, and that was here just so; a case with such a record."""
    taken = (*found.withdrawn.values(), *found.restored.values())
    ours = {short(one): one for some in taken for one in some}
    later = Intake.objects.filter(organisation_id=intake.organisation_id, at__gt=intake.at, undone=None)
    for one in later.filter(unchanged__gt=0).iterator(10):
        ids = _met(one)
        hashes = set(ours) if ids is None else {ids[at : at + SHORT] for at in range(0, len(ids), SHORT)}
        found.stays((ours[each] for each in ours.keys() & hashes), "met_again")
    records = found.withdrawn[RecordRow].intersection(found.staying)
    about = RecordRow.objects.filter(organisation_id=intake.organisation_id)
    for some in batches(sorted(records), BATCH):
        cases = about.filter(public_id__in=some).values_list("about", flat=True)
        found.stays(found.withdrawn[CaseRow].intersection(cases), "referred")


def _met(intake: Intake) -> bytes | None:
    """Of an intake from before it was noted: all of which its submission speaks, None where nobody knows."""
    if intake.met is not None:
        return bytes(intake.met)
    held = Holding.objects.filter(submission_id=intake.submission_id).first()
    return bytes(held.ids) if held else None


def _what_stands_on(intake: Intake, found: Reach) -> None:
    """What came later to a case or person that would go: files, break-glass, records, cases."""
    place, at = intake.organisation_id, intake.at
    cases, persons = found.withdrawn[CaseRow], found.withdrawn[PersonRow]
    files = AttachedFile.objects.filter(organisation_id=place, erased=None)
    glass = BreakGlass.objects.filter(organisation_id=place)
    later = RecordRow.objects.filter(organisation_id=place, arrived__gt=at)
    found.stays(_pointing(files, "about", cases), "files")
    found.stays(_pointing(glass, "about", cases), "break_glass")
    found.stays(_pointing(later, "about", cases), "referred")
    since = CaseRow.objects.filter(organisation_id=place, arrived__gt=at)
    found.stays(_pointing(since, "person", persons), "referred")


def _pointing(rows: QuerySet[Any], column: str, ids: Collection[str]) -> Iterator[str]:
    for some in batches(sorted(ids), BATCH):
        yield from rows.filter(**{f"{column}__in": some}).values_list(column, flat=True)


def _whole_cases(intake: Intake, found: Reach) -> None:
    """The person and the records of a case that stays are not taken from under it."""
    place = intake.organisation_id
    ours = set().union(*found.withdrawn.values(), *found.restored.values())
    for some in batches(sorted(found.staying), BATCH):
        reasons = {one: found.staying[one] for one in some}
        cases = CaseRow.objects.filter(organisation_id=place, public_id__in=some)
        about = RecordRow.objects.filter(organisation_id=place, about__in=some)
        pairs = (*cases.values_list("public_id", "person"), *about.values_list("about", "public_id"))
        for case, one in pairs:
            if one in ours:
                found.stays((one,), reasons[case])


def _withdraw(table: type[Any], place: int, ids: list[str]) -> None:
    rows = table.objects.filter(organisation_id=place, public_id__in=ids)
    if table is PersonRow:
        NameToken.objects.filter(person__in=rows).delete()
    rows.delete()


def _restore(table: type[Any], place: int, ids: list[str]) -> None:
    """The version before takes the place of the present one, and is in the history no more."""
    current = {row.public_id: row for row in table.objects.filter(organisation_id=place, public_id__in=ids)}
    used = []
    for before in _earlier(table, place).filter(public_id__in=ids):
        row = current[before.public_id]
        if before.version == row.version - 1:
            _as_before(row, before)
            used.append(before.id)
    columns = ("version", "arrived", "submission", *KEPT, *beside(table))
    table.objects.bulk_update(current.values(), columns, batch_size=100)
    SupersededRow.objects.filter(id__in=used).delete()
    if table is PersonRow:
        NameToken.objects.filter(person_id__in=[row.id for row in current.values()]).delete()


KEPT = ("fingerprint", "document", "sealed", "data_key", "vault_key")


def _as_before(row: Any, before: SupersededRow) -> None:
    """Names of the restored version are found once somebody unlocks the vault: its tokens went."""
    told = dict(zip(beside(type(row)), json.loads(before.columns), strict=True))
    for name, value in told.items():
        setattr(row, name, type(row)._meta.get_field(name).to_python(value))
    for name in KEPT:
        setattr(row, name, getattr(before, name))
    row.version, row.arrived, row.submission_id = before.version, before.arrived, before.submission_id
    if "indexed" in told:
        row.indexed = None
