"""What changed from one year to another? One table of both years, with the difference in numbers.

A percentage stands only beside its two counts, and only where both reach the number of the policy
`percentages`. A row that one year does not list is zero only where the definition says so. Never a reason
for a change: what may make the years unlike is said instead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from palermo import ProblemWithInput
from palermo.codes import policy
from palermo.codes.languages import ENGLISH, Language, marked, phrase
from palermo.report import layout
from palermo.report.building import flow_line
from palermo.report.definitions import BY_ID, Definition
from palermo.report.keys import cell_key, parse_key
from palermo.report.shapes import Cell, Kind, Row, Table

OVER_TIME = ("year", "month")
Codes = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in both years. `difference` is the second less the first, None where one is not known;
    `per_cent` is of the first, None where a count is too small for one, or where it is no count.
    """

    first: Cell
    second: Cell
    difference: int | float | None
    per_cent: float | None


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One row of both years: a label per stub column, then a change per figure column."""

    labels: tuple[str, ...]
    changes: tuple[Change, ...]
    kind: Kind
    codes: Codes


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two years of one table, side by side. `header` names `stubs` label columns, then those of figures.

    `least` is the count from which on a percentage is given; `notes` say what may make the years unlike;
    `line` is the count from which on a flow is listed, 0 for other tables.
    """

    first: Table
    second: Table
    years: tuple[str, str]
    header: tuple[str, ...]
    stubs: int
    rows: tuple[ComparedRow, ...]
    least: int
    notes: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much stands behind one year: files that brought its cases, interviews reported; None if unknown."""

    files: int | None = None
    interviews: int | None = None


NOTHING_KNOWN = Coverage()


def compared(first: Table, second: Table, *, language: Language = ENGLISH) -> Comparison:
    """Both tables side by side; the breakdown by year or month is left out, the years are the columns.

    Raises `ProblemWithInput`: REPORT-012 where they are not one table in two years, counted alike;
    REPORT-013 for a table that has no two years to compare.
    """
    definition = BY_ID[first.id]
    _check(first, second, definition)
    hidden = {at for at, name in enumerate(layout.stubs(definition)) if name in OVER_TIME}
    on = first.on or date.max
    least, line = least_for_per_cent(on), flow_line(on) if definition.fold else 0
    rows = tuple(
        _row(pair, definition, (first, second), hidden, least)
        for pair in _paired(_kept(first, definition), _kept(second, definition))
    )
    return Comparison(
        first,
        second,
        (first.where["year"], second.where["year"]),
        _shown(first.header, hidden),
        first.stubs - len(hidden),
        rows,
        least,
        tuple(_rules(definition, least, line, language)),
        line,
    )


def least_for_per_cent(on: date) -> int:
    """The count that both years must reach for a percentage, on that day."""
    return int(policy("percentages", on=on).value)


def cautions(
    comparison: Comparison,
    *,
    coverage: tuple[Coverage, Coverage] = (NOTHING_KNOWN, NOTHING_KNOWN),
    language: Language = ENGLISH,
) -> tuple[str, ...]:
    """What may make the years unlike: one that is not over, other sources, more files, more interviews."""
    first, second = comparison.first, comparison.second
    said = [
        phrase("{year} is not over: more cases of it will come.", year=year)
        for year in sorted(set(comparison.years))
        if first.on and int(year) >= first.on.year
    ]
    a, b = comparison.years
    if first.source != second.source and first.source and second.source:
        x, y = first.source, second.source
        said.append(phrase("Recorded by {x} in {a}, by {y} in {b}.", x=x, y=y, a=a, b=b))
    return tuple(map(language.said, (*said, *_covered(comparison.years, *coverage))))


def _covered(years: tuple[str, str], one: Coverage, other: Coverage) -> Iterator[str]:
    a, b = years
    if None not in (one.files, other.files) and one.files != other.files:
        x, y = one.files, other.files
        yield phrase("Files that brought the cases: {x} for {a}, {y} for {b}.", x=x, y=y, a=a, b=b)
    if None in (one.interviews, other.interviews):
        yield marked("How many interviews were held in both years is not known: more cases may be more work.")
    else:
        x, y = one.interviews, other.interviews
        yield phrase("Interviews that were reported: {x} for {a}, {y} for {b}.", x=x, y=y, a=a, b=b)


def with_cautions(comparison: Comparison, cautioned: Iterable[str]) -> Comparison:
    """The comparison with these sentences before its rules."""
    return replace(comparison, notes=(*cautioned, *comparison.notes))


def side_by_side(comparison: Comparison, *, language: Language = ENGLISH) -> Table:
    """The comparison as one table, for files: per column the two years, the difference, and per cent.

    Cells of a year keep their keys; a difference has none, because no record is behind it.
    """
    first = comparison.first
    stubs, columns = comparison.header[: comparison.stubs], comparison.header[comparison.stubs :]
    heads = (head for column in columns for head in _heads(column, comparison.years, language))
    title = phrase(
        "{title}: {first} and {second} compared",
        title=language.said(BY_ID[first.id].title),
        first=comparison.years[0],
        second=comparison.years[1],
    )
    area = first.where.get("area")
    if area:
        title = phrase("{title}, area {area}", title=title, area=area)
    return replace(
        first,
        title=language.said(title),
        header=(*stubs, *heads),
        rows=tuple(
            Row(row.labels, tuple(_four(row.changes)), row.kind, row.codes) for row in comparison.rows
        ),
        notes=(*comparison.notes, *first.notes),
        source=language.listed(dict.fromkeys(filter(None, (first.source, comparison.second.source)))),
        stubs=comparison.stubs,
        where={name: code for name, code in first.where.items() if name != "year"},
    )


def _heads(column: str, years: tuple[str, str], language: Language) -> Iterator[str]:
    yield from (language.said(phrase("{column}, {year}", column=column, year=year)) for year in years)
    yield language.said(phrase("{column}, difference", column=column))
    yield language.said(phrase("{column}, difference in per cent", column=column))


def _four(changes: Sequence[Change]) -> Iterator[Cell]:
    for one in changes:
        yield from (one.first, one.second, Cell("", one.difference), Cell("", one.per_cent))


def _check(first: Table, second: Table, definition: Definition) -> None:
    if not definition.comparable:
        raise ProblemWithInput(
            "REPORT-013 compare: this table lists returns as they were sent, each of its own period. "
            "Read the two years one after the other."
        )
    beside = [{name: code for name, code in one.where.items() if name != "year"} for one in (first, second)]
    alike = (first.id, first.unit, first.header, first.on, beside[0])
    years = [one.where.get("year", "") for one in (first, second)]
    if (second.id, second.unit, second.header, second.on, beside[1]) != alike or not all(
        year.isdigit() for year in years
    ):
        raise ProblemWithInput(
            "REPORT-012 compare: expected the same table in two years, of the same area, counted alike. "
            "Choose two years of four digits."
        )


def _kept(table: Table, definition: Definition) -> dict[Codes, Row]:
    """Rows by their codes without those of time: the whole year of each."""
    names = tuple(name for group in definition.rows for name in group)
    time = [at for at, name in enumerate(names) if name in OVER_TIME]
    whole = (row for row in table.rows if not definition.totals or all(row.codes[at] is None for at in time))
    return {tuple(code for at, code in enumerate(row.codes) if at not in time): row for row in whole}


def _paired(
    first: Mapping[Codes, Row], second: Mapping[Codes, Row]
) -> Iterator[tuple[Codes, Row | None, Row | None]]:
    """Rows of either, in the order of the second; one that only the first lists follows its neighbour."""
    order = list(second)
    before: Codes | None = None
    for codes in first:
        if codes not in second:
            order.insert(order.index(before) + 1 if before in order else 0, codes)
        before = codes
    return ((codes, first.get(codes), second.get(codes)) for codes in order)


def _row(
    pair: tuple[Codes, Row | None, Row | None],
    definition: Definition,
    tables: tuple[Table, Table],
    hidden: set[int],
    least: int,
) -> ComparedRow:
    codes, *rows = pair
    known = next(row for row in rows if row is not None)
    nothing = 0 if _is_fold(definition, codes) else definition.absent
    cells = [
        row.cells if row else _absent(known, table.where["year"], nothing)
        for row, table in zip(rows, tables, strict=True)
    ]
    counts = definition.of in ("case", "effort")
    changes = tuple(_change(*two, least=least, counts=counts) for two in zip(*cells, strict=True))
    return ComparedRow(_shown(known.labels, hidden), changes, known.kind, codes)


def _is_fold(definition: Definition, codes: Codes) -> bool:
    """Whether the row gathers lines that are not drawn: such a row is listed wherever it counts anybody."""
    return bool(definition.fold) and codes[0] is None


def _absent(row: Row, year: str, value: int | None) -> tuple[Cell, ...]:
    """Cells of a row that the year does not list, each with the key under which the year counts it."""
    return tuple(Cell(_key_in(cell.key, year), value) for cell in row.cells)


def _key_in(key: str, year: str) -> str:
    place = parse_key(key)
    return cell_key(place._replace(codes={**place.codes, "year": year}))


def _change(first: Cell, second: Cell, *, least: int, counts: bool) -> Change:
    x, y = first.value, second.value
    if x is None or y is None:
        return Change(first, second, None, None)
    difference = y - x if isinstance(x, int) and isinstance(y, int) else round(y - x, 1)
    whole = counts and isinstance(x, int) and isinstance(y, int)
    large = whole and min(x, y) >= max(least, 1)
    return Change(first, second, difference, round(100 * (y - x) / x, 1) if large else None)


def _shown(texts: tuple[str, ...], hidden: set[int]) -> tuple[str, ...]:
    return tuple(text for at, text in enumerate(texts) if at not in hidden)


def _rules(definition: Definition, least: int, line: int, language: Language) -> Iterator[str]:
    yield language.said(
        phrase("The difference is given per cent only where both counts are at least {least}.", least=least)
    )
    if definition.fold:
        said = phrase(
            "A line is listed from {line} on; a year with fewer, or with nobody, says so.", line=line
        )
        yield language.said(said)
    elif definition.measures:
        yield language.said("A dash: nothing was returned for that year, which is not zero.")
    if definition.of == "case":
        yield language.said("A case is in one year only; a person with cases in both years is in both.")
