"""What do the cases of an actor hold, column by column? For counts by any code without reading rows again.

Each column is its distinct values and, per case, the place of its value among them: about 50 bytes for a
case, all columns together. Codes, months and instants only, never a record; made from rows that the actor may
see, and kept in memory for the few that were asked for last, until a record is written.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import IntegerField, QuerySet, TextField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from palermo.store import access
from palermo.store.access import Actor

NAMES = (
    "status", "area", "month", "sex", "age_group", "forms", "citizenships", "kind", "layout", "invented",
    "arrived",
)  # fmt: skip
BATCH = 20_000
KEPT_IN_MEMORY = 8
Mask = NDArray[np.bool_]
State = tuple[Any, ...]


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


def held(actor: Actor, scope: str, state: State) -> Columns:
    """The columns of all cases within the scope, from memory where nothing was written since `state`."""
    return _held(alike(actor, scope), scope, state)


def alike(actor: Actor, scope: str) -> Actor:
    """The actor without what makes no difference to which cases are within the scope."""
    in_team = scope == "team" and bool(actor.team)
    user = "" if in_team or scope == "organisation" else actor.user_id
    return Actor(user, actor.organisation_id, "", actor.team if in_team else "")


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _held(actor: Actor, scope: str, state: State) -> Columns:
    return columns_of(access.cases(actor, scope))


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
        name: Column(
            tuple(map(READ.get(name, str), places)), np.concatenate(part) if part else np.empty(0, np.int32)
        )
        for name, places, part in zip(NAMES, known, parts, strict=True)
    }
    return Columns(len(made[NAMES[0]].at), made)


def _instant(text: str) -> datetime:
    """An instant as the database writes it: SQLite without a zone, PostgreSQL with that of UTC."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


READ: dict[str, Callable[[Any], Any]] = {"arrived": _instant, "invented": bool}


def _batches(cases: QuerySet[Any]) -> Iterator[list[tuple[Any, ...]]]:
    """As the database has them: a distinct instant is read once, not that of each row."""
    plain = {"arrived": Cast("arrived", TextField()), "invented": Cast("invented", IntegerField())}
    asked = [plain.get(name, name) for name in NAMES]
    rows = cases.order_by().values_list(*asked).iterator(BATCH)
    while batch := list(islice(rows, BATCH)):
        yield batch
