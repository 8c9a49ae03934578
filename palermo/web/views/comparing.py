"""What changed from one year to another? Both years side by side, with the difference and what to mind."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from palermo.actions import report
from palermo.report.picturing import plots_of_comparison
from palermo.web import table_words, words
from palermo.web.doors import actor
from palermo.web.table_forms import TableForm


def compared(
    request: HttpRequest, form: TableForm, table: str, *, shown: dict[str, Any], on: date
) -> HttpResponse:
    """The page of a table in the two years that the form asks for; `shown` stands around it."""
    years = form.years or (0, 0)
    asked = {name: value for name, value in form.asked.items() if name != "year"}
    made = report.compare_tables(actor(request), table, years=years, on=on, language=words.reader(), **asked)
    without = {name: value for name, value in form.chosen.items() if name != "compare"}
    columns = made.header[made.stubs :]
    order = table_words.columns_shown(made)
    shown |= {
        "comparison": made,
        "table": made.second,
        "plots": plots_of_comparison(made, language=words.reader()),
        "stubs": made.header[: made.stubs],
        "heads": tuple(columns[at] for at in order),
        "left_out": words.reader().listed(head for at, head in enumerate(columns) if at not in order),
        "rows": tuple(table_words.compared_row(row, form.chosen, made, order) for row in made.rows),
        "meanings": table_words.meanings(made.second),
        "empty": not any(one.first.value or one.second.value for row in made.rows for one in row.changes),
        "one_year": table_words.table_address(table, without),
    }
    return render(request, "palermo/table_compared.html", shown)
