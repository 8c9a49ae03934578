"""What stays readable while the vault is locked? Never an exact place, a day or a unit."""

from collections.abc import Iterator
from datetime import date
from typing import Any, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palermo.cases import (
    Age,
    AnyRecord,
    Case,
    Counted,
    Detection,
    Episode,
    Months,
    PartyInvolved,
    Place,
    Referral,
    When,
    collecting,
    encode,
    readable,
)
from palermo.cases.protected import HEALTH, _types, stays
from palermo.cases.record import Record
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
    for name in ("sex", "citizenships", "status", "kind", "displacement"):
        assert getattr(left, name) == getattr(case, name)
    assert left.needs == tuple(need for need in case.needs if need not in HEALTH)
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


SEALED = {
    "Case": {"mrm_case"},
    "Contact": {"value", "safe"},
    "Document": {"number", "type"},
    "Name": {"text"},
    "PartyInvolved": {"unit"},
    "Party": {"name"},
    "Person": {"notes"},
    "Place": {"exact"},
}


def kinds() -> list[type[Record]]:
    import palermo.cases as cases

    every = [getattr(cases, name) for name in cases.__all__]
    return [
        kind for kind in every if isinstance(kind, type) and issubclass(kind, Record) and kind is not Counted
    ]


def text_fields(kind: type[Record]) -> Iterator[str]:
    for field in msgspec.inspect.type_info(kind).fields:  # type: ignore[attr-defined]
        if "StrType" in str(field.type):
            yield field.name


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_text_field_is_coded_an_id_listed_or_sealed(kind: type[Record]) -> None:
    """A new text field is sealed until somebody decides otherwise; here is where that is decided."""
    own = {name for name in kind.__struct_fields__ if str in _types(get_type_hints(kind)[name])}
    assert own <= set(text_fields(kind)), "the control: what msgspec sees as a text"
    assert {name for name in own if stays(kind, name) == "sealed"} == SEALED.get(kind.__name__, set())


SECRETS = st.text("abcdefghijklmnopqrstuvwxyz 0123456789", min_size=9, max_size=20).map("SECRET-{}".format)


@given(secret=SECRETS | st.just("0790123456") | st.just("Amina Hassan"), record=RECORDS)
def test_no_text_planted_in_any_field_stays_readable(secret: str, record: AnyRecord) -> None:
    if type(record).__name__ == "Organisation":
        return
    with collecting():
        planted = plant(record, secret)
        assert secret.encode() in encode(planted), "the control: the exact record holds it"
        assert secret.encode() not in encode(readable(planted))


def plant(value: Any, secret: str) -> Any:
    """The record with the secret in every text field, at any depth, that is not a coded one."""
    changes: dict[str, Any] = {}
    hints = get_type_hints(type(value))
    for name in value.__struct_fields__:
        old = getattr(value, name)
        if isinstance(old, msgspec.Struct):
            changes[name] = plant(old, secret)
        elif type(old) is tuple and old and isinstance(old[0], msgspec.Struct):
            changes[name] = tuple(plant(each, secret) for each in old)
        elif str in set(_types(hints[name])) and name not in type(value).CODED:
            changes[name] = (
                {secret: secret}
                if name == "raw"
                else (secret,)
                if get_origin(hints[name]) is tuple
                else secret
            )
    return msgspec.structs.replace(value, **changes)


@pytest.mark.parametrize(
    ("column", "text", "stays_readable"),
    [
        ("gender", "Woman", True),
        ("citizenship", "MLI", True),
        ("citizenship", "0790123456", False),
        ("citizenship", "079012345 maliens", False),
        ("citizenship", "M49 Amina Hassan", False),
        ("citizenship", "Q6 Amina_Hassan", False),
        ("gender", "Amina", False),
        ("Amina", "Woman", False),
    ],
)
def test_a_cell_stays_beside_its_code_only_where_a_list_holds_it(
    column: str, text: str, stays_readable: bool
) -> None:
    case = Case(id="1" * 32, organisation="2" * 32, raw={column: text})
    assert (readable(case).raw == case.raw) is stays_readable


def test_what_tells_of_health_goes_to_the_vault() -> None:
    """The control: another need, another service and another column stay as they are."""
    mine = {"organisation": "2" * 32}
    case = Case(id="1" * 32, needs=("legal", "health", "psychosocial"), raw={"spl_Type": "Health"}, **mine)
    assert (readable(case).needs, readable(case).raw) == (("legal",), {})
    plain = Case(id="1" * 32, needs=("legal",), raw={"gender": "Woman"}, **mine)
    assert readable(plain) is plain
    sent = Referral(id="3" * 32, case="1" * 32, service="health", to="4" * 32, **mine)
    assert readable(sent).service == "other"
    assert readable(msgspec.structs.replace(sent, service="legal")).service == "legal"


@given(case=CASES)
def test_ages_and_durations_stay_as_bands_that_hold_them(case: Case) -> None:
    for kind in (Age, Months):
        exact = [part for part in parts(case) if isinstance(part, kind)]
        shown = [part for part in parts(readable(case)) if isinstance(part, kind)]
        assert shown == [part.coarse() for part in exact]
        for one, band in zip(exact, shown, strict=True):
            assert band.lowest <= one.lowest
            assert band.highest is None or (one.highest is not None and one.highest <= band.highest)
            assert band.coarse() is band
