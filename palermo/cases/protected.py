"""What stays readable while the vault is locked? First-level area, month, age band and list codes.

An allow-list by shape: a text stays only where its field is coded, or where `READABLE` names the field and
its check holds. Whatever else a record holds, a field that comes tomorrow too, is taken out; the exact
record goes to the vault. Exact place and day name a person as well as a name does.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from palermo.cases import proven
from palermo.cases.record import Record
from palermo.cases.values import Age, Months, Place, When

R = TypeVar("R", bound=msgspec.Struct)
Change = Callable[[Any, Any], Any]


def _id(record: Any, text: str) -> bool:
    return proven.is_id(text)


def _own_key(record: Any, text: str) -> bool:
    return proven.is_own_key(text)


def _division(record: Any, text: str) -> bool:
    return proven.is_division(text)


def _public(record: Any, text: str) -> bool:
    return True


HEALTH = frozenset({"health", "psychosocial"})
SEALED_CODES: Mapping[tuple[str, str], frozenset[str]] = {
    ("Case", "needs"): HEALTH,
    ("Referral", "service"): HEALTH,
}
SEALED_COLUMNS = frozenset({"spl_Type"})
IDS = frozenset({"id", "organisation", "person", "case", "decided_by", "party", "parties", "to"})
READABLE: Mapping[tuple[str, str], proven.Check] = {
    ("Place", "first_level"): _division,
    ("Source", "layout"): proven.one_of(proven.LAYOUTS),
    ("Source", "submission"): _own_key,
    ("Source", "natural"): _own_key,
    ("Organisation", "name"): _public,
    ("Organisation", "short"): _public,
    ("StateReturn", "iso3"): proven.any_area,
    ("StateReturn", "country"): proven.any_country,
    ("StateReturn", "region"): proven.any_region,
    ("StateReturn", "subregion"): proven.any_region,
    ("StateReturn", "indicator"): proven.listed("portal_indicators"),
    ("StateReturn", "dimension"): proven.listed("portal_dimensions"),
    ("StateReturn", "category"): proven.known_category,
    ("StateReturn", "sex"): proven.one_of(proven.SEXES),
    ("StateReturn", "age"): proven.one_of(proven.AGES),
    ("StateReturn", "unit"): proven.one_of(proven.UNITS),
    ("StateReturn", "text"): proven.a_count,
    ("StateReturn", "origin"): proven.one_of(proven.ORIGINS),
    ("StateReturn", "category_code"): proven.any_category,
}


def readable(record: R) -> R:
    """The record with places at first level, days as months, ages as bands and no free text; the same object
    if unchanged.

    >>> from datetime import date
    >>> from palermo.cases import Case, Detection
    >>> exact = Case(id="1" * 32, organisation="2" * 32, detection=Detection(when=When.day(date(2024, 5, 3))))
    >>> str(readable(exact).detection.when), readable(readable(exact)) is not exact
    ('2024-05', True)
    """
    return _coarse(None, record)  # type: ignore[no-any-return]


def _coarse(_holder: Any, value: Any) -> Any:
    """A value with what may identify taken out: a record, or several."""
    if type(value) is tuple:
        changed = tuple(_coarse(None, each) for each in value)
        return changed if any(a is not b for a, b in zip(changed, value, strict=True)) else value
    if isinstance(value, When | Age | Months):
        return value.coarse()
    if not isinstance(value, msgspec.Struct):
        return value
    if isinstance(value, Place):
        value = value.coarse()
    changes = {}
    for name, change in _changes(type(value)):  # type: ignore[arg-type]
        old = getattr(value, name)
        if old not in (None, ()) and (new := change(value, old)) is not old:
            changes[name] = new
    return msgspec.structs.replace(value, **changes) if changes else value


def stays(kind: type[Record], name: str) -> str:
    """Why a text field of a record may stay readable: coded, id or listed; "sealed" where it may not."""
    if name in kind.CODED:
        return "coded"
    if (kind.__name__, name) in READABLE or (kind.__name__, name) == ("Case", "raw"):
        return "listed"
    return "id" if name in IDS else "sealed"


@cache
def _changes(kind: type[Record]) -> tuple[tuple[str, Change], ...]:
    """What to do with each field that may hold more than a code or a number."""
    hints = get_type_hints(kind)
    each = ((name, _change(kind, name, hints[name])) for name in kind.__struct_fields__)
    return tuple((name, change) for name, change in each if change)


def _change(kind: type[Record], name: str, hint: Any) -> Change | None:
    inner = set(_types(hint))
    if str not in inner:
        deep = any(isinstance(one, type) and issubclass(one, Record) and _may_identify(one) for one in inner)
        return _coarse if deep else None
    if (kind.__name__, name) == ("Case", "raw"):
        return _raw
    why = stays(kind, name)
    if why == "coded":
        codes = SEALED_CODES.get((kind.__name__, name))
        return _without(codes) if codes else None
    check = READABLE.get((kind.__name__, name), _id) if why != "sealed" else None
    return _checked(check, None if NoneType in inner else "")


def _checked(check: proven.Check | None, blank: str | None) -> Change:
    def change(record: Any, value: Any) -> Any:
        if type(value) is tuple:
            kept = tuple(one for one in value if check and check(record, one))
            return value if len(kept) == len(value) else kept
        return value if check and check(record, value) else blank

    return change


def _without(codes: frozenset[str]) -> Change:
    """Codes that tell of health go to the vault; where one code must stand, `other` does."""

    def change(record: Any, value: Any) -> Any:
        if type(value) is tuple:
            kept = tuple(one for one in value if one not in codes)
            return value if len(kept) == len(value) else kept
        return "other" if value in codes else value

    return change


def _raw(record: Any, value: dict[str, str]) -> dict[str, str]:
    kept = {column: text for column, text in value.items() if _may_stay(column, text)}
    return value if len(kept) == len(value) else kept


def _may_stay(column: str, text: str) -> bool:
    return column not in SEALED_COLUMNS and proven.is_raw(column, text)


@cache
def _may_identify(kind: Any) -> bool:
    return issubclass(kind, When | Place | Age | Months) or bool(_changes(kind))


def _types(hint: Any) -> Iterator[Any]:
    """The plain types in a hint: of `tuple[Place, ...] | None`, Place and None."""
    inner = get_args(hint)
    if not inner:
        yield hint
    for each in inner:
        yield from _types(each)
