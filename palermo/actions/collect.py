"""What arrived, what was wrong with it, and what waits to be mended? Imports, and the submissions they made.

What was found in a file is shown to who may load that organisation's files, and to nobody else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from palermo import PolicyRefusal
from palermo.actions.importing import Imported, Stopped, can_import_file, check_can_import_file, import_file
from palermo.actions.imports import (
    ImportState,
    cancel_import,
    close_interrupted,
    import_state,
    start_import,
)
from palermo.actions.rights import acting, right
from palermo.cases import BadRow
from palermo.codes.languages import ENGLISH, Language
from palermo.codes.phrases import unpacked
from palermo.store import access, submissions, vault
from palermo.store.access import Actor

__all__ = [
    "ImportState",
    "Imported",
    "ProblemLine",
    "Stopped",
    "SubmissionLine",
    "SubmissionView",
    "bad_rows_file",
    "can_import_file",
    "cancel_import",
    "check_can_import_file",
    "close_interrupted",
    "import_file",
    "import_state",
    "list_submissions",
    "one_submission",
    "start_import",
]

check_can_list_submissions, can_list_submissions = right("collect.list_submissions")
check_can_one_submission, can_one_submission = right("collect.one_submission")
check_can_bad_rows_file, can_bad_rows_file = right("collect.bad_rows_file")
PROBLEMS_SHOWN = 500
CHUNK = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionLine:
    """One submission in a list; the counts are those of its latest reading. `undone`: none of its imports
    stands.
    """

    id: str
    layout: str
    invented: bool
    area: str
    arrived: datetime
    size: int
    rows: int
    stored: int
    superseded: int
    unchanged: int
    refused: int
    problems: int
    mended: int
    undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """One problem. `found` is None where the role does not reach it or it was not kept."""

    code: str
    row: int
    column: str
    expected: str
    todo: str
    suggestion: str
    refused: bool
    length: int
    found: str | None


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """One submission with its first problems; `line.problems` counts all of them."""

    line: SubmissionLine
    problems: tuple[ProblemLine, ...]
    bad_rows: int
    bad_rows_kept: bool
    locked: bool


LINE = tuple(name for name in SubmissionLine.__dataclass_fields__ if name != "id")


def list_submissions(actor: Actor, *, limit: int = 100) -> tuple[SubmissionLine, ...]:
    """The organisation's submissions within the scope, the latest first."""
    with acting(actor, "collect.list_submissions") as act:
        rows = submissions.with_undone(access.submissions(actor, act.scope))
        return tuple(_line(row) for row in rows[:limit])


def one_submission(actor: Actor, submission: str, *, limit: int = PROBLEMS_SHOWN) -> SubmissionView:
    """One submission with its problems, what was found included where the role reaches it."""
    with acting(actor, "collect.one_submission") as act:
        row = _one(actor, act.scope, submission)
        ring = vault.unlocked(actor) if act.reach("identity") else None
        act.subjects, act.details = [row.public_id], {"found": ring is not None}
        opening = submissions.Opening(ring) if ring else None
        bad = access.bad_rows(actor, row)
        problems = access.problems(actor, row)[:limit]
        return SubmissionView(
            line=_line(row),
            problems=tuple(_problem(problem, row, opening) for problem in problems),
            bad_rows=bad.count(),
            bad_rows_kept=row.data_key is not None and bad.exists() and not bad.filter(cells=None).exists(),
            locked=ring is None,
        )


def bad_rows_file(actor: Actor, submission: str, *, language: Language = ENGLISH) -> bytes:
    """CSV of the rows that stayed out, to be mended and sent again.

    Raises `Locked`, and `PolicyRefusal` (STORE-005) where they were not kept.
    """
    from palermo.cases import Problem
    from palermo.collect import Reading, bad_rows_csv

    with acting(actor, "collect.bad_rows_file") as act:
        row = _one(actor, act.scope, submission)
        opening = submissions.Opening(vault.ring(actor))
        act.subjects = [row.public_id]
        bad = _kept(opening.bad_row(row, each) for each in access.bad_rows(actor, row))
        problems = tuple(
            Problem(
                p.code,
                unpacked(p.expected),
                unpacked(p.todo),
                row=p.row,
                column=p.column,
                suggestion=p.suggestion,
            )
            for some in _chunks(sorted({each.row for each in bad}))
            for p in access.problems(actor, row).filter(row__in=some)
        )
        act.details = {"rows": len(bad)}
    return bad_rows_csv(Reading(row.layout, "", row.rows, (), problems, bad), language=language)


def _chunks(rows: list[int]) -> Iterator[list[int]]:
    """A statement takes a limited number of values."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _kept(bad_rows: Iterator[BadRow | None]) -> tuple[BadRow, ...]:
    held = tuple(bad_rows)
    if None in held:
        raise PolicyRefusal(
            "STORE-005: the rows that stayed out of this file were not kept, or were erased since."
            " On your own computer, palermo collect FILE --problems problems.csv lists them"
        )
    return held  # type: ignore[return-value]


def _one(actor: Actor, scope: str, submission: str) -> Any:
    rows = submissions.with_undone(access.submissions(actor, scope))
    return access.one(rows.filter(public_id=submission))


def _line(row: Any) -> SubmissionLine:
    return SubmissionLine(id=row.public_id, **{name: getattr(row, name) for name in LINE})


def _problem(row: Any, submission: Any, opening: submissions.Opening | None) -> ProblemLine:
    columns = {name: getattr(row, name) for name in ProblemLine.__dataclass_fields__ if name != "found"}
    columns |= {name: unpacked(columns[name]) for name in ("expected", "todo")}
    return ProblemLine(found=opening.found(submission, row.found) if opening else None, **columns)
