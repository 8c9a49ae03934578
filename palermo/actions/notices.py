"""What of a user's own work in the background runs, and what ended unseen? Said on every page until seen."""

from palermo.actions import background
from palermo.actions.background import JobState
from palermo.actions.rights import acting, right
from palermo.store import access, jobs
from palermo.store.access import Actor

check_can_mine, can_mine = right("notices.mine")
check_can_follow, can_follow = right("notices.follow")
check_can_seen, can_seen = right("notices.seen")


def mine(actor: Actor) -> tuple[JobState, ...]:
    """The user's own jobs that run, and those that ended and were not seen, the latest first."""
    with acting(actor, "notices.mine"):
        return tuple(map(background.told_state, jobs.untold(access.jobs(actor, "own"))))


def follow(actor: Actor, job: str) -> tuple[JobState, str]:
    """How far a job of the user's own is, and the export that it makes, else ""; its notice ends with it.

    Raises `Missing` for a job that is not the user's own.
    """
    with acting(actor, "notices.follow") as act:
        rows = access.jobs(actor, "own")
        state = background.told_state(access.one(jobs.with_submission(rows).filter(public_id=job)))
        jobs.tell(rows, job, now=act.now)
        export = access.exports(actor, "own").filter(job__public_id=job).values_list("public_id", flat=True)
        return state, export.first() or ""


def seen(actor: Actor, job: str) -> None:
    """Ends the notice of a job without following it. Raises `Missing` for one that is not the user's own."""
    with acting(actor, "notices.seen") as act:
        rows = access.jobs(actor, "own")
        access.one(rows.filter(public_id=job))
        jobs.tell(rows, job, now=act.now)
