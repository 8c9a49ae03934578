"""How do returns enter the engine? As columns of codes and numbers, apart from cases; never added to them."""

from collections.abc import Iterable

from palermo.cases import AggregateReturn, Effort, PatternReturn, StateReturn, When
from palermo.report.dimensions import JOINED, TOTAL, UNKNOWN
from palermo.report.engine import Engine

_ID = {"id": "VARCHAR", "organisation": "VARCHAR", "area": "VARCHAR", "year": "VARCHAR"}
STATE = _ID | {
    "indicator": "VARCHAR",
    "dimension": "VARCHAR",
    "sex": "VARCHAR",
    "age": "VARCHAR",
    "low": "INTEGER",
    "high": "INTEGER",
}
EFFORTS = _ID | {"month": "VARCHAR", "interviews": "INTEGER", "without_indication": "INTEGER"}
AGGREGATES = _ID | {
    "indicator": "VARCHAR",
    "period": "VARCHAR",
    "sex": "VARCHAR",
    "age": "VARCHAR",
    "detail": "VARCHAR",
    "low": "INTEGER",
    "high": "INTEGER",
}
SEEN = ("forms", "means", "links", "parties", "displaced")
PATTERNS = _ID | {"period": "VARCHAR"} | dict.fromkeys(SEEN, "VARCHAR")


def load_returns(
    engine: Engine,
    *,
    returns: Iterable[StateReturn],
    aggregates: Iterable[AggregateReturn],
    efforts: Iterable[Effort],
    patterns: Iterable[PatternReturn] = (),
) -> None:
    """The tables `state_returns`, `aggregates`, `efforts`, `patterns`; a later record of an id wins."""
    engine.create("state_returns", STATE, map(_state, {one.id: one for one in returns}.values()))
    engine.create("aggregates", AGGREGATES, map(_aggregate, {one.id: one for one in aggregates}.values()))
    engine.create("efforts", EFFORTS, map(_effort, {one.id: one for one in efforts}.values()))
    engine.create("patterns", PATTERNS, map(_pattern, {one.id: one for one in patterns}.values()))


def area_of(one: StateReturn) -> str:
    """The area's code, else its name as found (Sark has no code)."""
    return one.iso3 or one.country or UNKNOWN


def _state(one: StateReturn) -> tuple[str | int, ...]:
    head = (one.id, one.organisation, area_of(one), str(one.year), one.indicator, one.dimension)
    return (*head, one.sex, one.age, one.low, one.high)


def _aggregate(one: AggregateReturn) -> tuple[str | int, ...]:
    head = (one.id, one.organisation, one.place.area, _year(one.period), one.indicator, str(one.period))
    return (*head, one.sex or TOTAL, one.age_group or TOTAL, one.form or TOTAL, one.low, one.high)


def _effort(one: Effort) -> tuple[str | int, ...]:
    head = (one.id, one.organisation, one.place.area, _year(one.month), str(one.month.coarse()))
    return (*head, one.interviews, one.without_indication)


def _pattern(one: PatternReturn) -> tuple[str, ...]:
    seen = (one.forms, one.means, one.links, one.party_types, one.displacement)
    head = (one.id, one.organisation, one.place.area, _year(one.period), str(one.period))
    return (*head, *(JOINED.join(codes) or UNKNOWN for codes in seen))


def _year(when: When) -> str:
    return UNKNOWN if when.year is None else str(when.year)
