"""Which cases does an organisation hold, and what is in one? Pages by key, never by offset; counts apart.

A list shows codes only. One case shows the exact record and the person where the role reaches them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from palermo.actions.rights import Act, acting, right
from palermo.cases import Case, Person, Referral, Status
from palermo.protect.break_glass import OPENS
from palermo.store import access, breaking, rows, vault
from palermo.store.access import Actor

check_can_list_cases, can_list_cases = right("cases.list_cases")
check_can_count_cases, can_count_cases = right("cases.count_cases")
check_can_one_case, can_one_case = right("cases.one_case")
LARGEST_PAGE = 100
EXACTLY = ("status", "area", "year", "month", "sex", "age_group")
Cases = QuerySet[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Codes that a case must hold; empty means any. `month` is that of detection, as 2024-05; `year` 2024."""

    status: str = ""
    area: str = ""
    month: str = ""
    form: str = ""
    sex: str = ""
    year: str = ""
    age_group: str = ""


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
    """Lines, the latest first; `next` and `previous` are the ids to pass as `after` and `before`, or ""."""

    rows: tuple[CaseLine, ...]
    next: str
    previous: str


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


LINE = (
    "public_id", "kind", "status", "standing", "area", "month", "sex", "age_group", "forms", "citizenships",
    "arrived", "layout", "invented",
)  # fmt: skip


def list_cases(
    actor: Actor, *, filters: CaseFilter = CaseFilter(), after: str = "", before: str = "", size: int = 25
) -> Page:
    """One page of cases, the latest first. Raises `NotAllowed`; an unknown `after` gives an empty page."""
    with acting(actor, "cases.list_cases") as act:
        size = max(1, min(size, LARGEST_PAGE))
        found = filtered(access.cases(actor, act.scope), filters)
        forward = not before
        ids = list(_from(found, act, after or before, forward).values_list("id", flat=True)[: size + 1])
        more, ids = len(ids) > size, ids[:size]
        lines = access.cases(actor, act.scope).filter(id__in=ids).order_by("-id").values_list(*LINE)
        return _page(tuple(_line(line) for line in lines), more, after, before)


def count_cases(actor: Actor, *, filters: CaseFilter = CaseFilter()) -> int:
    """How many cases the filters leave."""
    with acting(actor, "cases.count_cases") as act:
        return filtered(access.cases(actor, act.scope), filters).count()


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
    return tuple(
        Version(
            number=each.version,
            arrived=each.arrived,
            until=each.superseded,
            case=rows.earlier_of(each, ring),
        )
        for each in access.earlier(actor, "case", row.public_id)[:LARGEST_PAGE]
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


def filtered(cases: Cases, filters: CaseFilter) -> Cases:
    """Of these cases those that hold the codes."""
    wanted = {name: getattr(filters, name) for name in ("status", "area", "month", "sex", "age_group")}
    found = cases.filter(**{name: code for name, code in wanted.items() if code})
    if filters.year:
        found = found.filter(month__gte=f"{filters.year}-01", month__lte=f"{filters.year}-12")
    if filters.form:
        found = found.filter(_holds("forms", filters.form))
    return found


def _holds(column: str, code: str) -> Q:
    """The space-joined column holds the code as a whole word."""
    return (
        Q(**{column: code})
        | Q(**{f"{column}__startswith": f"{code} "})
        | Q(**{f"{column}__endswith": f" {code}"})
        | Q(**{f"{column}__contains": f" {code} "})
    )


def _from(found: Cases, act: Act, key: str, forward: bool) -> Cases:
    order = "-id" if forward else "id"
    if not key:
        return found.order_by(order)
    start = access.cases(act.actor, act.scope).filter(public_id=key).values_list("id", flat=True).first()
    return found.filter(**{"id__lt" if forward else "id__gt": start or 0}).order_by(order)


def _page(lines: tuple[CaseLine, ...], more: bool, after: str, before: str) -> Page:
    if not lines:
        return Page((), "", "")
    older = lines[-1].id if (more if not before else True) else ""
    newer = lines[0].id if (more if before else bool(after)) else ""
    return Page(lines, older, newer)


def _line(values: tuple[object, ...]) -> CaseLine:
    named = dict(zip(("id", *LINE[1:]), values, strict=True))
    split = {name: tuple(str(named[name]).split()) for name in ("forms", "citizenships")}
    return CaseLine(**{**named, **split})  # type: ignore[arg-type]
