"""What do the cases within an actor's reach say at a glance? Each figure with what it is a part of.

A figure is "n of m" and says what m is; a month counts the cases detected in it, and what has no month is
told apart. Worked out in memory from codes (`store/columns.py`), once after each write to the records.
Never here: a percentage, a case under the conduct channel, another organisation's case.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from palermo.actions.rights import acting, right
from palermo.store import access, columns
from palermo.store.access import Actor
from palermo.store.columns import Columns, Mask, State

check_can_of_cases, can_of_cases = right("figures.of_cases")
MONTHS = 24
LATELY = timedelta(days=30)
KEPT_IN_MEMORY = 32


class Month(NamedTuple):
    """Of the `of` cases that were detected in a month (2024-05), `n` are counted."""

    month: str
    n: int
    of: int


@dataclass(frozen=True, slots=True)
class Figure:
    """`n` of `of` cases. `months`: the same for each of the last months, none where months say nothing."""

    name: str
    n: int
    of: int
    months: tuple[Month, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`areas`: cases by area of detection, the most first. `undated`: cases in no month.

    `lately` cases arrived, or were changed, after `since`; `latest` is when the last one did.
    """

    cases: int
    figures: tuple[Figure, ...]
    areas: tuple[tuple[str, int], ...]
    undated: int
    latest: datetime | None
    since: datetime
    lately: int


def of_cases(actor: Actor, *, now: datetime | None = None) -> Figures:
    """The figures of the cases within the actor's reach."""
    with acting(actor, "figures.of_cases", now=now) as act:
        state = access.state_of_records(actor)
        made = _made(columns.alike(actor, act.scope), act.scope, state, act.now.strftime("%Y-%m"))
        arrived = _arrived(columns.alike(actor, act.scope), act.scope, state)
        since = (act.now - LATELY).replace(hour=0, minute=0, second=0, microsecond=0)
        lately = sum(number for at, number in arrived.items() if at >= since)
        return replace(made, since=since, lately=lately, latest=max(arrived, default=None))


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _arrived(reach: Actor, scope: str, state: State) -> Mapping[datetime, int]:
    found = columns.held(reach, scope, state)
    return found["arrived"].counts(found.all())


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _made(reach: Actor, scope: str, state: State, this_month: str) -> Figures:
    found = columns.held(reach, scope, state)
    areas = found["area"].counts(found.all())
    months = found["month"].counts(found.all())
    return Figures(
        cases=found.size,
        figures=tuple(_figures(found, _last_months(months, this_month))),
        areas=tuple(sorted(areas.items(), key=lambda each: (-each[1], each[0]))),
        undated=months.get("", 0),
        latest=None,
        since=datetime.min.replace(tzinfo=UTC),
        lately=0,
    )


def _figures(found: Columns, months: tuple[str, ...]) -> Iterator[Figure]:
    every = found.all()
    known = found["age_group"].where(lambda group: group != "unknown")
    formal = found["status"].where("formally_identified".__eq__)
    no_place, no_month = found["area"].where("unknown".__eq__), found["month"].where("".__eq__)
    for name, part, whole in (
        ("dated", ~no_month, every),
        ("formally_identified", formal, every),
        ("children", found["age_group"].where("child".__eq__), known),
    ):
        yield Figure(name, int(part.sum()), int(whole.sum()), _trend(found, part, whole, months))
    yield Figure("place_or_month_unknown", int((no_place | no_month).sum()), found.size)


def _trend(found: Columns, part: Mask, whole: Mask, months: tuple[str, ...]) -> tuple[Month, ...]:
    n, of = found["month"].counts(part), found["month"].counts(whole)
    return tuple(Month(month, n.get(month, 0), of.get(month, 0)) for month in months)


def _last_months(held: Mapping[str, int], this_month: str) -> tuple[str, ...]:
    """The months that end with the last one in which a case was detected, this month at the latest."""
    last = max((month for month in held if "" < month <= this_month), default="")
    if not last:
        return ()
    end = int(last[:4]) * 12 + int(last[5:]) - 1
    return tuple(f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(end - MONTHS + 1, end + 1))
