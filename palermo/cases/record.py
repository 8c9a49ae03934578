"""What do all records share? Frozen, coded, and whole: a broken record is never made.

`Record` is a frozen `msgspec.Struct` (see docs/decisions/0001). A record's text form names its class and id
only, so that no log or exception can print what a field holds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ClassVar, NamedTuple

import msgspec

from palermo import ProblemWithInput
from palermo.codes import code_list
from palermo.codes.phrases import phrase

CODE = "CASES-001"
AREA_OR_SPECIAL = "area_or_special"


class Broken(NamedTuple):
    """One broken invariant: where, and what would be right. Never what was found."""

    record: str
    field: str
    expected: str


class BrokenRecord(ProblemWithInput):
    """A record that cannot be; `broken` lists all of its faults."""

    def __init__(self, broken: tuple[Broken, ...]) -> None:
        self.broken = broken
        super().__init__("; ".join(f"{CODE} {b.record}.{b.field}: expected {b.expected}" for b in broken))


_collected: ContextVar[list[Broken] | None] = ContextVar("collected", default=None)


@contextmanager
def collecting() -> Iterator[list[Broken]]:
    """While it is open, broken invariants are listed instead of raised, so that a reader can report all."""
    found: list[Broken] = []
    token = _collected.set(found)
    try:
        yield found
    finally:
        _collected.reset(token)


class Record(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False
):
    """A frozen record. `CODED` names the code list of each coded field; `faults` lists broken invariants."""

    CODED: ClassVar[dict[str, str]] = {}

    def __post_init__(self) -> None:
        if not self.CODED and type(self).faults is Record.faults:
            return
        broken = [*self._unknown_codes(), *self.faults()]
        if not broken:
            return
        found = _collected.get()
        if found is None:
            raise BrokenRecord(tuple(broken))
        found.extend(broken)

    def faults(self) -> Iterator[Broken]:
        """Broken invariants beyond codes; overridden per record."""
        return iter(())

    def fault(self, field: str, expected: str) -> Broken:
        return Broken(type(self).__name__, field, expected)

    def _unknown_codes(self) -> Iterator[Broken]:
        for field, name in self.CODED.items():
            value, codes = getattr(self, field), _ALLOWED.get(name) or allowed(name)
            held = value if type(value) is tuple else (value,)
            if value is not None and not codes.issuperset(held):
                yield from (
                    self.fault(field, phrase("a code of the list {name}", name=name))
                    for c in held
                    if c not in codes
                )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({getattr(self, 'id', '')})"

    def __rich_repr__(self) -> list[tuple[str, str]]:
        """msgspec's own would show every field to `rich`, which prints tracebacks."""
        return [("id", getattr(self, "id", ""))]


_ALLOWED: dict[str, frozenset[str]] = {}


def allowed(name: str) -> frozenset[str]:
    """Codes that a field with the list `name` may hold; `area_or_special` joins areas and special areas."""
    if name not in _ALLOWED:
        lists = ("areas", "special_areas") if name == AREA_OR_SPECIAL else (name,)
        _ALLOWED[name] = frozenset(code for one in lists for code in code_list(one))
    return _ALLOWED[name]
