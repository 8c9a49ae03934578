"""How is a whole import taken back, and what cannot be? Counts first, then a job, all of it or nothing.

The submission stays, so that the same file can be taken in again. Sealed private copies that were exported
since are told, and end by themselves.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from palermo import PolicyRefusal, ProblemWithInput
from palermo.actions import background
from palermo.actions.background import Run
from palermo.actions.importing import watched
from palermo.actions.imports import BUSY, Busy
from palermo.actions.imports import KIND as IMPORT
from palermo.actions.rights import Act, acting, right
from palermo.store import access, audit, intakes, jobs, submissions, undoing
from palermo.store.access import Actor

check_can_intakes_of, can_intakes_of = right("undo.intakes_of")
check_can_preview, can_preview = right("undo.preview")
check_can_start, can_start = right("undo.start")
check_can_undo_import, can_undo_import = right("undo.undo_import")
KIND = "undo"
DONE = "IMPORT-004: this import was undone already; nothing of it is left to take back"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeLine:
    """One time that a submission was taken in. `remaining` rows stayed when it was undone."""

    id: str
    at: datetime
    stored: int
    superseded: int
    unchanged: int
    undone: datetime | None
    remaining: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What undoing takes: rows that go, rows whose version before comes back, rows that stay by reason (codes
    of `undoing.REASONS`), and how many exports were made since. `met` records were here when the
    import brought them: it holds them no longer.
    """

    submission: str
    at: datetime
    withdrawn: int
    restored: int
    remaining: int
    met: int
    reasons: dict[str, int]
    exports: int


LINE = tuple(name for name in IntakeLine.__dataclass_fields__ if name != "id")


def intakes_of(actor: Actor, submission: str) -> tuple[IntakeLine, ...]:
    """All times that a submission was taken in, the latest first. Raises `Missing`."""
    with acting(actor, "undo.intakes_of") as act:
        row = access.one(access.submissions(actor, act.scope).filter(public_id=submission))
        return tuple(
            IntakeLine(id=one.public_id, **{name: getattr(one, name) for name in LINE})
            for one in intakes.of(row)
        )


def preview(actor: Actor, intake: str) -> Consequence:
    """What would be taken back, and what would stay. Raises `Missing`, `ProblemWithInput` (IMPORT-004)."""
    with acting(actor, "undo.preview") as act:
        row = _open(act, intake)
        found = undoing.reach(row)
        return Consequence(
            submission=row.submission.public_id,
            at=row.at,
            met=intakes.met(row),
            reasons=found.reasons,
            exports=undoing.exports_since(row),
            **found.counts,
        )


def start(actor: Actor, intake: str) -> str:
    """The id of the job that undoes the import; not while another import runs (COLLECT-BUSY)."""
    with transaction.atomic(), acting(actor, "undo.start") as act:
        audit.lock(actor.organisation_id)
        _open(act, intake)
        if any(jobs.under_way(actor, kind=kind, now=act.now) for kind in (IMPORT, KIND)):
            raise Busy(BUSY)
        return background.start(act, KIND, lambda run: _undo(actor, intake, run), stage="undoing")


def _undo(actor: Actor, intake: str, run: Run) -> str:
    return undo_import(actor, intake, run=run)


def undo_import(actor: Actor, intake: str, *, now: datetime | None = None, run: Run | None = None) -> str:
    """Takes back what an import did, but for what later things stand on; the id of its submission.

    Raises `Missing`, `Stopped`, `ProblemWithInput` (IMPORT-004) where it was undone before, `PolicyRefusal`
    (IMPORT-005) where nothing of it can be.
    """
    with acting(actor, "undo.undo_import", now=now) as act:
        audit.lock(actor.organisation_id)
        row = _open(act, intake)
        found = undoing.reach(row)
        counts = found.counts
        if counts["remaining"] and not counts["withdrawn"] + counts["restored"] + intakes.met(row):
            raise PolicyRefusal(
                "IMPORT-005: nothing of this import can be undone, because something later stands on each of"
                " its rows; the page before says what"
            )
        tell = watched(lambda done, total: run.at("undoing", done, total), run.stop.is_set) if run else None
        undoing.undo(row, found, **({"advance": tell} if tell else {}))
        _mark(act, row, counts["remaining"])
        act.subjects, act.details = [row.submission.public_id], {**counts, **found.reasons}
    return str(row.submission.public_id)


def _mark(act: Act, row: Any, remaining: int) -> None:
    row.undone, row.remaining = act.now, remaining
    row.undone_by = submissions.user_of(act.actor.user_id)
    row.save(update_fields=["undone", "undone_by", "remaining"])


def _open(act: Act, intake: str) -> Any:
    """An intake that is not undone, or not all of it."""
    row = intakes.one(act.actor, act.scope, intake)
    if row.undone is not None and not row.remaining:
        raise ProblemWithInput(DONE)
    return row
