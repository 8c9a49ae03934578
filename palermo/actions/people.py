"""Who is it? Persons found by a name in any script, among the cases that the actor's role reaches.

The vault must be unlocked: the index finds candidates, their names are opened and compared, and the reason
is said. Only persons within the scope are opened: the time that an answer takes must not tell of others. What
was asked is never kept: the chain holds how many parts it had and how many cases it found.
"""

from dataclasses import dataclass
from datetime import datetime

from palermo.actions.rights import acting, right
from palermo.cases import Person
from palermo.protect.names import agree, parts
from palermo.store import access, indexing, rows, vault
from palermo.store.access import Actor

check_can_search_names, can_search_names = right("people.search_names")
LARGEST_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCase:
    """A case whose person may be meant. `because` says for each part asked how it agrees."""

    case: str
    names: tuple[str, ...]
    score: float
    because: tuple[str, ...]
    status: str
    area: str
    month: str
    sex: str
    age_group: str


@dataclass(frozen=True, slots=True)
class Search:
    """The best agreement first; `pending` persons cannot be found yet, `more` cases are not shown."""

    found: tuple[FoundCase, ...]
    pending: int
    more: int


def search_names(actor: Actor, text: str, *, now: datetime | None = None) -> Search:
    """Cases of persons who may bear the name. Raises `Locked`; nothing asked, nothing found."""
    with acting(actor, "people.search_names", now=now) as act:
        ring = vault.ring(actor)
        cases = access.cases(actor, act.scope)
        candidates = indexing.persons_called(actor, text, ring, of=cases)
        opened = {row.public_id: rows.exact_of(row, ring) for row in candidates}
        theirs = cases.filter(person__in=[*opened])
        found = sorted((_found(case, opened[case.person], text) for case in theirs), key=_best)
        act.subjects = [each.case for each in found[:LARGEST_PAGE]]
        act.details = {"parts": len(parts(text)), "found": len(found)}
        more = max(0, len(found) - LARGEST_PAGE)
        return Search(tuple(found[:LARGEST_PAGE]), indexing.pending(actor, ring.newest, of=cases), more)


def _found(row: access.CaseRow, person: Person | None, text: str) -> FoundCase:
    names = tuple(name.text for name in person.names) if person else ()
    agreement = agree(text, names)
    shown = ("status", "area", "month", "sex", "age_group")
    return FoundCase(
        case=row.public_id,
        names=names,
        score=agreement.score,
        because=tuple(str(degree) for degree in agreement.because),
        **{name: getattr(row, name) for name in shown},
    )


def _best(found: FoundCase) -> tuple[float, str]:
    return -found.score, found.case
