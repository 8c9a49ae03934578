"""How does a backup become a database again? Into an empty one only, all rows or none, and then checked.

The database is brought to the migrations of the backup, filled in one transaction, and brought up to date.
While rows go in, triggers are lifted: the audit chain refuses what is not its next entry. Then every chain is
read through and compared with the head that the backup ends with. Nothing is opened.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError, IntegrityError

from palermo import ProblemWithInput
from palermo.store import audit
from palermo.store.backup_frames import (
    Ending,
    Frame,
    Manifest,
    NotUnderstood,
    Rows,
    Table,
    counted,
    manifest_of,
)
from palermo.store.models import AuditHead, Organisation

AT_ONCE = 2000
FULL = "SELECT 1 FROM {table} LIMIT 1"


class NotWhole(ProblemWithInput):
    """What went in is not what the backup counted; nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__(
            "BACKUP-005: the rows do not agree with what the backup says of itself, and nothing was restored;"
            " take another backup"
        )


@dataclass(frozen=True, slots=True)
class Chain:
    """One organisation's audit chain after the restore; `why` is empty where it holds."""

    organisation: str
    short: str
    entries: int
    why: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored and how it was found. `counts` are rows by table (`backup_frames.counted`)."""

    made: str
    counts: dict[str, int]
    chains: tuple[Chain, ...]

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    @property
    def holds(self) -> bool:
        return not any(chain.why for chain in self.chains)


def check_empty() -> None:
    """Raises BACKUP-004 where the database holds an organisation or an account already."""
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in {"store_organisation", "store_user"} & there:
            cursor.execute(FULL.format(table=table))
            if cursor.fetchone():
                raise ProblemWithInput(
                    "BACKUP-004: there is something in this database already; restore into an empty one"
                )


def restore(frames: Iterator[Frame], *, advance: Callable[[int, int | None], None] | None = None) -> Restored:
    """Fills the empty database from the frames of a backup, and checks it.

    Raises `ProblemWithInput`: BACKUP-003 (not understood), BACKUP-004 (not empty), `NotWhole`.
    """
    check_empty()
    manifest = manifest_of(frames)
    _migrate_to(manifest)
    try:
        ending = _fill(manifest, frames, advance)
    except DatabaseError:
        raise NotWhole from None
    call_command("migrate", verbosity=0, interactive=False)
    return Restored(manifest.made, counted(ending.counts), tuple(_chains(ending)))


def _migrate_to(manifest: Manifest) -> None:
    """The tables as they were when the backup was made."""
    executor = MigrationExecutor(connection)
    graph, applied = executor.loader.graph, set(manifest.migrations)
    if not applied <= set(graph.nodes):
        raise NotUnderstood
    inner = {
        parent.key for each in applied for parent in graph.node_map[each].parents if parent.key[0] == each[0]
    }
    executor.migrate(sorted(applied - inner))


@transaction.atomic
def _fill(manifest: Manifest, frames: Iterator[Frame], advance: Any) -> Ending:
    ending = None
    with connection.cursor() as cursor, _triggers_lifted(cursor, manifest.tables):
        for table in manifest.tables:
            cursor.execute(f"DELETE FROM {_named(table.name)}")
        done = 0
        for frame in frames:
            if isinstance(frame, Rows):
                table = manifest.tables[frame.table]
                _insert(cursor, table, frame.rows)
                done += sum(counted({table.name: len(frame.rows)}).values())
                if advance:
                    advance(done, None)
            elif isinstance(frame, Ending):
                ending = frame
        _check_counts(cursor, manifest.tables, ending)
    if ending is None:
        raise NotUnderstood
    return ending


def _insert(cursor: Any, table: Table, rows: Iterable[list[Any]]) -> None:
    columns = ", ".join(map(_named, table.columns))
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {_named(table.name)} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join(["%s"] * len(table.columns))
    cursor.executemany(f"INSERT INTO {_named(table.name)} ({columns}) VALUES ({marks})", rows)


def _check_counts(cursor: Any, tables: Iterable[Table], ending: Ending | None) -> None:
    """Rows and links between them; raises `NotWhole`."""
    counts = {}
    for table in tables:
        cursor.execute(f"SELECT count(*) FROM {_named(table.name)}")
        counts[table.name] = cursor.fetchone()[0]
    if ending is None or counts != ending.counts:
        raise NotWhole
    try:
        connection.check_constraints()
    except IntegrityError:
        raise NotWhole from None


@contextmanager
def _triggers_lifted(cursor: Any, tables: tuple[Table, ...]) -> Iterator[None]:
    """Within the transaction: where it ends in an error, the triggers were never gone."""
    lift = _lifted_on_postgresql if connection.vendor == "postgresql" else _lifted_on_sqlite
    with lift(cursor, tables):
        yield


@contextmanager
def _lifted_on_sqlite(cursor: Any, tables: tuple[Table, ...]) -> Iterator[None]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = cursor.fetchall()
    for name, _sql in triggers:
        cursor.execute(f"DROP TRIGGER {_named(name)}")
    yield
    for _name, sql in triggers:
        cursor.execute(sql)


@contextmanager
def _lifted_on_postgresql(cursor: Any, tables: tuple[Table, ...]) -> Iterator[None]:
    """And numbers of new rows go on after those that came in."""
    for table in tables:
        cursor.execute(f"ALTER TABLE {_named(table.name)} DISABLE TRIGGER USER")
    yield
    for table in tables:
        cursor.execute(f"ALTER TABLE {_named(table.name)} ENABLE TRIGGER USER")
        if "id" in table.columns:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), coalesce(max(id), 1), max(id) IS NOT NULL)"
                f" FROM {_named(table.name)}",
                [_named(table.name)],
            )


def _chains(ending: Ending) -> Iterator[Chain]:
    """Each organisation's chain, read through, and compared with the head that the backup ends with."""
    for place in Organisation.objects.order_by("id"):
        head = AuditHead.objects.filter(organisation=place).first()
        told = ending.heads.get(place.public_id)
        if head is None or (head.number, head.digest) != told:
            yield Chain(place.public_id, place.short, told[0] if told else 0, "its head is not the backup's")
            continue
        bad = audit.verify(place.public_id)
        why = f"entry {bad.number}: {bad.why}" if bad else ""
        yield Chain(place.public_id, place.short, head.number, why)


def _named(name: str) -> str:
    return connection.ops.quote_name(name)
