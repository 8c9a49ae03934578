"""How does long work run while its owner looks at a page? In a thread of this process, with a row that tells.

What the work needs (a file, an unlocked key) stays in this process's memory and is never queued. Whatever
ends the process ends the work, and locking the vault ends work that needs its keys: the row says so.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from palermo import PalermoError
from palermo.actions.rights import Act, clock
from palermo.codes.phrases import packed, unpacked
from palermo.store import access, jobs
from palermo.store.access import Actor
from palermo.store.vault import Locked

BETWEEN_BEATS = 1.0
FAILED = "JOB-FAIL: the work failed and kept nothing unfinished; the log of the server says where"
log = logging.getLogger(__name__)
_running: dict[str, "Run"] = {}


class Stopped(PalermoError):
    """Somebody stopped the work; what it had not finished was not stored."""


@dataclass(frozen=True, slots=True)
class JobState:
    """How far a job is. `outcome` is "" while it runs, then done, stopped, locked, failed or interrupted."""

    id: str
    kind: str
    stage: str
    done: int
    total: int | None
    outcome: str
    problem: str
    submission: str

    @property
    def running(self) -> bool:
        return not self.outcome


class Run:
    """One job of this process: where it is, and whether it was asked to stop."""

    def __init__(self, job: str, stage: str) -> None:
        self.job = job
        self.stage, self.done, self.total = stage, 0, None
        self.stop, self.ended = threading.Event(), threading.Event()
        self.began = False
        self._beaten = time.monotonic()

    def at(self, stage: str, done: int, total: int | None = None) -> None:
        """In memory only: for work inside a transaction that holds the writer."""
        self.stage, self.done, self.total = stage, done, total

    def beat(self, stage: str, done: int, total: int | None = None) -> None:
        """Tells the row, at most once a second, and hears from it whether to stop."""
        self.at(stage, done, total)
        if time.monotonic() - self._beaten > BETWEEN_BEATS:
            self._beaten = time.monotonic()
            if jobs.beat(self.job, stage=stage, done=done, total=total, now=clock()):
                self.stop.set()

    def check(self) -> None:
        """Raises `Stopped` where somebody asked for it."""
        if self.stop.is_set():
            raise Stopped("JOB-STOP: the work was stopped; what it had finished stays")


Work = Callable[[Run], str]


def start(act: Act, kind: str, work: Work, *, stage: str, about: Any = None) -> str:
    """The id of the job that does `work`, which answers with the submission that it made, or "". `about` is
    the draft on which it works.

    The thread begins once the transaction of `act` has its row.
    """
    from django.db import transaction

    job = jobs.begin(act.actor, kind=kind, stage=stage, now=act.now, about=about)
    run = _running[job] = Run(job, stage)
    thread = threading.Thread(target=_work, args=(run, work), name=kind, daemon=True)

    def begin() -> None:
        run.began = True
        thread.start()

    transaction.on_commit(begin)
    return job


def state(actor: Actor, scope: str, job: str, *, kinds: tuple[str, ...]) -> JobState:
    """How far the job is; its owner, who sees it ended, need not be told again.

    Raises `Missing` for a job that is not the actor's to see.
    """
    rows = jobs.with_submission(access.jobs(actor, scope).filter(kind__in=kinds))
    row = access.one(rows.filter(public_id=job))
    if row.outcome and row.told is None:
        jobs.tell(access.jobs(actor, "own"), job, now=clock())
    return told_state(row)


def told_state(row: Any) -> JobState:
    """What the row says, or this process's memory of a job that it runs."""
    run = _running.get(row.public_id)
    where = run if run and not row.outcome else row
    submission = row.submission.public_id if row.submission else ""
    told = where.stage, where.done, where.total
    return JobState(row.public_id, row.kind, *told, row.outcome, unpacked(row.problem), submission)


def wait(job: str, *, seconds: float) -> None:
    """Until a job of this process has ended, but no longer: a page then need not ask again for quick work."""
    run = _running.get(job)
    if run and run.began:
        run.ended.wait(seconds)


def cancel(actor: Actor, scope: str, job: str, *, kinds: tuple[str, ...]) -> None:
    """Asks the job to stop; it does so at its next step."""
    row = access.one(access.jobs(actor, scope).filter(kind__in=kinds, public_id=job))
    if run := _running.get(job):
        run.stop.set()
    else:
        jobs.ask_to_stop(row)


def close_interrupted() -> int:
    """How many jobs of a process that is gone were marked as interrupted; called when serving starts."""
    return jobs.mark_interrupted(now=clock(), only_process=connection.vendor == "sqlite")


def _work(run: Run, work: Work) -> None:
    ending: dict[str, str] = {"outcome": "failed", "problem": FAILED}
    try:
        ending = {"outcome": "done", "submission": work(run)}
    except Locked as locked:
        ending = {"outcome": "locked", "problem": _told(locked)}
    except Stopped as stopped:
        ending = {"outcome": "stopped", "problem": _told(stopped)}
    except PalermoError as problem:
        ending = {"outcome": "failed", "problem": _told(problem)}
    except Exception as error:
        log.error("%s failed: %s at %s", threading.current_thread().name, type(error).__name__, _where(error))
    finally:
        jobs.end(run.job, now=clock(), **ending)
        _running.pop(run.job, None)
        run.ended.set()
        connection.close()


def _told(error: PalermoError) -> str:
    """Its message, kept so that whoever reads it later reads it in his or her own language."""
    return packed(error.args[0]) if error.args else ""


def _where(error: Exception) -> str:
    """File and line of the error, without its message: that may hold a found value."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "unknown"
