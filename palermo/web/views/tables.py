"""Which tables are there, what do they say, and where does a number come from? Each number is a link."""

from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from palermo.actions import report
from palermo.report import BY_ID, TABLES, Cell, Definition, Row, parse_key
from palermo.report.definitions import TITLES
from palermo.report.dimensions import DIMENSIONS, TOTAL
from palermo.report.tracing import definition_of
from palermo.web import words
from palermo.web.doors import actor
from palermo.web.forms import TableFilterForm

TRACED_AT_ONCE = 200
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All tables by what they count; the choice made here travels to each of them."""
    report.check_can_build_tables(actor(request))
    form = TableFilterForm(request.GET)
    query = _query(form)
    shown = {
        "form": form,
        "chosen": query,
        "groups": _groups(query),
        "xlsx": _address("tables-download", query, format="xlsx"),
        "csv": _address("tables-download", query, format="csv"),
        "pdf": _address("tables-download", query, format="pdf"),
        "docx": _address("tables-download", query, format="docx"),
    }
    return render(request, "palermo/tables.html", shown)


@require_safe
def one(request: HttpRequest, table: str) -> HttpResponse:
    if table not in BY_ID:
        raise Http404
    form = TableFilterForm(request.GET)
    query = _query(form)
    (made,) = report.build_tables(actor(request), on=_today(), only=(table,), **choice(form))
    shown = {
        "form": form,
        "chosen": query,
        "table": made,
        "stubs": made.header[: made.stubs],
        "heads": made.header[made.stubs :],
        "rows": tuple(map(_row, made.rows)),
        "back": _address("tables", query),
        "xlsx": _address("tables-download", query, format="xlsx", table=table),
        "csv": _address("tables-download", query, format="csv", table=table),
        "pdf": _address("tables-download", query, format="pdf", table=table),
        "docx": _address("tables-download", query, format="docx", table=table),
    }
    return render(request, "palermo/table.html", shown)


@require_safe
def trace(request: HttpRequest) -> HttpResponse:
    """The rule, the figure and the records of one cell; a page of records at a time."""
    cell = request.GET.get("cell", "")
    place = parse_key(cell)
    definition = definition_of(place)
    found = report.trace_cell(actor(request), cell, on=_today())
    page = _page_number(request)
    first = (page - 1) * TRACED_AT_ONCE
    shown = {
        "trace": found,
        "figure": _("Not known") if found.count is None else found.count,
        "place": tuple(_in_words(name, code) for name, code in place.codes.items()),
        "cases": found.of == "case",
        "heading": _heading(found.of, len(found.cases)),
        "records": found.cases[first : first + TRACED_AT_ONCE],
        "previous": _trace_address(cell, page - 1) if page > 1 else "",
        "next": _trace_address(cell, page + 1) if first + TRACED_AT_ONCE < len(found.cases) else "",
        "back": _table_address(definition, place.codes, unit=place.unit, scheme=place.scheme),
    }
    return render(request, "palermo/trace.html", shown)


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Tables as a file: all of them, or the one that `table` names."""
    form, kind, table = (
        TableFilterForm(request.GET),
        request.GET.get("format", ""),
        request.GET.get("table", ""),
    )
    if kind not in TYPES or (table and table not in BY_ID):
        raise Http404
    only = (table,) if table else ()
    name, content = report.download_tables(actor(request), kind, on=_today(), only=only, **choice(form))
    return as_file(content, name=name, type=TYPES[kind])


def as_file(content: bytes, *, name: str, type: str) -> HttpResponse:
    """A file to keep: never shown in the browser, whatever it holds."""
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=type, headers={"Content-Disposition": disposition})


def choice(form: TableFilterForm) -> dict[str, Any]:
    """What the form chose, as the actions take it; fields that are not valid do not narrow."""
    form.is_valid()
    given = form.cleaned_data
    return {
        "year": given.get("year"),
        "area": given.get("area") or None,
        "unit": given.get("unit") or "case",
        "scheme": given.get("scheme") or "m49",
    }


def _groups(query: dict[str, str]) -> tuple[dict[str, Any], ...]:
    """Tables that count the same thing, under the title of what they count; the others last."""
    parts = [tuple(part) for _indicator, part in groupby(TABLES, key=lambda one: one.indicator)]
    whole = [(TITLES[part[0].indicator], part) for part in parts if len(part) > 1]
    rest = tuple(one for part in parts if len(part) == 1 for one in part)
    return tuple(_group(title, part, query) for title, part in (*whole, ("", rest)))


def _group(title: str, part: tuple[Definition, ...], query: dict[str, str]) -> dict[str, Any]:
    """A heading and links; what the heading says already is not said again in each."""
    tables = []
    for each in part:
        short = each.title.removeprefix(title).lstrip(" :")
        tables.append({"title": short[:1].upper() + short[1:], "address": _table_address(each, query)})
    return {"title": title.strip() or _("Other tables"), "tables": tables}


def _table_address(definition: Definition, query: Any, **more: str) -> str:
    kept = {name: query[name] for name in TableFilterForm.base_fields if query.get(name)}
    kept |= {name: text for name, text in more.items() if text and text not in ("case", "m49")}
    address = reverse("table", args=(definition.id,))
    return f"{address}?{urlencode(kept)}" if kept else address


def _row(row: Row) -> dict[str, Any]:
    total = row.kind == "total" or row.labels[-1] == DIMENSIONS["sex"].label(TOTAL)
    return {"labels": row.labels, "cells": tuple(map(_cell, row.cells)), "total": total}


def _cell(cell: Cell) -> dict[str, Any]:
    if cell.value is None:
        return {"text": "–", "address": ""}
    return {"text": cell.value, "address": _trace_address(cell.key, 1) if cell.value else ""}


def _trace_address(cell: str, page: int) -> str:
    return _address("trace", {"cell": cell}, **({"page": str(page)} if page > 1 else {}))


def _in_words(name: str, code: str) -> tuple[str, str]:
    dimension = DIMENSIONS.get(name)
    return (dimension.title, dimension.label(code)) if dimension else (name, code)


def _heading(of: str, count: int) -> str:
    said = {
        "case": _("Cases behind it: {count}"),
        "state_return": _("Rows of State returns behind it: {count}"),
        "effort": _("Reports of effort behind it: {count}"),
    }
    return said.get(of, _("Records behind it: {count}")).format(count=words.plain_number(count))


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return int(asked) if asked.isdecimal() and 0 < int(asked[:6]) < 10**5 else 1


def _query(form: TableFilterForm) -> dict[str, str]:
    return {name: form.data[name] for name in form.fields if form.data.get(name)}


def _address(name: str, query: dict[str, str], **more: str) -> str:
    text = urlencode({**query, **more})
    return reverse(name) + (f"?{text}" if text else "")


def _today() -> date:
    return datetime.now(UTC).date()
