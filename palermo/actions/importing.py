"""How does a file become stored records? Read, sealed, saved and entered in the chain, whole or not at all.

Reading and encoding happen before the transaction, so that others wait for the writing only. Good rows go
in; bad rows wait for their owner. A file that must be sealed is refused whole where there is no vault. What
was erased stays so: a file that speaks of an erased person is read, and neither it nor its bad rows are
kept. A row that accuses personnel leaves by the conduct channel, and what stays is as if the file had never
held it: read again without it, with what is left as its content.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from palermo.actions.background import Stopped
from palermo.actions.rights import acting, check_can, clock, right
from palermo.cases import encode_all
from palermo.protect import conduct
from palermo.store import access, audit, erasing, intakes, labels, rows, saving, submissions, vault
from palermo.store import conduct as channel
from palermo.store.access import Actor

check_can_import_file, can_import_file = right("collect.import_file")
Advance = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file on its way in. The others are of a file that was looked at before: the changes that a person
    made to it, the hash and keyed hash of the file as it arrived, and `choices` to be kept with it.
    """

    content: bytes = field(repr=False)
    changes: Any = None
    loosely: bool = False
    submission: str = ""
    digest: str = ""
    choices: bytes = field(default=b"", repr=False)
    mended: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one file. `submission` is its public id; the others are counts."""

    submission: str
    layout: str
    rows: int
    stored: int
    superseded: int
    unchanged: int
    refused: int
    problems: int


def import_file(
    actor: Actor,
    content: bytes,
    *,
    name: str = "",
    now: datetime | None = None,
    layout: str | None = None,
    area: str | None = None,
    invented: bool = False,
    advance: Advance | None = None,
    cancelled: Callable[[], bool] | None = None,
    storing: Advance | None = None,
) -> Imported:
    """What became of the file. `advance` hears the reading, `storing` (else `advance`) the writing.

    Raises `ProblemWithInput` for a file that cannot be read at all, `PolicyRefusal` (STORE-001) for one that
    may not be stored, `Stopped` where `cancelled()` became true. Then nothing of it was stored.
    """
    told = {"now": now, "layout": layout, "area": area, "invented": invented}
    heard = {"advance": advance, "cancelled": cancelled, "storing": storing}
    return take_in(actor, Incoming(content=content), **told, **heard)  # type: ignore[arg-type]


def take_in(
    actor: Actor,
    file: Incoming,
    *,
    now: datetime | None = None,
    layout: str | None = None,
    area: str | None = None,
    invented: bool = False,
    advance: Advance | None = None,
    cancelled: Callable[[], bool] | None = None,
    storing: Advance | None = None,
) -> Imported:
    """As `import_file`, of a file that may have been looked at and mended before."""
    check_can_import_file(actor)
    at = now or clock()
    organisation = access.organisation(actor)
    again = partial(
        read_for, actor, file.content, now=at, layout=layout, area=area, invented=invented,
        changes=file.changes, loosely=file.loosely, submission=file.submission,
        advance=watched(advance, cancelled),
    )  # fmt: skip
    first = reading = again()
    reading, allegations, _rows = apart(reading, again)
    left = file.content if reading is first else encode_all(reading.records)
    sealer = vault.sealer(actor.organisation_id)
    prepared = prepare(actor, reading, sealer)
    spoken = spoken_of(actor, reading, prepared)
    with acting(actor, "collect.import_file", now=at) as act:
        audit.lock(actor.organisation_id)
        if (newest := vault.sealer(actor.organisation_id)) != sealer:  # the key was changed meanwhile
            sealer, prepared = newest, prepare(actor, reading, newest)
        user = submissions.user_of(actor.user_id)
        if allegations:
            channel.pass_on(actor, allegations, now=at)
        met = erasing.met(organisation.id, spoken, prepared)
        told = (organisation, user, file.content, reading.layout, invented, at, sealer)
        beside = (file.digest, file.choices if reading is first else b"", file.mended, area or "")
        arrival = submissions.Arrival(*told, left, bool(met), *beside)
        kept = submissions.keep(arrival)
        erasing.note_holding(kept.row, spoken)
        by = user.id if user else None
        instant = intakes.instant(organisation.id, at)
        place = saving.Place(organisation.id, kept.row.id, by, actor.team, instant, act.scope)
        bare = erasing.without(prepared, met)
        saved = saving.save(bare, place, advance=watched(storing or advance, cancelled))
        intake = intakes.note(kept.row, at=instant, user=user, saved=saved)
        submissions.take_up(intake, spoken, mended=_mended(actor, reading.layout))
        imported = _noted(kept, reading, saved)
        act.subjects = [kept.row.public_id]
        act.details = {name: getattr(imported, name) for name in ("layout", *COUNTS)}
        act.details |= {"mended": file.mended} if file.mended else {}
    return imported


COUNTS = ("rows", "stored", "superseded", "unchanged", "refused", "problems")


def apart(reading: Any, again: Callable[..., Any]) -> tuple[Any, bytes, frozenset[int]]:
    """The reading as if the file held no allegation, what leaves and in which rows it stood; the same reading
    where none did.
    """
    content, rows = b"", frozenset[int]()
    while (gone := _leaving(reading)).rows:
        content, rows = content + gone.content, rows | gone.rows
        reading = again(without=rows)
    if 0 in reading.apart:
        kept = tuple(one for one in reading.problems if one.row or not conduct.speaks(one))
        reading = replace(reading, problems=kept)
    return reading, content, rows


def _leaving(reading: Any) -> conduct.Leaving:
    return conduct.leaving(
        reading.records,
        places=reading.places,
        bad_rows=reading.bad_rows,
        bad_places=reading.bad_places,
        apart=reading.apart,
    )


def _noted(kept: submissions.Kept, reading: Any, saved: saving.Saved) -> Imported:
    imported = Imported(
        submission=kept.row.public_id,
        layout=reading.layout,
        rows=reading.rows,
        stored=saved.stored,
        superseded=saved.superseded,
        unchanged=saved.unchanged,
        refused=submissions.keep_bad_rows(kept, reading.bad_rows),
        problems=submissions.keep_problems(kept, reading.problems),
    )
    submissions.count(kept.row, **{name: getattr(imported, name) for name in COUNTS})
    return imported


def read_for(actor: Actor, content: bytes, *, changes: Any = None, **options: Any) -> Any:
    """The reading of a file as the actor's organisation's, with what its people settled."""
    from palermo.collect import NO_CHANGES, read

    return read(
        content,
        changes=changes or NO_CHANGES,
        organisation=actor.organisation_id,
        secret=submissions.secret(actor.organisation_id),
        decisions=labels.decisions(actor),
        speaks=conduct.speaks,
        **options,
    )


def prepare(actor: Actor, reading: Any, sealer: vault.Sealer | None) -> rows.Prepared:
    """Encoded and sealed rows; the role must reach every class that the file holds."""
    preparing = rows.Preparing(
        actor.organisation_id,
        key=submissions.secret(actor.organisation_id),
        sealer=sealer,
        ring=vault.unlocked(actor, touch=False),
    )
    prepared = preparing.all(reading.records, layout=reading.layout)
    for data_class in preparing.classes:
        check_can(actor, "collect.import_file", data_class=data_class)
    return prepared


def spoken_of(actor: Actor, reading: Any, prepared: rows.Prepared) -> set[str]:
    """Ids of the records that the file holds, and of those that its bad rows are about."""
    mended = _mended(actor, reading.layout)
    return set(erasing.spoken_of(prepared, reading.bad_rows, mended=mended))


def _mended(actor: Actor, layout: str) -> Callable[[str], str]:
    """Of a row's key the id of the record that it becomes."""
    from palermo.collect import record_id

    return partial(record_id, submissions.secret(actor.organisation_id), layout)


def watched(advance: Advance | None, cancelled: Callable[[], bool] | None) -> Advance:
    """A step that raises `Stopped` where `cancelled()` became true."""

    def step(done: int, total: int | None = None) -> None:
        if cancelled and cancelled():
            raise Stopped("COLLECT-STOP: this was stopped; everything is as it was before")
        if advance:
            advance(done, total)

    return step
