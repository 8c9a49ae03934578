"""Which code of another system does a form of exploitation of ours become, and back? Nothing maps silently.

`crosswalk.csv` has a row per form, system and target with its direction: `out` only when we write, `in` only
when we read, `both`. An empty target with a note says "deliberately unmapped". Source: UNODC data portal
layout, printed Global Report, SDG 16.2.2 series, HTCDS 2.0, CTDC codebooks.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SYSTEMS = ("portal", "global_report", "sdg", "htcds", "ctdc")


@dataclass(frozen=True, slots=True)
class Mapped:
    """One row of the crosswalk."""

    form: str
    system: str
    target: str
    direction: str
    note: str
    source: str


@cache
def crosswalk(system: str) -> Mapping[str, tuple[str, ...]]:
    """Targets in `system` by form of exploitation; an empty tuple where deliberately unmapped.

    >>> crosswalk("portal")["sexual_slavery"], crosswalk("htcds")["prostitution"]
    (('sexual',), ('SexualExploitation', 'Prostitution'))
    """
    targets: dict[str, tuple[str, ...]] = {}
    for row in crosswalk_rows():
        if row.system == system and row.direction != "in":
            held = targets.get(row.form, ())
            targets[row.form] = (*held, row.target) if row.target else held
    return targets


@cache
def crosswalk_back(system: str) -> Mapping[str, tuple[str, ...]]:
    """Our forms by a value of `system`: the widest reading that the value allows, never more than it says.

    >>> crosswalk_back("htcds")["SexualExploitation"], crosswalk_back("ctdc")["isSexAndLabour"]
    (('sexual_other',), ('sexual_other', 'forced_labour'))
    """
    forms: dict[str, tuple[str, ...]] = {}
    for row in crosswalk_rows():
        if row.system == system and row.direction in ("in", "both"):
            forms[row.target] = (*forms.get(row.target, ()), row.form)
    return forms


@cache
def crosswalk_rows() -> tuple[Mapped, ...]:
    """All rows in the order of the table."""
    with (Path(__file__).parent / "crosswalk.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(Mapped(**row) for row in csv.DictReader(lines))
