"""Who sent what, when, and which id does a record get? The same file twice gives the same ids.

A record's key is the layout's own id, else submission and row number; its id is a keyed hash of layout and
key, random to anybody without the organisation's secret.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from hashlib import blake2b
from operator import methodcaller
from typing import Any, TypeVar

import msgspec

from palermo.cases import Record, Source
from palermo.codes import policy

KEY = "palermo_key"
OUR_KEY = re.compile(r"[\w.:/-]{1,120}")
R = TypeVar("R", bound=Record)
_copied = methodcaller("__copy__")


def record_id(secret: bytes, layout: str, key: str) -> str:
    """32 hex digits: a keyed hash of layout and key (BLAKE2b, 16 bytes).

    >>> record_id(b"secret", "portal", "1") == record_id(b"secret", "portal", "1")
    True
    >>> record_id(b"secret", "portal", "1") == record_id(b"another", "portal", "1")
    False
    """
    return blake2b(f"{layout}\n{key}".encode(), digest_size=16, key=blake2b(secret).digest()).hexdigest()


@dataclass(frozen=True)
class Limits:
    """The limits in force on a day; see `palermo/codes/policy/collect_limits.toml`."""

    file_bytes: int
    unpacked_bytes: int
    workbook_bytes: int
    workbook_part_bytes: int
    workbook_strings_bytes: int
    workbook_ratio: int
    workbook_parts: int
    workbook_sheets: int
    workbook_elements: int
    workbook_pieces: int
    workbook_row_bytes: int
    rows: int
    columns: int
    bad_cells: int
    header_rows: int
    line_characters: int
    cell_characters: int

    @classmethod
    def on(cls, day: date) -> "Limits":
        return cls(**policy("collect_limits", on=day).value)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One submission on its way in: what every reader has to know, and nothing of the content."""

    layout: str
    submission: str
    organisation: str
    secret: bytes = field(repr=False)
    arrived: datetime
    area: str | None = None
    invented: bool = False
    decisions: Mapping[str, str] = field(default_factory=dict, repr=False)

    @cached_property
    def limits(self) -> Limits:
        return Limits.on(self.arrived.date())

    @cached_property
    def _keyed(self) -> Any:
        return blake2b(f"{self.layout}\n".encode(), digest_size=16, key=blake2b(self.secret).digest())

    @cached_property
    def _source(self) -> Source:
        return Source(layout=self.layout, submission=self.submission)

    def key(self, row: int, natural: str = "") -> str:
        return natural or f"{self.submission}:{row}"

    def id(self, key: str) -> str:
        """`record_id` of this submission's secret and layout."""
        hashed = self._keyed.copy()
        hashed.update(key.encode("utf-8", "surrogateescape"))
        return str(hashed.hexdigest())

    def stamped(self, record: R, *, row: int, natural: str = "") -> R:
        """A copy of a record that was checked already, with the id and source of this row."""
        source = with_checked(self._source, row=row, natural=natural)
        return with_checked(record, id=self.id(self.key(row, natural)), source=source)


def with_checked(record: R, **fields: Any) -> R:
    """A copy with these fields, which were checked before; checking them again would double the time."""
    new: R = _copied(record)
    for name, value in fields.items():
        msgspec.structs.force_setattr(new, name, value)
    return new
