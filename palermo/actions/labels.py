"""Which labels did no rule resolve, and what did a person decide? The decision is stored and reused."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from palermo import ProblemWithInput
from palermo.actions.rights import acting, right
from palermo.codes import code_list
from palermo.store import access, audit, submissions
from palermo.store.access import Actor

check_can_unresolved, can_unresolved = right("labels.unresolved")
check_can_settle, can_settle = right("labels.settle")
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Label:
    """A label that waits for a person, and how many rows hold it."""

    label: str
    rows: int


def unresolved(actor: Actor) -> tuple[Label, ...]:
    """Labels of areas without a code, the most frequent first: of State returns, and of bad rows kept."""
    with acting(actor, "labels.unresolved"):
        settled = access.decisions(actor)
        counts: Counter[str] = Counter()
        for label, number in _of_returns(actor):
            counts[label] += number
        for row in access.unresolved_problems(actor):
            if row.found is not None:
                counts[submissions.opened(actor.organisation_id, row.found)] += row.times
        waiting = (item for item in counts.most_common() if item[0] not in settled)
        return tuple(Label(label, number) for label, number in waiting)


def _of_returns(actor: Actor) -> list[tuple[str, int]]:
    rows = access.returns(actor).filter(category_code=None, dimension__in=AREA_DIMENSIONS).order_by()
    return list(rows.exclude(category=None).values_list("category").annotate(Count("id")))


AREA_DIMENSIONS = ("by citizenship", "by country of repatriation")


def settle(actor: Actor, label: str, *, area: str, now: datetime | None = None) -> None:
    """Stores that the label means the area (or special area); used from the next import on.

    Raises `UnknownCode` for what is no area, `ProblemWithInput` (STORE-040) for a label that cannot be one.
    """
    if not 0 < len(label) <= LONGEST:
        raise ProblemWithInput(f"STORE-040: a label has 1 to {LONGEST} characters")
    if area not in code_list("special_areas"):
        code_list("areas")[area]
    with acting(actor, "labels.settle", now=now) as act:
        audit.lock(actor.organisation_id)
        submissions.settle(access.organisation(actor), label, area=area, user=actor.user_id, now=act.now)
        act.subjects, act.details = [label], {"area": area}
