"""Which day, month or year does a cell say? ISO 8601 only: 03/05/2024 is two days, so it is none."""

import re
from datetime import date

from palermo.cases import When

_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?)?)?")
EARLIEST = 1900


def when_of(cell: str, *, latest: date) -> When | None:
    """The day, month or year; None for what is none, before 1900 or after `latest`.

    >>> when_of("2001-05", latest=date(2026, 1, 1))
    When(2001-05)
    >>> when_of("30/02/2001", latest=date(2026, 1, 1)) is None
    True
    """
    written = _WRITTEN.fullmatch(cell.strip()) if cell.isascii() else None
    try:
        when = _when(*written.groups()) if written else None
    except ValueError:
        return None
    return when if when and when.earliest.year >= EARLIEST and when.earliest <= latest else None


def _when(year: str, month: str | None, day: str | None) -> When:
    if day and month:
        return When.day(date(int(year), int(month), int(day)))
    return When.month(int(year), int(month)) if month else When.year_of(int(year))


def years_between(birth: When, then: When) -> tuple[int, int] | None:
    """The least and the most full years from birth to a day; None where the birth comes after it."""
    most = _years(birth.earliest, then.latest)
    return (max(0, _years(birth.latest, then.earliest)), most) if most >= 0 else None


def _years(first: date, last: date) -> int:
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))
