"""What changed in a case, from one version of its record to the next? Term by term, before and after.

Both versions are read as exactly as the role reaches; a version that is sealed is compared by what stays
readable, so that a change within a month or a first-level area is not told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from palermo.actions.cases import CaseView, Version
from palermo.cases import Case, Status
from palermo.web import facts, words
from palermo.web.words import label


@dataclass(frozen=True, slots=True)
class Change:
    """One term that is not the same; a side is empty where the term was not known."""

    section: str
    term: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What the version with this number brought, when it arrived."""

    number: int
    on: datetime
    changes: tuple[Change, ...]


def steps(view: CaseView, shown: Case) -> tuple[Step, ...]:
    """The versions with what each changed, the latest first; none where there is only one."""
    now = Version(number=view.version, arrived=view.arrived, until=None, case=shown)
    pairs = pairwise((now, *view.earlier))
    return tuple(
        Step(later.number, later.arrived, tuple(between(earlier.case, later.case)))
        for later, earlier in pairs
    )


def between(before: Case, after: Case) -> Iterator[Change]:
    """Terms whose values differ, in the order of the page."""
    old, new = _said(before), _said(after)
    for place in dict.fromkeys((*new, *old)):
        was, now = old.get(place, ("", "", ())), new.get(place, ("", "", ()))
        if was[2] != now[2]:
            yield Change(now[0] or was[0], now[1] or was[1], was[2], now[2])


Terms = dict[tuple[str, str], tuple[str, str, tuple[str, ...]]]


def _said(case: Case) -> Terms:
    """Section title, term and values by section and path; the status history is one term."""
    found: Terms = {
        (one.name, fact.path): (one.title, fact.term, fact.values)
        for one in facts.sections(case)
        for fact in one.facts
    }
    title = words.status_history()
    found["statuses", ""] = (title, title, tuple(map(_status, case.statuses)))
    return found


def _status(one: Status) -> str:
    return words.reader().listed((words.when(one.when), label(one.step, of="status_steps")))
