"""In which region and sub-region does an area lie, under the chosen scheme, on a given day?"""

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import palermo.codes
from palermo.codes import code_list

if TYPE_CHECKING:
    from palermo.report.engine import Engine

COLUMNS = {"area": "VARCHAR", "region": "VARCHAR", "subregion": "VARCHAR"}


def load_regions(engine: "Engine", *, scheme: str, on: date) -> None:
    """The table `regions`: every area, with None where the scheme has no region for it."""
    engine.create("regions", COLUMNS, _regions(scheme, on))


def _regions(scheme: str, on: date) -> Iterator[tuple[str, str | None, str | None]]:
    for area in code_list("areas"):
        yield (area, *_m49().get(area, (None, None)))


@cache
def _m49() -> dict[str, tuple[str, str]]:
    path = Path(palermo.codes.__file__).parent / "regions.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            row["area"]: (row["region"], row["subregion"])
            for row in csv.DictReader(lines)
            if row["scheme"] == "m49"
        }
