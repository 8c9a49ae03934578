"""Which tables come out of these records? Every definition asked for, counted by one engine."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from palermo import ProblemWithInput
from palermo.cases import AggregateReturn, Counted, Effort, PatternReturn, StateReturn
from palermo.codes import policy
from palermo.codes.languages import ENGLISH, Language, marked, phrase
from palermo.report import layout
from palermo.report.asking import narrowed
from palermo.report.definitions import BY_ID, TABLES, Definition
from palermo.report.engine import Engine
from palermo.report.keys import UNITS
from palermo.report.queries import Asked, counts, organisations
from palermo.report.regions import load_regions, named
from palermo.report.returns import area_of, load_returns
from palermo.report.shapes import Table
from palermo.report.telling import told


def tables(
    counted: Iterable[Counted],
    *,
    sources: Mapping[str, str],
    on: date,
    returns: Iterable[StateReturn] = (),
    aggregates: Iterable[AggregateReturn] = (),
    efforts: Iterable[Effort] = (),
    patterns: Iterable[PatternReturn] = (),
    year: int | str | None = None,
    area: str | None = None,
    only: Collection[str] = (),
    unit: str = "case",
    scheme: str = "m49",
    invented: bool = False,
    language: Language = ENGLISH,
    advance: Callable[[int, int | None], None] | None = None,
) -> tuple[Table, ...]:
    """The tables, in the order of `TABLES`, said in `language`.

    `sources` maps an organisation's id to its short name, which is printed as Source; `on` dates the
    policies and the region scheme; `year` and `area` may be "unknown"; `only` names tables by id; `unit` is
    case or person; `invented` marks every table; `advance` is told how many tables are done. Raises
    `ProblemWithInput`: REPORT-001 unknown table, REPORT-003 unit, REPORT-004 source, REPORT-010 year,
    REPORT-011 area.
    """
    _check(only, unit, sources)
    records = loaded(
        counted,
        on=on,
        returns=returns,
        aggregates=aggregates,
        efforts=efforts,
        patterns=patterns,
        scheme=scheme,
    )
    with closing(records) as held:
        made = tables_of(
            held,
            sources=sources,
            year=year,
            area=area,
            only=only,
            unit=unit,
            invented=invented,
            advance=advance,
        )
    return tuple(told(table, language=language) for table in made)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Records in an engine, to be counted and traced as often as asked; several threads may ask at once.

    `areas` are those that State returns name, also without a code. Its memory is freed by `close`, or when
    nothing refers to it any more.
    """

    engine: Engine
    scheme: str
    on: date
    areas: frozenset[str]

    def close(self) -> None:
        self.engine.connection.close()


def loaded(
    counted: Iterable[Counted],
    *,
    on: date,
    returns: Iterable[StateReturn] = (),
    aggregates: Iterable[AggregateReturn] = (),
    efforts: Iterable[Effort] = (),
    patterns: Iterable[PatternReturn] = (),
    scheme: str = "m49",
) -> Loaded:
    """The records in an engine of their own; `on` dates the policies and the region scheme."""
    running, returned = Engine(), tuple(returns)
    load_all(
        running,
        counted,
        returns=returned,
        aggregates=aggregates,
        efforts=efforts,
        patterns=patterns,
        scheme=scheme,
        on=on,
    )
    return Loaded(running, scheme, on, frozenset(map(area_of, returned)))


def tables_of(
    held: Loaded,
    *,
    sources: Mapping[str, str],
    year: int | str | None = None,
    area: str | None = None,
    only: Collection[str] = (),
    unit: str = "case",
    invented: bool = False,
    advance: Callable[[int, int | None], None] | None = None,
) -> tuple[Table, ...]:
    """The tables of records that are loaded already; order and errors as for `tables`.

    They can be `told` in every language: what was put together still knows its pattern.
    """
    definitions = _check(only, unit, sources)
    asked = Asked(narrowed(year=year, area=area, also=held.areas), unit, flow_line(held.on))
    made: list[Table] = []
    for one in definitions:
        table = _table(held.engine, one, asked, sources, held.scheme, held.on)
        made.append(replace(table, invented=invented))
        if advance:
            advance(len(made), len(definitions))
    return tuple(made)


def _check(only: Collection[str], unit: str, sources: Mapping[str, str]) -> Sequence[Definition]:
    """The definitions asked for; raises REPORT-001, 003 and 004."""
    definitions = chosen(only)
    if unit not in UNITS:
        raise ProblemWithInput("REPORT-003 unit: expected case or person. Leave it out to count cases.")
    if any(name.strip().upper() == "GLOTIP" for name in sources.values()):
        raise ProblemWithInput(
            "REPORT-004 source: expected the mission's short name. GLOTIP is the Global Report's; rename it."
        )
    return definitions


def chosen(only: Collection[str]) -> Sequence[Definition]:
    """Definitions by id, in the order of `TABLES`; all where `only` is empty."""
    for asked in sorted(set(only) - BY_ID.keys()):
        near = get_close_matches(asked, BY_ID, n=1)
        raise ProblemWithInput(_no_table(*near))
    return [one for one in TABLES if one.id in only or not only]


def _no_table(near: str = "") -> str:
    if not near:
        return "REPORT-001 table: expected the id of a table. `palermo report tables` lists them."
    return phrase(
        'REPORT-001 table: expected the id of a table. Did you mean "{near}"? `palermo report tables` lists '
        "them.",
        near=near,
    )


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
    patterns: Iterable[PatternReturn] = (),
) -> None:
    """Everything that a definition may select from."""
    running.load(counted)
    load_regions(running, scheme=scheme, on=on)
    load_returns(running, returns=returns, aggregates=aggregates, efforts=efforts, patterns=patterns)


def _table(
    running: Engine, definition: Definition, asked: Asked, sources: Mapping[str, str], scheme: str, on: date
) -> Table:
    figures = counts(running, definition, asked)
    return Table(
        id=definition.id,
        title=_title(definition, asked, scheme, on),
        indicator=definition.indicator,
        header=layout.header(definition, unit=asked.unit),
        rows=layout.rows(definition, figures, asked, scheme=scheme, names=sources),
        rule=definition.rule_in(asked.unit),
        notes=(*definition.notes, *_dated(definition, scheme, on)),
        source=_source(running, definition, asked, sources),
        rule_id=definition.rule_id,
        unit=definition.unit_in(asked.unit),
        stubs=layout.stub_count(definition),
        on=on,
        where=dict(asked.where),
    )


def _title(definition: Definition, asked: Asked, scheme: str, on: date) -> str:
    """The title with the choice of area and year, as a sentence that can be said in another language."""
    title: str = phrase(definition.title)
    if "area" in asked.where:
        title = phrase("{title}, area {area}", title=title, area=asked.where["area"])
    if "year" in asked.where:
        title = phrase("{title}, year {year}", title=title, year=asked.where["year"])
    if definition.regions:
        title = phrase("{title} (regions: {scheme})", title=title, scheme=named(scheme, on))
    return title


def _dated(definition: Definition, scheme: str, on: date) -> list[str]:
    notes: list[str] = []
    if definition.regions:
        at = on.isoformat()
        notes.append(phrase("Regions: scheme {scheme}, as of {on}.", scheme=named(scheme, on), on=at))
    if definition.fold:
        line = policy("flow_line", on=on)
        told = {"line": line.value, "since": line.since.isoformat(), "source": line.source}
        notes.append(phrase(LINE[definition.indicator == "detected_victims"], **told))
    return notes


LINE = {
    True: marked(
        "A line is drawn from {line} on, counted over all years shown. This is the Global Report's rule for "
        "detected victims (since {since}; {source})."
    ),
    False: marked(
        "A line is drawn from {line} on, counted over all years shown. Its use here is Palermo's own: it is "
        "the Global Report's rule for detected victims (since {since}; {source})."
    ),
}


def _source(running: Engine, definition: Definition, asked: Asked, sources: Mapping[str, str]) -> str:
    if definition.of == "state_return":
        return phrase("State returns")
    ids = organisations(running, definition, asked)
    return ", ".join(sorted({sources.get(one, layout.NOT_NAMED) for one in ids}))
