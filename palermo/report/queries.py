"""How does a definition become a query? One WITH and one WHERE, the same for counting and for tracing."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

from palermo.report.breakdowns import Group
from palermo.report.definitions import Definition
from palermo.report.engine import Engine

FILTERS = ("area", "year")
UNITS = {"case": "case_no", "person": "person_no"}
Codes = tuple[str | None, ...]


class Asked(NamedTuple):
    """What is asked of a definition: conditions by dimension, the unit, and from how many a flow is drawn."""

    where: Mapping[str, str]
    unit: str = "case"
    line: int = 5


def counts(engine: Engine, definition: Definition, asked: Asked) -> dict[Codes, tuple[Any, ...]]:
    """Figures by the codes of `definition.dimensions`; None in a place is the total of that dimension."""
    dimensions = definition.dimensions
    columns = ", ".join(dimensions)
    sql = (
        f"{_with(definition, asked)} SELECT {columns}, {_figures(definition, asked)} FROM members "
        f"{_where(definition, asked)} GROUP BY GROUPING SETS ({', '.join(_sets(definition))})"
    )
    found = engine.rows(sql, asked.where)
    return {row[: len(dimensions)]: row[len(dimensions) :] for row in found}


def figure(engine: Engine, definition: Definition, asked: Asked, measure: str = "") -> int | float | None:
    """The figure of one cell, by the same relation and conditions."""
    at = [one.name for one in definition.measures].index(measure) if measure else 0
    sql = (
        f"{_with(definition, asked)} SELECT {_figures(definition, asked)} "
        f"FROM members {_where(definition, asked)}"
    )
    value: int | float | None = engine.rows(sql, asked.where)[0][at]
    return value


def records(engine: Engine, definition: Definition, asked: Asked, measure: str = "") -> tuple[str, ...]:
    """Ids of the records behind one cell, in order."""
    chosen = next((one.where for one in definition.measures if one.name == measure), "true")
    what = "unnest(ids)" if definition.measures else "case_id"
    sql = (
        f"{_with(definition, asked)} SELECT DISTINCT {what} AS id FROM members "
        f"{_where(definition, asked)} AND ({chosen}) ORDER BY id"
    )
    return tuple(row[0] for row in engine.rows(sql, asked.where))


def organisations(engine: Engine, definition: Definition, asked: Asked) -> tuple[str, ...]:
    """Ids of the organisations whose records the table counts."""
    sql = f"{_with(definition, asked)} SELECT DISTINCT organisation FROM members {_where(definition, asked)}"
    return tuple(row[0] for row in engine.rows(sql, asked.where))


def _with(definition: Definition, asked: Asked) -> str:
    relation = definition.relation.format(unit=UNITS[asked.unit], line=asked.line)
    if definition.measures:
        return f"WITH members AS ({relation})"
    standings = ", ".join(f"'{standing}'" for standing in definition.standings)
    conditions = [f"{name} = ${name}" for name in FILTERS if name in asked.where]
    alone = ["highest"] if asked.unit == "person" else []
    chosen = " AND ".join((f"standing IN ({standings})", *conditions, *alone))
    return f"WITH chosen AS (SELECT * FROM counted WHERE {chosen}), members AS ({relation})"


def _where(definition: Definition, asked: Asked) -> str:
    early = () if definition.measures else FILTERS
    conditions = (f"{name} = ${name}" for name in asked.where if name not in early)
    return "WHERE " + " AND ".join(("true", *conditions))


def _figures(definition: Definition, asked: Asked) -> str:
    if definition.measures:
        return ", ".join(one.sql for one in definition.measures)
    return f"count(DISTINCT {UNITS[asked.unit]})"


def _sets(definition: Definition) -> Iterator[str]:
    columns = [(definition.column, ())] if definition.column else [((),)]
    rows = (
        [(group, ()) for group in definition.rows] if definition.totals else [(g,) for g in definition.rows]
    )
    folded: list[Group] = [(definition.fold[0],)] if definition.fold else []
    for chosen in (*product(*rows, *columns), *((one,) for one in folded)):
        yield "(" + ", ".join(name for group in chosen for name in group) + ")"
