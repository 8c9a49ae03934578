"""Which records can there be? Hypothesis strategies for every record, valid by construction."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy as Strategy

from palermo.cases import (
    NATIONAL,
    Actor,
    Age,
    Ages,
    AggregateReturn,
    AnyRecord,
    Case,
    ConflictLink,
    Contact,
    Detection,
    Document,
    Effort,
    Episode,
    Incident,
    Leg,
    Months,
    Name,
    Organisation,
    Party,
    PartyInvolved,
    PatternReturn,
    Person,
    Place,
    Referral,
    Repatriation,
    Reporter,
    Source,
    StateReturn,
    Status,
    When,
)
from palermo.cases.record import AREA_OR_SPECIAL, Record, allowed

TEXTS = st.text(max_size=12)
IDS = st.integers(0, 2**128 - 1).map(lambda number: f"{number:032x}")
DAYS = st.dates(date(1930, 1, 1), date(2030, 12, 31))
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
COUNTS = st.integers(0, 5000)


def codes(name: str) -> Strategy[str]:
    return st.sampled_from(sorted(allowed(name)))


def several(name: str, most: int = 3) -> Strategy[tuple[str, ...]]:
    return st.lists(codes(name), max_size=most, unique=True).map(tuple)


def maybe(strategy: Strategy[Any]) -> Strategy[Any]:
    return st.none() | strategy


def coded(kind: type[Record], /, **given: Strategy[Any]) -> Strategy[Any]:
    """A record of `kind` whose coded fields are drawn from their lists, the others from `given`."""
    drawn = {
        field: several(name) if type(kind.__struct_defaults__[_place(kind, field)]) is tuple else codes(name)
        for field, name in kind.CODED.items()
        if field not in given and _place(kind, field) is not None
    }
    required = {field: codes(kind.CODED[field]) for field in kind.CODED if field not in drawn | given}
    return st.builds(kind, **drawn, **required, **given)


def _place(kind: type[Record], field: str) -> Any:
    """Where the default of `field` stands; None where the field has none."""
    place = kind.__struct_fields__.index(field) - len(kind.__struct_fields__)
    defaults = kind.__struct_defaults__
    missing = -place > len(defaults) or type(defaults[place]).__name__ == "NoDefaultType"
    return None if missing else place


def _when(one: date, other: date, precision: str) -> When:
    first, second = sorted((one, other))
    month, year = When.month(first.year, first.month), When.year_of(first.year)
    spans = {"day": When.day(first), "month": month, "year": year}
    return spans.get(precision) or When(earliest=first, latest=second)


def _span(kind: Any, ends: tuple[int, int], form: str) -> Any:
    lowest, highest = sorted(ends)
    return kind(lowest=lowest, highest={"exact": lowest, "span": highest}.get(form))


def spans(kind: Any, most: int) -> Strategy[Any]:
    ends = st.tuples(st.integers(0, most), st.integers(0, most))
    return st.builds(_span, st.just(kind), ends, st.sampled_from(("exact", "span", "open")))


WHENS = st.builds(_when, DAYS, DAYS, st.sampled_from(("day", "month", "year", "interval")))
MONTHS_OF_YEARS = st.builds(When.month, st.integers(1930, 2030), st.integers(1, 12))
AGES = spans(Age, 120)
MONTHS = spans(Months, 400)
PLACES = coded(Place, first_level=maybe(st.just("IRQ-01")), exact=maybe(TEXTS))
SOURCES = st.builds(Source, layout=TEXTS, submission=TEXTS, row=COUNTS, natural=TEXTS)
STATUSES = st.one_of(
    coded(
        Status,
        step=codes("status_steps").filter(lambda step: step != "formally_identified"),
        when=maybe(WHENS),
        decided_by=maybe(IDS),
    ),
    coded(
        Status,
        step=st.just("formally_identified"),
        authority=st.sampled_from(sorted(NATIONAL)),
        when=maybe(WHENS),
        decided_by=maybe(IDS),
    ),
)


def histories(steps: st.SearchStrategy[Status]) -> st.SearchStrategy[tuple[Status, ...]]:
    """Up to three steps in the order of their dates."""
    return upto(steps, 3).map(
        lambda some: tuple(sorted(some, key=lambda step: step.when.earliest if step.when else date.min))
    )


UNIDENTIFIED = STATUSES.filter(lambda status: status.step != "formally_identified")
DETECTIONS = coded(Detection, when=maybe(WHENS), place=PLACES)
LEGS = coded(Leg, origin=PLACES, destination=PLACES, when=maybe(WHENS))
PARTIES_INVOLVED = coded(PartyInvolved, party=maybe(IDS), unit=maybe(TEXTS))


def upto(strategy: Strategy[Any], most: int = 2) -> Strategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


def _dated(episode: Episode, began: When | None, ended: When | None) -> Episode:
    if began and ended and ended.latest < began.earliest:
        began, ended = ended, began
    return msgspec.structs.replace(episode, began=began, ended=ended)


EPISODES = st.builds(
    _dated,
    coded(
        Episode,
        duration=maybe(MONTHS),
        recruited_in=maybe(PLACES),
        exploited_in=upto(PLACES),
        conflict=upto(coded(ConflictLink)),
        parties=upto(PARTIES_INVOLVED),
        actors=upto(coded(Actor)),
        journey=upto(LEGS, 1),
    ),
    maybe(WHENS),
    maybe(WHENS),
)
AGES_OF_CASE = st.builds(Ages, recruitment=maybe(AGES), start=maybe(AGES), detection=maybe(AGES))
REPATRIATIONS = coded(Repatriation, area=codes(AREA_OR_SPECIAL), when=maybe(WHENS))
SHARED = {
    "id": IDS,
    "organisation": IDS,
    "invented": st.booleans(),
    "source": maybe(SOURCES),
    "arrived": maybe(INSTANTS),
    "person": maybe(IDS),
    "ages": AGES_OF_CASE,
    "episodes": upto(EPISODES, 2),
    "repatriation": maybe(REPATRIATIONS),
    "mrm_case": maybe(st.from_regex(r"[A-Za-z0-9_/.-]{1,40}", fullmatch=True)),
    "raw": st.dictionaries(TEXTS, TEXTS, max_size=2),
}
DIRECT = coded(
    Case, kind=st.just("direct"), statuses=histories(STATUSES), detection=maybe(DETECTIONS), **SHARED
)
PROXIES = coded(
    Case, kind=st.just("proxy"), statuses=histories(UNIDENTIFIED), reporter=coded(Reporter), **SHARED
)
CASES = DIRECT | PROXIES
PERSONS = st.builds(
    Person,
    id=IDS,
    organisation=IDS,
    invented=st.booleans(),
    names=upto(coded(Name, text=TEXTS)),
    birth=maybe(WHENS),
    contacts=upto(coded(Contact, value=TEXTS)),
    documents=upto(coded(Document, number=TEXTS, type=TEXTS)),
    notes=TEXTS,
)
ORGANISATIONS = coded(Organisation, id=IDS, name=TEXTS, short=TEXTS)
PARTIES = coded(Party, id=IDS, organisation=IDS, name=TEXTS)
INCIDENTS = coded(
    Incident,
    id=IDS,
    organisation=IDS,
    when=WHENS,
    place=PLACES,
    parties=upto(IDS),
    persons_lowest=st.integers(0, 9),
    persons_highest=maybe(st.integers(9, 99)),
)
REFERRALS = coded(Referral, id=IDS, organisation=IDS, case=IDS, to=TEXTS, when=maybe(WHENS))
EFFORTS = st.builds(
    Effort,
    id=IDS,
    organisation=IDS,
    month=MONTHS_OF_YEARS,
    arrived=maybe(INSTANTS),
    place=PLACES,
    interviews=st.integers(50, 99),
    without_indication=st.integers(0, 50),
)
LOWS = {
    "low": st.integers(0, 4),
    "high": st.integers(4, 9),
    "source": maybe(SOURCES),
    "arrived": maybe(INSTANTS),
}
LABELS = ("indicator", "dimension", "sex", "age", "unit", "text", "origin")
STATE_RETURNS = st.builds(
    StateReturn,
    id=IDS,
    organisation=IDS,
    year=st.integers(2003, 2026),
    **dict.fromkeys(LABELS, TEXTS),
    iso3=maybe(st.sampled_from(("AFG", "IRQ", "SAM"))),
    **{field: maybe(TEXTS) for field in ("country", "region", "subregion", "category", "category_code")},
    **LOWS,
)
AGGREGATES = coded(AggregateReturn, id=IDS, organisation=IDS, place=PLACES, period=WHENS, **LOWS)
PATTERNS = coded(PatternReturn, id=IDS, organisation=IDS, place=PLACES, period=WHENS)
RECORDS: Strategy[AnyRecord] = st.one_of(
    ORGANISATIONS,
    PARTIES,
    PERSONS,
    CASES,
    INCIDENTS,
    REFERRALS,
    EFFORTS,
    STATE_RETURNS,
    AGGREGATES,
    PATTERNS,
)
