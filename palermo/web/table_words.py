"""How does a page say a table? Titles under their groups, addresses that keep the choice, cells and changes.

A figure leads to its trace where a record is behind it; an address holds codes only.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from palermo.codes import code_list
from palermo.codes.languages import NOT_KNOWN
from palermo.report import BY_ID, TABLES, Cell, Change, Comparison, Definition, Row, Table
from palermo.report.comparing import ComparedRow
from palermo.report.definitions import TITLES
from palermo.report.dimensions import DIMENSIONS, UNKNOWN
from palermo.report.summing import Summary
from palermo.web import words
from palermo.web.words import said

KEPT = ("year", "compare", "area", "unit", "scheme")
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Group:
    """Tables that count the same thing, each with its title without what the group's title says already."""

    title: str
    tables: tuple[tuple[Definition, str], ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """A dimension of a table: its title, the address of its code list, and codes that have a definition."""

    title: str
    address: str
    codes: tuple[tuple[str, str, str], ...]


def groups() -> tuple[Group, ...]:
    """Tables by what they count; the others last."""
    parts = [tuple(part) for _indicator, part in groupby(TABLES, key=lambda one: one.indicator)]
    whole = [(TITLES[part[0].indicator], part) for part in parts if len(part) > 1]
    rest = tuple(one for part in parts if len(part) == 1 for one in part)
    return (
        *(Group(said(title), tuple((one, _short(one, title)) for one in part)) for title, part in whole),
        Group(_("Other tables"), tuple((one, said(one.title)) for one in rest)),
    )


def _short(one: Definition, title: str) -> str:
    full, front = said(one.title), said(title)
    short = re.sub(r"^[\s:،]+", "", full.removeprefix(front))
    return short[:1].upper() + short[1:]


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The tables for a field to choose from, under the titles of their groups."""
    return [(group.title, [(one.id, title) for one, title in group.tables]) for group in groups()]


def address(name: str, query: Mapping[str, str], **more: str) -> str:
    text = urlencode({**query, **more})
    return reverse(name) + (f"?{text}" if text else "")


def table_address(table: str, chosen: Mapping[str, str]) -> str:
    """The page of a table with the choice kept; what is the usual way of counting is not said."""
    kept = {name: chosen[name] for name in KEPT if chosen.get(name) and chosen[name] not in ("case", "m49")}
    text = urlencode(kept)
    return reverse("table", args=(table,)) + (f"?{text}" if text else "")


def trace_address(cell: str, chosen: Mapping[str, str], *, page: int = 1) -> str:
    """The page behind a cell; the choice travels along, so that it leads back to the same table."""
    kept = {name: chosen[name] for name in ("year", "compare", "area") if chosen.get(name)}
    return address("trace", {"cell": cell, **kept}, **({"page": str(page)} if page > 1 else {}))


def in_words(chosen: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The choice as terms and words."""
    unit = _("Persons") if chosen.get("unit") == "person" else _("Cases")
    yield _("Counted"), unit
    if chosen.get("compare"):
        yield _("Years"), words.reader().isolated(" – ".join(sorted((chosen["compare"], chosen["year"]))))
    else:
        yield _("Year"), _year(chosen.get("year", ""))
    yield _("Area of detection"), words.area(chosen["area"]) if chosen.get("area") else _("All areas")


def _year(code: str) -> str:
    return (_("Year unknown") if code == UNKNOWN else code) if code else _("All years")


def summary(one: Summary) -> str:
    """What a table says, in a sentence or two."""
    if not one.total:
        return _("Nothing to count with this choice.")
    total = _how_many(one.unit, one.total)
    if not one.label:
        return total
    size = words.plain_number(one.largest)
    return _("{total} Most: {label}, {size}.").format(total=total, label=one.label, size=size)


def _how_many(unit: str, count: int) -> str:
    text = {
        "cases": ngettext("{count} case.", "{count} cases.", count),
        "persons": ngettext("{count} person.", "{count} persons.", count),
        "interviews": ngettext("{count} interview.", "{count} interviews.", count),
    }.get(unit, ngettext("{count} row of returns.", "{count} rows of returns.", count))
    return text.format(count=words.plain_number(count))


def row(one: Row, chosen: Mapping[str, str], *, stubs: int) -> dict[str, Any]:
    cells = tuple(cell(each, chosen) for each in one.cells)
    return {"labels": one.labels, "cells": cells, "total": is_total(one, stubs)}


def is_total(one: Row | ComparedRow, stubs: int) -> bool:
    """Whether the row adds up others, of the whole table or of one of its parts; a gathered row is none."""
    last = one.codes[stubs - 1] if 0 < stubs <= len(one.codes) else None
    return one.kind == "total" or (last is None and bool(one.labels and one.labels[-1]))


def cell(one: Cell, chosen: Mapping[str, str], *, line: int = 0) -> dict[str, Any]:
    if one.value is None:
        return {"text": words.reader().below(line) if line else NOT_KNOWN, "address": ""}
    return {"text": one.value, "address": trace_address(one.key, chosen) if one.value else ""}


def columns_shown(made: Comparison) -> tuple[int, ...]:
    """Places of the columns of a comparison: those of counts with the total first, none that is all zero."""
    width = len(made.header) - made.stubs
    order = range(width) if BY_ID[made.first.id].measures else (width - 1, *range(width - 1))
    filled = {
        at
        for row in made.rows
        for at, one in enumerate(row.changes)
        if one.first.value != 0 or one.second.value != 0
    }
    return tuple(at for at in order if at in filled or at == order[0])


def compared_row(
    one: ComparedRow, chosen: Mapping[str, str], made: Comparison, order: Sequence[int]
) -> dict[str, Any]:
    """A row of both years; a flow under the line from which flows are listed says so."""
    changes = tuple(change(one.changes[at], chosen, line=made.line) for at in order)
    return {"labels": one.labels, "changes": changes, "total": is_total(one, made.stubs)}


def change(one: Change, chosen: Mapping[str, str], *, line: int) -> dict[str, Any]:
    """Both cells, the difference with its sign, and per cent where it is given."""
    return {
        "first": cell(one.first, chosen, line=line),
        "second": cell(one.second, chosen, line=line),
        "difference": signed(one.difference),
        "per_cent": words.reader().per_cent(abs(one.per_cent), sign=_sign(one.per_cent))
        if one.per_cent is not None
        else "",
    }


def signed(value: int | float | None) -> str:
    """A difference with its sign; a dash where it is not known.

    >>> signed(3), signed(-1), signed(0), signed(None)
    ('+3', '−1', '0', '–')
    """
    return NOT_KNOWN if value is None else _sign(value) + words.plain_number(abs(value))


def _sign(value: int | float | None) -> str:
    return "+" if (value or 0) > 0 else MINUS if (value or 0) < 0 else ""


def meanings(table: Table) -> tuple[Meaning, ...]:
    """What the words of a table mean: its dimensions that have code lists, with the codes that it shows."""
    definition = BY_ID[table.id]
    names = tuple(name for group in definition.rows for name in group)
    shown = {name: {row.codes[at] for row in table.rows} for at, name in enumerate(names)}
    shown |= {name: set(DIMENSIONS[name].listed) for name in definition.column}
    return tuple(
        _meaning(name, {code for code in codes if code})
        for name, codes in shown.items()
        if DIMENSIONS[name].lists
    )


def _meaning(name: str, codes: set[str]) -> Meaning:
    listed = DIMENSIONS[name].lists[0]
    codes |= {part for code in codes for part in code.split(";")}
    defined = [
        (words.label(code, of=listed), one.definition, words.code_address(listed, code))
        for code, one in code_list(listed).items()
        if code in codes and one.definition
    ]
    return Meaning(said(DIMENSIONS[name].title), words.code_address(listed), tuple(defined))
