"""What goes into a backup? Every table of this database as it stood at one moment, while others write on.

One read transaction (SQLite: a snapshot of the write-ahead log; PostgreSQL: repeatable read) streams the rows
as they rest: sealed values stay sealed, nothing is opened. A new table is in it unless it is left out here,
and a link into a table that is left out is NULL.
Never here: sessions, tries to sign in, jobs (what runs elsewhere or ends with the process).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from palermo import ProblemWithInput, __version__
from palermo.store.backup_frames import Ending, Frame, Manifest, Rows, Table, counted
from palermo.store.models import Vault

LEFT_OUT = {"admin", "auth", "axes", "contenttypes", "django_tasks_database", "sessions", "usersessions"}
LEFT_OUT_TABLES = {"store_job", "store_shared"}
LONG = {"store_submission", "store_export", "store_filepiece"}
AT_ONCE = 500
LOCAL_KEY = "backup-key"
SETTINGS = ("RECORD_KEY", "SECRET_KEY", "AUDIT_KEY")
HEADS = (
    "SELECT o.public_id, h.number, h.digest FROM store_audithead h"
    " JOIN store_organisation o ON o.id = h.organisation_id"
)


def frames(*, made: datetime, advance: Callable[[int, int | None], None] | None = None) -> Iterator[Frame]:
    """A backup, frame by frame, of the database as it is when the first frame is taken.

    `advance` hears how many rows went by (`counted`).
    """
    counts: dict[str, int] = {}
    cut = links_cut()
    with _reading() as own:
        heads = _heads(own)
        manifest = _manifest(made)
        yield manifest
        for number, table in enumerate(manifest.tables):
            counts[table.name] = 0
            for rows in _rows(own, table, cut):
                counts[table.name] += len(rows)
                yield Rows(number, rows)
                if advance:
                    advance(sum(counted(counts).values()), None)
        yield Ending(counts, heads)


def models() -> list[type[Model]]:
    """The tables that a backup holds: all, but those of `LEFT_OUT` and what only links to them."""
    return [
        each
        for each in apps.get_models(include_auto_created=True)
        if each._meta.managed and not each._meta.proxy and not _is_left_out(each) and not _links_out(each)
    ]


def links_cut() -> frozenset[tuple[str, str]]:
    """Table and column of each link that a backup holds as NULL: it points into a table that is left out."""
    return frozenset(
        (model._meta.db_table, field.column)
        for model in models()
        for field in model._meta.local_concrete_fields
        if _points_out(field)
    )


def recovery_keys() -> tuple[bytes, ...]:
    """The public recovery key of each organisation's vault, the oldest first."""
    return tuple(bytes(key) for key in Vault.objects.order_by("made").values_list("recovery", flat=True))


def _is_left_out(model: type[Model]) -> bool:
    return model._meta.app_label in LEFT_OUT or model._meta.db_table in LEFT_OUT_TABLES


def _points_out(field: Any) -> bool:
    return bool(field.is_relation) and _is_left_out(field.related_model)


def _links_out(model: type[Model]) -> bool:
    return bool(model._meta.auto_created) and any(map(_points_out, model._meta.local_concrete_fields))


def _manifest(made: datetime) -> Manifest:
    return Manifest(
        version=__version__,
        made=made.astimezone(UTC).isoformat(timespec="seconds"),
        migrations=tuple(sorted(MigrationRecorder(connection).applied_migrations())),
        tables=tuple(_table(model) for model in models()),
        keys=_keys(settings.HOME),
    )


def _table(model: type[Model]) -> Table:
    fields = (field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False))
    return Table(model._meta.db_table, tuple(field.column for field in fields))


def _keys(home: Path) -> dict[str, bytes]:
    """The installation's key files, and those that came from the environment under their files' names."""
    found = {path.name: path.read_bytes() for path in sorted(home.glob("*-key")) if path.is_file()}
    found.pop(LOCAL_KEY, None)
    for name in SETTINGS:
        value = getattr(settings, name, "")
        text = value.hex() if isinstance(value, bytes) else value
        found |= {name.lower().replace("_", "-"): text.encode()} if text else {}
    return found


def check_migrated() -> None:
    """Raises BACKUP-001 where the database waits for migrations."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise ProblemWithInput(
            "BACKUP-001: the database is behind this version of Palermo; start `palermo serve` once first"
        )


@contextmanager
def _reading() -> Iterator[Any]:
    """A connection of its own, inside one read transaction that makes no writer wait."""
    own = connection.copy()
    try:
        if own.vendor == "sqlite":
            own.cursor().execute("BEGIN DEFERRED")
        else:
            own.set_autocommit(False)
            own.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield own
    finally:
        own.close()


def _heads(own: Any) -> dict[str, tuple[int, str]]:
    with own.cursor() as cursor:
        cursor.execute(HEADS)
        return {place: (number, digest) for place, number, digest in cursor.fetchall()}


def _rows(own: Any, table: Table, cut: frozenset[tuple[str, str]]) -> Iterator[list[list[Any]]]:
    """Rows as they rest, some at a time; one at a time where a row may be as large as a file.

    The plus before each column keeps SQLite's driver from reading instants and truths into objects.
    """
    sqlite = own.vendor == "sqlite"
    plus = "+" if sqlite else ""
    columns = ", ".join(
        "NULL" if (table.name, name) in cut else plus + own.ops.quote_name(name) for name in table.columns
    )
    with own.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {own.ops.quote_name(table.name)}")
        while rows := cursor.fetchmany(1 if table.name in LONG else AT_ONCE):
            yield rows if sqlite else [[_plain(value) for value in row] for row in rows]


def _plain(value: Any) -> Any:
    """A value of PostgreSQL as SQLite keeps it."""
    as_kept = PLAIN.get(type(value))
    return as_kept(value) if as_kept else value


PLAIN: dict[type, Callable[[Any], Any]] = {
    bool: int,
    memoryview: bytes,
    datetime: lambda value: str(value.astimezone(UTC).replace(tzinfo=None)),
    date: date.isoformat,
    Decimal: str,
    UUID: lambda value: value.hex,
}
