"""What does one process tell the others for a while? Used codes and counts of tries, on PostgreSQL.

A cache of Django's in a table: values are JSON, never pickled, so that whoever can write to the database
cannot make a process run something; keys are keyed hashes, because allauth's hold codes that were typed.
"""

import hmac
import json
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import DatabaseError, transaction

from palermo.store.models import Shared

SELDOM = 100


class SharedCache(BaseCache):  # type: ignore[misc]
    """`add` is decided by the table: of several processes one gets True."""

    def __init__(self, _location: str = "", params: dict[str, Any] | None = None) -> None:
        super().__init__(params or {})

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        name, row = self._name(key, version), self._row(value, timeout)
        _sweep()
        Shared.objects.filter(key=name, until__lte=_now()).delete()
        return bool(Shared.objects.get_or_create(key=name, defaults=row)[1])

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        row = Shared.objects.filter(key=self._name(key, version)).exclude(until__lte=_now()).first()
        return default if row is None else json.loads(row.value)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        Shared.objects.update_or_create(key=self._name(key, version), defaults=self._row(value, timeout))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        rows = Shared.objects.filter(key=self._name(key, version)).exclude(until__lte=_now())
        return bool(rows.update(until=self._until(timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(Shared.objects.filter(key=self._name(key, version)).delete()[0])

    def clear(self) -> None:
        Shared.objects.all().delete()

    def _name(self, key: str, version: int | None) -> str:
        whole = self.make_key(key, version=version)
        return hmac.new(settings.RECORD_KEY, f"shared {whole}".encode(), "sha256").hexdigest()

    def _row(self, value: Any, timeout: Any) -> dict[str, Any]:
        return {"value": json.dumps(value), "until": self._until(timeout)}

    def _until(self, timeout: Any) -> datetime | None:
        end = self.get_backend_timeout(timeout)
        return None if end is None else datetime.fromtimestamp(end, UTC)


def _now() -> datetime:
    return datetime.now(UTC)


def _sweep() -> None:
    """Once in a while what is over goes; two processes that sweep at once may get in each other's way."""
    if not secrets.randbelow(SELDOM):
        with suppress(DatabaseError), transaction.atomic():
            Shared.objects.filter(until__lte=_now()).delete()
