"""The real portal file as State returns, read here by itself, so that no figure rests on `collect`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from palermo.cases import StateReturn
from palermo.report import PortalRow

FILE = "glotip/data_glotip_2025-04-14.xlsx"


@pytest.fixture(scope="session")
def portal(shared: Path) -> list[PortalRow]:
    """The 58,769 rows of the UNODC data portal's file of 14 April 2025, as they stand in the sheet."""
    path = shared / FILE
    if not path.is_file():
        pytest.skip("the portal's file is not in ../shared/data/glotip")
    book = load_workbook(path, read_only=True)
    (sheet,) = book.worksheets
    sheet.reset_dimensions()
    rows = [PortalRow(*row) for row in sheet.iter_rows(min_row=4, values_only=True)]
    book.close()
    return rows


@pytest.fixture(scope="session")
def returns(portal: list[PortalRow]) -> list[StateReturn]:
    return list(_returns(portal))


def _returns(portal: list[PortalRow]) -> Iterator[StateReturn]:
    for number, row in enumerate(portal):
        low, high = (0, 4) if row.text == "<5" else (int(row.text.replace(",", "")),) * 2
        yield StateReturn(
            id=f"{number:032x}",
            organisation="a" * 32,
            iso3=row.iso3,
            country=row.country,
            region=row.region,
            subregion=row.subregion,
            indicator=row.indicator,
            dimension=row.dimension,
            category=row.category,
            sex=row.sex,
            age=row.age,
            year=int(row.year),
            unit=row.unit,
            text=row.text,
            origin=row.source,
            low=low,
            high=high,
        )
