"""What can be erased? Three invented persons with all that can identify one, in three scripts."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection

from palermo.actions import collect, report
from palermo.actions.cases import one_case
from palermo.cases import Case, Detection, Name, Person, Place, Referral, Status, When, encode_all
from palermo.protect import envelope, streams
from palermo.store import vault, wiping
from palermo.store.models import (
    AttachedFile,
    BreakGlass,
    CaseRow,
    Export,
    FilePiece,
    NameToken,
    Organisation,
    PersonRow,
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
    return {key for key in keys if any(piece in file for file in files for piece in pieces(key))}


def pieces(key: bytes) -> set[bytes]:
    """The start, the middle and the end of a wrapped key: without each of them it cannot be opened."""
    return {key[:16], wiping.middle(key), key[-16:]}


def told(actor: Any) -> list[Any]:
    return [msgspec.to_builtins(t) for t in report.build_tables(actor, on=date(2026, 11, 5))]
