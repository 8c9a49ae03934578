"""How does Django speak to SQLCipher? As to SQLite, with the key given first on every connection.

Django requires this module's name. The key is 64 hexadecimal digits and used as it is: a passphrase would be
stretched anew on every connection. Source: SQLCipher 4 (AES-256-CBC and HMAC-SHA-512 on every page, also free
ones and those of the write-ahead log). Never writes the key anywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from django.db.backends.sqlite3 import base as plain
from django.db.backends.sqlite3._functions import register
from sqlcipher3 import dbapi2

from palermo import ProblemWithInput

for _kind, _read in {
    "bool": b"1".__eq__,
    "date": plain.decoder(plain.parse_date),
    "time": plain.decoder(plain.parse_time),
    "datetime": plain.decoder(plain.parse_datetime),
    "timestamp": plain.decoder(plain.parse_datetime),
}.items():
    dbapi2.register_converter(_kind, _read)
dbapi2.register_adapter(Decimal, str)


class Cursor(dbapi2.Cursor):
    """Django's %s and %(name)s become SQLite's ? and :name."""

    convert_query = plain.SQLiteCursorWrapper.convert_query

    def execute(self, query: str, params: Any = None) -> Any:
        if params is None:
            return super().execute(query)
        return super().execute(self.convert_query(query, param_names=_names(params)), params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        rows = iter(param_list)
        first = list(islice(rows, 1))
        names = _names(first[0]) if first else None
        return super().executemany(self.convert_query(query, param_names=names), chain(first, rows))


def _names(params: Sequence[Any] | Mapping[str, Any]) -> list[str] | None:
    return list(params) if isinstance(params, Mapping) else None


class DatabaseWrapper(plain.DatabaseWrapper):
    """SQLite whose file is encrypted with the key in PASSWORD of its settings."""

    Database = dbapi2

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that has read the file. Raises `ProblemWithInput` (STORE-063) on another key."""
        connection = dbapi2.connect(**conn_params)
        try:
            self._unlock(connection)
        except dbapi2.DatabaseError as error:
            connection.close()
            if isinstance(error, dbapi2.OperationalError):
                raise
            raise ProblemWithInput(WRONG_KEY) from None
        register(connection)
        return connection

    def _unlock(self, connection: Any) -> None:
        connection.execute(f"PRAGMA key = \"x'{self.settings_dict['PASSWORD']}'\"")
        connection.execute("SELECT COUNT(*) FROM sqlite_master")
        for command in ("PRAGMA foreign_keys = ON", "PRAGMA legacy_alter_table = OFF", *self.init_commands):
            connection.execute(command.strip())

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)


WRONG_KEY = (
    "STORE-063: the database does not open with the key of PALERMO_DATABASE_KEY_FILE, or its first page is"
    " damaged; give the key under which it was made, or restore a backup. Without the key nobody can read it"
)
