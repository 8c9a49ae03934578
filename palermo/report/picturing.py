"""Which plot shows a table? The one for its kind of breakdown; it shows what the table shows.

Every figure of a plot is a figure of its table. A plot of many rows shows the largest and says that there are
more. Tables that list returns as sent have no plot: their rows are not to be added or compared.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from palermo.codes import code_list
from palermo.codes.languages import ENGLISH, Language, phrase
from palermo.plots import Plot
from palermo.plots.amounts import bars
from palermo.plots.flows import flow
from palermo.plots.maps import choropleth
from palermo.plots.pairing import pairs
from palermo.plots.pyramids import pyramid
from palermo.plots.trends import trend
from palermo.plots.ways import flow_map
from palermo.report.comparing import Comparison
from palermo.report.definitions import BY_ID, Definition
from palermo.report.dimensions import UNKNOWN
from palermo.report.layout import column_codes
from palermo.report.shapes import Cell, Row, Table

MOST = 15
Pair = tuple[str, float | str | None, float | str | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """A table that is to be drawn, in the reader's language; `boundaries` are those of its maps."""

    table: Table
    definition: Definition
    language: Language
    boundaries: Path | None = None

    @property
    def unit(self) -> str:
        return self.language.said(self.table.unit)

    @property
    def column(self) -> str:
        return self.table.header[0]

    def parts(self) -> Iterator[Row]:
        """Rows of the first dimension alone, further ones totalled; the total of all left out."""
        width = len(self.definition.rows[0])
        for row in self.table.rows:
            beyond = row.codes[width:]
            if row.codes[:width] != (None,) * width and all(code is None for code in beyond):
                yield row

    def over(self, name: str) -> Iterator[tuple[str, Row]]:
        """Rows of one dimension of time alone, with its code; what has no date is left out."""
        at = [each for group in self.definition.rows for each in group].index(name)
        for row in self.table.rows:
            alone = all(code is None for place, code in enumerate(row.codes) if place != at)
            if alone and (code := row.codes[at]) not in (None, UNKNOWN):
                yield str(code), row

    def at(self, code: str) -> int:
        """The place of a column of figures by its code or measure."""
        named = [one.name for one in self.definition.measures]
        return named.index(code) if named else column_codes(self.definition).index((code,))


Draw = Callable[[Seen], Iterator[Plot]]


def plot_of(table: Table, *, boundaries: Path | None = None, language: Language = ENGLISH) -> Plot | None:
    """The main plot of a table; None where there is nothing to see."""
    return next(iter(plots_of(table, boundaries=boundaries, language=language)), None)


def plots_of(
    table: Table, *, boundaries: Path | None = None, language: Language = ENGLISH
) -> tuple[Plot, ...]:
    """The plots of a table, the main one first; none where nothing is counted or its rows do not compare."""
    if not any(cell.value for cell in table.cells):
        return ()
    seen = Seen(table, BY_ID[table.id], language, boundaries)
    draw = DRAWN.get(seen.definition.breakdown, _bars)
    return tuple(draw(seen)) if seen.definition.comparable else ()


def plots_of_comparison(comparison: Comparison, *, language: Language = ENGLISH) -> tuple[Plot, ...]:
    """Both years side by side: the parts of the first dimension, or the measures of a table of returns."""
    definition = BY_ID[comparison.first.id]
    rows = _measured(comparison, definition) if definition.measures else _compared(comparison, language)
    shown = [row for row in rows if row[1] or row[2]]
    if not shown:
        return ()
    title = phrase(
        "{title}, {first} and {second}", title=language.said(definition.title), **_years(comparison)
    )
    made = pairs(
        shown[:MOST],
        names=comparison.years,
        title=language.said(title),
        unit=language.said(comparison.first.unit),
        column=comparison.header[0] if comparison.stubs else "",
        note=_more(len(shown), language),
        language=language,
    )
    return (made,)


def _years(comparison: Comparison) -> dict[str, str]:
    return dict(zip(("first", "second"), comparison.years, strict=True))


def _compared(comparison: Comparison, language: Language) -> list[Pair]:
    width = len(BY_ID[comparison.first.id].rows[0])
    under = language.below(comparison.line) if comparison.line else None
    found: list[Pair] = []
    for row in comparison.rows:
        whole = comparison.line or all(code is None for code in row.codes[width:])
        if row.kind != "total" and row.codes[0] is not None and whole:
            change = row.changes[-1]
            label = " → ".join(row.labels[:2]) if comparison.line else row.labels[0]
            one, other = change.first.value, change.second.value
            found.append((label, under if one is None else one, under if other is None else other))
    return found


def _measured(comparison: Comparison, definition: Definition) -> list[Pair]:
    """The counts of persons or interviews of the whole table, by measure."""
    whole = comparison.rows[-1].changes if comparison.rows else ()
    titles = comparison.header[comparison.stubs :]
    return [
        (title, change.first.value, change.second.value)
        for title, change, measure in zip(titles, whole, definition.measures, strict=False)
        if measure.name in ("low", "high", "interviews", "without")
    ]


def _bars(seen: Seen) -> Iterator[Plot]:
    rows = [(row.labels[0], row.cells[-1].value) for row in seen.parts() if row.cells[-1].value]
    if rows:
        yield bars(
            rows[:MOST],
            title=seen.table.title,
            unit=seen.unit,
            column=seen.column,
            note=_more(len(rows), seen.language),
            language=seen.language,
        )


def _two(seen: Seen, first: str, second: str) -> Iterator[Plot]:
    """Two columns of each part side by side."""
    at = seen.at(first), seen.at(second)
    heads = seen.table.header[seen.table.stubs :]
    found = ((row.labels[0], row.cells[at[0]].value, row.cells[at[1]].value) for row in seen.parts())
    rows = [(label, one, other) for label, one, other in found if one or other]
    if rows:
        yield pairs(
            rows[:MOST],
            names=(heads[at[0]], heads[at[1]]),
            title=seen.table.title,
            unit=seen.unit,
            column=seen.column,
            note=_more(len(rows), seen.language),
            language=seen.language,
        )


def _sex_age(seen: Seen) -> Iterator[Plot]:
    """A pyramid of the known ages, the youngest first; who is neither is in the table only."""
    one, other = seen.at("female"), seen.at("male")
    heads = seen.table.header[seen.table.stubs :]
    rows = [
        (row.labels[0], _count(row.cells[one]) or 0, _count(row.cells[other]) or 0)
        for row in seen.parts()
        if row.kind == "part"
    ]
    if any(left or right for _, left, right in rows):
        yield pyramid(
            rows,
            title=seen.table.title,
            left=heads[one],
            right=heads[other],
            unit=seen.unit,
            column=seen.column,
            note=seen.language.said("Other and unknown sex, and unknown age, are in the table only."),
            language=seen.language,
        )


def _linked(seen: Seen) -> Iterator[Plot]:
    yield from _two(seen, "yes", "no")


def _areas(seen: Seen) -> Iterator[Plot]:
    """The course of the years, where there are several, and a map."""
    yield from _over_years(seen, "year")
    yield from _map(seen)


def _places(seen: Seen) -> Iterator[Plot]:
    yield from _bars(seen)
    yield from _map(seen)


def _map(seen: Seen) -> Iterator[Plot]:
    found = {row.codes[0]: row.cells[-1].value for row in seen.parts() if row.cells[-1].value}
    known = {code: int(n) for code, n in found.items() if code in code_list("areas") and n and code}
    if known:
        title = phrase("{title}: on the map", title=seen.table.title)
        without = len(found) > len(known)
        yield choropleth(
            known,
            title=seen.language.said(title),
            unit=seen.unit,
            zoom=True,
            note=seen.language.said("What is no single area is in the table only.") if without else "",
            boundaries=seen.boundaries,
            language=seen.language,
        )


def _over_years(seen: Seen, name: str, measures: Sequence[str] = ()) -> Iterator[Plot]:
    held = list(seen.over(name))
    if len(held) < 2:  # a single year is no course
        return
    heads = seen.table.header[seen.table.stubs :]
    lines = {heads[at]: at for at in map(seen.at, measures)} or {seen.unit: -1}
    series = {head: [(code, _count(row.cells[at])) for code, row in held] for head, at in lines.items()}
    last, on = held[-1][0][:4], seen.table.on
    open_ = on is not None and last.isdigit() and int(last) >= on.year
    yield trend(
        series,
        title=seen.table.title,
        unit=seen.unit,
        note=seen.language.said(phrase("{year} is not over: more cases of it will come.", year=last)) * open_,
        language=seen.language,
    )


def _count(cell: Cell) -> int | None:
    return None if cell.value is None else int(cell.value)


def _effort(seen: Seen) -> Iterator[Plot]:
    yield from _over_years(seen, "month", ("interviews", "without"))


def _courts(seen: Seen) -> Iterator[Plot]:
    yield from _over_years(seen, "year", ("low", "high"))


def _flows(seen: Seen) -> Iterator[Plot]:
    """Ribbons, and arcs between the areas that have a place on a map."""
    lines = [row for row in seen.table.rows if row.codes[0] is not None and UNKNOWN not in row.codes[:2]]
    named = [(row.labels[0], row.labels[1], int(row.cells[-1].value or 0)) for row in lines]
    if not named:
        return
    begin, end, *_ = seen.table.header
    title = seen.table.title
    yield flow(named, title=title, from_name=begin, to_name=end, unit=seen.unit, language=seen.language)
    areas = code_list("areas")
    placed = [
        (a, b, n)
        for a, b, n in (
            (str(row.codes[0]), str(row.codes[1]), int(row.cells[-1].value or 0)) for row in lines
        )
        if a != b and a in areas and b in areas
    ]
    if placed:
        mapped = seen.language.said(phrase("{title}: on the map", title=title))
        yield flow_map(
            placed,
            title=mapped,
            unit=seen.unit,
            zoom=True,
            boundaries=seen.boundaries,
            language=seen.language,
        )


def _more(count: int, language: Language) -> str:
    if count <= MOST:
        return ""
    return language.said(
        phrase("The {most} first of {count} rows; the table has all.", most=MOST, count=count)
    )


DRAWN: dict[str, Draw] = {
    "area": _areas,
    "sex_age": _sex_age,
    "citizenship": _places,
    "repatriation": _places,
    "flow": _flows,
    "route": _flows,
    "conflict_party": _linked,
    "conflict_displaced": _linked,
    "conflict_form": _linked,
    "effort": _effort,
    "courts": _courts,
}
