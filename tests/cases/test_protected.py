"""What stays readable while the vault is locked? Never an exact place, a day or a unit."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from hypothesis import given

from palermo.cases import (
    AnyRecord,
    Case,
    Detection,
    Episode,
    PartyInvolved,
    Place,
    When,
    encode,
    readable,
)
from tests.strategies import CASES, RECORDS


def parts(value: Any) -> Iterator[Any]:
    """The value and everything in it."""
    yield value
    if isinstance(value, tuple):
        for each in value:
            yield from parts(each)
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from parts(getattr(value, name))


@given(case=CASES)
def test_nothing_exact_stays_readable(case: Case) -> None:
    for part in parts(readable(case)):
        if isinstance(part, When):
            assert part.precision != "day"
            assert part == part.coarse()
        if isinstance(part, Place):
            assert part.exact is None
        if isinstance(part, PartyInvolved):
            assert part.unit is None


@given(record=RECORDS)
def test_readable_twice_is_readable_once(record: AnyRecord) -> None:
    once = readable(record)
    assert readable(once) is once
    assert readable(record) is record or record != once


@given(case=CASES)
def test_what_tables_use_stays(case: Case) -> None:
    """Codes, ages, areas, divisions and months are the same in the readable record."""
    left = readable(case)
    for name in ("sex", "citizenships", "ages", "status", "kind", "needs", "displacement"):
        assert getattr(left, name) == getattr(case, name)
    places = [(part.area, part.first_level) for part in parts(case) if isinstance(part, Place)]
    assert [(part.area, part.first_level) for part in parts(left) if isinstance(part, Place)] == places


def test_an_exact_case_loses_its_village_its_day_and_its_unit() -> None:
    day, village, unit = date(2024, 5, 17), "Invented village 3", "Invented unit 9"
    exact = Case(
        id="1" * 32,
        organisation="2" * 32,
        detection=Detection(when=When.day(day), place=Place(area="IRQ", first_level="IRQ-02", exact=village)),
        episodes=(Episode(parties=(PartyInvolved(type="militia", party="3" * 32, unit=unit),)),),
    )
    kept = (day.isoformat(), village, unit)
    assert all(text.encode() in encode(exact) for text in kept), "the control: the exact case holds them"
    assert not any(text.encode() in encode(readable(exact)) for text in kept)
    assert b"IRQ-02" in encode(readable(exact))
