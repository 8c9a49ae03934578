"""What would an invented State return to UNODC? The layout of the data portal, counted from distinct persons.

Two title rows, the header in row 3, thirteen columns, counts as text: "<5" below five (zero included), a
comma between thousands. The `Source` column says that it is invented, never "GLOTIP". Courts are made up.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import NamedTuple

import xlsxwriter

from palermo.cases import Case, Counted, counted
from palermo.cases.examples import Mission
from palermo.codes import code_list

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
STATE = ("IRQ", "Iraq", "Asia", "Western Asia")
SOURCE = "INVENTED"
VICTIMS, TOTAL, UNKNOWN = "Detected trafficking victims", "Total", "Unknown"
SEXES = {"female": "Female", "male": "Male", "other": "Other"}
AGES = {"child": "0 to 17 years", "adult": "18 years or over"}
FORMS = {"sexual": "Sexual exploitation", "labour": "Forced labour", "other": "Other forms of exploitation"}
COURTS = {
    "Offences of trafficking in persons": {2024: 96, 2025: 131},
    "Persons brought into formal contact": {2024: 1024, 2025: 1310},
    "Persons prosecuted": {2024: 58, 2025: 77},
    "Persons convicted": {2024: 4, 2025: 21},
}


class Line(NamedTuple):
    indicator: str
    dimension: str
    category: str
    sex: str
    age: str
    year: int
    counts: int


def state_return(mission: Mission, *, area: str) -> bytes:
    """A workbook of the State's counts of persons whom it formally identified, and of its courts."""
    persons = tuple(formally_identified(mission, area=area))
    years = sorted({person.year for person in persons if person.year} | {2024, 2025})
    lines = [line for year in years for line in _lines([p for p in persons if p.year == year], year)]
    return _workbook(lines)


def formally_identified(mission: Mission, *, area: str) -> Iterator[Counted]:
    """One row per true person whom the State of `area` identified; the State knows who is who."""
    seen = set()
    for case in mission.cases:
        number = mission.truth[case.id]
        if number not in seen and _by_the_state(case, area):
            seen.add(number)
            yield counted(case)


def _by_the_state(case: Case, area: str) -> bool:
    return case.status == "formally_identified" and case.statuses[-1].area == area


def _lines(persons: list[Counted], year: int) -> Iterator[Line]:
    yield from _sex_and_age(persons, year)
    for code, label in FORMS.items():
        exploited = sum(code in person.portal_forms for person in persons)
        yield Line(VICTIMS, "by form of exploitation", label, TOTAL, TOTAL, year, exploited)
    yield from _countries("by citizenship", (p.citizenships for p in persons), year)
    yield from _countries("by country of repatriation", (p.repatriation for p in persons), year)
    for indicator, counts in COURTS.items():
        if year in counts:
            yield Line(indicator, TOTAL, TOTAL, TOTAL, TOTAL, year, counts[year])


def _sex_and_age(persons: list[Counted], year: int) -> Iterator[Line]:
    found = Counter((SEXES.get(p.sex, ""), AGES.get(p.age_group, "")) for p in persons)
    for sex in SEXES.values():
        for age in AGES.values():
            yield Line(VICTIMS, TOTAL, TOTAL, sex, age, year, found[sex, age])
        total = sum(count for (each, _), count in found.items() if each == sex)
        yield Line(VICTIMS, TOTAL, TOTAL, sex, TOTAL, year, total)
    for age in AGES.values():
        total = sum(count for (_, each), count in found.items() if each == age)
        yield Line(VICTIMS, TOTAL, TOTAL, TOTAL, age, year, total)
    unknown = sum(count for (sex, age), count in found.items() if not sex or not age)
    yield Line(VICTIMS, TOTAL, TOTAL, UNKNOWN, UNKNOWN, year, unknown)
    yield Line(VICTIMS, TOTAL, TOTAL, TOTAL, TOTAL, year, len(persons))


def _countries(dimension: str, codes: Iterable[tuple[str, ...]], year: int) -> Iterator[Line]:
    found = Counter(each[0] for each in codes if each)
    for code in sorted(found):
        label = {"stateless": "Stateless", "unknown": UNKNOWN}.get(code) or code_list("areas").label(code)
        yield Line(VICTIMS, dimension, label, TOTAL, TOTAL, year, found[code])


def _workbook(lines: Iterable[Line]) -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": "Invented return", "created": datetime(2026, 1, 5)})  # noqa: DTZ001
        sheet = book.add_worksheet("state_return_invented")
        sheet.write_row(0, 0, ["State of IRQ (invented)", "invented figures"])
        sheet.write_row(1, 0, ["05/01/2026"])
        sheet.write_row(2, 0, HEADER)
        for number, line in enumerate(lines, start=3):
            *labels, year, count = line
            text = "<5" if count < 5 else f"{count:,}"
            sheet.write_row(number, 0, [*STATE, *labels, year, "Counts", text, SOURCE])
    return content.getvalue()
