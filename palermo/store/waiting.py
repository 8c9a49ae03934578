"""How much waits in this organisation, and since when? Many small questions in one statement.

Which rows are asked about, the step says, as far as a right reaches; only their number and one date come out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet, Subquery
from django.db.models.functions import Coalesce

from palermo.store import access
from palermo.store.access import Actor
from palermo.store.models import Organisation


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows that wait, and the column whose earliest instant matters; "" for none."""

    rows: QuerySet[Any]
    column: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """How many rows wait, and the earliest instant of them."""

    count: int
    first: datetime | None = None


def looked(actor: Actor, asked: Mapping[str, Asked]) -> dict[str, Found]:
    """What waits of each question, by its name."""
    if not asked:
        return {}
    counts = {f"{name}_count": _one(each.rows, Count("pk"), 0) for name, each in asked.items()}
    firsts = {
        f"{name}_first": _one(each.rows, Min(each.column)) for name, each in asked.items() if each.column
    }
    rows = Organisation.objects.filter(public_id=actor.organisation_id)
    found = access.one(rows.annotate(**counts, **firsts).values(*counts, *firsts))
    return {name: Found(found[f"{name}_count"], found.get(f"{name}_first")) for name in asked}


def _one(rows: QuerySet[Any], what: Any, otherwise: int | None = None) -> Any:
    """One value of all the rows, which are of one organisation."""
    value = Subquery(rows.order_by().values("organisation").annotate(value=what).values("value"))
    return value if otherwise is None else Coalesce(value, otherwise)
