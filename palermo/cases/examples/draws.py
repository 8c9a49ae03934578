"""How is chance drawn, so that the same seed gives the same bytes? From one generator, never from a clock."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

from palermo.cases.values import Age, When

Choice = TypeVar("Choice")
FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)


class Weighted(Generic[Choice]):
    """Choices with whole weights, in the order given.

    >>> Weighted({"escaped": 3, "released": 1}).pick(Random(1))
    'escaped'
    """

    def __init__(self, weights: Mapping[Choice, float]) -> None:
        self.choices = tuple(weights)
        self._upto = tuple(accumulate(weights.values()))

    def pick(self, rng: Random) -> Choice:
        return self.choices[bisect(self._upto, rng.random() * self._upto[-1])]


def new_id(rng: Random) -> str:
    """A public id: 128 random bits as 32 hexadecimal digits."""
    return f"{rng.getrandbits(128):032x}"


def chance(rng: Random, share: float) -> bool:
    """True in `share` of the draws."""
    return rng.random() < share


def some(rng: Random, choices: Sequence[Choice], most: int) -> tuple[Choice, ...]:
    """Up to `most` different choices, in their own order."""
    taken = set(rng.sample(range(len(choices)), rng.randint(0, most)))
    return tuple(each for place, each in enumerate(choices) if place in taken)


def answer(rng: Random, yes: float, unknown: float) -> str:
    """`yes` and `unknown` are shares; the rest is no."""
    drawn = rng.random()
    return "yes" if drawn < yes else "unknown" if drawn < yes + unknown else "no"


def about(rng: Random, day: date, *, by: date) -> When | None:
    """The day as a field officer may know it: to the day, month or year, within a span, or not at all.

    Nobody tells of a day that is still to come: what is known ends `by` the day when it is told.
    """
    drawn, span = rng.random(), timedelta(days=rng.randint(3, 90))
    if drawn >= 0.88:
        return When(earliest=day - span, latest=max(day, min(day + span, by))) if drawn < 0.92 else None
    known = When.year_of(day.year) if drawn >= 0.75 else When.month(day.year, day.month)
    return When.day(day) if drawn < 0.45 or known.latest > by else known


HABITS_OF_AGE = Weighted({"exact": 62, "heaped": 20, "span": 8})


def stated_age(years: int, *, habit: str, youngest: int = 0) -> Age:
    """The age as somebody with this habit states it: right, heaped on 0 and 5, or a span.

    A later age of the same habit is never below an earlier one; none is below `youngest`.

    >>> stated_age(13, habit="heaped"), stated_age(13, habit="span", youngest=12).lowest
    (Age(), 12)
    """
    if habit == "span":
        return Age(lowest=max(youngest, years - 2), highest=years + 3)
    return Age.exactly(max(youngest, 5 * round(years / 5) if habit == "heaped" else years))


def years_between(earlier: date, later: date) -> int:
    """Completed years.

    >>> years_between(date(2003, 11, 20), date(2025, 3, 11))
    21
    """
    return later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day))


def within(rng: Random, first: date, last: date) -> date:
    """A day from `first` to `last`, both included."""
    return first + timedelta(days=rng.randint(0, (last - first).days))


def soon_after(rng: Random, day: date, days: int) -> date:
    """A day up to `days` later, within the two years that the mission reports on."""
    return day + timedelta(days=rng.randint(0, min(days, (LAST - day).days)))


def instant(rng: Random, day: date) -> datetime:
    """When a record arrived: an instant in UTC, in working hours."""
    return datetime.combine(day, time(rng.randint(7, 17), rng.randint(0, 59)), UTC)
