"""How does an import run while its owner looks at a page? As a job of this process, one at a time per
organisation.

The content stays in this process's memory and is never queued. Whatever ends the process ends the import:
nothing of it is stored, and its row says so at the next start.
"""

from typing import Any

from django.db import transaction

from palermo import ProblemWithInput
from palermo.actions import background
from palermo.actions.background import JobState as ImportState
from palermo.actions.background import Run, close_interrupted
from palermo.actions.importing import check_can_import_file, import_file
from palermo.actions.rights import acting, right
from palermo.store import audit, jobs
from palermo.store.access import Actor

__all__ = ["ImportState", "cancel_import", "close_interrupted", "import_state", "start_import"]

check_can_start_import, can_start_import = right("collect.start_import")
check_can_import_state, can_import_state = right("collect.import_state")
check_can_cancel_import, can_cancel_import = right("collect.cancel_import")
KIND = "import"
KINDS = (KIND, "draft", "undo")
BUSY = (
    "COLLECT-BUSY: an import of your organisation is under way; wait until it ends, or stop it, and then send"
    " this file"
)


class Busy(ProblemWithInput):
    """Other work is in the way for now; the same can be asked again soon."""


def start_import(actor: Actor, content: bytes, **options: Any) -> str:
    """The id of the job that imports the file; options are those of `import_file`.

    One at a time per organisation: raises `Busy` (COLLECT-BUSY) while another one runs.
    """
    check_can_import_file(actor)

    def work(run: Run) -> str:
        return import_file(
            actor,
            content,
            advance=lambda done, total=None: run.beat("reading", done, total),
            storing=lambda done, total=None: run.at("storing", done, total),
            cancelled=run.stop.is_set,
            **options,
        ).submission

    with transaction.atomic(), acting(actor, "collect.start_import") as act:
        audit.lock(actor.organisation_id)
        if jobs.under_way(actor, kind=KIND, now=act.now):
            raise Busy(BUSY)
        return background.start(act, KIND, work, stage="reading")


def import_state(actor: Actor, job: str) -> ImportState:
    """How far the job is. Raises `Missing` for a job that is not the actor's to see."""
    with acting(actor, "collect.import_state") as act:
        return background.state(actor, act.scope, job, kinds=KINDS)


def cancel_import(actor: Actor, job: str) -> None:
    """Asks the job to stop; it stops at its next step and stores nothing."""
    with acting(actor, "collect.cancel_import") as act:
        background.cancel(actor, act.scope, job, kinds=KINDS)
