"""Which cases are chosen? Codes, months and days that a case must hold; no free text.

A choice says the same to the database (`filtered`) and to columns in memory (`chosen`); a test compares both.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q, QuerySet

from palermo import ProblemWithInput
from palermo.cases.proven import LAYOUTS, is_id
from palermo.codes import code_list
from palermo.codes.languages import phrase
from palermo.store.columns import Columns, Mask

Cases = QuerySet[Any]
LISTS = {
    "status": ("status_steps",),
    "form": ("exploitation_forms",),
    "area": ("areas", "special_areas"),
    "citizenship": ("areas", "special_areas"),
    "sex": ("sex",),
    "age_group": ("age_groups",),
    "kind": ("case_kinds",),
}
UNKNOWN = "unknown"
GAPS = {
    "place": {"area": UNKNOWN},
    "month": {"month": ""},
    "place_or_month": {"area": UNKNOWN, "month": ""},
    "sex": {"sex": UNKNOWN},
    "age_group": {"age_group": UNKNOWN},
    "form": {"forms": UNKNOWN},
}
"""What is not known: the columns of which one says so."""

MONTH = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)
DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d", re.ASCII)
LARGEST_SELECTION = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Codes that a case must hold; empty means any. `status`, `form` and `cases` may hold several, with a
    space between them.

    `detected_from` and `detected_to` are months of detection (2024-05) or years; `arrived_from` and
    `arrived_to` days in UTC; `unknown` names what is not known (`GAPS`); `invented` is "yes" or "no"; `cases`
    are public ids.
    """

    status: str = ""
    form: str = ""
    area: str = ""
    citizenship: str = ""
    sex: str = ""
    age_group: str = ""
    detected_from: str = ""
    detected_to: str = ""
    arrived_from: str = ""
    arrived_to: str = ""
    unknown: str = ""
    kind: str = ""
    layout: str = ""
    invented: str = ""
    cases: str = ""


ANY = CaseFilter()
SEVERAL = ("status", "form", "cases")


def given(filters: CaseFilter) -> dict[str, str]:
    """What the choice asks for, by name."""
    return {name: code for name, code in asdict(filters).items() if code}


def wrong(filters: CaseFilter) -> tuple[str, ...]:
    """Names of what is no code, month, day or id."""
    return tuple(name for name, text in given(filters).items() if not _is_right(name, text))


def check(filters: CaseFilter) -> None:
    """Raises `ProblemWithInput` (STORE-080) where the choice holds anything but codes."""
    if found := wrong(filters):
        raise ProblemWithInput(
            phrase("STORE-080: {field} is no code of its list; choose one", field=found[0])
        )


def filtered(cases: Cases, filters: CaseFilter) -> Cases:
    """Of these cases those that are chosen. Raises `ProblemWithInput` (STORE-080)."""
    check(filters)
    return cases.filter(*_conditions(filters))


def chosen(columns: Columns, filters: CaseFilter) -> Mask:
    """The same in memory; ids are not in columns, so that `cases` does not narrow. Raises as `filtered`."""
    check(filters)
    return reduce(and_, _masks(columns, filters), columns.all())


def _conditions(filters: CaseFilter) -> Iterator[Q]:
    for name in ("area", "sex", "age_group", "kind", "layout"):
        if code := getattr(filters, name):
            yield Q(**{name: code})
    if filters.status:
        yield Q(status__in=filters.status.split())
    if filters.form:
        yield reduce(or_, (_holds("forms", code) for code in filters.form.split()))
    if filters.citizenship:
        yield _holds("citizenships", filters.citizenship)
    if filters.detected_from or filters.detected_to:
        yield Q(month__gte=filters.detected_from or "0", month__lte=_last_month(filters.detected_to))
    if filters.arrived_from:
        yield Q(arrived__gte=_day(filters.arrived_from))
    if filters.arrived_to:
        yield Q(arrived__lt=_day(filters.arrived_to) + timedelta(days=1))
    if filters.unknown:
        yield reduce(or_, (Q(**{name: code}) for name, code in GAPS[filters.unknown].items()))
    if filters.invented:
        yield Q(invented=filters.invented == "yes")
    if filters.cases:
        yield Q(public_id__in=filters.cases.split())


def _masks(columns: Columns, filters: CaseFilter) -> Iterator[Mask]:
    for name, holds in _tests(filters):
        yield columns[name].where(holds)
    if filters.unknown:
        gaps = GAPS[filters.unknown].items()
        yield reduce(or_, (columns[name].where(code.__eq__) for name, code in gaps))


def _tests(filters: CaseFilter) -> Iterator[tuple[str, Callable[[Any], bool]]]:
    """Columns, and what each of them must hold."""
    for name in ("area", "sex", "age_group", "kind", "layout"):
        if code := getattr(filters, name):
            yield name, code.__eq__
    if filters.status:
        yield "status", set(filters.status.split()).__contains__
    if filters.form:
        yield "forms", _any_of(filters.form.split())
    if filters.citizenship:
        yield "citizenships", _any_of((filters.citizenship,))
    if filters.detected_from or filters.detected_to:
        first, last = filters.detected_from or "0", _last_month(filters.detected_to)
        yield "month", lambda month: first <= month <= last
    if filters.arrived_from:
        yield "arrived", _day(filters.arrived_from).__le__
    if filters.arrived_to:
        yield "arrived", (_day(filters.arrived_to) + timedelta(days=1)).__gt__
    if filters.invented:
        yield "invented", (filters.invented == "yes").__eq__


def _any_of(codes: Collection[str]) -> Callable[[str], bool]:
    wanted = set(codes)
    return lambda held: not wanted.isdisjoint(held.split())


def _holds(column: str, code: str) -> Q:
    """The space-joined column holds the code as a whole word."""
    return (
        Q(**{column: code})
        | Q(**{f"{column}__startswith": f"{code} "})
        | Q(**{f"{column}__endswith": f" {code}"})
        | Q(**{f"{column}__contains": f" {code} "})
    )


def _last_month(text: str) -> str:
    """The last month that "2024" or "2024-05" reaches to; after every month where it is empty."""
    return text if "-" in text else f"{text or '9999'}-12"


def _day(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)


def _is_right(name: str, text: str) -> bool:
    if not isinstance(text, str):
        return False
    parts = text.split(" ") if name in SEVERAL else [text]
    return len(parts) <= LARGEST_SELECTION and all(_is_code(name, part) for part in parts)


def _is_code(name: str, text: str) -> bool:
    if name in LISTS:
        return any(text in code_list(each) for each in LISTS[name])
    if name.startswith("arrived"):
        return bool(DAY.fullmatch(text)) and _is_day(text)
    if name.startswith("detected"):
        return bool(MONTH.fullmatch(text))
    if name == "cases":
        return is_id(text)
    return text in {"unknown": GAPS, "layout": LAYOUTS, "invented": ("yes", "no")}[name]


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
