"""Which cases are there, in which order? Pages by key, never by offset. A list shows codes only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from palermo.actions.case_filters import ANY, CaseFilter, Cases, filtered
from palermo.actions.rights import acting, right
from palermo.store import access, paging
from palermo.store.access import Actor
from palermo.store.paging import Key, Order

check_can_list_cases, can_list_cases = right("cases.list_cases")
LARGEST_PAGE = 100
SORTS = {
    "arrived": Order("arrived"),
    "arrived_first": Order("arrived", falling=False),
    "detected": Order("month"),
    "detected_first": Order("month", falling=False),
    "status": Order("status", falling=False),
    "status_last": Order("status"),
    "area": Order("area", falling=False),
    "area_last": Order("area"),
}
"""Orders of a list by name. Status and area go by their codes; cases that are equal, by their arrival."""

LATEST = "arrived"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case in a list: codes only."""

    id: str
    kind: str
    status: str
    standing: str
    area: str
    month: str
    sex: str
    age_group: str
    forms: tuple[str, ...]
    citizenships: tuple[str, ...]
    arrived: datetime
    layout: str
    invented: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Lines in the order; `next` and `previous` are the ids to pass as `after` and `before`, or ""."""

    rows: tuple[CaseLine, ...]
    next: str
    previous: str


LINE = (
    "public_id", "kind", "status", "standing", "area", "month", "sex", "age_group", "forms", "citizenships",
    "arrived", "layout", "invented",
)  # fmt: skip


def list_cases(
    actor: Actor,
    *,
    filters: CaseFilter = ANY,
    sort: str = LATEST,
    after: str = "",
    before: str = "",
    size: int = 25,
) -> Page:
    """One page of the chosen cases in one of the orders `SORTS`, the latest arrived first by default.

    `after` or `before` is the id of a case next to the page: an unknown one gives an empty page. Raises
    `NotAllowed`, and `ProblemWithInput` (STORE-080) for a choice that holds anything but codes.
    """
    with acting(actor, "cases.list_cases") as act:
        order, size = SORTS.get(sort, SORTS[LATEST]), max(1, min(size, LARGEST_PAGE))
        reach = access.cases(actor, act.scope)
        found, name = filtered(reach, filters), after or before
        key = paging.key_of(reach, order, name) if name else None
        if name and key is None:
            return Page((), "", "")
        ids, more = _ids(found, order, key, size, backwards=bool(before and not after))
        return _page(_lines(reach, ids), more, after, before)


def _ids(
    found: Cases, order: Order, key: Key | None, size: int, *, backwards: bool
) -> tuple[list[int], bool]:
    """Integer keys of the page in the order, and whether there are more beyond them."""
    if backwards and key is not None:
        ids = paging.before(found, order, key, size=size + 1)
        return ids[-size:], len(ids) > size
    ids = paging.after(found, order, key, size=size + 1)
    return ids[:size], len(ids) > size


def _lines(reach: Cases, ids: list[int]) -> tuple[CaseLine, ...]:
    rows = {row[0]: row[1:] for row in reach.filter(id__in=ids).values_list("id", *LINE)}
    return tuple(_line(rows[id]) for id in ids if id in rows)


def _page(lines: tuple[CaseLine, ...], more: bool, after: str, before: str) -> Page:
    """From where a page was entered there is a case next to it; on the other side where there are more."""
    if not lines:
        return Page((), "", "")
    backwards = bool(before and not after)
    return Page(
        lines,
        next=lines[-1].id if more or backwards else "",
        previous=lines[0].id if (more if backwards else bool(after)) else "",
    )


def _line(values: tuple[Any, ...]) -> CaseLine:
    named = dict(zip(("id", *LINE[1:]), values, strict=True))
    split = {name: tuple(str(named[name]).split()) for name in ("forms", "citizenships")}
    return CaseLine(**{**named, **split})
