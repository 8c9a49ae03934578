"""Which cases does an organisation hold, and what is in one? Lists and counts show codes only.

One case shows the exact record and the person where the role reaches them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from palermo.actions.case_counts import Count, Counts, Group, count_cases, counts_by_code
from palermo.actions.case_filters import CaseFilter
from palermo.actions.case_lists import SORTS, CaseLine, Page, can_list_cases, check_can_list_cases, list_cases
from palermo.actions.rights import Act, acting, right
from palermo.cases import Case, Person, Referral, Status
from palermo.protect.break_glass import OPENS
from palermo.store import access, breaking, rows, vault
from palermo.store.access import Actor

__all__ = [
    "SORTS",
    "CaseFilter",
    "CaseLine",
    "CaseView",
    "Count",
    "Counts",
    "Group",
    "Page",
    "can_list_cases",
    "check_can_list_cases",
    "count_cases",
    "counts_by_code",
    "list_cases",
    "one_case",
]

check_can_one_case, can_one_case = right("cases.one_case")
VERSIONS_SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What the record said until `until`, when a later file took its place (None: it stands)."""

    number: int
    arrived: datetime
    until: datetime | None
    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case. `exact` and `person` are None where there is none or the role does not reach so far."""

    id: str
    case: Case
    exact: Case | None
    person: Person | None
    referrals: tuple[Referral, ...]
    history: tuple[Status, ...]
    arrived: datetime
    layout: str
    version: int
    earlier: tuple[Version, ...]
    submission: str
    source_row: int
    has_exact: bool
    has_person: bool
    may_see_exact: bool
    may_see_person: bool
    locked: bool
    erased: datetime | None
    opened_until: datetime | None


def one_case(actor: Actor, case: str, *, now: datetime | None = None) -> CaseView:
    """One case by its id. Raises `Missing` where there is none within the actor's scope."""
    with acting(actor, "cases.one_case", now=now) as act:
        opened = _opened(act, case)
        row = access.one_case(actor, "organisation" if opened else act.scope, case)
        person = access.person(actor, row.person)
        ring = vault.unlocked(actor)
        see_exact = _reaches(act, row, "protection_sensitive", opened)
        see_person = _reaches(act, row, "identity")
        act.subjects = [row.public_id]
        shows = {
            "exact": see_exact and row.sealed is not None,
            "person": bool(see_person and person and not person.erased),
        }
        act.details = {what: bool(ring) and seen for what, seen in shows.items()}
        if opened:
            act.details["break_glass"] = True
        exact = rows.exact_of(row, ring) if see_exact and ring else None
        shown = rows.record_of(row, actor.organisation_id)
        return CaseView(
            id=row.public_id,
            case=shown,
            exact=exact,
            person=rows.exact_of(person, ring) if see_person and person and ring else None,
            referrals=tuple(
                (see_exact and ring and rows.exact_of(each, ring))
                or rows.record_of(each, actor.organisation_id)
                for each in access.about(actor, "referral", row.public_id)
            ),
            history=(exact or shown).statuses,
            arrived=row.arrived,
            layout=row.layout,
            version=row.version,
            earlier=_earlier(actor, row, ring if see_exact else None),
            submission=row.submission.public_id if row.submission else "",
            source_row=row.source_row,
            has_exact=row.sealed is not None,
            has_person=person is not None and person.erased is None,
            may_see_exact=see_exact,
            may_see_person=see_person,
            locked=ring is None,
            erased=row.erased or (person.erased if person else None),
            opened_until=opened,
        )


def _earlier(actor: Actor, row: Any, ring: vault.Ring | None) -> tuple[Version, ...]:
    """Versions before the one that stands, the latest first; exact where the ring opens them."""
    if row.version == 1:
        return ()
    return tuple(
        Version(
            number=each.version,
            arrived=each.arrived,
            until=each.superseded,
            case=rows.earlier_of(each, ring),
        )
        for each in access.earlier(actor, "case", row.public_id)[:VERSIONS_SHOWN]
    )


def _opened(act: Act, case: str) -> datetime | None:
    """Until when two persons opened the case to the actor, whose role would not reach it."""
    asks = act.table.scope("break_glass.ask", role=act.actor.role)
    return breaking.open_until(act.actor, case, now=act.now) if asks else None


def _reaches(act: Act, row: Any, data_class: str, opened: datetime | None = None) -> bool:
    """Whether the actor's scope for this class of content, or two persons' grant, holds the case."""
    if opened and data_class in OPENS:
        return True
    return access.cases(act.actor, act.reach(data_class)).filter(id=row.id).exists()
