"""Does the fast engine count as the plain reference does, and can every cell be traced?"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palermo.cases import Counted
from palermo.report import TABLES, Table, parse_key, tables, trace
from palermo.report.building import load_all
from palermo.report.definitions import BY_ID
from palermo.report.engine import Engine, engine
from palermo.report.queries import Asked, records
from tests.proof import examples

ON = date(2026, 11, 1)
SOURCES = {"a" * 32: "UNTEST A (invented)", "b" * 32: "UNTEST B (invented)"}
OF_CASES = [one.id for one in TABLES if one.of == "case"]
QUICK = settings(
    max_examples=examples(10),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def rows_of(conftest: Any) -> st.SearchStrategy[list[Counted]]:
    return conftest.counted_rows()  # type: ignore[no-any-return]


def _strategy() -> st.SearchStrategy[list[Counted]]:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("report_rows", Path(__file__).parent / "conftest.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return rows_of(module)


ROWS = _strategy()


def check(reference: ModuleType, rows: list[Counted], **asked: Any) -> None:
    scheme, unit = asked.get("scheme", "m49"), asked.get("unit", "case")
    where = {name: str(asked[name]) for name in ("area", "year") if asked.get(name) is not None}
    for table in tables(rows, sources=SOURCES, on=ON, only=OF_CASES, **asked):
        one = BY_ID[table.id]
        expected = reference.cells(
            rows, one.breakdown, one.indicator, unit=unit, where=where, scheme=scheme, on=ON
        )
        shown = _shown(table, set(one.dimensions))
        for codes, value in shown.items():
            assert value == len(expected.get(codes, ())), (table.id, codes)
        assert _whole(expected, shown, one.dimensions, folded=bool(one.fold)), table.id


def _shown(table: Table, dimensions: set[str]) -> dict[frozenset[Any], Any]:
    """Figures by the table's own dimensions; a filter that is no dimension is left out."""
    return {_own(parse_key(cell.key).codes, dimensions): cell.value for cell in table.cells}


def _own(codes: Mapping[str, str], dimensions: set[str]) -> frozenset[tuple[str, str]]:
    names = {"line"} if "line" in codes else dimensions
    return frozenset((name, code) for name, code in codes.items() if name in names)


def _whole(
    expected: dict[Any, Any], shown: dict[Any, Any], dimensions: tuple[str, ...], folded: bool
) -> bool:
    """Whether nothing that counts is left out of the table: every fullest cell is shown."""
    full = [codes for codes in expected if len(codes) == len(dimensions) - folded]
    if folded:
        named = {codes for codes in full if codes not in shown}
        folds = {case for codes, cases in expected.items() if dict(codes).get("line") for case in cases}
        return {case for codes in named for case in expected[codes]} <= folds
    return all(codes in shown for codes in full)


@QUICK
@given(
    rows=ROWS, unit=st.sampled_from(["case", "person"]), scheme=st.sampled_from(["m49", "global_report_2016"])
)
def test_the_engine_counts_as_the_reference(
    reference: ModuleType, rows: list[Counted], unit: str, scheme: str
) -> None:
    check(reference, rows, unit=unit, scheme=scheme)


@QUICK
@given(
    rows=ROWS, area=st.sampled_from(["IRQ", "unknown", None]), year=st.sampled_from([2024, "unknown", None])
)
def test_the_engine_filters_as_the_reference(
    reference: ModuleType, rows: list[Counted], area: str | None, year: int | str | None
) -> None:
    check(reference, rows, area=area, year=year)


@pytest.mark.parametrize("unit", ["case", "person"])
def test_the_invented_mission_counts_as_the_reference(
    reference: ModuleType, mission_rows: list[Counted], unit: str
) -> None:
    check(reference, mission_rows, unit=unit)


def _traced(running: Engine, key: str) -> tuple[str, ...]:
    place = parse_key(key)
    definition = next(
        one for one in TABLES if (one.breakdown, one.indicator) == (place.breakdown, place.indicator)
    )
    return records(running, definition, Asked(place.codes, place.unit, 5), place.measure)


@settings(QUICK, max_examples=examples(3))
@given(rows=ROWS)
def test_every_cell_is_traced_to_as_many_cases_as_it_counts(rows: list[Counted]) -> None:
    made = tables(rows, sources=SOURCES, on=ON, only=OF_CASES)
    with engine() as running:
        load_all(running, rows, returns=(), aggregates=(), efforts=(), scheme="m49", on=ON)
        for table in made:
            for cell in table.cells:
                if cell.value:
                    assert len(_traced(running, cell.key)) == cell.value, cell.key


@settings(QUICK, max_examples=examples(3))
@given(rows=ROWS)
def test_the_traces_of_the_parts_together_are_the_cases_of_the_total(rows: list[Counted]) -> None:
    made = tables(rows, sources=SOURCES, on=ON, only=OF_CASES)
    with engine() as running:
        load_all(running, rows, returns=(), aggregates=(), efforts=(), scheme="m49", on=ON)
        for table in made:
            parts, total = _parts_and_total(table)
            together = {case for key in parts for case in _traced(running, key)}
            assert together == set(_traced(running, total)), table.id


def _parts_and_total(table: Table) -> tuple[list[str], str]:
    keys = [cell.key for cell in table.cells]
    total = min(keys, key=lambda key: len(parse_key(key).codes))
    by_size = defaultdict(list)
    for row in table.rows:
        by_size[row.kind == "total"].append(row.cells[-1].key)
    return [key for key in by_size[False] if key != total], total


@settings(QUICK, max_examples=examples(3))
@given(rows=ROWS)
def test_trace_gives_the_figure_of_the_cell_in_either_unit(rows: list[Counted]) -> None:
    for unit in ("case", "person"):
        (made,) = tables(rows, sources=SOURCES, on=ON, only=["form"], unit=unit)
        cell = made.rows[0].cells[-1]
        traced = trace(rows, cell.key, on=ON)
        assert traced.count == cell.value
        assert traced.rule == made.rule
        assert len(traced.cases) == cell.value or unit == "person"


@settings(QUICK, max_examples=examples(3))
@given(rows=ROWS)
def test_order_of_records_and_repetition_change_nothing(rows: list[Counted]) -> None:
    once = tables(rows, sources=SOURCES, on=ON)
    assert tables([*reversed(rows), *rows], sources=SOURCES, on=ON) == once
