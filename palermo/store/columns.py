"""What do the cases of an actor hold, column by column? For counts by any code without reading rows again.

Each column is its distinct values and, per case, the place of its value among them: about 50 bytes for a case,
all columns together. Codes, months and instants only, never a record; made from rows that the actor may see.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

NAMES = (
    "status", "area", "month", "sex", "age_group", "forms", "citizenships", "kind", "layout", "invented",
    "arrived",
)  # fmt: skip
BATCH = 20_000
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """`values[at[n]]` is what the case number n holds."""

    values: tuple[Any, ...]
    at: NDArray[np.int32]

    def where(self, holds: Callable[[Any], bool]) -> Mask:
        """Which cases hold a value of this kind; each distinct value is asked once."""
        return np.fromiter(map(holds, self.values), bool, len(self.values))[self.at]

    def counts(self, chosen: Mask) -> dict[Any, int]:
        """How many of the chosen cases hold each value; only values that one holds."""
        found = np.bincount(self.at[chosen], minlength=len(self.values)).tolist()
        return {value: number for value, number in zip(self.values, found, strict=True) if number}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of `NAMES`, and how many cases there are."""

    size: int
    columns: dict[str, Column]

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def all(self) -> Mask:
        return np.ones(self.size, bool)


def columns_of(cases: QuerySet[Any]) -> Columns:
    """The columns of these cases, in no order."""
    known: tuple[dict[Any, int], ...] = tuple({} for _ in NAMES)
    parts: list[list[NDArray[np.int32]]] = [[] for _ in NAMES]
    for rows in _batches(cases):
        for column, places, part in zip(zip(*rows, strict=True), known, parts, strict=True):
            for value in set(column).difference(places):
                places[value] = len(places)
            part.append(np.fromiter(map(places.__getitem__, column), np.int32, len(column)))
    made = {
        name: Column(tuple(places), np.concatenate(part) if part else np.empty(0, np.int32))
        for name, places, part in zip(NAMES, known, parts, strict=True)
    }
    return Columns(len(made[NAMES[0]].at), made)


def _batches(cases: QuerySet[Any]) -> Iterator[list[tuple[Any, ...]]]:
    rows = cases.order_by().values_list(*NAMES).iterator(BATCH)
    while batch := list(islice(rows, BATCH)):
        yield batch
