"""In which region and sub-region does an area lie, under which scheme, on which day?

`regions.csv` holds dated schemes side by side, so that none is wired in: `m49` (as the portal prints it) and
`global_report_2016` (as the printed Global Report groups countries; from memory, unverified, and shown so).
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from palermo import ProblemWithInput
from palermo.codes.languages import phrase


@dataclass(frozen=True, slots=True)
class Region:
    """Where an area lies. `verified` is False where the membership was written from memory."""

    scheme: str
    region: str
    subregion: str
    since: date
    until: date
    source: str

    @property
    def verified(self) -> bool:
        return "unverified" not in self.source


def region(area: str, *, scheme: str = "m49", on: date) -> Region | None:
    """The region of `area` on the day `on`; None where the scheme does not place it on that day.

    Raises `ProblemWithInput` (CODES-006) where there is no such scheme.

    >>> region("SYR", on=date(2026, 1, 1)).subregion
    'Western Asia'
    >>> region("SYR", scheme="global_report_2016", on=date(2026, 1, 1)).subregion
    'North Africa and the Middle East'
    """
    if scheme not in _read():
        raise ProblemWithInput(
            phrase(
                "CODES-006: there is no such region scheme; there are {schemes}", schemes=", ".join(schemes())
            )
        )
    return next((r for r in _read()[scheme].get(area, ()) if r.since <= on <= r.until), None)


def schemes() -> tuple[str, ...]:
    """Names of all region schemes, the default first."""
    return tuple(_read())


@cache
def _read() -> Mapping[str, Mapping[str, tuple[Region, ...]]]:
    held: dict[str, dict[str, tuple[Region, ...]]] = {}
    with (Path(__file__).parent / "regions.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            areas = held.setdefault(row["scheme"], {})
            if row["region"]:
                areas[row["area"]] = (*areas.get(row["area"], ()), _region(row))
    return held


def _region(row: Mapping[str, str]) -> Region:
    since = date.fromisoformat(row["since"]) if row["since"] else date.min
    until = date.fromisoformat(row["until"]) if row["until"] else date.max
    return Region(row["scheme"], row["region"], row["subregion"], since, until, row["source"])
