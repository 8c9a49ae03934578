"""What stays readable while the vault is locked? First-level area, month, age and list codes.

Exact place and day, and the unit of a party, name a person as well as a name does: `readable` takes them
out; the exact record goes to the vault.
"""

from typing import Any, TypeVar

import msgspec

from palermo.cases.case import PartyInvolved
from palermo.cases.values import Place, When

R = TypeVar("R", bound=msgspec.Struct)


def readable(record: R) -> R:
    """The record with places at first level, days as months and no unit; the same object where nothing changes.

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
        return PartyInvolved(type=value.type, party=value.party)
    if isinstance(value, tuple):
        changed = tuple(_coarse(each) for each in value)
        return changed if any(a is not b for a, b in zip(changed, value, strict=True)) else value
    if isinstance(value, msgspec.Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        new = {name: _coarse(old) for name, old in fields.items()}
        changes = {name: new[name] for name in new if new[name] is not fields[name]}
        return msgspec.structs.replace(value, **changes) if changes else value
    return value
