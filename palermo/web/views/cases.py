"""Which cases are there, and how many? A list shows codes only."""

from dataclasses import asdict
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from palermo.actions import cases
from palermo.actions.cases import CaseFilter, CaseLine
from palermo.codes import code_list
from palermo.web import words
from palermo.web.doors import actor, may
from palermo.web.forms import CaseFilterForm

COLOURS = {
    "formally_identified": "green",
    "identified": "blue",
    "presumed": "yellow",
    "at_risk": "yellow",
    "not_identified": "grey",
    "not_assessed": "grey",
}
GROUPS = (("status", "status_steps"), ("sex", "sex"), ("age_group", "age_groups"))


class Chosen(NamedTuple):
    """One active filter in words, and the address of the list without it."""

    field: str
    text: str
    without: str


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    form = CaseFilterForm(request.GET)
    query = query_of(form)
    shown: dict[str, Any] = {"form": form, "chosen": _chosen(form, query)}
    if form.is_valid():
        after, before = request.GET.get("after", ""), request.GET.get("before", "")
        page = cases.list_cases(actor(request), filters=case_filter(form), after=after, before=before)
        shown |= {
            "cases": tuple(map(_line, page.rows)),
            "next": address("cases", query, after=page.next),
            "previous": address("cases", query, before=page.previous),
            "counts": address("case-counts", query, always=True),
            "export": address("export-new", query, always=True) if may(request, "exports.ask") else "",
        }
    return render(request, "palermo/cases.html", shown)


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """How many cases are chosen, apart from the list so that the list stays quick."""
    form = CaseFilterForm(request.GET)
    query = query_of(form)
    chosen = case_filter(form)
    shown = {
        "chosen": _chosen(form, query),
        "total": cases.count_cases(actor(request), filters=chosen),
        "groups": tuple(_group(request, form, chosen, *group) for group in GROUPS),
        "back": address("cases", query, always=True),
    }
    return render(request, "palermo/counts.html", shown)


def case_filter(form: CaseFilterForm) -> CaseFilter:
    """The filter that the form asks for; fields that are not valid do not narrow."""
    form.is_valid()
    given = form.cleaned_data
    year, month = given.get("year"), given.get("month")
    named = {name: given.get(name) or "" for name in ("status", "area", "form", "sex", "age_group")}
    whole = f"{year:04d}-{month:02d}" if year and month else ""
    return CaseFilter(**named, month=whole, year=f"{year:04d}" if year and not month else "")


def query_of(form: CaseFilterForm) -> dict[str, str]:
    return {name: form.data[name] for name in form.fields if form.data.get(name)}


def _chosen(form: CaseFilterForm, query: dict[str, str]) -> tuple[Chosen, ...]:
    """Active filters in words; the address of each leaves it out and begins at the first page."""
    wrong = form.errors
    return tuple(
        Chosen(
            str(form.fields[name].label),
            _said(form, name, text),
            address("cases", {other: query[other] for other in query if other != name}, always=True),
        )
        for name, text in query.items()
        if name not in wrong
    )


def _said(form: CaseFilterForm, name: str, text: str) -> str:
    options = dict(getattr(form.fields[name], "choices", ()))
    return str(options.get(text, text))


def address(name: str, query: dict[str, str], *, always: bool = False, **key: str) -> str:
    """The address with its query; "" where the key of a neighbouring page is empty."""
    if not always and not all(key.values()):
        return ""
    more = urlencode({**query, **key})
    return reverse(name) + (f"?{more}" if more else "")


def _line(line: CaseLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "status": words.label(line.status, of="status_steps"),
        "colour": COLOURS.get(line.status, "grey"),
        "kind": line.kind,
        "detected": words.month_of(line.month),
        "area": words.area(line.area),
        "sex": words.label(line.sex, of="sex"),
        "age_group": words.label(line.age_group, of="age_groups"),
        "forms": ", ".join(words.label(form, of="exploitation_forms") for form in line.forms),
    }


def _group(
    request: HttpRequest, form: CaseFilterForm, chosen: CaseFilter, field: str, name: str
) -> dict[str, Any]:
    """Counts by each code of a field, within the rest of the choice."""
    held = asdict(chosen)
    codes = [code for code in code_list(name) if not held[field] or held[field] == code]
    lines = tuple(
        (
            words.label(code, of=name),
            cases.count_cases(actor(request), filters=CaseFilter(**{**held, field: code})),
        )
        for code in codes
    )
    return {"title": form.fields[field].label, "lines": lines}
