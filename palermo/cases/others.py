"""Which records stand beside cases? Organisations, parties, incidents, referrals, returns, effort."""

from collections.abc import Iterator
from datetime import datetime

from palermo.cases.record import Broken, Record
from palermo.cases.values import LARGEST, Place, Source, When


class Organisation(Record, frozen=True, kw_only=True, tag_field="record", tag="organisation"):
    """`short` is what a table prints as `Source`."""

    CODED = {"kind": "organisation_kinds", "areas": "areas"}

    id: str
    name: str
    short: str
    kind: str
    areas: tuple[str, ...] = ()
    invented: bool = False


class Party(Record, frozen=True, kw_only=True, tag_field="record", tag="party"):
    """A party to the conflict, by its public name and type."""

    CODED = {"type": "party_types", "areas": "areas"}

    id: str
    organisation: str
    name: str
    type: str = "unknown"
    areas: tuple[str, ...] = ()
    arrived: datetime | None = None
    invented: bool = False


class Incident(Record, frozen=True, kw_only=True, tag_field="record", tag="incident"):
    """A dated event in a place, maybe of many persons; `persons_highest` None is "not known"."""

    CODED = {"type": "incident_types", "verification": "verification_statuses"}

    id: str
    organisation: str
    type: str
    when: When
    place: Place
    parties: tuple[str, ...] = ()
    persons_lowest: int = 1
    persons_highest: int | None = None
    verification: str = "report_pending_verification"
    arrived: datetime | None = None
    invented: bool = False

    def faults(self) -> Iterator[Broken]:
        highest = self.persons_lowest if self.persons_highest is None else self.persons_highest
        if not 0 <= self.persons_lowest <= highest <= LARGEST:
            yield self.fault("persons_highest", "a count, not less than persons_lowest")


class Referral(Record, frozen=True, kw_only=True, tag_field="record", tag="referral"):
    """Sending a person to someone who gives a service."""

    CODED = {"service": "services", "state": "referral_states"}

    id: str
    organisation: str
    case: str
    service: str
    to: str
    when: When | None = None
    state: str = "sent"
    arrived: datetime | None = None
    invented: bool = False


class Effort(Record, frozen=True, kw_only=True, tag_field="record", tag="effort"):
    """Interviews held in a month and area, those that indicated nothing among them; without it no trend."""

    id: str
    organisation: str
    month: When
    place: Place
    interviews: int
    without_indication: int
    arrived: datetime | None = None
    invented: bool = False

    def faults(self) -> Iterator[Broken]:
        if (self.month.earliest.year, self.month.earliest.month) != (
            self.month.latest.year,
            self.month.latest.month,
        ):
            yield self.fault("month", "days of one month")
        if not 0 <= self.without_indication <= self.interviews <= LARGEST:
            yield self.fault("without_indication", "0 to the number of interviews")


class StateReturn(Record, frozen=True, kw_only=True, tag_field="record", tag="state_return"):
    """One row of a State's return in the layout of the UNODC data portal.

    The thirteen columns are kept as found (the round trip is exact); `category_code`, `low` and `high` are
    ours: "<5" is 0 to 4, zero included. `category_code` is an area, a special area or a portal form.
    """

    id: str
    organisation: str
    iso3: str | None
    country: str | None
    region: str | None
    subregion: str | None
    indicator: str
    dimension: str
    category: str | None
    sex: str
    age: str
    year: int
    unit: str
    text: str
    origin: str
    low: int
    high: int
    category_code: str | None = None
    source: Source | None = None
    arrived: datetime | None = None

    def faults(self) -> Iterator[Broken]:
        if not 1900 <= self.year <= 2200:
            yield self.fault("year", "a year")
        if self.iso3 and not (len(self.iso3) == 3 and self.iso3.isascii() and self.iso3.isupper()):
            yield self.fault("iso3", "three capital letters")
        if not 0 <= self.low <= self.high <= LARGEST:
            yield self.fault("high", "a count, not less than low, which is not negative")


class AggregateReturn(Record, frozen=True, kw_only=True, tag_field="record", tag="aggregate_return"):
    """Counts from a mission that may not hold cases. Never added to counts of cases."""

    CODED = {
        "indicator": "portal_indicators",
        "sex": "sex",
        "age_group": "age_groups",
        "form": "exploitation_forms",
    }

    id: str
    organisation: str
    indicator: str
    place: Place
    period: When
    low: int
    high: int
    sex: str | None = None
    age_group: str | None = None
    form: str | None = None
    source: Source | None = None
    arrived: datetime | None = None
    invented: bool = False

    def faults(self) -> Iterator[Broken]:
        if not 0 <= self.low <= self.high <= LARGEST:
            yield self.fault("high", "a count, not less than low, which is not negative")


class PatternReturn(Record, frozen=True, kw_only=True, tag_field="record", tag="pattern_return"):
    """What a mission observes without counting: forms, means, links and parties in a place and period."""

    CODED = {
        "forms": "exploitation_forms",
        "means": "means",
        "links": "conflict_links",
        "party_types": "party_types",
        "displacement": "displacement",
    }

    id: str
    organisation: str
    place: Place
    period: When
    forms: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    party_types: tuple[str, ...] = ()
    displacement: tuple[str, ...] = ()
    source: Source | None = None
    arrived: datetime | None = None
    invented: bool = False
