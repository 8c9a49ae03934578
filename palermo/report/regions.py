"""In which region and sub-region does an area lie, under the chosen scheme, on a given day?"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from palermo.codes import code_list, region

if TYPE_CHECKING:
    from palermo.report.engine import Engine

COLUMNS = {"area": "VARCHAR", "region": "VARCHAR", "subregion": "VARCHAR"}


def load_regions(engine: "Engine", *, scheme: str, on: date) -> None:
    """The table `regions`: every area, with None where the scheme has no region for it."""
    engine.create("regions", COLUMNS, ((area, *found) for area, found in regions(scheme, on).items()))


def regions(scheme: str, on: date) -> Mapping[str, tuple[str | None, str | None]]:
    """Region and sub-region of every area."""
    found = {area: region(area, scheme=scheme, on=on) for area in code_list("areas")}
    return {area: (one.region, one.subregion) if one else (None, None) for area, one in found.items()}


def unverified(scheme: str, on: date) -> bool:
    """Whether the scheme's membership was written from memory."""
    found = (region(area, scheme=scheme, on=on) for area in code_list("areas"))
    return any(one is not None and not one.verified for one in found)


def named(scheme: str, on: date) -> str:
    """The scheme's name, marked where its membership is not verified; for wherever the scheme is used.

    >>> named("m49", date(2026, 1, 1)), named("global_report_2016", date(2026, 1, 1))
    ('m49', 'global_report_2016, from memory, unverified')
    """
    return f"{scheme}, from memory, unverified" if unverified(scheme, on) else scheme
