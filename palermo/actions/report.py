"""What do we tell UNODC and the Council? Tables from the columns of the store, traced to case ids.

Tables hold the actor's own organisation only and are marked internal. Nothing is decoded but State returns,
aggregate returns and effort: cases come from their columns.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from palermo import ProblemWithInput
from palermo.actions.rights import acting, right
from palermo.cases import AggregateReturn, Counted, Effort, PatternReturn, StateReturn
from palermo.codes.languages import ENGLISH, Language
from palermo.report import Table, Trace, tables, trace, write_csv, write_docx, write_pdf, write_xlsx
from palermo.store import access, rows
from palermo.store.access import Actor

check_can_build_tables, can_build_tables = right("report.build_tables")
check_can_trace_cell, can_trace_cell = right("report.trace_cell")
check_can_download_tables, can_download_tables = right("report.download_tables")
KEPT_IN_MEMORY = 4
IN_WORDS = {"pdf": write_pdf, "docx": write_docx}
WRITERS: dict[str, Callable[..., bytes]] = {"xlsx": write_xlsx, "csv": write_csv, **IN_WORDS}


@dataclass(frozen=True, slots=True)
class Held:
    """Everything of an organisation that tables are made of."""

    counted: tuple[Counted, ...]
    returns: tuple[StateReturn, ...]
    aggregates: tuple[AggregateReturn, ...]
    efforts: tuple[Effort, ...]
    patterns: tuple[PatternReturn, ...]

    @property
    def beside(self) -> dict[str, Any]:
        beside = {"returns": self.returns, "aggregates": self.aggregates, "efforts": self.efforts}
        return beside | {"patterns": self.patterns}


def build_tables(
    actor: Actor,
    *,
    on: date,
    year: int | str | None = None,
    area: str | None = None,
    only: Collection[str] = (),
    unit: str = "case",
    scheme: str = "m49",
    now: datetime | None = None,
) -> tuple[Table, ...]:
    """The tables of the organisation, as `palermo.report.tables` makes them."""
    asked = {"year": year, "area": area, "only": tuple(only), "unit": unit, "scheme": scheme}
    with acting(actor, "report.build_tables", now=now) as act:
        act.details = {**asked, "on": on.isoformat()}
        return _tables(actor, on, **asked)


def trace_cell(actor: Actor, cell: str, *, on: date, now: datetime | None = None) -> Trace:
    """The rule, the figure and the ids behind one cell. Raises REPORT-002 for what is no cell."""
    with acting(actor, "report.trace_cell", now=now) as act:
        held = _held(actor)
        found = trace(held.counted, cell, on=on, **held.beside)
        act.details = {"rule": found.rule_id, "of": found.of, "records": len(found.cases)}
        return found


def download_tables(
    actor: Actor,
    format: str,
    *,
    on: date,
    year: int | str | None = None,
    area: str | None = None,
    only: Collection[str] = (),
    unit: str = "case",
    scheme: str = "m49",
    language: Language = ENGLISH,
    now: datetime | None = None,
) -> tuple[str, bytes]:
    """Name and content of a file of tables; `format` is one of `WRITERS`.

    Raises STORE-050 for another format; REPORT-014 and REPORT-015 where what sets documents is missing.
    """
    check_can_download_tables(actor)
    if format not in WRITERS:
        raise ProblemWithInput("STORE-050: tables are written as xlsx, csv, pdf or docx")
    said = {"language": language} if format in IN_WORDS else {}
    asked = {"year": year, "area": area, "only": tuple(only), "unit": unit, "scheme": scheme}
    with acting(actor, "report.download_tables", now=now) as act:
        act.details = {**asked, "on": on.isoformat(), "format": format}
        content = WRITERS[format](_tables(actor, on, **asked), **said)
        return f"palermo-tables-{on.isoformat()}.{format}", content


def _tables(actor: Actor, on: date, **asked: Any) -> tuple[Table, ...]:
    held = _held(actor)
    made_up = access.organisation(actor).invented
    return tables(
        held.counted, sources=access.sources(actor), on=on, invented=made_up, **held.beside, **asked
    )


def _held(actor: Actor) -> Held:
    """From memory where nothing was written to the organisation's records since."""
    whole = Actor("", actor.organisation_id, "")
    return _read(whole, access.state_of_records(actor))


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _read(actor: Actor, state: tuple[Any, ...]) -> Held:
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
