"""Which year and area may be asked for? Checked first, so that no table is empty by a slip of the pen."""

import re
from collections.abc import Collection, Mapping

from palermo import ProblemWithInput
from palermo.codes import code_list, resolve
from palermo.codes.languages import phrase

UNKNOWN = "unknown"
NO_AREA = (
    "REPORT-011 area: expected an ISO 3166 code of three letters, such as IRQ, or unknown. `palermo codes "
    "show areas` lists them."
)


def narrowed(
    *, year: int | str | None = None, area: str | None = None, also: Collection[str] = ()
) -> Mapping[str, str]:
    """Conditions by dimension, for the year and the area that are given; `also` names areas without a code.

    Raises `ProblemWithInput`: REPORT-010 year, REPORT-011 area.

    >>> narrowed(year=2024, area="IRQ")
    {'area': 'IRQ', 'year': '2024'}
    """
    found = {}
    if area is not None:
        found["area"] = _area(area, also)
    if year is not None:
        found["year"] = _year(str(year))
    return found


def _year(given: str) -> str:
    if given != UNKNOWN and not re.fullmatch(r"[12]\d{3}", given):
        raise ProblemWithInput("REPORT-010 year: expected four digits, such as 2024, or unknown.")
    return given


def _area(given: str, also: Collection[str]) -> str:
    if given in also or any(given in code_list(name) for name in ("areas", "special_areas")):
        return given
    upper = given.strip().upper()
    near = upper if upper in code_list("areas") else resolve(given).area
    raise ProblemWithInput(_no_area(near))


def _no_area(near: str | None) -> str:
    if not near:
        return NO_AREA
    return phrase(
        "REPORT-011 area: expected an ISO 3166 code of three letters, such as IRQ, or unknown. Did you mean "
        '"{near}"? `palermo codes show areas` lists them.',
        near=near,
    )
