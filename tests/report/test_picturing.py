"""A table's plot shows what the table shows: each figure of a plot is one of the table's own."""

from contextlib import closing
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from palermo.codes.languages import language
from palermo.report import TABLES, compared, loaded, tables_of
from palermo.report.picturing import MOST, plot_of, plots_of, plots_of_comparison
from palermo.report.summing import summaries_of
from tests.report.conftest import counted_rows

ON = date(2026, 11, 1)
SLOW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
OF_CASES = [one.id for one in TABLES if one.of == "case"]
ARABIC = language("ar")


@pytest.fixture(scope="module")
def held(mission, mission_rows):
    with closing(loaded(mission_rows, on=ON, efforts=mission.efforts)) as one:
        yield one


def figures(plot) -> set[str]:
    """Cells of the plot's own table but those that name a row, and the sums of a place that ribbons show."""
    rows = (row for row in plot.rows if "all" not in row)
    return {cell for row in rows for cell in row[1:] if cell.replace("\xa0", "").isdigit()}


@pytest.mark.parametrize("table", [one.id for one in TABLES])
def test_a_plot_shows_what_its_table_shows(held, table):
    (made,) = tables_of(held, sources={}, only=[table])
    known = {f"{cell.value:,}".replace(",", "\xa0") for cell in made.cells if isinstance(cell.value, int)}
    for plot in plots_of(made):
        assert figures(plot) <= known | {"0"}, plot.title
        assert plot.title.startswith(made.title)
        assert plot.alt
    main = plot_of(made)
    assert (main is None) == (plots_of(made) == ())


def test_the_kind_of_plot_is_that_of_the_breakdown(held):
    made = {one.id: plots_of(one) for one in tables_of(held, sources={})}
    assert [len(made[name]) for name in ("area_documented", "flow_documented", "sex_age_documented")] == [
        2,
        2,
        1,
    ]
    assert "bar-0" in made["sex_age_documented"][0].svg
    assert made["patterns"] == made["aggregates"] == ()
    assert all(
        made[name] for name in ("form_documented", "effort", "conflict_form_documented", "not_counted")
    )


def test_a_plot_speaks_and_runs_as_its_reader_reads(held):
    (made,) = tables_of(held, sources={}, only=["form_documented"])
    assert plots_of(made, language=ARABIC)[0].svg != plots_of(made)[0].svg


@SLOW
@given(rows=counted_rows(), table=st.sampled_from(OF_CASES))
def test_both_years_of_a_comparison_are_in_its_plot(rows, table):
    with closing(loaded(rows, on=ON)) as held:
        comparison = compared(
            *(tables_of(held, sources={}, only=[table], year=year)[0] for year in (2024, 2025))
        )
    shown = {str(one) for row in comparison.rows for each in row.changes for one in values(each)}
    for plot in plots_of_comparison(comparison):
        assert plot.header[1:] == ("2024", "2025")
        assert len(plot.rows) <= MOST
        assert figures(plot) <= shown


def values(change):
    return (change.first.value, change.second.value)


@SLOW
@given(rows=counted_rows(), unit=st.sampled_from(["case", "person"]))
def test_the_summary_of_a_table_is_its_own_total_and_its_largest_row(rows, unit):
    with closing(loaded(rows, on=ON)) as held:
        found = summaries_of(held, names={}, unit=unit)
        for table in tables_of(held, sources={}, only=OF_CASES, unit=unit):
            one = found[table.id]
            total = table.rows[-1]
            assert total.kind == "total"
            assert one.total == (total.cells[-1].value or 0)
            if one.label:
                assert one.largest in {row.cells[-1].value for row in table.rows}
