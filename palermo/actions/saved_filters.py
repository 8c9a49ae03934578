"""Which choices of cases does a user come back to? Her own, as codes; a label is made of them when shown.

Nobody gives one a name: what is typed there would sooner or later hold a person's (docs/decisions). Whoever
else asks for one, in whatever role, finds nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from palermo import ProblemWithInput
from palermo.actions.case_filters import CaseFilter, check, given
from palermo.actions.case_lists import LATEST, SORTS
from palermo.actions.rights import acting, right
from palermo.codes.languages import phrase
from palermo.store import access
from palermo.store import saved_filters as store
from palermo.store.access import Actor

check_can_saved, can_saved = right("saved_filters.saved")
check_can_keep, can_keep = right("saved_filters.keep")
check_can_forget, can_forget = right("saved_filters.forget")
MOST = 20
SORT = "sort"


@dataclass(frozen=True, slots=True)
class Saved:
    """A choice that the actor kept, with its order."""

    id: str
    filters: CaseFilter
    sort: str


def saved(actor: Actor) -> tuple[Saved, ...]:
    """The actor's own choices, the latest first."""
    with acting(actor, "saved_filters.saved"):
        return tuple(map(_saved, store.own(actor)[:MOST]))


def keep(actor: Actor, filters: CaseFilter, *, sort: str = LATEST, now: datetime | None = None) -> str:
    """The id of the choice, kept once; cases that were ticked one by one are not kept.

    Raises `ProblemWithInput`: STORE-080 for what is no code, STORE-081 where nothing is chosen, STORE-082
    where there are as many as may be.
    """
    with acting(actor, "saved_filters.keep", now=now) as act:
        check(filters)
        codes = {name: code for name, code in given(filters).items() if name != "cases"}
        if not codes:
            raise ProblemWithInput("STORE-081: nothing is chosen; choose a filter, then save it")
        if sort in SORTS and sort != LATEST:
            codes[SORT] = sort
        if len(store.own(actor)[:MOST]) == MOST:
            raise ProblemWithInput(
                phrase("STORE-082: at most {most} choices are kept; delete one first", most=MOST)
            )
        return store.keep(actor, codes, now=act.now)


def forget(actor: Actor, saved: str) -> None:
    """The choice is gone. Raises `Missing` for what is not the actor's own."""
    with acting(actor, "saved_filters.forget"):
        store.forget(access.one(store.own(actor).filter(public_id=saved)))


def _saved(row: object) -> Saved:
    codes = store.codes_of(row)
    sort = codes.pop(SORT, LATEST)
    return Saved(row.public_id, CaseFilter(**codes), sort)  # type: ignore[attr-defined]
