"""Where does this figure come from? The rule, the count and the records, by the cell's own query."""

from collections.abc import Iterable
from contextlib import closing
from datetime import date

from palermo.cases import AggregateReturn, Counted, Effort, PatternReturn, StateReturn
from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.report.building import Loaded, flow_line, loaded
from palermo.report.definitions import BY_CELL, Definition
from palermo.report.keys import CellKey, check_codes, no_such_cell, parse_key
from palermo.report.queries import FILTERS, Asked, figure, records
from palermo.report.shapes import Trace


def trace(
    counted: Iterable[Counted],
    cell: str,
    *,
    on: date,
    returns: Iterable[StateReturn] = (),
    aggregates: Iterable[AggregateReturn] = (),
    efforts: Iterable[Effort] = (),
    patterns: Iterable[PatternReturn] = (),
    language: Language = ENGLISH,
) -> Trace:
    """The trace of the cell with that key; the records given are those that the table was made from.

    `on` dates the policies and the region scheme, as for the table. Raises `ProblemWithInput` (REPORT-002)
    for what is not a key of a cell.
    """
    made = loaded(
        counted,
        on=on,
        returns=returns,
        aggregates=aggregates,
        efforts=efforts,
        patterns=patterns,
        scheme=scheme_of(cell),
    )
    with closing(made) as held:
        return trace_of(held, cell, language=language)


def trace_of(held: Loaded, cell: str, *, language: Language = ENGLISH) -> Trace:
    """The trace of a cell of records that are loaded already, under the scheme of `scheme_of(cell)`."""
    place = parse_key(cell)
    definition = definition_of(place)
    asked = Asked(place.codes, place.unit, flow_line(held.on))
    return Trace(
        cell=cell,
        rule=language.said(definition.rule_in(place.unit)),
        count=figure(held.engine, definition, asked, place.measure),
        cases=records(held.engine, definition, asked, place.measure),
        of=definition.of,
        rule_id=definition.rule_id,
        title=language.said(definition.title),
    )


def scheme_of(cell: str) -> str:
    """The region scheme under which the cell was counted; raises REPORT-002 for what is no cell."""
    place = parse_key(cell)
    definition_of(place)
    return place.scheme or "m49"


def definition_of(place: CellKey) -> Definition:
    """The definition that a key names. Raises REPORT-002."""
    definition = BY_CELL.get((place.breakdown, place.indicator))
    if definition is None:
        raise no_such_cell(phrase("no table has that beginning"))
    check_codes(place.codes, allowed={*definition.dimensions, *FILTERS})
    measures = {one.name for one in definition.measures} or {""}
    if place.measure not in measures:
        raise no_such_cell(phrase("measures of this table: {names}", names=", ".join(sorted(measures))))
    return definition
