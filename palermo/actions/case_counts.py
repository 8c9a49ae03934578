"""How many cases are chosen, and how many hold each code? Counted in memory, apart from the list.

The columns of the cases within an actor's reach are read once after each write to the organisation's records
(`access.state_of_records`) and kept for the few organisations that were asked for last; nothing in them is
more than a code. Cases under the conduct channel are in no table of cases, so that they are in no count.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from palermo.actions.case_filters import ANY, CaseFilter, chosen, filtered
from palermo.actions.rights import acting, right
from palermo.store import access
from palermo.store.access import Actor
from palermo.store.columns import Columns, Mask, State, alike, columns_of, held

check_can_count_cases, can_count_cases = right("cases.count_cases")
check_can_counts_by_code, can_counts_by_code = right("cases.counts_by_code")
KEPT_IN_MEMORY = 128
COUNTED = {
    "status": "status",
    "form": "forms",
    "sex": "sex",
    "age_group": "age_group",
    "area": "area",
    "citizenship": "citizenships",
    "kind": "kind",
    "layout": "layout",
}
"""What is counted by code: the name in a choice, and the column."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many cases hold a code."""

    code: str
    cases: int


@dataclass(frozen=True, slots=True)
class Group:
    """One field of a choice, counted as if nothing were chosen in it: so its other codes show what they hold.

    The most frequent code first; of forms and citizenships a case may hold several.
    """

    field: str
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """The chosen cases, of how many within reach, and by code."""

    chosen: int
    reach: int
    groups: tuple[Group, ...]


def count_cases(actor: Actor, *, filters: CaseFilter = ANY) -> int:
    """How many cases are chosen. Raises `ProblemWithInput` (STORE-080) for what is no code."""
    with acting(actor, "cases.count_cases") as act:
        return filtered(access.cases(actor, act.scope), filters).count()


def counts_by_code(actor: Actor, *, filters: CaseFilter = ANY) -> Counts:
    """The chosen cases by code. Raises as `count_cases`."""
    with acting(actor, "cases.counts_by_code") as act:
        state = access.state_of_records(actor)
        if filters.cases:
            ticked = filtered(access.cases(actor, act.scope), CaseFilter(cases=filters.cases))
            return _counts(columns_of(ticked), filters, reach=held(actor, act.scope, state).size)
        return _kept(alike(actor, act.scope), act.scope, state, filters)


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _kept(actor: Actor, scope: str, state: State, filters: CaseFilter) -> Counts:
    columns = held(actor, scope, state)
    return _counts(columns, filters, reach=columns.size)


def _counts(columns: Columns, filters: CaseFilter, *, reach: int) -> Counts:
    whole = chosen(columns, filters)
    return Counts(int(whole.sum()), reach, tuple(_groups(columns, filters, whole)))


def _groups(columns: Columns, filters: CaseFilter, whole: Mask) -> Iterator[Group]:
    for field, column in COUNTED.items():
        narrowed = asdict(filters)[field]
        mask = chosen(columns, replace(filters, **{field: ""})) if narrowed else whole
        yield Group(field, tuple(_by_code(columns[column].counts(mask))))


def _by_code(values: dict[str, int]) -> Iterator[Count]:
    """Of a space-joined column each code counts, once for a case."""
    found: Counter[str] = Counter()
    for text, number in values.items():
        for code in set(text.split()):
            found[code] += number
    ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    return (Count(code, number) for code, number in ordered)
