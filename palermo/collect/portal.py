"""What does a row of the UNODC data portal say? One count of a State's return, kept cell by cell as found.

Source: UNODC data portal, trafficking in persons, layout of thirteen columns, edition of 14 April 2025. Rows
that share all keys are there (1,216 of 58,769), some contradictory: the file's row number tells them apart.
"<5" is nought to four. Our reading of the category stands beside it, never in its place.
"""

import re
from collections.abc import Iterable
from functools import cache

from palermo.cases import Problem, Source, StateReturn
from palermo.codes import code_list, resolve
from palermo.collect.areas import Areas
from palermo.collect.arriving import KEY, Arrival
from palermo.collect.catalogue import problem
from palermo.collect.cells import Row
from palermo.collect.sheets import Convert, Read, columns

LAYOUT = "portal"
COLUMNS = (
    "Iso3_code", "Country", "Region", "Subregion", "Indicator", "Dimension", "Category", "Sex", "Age", "Year",
    "Unit of measurement", "txtVALUE", "Source",
)  # fmt: skip
SEXES = frozenset({"Total", "Female", "Male", "Other", "Unknown"})
AGES = frozenset({"Total", "0 to 17 years", "18 years or over", "Unknown"})
FIRST_YEAR = 1950
_COUNT = re.compile(r"(<?)(\d{1,3}(?:,\d{3})+|\d{1,12})")


def fits(header: Iterable[str]) -> bool:
    """Whether all thirteen columns are there."""
    return {name.casefold() for name in COLUMNS} <= {label.casefold() for label in header}


def converter(
    header: tuple[str, ...], arrival: Arrival, areas: Areas
) -> tuple[Convert, Iterable[Problem], Iterable[int]]:
    """What turns a row into a State's return, no warnings, and the columns it reads. Raises COLLECT-011."""
    places = columns(header, {name.casefold(): name for name in COLUMNS}, str.casefold)
    key = [place for place, name in enumerate(header) if name == KEY]
    return _Rows([places[name] for name in COLUMNS], arrival, areas), (), (*places.values(), *key)


def count_of(text: str) -> tuple[int, int] | None:
    """The lowest and highest count that the cell allows; None where it is no count.

    >>> count_of("<5"), count_of("1,680"), count_of("12"), count_of("1,68")
    ((0, 4), (1680, 1680), (12, 12), None)
    """
    written = _COUNT.fullmatch(text) if text.isascii() else None
    if not written:
        return None
    count = int(written[2].replace(",", ""))
    if written[1]:
        return (0, count - 1) if count else None
    return count, count


class _Rows:
    """Turns rows into returns."""

    def __init__(self, places: list[int], arrival: Arrival, areas: Areas) -> None:
        self._places, self._arrival, self._areas = places, arrival, areas
        self._last_year = arrival.arrived.year

    def __call__(self, row: Row, natural: str) -> Read:
        cells = [row.cells[place] for place in self._places]
        found = [*self._wrong(cells)]
        code, unresolved = self._category(cells)
        if unresolved:
            found.append((unresolved, "Category", cells[6]))
        problems = tuple(problem(n, row=row.number, column=c, found=text) for n, c, text in found)
        if any(one.refused for one in problems):
            return Read(problems=problems)
        low, high = count_of(cells[11].strip()) or (0, 0)
        key = self._arrival.key(row.number, natural)
        arrival = self._arrival
        return Read(
            (
                StateReturn(
                    id=arrival.id(key),
                    organisation=arrival.organisation,
                    iso3=cells[0] or None,
                    country=cells[1] or None,
                    region=cells[2] or None,
                    subregion=cells[3] or None,
                    indicator=cells[4],
                    dimension=cells[5],
                    category=cells[6] or None,
                    sex=cells[7],
                    age=cells[8],
                    year=int(cells[9]),
                    unit=cells[10],
                    text=cells[11],
                    origin=cells[12],
                    low=low,
                    high=high,
                    category_code=code,
                    source=Source(
                        layout=LAYOUT, submission=arrival.submission, row=row.number, natural=natural
                    ),
                    arrived=arrival.arrived,
                ),
            ),
            problems,
        )

    def _wrong(self, cells: list[str]) -> Iterable[tuple[int, str, str]]:
        """Number of the problem, column and cell, for each cell that is not as the layout has it."""
        lists = ((4, _labels("portal_indicators")), (5, _labels("portal_dimensions")), (7, SEXES), (8, AGES))
        for place, codes in lists:
            if cells[place].strip() not in codes:
                yield 24, COLUMNS[place], cells[place]
        if cells[0] and not re.fullmatch("[A-Z]{3}", cells[0]):
            yield 24, COLUMNS[0], cells[0]
        year = cells[9]
        if not (re.fullmatch("[0-9]{4}", year) and FIRST_YEAR <= int(year) <= self._last_year):
            yield 25, COLUMNS[9], year
        if count_of(cells[11].strip()) is None:
            yield 27, COLUMNS[11], cells[11]

    def _category(self, cells: list[str]) -> tuple[str | None, int]:
        """Our code of the category, and the number of the problem with it (0 for none)."""
        label = cells[6].strip()
        dimension = _labels("portal_dimensions").get(cells[5].strip(), "total")
        if dimension == "form":
            code = _labels("portal_forms").get(label)
            return code, 0 if code else 24
        if dimension == "total":
            return None, 0
        resolution = resolve(label, reporting=cells[0].strip() or None, decisions=self._arrival.decisions)
        if resolution.code is None:
            self._areas.asked(label)
        return resolution.code, 0 if resolution.code else 40


@cache
def _labels(name: str) -> dict[str, str]:
    return {code.label(): key for key, code in code_list(name).items()}
