"""What stays readable while the vault is locked? First-level area, month, age and list codes.

Exact place and day, and the unit of a party, name a person as well as a name does: `readable` takes them
out; the exact record goes to the vault.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from palermo.cases.case import PartyInvolved
from palermo.cases.values import Place, When

R = TypeVar("R", bound=msgspec.Struct)


def readable(record: R) -> R:
    """The record with places at first level, days as months and no unit; the same object if nothing changes.

    >>> from datetime import date
    >>> from palermo.cases import Case, Detection
    >>> exact = Case(id="1" * 32, organisation="2" * 32, detection=Detection(when=When.day(date(2024, 5, 3))))
    >>> str(readable(exact).detection.when), readable(readable(exact)) is not exact
    ('2024-05', True)
    """
    return _coarse(record)  # type: ignore[no-any-return]


def _coarse(value: Any) -> Any:
    if isinstance(value, When | Place):
        return value.coarse()
    if isinstance(value, PartyInvolved):
        return msgspec.structs.replace(value, unit=None) if value.unit is not None else value
    if type(value) is tuple:
        changed = tuple(_coarse(each) for each in value)
        return changed if any(a is not b for a, b in zip(changed, value, strict=True)) else value
    changes = {}
    for name in _may_identify(type(value)):  # type: ignore[arg-type]
        old = getattr(value, name)
        if old and (new := _coarse(old)) is not old:
            changes[name] = new
    return msgspec.structs.replace(value, **changes) if changes else value


@cache
def _may_identify(record: Any) -> tuple[str, ...]:
    """Fields of the record that hold, at any depth, a date, a place or a party."""
    if not issubclass(record, msgspec.Struct) or issubclass(record, When | Place):
        return ()
    hints = get_type_hints(record)
    return tuple(name for name in record.__struct_fields__ if any(map(_identifies, _types(hints[name]))))


def _identifies(kind: Any) -> bool:
    exact = isinstance(kind, type) and issubclass(kind, When | Place | PartyInvolved)
    return exact or bool(isinstance(kind, type) and _may_identify(kind))


def _types(hint: Any) -> Iterator[Any]:
    """The plain types in a hint: of `tuple[Place, ...] | None`, Place and None."""
    inner = get_args(hint)
    if not inner:
        yield hint
    for each in inner:
        yield from _types(each)
