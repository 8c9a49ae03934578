"""One invented row at least in each table that a backup holds, each of its links leading somewhere."""

from datetime import UTC, date, datetime
from typing import Any

from django.db import models

VALUES: dict[type[Any], Any] = {
    models.BooleanField: False,
    models.IntegerField: 1,
    models.BigIntegerField: 1,
    models.DateTimeField: datetime(2026, 1, 1, tzinfo=UTC),
    models.DateField: date(2026, 1, 1),
    models.BinaryField: b"invented",
    models.JSONField: {},
}


def fill() -> None:
    from palermo.store import backup_reading

    for model in backup_reading.models():
        row_of(model)


def row_of(model: type[models.Model]) -> models.Model:
    """A row of the table; where there is none, one that has a value in each column."""
    fields = [field for field in model._meta.local_concrete_fields if not isinstance(field, models.AutoField)]
    there = model._base_manager.first()
    return there or model._base_manager.create(**{field.name: value_of(field) for field in fields})


def value_of(field: Any) -> Any:
    if field.is_relation:
        return row_of(field.related_model)
    if field.has_default():
        return field.get_default()
    kinds = [kind for kind in type(field).__mro__ if kind in VALUES]
    return VALUES[kinds[0]] if kinds else "invented"[: field.max_length]
