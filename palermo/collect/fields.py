"""Which fields can a column be read as, and what may a cell of each hold? For who mends a file by hand.

Source: the tables of the layouts (`htcds_columns.csv`, `htcds_values.csv`, `ctdc_columns.csv`) and the lists
of the UNODC portal. Never here: what a file holds.
"""

from difflib import get_close_matches
from functools import cache, lru_cache
from typing import NamedTuple

from palermo.codes import code_list
from palermo.collect import ctdc, htcds, htcds_layout, portal

AREA = frozenset({"citizenship", "exploited_in", "place"})
DAY = frozenset({"date", "birth"})
LONGEST = 140


class Field(NamedTuple):
    """One field of a layout. `kind` is code, area, day, year, number or text."""

    name: str
    label: str
    kind: str


def fields_of(layout: str) -> tuple[Field, ...]:
    """The fields that a column of the layout may be read as; none for Palermo's own lines."""
    if layout == htcds_layout.LAYOUT:
        return tuple(_htcds())
    if layout == portal.LAYOUT:
        return tuple(Field(name, name, _portal_kind(name)) for name in portal.COLUMNS)
    known = ctdc.known_columns()
    names = ctdc.columns_of(layout) if layout in ctdc.LAYOUTS else ()
    return tuple(Field(name, name, _ctdc_kind(known[name].kind)) for name in known if name in names)


@cache
def field_of(layout: str, name: str) -> Field | None:
    """The field of this name; None where the layout has none."""
    return next((one for one in fields_of(layout) if one.name == name), None)


@lru_cache(maxsize=4096)
def likely_field(layout: str, heading: str) -> str:
    """The field whose name or label is nearest to what a column is called; "" where none is near.

    >>> likely_field("htcds", "Birth date"), likely_field("htcds", "Amina")
    ('prs_Birthdate', '')
    """
    if len(heading) > LONGEST:
        return ""
    known = {_plain(word): one.name for one in fields_of(layout) for word in (one.label, one.name)}
    near = get_close_matches(_plain(heading), known, n=1, cutoff=0.8)
    return known[near[0]] if near else ""


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


@cache
def choices_of(layout: str, name: str) -> tuple[str, ...]:
    """What a cell of a coded field may say, in the words of the layout; none for other fields.

    >>> choices_of("htcds", "prs_Gender")[:2]
    ('Feminine', 'Masculine')
    """
    if layout == htcds_layout.LAYOUT:
        return _htcds_choices(name)
    if layout == portal.LAYOUT:
        return _portal_choices(name)
    column = ctdc.known_columns().get(name)
    if column is None or layout not in ctdc.LAYOUTS:
        return ()
    return tuple(ctdc.CODED.get(column.kind, ())) or (("1", "0") if column.kind in ctdc.TICKS else ())


def _htcds() -> "list[Field]":
    kinds = {"one": "code", "many": "code", "consent": "code", "age": "number"}
    found = []
    for column in htcds_layout.known_columns().values():
        kind = "area" if column.kind in AREA else "day" if column.kind in DAY else kinds.get(column.kind)
        found.append(Field(column.column, column.label or column.column, kind or "text"))
    return found


def _htcds_choices(name: str) -> tuple[str, ...]:
    column = htcds_layout.known_columns().get(name)
    if column is None or column.kind not in ("one", "many", "consent"):
        return ()
    if column.kind == "consent":
        return tuple(word for word in htcds.CONSENT if word in ("yes", "no"))
    return tuple(dict.fromkeys(value.label for value in htcds_layout.picklist(name).values()))


def _ctdc_kind(kind: str) -> str:
    if kind in AREA:
        return "area"
    return "year" if kind == "year" else "text" if kind == "repeats" else "code"


def _portal_kind(name: str) -> str:
    kinds = {"Year": "year", "Category": "area"}
    return kinds.get(name) or ("code" if _portal_choices(name) else "text")


def _portal_choices(name: str) -> tuple[str, ...]:
    lists = {"Indicator": "portal_indicators", "Dimension": "portal_dimensions"}
    if name in lists:
        return tuple(code.label() for code in code_list(lists[name]).values())
    return tuple(sorted({"Sex": portal.SEXES, "Age": portal.AGES}.get(name, ())))
