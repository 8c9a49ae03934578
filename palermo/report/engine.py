"""Which engine counts? DuckDB in this process, over columns of codes and ids, in memory only.

No identity ever enters, nothing spills to disk, no file or network can be reached from a query, and no
extension is loaded beyond those built in. The SQL of the definitions is plain (joins, GROUPING SETS), so
that the same definitions can later run over Parquet or on Spark.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import duckdb
import msgspec

from palermo import PalermoError
from palermo.cases import Counted

CHUNK = 20_000
LIMITS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "temp_directory": "",
    "max_temp_directory_size": "0B",
    "memory_limit": "2GB",
    "threads": 2,
}
COUNTED = {
    "case_no": "INTEGER",
    "person_no": "INTEGER",
    "case_id": "VARCHAR",
    "organisation": "VARCHAR",
    "standing": "VARCHAR",
    "year": "VARCHAR",
    "area": "VARCHAR",
    "sex": "VARCHAR",
    "age": "VARCHAR",
    "stateless": "BOOLEAN",
    "displacement": "VARCHAR",
    "linked": "VARCHAR",
}
MEMBERS = {
    "citizenships": "citizenships",
    "portal_forms": "portal_forms",
    "forms": "forms",
    "repatriations": "repatriation",
    "conflict": "conflict",
    "party_types": "party_types",
    "routes": "routes",
}
PAIRS = {"conflict": ("stage", "link", ":"), "routes": ("recruited", "exploited", ">")}


class Failed(PalermoError):
    """The engine could not count: a fault of Palermo or of the computer, not of the records."""


class Engine:
    """Tables in memory, and queries over them. Close it, or use `engine()`."""

    def __init__(self) -> None:
        self.connection = duckdb.connect(":memory:", config=LIMITS)
        self.connection.execute("SET lock_configuration = true")

    def create(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """A table `name` with `rows` (values in the order of `columns`), loaded in chunks."""
        listed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        self.connection.execute(f"CREATE TABLE {name} ({listed})")
        self._append(name, columns, rows)

    def _append(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        shape = msgspec.json.encode({column: [_json(kind)] for column, kind in columns.items()}).decode()
        unnested = ", ".join(f'unnest(chunk."{column}")' for column in columns)
        insert = f"INSERT INTO {name} SELECT {unnested} FROM (SELECT from_json(?::JSON, '{shape}') AS chunk)"
        remaining = iter(rows)
        while chunk := list(islice(remaining, CHUNK)):
            by_column = dict(zip(columns, zip(*chunk, strict=True), strict=True))
            self.connection.execute(insert, [msgspec.json.encode(by_column).decode()])

    def rows(self, sql: str, values: Mapping[str, str] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query; `values` are its named parameters. Raises `Failed` (REPORT-009)."""
        try:
            return self.connection.execute(sql, dict(values or {})).fetchall()
        except duckdb.Error as error:
            kind = type(error).__name__
            raise Failed(
                f"REPORT-009: the engine stopped ({kind}); ask for fewer tables or records"
            ) from None

    def load(self, counted: Iterable[Counted]) -> None:
        """`counted` as the table of that name and a table per multi-valued field; a later row of a case wins."""
        rows = list({row.case: row for row in counted}.values())
        persons: dict[str, int] = {}
        self.create("counted", COUNTED, (_flat(no, row, persons) for no, row in enumerate(rows)))
        for name, field in MEMBERS.items():
            self._load_members(name, ((no, getattr(row, field)) for no, row in enumerate(rows)))

    def _load_members(self, name: str, fields: Iterable[tuple[int, tuple[str, ...]]]) -> None:
        if name not in PAIRS:
            members = ((no, code) for no, codes in fields for code in codes)
            self.create(name, {"case_no": "INTEGER", "code": "VARCHAR"}, members)
            return
        first, second, mark = PAIRS[name]
        pairs = ((no, *_split(code, mark)) for no, codes in fields for code in codes or ("unknown",))
        self.create(name, {"case_no": "INTEGER", first: "VARCHAR", second: "VARCHAR"}, pairs)


def _json(kind: str) -> object:
    return [_json(kind[:-2])] if kind.endswith("[]") else kind


def _flat(no: int, row: Counted, persons: dict[str, int]) -> tuple[Any, ...]:
    return (
        no,
        persons.setdefault(row.person, len(persons)),
        row.case,
        row.organisation,
        row.standing,
        "unknown" if row.year is None else str(row.year),
        row.area,
        row.sex,
        row.age_group,
        row.stateless,
        row.displacement,
        linked(row.conflict),
    )


def linked(conflict: Iterable[str]) -> str:
    """Whether a case is linked to a conflict: yes by any link; no where none was found at every stage given."""
    links = {_split(code, ":")[1] for code in conflict}
    if links - {"none", "unknown"}:
        return "yes"
    return "no" if links == {"none"} else "unknown"


def _split(code: str, mark: str) -> tuple[str, str]:
    first, found, second = code.partition(mark)
    return (first, second) if found else ("unknown", code)


@contextmanager
def engine() -> Iterator[Engine]:
    """An engine that is closed, and its memory freed, when the block ends."""
    one = Engine()
    try:
        yield one
    finally:
        one.connection.close()
