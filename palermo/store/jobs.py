"""How far is work in the background? A row that any process can read; this process's own jobs in memory.

Never holds a key, a file or its name: the content lives in the memory of the process that reads it, so a
job that the process did not end is marked as interrupted and is sent again by its owner.
"""

import secrets
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from palermo.store.access import Actor, organisation
from palermo.store.models import Job, Submission
from palermo.store.submissions import user_of

PROCESS = secrets.token_hex(16)
SILENT = timedelta(seconds=120)
MOST_TOLD = 5
INTERRUPTED = "JOB-STOP: the work was interrupted and kept nothing unfinished; begin it again"


def begin(actor: Actor, *, kind: str, stage: str, now: datetime, about: Submission | None = None) -> str:
    """The public id of a new job of this process. `about` is the draft on which it works."""
    job = Job.objects.create(
        organisation=organisation(actor),
        user=user_of(actor.user_id),
        process=PROCESS,
        kind=kind,
        stage=stage,
        submission=about,
        started=now,
        beat=now,
    )
    return job.public_id


def under_way(actor: Actor, *, kind: str, now: datetime) -> bool:
    """Whether a job of this kind of the organisation runs: in this process, or in one that spoke of late."""
    rows = Job.objects.filter(organisation__public_id=actor.organisation_id, outcome="", kind=kind)
    return rows.filter(_runs(now)).exists()


def works_on(draft: Submission, *, now: datetime) -> bool:
    """Whether a job that runs works on this draft: reads it, or takes it in."""
    return Job.objects.filter(_runs(now), submission=draft, outcome="").exists()


def _runs(now: datetime) -> Q:
    return Q(process=PROCESS) | Q(beat__gte=now - SILENT)


def beat(job: str, *, stage: str, done: int, total: int | None, now: datetime) -> bool:
    """Notes how far the job is; says whether somebody asked to stop it."""
    rows = Job.objects.filter(public_id=job)
    rows.update(stage=stage, done=done, total=total, beat=now)
    return bool(rows.values_list("cancel_asked", flat=True).first())


def end(job: str, *, outcome: str, now: datetime, problem: str = "", submission: str = "") -> None:
    """Closes the job: `done`, `stopped`, `locked` or `failed`.

    One that made a submission ends with the submission's rows: what it read may have been more, and whoever
    compares would see that something left.
    """
    kept = Submission.objects.filter(public_id=submission).only("id", "rows").first()
    counts = {"done": kept.rows, "total": kept.rows} if kept else {}
    Job.objects.filter(public_id=job).update(
        outcome=outcome, problem=problem, submission=kept, beat=now, stage="ended", **counts
    )


def untold(rows: QuerySet[Job]) -> QuerySet[Job]:
    """Of these jobs those that run, and those that ended without their owner's having seen it."""
    return with_submission(rows.filter(told=None))[:MOST_TOLD]


def with_submission(rows: QuerySet[Job]) -> QuerySet[Job]:
    """With the submission of each, but for its content."""
    return rows.select_related("submission").defer("submission__sealed", "submission__choices")


def tell(rows: QuerySet[Job], job: str, *, now: datetime) -> int:
    """Notes that the owner saw that the job ended; 0 where it is not one of these, or runs."""
    return rows.filter(public_id=job, told=None).exclude(outcome="").update(told=now)


def ask_to_stop(job: Job) -> None:
    Job.objects.filter(id=job.id, outcome="").update(cancel_asked=True)


def mark_interrupted(*, now: datetime, only_process: bool) -> int:
    """How many open jobs of processes that are gone were closed.

    On SQLite one process serves (`only_process`): at its start every open job of another one is gone. On
    PostgreSQL a job is gone when it has been silent for two minutes.
    """
    gone = Q() if only_process else Q(beat__lt=now - SILENT)
    rows = Job.objects.filter(gone, outcome="").exclude(process=PROCESS)
    return rows.update(outcome="interrupted", problem=INTERRUPTED, stage="ended")
