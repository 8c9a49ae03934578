"""Which codes are there, and what does each mean? Every list with its source, in the reader's language."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from palermo.actions import report
from palermo.codes import Code, code_list, list_names
from palermo.codes.catalogue import Entry, Target, entry, found, sections, targets
from palermo.codes.listing import LANGUAGES
from palermo.web import table_words, words
from palermo.web.doors import actor, may

WHOLE = 60
FOUND_AT_ONCE = 100
LONGEST = 100
FILTERS = {"sex": "sex", "age_groups": "age_group", "areas": "area", "exploitation_forms": "form"}
"""Lists whose codes are filters of the page Cases, and the filter's name."""
SYSTEMS = {"palermo": "Palermo", "htcds": "HTCDS 2.0", "ctdc": "CTDC", "sdg": "SDG 16.2.2"}


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """All lists with what each is for. What is searched for is sent, so that it stands in no address."""
    text = request.POST.get("text", "")[:LONGEST].strip() if request.method == "POST" else ""
    hits = found(text, language=words.language(), most=FOUND_AT_ONCE + 1) if text else ()
    shown = {
        "text": text,
        "hits": tuple(_hit(name, one) for name, one in hits[:FOUND_AT_ONCE]),
        "more": len(hits) > FOUND_AT_ONCE,
        "most": FOUND_AT_ONCE,
        "sections": tuple((words.said(part.title), tuple(map(_entry, part.entries))) for part in sections()),
        "may_settle": may(request, "labels.unresolved"),
    }
    return render(request, "palermo/codes.html", shown)


@require_safe
def one(request: HttpRequest, listed: str) -> HttpResponse:
    """One list with all of its codes; a long one without what is said in other languages, until asked."""
    if listed not in list_names() or (named := entry(listed)) is None:
        raise Http404
    codes = code_list(listed)
    whole = len(codes) <= WHOLE or request.GET.get("all") == "yes"
    counts = report.code_counts(actor(request), listed) if may(request, "report.code_counts") else None
    filters = FILTERS.get(listed, "") if may(request, "cases.list_cases") else ""
    shown = {
        "entry": _entry(named),
        "codes": tuple(_code(listed, each, whole, counts, filters) for each in codes.values()),
        "sources": tuple(dict.fromkeys(each.source for each in codes.values() if each.source)),
        "whole": whole,
        "counted": counts is not None,
    }
    return render(request, "palermo/code_list.html", shown)


def _entry(named: Entry) -> dict[str, Any]:
    return {
        "name": named.name,
        "title": words.said(named.title),
        "purpose": words.said(named.purpose),
        "address": words.code_address(named.name),
        "size": len(code_list(named.name)),
    }


def _hit(name: str, code: Code) -> dict[str, str]:
    named = entry(name)
    return {
        "label": code.label(words.language()),
        "code": code.code,
        "list": words.said(named.title) if named else name,
        "address": words.code_address(name, code.code),
    }


def _code(listed: str, code: Code, whole: bool, counts: Any, filters: str) -> dict[str, Any]:
    """One code; what it says in other languages only where the whole is shown."""
    number = counts.get(code.code, 0) if counts is not None else None
    return {
        "code": code.code,
        "label": code.label(words.language()),
        "definition": code.definition,
        "source": code.source,
        "since": words.day_of(code.since),
        "until": words.day_of(code.until),
        "others": _others(code) if whole else (),
        "targets": tuple(map(_target, targets(listed, code.code))),
        "more": tuple((name, text) for name, text in code.more.items() if text) if whole else (),
        "count": number,
        "cases": table_words.address("cases", {filters: code.code}) if filters and number else "",
    }


def _others(code: Code) -> tuple[tuple[str, str], ...]:
    """Labels in the languages that are not the reader's, each with its language's code."""
    here = words.language()
    return tuple((each, code.labels[each]) for each in LANGUAGES if each != here and code.labels.get(each))


def _target(one: Target) -> dict[str, str]:
    systems = SYSTEMS | {"portal": _("UNODC data portal"), "global_report": _("printed Global Report")}
    label = code_list(one.name).label(one.code, words.language()) if one.name else one.code
    ways = {"out": _("when written"), "in": _("when read"), "both": _("when written and when read")}
    return {
        "system": systems[one.system],
        "label": label or _("nothing, on purpose"),
        "address": words.code_address(one.name, one.code) if one.name else "",
        "way": ways.get(one.direction, "") if one.code else "",
        "note": one.note,
    }
