"""Where does a number come from? The rule in words, what was counted, and the cases that make it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from palermo.actions import report
from palermo.codes import code_list
from palermo.report import CellKey, Definition, Trace, parse_key
from palermo.report.dimensions import DIMENSIONS
from palermo.report.tracing import definition_of
from palermo.web import table_words, words
from palermo.web.doors import actor
from palermo.web.table_forms import TableForm
from palermo.web.views.case import COLOURS
from palermo.web.views.tables import today

AT_ONCE = 200


@require_safe
def trace(request: HttpRequest) -> HttpResponse:
    """The rule, the figure and the records of one cell; a page of records at a time."""
    cell, page = request.GET.get("cell", ""), _page_number(request)
    place = parse_key(cell)
    definition = definition_of(place)
    found = report.trace_cell(actor(request), cell, on=today(), language=words.reader())
    chosen = _chosen(request, place)
    first = (page - 1) * AT_ONCE
    ids = found.cases[first : first + AT_ONCE]
    more = first + AT_ONCE < len(found.cases)
    of_cases = found.of == "case"
    shown = {
        "trace": found,
        "title": words.said(definition.title),
        "figure": _("Not known") if found.count is None else found.count,
        "unit": words.said(definition.unit_in(place.unit)) if not definition.measures else "",
        "place": tuple(_places(definition, place)),
        "of_cases": of_cases,
        "heading": _heading(found.of, len(found.cases)),
        "cases": tuple(map(_line, report.cases_behind(actor(request), ids))) if of_cases else (),
        "records": () if of_cases else ids,
        "several": _several(found),
        "previous": table_words.trace_address(cell, chosen, page=page - 1) if page > 1 else "",
        "next": table_words.trace_address(cell, chosen, page=page + 1) if more else "",
        "tables": table_words.address("tables", {k: v for k, v in chosen.items() if k != "compare"}),
        "back": table_words.table_address(definition.id, chosen),
    }
    return render(request, "palermo/trace.html", shown)


def _chosen(request: HttpRequest, place: CellKey) -> dict[str, str]:
    """The choice of the table that the reader comes from; how it was counted is said by the cell itself."""
    form = TableForm(request.GET, report.Choices((), ()))
    kept = {name: form.chosen[name] for name in ("year", "compare", "area") if name in form.chosen}
    return kept | {"unit": place.unit, "scheme": place.scheme}


def _places(definition: Definition, place: CellKey) -> list[dict[str, str]]:
    """What the cell counts, in words: each dimension with its code, and the code's entry in its list."""
    return [_place(definition, name, code) for name, code in place.codes.items()]


def _place(definition: Definition, name: str, code: str) -> dict[str, str]:
    dimension = DIMENSIONS[name]
    title = definition.titles.get(name, dimension.title)
    listed = next((one for one in dimension.lists if code in code_list(one)), "")
    address = words.code_address(listed, code) if listed else ""
    return {"term": words.said(title), "text": dimension.label(code, words.reader()), "address": address}


def _line(one: report.CaseBehind) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "status": words.label(one.status, of="status_steps"),
        "colour": COLOURS.get(one.status, "grey"),
        "month": words.month_of(one.month),
        "area": words.area(one.area),
        "sex": words.label(one.sex, of="sex"),
        "age_group": words.label(one.age_group, of="age_groups"),
    }


def _several(found: Trace) -> bool:
    """Whether more cases than the figure stand behind it: a person with several cases is counted once."""
    return found.of == "case" and found.count is not None and len(found.cases) > found.count


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
