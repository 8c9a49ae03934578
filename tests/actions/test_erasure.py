"""Is an erased person gone from database, index, logs and a later backup, for good, and no count with it?

The proof holds the wrapped data keys as they were before: without them what was sealed cannot be opened by
anybody, and they are in no file any more. Its control: before the erasure each of them is there.
"""

import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.db import connection

from palermo import NotAllowed
from palermo.actions import accounts, collect, erasure, report
from palermo.actions.cases import one_case
from palermo.cases import Case, Detection, Name, Person, Place, Referral, Status, When, encode_all
from palermo.codes import UnknownCode
from palermo.protect import envelope, streams
from palermo.store import audit, vault, wiping
from palermo.store.access import Missing
from palermo.store.models import (
    AttachedFile,
    AuditEntry,
    BadRowRow,
    BreakGlass,
    CaseRow,
    Export,
    FilePiece,
    NameToken,
    Organisation,
    PersonRow,
    ProblemRow,
    RecordRow,
    Submission,
    SupersededRow,
    User,
)

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER, LAST = NOW + timedelta(days=1), NOW + timedelta(days=2)
NAMES = ("Invented Aminata Zz-Qoulibaly", "شخص مخترع زقزوق", "Вымышленная Ззлата")
VILLAGE = "Invented Village Zz-{}"
BROKEN = '{{"record":"person","id":"{}","names":[{{"text":"{} bad"}}],"birth":"no day"}}\n'
SEALED = (PersonRow, CaseRow, RecordRow, SupersededRow, Submission, AttachedFile, BreakGlass)


def ids(number: int) -> dict[str, str]:
    return {
        name: f"{kind}{number}".rjust(32, "a") for kind, name in enumerate(("person", "case", "referral"))
    }


def records(organisation: str, number: int, *, notes: str = "") -> list[Any]:
    """A person with names, a case with an exact place and day, and a referral."""
    own = ids(number)
    what: dict[str, Any] = {"organisation": organisation, "invented": True}
    seen = Detection(when=When.day(date(2024, 5, 3)), place=Place(area="MLI", exact=VILLAGE.format(number)))
    status = (Status(step="identified", area="MLI"),)
    return [
        Person(id=own["person"], names=(Name(text=NAMES[number]),), notes=notes, **what),
        Case(id=own["case"], person=own["person"], sex="female", statuses=status, detection=seen, **what),
        Referral(id=own["referral"], case=own["case"], service="shelter", to=NAMES[number], **what),
    ]


@dataclass
class Mission:
    """Three invented persons with all that can identify one, and the wrapped keys of each."""

    house: Any
    actor: Any
    keys: list[set[bytes]] = field(default_factory=list)
    shared: set[bytes] = field(default_factory=set)

    def take(self, content: bytes, now: datetime = NOW) -> collect.Imported:
        return collect.import_file(self.actor, content, now=now, invented=True)

    def file(self, *numbers: int, notes: str = "", bad: str = "") -> bytes:
        told = [one for n in numbers for one in records(self.house.own, n, notes=notes)]
        return encode_all(told) + bad.encode()

    def view(self, number: int) -> Any:
        return one_case(self.actor, ids(number)["case"], now=LAST)

    def fill(self) -> None:
        for number in range(3):
            self.take(self.file(number, bad=BROKEN.format("b" * 32, NAMES[number])))
            self.take(self.file(number, notes="mended"), LATER)
            self.attach(number)
            self.keys.append(wrapped_keys() - self.shared - set().union(*self.keys))
        self.take(self.file(0, 1, 2, notes="mended"), LATER)
        self.shared = wrapped_keys() - set().union(*self.keys)

    def attach(self, number: int) -> None:
        """A file, a token of a name, a reason of break-glass and an export: rows that have no action yet."""
        place = Organisation.objects.get(public_id=self.house.own)
        user = User.objects.get(public_id=self.actor.user_id)
        sealer = vault.sealer(self.house.own)
        assert sealer is not None
        own, record = ids(number), f"{number}".rjust(32, "c")
        key, glass = sealer.data_key(record), sealer.record(b"why", record="d" * 32, field="reason")
        title = sealer.seal(NAMES[number].encode(), key=key, record=record, field="title")
        about = {"organisation": place, "about": own["case"]}
        file = AttachedFile.objects.create(
            public_id=record,
            media="text/plain",
            size=9,
            arrived=NOW,
            sent_by=user,
            **about,
            **title._asdict(),
        )
        place_of = envelope.Place(self.house.own, record, "file")
        for at, piece in enumerate(streams.seal_pieces([b"invented"], key=key.clear, place=place_of)):
            FilePiece.objects.create(file=file, number=at, sealed=piece)
        person = PersonRow.objects.get(public_id=own["person"])
        NameToken.objects.create(organisation=place, person=person, vault_key=1, token=bytes([number]) * 16)
        BreakGlass.objects.create(asked_by=user, asked=NOW, **about, **glass._asdict())
        Export.objects.create(organisation=place, kind="cases", user=user, asked=NOW, content=bytes(32))


def wrapped_keys() -> set[bytes]:
    """Every data key of the store, as it rests."""
    held = (table.objects.exclude(data_key=None).values_list("data_key", flat=True) for table in SEALED)
    return {bytes(key) for some in held for key in some}


@pytest.fixture
def mission(house: Any) -> Mission:
    made = Mission(house, house.actor())
    made.fill()
    return made


def on_disk(folder: Path) -> Iterator[bytes]:
    """The database's files, and a backup that is made now."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CHECKPOINT")
            cursor.execute("SHOW data_directory")
            (where,) = cursor.fetchone()
            yield from (file.read_bytes() for file in (Path(where) / "base").rglob("*") if file.is_file())
            return
    path = Path(str(connection.settings_dict["NAME"]))
    yield from (one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    backup = sqlite3.connect(folder / "backup.sqlite3")
    connection.connection.backup(backup)
    backup.close()
    yield (folder / "backup.sqlite3").read_bytes()


def in_clear(number: int) -> set[bytes]:
    texts = (NAMES[number], VILLAGE.format(number))
    return {text.encode(code) for text in texts for code in ("utf-8", "utf-16-le")}


def left(keys: set[bytes], files: list[bytes]) -> set[bytes]:
    """Keys of which the start, the middle or the end is in one of the files."""
    return {key for key in keys if any(piece in file for file in files for piece in wiping.pieces(key))}


def told(actor: Any) -> list[Any]:
    return [msgspec.to_builtins(t) for t in report.build_tables(actor, on=date(2026, 11, 5))]


@pytest.mark.django_db(transaction=True)
def test_an_erased_person_is_gone_from_disk_index_logs_and_a_later_backup(
    mission: Mission, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gone = mission.keys[0] | mission.shared
    tables = told(mission.actor)
    wiping.wipe([])
    before = list(on_disk(tmp_path))
    assert left(gone, before) == gone, "the control: every key is on the disk before"
    assert len(mission.keys[0]) == 8
    done = erasure.erase_person(mission.actor, ids(0)["case"], reason="person_asked", now=LAST)
    assert done.wiped
    after = [*on_disk(tmp_path), caplog.text.encode()]
    assert left(gone, after) == set()
    assert not [text for text in in_clear(0) for file in after if text in file]
    assert left(mission.keys[1] | mission.keys[2], after) == mission.keys[1] | mission.keys[2]
    assert told(mission.actor) == tables
    assert audit.verify(mission.house.own) is None


@pytest.mark.django_db
def test_everything_that_identifies_goes_and_the_others_stay(mission: Mission) -> None:
    asked = erasure.preview_erasure(mission.actor, ids(0)["case"])
    done = erasure.erase_person(mission.actor, ids(0)["case"], reason="danger", now=LAST)
    assert done.consequence == asked
    assert (asked.persons, asked.cases, asked.records, asked.files, asked.break_glass) == (1, 1, 1, 1, 1)
    assert (asked.earlier_versions, asked.submissions, asked.exports, asked.bad_rows) == (1, 3, 3, 1)
    view = mission.view(0)
    assert (view.person, view.exact, view.erased) == (None, None, LAST)
    assert view.case.sex == "female"
    assert NameToken.objects.filter(person__public_id=ids(0)["person"]).count() == 0
    assert FilePiece.objects.count() == NameToken.objects.count() == 2
    for number in (1, 2):
        held = mission.view(number)
        assert held.person.names[0].text == NAMES[number]
        assert held.exact.detection.place.exact == VILLAGE.format(number)
        assert held.referrals[0].to == NAMES[number]
        assert held.erased is None


@pytest.mark.django_db
def test_a_submission_goes_whole_and_others_stay_whole(mission: Mission) -> None:
    erasure.erase_person(mission.actor, ids(0)["case"], reason="danger", now=LAST)
    rows = list(Submission.objects.order_by("id"))
    kept = [row.data_key is not None for row in rows]
    assert kept == [False, False, True, True, True, True, False], "the last one held all three"
    assert BadRowRow.objects.filter(submission=rows[0]).get().cells is None
    assert not ProblemRow.objects.filter(submission=rows[0]).exclude(found=None).exists()
    assert BadRowRow.objects.filter(submission=rows[2]).get().cells is not None


@pytest.mark.django_db
def test_no_later_file_brings_an_erased_person_back(mission: Mission) -> None:
    erasure.erase_person(mission.actor, ids(0)["case"], reason="danger", now=LAST)
    again = mission.take(mission.file(0, bad=BROKEN.format("b" * 32, NAMES[0])), LAST)
    mended = mission.take(mission.file(0, 1, notes="mended once more"), LAST)
    assert (again.stored, again.superseded, again.unchanged) == (0, 0, 3)
    assert (mended.stored, mended.superseded, mended.unchanged) == (0, 1, 5)
    for imported in (again, mended):
        row = Submission.objects.get(public_id=imported.submission)
        assert (row.sealed, row.data_key) == (None, None)
        assert row.erased is not None
    assert mission.view(0).person is None
    assert mission.view(1).person.notes == "mended once more"
    assert not BadRowRow.objects.filter(submission__public_id=again.submission).exclude(cells=None).exists()


@pytest.mark.django_db
def test_a_new_case_or_referral_of_an_erased_person_keeps_its_codes_only(mission: Mission) -> None:
    erasure.erase_person(mission.actor, ids(0)["case"], reason="danger", now=LAST)
    _person, case, referral = records(mission.house.own, 0)
    fresh = [msgspec.structs.replace(case, id="e" * 32), msgspec.structs.replace(referral, id="f" * 32)]
    imported = mission.take(encode_all(fresh), LAST)
    assert imported.stored == 2
    assert CaseRow.objects.get(public_id="e" * 32).sealed is None
    assert RecordRow.objects.get(public_id="f" * 32).sealed is None
    assert Submission.objects.get(public_id=imported.submission).data_key is None
    other = msgspec.structs.replace(case, id="9" * 32, person=None)
    mission.take(encode_all([other]), LAST)
    assert CaseRow.objects.get(public_id="9" * 32).sealed is not None, "the control: another person's case"


@pytest.mark.django_db
def test_a_file_with_only_a_bad_row_of_the_person_goes_too(house: Any) -> None:
    """The row was refused, so no record points to its file; it was mended and sent again in another one."""
    mission = Mission(house, house.actor())
    own = ids(0)
    first = mission.take(mission.file(1, bad=BROKEN.format(own["person"], NAMES[0])))
    mission.take(mission.file(0), LATER)
    erasure.erase_person(mission.actor, own["case"], reason="danger", now=LAST)
    assert Submission.objects.get(public_id=first.submission).data_key is None


@pytest.mark.django_db
def test_the_entry_names_pseudonyms_and_counts_and_nobody(mission: Mission) -> None:
    erasure.erase_person(mission.actor, ids(0)["case"], reason="person_asked", now=LAST)
    body = msgspec.json.decode(AuditEntry.objects.order_by("-id")[0].body)
    assert body["action"] == "erasure.erase_person"
    assert body["details"]["reason"] == "person_asked"
    assert (body["details"]["persons"], body["details"]["submissions"]) == (1, 3)
    assert audit.pseudonym(mission.house.own, ids(0)["person"]) in body["subjects"]
    assert ids(0)["person"] not in str(body)


@pytest.mark.django_db
def test_who_may_not_erase_erases_nothing(mission: Mission) -> None:
    case = ids(0)["case"]
    for role in ("collector", "case_worker", "administrator", "analyst"):
        with pytest.raises(NotAllowed):
            erasure.erase_person(mission.house.actor(role), case, reason="danger")
    with pytest.raises(Missing):
        erasure.erase_person(mission.house.actor("focal_point", mission.house.other), case, reason="danger")
    with pytest.raises(UnknownCode):
        erasure.erase_person(mission.actor, case, reason="because")
    assert mission.view(0).person.names[0].text == NAMES[0]


@pytest.mark.django_db
def test_a_locked_vault_does_not_stop_an_erasure(mission: Mission) -> None:
    locked = accounts.Actor(mission.actor.user_id, mission.house.own, "focal_point")
    erasure.erase_person(locked, ids(0)["case"], reason="danger", now=LAST)
    assert mission.view(0).person is None
