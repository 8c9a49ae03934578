"""Which tables are there, and what do they say? The choice of year and area travels from page to page."""

from datetime import UTC, date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from palermo.actions import report
from palermo.report import BY_ID
from palermo.report.picturing import plots_of
from palermo.web import maps, table_words, words
from palermo.web.doors import actor, may
from palermo.web.table_forms import TableForm
from palermo.web.views import comparing

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All tables with a line of what each says; where a table was chosen, the way leads to it."""
    report.check_can_build_tables(actor(request))
    form = TableForm(request.GET, report.choices(actor(request)))
    chosen = form.chosen
    if form.definition and form.is_valid():
        return redirect(table_words.table_address(form.definition.id, chosen))
    shown = {
        "form": form,
        "chosen": chosen,
        "groups": _groups(request, form),
        "may_import": may(request, "collect.start_import"),
        "downloads": downloads(chosen, ""),
    }
    return render(request, "palermo/tables.html", shown)


@require_safe
def one(request: HttpRequest, table: str) -> HttpResponse:
    """One table with its picture; with a second year, both years."""
    if table not in BY_ID:
        raise Http404
    form = TableForm(request.GET, report.choices(actor(request)), table=table)
    if form.years and form.is_valid():
        return comparing.compared(request, form, table, shown=around(form, table), on=today())
    made = report.build_tables(
        actor(request), on=today(), only=(table,), language=words.reader(), **form.asked
    )[0]
    shown = {
        **around(form, table),
        "table": made,
        "plots": plots_of(made, boundaries=maps.official(), language=words.reader()),
        "stubs": made.header[: made.stubs],
        "heads": made.header[made.stubs :],
        "rows": tuple(table_words.row(row, form.chosen, stubs=made.stubs) for row in made.rows),
        "meanings": table_words.meanings(made),
        "empty": not any(cell.value for cell in made.cells),
    }
    return render(request, "palermo/table.html", shown)


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Tables as a file: all of them, or the one that `table` names; with a second year, both."""
    kind, table = request.GET.get("format", ""), request.GET.get("table", "")
    if kind not in TYPES or (table and table not in BY_ID):
        raise Http404
    form = TableForm(request.GET, report.choices(actor(request)))
    asked = form.asked | {"only": (table,) if table else ()}
    if form.years and form.is_valid():
        asked |= {"year": form.years[1], "compare": form.years[0]}
    name, content = report.download_tables(
        actor(request),
        kind,
        on=today(),
        language=words.reader(),
        boundaries=maps.official(),
        **asked,
    )
    return as_file(content, name=name, type=TYPES[kind])


def as_file(content: bytes, *, name: str, type: str) -> HttpResponse:
    """A file to keep: never shown in the browser, whatever it holds."""
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=type, headers={"Content-Disposition": disposition})


def around(form: TableForm, table: str) -> dict[str, Any]:
    """What stands around a table: the choice, in words and as a form, and the files to take away."""
    return {
        "form": form,
        "chosen": form.chosen,
        "title": words.said(BY_ID[table].title),
        "choice": tuple(table_words.in_words(form.chosen)),
        "back": table_words.address("tables", form.chosen),
        "downloads": downloads(form.chosen, table),
    }


def downloads(chosen: dict[str, str], table: str) -> tuple[tuple[str, str], ...]:
    """Address and words for each kind of file."""
    said = {"xlsx": _("Excel workbook (XLSX)"), "csv": _("Text file (CSV)"), "pdf": _("Document (PDF)")}
    said |= {"docx": _("Document to edit (Word)")}
    more = {"table": table} if table else {}
    return tuple(
        (table_words.address("tables-download", chosen, format=kind, **more), words)
        for kind, words in said.items()
        if kind in TYPES
    )


def today() -> date:
    return datetime.now(UTC).date()


def _groups(request: HttpRequest, form: TableForm) -> tuple[dict[str, Any], ...]:
    found = report.summaries(actor(request), on=today(), language=words.reader(), **form.asked)
    return tuple(
        {
            "title": group.title,
            "tables": tuple(
                {
                    "title": title,
                    "address": table_words.table_address(each.id, form.chosen),
                    "says": table_words.summary(found[each.id]),
                    "empty": not found[each.id].total,
                }
                for each, title in group.tables
            ),
        }
        for group in table_words.groups()
    )
