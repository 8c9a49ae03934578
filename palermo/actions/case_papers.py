"""What may be printed of one case? What stays readable: codes, month, first-level area.

A paper leaves the vault's walls, so that it never holds a name, an exact place or an exact day, whoever asks.
For those there are exports, which two persons agree to.
"""

from dataclasses import dataclass
from datetime import datetime

from palermo.actions.rights import acting, right
from palermo.cases import Case, Referral
from palermo.store import access, rows
from palermo.store.access import Actor

check_can_case_paper, can_case_paper = right("case_papers.case_paper")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The readable record with its referrals; `on` is when it was made."""

    case: Case
    referrals: tuple[Referral, ...]
    arrived: datetime
    layout: str
    version: int
    invented: bool
    on: datetime


def case_paper(actor: Actor, case: str, *, now: datetime | None = None) -> Paper:
    """What a paper of the case may say. Raises `Missing` where there is none within the actor's scope."""
    with acting(actor, "case_papers.case_paper", now=now) as act:
        row = access.one_case(actor, act.scope, case)
        act.subjects = [row.public_id]
        ours = actor.organisation_id
        return Paper(
            case=rows.record_of(row, ours),
            referrals=tuple(rows.record_of(one, ours) for one in access.about(actor, "referral", case)),
            arrived=row.arrived,
            layout=row.layout,
            version=row.version,
            invented=row.invented,
            on=act.now,
        )
