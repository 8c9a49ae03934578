"""What do we tell UNODC and the Council? Tables from the columns of the store, traced to case ids.

Tables hold the actor's own organisation only and are marked internal. Nothing is decoded but State returns,
aggregate returns and effort: cases come from their columns. What was counted stays in memory until a record
of the organisation is written.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from palermo import ProblemWithInput
from palermo.actions.rights import acting, right
from palermo.cases import AggregateReturn, Counted, Effort, PatternReturn, StateReturn
from palermo.codes.languages import ENGLISH, Language
from palermo.report import (
    Comparison,
    Coverage,
    Loaded,
    Table,
    Trace,
    compared,
    loaded,
    side_by_side,
    write_csv,
    write_docx,
    write_pdf,
    write_xlsx,
)
from palermo.report import tables_of as report_tables
from palermo.report import trace_of as report_trace
from palermo.report.building import chosen as definitions
from palermo.report.comparing import cautions, with_cautions
from palermo.report.definitions import BY_ID
from palermo.report.picturing import plot_of
from palermo.report.summing import Summary, summaries_of
from palermo.report.telling import told
from palermo.report.tracing import scheme_of
from palermo.store import access, rows
from palermo.store.access import Actor

check_can_build_tables, can_build_tables = right("report.build_tables")
check_can_compare_tables, can_compare_tables = right("report.compare_tables")
check_can_summaries, can_summaries = right("report.summaries")
check_can_choices, can_choices = right("report.choices")
check_can_code_counts, can_code_counts = right("report.code_counts")
check_can_trace_cell, can_trace_cell = right("report.trace_cell")
check_can_cases_behind, can_cases_behind = right("report.cases_behind")
check_can_download_tables, can_download_tables = right("report.download_tables")
KEPT_IN_MEMORY = 4
DOCUMENTS = {"pdf": write_pdf, "docx": write_docx}
WRITERS: dict[str, Callable[..., bytes]] = {"csv": write_csv, "xlsx": write_xlsx, **DOCUMENTS}
LOADED_IN_MEMORY = 2
TABLES_IN_MEMORY = 256
MOST_BEHIND = 200
FIELDS = {
    "sex": "sex",
    "age_groups": "age_group",
    "areas": "area",
    "exploitation_forms": "forms",
    "portal_forms": "portal_forms",
    "party_types": "party_types",
    "displacement": "displacement",
    "conflict_links": "conflict",
}
"""Code lists whose codes a counted case holds, and in which field."""
Asked = tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class CaseBehind:
    """One case behind a figure: codes only; `month` is that of detection, as 2024-05."""

    public_id: str
    status: str
    month: str
    area: str
    sex: str
    age_group: str


class Place(NamedTuple):
    """An organisation as tables see it: the state of its records changes with every write."""

    whole: Actor
    state: tuple[int, int]
    short: str
    invented: bool

    @property
    def sources(self) -> dict[str, str]:
        return {self.whole.organisation_id: self.short}


@dataclass(frozen=True, slots=True)
class Held:
    """Everything of an organisation that tables are made of."""

    counted: tuple[Counted, ...]
    returns: tuple[StateReturn, ...]
    aggregates: tuple[AggregateReturn, ...]
    efforts: tuple[Effort, ...]
    patterns: tuple[PatternReturn, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """Years and areas that occur in the organisation's records, the latest and the most frequent first."""

    years: tuple[int, ...]
    areas: tuple[str, ...]


def build_tables(
    actor: Actor,
    *,
    on: date,
    year: int | str | None = None,
    area: str | None = None,
    only: Collection[str] = (),
    unit: str = "case",
    scheme: str = "m49",
    language: Language = ENGLISH,
    now: datetime | None = None,
) -> tuple[Table, ...]:
    """The tables of the organisation, as `palermo.report.tables` makes them."""
    asked = {"year": year, "area": area, "only": tuple(only), "unit": unit, "scheme": scheme}
    with acting(actor, "report.build_tables", now=now) as act:
        act.details = {**asked, "on": on.isoformat()}
        return _told(_tables(_place(actor), on, **asked), language)


def compare_tables(
    actor: Actor,
    table: str,
    *,
    years: tuple[int, int],
    on: date,
    area: str | None = None,
    unit: str = "case",
    scheme: str = "m49",
    language: Language = ENGLISH,
    now: datetime | None = None,
) -> Comparison:
    """Two years of one table, and what may make them unlike. Raises REPORT-012 and 013."""
    asked = {"area": area, "unit": unit, "scheme": scheme}
    with acting(actor, "report.compare_tables", now=now) as act:
        act.details = {**asked, "table": table, "years": list(years), "on": on.isoformat()}
        return _compared(_place(actor), table, years, on, language, **asked)


def summaries(
    actor: Actor,
    *,
    on: date,
    year: int | str | None = None,
    area: str | None = None,
    unit: str = "case",
    scheme: str = "m49",
    language: Language = ENGLISH,
) -> Mapping[str, Summary]:
    """What each table says in a line, by its id."""
    with acting(actor, "report.summaries"):
        place = _place(actor)
        return _summed(place, on, scheme, year, area, unit, language)


def choices(actor: Actor) -> Choices:
    """Years and areas that can be chosen, because some case or return has them."""
    with acting(actor, "report.choices"):
        place = _place(actor)
        return _choices(place.whole, place.state)


def code_counts(actor: Actor, name: str) -> Mapping[str, int] | None:
    """In how many cases of the organisation each code of the list occurs; None where that is not known."""
    with acting(actor, "report.code_counts"):
        place = _place(actor)
        return _occurring(place.whole, place.state, name) if name in FIELDS else None


def trace_cell(
    actor: Actor, cell: str, *, on: date, language: Language = ENGLISH, now: datetime | None = None
) -> Trace:
    """The rule, the figure and the ids behind one cell. Raises REPORT-002 for what is no cell."""
    with acting(actor, "report.trace_cell", now=now) as act:
        scheme = scheme_of(cell)
        place = _place(actor)
        held = _loaded(place.whole, place.state, on, scheme)
        found = report_trace(held, cell, language=language)
        act.details = {"rule": found.rule_id, "of": found.of, "records": len(found.cases)}
        return found


def cases_behind(actor: Actor, cases: Collection[str]) -> tuple[CaseBehind, ...]:
    """The cases with these ids in a line each, at most 200, in the order of the ids given."""
    with acting(actor, "report.cases_behind") as act:
        ids = list(cases)[:MOST_BEHIND]
        found = access.cases_named(actor, act.scope, ids).values_list(*CaseBehind.__slots__)
        lines = {values[0]: CaseBehind(*values) for values in found}
        return tuple(lines[each] for each in ids if each in lines)


def download_tables(
    actor: Actor,
    format: str,
    *,
    on: date,
    year: int | None = None,
    compare: int | None = None,
    area: str | None = None,
    only: Collection[str] = (),
    unit: str = "case",
    scheme: str = "m49",
    language: Language = ENGLISH,
    boundaries: Path | None = None,
    now: datetime | None = None,
) -> tuple[str, bytes]:
    """Name and content of a file of tables; `format` is one of `WRITERS`.

    With `compare`, a second year, each table that can be compared holds both. One table as a document has
    its plot. Raises STORE-050 for another format; REPORT-014 and REPORT-015 where what sets documents is
    missing.
    """
    check_can_download_tables(actor)
    if format not in WRITERS:
        raise ProblemWithInput("STORE-050: tables are written as xlsx, csv, pdf or docx")
    asked = {"area": area, "unit": unit, "scheme": scheme}
    with acting(actor, "report.download_tables", now=now) as act:
        act.details = {**asked, "only": tuple(only), "year": year, "compare": compare}
        act.details |= {"on": on.isoformat(), "format": format}
        made = _for_file(_place(actor), on, year, compare, tuple(only), language, **asked)
    # a document takes a second: others must not wait for this transaction meanwhile
    return f"palermo-tables-{on.isoformat()}.{format}", _written(
        made, format, language, plain=compare is None, boundaries=boundaries
    )


def _written(
    made: tuple[Table, ...], format: str, language: Language, *, plain: bool, boundaries: Path | None
) -> bytes:
    more: dict[str, Any] = {}
    if format in DOCUMENTS and len(made) == 1 and plain:
        plot = plot_of(made[0], boundaries=boundaries, language=language)
        more = {"plots": {made[0].id: plot}} if plot else {}
    return WRITERS[format](made, language=language, **more)


def _for_file(
    place: Place,
    on: date,
    year: int | None,
    compare: int | None,
    only: tuple[str, ...],
    language: Language,
    **asked: Any,
) -> tuple[Table, ...]:
    if year is None or compare is None:
        return _told(_tables(place, on, year=year, only=only, **asked), language)
    years = (min(year, compare), max(year, compare))
    both = (
        _compared(place, one.id, years, on, language, **asked) for one in definitions(only) if one.comparable
    )
    return tuple(side_by_side(each, language=language) for each in both)


def _compared(
    place: Place, table: str, years: tuple[int, int], on: date, language: Language, **asked: Any
) -> Comparison:
    counted = (_tables(place, on, year=year, only=(table,), **asked)[0] for year in years)
    first, second = _told(counted, language)
    comparison = compared(first, second, language=language)
    coverage = _coverage(place.whole, place.state, years, asked["area"], BY_ID[table].standings)
    return with_cautions(comparison, cautions(comparison, coverage=coverage, language=language))


def _told(counted: Iterable[Table], language: Language) -> tuple[Table, ...]:
    """Tables are kept in memory as they were counted, and told to each reader anew."""
    return tuple(told(table, language=language) for table in counted)


def _place(actor: Actor) -> Place:
    held = access.organisation(actor)
    whole = Actor("", actor.organisation_id, "")
    return Place(whole, (held.id, held.writes), held.short, held.invented)


def forget() -> None:
    """Nothing is kept in memory: the next table is counted from the store."""
    for kept in (_read, _loaded, _made, _summed, _choices, _occurring, _coverage):
        kept.cache_clear()


def _tables(place: Place, on: date, *, only: tuple[str, ...] = (), **asked: Any) -> tuple[Table, ...]:
    return _made(place, on, only, tuple(sorted(asked.items())))


@lru_cache(maxsize=TABLES_IN_MEMORY)
def _made(place: Place, on: date, only: tuple[str, ...], asked: Asked) -> tuple[Table, ...]:
    more = dict(asked)
    held = _loaded(place.whole, place.state, on, more.pop("scheme"))
    return report_tables(held, sources=place.sources, only=only, invented=place.invented, **more)


@lru_cache(maxsize=TABLES_IN_MEMORY)
def _summed(
    place: Place,
    on: date,
    scheme: str,
    year: int | str | None,
    area: str | None,
    unit: str,
    language: Language,
) -> Mapping[str, Summary]:
    held = _loaded(place.whole, place.state, on, scheme)
    return summaries_of(held, names=place.sources, year=year, area=area, unit=unit, language=language)


@lru_cache(maxsize=LOADED_IN_MEMORY)
def _loaded(whole: Actor, state: tuple[int, int], on: date, scheme: str) -> Loaded:
    """The organisation's records in an engine, which closes when this is forgotten."""
    held = _read(whole, state)
    return loaded(
        held.counted,
        on=on,
        returns=held.returns,
        aggregates=held.aggregates,
        efforts=held.efforts,
        patterns=held.patterns,
        scheme=scheme,
    )


@lru_cache(maxsize=TABLES_IN_MEMORY)
def _choices(whole: Actor, state: tuple[int, int]) -> Choices:
    held = _read(whole, state)
    years = {row.year for row in held.counted} | {row.year for row in held.returns}
    years |= {row.month.year for row in held.efforts}
    areas = Counter(row.area for row in held.counted)
    return Choices(
        tuple(sorted((year for year in years if year), reverse=True)),
        tuple(code for code, _number in areas.most_common()),
    )


@lru_cache(maxsize=TABLES_IN_MEMORY)
def _occurring(whole: Actor, state: tuple[int, int], name: str) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for row in _read(whole, state).counted:
        held = getattr(row, FIELDS[name])
        counts.update({held} if isinstance(held, str) else {one.rpartition(":")[2] for one in held})
    return counts


@lru_cache(maxsize=TABLES_IN_MEMORY)
def _coverage(
    whole: Actor, state: tuple[int, int], years: tuple[int, int], area: str | None, standings: tuple[str, ...]
) -> tuple[Coverage, Coverage]:
    told = {"years": years, "standings": standings, "area": area}
    files = access.files_by_year(whole, **told) if standings else {}
    interviews: Counter[int] = Counter()
    for one in _read(whole, state).efforts:
        if one.month.year and area in (None, one.place.area):
            interviews[one.month.year] += one.interviews
    first, second = (
        Coverage(files.get(year, 0) if standings else None, interviews.get(year)) for year in years
    )
    return first, second


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _read(actor: Actor, state: tuple[int, int]) -> Held:
    columns = access.cases(actor, "organisation").order_by("id").values_list(*rows.COUNTED_COLUMNS)
    ours = actor.organisation_id
    beside = (
        access.returns(actor),
        *(access.records(actor, kind) for kind in ("aggregate_return", "effort", "pattern_return")),
    )
    return Held(
        tuple(rows.counted_of(columns.iterator(20_000), ours)),
        *(tuple(rows.record_of(row, ours) for row in kind) for kind in beside),
    )
