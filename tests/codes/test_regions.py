"""Does each scheme place an area where its source does, on the right day?"""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from palermo import ProblemWithInput
from palermo.codes import code_list, region, schemes

TODAY = date(2026, 11, 24)
# The portal's 17 sub-regions: M49, with two of them left whole.
SUBREGIONS = 17


def test_the_m49_scheme_agrees_with_the_portal_for_every_country(portal_rows: list[Any]) -> None:
    placed = {(row.area, row.region, row.subregion) for row in portal_rows if row.area in code_list("areas")}
    assert len(placed) == len({area for area, _, _ in placed}) == 198
    assert len({subregion for _, _, subregion in placed}) == SUBREGIONS
    for area, its_region, subregion in placed:
        found = region(area, on=TODAY)
        assert found is not None
        assert (found.region, found.subregion) == (its_region, subregion)


def test_the_m49_scheme_agrees_with_the_areas_of_the_edition_before(shared: Path) -> None:
    with (shared / "codelists" / "glotip_areas.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["Iso3_code"] in code_list("areas")]
    assert len(rows) > 190
    for row in rows:
        found = region(row["Iso3_code"], on=TODAY)
        assert found is not None
        assert (found.region, found.subregion) == (row["Region"], row["Subregion"])


def test_every_area_but_antarctica_has_an_m49_region() -> None:
    assert [area for area in code_list("areas") if region(area, on=TODAY) is None] == ["ATA"]


def test_the_report_scheme_groups_the_subregions_of_its_source(shared: Path) -> None:
    path = shared / "codelists" / "unverified" / "glotip_report_subregions.csv"
    with path.open(encoding="utf-8") as lines:
        expected = {(row["region"], row["subregion"]) for row in csv.DictReader(lines)}
    placed = [region(area, scheme="global_report_2016", on=TODAY) for area in code_list("areas")]
    assert {(found.region, found.subregion) for found in placed if found} == expected


def test_what_was_written_from_memory_says_so() -> None:
    found = region("SYR", scheme="global_report_2016", on=TODAY)
    assert found is not None
    assert not found.verified
    m49 = region("SYR", on=TODAY)
    assert m49 is not None
    assert m49.verified


def test_a_scheme_holds_only_from_its_day() -> None:
    assert region("SYR", scheme="global_report_2016", on=date(2016, 12, 20)) is None
    assert region("SYR", scheme="global_report_2016", on=date(2016, 12, 21)) is not None
    assert region("SYR", on=date(2003, 1, 1)) is not None


def test_an_unknown_scheme_is_an_error_and_an_unknown_area_is_nowhere() -> None:
    assert schemes() == ("m49", "global_report_2016")
    assert region("XXX", on=TODAY) is None
    with pytest.raises(ProblemWithInput, match="CODES-006"):
        region("SYR", scheme="continents", on=TODAY)
