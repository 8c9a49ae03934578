"""When was a submission taken in, and what did that write? Each time has an instant that no other has.

A row that an import writes carries its submission and its instant (`arrived`), so that what one import did
is known for as long as no later one changes it.
"""

from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from palermo.store import access
from palermo.store.access import Actor
from palermo.store.models import Intake, Submission, User
from palermo.store.saving import Saved

TICK = timedelta(microseconds=1)


def instant(organisation: int, now: datetime) -> datetime:
    """`now`, or just after the organisation's last intake: its intakes are in the order of their instants.

    Within the transaction that holds the organisation's lock.
    """
    last = Intake.objects.filter(organisation_id=organisation).aggregate(at=Max("at"))["at"]
    return now if last is None or last < now else last + TICK


def note(submission: Submission, *, at: datetime, user: User | None, saved: Saved) -> Intake:
    """Writes down that the submission was taken in."""
    return Intake.objects.create(
        organisation_id=submission.organisation_id,
        submission=submission,
        at=at,
        user=user,
        stored=saved.stored,
        superseded=saved.superseded,
        unchanged=saved.unchanged,
        met=saved.met,
    )


def of(submission: Submission) -> QuerySet[Intake]:
    """All times that a submission was taken in, the latest first."""
    return Intake.objects.filter(submission=submission).defer("met").order_by("-at")


def one(actor: Actor, scope: str | None, intake: str) -> Intake:
    """An intake of a submission within the scope. Raises `Missing`."""
    sent = access.submissions(actor, scope).values("id")
    rows = Intake.objects.filter(organisation__public_id=actor.organisation_id, submission__in=sent)
    return access.one(rows.select_related("submission").defer("submission__sealed").filter(public_id=intake))


def met(intake: Intake) -> int:
    """How many records an intake that stands brought again, just as they were; 0 once it was undone."""
    return intake.unchanged if intake.undone is None else 0
