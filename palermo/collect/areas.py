"""Which area does a cell of a case file name? Codes first, then names; what no rule settles is asked.

A number, a total or a group of countries is no area of a person: such a cell may hold a phone number or a
name from a shifted column, so it stays unresolved and its text is kept nowhere in clear.
"""

import re
from collections.abc import Iterator

from palermo.codes import area_of_code, resolve
from palermo.collect.arriving import Arrival

NO_AREA = frozenset({"not_an_area", "aggregate"})
_PARTS = (re.compile(r"\s*[;|]\s*"), re.compile(r"\s*[,/]\s*"), re.compile(r"\s+"))


class Areas:
    """Resolves the labels of one submission, each once, and remembers those that nobody settled yet."""

    def __init__(self, arrival: Arrival) -> None:
        self._arrival = arrival
        self._codes: dict[str, str | None] = {}
        self.unresolved: dict[str, None] = {}

    def code(self, label: str) -> str | None:
        """An area or special area; None where a person has to settle it."""
        if label not in self._codes:
            self._codes[label] = self._code(label)
        return self._codes[label]

    def codes(self, label: str) -> tuple[str, ...] | None:
        """All areas of a cell that may hold several; None where one of them is unresolved."""
        whole = self.code(label)
        if whole and whole != "several":
            return (whole,)
        for parts in self._split(label):
            found = tuple(self.code(part) for part in parts)
            if all(found):
                return tuple(dict.fromkeys(code for code in found if code))
        return (whole,) if whole else None

    def asked(self, label: str) -> None:
        """Notes a label for a person to settle."""
        self.unresolved.setdefault(label)

    def _split(self, label: str) -> Iterator[list[str]]:
        for between in _PARTS:
            parts = [part for part in between.split(label) if part]
            if 1 < len(parts) <= 20:
                yield parts

    def _code(self, label: str) -> str | None:
        settled = area_of_code(label) if label not in self._arrival.decisions else None
        if settled:
            return settled
        resolution = resolve(label, reporting=self._arrival.area, decisions=self._arrival.decisions)
        settled_by_person = resolution.reason == "settled by a person"
        return None if resolution.special in NO_AREA and not settled_by_person else resolution.code
