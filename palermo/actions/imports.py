"""How does an import run while its owner looks at a page? In a thread of this process, with a row that tells.

The content stays in this process's memory and is never queued. Whatever ends the process ends the import:
nothing of it is stored, and its row says so at the next start.
"""

import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from palermo import PalermoError, ProblemWithInput
from palermo.actions.importing import Stopped, check_can_import_file, import_file
from palermo.actions.rights import acting, clock, right
from palermo.store import access, audit, jobs
from palermo.store.access import Actor

check_can_start_import, can_start_import = right("collect.start_import")
check_can_import_state, can_import_state = right("collect.import_state")
check_can_cancel_import, can_cancel_import = right("collect.cancel_import")
BETWEEN_BEATS = 1.0
FAILED = "COLLECT-FAIL: the import failed and nothing of it was stored; the log of the server says where"
BUSY = (
    "COLLECT-BUSY: an import of your organisation is under way; wait until it ends, or stop it, and then send"
    " this file"
)
log = logging.getLogger(__name__)
_running: dict[str, "_Run"] = {}


@dataclass(frozen=True, slots=True)
class ImportState:
    """How far a job is. `outcome` is "" while it runs, then done, stopped, failed or interrupted."""

    id: str
    stage: str
    done: int
    total: int | None
    outcome: str
    problem: str
    submission: str

    @property
    def running(self) -> bool:
        return not self.outcome


class _Run:
    """One import of this process: where it is, and whether it was asked to stop."""

    def __init__(self, job: str) -> None:
        self.job = job
        self.stage, self.done, self.total = "reading", 0, None
        self.stop = threading.Event()
        self._beaten = time.monotonic()

    def reading(self, done: int, total: int | None = None) -> None:
        self.stage, self.done, self.total = "reading", done, total
        if time.monotonic() - self._beaten > BETWEEN_BEATS:
            self._beaten = time.monotonic()
            if jobs.beat(self.job, stage=self.stage, done=done, total=total, now=clock()):
                self.stop.set()

    def storing(self, done: int, total: int | None = None) -> None:
        """In memory only: the transaction that stores the rows holds the writer."""
        self.stage, self.done, self.total = "storing", done, total


def start_import(actor: Actor, content: bytes, **options: Any) -> str:
    """The id of the job that imports the file; options are those of `import_file`.

    One at a time per organisation: raises `ProblemWithInput` (COLLECT-BUSY) while another one runs.
    """
    check_can_import_file(actor)
    with transaction.atomic(), acting(actor, "collect.start_import") as act:
        audit.lock(actor.organisation_id)
        if jobs.under_way(actor, now=act.now):
            raise ProblemWithInput(BUSY)
        job = jobs.begin(actor, now=act.now)
    run = _running[job] = _Run(job)
    thread = threading.Thread(target=_work, args=(run, actor, content, options), name="import", daemon=True)
    thread.start()
    return job


def import_state(actor: Actor, job: str) -> ImportState:
    """How far the job is. Raises `Missing` for a job that is not the actor's to see."""
    with acting(actor, "collect.import_state") as act:
        rows = access.jobs(actor, act.scope).select_related("submission")
        row = access.one(rows.filter(public_id=job))
    run = _running.get(job)
    where = run if run and not row.outcome else row
    submission = row.submission.public_id if row.submission else ""
    return ImportState(job, where.stage, where.done, where.total, row.outcome, row.problem, submission)


def cancel_import(actor: Actor, job: str) -> None:
    """Asks the job to stop; it stops at its next step and stores nothing."""
    with acting(actor, "collect.cancel_import") as act:
        row = access.one(access.jobs(actor, act.scope).filter(public_id=job))
    if run := _running.get(job):
        run.stop.set()
    else:
        jobs.ask_to_stop(row)


def close_interrupted() -> int:
    """How many imports of a process that is gone were marked as interrupted; called when serving starts."""
    return jobs.mark_interrupted(now=clock(), only_process=connection.vendor == "sqlite")


def _work(run: _Run, actor: Actor, content: bytes, options: dict[str, Any]) -> None:
    ending: dict[str, str] = {"outcome": "failed", "problem": FAILED}
    try:
        imported = import_file(
            actor, content, advance=run.reading, storing=run.storing, cancelled=run.stop.is_set, **options
        )
        ending = {"outcome": "done", "submission": imported.submission}
    except Stopped as stopped:
        ending = {"outcome": "stopped", "problem": str(stopped)}
    except PalermoError as problem:
        ending = {"outcome": "failed", "problem": str(problem)}
    except Exception as error:
        log.error("import failed: %s at %s", type(error).__name__, _where(error))
    finally:
        jobs.end(run.job, now=clock(), **ending)
        _running.pop(run.job, None)
        connection.close()


def _where(error: Exception) -> str:
    """File and line of the error, without its message: that may hold a found value."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown"
