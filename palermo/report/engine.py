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
from palermo.cases.counting import NOT_COUNTED, VICTIMS
from palermo.codes.languages import phrase

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
MEMBERS = {
    "citizenships": "citizenships",
    "portal_forms": "portal_forms",
    "forms": "forms",
    "repatriations": "repatriation",
    "conflict": "conflict",
    "party_types": "party_types",
    "routes": "routes",
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
    "in_return": "VARCHAR",
    "highest": "BOOLEAN",
} | {f"{name}_no": "INTEGER" for name in MEMBERS}
STANDINGS = {standing: rank for rank, standing in enumerate((*VICTIMS, *NOT_COUNTED))}
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
        """All rows of a query; `values` are its named parameters. Raises `Failed` (REPORT-009).

        A cursor of its own, so that several threads may ask at once.
        """
        try:
            with self.connection.cursor() as cursor:
                return cursor.execute(sql, dict(values or {})).fetchall()
        except duckdb.Error as error:
            kind = type(error).__name__
            raise Failed(
                phrase("REPORT-009: the engine stopped ({kind}); ask for fewer tables or records", kind=kind)
            ) from None

    def load(self, counted: Iterable[Counted]) -> None:
        """The table `counted` and one per multi-valued field; a later row of the same case wins.

        A set of codes is kept once: `counted.forms_no` says which set of the table `forms` a case has.
        """
        sets: dict[str, dict[tuple[str, ...], int]] = {name: {} for name in MEMBERS}
        rows = {row.case: row for row in counted}.values()
        persons = _Persons(rows)
        self.create("counted", COUNTED, (_flat(no, row, persons, sets) for no, row in enumerate(rows)))
        for name, numbered in sets.items():
            self.create(name, *_members(name, numbered))


class _Persons:
    """Every person of every organisation, numbered, with the highest standing of her cases there."""

    def __init__(self, rows: Iterable[Counted]) -> None:
        self.numbers: dict[tuple[str, str], int] = {}
        self.highest: dict[tuple[str, str], int] = {}
        for row in rows:
            who, rank = (row.organisation, row.person), STANDINGS[row.standing]
            self.numbers.setdefault(who, len(self.numbers))
            self.highest[who] = min(rank, self.highest.get(who, rank))


def _members(
    name: str, numbered: Mapping[tuple[str, ...], int]
) -> tuple[dict[str, str], Iterator[tuple[int | str, ...]]]:
    listed = ((no, code) for codes, no in numbered.items() for code in codes)
    if name not in PAIRS:
        return {"no": "INTEGER", "code": "VARCHAR"}, listed
    first, second, mark = PAIRS[name]
    columns = {"no": "INTEGER", first: "VARCHAR", second: "VARCHAR"}
    return columns, ((no, *_split(code, mark)) for no, code in listed)


def _json(kind: str) -> object:
    return [_json(kind[:-2])] if kind.endswith("[]") else kind


def _flat(
    no: int, row: Counted, persons: _Persons, sets: Mapping[str, dict[tuple[str, ...], int]]
) -> tuple[Any, ...]:
    who, numbers = (row.organisation, row.person), []
    for name, field in MEMBERS.items():
        numbered = sets[name]
        numbers.append(numbered.setdefault(getattr(row, field), len(numbered)))
    return (
        no,
        persons.numbers[who],
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
        row.in_return,
        persons.highest[who] == STANDINGS[row.standing],
        *numbers,
    )


def linked(conflict: Iterable[str]) -> str:
    """Whether a case is linked to a conflict: yes by any link; no where every stage given says none."""
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
