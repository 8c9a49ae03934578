"""The rows of the real portal file, read once for all tests of the words."""

from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest


class PortalRow(NamedTuple):
    area: str | None
    country: str | None
    region: str | None
    subregion: str | None
    indicator: str
    dimension: str
    category: str | None


@pytest.fixture(scope="session")
def portal_rows(shared: Path) -> list[PortalRow]:
    (path,) = (shared / "glotip").glob("*.xlsx")
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        book.worksheets[0].reset_dimensions()
        return [
            PortalRow(*row) for row in book.worksheets[0].iter_rows(min_row=4, max_col=7, values_only=True)
        ]
