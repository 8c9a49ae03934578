"""Are destroyed keys gone from the disk, too? What each database needs so that old pages do not keep them.

SQLite: `PRAGMA secure_delete` (config/environment.py) writes zeros over what is deleted or overwritten; then
the write-ahead log is written into the database and cut to nothing. Then some of the destroyed keys are
looked for in the file, and where one is found (from before that pragma) the file is written anew (VACUUM).
PostgreSQL: VACUUM FULL writes the tables anew and drops the old files; where others hold a table for too
long, and for what ends by its date, plain VACUUM frees the space, and old bytes stay until it is used again.
Never reached from here: blocks that the disk itself keeps (SSD), snapshots, the write-ahead log and archives
of PostgreSQL, backups that were made before. They hold sealed bytes, and wrapped keys that open with the
vault's key only.
"""

from collections.abc import Collection
from pathlib import Path

from django.db import DatabaseError, connection

from palermo.store.erasing import NAMES
from palermo.store.models import BadRowRow, ConductRow, FilePiece, Holding, NameToken, ProblemRow

LOOKED_FOR = 8
PIECE, CHUNK = 16, 1 << 24
WAIT_SECONDS = 20


def wipe(keys: Collection[bytes], *, whole: bool = True) -> bool:
    """Whether nothing of the destroyed keys is left in the files of the database; outside a transaction.

    Without `whole` the tables of PostgreSQL are not written anew: less in the way, and less certain.
    """
    if connection.in_atomic_block:
        return False
    if connection.vendor == "sqlite":
        return _sqlite(keys)
    return _postgresql(whole) if keys else True


def _sqlite(keys: Collection[bytes]) -> bool:
    looked_for = list(keys)[:: max(1, len(keys) // LOOKED_FOR)]
    cut = _checkpoint()
    if _left(looked_for):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA temp_store=FILE")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA temp_store=MEMORY")
        cut = _checkpoint() and not _left(looked_for)
    return cut


def _checkpoint() -> bool:
    """Whether the write-ahead log is empty now; not while another connection still reads from it."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _log, _done = cursor.fetchone()
    return not busy


def _left(keys: Collection[bytes]) -> bool:
    """Whether the middle of one of the keys is in the file; about two seconds for each key and gigabyte."""
    path = Path(str(connection.settings_dict["NAME"]))
    if not keys or not path.is_file():
        return False
    wanted = {middle(key) for key in keys}
    with path.open("rb") as file:
        before = b""
        while some := file.read(CHUNK):
            held = before + some
            if any(piece in held for piece in wanted):
                return True
            before = some[-PIECE:]
    return False


def middle(key: bytes) -> bytes:
    """What is overwritten last where the space of a key is used again."""
    return key[len(key) // 2 :][:PIECE]


def _postgresql(whole: bool) -> bool:
    """Table by table, so that each is held for as short as can be."""
    tables = (*NAMES, NameToken, FilePiece, ProblemRow, BadRowRow, Holding, ConductRow)
    clean = _rewritten if whole else _freed
    done = tuple(clean(table._meta.db_table) for table in tables)
    return all(done)


def _freed(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f'VACUUM "{table}"')
    return False


def _rewritten(table: str) -> bool:
    with connection.cursor() as cursor:
        try:
            cursor.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
            cursor.execute(f'VACUUM (FULL) "{table}"')
        except DatabaseError:
            return _freed(table)
        finally:
            cursor.execute("RESET lock_timeout")
    return True
