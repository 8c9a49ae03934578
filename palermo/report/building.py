"""Which tables come out of these records? Every definition asked for, counted by one engine."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches

from palermo import ProblemWithInput
from palermo.cases import AggregateReturn, Counted, Effort, StateReturn
from palermo.codes import policy
from palermo.report import layout
from palermo.report.definitions import BY_ID, TABLES, Definition
from palermo.report.engine import Engine, engine
from palermo.report.keys import UNITS
from palermo.report.queries import Asked, counts, organisations
from palermo.report.regions import load_regions, unverified
from palermo.report.returns import load_returns
from palermo.report.shapes import Table


def tables(
    counted: Iterable[Counted],
    *,
    sources: Mapping[str, str],
    on: date,
    returns: Iterable[StateReturn] = (),
    aggregates: Iterable[AggregateReturn] = (),
    efforts: Iterable[Effort] = (),
    year: int | str | None = None,
    area: str | None = None,
    only: Collection[str] = (),
    unit: str = "case",
    scheme: str = "m49",
) -> tuple[Table, ...]:
    """The tables, in the order of `TABLES`.

    `sources` maps an organisation's id to its short name, which is printed as Source; `on` dates the
    policies and the region scheme; `year` and `area` may be "unknown"; `only` names tables by id; `unit` is
    case or person. Raises `ProblemWithInput`: REPORT-001 unknown table, REPORT-003 unit, REPORT-004 source.
    """
    definitions = chosen(only)
    if unit not in UNITS:
        raise ProblemWithInput("REPORT-003 unit: expected case or person. Leave it out to count cases.")
    if any(name.strip().upper() == "GLOTIP" for name in sources.values()):
        raise ProblemWithInput(
            "REPORT-004 source: expected the mission's short name. GLOTIP is the Global Report's; rename it."
        )
    where = {"area": area, "year": None if year is None else str(year)}
    asked = Asked({name: code for name, code in where.items() if code is not None}, unit, flow_line(on))
    with engine() as running:
        load_all(
            running, counted, returns=returns, aggregates=aggregates, efforts=efforts, scheme=scheme, on=on
        )
        return tuple(_table(running, one, asked, sources, scheme, on) for one in definitions)


def chosen(only: Collection[str]) -> Sequence[Definition]:
    """Definitions by id, in the order of `TABLES`; all where `only` is empty."""
    for asked in sorted(set(only) - BY_ID.keys()):
        near = get_close_matches(asked, BY_ID, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        raise ProblemWithInput(
            f"REPORT-001 table: expected the id of a table.{hint} `palermo report tables` lists them."
        )
    return [one for one in TABLES if one.id in only or not only]


def flow_line(on: date) -> int:
    """From how many detected victims on a flow is drawn, on that day."""
    return int(policy("flow_line", on=on).value)


def load_all(
    running: Engine,
    counted: Iterable[Counted],
    *,
    returns: Iterable[StateReturn],
    aggregates: Iterable[AggregateReturn],
    efforts: Iterable[Effort],
    scheme: str,
    on: date,
) -> None:
    """Everything that a definition may select from."""
    running.load(counted)
    load_regions(running, scheme=scheme, on=on)
    load_returns(running, returns=returns, aggregates=aggregates, efforts=efforts)


def _table(
    running: Engine, definition: Definition, asked: Asked, sources: Mapping[str, str], scheme: str, on: date
) -> Table:
    figures = counts(running, definition, asked)
    return Table(
        id=definition.id,
        title=definition.title + _of(asked),
        indicator=definition.indicator,
        header=layout.header(definition, unit=asked.unit),
        rows=layout.rows(definition, figures, asked, scheme=scheme, names=sources),
        rule=definition.rule,
        notes=(*definition.notes, *_dated(definition, asked, scheme, on)),
        source=_source(running, definition, asked, sources),
        rule_id=definition.rule_id,
        unit=asked.unit,
        stubs=layout.stub_count(definition),
        on=on,
    )


def _of(asked: Asked) -> str:
    return "".join(f", {name} {code}" for name, code in asked.where.items())


def _dated(definition: Definition, asked: Asked, scheme: str, on: date) -> list[str]:
    notes = []
    if asked.unit == "person" and not definition.measures:
        notes.append(
            "Unit: persons, as each organisation knows them; a person known to two is counted by both."
        )
    if definition.regions:
        doubt = (
            " Its membership was written from memory and is not verified." if unverified(scheme, on) else ""
        )
        notes.append(f"Regions: scheme {scheme}, as of {on.isoformat()}.{doubt}")
    if definition.fold:
        line = policy("flow_line", on=on)
        notes.append(f"A flow is drawn from {line.value} on (since {line.since}; {line.source}).")
    return notes


def _source(running: Engine, definition: Definition, asked: Asked, sources: Mapping[str, str]) -> str:
    if definition.of == "state_return":
        return "State returns"
    ids = organisations(running, definition, asked)
    return ", ".join(sorted({sources.get(one, layout.NOT_NAMED) for one in ids}))
