"""Which labels did no rule resolve, and what did a person decide? The decision is stored and reused.

The label itself is stored with it only where a return says it in a readable column.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from palermo import ProblemWithInput
from palermo.actions.rights import acting, right
from palermo.codes import code_list
from palermo.codes.languages import phrase
from palermo.store import access, audit, submissions, vault
from palermo.store import labels as store
from palermo.store.access import Actor
from palermo.store.labels import Decision as Decision

check_can_unresolved, can_unresolved = right("labels.unresolved")
check_can_not_kept, can_not_kept = right("labels.not_kept")
check_can_settled, can_settled = right("labels.settled")
check_can_settle, can_settle = right("labels.settle")
check_can_forget, can_forget = right("labels.forget")
LONGEST = 200


MOST_SETTLED = 200


@dataclass(frozen=True, slots=True)
class Label:
    """A label that waits for a person, and how many rows hold it."""

    label: str
    rows: int


def unresolved(actor: Actor) -> tuple[Label, ...]:
    """Labels of areas without a code, the most frequent first: of State returns, and of bad rows kept."""
    with acting(actor, "labels.unresolved"):
        settled = store.decisions(actor)
        waiting = (item for item in _met(actor).most_common() if item[0] not in settled)
        return tuple(Label(label, number) for label, number in waiting)


def not_kept(actor: Actor) -> int:
    """How many labels wait that cannot be read now: sealed while the vault is locked, or not kept at all.

    The import says in which row and column each stands; it is corrected in the file, which is sent again.
    """
    with acting(actor, "labels.not_kept"):
        waiting = access.unresolved_problems(actor)
        return (waiting.filter(found=None) if vault.unlocked(actor) else waiting).count()


def _met(actor: Actor) -> Counter[str]:
    """Labels without a code that the store holds, with the number of their rows."""
    counts: Counter[str] = Counter()
    for label, number in _of_returns(actor):
        counts[label] += number
    ring = vault.unlocked(actor)
    for row in access.unresolved_problems(actor).select_related("submission") if ring else ():
        label = submissions.Opening(ring).found(row.submission, row.found)
        if label is not None:
            counts[label] += row.times
    return counts


def _of_returns(actor: Actor) -> list[tuple[str, int]]:
    rows = access.returns(actor).filter(category_code=None, dimension__in=AREA_DIMENSIONS).order_by()
    return list(rows.exclude(category=None).values_list("category").annotate(Count("id")))


AREA_DIMENSIONS = ("by citizenship", "by country of repatriation")


def settled(actor: Actor) -> tuple[Decision, ...]:
    """What was settled, the latest first, at most 200; a label only where a return says it openly."""
    with acting(actor, "labels.settled"):
        return store.decided(actor, most=MOST_SETTLED)


def forget(actor: Actor, decision: str, *, now: datetime | None = None) -> None:
    """Takes a decision back: the label waits again where a file still holds it. Raises `Missing`.

    Rows that were imported with the decision keep the area that it gave them.
    """
    with acting(actor, "labels.forget", now=now) as act:
        audit.lock(actor.organisation_id)
        act.details = {"area": store.forget(actor, decision)}


def settle(actor: Actor, label: str, *, area: str, now: datetime | None = None) -> None:
    """Stores that the label means the area (or special area); used from the next import on.

    Only a label that the store holds is settled: nothing that somebody typed is kept. Raises `UnknownCode`
    for what is no area, `ProblemWithInput` for what is no label (STORE-040) or does not wait (STORE-041).
    """
    if not 0 < len(label) <= LONGEST:
        raise ProblemWithInput(phrase("STORE-040: a label has 1 to {most} characters", most=LONGEST))
    if area not in code_list("special_areas"):
        code_list("areas")[area]
    with acting(actor, "labels.settle", now=now) as act:
        audit.lock(actor.organisation_id)
        if label not in _met(actor) and label not in store.decisions(actor):
            raise ProblemWithInput("STORE-041: this label does not wait; choose one of the list")
        said = label in dict(_of_returns(actor))
        place, user = access.organisation(actor), actor.user_id
        store.settle(place, label, area=area, user=user, now=act.now, clear=said)
        act.subjects, act.details = [label], {"area": area}
