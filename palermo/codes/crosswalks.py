"""Which code of another system does a form of exploitation of ours become? Nothing maps silently.

`crosswalk.csv` has a row per form, system and target; an empty target with a reason says "deliberately
unmapped". Source: UNODC data portal layout, SDG 16.2.2 series, HTCDS 2.0, CTDC codebooks.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

SYSTEMS = ("portal", "global_report", "sdg", "htcds", "ctdc")


@cache
def crosswalk(system: str) -> Mapping[str, tuple[str, ...]]:
    """Targets in `system` by form of exploitation; an empty tuple where deliberately unmapped.

    >>> crosswalk("portal")["sexual_slavery"]
    ('sexual',)
    """
    targets: dict[str, tuple[str, ...]] = {}
    with (Path(__file__).parent / "crosswalk.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["system"] == system:
                held = targets.setdefault(row["form"], ())
                targets[row["form"]] = (*held, row["target"]) if row["target"] else held
    return targets
