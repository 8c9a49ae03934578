"""How does a new key of the vault take the place of an old one without a stop? Data keys are sealed anew.

In short transactions, so that others go on writing: what they seal meanwhile is under the new key already.
What the data keys seal is not touched. The old key is destroyed when nothing is under it any more, and not
before.
"""

from typing import Any

from django.db import connection, transaction

from palermo.protect.envelope import seal_to
from palermo.store.access import Actor
from palermo.store.models import (
    AttachedFile,
    BreakGlass,
    CaseRow,
    PersonRow,
    RecordRow,
    ReturnRow,
    Submission,
    SupersededRow,
)
from palermo.store.vault import Ring, key_place

TABLES: tuple[type[Any], ...] = (
    CaseRow,
    PersonRow,
    ReturnRow,
    RecordRow,
    SupersededRow,
    Submission,
    AttachedFile,
    BreakGlass,
)
BATCH = 500


def waiting(actor: Actor, number: int) -> int:
    """How many data keys are under an older key of the vault than that of the number."""
    return sum(_older(table, actor, number).count() for table in TABLES)


def seal_anew(actor: Actor, ring: Ring) -> int:
    """Seals the data keys of one batch to the newest key of the ring; how many, 0 where none waits."""
    for table in TABLES:
        with transaction.atomic():
            columns = ("id", "public_id", "data_key", "vault_key")
            rows = list(_older(table, actor, ring.newest).only(*columns).order_by("id")[:BATCH])
            if rows:
                _write(table, [(_anew(row, ring), ring.newest, row.id, bytes(row.data_key)) for row in rows])
                return len(rows)
    return 0


def _anew(row: Any, ring: Ring) -> bytes:
    clear = ring.data_key(row, record=row.public_id)
    place = key_place(ring.organisation, row.public_id, ring.newest)
    return seal_to(ring.pairs[ring.newest].public, clear, place=place)


def _write(table: type[Any], rows: list[tuple[Any, ...]]) -> None:
    """A row that was changed meanwhile keeps its change."""
    sets = f'UPDATE "{table._meta.db_table}" SET data_key = %s, vault_key = %s'
    with connection.cursor() as cursor:
        cursor.executemany(f"{sets} WHERE id = %s AND data_key = %s", rows)


def _older(table: type[Any], actor: Actor, number: int) -> Any:
    return table.objects.filter(organisation__public_id=actor.organisation_id, vault_key__lt=number)
