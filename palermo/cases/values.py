"""Which small values do all records speak? Civil dates and ages as intervals, places with precision."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil, floor

from palermo.cases.record import AREA_OR_SPECIAL, Broken, Record
from palermo.codes.phrases import marked, phrase

YEAR = 365.25
FIRST_YEAR, LAST_YEAR = 1850, 2200
LARGEST = 2**53
AGE_BANDS = (0, 9, 18, 21, 24, 27, 30, 39, 48)
MONTH_BANDS = (0, 13, 25, 61)
SHORT_CODE = re.compile(r"[\w/.-]{1,40}", re.ASCII)
NO_SENTENCE = marked(
    "at most 40 of A-Z a-z 0-9 - _ / . (it stays readable, so no sentence with a name may fit)"
)


class When(Record, frozen=True, kw_only=True):
    """A civil date that lies between two days, both included; no time zone.

    >>> When.month(2024, 2)
    When(2024-02)
    >>> When.day(date(2024, 2, 3)).coarse() == When.month(2024, 2)
    True
    """

    earliest: date
    latest: date

    def faults(self) -> Iterator[Broken]:
        if self.latest < self.earliest:
            yield self.fault("latest", "a day not before earliest")
        if self.earliest.year < FIRST_YEAR or self.latest.year > LAST_YEAR:
            yield self.fault(
                "earliest",
                phrase("a day of the years {first} to {last}", first=str(FIRST_YEAR), last=str(LAST_YEAR)),
            )

    @classmethod
    def day(cls, day: date) -> "When":
        return cls(earliest=day, latest=day)

    @classmethod
    def month(cls, year: int, month: int) -> "When":
        after = date(year + month // 12, month % 12 + 1, 1)
        return cls(earliest=date(year, month, 1), latest=after - timedelta(days=1))

    @classmethod
    def year_of(cls, year: int) -> "When":
        return cls(earliest=date(year, 1, 1), latest=date(year, 12, 31))

    @property
    def year(self) -> int | None:
        """The year, where the interval lies within one."""
        return self.earliest.year if self.earliest.year == self.latest.year else None

    @property
    def precision(self) -> str:
        if self.earliest == self.latest:
            return "day"
        return next((name for name, whole in self._wholes() if whole == self), "interval")

    def _wholes(self) -> Iterator[tuple[str, "When"]]:
        yield "month", When.month(self.earliest.year, self.earliest.month)
        yield "year", When.year_of(self.earliest.year)

    def coarse(self) -> "When":
        """The whole months that hold the interval: what stays readable while the vault is locked."""
        first, last = self.earliest, self.latest
        if first.day == 1 and (last + timedelta(days=1)).day == 1:
            return self
        opening, closing = date(first.year, first.month, 1), When.month(last.year, last.month).latest
        whole = (first, last) == (opening, closing)
        return self if whole else When(earliest=opening, latest=closing)

    def __str__(self) -> str:
        first = self.earliest
        forms = {"day": first.isoformat(), "month": f"{first:%Y-%m}", "year": f"{first.year:04d}"}
        return forms.get(self.precision, f"{first.isoformat()}/{self.latest.isoformat()}")

    def __repr__(self) -> str:
        return f"When({self.coarse() if self.precision == 'day' else self})"


class Age(Record, frozen=True, kw_only=True):
    """Whole years, `lowest` to `highest`, both included; `highest` None is "and over".

    >>> Age(lowest=9, highest=17).group, Age(lowest=16, highest=20).group, Age(lowest=48).group
    ('child', 'unknown', 'adult')
    """

    lowest: int = 0
    highest: int | None = None

    def faults(self) -> Iterator[Broken]:
        if not 0 <= self.lowest <= 120:
            yield self.fault("lowest", "0 to 120 years")
        if self.highest is not None and not self.lowest <= self.highest <= 120:
            yield self.fault("highest", "lowest to 120 years")

    @classmethod
    def exactly(cls, years: int) -> "Age":
        return cls(lowest=years, highest=years)

    def coarse(self) -> "Age":
        """The whole age bands of CTDC that hold the interval: what stays readable in a locked vault.

        >>> Age.exactly(13).coarse() == Age(lowest=9, highest=17), Age.exactly(50).coarse() == Age(lowest=48)
        (True, True)
        """
        lowest, highest = _banded(self.lowest, self.highest, AGE_BANDS)
        whole = (lowest, highest) == (self.lowest, self.highest)
        return self if whole else Age(lowest=lowest, highest=highest)

    @property
    def group(self) -> str:
        """Child under 18 (Palermo Protocol, Article 3 (d)), adult, or unknown where the interval spans 18."""
        if self.lowest >= 18:
            return "adult"
        return "child" if self.highest is not None and self.highest < 18 else "unknown"


def aged(age: Age, *, found: When, later: When) -> Age:
    """The age at `later` of a person who had `age` at `found`; unchanged within one calendar year.

    >>> days = When.year_of(2022), When.year_of(2025)
    >>> aged(Age.exactly(16), found=days[0], later=days[1]).group
    'adult'
    >>> aged(Age.exactly(15), found=days[0], later=days[1]).group
    'unknown'
    """
    if found.year == later.year or later.latest <= found.earliest:
        return age
    least = max(0, (later.earliest - found.latest).days) / YEAR
    most = (later.latest - found.earliest).days / YEAR
    highest = None if age.highest is None else min(120, age.highest + ceil(most))
    return Age(lowest=min(120, age.lowest + floor(least)), highest=highest)


class Place(Record, frozen=True, kw_only=True):
    """An area, its first-level division (as the mission codes it), and the exact place (protected)."""

    CODED = {"area": AREA_OR_SPECIAL}

    area: str = "unknown"
    first_level: str | None = None
    exact: str | None = None

    def faults(self) -> Iterator[Broken]:
        if self.first_level is not None and not SHORT_CODE.fullmatch(self.first_level):
            yield self.fault("first_level", NO_SENTENCE)

    def coarse(self) -> "Place":
        exact = self.exact is not None
        return Place(area=self.area, first_level=self.first_level) if exact else self


class Months(Record, frozen=True, kw_only=True):
    """A duration in whole months, `lowest` to `highest`, both included; None is "and more"."""

    lowest: int = 0
    highest: int | None = None

    def faults(self) -> Iterator[Broken]:
        highest = self.lowest if self.highest is None else self.highest
        if not 0 <= self.lowest <= highest <= 1200:
            yield self.fault("highest", "lowest to 1,200 months")

    def coarse(self) -> "Months":
        """The whole bands of CTDC that hold the interval: up to 1, 2, 5 years, and more.

        >>> Months(lowest=96, highest=97).coarse() == Months(lowest=61)
        True
        """
        lowest, highest = _banded(self.lowest, self.highest, MONTH_BANDS)
        whole = (lowest, highest) == (self.lowest, self.highest)
        return self if whole else Months(lowest=lowest, highest=highest)


def _banded(lowest: int, highest: int | None, bands: tuple[int, ...]) -> tuple[int, int | None]:
    """The interval widened to whole bands, each given by where it begins; the last one has no end."""
    least = max(band for band in bands if band <= lowest)
    most = None if highest is None else next((band - 1 for band in bands if band > highest), None)
    return least, most


class Source(Record, frozen=True, kw_only=True):
    """Where a record was read: the key is (organisation, layout, natural), so that a mended row supersedes.

    `natural` is the layout's own id, else submission and row number.
    """

    layout: str
    submission: str = ""
    row: int = 0
    natural: str = ""

    def faults(self) -> Iterator[Broken]:
        if not 0 <= self.row <= LARGEST:
            yield self.fault("row", phrase("a row number up to {most}", most=LARGEST))

    @property
    def key(self) -> str:
        return self.natural or f"{self.submission}:{self.row}"
