"""What goes when a person is erased, and how? The data keys of everything that identifies; counts stay.

Takes the sealed content, its data key and its keyed hash, the index of names, files, reasons of break-glass
and each submission that spoke of the person, whole: a file that is sealed whole cannot lose one row. Coded
documents and counted columns stay, so that no table changes. Needs no key. An erased row is final
(`met`, `without`; `saving.save` leaves it as it is). What is left on the disk: `store/wiping.py`.
Never here: the conduct channel, whose key is outside the mission; the audit chain, which has pseudonyms.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any

from django.db.models import Case, Q, Value, When

from palermo.cases import BadRow
from palermo.store.models import (
    AttachedFile,
    BadRowRow,
    BreakGlass,
    CaseRow,
    Export,
    FilePiece,
    Holding,
    NameToken,
    PersonRow,
    ProblemRow,
    RecordRow,
    ReturnRow,
    Submission,
    SupersededRow,
)
from palermo.store.rows import COLUMNS, Prepared, Values

BATCH = 500
SHORT = 8
KEPT: tuple[type[Any], ...] = (PersonRow, CaseRow, RecordRow, ReturnRow)
SEALED = ("sealed", "data_key", "vault_key")
NOTHING = dict.fromkeys(SEALED)
NAMES: dict[type[Any], str] = {
    PersonRow: "persons", CaseRow: "cases", RecordRow: "records", ReturnRow: "returns",
    SupersededRow: "earlier_versions", AttachedFile: "files", BreakGlass: "break_glass",
    Submission: "submissions", Export: "exports",
}  # fmt: skip
_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class Reach:
    """What one erasure takes: integer keys by table. `subjects` are the public ids that its entry names."""

    rows: dict[type[Any], list[int]]
    subjects: tuple[str, ...] = field(default=(), repr=False)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind, for a page and for the audit chain."""
        return {name: len(self.rows.get(table, ())) for table, name in NAMES.items()}

    def __bool__(self) -> bool:
        return any(self.rows.values())


def reach_of_person(case: CaseRow) -> Reach:
    """All that identifies the person of a case: all cases of the person, and what is about them.

    What was erased before is not in it again.
    """
    place = case.organisation_id
    persons = _ids(PersonRow, organisation_id=place, public_id=case.person)
    cases = _ids(CaseRow, organisation_id=place, person=case.person)
    about = {case.person, *cases.values()}
    records = _ids(RecordRow, organisation_id=place, about__in=about)
    known = {*about, *records.values()}
    earlier = {
        key: one
        for some in batches(sorted(known), BATCH)
        for key, one in _ids(SupersededRow, organisation_id=place, public_id__in=some).items()
    }
    rows: dict[type[Any], list[int]] = {
        PersonRow: [*persons],
        CaseRow: [*cases],
        RecordRow: [*records],
        SupersededRow: [*earlier],
        AttachedFile: [*_ids(AttachedFile, organisation_id=place, about__in=about)],
        BreakGlass: [*_ids(BreakGlass, organisation_id=place, about__in=about)],
    }
    spoke = _ids(Submission, id__in=_submissions(place, rows, known), data_key__isnull=False)
    rows = {table: _not_erased(table, ids) for table, ids in rows.items()}
    exports = [*Export.objects.filter(_MAY_HOLD, organisation_id=place).values_list("id", flat=True)]
    return Reach({**rows, Submission: [*spoke], Export: exports}, tuple(sorted(known | set(spoke.values()))))


def destroy(reach: Reach, *, now: datetime) -> list[bytes]:
    """Destroys all of it in the caller's transaction; the wrapped data keys that were destroyed."""
    keys = [key for table in NAMES if "data_key" in _columns(table) for key in _wrapped_keys(table, reach)]
    for table, ids in reach.rows.items():
        for some in batches(ids, BATCH):
            _destroy(table, some, now)
    return keys


def rows_of_submissions(reach: Reach) -> tuple[int, int]:
    """How many rows the submissions held that go whole, and how many of those still wait to be mended."""
    rows = bad = 0
    for some in batches(reach.rows.get(Submission, ()), BATCH):
        rows += sum(Submission.objects.filter(id__in=some).values_list("rows", flat=True))
        bad += BadRowRow.objects.filter(submission_id__in=some, cells__isnull=False).count()
    return rows, bad


def note_holding(submission: Submission, ids: Iterable[str]) -> None:
    """Writes down which records a kept submission speaks of; nothing where its content is not kept."""
    Holding.objects.filter(submission=submission).delete()
    if submission.data_key is not None:
        packed = b"".join(map(short, ids))
        Holding.objects.create(submission=submission, organisation_id=submission.organisation_id, ids=packed)


def spoken_of(prepared: Prepared, bad_rows: Iterable[BadRow], *, mended: Any) -> Iterator[str]:
    """Ids of all records of a file, and of those that its bad rows may become (`mended(key)`)."""
    for rows in prepared.rows.values():
        yield from rows
    for bad in bad_rows:
        yield mended(bad.key)
        for cell in bad.cells.values():
            yield from _ID.findall(cell)


def met(organisation: int, spoken: Iterable[str], prepared: Prepared) -> frozenset[str]:
    """What is erased and the file speaks of it, with every case of an erased person, also one that came
    later, or comes in this file; mostly nothing.
    """
    erased = {
        one
        for table in KEPT
        for one in table.objects.filter(organisation_id=organisation, erased__isnull=False)
        .values_list("public_id", flat=True)
        .iterator()
    }
    if not erased:
        return frozenset()
    erased |= _cases_of_erased(organisation)
    erased |= {id for id, row in prepared.rows.get(CaseRow, {}).items() if _points(CaseRow, row, erased)}
    pointed = (
        row[place] for table, place in _POINTS.items() for row in prepared.rows.get(table, {}).values()
    )
    return frozenset(erased.intersection(spoken) | erased.intersection(pointed))


def without(prepared: Prepared, erased: frozenset[str]) -> Prepared:
    """The rows without what is sealed about erased persons: a new case or referral of one keeps its codes."""
    if not erased:
        return prepared
    return Prepared(
        {
            table: {
                key: _bare(table, row) if _points(table, row, erased) else row for key, row in rows.items()
            }
            for table, rows in prepared.rows.items()
        }
    )


def batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """A statement takes a limited number of values."""
    each = iter(rows)
    while some := list(islice(each, size)):
        yield some


def _cases_of_erased(organisation: int) -> set[str]:
    here = {"organisation_id": organisation}
    persons = PersonRow.objects.filter(**here, erased__isnull=False).values("public_id")
    return set(CaseRow.objects.filter(**here, person__in=persons).values_list("public_id", flat=True))


_POINTS: dict[type[Any], int] = {
    CaseRow: COLUMNS[CaseRow].index("person"),
    RecordRow: COLUMNS[RecordRow].index("about"),
}
_MAY_HOLD = Q(content__isnull=False) | Q(state="running")
_FIRST = COLUMNS[CaseRow].index("sealed")


def _points(table: type[Any], row: Values, erased: frozenset[str]) -> bool:
    return table in _POINTS and row[_POINTS[table]] in erased


def _bare(table: type[Any], row: Values) -> Values:
    return (*row[:_FIRST], None, None, None, *row[_FIRST + 3 :])


def _ids(table: type[Any], **chosen: Any) -> dict[int, str]:
    """Public id by integer key."""
    return dict(table.objects.filter(**chosen).values_list("id", "public_id"))


def _not_erased(table: type[Any], ids: list[int]) -> list[int]:
    return [
        one
        for some in batches(ids, BATCH)
        for one in table.objects.filter(id__in=some, erased__isnull=True).values_list("id", flat=True)
    ]


def _submissions(place: int, rows: dict[type[Any], list[int]], known: set[str]) -> set[int]:
    """Submissions that brought a row of the person, or spoke of one; one without a note may have."""
    brought = {
        submission
        for table in (PersonRow, CaseRow, RecordRow, SupersededRow)
        for some in batches(rows[table], BATCH)
        for submission in table.objects.filter(id__in=some).values_list("submission_id", flat=True)
        if submission
    }
    wanted = set(map(short, known))
    noted = Holding.objects.filter(organisation_id=place).values_list("submission_id", "ids")
    spoke = {submission for submission, ids in noted.iterator(10) if _speaks(bytes(ids), wanted)}
    kept = Submission.objects.filter(organisation_id=place, data_key__isnull=False)
    unknown = kept.exclude(id__in=Holding.objects.filter(organisation_id=place).values("submission_id"))
    return brought | spoke | set(unknown.values_list("id", flat=True))


def short(one: str) -> bytes:
    """Eight bytes that stand for an id: a hash, because ids that somebody sent may begin alike."""
    return blake2b(one.encode(), digest_size=SHORT).digest()


def _speaks(ids: bytes, wanted: set[bytes]) -> bool:
    return any(ids[at : at + SHORT] in wanted for at in range(0, len(ids), SHORT))


def _columns(table: type[Any]) -> set[str]:
    return {column.name for column in table._meta.concrete_fields}


def _wrapped_keys(table: type[Any], reach: Reach) -> Iterator[bytes]:
    for some in batches(reach.rows.get(table, ()), BATCH):
        held = table.objects.filter(id__in=some, data_key__isnull=False)
        yield from (bytes(key) for key in held.values_list("data_key", flat=True))


def _destroy(table: type[Any], ids: list[int], now: datetime) -> None:
    """The fingerprint goes, too: a keyed hash of the exact record confirms a guess of it."""
    changes: dict[str, Any] = {**NOTHING, "erased": now}
    if table in (*KEPT, SupersededRow):
        changes["fingerprint"] = bytes(16)
    if table is Submission:
        changes["choices"] = None
    if table is Export:  # one that runs now finds itself withdrawn when it ends
        running = Case(When(state="running", then=Value("withdrawn")), default=Value("expired"))
        changes = {"content": None, "state": running}
    table.objects.filter(id__in=ids).update(**changes)
    if table is PersonRow:
        NameToken.objects.filter(person_id__in=ids).delete()
    if table is AttachedFile:
        FilePiece.objects.filter(file_id__in=ids).delete()
    if table is Submission:
        ProblemRow.objects.filter(submission_id__in=ids).update(found=None)
        BadRowRow.objects.filter(submission_id__in=ids).update(cells=None)
        Holding.objects.filter(submission_id__in=ids).delete()
