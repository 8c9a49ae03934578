"""Which rows come next in an order? Pages by key, never by offset: a deep page costs what the first does.

A page begins after a row: first the rest of those that are equal to it in the order's column, then those
beyond. Two statements that an index answers, in SQLite and PostgreSQL alike, where one statement with `OR`
would read through all equal rows.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Order:
    """Rows by a column, then by their integer key, both rising or both falling: no two rows are equal."""

    column: str
    falling: bool = True

    def turned(self) -> "Order":
        """The same order read from its end."""
        return Order(self.column, not self.falling)


@dataclass(frozen=True, slots=True)
class Key:
    """Where a row stands in an order: its value in the column, and its integer key."""

    value: Any
    id: int


def after(rows: Rows, order: Order, key: Key | None, *, size: int) -> list[int]:
    """Integer keys of the first `size` rows that come after `key`; without one, of the first of all."""
    if key is None:
        return _first(rows, (order.column, "id"), order, size)
    beyond = "lt" if order.falling else "gt"
    equal = rows.filter(**{order.column: key.value, f"id__{beyond}": key.id})
    found = _first(equal, ("id",), order, size)
    if len(found) < size:
        further = rows.filter(**{f"{order.column}__{beyond}": key.value})
        found += _first(further, (order.column, "id"), order, size - len(found))
    return found


def before(rows: Rows, order: Order, key: Key, *, size: int) -> list[int]:
    """Integer keys of the last `size` rows that come before `key`, in the order."""
    return after(rows, order.turned(), key, size=size)[::-1]


def key_of(rows: Rows, order: Order, public_id: str) -> Key | None:
    """Where the row with this public id stands; None where it is not among the rows."""
    found = rows.filter(public_id=public_id).values_list(order.column, "id").first()
    return Key(*found) if found else None


def _first(rows: Rows, columns: tuple[str, ...], order: Order, size: int) -> list[int]:
    signed = (f"-{name}" if order.falling else name for name in columns)
    return list(rows.order_by(*signed).values_list("id", flat=True)[:size])
