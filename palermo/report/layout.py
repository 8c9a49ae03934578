"""How do figures become the rows of a table? Order, labels, totals, and unknown as a row of its own."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from palermo.codes.languages import ENGLISH, Language, marked
from palermo.report.breakdowns import Group
from palermo.report.definitions import Definition
from palermo.report.dimensions import DIMENSIONS, TOTAL, UNKNOWN, Dimension
from palermo.report.keys import CellKey, cell_key
from palermo.report.queries import Asked, Codes
from palermo.report.shapes import Cell, Kind, Row

NOT_NAMED = marked("Organisation not named")
UNIT_TITLES = {"case": marked("Cases"), "person": marked("Persons")}
Figures = Mapping[Codes, tuple[Any, ...]]
Labels = Mapping[str, str]


def header(definition: Definition, *, unit: str, language: Language = ENGLISH) -> tuple[str, ...]:
    """Titles of the label columns, then of the columns of figures."""
    titles = (definition.titles.get(name, DIMENSIONS[name].title) for name in stubs(definition))
    return (*map(language.said, titles), *_across(definition, unit, language))


def stub_count(definition: Definition) -> int:
    """How many label columns come before the figures."""
    return len(stubs(definition))


def rows(
    definition: Definition, figures: Figures, asked: Asked, *, scheme: str, names: Labels
) -> tuple[Row, ...]:
    """All rows in order: parts, then unknown, then total."""
    places = _Places(definition, asked, scheme)
    across = column_codes(definition)
    return tuple(
        _row(places, codes, across, figures, names) for codes in _ordered(definition, figures, names)
    )


class _Places:
    """Cell keys of one table."""

    def __init__(self, definition: Definition, asked: Asked, scheme: str) -> None:
        self.definition, self.asked = definition, asked
        self.scheme = scheme if definition.regions else ""

    def key(self, codes: Codes, measure: str = "") -> str:
        named = zip(self.definition.dimensions, codes, strict=True)
        given = dict(self.asked.where) | {name: code for name, code in named if code is not None}
        if self.definition.fold and codes[0] is not None:
            del given[self.definition.fold[0]]
        place = CellKey(
            self.definition.breakdown, self.definition.indicator, given, measure, self.asked.unit, self.scheme
        )
        return cell_key(place)


def _row(places: _Places, codes: Codes, across: Sequence[Codes], figures: Figures, names: Labels) -> Row:
    definition = places.definition
    if definition.measures:
        found = figures[codes]
        cells = tuple(
            Cell(places.key(codes, measure.name), value)
            for measure, value in zip(definition.measures, found, strict=True)
        )
    else:
        cells = tuple(
            Cell(places.key(codes + column), figures.get(codes + column, (0,))[0]) for column in across
        )
    return Row(labels(definition, codes, names), cells, _kind(definition, codes), codes)


def stubs(definition: Definition) -> tuple[str, ...]:
    """Dimensions of the label columns, in their order."""
    names = tuple(name for group in definition.rows for name in group)
    hidden = definition.fold[0] if definition.fold else None
    return tuple(name for name in names if name != hidden)


def _across(definition: Definition, unit: str, language: Language) -> tuple[str, ...]:
    if definition.measures:
        return tuple(language.said(one.title) for one in definition.measures)
    if not definition.column:
        return (language.said(UNIT_TITLES[unit]),)
    dimension = DIMENSIONS[definition.column[0]]
    return tuple(dimension.label(code, language) for code in (*dimension.listed, TOTAL))


def column_codes(definition: Definition) -> tuple[Codes, ...]:
    """The codes of the columns of figures, the total last; one empty place where nothing goes across."""
    if not definition.column:
        return ((),)
    return tuple((code,) for code in (*DIMENSIONS[definition.column[0]].listed, None))


def _ordered(definition: Definition, figures: Figures, names: Labels) -> list[Codes]:
    width = len(definition.dimensions) - len(definition.column)
    blank: Codes = (None,) * len(definition.column)
    given = {codes: values for codes, values in figures.items() if codes[width:] == blank}
    found = {codes[:width] for codes, values in given.items() if any(value is not None for value in values)}
    shown = _folded(definition, found | _always(definition))
    order = _order(definition, figures, blank, names)
    return sorted(shown, key=lambda codes: (order(codes), tuple(map(str, codes))))


def _always(definition: Definition) -> set[Codes]:
    """Rows that are shown also where they count nothing: closed lists, unknown and totals."""
    if definition.measures:
        return set()
    each: list[Iterable[Codes]] = []
    for group in definition.rows:
        total: Codes = (None,) * len(group)
        fixed = DIMENSIONS[group[0]].always if len(group) == 1 else ()
        each.append([*((code,) for code in fixed), total])
    return {tuple(code for part in parts for code in part) for parts in product(*each)}


def _folded(definition: Definition, found: set[Codes]) -> set[Codes]:
    """Without the rows that a fold shows as one; its own rows name only the folding dimension."""
    if not definition.fold:
        return found
    name, under = definition.fold
    at = definition.dimensions.index(name)
    alone = {codes for codes in found if codes[at] is not None and all(c is None for c in codes[:at])}
    return {codes for codes in found - alone if codes[at] not in under} | {c for c in alone if c[at] in under}


def _order(definition: Definition, figures: Figures, blank: Codes, names: Labels) -> Any:
    width = len(definition.dimensions) - len(blank)

    def alone(at: int, part: Codes) -> Any:
        codes = (None,) * at + part + (None,) * (width - at - len(part))
        return figures.get(codes + blank, (0,))[0] or 0

    def order(codes: Codes) -> tuple[Any, ...]:
        keys, at = [], 0
        for group in definition.rows:
            part = codes[at : at + len(group)]
            keys.append(_rank(group, part, alone(at, part), names))
            at += len(group)
        return tuple(keys)

    return order


def _rank(group: Group, part: Codes, size: Any, names: Labels) -> tuple[Any, ...]:
    if all(code is None for code in part):
        return (3,)
    if part[0] is None:  # a fold
        return (1, DIMENSIONS[group[-1]].listed.index(str(part[-1])))
    if UNKNOWN in part:
        return (2, *(str(code) for code in part))
    words = tuple(_label(DIMENSIONS[name], code, names) for name, code in zip(group, part, strict=True))
    dimension = DIMENSIONS[group[0]]
    if dimension.order == "largest":
        return (0, -size, words)
    if dimension.order == "list" and part[0] in dimension.listed:
        return (0, dimension.listed.index(part[0]), words)
    return (0, 0, words)


def labels(
    definition: Definition, codes: Codes, names: Labels, *, language: Language = ENGLISH
) -> tuple[str, ...]:
    """The labels of a row with these codes, one per label column."""
    named = dict(zip(definition.dimensions, codes, strict=False))
    folded = named[definition.fold[0]] if definition.fold else None
    if definition.fold and codes[0] is None and folded in definition.fold[1]:
        label = DIMENSIONS[definition.fold[0]].label(str(folded), language)
        return (label, *[""] * (stub_count(definition) - 1))
    return tuple(
        _label(DIMENSIONS[name], named[name] or TOTAL, names, language) for name in stubs(definition)
    )


def _label(dimension: Dimension, code: str | None, names: Labels, language: Language = ENGLISH) -> str:
    if dimension.name == "organisation" and code != TOTAL:
        found = names.get(str(code))
        return language.isolated(found) if found else language.said(NOT_NAMED)
    return dimension.label(code or TOTAL, language)


def _kind(definition: Definition, codes: Codes) -> Kind:
    if codes[0] is None:
        return "unknown" if any(code is not None for code in codes) and definition.fold else "total"
    first = codes[: len(definition.rows[0])]
    return "unknown" if all(c == UNKNOWN for c in first if c != "none") else "part"
