"""How do rows look in the layout of the UNODC data portal? Thirteen columns, as the portal prints them.

State returns are written back exactly as found. Rows made from cases carry the mission as Source, never
GLOTIP, and are not masked: they are internal. Source: UNODC data portal, trafficking in persons; layout read
in the file of 14 April 2025.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

import xlsxwriter

from palermo import ProblemWithInput
from palermo.cases import Counted, StateReturn
from palermo.cases.counting import VICTIMS
from palermo.codes import code_list
from palermo.codes.formulas import guarded
from palermo.report.asking import narrowed
from palermo.report.dimensions import DIMENSIONS
from palermo.report.layout import NOT_NAMED
from palermo.report.regions import named, regions, unverified
from palermo.report.returns import area_of
from palermo.report.shapes import marks

HEADER = (
    "Iso3_code",
    "Country",
    "Region",
    "Subregion",
    "Indicator",
    "Dimension",
    "Category",
    "Sex",
    "Age",
    "Year",
    "Unit of measurement",
    "txtVALUE",
    "Source",
)
SEXES = {"female": "Female", "male": "Male", "other": "Other"}
AGES = {"child": "0 to 17 years", "adult": "18 years or over"}
TOTAL = "Total"
UNKNOWN = "Unknown"


class PortalRow(NamedTuple):
    """One row in the portal's order; None is an empty cell, `year` is text only where it is unknown."""

    iso3: str | None
    country: str | None
    region: str | None
    subregion: str | None
    indicator: str
    dimension: str
    category: str | None
    sex: str
    age: str
    year: int | str
    unit: str
    text: str
    source: str


def portal_row(one: StateReturn) -> PortalRow:
    """The row as it was found in a State's return."""
    return PortalRow(
        one.iso3,
        one.country,
        one.region,
        one.subregion,
        one.indicator,
        one.dimension,
        one.category,
        one.sex,
        one.age,
        one.year,
        one.unit,
        one.text,
        one.origin,
    )


def returned_rows(
    returns: Iterable[StateReturn], *, year: int | str | None = None, area: str | None = None
) -> tuple[PortalRow, ...]:
    """Rows of State returns as found, in their order; each id once, where the later wins.

    Raises `ProblemWithInput`: REPORT-010 year, REPORT-011 area.
    """
    rows = {one.id: one for one in returns}.values()
    asked = narrowed(year=year, area=area, also={area_of(one) for one in rows})
    return tuple(portal_row(one) for one in rows if _within(asked, area_of(one), one.year))


def _within(asked: Mapping[str, str], area: str, year: int | None) -> bool:
    found = {"area": area, "year": "unknown" if year is None else str(year)}
    return all(found[name] == code for name, code in asked.items())


def portal_rows(
    counted: Iterable[Counted],
    *,
    sources: Mapping[str, str],
    on: date,
    scheme: str = "m49",
    year: int | str | None = None,
    area: str | None = None,
) -> tuple[PortalRow, ...]:
    """Rows of cases per mission, area and year, in the portal's order; only cells that count something.

    Persons with an unknown form are in the total only, as in the portal. A category of repatriation is the
    area to which the person was repatriated. Raises `ProblemWithInput`: REPORT-004 where a source is called
    GLOTIP, REPORT-010 year, REPORT-011 area.
    """
    asked = narrowed(year=year, area=area)
    if any(name.strip().upper() == "GLOTIP" for name in sources.values()):
        raise ProblemWithInput("REPORT-004 source: expected the mission's short name, not GLOTIP. Rename it.")
    rows = {row.case: row for row in counted if row.standing in VICTIMS}.values()
    tallied = Counter(cell for row in rows if _within(asked, row.area, row.year) for cell in _cells(row))
    places = regions(scheme, on)
    made = (_printed(cell, count, sources, places) for cell, count in tallied.items())
    return tuple(sorted(made, key=lambda row: tuple(str(value or "") for value in row)))


class _Cell(NamedTuple):
    organisation: str
    area: str
    year: int | None
    indicator: str
    dimension: str
    category: str
    sex: str
    age: str


def _cells(row: Counted) -> Iterator[_Cell]:
    """Every cell that the case adds one to."""
    place = (row.organisation, row.area, row.year, row.standing)
    for sex, age in _sex_ages(row, totals=True):
        yield _Cell(*place, "total", TOTAL, sex, age)
    for form in row.portal_forms:
        for sex, age in _sex_ages(row, totals=False):
            if form != "unknown":
                yield _Cell(*place, "form", form, sex, age)
    for dimension, codes in (("citizenship", row.citizenships), ("repatriation", row.repatriation)):
        for code in codes:
            yield _Cell(*place, dimension, code, TOTAL, TOTAL)


def _sex_ages(row: Counted, *, totals: bool) -> Iterator[tuple[str, str]]:
    """Pairs of sex and age as the portal prints them: no half of a pair is ever unknown."""
    sex, age = SEXES.get(row.sex), AGES.get(row.age_group)
    yield TOTAL, TOTAL
    if age:
        yield TOTAL, age
    if sex and totals:
        yield sex, TOTAL
    if sex and age:
        yield sex, age
    if not sex and not age:
        yield UNKNOWN, UNKNOWN


def _printed(
    cell: _Cell,
    count: int,
    sources: Mapping[str, str],
    places: Mapping[str, tuple[str | None, str | None]],
) -> PortalRow:
    known = cell.area in code_list("areas")
    label = DIMENSIONS["area"].label(cell.area)
    region, subregion = places.get(cell.area, (None, None))
    return PortalRow(
        cell.area if known else None,
        label,
        region,
        subregion,
        code_list("portal_indicators").label(cell.indicator),
        code_list("portal_dimensions").label(cell.dimension),
        _category(cell),
        cell.sex,
        cell.age,
        UNKNOWN if cell.year is None else cell.year,
        "Counts",
        f"{count:,}",
        sources.get(cell.organisation, NOT_NAMED),
    )


def _category(cell: _Cell) -> str:
    if cell.dimension in ("form", "citizenship", "repatriation"):
        return DIMENSIONS[cell.dimension].label(cell.category)
    return cell.category


def portal_mark(*, on: date, scheme: str = "m49", invented: bool = False) -> str:
    """What must be said with rows in the portal's layout."""
    doubt = f" Regions: {named(scheme, on)}." if unverified(scheme, on) else ""
    return marks(invented=invented) + doubt


def write_portal_csv(rows: Iterable[PortalRow]) -> bytes:
    """CSV in UTF-8, header first. The layout has no room for `portal_mark`: say it beside the file."""
    text = io.StringIO(newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(HEADER)
    lines.writerows([guarded("" if value is None else value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8")


def write_portal_xlsx(
    rows: Iterable[PortalRow], *, on: date, scheme: str = "m49", invented: bool = False
) -> bytes:
    """A workbook as the portal's: two title rows, header, values as text.

    The first row says internal, whether the records are invented, and a region scheme that is not verified.
    """
    mark = portal_mark(on=on, scheme=scheme, invented=invented)
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options | {"strings_to_numbers": False})
    book.set_properties({"created": datetime(on.year, on.month, on.day), "comments": mark})  # noqa: DTZ001
    sheet = book.add_worksheet("data_glotip_1")
    sheet.write_row(0, 0, ["Palermo", mark])
    sheet.write_string(1, 0, f"{on:%d/%m/%Y}")
    sheet.write_row(2, 0, HEADER)
    for number, row in enumerate(rows, start=3):
        for at, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(number, at, value)
            elif value is not None:
                sheet.write_string(number, at, value)
    book.close()
    return out.getvalue()
