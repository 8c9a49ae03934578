"""How is a file looked at before it goes in? Read, compared with what is there, and kept as a draft.

Nothing of it becomes a record. A row that accuses personnel leaves by the conduct channel at once, as at an
import, and the draft is kept as if the file had never held it. A file that speaks of an erased person waits
in memory only. Reading happens before the transaction.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from palermo import ProblemWithInput
from palermo.actions import background
from palermo.actions.background import Run
from palermo.actions.importing import Advance, apart, prepare, read_for, spoken_of, watched
from palermo.actions.imports import BUSY, Busy
from palermo.actions.rights import Act, acting, clock
from palermo.store import access, audit, drafts, erasing, headers, jobs, saving, submissions, vault
from palermo.store import conduct as channel
from palermo.store.access import Actor
from palermo.store.drafts import Choices, Column, Draft, Mend

KIND = "draft"
WORKED_ON = (
    "IMPORT-007: this file is being read or imported just now; wait until that has ended, look at it again,"
    " and then do what you wanted"
)


@dataclass(slots=True)
class Looked:
    """A file as it is to be read: its draft's row, its content, what was changed of it."""

    row: Draft
    content: bytes = field(repr=False)
    choices: Choices
    reading: Any = None
    allegations: bytes = field(default=b"", repr=False)
    is_new: bool = False
    prepared: Any = None


def arrived(
    actor: Actor, content: bytes, *, layout: str | None, area: str, invented: bool, now: datetime
) -> Looked:
    """A file that has just come, with the mapping that is remembered for its header.

    Raises `ProblemWithInput` where it cannot be read at all.
    """
    layout, labels, loosely = _header(actor, content, layout, now)
    header = headers.digest(actor.organisation_id, labels)
    chosen, mapping = headers.remembered(actor, header)
    mapping = mapping if chosen == layout else {}
    digest = submissions.keyed_hash(actor.organisation_id, content)
    row = drafts.begin(actor, digest=digest, layout=layout, area=area, invented=invented, now=now)
    told = {"submission": hashlib.sha256(content).hexdigest(), "header": header, "loosely": loosely}
    choices = Choices(**told, mapping=mapping, remembered=bool(mapping))  # type: ignore[arg-type]
    looked = Looked(row, content, choices, is_new=True)
    if loosely and not mapping:
        looked.choices = msgspec.structs.replace(choices, mapping=likely(looked, labels))
    return looked


def kept(actor: Actor, row: Draft, *, now: datetime) -> Looked:
    """The file of a submission that was taken in before, as a new draft with its changes. Raises `Locked`.

    Of a file that held an allegation the records are kept, and it had no change that could be laid over them.
    """
    ring = vault.unlocked(actor)
    content = drafts.content(row, ring)
    layout = row.layout if fits(content, row.layout, now=now) else None
    looked = arrived(actor, content, layout=layout, area=row.area, invented=row.invented, now=now)
    looked.choices = drafts.choices(row, ring) or looked.choices
    return looked


def _header(
    actor: Actor, content: bytes, layout: str | None, now: datetime
) -> tuple[str, tuple[str, ...], bool]:
    """Layout, columns, and whether they are those of no layout: then somebody named it, now or before."""
    from palermo.collect import LAYOUTS, header_of

    try:
        found, labels = header_of(content, now=now, layout=layout)
        chosen, _mapping = headers.remembered(actor, headers.digest(actor.organisation_id, labels))
        chosen = layout or chosen or found
        return chosen, labels, not fits(content, chosen, now=now)
    except ProblemWithInput as refused:
        if not str(refused).startswith(NO_HEADER):
            raise
        try:
            _any, labels = header_of(content, now=now, layout=layout or LAYOUTS[0], loosely=True)
        except ProblemWithInput:
            raise refused from None
        chosen, _mapping = headers.remembered(actor, headers.digest(actor.organisation_id, labels))
        if not (layout or chosen):
            raise
        return layout or chosen, labels, True


def fits(content: bytes, layout: str, *, now: datetime) -> bool:
    """Whether the file has the header of a layout."""
    from palermo.collect import header_of

    try:
        header_of(content, now=now, layout=layout)
    except ProblemWithInput as refused:
        return not str(refused).startswith(NO_HEADER)
    return True


NO_HEADER = ("COLLECT-002", "COLLECT-003")


def likely(looked: Looked, labels: tuple[str, ...] = ()) -> dict[int, str]:
    """For columns of no layout: the field whose name is nearest, each once."""
    from palermo.collect import likely_field

    labels = labels or tuple(column.label for column in looked.choices.columns)
    found: dict[int, str] = {}
    for place, label in enumerate(labels):
        name = likely_field(looked.row.layout, label)
        if name and name not in found.values():
            found[place] = name
    return found


def opened(actor: Actor, row: Draft) -> Looked:
    """A draft that waits. Raises `Locked`, and `ProblemWithInput` (IMPORT-001)."""
    ring = vault.unlocked(actor)
    return Looked(row, drafts.content(row, ring), drafts.choices(row, ring) or Choices())


def one(act: Act, draft: str) -> Draft:
    """The row of a draft that is the actor's to see and whose time is not over. Raises `Missing`."""
    rows = access.drafts(act.actor, act.scope).select_related("organisation").defer(None).defer("sealed")
    return access.one(rows.filter(public_id=draft, expires__gt=act.now))


def held(act: Act, draft: str) -> Draft:
    """The row of a draft that nothing else works on, under the organisation's lock: as it is now, and until
    the transaction ends. Raises `Missing`, `Busy` (IMPORT-007).
    """
    audit.lock(act.actor.organisation_id)
    row = one(act, draft)
    if jobs.works_on(row, now=act.now):
        raise Busy(WORKED_ON)
    return row


def to_change(act: Act, draft: str) -> Looked:
    """What `held` gives, opened. Raises as `held` and `opened`."""
    return opened(act.actor, held(act, draft))


def begin(act: Act, work: background.Work, *, about: Draft | None = None) -> str:
    """The id of the job that does `work` on drafts of the organisation, one at a time.

    Raises `Busy` (COLLECT-BUSY).
    """
    audit.lock(act.actor.organisation_id)
    check_free(act)
    return background.start(act, KIND, work, stage="reading", about=about)


def check_free(act: Act) -> None:
    """Raises `Busy` (COLLECT-BUSY) while a draft of the organisation is being read."""
    if jobs.under_way(act.actor, kind=KIND, now=act.now):
        raise Busy(BUSY)


def reread(actor: Actor, looked: Looked, run: Run | None = None) -> str:
    """Reads a draft with what was changed of it, and keeps both; its id."""
    return look(actor, looked, now=clock(), run=run)


def look(actor: Actor, looked: Looked, *, now: datetime, run: Run | None) -> str:
    """Reads, and then keeps in one transaction; the draft's id. Errors are those of `import_file`."""
    read(actor, looked, now=now, **_heard(run))
    with acting(actor, "drafts.keep", now=now) as act:
        return keep(act, looked).public_id


def _heard(run: Run | None) -> dict[str, Any]:
    """What a reading tells the job in which it runs."""
    if run is None:
        return {}
    return {
        "advance": lambda done, total=None: run.beat("reading", done, total),
        "cancelled": run.stop.is_set,
    }


def changes_of(choices: Choices) -> Any:
    """As `collect.read` takes them."""
    from palermo.collect import Changes

    values: dict[int, dict[str, str]] = {}
    for one in choices.values:
        values.setdefault(one.place, {})[one.found] = one.value
    return Changes(choices.mapping, values, {(one.row, one.place): one.value for one in choices.mends})


def read(
    actor: Actor,
    looked: Looked,
    *,
    now: datetime,
    advance: Advance | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> None:
    """Reads the file with its changes; what leaves is cut from it. Before the transaction."""
    from palermo.collect import what_is_left

    row, choices = looked.row, looked.choices
    again = partial(
        read_for, actor, looked.content, now=now, layout=row.layout, area=row.area or None,
        invented=row.invented, changes=changes_of(choices), submission=choices.submission,
        loosely=choices.loosely, advance=watched(advance, cancelled),
    )  # fmt: skip
    looked.reading, looked.allegations, gone = apart(again(), again)
    if gone:
        looked.content = what_is_left(
            looked.content, layout=row.layout, now=now, rows=gone, loosely=choices.loosely
        )
        looked.choices = without(choices, gone)
        looked.is_new = True
    looked.prepared = prepare(actor, looked.reading, vault.sealer(actor.organisation_id))


def without(choices: Choices, gone: frozenset[int]) -> Choices:
    """The choices for a file that some rows left: those below moved up."""
    kept = (one for one in choices.mends if one.row not in gone)
    moved = (Mend(one.row - sum(n < one.row for n in gone), one.place, one.found, one.value) for one in kept)
    return msgspec.structs.replace(choices, mends=tuple(moved))


def keep(act: Act, looked: Looked) -> Draft:
    """Writes the draft with its problems, bad rows and counts, in the transaction of `act`."""
    actor, reading = act.actor, looked.reading
    audit.lock(actor.organisation_id)
    drafts.discard_ended(actor, now=act.now)
    if looked.allegations:
        channel.pass_on(actor, looked.allegations, now=act.now)
    spoken = spoken_of(actor, reading, looked.prepared)
    met = erasing.met(looked.row.organisation_id, spoken, looked.prepared)
    row, choices = _rested(looked, bool(met)), _with_columns(looked)
    row.size = len(looked.content)
    ring = None if met else vault.unlocked(actor, touch=False)
    content = looked.content if looked.is_new or row.pk is None else None
    kept = drafts.write(row, content, choices, ring=ring, now=act.now)
    erasing.note_holding(row, spoken if kept.key else ())
    told = count(act, kept, looked)
    act.subjects, act.details = [row.public_id], {"layout": row.layout, **told}
    return row


def _rested(looked: Looked, met: bool) -> Draft:
    """The row to write: one of its own where a file that was sealed may no longer be."""
    row = looked.row
    if met and row.data_key is not None:
        row.data_key = row.vault_key = row.sealed = row.choices = None
        looked.is_new = True
    return row


def count(act: Act, kept: submissions.Kept, looked: Looked) -> dict[str, int]:
    """Writes what was found, and what an import would do now; the counts."""
    reading, row = looked.reading, kept.row
    place = saving.Place(row.organisation_id, row.id, None, act.actor.team, act.now, act.scope)
    saved = saving.compared(looked.prepared, place)
    told = {
        "rows": reading.rows,
        "stored": saved.stored,
        "superseded": saved.superseded,
        "unchanged": saved.unchanged,
        "refused": submissions.keep_bad_rows(kept, reading.bad_rows),
        "problems": submissions.keep_problems(kept, reading.problems),
    }
    submissions.count(row, **told)
    return told


def _with_columns(looked: Looked) -> Choices:
    found = looked.reading.headings
    told = tuple(Column(one.label, one.name, one.is_read, one.samples) for one in found)
    return msgspec.structs.replace(looked.choices, columns=told)
