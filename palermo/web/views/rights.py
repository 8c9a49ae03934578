"""Who may do what? The whole dated table of rights, for everybody who is signed in: it is no secret."""

from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from palermo.codes.policies import policy
from palermo.codes.rights import DATA_CLASSES, SCOPES, Rights, rights
from palermo.web import words


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Roles as columns, actions as rows by step; a cell says how far, with which content."""
    today = datetime.now(UTC).date()
    held = rights(today)
    shown = {
        "roles": tuple((words.role_name(role), words.said(what)) for role, what in held.roles.items()),
        "steps": _steps(held),
        "columns": len(held.roles) + 1,
        "scopes": tuple((_scope(name), scope_words()[name]) for name in SCOPES),
        "classes": tuple((_class(name), class_words()[name]) for name in DATA_CLASSES),
        **_dated(today),
    }
    return render(request, "palermo/rights.html", shown)


def _dated(today: date) -> dict[str, Any]:
    held = policy("rights", on=today)
    return {"since": held.since, "source": held.source}


def _steps(held: Rights) -> tuple[dict[str, Any], ...]:
    actions = sorted(held.audited)
    grouped = groupby(actions, key=lambda action: action.partition(".")[0])
    return tuple(
        {"title": _titles().get(step, words.role_name(step)), "rows": tuple(_row(held, one) for one in each)}
        for step, each in grouped
    )


def _row(held: Rights, action: str) -> dict[str, Any]:
    return {
        "action": action,
        "text": words.role_name(action.partition(".")[2]),
        "audited": held.audited[action],
        "cells": tuple(cell(held, action, role) for role in held.roles),
    }


def cell(held: Rights, action: str, role: str) -> tuple[tuple[str, str], ...]:
    """How far the role goes, and with which classes of content, the widest scope first."""
    found: dict[str, list[str]] = {}
    for name in DATA_CLASSES:
        if scope := held.scope(action, role=role, data_class=name):
            found.setdefault(scope, []).append(_class(name))
    return tuple((_scope(scope), ", ".join(found[scope])) for scope in reversed(SCOPES) if scope in found)


def _scope(name: str) -> str:
    return {
        "own": _("own"),
        "team": _("team"),
        "organisation": _("organisation"),
        "agreement": _("agreement"),
    }[name]


def scope_words() -> dict[str, str]:
    return {
        "own": _("what he or she recorded"),
        "team": _("what the team recorded"),
        "organisation": _("all of the organisation"),
        "agreement": _("of other organisations, under a sharing agreement"),
    }


def _class(name: str) -> str:
    return {
        "identity": _("identity"),
        "protection_sensitive": _("exact"),
        "coded": _("codes"),
        "aggregate": _("counts"),
    }[name]


def class_words() -> dict[str, str]:
    return {
        "identity": _("names, documents, contacts, birth date, free text"),
        "protection_sensitive": _("what identifies without a name: exact places and days, unit of a party"),
        "coded": _("list codes, months and first-level areas of single cases"),
        "aggregate": _("tables, settings and lists of members: no single case"),
    }


def _titles() -> dict[str, str]:
    return {
        "accounts": _("Members and accounts"),
        "attention": _("What needs attention"),
        "audit": _("Audit chain"),
        "backups": _("Backups"),
        "break_glass": _("Break-glass"),
        "case_papers": _("Papers of a case"),
        "cases": _("Cases"),
        "collect": _("Imports"),
        "conduct": _("Allegations against personnel"),
        "drafts": _("Drafts of imports"),
        "erasure": _("Erasure"),
        "exports": _("Exports"),
        "figures": _("The cases in figures"),
        "files": _("Files"),
        "joining": _("Joining"),
        "labels": _("Labels"),
        "mending": _("Mending of imports"),
        "notices": _("Work in the background"),
        "people": _("Find a person"),
        "report": _("Tables"),
        "saved_filters": _("Saved choices of cases"),
        "undo": _("Undoing of imports"),
        "vault": _("Vault"),
    }
