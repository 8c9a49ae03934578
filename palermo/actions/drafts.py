"""What would a file do, what is wrong with it, and does it go in? A draft: looked at, mended, then committed.

What was found is shown to who may load that organisation's files, while the vault is unlocked, and to nobody
else. A draft that nobody commits ends after the days of `codes/policy/drafts.toml`.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from django.db import transaction

from palermo import PalermoError, PolicyRefusal, ProblemWithInput
from palermo.actions import background, collect, draft_views, drafting, importing
from palermo.actions.background import Run
from palermo.actions.draft_views import DraftLine, DraftView, RowsShown
from palermo.actions.drafting import begin, one
from palermo.actions.importing import Incoming, check_can_import_file
from palermo.actions.imports import BUSY, Busy
from palermo.actions.imports import KIND as IMPORT
from palermo.actions.rights import acting, clock, right
from palermo.codes.phrases import Phrase, marked, phrase
from palermo.store import access, drafts, jobs, vault
from palermo.store.access import Actor

__all__ = ["DraftLine", "DraftView", "RowsShown"]

check_can_start, can_start = right("drafts.start")
check_can_keep, can_keep = right("drafts.keep")
check_can_list_drafts, can_list_drafts = right("drafts.list_drafts")
check_can_one_draft, can_one_draft = right("drafts.one_draft")
check_can_read_again, can_read_again = right("drafts.read_again")
check_can_from_bad_rows, can_from_bad_rows = right("drafts.from_bad_rows")
check_can_look_again, can_look_again = right("drafts.look_again")
check_can_commit, can_commit = right("drafts.commit")
check_can_discard, can_discard = right("drafts.discard")
UNREAD = marked("File {number} of {count}: {problem}")


def start(actor: Actor, contents: Sequence[bytes], **options: Any) -> str:
    """The id of the job that looks at the files, one after the other; options are those of `keep`.

    One at a time per organisation: raises `ProblemWithInput` (COLLECT-BUSY) while another one runs.
    """
    check_can_import_file(actor)
    with transaction.atomic(), acting(actor, "drafts.start") as act:
        return begin(act, lambda run: _all(actor, contents, run, options))


def _all(actor: Actor, contents: Sequence[bytes], run: Run, options: dict[str, Any]) -> str:
    """The last draft that was made; what could not be read is told by its number once the others wait."""
    made, refused = "", ""
    for number, content in enumerate(contents, 1):
        try:
            made = keep(actor, content, run=run, **options)
        except PalermoError as problem:
            if len(contents) == 1 or run.stop.is_set():
                raise
            one = phrase(UNREAD, number=number, count=len(contents), problem=_said(problem))
            refused = phrase("{first} {then}", first=refused, then=one) if refused else one
    if refused:
        raise ProblemWithInput(refused)
    return made


def _said(problem: PalermoError) -> Phrase:
    """What a refusal says, to be put into another sentence and still be translated."""
    text = problem.args[0]
    return text if isinstance(text, Phrase) else phrase(text)


def keep(
    actor: Actor,
    content: bytes,
    *,
    layout: str | None = None,
    area: str | None = None,
    invented: bool = False,
    run: Run | None = None,
) -> str:
    """The id of the draft of a file; nothing of it goes in. Errors are those of `import_file`."""
    check_can_import_file(actor)
    check_can_keep(actor)
    now = clock()
    looked = drafting.arrived(actor, content, layout=layout, area=area or "", invented=invented, now=now)
    return drafting.look(actor, looked, now=now, run=run)


def list_drafts(actor: Actor) -> tuple[DraftLine, ...]:
    """Drafts within the scope, the latest first; none whose time is over."""
    with acting(actor, "drafts.list_drafts") as act:
        rows = access.drafts(actor, act.scope).filter(expires__gt=act.now)
        return tuple(draft_views.line(row) for row in rows)


def one_draft(actor: Actor, draft: str, *, code: str = "", after: int = 0) -> DraftView:
    """A draft with its columns, counts and problems, and the bad rows after row `after`, some at a time.

    `code` leaves only rows with that problem. Raises `Missing`.
    """
    with acting(actor, "drafts.one_draft") as act:
        row = one(act, draft)
        ring = vault.unlocked(actor) if act.reach("identity") else None
        act.subjects, act.details = [row.public_id], {"found": ring is not None}
        return draft_views.view(actor, row, ring, RowsShown(code, after))


def read_again(
    actor: Actor, draft: str, *, layout: str = "", area: str | None = None, invented: bool | None = None
) -> str:
    """The id of the job that reads a draft anew: as another layout (its columns are recognised anew), for
    another area, or because what is there has changed.
    """
    with transaction.atomic(), acting(actor, "drafts.read_again") as act:
        looked = drafting.to_change(act, draft)
        row = looked.row
        if layout and layout != row.layout:
            loosely = not drafting.fits(looked.content, layout, now=act.now)
            row.layout = layout
            looked.choices = msgspec.structs.replace(looked.choices, mapping={}, loosely=loosely)
            mapping = drafting.likely(looked) if loosely else {}
            looked.choices = msgspec.structs.replace(looked.choices, mapping=mapping, remembered=False)
        row.area = row.area if area is None else area
        row.invented = row.invented if invented is None else invented
        return begin(act, lambda run: drafting.reread(actor, looked, run), about=row)


def from_bad_rows(actor: Actor, submission: str) -> str:
    """The id of the job that makes a draft of the rows that stayed out of an import, to be mended in place.

    Raises as `collect.bad_rows_file`.
    """
    check_can_from_bad_rows(actor)
    content = collect.bad_rows_file(actor, submission)
    line = collect.one_submission(actor, submission).line
    told = {"layout": line.layout, "area": line.area, "invented": line.invented}
    with transaction.atomic(), acting(actor, "drafts.from_bad_rows") as act:
        return begin(act, lambda run: keep(actor, content, run=run, **told))  # type: ignore[arg-type]


def look_again(actor: Actor, submission: str) -> str:
    """The id of the job that makes a draft of a file that is kept, with what was mended of it before.

    Raises `Missing`, `Locked`, and `PolicyRefusal` (IMPORT-006) where the file was not kept, or was erased.
    """
    with transaction.atomic(), acting(actor, "drafts.look_again") as act:
        rows = access.submissions(actor, act.scope).select_related("organisation")
        row = access.one(rows.filter(public_id=submission))
        if row.data_key is None:
            raise PolicyRefusal("IMPORT-006: this file was not kept, or was erased since; send it again")
        looked = drafting.kept(actor, row, now=act.now)
        act.subjects = [row.public_id]
        return begin(act, lambda run: drafting.reread(actor, looked, run))


def commit(actor: Actor, draft: str) -> str:
    """The id of the job that takes the draft in, with all that was mended; then the draft is no more.

    Raises `Busy`: IMPORT-007 while something else works on the draft, COLLECT-BUSY while another file goes
    in.
    """
    check_can_import_file(actor)
    with transaction.atomic(), acting(actor, "drafts.commit") as act:
        looked = drafting.to_change(act, draft)
        if jobs.under_way(actor, kind=IMPORT, now=act.now):
            raise Busy(BUSY)
        work = partial(_take_in, actor, looked)
        return background.start(act, IMPORT, work, stage="reading", about=looked.row)


def _take_in(actor: Actor, looked: drafting.Looked, run: Run) -> str:
    row, choices = looked.row, looked.choices
    file = Incoming(
        content=looked.content,
        changes=drafting.changes_of(choices),
        loosely=choices.loosely,
        submission=choices.submission,
        digest=row.digest,
        choices=msgspec.json.encode(choices),
        mended=row.mended,
    )
    imported = importing.take_in(
        actor,
        file,
        layout=row.layout,
        area=row.area or None,
        invented=row.invented,
        advance=lambda done, total=None: run.beat("reading", done, total),
        storing=lambda done, total=None: run.at("storing", done, total),
        cancelled=run.stop.is_set,
    )
    drafts.discard(row)
    return imported.submission


def discard(actor: Actor, draft: str) -> None:
    """The draft is no more; nothing of it went in. Raises `Missing`, `Busy` (IMPORT-007)."""
    with acting(actor, "drafts.discard") as act:
        row = drafting.held(act, draft)
        act.subjects = [row.public_id]
        drafts.discard(row)
